"""More graphs of `benchmarks real`, of what people look up: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

DISHES = Package(client="npm", name="howtocook-mcp", version="0.2.2", files=("package/all_recipes.json",))
CHOSEN = Package(client="npm", name="@rexxars/choosealicense-list", version="1.1.2", files=("package/licenses.json", "package/data.json"))
SPDX = Package(client="npm", name="spdx-license-list", version="6.12.0", files=("package/spdx.json",))
CLDR = Package(
    client="npm",
    name="cldr-core",
    version="48.2.0",
    files=tuple(f"package/supplemental/{name}.json" for name in ("currencyData", "territoryInfo", "territoryContainment")),
)
CURRENCY_NAMES = Package(client="npm", name="cldr-numbers-full", version="48.2.0", files=("package/main/en/currencies.json",))
TERRITORY_NAMES = Package(client="npm", name="cldr-localenames-full", version="48.2.0", files=("package/main/en/territories.json",))


def dishes() -> Any:
    """Dishes that programmers cook, what goes into them and how much of it, in Chinese: networkx with attributes."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    for recipe in _json(unpacked(DISHES) / "package/all_recipes.json"):
        told = {field: recipe[field] for field in ("name", "difficulty", "servings")}
        graph.add_node(recipe["id"], type="recipe", steps=len(recipe["steps"]), **told)
        graph.add_node(recipe["category"], type="category", name=recipe["category"])
        graph.add_edge(recipe["id"], recipe["category"], relation="category")
        for one in recipe["ingredients"]:
            if one["name"].strip("- "):
                graph.add_node(one["name"], type="ingredient", name=one["name"])
                graph.add_edge(recipe["id"], one["name"], relation="ingredients", text_quantity=one["text_quantity"].strip("- "))
    return kgllm.load(graph, name="name", types="type")


LONG = {"title", "body", "how", "note", "urls", "redirect_from", "featured", "hidden", "spdx-id"}


def licences() -> Any:
    """Software licences of SPDX, and what the known ones permit, require and limit: nested records of two JSON files by their keys."""
    chosen, rules = (_json(unpacked(CHOSEN) / f"package/{name}.json") for name in ("licenses", "data"))
    tagged = {kind: {rule["tag"]: rule for rule in some} for kind, some in rules["rules"].items()}
    records = []
    for key, licence in _json(unpacked(SPDX) / "package/spdx.json").items():
        record = {"id": key, **licence}
        for field, value in chosen.get(key, {}).items():
            if field in tagged:
                record[field] = [tagged[field][tag] for tag in value]
            elif field == "using":
                record[field] = [{"name": name, "license_url": url} for one in value for name, url in one.items()]
            elif field not in LONG:
                record[field] = value
        records.append(record)
    return kgllm.load(records, table="licenses", key="id", name=["name", "label"], aliases="nickname")


def currencies() -> Any:
    """The money of the world, which territory used which from when to when: three DataFrames, joined by their codes."""
    import pandas as pd

    folder = unpacked(CLDR) / "package/supplemental"
    money, info, containment = (
        _json(folder / f"{name}.json")["supplemental"][name] for name in ("currencyData", "territoryInfo", "territoryContainment")
    )
    called = _json(unpacked(TERRITORY_NAMES) / "package/main/en/territories.json")["main"]["en"]["localeDisplayNames"]["territories"]
    within = {one: code for code, group in containment.items() if code.isdigit() and "_grouping" not in group for one in group["_contains"]}
    territories = [
        {
            "code": code,
            "name": name,
            "short": called.get(f"{code}-alt-short"),
            "variant": called.get(f"{code}-alt-variant"),
            "within": within.get(code),
        }
        | {field: float(info[code][f"_{field}"]) for field in ("population", "gdp", "literacyPercent") if f"_{field}" in info.get(code, {})}
        for code, name in called.items()
        if "-" not in code
    ]
    names = _json(unpacked(CURRENCY_NAMES) / "package/main/en/currencies.json")["main"]["en"]["numbers"]["currencies"]
    known = [
        {
            "code": code,
            "name": one["displayName"],
            "symbol": one.get("symbol"),
            "digits": money["fractions"].get(code, money["fractions"]["DEFAULT"])["_digits"],
        }
        for code, one in names.items()
    ]
    uses = [
        {"territory": territory, "currency": currency} | {field.strip("_"): value for field, value in dates.items() if "tz" not in field}
        for territory, some in money["region"].items()
        for one in some
        for currency, dates in one.items()
    ]
    tables = {"territories": pd.DataFrame(territories), "currencies": pd.DataFrame(known), "uses": pd.DataFrame(uses)}
    links = {"within": "territories", "territory": "territories", "currency": "currencies"}
    return kgllm.load(tables, key=["territories.code", "currencies.code"], name="name", aliases=["short", "variant"], refers=links)


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (dishes, licences, currencies)}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
