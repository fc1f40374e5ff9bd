"""kglite (Rust), a k-hop Cypher as an agent would send it, given the names in the question, and the true number of hops or else two."""

import kglite
import pandas as pd
from common import named, run, triples


def load(args):
    rows = triples(args.graph)
    nodes = sorted({x for s, _, o in rows for x in (s, o)})
    graph = kglite.KnowledgeGraph()
    graph.add_nodes(pd.DataFrame({"name": nodes}), "Thing", "name", "name")
    for relation in sorted({r for _, r, _ in rows}):
        pairs = pd.DataFrame([(s, o) for s, r, o in rows if r == relation], columns=["s", "o"])
        graph.add_connections(pairs, relation, "Thing", "s", "Thing", "o")
    graph.create_index("Thing", "title")
    known = set(nodes)

    def ask(row):
        links = named(row["question"], known)
        hops = row["hops"] if args.told == "hops" else 2
        query = f"MATCH (a:Thing {{title: $name}})-[*1..{hops}]-(b) RETURN DISTINCT b.title LIMIT 100"
        return links, [list(dict(hit).values()) for link in links for hit in graph.cypher(query, params={"name": link})]

    return ask


run(load)
