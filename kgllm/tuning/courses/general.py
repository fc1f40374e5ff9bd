"""What comes with kgllm to hold a model in place: questions that most models can answer, and prose; written for kgllm, free to use.

The prose is for perplexity and for KL; of the questions a probe says which a model knows. The wordings for mixing, for choosing and for
testing are different ones.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kgllm.tuning.rows import Row, row_of

if TYPE_CHECKING:
    from kgllm.tuning.settings import TuneSettings
    from kgllm.tuning.weights.base import Base

OFTEN = 32
"""Times that a run may meet a passage."""
WRITTEN = 192
_LONG = 44


def general_questions(split: str = "mix") -> list[Row]:
    """Common knowledge, asked with the wordings of a split: "mix" (two wordings a fact), "dev" or "test" (one other each).

    >>> len(general_questions("test")), general_questions("test")[0].question
    (728, 'Which city is the capital of France?')
    """
    found: list[Row] = []
    for table in _tables():
        for about, answer in table["pairs"]:
            key = f"{table['name']}/{about}"
            for wording in table[split]:
                asked = wording.format(about)
                row = {"question": asked[0].upper() + asked[1:], "answers": [answer], "kind": "general", "source": "general"}
                found.append(row_of({**row, "facts": [key], "id": f"{key}/{len(found)}"}))
    return found


def prose(split: str = "all") -> list[Row]:
    """Passages of plain English: "hold" (those KL holds the model at), "test" (those its perplexity is read on), or all.

    >>> len(prose("hold")), len(prose("test")), prose("test")[0].completion[:11]
    (24, 16, 'The harbour')
    """
    text = (files(__package__) / "data" / "prose.en.txt").read_text(encoding="utf-8")
    passages = [part.replace("\n", " ").strip() for part in text.split("\n\n") if part.strip()]
    test = {i for i in range(len(passages)) if i % 5 in (0, 2)}
    chosen = [one for i, one in enumerate(passages) if split == "all" or (split == "test") == (i in test)]
    return [Row(completion=one, source="prose") for one in chosen]


def enough(passages: Sequence[Row], base: Base, settings: TuneSettings) -> list[Row]:
    """The passages to hold a model at, and others that it writes itself where these are too few for the run."""
    return [*passages, *(written(base) if too_few(passages, settings) else [])]


def too_few(passages: Sequence[Row], settings: TuneSettings) -> bool:
    """Whether a run would meet each of them more often than `OFTEN` times: 24 of them held it at those 24 (+15% on others, where 216
    held it at +9%)."""
    return bool(settings.kl) and settings.steps * settings.general > OFTEN * len(passages)


def written(base: Base, n: int = WRITTEN) -> list[Row]:
    """About so many passages that the model itself writes, each from the first words of one of `prose`; the same for the same model."""
    from kgllm.llms.transformers import TransformersLLM

    on_gpu = base.model.device.type == "cuda"
    llm = TransformersLLM((base.model, base.tokenizer), batch=n if on_gpu else 32, temperature=1.0)
    given = prose("hold")
    starts = [" ".join(given[i % len(given)].completion.split()[: 2 + i % 4]) for i in range(n)]
    texts = llm.generate(starts, max_tokens=_LONG)
    return [Row(completion=f"{start}{text}", source="written") for start, text in zip(starts, texts, strict=True) if len(text) > _LONG]


@cache
def _tables() -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = tomllib.loads((files(__package__) / "data" / "general.toml").read_text(encoding="utf-8"))["table"]
    return tables
