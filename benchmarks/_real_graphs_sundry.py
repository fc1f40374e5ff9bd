"""Graphs of `benchmarks real` of dishes, buses and a cell: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import kgllm
from benchmarks._real_data import Package, unpacked

MENU = Package(client="pip", name="menus-mcp", version="1.1.1", files=("menus_mcp/knowledge_base/*.json",))
BUSES = Package(client="pip", name="gtfs-kit", version="13.0.1", files=("*/data/cairns_gtfs.zip",), source=True)
CELL = Package(client="pip", name="cobra", version="0.32.1", files=("cobra/data/textbook.xml.gz",))


def menu() -> Any:
    """Dishes of the world, what they cost, their styles, cuisines and regions, in Chinese: nested JSON, ids in lists."""
    folder = unpacked(MENU) / "menus_mcp/knowledge_base"
    hierarchy, index, keywords, prices = (
        json.loads((folder / f"kb_{name}.json").read_text(encoding="utf-8"))
        for name in ("hierarchy", "dish_index", "keyword_index", "price_index")
    )
    for dish in index:
        dish["keywords"] = [word for word, ids in keywords.items() if dish["id"] in ids]
        dish["price_level"] = next(level for level, ids in prices.items() if dish["id"] in ids)
    refers = {"dish_ids": "dishes", "cuisine": "cuisines", "sub_style_id": "sub_styles"}
    return kgllm.load({"regions": hierarchy["regions"], "dishes": index}, aliases="name_en", refers=refers)


def buses() -> Any:
    """The buses of Cairns, where they stop, when and on which days they run: CSV tables of GTFS, joined by their ids."""
    import pandas as pd

    with zipfile.ZipFile(next(unpacked(BUSES).glob("*/data/cairns_gtfs.zip"))) as feed:
        tables = {name: pd.read_csv(feed.open(f"{name}.txt")) for name in ("routes", "stops", "trips", "calendar", "stop_times")}
    times = tables.pop("stop_times")
    begun_and_over = times.groupby("trip_id").agg({"departure_time": "min", "arrival_time": "max"})
    tables["trips"] = tables["trips"].merge(begun_and_over, on="trip_id").drop(columns=["block_id", "shape_id"])
    tables["route_stops"] = times.merge(tables["trips"], on="trip_id")[["route_id", "stop_id"]].drop_duplicates()
    return kgllm.load(tables, name=["route_short_name", "stop_name"])


FBC = "{http://www.sbml.org/sbml/level3/version1/fbc/version2}"
IN_SBML = {"reactant": "listOfReactants", "product": "listOfProducts"}


def cell() -> Any:
    """The core metabolism of a bacterium, its reactions, metabolites and genes: SBML as networkx, amounts on its edges."""
    import networkx as nx

    model = ElementTree.fromstring(gzip.decompress((unpacked(CELL) / "cobra/data/textbook.xml.gz").read_bytes()))  # noqa: S314
    values = {one.get("id"): float(one.get("value", "0")) for one in model.iterfind(".//{*}parameter")}
    places = {one.get("id"): one.get("name") for one in model.iterfind(".//{*}compartment")}
    graph = nx.MultiDiGraph()
    for gene in model.iterfind(".//{*}geneProduct"):
        graph.add_node(gene.get(f"{FBC}id"), kind="gene", name=gene.get(f"{FBC}name"), label=gene.get(f"{FBC}label"), **_annotated(gene))
    for one in model.iterfind(".//{*}species"):
        about = {"compartment": places[one.get("compartment")], "charge": int(one.get(f"{FBC}charge", "0"))}
        formula = one.get(f"{FBC}chemicalFormula")
        graph.add_node(one.get("id"), kind="metabolite", name=one.get("name"), formula=formula, **about, **_annotated(one))
    for one in model.iterfind(".//{*}reaction"):
        key, bounds = one.get("id"), {f"{end}_bound": values[one.get(f"{FBC}{end}FluxBound")] for end in ("lower", "upper")}
        reversible = one.get("reversible") == "true"
        graph.add_node(key, kind="reaction", name=one.get("name"), reversible=reversible, **bounds, **_annotated(one))
        for relation, listed in IN_SBML.items():
            for end in one.iterfind(f"{{*}}{listed}/{{*}}speciesReference"):
                graph.add_edge(key, end.get("species"), relation=relation, stoichiometry=float(end.get("stoichiometry", "1")))
        for gene in {end.get(f"{FBC}geneProduct"): None for end in one.iterfind(".//{*}geneProductRef")}:
            graph.add_edge(key, gene, relation="gene")
    return kgllm.load(graph, name="name", types="kind", aliases=["label", "bigg.reaction", "bigg.metabolite"])


def _annotated(one: ElementTree.Element) -> dict[str, list[str]]:
    """What other databases call it: http://identifiers.org/kegg.compound/C00236."""
    found: dict[str, list[str]] = {}
    for item in one.iterfind(".//{*}li"):
        base, known_as = next(iter(item.attrib.values())).rsplit("/", 2)[1:]
        found.setdefault(base, []).append(known_as)
    return found


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (menu, buses, cell)}
