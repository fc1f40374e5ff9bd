"""Guarded opening of local files, and the translation of what goes wrong while they are read."""

from __future__ import annotations

import os
import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO

from kgllm.errors import ConfigError, GraphParseError, WrongTypeError, shorten

DATABASES = ("neo4j", "neo4j+s", "bolt", "bolt+s", "sparql+http", "sparql+https")
BLOCK = 1 << 22  # bytes read at once: some tens of thousands of lines
LONGEST_LINE = 1 << 26
LARGEST_DOCUMENT = 1 << 30
_MARK = b"\xef\xbb\xbf"
UNEXPECTED = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError, SyntaxError, TypeError, ValueError)
"""What parsers that others wrote raise on input that they did not expect, beside errors of their own."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+:")  # two letters or more: "C:\" is a drive
_PICKLES = (".pkl", ".pickle", ".gpickle", ".p")
_PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\x00": "lzma"}  # the modules that unpack, by how files begin
_SUFFIXES = (".gz", ".bz2", ".xz")


def local_path(source: str | os.PathLike[str], root: str | os.PathLike[str] | None = None) -> Path:
    """The local file or folder that is meant.

    Raises:
        ConfigError: an address, a pickle, a path outside `root` (links followed), or nothing there.
    """
    text = os.fspath(source)
    if not isinstance(text, str):
        raise WrongTypeError(f"a path must be text, not {shorten(text)}")
    if isinstance(source, str) and (scheme := _SCHEME.match(text)):
        name = scheme[0][:-1].lower()
        if name in DATABASES:
            raise ConfigError(f"{name}: this version of kgllm has no such backend", hint="export the graph to a file, and load that")
        if "/" in text or name in ("file", "data"):
            endpoint = f"; a SPARQL endpoint is sparql+{name}://…" if name in ("http", "https") else ""
            hint = f"download the file, and load its path{endpoint}"
            raise ConfigError(f"{name}: addresses are not read, only local files and folders", hint=hint)
    if not text or "\0" in text:
        raise ConfigError(f"not a path: {shorten(text)}")
    path = Path(text)
    try:
        found = path.resolve(strict=True)
        mode = found.stat().st_mode
    except FileNotFoundError:
        raise ConfigError(
            f"there is no file or folder {shorten(text)}", hint="check the path; it is looked for from the working directory"
        ) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigError(f"{shorten(text)} cannot be opened: {_reason(error)}") from error
    if not isinstance(root, (str, os.PathLike, type(None))):
        raise WrongTypeError(f"root must be a folder's path, not {shorten(root)}")
    if root is not None and not found.is_relative_to(Path(root).resolve()):
        raise ConfigError(f"{shorten(text)} lies outside the folder that may be read", hint="root=… says which folder that is")
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise ConfigError(f"{shorten(text)} is neither a file nor a folder")
    if {suffix.lower() for suffix in path.suffixes[-2:]} & set(_PICKLES):
        raise ConfigError("pickle is not supported: reading one can run any program", hint="write GraphML or node-link JSON instead")
    return path


def unpacked_name(path: Path) -> str:
    """A file's name without what says how it is packed.

    >>> unpacked_name(Path("films.csv.gz")), unpacked_name(Path("films.csv"))
    ('films.csv', 'films.csv')
    """
    return path.name[: -len(path.suffix)] if path.suffix.lower() in _SUFFIXES else path.name


@contextmanager
def open_binary(path: Path) -> Iterator[IO[bytes]]:
    """The file's bytes, unpacked where it is packed by gzip, bzip2 or xz (known by its content). Failures come out as kgllm errors."""
    with translated(path.name), path.open("rb") as file:
        begun = file.peek(8)
        packed = next((module for start, module in _PACKED.items() if begun.startswith(start)), None)
        if packed is None:
            yield file
        else:
            with translated_packing(path.name, packed), import_module(packed).open(file, "rb") as unpacked:
                yield unpacked


def head(path: Path, size: int = 1 << 16) -> bytes:
    """The first bytes of a file, without a byte order mark."""
    with open_binary(path) as file:
        return file.read(size).removeprefix(_MARK)


def blocks(path: Path) -> Iterator[tuple[int, bytes]]:
    """A text file in pieces of whole lines, each with the number of its first line (1 is the first of the file).

    Lines end with "\\n"; only the last one may lack it.

    Raises:
        GraphParseError: a damaged gzip file, or a line that does not end.
    """
    line, rest = 1, b""
    with open_binary(path) as file:
        while read := file.read(BLOCK):
            if line == 1 and not rest:
                read = read.removeprefix(_MARK)
            cut = read.rfind(b"\n") + 1
            if not cut:
                rest += read
                if len(rest) > LONGEST_LINE:
                    raise GraphParseError(f"{path.name}:{line}: a line of over {LONGEST_LINE >> 20} MiB", hint="is this a text file?")
                continue
            yield line, (block := rest + read[:cut])
            line += block.count(b"\n")
            rest = read[cut:]
    if rest:
        yield line, rest


def whole(path: Path) -> bytes:
    """A whole document (XML, JSON, Turtle), without a byte order mark of UTF-8.

    Raises:
        GraphParseError: larger than memory should hold, unpacked; or a damaged gzip file.
    """
    with open_binary(path) as file:
        found = file.read(LARGEST_DOCUMENT + 1)
    if len(found) > LARGEST_DOCUMENT:
        raise GraphParseError(
            f"{path.name}: over {LARGEST_DOCUMENT >> 20} MiB, which this format holds in memory at once",
            hint="N-Triples, N-Quads, JSON lines, CSV and TSV are read in a stream, of any size",
        )
    return found.removeprefix(_MARK)


def decoded(block: bytes, name: str, line: int = 1) -> str:
    """UTF-8 as text; the line of what is none is said."""
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError as error:
        at = line + block.count(b"\n", 0, error.start)
        raise GraphParseError(
            f"{name}:{at}: not valid UTF-8 ({shorten(block[error.start : error.start + 8])})",
            hint='encoding="gb18030" reads what Excel writes in Chinese, encoding="cp1252" in Western Europe; or convert the file to UTF-8',
        ) from error


@contextmanager
def translated_packing(name: str, packed: str) -> Iterator[None]:
    """Failures of unpacking as kgllm errors."""
    module = import_module(packed)
    broken = getattr(module, "BadGzipFile", getattr(module, "LZMAError", OSError))  # bz2 has no error of its own
    try:
        yield
    except (EOFError, zlib.error, broken) as error:
        called = {"lzma": "xz"}.get(packed, packed)
        raise GraphParseError(f"{name}: the {called} file is damaged or cut off ({_reason(error)})") from error


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Failures of files as kgllm errors, in one place."""
    try:
        yield
    except OSError as error:
        raise GraphParseError(f"{name}: cannot be read: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or shorten(str(error))
