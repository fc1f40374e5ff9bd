"""Questions for who, or what, has most things of a kind: "Which country has the most geysers?", "the most common type", 哪个国家的间歇泉最多？.

Who has them is named in one place and the things that are counted, with all that is said of them, in another: the rest of the question
only asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kgllm.words.language import language_of
from kgllm.words.questions import MEASURE, Span
from kgllm.words.scales import scales
from kgllm.words.stems import singular

_LONGEST = 300  # characters of a question of this form
_WORDS = r"[^,?\s]+(?:\s+[^,?\s]+)*?"
_MOST = r"(?:the\s+)?(?P<word>most|fewest|least)\s+(?:(?:direct|different|distinct|individual|listed|recorded|known)\s+)?"
_NUMBER = r"the\s+(?P<size>largest|highest|greatest|biggest|smallest|lowest)\s+number\s+of\s+"
_COMMON = r"(?:the\s+)?(?:(?P<word>most|least)\s+(?:common|frequent|widespread|prevalent|usual)(?:ly\s+\w+)?|commonest)"
_THINGS = r"(?P<things>[^?.!]+)"
_NAMING = r"(?:(?:what|which|who)\s+(?:is|are|was|were)\s+|(?:find|name|show|give\s+me|tell\s+me)\s+)?"
_WITH = r"(?:with|having|that\s+ha[sd]|who\s+ha[sd])"
_ENGLISH = tuple(
    re.compile(one, re.IGNORECASE)
    for one in (
        rf"\b(?:which|what)\s+(?P<holder>{_WORDS})\s+(?:is|are|was|were)\s+{_COMMON}(?:\s+one)?\b(?P<things>[^?.!]*)",
        rf"(?:\b(?:which|what)\s+(?:is|are|was|were)\s+)?{_COMMON}\s+(?P<holder>\w[^?.!]*)",
        rf"\b(?:which|what)\s+(?!is\b|are\b|was\b|were\b)(?P<holder>{_WORDS})\s+(?:{_MOST}|{_NUMBER}){_THINGS}",
        rf"\b(?P<who>who)\b(?P<verb>[^,?\s]*(?:\s+[^,?\s]+)*?)\s+(?:{_MOST}|{_NUMBER}){_THINGS}",
        rf"^\W*{_NAMING}(?:the\s+)?(?P<holder>[a-z]+(?:\s+[a-z]+){{0,2}})\s+{_WITH}\s+(?:{_MOST}|{_NUMBER}){_THINGS}",
    )
)
_WHICH = rf"(?:哪一?{MEASURE}|哪一?(?!里|儿|些)|什么)"
_AT = "第[二两三四五六七八九十]"
_HAN = tuple(
    re.compile(one)
    for one in (
        rf"{_WHICH}(?P<holder>[^，？?]+?)(?:是|用得|出现得)?最(?:常见|常用|普遍|多见)(?P<word>)",
        r"最(?:常见|常用|普遍|多见)(?P<word>)的(?P<holder>[^，？?是有]+)",
        rf"(?:(?P<who>谁)(?P<verb>[^，？?最的]{{0,30}}?)|{_WHICH}(?P<holder>[^，？?最的]+))最(?P<word>[多少])的(?P<things>[^，？?是]+)",
        rf"(?:(?P<who>谁)(?P<verb>[^，？?最的]{{0,30}}?)的?|{_WHICH}(?P<holder>[^，？?最]+?)的)(?P<things>[^，？?最的]+?)(?:数量?|总数)?最(?P<word>[多少])(?!的)",
        rf"{_WHICH}(?P<holder>[^，？?最在的]+)在(?P<things>[^，？?最的里中]+?)[里中](?:被?使?用得?|出现得?)(?:次数)?最(?P<word>[多少])",
        rf"{_WHICH}(?P<holder>[^，？?最]+?)的(?P<things>[^，？?最的]+?)(?:数量?|总数)(?:排名?|位?居|是)?{_AT}(?P<word>)",
        r"(?P<things>[^，？?最]+?)(?:的?数量?|总数)?最(?P<word>[多少])的(?P<holder>[^，？?是有的]+)",
    )
)
_SAYS = ("most", "commonest", "最", "fewest", "least", "number of", "第")
_LEAST = ("fewest", "least", "smallest", "lowest", "少")


@dataclass(frozen=True, slots=True)
class Most:
    """Who has most of something, or least (`sense` -1). `holder`: where it is named what is asked for, and behind it maybe by what it has
    the things; empty after "who" (`who`), and then `verb` is where that is said. `things`: what is counted, where it is said.
    `taken`: all that only asks. `common`: what is asked for is what most things have."""

    sense: int
    holder: Span
    things: Span
    verb: Span
    taken: Span
    who: bool = False
    common: bool = False


def most(question: str) -> Most | None:
    """What a question asks that asks who has most things of a kind; None of every other.

    >>> def parts(question):
    ...     form = most(question)
    ...     return form and (question[slice(*form.holder)], question[slice(*form.things)], form.sense)
    >>> parts("Which country has the most active geysers?"), parts("who wrote the fewest plays")
    (('country has', 'active geysers', 1), ('', 'plays', -1))
    >>> parts("the most common colour of lamps in Peru"), parts("哪个国家的间歇泉最多？"), parts("间歇泉最多的国家是哪个？")
    (('colour of lamps in Peru', '', 1), ('国家', '间歇泉', 1), ('国家', '间歇泉', 1))
    >>> parts("Which river is the longest?")
    """
    text = question.lower()
    if len(question) > _LONGEST or not any(word in text for word in _SAYS):
        return None
    chinese = language_of(question) == "zh"
    for n, one in enumerate(_HAN if chinese else _ENGLISH):
        found = one.search(question)
        if found is not None:
            groups = {name: found.span(name) if value is not None else (0, 0) for name, value in found.groupdict().items()}
            said = {found.groupdict().get("word"), found.groupdict().get("size")}
            sense = -1 if any(word and word.lower() in _LEAST for word in said) else 1
            things = groups.get("things", (0, 0))
            if not chinese and n > 1 and _describes(text, things[0]):
                return None
            return Most(
                sense,
                groups.get("holder", (0, 0)),
                things,
                groups.get("verb", (0, 0)),
                (found.start(), found.end() if chinese else max(things[0], found.end("holder") if n == 1 else things[0])),
                who=bool(found.groupdict().get("who")),
                common=n < 2,
            )
    return None


def _describes(text: str, at: int) -> bool:
    """Whether "most" only heightens an adjective: "the most famous painter"; "the most active geysers" are counted."""
    said = text[at:].strip(" ?.!").split()
    one = not said or singular(said[-1]) == said[-1]
    if said and said[0] in ("than", "of", "recent", "popular"):
        return True
    adjective = one and re.match(r"\w+(?:ous|ful|ive|able|ible|ant|ent)\b", text[at:]) is not None
    return adjective or any(
        re.match(rf"{re.escape(word)}\b", text[at:]) for word, (_, _, base) in scales().degrees.items() if base and word.isascii()
    )
