"""What a question names is not what it asks for: "Who did Nasri play for before Arsenal?" is not answered by Nasri.

A path from one thing that is named to another tells how they hang together. That is what a question for yes or no asks, or one that has
a choice of things, as "who won the match between A and B" does; any other asks for a third. The noun asked for may be a name as well
("which concentration camp").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgllm.retrieval.scoring.features import NAMES
from kgllm.words.counting import HOW_MANY_HAN, HOW_MUCH
from kgllm.words.questions import choice, longest, meet, overlap, yes_or_no

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.words.questions import Span

_LIKELY = 0.8  # of the best score of a mention
_AGAINST = 2.0  # steps that lead back which such a path counts for
_AMOUNT = re.compile(f"{HOW_MUCH}|{HOW_MANY_HAN}", re.IGNORECASE)  # no thing is asked for
_LOOPS = NAMES.index("loops")


def unasked(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Judge the paths that lead to nothing but what the question names elsewhere."""
    question, seen = ranking.asked.text, ranking.seen
    spans = longest({one.span for one in seen if one.span[0] < one.span[1]})
    if len(spans) < 2 or ranking.asked.ask < 0 or _AMOUNT.search(question) or yes_or_no(question):
        return
    if choice(question, spans) or meet(question):
        return
    words = ranking.asked.words
    head = [words[n].span for n in ranking.asked.head]
    named = {span: _meant(ranking, span) for span in spans if not any(overlap(span, word) for word in head)}
    for one in ranked:
        begins = [seen[seed].span for seed in one.seeds]
        elsewhere = {thing for span, thing in named.items() if thing >= 0 and not any(overlap(span, mine) for mine in begins)}
        ends = one.ground.ends
        if elsewhere and not one.ground.brief and len(ends) <= len(elsewhere) and elsewhere.issuperset(ends.tolist()):
            one.row[_LOOPS] = _AGAINST
            one.score = float(one.row @ ranking.weights)


def _meant(ranking: Ranking, span: Span) -> int:
    """The one thing that is meant at a place; -1 where it may be another: the NBA of "their first NBA title" is no final of it."""
    those = [(one.score, int(handle)) for one, handle in zip(ranking.seen, ranking.run.handles, strict=True) if one.span == span]
    best = max(score for score, _ in those)
    likely = [handle for score, handle in those if score >= _LIKELY * best]
    return likely[0] if len(likely) == 1 else -1
