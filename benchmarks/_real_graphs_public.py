"""Graphs of `benchmarks real` of courts, laws and shares: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

COURTS = Package(client="pip", name="courts-db", version="0.10.27", files=("courts_db/data/courts.json",))


def courts() -> Any:
    """The courts of the United States, their parents, dates and the court that hears their appeals: nested JSON, a record a court."""
    return kgllm.load(unpacked(COURTS) / "courts_db/data/courts.json", refers={"appeal_to": "courts"})


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (courts,)}
