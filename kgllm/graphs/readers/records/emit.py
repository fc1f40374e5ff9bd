"""Tables as things and their facts: a row is an entity, a column a relation, a cell a value or another row.

The ideas are those of the W3C's Direct Mapping of relational data (2012): a row is known by its table and key, its table is its type, an
empty cell says nothing, and a foreign key is an edge. What differs is in docs/decisions/0012.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from kgllm.errors import WrongTypeError, shorten
from kgllm.graphs.attributes import literal
from kgllm.graphs.base import ColumnFacts, Things
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.blank import with_codes
from kgllm.graphs.readers.records.cells import Cells, Table, text_of
from kgllm.graphs.readers.records.extends import extended
from kgllm.graphs.readers.records.hints import hints
from kgllm.graphs.readers.records.known import Known, Led, Links, combined
from kgllm.graphs.readers.records.matched import matched
from kgllm.graphs.readers.records.meaning import Meaning, check_key, columns_beside, meanings, tell
from kgllm.graphs.readers.records.nested import held
from kgllm.graphs.readers.records.parts import folded
from kgllm.graphs.readers.records.places import told_apart
from kgllm.graphs.readers.records.refers import joins, links
from kgllm.graphs.readers.records.split import split
from kgllm.graphs.readers.records.without import without
from kgllm.graphs.readers.records.words import are_people, is_bare_key, kind_by_name, of_one, without_key
from kgllm.types import Entity, Key, Literal, Node, Relation

_SHOWN = 3


def things(tables: Sequence[Table], options: Mapping[str, Any], notes: Notes, *, several: bool) -> Iterator[Things]:
    """Everything that tables say. several: rows are known by "table/key", for two tables may have one key.

    Raises:
        ConfigError: an option names a column that there is not; GraphError: a key that is none.
    """
    told_apart(tables, options, notes)
    flat = [one for table in folded(without(tables, options, notes), options, notes) for one in _with_inner(table)]
    flat = split(with_codes(flat, notes), options)
    owners, meant = extended(flat, meanings(flat, options), options, notes)
    known = [
        Known(table, meaning, _ids(table, meaning, notes, within=flat[owner].name if several else None), owner != number)
        for number, (table, meaning, owner) in enumerate(zip(flat, meant, owners))
    ]
    held(known)
    led = links(known, options, notes)
    told = matched(known, led, options, notes)
    hints(known, led, options, notes, told)
    _tell_names(known, led, notes)
    for one, own in zip(known, led):
        ends = joins(one, own, known)
        if ends is None and not one.extends:
            tell(one.table, one.meaning, notes)
        yield _rows(one, own, notes, several=several) if ends is None else _joined(one, own, ends)


def _with_inner(table: Table) -> Iterator[Table]:
    yield table
    for inner in table.inner:
        yield from _with_inner(inner)


def _ids(table: Table, meaning: Meaning, notes: Notes, *, within: str | None) -> list[Key | None]:
    """The id of each row; None for a row without a key, which is left out. within: the table whose rows they are, where there are several."""
    if table.ids is not None:
        return list(table.ids)
    prefix = "" if within is None else f"{within}/"
    if not meaning.key:
        prefix = prefix or f"{of_one(table.name) or 'row'}/"
        return [f"{prefix}{row}" for row in range(1, table.size + 1)]
    check_key(table, meaning.key)
    columns = [table.columns[column].mapped(_key).by_row(table.size) for column in meaning.key]
    found: list[Key | None] = columns[0] if len(columns) == 1 else combined(columns)  # type: ignore[assignment]
    if prefix:
        found = [None if key is None else f"{prefix}{key}" for key in found]
    for row, key in enumerate(found):
        if key is None:
            notes.skip(f"an empty key ({', '.join(meaning.key)})", table.place(row))
    twice = len(found) - found.count(None) - len(set(found) - {None})
    if twice:
        notes.say(
            f"{table.source}: {twice:,} rows have the key ({', '.join(meaning.key)}) of another; they are one thing together{_told_apart(table, meaning)}"
        )
    return found


def _told_apart(table: Table, meaning: Meaning) -> str:
    """The option that tells rows of one key apart, to be copied from a note."""
    columns = columns_beside(table, meaning.key)
    if not columns:
        return ""
    several = json.dumps(columns, ensure_ascii=False)
    return (
        f" (key={{{json.dumps(table.name, ensure_ascii=False)}: {several}}} tells them apart)"
        if table.name
        else f" (key={several} tells them apart)"
    )


def _key(value: Any) -> Key | None:
    """A cell as an id: a whole number, or a text."""
    if isinstance(value, (Entity, Literal)):
        return value.name if isinstance(value, Literal) else value.id
    if type(value) is int and value.bit_length() < 64:
        return value
    return text_of(value) or None


def _rows(one: Known, led: Links, notes: Notes, *, several: bool) -> Things:
    """A table's rows, each with its name, aliases and types, and a fact for each of its cells."""
    table, meaning = one.table, one.meaning
    left = set(meaning.name[:1]).difference(meaning.aliases) if not meaning.joined else set()
    left.update(meaning.source)
    left |= {column for column in meaning.key if is_bare_key(column)}
    left |= {column for column in table.own if len(table.own) == 1 and is_bare_key(column)}  # `city_id` in what is nested is another's
    again = _again(table, led, notes)
    facts = []
    for column in dict.fromkeys((*table.columns, *led)):
        if column in again:
            continue
        if column in led:
            facts.append(_told(_leading(column, led[column], table), _nodes(led[column].cells, column, table, notes)))
        elif column not in left:
            facts.append(_told(Relation(column), _nodes(table.columns[column], column, table, notes)))
    keep = np.array([key is not None for key in one.ids], bool)
    if not keep.all():
        facts = _without(facts, keep)
    lines = np.arange(1, table.size + 1) if table.lines is None else table.lines
    entities = _entities(one, several=several)
    keys = [key for key in one.ids if key is not None]
    said = _texts(table, meaning.source)
    sources = ["".join(said.get(row, ())[:1]) for row in range(table.size) if keep[row]] if said else ()
    return Things(keys=keys, entities=entities, facts=facts, source=table.source, lines=lines[keep], sources=sources)


def _again(table: Table, led: Links, notes: Notes) -> set[str]:
    """The columns that lead to the same rows as another of that name, and to no more: `style_id` beside `style`."""
    out: set[str] = set()
    for column, one in led.items():
        plain = led.get(one.name)
        if plain is not None and plain.name == one.name and column != one.name and _ends(one.cells) <= _ends(plain.cells):
            notes.say(f"{table.source}: {column!r} leads where {one.name!r} does, and is left out")
            out.add(column)
    return out


def _ends(cells: Cells) -> set[tuple[int, Node]]:
    ends = zip(cells.rows.tolist(), (cells.values[at] for at in cells.at.tolist()))
    return {(row, end) for row, end in ends if isinstance(end, Entity)}


def _without(facts: Sequence[ColumnFacts], keep: Any) -> list[ColumnFacts]:
    """Facts without those of some rows."""
    place = np.cumsum(keep) - 1
    return [ColumnFacts(told.relation, place[told.rows[keep[told.rows]]], told.nodes, told.at[keep[told.rows]]) for told in facts]


def _told(relation: Relation, cells: Cells) -> ColumnFacts:
    return ColumnFacts(relation, cells.rows, cells.values, cells.at)


def _nodes(cells: Cells, column: str, table: Table, notes: Notes) -> Cells:
    """The values as nodes; what is no value is left out, and counted by cell."""
    nodes: list[Node | None] = []
    for place, value in enumerate(cells.values):
        try:
            nodes.append(value if isinstance(value, Entity) else literal(value))
        except WrongTypeError:
            nodes.append(None)
            for row in cells.rows[cells.at == place].tolist():
                notes.skip(f"a value in {column!r} that is none: {shorten(value, 40)}", table.place(row))
    return Cells(nodes, cells.rows, cells.at).kept([node is not None for node in nodes])


def _leading(column: str, led: Led, table: Table) -> Relation:
    """The relation of a column that holds keys of other rows: `country_id` leads to a country, and is called so. Where these rows have a
    fact of its name themselves, that is another relation: "orders.sku" leads to a product, whose `sku` is a text."""
    own = f"{table.name}.{column}" if led.shared else column
    return Relation(own, led.name, aliases=(column,)) if _is_called_otherwise(column, led, table) else Relation(own, column)


def _is_called_otherwise(column: str, led: Led, table: Table) -> bool:
    return led.name != column and led.name not in table.columns


def _tell_names(known: Sequence[Known], led: Sequence[Links], notes: Notes) -> None:
    """Note, once for all tables, which relations to rows are not called as their columns."""
    columns = dict.fromkeys(
        f"{column!r} is called {led.name!r}"
        for one, own in zip(known, led)
        for column, led in own.items()
        if column in one.table.columns and _is_called_otherwise(column, led, one.table)
    )
    if columns:
        some = ", ".join(list(columns)[:_SHOWN]) + (", …" if len(columns) > _SHOWN else "")
        notes.say(f"columns that lead to rows are called by these: {some} (an alias is the column)")


def _entities(one: Known, *, several: bool) -> list[Entity]:
    table, meaning = one.table, one.meaning
    size = table.size
    names = _names(table, meaning)
    types = _texts(table, meaning.types)
    aliases = _texts(table, meaning.aliases)
    kinds = _kinds(table, meaning)
    if several and len(meaning.key) == 1 and meaning.key != meaning.name:
        for row, value in enumerate(table.columns[meaning.key[0]].by_row(size)):
            if isinstance(value, str):  # a code that people say; numbers are not
                aliases.setdefault(row, []).append(value)
    called = table.named and bool(meaning.key or table.ids is not None)  # what has neither key nor name only joins its cells
    out = []
    for row, key in enumerate(one.ids):
        if key is not None and (names[row] or kinds or row in types or row in aliases or not called):
            more = tuple(dict.fromkeys((*types.get(row, ()), *kinds))) if types else kinds
            out.append(Entity(key, names[row], tuple(aliases.get(row, ())), more, called or bool(names[row])))
    return out


def _kinds(table: Table, meaning: Meaning) -> tuple[str, ...]:
    """What the rows are: what their table is called by, and the column that they are called by, where that says so: `invoice` in "sales"."""
    known_by_name = len(meaning.name) == 1 and not meaning.joined and (not table.name or meaning.key == meaning.name)
    column = meaning.name[0] if known_by_name else ""
    kind = kind_by_name(column) if column in table.columns and not (table.name and without_key(column) != column) else ""
    kind = kind or ("person" if meaning.name and not table.name and are_people(table.columns) else "")
    known = {of_one(table.name), *of_one(table.name).split()}
    return tuple(filter(None, (table.name, "" if kind in known or (table.name and kind in table.name.casefold()) else kind)))


def _names(table: Table, meaning: Meaning) -> list[str]:
    columns = [[_text(value) for value in table.columns[name].by_row(table.size)] for name in meaning.name]
    if not columns:
        return [""] * table.size
    if meaning.joined:
        return [" ".join(filter(None, parts)) for parts in zip(*columns)]
    return columns[0] if len(columns) == 1 else [next(filter(None, parts), "") for parts in zip(*columns)]


def _text(value: Any) -> str:
    return "" if value is None else value.name if isinstance(value, (Entity, Literal)) else str(value)


def _texts(table: Table, columns: Sequence[str]) -> dict[int, list[str]]:
    """By row, all the texts of some columns."""
    out: dict[int, list[str]] = {}
    for column in columns:
        cells = table.columns[column]
        texts = [_text(value) for value in cells.values]
        for row, at in zip(cells.rows.tolist(), cells.at.tolist()):
            out.setdefault(row, []).append(texts[at])
    return out


def _joined(one: Known, led: Links, ends: tuple[str, str]) -> Things:
    """Rows that only join two others, as a fact each, from the first to the second."""
    starts, stops = led[ends[0]].cells, led[ends[1]].cells
    starts, stops = (cells.kept([isinstance(value, Entity) for value in cells.values]) for cells in (starts, stops))
    keys: list[Any] = [None if value is None else value.id for value in starts.by_row(one.table.size)]
    keep = np.array([key is not None for key in keys], bool)
    told = _without([_told(Relation(one.table.name or one.table.source), stops)], keep)
    lines = np.arange(1, one.table.size + 1) if one.table.lines is None else one.table.lines
    return Things(keys=[key for key in keys if key is not None], facts=told, source=one.table.source, lines=lines[keep])
