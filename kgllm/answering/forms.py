"""Questions that the best path does not answer: for yes or no, where it ends elsewhere; what something is not; comparisons.

A path is found for such a question too ("Did Romanek direct Memento?" → the film that he did direct), and is no answer to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from kgllm.types import Evidence, Link, Mention, Path
from kgllm.words.questions import choice, compared, denies, negated, verdict, yes_or_no


def form_of(evidence: Evidence) -> str | None:
    """ "yes_or_no", "negation", "comparison": why the best path is no answer; None where it may be one.

    A question for yes or no names both ends of what it asks about; where the best path leads from one to the other, it says yes. It
    may as well name a relation ("does it have a sequel?"), whose values answer it. What is negated is answered by a relation that
    says what something is not.
    """
    question = evidence.question
    best = evidence.paths[0] if evidence.paths else None
    if negated(_without_names(question, evidence.links)) and not (best and any(denies(relation.name) for relation, _ in best.relations)):
        return "negation"
    if best is None:
        return None
    if yes_or_no(question) and _asks_for_another_end(evidence, best):
        return "yes_or_no"
    return "comparison" if _compares(question, evidence.links, best) else None


def _compares(question: str, links: Sequence[Link], best: Path) -> bool:
    """Whether the path starts from a value that the ends are to be more or less than, or from things of which one is to be chosen."""
    spans = {(link.mention.start, link.mention.end): link.entity for link in _apart(links)}
    if any(entity in best.seeds and compared(question, span) for span, entity in spans.items()):
        return True
    either = {spans[span] for span in choice(question, list(spans))}
    return bool(either and either >= set(best.seeds) and not either & set(best.endpoints))


def _asks_for_another_end(evidence: Evidence, best: Path) -> bool:
    """Whether a thing is named that the path neither ends at nor speaks of, and its ends do not say yes or no themselves."""
    said = " ".join(f"{name} {relation.id}" for relation, _ in best.relations for name in (relation.name, *relation.aliases)).lower()
    named = [link for link in _apart(evidence.links) if link.mention.text.lower() not in said]
    ends = set(evidence.seeds) - set(best.seeds)
    return len(named) > 1 and not ends & set(best.endpoints) and not all(verdict(end.name) for end in best.endpoints)


def _without_names(question: str, links: Sequence[Link]) -> str:
    """The question in lower case, a blank where a name stands."""
    left = list(question)
    for link in links:
        left[link.mention.start : link.mention.end] = " " * (link.mention.end - link.mention.start)
    return "".join(left).strip().lower()


def _apart(links: Sequence[Link]) -> list[Link]:
    """The best links that do not overlap."""
    kept: list[Link] = []
    for link in links:
        if not any(_overlap(link.mention, one.mention) for one in kept):
            kept.append(link)
    return kept


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end
