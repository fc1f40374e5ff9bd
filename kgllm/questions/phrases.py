"""How each relation of a graph may be worded, both ways: from the phrase books, from its name, and from the user's file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import resources
from typing import Any

from kgllm.questions import naming
from kgllm.types import Relation
from kgllm.words import is_han, lexicon, relation_words, singular, stem

SLOTS = ("noun", "rel", "part", "that", "did", "mod", "ask")
"""What a wording is: see `data/english.toml` and `data/chinese.toml`."""
LANGUAGES = ("en", "zh")
Parts = tuple[tuple[Relation, int], ...]
"""A step: one relation with its way (0 out, 1 in), or two where it goes through an unnamed node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The wordings of one step in one language. `wh` are question words of its own ("when"); `ends` are nouns for its end."""

    noun: tuple[str, ...] = ()
    rel: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    that: tuple[str, ...] = ()
    did: tuple[str, ...] = ()
    mod: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    wh: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, slot) for slot in SLOTS)

    def plus(self, other: Phrases) -> Phrases:
        """These, then the other's."""
        return Phrases(**{one.name: tuple(dict.fromkeys((*getattr(self, one.name), *getattr(other, one.name)))) for one in fields(Phrases)})


@dataclass(frozen=True, slots=True)
class Entry:
    """A table of a phrase book."""

    families: tuple[str, ...]
    names: frozenset[tuple[str, ...]]
    of: frozenset[str]
    to: frozenset[str]
    out: Phrases
    back: Phrases


@cache
def book(language: str) -> tuple[Entry, ...]:
    """The phrase book of a language, in the order of its file."""
    name = {"en": "english.toml", "zh": "chinese.toml"}[language]
    data = tomllib.loads(resources.files("kgllm.questions").joinpath("data", name).read_text(encoding="utf-8"))
    return tuple(_entry(row) for row in data.values())


def _entry(row: Mapping[str, Any]) -> Entry:
    wh = _split(row.get("wh", ""))
    out, back = _phrases(row.get("out", {})), _phrases(row.get("in", {}))
    families = tuple(row.get("families", "").split())
    known = lexicon()
    of = frozenset(row.get("of", "").split()) or frozenset(
        kind for family in families for kind in known.families[family].of if kind in known.kinds
    )
    return Entry(
        families,
        frozenset(_words(name.replace("_", " ")) for name in row.get("names", "").split()),
        of,
        frozenset(kind for family in families for kind in known.families[family].to if kind in known.kinds),
        out.plus(Phrases(wh=wh)),
        back,
    )


def _phrases(row: Mapping[str, str]) -> Phrases:
    return Phrases(**{slot: _split(row.get(slot, "")) for slot in SLOTS})


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _words(name: str) -> tuple[str, ...]:
    return tuple(singular(word.lower()) for word in name.split())


def _stems(name: str) -> tuple[str, ...]:
    return tuple(stem(word.lower()) if not is_han(word) else word for word in name.split())


def families_of(name: str) -> tuple[str, ...]:
    """The families that a relation's whole name speaks of, the likeliest first: every word of it that carries content is of them.

    >>> families_of("starred_actors")[:1], "birthplace" in families_of("place_of_birth"), families_of("head_office_staff")
    (('act',), True, ())
    """
    known = lexicon()
    words = [word for word, _ in relation_words(name).words]
    if {"name", "names"} & set(words) and set(words) <= naming.listed("names"):  # a first name is no start
        return known.by_phrase.get(_stems(naming.as_words(name)), known.families_of("name"))
    phrase = known.by_phrase.get(_stems(naming.as_words(name))) or known.by_phrase.get(tuple(stem(word) for word in words))
    if phrase:
        return phrase
    each = [_of_word(word) for word in words]
    heavy = [found for word, found in zip(words, each, strict=True) if len(words) == 1 or not _light(word)] or each
    return tuple(family for family in heavy[-1] if all(family in found for found in heavy)) if heavy else ()


def _of_word(word: str) -> tuple[str, ...]:
    """A noun for a thing ("film") is of the families that list it, not of those that only share its stem ("filmed")."""
    known = lexicon()
    if is_han(word):
        return known.by_han.get(word, ())
    found = known.families_of(word)
    listed = tuple(family for family in found if {word, singular(word)} & set(known.families[family].words))
    if listed or singular(word) in known.kind_of_noun or word.endswith("ive"):  # a creative type has no creator
        return listed
    return tuple(family for family in found if any(_akin(word, other) for other in known.families[family].words))


def _akin(word: str, other: str) -> bool:
    """Whether two words of one stem also look alike: "directs" and "director", not "mention" and "mentor"."""
    shared = next((n for n, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    return stem(word) == stem(other) and shared >= min(5, len(stem(word)) + 1)


def _light(word: str) -> bool:
    return word in ("number", "list", "name", "value", "type", "place", "date", "time", "year", "official", "main")


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a relation's ends: the kinds of what it is said of, and of what it leads to."""

    of: frozenset[str] = frozenset()
    to: frozenset[str] = frozenset()


def of_step(parts: Parts, language: str, about: About, written: Mapping[str, tuple[Phrases, Phrases]]) -> Phrases:
    """The wordings of a step. `written`: the user's own (out, in) by relation id."""
    if len(parts) > 1:
        return _joint(parts, language, about, written)
    relation, way = parts[0]
    own = written.get(relation.id)
    if own is not None and own[way]:
        return own[way]
    return relation_phrases(relation, language, about)[way]


def relation_phrases(relation: Relation, language: str, about: About) -> tuple[Phrases, Phrases]:
    """(out, in): the phrase book's wordings where the name speaks of one of its tables, then what the name itself allows."""
    names, inverses = _each_way(relation, language)
    verbal = naming.acts(relation.name, [relation.inverse_name or ""])
    out, back = Phrases(), Phrases()
    spoken = [] if verbal and not naming.verb_of(relation.name) else names or [relation.name]  # "addresses", no place where one lives
    found = next((entry for name in spoken if (entry := _look_up(name, language, about)) is not None), None)
    if found is not None:
        out, back = found.out, found.back
    for name in names:
        made, turned = _made(name, language, number=about.to == {"number"}, verbal=verbal)
        known = bool(out)
        out = out.plus(_kept(made, known))
        back = back.plus(_kept(turned, bool(back)))
    for name in inverses:
        back = back.plus(_phrases_of(_made(name, language)[0]))
    return out, back


def _made(name: str, language: str, *, number: bool = False, verbal: bool = False) -> tuple[naming.Made, naming.Made]:
    return naming.chinese(name) if language == "zh" else naming.english(name, number=number, verbal=verbal)


def _each_way(relation: Relation, language: str) -> tuple[list[str], list[str]]:
    """A relation's names in a language, and those of the way back. A word that is said of both ways says neither, unless the relation
    itself is called the same from both ends."""
    given = (relation.name, *relation.aliases), (relation.inverse_name or "", *relation.inverse_aliases)
    names, inverses = ([name for name in each if name and is_han(name) == (language == "zh")] for each in given)
    both = {name.casefold() for name in names} & {name.casefold() for name in inverses}
    if names and inverses and names[0].casefold() == inverses[0].casefold():
        return names, inverses
    return [name for name in names if name.casefold() not in both], [name for name in inverses if name.casefold() not in both]


def _kept(made: Mapping[str, Sequence[str]], known: bool) -> Phrases:
    """Of what a name allows, only its noun where the phrase book already has better."""
    return _phrases_of({"noun": made.get("noun", ()), "own": ()} if known else made)


def _phrases_of(made: Mapping[str, Sequence[str]]) -> Phrases:
    return Phrases(**{slot: tuple(made.get(slot, ())) for slot in SLOTS})


def _look_up(name: str, language: str, about: About) -> Entry | None:
    """The table that a relation's name speaks of. A dotted name may say that its subject is what the table leads to ("film.actor.film",
    "tv.actor.starring_roles"): then the relation goes the other way."""
    known, families = lexicon(), families_of(name)
    role = naming.qualifying(name) if language == "en" else ""
    acts = role.endswith(("er", "or", "ist", "ress")) and "person" in known.kinds_of(role)
    spoken = tuple(family for family in known.families_of(role) if role in known.families[family].to) if acts else ()
    last = naming.as_words(name).split()[-1]
    said = tuple(family for family in families if family in spoken)
    if spoken and (said or (not families and set(known.kinds_of(last)) & {k for f in spoken for k in known.families[f].of})):
        turned = _entry_of(said or spoken, (), language, About())
        if turned is not None:
            return replace(turned, out=turned.back, back=turned.out)
    words = _words(naming.as_words(name))
    found = _entry_of(families, words, language, about)
    verb, past = naming.verb_of(name.lower()), naming.past_of(name.lower())
    if language != "en" or found is None or not (verb or past) or words in found.names:
        return found
    turned = _entry_of(families, (), language, About(of=about.to, to=about.of))
    if turned is not None and _does(turned.back, verb or past):  # "owns" leads to what is owned, and the table of owners to who owns it
        return replace(turned, out=turned.back, back=turned.out)
    if past:  # "located" is no more than "location", but who managed something treated nothing
        return found if turned is None or found.out.did or not _does(found.back, r"\w+") else None
    return found if _does(found.out, verb, r"( \w+)?") else None  # who employs does not "work for"


def _does(phrases: Phrases, verb: str, more: str = "") -> bool:
    """Whether wordings ask what somebody does with a verb: "did {x} direct"."""
    return any(re.fullmatch(rf"(?:did|does|has) \{{x\}} {verb}{more}", said) for said in phrases.did)


def _entry_of(families: tuple[str, ...], words: tuple[str, ...], language: str, about: About) -> Entry | None:
    """The first table for a name, or for the first family that has one, that fits what stands at the ends."""

    def fits(entry: Entry) -> bool:
        if about.to == {"number"} and not entry.to and not entry.out.wh:  # a power in watts is no ability
            return False
        return (not entry.of or not about.of or bool(entry.of & about.of)) and (not entry.to or not about.to or bool(entry.to & about.to))

    rows = [entry for entry in book(language) if fits(entry)]
    for entry in rows:
        if words in entry.names:
            return entry
    return next((entry for family in families for entry in rows if family in entry.families), None)


def _joint(parts: Parts, language: str, about: About, written: Mapping[str, tuple[Phrases, Phrases]]) -> Phrases:
    """Through an unnamed node: the second relation says most; where neither has a table, one is said of the other."""
    for relation, way in reversed(parts):
        own = written.get(relation.id)
        if own is not None and own[way]:
            return own[way]
        found = _look_up(relation.name, language, About(of=about.of))
        if found is not None and (found.out if way == 0 else found.back):
            return found.out if way == 0 else found.back
    one, two = (_noun_of(relation, way, language) for relation, way in parts)
    if not one or not two or _same(one, two):
        return Phrases(noun=(two or one,)) if two or one else Phrases()
    return Phrases(noun=(f"{one}的{two}" if language == "zh" else f"{singular(one)} {two}",))


def _noun_of(relation: Relation, way: int, language: str) -> str:
    """What an end of a relation is called: by its name, or by what a dotted name says before its last part."""
    if way == 1:
        return naming.qualifying(relation.name)
    names = [name for name in (relation.name, *relation.aliases) if is_han(name) == (language == "zh")]
    made = (naming.chinese(names[0]) if language == "zh" else naming.english(names[0]))[0] if names else {}
    return next(iter(made.get("noun", ())), "")


def _same(one: str, two: str) -> bool:
    first, second = {stem(word) for word in one.lower().split()}, {stem(word) for word in two.lower().split()}
    return bool(first & second)
