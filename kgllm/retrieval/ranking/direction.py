"""Whether a path runs as a question says, or the other way round: what grammar and the names of relations tell (`kgllm.words.readings`).

"Is Luke the father of Vader?": that Vader is Luke's father is no yes. "Who acquired Acme?": whom Acme acquired is no answer. Only where
the question and the names say which end is which is anything judged; where they do not, a path stays what it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.matching import LEAST
from kgllm.words.counting import LIST_HAN
from kgllm.words.doers import doer_first
from kgllm.words.onward import end_of, goes_on
from kgllm.words.readings import Said, lies_in, said, same_way
from kgllm.words.stems import singular
from kgllm.words.tokens import is_han
from kgllm.words.whom import asks, sure_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths.walk import Candidates
    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.types import Relation
    from kgllm.words.onward import End
    from kgllm.words.questions import Span

_LIST_HAN = re.compile(LIST_HAN)
_TURNED = 2.0  # unsaid steps that a path counts for which runs the other way
_UNSAID, _UNEXPLAINED, _EXPLAINED = (NAMES.index(name) for name in ("unsaid", "unexplained", "explained"))
_SAYS = np.array([NAMES.index(name) for name in ("explained", "weakest", "named", "toward", "head")])


def runs(ranking: Ranking, one: Ranked, named: Span) -> bool | None:
    """Whether a path from its seed to a name at a place runs as the question says (True), or a step of it the other way (False: a child
    of a parent is no child); None: nothing says."""
    asked = said(ranking.asked.text, ranking.seen[one.seeds[0]].span, named)
    if asked is None or any(len(step) > 1 for step in one.steps):
        return None
    alike = ranking.steps.same_ends
    verdicts = {
        _runs(asked, ranking.steps.read(relation), outward=move == "out", from_first=asked.second == named, alike=alike(relation.id))
        for [(relation, move)] in one.steps
    }
    return False if False in verdicts else verdicts.pop() if len(verdicts) == 1 else None


def turned(ranking: Ranking, candidates: Candidates) -> None:
    """Judge the paths that lead to what is asked for the other way round: they say nothing of what the question does."""
    table, steps, question = candidates.table, candidates.steps, ranking.asked
    several = any(word.step >= 0 for word in question.words)  # each step of an uncle goes its way
    if table is None or question.negated or question.share or several:
        return
    for span in {seen.span for seen in ranking.seen if seen.span[0] < seen.span[1]}:
        asked, end = asks(ranking.asked.text, span), end_of(ranking.asked.text, span)
        if asked is None and not end:
            continue
        mine = np.array([seen.span == span for seen in ranking.seen], bool)[candidates.seed]
        met = np.zeros(len(ranking.match.explains), bool)  # of many relations few are here
        met[steps[mine]] = True  # -1, no step, marks the last of all: one judged for nothing
        met[ranking.run.leaving(ranking.steps)] = True
        against = ranking.against[span] = np.zeros(len(met), bool) if asked is None else _against(ranking, asked, span, met)
        against |= _against_end(ranking, end, asked, met)
        wrong = np.flatnonzero(mine & ((steps >= 0) & against[np.maximum(steps, 0)]).any(axis=1))
        table[wrong, _UNEXPLAINED] = np.array([seen.weights.sum() for seen in ranking.seen], np.float32)[candidates.seed[wrong]]
        table[wrong, _UNSAID] += _TURNED
        table[np.ix_(wrong, _SAYS)] = 0.0


def runs_against(ranking: Ranking, question: str, name: Span, number: int) -> bool:
    """Whether a step from a name at a place leads the other way round to what another question, a part of this one, asks for."""
    asked = asks(question, name)
    met = np.zeros(len(ranking.match.explains), bool)
    met[number] = True
    return asked is not None and bool(_against(ranking, asked, name, met)[number])


def _against(ranking: Ranking, asked: Said, span: Span, met: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the steps that were met run the other way than a question says, from the name at a place to what is asked for."""
    steps, explains, spoken = ranking.steps, ranking.match.explains, ranking.match.spoken
    here = spoken[met[spoken]]
    heard = set(here[explains[here].max(axis=1, initial=0.0) >= LEAST].tolist())
    several = asked.kind == "noun" and (singular(asked.text) != asked.text or _LIST_HAN.search(ranking.asked.text) is not None)
    out = np.zeros(len(steps), bool)
    for number in np.flatnonzero(met).tolist():
        (relation, move), *beside = steps.relations[number]
        relation = steps.read(relation)
        if number not in heard and not lies_in(relation.name, ""):  # "the towns in X" says no more of what they lie in
            continue
        if any(how != "beside" for _, how in beside):
            continue
        alike = steps.same_ends(relation.id)
        doer = _doer(asked, relation.name, alike=alike)
        if several and not beside and lies_in(relation.name, asked.text):
            out[number] = (move == "out") == (asked.second == span)
        elif beside:  # "the owners of Acme" are no dates of their shares
            verb = asked.kind != "noun" and not steps.values(relation.id)
            against = verb and _runs(asked, relation, outward=move == "out", from_first=asked.first == span, alike=alike) is False
            out[number] = doer is not None or against
        elif doer is not None or sure_of(asked, relation.name, alike=alike, values=steps.values(relation.id)):
            out[number] = _runs(asked, relation, outward=move == "out", from_first=asked.first == span, alike=alike) is False
    return out


def _against_end(ranking: Ranking, end: End, asked: Said | None, met: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The same by the end at which small words place the name ("onto X"), of steps between likes of which verbs and nouns say nothing."""
    steps, out = ranking.steps, np.zeros(len(met), bool)
    for number in np.flatnonzero(met).tolist() if end else ():
        [(relation, move), *beside] = steps.relations[number]
        if beside or not steps.same_ends(relation.id):
            continue
        relation = steps.read(relation)
        sure = asked is not None and sure_of(asked, relation.name, alike=True, values=steps.values(relation.id))
        silent = asked is None or not sure or same_way(asked, relation.name) is None
        out[number] = silent and goes_on(relation.name) and (move == "out") == (end == "to")
    return out


def _doer(asked: Said, relation: str, *, alike: bool) -> bool | None:
    return doer_first(asked.text, relation, alike=alike) if asked.kind == "noun" else None


def _runs(asked: Said, relation: Relation, *, outward: bool, from_first: bool, alike: bool) -> bool | None:
    """The same of one step, by every name of its relation that says something."""
    names = [(_doer(asked, name, alike=alike), name) for name in (relation.name, *relation.aliases)]
    forward = {same_way(asked, name) if first is None else first for first, name in names}
    # "used in" puts first what is used: of a verb in another language nothing is sure by the name of the way back
    inverse = [name for name in (relation.inverse_name, *relation.inverse_aliases) if name and is_han(name) == is_han(asked.text)]
    backward = {same_way(asked, name) for name in inverse}
    first_is_subject = (forward | {not one for one in backward if one is not None}) - {None}
    if len(first_is_subject) != 1:
        return None
    return (first_is_subject.pop() == outward) == from_first
