"""Questions that say two things of one: "Is Ann the director and the writer of Olm?", "Where was Ann born and raised?", 奥姆的导演和编剧出生在哪里.

Each is read into a question of its own for either. What is said need not be two relations ("arts and crafts"): whether it is, is for those
to find out who know the graph (`kgllm.answering.whether`, `kgllm.answering.fields`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from kgllm.words.patterns import either
from kgllm.words.questions import Span, forms_of
from kgllm.words.saying import CLOSE, HAN_TAIL, OPEN, chinese, english
from kgllm.words.tokens import is_han

_HIDDEN = "\ue000"  # stands for a character of a name
_LONGEST = 300  # characters of a question: a longer one is told, not asked


@dataclass(frozen=True, slots=True)
class Conjunct:
    """One of two things that a question says: the words for it, and the question that says it alone."""

    label: str
    text: str


def both_said(text: str, names: Sequence[Span]) -> list[Conjunct]:
    """The two things that a question says of what it names, each in a question of its own; none where it says one.

    >>> [one.text for one in both_said("Is Ann the director and the writer of Olm?", [(3, 6), (38, 41)])]
    ['Is Ann the director of Olm?', 'Is Ann the writer of Olm?']
    >>> [one.text for one in both_said("Is Olm directed by Ann and written by Bea?", [(3, 6), (19, 22), (38, 41)])]
    ['Is Olm directed by Ann?', 'Is Olm written by Bea?']
    >>> [one.text for one in both_said("安明是奥姆的导演和编剧吗？", [(0, 2), (3, 5)])]
    ['安明是奥姆的导演吗？', '安明是奥姆的编剧吗？']
    >>> both_said("films with Ann and Bob", [(11, 14), (19, 22)])
    []
    """
    if len(text) > _LONGEST or not names:
        return []
    hidden = text
    for start, end in names:
        hidden = hidden[:start] + _HIDDEN * (end - start) + hidden[end:]
    if is_han(text):
        return _han(text, hidden)
    return _words(text, hidden) or _predicates(text, hidden, names)


def same_said(text: str, names: Sequence[Span]) -> list[str]:
    """What a question says to be the same of one thing, each asked for; none of any other question.

    >>> same_said("Are the director and the writer of Olm the same person?", [(35, 38)])
    ['Who or what is the director of Olm?', 'Who or what is the writer of Olm?']
    >>> same_said("奥姆的导演和编剧是同一个人吗？", [(0, 2)])
    ['奥姆的导演是什么？', '奥姆的编剧是什么？']
    """
    if len(text) > _LONGEST or len(names) != 1:
        return []
    [(start, end)] = names
    said, before, after = text[start:end], text[:start], text[end:]
    if is_han(text):
        found = None if before.strip(OPEN + " ") else _same().han.fullmatch(after)
        return [] if found is None else [f"{before}{said}的{found[one]}是什么？" for one in ("one", "other")]
    hidden = f"{before}{_HIDDEN}{after}"
    if (did := _same().did.fullmatch(hidden)) is not None:
        return [f"Who {did[one]} {said}?" for one in ("one", "other")]
    found = _same().of.fullmatch(hidden) or _same().own.fullmatch(hidden)
    return [] if found is None else [f"Who or what is the {found[one].strip()} of {said}?" for one in ("one", "other")]


def fields_said(text: str, names: Sequence[Span]) -> list[Conjunct]:
    """The two things that a question asks of what it names, each in a question of its own; none where what has both is asked for.

    >>> [(one.label, one.text) for one in fields_said("Where was Ann born and raised?", [(10, 13)])]
    [('born', 'Where was Ann born?'), ('raised', 'Where was Ann raised?')]
    >>> [one.text for one in fields_said("奥姆的导演和编剧分别出生在哪里？", [(0, 2)])]
    ['奥姆的导演出生在哪里？', '奥姆的编剧出生在哪里？']
    >>> fields_said("Who was born and died in Rome?", [(25, 29)]), fields_said("Which films did Ann direct and write?", [(16, 19)])
    ([], [])
    """
    if len(names) != 1:
        return []
    [(start, end)], found = names, both_said(text, names)
    if not found:
        return []
    if is_han(text):
        before, _, behind = found[1].text.rpartition(found[1].label)
        plain = re.search(chinese("asks"), behind) is None or (before.endswith("的") and HAN_TAIL.fullmatch(behind) is not None)
        return [] if plain or text[:start].strip(OPEN + " ") else found
    asks = _asks().match(text)
    behind = text[end:].strip("”\"' ?.!")
    of = text[:start].rstrip("“\"' ").lower().endswith(" of")
    return found if asks is not None and (behind if of else text.index(found[0].label) >= end) else []


def _words(text: str, hidden: str) -> list[Conjunct]:
    """ "the director and the writer of", "born and raised in"."""
    found = _patterns().words.search(hidden)
    if found is None:
        return []
    start = found.start("one")
    if found["article"] and (led := list(_patterns().article.finditer(hidden, 0, found.end("one")))):  # the lead actor and the director
        start = min(start, led[-1].end())
    both = _patterns().both
    one = both.sub("", text[: found.end("one")]) + text[found.end("other") :]
    other = both.sub("", text[:start]) + text[found.start("other") :]
    return [Conjunct(text[start : found.end("one")], one), Conjunct(found["other"], other)]


def _predicates(text: str, hidden: str, names: Sequence[Span]) -> list[Conjunct]:
    """ "Is Olm directed by Ann and written by Bea?", with what it is said of right behind the verb."""
    (start, end), *others = sorted(names)
    if _patterns().begins.fullmatch(text[:start]) is None:
        return []
    for found in _patterns().joins.finditer(hidden, end):
        inside = [name for name in others if name[1] <= found.start()]
        behind = [name for name in others if name[0] >= found.end()]
        if inside and behind and _HIDDEN not in hidden[found.end() : found.end() + 2]:
            one, other = text[: found.start()].rstrip(" ,"), f"{text[:end]} {text[found.end() :]}"
            return [Conjunct(text[end : found.start()].strip(), f"{one}?"), Conjunct(text[found.end() :].rstrip("?. "), other)]
    return []


def _han(text: str, hidden: str) -> list[Conjunct]:
    if (found := _patterns().again.search(hidden)) is not None:
        owner, other = text[slice(*found.span("owner"))], text[slice(*found.span("other"))]
        owner = text[slice(*found.span("its"))] or owner
        first = f"{text[: found.start()]}是{text[found.start('owner') : found.end('one')]}{text[found.end() :]}"
        return [Conjunct(found["one"], first), Conjunct(other, f"{text[: found.start()]}是{owner}{other}{text[found.end() :]}")]
    if (found := _patterns().han.search(hidden)) is None:
        return []
    rest = _patterns().spread.sub("", text[found.end("other") :])
    return [
        Conjunct(found["one"], text[: found.end("one")] + rest),
        Conjunct(found["other"], text[: found.start("one")] + found["other"] + rest),
    ]


class _Patterns(NamedTuple):
    """English: two words joined, an article, "both", the verb of a question for yes or no, what joins. Chinese: two words joined, 既是…又是…, and
    what spreads over both."""

    words: re.Pattern[str]
    article: re.Pattern[str]
    both: re.Pattern[str]
    begins: re.Pattern[str]
    joins: re.Pattern[str]
    han: re.Pattern[str]
    again: re.Pattern[str]
    spread: re.Pattern[str]


class _Same(NamedTuple):
    """ "the A and the B of X the same", "the A of X also its B", "the same person did A and B", 的A和B相同."""

    of: re.Pattern[str]
    own: re.Pattern[str]
    did: re.Pattern[str]
    han: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    said = forms_of("conjuncts")
    article, ends, before = either(said["articles"]), either(said["ends"]), either(said["before"])
    han = "[\u4e00-\u9fff]"
    joins = f"(?:{chinese('joins')}|{either(said['joins_han'])})"
    return _Patterns(
        words=re.compile(
            rf"\b(?P<one>(?!{before}\b)[a-z][\w-]*)\s+{english('joins')}\s+(?:(?P<article>{article})\s+)?"
            rf"(?P<other>[a-z][\w-]*(?:\s+(?!{ends}\b)[a-z][\w-]*){{0,2}}?)(?=\s+{ends}\b|\s+{_HIDDEN}|\s*[?.!]*\s*$)"
        ),
        article=re.compile(rf"\b{article}\s+", re.IGNORECASE),
        both=re.compile(rf"\b{either(said['both'])}\s+", re.IGNORECASE),
        begins=re.compile(rf"\W*{either(forms_of('yes_or_no')['first'])}\s+(?:{english('the')}\s+)?", re.IGNORECASE),
        joins=re.compile(rf",?\s+{english('joins')}\s+", re.IGNORECASE),
        han=re.compile(
            rf"(?<=[{''.join(said['before_han'])}{_HIDDEN}])(?P<one>(?:(?!{either(said['not_first_han'])})(?!{joins}){han}){{2,6}}){joins}"
            rf"(?P<other>(?:(?!{either(said['not_second_han'])})(?!{chinese('asks')}){han}){{2,6}}?)(?={either(said['ends_han'])}|{chinese('asks')}|[{_HIDDEN}？?]|$)"
        ),
        again=re.compile(
            rf"{either(said['both_han'])}(?P<owner>(?:{_HIDDEN}+的)?)(?P<one>{han}{{2,6}}?)[，,]?{either(said['again_han'])}"
            rf"(?P<its>(?:{_HIDDEN}+的)?)(?P<other>{han}{{2,6}}?)(?=[吗么？?]|$)"
        ),
        spread=re.compile(rf"^{either(said['spread_han'])}"),
    )


@cache
def _asks() -> re.Pattern[str]:
    return re.compile(rf"\W*{english('asks')}\s+{english('be')}\s", re.IGNORECASE)


@cache
def _same() -> _Same:
    said = forms_of("conjuncts")
    joins, same = english("joins"), either(said["same"])
    noun = r"[a-z][\w-]*(?:\s+[a-z][\w-]*){0,2}?"
    be = rf"\W*{either(said['be'])}\s+(?:{english('the')}\s+)?"
    return _Same(
        of=re.compile(
            rf"{be}(?P<one>{noun})\s+{joins}\s+(?:{english('the')}\s+)?(?P<other>{noun})\s+of\s+{_HIDDEN}\s+{same}\b[^?]{{0,20}}[?.\s]*",
            re.IGNORECASE,
        ),
        own=re.compile(
            rf"{be}(?P<one>{noun})\s+of\s+{_HIDDEN}\s+{either(said['also'])}\s+(?:{either(said['its'])})\s+(?P<other>{noun})[?.\s]*",
            re.IGNORECASE,
        ),
        did=re.compile(
            rf"\W*{either(said['did'])}\s+{same}(?:\s+[a-z]+)?\s+(?P<one>[a-z][\w-]*)\s+{joins}\s+(?P<other>[a-z][\w-]*)\s+{_HIDDEN}[?.\s]*",
            re.IGNORECASE,
        ),
        han=re.compile(
            rf"[{CLOSE}]?的(?P<one>[\u4e00-\u9fff]{{2,8}}?)(?:{chinese('joins')})(?P<other>[\u4e00-\u9fff]{{2,8}}?)"
            rf"{either(said['same_han'])}[\u4e00-\u9fff]{{0,3}}?[吗么]?[？?]?"
        ),
    )
