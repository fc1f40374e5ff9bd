"""Names of fields that a text says whole: "crystal system" of `crystal_system`, "currencycode" of `currencyCode`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from kgllm.words.names import read_as
from kgllm.words.questions import Span, forms_of
from kgllm.words.relations import KEPT, relation_words
from kgllm.words.tokens import Token, is_han, tokens

_LONGEST = 12  # tokens of a field's name, at most
_SPARE = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
_JOINS = frozenset("_-/.'’")


@lru_cache(maxsize=KEPT)
def ways_to_say(name: str) -> frozenset[str]:
    """How a field's name may be written, without what stands between its words.

    >>> sorted(ways_to_say("film.areaKm2")), sorted(ways_to_say("has_symptom"))
    (['areakm', 'areakm2', 'filmareakm', 'filmareakm2'], ['hassymptom', 'symptom'])
    """
    words = relation_words(name)
    said = {_bare(name), _bare(" ".join(words.spoken))}
    if words.form == "has":
        said.add(_bare(" ".join(words.spoken[1:])))
    said |= {_DIGITS.sub("", one) for one in said}
    return frozenset(one for one in said if len(one) > 1)


def said_whole(text: str, fields: Mapping[str, Sequence[str]]) -> list[tuple[Span, tuple[str, ...]]]:
    """Where a text says the whole name of a field, the longest first: the place, and the fields that are so called. `fields`: by each way
    to say them.

    >>> said_whole("Is the crystal system of quartz trigonal?", {"crystalsystem": ["cs"], "system": ["s"]})
    [((7, 21), ('cs',)), ((15, 21), ('s',))]
    """
    pieces = tokens(text)
    found: list[tuple[Span, tuple[str, ...]]] = []
    for first, piece in enumerate(pieces):
        if piece.shape == "mark":
            continue
        for last in range(first, min(len(pieces), first + _LONGEST)):
            if pieces[last].shape == "mark":
                if pieces[last].word not in _JOINS:
                    break
                continue
            span = (piece.start, pieces[last].end)
            called = fields.get(_bare(text[slice(*span)]))
            if called and not says_nothing(pieces[first : last + 1]):
                found.append((span, tuple(called)))
    return sorted(found, key=lambda one: (one[0][0] - one[0][1], one[0]))


def says_nothing(pieces: Iterable[Token]) -> bool:
    """Whether tokens are nothing but such as stand beside a field and what it is of."""
    beside, han = forms_of("claim")["beside"], ""
    for piece in pieces:
        if piece.shape == "han":
            han += piece.word
        elif piece.word not in beside and (piece.shape != "mark" or piece.word in "-#"):
            return False
    return not han or _beside_han().fullmatch(han) is not None


@cache
def _beside_han() -> re.Pattern[str]:
    said = sorted((word for word in forms_of("claim")["beside"] if is_han(word)), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(said)})*")


def _bare(text: str) -> str:
    return _SPARE.sub("", (read_as(text) if is_han(text) else text).lower())
