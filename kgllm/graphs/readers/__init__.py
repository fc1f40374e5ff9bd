"""Sources of facts: everything that `kgllm.load` takes, as records on their way into a graph.

    otherwise.py   what is not read, and how to have it all the same
    formats.py     which reader reads this?
    sources.py     guarded opening: local files only, whole lines, foreign failures translated
    encodings.py   text that is not UTF-8
    options.py     what may be said about a source
    notes.py       what was passed over, counted and shown
    columns.py     which column means what
    separated.py   TSV, | and CSV; lines of comment before them: preamble.py
    folder.py      a folder of such files, all of facts
    tables.py      pandas, Parquet, JSON lines
    records/       tables whose rows are things: the same formats, SQLite, folders, mappings of tables
    triples.py     triples and facts that the caller holds
    graphs.py      networkx objects, GraphML, node-link JSON
    rdf.py         Turtle, TriG, RDF/XML, JSON-LD, parsed into rdfstore.py, and objects of rdflib and pyoxigraph; XML is guarded by
                   xmlguard.py, ids of blank nodes by drawn.py; what statements mean: kgllm/graphs/rdf
    ntriples.py    N-Triples and N-Quads
    jsontext.py    JSON of strangers
    names.py       names, aliases and types from a file, a mapping, or relations of the source

Readers stream, open no URL, and raise kgllm errors only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from kgllm.graphs.base import Record, Things, Triples
from kgllm.graphs.readers.encodings import encoding_of, in_utf8, through_utf8
from kgllm.graphs.readers.formats import (
    FACTS_FOLDER,
    FORMATS,
    OBJECTS,
    RDF_FOLDER,
    RECORDS,
    Format,
    format_of_file,
    format_of_object,
    is_path,
    rdf_files,
)
from kgllm.graphs.readers.names import named_by_relations, named_by_tables, split_naming
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.options import OF_FILES, check_options
from kgllm.graphs.readers.records.folders import holds_tables
from kgllm.graphs.readers.sources import local_path
from kgllm.graphs.wordings import worded, wordings

__all__ = ["Reading", "read"]


class Reading:
    """The records of one source, once. `notes` says what was passed over, and is whole when the records are; `empty` is noted where no fact is among them."""

    def __init__(self, records: Iterator[Record | Triples | Things], notes: Notes, *, empty: str = "") -> None:
        self._records = records
        self._empty = empty
        self._notes = notes

    def __iter__(self) -> Iterator[Record | Triples | Things]:
        some = False
        for record in self._records:
            some = some or _holds_facts(record)
            yield record
        if self._empty and not some:
            self._notes.say(self._empty)
        self._notes.show()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was passed over so far."""
        return tuple(self._notes)


def _holds_facts(record: Record | Triples | Things) -> bool:
    if isinstance(record, Things):
        return any(len(told.rows) for told in record.facts)
    return isinstance(record, Triples) or record.fact is not None


_NOT_READ = frozenset(("name", "names", "aliases", "types", "encoding", "relations"))  # options that no reader is given as they are


def read(source: Any, options: dict[str, Any]) -> Reading:
    """The records of a file or an object. Options are checked now, the source is read while the records are taken.

    >>> [list(batch.subjects) for batch in read([("Inception", "directed by", "Christopher Nolan")], {})]
    [['Inception']]

    Raises:
        ConfigError: an option that this source does not take, or a path that is not read.
        GraphParseError: (while reading) the source is not what its format says; with file and line where known.
    """
    more: tuple[str, ...] = ()
    empty = ""
    notes = Notes(strict=bool(options.get("strict", False)))
    if is_path(source):
        source = local_path(source, options.get("root"))
        encoding = None if source.is_dir() else encoding_of(source, options.get("encoding"))
        with in_utf8(source, encoding) as readable:
            name = "folder" if source.is_dir() else format_of_file(readable, options.get("format"))
            records_meant = _holds_records(readable, name, options)
            headings = _headings(readable, name, options) if records_meant else None
            facts, unsure = ({}, "") if records_meant else _as_facts(readable, name, options)
        headed = " (its first line was read as headings)" if records_meant and name in ("tsv", "csv") else ""
        empty = f"{source.name} holds no facts{headed}"
        if name in ("xml", "graphml") and "encoding" not in options:
            encoding = None  # XML says itself what it is written in
        form, what, more = FORMATS.get(name, RECORDS), f"the format {name!r}", OF_FILES
        if source.is_dir():
            form, what = _of_folder(source, options, notes) or (form, what)
        if records_meant and name != "sqlite":
            form, what = RECORDS, f"a table of records ({name})"
            options = _keyed(options, headings, source.name)
    else:
        source, what = _looked_at(source, format_of_object(source), options)
        facts, unsure = _as_facts(source, what, options)
        form, more = OBJECTS.get(what, RECORDS), ("root", "encoding") if isinstance(source, Mapping) else ()
        if form is RECORDS:
            options = _keyed(options, list(source.columns) if hasattr(source, "columns") else None, what)
    check_options(options, (*form.options, *more), what)
    options = {**options, **facts}
    if unsure:
        notes.say(f"{source.name if is_path(source) else 'DataFrame'}: {unsure}")
    if facts.get("qualifiers"):
        notes.say(_told_as_facts(source, facts))
    own, tables = split_naming(options, records=form.where == RECORDS.where)
    rest = {option: value for option, value in options.items() if option not in _NOT_READ}
    if what == "a DataFrame" and "name" in tables:
        rest["names"] = tables["name"]  # which numbers are ids
    taken = {**rest, **own} if form.names_itself else rest
    records: Iterator[Record | Triples | Things]
    if form.where.startswith("records:") and is_path(source):
        taken["format"] = name
    if is_path(source) and source.is_dir():
        records = form.reader()(source, {**taken, "encoding": options.get("encoding")}, notes)
    elif is_path(source):
        records = through_utf8(source, encoding, lambda path: form.reader()(path, taken, notes))
    else:
        records = form.reader()(source, {**taken, "encoding": options.get("encoding")} if isinstance(source, Mapping) else taken, notes)
    records = _called(records, {} if form.names_itself else own, tables, options, notes)
    return Reading(records, notes, empty=empty)


def _called(
    records: Iterator[Record | Triples | Things], own: dict[str, Any], tables: dict[str, Any], options: dict[str, Any], notes: Notes
) -> Iterator[Record | Triples | Things]:
    """The records, called as relations of their own, words for relations, and tables of names say."""
    if own:
        records = named_by_relations(records, own)
    if options.get("relations") is not None:
        records = worded(records, wordings(options["relations"], options.get("root")))
    if tables:
        records = named_by_tables(records, tables, notes, root=options.get("root"), encoding=options.get("encoding"))
    return records


def _holds_records(path: Path, name: str, options: dict[str, Any]) -> bool:
    """Whether a file is read as a table of records, and not as triples."""
    if name not in ("tsv", "csv", "jsonl", "json", "parquet"):
        return name == "sqlite"
    from kgllm.graphs.readers.records import recognise

    if name in ("tsv", "csv"):
        return recognise.of_text(path, options, quoted=True if name == "csv" else None)
    return recognise.of_parquet(path, options) if name == "parquet" else recognise.of_json(path, options, lines=name == "jsonl")


def _of_folder(folder: Path, options: dict[str, Any], notes: Notes) -> tuple[Format, str] | None:
    """How a folder is read that holds RDF, or triples in every table; None where its tables are of things."""
    from kgllm.graphs.readers.records import recognise

    if not holds_tables(folder):
        return (RDF_FOLDER, "a folder of RDF") if rdf_files(folder) else None
    return (FACTS_FOLDER, "a folder of facts") if recognise.folder_of_facts(folder, options, notes) else None


def _as_facts(source: Any, name: str, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What reads a table of columns as facts, though its headings are its own; and what to note where it may not be one of facts."""
    if name not in ("tsv", "csv", "parquet", "a DataFrame"):
        return {}, ""
    from kgllm.graphs.readers.records import recognise

    facts = recognise.as_facts(source, name, options)
    return facts, "" if facts else recognise.unsure(source, name, options)


def _told_as_facts(source: Any, facts: dict[str, Any]) -> str:
    """The note on a table that is read as facts."""
    ends = f"from {facts['subject']!r} by {facts['relation']!r} to {facts['object']!r}, with the rest as qualifiers"
    return f"{source.name if is_path(source) else 'DataFrame'}: rows are facts, {ends} (key= says that they are things)"


def _headings(path: Path, name: str, options: dict[str, Any]) -> Sequence[Any] | None:
    """The names of a table's columns, where subject= may say which is the key by its place."""
    from kgllm.graphs.readers.records import recognise

    return recognise.headings(path, name, options) if recognise.alone(options) else None


def _keyed(options: dict[str, Any], names: Sequence[Any] | None, place: str) -> dict[str, Any]:
    """The options, with what subject= says as a table of records has it."""
    from kgllm.graphs.readers.records import recognise

    return recognise.keyed(options, names, place) if recognise.alone(options) else options


def _looked_at(source: Any, what: str, options: dict[str, Any]) -> tuple[Any, str]:
    """An object, and what it is: a DataFrame or an iterable may hold records."""
    if what == "a DataFrame":
        from kgllm.graphs.readers.records import recognise

        return source, "a table of records" if recognise.of_frame(source, options) else what
    if what == "triples":
        rows = iter(source)
        top = list(islice(rows, 1))
        source = chain(top, rows)
        if top and isinstance(first := top[0], Mapping):
            from kgllm.graphs.readers.records import recognise

            return source, "a table of records" if recognise.of_object(first, options) else "objects"
    return source, what
