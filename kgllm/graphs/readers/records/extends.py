"""Tables that say more of the same things: `film_ratings` beside `film_basics`, known by the same ids, or {"risk": {"日本": …}, "plugs":
{"日本": …}}. Rows of both that share a key are one thing, where that can hardly be chance and nothing speaks against it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.options import near_or_all
from kgllm.graphs.readers.records.cells import Table, text_of
from kgllm.graphs.readers.records.codes import chance, codes_in, mostly_same
from kgllm.graphs.readers.records.meaning import Meaning
from kgllm.graphs.readers.records.words import says_just_key, spoken

_FEWEST = 2  # rows that tell anything
_FEW = 0.05  # of what both say of a thing may differ: slips
_CHANCE = -6.0  # decimal logarithm of how likely numbered codes are the same by chance, at most
_SPREAD = 3  # times as high as there are many: numbers that nobody counts rows by
_BY_CHANCE = "such keys may be the same by chance"
_TOLD = 5  # rows, at least, of which a note says that they stay apart


def extended(
    tables: Sequence[Table], meanings: Sequence[Meaning], options: Mapping[str, Any], notes: Notes
) -> tuple[list[int], list[Meaning]]:
    """For each table the number of the one whose rows its rows are (its own, mostly), and what the columns then mean.

    Raises:
        ConfigError: extends= names no table, or one whose rows have no key.
    """
    said = _said(tables, meanings, options)
    owners, meant = list(range(len(tables))), list(meanings)
    fit = [number for number in range(len(tables)) if _may(tables[number], meanings[number], options)]
    keys = {number: _keys(tables[number], meanings[number]) for number in fit}
    groups: dict[int, list[int]] = {}
    for number in sorted(fit, key=lambda one: (-tables[one].size, not _names(meanings[one]), one)):
        table = tables[number]
        if table.name in said:
            continue
        found: list[int] = []
        apart: list[tuple[int, str]] = []
        for owner, members in groups.items():
            if mostly_same(keys[owner], keys[number]):
                why = next((why for one in members if (why := _against(tables, meanings, keys, one, number))), "")
                if why:
                    apart.append((owner, why))
                else:
                    found.append(owner)
        if len(found) == 1 or (found and tables[found[0]].size > tables[found[1]].size):  # the greatest table of them, first
            owner = found[0]
            groups[owner].append(number)
            owners[number] = owner
            kept = json.dumps(table.name, ensure_ascii=False)
            notes.say(
                f"{table.source}: rows are those of {tables[owner].name!r} with the same key (extends={{{kept}: None}} keeps them apart)"
            )
            continue
        groups[number] = [number]
        apart = [(owner, why) for owner, why in apart if why != _BY_CHANCE or keys[owner] == keys[number]]  # any two lists are numbered
        if apart and table.size >= _TOLD:
            owner, why = apart[0]
            pair = f"{json.dumps(table.name, ensure_ascii=False)}: {json.dumps(tables[owner].name, ensure_ascii=False)}"
            notes.say(
                f"{table.source}: rows have the keys of {tables[owner].name!r}, and stay apart, as {why} (extends={{{pair}}} makes them one thing)"
            )
    names = [table.name for table in tables]
    owners = [names.index(to) if (to := said.get(name)) is not None else owner for name, owner in zip(names, owners)]
    owners = [owners[owner] for owner in owners]  # what extends= leads to may be another's itself
    for number, owner in enumerate(owners):
        if owner != number:
            meant[owner], meant[number] = _named(meant[owner], meant[number])
    return owners, meant


def _said(tables: Sequence[Table], meanings: Sequence[Meaning], options: Mapping[str, Any]) -> dict[str, str | None]:
    """What extends= says, by table."""
    said = options.get("extends") or {}
    if not isinstance(said, Mapping) or not all(isinstance(of, str) and isinstance(to, (str, type(None))) for of, to in said.items()):
        raise WrongTypeError(f'extends must be a mapping from a table to another ({{"film_ratings": "films"}}), not {shorten(said)}')
    names = [table.name for table in tables]
    for of, to in said.items():
        for name in (of, to):
            if name is not None and name not in names:
                raise ConfigError(f"extends={{{of!r}: {to!r}}}: there is no table {name!r}; {near_or_all(name, names)}")
            if name is not None and to is not None and len(meanings[names.index(name)].key) != 1:
                raise ConfigError(f"extends={{{of!r}: {to!r}}}: rows of {name!r} have no key of one column", hint="key= says which it is")
        if to is not None and (to == of or said.get(to) is not None):
            raise ConfigError(f"extends={{{of!r}: {to!r}}}: {to!r} must be another table, which extends none itself")
    return dict(said)


def _may(table: Table, meaning: Meaning, options: Mapping[str, Any]) -> bool:
    """Whether a table's rows may be those of another: they have a key of their own, of one column, and nobody says where that leads."""
    if table.ids is not None or not table.name or not table.named or table.size < _FEWEST or len(meaning.key) != 1:
        return False
    key = meaning.key[0]
    refers = options.get("refers")
    led = isinstance(refers, Mapping) and any(
        key in (column if isinstance(column, tuple) else (column,)) or f"{table.name}.{key}" == column for column in refers
    )
    return not led and not any(key in foreign.columns for foreign in table.foreign) and table.columns[key].unique(table.size)


def _keys(table: Table, meaning: Meaning) -> frozenset[str]:
    return frozenset(map(text_of, table.columns[meaning.key[0]].values))


def _names(meaning: Meaning) -> tuple[str, ...]:
    """The columns of names that are not the key."""
    return () if meaning.name == meaning.key else meaning.name


def _against(tables: Sequence[Table], meanings: Sequence[Meaning], keys: Mapping[int, frozenset[str]], one: int, other: int) -> str:
    """What speaks against rows of one key being one thing; "" where nothing does."""
    first, second = tables[one], tables[other]
    own = [meanings[number].key[0] for number in (one, other)]
    alike = spoken(own[0]) == spoken(own[1])
    if _by_chance(keys[one], keys[other], codes_in(first.columns[own[0]]), called=alike and not says_just_key(own[0]), alike=alike):
        return _BY_CHANCE
    names = [_names(meanings[number]) for number in (one, other)]
    if all(names) and _differ(first, second, own, (names[0][0], names[1][0])):
        return "their names differ"
    words = not all(map(str.isdigit, keys[one])) and not codes_in(first.columns[own[0]])
    if words and names[0] != names[1] and not all(names):
        return f"only one of them has {(*names[0], *names[1])[0]!r}"
    said = {spoken(column): column for column in first.columns}
    for column in second.columns:
        before = said.get(spoken(column))
        if before is not None and column != own[1] and before != own[0] and _differ(first, second, own, (before, column)):
            return f"they differ in {column!r}"
    return ""


def _by_chance(one: frozenset[str], other: frozenset[str], codes: frozenset[str], *, called: bool, alike: bool) -> bool:
    """Whether keys may be the same though they are of other things. called: their columns have one name, which says what they are of."""
    if called:
        return False
    if all(map(str.isdigit, one)):
        return not alike or max(map(int, one)) < _SPREAD * len(one)
    if codes and any(any(map(str.isdigit, text)) for text in codes):
        return chance(other, one) > _CHANCE
    return bool(codes) and not alike and one != other


def _differ(first: Table, second: Table, keys: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether two columns say different things of rows with one key."""
    said = [
        {
            text_of(key): text_of(value)
            for key, value in zip(*(table.columns[column].by_row(table.size) for column in pair))
            if value is not None
        }
        for table, pair in ((first, (keys[0], columns[0])), (second, (keys[1], columns[1])))
    ]
    both = said[0].keys() & said[1].keys()
    return sum(said[0][key] != said[1][key] for key in both) > _FEW * len(both)


def _named(owner: Meaning, more: Meaning) -> tuple[Meaning, Meaning]:
    """What rows are called by, where only one table has names beside the key; else both have the same."""
    if _names(owner) or not owner.name:
        return owner, more if _names(more) else replace(more, name=())
    return (replace(owner, name=()), more) if _names(more) else (owner, replace(more, name=more.key))
