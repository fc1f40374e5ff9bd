"""Questions for the thing that is meant by a code or by another name: "Which country is CZE?", "common name of Lutra lutra", T0262是哪部经？."""

from __future__ import annotations

import re

from kgllm.words.extremes import compares
from kgllm.words.lexicon import lexicon
from kgllm.words.questions import MEASURE, Span

_SORT = r"(?:(?:common|english|full|proper|official|real|usual|whole)\s+)?"
_KIND = r"(?P<kind>[a-z][a-z -]{0,30}?)"
_ENGLISH = tuple(
    re.compile(one, re.IGNORECASE)
    for one in (
        rf"^\W*(?:which|what)\s+{_KIND}\s+(?:is|was|goes\s+by|is\s+(?:called|named)|is\s+also\s+(?:called|named|known\s+as))\s+(?:the\s+)?\0\W*$",
        rf"^\W*(?:what|who)\s+(?:is|was)\s+(?:the\s+{_KIND}\s+)?\0(?:\s+(?:called|named))?\W*$",
        rf"^\W*(?:what\s+is\s+)?(?:the\s+)?{_SORT}name\s+(?:of|for)\s+(?:the\s+)?(?:{_KIND}\s+)?\0\W*$",
        rf"^\W*(?:{_KIND}\s+)?\0(?:['’]s)?\s+{_SORT}name\W*$",
        r"^\W*\0\s+(?:is|was)\s+(?:what|who)\W*$",
        r"^\W*\0\W*$",
    )
)
_NOUN = r"(?P<kind>(?!时候|类)(?:(?!的)[\u4e00-\u9fff]){1,6}?)"
_HAN = tuple(
    re.compile(one)
    for one in (
        rf"^\W*\0[》」”\"\s]*(?:是|指的?是|叫做?)(?:哪一?(?!类){MEASURE}|什么|谁)(?:{_NOUN})?\W*$",
        rf"^\W*(?:哪一?{MEASURE}|什么){_NOUN}(?:是|就是|又叫|也叫|又称|也称|俗称)\W*\0\W*$",
        r"^\W*\0\W*的?(?:正式|中文|英文|俗|全|真|本|学|通用)?(?:名称|名字|名|称呼)(?:是|叫)?(?:什么)?\W*$",
        rf"^\W*\0\W*(?:这一?{MEASURE}(?:{_NOUN})?)?叫(?:什么|啥)(?:名字)?\W*$",
    )
)


_WHO = re.compile(r"^\W*who(?:['’]s|\s)|谁", re.IGNORECASE)


def asks_for_person(question: str) -> bool:
    """Whether a question asks who somebody is.

    >>> asks_for_person("Who was Ann?"), asks_for_person("安是谁？"), asks_for_person("What is M018?")
    (True, True, False)
    """
    return _WHO.search(question) is not None


def asks_who_is_meant(question: str, name: Span) -> tuple[bool, str]:
    """Whether nothing is asked but what the name at a place means, and the noun for its kind.

    >>> asks_who_is_meant("Which country is CZE?", (17, 20)), asks_who_is_meant("T0262是哪部经？", (0, 5))
    ((True, 'country'), (True, '经'))
    >>> asks_who_is_meant("M018是哪年发布的？", (0, 4)), asks_who_is_meant("What is the largest M018?", (20, 24))
    ((False, ''), (False, ''))
    >>> asks_who_is_meant("Lutra lutra common name", (0, 11)), asks_who_is_meant("What is the colour of X?", (22, 23))
    ((True, ''), (False, ''))
    """
    if compares(question) is not None:
        return False, ""
    rest = f"{question[: name[0]]}\0{question[name[1] :]}"
    for one in (*_ENGLISH, *_HAN):
        found = one.match(rest)
        noun = "" if found is None else (found.groupdict().get("kind") or "").strip().lower()
        if found is not None and lexicon().english.stop.isdisjoint(noun.split()):
            return True, noun
    return False, ""
