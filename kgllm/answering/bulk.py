"""A file of questions, answered into a file: bounded memory, and an interrupted run goes on where it stopped.

Answers are written in the order of the questions, a batch at a time, into OUT.part, which becomes OUT when all are there.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError, GraphParseError, GraphUnavailable, KGLLMError, ModelUnavailable, shorten

if TYPE_CHECKING:
    from kgllm.answering.qa import GraphQA
    from kgllm.types import Answer

BATCH = 64  # questions answered and written together; a model gets their prompts as one batch

Line = tuple[int, Any, str]  # a question's line in its file, the id that it was given there (None: none), and its text
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """How many questions were asked in all, of them abstained on, failed; and how many an earlier run had done."""

    questions: int
    abstained: int
    failed: int
    before: int

    @property
    def answered(self) -> int:
        """How many have an answer."""
        return self.questions - self.abstained - self.failed


def answer_file(
    qa: GraphQA,
    source: str | Path,
    out: str | Path,
    *,
    batch: int = BATCH,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Bulk:
    """Answer every question of a file into a new file of JSON lines, in the order of the questions.

    source: JSON lines with "question" and optionally "id" (`.jsonl`, `.jsonl.gz`), else one question a line. Each answer has the
    "line" of its question, and the "id" just as it was given, where one was. A question that cannot be answered (its time is over,
    its text too long) gets a line with "error"; the others go on.
    workers: processes that answer beside one another, over one compiled graph that they share; the file is the same. A script that
    asks for several must be importable: `if __name__ == "__main__":` around what it does.

    >>> import tempfile, kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan"), ("流浪地球", "导演", "郭帆")]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "q.txt").write_text("Who directed Inception?\\n流浪地球的导演是谁？\\n", encoding="utf-8")
    ...     done = answer_file(qa, Path(folder, "q.txt"), Path(folder, "a.jsonl"))
    ...     rows = [json.loads(line) for line in Path(folder, "a.jsonl").read_text(encoding="utf-8").splitlines()]
    >>> done.questions, [(row["line"], row["answers"]) for row in rows]
    (2, [(1, ['Christopher Nolan']), (2, ['郭帆'])])

    Raises:
        ConfigError: there is no such file, OUT exists or has no folder, or OUT.part was begun with another file, graph or settings;
        with workers: the graph is not compiled, there is a model, or a setting cannot be sent to another process.
        GraphParseError: a line is no question; says file and line, before anything is asked. GraphUnavailable, ModelUnavailable: the
        graph's or the model's server is away. What was answered before is kept in OUT.part.
    """
    source, out = Path(source), Path(out)
    _check(qa, source, out, batch, workers)
    part, about = out.with_name(out.name + ".part"), out.with_name(out.name + ".part.json")
    _begin(part, about, _told(qa, source))
    before = done = abstained = failed = 0
    with part.open("rb+") as written:
        for row in _kept(written):
            before, abstained, failed = before + 1, abstained + bool(row.get("abstained")), failed + ("error" in row)
        done = before
        with closing(_answered(qa, _batches(islice(_questions(source), before, None), batch), workers)) as answered:
            for rows in answered:
                for row in rows:
                    abstained, failed = abstained + bool(row.get("abstained")), failed + ("error" in row)
                    written.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
                written.flush()
                os.fsync(written.fileno())
                done += len(rows)
                if progress is not None:
                    progress(done)
    os.replace(part, out)
    about.unlink()
    return Bulk(questions=done, abstained=abstained, failed=failed, before=before)


def _check(qa: GraphQA, source: Path, out: Path, batch: int, workers: int) -> None:
    """Refuse what cannot be done before anything is written."""
    for name, number in (("batch", batch), ("workers", workers)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ConfigError(f"{name} must be a whole number of at least 1, not {shorten(number)}")
    if not source.is_file():
        raise ConfigError(f"there is no file of questions at {shorten(str(source), 200)}")
    if not out.parent.is_dir():
        raise ConfigError(f"there is no folder {shorten(str(out.parent), 200)} to write into")
    if out.exists():
        raise ConfigError(f"there is already something at {shorten(str(out), 200)}", hint="give a new file")
    for _ in _questions(source):  # the last line of a million is better found to be none now than after the others were asked
        pass
    if workers > 1:
        from kgllm.answering.workers import shareable

        shareable(qa)


def _told(qa: GraphQA, source: Path) -> dict[str, Any]:
    """What an interrupted run must share with the one that goes on with it."""
    with source.open("rb") as file:
        content = hashlib.file_digest(file, "blake2b").hexdigest()
    learned = qa.retriever.learned
    return {
        **qa.settings,
        "source": content,
        "graph": qa.graph.version(),
        "scorer": dict(learned.about) if learned is not None else None,
        "threshold": qa.threshold,
        "llm": None if qa.llm is None else repr(qa.llm),  # with its server or folder, beside its name
    }


def _begin(part: Path, about: Path, told: dict[str, Any]) -> None:
    told = json.loads(json.dumps(told, default=str))
    if about.is_file() and part.is_file():
        try:
            earlier = json.loads(about.read_text(encoding="utf-8"))
        except ValueError:
            earlier = {}
        other = sorted(name for name in told if not isinstance(earlier, dict) or earlier.get(name) != told[name])
        if other:
            raise ConfigError(
                f"{shorten(str(part), 200)} was begun with another {', '.join(other)}", hint="remove it, or write to another file"
            )
        return
    part.write_bytes(b"")
    about.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _kept(written: Any) -> Iterator[dict[str, Any]]:
    """The whole lines of an earlier run; half a line at the end is cut off."""
    end = 0
    for line in iter(written.readline, b""):
        if not line.endswith(b"\n"):
            break
        end += len(line)
        yield json.loads(line)
    written.truncate(end)
    written.seek(end)


def _questions(source: Path) -> Iterator[Line]:
    """Each line that is not empty."""
    objects = source.name.removesuffix(".gz").endswith(".jsonl")
    code = "utf-8-sig"  # some editors begin a file with a mark of its encoding
    with gzip.open(source, "rt", encoding=code) if source.suffix == ".gz" else source.open(encoding=code) as lines:
        number, line = 0, ""
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield (number, *_question(line)) if objects else (number, None, line.strip())
        except (ValueError, RecursionError, EOFError, OSError) as error:
            unread = isinstance(error, (UnicodeDecodeError, EOFError, OSError))  # the line after the last that was read
            raise GraphParseError(
                f"{source.name}:{number + unread} is no question: {error if unread else shorten(line.strip())}",
                hint='JSON lines of {"question": "…"}, or a text file with one question a line',
            ) from error


def _question(line: str) -> tuple[Any, str]:
    row = json.loads(line)
    text = row.get("question") if isinstance(row, dict) else None
    if not isinstance(text, str):
        raise ValueError('no object with a "question" that is text')  # noqa: TRY004 - of the file, not of a caller
    return row.get("id"), text


def _batches(lines: Iterator[Line], size: int) -> Iterator[list[Line]]:
    while some := list(islice(lines, size)):
        yield some


def _answered(qa: GraphQA, batches: Iterable[list[Line]], workers: int) -> Generator[list[Row], None, None]:
    if workers > 1:
        from kgllm.answering.workers import answered

        yield from answered(qa, batches, workers)
        return
    for batch in batches:
        yield rows_of(qa, batch)


def rows_of(qa: GraphQA, batch: list[Line]) -> list[Row]:
    """What is written of a batch."""
    answers = _asked(qa, [text for *_, text in batch])
    return [_row(line, answer) for line, answer in zip(batch, answers, strict=True)]


def _asked(qa: GraphQA, questions: list[str]) -> list[Answer | KGLLMError]:
    """Together; where one fails, each by itself. What is away for all of them stops the run: it goes on when that is back."""
    try:
        return [*qa.ask_many(questions)]
    except (GraphUnavailable, ModelUnavailable):
        raise
    except KGLLMError:
        return [_one(qa, question) for question in questions]


def _one(qa: GraphQA, question: str) -> Answer | KGLLMError:
    try:
        return qa.ask(question)
    except (GraphUnavailable, ModelUnavailable):
        raise
    except KGLLMError as error:
        return error


def _row(line: Line, answer: Answer | KGLLMError) -> Row:
    number, name, question = line
    row: Row = {"line": number} | ({} if name is None else {"id": name}) | {"question": question}
    if isinstance(answer, KGLLMError):
        return row | {"error": str(answer)}
    return row | {
        "text": answer.text,
        "answers": [node.name for node in answer.entities],  # named as in the files of `kgllm questions`
        "answer_ids": [getattr(node, "id", node.name) for node in answer.entities],
        "value": answer.value,
        "verdict": answer.verdict,
        "confidence": round(answer.confidence, 4),
        "abstained": answer.abstained,
        "reason": answer.reason,
        "facts": [str(fact) for fact in answer.facts],
    }
