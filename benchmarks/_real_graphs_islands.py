"""Graphs of `benchmarks real` of islands, a novel and tongues: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

ISLANDERS = Package(
    client="npm", name="animal-crossing", version="8.2.0", files=("package/lib/data/Villagers.json", "package/lib/data/Creatures.json")
)
UNWANTED = ("Image", "ilename", "Id", "List", "Color", "kitchenEquipment", "diyWorkbench")  # pictures, ids


def islanders() -> Any:
    """The villagers of a game's islands and what is caught there, Chinese names as aliases: nested JSON, two tables of records."""
    folder = unpacked(ISLANDERS) / "package/lib/data"
    tables = {name: json.loads((folder / f"{name.title()}.json").read_text(encoding="utf-8")) for name in ("villagers", "creatures")}
    for row in (row for table in tables.values() for row in table):
        row["name_zh"] = row.pop("translations")["cNzh"]
        row.pop("catchphrases", None)  # the same in seventeen languages
        for field in [field for field in row if field.endswith(UNWANTED) and field != "furnitureNameList"]:
            del row[field]
    return kgllm.load(tables, aliases="name_zh")


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (islanders,)}
