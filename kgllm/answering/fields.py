"""Several fields of a thing asked for at once: each asked alone, and told by its name: "capital: Lima [1]; population: 34 million [2]".

A split has to be sure, since "Harold and Maude" is a film and "arts and crafts" one field: of each field the thing has a relation of that
name, or what is asked is answered by it; what the graph does not tell of this thing alone, it has to tell of others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from kgllm.answering.forms import refutes
from kgllm.answering.several import UNKNOWN
from kgllm.answering.symbolic import said_of
from kgllm.types import Answer, Citation, Entity, Fact, Path, Relation, Way, replace
from kgllm.words import lexicon, relation_words
from kgllm.words.conjuncts import fields_said
from kgllm.words.language import language_of
from kgllm.words.questions import Span, longest, overlap
from kgllm.words.saying import Known
from kgllm.words.together import Asking, fields_asked, may_join
from kgllm.words.whole import field_key, field_keys

if TYPE_CHECKING:
    from kgllm.graphs.base import View
    from kgllm.types import Evidence

Step = tuple[Relation, Way]
_UNEXPLAINED = 0.3  # weight of a field's words that its path does not explain
_MOST = 4  # things that one name may mean, of which the fields are read


def several_fields(
    text: str, draft: Answer, names: Sequence[Span], ask: Callable[[str], Answer], view: Callable[[], View], is_field: Known
) -> Answer | None:
    """The answers to a question for several fields; None where it asks for none, or they are not surely fields. `is_field`: whether a text is
    the whole name of any field of the graph."""
    if draft.evidence is None or "whole" in draft.evidence.settings or not may_join(text):
        return None
    asked = asked_of(text, draft.evidence, names, view)
    if not asked:
        return None
    parts = [ask(one.text) for one in asked]
    if not _sure(asked, parts, draft.evidence, view(), is_field):
        return None
    doubtful = _of_another(asked, parts, view())
    return _together(draft, asked, parts, by_name=bool(doubtful)) if doubtful in ("", "its") else None


def asked_of(text: str, evidence: Evidence, names: Sequence[Span], view: Callable[[], View]) -> list[Asking]:
    """The questions for one field each that a question asks; none where it asks for one."""
    if not may_join(text):
        return []
    asked = [Asking(one.label, names[0], one.text) for one in fields_said(text, names)]
    return asked or fields_asked(text, names, lambda span: _known(evidence, span, view()))


def with_fields(evidence: Evidence, draft: Callable[[], Answer], view: Callable[[], View], max_facts: int) -> Evidence:
    """The evidence of a question; of one for several fields, with the facts of each first. `draft`: answers the question."""
    names = longest(link.mention.span for link in evidence.links) if may_join(evidence.question) else []
    if not names or not asked_of(evidence.question, evidence, names, view):
        return evidence
    found = draft().evidence
    return evidence if found is None or "fields" not in found.settings else _within(found, max_facts)


def _within(evidence: Evidence, max_facts: int) -> Evidence:
    """The first facts, as many as are wanted with their qualifiers."""
    sizes = accumulate(1 + len(fact.qualifiers) for fact in evidence.facts)
    facts = tuple(fact for fact, size in zip(evidence.facts, sizes, strict=True) if size <= max_facts)
    kept = set(facts)
    paths = tuple(replace(path, facts=tuple(fact for fact in path.facts if fact in kept)) for path in evidence.paths)
    return replace(evidence, facts=facts, paths=paths)


def _known(evidence: Evidence, span: Span, view: View) -> Known:
    """Whether a text is the whole name of a relation of the thing at a place."""
    keys: set[tuple[str, ...]] | None = None

    def known(text: str) -> bool:
        nonlocal keys
        if keys is None:
            keys = {key for relation in _relations(evidence, span, view) for key in field_keys((relation.name, *relation.aliases))}
        return bool(text.strip()) and field_key(text) in keys

    return known


def _relations(evidence: Evidence, span: Span, view: View) -> list[Relation]:
    """The relations that lead on from what is named at a place."""
    links = [link for link in evidence.links if overlap(link.mention.span, span)]
    nodes = dict.fromkeys(node for link in links for node in (link.entity, *(one.entity for one in link.candidates[:_MOST])))
    handles = view.handles([node for node in nodes if isinstance(node, Entity)])
    groups = view.groups(handles[handles >= 0])
    return [view.relations[one] for one in np.unique(groups.relation[groups.way == 0]).tolist()]


def _sure(asked: Sequence[Asking], parts: Sequence[Answer], evidence: Evidence, view: View, is_field: Known) -> bool:
    """Whether all that is asked for are fields, which lead to something by ways of their own."""
    if all(part.abstained for part in parts):
        return False
    ways: dict[Span, list[tuple[Step, ...]]] = {}
    for one, part in zip(asked, parts, strict=True):
        if part.abstained:
            if not one.named or one.whose or not _told_elsewhere(one.label, is_field):
                return False
            continue
        best = _best(part)
        if part.evidence is not None and part.evidence.settings.get("form", "field") != "field":  # "the highest and lowest point"
            return False
        if part.verdict is not None or refutes(best) or (not one.named and best.features.get("hops", 1.0) > 1):
            return False
        if not _known(evidence, one.thing, view)(one.label) and best.features.get("unexplained", 0.0) > _UNEXPLAINED:
            return False
        ways.setdefault(one.thing, []).append(best.relations)
    return all(len(set(mine)) == len(mine) for mine in ways.values())


def _of_another(asked: Sequence[Asking], parts: Sequence[Answer], view: View) -> str:
    """The word for a thing that may as well stand for what the first field leads to: "her" of "Bob's wife and her age"; "" where none does."""
    ends = [end for end in parts[0].entities if isinstance(end, Entity)]
    handles = view.handles(ends)
    groups = view.groups(handles[handles >= 0])
    theirs = {(view.relations[one].id, way) for one, way in zip(groups.relation.tolist(), groups.way.tolist(), strict=True)}
    for one, part in zip(asked, parts, strict=True):
        if one.whose and not part.abstained:
            relation, way = _best(part).relations[0]
            if (relation.id, int(way == "in")) in theirs:
                return one.whose
    return ""


def _best(part: Answer) -> Path:
    assert part.evidence is not None
    return part.evidence.paths[0]


def _told_elsewhere(label: str, is_field: Known) -> bool:
    """Whether the graph says of other things what a field does, or it is a word for what graphs say."""
    known = lexicon()
    words = relation_words(label).words
    return all(known.families_of(word) or known.kinds_of(word) for word, _ in words) or is_field(label)


def _together(draft: Answer, asked: Sequence[Asking], parts: Sequence[Answer], *, by_name: bool) -> Answer:
    """The answers of the parts, each after the name of its field; of several things, and where it is said `by_name`, with theirs."""
    assert draft.evidence is not None
    chinese = language_of(draft.question) == "zh"
    by_name |= len({one.thing for one in asked}) > 1
    facts = tuple(dict.fromkeys(fact for part in parts for fact in part.facts))
    text, citations = "", list[Citation]()
    for one, part in zip(asked, parts, strict=True):
        name = draft.evidence.question[slice(*one.thing)]
        field = one.label or " ".join(relation_words(_best(part).relations[-1][0].name).spoken)
        label = (f"{name}的{field}" if chinese else f"{field} of {name}") if by_name else field
        text += (("；" if chinese else "; ") if text else "") + label + ("：" if chinese else ": ")
        if part.abstained:
            text += UNKNOWN[chinese]
            continue
        text, mine = said_of(part.entities, facts, text, chinese=chinese)
        citations += mine
    found = [part for part in parts if not part.abstained]
    return Answer(
        question=draft.question,
        text=text,
        entities=tuple(dict.fromkeys(node for part in found for node in part.entities)),
        facts=facts,
        citations=tuple(citations),
        confidence=min(part.confidence for part in found),
        evidence=_evidence(draft.evidence, asked, found, facts),
        timings=draft.timings,
        settings=draft.settings,
    )


def _evidence(whole: Evidence, asked: Sequence[Asking], found: Sequence[Answer], facts: Sequence[Fact]) -> Evidence:
    """The best path of each field, then all else that was found."""
    paths = [part.evidence.paths[0] for part in found if part.evidence is not None]
    rest = [path for path in whole.paths if (path.seeds, path.relations) not in {(one.seeds, one.relations) for one in paths}]
    return replace(
        whole,
        paths=(*paths, *rest),
        facts=tuple(dict.fromkeys([*facts, *whole.facts])),
        settings={**whole.settings, "fields": tuple(dict.fromkeys(one.label or one.text for one in asked))},
    )
