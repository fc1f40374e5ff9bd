"""Questions that are a query over fields of a kind of things and say nothing else: "ships whose gross tonnage exceeds 5000", 各船的平均吨位.

Each field is said by its whole name, so that what is meant is sure: a sum or a mean of its values, those that lie within a number, or how
many those are. A question that holds any word beside these is read in other ways.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.computed.compared import Compared, Row, Rows, as_written, kept, path_of, settings_of, told, too_many
from kgllm.retrieval.computed.fields import Said, fields_said
from kgllm.retrieval.computed.folded import told_in
from kgllm.retrieval.computed.measures import Measure
from kgllm.retrieval.computed.sets import Members, Sets
from kgllm.retrieval.computed.spoken import types_in
from kgllm.retrieval.computed.wholes import TooMany
from kgllm.retrieval.paths.amounts import within
from kgllm.retrieval.reading.question import read
from kgllm.types import replace
from kgllm.words import tokens
from kgllm.words.comparisons import Bound, Degree
from kgllm.words.counting import asks_how_many
from kgllm.words.extremes import compares
from kgllm.words.queries import fold_of, polite, says_no_more
from kgllm.words.questions import Span, overlap, yes_or_no
from kgllm.words.scales import scales
from kgllm.words.units import number_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence

_COMPARES = re.compile(r"\b(?P<words>[a-z]+(?: [a-z]+){0,2}) (?:an? |the )?$", re.IGNORECASE)
_THAN = re.compile(r"\s+than\s+", re.IGNORECASE)
_OF = re.compile(r"\s+of\s+(?=[-$€£¥]?\d)", re.IGNORECASE)
_SURE = 0.95
_LONGEST = 240  # characters: a longer question says more


@dataclass(frozen=True, slots=True)
class Query:
    """What a question asks of a table: of the things of a kind (None: of all) those whose fields lie within bounds, how many they are, or
    the sum or the mean of another field of theirs."""

    kind: str | None
    limits: tuple[tuple[Said, Bound], ...]
    field: Said | None  # whose values are put together
    fold: str
    counts: bool


def tabled(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question that is a query over whole fields; None for every other question."""
    query = query_of(run)
    if query is None:
        return None
    form = "comparison" if query.field is None else "superlative"
    try:
        found = answered(run, query)
    except TooMany:
        return too_many(run, form)
    if found is None:
        return None
    if not found.winners:
        return _none(run, found) if query.counts else kept(run, (), (), (), {**settings_of(run, form), "declined": "nothing_found"})
    if query.counts:
        found = replace(found, value=(float(len(found.winners)), ""))
    evidence = told(run, found, max_facts, form=form)
    return replace(evidence, settings={**evidence.settings, "whole": True})  # nothing else is asked


def query_of(run: Run) -> Query | None:
    """A question read as a query; None where it is none, or says anything beside."""
    if len(run.question) > _LONGEST or not (fold_of(run.question) or _number().search(run.question)):
        return None
    question, said = _in_order(run.question, fields_said(run))
    form = compares(question) if said else None
    bounds = form.bounds if form else ()
    if not said or not (bounds or fold_of(question)) or (bounds and yes_or_no(question) and not polite(question)):
        return None
    for span, kind in _kinds(run, question, [one.span for one in bounds]):
        fields = _beside(said, [*(one.span for one in bounds), *((span,) if span else ())], question)
        query = None if fields is None else _read(question, kind, span, fields, bounds)
        if fields is not None and query is not None:
            taken = [*(one.span for one in fields), *(one.span for one in bounds), *((span,) if span else ())]
            return None if _names_more(run, taken) else query
    return None


@cache
def _number() -> re.Pattern[str]:
    """Anything that may be a number, in figures or words."""
    return re.compile(rf"\d|[零一二两三四五六七八九十百千万亿]|\b(?:hundred|thousand|million|billion)\b|{number_words()}", re.IGNORECASE)


def _names_more(run: Run, taken: list[Span]) -> bool:
    """Whether small words that were left are the name of something, written as names are: "the total gross of Up"."""
    text = run.question
    names = (seed.span for seed in run.seeds if seed.start and text[seed.start : seed.end] == seed.node.name)
    return any(text[start].isupper() and not any(overlap((start, end), span) for span in taken) for start, end in names)


def _in_order(question: str, said: list[Said]) -> tuple[str, list[Said]]:
    """A question with each field before what compares it, as long as it was: "more crew members than 12" as "crew members more than 12",
    "exceeding a length of 90 m" as "length exceeding 90 m"."""
    for n, one in enumerate(said):
        than, of = _THAN.match(question, one.span[1]), _OF.match(question, one.span[1])
        before = _COMPARES.search(question, 0, one.span[0])
        words = before["words"].split() if before else []
        after = than or of
        limit = next(
            (some for at in range(len(words)) if (some := " ".join([*words[at:], *["than"][: than is not None]])).lower() in scales().said),
            "",
        )
        if before is None or after is None or not limit:
            continue
        start = before.start() + before["words"].rindex(limit.removesuffix(" than") if than else limit)
        field = question[slice(*one.span)]
        question = question[:start] + f"{field} {limit} ".ljust(after.end() - start) + question[after.end() :]
        said = [*said[:n], Said((start, start + len(field)), one.relations), *said[n + 1 :]]
    return question, said


def _read(question: str, kind: str | None, noun: Span | None, fields: list[Said], bounds: tuple[Bound, ...]) -> Query | None:
    """A question for things of a kind as a query over these fields; None where it is none, or says anything beside."""
    spans = [one.span for one in fields]
    taken = [*spans, *(one.span for one in bounds), *((noun,) if noun else ())]
    pairs = _paired(fields, bounds)
    if pairs is None or not says_no_more(question, taken):
        return None
    left = [one for one in fields if all(one is not said for said, _ in pairs)]
    fold = fold_of(question, taken)
    if not left and fold == "average":  # "the average length of ships over 90 m": of what limits it
        return Query(kind, tuple(pairs), fields[0], fold, counts=False) if len(fields) == 1 else None
    fold = fold if left else ""
    if len(left) > 1 or (left and not fold) or not (left or pairs):
        return None
    return Query(
        kind, tuple(pairs), left[0] if left else None, fold, bool(pairs) and not left and asks_how_many(question, taken, whole=True)
    )


def _beside(said: list[Said], taken: list[Span], question: str) -> list[Said] | None:
    """The fields that are said beside what was read, without one that is a small word ("count", "total") where another is; None where a field
    holds what was read: a "page" in "printed page" is no kind."""
    if any(_inside(span, [one.span]) for one in said for span in taken):
        return None
    found = [one for one in said if not any(overlap(one.span, span) for span in taken)]
    return [one for one in found if not says_no_more(question[slice(*one.span)], ())] or found


def _inside(span: Span, others: list[Span]) -> bool:
    return any(other[0] <= span[0] and span[1] <= other[1] for other in others)


def _paired(fields: list[Said], bounds: tuple[Bound, ...]) -> list[tuple[Said, Bound]] | None:
    """Each bound with the field beside it; None where that is not clear."""
    out: list[tuple[Said, Bound]] = []
    for bound in bounds:
        free = [one for one in fields if all(one is not said for said, _ in out)]
        if not free:
            return None
        out.append((min(free, key=lambda one: (_apart(one.span, bound.span), one.span)), bound))
    return out


def _apart(one: Span, other: Span) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


def _kinds(run: Run, question: str, taken: list[Span]) -> Iterator[tuple[Span | None, str | None]]:
    """The kinds that a question may ask of, with the places of their nouns, the longest noun first; at last none."""
    wholes = run.wholes
    named = run.spoken.types if question == run.question else types_in(question, wholes)
    yield from ((span, name) for span, name in named.items() if not any(overlap(span, one) for one in taken))
    for piece in tokens(question):  # another noun for the same, or one that is misspelt
        span = piece.span
        if piece.shape == "word" and not any(overlap(span, one) for one in taken) and not says_no_more(piece.text, ()):
            name = wholes.called(piece.word)
            if name is not None:
                yield span, name
    for noun, name in wholes.han_nouns(question).items():
        at = question.find(noun)
        if not any(overlap((at, at + len(noun)), one) for one in taken):
            yield (at, at + len(noun)), name
    yield None, None


def answered(run: Run, query: Query) -> Compared | None:
    """What a query finds; None where that cannot be told.

    Raises:
        TooMany: more things or facts than may be read.
    """
    sets = Sets(run, read(run.question))
    members = None if query.kind is None else sets.of_kind([query.kind])
    if query.kind is not None and members is None:
        return None
    found: Compared | None = None
    earlier: list[Row] = []  # what says of the same things that they lie within the other bounds
    for said, bound in query.limits:
        got = _values(sets, members, said)
        allowed = None if got is None else _allowed(got[1], bound)
        if got is None or allowed is None:
            return None
        measure, rows, of = got
        sign = 1.0 if bound.low is None else -1.0
        mine = sorted((row for row, good in zip(rows.rows, allowed, strict=True) if good), key=lambda row: sign * row.value)
        found = _compared(measure, mine, rows, of)
        best = set(found.winners)
        found = replace(found, proof=tuple(fact for row in earlier if row.member in best for fact in row.facts))
        earlier += mine
        members = replace(of, handles=np.array(sorted({row.member for row in mine}), np.int64))
    if query.field is None:
        return found
    if members is not None and not len(members.handles):
        return None
    got = _values(sets, members, query.field)
    if got is None:
        return None
    measure, rows, of = got
    number = _folded(rows, query.fold)
    if number is None:
        return None
    value = (float(f"{number:.12g}"), "") if rows.amounts is None or rows.amounts.timed else told_in(run.question, number, rows.amounts)
    found = _compared(measure, sorted(rows.rows, key=lambda row: -row.value), rows, of)
    return replace(found, value=value, among=rows, condition=Degree((0, 0), 0, (), superlative=False, asks=query.fold))


def _compared(measure: Measure, mine: list[Row], rows: Rows, members: Members) -> Compared:
    winners = tuple(dict.fromkeys(row.member for row in mine))
    return Compared(tuple(mine), winners, measure, _SURE, members=members, unread=rows.unread)


def _values(sets: Sets, members: Members | None, said: Said) -> tuple[Measure, Rows, Members] | None:
    """What things have of a field; None where they have nothing that can be compared, or two fields are called so."""
    found: list[tuple[Measure, Rows, Members]] = []
    for relation in said.relations:
        measure = Measure(relation, 1.0, frozenset())
        of = sets.having(measure) if members is None else members
        rows = None if of is None else sets.values(of, measure, 0.0)
        if of is not None and rows is not None and rows.amounts is not None:
            found.append((measure, rows, of))
    return found[0] if len(found) == 1 else None


def _allowed(rows: Rows, bound: Bound) -> list[bool] | None:
    """Which of the values a bound lets through; None where its number is of another kind."""
    assert rows.amounts is not None
    allowed = within(replace(rows.amounts, values=np.array([row.value for row in rows.rows])), as_written(bound, rows))
    return None if allowed is None else allowed.tolist()


def _folded(rows: Rows, fold: str) -> float | None:
    """The sum or the mean, one value of each thing; None of dates with a month, and where one has several."""
    values = [row.value for row in rows.rows]
    assert rows.amounts is not None
    if len({row.member for row in rows.rows}) < len(values) or (rows.amounts.timed and not all(map(float.is_integer, values))):
        return None
    return math.fsum(values) / (len(values) if fold == "average" else 1)


def _none(run: Run, found: Compared) -> Evidence:
    """That there are none of the kind."""
    steps: list[Any] = [(run.view.relations[found.measure.relation], "out")]
    path = path_of(run, (), steps, np.zeros(0, np.int64), (), _SURE)
    return kept(run, (path,), (), (), {**settings_of(run, "comparison"), "value": 0.0, "unit": ""})
