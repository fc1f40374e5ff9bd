"""Numbers and times read from what a node says, so that two of them can be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from kgllm.types import Literal, Node

_DATE = re.compile(r"^(-?\d{3,4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?)?[年月]?$")
_NUMBER = re.compile(r"^([-+]?[\d,]*\.?\d+)\s*([^\d\s]{0,12})$")
Value = tuple[str, float]
"""A unit ("" for none, "time" for times) and an amount."""


def value_of(node: Node) -> Value | None:
    """What a node says, None where that is no number or time.

    >>> value_of(Literal("1,024 GB", value="1,024 GB")), value_of(Literal("2020"))
    (('GB', 1024.0), ('time', 2020.0))
    """
    value = node.value if isinstance(node, Literal) else None
    if isinstance(value, (date, datetime)):
        return "time", value.year + (value.month - 1) / 12 + (value.day - 1) / 372
    text = node.name.strip()
    found = _DATE.match(text)
    if found:
        year, month, day = (int(part) if part else 1 for part in found.groups())
        return "time", year + (month - 1) / 12 + (day - 1) / 372
    number = _NUMBER.match(text)
    if number is None:
        return None
    return number[2], float(number[1].replace(",", ""))


def best(values: Sequence[Value | None], sense: str) -> int | None:
    """The place of the one value that is greatest ("most") or least; None where they cannot be compared or two are best."""
    known = [value for value in values if value is not None]
    if len(known) < len(values) or len({unit for unit, _ in known}) != 1:
        return None
    amounts = [amount for _, amount in known]
    top = max(amounts) if sense == "most" else min(amounts)
    return amounts.index(top) if amounts.count(top) == 1 else None
