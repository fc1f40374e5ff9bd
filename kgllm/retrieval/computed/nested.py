"""What lies in what over several levels: "Which ages are in the Cretaceous?", "Which division does Fresco belong to?", 歌剧属于艺术吗？.

Relations as `broader`, `narrower`, `part of`, `located in`, 上位, 隶属 lead from level to level, and a question names a level that may be any
number of steps away: the things of the kind asked for are looked for all the way below what is named, or all the way above it,
wherever there are any. One that reads no further than a step is for the other readers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, by_key, distinct
from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.retrieval.computed.given import holds
from kgllm.retrieval.computed.kind_asked import kinds_of, kinds_said
from kgllm.retrieval.computed.sets import Sets
from kgllm.retrieval.computed.wholes import TooMany
from kgllm.retrieval.scoring.understood import understood
from kgllm.types import Entity
from kgllm.words import tokens
from kgllm.words.contained import asks_whether_part
from kgllm.words.questions import overlap, yes_or_no

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Relation, Way
    from kgllm.words.questions import Span

_SURE, _SURE_NOT = 0.9, 0.75
_DEEPEST = 16  # levels
_PER_NODE = 10_000
_SMALL = frozenset(
    ("which", "what", "how", "many", "much", "is", "are", "was", "were", "do", "does", "did", "there", "the", "a", "an", "all", "list", "any")
    + ("in", "within", "of", "under", "below", "inside", "into", "to", "by", "from", "me", "name", "tell", "give", "show", "and", "it", "its")
    + ("belong", "belongs", "belonging", "part", "parts", "contain", "contains", "contained", "include", "includes", "included", "including")
    + ("comprise", "comprises", "have", "has", "number", "count", "fall", "falls", "lie", "lies", "come", "comes", "sit", "sits", "found")
    + ("located", "different", "altogether", "total", "every", "each", "up", "make", "makes", "made", "consist", "consists", "divided")
)  # fmt: skip
_SMALL_HAN = frozenset("有哪些多少个几的属于包括含下里面中内在是什么分为归到由组成一共总列出所全部请问都吗呢位拥辖隶及其之")


def nested(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for what lies in something, or for what it lies in, over levels; None for every other question."""
    levels = Levels.of(run) if run.seeds else None
    if levels is None:
        return None
    try:
        return _whether(run, levels, max_facts) if yes_or_no(run.question) else _of_a_kind(run, levels, max_facts)
    except TooMany:
        return None


def _whether(run: Run, levels: Levels, max_facts: int) -> Evidence | None:
    names = run.names
    if len(names) != 2 or not asks_whether_part(run.question, names[0], names[1]):
        return None
    things, wholes = (_at(run, span) for span in names)
    for thing in things:
        climbed = levels.climb([thing], up=True)
        met = [one for one in wholes if one in climbed.facts]
        if met:
            return _told(run, climbed, thing, np.array(met[:1], np.int64), max_facts, verdict=True)
    lacking = [(thing, levels.climb([thing], up=True)) for thing in things]
    if len(things) == 1 and lacking[0][1].facts and any(levels.climb([one], up=False).facts for one in wholes):
        thing, climbed = lacking[0]
        if not set(levels.climb([thing], up=False).facts).isdisjoint(wholes):
            return None
        return _told(run, climbed, thing, np.array(climbed.first, np.int64), max_facts, verdict=False)
    return None


def _of_a_kind(run: Run, levels: Levels, max_facts: int) -> Evidence | None:
    names = run.names
    sets = Sets(run, understood(run.question, run.steps, names))
    kinds = {span: kind for span, kind in kinds_said(sets).items() if not any(holds(name, span) for name in names)}
    names = [name for name in names if not any(overlap(name, span) for span in kinds)]
    if len(kinds) != 1 or len(names) != 1 or not _only(run.question, [*kinds, *names]):
        return None
    [kind] = kinds.values()
    found = [of.handles for of in (sets.of_kind([one]) for one in kinds_of(run.wholes, kind)) if of is not None]
    members = distinct(np.concatenate(found)) if found else np.zeros(0, np.int64)
    told = []
    for thing in _at(run, names[0]):
        for up in (False, True):
            climbed = levels.climb([thing], up=up)
            ends = members[among(members, distinct(np.array(list(climbed.facts), np.int64)))]
            if len(ends):
                told.append((thing, climbed, ends))
    if len(told) != 1 or set(told[0][2].tolist()).issubset(told[0][1].first):
        return None
    return _told(run, told[0][1], told[0][0], told[0][2], max_facts)


def _at(run: Run, span: Span) -> list[int]:
    """The things that a name may mean."""
    return list(dict.fromkeys(handle for seed, handle in run.seeded if seed.span == span and isinstance(seed.node, Entity)))


def _only(question: str, spans: list[Span]) -> bool:
    """Whether nothing stands elsewhere but words that say that something lies in something."""
    rest = [piece for piece in tokens(question) if not any(overlap(piece.span, span) for span in spans)]
    return all(piece.shape == "mark" or piece.word in _SMALL or set(piece.word) <= _SMALL_HAN for piece in rest)


@dataclass(frozen=True, slots=True)
class Climbed:
    """What was reached, each with the fact that first led to it and where that came from; the first step's own."""

    facts: dict[int, tuple[int, int]] = field(default_factory=dict)
    first: list[int] = field(default_factory=list)
    by: list[tuple[Relation, Way]] = field(default_factory=list)

    def proof(self, ends: list[int], start: int) -> list[int]:
        """The facts that lead to some ends."""
        found: dict[int, None] = {}
        for end in ends:
            at = end
            while at != start and at in self.facts:
                fact, before = self.facts[at]
                found[fact], at = None, before
        return list(found)


@dataclass(frozen=True, slots=True)
class Levels:
    """The relations of a graph that lead from level to level, by number: up, or down."""

    run: Run
    ways: Mapping[int, bool]

    @classmethod
    def of(cls, run: Run) -> Levels | None:
        """None where nothing that the question names has any."""
        ways = run.steps.levels(run.view.relations)
        return cls(run, ways) if ways and not ways.keys().isdisjoint(run.around.relation.tolist()) else None

    def climb(self, start: list[int], *, up: bool) -> Climbed:
        """All that lies above some things, or below.

        Raises:
            TooMany: more than may be read.
        """
        view, found, gone = self.run.view, Climbed(), set(start)
        at = np.array(start, np.int64)
        for level in range(_DEEPEST):
            if not len(at):
                break
            groups = view.groups(at)
            wanted = [
                n
                for n, (relation, way) in enumerate(zip(groups.relation.tolist(), groups.way.tolist(), strict=True))
                if relation in self.ways and (self.ways[relation] == up) == (way == 0)
            ]
            if not wanted:
                break
            origins = at[groups.origin[wanted]]
            edges = view.edges(origins, groups.relation[wanted], groups.way[wanted], _PER_NODE)
            if edges.truncated.any() or len(gone) > self.run.retriever.limits.members:
                raise TooMany(self.run.question)
            new: list[int] = []
            for row, end, fact in zip(edges.row.tolist(), edges.neighbour.tolist(), edges.fact.tolist(), strict=True):
                if end not in gone:
                    gone.add(end)
                    new.append(end)
                    found.facts[end] = (int(fact), int(origins[row]))
            if not level:
                found.first.extend(new)
                relation, way = int(groups.relation[wanted[0]]), int(groups.way[wanted[0]])
                found.by.append((view.relations[relation], "in" if way else "out"))
            new_at = np.array(new, np.int64)
            at = new_at[~view.literal(new_at)] if new else new_at
        return found


def _told(run: Run, climbed: Climbed, start: int, ends: NDArray[Any], max_facts: int, *, verdict: bool | None = None) -> Evidence:
    ends = by_key(run.view, ends)
    made, notes = facts_of(run, climbed.proof(ends.tolist(), start), max_facts)
    sure = _SURE_NOT if verdict is False else _SURE
    path = path_of(run, (start,), climbed.by, ends, made, sure)
    settings: dict[str, Any] = settings_of(run, "nested" if verdict is None else "part")
    if verdict is not None:
        settings["verdict"] = verdict
    return kept(run, (path,), made, notes, settings)
