"""How much each word of a question says about which thing is meant.

Function words say next to nothing; words of the graph's schema ("directed", "genre", "作者"), words for relations and nouns for
kinds of things ("movie", "actor") little: they ask for a relation more often than they name a thing. Capitals say that a word
is part of a name.
"""

from __future__ import annotations

from collections.abc import Sequence

from kgllm.graphs.base import Schema
from kgllm.linking.spans import Unit
from kgllm.words import lexicon, relation_words, stem
from kgllm.words.fields import spelled
from kgllm.words.names import fold

_LONGEST_KIND = 6  # words of a type's name
STOP, LIGHT, SCHEMA, NUMBER, CHARACTER, PLAIN = 0.05, 0.2, 0.35, 0.6, 0.5, 1.0


class Weights:
    """Weights of words on one graph."""

    def __init__(self, schema: Schema) -> None:
        known = lexicon()
        self._stop = known.english.stop | known.chinese.stop | frozenset(known.english.asks) | frozenset(known.chinese.asks)
        self._light = known.english.light | known.chinese.light
        self._lexicon = known
        names = [name for name, _ in schema.types]
        for stats in schema.relations:
            one = stats.relation
            names += [one.name, *one.aliases, *spelled(one.name), one.inverse_name or "", *one.inverse_aliases]
        own = {word for name in names for word in (*fold(name).split(), *map(fold, relation_words(name).spoken))}
        self._schema = {stem(word) for word in own}
        self.english = any(stats.relation.name.isascii() for stats in schema.relations)
        across = {other for word in own if word.isascii() for other in known.across(word)}  # 单元 of a type "unit"
        chinese = {word for word in (*own, *known.by_han, *known.kind_of_noun, *across) if not word.isascii()}
        called = [*(name for name, _ in schema.types), *(stats.relation.name for stats in schema.relations)]
        kinds = {tuple(stem(word) for word in relation_words(name).spoken) for name in called if name.isascii()}
        self._kinds = {words for words in kinds if 1 < len(words) <= _LONGEST_KIND}
        self._phrases = dict.fromkeys(chinese, SCHEMA / 2) | {word: STOP for word in (*self._stop, *self._light) if not word.isascii()}
        self._longest = max(map(len, self._phrases), default=1)

    def of(self, units: Sequence[Unit]) -> list[float]:
        """A weight for each unit."""
        cased, foreign = has_case(units), any(unit.unspaced for unit in units)  # "areas" in a Chinese question is a name
        named = [
            (foreign and len(unit.text) > 1 and not unit.text.isdecimal()) or (cased and i > 0 and unit.text[0].isupper())
            for i, unit in enumerate(units)
        ]
        named = [
            name and not kind and not self._initials(unit) for unit, name, kind in zip(units, named, self._in_kinds(units), strict=True)
        ]
        out = [self._word(unit, named=name) for unit, name in zip(units, named, strict=True)]
        self._unspaced(units, out)
        return out

    def _in_kinds(self, units: Sequence[Unit]) -> list[bool]:
        """Which words say the name of a type or relation of several words ("the Hall of Fame", of HallOfFame): their capitals name no other
        thing."""
        out = [False] * len(units)
        stems = [stem(fold(unit.text)) for unit in units] if self._kinds else []
        for first in range(len(stems)):
            for last in range(first + 2, min(len(stems), first + _LONGEST_KIND) + 1):
                if tuple(stems[first:last]) in self._kinds:
                    out[first:last] = [True] * (last - first)
        return out

    def _initials(self, unit: Unit) -> bool:
        """Whether letters that stand for words are a word of the schema: OSI of `osiApproved`, also beside Chinese."""
        return (
            len(unit.text) > 1
            and unit.text.isascii()
            and unit.text.isalpha()
            and unit.text.isupper()
            and stem(fold(unit.text)) in self._schema
        )

    def _word(self, unit: Unit, *, named: bool) -> float:
        if not unit.word:
            return 0.0
        if unit.unspaced:
            return CHARACTER
        word = fold(unit.text)
        if " " in word:  # pierre_curie: a name of several words
            return PLAIN * (word.count(" ") + 1)
        if named and word != "i":
            return PLAIN
        if word in self._stop:
            return STOP
        if word in self._light:
            return LIGHT
        if stem(word) in self._schema or self._lexicon.families_of(word) or self._lexicon.kinds_of(word):
            return SCHEMA
        return NUMBER if word.isdecimal() else PLAIN

    def _unspaced(self, units: Sequence[Unit], out: list[float]) -> None:
        """Characters of known words, longest first, from left to right."""
        at = 0
        while at < len(units):
            if not units[at].unspaced:
                at += 1
                continue
            run = at
            while run < len(units) and units[run].unspaced and run - at < self._longest:
                run += 1
            text = fold("".join(unit.text for unit in units[at:run]))
            size = next((size for size in range(min(run - at, len(text)), 0, -1) if text[:size] in self._phrases), 0)
            if size:
                out[at : at + size] = [self._phrases[text[:size]]] * size
            at += max(1, size)


def has_case(units: Sequence[Unit]) -> bool:
    """Whether capitals tell names: some word after the first has one, and not nearly all have."""
    words = [unit.text for unit in units[1:] if unit.word and not unit.unspaced and unit.text[0].isalpha() and unit.text != "I"]
    capitals = sum(word[0].isupper() for word in words)
    return capitals > 0 and (capitals < 0.8 * len(words) or len(words) < 3)
