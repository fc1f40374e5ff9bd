"""The model's part of an answer: whether it is asked at all, what it is shown, and what becomes of what it says."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kgllm.answering.abstain import for_a_model, has_facts
from kgllm.answering.generated import answer_from, prompt_of
from kgllm.answering.stream import Stream
from kgllm.errors import ConfigError, shorten
from kgllm.graphs.base import Graph
from kgllm.retrieval.scoring.doubt import LIKELY, likely
from kgllm.types import Answer, Prompt, replace
from kgllm.words.language import language_of

if TYPE_CHECKING:
    from kgllm.limits import Deadline
    from kgllm.llms.base import LLM

UNSURE = ("model", "abstain")
_SURE = 0.9  # of what is no path's answer alone: yes or no, and what readers of whole questions computed


class Speaker:
    """A model over a graph, or None: then it only writes prompts. The arguments are those of `GraphQA`."""

    def __init__(
        self,
        llm: LLM | None,
        graph: Graph,
        *,
        literal_bytes: int,
        tokens: int | None,
        format: str | None,
        examples: Sequence[Any] | None,
        unsure: str | None,
        from_memory: bool,
    ) -> None:
        if unsure not in (None, *UNSURE):
            raise ConfigError(f"unsure must be {' or '.join(UNSURE)}, not {shorten(unsure)}")
        self.llm, self._graph = llm, graph
        self._writing: dict[str, Any] = {"literal_bytes": literal_bytes, "tokens": tokens, "format": format}
        self._given = None if examples is None else tuple(examples)
        self._drawn: dict[str, tuple[Any, ...]] = {}
        self._unsure = unsure == "model" or (unsure is None and (llm is None or llm.chat))
        self._from_memory = from_memory

    @property
    def settings(self) -> dict[str, Any]:
        """What every answer keeps of it."""
        writing = {name: self._writing[name] for name in ("tokens", "format")}
        return {"llm": getattr(self.llm, "name", None), **writing, "examples": self._given, "unsure": UNSURE[not self._unsure]}

    def speaks(self, draft: Answer) -> bool:
        """Whether the model is asked: with facts, or when the caller wants its memory of what is asked."""
        if self.llm is None:
            return False
        return not draft.abstained or self._from_facts(draft) or (self._from_memory and bool(draft.question.strip()))

    def looks_wider(self, draft: Answer) -> bool:
        """Whether a model is to see more than the facts of the best paths: where they explain nothing, if it would be asked, and where they
        leave a doubt."""
        if draft.abstained:
            return for_a_model(draft, unsure=self._unsure)
        return self._unsure and _doubtful(draft)

    def prompt(self, draft: Answer) -> Prompt:
        """The exact messages that the model gets, with as many of the draft's facts as fit."""
        return prompt_of(draft, self.llm, examples=self._given or (), spare=self._examples(draft.question), **self._writing)

    def spoken(self, draft: Answer, prompt: Prompt, text: str, spent: Mapping[str, float]) -> Answer:
        """What the model said, as an answer. spent: seconds, by stage."""
        settings = {**draft.settings, "from_memory": draft.abstained and not self._from_facts(draft)}
        answer = answer_from(text, draft, graph=self._graph, prompt=prompt, settings=settings)
        return replace(answer, timings={**draft.timings, **spent, "total": draft.timings["total"] + sum(spent.values())})

    def answered(self, drafts: Sequence[Answer], deadline: Deadline) -> list[Answer]:
        """The drafts, and what the model says in place of those that it is asked, as one batch."""
        assert self.llm is not None
        done = list(drafts)
        waiting = [i for i, draft in enumerate(done) if self.speaks(draft)]
        if not waiting:
            return done
        start = time.perf_counter()
        prompts = [self.prompt(done[i]) for i in waiting]
        prompted = time.perf_counter()
        texts = self.llm.generate(prompts, deadline=deadline)
        spent = {"prompt": (prompted - start) / len(waiting), "model": (time.perf_counter() - prompted) / len(waiting)}
        for i, prompt, text in zip(waiting, prompts, texts, strict=True):
            done[i] = self.spoken(done[i], prompt, text, spent)
        return done

    def streamed(self, draft: Answer, deadline: Deadline) -> Stream:
        """What the model says as it is written; the draft's text where it is not asked."""
        if self.llm is None or not self.speaks(draft):
            return Stream(iter([draft.text]), lambda _: draft)
        prompt, start = self.prompt(draft), time.perf_counter()
        pieces = self.llm.stream(prompt, deadline=deadline)
        return Stream(pieces, lambda text: self.spoken(draft, prompt, text, {"model": time.perf_counter() - start}))

    def _from_facts(self, draft: Answer) -> bool:
        return for_a_model(draft, unsure=self._unsure) and has_facts(draft)

    def _examples(self, question: str) -> tuple[Any, ...]:
        """For a base model, unless the caller chose: some of the graph's own, in the question's language."""
        from kgllm.prompting.templates import examples_from

        if self._given is not None or self.llm is None or self.llm.chat or not getattr(self.llm, "needs_examples", True):
            return ()
        language = language_of(question)
        if language not in self._drawn:
            self._drawn[language] = examples_from(self._graph, language=language)
        return self._drawn[language]


def _doubtful(draft: Answer) -> bool:
    """Whether an answer may well be wrong."""
    evidence = draft.evidence
    if evidence is None or draft.verdict is not None or "form" in evidence.settings:
        return draft.confidence < _SURE
    return likely(evidence) < LIKELY
