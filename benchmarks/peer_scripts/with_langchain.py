"""LangChain's NetworkxEntityGraph, given the names in the question, and the true number of hops or else its own default of one."""

import networkx as nx
from common import named, run, triples
from langchain_community.graphs import NetworkxEntityGraph
from langchain_community.graphs.networkx_graph import KnowledgeTriple


def load(args):
    graph, ends = NetworkxEntityGraph(nx.DiGraph()), {}
    for s, r, o in triples(args.graph):
        graph.add_triple(KnowledgeTriple(s, r, o))
        ends[f"{s} {r} {o}"] = [s, o]
    nodes = set(graph._graph)

    def ask(row):
        links = named(row["question"], nodes)
        depth = {"depth": row["hops"]} if args.told == "hops" else {}
        return links, [ends[line] for link in links for line in graph.get_entity_knowledge(link, **depth)]

    return ask


run(load)
