"""Which of several things of one name is meant? The one whose relations, and whose types, the rest of the question speaks of."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from kgllm.frozen import frozen
from kgllm.graphs.base import Schema
from kgllm.words import lexicon, relation_words, stem
from kgllm.words.fields import spelled
from kgllm.words.names import fold

_FAMILY, _QUALIFYING = 0.7, 0.4  # a word of the same family, or of what a dotted name says before its last part
_SAME_KIND = 0.3  # "movie" for a film, but "movie" for a book too


@frozen
class Fit:
    """How much of the question's words a thing's relations explain (0 to 1), and the best pair of word and relation."""

    score: float = 0.0
    word: str = ""
    relation: str = ""


class RelationWords:
    """Which relations of a graph speak of a word, and how clearly (0 to 1)."""

    def __init__(self, schema: Schema) -> None:
        self.names = [stats.relation.name for stats in schema.relations]
        self._place = {stats.relation.id: i for i, stats in enumerate(schema.relations)}
        self._by_stem: dict[str, dict[int, float]] = defaultdict(dict)
        self._by_family: dict[str, dict[int, float]] = defaultdict(dict)
        for i, stats in enumerate(schema.relations):
            one = stats.relation
            for name in (one.name, *one.aliases, *spelled(one.name), one.inverse_name, *one.inverse_aliases):
                if name:
                    self._learn(i, name)
        self.of_word = lru_cache(maxsize=4096)(self._of_word)

    def _learn(self, relation: int, name: str) -> None:
        known, parts = lexicon(), relation_words(name)
        for word, strength in [(word, 1.0) for word, _ in parts.words] + [(word, _QUALIFYING) for word in parts.qualifying]:
            _raise(self._by_stem[stem(fold(word))], relation, strength)
            for family in known.families_of(word):
                _raise(self._by_family[family], relation, strength * _FAMILY)

    def _of_word(self, word: str) -> Mapping[int, float]:
        """The relations (as places in `names`) that speak of a folded word."""
        out = dict(self._by_stem.get(stem(word), {}))
        for family in lexicon().families_of(word):
            for relation, strength in self._by_family.get(family, {}).items():
                _raise(out, relation, strength)
        return out

    def fit(self, words: Iterable[str], relations: Sequence[str]) -> Fit:
        """How well a thing with these relations (ids) fits the words of the question; rare words weigh more."""
        own = [self._place[name] for name in relations if name in self._place]
        total = explained = 0.0
        best: tuple[float, str, str] = (0.0, "", "")
        for word in words:
            if not (held := self.of_word(word)):
                continue
            weight = math.log(1 + len(self.names) / len(held))
            total += weight
            strength, name = max(((held.get(relation, 0.0), self.names[relation]) for relation in own), default=(0.0, ""))
            explained += weight * strength
            if strength:
                best = max(best, (weight * strength, word, name))
        return Fit(explained / total if total else 0.0, best[1], best[2])


def type_said(nouns: Iterable[str], types: Iterable[str]) -> tuple[float, str]:
    """(how surely, which) of a thing's types the folded nouns beside its name say: "the tag Alien".

    >>> type_said(["films"], ["Film", "Work"]), type_said(["电影"], ["film"]), type_said(["tag"], ["Film"])
    ((1.0, 'Film'), (0.3, 'film'), (0.0, ''))
    """
    best = (0.0, "")
    for noun in nouns:
        for kind in types:
            head, kinds = _head_of(kind)
            sure = 1.0 if stem(noun) == head else _SAME_KIND if kinds.intersection(lexicon().kinds_of(noun)) else 0.0
            best = max(best, (sure, kind), key=lambda one: one[0])
    return best


@lru_cache(maxsize=4096)
def _head_of(kind: str) -> tuple[str, frozenset[str]]:
    """The stem of the noun that a type is named by ("GPU architecture": the last), and the kinds that it is of."""
    noun = fold(relation_words(kind).words[-1][0])
    return stem(noun), frozenset(lexicon().kinds_of(noun))


def _raise(held: dict[int, float], relation: int, strength: float) -> None:
    held[relation] = max(strength, held.get(relation, 0.0))
