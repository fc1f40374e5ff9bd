"""Graphs of nodes and edges with attributes: networkx objects, GraphML, node-link JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx

from kgllm.errors import GraphError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.attributes import Attributes, records
from kgllm.graphs.base import Record
from kgllm.graphs.readers.columns import entity_of
from kgllm.graphs.readers.jsontext import parse_json
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.sources import UNEXPECTED, whole
from kgllm.graphs.readers.xmlguard import check_xml
from kgllm.types import Fact

_RELATIONS = ("relation", "predicate", "relationship", "label", "type", "name")
ONE_WAY = (
    "the graph is undirected: which end an edge began with is not kept, and each is read one way (build a DiGraph where the direction "
    "says something; graph.to_directed() holds every edge both ways, as of friends)"
)
_CLASSES = {(False, False): nx.Graph, (True, False): nx.DiGraph, (False, True): nx.MultiGraph, (True, True): nx.MultiDiGraph}


def read_networkx(graph: Any, options: Mapping[str, Any], notes: Notes) -> Iterator[Record]:
    """The entities and facts of a networkx graph of any class; an undirected edge is one fact.

    Raises:
        ConfigError, GraphError: ids, attributes or relations that cannot be.
    """
    if not graph.is_directed() and graph.number_of_edges():
        notes.say(ONE_WAY)
    yield from records(graph, _attributes(options))


def read_graphml(path: Path, options: Mapping[str, Any], notes: Notes) -> Iterator[Record]:
    """The entities and facts of a GraphML file. Where not said, the relation is the first usual attribute that edges have.

    Raises:
        GraphParseError: not XML, not GraphML, or XML that declares entities.
    """
    document = whole(path)
    check_xml(document, path.name, entities=False)
    try:
        _check_edges(ElementTree.fromstring(document), path.name)
        graph = nx.parse_graphml(document, force_multigraph=True)
    except (*UNEXPECTED, nx.NetworkXException) as error:
        raise GraphParseError(f"{path.name}: not GraphML: {shorten(str(error))}") from error
    yield from _of_file(graph, options, path.name)


def _check_edges(root: ElementTree.Element, name: str) -> None:
    """networkx makes nodes of ends that are missing, and one of two nodes with the same id."""
    nodes = [one.get("id") for one in root.iter() if one.tag.rpartition("}")[2] == "node"]
    known = set(nodes)
    if len(known) < len(nodes) or None in known:
        twice = next(one for one in nodes if one is None or nodes.count(one) > 1)
        raise GraphParseError(f"{name}: a node without an id" if twice is None else f"{name}: the id {shorten(twice)} is given twice")
    for edge in root.iter():
        if edge.tag.rpartition("}")[2] == "edge":
            for end in ("source", "target"):
                if edge.get(end) not in known:
                    raise GraphParseError(f"{name}: an edge's {end} is no node: {shorten(edge.get(end))}")


def read_node_link(path: Path, options: Mapping[str, Any], notes: Notes) -> Iterator[Record]:
    """The entities and facts of a node-link JSON file, as networkx and D3 write it.

    Raises:
        GraphParseError: not JSON, keys that are missing, ids that are none or not unique, edges to no node.
    """
    document = parse_json(path)
    edges = next((key for key in ("edges", "links") if isinstance(document, dict) and key in document), None)
    if edges is None or "nodes" not in document or not isinstance(document["nodes"], list) or not isinstance(document[edges], list):
        raise GraphParseError(
            f"{path.name}: not node-link JSON: it needs a list of nodes, and a list of edges (or links)", hint=_otherwise(document)
        )
    graph = _CLASSES[document.get("directed", True) is True, True]()
    for place, node in enumerate(document["nodes"]):
        key = _id_of(node, "id", f"{path.name}: node {place}")
        if key in graph:
            raise GraphParseError(f"{path.name}: node {place}: the id {shorten(key)} is given twice")
        graph.add_node(key)
        graph.nodes[key].update((name, value) for name, value in node.items() if name != "id")
    for place, edge in enumerate(document[edges]):
        where = f"{path.name}: edge {place}"
        ends = _id_of(edge, "source", where), _id_of(edge, "target", where)
        for end in ends:
            if end not in graph:
                raise GraphParseError(f"{where}: there is no node {shorten(end)}")
        own = edge["key"] if isinstance(edge.get("key"), str) else None
        if own is not None and graph.has_edge(*ends, own):
            raise GraphParseError(f"{where}: the key {shorten(own)} is given twice between {shorten(ends[0])} and {shorten(ends[1])}")
        added = graph.add_edge(*ends, key=own)
        graph.edges[(*ends, added)].update((name, value) for name, value in edge.items() if name not in ("source", "target", "key"))
    yield from _of_file(graph, options, path.name)


def _otherwise(document: Any) -> str:
    """How graphs in other forms of JSON are read."""
    if not isinstance(document, dict):
        return ""
    if isinstance(document.get("elements"), dict):
        return "of Cytoscape: kgllm.load(networkx.cytoscape_graph(json.load(file)))"
    if isinstance(document.get("graph"), dict) and "edges" in document["graph"]:
        ends = "[(edge['source'], edge.get('relation', 'edge'), edge['target']) for edge in graph['edges']]"
        return f"JSON Graph Format: with graph = json.load(file)['graph'], kgllm.load({ends}, names={{key: node['label'] for key, node in graph['nodes'].items()}})"
    return ""


def _of_file(graph: Any, options: Mapping[str, Any], name: str) -> Iterator[Record]:
    """The records of a graph that a file held; what its content cannot be is the file's fault."""
    if "relation" not in options:
        usual = next((one for one in _RELATIONS if any(one in data for _, _, data in graph.edges(data=True))), None)
        options = {**options, **({"relation": usual} if usual else {})}
    attributes = _attributes(options)
    try:
        for record in records(graph, attributes):
            yield record if record.fact is None or record.fact.source else Record(fact=_from(record.fact, name))
    except (WrongTypeError, GraphError) as error:
        raise GraphParseError(f"{name}: {error.args[0]}", hint=error.hint) from error


def _from(fact: Fact, name: str) -> Fact:
    return Fact(fact.subject, fact.relation, fact.object, fact.qualifiers, (name,))


def _attributes(options: Mapping[str, Any]) -> Attributes:
    return Attributes(**{name: value for name, value in options.items() if name in Attributes.__dataclass_fields__})


def _id_of(what: Any, key: str, where: str) -> str | int:
    if not isinstance(what, dict):
        raise GraphParseError(f"{where}: must be an object, not {shorten(what)}")
    if key not in what:
        raise GraphParseError(f"{where}: has no {key!r}, only {shorten(sorted(what))}")
    found = what[key]
    if found == "" or not isinstance(found, str):
        return entity_of(found or None, where).id
    return found
