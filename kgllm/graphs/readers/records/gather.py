"""Tables from any source: a file, a DataFrame, objects, a mapping of these, a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kgllm.errors import ConfigError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.readers.encodings import encoding_of, in_utf8
from kgllm.graphs.readers.formats import format_of_file, format_of_object, is_path
from kgllm.graphs.readers.jsontext import json_lines, parse_json
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Table
from kgllm.graphs.readers.records.folders import readable
from kgllm.graphs.readers.records.frames import table_of_frame, table_of_parquet
from kgllm.graphs.readers.records.geojson import features, is_geojson
from kgllm.graphs.readers.records.keyed import by_their_keys, with_keys
from kgllm.graphs.readers.records.objects import Collector
from kgllm.graphs.readers.records.sqlite import chosen, tables_of_sqlite
from kgllm.graphs.readers.records.text import table_of_text
from kgllm.graphs.readers.records.words import first_of, kind_by_key
from kgllm.graphs.readers.sources import local_path, unpacked_name

_FEWEST_GROUPS = 3  # lists of objects with the same fields are one table
_NEARLY_ALL = 0.9
_ONE_THING = "an object that is one thing, whatever is nested in it, is given in a list: kgllm.load([…])"


def tables_of(source: Any, options: Mapping[str, Any], notes: Notes, *, name: str | None = None) -> tuple[list[Table], bool]:
    """The tables of a source, and whether it holds several (a mapping, a folder, a database): their rows are known by "table/key".

    Raises:
        ConfigError, GraphParseError: a source that holds no tables, or is broken.
    """
    said = options.get("table")
    if said is not None and (not isinstance(said, str) or not said.strip()):
        raise WrongTypeError(f"table must be the name of a table, what its rows are, not {shorten(said)}")
    name = said or name
    if is_path(source):
        return _of_path(local_path(source, options.get("root")), options, notes, name)
    if isinstance(source, Mapping):
        if _is_keyed(source) and not any(_is_keyed(one) for one in source.values()):
            return [_of_keyed(source, name or "", name or "object", options, notes)], False
        if is_geojson(source):
            return [_of_rows(enumerate(features(source, "object", notes), 1), name or "", name or "object", options, notes)], False
        source = with_keys(source)
        if _is_grouped(source) and "tables" not in options:
            return [_of_grouped(source, name or "", name or "object", options, notes)], False
        tables = [one for key, value in source.items() for one in _of_entry(key, value, options, notes)]
        return [one for one in tables if one.name in _asked(options, tables, "the mapping")], True
    if format_of_object(source) == "a DataFrame":
        return [_by_its_key(table_of_frame(source, options, notes, name=name or ""))], False
    return [_by_its_key(_of_rows(enumerate(source, 1), name or "", name or "object", options, notes))], False


def _by_its_key(table: Table) -> Table:
    """A table that nothing names is called by its first column, where that is "employee_id" and every row has another."""
    first = next(iter(table.columns), "")
    if table.name or not (kind := kind_by_key(first)) or table.size < 2 or not table.columns[first].unique(table.size):
        return table
    return replace(table, name=kind)


def _asked(options: Mapping[str, Any], tables: Sequence[Table], source: str) -> list[str]:
    return chosen(options.get("tables"), list(dict.fromkeys(table.name for table in tables)), (), source)


def _of_entry(key: Any, value: Any, options: Mapping[str, Any], notes: Notes) -> list[Table]:
    """One entry of a mapping from names to tables."""
    if not isinstance(key, str) or not key.strip():
        raise WrongTypeError(f"a table's name must be text, not {shorten(key)}")
    value = with_keys(value) if isinstance(value, Mapping) else value
    plain = {option: said for option, said in options.items() if option not in ("table", "tables")}
    if isinstance(value, Mapping):
        if _is_grouped(value):
            return [_of_grouped(value, key, key, options, notes)]
        if _is_of_values(value):
            some = ", ".join(shorten(own, 20) for own in list(value)[:2]) + (", …" if len(value) > 2 else "")
            notes.say(
                f"{key}: the keys ({some}) are things with a `value` each (in a list, {{{key!r}: [{{…}}]}}, they are fields of one thing)"
            )
            return [_of_keyed({own: {"value": one} for own, one in value.items()}, key, key, options, notes)]
        if not _is_keyed(value):
            raise WrongTypeError(f"{key!r}: a table is a DataFrame, a path, or a list of objects, not {shorten(value)}", hint=_ONE_THING)
        return [_of_keyed(value, key, key, options, notes)]
    if not is_path(value) and format_of_object(value) not in ("a DataFrame", "triples"):
        raise WrongTypeError(f"{key!r}: a table is a DataFrame, a path, or a list of objects, not {shorten(value)}", hint=_ONE_THING)
    if is_path(value):
        try:
            path = local_path(value, options.get("root"))
        except ConfigError as error:
            error.hint = f"the table {key!r} is said to be the file of that path; {_ONE_THING}"
            raise
        return _of_path(path, plain, notes, key)[0]
    if format_of_object(value) == "a DataFrame":
        return [table_of_frame(value, plain, notes, name=key)]
    return [_of_rows(enumerate(value, 1), key, key, options, notes)]


def _of_path(path: Path, options: Mapping[str, Any], notes: Notes, name: str | None) -> tuple[list[Table], bool]:
    if path.is_dir():
        tables = _of_folder(path, options, notes)
        return [one for one in tables if one.name in _asked(options, tables, path.name)], True
    with in_utf8(path, encoding_of(path, options.get("encoding"))) as readable:
        return _of_file(readable, options, notes, name or stem(path))


def _of_file(path: Path, options: Mapping[str, Any], notes: Notes, own: str) -> tuple[list[Table], bool]:
    form = format_of_file(path, options.get("format"))
    if form == "sqlite":
        return tables_of_sqlite(path, options, notes), True
    if form in ("tsv", "csv"):
        return [table_of_text(path, options, notes, quoted=True if form == "csv" else None, name=own)], False
    if form == "parquet":
        return [table_of_parquet(path, options, notes, name=own)], False
    if form == "jsonl":
        return [_of_rows(json_lines(path), own, path.name, options, notes)], False
    if form == "json":
        return _of_json(parse_json(path), own, path.name, options, notes, whole_tables="tables" in options)
    raise ConfigError(f"{path.name}: the format {form!r} holds no table", hint="tables are CSV, TSV, Parquet, JSON, and SQLite files")


def stem(path: Path) -> str:
    """A file's name without its suffixes."""
    return Path(unpacked_name(path)).stem


def _of_json(
    whole: Any, name: str, source: str, options: Mapping[str, Any], notes: Notes, *, whole_tables: bool = False
) -> tuple[list[Table], bool]:
    """A JSON document: a list of objects; an object of such lists, table by table, or one table by their keys where all have the same
    fields; of objects by their keys; or a single thing. whole_tables: tables= says that such lists are tables."""
    if isinstance(whole, list):
        return [_of_rows(enumerate(whole, 1), name, source, options, notes)], False
    if not isinstance(whole, dict):
        raise GraphParseError(f"{source}: must be an object or a list of objects, not {shorten(whole)}")
    if is_geojson(whole):
        return [_of_rows(enumerate(features(whole, source, notes), 1), name, source, options, notes)], False
    whole = with_keys(whole)
    if _is_grouped(whole) and not whole_tables:
        return [_of_grouped(whole, name, source, options, notes)], False
    if whole and all(isinstance(one, list) and one and all(isinstance(row, dict) for row in one) for one in whole.values()):
        return [_of_rows(enumerate(one, 1), key, f"{source}/{key}", options, notes) for key, one in whole.items()], True
    if _are_keyed_tables(whole):
        return [_of_keyed(one, key, f"{source}/{key}", options, notes) for key, one in whole.items()], True
    if _is_keyed(whole):
        return [_of_keyed(whole, name, source, options, notes)], False
    return [_of_rows(iter([(1, whole)]), name, source, options, notes)], False


def _is_keyed(whole: Any) -> bool:
    """Whether these are objects of one kind by their keys: {"CN": {"name": …}, "FR": {"name": …}}."""
    if not isinstance(whole, Mapping) or len(whole) < 2 or not all(isinstance(one, Mapping) for one in whole.values()):
        return False
    return bool(set.intersection(*(set(one) for one in whole.values())))


def _is_of_values(whole: Mapping[Any, Any]) -> bool:
    """Whether these are values of one kind by what has them: {"3 rides": 500, "5 rides": 700}. What has an id or a name is one thing."""
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in whole.values())
    alike = numbers or any(all(isinstance(one, kind) for one in whole.values()) for kind in (str, bool))
    return len(whole) > 1 and alike and first_of(whole, "id") is None and first_of(whole, "name") is None


def _are_keyed_tables(whole: Mapping[Any, Any]) -> bool:
    """Whether these are tables, of objects by the same keys: {"risk": {"FR": {"level": …}, …}, "plugs": {"FR": {"volt": …}, …}}. What most
    objects of each have is another's in none; objects by their keys with parts that come again ({"FR": {"money": {"code": …}, …}, "DE":
    …}) have the same in each."""
    if len(whole) < 2 or not all(map(_is_keyed, whole.values())):
        return False
    counted = [Counter(field for row in one.values() for field in row) for one in whole.values()]
    usual = [{field for field, count in fields.items() if 2 * count > len(one)} for fields, one in zip(counted, whole.values())]
    return sum(map(len, usual)) == len(set().union(*usual))


def _is_grouped(whole: Any) -> bool:
    """Whether these are lists of objects of one kind by what they belong to ({"A12": [{"name": …, "rank": 1}, …], …}), and not tables
    by their names: in nearly all of them, fields that most of their rows have are fields of most others, too."""
    if not isinstance(whole, Mapping) or not all(isinstance(one, (list, tuple)) for one in whole.values()):
        return False
    lists = [one for one in whole.values() if one]
    if len(lists) < _FEWEST_GROUPS or not all(isinstance(row, Mapping) for one in lists for row in one):
        return False
    counted = [Counter(field for row in one for field in row) for one in lists]
    having = Counter(field for fields in counted for field in fields)
    usual = {field for field, count in having.items() if 2 * count > len(lists)}
    alike = sum(all(field in usual for field, count in fields.items() if 2 * count > len(one)) for one, fields in zip(lists, counted))
    return alike >= _NEARLY_ALL * len(lists)


def _of_grouped(whole: Mapping[Any, Any], name: str, source: str, options: Mapping[str, Any], notes: Notes) -> Table:
    """The rows of all the lists, each with what it belongs to in a column of its own."""
    rows = [(key, row) for key, rows in whole.items() for row in rows]
    label = _label(row for _, row in rows)
    notes.say(
        f"{source}: {len(whole)} lists whose objects have the same fields are one table, with their names in the column {label!r} (tables= reads them apart)"
    )
    return _of_rows(((number, {label: key, **row}) for number, (key, row) in enumerate(rows, 1)), name, source, options, notes)


def _label(rows: Iterable[Mapping[Any, Any]]) -> str:
    """What the column of keys is called."""
    taken = {field for row in rows for field in row}
    return next(label for label in ("key", "its key", "the key of each") if label not in taken)


def _of_keyed(whole: Mapping[Any, Any], name: str, source: str, options: Mapping[str, Any], notes: Notes) -> Table:
    label = _label(whole.values())
    table = _of_rows(((row, {label: key, **one}) for row, (key, one) in enumerate(whole.items(), 1)), name, source, options, notes)
    table.key = (label,)
    return table


def _of_rows(rows: Iterable[tuple[int, Any]], name: str, source: str, options: Mapping[str, Any], notes: Notes) -> Table:
    """Numbered objects as a table."""
    lines: list[int] = []
    found: list[Mapping[Any, Any]] = []
    for line, one in rows:
        if not isinstance(one, Mapping):
            raise GraphParseError(f"{source}:{line}: must be an object, as the rows before it, not {shorten(one)}")
        lines.append(line)
        found.append(one)
    if by_key := by_their_keys(found):
        found, label = by_key
        notes.say(f"{source}: objects with one key each are rows, with it in the column {label!r}")
    collector = Collector(name, source, len(found), notes, np.array(lines, np.int32), key=options.get("key", options.get("id")))
    collector.rows(enumerate(found))
    return collector.table()


def _of_folder(folder: Path, options: Mapping[str, Any], notes: Notes) -> list[Table]:
    """Every table in a folder and in those right in it. Files that hold one object each are the rows of one table, named by their folder."""
    tables: list[Table] = []
    for place, files in readable(folder, notes):
        single: list[tuple[str, Any]] = []
        for path in files:
            local_path(path, options.get("root"))
            if path.suffix.lower() == ".json" and isinstance(whole := parse_json(path), dict):
                found, several = _of_json(whole, stem(path), path.name, options, notes)
                if not several and found[0].size == 1 and not found[0].key:
                    single.append((path.name, whole))
                else:
                    tables += found
                continue
            tables += _of_path(path, {**options, "format": None}, notes, None)[0]
        if single:
            tables.append(_of_rows(enumerate((one for _, one in single), 1), place.name, place.name, options, notes))
    return tables
