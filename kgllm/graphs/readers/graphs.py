"""Graphs of nodes and edges with attributes: networkx objects, GraphML, node-link JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import networkx as nx

from kgllm.errors import ConfigError, GraphError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.attributes import Attributes, records
from kgllm.graphs.base import Record
from kgllm.graphs.readers.jsontext import parse_json
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.sources import UNEXPECTED, open_binary
from kgllm.graphs.readers.xmlguard import check_xml

_RELATIONS = ("relation", "predicate", "relationship", "label", "type", "name")
_CLASSES = {(False, False): nx.Graph, (True, False): nx.DiGraph, (False, True): nx.MultiGraph, (True, True): nx.MultiDiGraph}


def read_networkx(graph: Any, options: Mapping[str, Any], notes: Notes) -> Iterator[Record]:
    """The entities and facts of a networkx graph of any class; an undirected edge is one fact.

    Raises:
        ConfigError, GraphError: ids, attributes or relations that cannot be.
    """
    yield from records(graph, _attributes(options))


def read_graphml(path: Path, options: Mapping[str, Any], notes: Notes) -> Iterator[Record]:
    """The entities and facts of a GraphML file. Where not said, the relation is the first usual attribute that edges have.

    Raises:
        GraphParseError: not XML, not GraphML, or XML that declares entities.
    """
    with open_binary(path) as file:
        whole = file.read()
    check_xml(whole, path.name, entities=False)
    try:
        graph = nx.parse_graphml(whole, force_multigraph=True)
    except (*UNEXPECTED, nx.NetworkXException) as error:
        raise GraphParseError(f"{path.name}: not GraphML: {shorten(str(error))}") from error
    yield from _of_file(graph, options, path.name)


def read_node_link(path: Path, options: Mapping[str, Any], notes: Notes) -> Iterator[Record]:
    """The entities and facts of a node-link JSON file, as networkx and D3 write it.

    Raises:
        GraphParseError: not JSON, keys that are missing, ids that are none or not unique, edges to no node.
    """
    whole = parse_json(path)
    edges = next((key for key in ("edges", "links") if isinstance(whole, dict) and key in whole), None)
    if edges is None or "nodes" not in whole or not isinstance(whole["nodes"], list) or not isinstance(whole[edges], list):
        raise GraphParseError(f"{path.name}: not node-link JSON: it needs a list of nodes, and a list of edges (or links)")
    graph = _CLASSES[whole.get("directed", True) is True, True]()
    for place, node in enumerate(whole["nodes"]):
        key = _id_of(node, "id", f"{path.name}: node {place}")
        if key in graph:
            raise GraphParseError(f"{path.name}: node {place}: the id {shorten(key)} is given twice")
        graph.add_node(key)
        graph.nodes[key].update((name, value) for name, value in node.items() if name != "id")
    for place, edge in enumerate(whole[edges]):
        where = f"{path.name}: edge {place}"
        ends = _id_of(edge, "source", where), _id_of(edge, "target", where)
        for end in ends:
            if end not in graph:
                raise GraphParseError(f"{where}: there is no node {shorten(end)}")
        key = edge.get("key")
        added = graph.add_edge(*ends, key=None if key is None else str(key) if isinstance(key, (str, int)) else place)
        graph.edges[(*ends, added)].update((name, value) for name, value in edge.items() if name not in ("source", "target", "key"))
    yield from _of_file(graph, options, path.name)


def _of_file(graph: Any, options: Mapping[str, Any], name: str) -> Iterator[Record]:
    """The records of a graph that a file held; what its content cannot be is the file's fault."""
    if "relation" not in options:
        usual = next((one for one in _RELATIONS if any(one in data for _, _, data in graph.edges(data=True))), None)
        options = {**options, **({"relation": usual} if usual else {})}
    attributes = _attributes(options)
    told = isinstance(attributes.source, str)
    try:
        for record in records(graph, attributes):
            yield record if told or record.fact is None else Record(fact=_from(record.fact, name))
    except WrongTypeError as error:
        raise GraphParseError(f"{name}: {error}") from error
    except (ConfigError, GraphError) as error:
        raise type(error)(f"{name}: {error}") from error


def _from(fact: Any, name: str) -> Any:
    return type(fact)(fact.subject, fact.relation, fact.object, fact.qualifiers, (name,))


def _attributes(options: Mapping[str, Any]) -> Attributes:
    return Attributes(**{name: value for name, value in options.items() if name in Attributes.__dataclass_fields__})


def _id_of(what: Any, key: str, where: str) -> str | int:
    if not isinstance(what, dict):
        raise GraphParseError(f"{where}: must be an object, not {shorten(what)}")
    if key not in what:
        raise GraphParseError(f"{where}: has no {key!r}, only {shorten(sorted(what))}")
    found = what[key]
    if isinstance(found, bool) or not isinstance(found, (str, int)) or found == "":
        raise GraphParseError(f"{where}: {key} must be a text or a whole number, not {shorten(found)}")
    return found
