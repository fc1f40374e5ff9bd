"""Whether a path leads from the one to the other of two names as a question for yes or no says, or the other way round.

"Is Luke the father of Vader?": that Vader is Luke's father is no yes. Only where the question and the names of the relations say which
end is which (`kgllm.words.readings`) is anything judged; where they do not, a path between the two stays what it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgllm.words.readings import Said, said, same_way

if TYPE_CHECKING:
    from kgllm.retrieval.rank import Ranked, Ranking
    from kgllm.types import Relation
    from kgllm.words.questions import Span


def runs(ranking: Ranking, one: Ranked, named: Span) -> bool | None:
    """Whether a path from its seed to a name at a place runs as the question says (True), or a step of it the other way (False: a child
    of a parent is no child); None: nothing says."""
    asked = said(ranking.asked.text, ranking.seen[one.seeds[0]].span, named)
    if asked is None or any(len(step) > 1 for step in one.steps):
        return None
    verdicts = {_runs(asked, relation, outward=move == "out", from_first=asked.second == named) for [(relation, move)] in one.steps}
    return False if False in verdicts else verdicts.pop() if len(verdicts) == 1 else None


def _runs(asked: Said, relation: Relation, *, outward: bool, from_first: bool) -> bool | None:
    """The same of one step, by every name of its relation that says something."""
    forward = {same_way(asked, name) for name in (relation.name, *relation.aliases)}
    backward = {same_way(asked, name) for name in (relation.inverse_name, *relation.inverse_aliases) if name}
    first_is_subject = (forward | {not one for one in backward if one is not None}) - {None}
    if len(first_is_subject) != 1:
        return None
    return (first_is_subject.pop() == outward) == from_first
