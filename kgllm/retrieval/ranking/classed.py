"""Of what kind something is: 会展壹号属于什么类别的物业？, "Which type of property is Hill House?". Asked is the kind of what is named, and not
what else is of that kind, though a word for such things stands there, too."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.words.questions import Span

_ASKS = re.compile(
    r"^\W*(?:what|which)\s+(?:type|kind|sort|class|category)\s+of\s+[\w\s-]{1,40}?\s(?:is|was|are|were|does|did)\s+(?:the\s+)?\W*$",
    re.IGNORECASE,
)
_BELONGS = re.compile(r"^\W*(?:(?:belong|count|fall)\s*(?:to|as|under|into)?)?[\s?？.]*$", re.IGNORECASE)
_ASKS_HAN = re.compile(
    r"^[》」”\"'\s]*(?:属于|是|为|算|归为)(?:什么|哪一?|何)[种个类]?(?:类别|类型|种类|品类|分类|性质|类|型)(?:的[^的，。？?\s]{1,8})?[？?。\s]*$"
)


def asks_kind(question: str, name: Span) -> bool:
    """Whether a question asks of what kind the thing at this place is.

    >>> asks_kind("Which type of property is Hill House?", (26, 36)), asks_kind("会展壹号属于什么类别的物业？", (0, 4))
    (True, True)
    >>> asks_kind("What type of films did Nolan direct?", (23, 28)), asks_kind("与会展壹号同类别的物业", (1, 5))
    (False, False)
    """
    before, after = question[: name[0]], question[name[1] :]
    if _ASKS.match(before) is not None:
        return _BELONGS.match(after) is not None
    return not before.strip(" 《「“\"'") and _ASKS_HAN.match(after) is not None


def classed(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, without those that turn back from the kind asked for to other things of it, where there are others."""
    inverse = ranking.steps.column("inverse")
    question = ranking.asked.text
    turned = [
        one
        for one in ranked
        if any(inverse[a] == b for a, b in pairwise(one.numbers)) and asks_kind(question, ranking.seen[one.seeds[0]].span)
    ]
    return [one for one in ranked if one not in turned] if len(turned) < len(ranked) else ranked
