"""What a question for yes or no is wrapped in (questions.toml): "could you tell me whether …", "true or false: …", "告诉我…", "…，是真的还是假的？"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from kgllm.words.questions import forms_of
from kgllm.words.tokens import is_han

_WORD = re.compile(r"[^\W\d_]+(?:['’/][^\W\d_]+)*")
_OR_NOT = re.compile(r"\s*,?\s*or\s+not\b", re.IGNORECASE)
_PLAIN = re.compile(r"(?:吗|么|是不是|是否|有没有)")
_WHETHER = re.compile(r"是不是|是否|有没有")
_KNOWN = re.compile(r"(?<![想要])(?:知道|了解|清楚|晓得)")


def unwrapped(question: str) -> str | None:
    """What a question asks to be told the truth of, as a statement or a question of its own; None where it is wrapped in nothing.

    >>> unwrapped("Could you please tell me whether Ann's town is Oslo?"), unwrapped("True or false: Ann lives in Oslo")
    ("Ann's town is Oslo?", 'Ann lives in Oslo')
    >>> unwrapped("告诉我安的城市是不是奥斯陆"), unwrapped("安的城市是奥斯陆，是真的还是假的？")
    ('安的城市是不是奥斯陆', '安的城市是奥斯陆吗？')
    >>> unwrapped("Tell me who directed Alien"), unwrapped("告诉我谁导演了异形"), unwrapped("你知道异形有多长吗")
    (None, None, None)
    """
    text = _english(question)
    if is_han(question):
        text = _chinese(text)
    return None if text == question else text


def _english(question: str) -> str:
    said, seen, cut = forms_of("wrapped"), set[str](), 0
    words = {part: frozenset(said[part]) for part in ("words", "must", "that", "ends")}
    for match in _WORD.finditer(question):
        word = match[0].replace("’", "'").lower()
        if word not in words["words"]:
            break
        if word in words["ends"] and seen & words["that" if word == "that" else "must"]:
            cut = match.end()
        seen.add(word)
    bare, before, behind = _phrases()
    if not cut and (found := bare.match(question) or before.match(question)) is not None:
        cut = found.end()
    text = _OR_NOT.sub("", question[cut:], count=1) if _OR_NOT.match(question[cut:]) else question[cut:]
    text = behind.sub("", text)
    return text.strip() if text != question else question


@cache
def _phrases() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What stands before a statement with nothing between, with a colon between, or behind it."""
    said = forms_of("wrapped")
    bare, marks = (_either(one.replace("_", r"\s+") for one in said[part]) for part in ("bare", "marks"))
    return (
        re.compile(rf"\W*(?:{bare})\s+(?:that\s+)?", re.IGNORECASE),
        re.compile(rf"\W*(?:{marks})\s*[:,;?.—–-]\s*", re.IGNORECASE),
        re.compile(rf"\s*[,;:.?—–-]\s*(?:{marks})(?=[?.!\s]*$)", re.IGNORECASE),
    )


def _chinese(question: str) -> str:
    lead, ends, inside = _han_phrases()
    must, at, text = False, len(question) - len(question.lstrip()), question
    while found := lead.match(question, at):  # one after the other: a pattern of all of them would be tried in every division
        must, at = must or found[0] in forms_of("wrapped")["zh_must"], found.end()
    known = must and _KNOWN.search(question[:at]) is not None  # "你知道…多长吗": whether it is known
    if must and (_WHETHER if known else _PLAIN).search(question[at:]):
        text = question[at:]
    ended = ends.search(text)
    if ended is not None:
        text = text[: ended.start()]
        text += "" if _PLAIN.search(text) else "吗"
        text += "？"
    return inside.sub("", text) if text != question or _PLAIN.search(text) else text


@cache
def _han_phrases() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    said = forms_of("wrapped")
    ends, inside, last = (_either(said[part]) for part in ("zh_ends", "zh_inside", "zh_last"))
    return (
        re.compile(_either((*said["zh_must"], *said["zh_words"]))),
        re.compile(rf"(?:[，,。；;\s]+(?:{last})?(?:这)?(?:{ends})|(?:{last})?(?:对不对|对吗|对吧|没错吧|来着吧|来着吗))[？?。\s]*$"),
        re.compile(rf"(?:{inside})(?=是|有|为)"),
    )


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))
