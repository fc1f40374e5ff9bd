"""More graphs of `benchmarks real`, of nested data: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kgllm
from benchmarks import _real_data as data


def emoji() -> Any:
    """Emoji as Chinese people call them, their tags, groups and subgroups: networkx with attributes."""
    import networkx as nx

    folder = data.unpacked(data.EMOJI) / "package/zh"
    headings = _json(folder / "messages.json")
    graph = nx.MultiDiGraph()
    found = {}
    for kind in ("group", "subgroup"):
        for one in headings[f"{kind}s"]:
            found[kind, one["order"]] = node = f"{kind}/{one['key']}"
            graph.add_node(node, kind=kind, label=one["message"], key=one["key"])
    for one in _json(folder / "data.json"):
        told = {field: value for field, value in one.items() if field not in {"skins", "text", "group", "subgroup"}}
        graph.add_node(one["hexcode"], kind="emoji", **told)
        for kind in ("group", "subgroup"):
            if kind in one:
                graph.add_edge(one["hexcode"], found[kind, one[kind]], relation=kind)
    return kgllm.load(graph, name="label", types="kind", aliases=["emoji"])


def birds() -> Any:
    """Birds of the world but songbirds and hummingbirds, their genera, families and orders: a CSV file of a taxonomy as one DataFrame."""
    import pandas as pd

    frame = pd.read_csv(data.unpacked(data.BIRDS) / "birdnames/data/processed/avilist_2025_taxonomy.csv")
    left_out = (frame["avilist_taxon_rank"] == "subspecies") | frame["avilist_order"].isin(["Passeriformes", "Apodiformes"])
    frame = frame[~left_out].drop(columns="avilist_avibase_id")
    ranks = dict.fromkeys(("genus", "avilist_family", "avilist_order"), "birds")
    names = ["avilist_common_name", "scientific_name"]
    return kgllm.load(frame, table="birds", key="scientific_name", name=names, types="avilist_taxon_rank", refers=ranks)


PICTURES_AND_TEXTS = {"img", "icon", "desc", "lore", "notes", "hint", "abilities", "attrib"}


def dota() -> Any:
    """A game's heroes, their abilities, items and what they are made of: four JSON files of objects by their keys, as three tables."""
    folder = data.unpacked(data.DOTA) / "package/build"
    heroes, abilities, items, of_hero = (_json(folder / f"{name}.json") for name in ("heroes", "abilities", "items", "hero_abilities"))
    tables: dict[str, list[dict[str, Any]]] = {"heroes": [], "abilities": [], "items": []}
    used: dict[str, None] = {}
    for hero in heroes.values():
        named = [one for one in of_hero[hero["name"]]["abilities"] if abilities.get(one, {}).get("dname")]
        used |= dict.fromkeys(named)
        tables["heroes"].append({**{field: value for field, value in hero.items() if field not in PICTURES_AND_TEXTS}, "abilities": named})
    for table, rows in (("abilities", {key: abilities[key] for key in used}), ("items", items)):
        for key, row in rows.items():
            told = {field: value for field, value in row.items() if field not in PICTURES_AND_TEXTS and value is not False}
            bonuses = {one["key"]: one["value"] for one in row["attrib"] if "display" in one}
            if "dname" in row:
                tables[table].append({"key": key, **told, **bonuses})
    keys = ["heroes.id", "abilities.key", "items.key"]
    links = {"abilities": "abilities", "components": "items"}
    return kgllm.load(tables, key=keys, name=["localized_name", "dname"], aliases="aliases", refers=links)


def bible() -> Any:
    """The books of the Bible with their Chinese names, its chapters and pericopes: four TSV tables, joined by what their numbers begin with."""
    import pandas as pd

    folder = data.unpacked(data.BIBLE) / "biblelib"
    files = ("book/books", "book/books_zhs", "unit/chapterverses", "pericope/pericopes_eng_BSB")
    books, chinese, chapters, pericopes = (pd.read_csv(folder / f"{name}.tsv", sep="\t", comment="#", dtype=str) for name in files)
    books = books.merge(chinese, on="usfmname", suffixes=("", "_zh"))
    books["usfmnumber"] = books["usfmnumber"].str.zfill(2)
    chapters["book"] = chapters["chapter_ID"].str[:2]
    chapters["number"] = chapters["chapter_ID"].str[2:].astype(int)
    chapters["verses"] = chapters["end_ID"].str[-3:].astype(int)
    chapters["name"] = chapters["book"].map(books.set_index("usfmnumber")["name"]) + " " + chapters["number"].astype(str)
    pericopes["chapter"] = pericopes["startid"].str[:5]
    keys = ["books.usfmnumber", "chapters.chapter_ID", "pericopes.startid"]
    names = ["books.name", "chapters.name", "pericopes.title"]
    tables = {"books": books.drop(columns=["logosID", "biblia"]), "chapters": chapters, "pericopes": pericopes}
    return kgllm.load(tables, key=keys, name=names, aliases=["name_zh", "altname"], refers={"book": "books", "chapter": "chapters"})


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (emoji, birds, dota, bible)}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
