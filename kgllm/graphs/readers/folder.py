"""Facts one a line, in several files of a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from kgllm.graphs.base import Record, Triples
from kgllm.graphs.readers.encodings import encoding_of, through_utf8
from kgllm.graphs.readers.formats import format_of_file
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.records.folders import readable
from kgllm.graphs.readers.separated import read_separated
from kgllm.graphs.readers.sources import local_path

_SHOWN = 3


def read_folder(folder: Path, options: Mapping[str, Any], notes: Notes) -> Iterator[Record | Triples]:
    """The facts of all files of columns in a folder, which are one graph."""
    files = [path for _, found in readable(folder, notes) for path in found]
    told = ", ".join(path.name for path in files[:_SHOWN]) + (", …" if len(files) > _SHOWN else "")
    notes.say(f"{folder.name}: the rows of {told} are facts of one graph (key= says that they are things)")
    plain = {option: value for option, value in options.items() if option != "encoding"}
    for path in files:
        quoted = True if format_of_file(local_path(path, options.get("root"))) == "csv" else None
        encoding = encoding_of(path, options.get("encoding"))
        yield from through_utf8(path, encoding, partial(read_separated, options=plain, notes=notes, quoted=quoted))
