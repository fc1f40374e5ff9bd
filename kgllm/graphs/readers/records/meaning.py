"""Which columns of a table are its key, its name, its aliases and types: said by an option, declared by the source, or guessed where
one guess alone is likely; what was guessed is noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.errors import ConfigError, GraphError, WrongTypeError, shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Table
from kgllm.graphs.readers.records.words import name_in_parts, usual
from kgllm.types import Literal

ROLES = ("key", "name", "aliases", "types")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Columns of one table by what they mean. joined: the name is made of all its columns; else the first that is there counts.
    guessed: which of key and name nobody said."""

    key: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    joined: bool = False
    guessed: tuple[str, ...] = ()


def meanings(tables: Sequence[Table], options: Mapping[str, Any]) -> list[Meaning]:
    """What the columns of each table mean.

    Raises:
        ConfigError: an option names a column that no table has.
    """
    said = {role: _said(role, options, tables) for role in ROLES}
    found = []
    for number, table in enumerate(tables):
        own = {role: said[role].get(number, ()) for role in ROLES}
        if table.ids is not None:
            found.append(Meaning(name=own["name"] or _name(table)[:1], aliases=own["aliases"], types=own["types"]))
            continue
        key = own["key"] or table.key or _key(table)
        name, joined = (own["name"], False) if own["name"] else _guessed_name(table, key)
        guessed = tuple(what for what, by in (("key", own["key"] or table.key), ("name", own["name"])) if not by)
        found.append(Meaning(key=key, name=name, aliases=own["aliases"], types=own["types"], joined=joined, guessed=guessed))
    return found


def tell(table: Table, meaning: Meaning, notes: Notes) -> None:
    """Note what was guessed of a table."""
    if not table.size or not ("key" in meaning.guessed or ("name" in meaning.guessed and meaning.name)):
        return
    key = f"by {' and '.join(map(repr, meaning.key))}" if meaning.key else "by their number"
    name = f"named by {' and '.join(map(repr, meaning.name))}" if meaning.name else "have no name"
    other = "key= and name= say it otherwise" if len(meaning.guessed) == 2 else f"{meaning.guessed[0]}= says it otherwise"
    notes.say(f"{table.source}: rows are known {key} and {name} ({other})")


def _said(role: str, options: Mapping[str, Any], tables: Sequence[Table]) -> dict[int, tuple[str, ...]]:
    """The columns that an option names, by the number of the table: "column" of every table that has it, "table.column" of one."""
    asked = options.get(role, options.get("id") if role == "key" else None)
    if asked is None:
        return {}
    several = (asked,) if isinstance(asked, str) else asked
    if not isinstance(several, (list, tuple)) or not several or not all(isinstance(one, str) and one for one in several):
        raise WrongTypeError(f"{role} must be the name of a column, or a list of them, not {shorten(asked)}")
    out: dict[int, tuple[str, ...]] = {}
    for one in several:
        for number, column in columns_named(one, tables, f"{role}={shorten(one)}"):
            out[number] = (*out.get(number, ()), column)
    return out


def columns_named(column: str, tables: Sequence[Table], what: str) -> list[tuple[int, str]]:
    """(number of the table, column) for "column" or "table.column".

    Raises:
        ConfigError: no table has it.
    """
    found = [(number, column) for number, table in enumerate(tables) if column in table.columns]
    if not found and "." in column:
        of, _, own = column.partition(".")
        found = [(number, own) for number, table in enumerate(tables) if table.name == of and own in table.columns]
    if not found:
        there = {table.name or table.source: list(table.columns) for table in tables if table.ids is None}
        only = next(iter(there.values())) if len(there) == 1 else there
        raise ConfigError(f"{what}: there is no such column; there are {shorten(only, 200)}")
    return found


def _key(table: Table) -> tuple[str, ...]:
    """The column that is called as a key and is one; else the name that is one; else the first of all, of texts that are all different."""
    for column in usual(table.columns, "key", table.name):
        if table.columns[column].unique(table.size):
            return (column,)
    candidates = [*usual(table.columns, "name", table.name)[:1], *list(table.columns)[:1]]
    for column in candidates:
        cells = table.columns[column]
        if table.size and cells.unique(table.size) and all(map(_is_text, cells.values)):
            return (column,)
    return ()


def _name(table: Table) -> tuple[str, ...]:
    return tuple(column for column in usual(table.columns, "name", table.name) if any(map(_is_text, table.columns[column].values[:20])))


def _guessed_name(table: Table, key: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    if found := _name(table)[:1]:
        return found, False
    if found := name_in_parts(table.columns):
        return found, True
    if len(key) == 1 and key[0] in table.columns and all(map(_is_text, table.columns[key[0]].values[:100])):
        return tuple(key), False
    return (), False


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
