"""Which columns lead to rows of other tables: said by `refers=`, declared as foreign keys, or guessed where both the column's name and
its values say so."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from typing import Literal as Choice

import numpy as np

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.options import near_or_all
from kgllm.graphs.readers.records.cells import Cells, Foreign, text_of
from kgllm.graphs.readers.records.composite import Composite, led_together, said_together
from kgllm.graphs.readers.records.known import Known, Led, Links, combined, led_through
from kgllm.graphs.readers.records.meaning import columns_named
from kgllm.graphs.readers.records.numbers import are_whole_numbers, named_for, spread_as_keys
from kgllm.graphs.readers.records.words import is_bare_key, leads_to, of_one, says_just_key, shortens, spoken, without_key
from kgllm.types import Entity, Key
from kgllm.words.fields import bare_kind

_ENOUGH = 0.9  # of a column's distinct values are keys or names of the other table, for a guess
_ALMOST_ALL = 0.98  # … where the column's name does not say so
_CODE = re.compile(r"[A-Z0-9_.-]{2,12}", re.ASCII)
_ITSELF = 2  # a column that leads each second row to itself leads nowhere


def links(known: Sequence[Known], options: Mapping[str, Any], notes: Notes) -> list[Links]:
    """For each table the columns that lead to rows, with these in place of the values.

    Raises:
        ConfigError: `refers` names a column that no table has.
    """
    said = said_of(known, options)
    found: list[Links] = [{} for _ in known]
    for number, one in enumerate(known):
        of = said.get(number, {})
        for column, target in of.items():
            if isinstance(target, Composite):
                found[number][column] = Led(led_together(one, target, known, notes), without_key(column))
            elif isinstance(target, tuple):
                found[number][column] = Led(_led_among(one, column, target, known, notes), without_key(column))
            elif target is None or _calls_them(one, column, target):
                continue
            elif target == one.table.name and one.meaning.key == (column,):
                found[number][column] = Led(one.table.columns[column].mapped(lambda _: None), without_key(column))
            else:
                shared = any(shows_key(column, other) for other in known if other.table.name == target)
                found[number][column] = Led(_led(one, column, target, known, notes), without_key(column), shared)
        declared = [foreign for foreign in one.table.foreign if not set(foreign.columns) & of.keys()]
        for foreign in declared:
            _foreign(one, foreign, known, found[number], notes)
        called = (
            one.meaning.key
            if one.extends
            else ()
            if "name" in one.meaning.guessed and one.meaning.name == one.meaning.key
            else one.meaning.name
        )
        for column in one.table.columns:  # a key that serves as the name, for want of one, may lead to whom it names
            if column not in of and column not in found[number] and column not in called:
                guess = None if any(column in foreign.columns for foreign in declared) else _guess(one, column, known, notes)
                if guess is not None:
                    other, way = guess
                    cells = led_through(one, column, way.ids, other.table.name, known, notes)
                    found[number][column] = Led(cells, way.name, other is not one and shows_key(column, other))
                    to = other.table.name or "the same table"
                    notes.say(f"{one.table.source}: {column!r} leads to rows of {to!r} ({otherwise(one, column, other, known)})")
        found[number] = {column: _but_itself(one, column, led, notes) for column, led in found[number].items()}
    return found


def _calls_them(one: Known, column: str, target: str) -> bool:
    """Whether a column is that by which a table's rows are called, where refers= says of those of other tables that they lead to it: no
    row is led to itself."""
    table, _, to = target.partition(".")
    calling = (*one.meaning.key, *one.meaning.name) if one.meaning.key != (column,) else ()
    return table == one.table.name and column in (to, *calling)


def _but_itself(one: Known, column: str, led: Led, notes: Notes) -> Led:
    """What a column leads to, without the rows that it leads to themselves: that a genus is its own genus tells nothing."""
    cells = led.cells
    place = {value.id: at for at, value in enumerate(cells.values) if isinstance(value, Entity)}
    own = np.array([-1 if key is None else place.get(key, -1) for key in one.ids], np.int64)
    other = own[cells.rows] != cells.at
    if other.all():
        return led
    count = len(other) - int(other.sum())
    themselves = f"{count:,} rows to themselves" if count > 1 else "one row to itself"
    notes.say(f"{one.table.source}: {column!r} leads {themselves}, which is no fact")
    return Led(Cells(cells.values, cells.rows[other], cells.at[other]), led.name, led.shared)


def shows_key(column: str, other: Known) -> bool:
    """Whether a column is the key of a table, and a fact of its rows: neither just an id, nor their name."""
    return column in other.meaning.key and column not in other.meaning.name[:1] and not is_bare_key(column)


def said_of(known: Sequence[Known], options: Mapping[str, Any]) -> dict[int, dict[str, str | tuple[str, ...] | Composite | None]]:
    """By the number of a table, what `refers=` says of its columns: of one (which may lead to several tables), or of several together."""
    asked = options.get("refers") or {}
    if not isinstance(asked, Mapping) or not all(_is_said(column, to) for column, to in asked.items()):
        raise WrongTypeError(f'refers must be a mapping from a column to a table ({{"country": "countries"}}), not {shorten(asked)}')
    tables = [one.table for one in known]
    several = {columns: to for columns, to in asked.items() if not isinstance(columns, str)}
    out: dict[int, dict[str, str | tuple[str, ...] | Composite | None]] = {}
    named = [
        (column, *one) for column in asked if isinstance(column, str) for one in columns_named(column, tables, f"refers={{{column!r}: …}}")
    ]
    for column, number, own in sorted(named, key=lambda one: one[0] != one[2]):  # what is said of one table counts there
        to = asked[column]
        out.setdefault(number, {})[own] = tuple(to) if isinstance(to, (list, tuple)) else to
    for number, led in said_together(known, several).items():
        out.setdefault(number, {}).update(led)
    return out


def _is_said(column: Any, to: Any) -> bool:
    """Whether this is a column and a table (or several), or several columns and a table, or as many columns of one."""
    if isinstance(column, str):
        return to is None or (isinstance(to, (str, list, tuple)) and bool(to) and all(isinstance(one, str) and one for one in to))
    columns = isinstance(column, tuple) and len(column) > 1 and all(isinstance(one, str) and one for one in column)
    return columns and bool(to) and (isinstance(to, str) or (isinstance(to, tuple) and all(isinstance(one, str) for one in to)))


def _led(one: Known, column: str, target: str, known: Sequence[Known], notes: Notes) -> Cells:
    """A column's values as rows of a table; where there is no such table, as things of that kind, called by the values."""
    cells = one.table.columns[column]
    name, _, to = target.partition(".")
    others = [other for other in known if other.table.name == target] or [other for other in known if to and other.table.name == name]
    if not others:
        near = near_or_all(name, list(dict.fromkeys(other.table.name for other in known if other.table.name)))
        if near.startswith("did"):
            notes.say(f"refers={{{column!r}: {target!r}}}: there is no such table, and the values are things of that kind; {near}")
        return cells.mapped(
            lambda value: value if isinstance(value, Entity) else Entity(f"{target}/{text_of(value)}", text_of(value), types=(target,))
        )
    if others[0].table.name != target and to not in others[0].table.columns:
        raise ConfigError(
            f"refers={{{column!r}: {target!r}}}: {name!r} has no column {to!r}; it has {shorten(list(others[0].table.columns), 200)}"
        )
    ways = [way for other in others for way in ([other.by(to)] if other.table.name != target else other.called())]
    return led_through(one, column, ways, target, known, notes)


def _led_among(one: Known, column: str, targets: Sequence[str], known: Sequence[Known], notes: Notes) -> Cells:
    """A column's values as rows of several tables, each of the one that has it.

    Raises:
        ConfigError: there is no such table, or two of them have a value.
    """
    names = [other.table.name for other in known]
    what = f"refers={{{column!r}: {list(targets)!r}}}"
    there: dict[str, list[dict[str, Key]]] = {}
    for target in targets:
        name, _, to = target.partition(".")
        others = [other for other in known if other.table.name in (target, name)]
        if not others:
            raise ConfigError(f"{what}: there is no table {name!r}; {near_or_all(name, list(dict.fromkeys(filter(None, names))))}")
        whole = target in names
        if not whole and not all(to in other.table.columns for other in others):
            raise ConfigError(f"{what}: {name!r} has no column {to!r}; it has {shorten(list(others[0].table.columns), 200)}")
        there[target] = [way for other in others for way in (other.called() if whole else [other.by(to)])]
    for value in one.table.columns[column].values:
        text = text_of(value)
        found = [target for target, ways in there.items() if any(text in way for way in ways)]
        if len(found) > 1 and len({next(way[text] for way in there[target] if text in way) for target in found}) > 1:
            raise ConfigError(
                f"{what}: {shorten(text, 40)} is a row of {' and of '.join(map(repr, found))}",
                hint="a value leads to one of them: say a column that only one has ('table.column'), or refers= of one table",
            )
    ways = [way for several in there.values() for way in several]
    return led_through(one, column, ways, " or ".join(targets), known, notes)


def _foreign(one: Known, foreign: Foreign, known: Sequence[Known], found: Links, notes: Notes) -> None:
    """A foreign key that the source declares."""
    other = next((other for other in known if other.table.name.casefold() == foreign.table.casefold()), None)
    if other is None or not all(column in one.table.columns for column in foreign.columns):
        return
    to = foreign.to or other.table.key
    if len(foreign.columns) == 1:
        (column,) = foreign.columns
        if len(to) == 1 and to[0] in other.table.columns:
            cells = led_through(one, column, [other.by(to[0])], other.table.name, known, notes)
            found[column] = Led(cells, without_key(column), other is not one and shows_key(column, other))
        return
    if tuple(to) != other.meaning.key or len(to) != len(foreign.columns):
        notes.say(
            f"{one.table.source}: the foreign key {', '.join(foreign.columns)} is not followed: it leads to no key of {foreign.table!r}"
        )
        return
    parts = [one.table.columns[column].by_row(one.table.size) for column in foreign.columns]
    ids = {str(key): key for key in other.ids if key is not None}
    prefix = f"{other.table.name}/"
    cells = Cells.of([None if text is None else prefix + text for text in combined(parts)])
    found[" ".join(foreign.columns)] = Led(cells.mapped(lambda text: Entity(ids[text]) if text in ids else None), of_one(other.table.name))


def as_said(one: Known, column: str, target: str | None, known: Sequence[Known]) -> str:
    """The option that says where a column leads, to be copied from a note: by "table.column" where another table has such a column."""
    alone = sum(column in other.table.columns for other in known) == 1 or not one.table.name
    own = json.dumps(column if alone else f"{one.table.name}.{column}", ensure_ascii=False)
    return f"refers={{{own}: {json.dumps(target, ensure_ascii=False) if target else None}}}"


def otherwise(one: Known, column: str, other: Known, known: Sequence[Known]) -> str:
    """The options that say otherwise of a column that leads to rows; where it is the key, its rows may be theirs."""
    keeps = f"{as_said(one, column, None, known)} keeps its values"
    if other is one or one.table.ids is not None or one.meaning.key != (column,) or len(other.meaning.key) != 1:
        return keeps
    keys = other.by(other.meaning.key[0]).keys()
    if not all(text_of(value) in keys for value in one.table.columns[column].values):
        return keeps
    pair = f"{json.dumps(one.table.name, ensure_ascii=False)}: {json.dumps(other.table.name, ensure_ascii=False)}"
    return f"extends={{{pair}}} makes rows of one key one thing, and {keeps}"


def _guess(one: Known, column: str, known: Sequence[Known], notes: Notes) -> tuple[Known, _Way] | None:
    """The only other table that a column's name and values lead to, and how."""
    cells = one.table.columns[column]
    if not cells.values or any(isinstance(value, (Entity, float, bool)) for value in cells.values[:100]):
        return None
    fitting = []
    for other in known:
        way = _way(column, one, other) if other is not one and other.table.name and other.table.named and not other.extends else None
        if way is None or sum(any(text_of(value) in ids for ids in way.ids) for value in cells.values) < way.enough * len(cells.values):
            continue
        if way.numbers == "rows" or not are_whole_numbers(cells) or (way.numbers == "either" and spread_as_keys(cells, chain(*way.ids))):
            fitting.append((other, way))
        elif way.numbers == "either":
            said_so = as_said(one, column, other.table.name, known)
            notes.say(f"{one.table.source}: the numbers of {column!r} are read as such, and not as rows ({said_so} leads there)")
    fitting = [pair for pair in fitting if pair[1].enough < 1] or fitting  # a `vehicle` is one of vehicles, and not of vehicle_types
    if not fitting and (own := _own_keys(column, one)):
        return one, _Way([one.by(own)], without_key(column))
    return fitting[0] if len(fitting) == 1 else None


def _own_keys(column: str, one: Known) -> str | None:
    """The column of its own table whose values a column's texts are: the key (whom an employee reports to), or else the only other one of
    codes by which rows are told apart (`iso3`, for a list of neighbours). (Numbers are keys by chance.)"""
    key, cells = _key_of(one), one.table.columns[column]
    if column in key or not all(isinstance(value, str) for value in cells.values) or are_whole_numbers(cells):
        return None
    if len(key) == 1 and _are_others(cells, one.table.columns[key[0]], one):
        return key[0]
    if cells.unique(one.table.size) or not all(map(_CODE.fullmatch, cells.values)):
        return None
    codes = [
        name
        for name, other in one.table.columns.items()
        if name != column and other.unique(one.table.size) and all(isinstance(value, str) for value in other.values)
    ]
    found = [name for name in codes if _are_others(cells, one.table.columns[name], one)]
    return found[0] if len(found) == 1 else None


def _are_others(cells: Cells, keys: Cells, one: Known) -> bool:
    """Whether values are keys of rows. As their column's name says nothing of it, all of them are, but for a few of many; and a column of
    which most are the key of their own row is that key again."""
    own = {text_of(value) for value in keys.values}
    if sum(text_of(value) in own for value in cells.values) < _ALMOST_ALL * len(cells.values):
        return False
    pairs = zip(cells.by_row(one.table.size), keys.by_row(one.table.size))
    same = sum(value is not None and key is not None and text_of(value) == text_of(key) for value, key in pairs)
    return _ITSELF * same <= len(cells)


def _key_of(one: Known) -> tuple[str, ...]:
    """The columns of a table's key; of nested objects, those that identify them."""
    return one.table.own or one.meaning.key


@dataclass(frozen=True, slots=True)
class _Way:
    """How a column may lead to rows: their ids by its values, what the column then is called, what whole numbers in it are by its name, and
    what part of its values must be rows."""

    ids: list[dict[str, Key]]
    name: str
    numbers: Choice["rows", "amounts", "either"] = "rows"
    enough: float = _ENOUGH


def _way(column: str, one: Known, other: Known) -> _Way | None:
    """How a column may lead to another table by its name: `country`, `country_id` and `birth_country` by the key or name of countries,
    `country_iso` by their column `iso`, `atomic_number` by a key of that name; `order_status` by the key of OrderStatusType."""
    table, cells = other.table, one.table.columns[column]
    for name in table.columns:
        for gap in ("_", " ", "-", ".", ""):
            before = column[: -len(name) - len(gap)]
            if before and column == f"{before}{gap}{name}" and leads_to(before, table.name) and table.columns[name].unique(table.size):
                return _Way([other.by(name)], before)
    own = other.meaning.key
    beside = one.meaning.key != (column,) or one.table.size < table.size  # of two tables with one key, the smaller tells more of some
    called = spoken(own[0]).removeprefix("id ") if len(own) == 1 else ""
    plain = without_key(column)
    if called == spoken(column) and beside and not says_just_key(called):
        return _Way(other.called(), of_one(table.name) if plain == column or shortens(plain, table.name) else plain)
    if leads_to(column, table.name):
        return _Way(other.called(), plain, named_for(column, table.name, cells))
    kind = bare_kind(spoken(table.name))  # `orderStatus` of OrderStatusType, where all of its values are keys or names there
    if kind == spoken(table.name) or not leads_to(column, kind):
        return None
    return _Way(other.called(), plain, named_for(column, kind, cells), 1.0)


def joins(one: Known, led: Links, known: Sequence[Known]) -> tuple[str, str] | None:
    """The two columns of a table that has nothing but them, and whose rows only join others ("film_actor"): each row is a fact."""
    table, meaning = one.table, one.meaning
    if table.ids is not None or meaning.name or len(led) != 2 or set(table.columns) != set(led):
        return None
    if any(other is not one and any(foreign.table == table.name for foreign in other.table.foreign) for other in known):
        return None
    first, second = (column for column in table.columns if column in led)
    return (first, second) if all(table.columns[column].single for column in (first, second)) else None
