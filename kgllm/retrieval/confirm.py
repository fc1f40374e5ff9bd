"""Questions that name what a path may end at: "did X direct Y?", "is X British or American?".

A path that ends at what the question names is what it asks about, and the name is explained by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.combine import within
from kgllm.retrieval.conditions import explained
from kgllm.retrieval.features import DENIED, NAMES
from kgllm.words.questions import choice, overlap, yes_or_no

if TYPE_CHECKING:
    from kgllm.retrieval.rank import Ranked, Ranking
    from kgllm.words.questions import Span

_UNSAID = NAMES.index("unsaid")


def confirmed(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, without those that start from a name to choose between. One that leads to what the question names leads only there."""
    question = ranking.asked.text
    spans = {seen.span for seen in ranking.seen if seen.span[0] < seen.span[1]}
    if len(spans) < 2:
        return ranked
    either = choice(question, _apart(spans))
    if either:
        left = [one for one in ranked if not any(overlap(ranking.seen[one.seeds[0]].span, span) for span in either)]
        if not left:  # "which is older, A or B?": there is nothing else to start from
            return ranked
        ranked = left
    elif not yes_or_no(question):
        return ranked
    for one in ranked:
        _confirm(ranking, one, either)
    return ranked


def _confirm(ranking: Ranking, one: Ranked, either: tuple[Span, ...]) -> None:
    own = ranking.seen[one.seeds[0]].span
    ends = set(one.ground.ends.tolist())
    named = {
        handle: seen.span
        for handle, seen in zip(ranking.run.handles.tolist(), ranking.seen, strict=True)
        if handle in ends and not overlap(seen.span, own) and (not either or any(overlap(seen.span, span) for span in either))
    }
    if not named or one.ground.brief:
        return
    if len(named) < len(ends):
        one.ground = within(one.ground, np.array(sorted(named), np.int64))
    if not ranking.asked.negated:  # a relation that denies answers it too: no
        one.row[_UNSAID] -= DENIED * float(ranking.steps.column("denies")[list(one.numbers)].sum())
    said = either or tuple(named.values())
    words = enumerate(ranking.asked.words)
    explained(ranking, one, [n for n, word in words if any(overlap((word.start, word.end), span) for span in said)])


def _apart(spans: set[Span]) -> list[Span]:
    """The longest of mentions that overlap."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        if not any(overlap(span, other) for other in kept):
            kept.append(span)
    return kept
