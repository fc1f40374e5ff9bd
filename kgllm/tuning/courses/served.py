"""Questions with the facts that the user's own retriever serves: how a model learns to read them.

The prompt is the one that `GraphQA` will send; the answer names the ends and cites the facts that hold them; where retrieval did not
bring those, the answer is that the facts do not hold it (RAFT, 2403.10131: distractors beside the gold, and the gold left out in part).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kgllm.errors import ConfigError
from kgllm.graphs.base import Graph
from kgllm.llms.base import LLM
from kgllm.prompting.templates import NOT_IN_FACTS
from kgllm.tuning.encoding.encode import answer_line
from kgllm.tuning.rows import Row
from kgllm.types import Prompt

DECLINED = 0.1
"""Of the rows with facts at most this share is declined: with one in seven a model declined a sixth of what the facts held."""


def served_rows(graph: Graph, rows: Sequence[Row], llm: LLM, *, tokens: int, declined: float = DECLINED) -> list[Row]:
    """The rows as they are asked with facts, in at most so many tokens; questions for which nothing is retrieved are left out, and
    of those whose facts do not hold the answer all that are more than a share (`declined`; one always stays).

    No examples are shown: a model that was taught the task needs none, and `GraphQA` leaves them out for such an adapter.
    """
    from kgllm.answering.qa import GraphQA

    qa = GraphQA(graph, llm=llm, examples=(), tokens=tokens)
    found = []
    for row in rows:
        try:
            prompt = qa.prompt(row.question)
        except ConfigError as error:
            raise ConfigError(
                f"{tokens} tokens are too few for a question with its facts: {error}", hint="raise length, or served=0"
            ) from error
        if prompt.served:
            found.append(_row(row, prompt, chat=llm.chat))
    without = [i for i, row in enumerate(found) if row.completion.strip() == NOT_IN_FACTS[row.language]]
    most = max(1, int((len(found) - len(without)) * declined / (1 - declined))) if declined < 1 else len(found)
    left = set(without) - {without[i * len(without) // most] for i in range(most)} if len(without) > most else set()
    return [row for i, row in enumerate(found) if i not in left]


def _row(row: Row, prompt: Prompt, *, chat: bool) -> Row:
    answer = _answer(row, prompt)
    if chat:
        return replace(row, prompt=tuple(prompt.messages), completion=answer, kind=f"{row.kind} with facts")
    said: tuple[dict[str, Any], ...] = ({"role": "user", "content": prompt.text},)
    return replace(row, prompt=said, completion=answer_line(answer, row.language), raw=True, kind=f"{row.kind} with facts")


def _answer(row: Row, prompt: Prompt) -> str:
    """Every answer with the number of the fact that holds it, in the order of the facts."""
    gold = set(row.facts)
    parts = []
    for short, fact in prompt.served.items():
        if fact.id in gold:
            names = [node.name for node in (fact.object, fact.subject) if node.name in row.answers]
            parts += [f"{name} [{short}]" for name in names[:1]]
    return ("、" if row.language == "zh" else ", ").join(parts) or NOT_IN_FACTS[row.language]
