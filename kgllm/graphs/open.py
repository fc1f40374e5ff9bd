"""`kgllm.load` and `kgllm.compile`: from any source to a graph that can be asked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Unpack
from typing import Literal as Choice

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.base import Graph
from kgllm.graphs.compiled.build import Progress
from kgllm.graphs.compiled.folder import is_compiled
from kgllm.graphs.compiled.graph import CompiledGraph, build
from kgllm.graphs.readers import read
from kgllm.graphs.readers.formats import is_path
from kgllm.graphs.readers.options import Options, check_options
from kgllm.graphs.readers.sources import local_path
from kgllm.graphs.whole import scanned


def load(
    source: Any,
    /,
    *,
    backend: Choice["compiled", "networkx", "rdf"] = "compiled",
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Graph:
    """A graph from a file, a compiled folder, an object, or a server.

    source: the address of a Neo4j database (neo4j://, bolt:// and their +s forms, with auth=(user, password)) or a driver of
    yours (see `kgllm.graphs.neo4j.Neo4jGraph`), or of a SPARQL endpoint (sparql+https://, see
    `kgllm.graphs.rdf.endpoint.SparqlGraph`), asked where it is; the path of a local file (TSV, CSV, "|", JSON lines, Parquet,
    GraphML, node-link JSON, Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD; text also gzipped) or of a compiled folder; an
    iterable of triples, `Fact`s or graphs (which become one); a pandas DataFrame; a networkx graph; an rdflib Graph or Dataset, a pyoxigraph Store.
    A `Graph` is given back as it is.
    backend: "networkx" walks a networkx graph, and "rdf" an rdflib graph or a pyoxigraph Store, live instead of compiling it.
    options: see `kgllm.graphs.readers.options.Options`.

    In plain triples and tables every text is an entity, whose id and name it is; other values (numbers, dates, truth
    values) are literals. Rows with an empty field are skipped, counted, logged, and told by the graph's `notes`.

    >>> load([("流浪地球", "导演", "郭帆"), ("流浪地球", "year", 2019)]).schema().facts
    2

    Raises:
        ConfigError: an option or a path that cannot be; WrongTypeError: a source that is none.
        GraphParseError: the source is not what its format says, with file and line where known. No graph is made then.
        MissingExtraError: the package that reads this format is not installed.
    """
    if backend not in ("compiled", "networkx", "rdf"):
        raise ConfigError(f"backend must be 'compiled', 'networkx' or 'rdf', not {shorten(backend)}")
    if backend == "networkx":
        return _live(source, dict(options))
    if backend == "rdf":
        from kgllm.graphs.rdf.live import RdfGraph

        return RdfGraph(source, **dict[str, Any](options))
    if (ready := _ready(source, dict(options))) is not None:
        return ready
    return _build(source, dict(options), None, progress)


def compile(
    source: Any, /, folder: str | os.PathLike[str], *, progress: Progress | None = None, **options: Unpack[Options]
) -> CompiledGraph:
    """Write a source, or any graph, as a compiled folder, and open it. Sources and options are those of `load`.

    What is in the folder stays as it is until the new graph is whole.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     graph = compile([("Inception", "directed by", "Christopher Nolan")], folder)
    ...     load(folder).schema().facts
    1

    Raises: as `load` does.
    """
    if not is_path(folder):
        raise WrongTypeError(
            f"folder must be a path, not {shorten(folder)}", hint='kgllm.compile(source, "graph.kg"); kgllm.load needs none'
        )
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise ConfigError(f"{shorten(str(folder))} is a file, not a folder")
    return _build(_ready(source, dict(options)) or source, dict(options), target, progress)


def _live(source: Any, options: dict[str, Any]) -> Graph:
    from kgllm.graphs.networkx import NetworkxGraph

    check_options(options, ("relation", "relations", "id", "name", "aliases", "types", "source"), 'backend="networkx"', everywhere=False)
    return NetworkxGraph(source, **options)


def _ready(source: Any, options: dict[str, Any]) -> Graph | None:
    """The source itself where it is a graph, the graph of a compiled folder or at an address, or None."""
    if isinstance(source, Graph):
        check_options(options, (), "a graph", everywhere=False)
        return source
    if (graph := _neo4j(source, options)) is not None:
        return graph
    if isinstance(source, str) and source.lower().startswith(("sparql+http:", "sparql+https:")):
        from kgllm.graphs.rdf.endpoint import SparqlGraph

        return SparqlGraph(source, **options)
    if is_path(source) and (path := local_path(source, options.get("root"))).is_dir() and is_compiled(path):
        check_options(options, ("root", "relations"), "a compiled folder", everywhere=False)
        return CompiledGraph.open(path, relations=options.get("relations"))
    return None


def _neo4j(source: Any, options: dict[str, Any]) -> Graph | None:
    """The database at an address, or behind a driver."""
    address = isinstance(source, str) and source.partition(":")[0].lower() in ("neo4j", "neo4j+s", "bolt", "bolt+s")
    driver = any(base.__module__.partition(".")[0] == "neo4j" for base in type(source).__mro__) and hasattr(source, "session")
    if not address and not driver:
        return None
    from kgllm.graphs.neo4j import Neo4jGraph

    allowed = ("relations", "id", "name", "aliases", "types", "names", "skip", "database", "impersonate", "timeout", "retries", "pool")
    check_options(options, (*allowed, *(("auth", "connect") if address else ())), "Neo4j", everywhere=False)
    return Neo4jGraph.at(source, **options) if address else Neo4jGraph(source, **options)


def _build(source: Any, options: dict[str, Any], folder: Path | None, progress: Progress | None) -> CompiledGraph:
    if isinstance(source, CompiledGraph) and folder is not None:
        return source.save(folder)
    if isinstance(source, Graph):
        if (own := getattr(source, "compiled", None)) is not None:
            return own(folder, progress)
        return build(scanned(source), folder=folder, progress=progress)
    unnamed = options.pop("unnamed", None)
    reading = read(source, options)
    graph = build(iter(reading), folder=folder, progress=progress, unnamed=unnamed)
    graph.notes = reading.notes
    return graph
