"""What a table nearly says of itself, for its notes: an option may say the rest."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from kgllm.errors import shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Table, is_number, text_of
from kgllm.graphs.readers.records.known import Known, Links
from kgllm.graphs.readers.records.meaning import Meaning, is_code, tells_rows_apart
from kgllm.graphs.readers.records.numbers import are_whole_numbers
from kgllm.graphs.readers.records.refers import as_said, said_of
from kgllm.graphs.readers.records.related import relation_among
from kgllm.graphs.readers.records.words import ends_in_name, spoken, usual, without_key
from kgllm.words.fields import says_amount

_IMPORTED = (":START_ID", ":TYPE", ":END_ID")
_FEWEST = 5  # rows that tell anything
_TWO = 2  # different numbers that tell anything, where names agree
_FEW = 0.01  # of the rows, or one, may be without a key that would be one
_MOST, _NEARLY_ALL = 0.6, 0.9  # of a column's distinct values are rows; of short codes nearly all, and many
_SHORT, _MANY = 3, 20
_TEXTS, _LOOKED_AT = 0.25, 200  # of the facts of a column of numbers, at most; values that tell whether it is one


def hints(
    known: Sequence[Known], led: Sequence[Links], options: Mapping[str, Any], notes: Notes, told: Collection[tuple[int, str]] = ()
) -> None:
    """Note what hardly is missing for a key, and the columns of which most values are rows and which lead nowhere. told: those of which
    it is said where they may lead, by table and name."""
    said = said_of(known, options)
    called = {one.table.name: one.texts() for one in known if one.table.name and one.table.named and not one.extends}
    for number, one in enumerate(known):
        if one.table.size >= _FEWEST and one.table.ids is None and "key" in one.meaning.guessed:
            _nearly_key(one.table, one.meaning, notes)
        if (
            one.table.size >= _FEWEST
            and "name" in one.meaning.guessed
            and one.meaning.name in ((), one.meaning.key)
            and is_code(one.table, one.meaning.key)
        ):
            _nearly_named(one, led[number], notes)
        _nearly_facts(one.table, notes)
        meaning = one.meaning
        no_more = {*led[number], *said.get(number, ()), *meaning.key, *meaning.name, *meaning.aliases, *meaning.types, *meaning.source}
        for column, cells in one.table.columns.items():
            own = column in no_more or usual([column], "name", "")  # a `name` is the rows' own, also where it repeats
            if not own and len(cells) >= _FEWEST:
                _nearly_numbers(one.table, column, notes)
            if not own:
                _nearly_numbered(one, column, known, notes)
            if (
                not own
                and (number, column) not in told
                and len(cells.values) >= _FEWEST
                and all(type(value) is str for value in cells.values)
            ):
                _nearly_led(one, column, known, called, notes)


def _nearly_numbers(table: Table, column: str, notes: Notes) -> None:
    """Numbers with a few texts among them, which cannot be compared with the others ("2012", "In prep.")."""
    cells = table.columns[column]
    if not all(type(value) is str or is_number(value) for value in cells.values) or not _some_numbers(cells.values[:_LOOKED_AT]):
        return
    texts = np.array([type(value) is str and not is_number(value) for value in cells.values])
    count = int(texts[cells.at].sum())
    if 0 < count <= _TEXTS * len(cells):
        some = [shorten(value, 30) for value, text in zip(cells.values, texts.tolist()) if text]
        shown = ", ".join(some[:3]) + (", …" if len(some) > 3 else "")
        verb = "is a text" if count == 1 else "are texts"
        notes.say(f"{table.source}: {count:,} of {len(cells):,} facts of {column!r} {verb} among numbers ({shown})")


def _some_numbers(values: Sequence[Any]) -> bool:
    return 2 * sum(map(is_number, values)) >= len(values)


def _nearly_facts(table: Table, notes: Notes) -> None:
    """Rows that may be facts: a column called a relation stands between two others, and has few texts."""
    columns = list(table.columns)
    ends = [next((column for column in columns if column.upper().startswith(end)), None) for end in _IMPORTED]
    if None not in ends:
        subject, relation, object = (json.dumps(column, ensure_ascii=False) for column in ends)
        notes.say(
            f"{table.source}: relationships as neo4j-admin imports them are read as rows (subject={subject}, relation={relation}, "
            f"object={object}, qualifiers=True reads facts; names= what their ends are called)"
        )
    at = relation_among(columns) if table.ids is None and table.size >= _FEWEST else None
    if at is not None and 2 * len(table.columns[columns[at]].values) <= table.size:
        subject, relation, object = (json.dumps(column, ensure_ascii=False) for column in columns[at - 1 : at + 2])
        notes.say(
            f"{table.source}: rows are read as things, and {columns[at]!r} may say how what stands beside it is related "
            f"(subject={subject}, relation={relation}, object={object}, qualifiers=True reads facts)"
        )


def _nearly_named(one: Known, led: Links, notes: Notes) -> None:
    """A column of names that are all different, nearly, where rows have none, or only their key: whether it is they who are called so, it
    does not say."""
    columns = (column for column in one.table.columns if column not in (*led, *one.meaning.key) and ends_in_name(column))
    found = next((column for column in columns if tells_rows_apart(column, one.table)), None)
    if found is not None:
        instead = f"rows are named by {one.meaning.key[0]!r}" if one.meaning.name else "rows have no name"
        notes.say(f"{one.table.source}: {instead}, and {found!r} may be it (name={json.dumps(found, ensure_ascii=False)})")


def _nearly_led(one: Known, column: str, known: Sequence[Known], called: Mapping[str, set[str]], notes: Notes) -> None:
    """A column whose name does not say where it leads, and of which most values are names or keys of one table alone."""
    cells = one.table.columns[column]
    texts = list(map(text_of, cells.values))
    fitting = []
    for other in known:
        found = called.get(other.table.name, set()).intersection(texts)
        if _no_chance(found, len(texts)) and not (other is one and _repeats_name(one, column)):
            fitting.append((other, len(found)))
    if len(fitting) == 1:
        other, count = fitting[0]
        notes.say(
            f"{one.table.source}: {count:,} of {len(texts):,} values of {column!r} are rows of {other.table.name!r}, and read as texts "
            f"({as_said(one, column, other.table.name, known)} leads there)"
        )


def _nearly_numbered(one: Known, column: str, known: Sequence[Known], notes: Notes) -> None:
    """A column of whole numbers that all are keys of one table whose name has all words of the column's: the `status` of an order, beside
    a table OrderStatus."""
    cells, words = one.table.columns[column], set(spoken(without_key(column)).split())
    if len(cells.values) < _TWO or says_amount(spoken(column)) or not are_whole_numbers(cells):
        return
    texts = set(map(text_of, cells.values))
    near = [
        other
        for other in known
        if other is not one and other.table.named and not other.extends and words <= set(spoken(other.table.name).split())
    ]
    fitting = [other for other in near if len(other.meaning.key) == 1 and texts <= other.by(other.meaning.key[0]).keys()]
    if len(fitting) == 1:
        other = fitting[0].table.name
        notes.say(
            f"{one.table.source}: all numbers of {column!r} are keys of {other!r}, and read as numbers ({as_said(one, column, other, known)} leads there)"
        )


def _no_chance(found: set[str], size: int) -> bool:
    """Whether these are most of so many values, and no short codes, of which any two lists have some in common."""
    if len(found) < _FEWEST or len(found) < _MOST * size or all(map(str.isdigit, found)):
        return False
    codes = all(len(text) <= (_SHORT if text.isascii() else 1) for text in found)
    return not codes or (len(found) >= _MANY and len(found) >= _NEARLY_ALL * size)


def _repeats_name(one: Known, column: str) -> bool:
    """Whether a column mostly says again what its own row is called."""
    values = one.table.columns[column].by_row(one.table.size)
    own = [one.table.columns[name].by_row(one.table.size) for name in (*one.meaning.key, *one.meaning.name) if name in one.table.columns]
    same = sum(value is not None and any(names[row] == value for names in own) for row, value in enumerate(values))
    return 2 * same >= sum(value is not None for value in values)


def _nearly_key(table: Table, meaning: Meaning, notes: Notes) -> None:
    """A column that is called as a key, and would be one if no row were without it."""
    for column in usual(table.columns, "key", table.name):
        if column in meaning.key:
            return
        cells = table.columns[column]
        without = table.size - len(cells)
        if 0 < without <= max(1, _FEW * table.size) and len(cells.values) == len(cells) and cells.single:
            row = int(np.setdiff1d(np.arange(table.size), cells.rows)[0])
            some = f"{table.place(row)} has" if without == 1 else f"{without} rows ({table.place(row)}, …) have"
            notes.say(
                f"{table.source}: {column!r} would be the key, but {some} none: was a text such as 'nan' or 'NA' read as missing? "
                f"(pandas keeps it with keep_default_na=False; key={column!r} leaves such rows out)"
            )
            return
