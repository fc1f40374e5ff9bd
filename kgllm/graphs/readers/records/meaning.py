"""Which columns of a table are its key, its name, its aliases and types: said by an option, declared by the source, or guessed where
one guess alone is likely; what was guessed is noted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kgllm.errors import ConfigError, GraphError, WrongTypeError, shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.options import near_or_all
from kgllm.graphs.readers.records.cells import Cells, Table, text_of
from kgllm.graphs.readers.records.codes import codes_in, mostly_same
from kgllm.graphs.readers.records.identity import parents_of
from kgllm.graphs.readers.records.words import APART, is_bare_key, leads_to, name_in_parts, spoken, usual, without_key
from kgllm.types import Literal
from kgllm.words.fields import says_calling, says_code

ROLES = ("key", "name", "aliases", "types", "source")
NEARLY_ALL = 0.9  # of the values by which another table refers to rows are there; of the rows have names of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Columns of one table by what they mean. joined: the name is made of all its columns; else the first that is there counts.
    guessed: which of key and name nobody said. refused: a key said of no table, which is not this one's, as it tells no rows apart here."""

    key: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    joined: bool = False
    guessed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def meanings(tables: Sequence[Table], options: Mapping[str, Any]) -> list[Meaning]:
    """What the columns of each table mean.

    Raises:
        ConfigError: an option names a column that no table has.
    """
    said = {role: _said(role, options, tables) for role in ROLES}
    refused = {number: own for number, own in said["key"].items() if not _is_one(number, said["key"], options, tables)}
    said["key"] = {number: own for number, own in said["key"].items() if number not in refused}
    repeated, shared = _repeated(tables), _shared(tables)
    found = []
    for number, table in enumerate(tables):
        own = {role: said[role].get(number, ()) for role in ROLES}
        nameless = number in said["name"] and not own["name"]
        if table.ids is not None:
            found.append(_of_nested(table, own, nameless=nameless))
            _check_aliases(number, found[-1], said, table)
            continue
        key = own["key"] or table.key or _key(table, repeated.get(number, ()), shared.get(number, ()))
        name, joined = (own["name"], False) if own["name"] or nameless else _guessed_name(table, key, own["aliases"])
        if not name and not nameless and len(own["key"]) > 1:  # a flight is called "UA 1545" by its two columns
            name, joined = own["key"], True
        guessed = tuple(what for what, by in (("key", own["key"] or table.key), ("name", own["name"] or nameless)) if not by)
        found.append(
            Meaning(
                key=key,
                name=name,
                aliases=own["aliases"],
                types=own["types"],
                source=own["source"],
                joined=joined,
                guessed=guessed,
                refused=refused.get(number, ()),
            )
        )
        _check_aliases(number, found[-1], said, table)
    return [replace(one, key=(), name=()) if _are_codes_of_others(table, one, tables, found) else one for table, one in zip(tables, found)]


def _are_codes_of_others(table: Table, meaning: Meaning, tables: Sequence[Table], meanings: Sequence[Meaning]) -> bool:
    """Whether what was guessed to be both key and name holds the codes by which another table's rows are known, and is called so: a loan is
    not called "R7" because that reader has no other one yet."""
    if len(meaning.guessed) < 2 or len(meaning.key) != 1 or meaning.name != meaning.key or leads_to(meaning.key[0], table.name):
        return False
    [column] = meaning.key
    values = set(map(_value, table.columns[column].values))
    for other, its in zip(tables, meanings):
        if other is not table and len(its.key) == 1 and its.key != its.name and its.name and leads_to(column, other.name):
            known = other.columns[its.key[0]].values if its.key[0] in other.columns else ()
            if len(values & set(map(_value, known))) >= NEARLY_ALL * len(values):
                return True
    return False


def _of_nested(table: Table, own: Mapping[str, tuple[str, ...]], *, nameless: bool) -> Meaning:
    """What the columns of nested objects mean. Things that stand by their keys are called by these, too, as are those whose key is said."""
    called = table.key
    guessed = tuple(column for column in (*_name(table), *usual(table.own, "name", "")) if column not in own["aliases"])
    name = own["name"] or (() if nameless else (guessed or called)[:1])
    if not name and not nameless and own["key"] == table.own and not all(map(is_bare_key, table.own)):
        return Meaning(name=table.own, aliases=own["aliases"], types=own["types"], joined=True)
    return Meaning(name=name, aliases=own["aliases"] or (() if name == called else called), types=own["types"])


def tell(table: Table, meaning: Meaning, notes: Notes) -> None:
    """Note what was guessed of a table."""
    if not table.size or not (meaning.refused or "key" in meaning.guessed or ("name" in meaning.guessed and meaning.name)):
        return
    key = f"by {' and '.join(map(repr, meaning.key))}" if meaning.key else "by their number"
    name = f"named by {' and '.join(map(repr, meaning.name))}" if meaning.name else "have no name"
    if meaning.refused:
        own = " and ".join(map(repr, meaning.refused))
        columns = json.dumps(meaning.refused[0] if len(meaning.refused) == 1 else meaning.refused, ensure_ascii=False)
        forced = f"key={{{json.dumps(table.name, ensure_ascii=False)}: {columns}}}"
        notes.say(
            f"{table.source}: the key that was given, {own}, is not taken here, as several rows have the same: "
            f"rows are known {key} and {name} ({forced} makes those of one {own} one thing)"
        )
        return
    other = "key= and name= say it otherwise" if len(meaning.guessed) == 2 else f"{meaning.guessed[0]}= says it otherwise"
    notes.say(f"{table.source}: rows are known {key} and {name} ({other})")


def _said(role: str, options: Mapping[str, Any], tables: Sequence[Table]) -> dict[int, tuple[str, ...]]:
    """The columns that an option names, by the number of the table: "column" of every table that has it, "table.column" of one, or by
    table ({"table": ["column", "other"]}). Rows have no name where `name` is (), and those of one table where it says "table."."""
    asked = options.get(role, options.get("id") if role == "key" else None)
    if asked is None:
        return {}
    if isinstance(asked, Mapping) and role in ("key", "name"):
        return _said_by_table(role, asked, tables)
    several = (asked,) if isinstance(asked, str) else asked
    none = role == "name" and several == ()
    if not isinstance(several, (list, tuple)) or not (several or none) or not all(isinstance(one, str) and one for one in several):
        more = ", or a mapping from tables to columns" if role in ("key", "name") else ""
        raise WrongTypeError(f"{role} must be the name of a column, or a list of them{more}, not {shorten(asked)}")
    out: dict[int, tuple[str, ...]] = dict.fromkeys(range(len(tables)), ()) if none else {}
    for one in several:
        if role == "name" and one.endswith(".") and (of := [number for number, table in enumerate(tables) if table.name == one[:-1]]):
            out.update(dict.fromkeys(of, ()))
            continue
        if role == "key" and _is_of_parent(one, tables):
            continue
        for number, column in columns_named(one, tables, f"{role}={shorten(one)}"):
            out[number] = (*out.get(number, ()), column)
    return out


def _check_aliases(number: int, meaning: Meaning, said: Mapping[str, Mapping[int, tuple[str, ...]]], table: Table) -> None:
    """Refuse a column that is said to be both what rows are called and what they are called otherwise.

    Raises:
        ConfigError: as said.
    """
    by = next((option for option in ("name", "key") if said[option].get(number)), None)
    if by is not None and not meaning.joined and set(meaning.name[:1]) & set(meaning.aliases):
        raise ConfigError(
            f"{by}= and aliases= both name {meaning.name[0]!r} of {table.name or table.source}",
            hint="a column is the name of its rows, or another name of them; name= says what they are called, and 'table.column' is of one table",
        )


def _said_by_table(role: str, asked: Mapping[Any, Any], tables: Sequence[Table]) -> dict[int, tuple[str, ...]]:
    """The columns of {"table": "column", "other": ["column", "column"]}.

    Raises:
        ConfigError: there is no such table, or it has no such column.
    """
    out: dict[int, tuple[str, ...]] = {}
    names = list(dict.fromkeys(table.name for table in tables if table.name))
    for name, said in asked.items():
        several = (said,) if isinstance(said, str) else said
        none = role == "name" and several in ((), [])
        if not isinstance(several, (list, tuple)) or not (several or none) or not all(isinstance(one, str) and one for one in several):
            raise WrongTypeError(f"{role}={{{name!r}: …}} must be the name of a column, or a list of them, not {shorten(said)}")
        own = [number for number, table in enumerate(tables) if table.name == name]
        if not own:
            hint = "names= is a mapping from ids to names" if role == "name" else ""
            raise ConfigError(f"{role}={{{name!r}: …}}: there is no such table; {near_or_all(str(name), names)}", hint=hint)
        if none:
            out.update(dict.fromkeys(own, ()))
        for one in several:
            if role == "key" and _is_of_parent(f"{name}.{one}", tables):
                continue
            for number, column in columns_named(one, [tables[number] for number in own], f"{role}={{{name!r}: {one!r}}}"):
                out[own[number]] = (*out.get(own[number], ()), column)
    return out


def _is_of_parent(said: str, tables: Sequence[Table]) -> bool:
    """Whether "fields.messages" is said of what is nested there, and means the row in which it stands."""
    name, _, column = said.rpartition(".")
    nested = (table for table in tables if table.ids is not None and table.name == name and column not in table.columns)
    return any(column in parents_of(table.within, table.column) for table in nested)


def _is_one(number: int, said: Mapping[int, tuple[str, ...]], options: Mapping[str, Any], tables: Sequence[Table]) -> bool:
    """Whether a key that is said of no table is this one's: it tells its rows apart, or no column of it does so in another (`carrier` of
    airlines is no key of flights, too)."""
    asked, own = options.get("key", options.get("id")), said[number]
    several = (asked,) if isinstance(asked, str) else asked
    if isinstance(asked, Mapping) or any(f"{tables[number].name}.{column}" in several for column in own):
        return True

    def one_elsewhere(column: str) -> bool:
        return any(other == (column,) and of != number and tables[of].columns[column].unique(tables[of].size) for of, other in said.items())

    return tells_apart(tables[number], own) or not all(map(one_elsewhere, own))


def tells_apart(table: Table, columns: Sequence[str]) -> bool:
    """Whether the values of some columns together are each one row's."""
    rows = [row for row in zip(*(table.columns[column].by_row(table.size) for column in columns)) if None not in row]
    return len(set(rows)) == table.size


def columns_beside(table: Table, key: Sequence[str]) -> tuple[str, ...]:
    """A key that tells rows apart, made of one that does not and of the first other column with which it does; none where there is none."""
    for column, cells in table.columns.items():
        whole = column not in key and cells.single and len(cells) == table.size and len(cells.values) > 1
        if whole and not _is_measured(cells.values) and tells_apart(table, (*key, column)):
            return (*key, column)
    return ()


def _is_measured(values: Sequence[Any]) -> bool:
    return any(isinstance(value.value if isinstance(value, Literal) else value, (float, bool)) for value in values[:20])


def columns_named(column: str, tables: Sequence[Table], what: str) -> list[tuple[int, str]]:
    """(number of the table, column) for "column" or "table.column".

    Raises:
        ConfigError: no table has it.
    """
    found = [(number, column) for number, table in enumerate(tables) if column in table.columns]
    if not found:
        owns = ((number, table, column.removeprefix(f"{table.name}.")) for number, table in enumerate(tables))
        found = [(number, own) for number, table, own in owns if own != column and own in table.columns]
    if not found:
        shown = [table for table in tables if table.ids is None] or tables
        there = {table.name or table.source: list(table.columns) for table in shown}
        only = next(iter(there.values())) if len(there) == 1 else there
        every = list(dict.fromkeys(name for table in shown for name in table.columns))
        near = near_or_all(column.rpartition(".")[2], every)
        parents = sorted(set().union(*(parents_of(table.within, table.column) for table in shown if table.ids is not None)))
        hint = f"in key=, {' or '.join(map(repr, parents))} is the row in which they stand" if parents else ""
        raise ConfigError(
            f"{what}: there is no such column; {near if near.startswith('did') else f'there are {shorten(only, 200)}'}", hint=hint
        )
    return found


def _repeated(tables: Sequence[Table]) -> dict[int, list[str]]:
    """By table, its columns called as keys by which others refer to its rows: their values are all different here, and come again and
    again in columns of that name there. What most tables repeat comes first."""
    having: dict[str, list[int]] = {}
    for number, table in enumerate(tables):
        if table.ids is None:
            for column in table.columns:
                having.setdefault(column, []).append(number)
    found: dict[int, list[tuple[int, str]]] = {}
    for column, numbers in having.items():
        own = [number for number in numbers if _is_own(column, tables[number])]
        others = [cells for number in numbers if len(cells := tables[number].columns[column]) > len(cells.values)]
        if not own or not others:
            continue
        owner = max(own, key=lambda number: tables[number].size)
        known = set(map(_value, tables[owner].columns[column].values))
        by = sum(sum(_value(value) in known for value in cells.values) >= NEARLY_ALL * len(cells.values) for cells in others)
        if by:
            found.setdefault(owner, []).append((-by, column))
    return {number: [column for _, column in sorted(ones, key=lambda one: one[0])] for number, ones in found.items()}


def _is_own(column: str, table: Table) -> bool:
    """Whether a column may be the key of its table: called as one, or of codes, unique, and not declared to lead elsewhere."""
    called = without_key(column) != column or leads_to(column, table.name) or says_code(spoken(column)) or codes_in(table.columns[column])
    return bool(called) and table.columns[column].unique(table.size) and not any(column in one.columns for one in table.foreign)


def _value(value: Any) -> Any:
    return value.name if isinstance(value, Literal) else value


def _shared(tables: Sequence[Table]) -> dict[int, list[str]]:
    """By the number of a table, its first column where that tells its rows apart, and with mostly the same values those of another, whose
    first it is, too: the `tconst` of films, and of what else is said of them. (The `book` of loans stands behind what tells these.)"""
    having: dict[str, dict[int, frozenset[str]]] = {}
    for number, table in enumerate(tables):
        first = next(iter(table.columns), None)
        if first is not None and table.ids is None and table.size > 1 and _is_own(first, table):
            having.setdefault(first, {})[number] = frozenset(map(text_of, table.columns[first].values))
    found: dict[int, list[str]] = {}
    for column, texts in having.items():
        for number, own in texts.items():
            if any(mostly_same(own, others) for of, others in texts.items() if of != number):
                found[number] = [column]
    return found


def _key(table: Table, repeated: Sequence[str], shared: Sequence[str]) -> tuple[str, ...]:
    """The column by which other tables refer to the rows; else that which is called as a key and is one; else one that is another table's,
    too; else the name that is one; else the first of all, of texts that are all different."""
    for column in (*repeated, *usual(table.columns, "key", table.name), *shared):
        if table.columns[column].unique(table.size):
            return (column,)
    first = [column for column in list(table.columns)[:1] if table.size > 1 or "." not in column]  # of one thing alone, no part of it
    candidates = [*usual(table.columns, "name", table.name)[:1], *first]
    for column in candidates:
        cells = table.columns[column]
        if table.size and cells.unique(table.size) and all(map(_is_text, cells.values)):
            return (column,)
    return ()


def _name(table: Table) -> tuple[str, ...]:
    """The columns that are called as names, hold texts, and tell rows apart: a `title` that is one of three roles does not."""
    found = ((column, table.columns[column]) for column in usual(table.columns, "name", table.name))
    return tuple(
        column for column, cells in found if any(map(_is_text, cells.values[:20])) and APART * _entries(table, cells) <= len(cells.values)
    )


def _entries(table: Table, cells: Cells) -> int:
    """How often a row has a value; what is nested says the same again wherever it stands."""
    if table.ids is None:
        return len(cells)
    return len(np.unique(cells.rows.astype(np.int64) * max(1, len(cells.values)) + cells.at))


def _guessed_name(table: Table, key: Sequence[str], aliases: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The columns that name the rows, and whether together. What is said to be another name of them is not the name."""
    columns = [column for column in table.columns if column not in aliases]
    if found := tuple(column for column in _name(table) if column in columns)[:1]:
        return found, False
    if found := name_in_parts(columns):
        return found, True
    calling = [column for column in columns if says_calling(spoken(column)) and tells_rows_apart(column, table)]
    if calling and is_code(table, key):
        return tuple(calling[:1]), False
    if len(key) == 1 and key[0] in table.columns and all(map(_is_text, table.columns[key[0]].values[:100])):
        return tuple(key), False
    return (), False


def is_code(table: Table, key: Sequence[str]) -> bool:
    """Whether a key is called as one, or there is none; a first column of texts may be what its rows are called."""
    return all(column in table.key or column in usual(table.columns, "key", table.name) for column in key)


def tells_rows_apart(column: str, table: Table) -> bool:
    """Whether nearly every row has a text in a column, and nearly all of them are different."""
    cells = table.columns[column]
    return min(len(cells), len(cells.values)) >= NEARLY_ALL * table.size and all(map(_is_text, cells.values[:100]))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, Literal) and isinstance(value.value, str))


def check_key(table: Table, key: Sequence[str]) -> None:
    """Refuse a key of which a row has several values.

    Raises:
        GraphError: as said.
    """
    for column in key:
        if not table.columns[column].single:
            raise GraphError(
                f"{table.source}: the key {column!r} has several values in one row", hint="key= names the column of each row's id"
            )
