"""igraph's personalised PageRank as HippoRAG calls it: over the whole undirected graph, damping 0.5, prpack.

HippoRAG ranks passages; here a fact ranks by its two ends together. --told names: the names in the question are the seeds; --told nothing:
the five nodes most like the question (MiniLM).
"""

import igraph
import numpy as np
from common import FACTS, Vectors, named, run, triples


def load(args):
    rows = triples(args.graph)
    names = sorted({x for s, _, o in rows for x in (s, o)})
    number = {name: i for i, name in enumerate(names)}
    ends = np.array([[number[s], number[o]] for s, _, o in rows])
    graph = igraph.Graph(n=len(names), edges=ends.tolist(), directed=False)
    graph.es["weight"] = 1.0
    vectors = Vectors(args.vectors) if args.told == "nothing" else None

    def ask(row):
        reset = np.zeros(len(names))
        seeds = [(name, 1.0) for name in named(row["question"], number)] if vectors is None else vectors.nearest(row["question"], 5)
        if not seeds:
            return [], []
        for name, weight in seeds:
            reset[number[name]] = max(weight, 0.0)
        scores = np.array(
            graph.personalized_pagerank(
                vertices=range(len(names)), damping=0.5, directed=False, weights="weight", reset=reset, implementation="prpack"
            )
        )
        best = np.argsort(-scores[ends].sum(axis=1), kind="stable")[:FACTS]
        return [name for name, _ in seeds], [[names[s], names[o]] for s, o in ends[best].tolist()]

    return ask


run(load)
