"""Tables whose rows have ids, and the columns whose values are looked up among them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kgllm.errors import shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Cells, Table, text_of
from kgllm.graphs.readers.records.meaning import Meaning, tells_apart
from kgllm.graphs.readers.records.words import is_bare_key
from kgllm.types import Entity, Key, Node


@dataclass(slots=True)
class Known:
    """A table with the ids of its rows, and what its columns mean. extends: its rows are those of another table, to which others lead."""

    table: Table
    meaning: Meaning
    ids: list[Key | None]
    extends: bool = False

    def by(self, column: str) -> dict[str, Key]:
        """The id of the row that alone has a value in a column."""
        cells = self.table.columns[column]
        found: dict[str, Key] = {}
        twice = set()
        texts = [text_of(value) for value in cells.values]
        for row, at in zip(cells.rows.tolist(), cells.at.tolist()):
            text, key = texts[at], self.ids[row]
            if key is not None and found.setdefault(text, key) != key:
                twice.add(text)
        return {text: key for text, key in found.items() if text not in twice}

    def called(self) -> list[dict[str, Key]]:
        """The ids of the rows by their key, and by their name."""
        own: list[dict[str, Key]] = []
        if self.table.ids is not None:
            own.append({str(key).partition("/")[2]: key for key in self.table.ids})
        if len(self.meaning.key) == 1:
            own.append(self.by(self.meaning.key[0]))
        own += [self.by(column) for column in self.meaning.name if not self.meaning.joined]
        return own

    def texts_of_several(self) -> set[str]:
        """What several rows are called."""
        columns = () if self.meaning.joined else self.meaning.name
        return {text_of(value) for column in columns for value in self.table.columns[column].values} - set().union(*map(self.by, columns))

    def texts(self) -> set[str]:
        """What the rows are called, by key or name."""
        columns = [*(self.meaning.key if len(self.meaning.key) == 1 else ()), *(() if self.meaning.joined else self.meaning.name)]
        return {text_of(value) for column in columns if column in self.table.columns for value in self.table.columns[column].values}


@dataclass(frozen=True, slots=True)
class Led:
    """A column whose values are rows (or were, where they are of none), and what it leads to by its name: `country_id`, a country.
    shared: the rows that it leads to have a fact of that name themselves, their key (`sku` of products, and of orders)."""

    cells: Cells
    name: str
    shared: bool = False


Links = dict[str, Led]
"""By column."""


def led_through(one: Known, column: str, ways: Sequence[Mapping[str, Key]], target: str, known: Sequence[Known], notes: Notes) -> Cells:
    """A column's values as the rows that they are, by the first way that has them; what is none stays, and is noted."""
    cells = one.table.columns[column]
    lost: list[str] = []

    def row_of(value: Any) -> Node:
        if isinstance(value, Entity):
            return value
        text = text_of(value)
        key = next((way[text] for way in ways if text in way), None)
        if key is None:
            lost.append(text)
            return value
        return Entity(key)

    led = cells.mapped(row_of)
    _tell_lost(one, column, lost, target, known, notes)
    return led


def _tell_lost(one: Known, column: str, lost: Sequence[str], target: str, known: Sequence[Known], notes: Notes) -> None:
    """Note the values that lead to no row, and those that may lead to several."""
    others = [other for other in known if target in (other.table.name, f"{other.table.name}.{target.rpartition('.')[2]}")]
    several = set().union(*(other.texts_of_several() for other in others))
    cells = one.table.columns[column]
    size = len(cells.values)
    for texts in ([text for text in lost if text in several], [text for text in lost if text not in several]):
        if not texts:
            continue
        verb = "is" if len(texts) == 1 else "are"
        some = ", ".join(shorten(text, 30) for text in texts[:3]) + (", …" if len(texts) > 3 else "")
        some += "" if texts[0] in several else _elsewhere(one, column, texts, target, known)
        what = f"what several rows of {target!r} are called" if texts[0] in several else f"no row of {target!r}"
        more = f": {_which_of(one, column, others)}" if texts[0] in several else _by_key(one, column, others)
        notes.say(
            f"{one.table.source}: {len(texts):,} of {size:,} values of {column!r} {verb} {what} ({some}){_cells_of(texts, cells)}{more}"
        )


def _cells_of(texts: Collection[str], cells: Cells) -> str:
    """How many facts have these texts, where some values have several: most values may be rare ones."""
    if len(cells) == len(cells.values):
        return ""
    own = set(texts)
    gone = np.array([not isinstance(value, Entity) and text_of(value) in own for value in cells.values])
    return f", {int(gone[cells.at].sum()):,} of {len(cells):,} facts"


def _mostly(cells: Cells, of: Cells) -> bool:
    """Whether most of a column's values are those of another."""
    own = {text_of(value) for value in of.values}
    return 2 * sum(text_of(value) in own for value in cells.values) > len(cells.values)


def _which_of(one: Known, column: str, others: Sequence[Known]) -> str:
    """How to say which of several rows of one name is meant."""
    for other in others:
        name = next(iter(other.meaning.name), None)
        beside = [of for of in other.table.columns if of in one.table.columns and of not in (name, column) and not is_bare_key(of)]
        beside = [of for of in beside if _mostly(one.table.columns[of], other.table.columns[of])]
        with_it = next((of for of in beside if name is not None and tells_apart(other.table, (of, name))), None)
        if with_it is not None:
            return f"{_together(one, (with_it, column), other)} leads to the one with the same {with_it!r}"
    return "they stay values; a column that tells the rows apart leads on"


def _by_key(one: Known, column: str, others: Sequence[Known]) -> str:
    """How a column that is part of a key of several leads to its rows, with the others."""
    for other in others:
        key = other.meaning.key
        if len(key) > 1 and column in key and other is not one and all(each in one.table.columns for each in key):
            return f"; it is part of their key ({_together(one, key, other)} leads there)"
    return ""


def _together(one: Known, columns: Sequence[str], other: Known) -> str:
    """The option that several columns lead to a table together."""
    own = ", ".join(json.dumps(f"{one.table.name}.{column}".removeprefix("."), ensure_ascii=False) for column in columns)
    return f"refers={{({own}): {json.dumps(other.table.name, ensure_ascii=False)}}}"


def _elsewhere(one: Known, column: str, lost: Sequence[str], target: str, known: Sequence[Known]) -> str:
    """In which other table most of the texts are rows, with the option that leads to both."""
    texts = {text for text in lost if not text.isdigit()}  # numbers are keys by chance
    tables = {other.table.name: other for other in known if other.table.name not in ("", target)}
    counts = {name: len(texts & other.texts()) for name, other in tables.items()}
    most = max(counts, key=lambda name: counts[name], default="")
    if not most or 2 * counts[most] <= len(lost):
        return ""
    rows = "is a row" if counts[most] == 1 else "are rows"
    own, both = (
        json.dumps(f"{one.table.name}.{column}".removeprefix("."), ensure_ascii=False),
        json.dumps([target, most], ensure_ascii=False),
    )
    some = "all" if counts[most] == len(lost) > 1 else f"{counts[most]:,}"
    return f"; {some} of them {rows} of {most!r}: refers={{{own}: {both}}} leads to both"


def combined(parts: Sequence[Sequence[Any]]) -> list[str | None]:
    """Keys of several columns as one text each."""
    return [None if None in row else "/".join(map(text_of, row)) for row in zip(*parts)]
