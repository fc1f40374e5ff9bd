"""The way from links to evidence: walk, score, ground, choose."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.errors import ConfigError, shorten
from kgllm.graphs.base import Graph, Groups, View, view_of
from kgllm.limits import Deadline, Limits
from kgllm.retrieval.clock import Clock
from kgllm.retrieval.paths.kinds import Roles
from kgllm.retrieval.paths.seeds import Seed, from_links, from_nodes, with_kind
from kgllm.retrieval.paths.steps import Steps
from kgllm.retrieval.paths.walk import Candidates, walk
from kgllm.retrieval.ranking.relink import relinked
from kgllm.retrieval.reading.belongs import only_joins
from kgllm.retrieval.reading.compose import composed
from kgllm.retrieval.reading.question import Asked
from kgllm.retrieval.scoring.features import NAMES, features
from kgllm.retrieval.scoring.matching import LEAST, SPOKEN, Match, match, spoken
from kgllm.retrieval.scoring.score import weights
from kgllm.retrieval.scoring.seen import Seen, asks_for_unheard, seen_from
from kgllm.retrieval.scoring.slips import without_slips
from kgllm.retrieval.scoring.understood import understood
from kgllm.retrieval.threads import one_thread
from kgllm.types import Evidence, Link, Node, replace
from kgllm.words import singular
from kgllm.words.conditions import as_denied
from kgllm.words.ordinals import as_counted
from kgllm.words.questions import Span, longest, negated, sign, without_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.computed.spoken import Spoken
    from kgllm.retrieval.computed.wholes import Wholes
    from kgllm.retrieval.ranking.rank import Ranked
    from kgllm.retrieval.scoring.learned import Learned

STRATEGIES = ("relations", "khop", "shortest", "ppr")
ENCODED = 256  # relations whose wordings are encoded at once, in a second or less; others when a question meets them
_UNFINISHED = ("kind", "unkind", "head", "offhead", "plural_usual", "single_usual")  # say nothing yet of a path that goes on


class Retriever:
    """Finds the facts that a question asks for. Keeps what it learns of the graph's relations; threads may share it.

    `encoder`: None (words only), "minilm", the path of a model exported to ONNX, or an object with `encode(list[str])` → vectors.

    >>> import kgllm
    >>> from kgllm.types import Entity
    >>> graph = kgllm.load([("Inception", "directed by", "Christopher Nolan"), ("Memento", "directed by", "Christopher Nolan")])
    >>> evidence = Retriever(graph).retrieve("Who directed Inception?", (), seeds=[Entity("Inception")])
    >>> [str(end) for end in evidence.paths[0].endpoints]
    ['Christopher Nolan']
    """

    def __init__(self, graph: Graph, *, encoder: Any = None, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self.graph, self.limits = graph, limits
        if encoder is not None:
            from kgllm.retrieval.scoring.encoder import Meaning

            self.meaning: Meaning | None = Meaning(encoder)
        else:
            self.meaning = None
        self.learn(None)
        self._lock = threading.Lock()
        self._learned: tuple[str | None, Steps] | None = None
        self._wholes: tuple[str | None, Wholes] | None = None

    def learn(self, learned: Learned | None) -> None:
        """Score by what was learned; None: by the weights that kgllm ships."""
        self.learned = learned
        self.weights = weights(self.meaning is not None) if learned is None else learned.linear
        self.unfinished = self.weights * np.array([name not in _UNFINISHED for name in NAMES])

    def steps(self, view: View) -> Steps:
        """The steps of the graph, learned anew when it has changed."""
        version = self.graph.version()
        with self._lock:
            if self._learned is None or self._learned[0] != version:
                self._learned = (version, Steps(Roles(self.graph, view)))
            return self._learned[1]

    def wholes(self, version: str | None) -> Wholes:
        """The kinds of things in the graph, and what was read of them, learned anew when it has changed. version: of the view that
        they are read through; what is read through an older one is not kept, since others' handles mean other things."""
        from kgllm.retrieval.computed.wholes import Wholes

        if version != self.graph.version():
            return Wholes.of(self.graph)
        with self._lock:
            if self._wholes is None or self._wholes[0] != version:
                self._wholes = (version, Wholes.of(self.graph))
            return self._wholes[1]

    def prepare(self, view: View) -> None:
        """Learn the graph's relations before the first question: their words, and the vectors of the commonest."""
        steps = self.steps(view)
        numbers = steps.of(view.relations)
        if self.meaning is not None and len(numbers):
            usual = np.argsort(-steps.column("usual")[numbers], kind="stable")[: 2 * ENCODED]
            self.meaning.learn(steps, numbers[usual].tolist())

    def retrieve(
        self,
        question: str,
        links: Sequence[Link],
        *,
        seeds: Sequence[Node] | None = None,
        max_facts: int = 100,
        strategy: str = "relations",
        deadline: Deadline | None = None,
    ) -> Evidence:
        """Ranked paths and facts for a question.

        seeds: nodes given instead of what the links chose. max_facts: counts each fact and each of its qualifiers.
        strategy: "relations" follows the relation paths that fit the question; "khop", "shortest" and "ppr" do without words.

        Raises:
            ConfigError: a strategy or a number that cannot be. GraphTimeout: the deadline passed.
        """
        if strategy not in STRATEGIES:
            raise ConfigError(f"strategy must be one of {', '.join(STRATEGIES)}, not {shorten(strategy)}")
        if isinstance(max_facts, bool) or not isinstance(max_facts, int) or max_facts < 1:
            raise ConfigError(f"max_facts must be a whole number of at least 1, not {shorten(max_facts)}")
        with one_thread():
            run = self.run(question, links, seeds, deadline)
            if strategy == "relations":
                return run.relations(max_facts)
            from kgllm.retrieval.paths.strategies import without_words

            return without_words(run, strategy, max_facts)

    def wider(self, question: str, evidence: Evidence, *, max_facts: int = 100, deadline: Deadline | None = None) -> Evidence:
        """The evidence of a question that no path explains, with more of what is said of the things that it names, for a language model
        to look at (see `kgllm.retrieval.wide.wider`)."""
        from kgllm.retrieval.wide.wider import wider

        with one_thread():
            run = self.run(question, evidence.links, list(evidence.seeds) or None, deadline)
            return wider(run, evidence, max_facts)

    def run(
        self,
        question: str,
        links: Sequence[Link],
        seeds: Sequence[Node] | None = None,
        deadline: Deadline | None = None,
        *,
        part_of: Run | None = None,
    ) -> Run:
        """A question on its way: what `retrieve` works with, for those who want to look at every candidate. part_of: the question
        that this is a part of, whose handles are meant; None: it stands alone."""
        given = from_links(links) if seeds is None else from_nodes(question, seeds, links)
        version = self.graph.version() if part_of is None else part_of.version  # before the view: an edit in between is seen later
        view = view_of(self.graph) if part_of is None else part_of.view
        question = as_denied(question, (one.name for one in view.relations))
        question = as_counted(question, (one.name for one in view.relations))
        handles = view.handles([seed.node for seed in given]) if given else np.zeros(0, np.int64)
        known = [i for i, handle in enumerate(handles.tolist()) if handle >= 0]
        seeing = [given[i] for i in known]
        deadline = deadline or Deadline(self.limits.seconds)
        return Run(self, question, tuple(links), seeing, handles[known], view, deadline, version, part_of.steps if part_of else None)


@dataclass(slots=True)
class Run:
    """One question on its way. It sees the graph as it was when it began: one view, and one numbering of the steps."""

    retriever: Retriever
    question: str
    links: tuple[Link, ...]
    seeds: list[Seed]
    handles: NDArray[Any]
    view: View
    deadline: Deadline
    version: str | None = None
    _steps: Steps | None = None
    _wholes: Wholes | None = None
    _spoken: Spoken | None = None
    _match: tuple[Asked, dict[int, Match]] | None = None
    _around: Groups | None = None

    @property
    def names(self) -> list[Span]:
        """Where the question mentions something; of mentions that overlap the longest."""
        return longest(seed.span for seed in self.seeds)

    @property
    def seeded(self) -> list[tuple[Seed, int]]:
        """The seeds, each with its handle."""
        return list(zip(self.seeds, self.handles.tolist(), strict=True))

    @property
    def steps(self) -> Steps:
        """The steps of the graph."""
        if self._steps is None:
            self._steps = self.retriever.steps(self.view)
        return self._steps

    @property
    def around(self) -> Groups:
        """The relations that leave and enter the seeds, in any order."""
        if self._around is None:
            self._around = getattr(self.view, "around", self.view.groups)(self.handles)
        return self._around

    @property
    def wholes(self) -> Wholes:
        """The kinds of things in the graph, and what was read of them."""
        if self._wholes is None:
            self._wholes = self.retriever.wholes(self.version)
        return self._wholes

    @property
    def spoken(self) -> Spoken:
        """What the question says by the graph's own names."""
        from kgllm.retrieval.computed.spoken import Spoken

        if self._spoken is None:
            self._spoken = Spoken(self)
        return self._spoken

    def matched(self, asked: Asked, steps: Steps, known: int | None = None) -> Match:
        """The question beside all the steps that are known by now, or the first `known` of them."""
        if self._match is None or self._match[0] != asked:  # a question is read again without its slips
            self._match = (asked, {})
        size = len(steps) if known is None else known
        if (found := self._match[1].get(size)) is None:
            found = self._match[1][size] = match(asked, steps, size)
        return found

    def relations(self, max_facts: int) -> Evidence:
        """What reads the whole question answers it, and else the best paths."""
        from kgllm.retrieval.computed.readers import first_read
        from kgllm.retrieval.computed.stated import field_told, with_field
        from kgllm.retrieval.ranking.select import evidence
        from kgllm.retrieval.ranking.summed import with_sum
        from kgllm.retrieval.ranking.tongue import in_tongue

        clock = Clock()
        spans = [link.mention.span for link in self.links]
        names = [span for span in spans if sign(self.question[slice(*span)]) is None]  # "no" denies, though a value may be called so
        negative = negated(without_names(self.question, names))
        field = None if negative else field_told(self)
        found = None if field else first_read(self, max_facts, negative=negative)
        if found is not None:
            clock.lap("compare")
            return replace(found, timings=clock.timings)
        ranked, notes = self.ranked(clock)
        told = with_sum(self, ranked, evidence(self, ranked, max_facts, notes, clock), max_facts)
        return in_tongue(told if field is None else with_field(self, field, told, max_facts))

    def ranked(self, clock: Clock) -> tuple[list[Ranked], list[str]]:
        """The best paths, followed to their ends, and notes on what was cut."""
        from kgllm.retrieval.ranking.judges import judged
        from kgllm.retrieval.ranking.rank import Ranking

        candidates, notes, asked, seen = self.candidates()
        clock.lap("walk")
        steps = self.steps
        ranking = Ranking(self, asked, self.matched(asked, steps), steps, seen, self.retriever.weights)
        ranked = judged(ranking, candidates)
        if self.retriever.learned is not None:
            self.links = relinked(self.links, (self.seeds[one] for path in ranked for one in path.seeds))
        clock.lap("ground")
        return ranked, notes

    def leaving(self, steps: Steps) -> list[int]:
        """The steps that the mentioned things have."""
        groups = self.around
        return steps.of(self.view.relations)[2 * groups.relation + groups.way].tolist()

    def candidates(self) -> tuple[Candidates, list[str], Asked, list[Seen]]:
        """Every path that was considered, with its features."""
        retriever = self.retriever
        steps = self.steps
        steps.of(self.view.relations)
        spans = {seed.span for seed in self.seeds}
        asked = without_slips(understood(self.question, steps, sorted(spans)), steps, sorted(spans))
        asked = composed(asked, steps, lambda: self.leaving(steps))
        heard = self.matched(asked, steps).best
        foreign, joins = heard < LEAST, {one: noun for one, noun in only_joins(asked).items() if heard[one] < SPOKEN}
        apart = ~np.array([any(start <= word.start and word.end <= end for start, end in spans) for word in asked.words], bool)
        unheard = asks_for_unheard(asked, self.matched(asked, steps), apart) and (steps.typed or bool(self.wholes.classes))
        kinds = steps.type_nouns.intersection(singular(word.text.lower()) for word in asked.words)
        begins = [with_kind(self.question, seed, kinds) for seed in self.seeds]
        seen = [
            seen_from(asked, begin, seed.end, seed.score, foreign, apart, unheard=unheard, joins=joins)
            for seed, begin in zip(self.seeds, begins, strict=True)
        ]

        def describe(found: Candidates) -> NDArray[Any]:
            return features(asked, self.matched(asked, steps, found.known), steps, found, seen)

        if not self.seeds:
            empty = np.zeros(0, np.int64)
            none = Candidates(empty, np.zeros((0, 1), np.int64), empty, empty, np.zeros((0, len(NAMES)), np.float32))
            return none, [], asked, seen
        candidates, notes = walk(
            self.view,
            steps,
            self.handles,
            promise=lambda found: spoken(self.matched(asked, steps), found.seed, found.steps, seen),
            describe=describe,
            weights=retriever.unfinished,
            limits=retriever.limits,
            deadline=self.deadline,
            around=self.around,
        )
        if candidates.table is None:
            candidates.table = np.zeros((len(candidates), len(NAMES)), np.float32)
        if retriever.meaning is not None and len(candidates):
            retriever.meaning.fill(self.question, self.seeds, steps, candidates, candidates.table @ retriever.weights)
        if retriever.learned is not None:
            retriever.learned.fill(asked, seen, steps, candidates, meaning=retriever.meaning, seeds=self.seeds)
        return candidates, notes, asked, seen
