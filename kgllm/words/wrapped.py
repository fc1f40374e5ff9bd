"""What a question for yes or no is wrapped in (questions.toml): "could you tell me whether …", "true or false: …", "告诉我…", "…，是真的还是假的？"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kgllm.words.patterns import either
from kgllm.words.questions import forms_of
from kgllm.words.tokens import is_han

_WORD = re.compile(r"[^\W\d_]+(?:['’/][^\W\d_]+)*")


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
    bare, before, behind, or_not = _phrases()
    if not cut and (found := bare.match(question) or before.match(question)) is not None:
        cut = found.end()
    text = or_not.sub("", question[cut:], count=1) if or_not.match(question[cut:]) else question[cut:]
    text = behind.sub("", text)
    return text.strip() if text != question else question


@cache
def _phrases() -> tuple[re.Pattern[str], ...]:
    """What stands before a statement with nothing between, with a colon between, or behind it; and "or not"."""
    said = forms_of("wrapped")
    bare, marks = either(said["bare"]), either(said["marks"])
    return (
        re.compile(rf"\W*{bare}\s+(?:that\s+)?", re.IGNORECASE),
        re.compile(rf"\W*{marks}\s*[:,;?.—–-]\s*", re.IGNORECASE),
        re.compile(rf"\s*[,;:.?—–-]\s*{marks}(?=[?.!\s]*$)", re.IGNORECASE),
        re.compile(rf"\s*,?\s*{either(said['or_not'])}\b", re.IGNORECASE),
    )


def _chinese(question: str) -> str:
    han = _han_phrases()
    must, at, text = False, len(question) - len(question.lstrip()), question
    while found := han.lead.match(question, at):  # one after the other: a pattern of all of them would be tried in every division
        must, at = must or found[0] in forms_of("wrapped")["zh_must"], found.end()
    known = must and han.known.search(question[:at]) is not None  # "你知道…多长吗": whether it is known
    if must and (han.whether if known else han.plain).search(question[at:]):
        text = question[at:]
    ended = han.ends.search(text)
    if ended is not None:
        text = text[: ended.start()]
        text += "" if han.plain.search(text) else "吗"
        text += "？"
    return han.inside.sub("", text) if text != question or han.plain.search(text) else text


@dataclass(frozen=True, slots=True)
class _Han:
    """What stands before what is asked, at the end of it and within it; what asks whether, with 吗 or without; what says that it is known."""

    lead: re.Pattern[str]
    ends: re.Pattern[str]
    inside: re.Pattern[str]
    plain: re.Pattern[str]
    whether: re.Pattern[str]
    known: re.Pattern[str]


@cache
def _han_phrases() -> _Han:
    said = forms_of("wrapped")
    ends, last = either(said["zh_ends"]), either(said["zh_last"])
    return _Han(
        lead=re.compile(either((*said["zh_must"], *said["zh_words"]))),
        ends=re.compile(rf"(?:[，,。；;\s]+{last}?(?:这)?{ends}|{last}?{either(said['zh_right'])})[？?。\s]*$"),
        inside=re.compile(rf"{either(said['zh_inside'])}(?={either(said['zh_be'])})"),
        plain=re.compile(either((*said["zh_whether"], *said["zh_asks"]))),
        whether=re.compile(either(said["zh_whether"])),
        known=re.compile(rf"(?<![想要]){either(said['zh_known'])}"),
    )
