"""Of what kind things are where `rdf:type` says the same of all: by a property as `rank`, whose values are the kinds people speak of.

In a vocabulary of SKOS everything is a `skos:Concept`; that one is a period and another an age (系, 阶) is the value of a property. Such
values are types, too; they stay facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from kgllm.graphs.rdf.terms import Term, local_name
from kgllm.types import Literal
from kgllm.words.relations import relation_words

_KINDS = frozenset(
    ("rank", "taxon rank", "level", "kind", "category", "class", "type", "entity type", "concept type", "unit type", "element type")
    + ("classification level", "hierarchy level", "等级", "级别", "层级", "类别", "类型", "种类")
)  # fmt: skip
_ONE_CLASS = 0.8  # of the things that have a type, if any, have one and the same
_ONE_KIND = 0.9  # of those of which a kind is said have no second
_ENDING, _TWO = 0.8, 2  # of the names of a kind end alike, and so many at least
_MEAN, _FEWEST = 3, 4  # things of a kind, in the mean, and in all, at least


def says_kind(predicate: str) -> bool:
    """Whether by its name a property says of what kind things are.

    >>> says_kind("http://e.org/rank"), says_kind("http://e.org/hasLevel"), says_kind("http://e.org/reign")
    (True, True, False)
    """
    return " ".join(word for word in relation_words(local_name(predicate)).spoken if word not in ("has", "is")) in _KINDS


def kinds_told(said: Collection[tuple[str, Term]], classes: Iterable[Collection[str]]) -> dict[str, list[Term]]:
    """The kinds of things, by thing. said: (thing, kind) of one property; classes: those of each of these things."""
    of = Counter(one for mine in classes for one in mine)
    things: dict[str, dict[Term, None]] = {}
    for thing, kind in said:
        things.setdefault(thing, {})[kind] = None
    kinds = {kind for mine in things.values() for kind in mine}
    if len(things) < max(_FEWEST, _MEAN * len(kinds)) or len(kinds) < 2:
        return {}
    if any(isinstance(kind, Literal) and not isinstance(kind.value, str | None) for kind in kinds) or not kinds.isdisjoint(things):
        return {}
    if of and max(of.values()) < _ONE_CLASS * len(things):
        return {}
    return (
        {}
        if sum(len(mine) == 1 for mine in things.values()) < _ONE_KIND * len(things)
        else {one: list(mine) for one, mine in things.items()}
    )


def nouns_of(names: Mapping[Term, list[str]]) -> dict[Term, str]:
    """What kinds are in Chinese, by what the names of nearly all their things end with, and those of no other kind: 目 of 食肉目, 啮齿目.

    >>> nouns_of({"Order": ["食肉目", "啮齿目"], "Family": ["犬科", "猫科", "熊科"], "Genus": ["豹", "狐"]})
    {'Order': '目', 'Family': '科'}
    """
    found: dict[Term, str] = {}
    for kind, mine in names.items():
        ends = Counter(name[-1] for name in mine if len(name) > 1)
        noun, count = max(ends.items(), key=lambda one: (one[1], one[0]), default=("", 0))
        if count >= max(_TWO, _ENDING * len(mine)):
            found[kind] = noun
    shared = Counter(found.values())
    return {kind: noun for kind, noun in found.items() if shared[noun] == 1}
