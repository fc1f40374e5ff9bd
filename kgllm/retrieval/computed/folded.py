"""Numbers that are made of values: a sum, a mean, how much more one thing has than another."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from kgllm.words.counting import HOW_MANY
from kgllm.words.figures import in_one_form
from kgllm.words.units import Unit, counted, name_of, unit_at

if TYPE_CHECKING:
    from kgllm.retrieval.computed.compared import Row, Rows
    from kgllm.retrieval.paths.amounts import Amounts
    from kgllm.words.comparisons import Degree

_ASKED = re.compile(rf"{HOW_MANY}\s|多少个?")
_DIGITS = 12  # of a number that was calculated


def folded(found: Rows, condition: Degree) -> float | None:
    """The sum or the mean of values, one of each thing; None of dates, of one thing alone, and where one has several."""
    amounts = found.amounts
    if amounts is None or amounts.timed or len(found.rows) < 2 or len({row.member for row in found.rows}) < len(found.rows):
        return None
    total = math.fsum(row.value for row in found.rows)
    return total if condition.asks == "total" else total / len(found.rows)


def difference(one: Row, other: Row, condition: Degree, amounts: Amounts | None) -> float:
    """How much more the first has than the other, less than nothing where it has less; of dates in years."""
    aged = amounts is not None and amounts.timed and "age" in condition.dimensions
    value = (one.value - other.value) * (condition.sense or 1) * (-1 if aged else 1)
    whole = float(one.value).is_integer() and float(other.value).is_integer()
    return math.copysign(math.floor(abs(value)), value) if amounts is not None and amounts.timed and not whole else value


def ratio(one: Row, other: Row, amounts: Amounts | None) -> float | None:
    """How many times the other's value one has; None of dates, and of values that are not both over nothing."""
    if (amounts is not None and amounts.timed) or one.value <= 0 or other.value <= 0:
        return None
    return _short(one.value / other.value)


def told_in(question: str, value: float, amounts: Amounts | None) -> tuple[float, str]:
    """A value in the unit that the question asks for, that of the values as written, or the first of their kind; and its name."""
    if amounts is None or amounts.timed or counted(amounts.unit):
        return _short(value), ""
    unit = _asked(question, amounts.unit) or (amounts.own if name_of(amounts.own) else Unit(amounts.unit.kind))
    return _short(value / unit.factor), name_of(unit)


def _asked(question: str, unit: Unit) -> Unit | None:
    text = in_one_form(question)
    for found in _ASKED.finditer(text):
        named = unit_at(text, found.end())
        mine = next((one for one in named[0] if one.kind == unit.kind), None) if named else None
        if mine is not None:
            return mine
    return None


def _short(value: float) -> float:
    """Without what binary fractions add: 54.400000000000006 is 54.4."""
    return float(f"{value:.{_DIGITS}g}")
