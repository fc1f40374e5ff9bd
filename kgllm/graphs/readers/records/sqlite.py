"""Tables of an SQLite file, with the keys and foreign keys that it declares. The file is only read, and nothing in it is run but that."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from kgllm.errors import ConfigError, GraphParseError, GraphUnavailable, WrongTypeError, shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.options import near_or_all
from kgllm.graphs.readers.records.cells import Cells, Foreign, Table, dated, reader_of, typed
from kgllm.graphs.readers.records.objects import whole_again
from kgllm.types import Literal

WAIT = 5.0  # seconds for a lock
_LONGEST = 300  # characters of a list of tables in a note
_TIMES = re.compile(r"date|time", re.IGNORECASE)
_TRUTHS = re.compile(r"bool", re.IGNORECASE)


class _NoTextError(ValueError):
    """Bytes in a text column that are no UTF-8."""


def tables_of_sqlite(path: Path, options: Mapping[str, Any], notes: Notes) -> list[Table]:
    """The tables of an SQLite file, or those (and views) that `tables` names.

    Raises:
        GraphParseError: damaged, or none; GraphUnavailable: another program holds it; ConfigError: a table that it does not have.
    """
    with _translated(path.name), closing(_opened(path)) as base:
        rows = base.execute(
            "SELECT name, type, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid"
        ).fetchall()
        virtual = [name for name, _, sql in rows if sql.upper().startswith("CREATE VIRTUAL")]
        there = [name for name, kind, _ in rows if kind == "table" and not _own(name, virtual)]
        views = [name for name, kind, _ in rows if kind == "view"]
        asked = chosen(options.get("tables"), there, [*views, *virtual], path.name)
        left = [name for name in (*views, *virtual) if name not in asked]
        if left and options.get("tables") is None:
            notes.say(f"{path.name}: views not read: {', '.join(left)} ({_reading(there, left)})")
        return [_table(base, name, path.name, notes) for name in asked]


def _reading(there: Sequence[str], left: Sequence[str]) -> str:
    """The option that reads views, too, to be copied from a note; of many tables, only how it begins."""
    whole = json.dumps([*there, *left], ensure_ascii=False)
    if len(whole) <= _LONGEST:
        return f"tables={whole} reads them, too"
    return f"tables=[{json.dumps(left[0], ensure_ascii=False)}, …] reads what it names, tables and views"


def _own(name: str, virtual: Sequence[str]) -> bool:
    """SQLite's own tables, virtual ones, and those that serve them."""
    return name.startswith("sqlite_") or name in virtual or any(name.startswith(f"{one}_") for one in virtual)


def chosen(asked: Any, there: Sequence[str], more: Sequence[str], source: str) -> list[str]:
    """The tables that are read: those asked for, or all.

    Raises:
        ConfigError: one that there is not.
    """
    if asked is None:
        return list(there)
    several = (asked,) if isinstance(asked, str) else asked
    if not isinstance(several, (list, tuple, set, frozenset)) or not several or not all(isinstance(one, str) for one in several):
        raise WrongTypeError(f"tables must be a list of names, not {shorten(asked)}")
    for one in several:
        if one not in there and one not in more:
            raise ConfigError(f"tables={shorten(one)}: {source} has none of this name; {near_or_all(one, [*there, *more])}")
    return [one for one in (*there, *more) if one in several]


def _opened(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=WAIT)
    base.text_factory = _text
    for setting in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
        base.execute(f"PRAGMA {setting}")
    return base


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _NoTextError(shorten(raw[error.start : error.start + 8])) from error


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise GraphUnavailable(f"{name}: another program holds the file locked", hint="try later, or read a copy of it") from error
        raise GraphParseError(f"{name}: SQLite cannot read it: {shorten(str(error))}") from error
    except sqlite3.Error as error:
        raise GraphParseError(f"{name}: not SQLite, or damaged: {shorten(str(error))}") from error
    except _NoTextError as error:
        raise GraphParseError(f"{name}: a text that is not UTF-8 ({error})", hint="export the table as CSV, and say encoding=") from error


def _table(base: sqlite3.Connection, name: str, source: str, notes: Notes) -> Table:
    about = base.execute(f"PRAGMA table_info({_quoted(name)})").fetchall()
    cursor = base.execute(f"SELECT * FROM {_quoted(name)}")  # noqa: S608 - a name that the file itself lists, quoted
    labels = [one[0] for one in cursor.description]
    kinds = {column: kind or "" for _, column, kind, *_ in about}
    rows = cursor.fetchall()
    columns: dict[str, Cells] = {}
    for label, values in zip(labels, zip(*rows) if rows else [()] * len(labels)):
        there = [row for row, value in enumerate(values) if value is not None]
        some = whole_again(there, [values[row] for row in there], len(rows))
        columns[label] = _column(Cells.of(some, np.array(there, np.int32)), kinds.get(label, ""), f"{source}/{name}: {label!r}", notes)
    key = tuple(column for _, column, _, _, _, part in sorted(about, key=lambda one: one[5]) if part)
    return Table(name=name, size=len(rows), columns=columns, source=f"{source}/{name}", key=key, foreign=_foreign(base, name))


def _column(cells: Cells, kind: str, place: str, notes: Notes) -> Cells:
    """A column's values: dates and truth values as the column declares them; bytes are none."""
    if any(isinstance(value, bytes) for value in cells.values):
        notes.say(f"{place} holds bytes, which are not read")
    cells = cells.kept([not isinstance(value, bytes) and not (isinstance(value, str) and not value.strip()) for value in cells.values])
    if _TIMES.search(kind) and all(isinstance(value, str) for value in cells.values) and reader_of(cells.values) is not None:
        return typed(cells)
    if _TRUTHS.search(kind) and set(cells.values) <= {0, 1}:
        return cells.mapped(lambda value: Literal("true" if value else "false", bool(value)))
    return dated(cells)


def _foreign(base: sqlite3.Connection, name: str) -> tuple[Foreign, ...]:
    found: dict[int, tuple[str, list[str], list[str]]] = {}
    for number, _, table, column, to, *_ in base.execute(f"PRAGMA foreign_key_list({_quoted(name)})").fetchall():
        _, columns, ends = found.setdefault(number, (table, [], []))
        columns.append(column)
        ends += [to] if to is not None else []
    return tuple(Foreign(columns=tuple(columns), table=table, to=tuple(ends)) for _, (table, columns, ends) in sorted(found.items()))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
