"""Graphs of `benchmarks real` of a theme park, the world's exchanges and a worm's brain: opened as a hurried user would."""

from __future__ import annotations

import ast
import csv
import importlib
import re
import sys
import tempfile
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

PARK = Package(client="pip", name="mcp-beijing-universal", version="0.2.0", files=("*/server.py",))
EXCHANGES = Package(client="pip", name="iso10383", version="2025.2.10", files=("iso10383/*",))
COUNTRIES = Package(client="pip", name="pytz", version="2026.6", files=("pytz/zoneinfo/iso3166.tab",))
WORM = Package(
    client="pip",
    name="cect",
    version="0.3.5",
    files=tuple(f"cect/data/{name}.csv" for name in ("all_cell_info", "herm_full_edgelist", "edgelist_MA")),
)


def theme_park() -> Any:
    """A theme park at Beijing, its rides, shows, restaurants and tickets, in Chinese under English fields: nested dicts."""
    code = next(unpacked(PARK).rglob("server.py")).read_text(encoding="utf-8")
    wanted = ("ATTRACTIONS", "SHOWS", "RESTAURANTS", "TICKET_PRICES", "EXPRESS_PASS_PRICES")
    tables = {}
    for line in ast.parse(code).body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) and line.targets[0].id in wanted:
            tables[line.targets[0].id.lower()] = ast.literal_eval(line.value)
    tables["express_pass_prices"] = [{"name_cn": name, "price": price} for name, price in tables["express_pass_prices"].items()]
    return kgllm.load(tables, name="name_cn", aliases="name_en", refers={"area": "area"})


def exchanges() -> Any:
    """The world's markets by their codes (ISO 10383), who operates them, where, since when: a Parquet file and a table of countries."""
    import pandas as pd

    sys.path.insert(0, str(unpacked(EXCHANGES)))
    try:
        entries = [one.value for one in importlib.import_module("iso10383").MIC]
    finally:
        sys.path.pop(0)
    rows = []
    for entry in entries:
        row = {field: value.name if isinstance(value, Enum) else value for field, value in vars(entry).items()}
        row["operating_mic"] = entry.operating_mic and entry.operating_mic.mic
        row["city"] = row["city"] and row["city"].replace("_", " ").title()
        row["iso_country_code"] = row["iso_country_code"] and row["iso_country_code"].strip("_").upper()
        rows.append(row)
    countries = pd.read_csv(
        unpacked(COUNTRIES) / "pytz/zoneinfo/iso3166.tab", sep="\t", comment="#", names=["code", "name"], keep_default_na=False
    )
    with tempfile.TemporaryDirectory() as folder:
        markets = Path(folder) / "markets.parquet"
        pd.DataFrame(rows).to_parquet(markets)
        return kgllm.load(
            {"markets": markets, "countries": countries},
            key=["markets.mic", "countries.code"],
            name=["markets.market_name", "countries.name"],
            refers={"operating_mic": "markets", "iso_country_code": "countries"},
        )


def worm_brain() -> Any:
    """The nervous system of a nematode, its cells, synapses, gap junctions and monoamines, asked half in Chinese: networkx."""
    import networkx as nx

    folder = unpacked(WORM) / "cect/data"
    worm = nx.MultiDiGraph()
    with open(folder / "all_cell_info.csv", encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            known = {field: value.strip() for field, value in row.items() if field and value and "To be added" not in value}
            worm.add_node(known.pop("Cell name"), **known)

    def cell(name: str) -> str:
        """VC04 is VC4 among the cells."""
        short = re.sub(r"0(\d)$", r"\1", name.strip())
        return short if short in worm and name.strip() not in worm else name.strip()

    with open(folder / "herm_full_edgelist.csv", encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            worm.add_edge(cell(row["Source"]), cell(row["Target"]), relation=row["Type"].strip(), weight=int(row["Weight"]))
    with open(folder / "edgelist_MA.csv", encoding="utf-8-sig", newline="") as lines:
        for source, target, amine, receptor in csv.reader(lines):
            worm.add_edge(cell(source), cell(target), relation=amine.strip(), receptor=receptor.strip())
    return kgllm.load(worm, types="Type", aliases="Name details")


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (theme_park, exchanges, worm_brain)}
