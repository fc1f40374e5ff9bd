"""Graphs of `benchmarks real` of licences, software releases and cards: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import kgllm
from benchmarks._real_data import Package, unpacked

LICENCES = Package(
    client="pip",
    name="cc.licenserdf",
    version="0.2.29",
    files=tuple(f"*/cc/licenserdf/rdf/{name}.rdf" for name in ("index", "jurisdictions", "schema")),
    source=True,
)
ELECTRON = Package(client="npm", name="electron-releases", version="3.1171.0", files=("package/lite.json",))
NODE = Package(
    client="npm",
    name="node-releases",
    version="2.0.66",
    files=("package/data/processed/envs.json", "package/data/release-schedule/release-schedule.json"),
)
HEARTHSTONE = Package(
    client="pip",
    name="hearthstone-data",
    version="255790.1",
    files=("hearthstone_data/CardDefs.xml", "hearthstone_data/Strings/zhCN/GLOBAL.txt"),
)


def cc_licences() -> Any:
    """Creative Commons' licences to 2012, what they permit and require, where and in which languages: RDF/XML in an rdflib graph."""
    import rdflib

    graph = rdflib.Graph()
    for path in sorted(unpacked(LICENCES).rglob("*.rdf")):
        text = path.read_text(encoding="utf-8")
        # rdflib reads no "sr@latin", "es_CO" and "i18n" as languages
        text = re.sub(r'<dc:title xml:lang="(?:i18n|\w+[@_]\w+)">[^<]*</dc:title>', "", text)
        graph.parse(data=text, format="xml")
    for licence in set(graph.subjects(rdflib.RDF.type, rdflib.URIRef("http://creativecommons.org/ns#License"))):
        short = " ".join(licence.strip("/").split("/")[4:]).upper()  # …/licenses/by-nc/3.0/de/ is called CC BY-NC 3.0 DE
        graph.add((licence, rdflib.SKOS.altLabel, rdflib.Literal(f"CC {short}")))
    return kgllm.load(graph, name=[str(rdflib.DC.title), str(rdflib.RDFS.label)], language="en")


def electron() -> Any:
    """What Electron's releases hold, Node's releases and how long its lines are kept up: nested JSON of two packages as three tables."""
    released = json.loads((unpacked(ELECTRON) / "package/lite.json").read_text(encoding="utf-8"))
    stable = [
        {
            "version": one["version"],
            "name": one["name"],
            "published_at": one["published_at"][:10],
            "total_downloads": one["total_downloads"],
            "npm_dist_tags": one["npm_dist_tags"],
            **one.get("deps", {}),
        }
        for one in released
        if not one["prerelease"] and "-" not in one["version"]
    ]
    data = unpacked(NODE) / "package/data"
    node = [one for one in json.loads((data / "processed/envs.json").read_text(encoding="utf-8")) if "-" not in one["version"]]
    for one in node:
        one["name"] = f"Node.js {one['version']}"
        one["line"] = re.match(r"0\.\d+|\d+", one["version"])[0]
    schedule = json.loads((data / "release-schedule/release-schedule.json").read_text(encoding="utf-8"))
    lines = [{"line": key[1:], "name": f"Node.js {key}", **dates} for key, dates in schedule.items()]
    return kgllm.load(
        {"electron": stable, "node": node, "lines": lines},
        key={"electron": "version", "node": "version", "lines": "line"},
        refers={"electron.node": "node", "node.line": "lines"},
    )


# Of the game's enumerations only what the cards to 2017 have.
SETS = {
    3: "EXPERT1",
    12: "NAXX",
    13: "GVG",
    14: "BRM",
    15: "TGT",
    20: "LOE",
    21: "OG",
    23: "KARA",
    25: "GANGS",
    27: "UNGORO",
    1635: "LEGACY",
}
CLASSES = {1: "DEATHKNIGHT", 2: "DRUID", 3: "HUNTER", 4: "MAGE", 5: "PALADIN", 6: "PRIEST", 7: "ROGUE", 8: "SHAMAN", 9: "WARLOCK"}
CLASSES |= {10: "WARRIOR", 12: "NEUTRAL", 14: "DEMONHUNTER"}
RACES = {2: "DRAENEI", 11: "UNDEAD", 14: "MURLOC", 15: "DEMON", 17: "MECHANICAL", 18: "ELEMENTAL", 20: "PET", 21: "TOTEM"}
RACES |= {23: "PIRATE", 24: "DRAGON", 43: "QUILBOAR", 92: "NAGA"}
RARITIES = {1: "COMMON", 2: "FREE", 3: "RARE", 4: "EPIC", 5: "LEGENDARY"}
TYPES = {3: "HERO", 4: "MINION", 5: "SPELL", 7: "WEAPON"}
SCHOOLS = {1: "ARCANE", 2: "FIRE", 3: "FROST", 4: "NATURE", 5: "HOLY", 6: "SHADOW", 7: "FEL"}
KEYWORDS = ("BATTLECRY", "DEATHRATTLE", "TAUNT", "DISCOVER", "SECRET", "OVERLOAD", "INSPIRE", "CHARGE", "STEALTH", "COMBO", "SPELLPOWER")
KEYWORDS += ("DIVINE_SHIELD", "WINDFURY", "FREEZE", "QUEST", "LIFESTEAL", "POISONOUS", "RUSH", "SILENCE")


def hearthstone() -> Any:
    """The cards of Hearthstone to 2017, its heroes and their powers, in Chinese with the English names: XML as three tables of dicts."""
    folder = unpacked(HEARTHSTONE) / "hearthstone_data"
    lines = (folder / "Strings/zhCN/GLOBAL.txt").read_text(encoding="utf-8").splitlines()
    words = dict(line.split("\t")[:2] for line in lines if "\t" in line)

    def called(kind: str, names: dict[int, str], code: int | None) -> str | None:
        return words[f"GLOBAL_{kind}_{names[code]}"] if code in names else None

    tables: dict[str, list[dict[str, Any]]] = {"cards": [], "heroes": [], "powers": []}
    for _, entity in ElementTree.iterparse(folder / "CardDefs.xml"):  # noqa: S314 - of the pinned package
        if entity.tag != "Entity":
            continue
        tags = {tag.get("name"): tag for tag in entity.findall("Tag")}
        numbers = {name: int(tag.get("value")) for name, tag in tags.items() if tag.get("type") == "Int"}
        card = {"id": entity.get("CardID"), "cost": numbers.get("COST", 0)}
        for field, tag, language in (("name", "CARDNAME", "zhCN"), ("english", "CARDNAME", "enUS"), ("text", "CARDTEXT", "zhCN")):
            card[field] = re.sub(r"<[^>]+>", "", tags[tag].findtext(language) or "") if tag in tags else ""
        card["artist"] = tags["ARTISTNAME"].text if "ARTISTNAME" in tags else None
        kind, classes = numbers.get("CARDTYPE"), numbers.get("MULTIPLE_CLASSES") or 1 << numbers.get("CLASS", 0) >> 1
        card["class"] = [called("CLASS", CLASSES, code) for code in CLASSES if classes >> (code - 1) & 1]
        if re.fullmatch(r"HERO_(0\d|1[01])", card["id"]):
            tables["heroes"].append({**card, "health": numbers["HEALTH"], "hero_power": tags["HERO_POWER"].get("cardID")})
        elif re.fullmatch(r"HERO_(0\d|1[01])bp", card["id"]):
            tables["powers"].append({field: card[field] for field in ("id", "name", "english", "text", "cost")})
        elif "COLLECTIBLE" in numbers and numbers.get("CARD_SET") in SETS:
            card["set"] = called("CARD_SET", SETS, numbers["CARD_SET"])
            card["type"] = called("CARDTYPE", TYPES, kind)
            card["rarity"] = called("RARITY", RARITIES, numbers.get("RARITY"))
            card["race"] = called("RACE", RACES, numbers.get("CARDRACE"))
            card["spell_school"] = called("SPELL_SCHOOL", SCHOOLS, numbers.get("SPELL_SCHOOL"))
            card["attack"] = numbers.get("ATK", 0) if kind in {4, 7} else None
            card["durability" if kind == 7 else "health"] = numbers.get("HEALTH")
            card["keywords"] = [words[f"GLOBAL_KEYWORD_{word}"].removesuffix("：X") for word in KEYWORDS if numbers.get(word)]
            tables["cards"].append(card)
        entity.clear()
    things = {field: field for field in ("class", "artist", "set", "race", "type", "rarity")}
    return kgllm.load(tables, key="id", name="name", aliases="english", refers={**things, "hero_power": "powers"})


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (cc_licences, electron, hearthstone)}
