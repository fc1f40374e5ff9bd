"""Steps that a question counts by saying their word again: "the superclass of the superclass of X" is two steps, and not one, and not what
else is under the first; "the same superclass as X" is one and back. And what two things that are named both lead to, before what else leads there."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from kgllm.words.chains import chains
from kgllm.words.questions import yes_or_no

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.words.questions import Span

_CLOSE = 1.0  # how much less a direct step may score than the way there and back
_SURE = 0.5
_MOST = 8


def said_again(question: str, name: Span) -> int:
    """How often in a row one noun stands before a name, each "of" the next.

    >>> text = "What is the boss of the boss of the boss of Ann?"
    >>> said_again(text, (44, 47)), said_again("Who is the boss of the sister of Ann?", (33, 36))
    (3, 1)
    """
    before, nouns = question[: name[0]].lower(), list[str]()
    while len(nouns) < _MOST and (found := chains().noun_of.search(before)) is not None:
        nouns.append(found["noun"].split()[-1])
        before = before[: found.start()] + " " if " " not in found["noun"] else before[: found.start()] + found["noun"].split()[0] + " "
    often = 0
    for noun in nouns:
        if noun != nouns[0]:
            break
        often += 1
    return often if often == len(nouns) else min(often, 1)


def repeated(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, without those that are as many steps of one relation as the question does not say, and without ways there and back
    where a direct step leads from all that is named."""
    question = ranking.asked.text
    inverse = ranking.steps.column("inverse")
    said = {span: said_again(question, span) for span in {seen.span for seen in ranking.seen}}  # several paths start from one name
    for one in ranked:
        often = said[ranking.seen[one.seeds[0]].span]
        if often > 1 and len(one.numbers) == often and len(set(one.numbers)) == 1:
            step = one.numbers[0]
            return [one, *(other for other in ranked if other is not one and step not in other.numbers)]
    if chains().same.search(question):
        return _there_and_back(ranking, ranked)
    direct = [one for one in ranked if len(one.seeds) > 1 and len(one.numbers) == 1 and one.confidence >= _SURE]

    def turns(one: Ranked) -> bool:
        back = any(inverse[a] == b for a, b in pairwise(one.numbers))
        mine = {relation.id for step in one.steps for relation, _ in step}
        return back and any(
            set(other.seeds) == set(one.seeds)
            and {relation.id for relation, _ in other.steps[0]} == mine
            and other.score >= one.score - _CLOSE
            for other in direct
        )

    return [one for one in ranked if not turns(one)] if direct else ranked


def _there_and_back(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """What has the same boss as Ann is under her boss, and is not the boss, nor what he has: where the best path leads on from what follows
    "as", its first step and back comes first, and without that nothing is sure."""
    if not ranked or len(ranked[0].seeds) != 1 or yes_or_no(ranking.asked.text):
        return ranked
    best, inverse = ranked[0], ranking.steps.column("inverse")
    start = ranking.seen[best.seeds[0]].span[0]
    if chains().same_as.search(ranking.asked.text[:start]) is None or any(inverse[a] == b for a, b in pairwise(best.numbers)):
        return ranked
    back = (best.numbers[0], int(inverse[best.numbers[0]]))
    first = [one for one in ranked if one.numbers == back and one.seeds == best.seeds] if len(best.numbers) == 1 else []
    for one in ranked if not first else ():
        one.refuse("same_thing")
    return [*first, *(one for one in ranked if one not in first)]
