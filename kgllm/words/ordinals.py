"""Chinese ordinals, written with figures or in characters: 第2章 and 第二章 are one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kgllm.words.figures import han_number

_DIGITS = "零一二三四五六七八九"
_FIGURES = re.compile(r"第(\d{1,3})(?!\d)")
_HAN = re.compile(r"第([一二三四五六七八九十百零]{1,6})(?![万千亿])")
_ORDINAL = re.compile(r"第(\d{1,3}|[一二三四五六七八九十百零]{1,6})([^\W\d])")
_MOST = 1000


def in_han(number: int) -> str:
    """A number from 1 to 999 in Chinese characters.

    >>> [in_han(n) for n in (2, 10, 12, 20, 105, 340)]
    ['二', '十', '十二', '二十', '一百零五', '三百四十']
    """
    if number < 20:
        return ("十" if number >= 10 else "") + (_DIGITS[number % 10] if number % 10 else "")
    if number < 100:
        return _DIGITS[number // 10] + in_han(10 + number % 10)
    rest = number % 100
    tail = "" if not rest else f"零{in_han(rest)}" if rest < 10 else _DIGITS[rest // 10] + in_han(10 + rest % 10)
    return f"{_DIGITS[number // 100]}百{tail}"


def ordinal_forms(text: str) -> list[str]:
    """The same text with its ordinals written the other way; none where it has none.

    >>> ordinal_forms("第2章"), ordinal_forms("第十二回"), ordinal_forms("第一"), ordinal_forms("2章")
    (['第二章'], ['第12回'], ['第1'], [])
    """
    if "第" not in text:
        return []
    if _FIGURES.search(text):
        return [_FIGURES.sub(lambda found: f"第{in_han(int(found[1]))}" if 0 < int(found[1]) < _MOST else found[0], text)]
    return [one] if (one := _HAN.sub(_in_figures, text)) != text else []


def _in_figures(found: re.Match[str]) -> str:
    number = han_number(found[1])
    return found[0] if not number else f"第{number:g}"


def as_counted(question: str, relations: Iterable[str]) -> str:
    """A question with its ordinals as the relations of a graph write them, where that is no longer: 第2章 of a relation 第二章.

    >>> as_counted("第2章叫什么？", ["第一章", "第二章"]), as_counted("第2章叫什么？", ["第2章"]), as_counted("第2章叫什么？", ["标题"])
    ('第二章叫什么？', '第2章叫什么？', '第2章叫什么？')
    """
    forms = ordinal_forms(question)
    if not forms or len(forms[0]) != len(question):
        return question
    said, other = (set(re.findall(r"第[\d一二三四五六七八九十百零]+\w", text)) for text in (question, forms[0]))
    names = set(relations)
    return forms[0] if other & names and not said & names else question


def other_ordinal(question: str, relation: str) -> bool:
    """Whether a relation's name says an ordinal of what a question says another one of: 第三章 is no 第一章.

    >>> other_ordinal("第3章叫什么？", "第一章"), other_ordinal("第3章叫什么？", "第三章"), other_ordinal("第3章叫什么？", "第一作者")
    (True, False, False)
    """
    asked, said = _numbered(question), _numbered(relation)
    return any(noun in asked and asked[noun].isdisjoint(numbers) for noun, numbers in said.items())


def _numbered(text: str) -> dict[str, set[float]]:
    """The numbers that a text says of each noun right behind an ordinal."""
    found: dict[str, set[float]] = {}
    for one in _ORDINAL.finditer(text) if "第" in text else ():
        number = float(one[1]) if one[1].isdecimal() else han_number(one[1])
        if number:
            found.setdefault(one[2], set()).add(number)
    return found
