"""The tables of wording that stand beside these modules (*.toml), each read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_table(name: str) -> dict[str, Any]:
    """A table as its file has it; several modules read the same one, so none may change it.

    >>> read_table("calendar")["months"][4]
    'may 五月 5月'
    """
    return tomllib.loads(files("kgllm.words").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
