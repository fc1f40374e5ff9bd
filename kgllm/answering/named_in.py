"""What a model's text names as its answer, among the nodes of the evidence: not what it tells beside, to say why."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from kgllm.answering.citations import names_of, without_ids
from kgllm.retrieval.reading.outside import counts
from kgllm.types import Entity, Evidence, Fact, Literal, Node
from kgllm.words.extremes import compares
from kgllm.words.patterns import either
from kgllm.words.questions import Span, overlap
from kgllm.words.tables import read_table

_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")


def named_in(text: str, evidence: Evidence, cited: tuple[Fact, ...]) -> tuple[Node, ...]:
    """The nodes of the evidence that the text names, in its order; longer names first where they overlap.

    The question's own entities are what it asks about, not answers, unless nothing else is named, or it asks for one of them. What stands in
    brackets behind an answer, and of a question that compares or lets choose behind "than" and "vs", says why. Where a text names none but cites, the best path's ends among the
    cited facts are meant.
    """
    spoken = fold(without_ids(text, names_of(evidence)))
    nodes = dict.fromkeys(node for path in evidence.paths[:1] for node in path.endpoints)
    nodes |= dict.fromkeys(node for fact in evidence.facts for node in fact.nodes)
    nodes |= dict.fromkeys(node for told in (evidence.wide.told if evidence.wide else ()) for node in told.named)
    names = [(fold(name), node) for node in nodes for name in dict.fromkeys(names_in(node))]
    found = [(at, at + len(name), node) for name, node in names for at in _places(spoken, name, whole=isinstance(node, Literal))]
    found.sort(key=lambda span: (span[0] - span[1], span[0]))
    kept: dict[Span, list[Node]] = {}
    for start, end, node in found:
        if (start, end) in kept or all(end <= other[0] or start >= other[1] for other in kept):
            kept.setdefault((start, end), []).append(node)
    proven = {node for fact in cited for node in fact.nodes}
    meant = {span: _meant(nodes, proven) for span, nodes in sorted(kept.items())}
    seeds = set(evidence.seeds)
    degrees = (form := compares(evidence.question)) is not None and bool(form.degrees)
    chooses = len(seeds) > 1 and (degrees or _one_of(evidence))
    chooses = chooses and not seeds.isdisjoint(next(iter(meant.values()), []))  # "Ann and Bo's tallest friend" is neither
    asked = {span: [node for node in nodes if (node in seeds) is chooses] for span, nodes in meant.items()}
    asked = {span: nodes for span, nodes in asked.items() if nodes} or meant
    told = _outside_brackets(spoken, asked, meant) or asked
    if form is not None or chooses:
        told = _before_reasons(spoken, told, meant) or told
    if chooses:
        told = _first(spoken, told)
    answers = [node for nodes in told.values() for node in nodes]
    if degrees and not counts(evidence.question) and answers and isinstance(answers[0], Entity):  # "Olm, 76 m": the amount says why
        answers = [node for node in answers if isinstance(node, Entity)]
    if not answers and evidence.paths:
        ends = set(evidence.paths[0].endpoints)
        answers = [node for fact in cited for node in (fact.object, fact.subject) if node in ends]
    return tuple(dict.fromkeys(answers))


def _one_of(evidence: Evidence) -> bool:
    """Whether a question asks for one of the things that it names: "Ann or Bo", 安和博谁; not 安和博的朋友是谁."""
    text = evidence.question
    spans = sorted({(link.mention.start, link.mention.end) for link in evidence.links})
    if len(spans) < 2:  # the things were given
        return _words("between").search(text) is not None
    if any(_words("between").search(text[end:start]) for (_, end), (start, _) in itertools.pairwise(spans)):
        return True
    return any(_which().match(text, end) for _, end in spans)


def _outside_brackets(text: str, spans: Mapping[Span, list[Node]], names: Mapping[Span, list[Node]]) -> dict[Span, list[Node]]:
    """Of what a text names that which stands outside of brackets."""
    brackets = (found.span() for found in _BRACKETS.finditer(text))
    inside = [one for one in brackets if not any(name[0] <= one[0] and one[1] <= name[1] for name in names)]  # "Olm (film)"
    return {span: nodes for span, nodes in spans.items() if not any(start < span[0] and span[1] < end for start, end in inside)}


def _before_reasons(text: str, spans: Mapping[Span, list[Node]], names: Mapping[Span, list[Node]]) -> dict[Span, list[Node]]:
    """Of what a text names that which stands before the first word that holds it against something else."""
    first = min(spans, default=(0, 0))[1]
    turns = (found.start() for found in _words("against").finditer(text, first) if not any(overlap(found.span(), name) for name in names))
    at = next(turns, len(text))
    return {span: nodes for span, nodes in spans.items() if span[1] <= at}


def _first(text: str, spans: Mapping[Span, list[Node]]) -> dict[Span, list[Node]]:
    """The first of the names, and what "and" ties to it: of two that are asked about both may be it."""
    told, end = dict[Span, list[Node]](), -1
    for span, nodes in spans.items():
        if told and not _words("ties").fullmatch(text[end : span[0]].strip()):
            break
        told[span], end = nodes, span[1]
    return told


@cache
def _words(name: str) -> re.Pattern[str]:
    words = read_table("reasons")[name]
    english = rf"(?<![a-z]){either(words['en'])}(?![a-z])"
    return re.compile(rf"{english}|{either(words['zh'])}", re.IGNORECASE)


@cache
def _which() -> re.Pattern[str]:
    words = read_table("reasons")["which"]
    return re.compile(rf"[，,\s]*(?:{either(words['among'])})?[，,\s]*{either(words['zh'])}")


def _meant(namesakes: Sequence[Node], proven: set[Node]) -> list[Node]:
    """Of nodes of one name those of the cited facts; a text that is only called like a thing is the thing."""
    meant = [node for node in namesakes if node in proven] or list(namesakes)
    return [node for node in meant if isinstance(node, Entity)] or meant


def names_in(node: Node) -> tuple[str, ...]:
    """What a node may be called in a text."""
    return (node.name, *getattr(node, "aliases", ()))


def _places(text: str, name: str, *, whole: bool) -> Iterator[int]:
    """Where a name stands in a text as words of its own (CJK has no spaces to look at)."""
    at = text.find(name) if name else -1
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        cjk = name[0] >= "\u2e80" and name[-1] >= "\u2e80"
        if (cjk and not whole) or (not (before.isalnum() and before < "\u2e80") and not (after.isalnum() and after < "\u2e80")):
            yield at
        at = text.find(name, at + 1)


def fold(text: str) -> str:
    """A text as names are compared."""
    return unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
