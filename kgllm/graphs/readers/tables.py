"""Rows of values: JSON lines, Parquet, pandas. Text is an entity, other values at the end of a fact are literals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, GraphParseError, WrongTypeError, require, shorten
from kgllm.graphs.attributes import unboxed
from kgllm.graphs.base import Record, Triples, sort_key
from kgllm.graphs.readers.columns import BATCH, EMPTY, ROLES, USUAL, Layout, Rows, entity_of, fact_of, is_missing, literals
from kgllm.graphs.readers.jsontext import json_lines, parse_json
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.sources import translated
from kgllm.types import Entity, Literal, Node, Relation

_ENTITY_KEYS = {"id", "name", "aliases", "types"}
_LITERAL_KEYS = {"value", "datatype", "language"}


def read_frame(frame: Any, options: Mapping[str, Any], notes: Notes) -> Iterator[Record | Triples]:
    """The facts of a pandas DataFrame."""
    layout = Layout.of(list(frame.columns), {"header": True, **options}, "the DataFrame", notes)
    readings = _readings(frame, layout, options.get("names"), notes)
    for start in range(0, len(frame), BATCH):
        part = frame.iloc[start : start + BATCH]
        columns = []
        for place in range(layout.width):
            column = part.iloc[:, place]
            read = readings.get(place, unboxed)
            columns.append([None if gone else read(value) for value, gone in zip(column.tolist(), column.isna().tolist())])
        yield from _records(columns, layout, "DataFrame", start, notes)


def _readings(frame: Any, layout: Layout, names: Any, notes: Notes) -> dict[int, Callable[[Any], Any]]:
    """How the values of some columns read. pandas has no dates, and whole numbers become floats where one is missing: a column
    of midnights is one of dates, and whole floats that identify are whole numbers. Where both ends are whole numbers and most of
    the objects are subjects, too (or have names), the objects are ids as well."""
    found: dict[int, Callable[[Any], Any]] = {}
    for place in range(layout.width):
        column = frame.iloc[:, place]
        if (
            column.dtype.kind == "M"
            and getattr(column.dtype, "tz", None) is None
            and (column.dropna().dt.normalize() == column.dropna()).all()
        ):
            found[place] = _date
    subject = layout.triple[0]
    if not _is_whole(frame.iloc[:, subject]):
        return found
    found[subject] = int
    if _is_whole(objects := frame.iloc[:, layout.triple[2]]):
        known = {*frame.iloc[:, subject].dropna().tolist(), *(names if isinstance(names, Mapping) else ())}
        ends = set(objects.dropna().tolist())
        if ends and 2 * len(ends & known) >= len(ends):
            found[layout.triple[2]] = _node_of_number
            notes.say(
                f"the numbers in the column {frame.columns[layout.triple[2]]!r} are read as ids, since most of them are subjects or have names"
            )
    return found


def _is_whole(column: Any) -> bool:
    """Whole numbers, also those that a missing value made floats of."""
    return column.dtype.kind in "iu" or (column.dtype.kind == "f" and bool((column.dropna() % 1 == 0).all()) and bool(column.notna().any()))


def _date(value: Any) -> Any:
    return value.to_pydatetime().date()


def _node_of_number(value: Any) -> Entity:
    return Entity(int(value))


def read_parquet(path: Path, options: Mapping[str, Any], notes: Notes) -> Iterator[Record | Triples]:
    """The facts of a Parquet file, a piece at a time.

    Raises:
        MissingExtraError: pyarrow is not installed.
        GraphParseError: not Parquet, or damaged.
    """
    arrow: Any = require("pyarrow", "parquet")
    parquet: Any = require("pyarrow.parquet", "parquet")
    start = 0
    try:
        with translated(path.name), parquet.ParquetFile(path) as file:
            layout = Layout.of(file.schema_arrow.names, {"header": True, **options}, path.name, notes)
            for batch in file.iter_batches(BATCH):
                yield from _records([column.to_pylist() for column in batch.columns], layout, path.name, start, notes)
                start += batch.num_rows
    except arrow.ArrowException as error:
        raise GraphParseError(f"{path.name}: not Parquet, or damaged: {shorten(str(error))}") from error


def _records(columns: list[list[Any]], layout: Layout, name: str, start: int, notes: Notes) -> Iterator[Record | Triples]:
    rows = enumerate(zip(*columns), start + 1)
    text = all(isinstance(value, str) for place in layout.triple for value in columns[place])
    yield from layout.records(rows, name, notes) if text else layout.facts(rows, name, notes)


def read_json_lines(path: Path, options: Mapping[str, Any], notes: Notes) -> Iterator[Record | Triples]:
    """The facts of a file with one JSON object a line."""
    yield from of_objects(json_lines(path), path.name, options, notes)


def read_json_rows(path: Path, options: Mapping[str, Any], notes: Notes) -> Iterator[Record | Triples]:
    """The facts of a JSON file that is one list of objects."""
    whole = parse_json(path)
    if not isinstance(whole, list):
        raise GraphParseError(f"{path.name}: must be a list of objects, not {shorten(whole)}", hint="format=… says how to read it")
    yield from of_objects(enumerate(whole, 1), path.name, options, notes)


def read_objects(source: Iterable[Any], options: Mapping[str, Any], notes: Notes) -> Iterator[Record | Triples]:
    """The facts of an iterable of dicts, each as a line of JSON lines would have it."""
    yield from of_objects(enumerate(source, 1), "object", options, notes)


def of_objects(rows: Iterator[tuple[int, Any]], name: str, options: Mapping[str, Any], notes: Notes) -> Iterator[Record | Triples]:
    """Objects as facts. Rows of three texts go in whole columns, in their place between the others."""
    keys: _Keys | None = None
    while piece := list(islice(rows, BATCH)):
        plain = Rows(name)
        for line, row in piece:
            place = f"{name}:{line}"
            if not isinstance(row, dict):
                raise GraphParseError(f"{place}: must be an object with a subject, a relation and an object, not {shorten(row)}")
            keys = keys or _Keys(row, options)
            ends = keys.ends(row, place)
            if keys.is_plain and all(type(end) is str and not end.isspace() and end for end in ends):
                plain.add(ends, line)
            else:
                yield from keys.records(row, ends, place, notes)
            if len(row) > 3:
                keys.note_unread(row, notes)
        yield from plain.taken()


class _Keys:
    """Which keys of the objects mean what."""

    def __init__(self, first: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        for option in (*ROLES, "source"):
            if not isinstance(options.get(option, ""), str):
                raise WrongTypeError(f"{option} must be a key of the objects, not {shorten(options[option])}")
        said = options.get("qualifiers") or ()
        if said is not True and (isinstance(said, str) or not isinstance(said, Sequence) or not all(isinstance(one, str) for one in said)):
            raise WrongTypeError(f"qualifiers must be True or a list of keys, not {shorten(said)}")
        self.ends_at = tuple(options.get(role) or next((word for word in USUAL[role] if word in first), role) for role in ROLES)
        if len(set(self.ends_at)) < 3:
            raise ConfigError(f"subject, relation and object must be three keys, not {self.ends_at}")
        self.source = options.get("source")
        self.qualifiers: Any = said
        self.is_plain = not said and self.source is None
        self._seen: set[str] = set()

    def ends(self, row: Mapping[str, Any], place: str) -> tuple[Any, Any, Any]:
        subject, relation, object = self.ends_at
        try:
            return row[subject], row[relation], row[object]
        except KeyError as error:
            raise GraphParseError(
                f"{place}: has no {error.args[0]!r}, only {shorten(sorted(row))}", hint="subject=, relation= and object= name the keys"
            ) from None

    def records(self, row: Mapping[str, Any], ends: tuple[Any, Any, Any], place: str, notes: Notes) -> Iterator[Record]:
        subject, relation, objects = ends
        objects = [one for one in (objects if isinstance(objects, list) else [objects]) if not _is_nothing(one)]
        if is_missing(subject) or is_missing(relation) or not objects:
            notes.skip(EMPTY, place)
            return
        asked = [key for key in row if key not in self.ends_at and key != self.source] if self.qualifiers is True else self.qualifiers
        found = [(Relation(key), value) for key in asked for value in _nodes(row.get(key), place)]
        more = tuple(sorted(found, key=lambda one: (one[0].id, sort_key(one[1]))))
        told = row.get(self.source) if self.source else None
        source = (place,) if is_missing(told) else tuple(str(one) for one in literals(told, place))
        start = entity_of(_node(subject, place), place)
        for one in objects:
            yield Record(fact=fact_of((start, relation, _node(one, place)), place, qualifiers=more, source=source))

    def note_unread(self, row: Mapping[str, Any], notes: Notes) -> None:
        """Say which keys nobody asked for."""
        new = row.keys() - self._seen
        if self.qualifiers is True or not new:
            return
        self._seen |= new
        for key in sorted(new - {*self.ends_at, self.source, *self.qualifiers}):
            notes.say(f"the key {key!r} is not read (qualifiers=True takes all)")


def _nodes(value: Any, place: str) -> Iterator[Node]:
    for one in value if isinstance(value, list) else [value]:
        if not _is_nothing(one):
            node = _node(one, place)
            yield node if isinstance(node, (Entity, Literal)) else literals(node, place)[0]


def _is_nothing(value: Any) -> bool:
    """A missing value, also as a literal: {"value": ""}."""
    if isinstance(value, dict):
        return "value" in value and value.keys() <= _LITERAL_KEYS and is_missing(value["value"])
    return is_missing(value)


def _node(value: Any, place: str) -> Any:
    """A JSON value: {"id": …, "name": …} is an entity, {"value": …} a literal, others stay as they are."""
    if not isinstance(value, dict):
        return value
    if "id" in value and value.keys() <= _ENTITY_KEYS:
        name, aliases, types = (_texts(value.get(key), place) for key in ("name", "aliases", "types"))
        return Entity(entity_of(value["id"], place).id, name[0] if name else "", aliases, types)
    if "value" in value and value.keys() <= _LITERAL_KEYS and not is_missing(value["value"]):
        (found, *more) = literals(value["value"], place)
        datatype, language = (_texts(value.get(key), place) for key in ("datatype", "language"))
        if not more:
            return Literal(found.name, found.value, *(one[0] if one else None for one in (datatype, language)))
    raise GraphParseError(
        f"{place}: neither an entity (id, name, aliases, types) nor a literal (value, datatype, language): {shorten(value)}"
    )


def _texts(value: Any, place: str) -> tuple[str, ...]:
    texts = value if isinstance(value, list) else [] if is_missing(value) else [value]
    if not all(isinstance(one, str) and one for one in texts):
        raise GraphParseError(f"{place}: must be a text or a list of texts, not {shorten(value)}")
    return tuple(texts)
