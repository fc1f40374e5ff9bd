"""JSON of strangers: what Python's parser lets through or fails on in its own ways becomes a GraphParseError."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kgllm.errors import GraphParseError, shorten
from kgllm.graphs.readers.sources import blocks, decoded, whole


def parse_json(path: Path) -> Any:
    """The value of a whole JSON file.

    Raises:
        GraphParseError: no JSON, NaN or Infinity, a number of thousands of digits, or nesting without end.
    """
    return json_value(decoded(whole(path), path.name), path.name)


def json_value(text: str, name: str, line: int = 1) -> Any:
    """The value of a JSON text, which starts at a line of a file. Raises as `parse_json` does."""
    if not text or text.isspace():
        raise GraphParseError(f"{name} is empty, which is not JSON", hint="[] is a list of nothing")
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise GraphParseError(f"{name}:{line + error.lineno - 1}: not JSON: {error.msg} (column {error.colno})") from error
    except RecursionError:
        raise GraphParseError(f"{name}:{line}: JSON nested too deep") from None
    except ValueError as error:  # a number that Python does not read, or `_refuse`
        raise GraphParseError(f"{name}:{line}: {shorten(str(error))}") from error


def json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """The value of each line of a file of JSON lines, with the line's number."""
    for start, block in blocks(path):
        for line, text in enumerate(decoded(block, path.name, start).split("\n"), start):
            if text and not text.isspace():
                yield line, json_value(text, path.name, line)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")
