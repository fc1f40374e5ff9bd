"""Questions that say nothing but a thing and a field of it: "Could you tell me the floor area of Olm Tower, please?", 奥姆塔的高度是多少来着？

The field may be one of what another leads to: "the birth date of the architect of Olm Tower", 奥姆塔的设计师的生日.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kgllm.frozen import frozen
from kgllm.words.language import language_of
from kgllm.words.patterns import longest_first
from kgllm.words.questions import Span
from kgllm.words.saying import CALLED, CLOSE, HAN, HAN_TAIL, LINK, OPEN, OWN, WORDS, bare, chinese, ended, english, kind_of, led, until

_LONGEST = 240  # characters of a question: a longer one says more
_NOUN = 4  # words of a noun for a kind, with its article
_MOST = 3  # fields one behind the other
_OF = re.compile(rf"\s+{english('steps')}\s+(?:{english('the')}\s+)?|\s+{english('the')}\s+", re.IGNORECASE)
_OWNS = re.compile(r"['’]s?\s+")
_GIVEN = re.compile(rf"\s*\b{english('given')}\s*$", re.IGNORECASE)

_ELSEWHERE = re.compile(rf"\b{english('elsewhere')}\b|{chinese('elsewhere')}|为何(?![？?\s]*$)", re.IGNORECASE)
"""Where somebody is that a field leads to is not what the field says."""
_HAN_KIND = rf"{chinese('this')}(?:一)?{chinese('units')}?(?P<kind>[^的，,、：:\s]{{0,8}})"
_HAN_BEHIND = re.compile(
    rf"^(?:{_HAN_KIND})?(?:[，,]?{chinese('says')})?\s*(?:的|之|[，,]\s*|{chinese('has')}{chinese('asks_kind')}的?|\s)?(?P<said>.+)$",
    re.DOTALL,
)
_HAN_CALLED = re.compile(rf"^的(?P<noun>[^的，,、]{{1,8}})[，,]\s*{chinese('whose')}(?P<said>.+)$", re.DOTALL)
_HAN_STEP = re.compile(rf"{chinese('says')}?\s*[，,：:]\s*(?:{chinese('it')}的?|那么)?|的|之")
_HAN_BEFORE = re.compile(r"^(?P<said>[^，,。？?：:]+)[：:]\s*$")


@frozen
class Stated:
    """What a question may say: fields from the thing on, each of what the one before leads to, and the noun that it calls the thing by."""

    fields: tuple[str, ...]
    kind: str = ""


def stated_fields(text: str, thing: Span) -> list[Stated]:
    """The ways to read a question as one for a field of the thing at a place, the likeliest first; none where it says more.

    >>> [one.fields for one in stated_fields("year of birth of Ann", (17, 20))]
    [('year of birth',), ('birth', 'year')]
    >>> [one.fields for one in stated_fields("安的出生地是什么？", (0, 1))][0], stated_fields("films with Ann", (11, 14))
    (('出生地',), [])
    """
    if len(text) > _LONGEST or _ELSEWHERE.search(text[: thing[0]]) or _ELSEWHERE.search(text[thing[1] :]):
        return []
    found = _chinese(text, thing) if language_of(text) == "zh" else _english(text, thing)
    return list(dict.fromkeys(found))


def _english(text: str, thing: Span) -> Iterator[Stated]:
    before, after = text[: thing[0]].rstrip(OPEN), text[thing[1] :]
    own = OWN.match(after)
    after = after if own else after.lstrip(CLOSE)
    link = LINK.match(before)
    front = [] if link is None else _phrases(CALLED.sub("", link["fields"]))
    kind = "" if link is None else kind_of(link["kind"])
    if ended(after):
        yield from (Stated(tuple(reversed(steps)), kind) for said in front for steps in _split(said, _OF))
        return
    marked = re.match(r"\s*[,:;–-]", after) is not None
    behind = _phrases(until(after[own.end() :] if own else after.lstrip(" ,:;–-")))
    inner = [(said, steps) for said in behind for steps in _split(said, _OWNS)]
    alone = led(_GIVEN.sub("", before))
    if front:  # "the height of Olm's owner", "for the owner of Olm, what is its height?"
        outer = [tuple(reversed(steps)) for said in front for steps in _split(said, _OF)]
        yield from (Stated((*one, *steps) if marked else (*steps, *one), kind) for one in outer for _, steps in inner)
    if len(alone.split()) <= _NOUN and _OF.search(f" {alone} ") is None:
        yield from (Stated(steps, kind_of(alone)) for _, steps in inner)


def _phrases(said: str) -> list[str]:
    """A text without the words that lead to a field, and with the last of them: "name" and "is a" may be names of fields."""
    left = led(said)
    cut = said.strip()[: len(said.strip()) - len(left)].split()
    longer = [" ".join((*cut[-n:], left)).strip() for n in (1, 2, 3) if n <= len(cut) and cut[-n].lower() not in WORDS["articles"]]
    return [one for one in (bare(left), *longer) if one]


def _split(said: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, ...]]:
    """A text whole, and taken apart at each place, and at all of two of them."""
    yield (said,)
    places = list(pattern.finditer(said))
    for place in places:
        yield said[: place.start()], said[place.end() :]
    if len(places) == _MOST - 1:
        yield said[: places[0].start()], said[places[0].end() : places[1].start()], said[places[1].end() :]


def _chinese(text: str, thing: Span) -> Iterator[Stated]:
    before, after = text[: thing[0]].rstrip(OPEN), text[thing[1] :].lstrip(CLOSE)
    if not after.strip(" ？?。！!"):
        found = _HAN_BEFORE.match(before)
        if found is not None:
            yield Stated((_without_lead(found["said"]),))
        return
    kind = _without_lead(before)
    if "的" in kind:
        return
    called = _HAN_CALLED.match(after)  # 名叫奥姆的塔，其高度
    found = _HAN_BEHIND.match(after)
    for rest in (one for one in (found, called) if one is not None):
        noun = rest["noun"] if rest is called else rest["kind"] or kind
        for said in dict.fromkeys((HAN_TAIL.sub("", re.sub(r"\s{2,}", " ", rest["said"])), rest["said"].rstrip("？?。！! "))):
            pieces = tuple(piece.strip() for piece in _HAN_STEP.split(said))
            for steps in dict.fromkeys(((said.strip(),), pieces)):
                if 0 < len(steps) <= _MOST and all(steps):
                    yield Stated(steps, noun)


def _without_lead(said: str) -> str:
    said = said.strip(" ，,：:")
    while (word := next((one for one in _leads() if said.startswith(one)), "")) != "":
        said = said[len(word) :].strip(" ，,：:")
    return said


@cache
def _leads() -> tuple[str, ...]:
    return longest_first(HAN["lead"])
