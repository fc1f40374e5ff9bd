"""Values put in order, and the evidence of it: the value facts of the winners, then of those behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.errors import shorten
from kgllm.retrieval.computed.folded import folded
from kgllm.retrieval.computed.own_names import by_own_names
from kgllm.retrieval.paths.amounts import Amounts, amount_of, within
from kgllm.retrieval.scoring.features import NAMES
from kgllm.types import Evidence, Fact, Literal, Node, Path, Relation, Way
from kgllm.words.comparisons import Bound, Degree
from kgllm.words.extremes import counts_on, tier
from kgllm.words.relations import relation_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.computed.measures import Measure
    from kgllm.retrieval.computed.sets import Members
    from kgllm.retrieval.retriever import Run

_SHOWN = 5  # values that a note names
_CLOSE = 1e-9  # values that differ by less are the same
_VERSION = re.compile(r"[vV]?\d+(?:\.\d+)*")
_AGO, _AGO_LAST, _AGO_HAN = frozenset(("ago", "mya", "kya", "bya", "ybp", "bp")), frozenset(("ma", "ka")), ("年前", "距今")
_MAGNITUDES = 1  # the row of them among the words for brightness (extremes.toml)


@dataclass(frozen=True, slots=True)
class Row:
    """A thing, its value, that value as written, and the facts that say so (the value's first)."""

    member: int
    value: float
    text: str
    facts: tuple[int, ...]
    rough: bool = False  # only about so much


@dataclass(frozen=True, slots=True)
class Rows:
    """Values that can be compared, by the keys of the members. `amounts`: how they are meant; None where they are counts. `names`: of
    the relation that they are of. `cut`: some have more values than were read."""

    rows: list[Row]
    amounts: Amounts | None
    names: tuple[str, ...]
    unread: tuple[tuple[int, str], ...] = ()  # things whose values say no number that can be compared, and what they say
    cut: bool = False

    def with_rows(self, rows: list[Row]) -> Rows:
        """The same values of fewer things."""
        return replace(self, rows=rows)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows in order, and the members that win."""

    rows: tuple[Row, ...]
    winners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found. `verdict`: yes or no, where the question asks for that."""

    rows: tuple[Row, ...]
    winners: tuple[int, ...]
    measure: Measure
    sure: float
    seeds: tuple[int, ...] = ()
    members: Members | None = None
    verdict: bool | None = None
    onward: tuple[tuple[Relation, Way], ...] = ()
    unread: tuple[tuple[int, str], ...] = ()
    value: tuple[float, str] | None = None  # a number made of the values, and its unit
    proof: tuple[int, ...] = ()  # facts by which the winners are of those that are compared
    asks_value: bool = False  # what they have is asked for, and not they
    among: Rows | None = None  # all that was compared
    condition: Degree | Bound | None = None  # … and by what the winners were chosen

    @property
    def fits(self) -> bool:
        """Whether what was compared is of the kind that is asked for."""
        return self.members is None or self.members.fits


def chosen(found: Rows, condition: Degree | Bound, *, named: bool = False) -> Chosen | None:
    """Those that have most, or least, or that stand at a place; those that a bound lets through; all, where a number is made of them.
    `named`: the question names what it compares; of a whole kind in which each has as many none has most."""
    if isinstance(condition, Bound):
        return _bounded(found, condition)
    if condition.asks in ("total", "average"):
        rows = sorted(found.rows, key=lambda row: -row.value)
        return Chosen(tuple(rows), tuple(row.member for row in rows)) if folded(found, condition) is not None else None
    if len({row.member for row in found.rows}) < 2:  # there is nothing to compare
        return None
    if any(map(counts_on, found.names)) and not condition.asks:
        if found.unread:  # of "1.2.3" and "2.0-beta" who knows which is newer
            return None
        found = found.with_rows(_by_parts(found.rows))
    sign = -condition.sense * (-1 if turned(found, condition) else 1)
    rows = sorted(found.rows, key=lambda row: sign * row.value)
    places: list[float] = []  # the values that differ, in order
    for row in rows:
        if not places or abs(row.value - places[-1]) > _CLOSE * abs(places[-1]):
            places.append(row.value)
    if len(places) < condition.place:
        return None
    first, last = places[condition.place - 1], places[condition.place - 1]
    if condition.top > 1:
        order = list({row.member: row.value for row in reversed(rows)}.values())[::-1]
        last = order[min(condition.top, len(order)) - 1]
    low, high = sorted((first, last))
    low, high = low - _CLOSE * abs(low), high + _CLOSE * abs(high)
    winners = tuple(dict.fromkeys(row.member for row in rows if low <= row.value <= high))
    if found.amounts is None and len(places) == 1 and not named:  # each has as many: the relation is not one that is counted
        return None
    return Chosen(tuple(rows), winners)


def undecided(found: Rows, condition: Degree | Bound) -> bool:
    """Whether what was left out says a number and may be more than all the others, or less: one in a unit that is not known, or in no unit
    of the others' kind. (A "stable" among half-lives is no number, and "three gold" among plain numbers neither the most nor the least.)"""
    if isinstance(condition, Bound) or condition.asks or found.amounts is None or not found.unread:
        return False
    plain = not found.amounts.unit.kind and not found.amounts.word and condition.place == condition.top == 1
    values = [row.value for row in found.rows]
    left = [one for one in (amount_of(Literal(text)) for _, text in found.unread) if one is not None]
    return not all(plain and one.word and min(values) < one.value < max(values) for one in left)


def _by_parts(rows: list[Row]) -> list[Row]:
    """Numbers that count on, by each of their parts: version 1.10 comes after 1.9."""
    parts = [tuple(int(part) for part in re.findall(r"\d+", row.text)) for row in rows]
    if not any(len(one) > 1 for one in parts) or not all(_VERSION.fullmatch(row.text.strip()) for row in rows):
        return rows
    places = {one: float(n) for n, one in enumerate(sorted(set(parts)))}
    return [replace(row, value=places[one]) for row, one in zip(rows, parts, strict=True)]


def turned(found: Rows, condition: Degree) -> bool:
    """Whether more of what is asked for is less of what is written: the oldest was born first, the fastest took least time, and the
    brightest star has the smallest magnitude."""
    amounts = found.amounts
    if amounts is None:
        return False
    if "age" in condition.dimensions and (amounts.timed or any(map(counts_on, found.names))):
        return True
    if "late" in condition.dimensions and counts_back(found.names):
        return True
    if "speed" in condition.dimensions and amounts.unit.kind == "duration":
        return True
    return _fainter(found, condition)


def counts_back(names: Iterable[str]) -> bool:
    """Whether by its names a relation's numbers say how long ago something was: what has more was earlier.

    >>> counts_back(["begins inMYA"]), counts_back(["years_ago"]), counts_back(["距今年数"]), counts_back(["startYear"])
    (True, True, True, False)
    """
    spoken = [relation_words(name).spoken for name in names]
    return any(
        not _AGO.isdisjoint(words) or words[-1] in _AGO_LAST or any(ago in word for word in words for ago in _AGO_HAN) for words in spoken
    )


def _fainter(found: Rows, condition: Degree | Bound) -> bool:
    """Whether what is brighter has less of what is written: the scale of magnitudes runs the other way (of nits or watts it does not)."""
    return "brightness" in condition.dimensions and tier(found.names, "brightness") == _MAGNITUDES


def as_written(condition: Bound, found: Rows) -> Bound:
    """A bound the other way round, where what is asked for is less of what is written ("before 40", of years ago)."""
    if _fainter(found, condition) or (condition.when and counts_back(found.names)):
        return replace(condition, low=condition.high, high=condition.low, closed=condition.closed[::-1])
    return condition


def _bounded(found: Rows, condition: Bound) -> Chosen | None:
    values = np.array([row.value for row in found.rows])
    condition = as_written(condition, found)
    if found.amounts is None:
        kept = np.array([condition.holds(row.value) for row in found.rows], np.bool_)
    else:
        allowed = within(replace(found.amounts, values=values), condition)
        if allowed is None:  # another kind of number
            return None
        kept = allowed
    sign = 1.0 if condition.low is None else -1.0
    rows = sorted((row for row, good in zip(found.rows, kept.tolist(), strict=True) if good), key=lambda row: sign * row.value)
    return Chosen(tuple(rows), tuple(dict.fromkeys(row.member for row in rows))) if rows else None


def told(run: Run, found: Compared, max_facts: int, *, form: str) -> Evidence:
    """The evidence of a comparison."""
    view, settings = run.view, settings_of(run, form)
    found = by_own_names(run, found)
    best = set(found.winners)
    ordered = [*(row for row in found.rows if row.member in best), *(row for row in found.rows if row.member not in best)]
    facts, cut = facts_of(run, [*found.proof, *(fact for row in ordered for fact in row.facts)], max_facts)
    winners = np.array(found.winners[: run.retriever.limits.endpoints], np.int64)
    text = {row.member: row.text for row in reversed(ordered)}
    shown = tuple(text[handle] for handle in winners.tolist())
    count = len(found.winners)
    if found.asks_value:
        winners, shown = _values_of(run, [row for row in ordered if row.member in best], way=found.measure.way)
        count = len(winners)
    way: Way = "in" if found.measure.way else "out"
    steps: list[tuple[Relation, Way]] = [*found.onward, (view.relations[found.measure.relation], way)]
    if found.members is not None and found.members.path is not None:
        steps = [*((one, "in" if move == "in" else "out") for step in _steps(found.members) for one, move in step), *steps]
    if found.members is not None and found.members.via is not None:
        steps = [found.members.via, *steps]
    path = path_of(run, found.seeds, steps, winners, facts, found.sure, count=count)
    settings["values"] = shown
    if found.verdict is not None:
        settings["verdict"] = found.verdict
    cuts = (f"facts: there are more values than max_facts={max_facts} leaves room for",) if cut else ()
    if found.value is not None:
        settings["value"], settings["unit"] = found.value
    if found.unread:
        names = run.view.nodes(np.array([member for member, _ in found.unread[:_SHOWN]], np.int64))
        settings["unread"] = tuple((node.name, text) for node, (_, text) in zip(names, found.unread, strict=False))
    rough = [row.text for row in ordered if row.rough]
    return kept(run, (path,), facts, cuts, settings, said=tuple(_said(found, settings.get("unread", ()), rough)))


def _values_of(run: Run, rows: Sequence[Row], *, way: int) -> tuple[NDArray[Any], tuple[str, ...]]:
    """The values of some things, in their order, each with the names of those that have it."""
    facts = run.view.facts(np.array([row.facts[0] for row in rows], np.int64))
    having: dict[Node, list[str]] = {}
    for fact in facts:
        end, thing = (fact.subject, fact.object) if way else (fact.object, fact.subject)
        having.setdefault(end, []).append(thing.name)
    return run.view.handles(list(having)), tuple(", ".join(dict.fromkeys(names)) for names in having.values())


def _said(found: Compared, unread: Sequence[tuple[str, str]], rough: Sequence[str]) -> Iterator[str]:
    """What a reader of the answer should know of the values: those that were left out, and those that are no more than about so much."""
    if unread:
        shown = ", ".join(f"{name} ({shorten(text)})" for name, text in unread)
        yield f"values: {len(found.unread)} could not be read as numbers of the same kind and were not compared: {shown}"
    if rough:
        yield f"values: {len(rough)} say only about how much: {', '.join(shorten(text) for text in rough[:_SHOWN])}"


def _steps(members: Members) -> list[Any]:
    """The steps of the path as far as it leads to what is compared; one through an unnamed node is two hops."""
    assert members.path is not None
    out: list[Any] = []
    hops = 0
    for step in members.path.steps:
        hops += sum(move != "beside" for _, move in step)
        if hops <= members.hops:
            out.append(step)
    return out


def too_many(run: Run, form: str) -> Evidence:
    """The evidence of a question for which more would have to be read than the limits allow."""
    note = f"members: more things or facts than Limits(members={run.retriever.limits.members}) lets be read"
    return kept(run, (), (), (note,), settings_of(run, form))


def settings_of(run: Run, form: str) -> dict[str, Any]:
    """The settings of an evidence; its form says that it answers in another way than by the end of a path."""
    meaning = run.retriever.meaning
    return {"strategy": "relations", "encoder": meaning.name if meaning else None, "form": form}


def kept(
    run: Run,
    paths: tuple[Path, ...],
    facts: tuple[Fact, ...],
    notes: tuple[str, ...],
    settings: dict[str, Any],
    *,
    said: tuple[str, ...] = (),
) -> Evidence:
    """An evidence of the question at hand. `notes`: what was cut; `said`: what else is to be known of it."""
    return Evidence(
        question=run.question,
        links=run.links,
        seeds=tuple(dict.fromkeys(seed.node for seed in run.seeds)),
        paths=paths,
        facts=facts,
        truncated=bool(notes),
        notes=(*notes, *said),
        settings=settings,
    )


def path_of(
    run: Run,
    seeds: Sequence[int],
    steps: Sequence[tuple[Relation, Way]],
    ends: NDArray[Any],
    facts: tuple[Fact, ...],
    sure: float,
    *,
    count: int | None = None,
) -> Path:
    """A path that was not walked by words: all of it is said by the question. `count`: how many ends there are, where these are not all."""
    row = np.zeros(len(NAMES), np.float32)
    row[NAMES.index("explained")] = 1.0
    shown, count = ends[: run.retriever.limits.endpoints], len(ends) if count is None else count
    return Path(
        seeds=tuple(run.view.nodes(np.array(seeds, np.int64))) if len(seeds) else (),
        relations=tuple(steps),
        endpoints=tuple(run.view.nodes(shown)),
        facts=facts,
        score=float(row @ run.retriever.weights),
        count=count,
        features={**dict(zip(NAMES, row.tolist(), strict=True)), "confidence": sure},
        truncated=count > len(shown),
    )


def facts_of(run: Run, handles: Sequence[int], max_facts: int) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """The facts in order, as many as there is room for; and a note where some were left out."""
    wanted = list(dict.fromkeys(handles))
    out, left = [], max_facts
    for fact in run.view.facts(np.array(wanted[:max_facts], np.int64)) if wanted else ():
        left -= 1 + len(fact.qualifiers)
        if left < 0:
            break
        out.append(fact)
    return tuple(out), (left_out(max_facts),) if len(out) < len(wanted) else ()


def left_out(max_facts: int) -> str:
    """The note that some facts were left out."""
    return f"facts: there are more facts than max_facts={max_facts} leaves room for"
