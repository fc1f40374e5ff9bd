"""Of what sex people are: "women" are those whose gender a graph says to be F, female or 女."""

from __future__ import annotations

from collections.abc import Sequence

from kgllm.types import Relation
from kgllm.words import lexicon, relation_words, singular

SEXES = {"female": ("female", "woman", "f", "女", "女性"), "male": ("male", "man", "m", "男", "男性")}
"""How graphs write them, and questions say them."""


def sex_of(text: str) -> str | None:
    """The sex that words say, and nothing else: "women", 女.

    >>> sex_of("women"), sex_of("male"), sex_of("女"), sex_of("queen")
    ('female', 'male', 'female', None)
    """
    one = singular(text.lower())
    return next((sex for sex, words in SEXES.items() if one in words), None)


def tells_sex(relation: str) -> bool:
    """Whether a relation says of what sex somebody is.

    >>> tells_sex("gender"), tells_sex("性别"), tells_sex("grade")
    (True, True, False)
    """
    return any("gender" in lexicon().families_of(word) for word, _ in relation_words(relation).words[-1:])


def says_sex(text: str, relations: Sequence[Relation]) -> bool:
    """Whether a word says of what sex people are, and a graph tells it: its "women" are not just any people then."""
    return sex_of(text) is not None and any(tells_sex(relation.name) for relation in relations)
