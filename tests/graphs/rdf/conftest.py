"""One real Fuseki for all tests that need it."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def fuseki():
    """A running Apache Jena Fuseki; skips only where there is no Java or no Maven to have it by."""
    from servers.fuseki import Fuseki
    from servers.java import NoJavaError

    try:
        server = Fuseki()
    except NoJavaError as error:
        pytest.skip(f"no Fuseki: {error}")
    yield server
    server.stop()
