"""The rules of a graph, on a real server."""

from __future__ import annotations

import itertools

import pytest
from bolt_places import WIPE, wipe

import kgllm
from kgllm.graphs.neo4j.graph import Neo4jGraph
from kgllm.graphs.neo4j.write import write
from kgllm.testing import check_graph

pytestmark = pytest.mark.neo4j


@pytest.mark.timeout(1500)
def test_it_keeps_every_rule(neo4j, second):
    turns = itertools.cycle((neo4j, second))  # one rule holds two graphs against each other
    writers = {server.port: wipe(server) for server in (neo4j, second)}
    graphs = {}

    def factory(facts):
        server = next(turns)
        if server.port in graphs:
            graphs.pop(server.port).close()
        writer = writers[server.port]
        writer.write(WIPE, {}, what="wiping")
        write(kgllm.load(facts)._base.view.store, writer)
        graphs[server.port] = Neo4jGraph.at(server.address, auth=server.auth, timeout=60)
        return graphs[server.port]

    try:
        check_graph(factory, random_graphs=2)  # the compiled graph is asked of many more; here each is written to a server
    finally:
        for one in (*graphs.values(), *writers.values()):
            one.close()
