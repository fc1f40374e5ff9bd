"""Things that a question tells by what they hold (referring.toml): "the epoch that the Campanian belongs to", 碧螺春所属的类别."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kgllm.words.dictionary import in_one_word
from kgllm.words.patterns import either
from kgllm.words.questions import MEASURE, Span
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han

_NOUN = r"(?P<noun>[^\W\d_]+(?:\s+[^\W\d_]+){0,2}?)"
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NOUN_HAN = 6  # characters


@dataclass(frozen=True, slots=True)
class Referred:
    """Where the noun for a thing stands, all that tells which it is, and a verb within that says something of it."""

    noun: Span
    whole: Span
    verb: str = ""


def referred(question: str, name: Span) -> list[Referred]:
    """Where a noun may stand for what a name belongs to, the longest first.

    >>> text = "When did the epoch that the Campanian belongs to begin?"
    >>> [(text[slice(*one.noun)], text[slice(*one.whole)]) for one in referred(text, (28, 37))]
    [('epoch', 'the epoch that the Campanian belongs to')]
    >>> text = "When did the epoch begin that the Campanian is in?"
    >>> [(text[slice(*one.noun)], one.verb) for one in referred(text, (34, 43))]
    [('epoch begin', ''), ('epoch', ' begin')]
    >>> text = "碧螺春所属的类别有什么特点？"
    >>> [text[slice(*one.noun)] for one in referred(text, (0, 3))][-1]
    '类别'
    """
    before, after, han, others = _patterns()
    if others.search(question):  # 土豆所属的类别里还有哪些食物
        return []
    if is_han(question[name[1] : name[1] + 1]):
        said = han.match(question, name[1])
        run = None if said is None else _HAN.match(question, said.end())
        if run is None:
            return []
        shortest = 2 if in_one_word(run[0][:2]) else 1  # 模 of 模型 is none
        sizes = range(min(_NOUN_HAN, len(run[0])), shortest - 1, -1)
        return [Referred((run.start(), run.start() + size), (name[0], run.start() + size)) for size in sizes]
    left, right = before.search(question[: name[0]]), after.match(question, name[1])
    if left is None or right is None:
        return []
    whole, (start, end) = (left.start(), right.end()), left.span("noun")
    found = [Referred((start, end), whole)]
    cut = question.rfind(" ", start, end)
    if left["relative"] and cut > start:
        found.append(Referred((start, cut), whole, question[cut:end]))
    return found


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    words = read_table("referring")
    relative, belongs = either(words["relative"]), either(words["belongs"])
    return (
        re.compile(rf"\bthe\s+{_NOUN}\s+(?:(?P<relative>{relative})\s+)?(?:the\s+)?$", re.IGNORECASE),
        re.compile(rf"\s+{belongs}\b", re.IGNORECASE),
        re.compile(rf"{either(words['belongs_han'])}(?:[这那]{MEASURE}?)?"),
        re.compile(rf"\b{either(words['others'])}\b|{either(words['others_han'])}", re.IGNORECASE),
    )
