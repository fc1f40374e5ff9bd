"""Questions that join what is said of things with numbers and denials: "Which red lamps cost over 90 and are not sold in Olm?", 奥姆产的灯中哪些不是红色.

All that such a question says of the things are conditions (`kgllm.retrieval.computed.described`): what it names, the values that its words
hold, the limits of numbers (`kgllm.retrieval.computed.bounded`). Those within what it denies hold of all other things of the kind. It is
read only where every word is told by a condition; else other readers have it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from kgllm.retrieval.computed.bounded import Limited, limits
from kgllm.retrieval.computed.compared import Compared, kept, settings_of, told
from kgllm.retrieval.computed.denied import denials_of, names_of, what_is_denied
from kgllm.retrieval.computed.described import Description, Met
from kgllm.retrieval.computed.given import of_other_form
from kgllm.retrieval.computed.measures import Measure
from kgllm.retrieval.computed.wholes import TooMany
from kgllm.retrieval.scoring.understood import understood
from kgllm.words.extremes import compares
from kgllm.words.questions import Span, blank, overlap, without_names, yes_or_no

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence

_LONGEST = 160  # characters of a question
_COMMA = re.compile(r"\s*[,、]\s*")
_OR = re.compile(r"\b(?:or|nor)\b|或|还是")


def conjoined(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question that says numbers, or what is not so, of all things of a kind, and more; None for every other, and where a
    word of it is told by no condition."""
    return _read(run, max_facts, alone=False)


def limited(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question that says one number of all things of a kind, and nothing else, where no other reader knows of what it is."""
    return _read(run, max_facts, alone=True)


def _read(run: Run, max_facts: int, *, alone: bool) -> Evidence | None:
    wholes, text = run.wholes, run.question
    if not (wholes.types or wholes.classes) or len(text) > _LONGEST or yes_or_no(text):
        return None
    bounds = [one.span for one in limits(text)]
    form = compares(text)
    if of_other_form(blank(text, *bounds)) or (form is not None and form.degrees):
        return None
    denials = denials_of(run)
    if (not bounds and denials is None) or (denials is not None and (denials.asks or denials.but is not None)):
        return None
    try:
        found = Description.of(run, beside=True) if denials is None else _denying(run)
        met = None if found is None or not _joins(found) else found.met()
    except TooMany:
        return None
    if not alone and found is not None and met is None and found.strange():  # what no fact can tell is left out by no reader
        return kept(run, (), (), (), {**settings_of(run, "described"), "declined": "unchecked"})
    if found is None or met is None or (len(found.conditions) < 2 and not (bounds and found.denied)) != alone:
        return None
    return _compared(run, found, met, max_facts) or found.told(met, max_facts)


def _compared(run: Run, found: Description, met: Met, max_facts: int) -> Evidence | None:
    """The evidence with what the things have, in its order, where one number limits them; else None."""
    limited = [one for one in met.by if isinstance(one, Limited) and one.values == () and not found.denies_at(one.span)]
    if len(limited) != 1:
        return None
    [limit] = limited
    best = set(met.ends.tolist())
    rows = tuple(row for row in limit.rows if row.member in best)
    proof = [
        fact
        for one in met.by
        for end, fact in zip(one.ends_of_facts.tolist(), one.facts.tolist(), strict=True)
        if one is not limit and end in best
    ]
    winners = tuple(dict.fromkeys(row.member for row in rows))
    made = Compared(rows, winners, Measure(limit.relation, met.sure, limit.said), met.sure, met.seeds, proof=tuple(proof))
    return told(run, made, max_facts, form="comparison")


def _denying(run: Run) -> Description | None:
    """The question as one for all things of its kind, where it denies some of what it says of them; None where that is not clear."""
    denials = denials_of(run)
    assert denials is not None
    rest = run.retriever.run(denials.text, run.links, None, run.deadline, part_of=run)
    if rest.question != denials.text:  # what was rewritten has other places
        return None
    found = Description.of(rest, beside=True)
    if found is None:
        return None
    asked = understood(denials.text, run.steps)
    denied = what_is_denied(run.question, denials, asked, found.kind_span, names_of(run))
    if denied is None or denied.mixed:
        return None
    spans = _reach(found, denied.spans, [at for at, _ in denials.denials])
    return None if spans is None else replace(found, denied=spans, _conditions=None)


def _reach(found: Description, spans: Sequence[Span], denials: Sequence[Span]) -> tuple[Span, ...] | None:
    """What is denied of several conditions in one clause: "games that Olm did not play on Sunday" are Olm's. None where two are denied together,
    of which each may hold alone ("not made in Olm in red")."""
    out: list[Span] = []
    for start, end in spans:
        word = next((at for at in denials if start <= at[0] and at[1] <= end), (start, start))
        inside = sorted(one.span for one in found.conditions if overlap(one.span, (start, end)))
        after = [one for one in inside if one[0] >= word[1]]
        ties = [found.run.question[one[1] : other[0]] for one, other in pairwise(after)]
        if not all(_OR.search(tie) or _COMMA.fullmatch(tie) for tie in ties):
            return None
        before = any(one[1] <= word[0] for one in inside)
        out.append((word[1], end) if before and after else (start, end))
    return tuple(out)


def _joins(found: Description) -> bool:
    """Whether what is said is joined by nothing but "and", outside of what is denied."""
    spans: list[Span] = [*found.names, *found.denied]
    if len(found.conditions) > 1 and _OR.search(without_names(found.run.question, spans)):
        return False
    return all(any(overlap(one.span, span) for one in found.conditions) for span in found.denied)
