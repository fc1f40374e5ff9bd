"""What several things are said to have in common: "Do Ann and Bob have the same employer?", 安和波是同一个导演吗."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from kgllm.words.joined import beside_each_other, marked
from kgllm.words.patterns import either
from kgllm.words.questions import Span, forms_of
from kgllm.words.saying import CLOSE, OPEN
from kgllm.words.tokens import is_han


@dataclass(frozen=True, slots=True)
class Alike:
    """A question for each of several things that are said to have the same of something. `unit`: a year, a month or a day of a time;
    `shares`: they are said to share it, which neighbours do that share a border."""

    parts: tuple[str, ...]
    unit: str = ""
    shares: bool = False


def alike(text: str, names: Sequence[Span]) -> Alike | None:
    """What a question says to be the same of several things, asked of each.

    >>> alike("Do Ann and Bob have the same employer?", [(3, 6), (11, 14)]).parts
    ('What is the employer of Ann?', 'What is the employer of Bob?')
    >>> alike("Were Ann and Bob born in the same town?", [(5, 8), (13, 16)]).parts
    ('In which town was Ann born?', 'In which town was Bob born?')
    >>> alike("安和波是同一个导演吗？", [(0, 1), (2, 3)]).parts
    ('安的导演是什么？', '波的导演是什么？')
    """
    group = beside_each_other(text, names)
    if len(group) < 2:
        return None
    before, after = text[: group[0][0]].strip(" " + OPEN), text[group[-1][1] :].strip(" " + CLOSE)
    told = [marked(text, name) for name in group]
    if is_han(after):
        return None if before else _alike_han(after, told)
    words, same = forms_of("alike"), _patterns().same.search(after)
    if same is None or before.lower() not in words["verbs"]:
        return None
    noun, said = same["noun"] or same["shared"] or same["common"], after[: same.start()].strip()
    unit = noun if noun in words["times"] else ""
    if not said or _patterns().only.fullmatch(said) is not None:
        return Alike(tuple(f"What is the {noun} of {name}?" for name in told), unit, shares=bool(same["shared"]))
    aux = {"are": "is", "were": "was", "do": "does", "have": "has"}.get(before.lower(), before.lower())
    rest, _, preposition = said.rpartition(" ")
    said, preposition = (rest, preposition) if preposition in words["prepositions"] else (said, "")
    if unit:
        lead = "When"
    elif noun in words["people"]:
        lead = f"{preposition} whom".strip().capitalize()
    else:
        lead = f"{preposition} which {noun}".strip().capitalize()
    return Alike(tuple(f"{lead} {aux} {name} {said}?" for name in told), unit)


def _alike_han(after: str, told: list[str]) -> Alike | None:
    words, known = forms_of("alike"), _patterns()
    after = known.spread_han.sub("", after)
    same = known.same_han.match(after) or known.of_han.match(after) or known.in_han.match(after)
    if same is None:
        return None
    parts = same.groupdict()
    noun, verb, unit = parts.get("noun") or "", (parts.get("verb") or "").removesuffix("的"), parts.get("unit") or ""
    if unit:
        said = dict(zip(words["time_units_han"], words["time_units"], strict=True))
        return Alike(tuple(f"{name}是哪{unit}{verb}的？" for name in told), said[unit])
    if parts.get("place"):
        return Alike(tuple(f"{name}在哪个{parts['place']}{verb}？" for name in told))
    if noun in ("人", "个人") and verb:
        return Alike(tuple(f"{name}是谁{verb}的？" for name in told))
    return Alike(tuple(f"{name}的{noun}是什么？" for name in told)) if noun and not verb else None


class _Patterns(NamedTuple):
    """What they have in common, and what only says that they have it; in Chinese behind their names: the same one, the same of something,
    and in the same place."""

    same: re.Pattern[str]
    only: re.Pattern[str]
    spread_han: re.Pattern[str]
    same_han: re.Pattern[str]
    of_han: re.Pattern[str]
    in_han: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    said = {name: either(words) for name, words in forms_of("alike").items()}
    noun, ends = r"[a-z]+(?:\s+[a-z]+)?", r"的?[吗么]?[？?]?$"
    return _Patterns(
        same=re.compile(
            rf"\b(?:{said['same']}\s+(?P<noun>{noun})|{said['share']}\s+{said['owners']}?\s*(?P<shared>{noun})"
            rf"|{said['have']}\s+{said['have_owners']}\s+(?P<common>[a-z]+)\s+{said['common']})\s*[?.!]*$"
        ),
        only=re.compile(said["only"]),
        spread_han=re.compile(rf"^{said['spread_han']}"),
        same_han=re.compile(
            rf"{said['whether_han']}?在?{said['same_han']}(?:(?P<unit>{said['time_units_han']})|{said['units_han']}?(?P<noun>{said['person_han']}|[^吗么？?的]{{2,4}}?))"
            r"的?(?P<verb>[^吗么？?的]{1,5}的?)?[吗么]?[？?]?$"
        ),
        of_han=re.compile(
            rf"{said['of_have_han']}{said['of_same_han']}?的?(?P<noun>[^吗么？?是相同一]{{1,6}}?){said['of_whether_han']}?"
            rf"(?:{said['of_ends_han']}|同一{said['units_han']}?[^吗？?]{{0,4}})?{ends}"
        ),
        in_han=re.compile(
            rf"{said['of_whether_han']}?在{said['same_han']}{said['place_units_han']}?(?P<place>[^吗么？?]{{1,3}}?)(?P<verb>{said['place_verbs_han']}){ends}"
        ),
    )
