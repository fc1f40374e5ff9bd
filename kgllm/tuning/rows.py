"""Training rows of every common form, read into one.

| form | keys |
|---|---|
| kgllm's questions | `question`, `answers` or `answer` (and `kind`, `split`, `facts`, `context`, …), or `kgllm.questions.Question` |
| prompt and completion | `prompt`, `completion` (texts, or lists of messages) |
| chat | `messages`: role and content, the assistant's last |
| Alpaca | `instruction`, `input`, `output` |
| ShareGPT | `conversations`: from and value |
| plain text | `text` |
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, require, shorten
from kgllm.words.language import language_of

Messages = tuple[Mapping[str, str], ...]
NOT_KNOWN = {"en": "not in the graph", "zh": "图谱中没有"}
"""What a tuned model is taught to say where the graph has no answer."""
_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """prompt: the messages before the answer (none for plain text); completion: what is trained.

    question and answers: where it is a question, for grading; language: where a row does not say it,
    that of its question; facts: ids of those that prove it; raw: `prompt` is one text that
    is used as it stands. source: where it came from, for reports.
    """

    completion: str
    prompt: Messages = ()
    question: str = ""
    answers: tuple[str, ...] = ()
    kind: str = ""
    split: str = "train"
    language: str = "en"
    facts: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    id: str = ""
    raw: bool = False
    source: str = ""

    @property
    def text(self) -> bool:
        """Whether it is plain text, trained (or measured) as a whole."""
        return not self.prompt


def read_rows(source: Any, *, name: str = "", split: str | None = None) -> list[Row]:
    """Rows from a list, a file (.jsonl, .json, .parquet, .txt), a folder of `datasets`, a dataset, or a hub name.

    >>> read_rows([{"question": "Who directed Inception?", "answers": ["Christopher Nolan"]}])[0].completion
    'Christopher Nolan'

    Raises:
        ConfigError: it cannot be read, or a row is of no known form.
    """
    found = []
    for place, one in enumerate(_raw(source, split)):
        try:
            row = row_of(one)
        except ConfigError as error:
            raise ConfigError(f"row {place} of {name or shorten(str(source), 40)}: {error.args[0]}", hint=error.hint) from error
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise ConfigError(f"row {place} of {name or shorten(str(source), 40)} cannot be read: {shorten(one)}") from error
        found.append(row if not name else _from(row, name))
    return found


def row_of(one: Any) -> Row:
    """One row of any form.

    Raises:
        ConfigError: no known form.
    """
    if isinstance(one, Row):
        return one
    if isinstance(one, str):
        return Row(completion=one, language=language_of(one))
    if not isinstance(one, Mapping) and hasattr(one, "question") and hasattr(one, "answers"):
        one = one.to_dict()
    if not isinstance(one, Mapping):
        raise ConfigError(f"a row is a mapping, a text or a Question, not {shorten(one)}")
    if "question" in one and ("answers" in one or isinstance(one.get("answer"), str)):
        return _question(one)
    more: dict[str, Any] = {name: one[name] for name in ("kind", "split", "language", "id") if isinstance(one.get(name), str)}
    if "prompt" in one and "completion" in one:
        if isinstance(one["prompt"], str):
            return Row(prompt=_said(one["prompt"]), completion=str(one["completion"]), raw=True, **_spoken(more, one["prompt"]))
        return _chat([*one["prompt"], *one["completion"]], more)
    if "messages" in one:
        return _chat(one["messages"], more)
    if "conversations" in one:
        system = [{"role": "system", "content": one["system"]}] if one.get("system") else []
        roles = {"human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant", "system": "system"}
        return _chat([*system, *({"role": roles[turn["from"]], "content": turn["value"]} for turn in one["conversations"])], more)
    if "instruction" in one and "output" in one:
        asked = "\n\n".join(part for part in (one["instruction"], one.get("input")) if part)
        return Row(prompt=_said(asked), completion=str(one["output"]), **_spoken(more, asked))
    if isinstance(one.get("text"), str):
        return Row(completion=one["text"], **_spoken(more, one["text"]))
    raise ConfigError(f"a row of no known form: it has {', '.join(map(str, one)) or 'no keys'}", hint="see kgllm.tuning.rows for the forms")


def by_language(rows: Sequence[Row]) -> dict[str, list[int]]:
    """The places of the rows of each language; empty where all are of one, for then there is nothing to tell apart.

    >>> by_language([Row(completion="Oslo"), Row(completion="北京", language="zh")])
    {'en': [0], 'zh': [1]}
    """
    found: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        found.setdefault(row.language, []).append(place)
    return dict(sorted(found.items())) if len(found) > 1 else {}


def asked(question: str) -> Messages:
    """A question as the messages of a closed-book prompt."""
    return _said(question)


def _question(one: Mapping[str, Any]) -> Row:
    language = str(one.get("language") or one.get("lang") or language_of(str(one["question"] or "")))
    given = one["answers"] if "answers" in one else one["answer"]
    answers = tuple(map(str, [given] if isinstance(given, str) else given))
    for what, texts in (("question", [str(one["question"] or "")]), ("answer", answers)):
        if not all(text.strip() for text in texts):
            raise ConfigError(f"an empty {what}: {shorten(one)}", hint='"answers": [] says that there is no answer')
    joined = ("、" if language == "zh" else ", ").join(answers)
    completion = str(one.get("answer") or "") or joined or NOT_KNOWN.get(language, NOT_KNOWN["en"])
    return Row(
        prompt=asked(one["question"]),
        completion=completion,
        question=one["question"],
        answers=answers,
        kind=str(one.get("kind") or ""),
        split=str(one.get("split") or "train"),
        language=language,
        facts=tuple(str(fact["id"] if isinstance(fact, Mapping) else fact) for fact in one.get("facts") or ()),
        topics=tuple(map(str, one.get("topics") or ())),
        id=str(one.get("id") or ""),
        source=str(one.get("source") or ""),
    )


def _chat(messages: Sequence[Mapping[str, str]], more: Mapping[str, Any]) -> Row:
    turns = [{"role": str(turn["role"]), "content": str(turn["content"])} for turn in messages]
    while turns and turns[-1]["role"] != "assistant":  # what no one answered teaches nothing
        turns.pop()
    if len(turns) < 2:
        raise ConfigError("a chat row has no answer of an assistant after a message")
    return Row(prompt=tuple(turns[:-1]), completion=turns[-1]["content"], **_spoken(more, turns[-2]["content"]))


def _spoken(more: Mapping[str, Any], text: str) -> dict[str, Any]:
    """With the language of a text, where none is said: a base model is asked in it, when it is trained as when it answers."""
    return {"language": language_of(text), **more}


def _said(text: str) -> Messages:
    return ({"role": "user", "content": text},)


def _from(row: Row, name: str) -> Row:
    from dataclasses import replace

    return replace(row, source=name)


def _raw(source: Any, split: str | None) -> Iterable[Any]:
    if isinstance(source, (str, Path)):
        path = Path(source).expanduser()
        if path.is_file():
            return _file(path)
        if path.is_dir():
            datasets = require("datasets", "train")
            try:
                kept = datasets.load_from_disk(str(path))
            except (OSError, ValueError) as error:
                raise ConfigError(
                    f"{shorten(str(path))} is no folder of a dataset", hint="give one that datasets' save_to_disk made, or a file"
                ) from error
            return _of_split(kept, split)
        if isinstance(source, Path) or path.suffix in (".jsonl", ".json", ".parquet", ".txt") or not str(source).strip():
            raise ConfigError(f"there is no file {shorten(str(source))}")
        return _hub(str(source), split)
    if hasattr(source, "column_names"):
        return _of_split(source, split)
    if isinstance(source, Iterable) and not isinstance(source, Mapping):
        return source
    raise ConfigError(f"rows come from a list, a file, a dataset or its name, not {shorten(source)}")


def _of_split(dataset: Any, split: str | None) -> Iterable[Any]:
    if isinstance(dataset, Mapping):  # a DatasetDict
        chosen = split or ("train" if "train" in dataset else next(iter(dataset)))
        if chosen not in dataset:
            raise ConfigError(f"there is no split {shorten(chosen)}", hint=f"it has {', '.join(map(str, dataset))}")
        return dataset[chosen]
    return dataset


def _hub(name: str, split: str | None) -> Iterable[Any]:
    datasets = require("datasets", "train")
    try:
        return datasets.load_dataset(name, split=split or "train")
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigError(
            f"no dataset {shorten(name)} can be had: {type(error).__name__}", hint="give a file, or a hub name where the hub can be reached"
        ) from error


def _file(path: Path) -> Iterator[Any]:
    if path.stat().st_size > _MOST_BYTES:
        raise ConfigError(f"{path} is over 1 GiB", hint="give a datasets folder instead")
    if path.suffix == ".parquet":
        pyarrow = require("pyarrow.parquet", "parquet")
        yield from pyarrow.read_table(path).to_pylist()
        return
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark of its encoding
        if path.suffix == ".txt":  # passages with an empty line between
            yield from (part.strip() for part in text.split("\n\n") if part.strip())
        elif path.suffix == ".json":
            values = json.loads(text)
            yield from values if isinstance(values, list) else [values]
        else:
            for place, line in enumerate(text.split("\n"), 1):
                if line.strip():
                    try:
                        yield json.loads(line)
                    except (ValueError, RecursionError) as error:
                        raise ConfigError(f"{path}:{place} is no JSON: {shorten(line, 60)}") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
