"""Which relation measures what a question compares: the one that its words name, or that "longest" or "over 10 metres" means."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.computed.tallied import NOUN, numbered, tally
from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.scoring.matching import KIND_PART, LEAST
from kgllm.words import is_han, relation_words, singular
from kgllm.words.bounds import says_age
from kgllm.words.comparisons import Bound, Degree
from kgllm.words.extremes import end_of_range, named_measures, other_measure, says_time, tier, verb_dimensions
from kgllm.words.fields import spelled
from kgllm.words.units import counted as in_ones

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.computed.compared import Rows
    from kgllm.retrieval.computed.tallied import NOUN, Tally
    from kgllm.retrieval.paths.steps import Steps
    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.scoring.matching import Match
    from kgllm.types import Relation

_THE = re.compile(r"\s+(?:the\s+)?", re.IGNORECASE)
MOST = 6  # relations that are tried
ALIKE = 0.15  # two whose scores differ by less fit alike
_NUMERIC = 0.5  # share of a sample of a relation's values that are numbers or times
_NAMED = 0.45  # how much of a word must be explained where no adjective speaks for the relation
_OF_TIME = 0.25  # … where times are compared: "came out" is no word of much content
_COUNTED = 0.5  # … or where facts are to be counted
_WHOLE = 0.85  # how far a name must be explained to be the measure's, and no thing's
_WHOLLY = 0.5  # what it adds that the whole name of a relation is said
_SAID = 0.8  # what a verb for a measure adds beside naming it
_TIMELESS = frozenset(
    ("length", "price", "pay", "weight", "speed", "depth", "width", "wealth", "heat", "distance", "population", "capacity")
)
_OUTRIGHT = 0.8
_LEAST = 0.3
_BY_NOUN = 0.8
_HOLDS = 0.6  # what it adds, times how well the noun fits, that what is asked for stands at the end whose facts are counted
_CALLED = 1.0  # … and that the relation is called by that noun, times its share of the name
_JOINS = 0.6  # … and that what is counted stands at the other
_VERB = 0.6  # how well a verb that is said of a measure names it
_MEANT = 1.0  # what an adjective adds to a relation that it means, and what less for each bar in extremes.toml
_LATER = 0.25
_DATE = frozenset(("date", "time", "timestamp", "datetime", "日期", "时间"))  # all of the name of a field
_BY_UNIT = 0.7
_TIMES = frozenset(("year", "month", "day", "hour", "minute", "second", "week"))  # a field called so is when, and not how many
_NUMBERED = frozenset(("number", "num", "no", "count", "total", "of", "n"))  # words of a name beside what it counts
_END = 0.2  # what it adds that it is the end of a range that is asked for: more than two differ that fit alike
_ANY_TIME = 0.5  # "latest" speaks for every date
_BY_COUNT = 0.1  # a relation to things is counted where none to numbers fits as well


@dataclass(frozen=True, slots=True)
class Measure:
    """A relation (handle and way), how well it fits, the words of the question that name it, and whether its facts are counted."""

    relation: int
    score: float
    words: frozenset[int]
    counted: bool = False
    way: int = 0


@dataclass(frozen=True, slots=True)
class _Sides:
    """From which end facts are counted; how well what is asked for is known to stand there, whether what is counted stands at the other,
    whether the noun that is counted says so, and whether the relation is called by that noun."""

    way: int
    fits: float = 0.0
    joins: bool = False
    tallied: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class _Sought:
    """What a condition may mean: the words of the question that may name it, the nouns for what is asked for and for what is counted,
    and the steps and relations beside which they are held."""

    asked: Asked
    found: Match
    steps: Steps
    relations: Sequence[Relation]
    numbers: NDArray[Any]  # of the steps: two for each relation
    condition: Degree | Bound
    words: list[int]
    weights: NDArray[Any]  # of these
    nouns: list[int]
    things: list[int]
    tally: Tally | None
    held: Collection[tuple[int, int]]
    heard: NDArray[Any]  # of the relations: whether one of the words may speak of them

    @classmethod
    def of(
        cls,
        asked: Asked,
        found: Match,
        *,
        steps: Steps,
        relations: Sequence[Relation],
        condition: Degree | Bound,
        free: Collection[int],
        head: tuple[int, ...],
        held: Collection[tuple[int, int]],
        countable: bool,
    ) -> _Sought:
        degree = isinstance(condition, Degree)
        told = tally(asked, condition.span, numbered=not counts(condition)) if countable and degree else None
        said = frozenset[int]() if told is None else told.words(asked)
        nouns = sorted(n for n in _asked_for(asked, condition, head) if n not in said)
        near = (n for n in free if n not in nouns and asked.words[n].start - condition.span[1] == 1)
        things = list(near) if countable or degree else []
        words = sorted(free)
        weights = np.array([asked.words[n].weight for n in words], np.float32)
        numbers = steps.of(relations)
        verbs = any(verb_dimensions(asked.words[n].text.lower()) for n in words)
        heard = (found.explains[numbers[0::2]][:, words].max(axis=1, initial=0.0) >= LEAST) | verbs
        return cls(asked, found, steps, relations, numbers, condition, words, weights, nouns, things, told, held, heard)

    @property
    def moment(self) -> bool:
        """Whether the condition is one of time: "before 1990"."""
        return isinstance(self.condition, Bound) and self.condition.moment

    def bonuses(self, numeric: NDArray[Any], *, countable: bool) -> dict[int, float]:
        """The relations that may be meant, each with what the condition's own word says for it."""
        timed = _timed(self.steps, self.numbers, self.relations)
        said_of = named_measures(self.asked.text.lower(), self.condition) if isinstance(self.condition, Degree) else ()
        out: dict[int, float] = {}
        for n, relation in enumerate(self.relations):
            if not numeric[n] and not countable:
                continue
            if self.moment and not timed[n]:
                continue
            bonus = _meant(relation, self.condition, self.asked.text) if numeric[n] else 0.0
            if not _is_another(relation, self.condition, said_of, timed=bool(timed[n]) and bonus <= 0):
                out[n] = bonus
        return out

    def measure(self, relation: int, bonus: float, *, counted: bool) -> Measure | None:
        """A relation as the measure; None where nothing in the question speaks for it."""
        if not counted and bonus <= 0 and not self.heard[relation]:
            return None
        sides = self._sides(relation) if counted else _Sides(0)
        words, found = self.words, self.found
        verbs = np.zeros(len(words)) if counted else _verbs(self.asked, words, self.relations[relation])
        both = self.numbers[2 * relation : 2 * relation + 1 + counted]
        tallied = self.tally.words(self.asked) if counted and self.tally is not None and not sides.own else frozenset[int]()
        explains = _explained(found, both, words, counted=counted, nouns=self.nouns, things=self.things, tallied=tallied)
        explains = np.maximum(explains, verbs)
        said = explains >= LEAST
        named = float((self.weights * explains)[said].sum())
        if bonus <= 0 and named < (_COUNTED if counted else _OF_TIME if self.moment else _NAMED) and not sides.joins:
            return None
        whole = float((found.share[both][:, words].max(axis=0, initial=0.0) * explains)[said].sum())
        score = named + bonus + _WHOLLY * min(1.0, whole) + _SAID * float(verbs.max(initial=0.0))
        score += _HOLDS * sides.fits + _JOINS * sides.joins - _BY_COUNT * counted
        if counted and sides.fits:  # of "volcanic region" and "volcanic region group" the first is more of a region
            score += _CALLED * self._called(relation)
        named_by = frozenset(np.array(words, np.int64)[said].tolist())
        if sides.tallied and self.tally is not None:
            named_by |= self.tally.words(self.asked)
        return Measure(relation, score, named_by, counted, sides.way)

    def _called(self, relation: int) -> float:
        """The share of a relation's name that is the noun for what is asked for."""
        spoken = [singular(word) for word in relation_words(self.relations[relation].name).spoken]
        nouns = {singular(self.asked.words[n].text.lower()) for n in self.nouns}
        return sum(word in nouns for word in spoken) / max(1, len(spoken))

    def _sides(self, relation: int) -> _Sides:
        """The ends of a relation whose facts are counted."""
        found, steps, numbers, kinds = self.found, self.steps, self.numbers, self.asked.kinds
        way, fits = _holder(found, steps, numbers, relation, self.nouns, kinds)
        joins = bool(fits and self.things) and bool(found.nouns[numbers[2 * relation + way], self.things].max() >= NOUN)
        told = None if self.tally is None else self.tally.way(steps, numbers, relation, self.relations[relation])
        if told is None:
            return _Sides(way, fits, joins)
        way, own = told
        fits = _holds(found, steps, int(numbers[2 * relation + 1 - way]), self.nouns, kinds)
        tallied = fits > 0 or own or (relation, way) in self.held
        return _Sides(way, fits, joins or tallied, tallied, own)


def measures(
    asked: Asked,
    found: Match,
    *,
    steps: Steps,
    relations: Sequence[Relation],
    condition: Degree | Bound,
    free: Collection[int],
    head: tuple[int, ...] = (),
    held: Collection[tuple[int, int]] = (),
) -> list[Measure]:
    """The relations to numbers and times that a condition may mean, best first; of "most" and "fewest" also relations to things.
    `free`: the words of the question that may name one; `head`: those that name what is asked for; `held`: relations, each with its
    way, that the things have which are compared."""
    countable = counts(condition) or (isinstance(condition, Degree) and numbered(asked, condition.span))
    sought = _Sought.of(
        asked, found, steps=steps, relations=relations, condition=condition, free=free, head=head, held=held, countable=countable
    )
    numeric = steps.numeric(sought.relations)
    bonuses = sought.bonuses(numeric, countable=countable)
    tried = (sought.measure(relation, bonus, counted=not numeric[relation]) for relation, bonus in bonuses.items())
    out = [one for one in tried if one is not None]
    if any(bonus > 0 for bonus in bonuses.values()):  # "the fewest people" of an office: its capacity, where it has one
        out = [one for one in out if not one.counted]
    told = {one.words for one in out}  # of thousands of relations few
    unsaid = {words: _unsaid(asked, words, told) for words in told}
    out = [replace(one, score=one.score - unsaid[one.words]) for one in out]
    out = [replace(one, score=one.score + _by_its_end(one, out, relations, condition)) for one in out]
    out.sort(key=lambda one: (-one.score, one.relation, one.way))
    return [one for one in out[:MOST] if one.score >= _LEAST]


def _is_another(relation: Relation, condition: Degree | Bound, said_of: Sequence[str], *, timed: bool) -> bool:
    """Whether a relation cannot be what is compared: no year is expensive, and what is "larger in area" is not so in population."""
    if timed and isinstance(condition, Degree) and _TIMELESS.intersection(condition.dimensions):
        return True
    return bool(said_of) and all(other_measure(names_of(relation), word) for word in said_of)


def _explained(
    found: Match,
    both: NDArray[Any],
    words: list[int],
    *,
    counted: bool,
    nouns: Sequence[int],
    things: Sequence[int],
    tallied: frozenset[int],
) -> NDArray[Any]:
    """How far each of some words names a relation as a measure, by the better of its ways. `tallied`: the words for what is counted,
    where the relation is not called by them."""
    explains = found.explains[both][:, words]
    if counted:  # a noun for what it leads to hardly names it, and what is asked for has the things that are counted
        by_kind = found.part[both][:, words] == KIND_PART
        explains = np.where(by_kind, _BY_NOUN, 1.0) * explains * ~np.isin(words, nouns)
        part = np.isin(words, list(tallied)) & ~by_kind  # a landform of volcanoes is no volcano: its name says more than that
        explains = np.where(part, found.share[both][:, words] * explains, explains)
    elif things:  # "the youngest player" is of no match: only what is said outright names a measure there
        explains = np.where(np.isin(words, things) & (explains < _OUTRIGHT), 0.0, explains)
    best: NDArray[Any] = explains.max(axis=0, initial=0.0)
    return best


def _asked_for(asked: Asked, condition: Degree | Bound, head: tuple[int, ...]) -> tuple[int, ...]:
    """Of the words that name what is asked for those that do not belong to the condition."""
    if len(head) > 1 and isinstance(condition, Degree) and _THE.fullmatch(asked.text[asked.words[head[-1]].end : condition.span[0]]):
        head = head[:-1]  # "which company makes the most": a verb
    if asked.chinese and head and asked.words[head[-1]].end == condition.span[0]:
        return ()  # "哪家的分店最多": what is counted
    return head


def _unsaid(asked: Asked, mine: frozenset[int], told: Collection[frozenset[int]]) -> float:
    """The weight of what a name would also have to say: "显存带宽最大" is of the bandwidth, and of no other size of the memory."""
    more = [words - mine for words in told if mine & words]
    return max((sum(asked.words[n].weight for n in words) for words in more), default=0.0)


def _by_its_end(one: Measure, others: list[Measure], relations: Sequence[Relation], condition: Degree | Bound) -> float:
    """What it adds that a measure is the most, or the least, that something gets to, where that is asked for: the highest temperature, of
    `temp_max`, `temp_min` and `temp_avg`; not beside one that is called by nothing else ("temp")."""
    if isinstance(condition, Bound) or not condition.superlative or condition.asks or one.counted:
        return 0.0
    end, left = end_of_range(relations[one.relation].name)
    if end != condition.sense or any(end_of_range(relations[other.relation].name) == (0, left) for other in others):
        return 0.0
    return _END


def named_whole(found: Match, steps: Steps, relations: Sequence[Relation], words: Collection[int]) -> bool:
    """Whether these words say the whole name of a relation to numbers or times, and nothing else."""
    numbers = steps.of(relations)[0::2][steps.numeric(relations)]
    at = sorted(words)
    own = (found.explains[numbers][:, at] >= _WHOLE) & (found.part[numbers][:, at] != KIND_PART)
    said = (found.share[numbers][:, at] * own).sum(axis=1)
    return bool(at) and bool((own.all(axis=1) & (said >= _WHOLE)).any())


def _verbs(asked: Asked, words: list[int], relation: Relation) -> NDArray[Any]:
    """How far each word is a verb for having what a relation measures: "hold" of a capacity."""
    names = names_of(relation)
    said = [verb_dimensions(asked.words[n].text.lower()) for n in words]
    tiers = [min((n for one in dimensions if (n := _tier(names, one)) is not None), default=None) for dimensions in said]
    return np.array([0.0 if n is None else _VERB - _LATER * n for n in tiers])


def counts(condition: Degree | Bound) -> bool:
    """Whether a condition may be on how many things there are: "the most films", "more than two films"."""
    if isinstance(condition, Degree):
        return "amount" in condition.dimensions
    if condition.moment:
        return False
    figures = [one for one in (condition.low, condition.high) if one is not None]
    return all(not one.dated and one.value.is_integer() and one.scale == 1 and all(in_ones(unit) for unit in one.units) for one in figures)


def _holder(
    found: Match, steps: Steps, numbers: NDArray[Any], relation: int, nouns: list[int], kinds: tuple[str, ...]
) -> tuple[int, float]:
    """From which end the facts of a relation are counted: of the subjects, or of the objects where what is asked for is one; how
    well what is asked for is known to stand there, 0 where it is not."""
    fan = steps.column("fan")[numbers[2 * relation : 2 * relation + 2]]
    if not nouns:  # "who directed the most films": those are counted who are such as may be asked for by "who"
        at = [KINDS.index(kind) for kind in kinds if kind in KINDS and kind not in ("number", "time")]
        if not at:
            return 0, 0.0
        as_object, as_subject = (float(steps.column("kinds")[numbers[2 * relation + way], at].max()) for way in (0, 1))
        way = int(as_object >= NOUN > as_subject)
        return (1 - way if fan[way] <= 0 < fan[1 - way] else way), 0.0
    at_object, at_subject = (float(found.nouns[numbers[2 * relation + way], nouns].max()) for way in (0, 1))
    way = int(at_object >= NOUN and at_object > at_subject)
    if fan[way] <= 0 < fan[1 - way]:  # each has one: those at the other end are counted
        return 1 - way, 0.0
    best = max(at_object, at_subject)
    return way, best if best >= NOUN else 0.0


def _holds(found: Match, steps: Steps, step: int, nouns: list[int], kinds: tuple[str, ...]) -> float:
    """How well what is asked for is known to stand at the end of a step, by its noun or by "who"; 0 where it is not."""
    if nouns:
        best = float(found.nouns[step, nouns].max())
        return best if best >= NOUN else 0.0
    at = [KINDS.index(kind) for kind in kinds if kind in KINDS and kind not in ("number", "time")]
    best = float(steps.column("kinds")[step, at].max()) if at else 0.0
    return best if best >= NOUN else 0.0


def _timed(steps: Steps, numbers: NDArray[Any], relations: Sequence[Relation]) -> NDArray[Any]:
    """By relation, whether its values are years or dates: by its name, or else by what a sample of them looks like."""
    like = steps.column("kinds")[numbers[0::2], KINDS.index("time")] >= _NUMERIC
    said = (says_time(relation.name) for relation in relations)
    return np.array([bool(mine) if time is None else time for mine, time in zip(like.tolist(), said, strict=True)], np.bool_)


def _meant(relation: Relation, condition: Degree | Bound, text: str) -> float:
    """What the adjective or the unit of a condition says for a relation."""
    names = (*names_of(relation), *spelled(relation.name))
    if isinstance(condition, Bound) and counted_by(names, text[slice(*condition.span)]):
        return _MEANT
    worth, dimensions = (_MEANT, condition.dimensions) if isinstance(condition, Degree) else (_BY_UNIT, condition.dimensions)
    aged = isinstance(condition, Bound) and not dimensions and tier(names, "age") == 0 and says_age(text.lower(), condition)
    best = worth if aged else 0.0
    least = _LEAST if isinstance(condition, Degree) else 0.0  # the last that an adjective means may be all that there is
    for dimension in dimensions:
        n = _tier(names, dimension)
        if n is not None:
            best = max(best, least, (_ANY_TIME if dimension == "late" else worth) - _LATER * n)
    return max(best, 0.0)


def counted_by(names: Sequence[str], bound: str) -> bool:
    """Whether what a bound counts is all that a relation is called by: "more than 100 pages" of `pages`, `page_count` or 页数.

    >>> counted_by(("page_count",), "more than 100 pages"), counted_by(("页数",), "超过100页"), counted_by(("length",), "over 100 m")
    (True, True, False)
    """
    if is_han(bound):
        return any(is_han(name) and bound.rstrip("以上下内的").endswith(name.removesuffix("数").removesuffix("总")) for name in names)
    counted = {singular(word) for word in re.findall(r"[^\W\d_]+", bound.lower())}
    said = (set(relation_words(name).spoken) - _NUMBERED for name in names)
    return any(len(words) == 1 and not words & _TIMES and {singular(word) for word in words} <= counted for words in said)


def in_its_own_unit(found: Rows, bound: Bound, text: str) -> tuple[Rows, Bound]:
    """Values and a bound as plain numbers, where the bound counts what the values are called by: "more than 30 days" of `days`."""
    own = found.amounts is not None and not found.amounts.unit.kind and counted_by(found.names, text[slice(*bound.span)])
    if not own or found.amounts is None:
        return found, bound
    low, high = (None if one is None else replace(one, units=(), width=0.0) for one in (bound.low, bound.high))
    return replace(found, amounts=replace(found.amounts, timed=False)), replace(bound, low=low, high=high)


def _tier(names: Sequence[str], dimension: str) -> int | None:
    """As `tier`; a field that is called a date and nothing else says when something was put on record."""
    if dimension == "record" and any(_DATE.issuperset(relation_words(name).spoken) for name in names):
        return 0
    return tier(names, dimension)


def names_of(relation: Relation) -> tuple[str, ...]:
    """What a relation is called."""
    return (relation.name, *relation.aliases)
