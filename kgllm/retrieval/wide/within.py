"""Which of some things a number lets through that the question holds them against ("over 60 m", "before 1990", "in 2022"), by each field that
it may be of, for a language model to look at."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.computed.compared import chosen
from kgllm.retrieval.computed.measures import Measure, in_its_own_unit
from kgllm.retrieval.computed.sets import Members, Sets
from kgllm.retrieval.paths.amounts import amount_of
from kgllm.types import Literal, Told
from kgllm.words.comparisons import Bound
from kgllm.words.extremes import compares
from kgllm.words.figures import Figure
from kgllm.words.questions import overlap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run
    from kgllm.retrieval.wide.reads import Reads
    from kgllm.types import Node
    from kgllm.words.questions import Span

_FIELDS = 6  # that a number may be of
_NAMES = 60  # that are told
_FACTS, _FEW = 30, 4  # of the first field, and of each other
_LOOKED_AT = 64  # things by which it is told which fields there are
_SHARE = 0.6  # of more of the things a number says nothing
_DIGITS = 5  # of a year, with 年
_YEAR = re.compile(r"(?<!\d)(1[0-9]\d\d|20\d\d)(?!\d)")


def numbers(question: str, names: Sequence[Span]) -> tuple[Bound, ...]:
    """The numbers that a question holds things against, and the years that it names outside of longer names.

    >>> [one.low.value for one in numbers("ships over 90 metres", ())], [(one.low.value, one.high.value) for one in numbers("seen in 2022", ())]
    ([90.0], [(2022.0, 2023.0)])
    """
    form = compares(question)
    bounds = () if form is None else form.bounds
    taken = [one.span for one in bounds] + [one for one in names if one[1] - one[0] > _DIGITS]
    years = [one for one in _YEAR.finditer(question) if not any(overlap(one.span(), span) for span in taken)]
    return (*bounds, *(_in_year(one.span(), float(one[0])) for one in years))


def _in_year(span: Span, year: float) -> Bound:
    return Bound(span, Figure(span, year, dated=True), Figure(span, year + 1, dated=True), (True, False), moment=True)


@dataclass(slots=True)
class Within:
    """What numbers let through: facts, what is told, and the things, those that all of several numbers let through first."""

    facts: list[int]
    told: list[Told]
    things: list[int]


def within(
    run: Run, sets: Sets, members: NDArray[Any], bounds: Sequence[Bound], said: NDArray[Any], reads: Reads, *, of: Told | None = None
) -> Within:
    """Of some things those that numbers let through, by each field that they may be of: those that the question says best first. of: what
    is told of the things, by which they are told from others."""
    out = Within([], [], [])
    of = of or Told()
    groups = run.view.groups(members[:: max(1, len(members) // _LOOKED_AT)])
    numeric = run.steps.numeric(run.view.relations)
    fields = [one for one in np.unique(groups.relation[groups.way == 0]).tolist() if one < len(numeric) and numeric[one]]
    fields.sort(key=lambda one: -float(said[2 * one]) if 2 * one < len(said) else 0.0)
    first: list[set[int]] = []
    all_exact = True
    for bound in bounds:
        found = 0
        for field in fields:
            if found == _FIELDS or not reads.take(len(members)):
                break
            run.deadline.check("retrieval")
            rows = sets.values(Members(members, 1.0), Measure(field, 0.0, frozenset()), 0.0)
            best = None if rows is None else chosen(*in_its_own_unit(rows, bound, run.question))
            if best is None or rows is None or not best.winners or len(best.winners) > _SHARE * len({row.member for row in rows.rows}):
                continue
            winners = list(dict.fromkeys(best.winners))
            exact = of.exact and not rows.cut and not any(amount_of(Literal(text)) for _, text in rows.unread)
            out.told.append(_told(run, of, field, bound, winners, exact=exact))
            out.facts += [fact for row in best.rows for fact in row.facts][: _FACTS if not found else _FEW]
            out.things += winners
            if not found:
                first.append(set(winners))
                all_exact &= exact
            found += 1
    both = set.intersection(*first) if len(first) > 1 else set()
    if both:
        words = " & ".join(run.question[slice(*bound.span)] for bound in bounds)
        out.told.append(replace(of, within=words, count=len(both), names=_names(run, sorted(both)), exact=all_exact))
        out.things = [*sorted(both), *out.things]
    return out


def _told(run: Run, of: Told, field: int, bound: Bound, winners: Sequence[int], *, exact: bool) -> Told:
    said = run.question[slice(*bound.span)]
    return replace(
        of,
        ends=(*of.ends, None),
        steps=(*of.steps, (run.view.relations[field], "out")),
        within=said,
        count=len(winners),
        names=_names(run, winners),
        exact=exact,
    )


def _names(run: Run, things: Sequence[int]) -> tuple[Node, ...]:
    """The things, where they are few enough to be told by name."""
    return tuple(run.view.nodes(np.array(things, np.int64))) if len(things) <= _NAMES else ()
