"""Of paths that no word of a question speaks of, the step that is tied to what is named as the question ties it: what is "on the Rhine" is what
`lies on` it, not what it flows through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgllm.retrieval.scoring.features import NAMES
from kgllm.words import relation_words
from kgllm.words.questions import yes_or_no

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_TIE = re.compile(r"\b([a-z]+)\s+(?:the\s+)?[\"'“‘]?$", re.IGNORECASE)
_NEAR = 24  # characters before a name, in which a preposition stands
_OVER = 0.01  # of score, what puts one path before another
_UNSAID, _NAMED = (NAMES.index(name) for name in ("unsaid", "named"))


def tied(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Put the step into what is named whose relation ends with the word before the name first, where it is the only one and nothing is said."""
    best = max(ranked, key=lambda one: one.score, default=None)
    if best is None or best.row[_NAMED] > 0 or best.also or ranking.asked.chinese or yes_or_no(ranking.asked.text):
        return
    mine = [one for one in ranked if one.seeds == best.seeds and is_tied(ranking, one)]
    if len(mine) == 1:
        mine[0].row[_UNSAID] = 0.0
        mine[0].score = max(best.score + _OVER, float(mine[0].row @ ranking.weights))


def is_tied(ranking: Ranking, one: Ranked) -> bool:
    """Whether a path is one step into what is named, by a relation whose name ends with the word before that name."""
    if len(one.numbers) != 1 or len(one.steps[0]) != 1 or one.steps[0][0][1] != "in":
        return False
    words = relation_words(one.steps[0][0][0].name)
    start = ranking.seen[one.seeds[0]].span[0]
    found = _TIE.search(ranking.asked.text[max(0, start - _NEAR) : start]) if len(words.spoken) > 1 and words.form != "of" else None
    return found is not None and words.spoken[-1] == found[1].lower()
