"""Questions with their answers, from JSON lines or from plain dicts, checked before anything is asked."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kgllm.errors import ConfigError, GraphParseError, WrongTypeError, shorten

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and what is known of its answer.

    `answers` are names (or ids) in the graph; none means that the graph cannot answer it, and the right thing is to abstain.
    `topics` are the entities that it asks about, `relations` the gold path from them, where known. `hops` groups figures.

    >>> question_of({"question": "Who directed Inception?", "answers": ["Christopher Nolan"]}).answerable
    True
    """

    question: str
    answers: tuple[str, ...]
    id: str
    topics: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    hops: int | None = None

    @property
    def answerable(self) -> bool:
        """Whether the graph holds an answer."""
        return bool(self.answers)


def read_questions(path: str | Path, *, n: int | None = None, seed: int = 0) -> list[Question]:
    """The questions of a file of JSON lines (`.gz` too); with `n`, so many of them drawn at random.

    Each line is an object with "question" (text) and "answers" (a list of names, empty where the graph has none), and
    optionally "topics", "relations" (lists of names), "hops" (a whole number) and "id". Other fields are let be.

    Raises:
        ConfigError: there is no such file, or nothing in it.
        GraphParseError: a line is not such an object; says file and line.
    """
    if n is not None and n < 1:
        raise ConfigError(f"n must be 1 or more, not {n!r}")
    path = Path(path)
    rows = rows_of_lines(
        path, lambda row, where: question_of(row, where=where), hint='one object a line: {"question": "…", "answers": ["…"]}'
    )
    if not rows:
        raise ConfigError(f"{path.name} holds no questions")
    return random.Random(seed).sample(rows, n) if n and n < len(rows) else rows


def rows_of_lines(path: Path, read: Callable[[Any, str], T], *, hint: str) -> list[T]:
    """What `read` makes of each line of a file of JSON lines (`.gz` too), given its value and where it stands ("a.jsonl:3").

    Raises:
        ConfigError: there is no such file.
        GraphParseError: a line is no JSON in UTF-8, or what `read` says of it.
    """
    if not path.is_file():
        raise ConfigError(f"there is no file of questions at {shorten(str(path), 200)}", hint="give the path of a .jsonl file")
    rows: list[T] = []
    number, line = 0, ""
    code = "utf-8-sig"  # some editors begin a file with a mark of its encoding
    try:
        with gzip.open(path, "rt", encoding=code) if path.suffix == ".gz" else path.open(encoding=code) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    rows.append(read(json.loads(line), f"{path.name}:{number}"))
    except (ValueError, RecursionError, EOFError, OSError) as error:
        if isinstance(error, GraphParseError):
            raise
        unread = isinstance(error, (UnicodeDecodeError, EOFError, OSError))  # the line after the last that was read
        raise GraphParseError(
            f"{path.name}:{number + unread} is not a line of JSON in UTF-8: {error if unread else shorten(line.strip())}", hint=hint
        ) from error
    return rows


def questions_of(source: str | Path | Iterable[Mapping[str, Any] | Question], *, n: int | None = None, seed: int = 0) -> list[Question]:
    """Questions from a file or from dicts with the fields of `read_questions`.

    Raises:
        WrongTypeError, GraphParseError, ConfigError: as `read_questions`.
    """
    if isinstance(source, (str, Path)):
        return read_questions(source, n=n, seed=seed)
    if isinstance(source, Mapping) or not isinstance(source, Iterable):
        raise WrongTypeError(f"questions must be a file or a list of dicts, not {shorten(source)}")
    rows = [row if isinstance(row, Question) else question_of(row, where=f"question {i}") for i, row in enumerate(source, 1)]
    if not rows:
        raise ConfigError("there are no questions", hint='give some: [{"question": "…", "answers": ["…"]}]')
    return random.Random(seed).sample(rows, n) if n and n < len(rows) else rows


def question_of(row: Any, *, where: str = "question 1") -> Question:
    """One dict as a Question.

    Raises:
        GraphParseError: it lacks a field, or a field is of the wrong kind; says which, and where.
    """
    if not isinstance(row, Mapping):
        raise GraphParseError(f"{where}: a question must be an object, not {shorten(row)}")
    text = row.get("question")
    if not isinstance(text, str) or not text.strip():
        raise GraphParseError(f'{where}: "question" must be a text, not {shorten(text)}')
    if "answers" not in row:
        raise GraphParseError(f'{where}: there is no "answers"', hint='"answers": [] says that the graph cannot answer it')
    hops = row.get("hops")
    if hops is not None and (isinstance(hops, bool) or not isinstance(hops, int)):
        raise GraphParseError(f'{where}: "hops" must be a whole number, not {shorten(hops)}')
    return Question(
        question=text,
        answers=_names(row, "answers", where),
        id=str(row.get("id", where)),
        topics=_names(row, "topics", where),
        relations=_names(row, "relations", where),
        hops=hops,
    )


def _names(row: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = row.get(name)
    if value is None and name != "answers":
        return ()
    if not isinstance(value, (list, tuple)) or any(isinstance(one, bool) or not isinstance(one, (str, int, float)) for one in value):
        raise GraphParseError(f'{where}: "{name}" must be a list of names, not {shorten(value)}')
    return tuple(str(one) for one in value)
