"""Answers that are put together from several: one for each thing that a question names, and whether several have the same of something."""

from __future__ import annotations

from collections.abc import Sequence

from kgllm.answering.symbolic import said_of, told
from kgllm.retrieval.scoring.score import KNOWN_WHOLE
from kgllm.types import Answer, Citation, Node, replace
from kgllm.words.language import language_of
from kgllm.words.moments import moment_of
from kgllm.words.relations import mutual

UNKNOWN = ("not in the graph", "图谱中没有")


def of_each(draft: Answer, names: Sequence[str], parts: Sequence[Answer]) -> Answer | None:
    """The answers of the parts, each after its name: "Ann: 34 [1]; Bob: 41 [2]". None where none is known.

    What is not known of one is said; what is, is told all the same.
    """
    if draft.evidence is None or all(part.abstained for part in parts):
        return None
    chinese = language_of(draft.question) == "zh"
    facts = tuple(dict.fromkeys(fact for part in parts for fact in part.facts))
    text, citations = "", list[Citation]()
    for name, part in zip(names, parts, strict=True):
        text += (("；" if chinese else "; ") if text else "") + name + ("：" if chinese else ": ")
        if part.abstained:
            text += UNKNOWN[chinese]
            continue
        before = "" if part.verdict is None else told(part.verdict, chinese=chinese)
        text, mine = said_of(part.entities, facts, text + before, chinese=chinese)
        citations += mine
    nodes = tuple(dict.fromkeys(node for part in parts for node in part.entities))
    evidence = replace(draft.evidence, facts=tuple(dict.fromkeys([*facts, *draft.evidence.facts])))
    return Answer(
        question=draft.question,
        text=text,
        entities=nodes,
        facts=facts,
        citations=tuple(citations),
        confidence=min(part.confidence for part in parts if not part.abstained),
        evidence=evidence,
        timings=draft.timings,
        settings=draft.settings,
    )


def shared(parts: Sequence[Answer], unit: str) -> tuple[bool, list[Node], float] | None:
    """Whether the answers of all parts have one in common, which, and how sure that is; of times as far as the unit goes. None where
    one is not known."""
    if any(part.abstained or not part.entities or part.verdict is not None for part in parts):
        return None
    sure = min(part.confidence for part in parts)
    if unit:
        keys = [{key for node in part.entities if (key := _key(node, unit)) is not None} for part in parts]
        if not all(keys):
            return None
        common = set.intersection(*keys)
        nodes = [node for part in parts for node in part.entities if not common or _key(node, unit) in common]
        return bool(common), nodes, sure
    ends = [dict.fromkeys(part.entities) for part in parts]
    both = [node for node in ends[0] if all(node in other for other in ends[1:])]
    return bool(both), both or [node for some in ends for node in some], sure * (1.0 if both else KNOWN_WHOLE)


def beside(parts: Sequence[Answer]) -> tuple[bool, list[Node], float] | None:
    """Whether the things that several questions are about lead to each other, by a relation that holds both ways: they "share a border".
    None where it is no such relation."""
    paths = [part.evidence.paths[0] for part in parts if not part.abstained and part.evidence is not None and part.evidence.paths]
    if len(paths) < len(parts) or not all(len(path.relations) == 1 and mutual(path.relations[0][0].name) for path in paths):
        return None
    things = [set(path.seeds) for path in paths]
    met = [
        node for n, path in enumerate(paths) for node in path.endpoints if any(node in other for m, other in enumerate(things) if m != n)
    ]
    sure = min(part.confidence for part in parts)
    return bool(met), met or [node for path in paths for node in path.endpoints], sure * (1.0 if met else KNOWN_WHOLE)


def _key(node: Node, unit: str) -> tuple[int | None, ...] | None:
    moment = moment_of(node.name)
    if moment is None:
        return None
    key = {"year": (moment.year,), "month": (moment.month,), "day": (moment.month, moment.day)}.get(
        unit, (moment.year, moment.month, moment.day)
    )
    return None if None in key else key
