"""SubgraphRAG's triple scorer, from a checkout of its public source (--source), given the names in the question.

Trained here on dev questions as its authors train it: binary cross-entropy on the triples of shortest paths between topic and answers,
Adam at 1e-3. Where this differs: MiniLM in the place of gte-large; the paths may go against an edge (directed ones lead nowhere in MetaQA
beyond one hop); the subgraph of a question is that of the 2,000 nodes of highest personalised PageRank, as in the data they use.
"""

import importlib.util
import json
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
from common import FACTS, Vectors, named, run, triples
from safetensors.torch import load_file, save_file

NODES, TRAINING_S = 2000, 200


def load(args):
    path = Path(args.source) / "retrieve" / "src" / "model" / "retriever.py"
    spec = importlib.util.spec_from_file_location("subgraphrag_retriever", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # torch_geometric looks there for what its layers are annotated with
    spec.loader.exec_module(module)
    torch.manual_seed(0)
    vectors, rows = Vectors(args.vectors), triples(args.graph)
    number = {name: i for i, name in enumerate(vectors.names)}
    kind = {name: i for i, name in enumerate(vectors.relations)}
    heads, kinds, tails = (np.array(column) for column in zip(*((number[s], kind[r], number[o]) for s, r, o in rows), strict=True))
    degree = np.maximum(np.bincount(heads, minlength=len(number)) + np.bincount(tails, minlength=len(number)), 1)
    names, relations = torch.tensor(vectors.of_names), torch.tensor(vectors.of_relations)

    def around(seeds):
        """The triples among the nodes that a walk from the seeds meets most, and those nodes."""
        start = np.zeros(len(number))
        start[seeds] = 1 / len(seeds)
        score = start
        for _ in range(12):
            out = score / degree
            score = 0.2 * start + 0.8 * (np.bincount(tails, out[heads], len(number)) + np.bincount(heads, out[tails], len(number)))
        nodes = np.sort(np.argsort(-score, kind="stable")[:NODES])
        local = np.full(len(number), -1)
        local[nodes] = np.arange(len(nodes))
        kept = np.flatnonzero((local[heads] >= 0) & (local[tails] >= 0))
        return nodes, local, kept

    known = set(number)
    model = module.Retriever(names.shape[1], topic_pe=True, DDE_kwargs={"num_rounds": 2, "num_reverse_rounds": 2})

    def scores(question, seeds, nodes, local, kept):
        topic = torch.nn.functional.one_hot(torch.tensor(np.isin(nodes, seeds)).long(), num_classes=2).float()
        ends = (torch.tensor(local[heads[kept]]), torch.tensor(kinds[kept]), torch.tensor(local[tails[kept]]))
        asked = torch.tensor(vectors.encode([question]))
        return model(*ends, asked, names[torch.tensor(nodes)], 0, relations, topic).reshape(-1)

    def labels(seeds, answers, nodes, local, kept):
        """1 for each triple on a shortest path from a seed to an answer."""
        beside = [[] for _ in nodes]
        for at, (s, o) in enumerate(zip(local[heads[kept]].tolist(), local[tails[kept]].tolist(), strict=True)):
            beside[s].append((o, at))
            beside[o].append((s, at))
        out = np.zeros(len(kept), np.float32)
        for seed in (int(local[one]) for one in seeds if local[one] >= 0):
            far, order = {seed: 0}, [seed]
            for node in order:
                for other, _ in beside[node]:
                    if other not in far:
                        far[other] = far[node] + 1
                        order.append(other)
            wave = {int(local[one]) for one in answers if local[one] >= 0} & far.keys()
            while wave:
                steps = [(other, at) for node in wave for other, at in beside[node] if far.get(other, 1 << 30) == far[node] - 1]
                out[[at for _, at in steps]] = 1
                wave = {other for other, _ in steps}
        return torch.tensor(out)

    def train():
        asked = [json.loads(line) for line in Path(args.train).read_text(encoding="utf-8").splitlines()]
        adam, end, done = torch.optim.Adam(model.parameters(), lr=1e-3), time.perf_counter() + TRAINING_S, 0
        kept = []
        while time.perf_counter() < end:
            random.Random(done).shuffle(asked)
            for row in asked:
                seeds, answers = [number[t] for t in row["topics"] if t in number], [number[a] for a in row["answers"] if a in number]
                if not seeds or not answers or time.perf_counter() > end:
                    continue
                found = around(seeds)
                gold = labels(seeds, answers, *found)
                if not gold.any():
                    continue
                loss = torch.nn.functional.binary_cross_entropy_with_logits(scores(row["question"], seeds, *found), gold)
                adam.zero_grad()
                loss.backward()
                adam.step()
                kept.append(loss.item())
                done += 1
        save_file(model.state_dict(), weights)
        weights.with_suffix(".json").write_text(json.dumps({"trained": done, "loss": float(np.mean(kept[-100:]))}), encoding="utf-8")

    weights = Path(args.kept) / "subgraphrag.safetensors"
    if not weights.exists():
        train()
    model.load_state_dict(load_file(weights))
    model.eval()
    print(weights.with_suffix(".json").read_text(encoding="utf-8"), flush=True)

    @torch.no_grad()
    def ask(row):
        links = named(row["question"], known)
        if not links:
            return [], []
        seeds = [number[link] for link in links]
        nodes, local, kept = around(seeds)
        best = torch.topk(scores(row["question"], seeds, nodes, local, kept), min(FACTS, len(kept))).indices.numpy()
        return links, [[vectors.names[heads[at]], vectors.names[tails[at]]] for at in kept[best].tolist()]

    return ask


run(load)
