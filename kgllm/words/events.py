"""Words of events (events.toml): the nouns that they are called by, and on which side of them a question places what it names.

"Who did Chelsea buy Kanté from?" places Chelsea where things go *to*, and asks for where they come *from*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import Literal

from kgllm.words.patterns import longest_first
from kgllm.words.questions import Span, longest, overlap
from kgllm.words.relations import relation_words
from kgllm.words.stems import singular, stem
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han, tokens

Side = Literal["from", "to", "amount"]
_NAME = "@"  # stands for a name in a list of words
_OPEN = frozenset(("who", "whom", "which", "what", "that", "where"))
_PASSIVE = frozenset(("was", "were", "is", "are", "be", "been", "being", "got", "get"))
_ASKS = re.compile("谁|哪[一]?[家个支队]?(?:俱乐部|球队|公司|队)?")
_AFTER_ALL = frozenset(("in", "on", "before", "after", "from", "when"))  # nothing more follows the verb
_BESIDE = frozenset(("the", "a", "an", "club", "team", "has", "have", "had", "ever", "once", "also", "then", "first", "originally"))


@dataclass(frozen=True, slots=True)
class SidesSaid:
    """What a question says of sides. `names`: of the names at these places; `asked`: of what it asks for ("": nothing); `words`: places
    of the words that say so."""

    names: Mapping[Span, Side] = field(default_factory=dict)
    asked: Side | Literal[""] = ""
    words: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Verb:
    """The side of who does it, and of what follows it; "": neither."""

    by: Side | Literal[""]
    what: Side | Literal[""]


@dataclass(frozen=True, slots=True)
class _Words:
    nouns: frozenset[str]
    lines: frozenset[str]
    part: frozenset[str]
    alike: tuple[frozenset[str], ...]
    sides: Mapping[Side, frozenset[str]]
    units: frozenset[str]
    verbs: Mapping[str, _Verb]
    phrases: Mapping[tuple[str, str], str]
    chinese: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Item:
    """A word of a question, or a name in it (`word` is then "@"), and where it stands."""

    word: str
    span: Span


def is_event(noun: str) -> bool:
    """Whether a noun names what happens once, between several others.

    >>> is_event("transfers"), is_event("转会"), is_event("Apollo")
    (True, True, False)
    """
    return _base(noun) in _words().nouns


def is_line(noun: str) -> bool:
    """Whether a noun names one line of a list, which joins what it tells of, and which nobody asks for.

    >>> is_line("用料"), is_line("transfer")
    (True, False)
    """
    return _base(noun) in _words().lines


def alike(one: str, other: str) -> bool:
    """Whether two nouns may be used of one event.

    >>> alike("matches", "game"), alike("决赛", "match"), alike("match", "wedding")
    (True, True, False)
    """
    first, second = _base(one), _base(other)
    return first == second or any(first in group and second in group for group in _words().alike)


def moving(word: str) -> bool:
    """Whether a word is a verb of what passes from one to the other, or goes there itself.

    >>> moving("go"), moving("sends"), moving("likes")
    (True, True, False)
    """
    return stem(word) in _words().verbs


def said_of(kind: str, question: str) -> list[Span]:
    """Where a question speaks of events of a kind: by its noun, another noun for them, or a verb like it.

    >>> said_of("match", "Who won the game in Rome?"), said_of("transfer", "2019年转会的球员"), said_of("Marriage", "Whom did he marry?")
    ([(12, 16)], [(5, 7)], [(12, 17)])
    """
    pieces = tokens(question)
    base = stem(kind.lower())
    found = [piece.span for piece in pieces if piece.shape == "word" and (stem(piece.word) == base or alike(kind, piece.word))]
    if any(piece.shape == "han" for piece in pieces):
        found += _places(question, (noun for noun in _words().nouns if is_han(noun) and alike(kind, noun)))
    return sorted(found)


def takes_part(question: str) -> list[Span]:
    """Where a question only says that something took part, or that it counts.

    >>> takes_part("Number of games played by Ann"), takes_part("她参加了几场比赛")
    ([(0, 6), (16, 22)], [(1, 3), (5, 6)])
    """
    known = _words().part
    found = [piece.span for piece in tokens(question) if piece.shape == "word" and stem(piece.word) in known]
    return sorted(found + _places(question, (word for word in known if is_han(word))))


@lru_cache(maxsize=8192)
def side_of(relation: str) -> Side | Literal[""]:
    """The side of an event that the name of a relation speaks of.

    >>> side_of("fromClub"), side_of("buyer"), side_of("feeMillionEUR"), side_of("买方"), side_of("transferredPlayer")
    ('from', 'to', 'amount', 'to', '')
    """
    sides = _words().sides
    spoken = relation_words(relation).spoken
    for side in ("amount", "from", "to"):
        if any(word in sides[side] or (is_han(word) and word.startswith(tuple(w for w in sides[side] if is_han(w)))) for word in spoken):
            return side
    return ""


def told(question: str, names: Sequence[Span], *, chinese: bool) -> SidesSaid:
    """On which sides of an event a question places the names at these places, and what it asks for.

    >>> said = told("Who did Chelsea buy Kanté from?", [(8, 15), (20, 25)], chinese=False)
    >>> dict(said.names), said.asked
    ({(8, 15): 'to'}, 'from')
    >>> said = told("坎特从莱斯特城转会到哪里？", [(0, 2), (3, 7)], chinese=True)
    >>> dict(said.names), said.asked
    ({(3, 7): 'from'}, 'to')
    """
    apart = longest(names)
    return _chinese(question, apart) if chinese else _english(_items(question, apart))


def _english(items: list[_Item]) -> SidesSaid:
    names: dict[Span, Side] = {}
    words: list[Span] = []
    asked: Side | Literal[""] = ""
    known, items = _words().verbs, list(_with_phrases(items))
    verbs = [(i, known[verb]) for i, item in enumerate(items) if (verb := stem(item.word)) in known and not _a_noun(items, i)]
    for i, item in enumerate(items):
        if item.word not in ("from", "to", "into") or not verbs:
            continue
        side: Side = "from" if item.word == "from" else "to"
        following = _after(items, i)
        if following is not None and items[following].word == _NAME:
            names.setdefault(items[following].span, side)
        elif following is None or items[following].word in _OPEN or i + 1 == len(items):
            asked = asked or side
    for i, does in verbs:
        words.append(items[i].span)
        agent, after = _agent(items, i), _after(items, i)
        if does.by and agent is not None:
            if items[agent].word == _NAME:
                names.setdefault(items[agent].span, does.by)
            else:
                asked = asked or does.by
        if does.what:
            if after is not None and items[after].word == _NAME:
                names.setdefault(items[after].span, does.what)
            elif after is None or items[after].word in _AFTER_ALL:
                asked = asked or does.what
    spoken = [item.word for item in items]
    if verbs and any(one == "how" and other == "much" for one, other in pairwise(spoken)):
        asked = "amount"
        words += [item.span for item in items if item.word == "much" or item.word in _words().units]
    return SidesSaid(names, asked, tuple(words))


def _with_phrases(items: list[_Item]) -> Iterator[_Item]:
    """Two words that are one verb as one ("take off": depart)."""
    phrases, skip = _words().phrases, False
    for one, other in zip_longest(items, items[1:]):
        verb = "" if skip or other is None else phrases.get((stem(one.word), other.word), "")
        if not skip:
            yield _Item(verb, (one.span[0], other.span[1])) if verb else one
        skip = bool(verb)


def _agent(items: list[_Item], i: int) -> int | None:
    """Who does what the verb says: before it, or where it is done to something, after "by"."""
    before = i - 1
    while before >= 0 and items[before].word in _BESIDE and items[before].word not in ("club", "team"):
        before -= 1
    passive = before >= 0 and items[before].word in _PASSIVE
    by = next((n for n in range(i + 1, len(items)) if items[n].word == "by"), None)
    if by is not None and (passive or before < 0 or items[before].word != _NAME):
        after = _after(items, by)
        if after is not None and (items[after].word == _NAME or items[after].word in _OPEN):
            return after
        return None
    if passive or before < 0:
        return None
    if items[before].word == _NAME or items[before].word in _OPEN:
        return before
    asks = next((n for n in range(before - 1, max(-1, before - 3), -1) if items[n].word in ("which", "what")), None)
    return asks  # "which club bought …"


def _a_noun(items: list[_Item], i: int) -> bool:
    """Whether a word that may be a verb is a noun here: "the transfer of …", "cost of"."""
    before, after = items[i - 1].word if i else "", items[i + 1].word if i + 1 < len(items) else ""
    return after == "of" or before in ("the", "a", "an", "many", "of", "'s", "highest", "total") or (not i and after != _NAME)


def _after(items: list[_Item], i: int) -> int | None:
    """What follows, but for small words; None at the end."""
    return next((n for n in range(i + 1, len(items)) if items[n].word not in _BESIDE), None)


def _chinese(question: str, names: Sequence[Span]) -> SidesSaid:
    words = _words().chinese
    found: dict[Span, Side] = {}
    said: list[Span] = []
    asked: Side | Literal[""] = ""
    asks = [match.span() for match in _ASKS.finditer(question)]
    for span in [*names, *asks]:
        side, place = _chinese_side(question, span, names)
        if side and place not in said:
            said.append(place)
        if side and span in asks:
            asked = asked or side
        elif side:
            found[span] = side
    amounts = _places(question, words["amount"])
    if amounts and not asked:
        asked = "amount"
        units = (unit for unit in _words().units if is_han(unit))
        said += amounts + _places(question, units)
    for side_of_word, opening in (("from", "open_from"), ("to", "open_to")):
        if not asked and any(word in question for word in words[opening]):
            asked = side_of_word  # type: ignore[assignment]  # one of them
    return SidesSaid(found, asked, tuple(said))


def _places(question: str, words: Iterable[str]) -> list[Span]:
    """Where some words stand, the first time."""
    found = ((question.find(word), len(word)) for word in words)
    return [(start, start + size) for start, size in found if start >= 0]


def _chinese_side(question: str, span: Span, names: Sequence[Span]) -> tuple[Side | Literal[""], Span]:
    """The side of a name, or of a question word, and where it is said: before it ("从", "加盟"), or after it ("买下", "把…卖")."""
    words, (start, end) = _words().chinese, span
    before = question[:start].rstrip("《“\"'「了")
    after = question[end:].lstrip("》”\"'」")
    sides: tuple[Side, ...] = ("from", "to")
    for side in sides:
        word = next((word for word in words[f"before_{side}"] if before.endswith(word)), None)
        if word is not None:
            return side, (len(before) - len(word), len(before))
    if before.endswith(words["theme"]):  # "把X卖给Y": X is what passes
        return "", (0, 0)
    theme = next(
        (name for name in names if after[:1] in words["theme"] and question[: name[0]].endswith(after[:1]) and name[0] > end), None
    )
    if theme is not None:
        after = question[theme[1] :]
    clause = after[: next((n for n, letter in enumerate(after) if letter in "，。？?！的"), len(after))]
    passive = before.endswith(words["passive"])
    for side in sides:
        word = next((word for word in words[f"after_{side}"] if (word in clause if passive else clause.startswith(word))), None)
        if word is not None:
            place = question.find(word, len(question) - len(after))
            return side, (place, place + len(word))
    return "", (0, 0)


def _items(question: str, names: Sequence[Span]) -> list[_Item]:
    items: list[_Item] = []
    for piece in tokens(question):
        span = next((name for name in names if overlap(name, piece.span)), None)
        if span is None:
            if piece.shape != "mark" or piece.word == "'s":
                items.append(_Item(piece.word, piece.span))
        elif not items or items[-1].span != span:
            items.append(_Item(_NAME, span))
    return items


def _base(noun: str) -> str:
    return noun if is_han(noun) else singular(noun.lower())


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = read_table("events")
    verbs = {}
    for verb, said in data["verbs"].items():
        roles = dict(part.split("=") for part in said.split())
        verbs[stem(verb)] = _Verb(roles.get("by", ""), roles.get("what", ""))
    nouns, lines = (frozenset(map(singular, data[name]["en"].split())) | frozenset(data[name]["zh"].split()) for name in ("nouns", "lines"))
    return _Words(
        nouns | lines,
        lines,
        frozenset(map(stem, data["taking"]["part"].split())),
        tuple(frozenset(group.split()) for group in data["alike"].values()),
        {side: frozenset(data["sides"][side].split()) for side in ("from", "to", "amount")},
        frozenset(data["sides"]["units"].split()),
        verbs,
        {(stem(verb), particle): known for verb, particle, known in (line.split() for line in data["phrases"]["verbs"])},
        {name: longest_first(words.split()) for name, words in data["chinese"].items()},
    )
