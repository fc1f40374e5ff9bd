"""What is counted where a question asks who has most of something: "the most poems", 谁的诗最多; and at which end of a relation it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.words import lexicon, relation_words, singular
from kgllm.words.counting import NUMBER_OF
from kgllm.words.doers import doer_first
from kgllm.words.extremes import COUNTED_AS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths.steps import Steps
    from kgllm.retrieval.reading.question import Asked
    from kgllm.types import Relation
    from kgllm.words.questions import Span

_AFTER = re.compile(rf"\s+(?:(?:{COUNTED_AS})\s+)?(?P<noun>[^\W\d_]+)", re.IGNORECASE)
_NUMBER = re.compile(rf"{NUMBER_OF}\s+(?P<noun>[^\W\d_]+)", re.IGNORECASE)
_BEFORE = re.compile(r"(?P<noun>[\u4e00-\u9fff]{1,4})(?:数量?|总数)?$")
_PARTS = re.compile(r"[的谁里中内个位座家名种类部篇首条片]")
_ONE_NOUN = 3  # characters that are taken for one noun
_WHOLE = 0.8
NOUN = 0.3  # how well a noun must name what stands at a relation's end


@dataclass(frozen=True, slots=True)
class Tally:
    """The noun for what is counted, in all its words, and where it stands."""

    nouns: frozenset[str]
    span: Span

    def words(self, asked: Asked) -> frozenset[int]:
        """Its words in the question."""
        return frozenset(n for n, word in enumerate(asked.words) if self.span[0] <= word.start and word.end <= self.span[1])

    def stands(self, steps: Steps, step: int, relation: Relation, way: int) -> float:
        """How well it names what a step of a relation (out: 0, in: 1) leads to."""
        best = 0.0
        for noun in self.nouns:
            posting = steps.with_noun(noun)
            if posting is not None:
                best = max(best, float(np.max(posting[3][posting[0] == step], initial=0.0)))
        return max(best, _WHOLE) if way == self.named_by(relation) else best

    def named_by(self, relation: Relation) -> int:
        """The way along a relation to what its name says that is counted; -1 where its name says something else. A subclass is what is
        `subClassOf` another; neighbours are what is at the end of `neighbours`, dependents what `depends on` something."""
        for noun in self.nouns:
            if (first := doer_first(noun, relation.name)) is not None:
                return int(first)
        words = relation_words(relation.name)
        whole = {singular("".join(word for word, _ in words.words)), singular(words.words[-1][0])}
        return int(words.form == "of") if whole & self.nouns else -1

    def way(self, steps: Steps, numbers: NDArray[Any], number: int, relation: Relation) -> tuple[int, bool] | None:
        """The way of a relation (of a number; `numbers` are those of its steps) on whose far side it stands, and whether the relation's own
        name says so; None of any other."""
        own = self.named_by(relation)
        if own >= 0:
            return own, True
        ends = [self.stands(steps, int(numbers[2 * number + way]), relation, way) for way in (0, 1)]
        return (int(ends[1] > ends[0]), False) if max(ends) >= NOUN and ends[0] != ends[1] else None


def tally(asked: Asked, condition: Span, *, numbered: bool = False) -> Tally | None:
    """What a condition ("most", 最多) counts, by the noun after it, or in Chinese before it; `numbered`: only by "number of".

    >>> from kgllm.retrieval.reading.question import read
    >>> sorted(tally(read("who has the most direct subclasses"), (12, 16)).nouns), sorted(tally(read("谁的诗最多？"), (3, 5)).nouns)[:2]
    (['subclass'], ['poem', 'verse'])
    """
    text = asked.text
    found = _NUMBER.search(text, condition[1]) or (_AFTER.match(text, condition[1]) if not numbered else None)
    if found is not None:
        noun = singular(found["noun"].lower())
        return Tally(frozenset((noun, *lexicon().across(noun))), found.span())
    before = None if numbered else _BEFORE.search(text, 0, condition[0])
    run = "" if before is None else _PARTS.split(before["noun"])[-1]
    if before is None or not run:
        return None
    known, end = lexicon(), before.end("noun")
    sizes = [size for size in range(len(run), 0, -1) if run[-size:] in known.kind_of_noun or known.across(run[-size:])]
    size = len(run) if len(run) <= _ONE_NOUN or not sizes else sizes[0]
    noun = run[-size:]
    return Tally(frozenset((noun, *known.across(noun))), (end - size, end))


def numbered(asked: Asked, condition: Span) -> bool:
    """Whether a question says that a number of things is compared: "top 3 authors by number of books"."""
    return _NUMBER.search(asked.text, condition[1]) is not None
