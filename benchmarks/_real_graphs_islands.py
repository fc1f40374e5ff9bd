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
TONGUES = Package(client="pip", name="python-iso639", version="2026.7.23", files=("iso639/_data/*.tab",))
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


def tongues() -> Any:
    """The codes of the world's languages, macrolanguages and what they hold, codes withdrawn: three TSV tables, joined by codes."""
    import pandas as pd

    folder = unpacked(TONGUES) / "iso639/_data"
    files = {"languages": "iso-639-3", "macrolanguages": "iso-639-3-macrolanguages", "retirements": "iso-639-3_Retirements"}
    tables = {  # "nan" is Min Nan Chinese
        name: pd.read_csv(folder / f"{file}.tab", sep="\t", keep_default_na=False, na_values=[""]) for name, file in files.items()
    }
    refers = {"M_Id": "languages", "I_Id": "languages", "Change_To": "languages"}
    return kgllm.load(tables, name="Ref_Name", refers=refers)


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (islanders, tongues)}
