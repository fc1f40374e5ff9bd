"""Lines of comment before a table, as many scientific files begin (`##fileformat=…`, `! date: …`), and a header that begins as they do
(`#id`). Where it is not plain what they are, they are read as what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kgllm.errors import shorten
from kgllm.graphs.readers.sources import head

_MARKS = ("#", "!", "//", "%")
_SHOWN = 60
_LOOKED_AT = 200  # lines behind the header, in which none of its words may stand again


@dataclass(frozen=True, slots=True)
class Preamble:
    """How many lines stand before the table, the first of them that says something, and by what mark its header begins ("" where it has
    none, or no header)."""

    lines: int = 0
    first: str = ""
    mark: str = ""

    def note(self, name: str) -> str:
        """What is told of lines that are not read."""
        lines = f"{self.lines} lines before the table are" if self.lines > 1 else "one line before the table is"
        return f"{name}: {lines} not read ({shorten(self.first, _SHOWN)})"

    def removed(self, block: bytes) -> bytes:
        """The first block of the file without these lines; blank lines stand for them, and keep the numbers of the others."""
        *before, rest = block.split(b"\n", self.lines)
        if self.mark:
            rest = rest.lstrip(b" ").lstrip(self.mark.encode()).lstrip(b" ")
        return b"\n" * len(before) + rest


def preamble_of(path: Path, separator: str | None = None) -> Preamble:
    """The lines of comment with which a file of columns begins.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.tsv"
    ...     _ = path.write_text("##version 3\\n#id\\tname\\n1\\tOlm\\n", encoding="utf-8")
    ...     preamble_of(path)
    Preamble(lines=1, first='##version 3', mark='#')
    """
    start = head(path)
    if not start.lstrip().startswith(tuple(mark.encode() for mark in _MARKS)):
        return Preamble()
    lines = start[: start.rfind(b"\n") + 1].decode("utf-8", "replace").splitlines() or [start.decode("utf-8", "replace")]
    mark = next(one for one in _MARKS if next(line for line in lines if line.strip()).lstrip().startswith(one))
    size = next((n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith(mark)), len(lines))
    body = [line for line in lines[size:] if line.strip()]
    if not body:  # every line begins so, as tags do
        return Preamble()
    marks = [separator] if separator else [one for one in ("\t", "|", ";", ",") if one in body[0]]
    separator = next((one for one in marks if all(line.count(one) == body[0].count(one) for line in body[1:3])), None)
    if separator is None or separator not in body[0]:
        return Preamble()
    width = body[0].count(separator)
    last = size - 1
    while not lines[last].strip():
        last -= 1
    headed = lines[last].count(separator) == width
    before = lines[:last] if headed else lines[:size]
    if any(line.count(separator) == width for line in before):  # a row of that mark
        return Preamble()
    first = next((line.strip() for line in before if line.strip()), "")
    as_header = headed and _is_header(
        lines[last].lstrip().lstrip(mark).split(separator), [line.split(separator) for line in body[:_LOOKED_AT]]
    )
    return Preamble(len(before) if first else 0, first, mark if as_header else "")


def _is_header(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether these are words that are all different, and none is a value of its own column."""
    said = [name.strip() for name in names]
    if not all(said) or len(set(said)) < len(said) or any(name.replace(".", "").lstrip("+-").isdigit() for name in said):
        return False
    return not any(place < len(row) and row[place].strip() == name for place, name in enumerate(said) for row in rows)
