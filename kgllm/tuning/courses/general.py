"""What comes with kgllm to hold a model in place: questions that most models can answer, and prose, in English and Chinese; written for
kgllm, free to use.

The prose is for perplexity and for KL; of the questions a probe says which a model knows. The wordings for mixing, for choosing and for
testing are different ones. A course is held in the languages that it asks in.
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kgllm.tuning.rows import Row, row_of

if TYPE_CHECKING:
    from kgllm.tuning.settings import TuneSettings
    from kgllm.tuning.weights.base import Base

LANGUAGES = ("en", "zh")
OFTEN = 32
"""Times that a run may meet a passage."""
WRITTEN = 192
_LONG = 44
_SHORT = 22
"""Characters of a written Chinese passage at least, where an English one has `_LONG`: each says as much as two or three letters."""


def spoken(rows: Iterable[Row]) -> tuple[str, ...]:
    """The languages that rows ask in, of those that general questions and prose are there in; English where it is none of them.

    >>> spoken([Row(completion="郭帆", question="导演是谁？", language="zh")]), spoken([])
    (('zh',), ('en',))
    """
    met = {row.language for row in rows}
    return tuple(one for one in LANGUAGES if one in met) or LANGUAGES[:1]


def general_questions(split: str = "mix", *, languages: Sequence[str] = ("en",)) -> list[Row]:
    """Common knowledge, asked with the wordings of a split: "mix" (two wordings a fact), "dev" or "test" (one other each).

    >>> len(general_questions("test")), general_questions("test")[0].question
    (728, 'Which city is the capital of France?')
    >>> general_questions("dev", languages=["zh"])[0].question
    '哪座城市是法国的首都？'
    """
    found: list[Row] = []
    for language in languages:
        for table in _tables(language):
            for about, answer in table["pairs"]:
                key = f"{table['name']}/{about}"
                for wording in table[split]:
                    asked = wording.format(about)
                    row = {"question": asked[0].upper() + asked[1:], "answers": [answer], "kind": "general", "source": "general"}
                    found.append(row_of({**row, "language": language, "facts": [key], "id": f"{key}/{len(found)}"}))
    return found


def prose(split: str = "all", *, languages: Sequence[str] = ("en",)) -> list[Row]:
    """Passages of plain prose: "hold" (those KL holds the model at), "test" (those its perplexity is read on), or all; of several
    languages in turns.

    >>> len(prose("hold")), len(prose("test")), prose("test")[0].completion[:11]
    (24, 16, 'The harbour')
    >>> [row.completion[:5] for row in prose("test", languages=["en", "zh"])[:2]]
    ['The h', '清晨的港口']
    """
    each = [_prose(split, language) for language in languages]
    return [row for turn in itertools.zip_longest(*each) for row in turn if row is not None]


def _prose(split: str, language: str) -> list[Row]:
    text = (files(__package__) / "data" / f"prose.{language}.txt").read_text(encoding="utf-8")
    passages = [part.replace("\n", " ").strip() for part in text.split("\n\n") if part.strip()]
    test = {i for i in range(len(passages)) if i % 5 in (0, 2)}
    chosen = [one for i, one in enumerate(passages) if split == "all" or (split == "test") == (i in test)]
    return [Row(completion=one, source="prose", language=language) for one in chosen]


def enough(passages: Sequence[Row], base: Base, settings: TuneSettings) -> list[Row]:
    """The passages to hold a model at, and others that it writes itself where these are too few for the run."""
    return [*passages, *(written(base, languages=spoken(passages)) if too_few(passages, settings) else [])]


def too_few(passages: Sequence[Row], settings: TuneSettings) -> bool:
    """Whether a run would meet each of them more often than `OFTEN` times: 24 of them held it at those 24 (+15% on others, where 216
    held it at +9%)."""
    return bool(settings.kl) and settings.steps * settings.general > OFTEN * len(passages)


def written(base: Base, n: int = WRITTEN, *, languages: Sequence[str] = ("en",)) -> list[Row]:
    """About so many passages that the model itself writes, each from the first words of one of `prose`; the same for the same model."""
    from kgllm.llms.transformers import TransformersLLM

    on_gpu = base.model.device.type == "cuda"
    llm = TransformersLLM((base.model, base.tokenizer), batch=n if on_gpu else 32, temperature=1.0)
    given = prose("hold", languages=languages)
    chosen = [(_begins(given[i % len(given)], 2 + i % 4), given[i % len(given)].language) for i in range(n)]
    texts = llm.generate([start for start, _ in chosen], max_tokens=_LONG)
    return [
        Row(completion=f"{start}{text}", source="written", language=language)
        for (start, language), text in zip(chosen, texts, strict=True)
        if len(text) > (_SHORT if language == "zh" else _LONG)
    ]


def _begins(passage: Row, words: int) -> str:
    """The first words of a passage; of a Chinese one, which has no blanks between them, twice as many characters."""
    return passage.completion[: 2 * words] if passage.language == "zh" else " ".join(passage.completion.split()[:words])


@cache
def _tables(language: str) -> list[dict[str, Any]]:
    text = (files(__package__) / "data" / f"general.{language}.toml").read_text(encoding="utf-8")
    tables: list[dict[str, Any]] = tomllib.loads(text)["table"]
    return tables
