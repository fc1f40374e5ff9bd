"""Questions that the best path does not answer: for yes or no, where it ends elsewhere; what something is not; comparisons.

A path is found for such a question too ("Did Romanek direct Memento?" → the film that he did direct), and is no answer to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgllm.types import Evidence, Link, Path
from kgllm.words.affirms import affirms
from kgllm.words.extremes import compares, coordinated
from kgllm.words.parted import parted
from kgllm.words.questions import (
    Span,
    choice,
    compared,
    denies,
    exists,
    more_of_two,
    negated,
    overlap,
    sign_of,
    verdict,
    without_names,
    yes_or_no,
)

_VALUE = re.compile(r"\d[\d.,]*")
_AFTER = re.compile(r"\b(?:to|from|in|at|by|with|for|near|of)\s+([A-Z][^\W\d_]{2,})")
_LEFT = 0.4  # weight of words that nothing explains: what is asked whether it is so is among them
_STRANGE = 0.6  # weight of words that the graph knows nothing of: one of them is likely a name ("did Google develop BERT?")


def form_of(evidence: Evidence) -> str | None:
    """ "yes_or_no", "negation", "comparison", "below_threshold": why the best path is no answer; None where it may be one.

    A question for yes or no names both ends of what it asks about; where the best path leads from one to the other, it says yes, or
    no if its relation denies; where the relation asked for leads elsewhere, that says no too. It may as well name a relation ("does it have a sequel?"), whose values answer it. What is negated is
    answered by a relation that says what something is not, and nothing else is.
    """
    question = evidence.question
    best = evidence.paths[0] if evidence.paths else None
    spans = [link.mention.span for link in evidence.links]
    negative, denied = negated(without_names(question, spans)), best is not None and denied_by(best)
    negative |= not yes_or_no(question) and _denies(question, spans)
    if negative and not denied:
        return "negation"
    if best is None:
        return None
    if _compares(question, evidence.links, best):
        return "comparison"
    if yes_or_no(question) and not refutes(best) and _asks_for_another_end(evidence, best):
        return "yes_or_no"
    return "below_threshold" if denied and not negative and not confirms(evidence) else None


def names_a_stranger(evidence: Evidence) -> bool:
    """Whether a name that no name of the graph was found for stands where a condition does, and nothing in the graph speaks of it: of
    "flights to Madrid" all flights are no answer.

    >>> import kgllm
    >>> flights = [("KL1", "is a", "flight"), ("KL1", "to", "Oslo"), ("KL2", "is a", "flight"), ("KL2", "to", "Bergen")]
    >>> kgllm.GraphQA(kgllm.load(flights)).ask("Which flights go to Madrid?").abstained
    True
    """
    if evidence.paths[0].features.get("strange", 0.0) < _STRANGE:
        return False
    spans = [link.mention.span for link in evidence.links]
    kinds = {kind.lower() for link in evidence.links for kind in getattr(link.entity, "types", ())}  # "with Lamp 17", which is a lamp
    found = (one for one in _AFTER.finditer(evidence.question) if one[1].lower() not in kinds)
    return any(not any(overlap(one.span(1), span) for span in spans) for one in found)


def takes_part(evidence: Evidence, best: Path, span: Span) -> bool:
    """Whether what is named at a place stands in what a path rests on, or is a word of its relations or a kind of what it leads to."""
    held = {*best.seeds, *best.endpoints, *(value for _, value in best.constraints)}
    held |= {node for fact in best.facts for node in (*fact.nodes, *(value for _, value in fact.qualifiers))}
    links = [link for link in evidence.links if overlap(link.mention.span, span)]
    if any(candidate.entity in held for link in links for candidate in link.candidates) or any(link.entity in held for link in links):
        return True
    word = evidence.question[slice(*span)].lower()
    said = " ".join(name for relation, _ in best.relations for name in (relation.name, relation.id, *relation.aliases)).lower()
    return word in said or word in {kind.lower() for node in held for kind in getattr(node, "types", ())}


def confirms(evidence: Evidence) -> bool:
    """Whether a question for yes or no is answered by a path between two things that it names."""
    best = evidence.paths[0]
    return yes_or_no(evidence.question) and set(best.endpoints) <= set(evidence.seeds) - set(best.seeds)


def refutes(path: Path) -> bool:
    """Whether a path says no to a question by where it leads instead."""
    return path.features.get("refutes", 0.0) > 0


def denied_by(path: Path) -> bool:
    """Whether a relation of the path says what something is not."""
    return any(denies(relation.name) for relation, _ in path.relations)


def _compares(question: str, links: Sequence[Link], best: Path) -> bool:
    """Whether what is asked for is more or less than a value, or one of two things that the path starts from is to be chosen."""
    spans = {link.mention.span: link.entity for link in _apart(links)}
    names = [span for span in spans if not question[span[0] : span[1]][:1].isdigit()]
    values = [match.span() for match in _VALUE.finditer(question)]
    free = [value for value in values if not any(overlap(value, name) for name in names)]
    if any(compared(question, value) for value in free) or _bound(question, free):
        return True
    if _from_degree(question, links, best):
        return True
    if len(spans) > 1 and (more_of_two(question) or _of_two(question, sorted(spans))):
        return True
    either = {spans[span] for span in choice(question, list(spans))}
    if not either or either & set(best.endpoints):
        form = compares(question) if len(either) > 1 and either <= set(best.endpoints) else None
        return form is not None and bool(form.degrees)  # both have it, and which is first is asked
    if either >= set(best.seeds):
        return True
    told = {end.name.casefold() for end in best.endpoints}  # "which came first, A or B?" is answered by neither a day nor a third
    return not yes_or_no(question) and told.isdisjoint(one.name.casefold() for one in either)


def _denies(question: str, spans: Sequence[Span]) -> bool:
    """Whether a question that asks for a thing denies something of it: 老王不喜欢什么."""
    form = parted(question, spans, lambda word: False)
    return form is not None and bool(form.denials) and not form.asks


def _bound(question: str, values: Sequence[Span]) -> bool:
    """Whether one of the numbers at some places is a limit, on whichever side of it the words for that stand: "no less than 5", 比1905年早."""
    form = compares(question) if values else None
    limits = [one for one in form.bounds if one.low != one.high] if form is not None else []
    return any(overlap(one.span, value) for one in limits for value in values)


def _from_degree(question: str, links: Sequence[Link], best: Path) -> bool:
    """Whether the path starts from a superlative that was taken for a part of a name: "the longest documentary", The Longest Day."""
    form = compares(question)
    degrees = [one.span for one in form.degrees if one.superlative and not one.loose] if form else []
    spans = [link.mention.span for link in links if link.entity in best.seeds]
    return any(one[0] <= start and end <= one[1] for one in degrees for start, end in spans)


def _of_two(question: str, names: Sequence[Span]) -> bool:
    """Whether a question asks which of the things that it puts beside each other has more: "A和B哪个面积大？"."""
    form = compares(question)
    return (
        form is not None and any(one.loose and not one.superlative for one in form.degrees) and bool(coordinated(question.lower(), names))
    )


def _asks_for_another_end(evidence: Evidence, best: Path) -> bool:
    """Whether a thing is named that the path neither ends at nor speaks of, and its ends do not say yes or no themselves."""
    bit = bool(best.relations) and all(sign_of(best.relations[-1][0].name, end.name) is not None for end in best.endpoints)
    if bit or all(verdict(end.name) for end in best.endpoints) or (set(evidence.seeds) - set(best.seeds)) & set(best.endpoints):
        return False
    rest = without_names(evidence.question, [link.mention.span for link in evidence.links])
    if len(best.endpoints) == 1 and affirms(rest, best.endpoints[0].name) is not None:
        return False
    if best.features.get("unexplained", 0.0) >= _LEFT and not exists(rest):
        return True
    said = " ".join(f"{name} {relation.id}" for relation, _ in best.relations for name in (relation.name, *relation.aliases)).lower()
    named = [link for link in _apart(evidence.links) if link.mention.text.lower() not in said]
    return len(named) > 1 or best.features.get("strange", 0.0) >= _STRANGE


def _apart(links: Sequence[Link]) -> list[Link]:
    """The best links that do not overlap."""
    kept: list[Link] = []
    for link in links:
        if not any(overlap(link.mention.span, one.mention.span) for one in kept):
            kept.append(link)
    return kept
