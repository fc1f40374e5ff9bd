"""Trains SubgraphRAG's triple scorer on dev questions as its authors do: binary cross-entropy on the triples of shortest paths between
topic and answers, Adam at 1e-3, one question a step, the state kept that has the best recall of those triples among the first 100 on
questions held out, until ten epochs bring none better (or the minutes are over). The first layer is linear, so what it makes of a node and
of a relation is made once for each instead of once for each triple: the same function (compared before training), in a seventh of the time.

    train_subgraphrag.py GRAPH TRAIN HELD --vectors FOLDER --source FOLDER --kept FOLDER --minutes 40

An epoch ends with a checkpoint; the same command goes on from it.
"""

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from subgraphrag import Triples, model

PATIENCE = 10


def on_shortest_paths(found, answers):
    """1 for each triple on a shortest path from a seed to an answer, whichever way its edges point."""
    beside = [[] for _ in found.nodes]
    for at, (s, o) in enumerate(zip(found.heads.tolist(), found.tails.tolist(), strict=True)):
        beside[s].append((o, at))
        beside[o].append((s, at))
    out = np.zeros(len(found.kept), np.float32)
    for seed in found.seeds.tolist():
        far, order = {seed: 0}, [seed]
        for node in order:
            for other, _ in beside[node]:
                if other not in far:
                    far[other] = far[node] + 1
                    order.append(other)
        wave = answers & far.keys()
        while wave:
            steps = [(other, at) for node in wave for other, at in beside[node] if far.get(other, 1 << 30) == far[node] - 1]
            out[[at for _, at in steps]] = 1
            wave = {other for other, _ in steps}
    return torch.tensor(out)


def prepared(graph, path):
    """The subgraph, the topic's vector and the wanted triples of each question that has any."""
    out = []
    for row in map(json.loads, Path(path).read_text(encoding="utf-8").splitlines()):
        seeds = [graph.number[one] for one in row["topics"] if one in graph.number]
        if not seeds:
            continue
        found = graph.around(seeds)
        answers = set(np.flatnonzero(np.isin(found.nodes, [graph.number[one] for one in row["answers"] if one in graph.number])).tolist())
        gold = on_shortest_paths(found, answers)
        if gold.any():
            asked = torch.tensor(graph.vectors.encode([row["question"]]))
            out.append(
                (
                    row["hops"],
                    found._replace(heads=found.heads.int(), kinds=found.kinds.int(), tails=found.tails.int()),
                    asked,
                    gold,
                    answers,
                )
            )
    return out  # fmt: skip


def scores(scorer, graph, found, asked):
    """What its `forward` gives."""
    topic, edges = found.topic(), torch.stack([found.heads, found.tails]).long()
    node = torch.cat([graph.names[torch.tensor(found.nodes)], topic, *scorer.dde(topic, edges, edges.flip(0))], dim=1)
    first, last = scorer.pred[0], scorer.pred[2]
    of_asked, of_head, of_kind, of_tail = first.weight.split(
        [asked.shape[1], node.shape[1], graph.relations.shape[1], node.shape[1]], dim=1
    )
    hidden = (node @ of_head.T).index_select(0, found.heads) + (node @ of_tail.T).index_select(0, found.tails)
    hidden = hidden + (graph.relations @ of_kind.T + asked @ of_asked.T + first.bias).index_select(0, found.kinds)
    return last(torch.relu(hidden)).reshape(-1)


@torch.no_grad()
def same(scorer, graph, found, asked):
    """Its own forward pass gives these scores."""
    near = graph.names[torch.tensor(found.nodes)]
    theirs = scorer(found.heads.long(), found.kinds.long(), found.tails.long(), asked, near, 0, graph.relations, found.topic()).reshape(-1)
    return torch.allclose(theirs, scores(scorer, graph, found, asked), atol=1e-4)


@torch.no_grad()
def held_out(scorer, graph, rows):
    """Of wanted triples among the first 100 (what training is stopped by), and of answers there by hop count."""
    triples, answers = [], {}
    for hops, found, asked, gold, wanted in rows:
        best = torch.topk(scores(scorer, graph, found, asked), min(100, len(gold))).indices
        triples.append(float(gold[best].sum() / gold.sum()))
        met = set(found.heads[best].tolist()) | set(found.tails[best].tolist())
        answers.setdefault(hops, []).append(len(wanted & met) / len(wanted))
    return float(np.mean(triples)), {hops: round(float(np.mean(shares)), 3) for hops, shares in sorted(answers.items())}


def train(args):
    end = time.monotonic() + 60 * args.minutes
    graph, scorer = Triples(args.graph, args.vectors), model(args.source)
    adam = torch.optim.Adam(scorer.parameters(), lr=1e-3)
    rows, held = prepared(graph, args.train), prepared(graph, args.held)
    assert same(scorer, graph, rows[0][1], rows[0][2])
    print(
        f"{len(rows):,} questions to train on, {len(held)} held out; {60 * args.minutes - end + time.monotonic():.0f} s to prepare",
        flush=True,
    )
    told = {"epochs": 0, "steps": 0, "best_epoch": 0, "recall": 0.0, "questions": len(rows), "held_out": len(held), "over": False}
    kept = Path(args.kept)
    checkpoint = kept / "subgraphrag.checkpoint"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        scorer.load_state_dict(state["scorer"])
        adam.load_state_dict(state["adam"])
        told = state["told"]
    while time.monotonic() < end and not told["over"]:
        random.Random(told["epochs"]).shuffle(order := list(range(len(rows))))
        losses, start = [], time.process_time()
        for at in order:
            _, found, asked, gold, _ = rows[at]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(scores(scorer, graph, found, asked), gold)
            adam.zero_grad()
            loss.backward()
            adam.step()
            losses.append(loss.item())
        told |= {"epochs": told["epochs"] + 1, "steps": told["steps"] + len(rows), "loss": float(np.mean(losses))}
        recall, answers = held_out(scorer, graph, held)
        if recall > told["recall"]:
            told |= {"recall": recall, "best_epoch": told["epochs"], "answers": {str(hops): share for hops, share in answers.items()}}
            save_file(scorer.state_dict(), kept / "subgraphrag.safetensors")
        told["over"] = told["epochs"] - told["best_epoch"] >= PATIENCE
        (kept / "subgraphrag.json").write_text(json.dumps(told), encoding="utf-8")
        torch.save({"scorer": scorer.state_dict(), "adam": adam.state_dict(), "told": told}, checkpoint)
        print(f"epoch {told['epochs']}: loss {told['loss']:.4f}, recall of triples {recall:.3f}, of answers {answers}; {time.process_time() - start:.0f} s", flush=True)  # fmt: skip


parser = argparse.ArgumentParser()
for name in ("graph", "train", "held"):
    parser.add_argument(name)
for name in ("--vectors", "--source", "--kept"):
    parser.add_argument(name, required=True)
parser.add_argument("--minutes", type=float, default=40)
train(parser.parse_args())
