"""Questions as training data: prompt and completion, chat messages, Alpaca, ShareGPT; as JSON lines, Parquet or a dataset folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, GraphParseError, require, shorten
from kgllm.evaluation.datasets import rows_of_lines
from kgllm.prompting.serialize import one_line, serialize
from kgllm.questions.values import NOT_IN_GRAPH, Question, identity
from kgllm.types import Entity, Fact, Literal, Relation, replace

Row = dict[str, Any]
_SAYS = {
    "en": (
        "Answer the question from the facts. Cite each fact by its number. If they do not hold the answer, say so.",
        "Facts:",
        "Question:",
    ),
    "zh": ("根据下面的事实回答问题，并注明事实的编号。如果事实中没有答案，请直接说明。", "事实：", "问题："),
}
_ALONE = {"en": "Answer the question.", "zh": "回答问题。"}


def prompt_of(question: Question) -> tuple[str, str]:
    """(instruction, input) of a question: with its context as numbered facts where it has one."""
    text = question.question
    if not question.context:
        return _ALONE[question.language], text
    says, facts, asks = _SAYS[question.language]
    return says, f"{facts}\n{serialize(question.context, format='triples', language=question.language)}\n\n{asks} {text}"


def answer_of(question: Question) -> str:
    """What a model should say: the answer, and with a context the numbers of the facts that prove it. Where the context proves only some
    of the answers, these; where it lacks the proof, that the facts do not hold the answer."""
    if not question.answers:
        return NOT_IN_GRAPH[question.language]
    if not question.context:
        return question.answer
    gold = {fact.id for fact in question.facts}
    numbers = [n for n, fact in enumerate(question.context, 1) if fact.id in gold]
    answers = _proved(question, [question.context[n - 1] for n in numbers])
    if not answers:
        return NOT_IN_GRAPH[question.language]
    return f"{replace(question, answers=answers).answer} {''.join(f'[{n}]' for n in numbers[:MOST_CITED])}"


def _proved(question: Question, shown: Sequence[Fact]) -> tuple[str, ...]:
    """The answers that a part of the proof still proves: those that its facts lead to; of a count or a comparison, all or nothing."""
    if len(shown) == len(question.facts):
        return question.answers
    if question.kind not in _LED_TO:
        return ()
    if question.kind == "intersection":
        beside = [
            {identity(node) for fact in shown if topic in map(identity, fact.nodes) for node in fact.nodes} for topic in question.topic_ids
        ]
        reached = set.intersection(*beside) if beside else set()
    else:
        reached = set(question.topic_ids[:1])
        for _, way in question.path:  # the facts of a proof are those of its path
            steps = [(fact.subject, fact.object) if way == "out" else (fact.object, fact.subject) for fact in shown]
            reached = {identity(end) for start, end in steps if identity(start) in reached}
    return tuple(name for name, key in zip(question.answers, question.answer_ids, strict=True) if key in reached)


_LED_TO = frozenset(("one_hop", "inverse", "two_hop", "three_hop", "list", "intersection", "choice"))
MOST_CITED = 12


def _prompt_completion(question: Question) -> Row:
    says, text = prompt_of(question)
    return {"prompt": f"{says}\n\n{text}\n", "completion": answer_of(question)}


def _messages(question: Question) -> Row:
    says, text = prompt_of(question)
    return {
        "messages": [
            {"role": "system", "content": says},
            {"role": "user", "content": text},
            {"role": "assistant", "content": answer_of(question)},
        ]
    }


def _alpaca(question: Question) -> Row:
    says, text = prompt_of(question)
    return {"instruction": says, "input": text, "output": answer_of(question)}


def _sharegpt(question: Question) -> Row:
    says, text = prompt_of(question)
    return {"conversations": [{"from": "human", "value": text}, {"from": "gpt", "value": answer_of(question)}], "system": says}


FORMATS: Mapping[str, Callable[[Question], Row]] = {
    "prompt_completion": _prompt_completion,
    "messages": _messages,
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
    "questions": Question.to_dict,
}
"""Every format by its name; "questions" is the whole row."""


def formatted(questions: Iterable[Question], format: str) -> Iterator[Row]:
    """The questions as rows of a format.

    >>> asked = Question(id="1", question="Who directed Inception?", answers=("Christopher Nolan",), kind="one_hop", language="en")
    >>> list(formatted([asked], "alpaca"))[0]["output"]
    'Christopher Nolan'

    Raises:
        ConfigError: no such format.
    """
    if format not in FORMATS:
        raise ConfigError(f"format must be one of {', '.join(FORMATS)}, not {shorten(format)}")
    return map(FORMATS[format], questions)


def write(questions: Iterable[Question], path: str | Path, *, format: str = "questions", as_: str | None = None) -> int:
    """Write questions to a file of JSON lines (.jsonl), to Parquet (.parquet), or to a folder for `datasets.load_from_disk`; how many.

    Beside a file for LLaMA-Factory (`alpaca`, `sharegpt`) goes the entry for its dataset_info.json. JSON lines are streamed.

    Raises:
        ConfigError: something is there already, or no such format. MissingExtraError: Parquet or folders without their extra.
    """
    path = Path(path)
    rows = formatted(questions, format)
    kind = as_ or {".jsonl": "jsonl", ".parquet": "parquet", "": "folder"}.get(path.suffix, "")
    if kind not in ("jsonl", "parquet", "folder"):
        raise ConfigError(f"cannot tell what {path.name} should be", hint="end it in .jsonl or .parquet, or give a folder")
    if path.exists():
        raise ConfigError(f"there is already something at {shorten(str(path), 200)}", hint="write to a new place")
    if kind == "jsonl":
        n = 0
        with path.open("w", encoding="utf-8") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                n += 1
    elif kind == "parquet":
        require("pyarrow", "parquet")
        n = _parquet(rows, path, _schema() if format == "questions" else None)
    else:
        made = _dataset(list(rows), format)
        with _no_bars():
            made.save_to_disk(str(path))
        n = len(made)
    if format in _FACTORY:
        info = {path.stem: {"file_name": path.name, **_FACTORY[format]}}
        path.with_name(f"{path.stem}.dataset_info.json").write_text(json.dumps(info, indent=2), encoding="utf-8")
    return n


_FACTORY: Mapping[str, Row] = {
    "alpaca": {"columns": {"prompt": "instruction", "query": "input", "response": "output"}},
    "sharegpt": {"formatting": "sharegpt", "columns": {"messages": "conversations", "system": "system"}},
}


def _parquet(rows: Iterator[Row], path: Path, schema: Any, batch: int = 2000) -> int:
    import pyarrow
    import pyarrow.parquet

    first = list(islice(rows, batch))
    table = pyarrow.Table.from_pylist(first, schema=schema)
    n = len(first)
    with pyarrow.parquet.ParquetWriter(path, table.schema) as out:
        out.write_table(table)
        while chunk := list(islice(rows, batch)):
            out.write_table(pyarrow.Table.from_pylist(chunk, schema=table.schema))
            n += len(chunk)
    return n


def dataset_of(questions: Iterable[Question], format: str = "questions") -> Any:
    """A `datasets.Dataset` of the questions."""
    return _dataset(list(formatted(questions, format)), format)


def _dataset(rows: list[Row], format: str) -> Any:
    datasets = require("datasets", "train")
    return datasets.Dataset.from_list(rows, features=datasets.Features.from_arrow_schema(_schema()) if format == "questions" else None)


@contextmanager
def _no_bars() -> Iterator[None]:
    """`save_to_disk` draws a progress bar, where stderr is a file, too."""
    from datasets.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    shown = not are_progress_bars_disabled()
    disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            enable_progress_bars()


def _schema() -> Any:
    """The columns of whole rows: the same whatever the first rows lack (choices, a context)."""
    import pyarrow

    text, texts = pyarrow.string(), pyarrow.list_(pyarrow.string())
    fact = [(name, text) for name in ("id", "subject", "relation", "object", "subject_id", "object_id", "qualifiers")]
    single = ("id", "question", "answer", "kind", "language", "split", "reason", "phrasing")
    several = ("answers", "answer_ids", "topics", "topic_ids", "mentions", "relations", "ways", "choices")
    return pyarrow.schema(
        [
            *((name, text) for name in single),
            *((name, texts) for name in several),
            ("hops", pyarrow.int64()),
            ("facts", pyarrow.list_(pyarrow.struct(fact))),
            ("context", pyarrow.list_(pyarrow.struct([*fact, ("gold", pyarrow.bool_())]))),
        ]
    )


_WRITTEN = 'kgllm.questions.write(questions, path) makes such a file, in the format "questions"; kgllm.evaluate reads others'


def read(path: str | Path) -> list[Question]:
    """Questions from a file of JSON lines that `write` made in the format "questions".

    >>> import tempfile
    >>> file = tempfile.mkdtemp() + "/questions.jsonl"
    >>> question = Question(id="1", question="Who directed Memento?", answers=("Christopher Nolan",), kind="one_hop", language="en")
    >>> write([question], file), [one.question for one in read(file)]
    (1, ['Who directed Memento?'])

    Raises:
        ConfigError: there is no such file. GraphParseError: a line is no such question; says file and line.
    """
    return rows_of_lines(Path(path), _read, hint=_WRITTEN)


def _read(row: Any, where: str) -> Question:
    try:
        return question_from(row)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GraphParseError(f"{where} is no question that kgllm wrote: {shorten(row)}", hint=_WRITTEN) from error


def question_from(row: Mapping[str, Any]) -> Question:
    """A row of `Question.to_dict` (or of the dataset) as a Question; its relations and things have their ids and names only."""
    plain = ("id", "question", "kind", "language", "split", "hops", "reason", "phrasing")
    several = ("answers", "topics", "topic_ids", "mentions", "answer_ids", "choices")
    given: dict[str, Any] = {name: row[name] for name in plain} | {name: tuple(row[name]) for name in several}
    return Question(
        **given,
        path=tuple((Relation(name), "out" if way == "out" else "in") for name, way in zip(row["relations"], row["ways"], strict=True)),
        facts=tuple(_fact(one) for one in row["facts"]),
        context=tuple(_fact(one) for one in row["context"]),
    )


def _fact(row: Mapping[str, str]) -> Fact:
    """As it reads; qualifiers stay words."""
    more = tuple(
        (Relation(name), Literal(value)) for name, _, value in (pair.partition(": ") for pair in row["qualifiers"].split("; ")) if name
    )
    return Fact(
        Entity(row["subject_id"], one_line(row["subject"])),
        Relation(row["relation"]),
        Entity(row["object_id"], one_line(row["object"])),
        more,
    )
