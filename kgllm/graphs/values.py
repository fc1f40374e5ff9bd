"""What the text of a literal means, kept as one small number beside the text."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from kgllm.types import Literal

_PARSE: tuple[tuple[type, Callable[[str], Any]], ...] = (
    (str, str),
    (bool, lambda text: text in ("true", "1")),
    (int, int),
    (float, float),
    (datetime.datetime, datetime.datetime.fromisoformat),
    (datetime.date, datetime.date.fromisoformat),
    (datetime.time, datetime.time.fromisoformat),
    (Decimal, Decimal),
)
TYPES = tuple(kind for kind, _ in _PARSE)


def kind_of(literal: Literal) -> int:
    """The place in `TYPES` of the literal's value; 0 (text) where its text does not give the value back."""
    for place, (kind, parse) in enumerate(_PARSE):
        if type(literal.value) is kind and place:
            try:
                return place if parse(literal.name) == literal.value else 0
            except (ValueError, ArithmeticError):
                return 0
    return 0


def literal_of(name: str, kind: int, datatype: str | None, language: str | None) -> Literal:
    """The literal that `kind_of` was asked about.

    >>> import datetime
    >>> literal_of("1970-07-30", TYPES.index(datetime.date), None, None).value
    datetime.date(1970, 7, 30)
    """
    return Literal(name, _PARSE[kind][1](name), datatype, language)
