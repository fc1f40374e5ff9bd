"""Which end of a connection a question places a name at by small words: "Which cells synapse onto B?", 从甲到哪里？, 甲的下游.

A relation between likes that is called by no verb ("chemical", 公路) goes from its subject to its object, and only such words tell which is asked.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from kgllm.words.events import moving
from kgllm.words.language import language_of
from kgllm.words.lexicon import lexicon
from kgllm.words.patterns import either
from kgllm.words.questions import Span
from kgllm.words.relations import leads_up, mutual, relation_words
from kgllm.words.tables import read_table

End = Literal["from", "to", ""]
_PLAIN = ("does", "noun")
_OTHER: dict[End, End] = {"from": "to", "to": "from", "": ""}
_FROM = re.compile(r"\bfrom\b")  # … A to B
_MARKS = " 《》“”\"'「」『』"


def goes_on(relation: str) -> bool:
    """Whether by its name a relation goes from its subject to its object, and is neither mutual nor a noun for who somebody is.

    >>> [goes_on(name) for name in ("chemical", "road", "cites", "cited by", "sister", "neighbours", "公路", "父亲")]
    [True, True, True, False, False, False, True, False]
    """
    words = relation_words(relation)
    if words.inverse or words.form not in _PLAIN or mutual(relation) or leads_up(relation) is not None:
        return False
    known = lexicon()
    return not any("person" in known.families[family].to for word in words.spoken for family in known.families_of(word))


def end_of(question: str, name: Span) -> End:
    """The end at which a question places the name there: where things come from, or where they go to; "" where it does not say.

    >>> end_of("Which cells synapse onto B?", (25, 26)), end_of("Which cells does B synapse onto?", (17, 18))
    ('to', 'from')
    >>> end_of("Which cells get input from B?", (27, 28)), end_of("Which pages link to B?", (20, 21)), end_of("Who is close to B?", (16, 17))
    ('from', 'to', '')
    >>> end_of("What is made from B?", (18, 19)), end_of("Is there a road from A to B?", (26, 27))
    ('', 'to')
    >>> end_of("哪些细胞连到乙？", (6, 7)), end_of("乙连到哪些细胞？", (0, 1)), end_of("乙的下游有哪些？", (0, 1)), end_of("哪些细胞接受乙的输入？", (6, 7))
    ('to', 'from', 'from', 'from')
    """
    before, after = question[: name[0]], question[name[1] :]
    return (
        _chinese(before.rstrip(_MARKS), after.lstrip(_MARKS)) if language_of(question) == "zh" else _english(before.lower(), after.lower())
    )


def _english(before: str, after: str) -> End:
    beside, opens, closes = _patterns()[:3]
    found = beside.search(before)
    if found is not None and (end := _tied(found["tie"], "road" if _FROM.search(before[: found.start()]) else found["behind"], before)):
        return end
    asked = opens.match(before)
    if asked is not None:
        return _OTHER[_tied(asked["tie"], "road")]
    asked = closes.search(after)
    return _OTHER[_tied(asked["tie"], asked["behind"], before + after)] if asked is not None else ""


def _tied(tie: str, behind: str | None, before: str = "") -> End:
    """What a preposition says behind a word: what is made from something, or comes from it, need not be at an end of anything."""
    data = read_table("readings")["onward"]
    passes = behind in data["behind"].split()
    if tie == "to":
        return "to" if passes or (behind is not None and moving(behind)) else ""
    if tie == "from":
        return "from" if passes or not set(data["gets"].split()).isdisjoint(before.split()) else ""
    return "to"


def _chinese(before: str, after: str) -> End:
    gets_before, to_before, from_before, leaves, gets_after, on, back, asks_to = _patterns()[3:]
    if gets_before.search(before) or (from_before.search(before) and leaves.search(after)):
        return "from"
    if to_before.search(before):
        return "to"
    if gets_after.match(after) or back.match(after):
        return "to"
    return "from" if on.match(after) or asks_to.search(after) else ""


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    data = read_table("readings")["onward"]
    tie = either(f"to from {data['to']}")
    to_zh, from_zh, gets = (either(data[name]) for name in ("to_zh", "from_zh", "gets_zh"))
    return (
        re.compile(rf"(?:(?P<behind>[\w-]+)\s+)?\b(?P<tie>{tie})\s+(?:(?:the|a|an|both|either|cell|node)\s+)*$"),
        re.compile(rf"^\W*(?P<tie>{tie})\s+(?:which|what|whom|how many)\b"),
        re.compile(rf"(?:(?P<behind>[\w-]+)\s+)?\b(?P<tie>{tie})\W*$"),
        re.compile(rf"{gets}$"),
        re.compile(rf"{to_zh}$"),
        re.compile(rf"{from_zh}$"),
        re.compile(rf"{to_zh}|{either(data['leaves_zh'])}"),
        re.compile(rf"^(?:都|会|能)?{gets}"),
        re.compile(rf"^的?[^，。？?]{{0,6}}{either(data['on_zh'])}"),
        re.compile(rf"^的?[^，。？?]{{0,6}}{either(data['back_zh'])}"),
        re.compile(rf"{to_zh}(?:了)?(?:哪|什么|谁|多少|几)"),
    )
