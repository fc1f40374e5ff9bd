"""Whether a source is a table of records, or of triples. Options say it; else the names of its columns, and how many there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from itertools import islice
from json import JSONDecoder
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, require, shorten
from kgllm.graphs.readers.columns import ROLES, USUAL, by_words, column_of, ids_and_names
from kgllm.graphs.readers.encodings import encoding_of, in_utf8
from kgllm.graphs.readers.formats import format_of_file
from kgllm.graphs.readers.jsontext import json_lines
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import NO_VALUE, reader_of
from kgllm.graphs.readers.records.folders import readable
from kgllm.graphs.readers.records.related import hold_facts, relation_among
from kgllm.graphs.readers.records.words import kind_by_key, usual
from kgllm.graphs.readers.separated import UNQUOTED, rows_of, separator_of
from kgllm.graphs.readers.sources import head, translated

OF_RECORDS = ("key", "id", "refers", "extends", "split", "table", "tables", "without")
_OF_TRIPLES = ("subject", "relation", "object", "qualifiers", "source")
_LOOKED_AT = 200
_SHOWN = 3
_NEARLY = 0.9  # of the rows of things have a name of their own, at least (two films are called Dune)
_SMALL = 4  # one in so many names of people and places is written without a capital, at most
_ENOUGH = 5  # rows of three columns tell by what comes again whether they are triples


def said(options: Mapping[str, Any]) -> bool | None:
    """What the options say: records, triples, or (None) nothing."""
    if any(option in options for option in OF_RECORDS):
        return True
    return False if not alone(options) and any(option in options for option in _OF_TRIPLES) else None


def alone(options: Mapping[str, Any]) -> bool:
    """Whether only the subject of triples is said: then each row is that thing, where the headings tell of no triple."""
    return "subject" in options and not {*ROLES[1:], *OF_RECORDS} & options.keys()


def keyed(options: Mapping[str, Any], names: Sequence[Any] | None, place: str) -> dict[str, Any]:
    """The options with the subject's column as the key, and the name where none stands beside it. names: of the columns, where they
    may be said by their place.

    >>> keyed({"subject": ("no", 1)}, ["no", "called", "boss"], "staff.csv")
    {'key': 'no', 'name': 'called'}

    Raises:
        ConfigError: as for triples; and options that make no sense of rows that are things.
    """
    if options.get("header") is False:
        raise ConfigError(
            f"{place}: without a row of headings the columns have no relations", hint="relation= and object= say where they are"
        )
    if options.get("qualifiers"):
        raise ConfigError("qualifiers= belongs to a table with relation= and object=; here every column is a relation")
    plain, beside = ids_and_names(options)
    said = {"key": plain["subject"], "name": beside.get("subject", plain["subject"]), "source": options.get("source")}
    texts = None if names is None else [str(name).strip() for name in names]
    for option, column in said.items():
        if column is not None and texts is not None:
            asked = "source" if option == "source" else "subject"
            said[option] = texts[column_of(asked, column, texts, len(texts), place)]
    rest = {option: value for option, value in options.items() if option not in ("subject", "source", "qualifiers")}
    return {
        **rest,
        **{option: column for option, column in said.items() if column is not None and (option != "name" or "name" not in rest)},
    }


def headings(path: Path, form: str, options: Mapping[str, Any]) -> Sequence[Any] | None:
    """The names of the columns of a file, where it has an order of them."""
    if form == "parquet":
        try:
            with translated(path.name), require("pyarrow.parquet", "parquet").ParquetFile(path) as file:
                return list(file.schema_arrow.names)
        except require("pyarrow", "parquet").ArrowException:
            return None  # its reader says what is wrong with it
    return _top(path, options, 1, quoted=True if form == "csv" else None)[0] if form in ("tsv", "csv") else None


def _top(path: Path, options: Mapping[str, Any], rows: int, *, quoted: bool | None) -> list[list[str]]:
    separator = separator_of(path, options.get("separator"), quoted, columns=2)
    quotes = separator not in UNQUOTED if quoted is None else quoted
    with closing(rows_of(path, separator, quoted=quotes)) as found:
        return [row for _, row in islice(found, rows)]


def of_text(path: Path, options: Mapping[str, Any], *, quoted: bool | None) -> bool:
    """Whether a file of columns holds records: its first line names columns, other than those of triples."""
    if (told := said(options)) is not None:
        return told
    found = _top(path, options, _LOOKED_AT, quoted=quoted)
    if alone(options):
        return bool(found) and by_words(found[0]) is None
    if not found or options.get("header") is False or len(found[0]) < 2:
        return False
    return _is_header(found[0], found[1:]) and of_columns(found[0], found[1:])


def folder_of_facts(folder: Path, options: Mapping[str, Any], notes: Notes) -> bool:
    """Whether all tables of a folder are files of columns that hold triples, each read alone; where only some are, these are noted."""
    told = {path: _file_of_facts(path, options) for _, files in readable(folder, Notes()) for path in files}
    facts, things = ([path.name for path, is_so in told.items() if is_so is so] for so in (True, False))
    if facts and things:
        some = ", ".join(facts[:_SHOWN]) + (", …" if len(facts) > _SHOWN else "")
        notes.say(
            f"{folder.name}: {some} look{'s' * (len(facts) == 1)} like triples, and {'is' if len(facts) == 1 else 'are'} read as rows that are "
            f"things, as {things[0]} is a table of these (kgllm.load([kgllm.load(file), …]) reads each file as what it is, into one graph)"
        )
    return bool(facts) and not things


def _file_of_facts(path: Path, options: Mapping[str, Any]) -> bool | None:
    """Whether a file of columns holds triples; None where it is empty."""
    with in_utf8(path, encoding_of(path, options.get("encoding"))) as file:
        if (form := format_of_file(file)) not in ("tsv", "csv"):
            return False
        quoted = True if form == "csv" else None
        top = _top(file, options, 1, quoted=quoted)
        if not top:
            return None
        return len(top[0]) >= len(ROLES) and not of_text(file, options, quoted=quoted) and not as_facts(file, form, options)


def of_parquet(path: Path, options: Mapping[str, Any]) -> bool:
    """Whether a Parquet file holds records."""
    if (told := said(options)) is not None:
        return told
    parquet: Any = require("pyarrow.parquet", "parquet")
    try:
        with translated(path.name), parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            if alone(options):
                return by_words(names) is None
            some = next(file.iter_batches(_LOOKED_AT), None)
            return of_columns(names, [] if some is None else list(zip(*(column.to_pylist() for column in some.columns))))
    except require("pyarrow", "parquet").ArrowException:
        return False  # its reader says what is wrong with it


def of_frame(frame: Any, options: Mapping[str, Any]) -> bool:
    """Whether a DataFrame holds records."""
    told = said(options)
    if told is None and alone(options):
        return by_words(list(frame.columns)) is None
    return told if told is not None else of_columns(list(frame.columns), frame.head(_LOOKED_AT).values.tolist())


def of_json(path: Path, options: Mapping[str, Any], *, lines: bool) -> bool:
    """Whether a file of JSON, or of JSON lines, holds records: by its first object."""
    if (told := said(options)) is not None:
        return told
    if lines:
        first = next(json_lines(path), (0, None))[1]
        return isinstance(first, dict) and of_object(first, options)
    text = head(path).decode("utf-8", "replace").lstrip()
    if not text.startswith("["):
        return text.startswith("{")
    try:
        first, _ = JSONDecoder().raw_decode(text, re.match(r"\[\s*", text).end())  # type: ignore[union-attr]  # it starts so
    except (ValueError, RecursionError):  # longer than what was looked at, or broken, which its reader says
        first = None
    return isinstance(first, dict) and of_object(first, options)


def of_columns(names: Sequence[Any], rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a table of these columns holds records. rows: some of its rows."""
    if by_words(names) is not None or len(names) < 2 or hold_facts(names, rows):
        return False
    if len(names) != 3:
        return True
    return _three_are_records([str(name).strip() for name in names], [row for row in rows if len(row) == 3])


def _three_are_records(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bool:
    """Whether three columns that tell of no triple are a thing, and two facts of it."""
    if names[0] in {*usual(names, "key", ""), *usual(names, "name", "")}:
        return True
    if _measures(rows, 1) and not _measures(rows, 0):
        return True
    if all(map(str.isdigit, names)):  # pandas' own numbers, where nobody named the columns
        return False
    firsts, seconds = (len({str(row[place]) for row in rows}) for place in (0, 1))
    once = len(rows) > 1 and firsts == len(rows)
    if once and kind_by_key(names[0]) and not kind_by_key(names[2]):  # "employee_id": each once, and no edge from it
        return True
    enough = len(rows) >= _ENOUGH
    if enough and once and seconds == len(rows):
        return True
    small = sum(str(row[1])[:1].islower() for row in rows)  # "directed by", "born in"
    if 2 * seconds <= len(rows) or _SMALL * small > len(rows) or _measures(rows, 1):
        return False
    if enough:
        return firsts >= _NEARLY * len(rows)
    return once and _reader(rows, 2) is not None and reader_of(names[2:]) is None  # "film, director, year", however few


def unsure(source: Any, form: str, options: Mapping[str, Any]) -> str:
    """What to write where three columns are read as triples, but may be of things a row: a first line that reads as headings, and no
    relation comes again. Empty where that is no question.

    >>> import pandas
    >>> unsure(pandas.DataFrame({"film": ["Alien"], "director": ["Ridley Scott"], "country": ["UK"]}), "a DataFrame", {})
    "the three columns are read as triples, 'Ridley Scott' as a relation (key='film' reads each row as a thing)"
    """
    if form not in ("tsv", "csv", "a DataFrame") or said(options) is not None or alone(options) or "header" in options:
        return ""
    if form == "a DataFrame":
        names, rows = [str(name) for name in source.columns], [[str(one) for one in row] for row in source.head(_LOOKED_AT).values.tolist()]
    else:
        names, *rows = _top(source, options, _LOOKED_AT, quoted=True if form == "csv" else None) or [[]]
    relations = [row[1].strip() for row in rows if len(row) == len(ROLES)]
    if len(names) != len(ROLES) or by_words(names) or not relations or len(set(relations)) < len(relations) or not _is_header(names, rows):
        return ""
    return (
        f"the three columns are read as triples, {shorten(relations[0])} as a relation (key={names[0].strip()!r} reads each row as a thing)"
    )


def _measures(rows: Sequence[Sequence[Any]], place: int) -> bool:
    """Whether a column holds numbers, which no relation is called by."""
    return _reader(rows, place) in (int, float)


def _reader(rows: Sequence[Sequence[Any]], place: int) -> Callable[[str], Any] | None:
    """What reads the values of a column, where they are no plain texts."""
    there = [str(row[place]).strip() for row in rows if row[place] is not None]
    return reader_of([text for text in there if text not in NO_VALUE])


def as_facts(source: Any, form: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that read a table as facts whose headings are its own: of a file of some format, or of a DataFrame. None where options
    say how it is read, or its headings are the usual ones, or none.

    >>> as_facts(Path("g.csv"), "csv", {"relation": 1})
    {}
    """
    if said(options) is not None or alone(options) or options.get("header") is False:
        return {}
    names: Sequence[Any]
    if form in ("tsv", "csv"):
        top = _top(source, options, _LOOKED_AT, quoted=True if form == "csv" else None)
        if not top or (len(top[0]) > len(ROLES) and not hold_facts(top[0], top[1:])):  # a row without headings
            return {}
        names = top[0]
    else:
        names = list(source.columns) if form == "a DataFrame" else headings(source, form, options) or []
    texts = [str(name).strip() for name in names]
    if by_words(names) is not None or relation_among(texts) != 1 or len(set(texts)) < len(texts):
        return {}
    return {**dict(zip(ROLES, texts)), "qualifiers": len(texts) > len(ROLES)}


def of_object(first: Mapping[Any, Any], options: Mapping[str, Any]) -> bool:
    """Whether objects like this one are records: they have no subject, relation and object."""
    if (told := said(options)) is not None:
        return told
    ends = [
        options["subject"] if role == "subject" and alone(options) else next((word for word in USUAL[role] if word in first), None)
        for role in ROLES
    ]
    return None in ends or len(set(ends)) < 3


def _is_header(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first line reads as names of columns: words that are all different, and none a value of its own column."""
    names = [one.strip() for one in first]
    there = [name for name in names if name]
    if len(there) < 2 or len(set(there)) < max(2, len(there) - 1) or any(name.replace(".", "").lstrip("+-").isdigit() for name in there):
        return False
    return not any(name and any(place < len(row) and row[place].strip() == name for row in rows) for place, name in enumerate(names))
