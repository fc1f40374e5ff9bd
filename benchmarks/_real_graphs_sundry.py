"""Graphs of `benchmarks real` of dishes, buses and a cell: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

MENU = Package(client="pip", name="menus-mcp", version="1.1.1", files=("menus_mcp/knowledge_base/*.json",))
BUSES = Package(client="pip", name="gtfs-kit", version="13.0.1", files=("*/data/cairns_gtfs.zip",), source=True)


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


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (menu, buses)}
