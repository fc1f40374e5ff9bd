"""Neo4j: a database as a graph that is walked where it is, and writing one when asked.

graph, view, whole      `Neo4jGraph`, walked where it is; whole kinds and relations
discover, layout        how a database reads: what is a key, a name, an alias
cypher, query           every text that is sent, and a user's own
server                  one server: reads within a deadline, retried
meeting, numbers        the nodes of a question, and numbers for them
names, vectors          what is called so, or means nearly the same
scan, copy, statistics  all of it in pieces: compiled, counted, drawn from
write                   a graph written to Neo4j
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from kgllm.graphs.neo4j.graph import Neo4jGraph

if TYPE_CHECKING:
    from kgllm.graphs.compiled.build import Progress
    from kgllm.graphs.neo4j.write import Imported

__all__ = ["Neo4jGraph", "import_into"]


def import_into(
    target: Any,
    source: Any,
    *,
    auth: Any = None,
    database: str | None = None,
    sources: bool = True,
    progress: Progress | None = None,
    **options: Any,
) -> Imported:
    """Write a graph to a Neo4j database, in batches, with constraints; writing it again changes nothing.

    target: the address of a server (neo4j://…, bolt://…), or a driver. source: what `kgllm.load` takes, with its options.
    sources: whether facts keep where they were read.

    >>> import_into("neo4j://localhost", "movies.tsv", auth=("neo4j", "…")).facts    # doctest: +SKIP
    133582

    Raises:
        What `kgllm.load` raises for the source; UnsafeQueryError, ConfigError: it holds what cannot be written, and nothing was;
        GraphError and its kin: the server failed. What was written before stays, and the import may be run again.
    """
    from kgllm.graphs.compiled.graph import CompiledGraph, folded
    from kgllm.graphs.neo4j.server import Access, Server
    from kgllm.graphs.neo4j.write import write
    from kgllm.graphs.open import load

    graph = load(source, progress=progress, **options)
    if not isinstance(graph, CompiledGraph):
        graph = getattr(graph, "compiled", lambda: _through_memory(graph))()
    access = Access(database=database)
    server = Server.at(os.fspath(target), auth=auth, access=access) if isinstance(target, str) else Server(target, access=access)
    with server:
        return write(folded(graph.view()), server, sources=sources, progress=progress)


def _through_memory(graph: Any) -> Any:
    from kgllm.graphs.compiled.graph import build
    from kgllm.graphs.whole import scanned

    return build(scanned(graph))
