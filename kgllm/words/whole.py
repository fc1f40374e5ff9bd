"""Names of fields that a text says whole: "crystal system" of `crystal_system`, "currencycode" of `currencyCode`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from kgllm.words.fields import spelled
from kgllm.words.names import read_as
from kgllm.words.parts import Vocabulary, vocabulary
from kgllm.words.questions import Span, forms_of
from kgllm.words.relations import KEPT, relation_words
from kgllm.words.stems import singular, stem
from kgllm.words.tokens import Token, is_han, tokens
from kgllm.words.units import units_of

_LONGEST = 16  # tokens of a field's name, at most
_SPARE = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r"(?<=[^\W\d])\d+$")  # "areakm2", "ril100"
_LAST = re.compile(r"[/#:]")
_PAUSES = frozenset(",，、。?？!！;；:：")  # within no name


@lru_cache(maxsize=KEPT)
def ways_to_say(name: str) -> frozenset[str]:
    """How a field's name may be written, without what stands between its words: as it is, in its words, in the singular, and without the
    number behind its unit.

    >>> sorted(ways_to_say("film.areaKm2")), sorted(ways_to_say("has_symptom")), sorted(ways_to_say("annual_salary (EUR)"))
    (['areakm', 'areakm2', 'filmareakm', 'filmareakm2'], ['hassymptom', 'symptom'], ['annualsalary', 'annualsalaryeur'])
    """
    words = relation_words(name)
    said = {_bare(_LAST.split(name.rstrip("/#:"))[-1]), *map(_bare, _with_singular(words.spoken))}
    if words.form == "has":
        said |= {_bare(one) for one in _with_singular(words.spoken[1:])}
    said |= {_NUMBERED.sub("", one) for one in said}
    return frozenset(one for one in said if one)


def field_key(name: str) -> tuple[str, ...]:
    """What two names of one field share, in whatever forms their words stand.

    >>> field_key("areaKm") == field_key("area km"), field_key("位于") == field_key("位 于"), field_key("is a")
    (True, True, ('is', 'a'))
    """
    return tuple(stem(singular(word)) for word, _ in relation_words(name.strip()).words)


def field_keys(names: Iterable[str]) -> set[tuple[str, ...]]:
    """The keys of a field's names, and of what is cut short in them."""
    return {field_key(one) for name in names for one in (name, *spelled(name))}


def _with_singular(words: Sequence[str]) -> tuple[str, ...]:
    return (" ".join(words), " ".join((*words[:-1], singular(words[-1])))) if words else ()


def fields_by_name(names: Iterable[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Fields by all ways to say their names. `names`: each field with its names. Other ways to say one are its name without the unit at its
    end, with what is cut short in it written out, and with the part of a record behind what it is a part of, if no other field is called so.

    >>> said = fields_by_name([("1", ["altitude_m"]), ("2", ["dep_delay", "delay"]), ("3", ["cost.output"])])
    >>> said["altitude"], said["departuredelay"], said["outputcost"]
    (['1'], ['2'], ['3'])
    """
    found: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    for one, mine in names:
        for way in {way for name in mine for way in ways_to_say(name)}:
            found.setdefault(way, []).append(one)
        for way in {way for name in mine for way in _other_ways(name)}:
            short.setdefault(way, []).append(one)
    alone = {way: fields for way, fields in short.items() if len(set(fields)) == 1 and len(way) > 1 and way not in found}
    return {way: list(dict.fromkeys(fields)) for way, fields in (found | alone).items()}


def _other_ways(name: str) -> set[str]:
    """Ways to say a name that another may have as well."""
    words = relation_words(name).spoken
    said = {_bare(" ".join(words[:-1]))} if len(words) > 1 and units_of(words[-1]) else set()
    said |= {_bare(one) for written in spelled(name) for one in _with_singular(written.split())}
    front, _, last = name.rpartition(".")
    if front and last and "." not in front:  # `cost.output` is the output cost as well as the cost of output
        said |= {_bare(one) for one in _with_singular((last, front))}
    return said


def said_whole(text: str, fields: Mapping[str, Sequence[str]]) -> list[tuple[Span, tuple[str, ...]]]:
    """Where a text says the whole name of a field, one of them or several, the longest first: the place, and the fields that are so
    called. `fields`: by each way to say them.

    >>> said_whole("Is the crystal system of quartz trigonal?", {"crystalsystem": ["cs"], "system": ["s"]})
    [((7, 21), ('cs',)), ((15, 21), ('s',))]
    >>> said_whole("what are the birth-dates?", {"birthdate": ["b"]}), said_whole("width, height", {"widthheight": ["w"]})
    ([((13, 24), ('b',))], [])
    """
    pieces = tokens(text)
    bare = [_bare(piece.text) for piece in pieces]
    found: list[tuple[Span, tuple[str, ...]]] = []
    for first, piece in enumerate(pieces):
        if piece.shape == "mark":
            continue
        said = ""
        for last in range(first, min(len(pieces), first + _LONGEST)):
            if pieces[last].shape == "mark" and pieces[last].word in _PAUSES:
                break
            before, said = said, said + bare[last]
            called = fields.get(said) or fields.get(before + singular(bare[last])) if pieces[last].shape != "mark" else None
            if called:
                found.append(((piece.start, pieces[last].end), tuple(called)))
    return sorted(found, key=lambda one: (one[0][0] - one[0][1], one[0]))


def says_nothing(pieces: Iterable[Token]) -> bool:
    """Whether tokens are nothing but such as stand beside a field and what it is of."""
    return _beside().says_only(pieces)


@cache
def _beside() -> Vocabulary:
    return vocabulary("articles", "be", "do", "have", "particles", "whether", own=" ".join(forms_of("claim")["beside"]))


def _bare(text: str) -> str:
    return _SPARE.sub("", (read_as(text) if is_han(text) else text).lower())
