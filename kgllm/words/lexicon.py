"""The lexicon: families of words that speak of one relation, kinds of things, and the words that carry no content.

The data are TOML files beside this module, written to be read and added to. They hold general wording only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from kgllm.words.stems import singular, stem
from kgllm.words.tokens import is_han


@dataclass(frozen=True, slots=True)
class Family:
    """Words of one relation: `to` and `of` are the kinds and nouns of what it leads to and of what it is said of."""

    id: str
    words: tuple[str, ...]
    to: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    inverse: str | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language that are not content. Stop words and phrases as they are written."""

    stop: frozenset[str]
    light: frozenset[str]
    share: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    current: frozenset[str]
    count: frozenset[str]
    against: frozenset[str]
    asks: Mapping[str, str]
    bare: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = ()
    """(words before the name, words after it, families): what is asked where nothing else is said; the longest first."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Look-ups over the data: by stem in English, by the word itself in Chinese, by joined stems for phrases."""

    families: Mapping[str, Family]
    english: Language
    chinese: Language
    by_stem: Mapping[str, tuple[str, ...]]
    by_phrase: Mapping[tuple[str, ...], tuple[str, ...]]
    by_han: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, frozenset[str]]
    kind_of_noun: Mapping[str, tuple[str, ...]]
    longest_han: int
    longest_phrase: int
    phrase_starts: frozenset[str] = field(default_factory=frozenset)
    end_nouns: frozenset[str] = field(default_factory=frozenset)  # nouns for what a relation leads to: "director", "actor"

    def families_of(self, word: str) -> tuple[str, ...]:
        """The families that a single word in lower case belongs to.

        >>> lexicon().families_of("wrote")[:1]
        ('write',)
        """
        return self.by_han.get(word, ()) if is_han(word) else self.by_stem.get(stem(word), ())

    def kinds_of(self, noun: str) -> tuple[str, ...]:
        """The kinds that a noun names.

        >>> lexicon().kinds_of("cities"), lexicon().kinds_of("演员")
        (('place',), ('person',))
        """
        return self.kind_of_noun.get(singular(noun), ())


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    families, by_stem, by_phrase, by_han = {}, _Index(), _Index(), _Index()
    for name, entry in _read("families.toml").items():
        words = [*entry.get("en", "").split(), *entry.get("zh", "").split()]
        families[name] = Family(
            name, tuple(words), tuple(entry.get("to", "").split()), tuple(entry.get("of", "").split()), entry.get("inverse")
        )
        for word in words:
            if is_han(word):
                by_han.add(word, name)
            elif "_" in word or "-" in word:
                by_phrase.add(tuple(stem(part) for part in word.lower().replace("-", "_").split("_")), name)
            else:
                by_stem.add(stem(word.lower()), name)
    kinds, nouns = {}, _Index()
    for kind, entry in _read("kinds.toml").items():
        names = [singular(word) for word in entry.get("en", "").split()] + entry.get("zh", "").split()
        kinds[kind] = frozenset(names)
        for noun in names:
            nouns.add(noun, kind)
    phrases = by_phrase.frozen()
    return Lexicon(
        families=families,
        english=_language(_read("english.toml")),
        chinese=_language(_read("chinese.toml")),
        by_stem=by_stem.frozen(),
        by_phrase=phrases,
        by_han=by_han.frozen(),
        kinds=kinds,
        kind_of_noun=nouns.frozen(),
        longest_han=max(map(len, by_han.rows)),
        longest_phrase=max(map(len, phrases)),
        phrase_starts=frozenset(phrase[0] for phrase in phrases),
        end_nouns=frozenset(noun for family in families.values() for noun in family.to),
    )


class _Index:
    """Key → names in the order of the data, each once."""

    def __init__(self) -> None:
        self.rows: dict[Any, dict[str, None]] = {}

    def add(self, key: Any, name: str) -> None:
        self.rows.setdefault(key, {})[name] = None

    def frozen(self) -> dict[Any, tuple[str, ...]]:
        return {key: tuple(names) for key, names in self.rows.items()}


def _language(data: Mapping[str, Any]) -> Language:
    def words(name: str) -> Iterable[str]:
        return (word.replace("_", " ") for word in data.get(name, "").split())

    asks = {word.replace("_", " "): kind for word, kind in data["asks"].items()}
    parts = {name: frozenset(words(name)) for name in ("stop", "light", "share", "first", "last", "current", "count", "against")}
    return Language(**parts, asks=asks, bare=_bare(data.get("bare", {})))


def _bare(data: Mapping[str, str]) -> tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]:
    rows = []
    for pattern, families in data.items():
        before, after = pattern.split("*")
        rows.append((tuple(before.split()), tuple(after.split()), tuple(families.split())))
    return tuple(sorted(rows, key=lambda row: -len(row[0]) - len(row[1])))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("kgllm.words").joinpath(name).read_text(encoding="utf-8"))
