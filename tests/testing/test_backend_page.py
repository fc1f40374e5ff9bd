"""The backend of docs/backends.md keeps every rule."""

from __future__ import annotations

import re
from pathlib import Path

from kgllm.graphs.base import Graph
from kgllm.testing import check_graph

PAGE = Path(__file__).resolve().parents[2] / "docs" / "backends.md"


def test_the_example_is_a_backend():
    said: dict[str, type] = {}
    exec(re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0], said)
    backend = said["ShelfGraph"]
    assert isinstance(backend([("a", "r", "b")]), Graph)
    check_graph(lambda facts: backend(list(facts)), random_graphs=4)
