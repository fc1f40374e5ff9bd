"""What a question for yes or no claims besides one fact, by its words: several names, a year, an order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kgllm.words.questions import Span, compared, overlap
from kgllm.words.tokens import YEAR, is_han

_AND = re.compile(r"[》”\"'」]?\s*(?:,?\s*(?:and|as\s+well\s+as|and\s+also|&)(?:\s+the)?|,|和|与|及|以及|跟|还有|、)\s*[《“\"'「]?")
_BOTH = re.compile(r"\b(?:both|all)\b\s*", re.IGNORECASE)
_SHARED = re.compile(
    r"\b(?:same|common|each other|one another|together|between|share|shares|related)\b|同一|相同|共同|一样|互相|彼此|之间|一起"
)
_OPEN, _CLOSE = "《“\"'「", "》”\"'」"
_IN_YEAR = r"(?:\s*,?\s*\b(?:back\s+)?(?:in|during|of|around)\s+(?:the\s+year\s+)?)?"
_BEFORE = re.compile(r"\s*,?\s*\b(before|after)\s+(?:(?:the|visiting|joining|doing)\s+)?$", re.IGNORECASE)
_HAN_BEFORE = re.compile(r"^[》”\"'」]?(之前|以前|之后|以后|前|后)[，,]?")


def conjoined(text: str, names: Sequence[Span]) -> list[str]:
    """A question about several names at once as one about each; none where it is about one, or about what they are to each other.

    >>> conjoined("Did Ann found Foo and Bar?", [(4, 7), (14, 17), (22, 25)])
    ['Did Ann found Foo?', 'Did Ann found Bar?']
    >>> conjoined("Are Ann and Bob siblings?", [(4, 7), (12, 15)])
    []
    """
    if _SHARED.search(text.lower()):
        return []
    group: list[Span] = []
    for name in names:
        if group and _AND.fullmatch(text[group[-1][1] : name[0]]):
            group.append(name)
        elif len(group) < 2:
            group = [name]
    if len(group) < 2:
        return []
    begin, end = group[0][0], group[-1][1]
    others = [name for name in names if name not in group]
    if not others and not (_BOTH.search(text) or text[end:].lstrip(_CLOSE).startswith(("都", "均", "全都"))):
        return []
    while begin and text[begin - 1] in _OPEN:
        begin -= 1
    while end < len(text) and text[end] in _CLOSE:
        end += 1
    before, after = text[:begin], text[end:]
    after = re.sub(r"^(?:都|均|全都|分别)", "", after)
    parts = []
    for name in group:
        first = begin if name == group[0] else name[0]
        last = end if name == group[-1] else name[1]
        parts.append(_BOTH.sub("", f"{before}{_marked(text, (first, last))}{after}"))
    return parts


def _marked(text: str, span: Span) -> str:
    """A name with the marks around it, both or none."""
    start, end = span
    while start < end and text[start] in _OPEN:
        start += 1
    while end > start and text[end - 1] in _CLOSE:
        end -= 1
    return f"《{text[start:end]}》" if is_han(text[start:end]) and start and text[start - 1] == "《" else text[start:end]


@dataclass(frozen=True, slots=True)
class Year:
    """A year that a question states, and the question without it; `bound`: it says before or after."""

    value: int
    without: str
    bound: bool


def stated_years(text: str, names: Sequence[Span]) -> list[Year]:
    """The years that a question states, outside of names.

    >>> [(year.value, year.without) for year in stated_years("Did Ann found Foo in 2006?", [(4, 7), (14, 17)])]
    [(2006, 'Did Ann found Foo?')]
    >>> [year.without for year in stated_years("安在2006年创立了福吗？", [(0, 1)])]
    ['安创立了福吗？']
    """
    found = []
    for match in YEAR.finditer(text):
        span = match.span()
        if any(overlap(span, name) for name in names):
            continue
        if is_han(text):
            around = re.search(rf"(?:在|于)?{match[0]}\s*年?(?:的时候|时|期间)?(?:就)?", text)
        else:
            around = re.search(rf"{_IN_YEAR}\b{match[0]}\b", text, re.IGNORECASE)
        assert around is not None  # the year itself is there
        without = re.sub(r"\s+(?=[?.!]|$)", "", text[: around.start()] + text[around.end() :]).strip()
        found.append(Year(int(match[0]), without, compared(text, span)))
    return found


@dataclass(frozen=True, slots=True)
class Order:
    """Two questions, and whether the first is said to have been so before the second."""

    first: str
    second: str
    before: bool


def ordered(text: str, names: Sequence[Span]) -> Order | None:
    """What a question says was so before, or after, what else.

    >>> ordered("Did Ann visit Foo before Bar?", [(4, 7), (14, 17), (25, 28)])
    Order(first='Did Ann visit Foo?', second='Did Ann visit Bar?', before=True)
    >>> ordered("安在乙之前访问了甲吗？", [(0, 1), (2, 3), (8, 9)])
    Order(first='安访问了甲吗？', second='安访问了乙吗？', before=True)
    """
    if len(names) < 3:
        return None
    for name in names:
        said, after = _BEFORE.search(text[: name[0]]), _HAN_BEFORE.match(text[name[1] :])
        if said is not None:
            start, end, before = said.start(), name[1], said[1].lower() == "before"
        elif after is not None:
            start, end, before = name[0], name[1] + after.end(), after[1] in ("之前", "以前", "前")
            start -= text[:start].endswith("在")
        else:
            continue
        others = [other for other in names if not overlap(other, (start, end))]
        partner = next((other for other in reversed(others) if said is None or other[1] <= start), None)
        if partner is None or partner == others[0]:
            return None
        first = text[:start] + text[end:]
        at = partner[0] - (end - start if partner[0] >= end else 0)
        return Order(first, first[:at] + text[slice(*name)] + first[at + partner[1] - partner[0] :], before)
    return None
