"""What a model's text claims, held against what it was served: the ids it cites, and the names that the evidence lacks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kgllm.answering.claims import NUMBER, Vocabulary, claimed
from kgllm.types import Citation, Entity, Evidence, Fact, Node, Prompt, Relation, Told

if TYPE_CHECKING:
    from kgllm.graphs.base import Graph

_ID = r"(?:facts?\s*|no\.?\s*|#|\^|事实|№)?\s*\d{1,12}"  # as models write them beside [1]: [fact 1], [#1], [^1], [事实1]
_BRACKETS = re.compile(rf"[\[［【〔]\s*({_ID}(?:\s*[,，、;；\-–—~～至到]\s*{_ID})*)\s*[\]］】〕]", re.IGNORECASE)
_FENCE = re.compile(r"```\w*")
_NUMBER = re.compile(r"\d+")
_RANGE = re.compile(r"(\d+)\s*[-–—~～至到]\s*(\d+)")
_WIDEST_RANGE = 100


def check(text: str, prompt: Prompt, evidence: Evidence, graph: Graph | None = None) -> tuple[tuple[Citation, ...], tuple[str, ...]]:
    """(citations, unsupported) of a model's text.

    citations: every id cited, as [1], [1, 2], [1-3], [fact 1], 【1】 or [1][2], in the order of the text; `span` is the number's place,
    `served` whether the prompt held it. unsupported: the names and numbers that the text claims and the evidence does not
    hold, as written, each once, whether the graph knows them or not. Words of the question, names of the evidence and
    parts of such a name ("Nolan") are no claims of the model's own.
    """
    known = names_of(evidence, prompt)
    cited = tuple(citations(text, prompt, known))
    bare = _BRACKETS.sub(lambda found: " ; ".ljust(len(found[0])), text)
    bare = _FENCE.sub(lambda found: " " * len(found[0]), bare)
    vocabulary = Vocabulary(known, question=evidence.question, counts=_counts(evidence))
    return cited, claimed(bare, vocabulary, graph)


def citations(text: str, prompt: Prompt, known: Iterable[str] = ()) -> Iterator[Citation]:
    """The ids that a text cites. A number in brackets that is part of a name ("Alien [3]") is no citation."""
    for group in _ids(text, known):
        for number, span in _numbers(group[1], group.start(1)):
            fact = prompt.served.get(number)
            yield Citation(id=number, span=span, fact=fact, served=fact is not None)


def without_ids(text: str, known: Iterable[str] = ()) -> str:
    """A text without the ids that it cites, everything in its place.

    >>> without_ids("Alien [3] [12], Memento [1-3]", ["Alien [3]"])
    'Alien [3]     , Memento      '
    """
    for group in _ids(text, known):
        text = text[: group.start()] + " " * len(group[0]) + text[group.end() :]
    return text


def _ids(text: str, known: Iterable[str]) -> list[re.Match[str]]:
    own = [place for name in known if _BRACKETS.search(name) for place in _places(name, text)]
    return [group for group in _BRACKETS.finditer(text) if not any(start <= group.start() and group.end() <= end for start, end in own)]


def names_of(evidence: Evidence, prompt: Prompt | None = None) -> tuple[str, ...]:
    """Every name and alias in the evidence: of facts, qualifiers, relations, seeds, linked entities, the ends of paths and what is told beside."""
    found: dict[str, None] = {}

    def add(node: Node) -> None:
        found[node.name] = None
        if isinstance(node, Entity):
            found.update(dict.fromkeys((*node.aliases, *node.types)))

    def say(relation: Relation) -> None:
        found.update(dict.fromkeys((relation.name, *relation.aliases, relation.inverse_name or "", *relation.inverse_aliases)))

    facts: list[Fact] = [*evidence.facts, *(prompt.served.values() if prompt else ())]
    for fact in dict.fromkeys(facts):
        add(fact.subject)
        add(fact.object)
        say(fact.relation)
        for relation, value in fact.qualifiers:
            say(relation)
            add(value)
    for path in evidence.paths:
        for node in (*path.seeds, *path.endpoints):
            add(node)
    told = (node for one in _told(evidence) for node in one.named)
    for node in (*evidence.seeds, *(link.entity for link in evidence.links), *told):
        add(node)
    return tuple(name for name in found if name)


def _numbers(inside: str, offset: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """The ids in one pair of brackets, a range as each of its numbers, with the place of what was written."""
    place = 0
    while place < len(inside):
        found = _RANGE.match(inside, place)
        if found and 0 <= int(found[2]) - int(found[1]) < _WIDEST_RANGE:
            for number in range(int(found[1]), int(found[2]) + 1):
                yield str(number), (offset + found.start(), offset + found.end())
        else:
            found = _NUMBER.match(inside, place)
            if found:
                yield str(int(unicodedata.normalize("NFKC", found[0]))), (offset + found.start(), offset + found.end())
        place = found.end() if found else place + 1


def _places(name: str, text: str) -> list[tuple[int, int]]:
    return [(found.start(), found.end()) for found in re.finditer(re.escape(name), text, re.IGNORECASE)]


def _counts(evidence: Evidence) -> frozenset[str]:
    """Numbers that the evidence proves without holding them: how many ends a path has, how many there are of what, and what was made of the
    values of each group."""
    made = (number for value in evidence.settings.get("values", ()) for number in NUMBER.findall(value))
    told = (str(count) for one in _told(evidence) for count in (one.count, *(many for _, many in one.amounts)))
    return frozenset((*(str(path.count) for path in evidence.paths), *told, *(one.replace(",", "") for one in made)))


def _told(evidence: Evidence) -> tuple[Told, ...]:
    return () if evidence.wide is None else (*evidence.wide.told, *evidence.wide.groups)
