"""Tables of pandas and Parquet, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kgllm.errors import GraphParseError, WrongTypeError, require, shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.cells import Table
from kgllm.graphs.readers.records.objects import Collector
from kgllm.graphs.readers.sources import translated


def table_of_frame(frame: Any, options: Mapping[str, Any], notes: Notes, *, name: str = "", source: str = "") -> Table:
    """A pandas DataFrame as a table. An index with a name is a column, and the key."""
    source = source or name or "DataFrame"
    key = tuple(str(one) for one in frame.index.names if one is not None)
    if key and not any(str(one) in key for one in frame.columns):
        frame = frame.reset_index()
    else:
        key = ()
    collector = Collector(name, source, len(frame), notes, key=options.get("key", options.get("id")))
    labels = [_one_heading(label) for label in frame.columns] if frame.columns.nlevels > 1 else frame.columns
    for place, label in enumerate(labels):
        if not isinstance(label, (str, int)) or label == "":
            raise WrongTypeError(f"{source}: a column's name must be text, not {shorten(label)}", hint="frame.columns = [...] renames them")
        _add(collector, str(label).strip(), frame.iloc[:, place])
    return collector.table(key=key)


def _one_heading(parts: Any) -> str:
    """A heading of several rows as one text: pandas writes "Unnamed: 1_level_1" where a cell is empty.

    >>> _one_heading(("Size", "km2")), _one_heading(("国家", "Unnamed: 0_level_1")), _one_heading(("name", ""))
    ('Size km2', '国家', 'name')
    """
    texts = [str(part).strip() for part in parts if not str(part).startswith("Unnamed: ")]
    return " ".join(dict.fromkeys(text for text in texts if text))


def _add(collector: Collector, name: str, column: Any) -> None:
    """One column of a frame. Whole numbers that pandas made decimals, for want of some, are whole again."""
    there = np.flatnonzero(column.notna().to_numpy()).astype(np.int32)
    column = column.iloc[there]
    kind = column.dtype.kind
    if kind == "f" and len(there) < len(collector) and bool((column == column.round()).all()) and bool((column.abs() < 2**53).all()):
        column = column.astype("int64")
    values = column.tolist()
    if kind == "M":
        days = all(value == value.normalize() and value.tzinfo is None for value in values)
        values = [value.date() if days else value.to_pydatetime() for value in values]
    collector.add(name, values, there)


def table_of_parquet(path: Path, options: Mapping[str, Any], notes: Notes, *, name: str = "") -> Table:
    """A Parquet file as a table.

    Raises:
        MissingExtraError: pyarrow is not installed.
        GraphParseError: not Parquet, or damaged.
    """
    arrow: Any = require("pyarrow", "parquet")
    parquet: Any = require("pyarrow.parquet", "parquet")
    try:
        with translated(path.name), parquet.ParquetFile(path) as file:
            whole = file.read()
    except arrow.ArrowException as error:
        raise GraphParseError(f"{path.name}: not Parquet, or damaged: {shorten(str(error))}") from error
    collector = Collector(name, path.name, whole.num_rows, notes, key=options.get("key", options.get("id")))
    for label, column in zip(whole.column_names, whole.columns):
        values = column.to_pylist()
        there = [place for place, value in enumerate(values) if value is not None]
        collector.add(label.strip(), [values[place] for place in there], np.array(there, np.int32))
    return collector.table()
