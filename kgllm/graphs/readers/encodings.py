"""Text files that are not UTF-8, as spreadsheets write them: said by `encoding=`, or by the byte order mark of UTF-16."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from kgllm.errors import ConfigError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.readers.sources import BLOCK, open_binary

T = TypeVar("T")
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encoding_of(path: Path, said: Any) -> str | None:
    """The encoding that is said, or UTF-16 by its mark; None for UTF-8.

    Raises:
        ConfigError: no encoding of Python's.
    """
    if said is None:
        if not path.is_file():
            return None
        with open_binary(path) as file:
            return "utf-16" if file.read(2) in _MARKS else None
    if not isinstance(said, str):
        raise WrongTypeError(f"encoding must be a name, not {shorten(said)}")
    try:
        found = codecs.lookup(said)
    except LookupError:
        raise ConfigError(f"encoding={said!r} is none that Python knows", hint='"gb18030", "big5", "utf-16", "cp1252" are some') from None
    if not found._is_text_encoding:
        raise ConfigError(f"encoding={said!r} is none of text")
    return None if found.name == "utf-8" else said


@contextmanager
def in_utf8(path: Path, encoding: str | None) -> Iterator[Path]:
    """The file in UTF-8: itself, or a copy of the same name for as long as it is read.

    Raises:
        GraphParseError: it is not in that encoding.
    """
    if encoding is None:
        yield path
        return
    with TemporaryDirectory(prefix="kgllm-") as folder:
        copy = Path(folder) / path.name
        decoder = codecs.getincrementaldecoder(encoding)()
        line = 1
        with open_binary(path) as file, copy.open("wb") as out:
            while True:
                block = file.read(BLOCK)
                try:
                    text = decoder.decode(block, final=not block)
                except UnicodeError as error:
                    raise GraphParseError(
                        f"{path.name}: not in {encoding}, in line {line} or later", hint="encoding=… names another"
                    ) from error
                out.write(text.encode("utf-8", "surrogatepass"))
                line += text.count("\n")
                if not block:
                    break
        yield copy


def through_utf8(path: Path, encoding: str | None, read: Callable[[Path], Iterator[T]]) -> Iterator[T]:
    """What a reader finds in the file, whatever its encoding."""
    with in_utf8(path, encoding) as copy:
        yield from read(copy)
