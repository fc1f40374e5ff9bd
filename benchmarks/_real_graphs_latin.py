"""More graphs of `benchmarks real`, whose names are Latin: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

FILMS = Package(client="npm", name="vega-datasets", version="3.2.1", files=("package/data/movies.json",))
SKY = Package(
    client="npm",
    name="d3-celestial",
    version="0.7.35",
    files=("package/data/starnames.json", "package/data/stars.8.json", "package/data/constellations.json", "package/data/messier.json"),
)
# As the package's readme spells its codes out.
OBJECTS = {
    "gc": "globular cluster",
    "oc": "open cluster",
    "s": "spiral galaxy",
    "e": "elliptical galaxy",
    "i": "irregular galaxy",
    "sfr": "star forming region",
    "pn": "planetary nebula",
    "rn": "reflection nebula",
    "snr": "supernova remnant",
}


def films() -> Any:
    """Films to 2010, what they cost and made: the JSON file as it is, a record a film."""
    return kgllm.load(unpacked(FILMS) / "package/data/movies.json")


def sky() -> Any:
    """Stars that have names, constellations in twenty languages, Messier's objects: networkx with attributes."""
    import networkx as nx

    folder = unpacked(SKY) / "package/data"
    seen = {str(star["id"]): star["properties"] for star in _json(folder / "stars.8.json")["features"]}
    graph = nx.MultiDiGraph()
    for one in _json(folder / "constellations.json")["features"]:
        about = one["properties"]
        graph.add_node(one["id"], layer="constellation", **{field: value for field, value in about.items() if field != "display"})
    for hip, star in _json(folder / "starnames.json").items():
        if star["name"]:
            about = {field: value for field, value in {**star, **seen.get(hip, {})}.items() if value != "" and field != "c"}
            graph.add_node(int(hip), layer="star", **about)
            if star.get("c"):
                graph.add_edge(int(hip), star["c"], relation="constellation")
    for one in _json(folder / "messier.json")["features"]:
        about = {field: value for field, value in one["properties"].items() if value != ""}
        graph.add_node(one["id"], layer="messier", **{**about, "type": OBJECTS.get(about["type"], about["type"])})
    return kgllm.load(graph, name="name", types="layer", aliases=["zh", "alt"])


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (films, sky)}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
