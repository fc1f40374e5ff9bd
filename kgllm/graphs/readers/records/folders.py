"""Folders of files: which of them are tables, and what is said of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from kgllm.errors import ConfigError, shorten
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.otherwise import OTHERWISE
from kgllm.graphs.readers.sources import head, unpacked_name

SUFFIXES = (".csv", ".tsv", ".tab", ".psv", ".parquet", ".pq", ".jsonl", ".ndjson", ".json")
_SHOWN = 3


def readable(folder: Path, notes: Notes) -> list[tuple[Path, list[Path]]]:
    """The files of tables in a folder, and in each of those right in it; the others are noted.

    Raises:
        ConfigError: there is none.
    """
    found = _files(folder)
    read = {one for _, files in found for one in files}
    others = [
        one for place, _ in found for one in _shown(place) if (one.is_file() and one not in read) or (place != folder and one.is_dir())
    ]
    count = sum(len(files) for _, files in found)
    if not count:
        how = f"; {_how(others)}" if others and _how(others) else ""
        raise ConfigError(
            f"{shorten(str(folder))} is no compiled graph, and holds no tables", hint=f"tables are files of CSV, TSV, Parquet or JSON{how}"
        )
    if others:
        notes.say(_left(folder, others, count))
    return found


def holds_tables(folder: Path) -> bool:
    """Whether any file that is read as a table stands in a folder, or in a folder right in it."""
    return any(files for _, files in _files(folder))


def _files(folder: Path) -> list[tuple[Path, list[Path]]]:
    """What is read of a folder, and of each right in it: tables by their names; where there is none, texts of three columns (train.txt,
    valid.txt, test.txt, as FB15k has it)."""
    shown = [(place, [one for one in _shown(place) if one.is_file()]) for place in (folder, *filter(Path.is_dir, _shown(folder)))]
    named = [(place, [one for one in files if is_table(one)]) for place, files in shown]
    return named if any(files for _, files in named) else [(place, [one for one in files if _has_triples(one)]) for place, files in shown]


def _has_triples(path: Path) -> bool:
    """Whether a text begins with a line of three columns."""
    return unpacked_name(path).lower().endswith(".txt") and head(path).partition(b"\n")[0].count(b"\t") == 2


def is_table(path: Path) -> bool:
    """Whether a file is read in a folder, by its name."""
    return unpacked_name(path).lower().endswith(SUFFIXES)


def _shown(place: Path) -> list[Path]:
    return sorted(one for one in place.iterdir() if not one.name.startswith("."))


def _left(folder: Path, others: Sequence[Path], count: int) -> str:
    """The note on what is not read."""
    names = [one.relative_to(folder).as_posix() for one in others]
    if len(names) == 1:
        return f"{names[0]} is not read{_after(others)}"
    kinds = Counter(one.suffix or one.name for one in others if one.is_file())
    said = ", ".join(f"{number:,} {kind}" for kind, number in kinds.most_common(_SHOWN)) + (", …" if len(kinds) > _SHOWN else "")
    some = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return f"{folder.name}: {len(names):,} of {len(names) + count:,} files are not read ({said}: {some}){_after(others)}"


def _after(others: Sequence[Path]) -> str:
    how = _how(others)
    return f"; {how}" if how else ""


def _how(others: Sequence[Path]) -> str:
    """How to have what is in most of the others."""
    kind = Counter(one.suffix.lower() for one in others if one.is_file()).most_common(1)
    if kind and kind[0][0] in OTHERWISE:
        return f"of {kind[0][0]} files {OTHERWISE[kind[0][0]]}"
    return "folders are read one level deep" if all(one.is_dir() for one in others) else ""
