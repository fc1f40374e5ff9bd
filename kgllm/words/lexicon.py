"""The lexicon: families of words that speak of one relation, kinds of things, and the words that carry no content.

The data are TOML files beside this module, written to be read and added to. They hold general wording only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kgllm.words.patterns import longest_first
from kgllm.words.stems import singular, stem
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han


@dataclass(frozen=True, slots=True)
class Family:
    """Words of one relation: `to` and `of` are the kinds and nouns of what it leads to and of what it is said of."""

    id: str
    words: tuple[str, ...]
    to: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    inverse: str | None = None
    apart: tuple[frozenset[str], ...] = ()
    """Groups of its words, Chinese or stems, of which a thing is one: fathers, mothers."""
    turns: bool = False  # the way back is of another group: a wife's is a husband

    def groups(self, word: str) -> tuple[int, ...]:
        """The groups that a word, Chinese or a stem, belongs to."""
        return tuple(n for n, group in enumerate(self.apart) if word in group)


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
    of: frozenset[str]
    """Before a noun, they join it to what it is of: 所属."""
    belongs: frozenset[str]
    """Before what asks for a noun, they do: 属于."""
    asks: Mapping[str, str]
    happens: re.Pattern[str]
    """What says only that something took place, and nothing of it."""
    asking: tuple[str, ...] = ()
    filling: tuple[str, ...] = ()
    """`asks` and `stop`, the longest first."""
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
    asked_by_phrase: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """Phrases of questions that ask for a family, and name no relation of it: of "who works in X" X may be a city."""
    nouns_across: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    paths: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """Words, or stems, that stand for a path of families where a graph has no relation for them: what each of its steps asks for."""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The path that stands for a step of such a path."""
    sexes: Mapping[str, str] = field(default_factory=dict)
    """Of the groups of a family ("parent/0") the sex of whom they name: "male" or "female"."""
    sex_words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    end_nouns: frozenset[str] = field(default_factory=frozenset)  # nouns for what a relation leads to: "director", "actor"

    def families_of(self, word: str) -> tuple[str, ...]:
        """The families that a single word in lower case belongs to.

        >>> lexicon().families_of("wrote")[:1]
        ('write',)
        """
        return self.by_han.get(word, ()) if is_han(word) else self.by_stem.get(stem(word), ())

    def asked(self, word: str, family: str) -> tuple[str, ...]:
        """What a word of a question (Chinese, or a stem) that belongs to a family asks for: the family, or groups of it.

        >>> lexicon().asked("father", "parent"), lexicon().asked("parent", "parent")
        (('parent/0',), ('parent',))
        """
        groups = self.families[family].groups(word)
        return tuple(f"{family}/{n}" for n in groups) or (family,)

    def named(self, word: str, family: str) -> tuple[str, ...]:
        """What a relation that is named by a word of a family answers to: the family, and the group of the word; all where it is in none.

        >>> lexicon().named("father", "parent"), lexicon().named("parent", "parent")
        (('parent', 'parent/0'), ('parent', 'parent/0', 'parent/1'))
        """
        one = self.families[family]
        return (family, *(f"{family}/{n}" for n in one.groups(word) or range(len(one.apart))))

    def turned(self, word: str, family: str) -> tuple[str, ...]:
        """The same for the way back; nothing for a family that has none.

        >>> lexicon().turned("father", "parent"), lexicon().turned("wif", "spouse")
        (('child', 'child/0', 'child/1'), ('spouse', 'spouse/1'))
        """
        one = self.families[family]
        if one.inverse is None:
            return ()
        own = one.groups(word) if one.turns else ()
        return (one.inverse, *(f"{one.inverse}/{n}" for n in range(len(self.families[one.inverse].apart)) if n not in own))

    def across(self, noun: str) -> tuple[str, ...]:
        """Nouns of the other language for the same thing.

        >>> lexicon().across("river")[:1], lexicon().across("河流")[:1]
        (('河流',), ('river',))
        """
        return self.nouns_across.get(singular(noun), ())

    def kinds_of(self, noun: str) -> tuple[str, ...]:
        """The kinds that a noun names.

        >>> lexicon().kinds_of("cities"), lexicon().kinds_of("演员")
        (('place',), ('person',))
        """
        return self.kind_of_noun.get(singular(noun), ())


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    families, by_stem, by_phrase, by_han, asked = {}, _Index(), _Index(), _Index(), _Index()
    for name, entry in read_table("families").items():
        words = [*entry.get("en", "").split(), *entry.get("zh", "").split()]
        families[name] = Family(
            name,
            tuple(words),
            tuple(entry.get("to", "").split()),
            tuple(entry.get("of", "").split()),
            entry.get("inverse"),
            tuple(frozenset(_key(word) for word in group.split()) for group in entry.get("apart", "").split("|") if group),
            entry.get("turns", False),
        )
        for phrase in entry.get("asks", "").split():
            asked.add(_stems(phrase), name)
        for word in dict.fromkeys((*words, *(word.replace("哪里", "哪儿") for word in words))):
            if is_han(word):
                by_han.add(word, name)
            elif "_" in word or "-" in word:
                by_phrase.add(_stems(word), name)
            else:
                by_stem.add(_key(word), name)
    kinds, nouns = {}, _Index()
    for kind, entry in read_table("kinds").items():
        names = [singular(word) for word in entry.get("en", "").split()] + entry.get("zh", "").split()
        kinds[kind] = frozenset(names)
        for noun in names:
            nouns.add(noun, kind)
    phrases, things, paths = by_phrase.frozen(), _Index(), {}
    for line in read_table("things")["things"].values():
        english, chinese = (side.replace("_", " ").split() if n else side.split() for n, side in enumerate(line.split("|")))
        for noun in map(singular, english):
            for other in chinese:
                things.add(noun, other)
                things.add(other, noun)
    composed = read_table("paths")
    for path, said in composed["paths"].items():
        for word in said.split():
            paths[(word,) if is_han(word) else tuple(stem(part) for part in word.split("-"))] = tuple(path.split())
    return Lexicon(
        families=families,
        english=_language(read_table("english")),
        chinese=_language(read_table("chinese")),
        by_stem=by_stem.frozen(),
        by_phrase=phrases,
        by_han=by_han.frozen(),
        kinds=kinds,
        kind_of_noun=nouns.frozen(),
        longest_han=max(map(len, by_han.rows)),
        longest_phrase=max(map(len, phrases)),
        phrase_starts=frozenset(phrase[0] for phrase in (*phrases, *asked.rows)),
        asked_by_phrase=asked.frozen(),
        nouns_across=things.frozen(),
        paths=paths,
        parts={part: tuple(path.split()) for part, path in composed["parts"].items()},
        sexes={group: sex for sex, groups in composed["sexes"].items() for group in groups.split()},
        sex_words={sex: frozenset(words.split()) for sex, words in composed["sex_words"].items()},
        end_nouns=frozenset(noun for family in families.values() for noun in family.to),
    )


def _key(word: str) -> str:
    """A word of the data as it is looked up."""
    return word if is_han(word) else stem(word.lower())


def _stems(phrase: str) -> tuple[str, ...]:
    """A phrase of the data, by the stems of its words."""
    return tuple(stem(part) for part in phrase.lower().replace("-", "_").split("_"))


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
    parts = {
        name: frozenset(words(name)) for name in ("stop", "light", "share", "first", "last", "current", "count", "against", "of", "belongs")
    }
    happens = sorted(words("happens"), key=len, reverse=True)
    edge = "" if any(map(is_han, happens)) else r"\b"
    asking, filling = (longest_first(some) for some in (asks, parts["stop"]))
    return Language(
        **parts,
        asks=asks,
        happens=re.compile(f"{edge}(?:{'|'.join(map(re.escape, happens))}){edge}"),
        asking=asking,
        filling=filling,
        bare=_bare(data.get("bare", {})),
    )


def _bare(data: Mapping[str, str]) -> tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]:
    rows = []
    for pattern, families in data.items():
        before, after = pattern.split("*")
        rows.append((tuple(before.split()), tuple(after.split()), tuple(families.split())))
    return tuple(sorted(rows, key=lambda row: -len(row[0]) - len(row[1])))
