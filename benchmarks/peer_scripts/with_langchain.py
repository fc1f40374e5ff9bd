"""LangChain's NetworkxEntityGraph, given the names in the question and the true number of hops, neither of which kgllm is told."""

import networkx as nx
from common import named, run, triples
from langchain_community.graphs import NetworkxEntityGraph
from langchain_community.graphs.networkx_graph import KnowledgeTriple


def load(path):
    graph, ends = NetworkxEntityGraph(nx.DiGraph()), {}
    for s, r, o in triples(path):
        graph.add_triple(KnowledgeTriple(s, r, o))
        ends[f"{s} {r} {o}"] = [s, o]
    nodes = set(graph._graph)

    def ask(row):
        links = named(row["question"], nodes)
        facts = [ends[line] for link in links for line in graph.get_entity_knowledge(link, depth=row["hops"])]
        return links, facts

    return ask


run(load)
