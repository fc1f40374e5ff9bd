"""Questions from a graph, with their proof: drawn, worded, split, and written out one after the other."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.base import Graph
from kgllm.questions.draw import Draws
from kgllm.questions.make import Draft, Maker, question_of
from kgllm.questions.noise import skeleton, styled
from kgllm.questions.phrases import LANGUAGES
from kgllm.questions.splits import SplitBy, Splitter
from kgllm.questions.templates import languages_of, read_templates
from kgllm.questions.values import KINDS, Question
from kgllm.types import replace

if TYPE_CHECKING:
    from kgllm.answering.qa import GraphQA

SHARES: Mapping[str, float] = {
    "one_hop": 3, "inverse": 3, "two_hop": 3, "three_hop": 2.5, "intersection": 1, "count": 0.7, "comparison": 0.5, "superlative": 0.5,
    "yes_no": 0.8, "list": 0.8, "choice": 0.5, "unanswerable": 1.5,
}  # fmt: skip
"""How many of each kind, one to another, where `kinds` does not say it."""
OFTEN = 6  # wordings of one and the same question
TRIES = 60  # draws for one question before another kind is tried
GIVEN_UP = 4  # times that this happens to a kind before it is held impossible on this graph


def generate(graph: Graph, n: int, **options: Any) -> Any:
    """`n` questions as a `datasets.Dataset` (extra "train"), or as an iterator of `Question` where that is not installed.

    Takes the options of `iterate`. A small graph may yield fewer.

    >>> import kgllm
    >>> graph = kgllm.load([("Inception", "directed by", "Christopher Nolan"), ("Memento", "directed by", "Christopher Nolan")])
    >>> rows = generate(graph, 4, kinds=["one_hop", "inverse"])
    >>> {row["kind"] for row in rows} <= {"one_hop", "inverse"}
    True
    """
    questions = iterate(graph, n, **options)
    if find_spec("datasets") is None:
        return questions
    from kgllm.questions.formats import dataset_of

    return dataset_of(questions)


def iterate(
    graph: Graph,
    n: int | None,
    *,
    kinds: Sequence[str] | Mapping[str, float] | None = None,
    languages: Sequence[str] | None = None,
    seed: int = 0,
    split_by: SplitBy | None = "entity",
    shares: tuple[float, float, float] = (0.9, 0.05, 0.05),
    noise: float = 0.15,
    templates: str | Path | None = None,
    context: GraphQA | None = None,
    distractors: int | None = None,
    paraphrase: Callable[[Question], str | None] | None = None,
    missing_ok: bool = False,
) -> Iterator[Question]:
    """`n` questions (None: without end), one after the other; the same for the same graph, options and version.

    Args:
        kinds: which of `KINDS`, with weights where it is a mapping. None: all that the graph has, as in `SHARES`.
        languages: "en", "zh" or both; None: those in which the graph names its relations.
        split_by: what no two splits share: "entity", "path" or "phrasing" (see `kgllm.questions.splits`); None: all is "train".
        shares: of train, validation and test.
        noise: how often a name is written as users write it: an alias, lower case, a slip, no parenthesis.
        templates: a file of wordings (see `write_templates`).
        context: a GraphQA whose retriever serves each question's context, as it would when asked.
        distractors: instead of that, the gold facts among so many others about the same things.
        missing_ok: leave a kind that the graph has nothing for out, also where it is asked for by name.
        paraphrase: gives another wording, or None to keep the question (see `kgllm.questions.rewording`).

    Raises:
        ConfigError: an option that cannot be, or a kind asked for by name that the graph has nothing for.
    """
    if not isinstance(graph, Graph):
        raise WrongTypeError(f"graph must be a kgllm graph, not {shorten(graph)}", hint="graph = kgllm.load(source)")
    if n is not None and (isinstance(n, bool) or not isinstance(n, int) or n < 1):
        raise ConfigError(f"n must be a whole number of at least 1, not {shorten(n)}")
    if not 0 <= noise <= 1:
        raise ConfigError(f"noise must be 0 to 1, not {shorten(noise)}")
    wanted = _weights(kinds)
    spoken = tuple(languages) if languages else languages_of(graph)
    if not spoken or set(spoken) - set(LANGUAGES):
        raise ConfigError(f"languages must be of {', '.join(LANGUAGES)}, not {shorten(languages)}")
    written = read_templates(templates) if templates is not None else {}
    writer = _Writer(graph, wanted, spoken, written, Splitter(split_by, shares, seed), seed, noise)
    for question in writer.questions(n, asked_for=kinds is not None and not missing_ok):
        finished = question if paraphrase is None else writer.reworded(question, paraphrase(question))
        yield _with_context(finished, context, distractors, writer, seed)


def _weights(kinds: Sequence[str] | Mapping[str, float] | None) -> dict[str, float]:
    if isinstance(kinds, str):
        raise WrongTypeError("kinds must be a list of kinds", hint=f"kinds=[{kinds!r}]")
    wanted = dict(SHARES) if kinds is None else dict(kinds) if isinstance(kinds, Mapping) else dict.fromkeys(kinds, 1.0)
    unknown = [kind for kind in wanted if kind not in KINDS]
    if unknown or not wanted or any(not weight > 0 for weight in wanted.values()):
        raise ConfigError(f"kinds must be of {', '.join(KINDS)}, with weights over 0, not {shorten(kinds)}")
    return wanted


class _Writer:
    """Keeps the kinds in their shares, leaves out what leaks or was written before."""

    def __init__(
        self,
        graph: Graph,
        wanted: dict[str, float],
        languages: tuple[str, ...],
        written: Mapping[str, Any],
        splitter: Splitter,
        seed: int,
        noise: float,
    ) -> None:
        self.rng = random.Random(seed)
        self.draws = Draws(graph, self.rng)
        self.makers = {language: Maker(self.draws, language, written.get(language, {}), self.rng, noise=noise) for language in languages}
        self.languages, self.wanted, self.splitter = languages, wanted, splitter
        self._made = dict.fromkeys(wanted, 0)
        self._failed = dict.fromkeys(wanted, 0)
        self._seen: set[bytes] = set()
        self._asked: dict[bytes, int] = {}
        self._number = 0

    def questions(self, n: int | None, *, asked_for: bool) -> Iterator[Question]:
        while (n is None or self._number < n) and self.wanted:
            kind = min(self.wanted, key=lambda kind: (self._made[kind] / self.wanted[kind], kind))
            found = self._one(kind)
            if not found:
                self._failed[kind] += 1
                if self._failed[kind] >= GIVEN_UP or not self._made[kind]:
                    if asked_for and not self._made[kind]:
                        raise ConfigError(f"the graph has nothing for questions of the kind {kind!r}", hint="leave the kind out")
                    del self.wanted[kind]
                continue
            self._failed[kind] = 0
            for question in found:
                if n is None or self._number < n:
                    self._made[question.kind] = self._made.get(question.kind, 0) + 1
                    self._number += 1
                    yield question

    def _one(self, kind: str) -> list[Question]:
        """A question of a kind, and for a single step the question that asks back."""
        for _ in range(TRIES):
            language = self.languages[self.rng.randrange(len(self.languages))]
            maker = self.makers[language]
            draft = maker.make(kind)
            question = self._finished(draft, language, 0) if draft is not None else None
            if question is None or draft is None:
                continue
            found = [question]
            if kind in ("one_hop", "inverse") and {"one_hop", "inverse"} <= set(self.wanted):
                back = maker.reverse(draft)
                turned = self._finished(back, language, 1) if back is not None else None
                found += [turned] if turned is not None else []
            return found
        return []

    def _finished(self, draft: Draft, language: str, more: int) -> Question | None:
        text = styled(draft.question, language, self.rng)
        mentions = tuple(name if name in text else name[:1].upper() + name[1:] for name in draft.mentions)
        phrasing = skeleton(text, mentions)
        made = question_of(
            draft, number=self._number + more, language=language, split="train", text=text, mentions=mentions, phrasing=phrasing
        )
        split = self.splitter.split(made)
        mark = _hash(text.lower().rstrip("?？.。"))
        same = _hash(
            f"{made.kind}\x1f{made.topic_ids}\x1f{[(relation.id, way) for path in made.paths for relation, way in path]}\x1f{language}"
        )
        if split is None or mark in self._seen or self._asked.get(same, 0) >= OFTEN:
            return None
        self._seen.add(mark)
        self._asked[same] = self._asked.get(same, 0) + 1
        return replace(made, split=split)

    def reworded(self, question: Question, text: str | None) -> Question:
        """The question in other words, which may belong to another split; as it was where they were written before, or would leak."""
        mark = _hash((text or "").lower().rstrip("?？.。"))
        if not text or mark in self._seen:
            return question
        worded = replace(question, question=text, phrasing=skeleton(text, question.mentions))
        split = self.splitter.split(worded)
        if split is None:
            return question
        self._seen.add(mark)
        return replace(worded, split=split)


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _with_context(question: Question, qa: GraphQA | None, distractors: int | None, writer: _Writer, seed: int) -> Question:
    """The facts that a model would be shown."""
    draws = writer.draws
    if qa is not None:
        return replace(question, context=qa.retrieve(question.question).facts)
    if distractors is None:
        return question
    rng = random.Random(f"{seed}:{question.id}")
    gold = {fact.id for fact in question.facts}
    others = []
    handles = (
        draws.view.handles([node for fact in question.facts for node in fact.nodes[:1]])
        if question.facts
        else draws.topics(question.topic_ids)
    )
    for fact in draws.around(handles, 4 * distractors):
        if fact.id not in gold and not writer.splitter.later(fact, question.split):
            others.append(fact)
    shown = [*question.facts, *rng.sample(others, min(distractors, len(others)))]
    rng.shuffle(shown)
    return replace(question, context=tuple(shown))
