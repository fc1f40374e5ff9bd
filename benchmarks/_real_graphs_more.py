"""More graphs of `benchmarks real`, of other trades: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks import _real_data as data


def stations() -> Any:
    """The larger railway stations of Germany: nested JSON, a record a line, as they are."""
    lines = (data.unpacked(data.STATIONS) / "package/full.ndjson").read_text(encoding="utf-8").splitlines()
    larger = [station for station in map(json.loads, lines) if station["category"] <= 3]
    return kgllm.load(larger, table="stations")


def units() -> Any:
    """Units of measurement, currencies and the kinds of quantity that they measure: three files of RDF/XML in one rdflib graph."""
    import rdflib

    graph = rdflib.Graph()
    for name in ("unit", "qudt-quantity", "qudt"):
        graph.parse(data.unpacked(data.UNITS) / f"qudt/ontology/resources/{name}.rdf")
    return kgllm.load(graph)


def canon() -> Any:
    """The Taishō edition of the Chinese Buddhist canon and who wrote or translated it: two CSV tables, the author the foreign key."""
    import pandas as pd

    folder = data.unpacked(data.CANON) / "bunduk_mcp/references"
    texts = pd.read_csv(folder / "textref-cbeta.csv", usecols=["primary_id", "title", "dynasty", "author", "edition"])
    texts = texts[texts["edition"] == "大正新脩大藏經"].drop(columns="edition")
    texts["author"] = texts["author"].str.split(",")
    names = pd.read_csv(folder / "biogref-ddbc-data.csv", on_bad_lines="skip").drop(columns="primary_id")
    others = names.groupby("person_id")["person_name"].agg(lambda every: list(every[1:]))
    persons = names.drop_duplicates("person_id")
    persons = persons[persons["person_name"].isin(texts["author"].explode())].drop_duplicates("person_name")
    persons["other_names"] = persons["person_id"].map(others)
    keys = ["texts.primary_id", "persons.person_id"]
    return kgllm.load(
        {"texts": texts, "persons": persons}, key=keys, name=["title", "person_name"], aliases="other_names", refers={"author": "persons"}
    )


def languages() -> Any:
    """Programming, markup and data languages as GitHub tells them apart: a JSON file of objects by their keys."""
    path = data.unpacked(data.LANGUAGES) / "package/languages.json"
    return kgllm.load(path, aliases="aliases", refers={"group": "languages"})


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (stations, units, canon, languages)}
