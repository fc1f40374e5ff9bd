"""Whether a column's whole numbers are rows of another table, as its name may say, or amounts: every small number is some row's key."""

from __future__ import annotations

import re
from collections.abc import Iterable
from statistics import median_low
from typing import Literal as Choice

from kgllm.graphs.readers.records.cells import Cells, text_of
from kgllm.graphs.readers.records.words import of_one, spoken, without_key
from kgllm.words.fields import says_amount

_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


def are_whole_numbers(cells: Cells) -> bool:
    """Whether nothing else stands in a column, also where it is text: "016" is a code."""
    return all(map(_WHOLE.fullmatch, map(text_of, cells.values)))


def named_for(column: str, table: str, cells: Cells) -> Choice["rows", "amounts", "either"]:
    """What the name of a column of numbers that ends with a table's says: `hero` and `home_hero_id` are rows; `total_hero` is an amount,
    and so are `heroes`, which is how many where each row has one number; `home_hero` may be either.

    >>> one = Cells.of([1, 2])
    >>> [named_for(column, "heroes", one) for column in ("hero", "home_hero_id", "total_hero", "heroes", "home_hero")]
    ['rows', 'rows', 'amounts', 'amounts', 'either']
    """
    said, kind = spoken(column), of_one(column)
    if without_key(column) != column:
        return "rows"
    if says_amount(said) or (said != kind and cells.single):
        return "amounts"
    return "rows" if kind == of_one(table) else "either"


def spread_as_keys(cells: Cells, keys: Iterable[str]) -> bool:
    """Whether numbers are spread over the keys as references are: each is one, and not all are small among them, as amounts are.

    >>> keys = [str(key) for key in range(1, 100)]
    >>> spread_as_keys(Cells.of([3, 60, 99]), keys), spread_as_keys(Cells.of([3, 5, 16]), keys), spread_as_keys(Cells.of([0, 60]), keys)
    (True, False, False)
    """
    numbers = {int(key) for key in keys if _WHOLE.fullmatch(key)}
    found = {int(text_of(value)) for value in cells.values}
    return found <= numbers and max(found) > median_low(numbers)
