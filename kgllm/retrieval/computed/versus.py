"""Things that are held against each other by a field of numbers that the question calls by its whole name: "Does the crew size of Stella
exceed that of Nova?", "Stella or Nova: which has less draught?". What has no word that says anything else is answered by the two values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.computed.compared import Compared, Row, Rows, chosen, told
from kgllm.retrieval.computed.measures import Measure
from kgllm.retrieval.computed.sets import Members, Sets
from kgllm.retrieval.computed.wholes import noun_words
from kgllm.retrieval.scoring.understood import understood
from kgllm.words.comparisons import Degree
from kgllm.words.names import fold
from kgllm.words.questions import Span, longest, overlap
from kgllm.words.tokens import tokens
from kgllm.words.versus import Versus, hints, is_plain, versus

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence

_SURE = 0.95
_TRIED = 3  # names of fields that a question may say
_LONGEST = 24  # tokens of a thing's name
_LETTERS = 300  # of a question that is read so
_AT_ONCE = 400  # names that are looked up at once, at most


def against(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question that holds things against each other by a field; None for every other question."""
    question = run.question
    if len(question) > _LETTERS or not hints(question):
        return None
    said = run.spoken.telling
    handles = run.steps.handles(run.view.relations) if said else {}
    for called in list(dict.fromkeys(called for _, called in said))[:_TRIED]:
        field = longest(span for span, also in said if also == called)
        for name in called:
            found = _told(run, handles[name], field) if name in handles else None
            if found is not None:
                return told(run, found, max_facts, form="superlative")
    return None


def _told(run: Run, relation: int, field: list[Span]) -> Compared | None:
    named = _named(run, relation, field)
    if len(named) < 2:
        return None
    spans = sorted(named)
    types = {kind for one in named.values() for node in run.view.nodes(np.array(one, np.int64)) for kind in getattr(node, "types", ())}
    asked = versus(run.question, spans, field, _nouns(types), run.view.relations[relation].name)
    if asked is None:
        return None
    measure = Measure(relation, 1.0, frozenset())
    sets = Sets(run, understood(run.question, run.steps))
    rows = sets.values(Members(np.unique(np.concatenate([np.array(one, np.int64) for one in named.values()])), 1.0), measure, 0.0)
    mine = [] if rows is None else [[row for row in rows.rows if row.member in named[span]] for span in spans]
    if (
        rows is None or not mine or any(len({row.value for row in own}) != 1 for own in mine)
    ):  # of several that are called so it is not known which
        return None
    return _compared(rows, [own[0] for own in mine], asked, measure)


def _compared(rows: Rows, mine: list[Row], asked: Versus, measure: Measure) -> Compared | None:
    best = chosen(rows.with_rows(mine), Degree((0, 0), asked.sense, (), superlative=False), named=True)
    if best is None:
        return None
    verdict = None if asked.choice else best.winners == (mine[asked.first].member,)
    return Compared(best.rows, best.winners, measure, _SURE, tuple(row.member for row in mine), verdict=verdict)


def _named(run: Run, relation: int, field: list[Span]) -> dict[Span, list[int]]:
    """What the question names that has the field, by its place: of names within each other the longest."""
    places = list(islice(_places(run.question, field), _AT_ONCE))
    texts = list(dict.fromkeys(run.question[slice(*span)] for span in places))
    matches = dict(zip(texts, run.spoken.find(texts), strict=True))
    nodes = list(dict.fromkeys(match.node for found in matches.values() for match in found))
    if not nodes:
        return {}
    view = run.view
    handles = dict(zip(nodes, view.handles(nodes).tolist(), strict=True))
    known = np.array([handle for handle in handles.values() if handle >= 0], np.int64)
    groups = view.groups(known)
    has = set(known[groups.origin[(groups.way == 0) & (groups.relation == relation)]].tolist())
    out: dict[Span, list[int]] = {}
    for span in sorted(places, key=lambda one: (one[0] - one[1], one)):
        text = run.question[slice(*span)]
        found = {handles[match.node]: match.node for match in matches[text] if handles[match.node] in has}
        called = [handle for handle, node in found.items() if fold(node.name) == fold(text)]
        own = called or list(found)  # what is called so itself, and not only known by it
        if own and not any(overlap(span, other) for other in out):
            out[span] = own
    return out


def _places(question: str, field: list[Span]) -> Iterator[Span]:
    """Where a name may stand: any tokens that follow each other, outside of where the field is said."""
    pieces = tokens(question)
    for first, piece in enumerate(pieces):
        for last in range(first, min(len(pieces), first + _LONGEST)):
            span = (piece.start, pieces[last].end)
            if any(overlap(span, one) for one in field):
                break
            text = question[slice(*span)]
            if not is_plain(text if span[0] else text.lower()):
                yield span


def _nouns(types: set[str]) -> set[str]:
    """How the kinds of the things are called, one of them or several."""
    names = {" ".join(noun_words(kind)) for kind in types} | {kind.lower().replace("_", " ") for kind in types}
    names = {name for name in names if name.strip()}
    return names | {f"{name}s" for name in names if name.isascii()}
