"""Graphs of `benchmarks real` of dishes, buses and a cell: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

MENU = Package(client="pip", name="menus-mcp", version="1.1.1", files=("menus_mcp/knowledge_base/*.json",))


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


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (menu,)}
