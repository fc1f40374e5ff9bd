"""SubgraphRAG's triple scorer, from a checkout of its public source (--source), given the names in the question, and trained before by
train_subgraphrag.py. Its forward pass is its own."""

import json
from pathlib import Path

import torch
from common import FACTS, named, run
from safetensors.torch import load_file
from subgraphrag import Triples, model


def load(args):
    graph, scorer = Triples(args.graph, args.vectors), model(args.source)
    kept = Path(args.kept)
    scorer.load_state_dict(load_file(kept / "subgraphrag.safetensors"))
    scorer.eval()
    print(json.dumps({"trained": json.loads((kept / "subgraphrag.json").read_text(encoding="utf-8"))}), flush=True)
    known, names = set(graph.number), graph.vectors.names

    @torch.no_grad()
    def ask(row):
        links = named(row["question"], known)
        if not links:
            return [], []
        found = graph.around([graph.number[link] for link in links])
        asked = torch.tensor(graph.vectors.encode([row["question"]]))
        near = graph.names[torch.tensor(found.nodes)]
        scores = scorer(found.heads, found.kinds, found.tails, asked, near, 0, graph.relations, found.topic()).reshape(-1)
        best = found.kept[torch.topk(scores, min(FACTS, len(scores))).indices.numpy()]
        return links, [[names[graph.heads[at]], names[graph.tails[at]]] for at in best.tolist()]

    return ask


run(load)
