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


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (emoji, birds)}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
