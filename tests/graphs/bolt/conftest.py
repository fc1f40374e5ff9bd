"""Real servers for the tests of Neo4j, started once; what is written is wiped for each test that asks for a clean one."""

from __future__ import annotations

import pytest
from bolt_places import running, wipe


@pytest.fixture(scope="session")
def neo4j():
    """A server that the tests of the session share."""
    server = running()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def second():
    """Another one, where two graphs must be there at once."""
    server = running()
    yield server
    server.stop()


@pytest.fixture
def clean(neo4j):
    """A connection to the shared server, emptied."""
    with wipe(neo4j) as made:
        yield made
