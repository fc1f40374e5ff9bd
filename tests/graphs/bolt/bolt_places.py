"""Real servers, and a connection to one that holds nothing."""

from __future__ import annotations

import pytest

from kgllm.graphs.neo4j.server import Access, Server

servers = pytest.importorskip("servers.neo4j")

WIPE = "MATCH (n) DETACH DELETE n"


def running():
    """A server, of the version that KGLLM_NEO4J_VERSION says, or a skip with the reason."""
    try:
        return servers.Neo4j(memory="700m", quick=True)
    except servers.NoJavaError as error:
        pytest.skip(f"needs Java and Maven for a Neo4j server: {error}")


def wipe(server) -> Server:
    """A connection to a server that holds nothing any more."""
    made = Server.at(server.address, auth=server.auth, access=Access(timeout=60))
    made.write(WIPE, {}, what="wiping")
    for row in made.read(("SHOW CONSTRAINTS YIELD name", {}), what="looking")[0]:
        made.write(f"DROP CONSTRAINT {row[0]}", {}, what="wiping")
    for row in made.read(("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name", {}), what="looking")[0]:
        made.write(f"DROP INDEX {row[0]}", {}, what="wiping")
    return made
