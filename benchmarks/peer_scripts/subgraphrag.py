"""What training and asking SubgraphRAG share: its model from a checkout of its source, and the subgraph of a question.

Where this differs from its authors' way: MiniLM in the place of gte-large; the paths may go against an edge (directed ones lead nowhere
in MetaQA beyond one hop). The subgraph of a question is that of the 2,000 nodes of highest personalised PageRank, as in the data that they
use.
"""

import importlib.util
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from common import Vectors, triples

NODES = 2000


class Subgraph(NamedTuple):
    """Nodes of the whole graph, the row of each seed among them, and the triples between them: their rows, and their ends' among the nodes."""

    nodes: np.ndarray
    seeds: np.ndarray
    kept: np.ndarray
    heads: torch.Tensor
    kinds: torch.Tensor
    tails: torch.Tensor

    def topic(self) -> torch.Tensor:
        marked = torch.zeros(len(self.nodes), dtype=torch.long)
        marked[self.seeds] = 1
        return torch.nn.functional.one_hot(marked, num_classes=2).float()


class Triples:
    """The graph as columns, and vectors of what is in it."""

    def __init__(self, graph: str, vectors: str) -> None:
        self.vectors = Vectors(vectors)
        self.number = {name: i for i, name in enumerate(self.vectors.names)}
        kind = {name: i for i, name in enumerate(self.vectors.relations)}
        columns = zip(*((self.number[s], kind[r], self.number[o]) for s, r, o in triples(graph)), strict=True)
        self.heads, self.kinds, self.tails = (np.array(column) for column in columns)
        counts = np.bincount(self.heads, minlength=len(self.number)) + np.bincount(self.tails, minlength=len(self.number))
        self.degree = np.maximum(counts, 1)
        self.names, self.relations = torch.tensor(self.vectors.of_names), torch.tensor(self.vectors.of_relations)

    def around(self, seeds: list[int]) -> Subgraph:
        """The triples among the nodes that a walk from the seeds meets most."""
        n = len(self.number)
        start = np.zeros(n)
        start[seeds] = 1 / len(seeds)
        score = start
        for _ in range(12):
            out = score / self.degree
            score = 0.2 * start + 0.8 * (np.bincount(self.tails, out[self.heads], n) + np.bincount(self.heads, out[self.tails], n))
        nodes = np.sort(np.argsort(-score, kind="stable")[:NODES])
        local = np.full(n, -1)
        local[nodes] = np.arange(len(nodes))
        kept = np.flatnonzero((local[self.heads] >= 0) & (local[self.tails] >= 0))
        rows = (torch.tensor(column) for column in (local[self.heads[kept]], self.kinds[kept], local[self.tails[kept]]))
        return Subgraph(nodes, local[seeds][local[seeds] >= 0], kept, *rows)


def model(source: str) -> torch.nn.Module:
    """Its `Retriever`, as its configuration for WebQSP sets it."""
    path = Path(source) / "retrieve" / "src" / "model" / "retriever.py"
    spec = importlib.util.spec_from_file_location("subgraphrag_retriever", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # torch_geometric looks there for what its layers are annotated with
    spec.loader.exec_module(module)
    torch.manual_seed(0)
    return module.Retriever(384, topic_pe=True, DDE_kwargs={"num_rounds": 2, "num_reverse_rounds": 2})
