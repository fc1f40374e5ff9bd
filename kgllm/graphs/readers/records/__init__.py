"""Tables of records: a row is a thing, a column a relation, a cell a value or another row.

    recognise.py is a source read so, or as triples?
    folders.py   which files of a folder are tables
    related.py   rows that are facts, with headings of their own
    gather.py    tables from any source: files, DataFrames, objects, mappings, folders
    text.py      CSV and its kin       frames.py   pandas, Parquet
    objects.py   dicts, and what is nested in them      sqlite.py   SQLite files, with their foreign keys
    nested.py    which nested objects are one thing
    identity.py  does their id identify them?     naming.py  does their name?
    places.py    what is nested under one word in several places
    parts.py     nested objects that are parts of their rows, though they have ids
    keyed.py     objects by their keys: are these things, or fields?
    geojson.py   features of GeoJSON
    cells.py     a table in memory: distinct values, and which row has which
    blank.py     words for nothing that are codes
    dates.py     dates as people write them
    without.py   columns that are not read
    split.py     cells that hold several values
    words.py     what columns are usually called
    meaning.py   which columns are the key, the name, aliases, types
    extends.py   which tables say more of the same rows
    refers.py    which columns lead to other rows
    composite.py references made of several columns
    known.py     rows by what they are called
    codes.py     is it chance that codes are those of others?
    matched.py   … and which do so by their codes
    hints.py     what a table nearly says
    numbers.py   are whole numbers rows, or amounts?
    emit.py      things and facts

Tables are held in memory as columns; triples stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kgllm.graphs.base import Things
from kgllm.graphs.readers.notes import Notes

__all__ = ["read_records"]


def read_records(source: Any, options: Mapping[str, Any], notes: Notes) -> Iterator[Things]:
    """The things and facts of tables.

    Raises:
        ConfigError: an option that names what is not there; GraphParseError: a source that is broken.
    """
    from kgllm.graphs.readers.records.emit import things
    from kgllm.graphs.readers.records.gather import tables_of

    tables, several = tables_of(source, options, notes)
    yield from things(tables, options, notes, several=several)
