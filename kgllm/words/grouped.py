"""Questions for something of each of several groups: "How many lamps does each maker sell?", "average price per category", 每个行业有几家公司."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from kgllm.words.language import language_of
from kgllm.words.patterns import either
from kgllm.words.questions import MEASURE, MEASURES, Span
from kgllm.words.saying import WORDS
from kgllm.words.tables import read_table

_LONGEST = 240  # characters of a question of this form
_HOW_MANY = "How many "
_NOUN_HAN = 8  # characters that may hold the noun for the groups


@dataclass(frozen=True, slots=True)
class Grouped:
    """What says that something is asked for of each group. `phrase`: the words before the noun for the groups ("for each"); `noun`: where that
    stands, at the beginning; `subject`: it is who does something, so that a verb stands behind it; `numbers`: it asks how many. `each`:
    where "each" itself begins."""

    phrase: Span
    noun: Span
    subject: bool = False
    numbers: bool = False
    each: int = 0


def grouped(question: str) -> list[Grouped]:
    """The places where a question may say that it asks for something of each group, the likeliest first.

    >>> def said(text): return [(text[slice(*one.phrase)].strip(), text[slice(*one.noun)], one.subject) for one in grouped(text)]
    >>> said("What is the average price for each category?"), said("How many lamps does each maker sell?")
    ([('for each', 'category', False)], [('does each', 'maker sell', True)])
    >>> said("number of lamps by maker"), said("lamps by Ann"), said("Do they know each other?")
    ([('by', 'maker', False)], [], [])
    >>> said("List every lamp by Ann"), said("every maker's lamps")
    ([], [('every', "maker's lamps", False)])
    >>> said("每个行业有几家公司？"), said("各部门的平均工资"), said("按城市统计公司数量")
    ([('每', '个行业有几家公司', True), ('每个', '行业有几家公司', True)], [('各', '部门的平均工资', True), ('各部', '门的平均工资', True)], [('按', '城市统计公司数量', False)])
    """
    if len(question) > _LONGEST:
        return []
    return list(_chinese(question) if language_of(question) == "zh" else _english(question))


def each_first(question: str) -> str:
    """A Chinese question for how many things of each kind there are with the things behind the number, as it is mostly asked.

    >>> each_first("每种颜色的灯各有几盏？"), each_first("材质各类各有多少灯？"), each_first("每种颜色各有几盏灯？")
    ('每种颜色各有几盏灯？', '每种材质各有多少灯？', '每种颜色各有几盏灯？')
    """
    found = _THINGS_FIRST.search(question)
    if found is not None:
        how = found["how"]
        return f"{question[: found.start()]}{found['each']}{found['of']}各有{how}{found['things']}{question[found.end() :]}"
    found = _KINDS_BEHIND.search(question)
    return question if found is None else f"每种{found['of']}各有{found['how']}{question[found.end() :]}"


_THINGS_FIRST = re.compile(
    r"(?P<each>每一?[种个类款位名家座]|各[种个类])(?P<of>[^的各每几多，,？?]{1,12})的(?P<things>[\u4e00-\u9fff]{1,6}?)"
    rf"(?:各自|各|分别)(?:一共|总共)?有(?P<how>(?:几|多少){MEASURE}?)(?=[？?。呢\s]*$)"
)
_KINDS_BEHIND = re.compile(
    r"^(?P<of>[\u4e00-\u9fff]{1,6})(?:的)?各[类類种種个個](?:别)?(?:各|分别)有(?P<how>几|多少)(?=[^？?。]{1,8}[？?。呢\s]*$)"
)


def verb_behind(question: str, noun: Span, form: Grouped) -> Span:
    """The verb that stands behind the noun for the groups, or nothing: "sell" of "does each maker sell", 卖 of 每个厂家卖几种灯.

    >>> question = "How many lamps does each maker sell in May?"
    >>> [form] = grouped(question)
    >>> question[slice(*verb_behind(question, (25, 30), form))]
    'sell'
    """
    verb = (_patterns().verb_han if language_of(question) == "zh" else _patterns().verb).match(question, noun[1])
    if verb is None or not (form.subject or language_of(question) == "zh"):
        return noun[1], noun[1]
    return verb.start() + len(verb[0]) - len(verb[0].lstrip()), verb.end()


def of_group(between: str) -> bool:
    """Whether what stands between a noun for groups and a name says that they are parts of what is named.

    >>> of_group(" of the "), of_group(" and ")
    (True, False)
    """
    return _patterns().part_of.fullmatch(between) is not None


def of_group_han(between: str) -> bool:
    """The same of what stands between a name and what asks of each group.

    >>> of_group_han("的"), of_group_han("和")
    (True, False)
    """
    return _patterns().part_of_han.fullmatch(between) is not None


def all_of_kind(size: int) -> str:
    """A word for all in English, so many letters long; blanks where it does not fit.

    >>> all_of_kind(6), all_of_kind(2)
    ('  all ', '  ')
    """
    return "all ".rjust(size) if size >= len("all ") else " " * size


def all_han() -> str:
    """What asks for all in Chinese, behind a noun."""
    return "有哪些"


def of_all(question: str, place: Span) -> tuple[str, int, int]:
    """The question without what names the groups, which stands at a place; by how much what stood before and behind it has moved.

    >>> of_all("Count the lamps of each maker.", (16, 29)), of_all("各厂家的灯数量是多少？", (0, 4))
    (('How many the lamps .', 3, -10), ('灯有多少', 0, -4))
    """
    (start, end), words = place, _patterns()
    before, after = question[:start].rstrip(), question[end:].lstrip()
    cut = len(question) - len(after)
    if language_of(question) == "zh":
        after = words.number_han.sub("有多少", after)
    elif before:
        before += " "
    counting = words.count.match(before)
    if counting is not None:
        before = _HOW_MANY + before[counting.end() :]
    return before + after, 0 if counting is None else len(_HOW_MANY) - counting.end(), len(before) - cut


def _english(question: str) -> list[Grouped]:
    words = _patterns()
    found = [
        Grouped(
            (_participle(question, one), one.end()),
            (one.end(), _clause(question, one.end())),
            subject=bool(one["aux"]) or _follows_noun(question, one),
            numbers=one["each"].lower() == "per" or words.numbers.search(question) is not None,
            each=one.start("each"),
        )
        for one in words.each.finditer(question)
        if not _all_of_them(question, one)
    ]
    for one in [form for form in found if form.numbers and not form.subject]:  # "How many trains left from each town?"
        verb = words.past.search(question[: one.phrase[0]])
        found += [] if verb is None else [replace(one, phrase=(verb.start(), one.phrase[1]))]
    if not found and words.numbers.search(question) is not None:
        by = words.by.search(question)
        found += [] if by is None else [Grouped((by.start(), by.start("noun")), by.span("noun"), numbers=True)]
    return found


def _all_of_them(question: str, each: re.Match[str]) -> bool:
    """Whether "every" only asks for all of what follows: "list every flight to Lima"; "every maker's lamps" are of each."""
    told = [piece.strip(".,:;!?") for piece in question[: each.start()].lower().split()]
    owner = re.compile(r"[^\W\d_]+(?:\s+[^\W\d_]+)?['’]").match(question, each.end())
    return not (each["prep"] or each["aux"] or owner) and all(word in WORDS["lead"] for word in told)


def _participle(question: str, each: re.Match[str]) -> int:
    """Where the phrase begins: at "were printed" before "each year", "written" before "by each author"."""
    words = _patterns()
    before = (words.was_done if each["prep"] is None or each["prep"].lower() != "by" else words.done).search(question[: each.start()])
    return each.start() if before is None or each["aux"] else before.start()


def _follows_noun(question: str, each: re.Match[str]) -> bool:
    """Whether "each" stands right behind what is asked for: "the number of lamps each maker sells"."""
    return not each["prep"] and each["each"].lower() != "per" and _patterns().after_noun.search(question[: each.start()]) is not None


def _clause(question: str, at: int) -> int:
    end = re.compile(r"[,?.!;]|$").search(question, at)
    return len(question) if end is None else end.start()


def _chinese(question: str) -> list[Grouped]:
    words = _patterns()
    numbers = words.numbers_han.search(question) is not None
    found = list[Grouped]()
    for one in words.each_han.finditer(question):
        end = min(_clause_han(question, one.end()), one.end() + _NOUN_HAN)
        starts = [one.end()] + ([one.end() + 1] if question[one.end() : one.end() + 1] in MEASURES else [])
        found += [Grouped((one.start(), at), (at, end), subject=True, numbers=numbers, each=one.start("each")) for at in starts if at < end]
    by = words.by_han.search(question)
    if by is not None:
        found.append(Grouped((by.start(), by.start("noun")), (by.start("noun"), _clause_han(question, by.start("noun"))), numbers=numbers))
    return found


def _clause_han(question: str, at: int) -> int:
    end = re.compile(r"[，,？?。！!；;]|$").search(question, at)
    return len(question) if end is None else end.start()


@dataclass(frozen=True, slots=True)
class _Patterns:
    each: re.Pattern[str]
    after_noun: re.Pattern[str]
    was_done: re.Pattern[str]
    done: re.Pattern[str]
    past: re.Pattern[str]
    numbers: re.Pattern[str]
    by: re.Pattern[str]
    verb: re.Pattern[str]
    each_han: re.Pattern[str]
    numbers_han: re.Pattern[str]
    by_han: re.Pattern[str]
    verb_han: re.Pattern[str]
    count: re.Pattern[str]
    number_han: re.Pattern[str]
    part_of: re.Pattern[str]
    part_of_han: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    words = read_table("questions")["grouped"]
    said = {name: either(one) for name, one in words.items()}
    return _Patterns(
        re.compile(
            rf"(?:\b(?:(?P<prep>{said['before']})|(?P<aux>{said['does']}))\s+)?\b(?P<each>{said['each']})\s+(?!{said['not']}\b)"
            rf"(?:{said['single']}\s+)*(?=[^\W\d_])",
            re.IGNORECASE,
        ),
        re.compile(r"[^\W\d_]{3,}\s+$"),
        re.compile(rf"\b{said['was']}\s+(?!there\b)[^\W\d_]+(?:ed|en|n|t|d|de|ld)\s+$", re.IGNORECASE),
        re.compile(r"\b[^\W\d_]+(?:ed|en|wn|ght|lt|de|ld)\s+$", re.IGNORECASE),
        re.compile(rf"\b(?:[^\W\d_]{{2,}}ed|{said['past']})\s+$", re.IGNORECASE),
        re.compile(rf"\b{said['numbers']}\b", re.IGNORECASE),
        re.compile(
            rf"\b(?:{said['parted']}\s+)?by\s+(?:the\s+)?(?P<noun>[^\W\d_]+(?:\s+[^\W\d_]+){{0,2}})(?=\s*[?.!]*\s*$)", re.IGNORECASE
        ),
        re.compile(rf"\s+(?:{said['does']}\s+)?(?!{said['before']}\b)[^\W\d_]+(?:\s+{said['particles']}\b)?", re.IGNORECASE),
        re.compile(rf"(?:{said['before_zh']})?(?P<each>{said['each_zh']})"),
        re.compile(said["numbers_zh"]),
        re.compile(rf"{said['by_zh']}(?P<noun>[\u4e00-\u9fff]{{1,8}}?){said['parted_zh']}"),
        re.compile(
            rf"{said['within_zh']}?(?:的|{said['all_zh']}?[^\W\d，的几多哪最平总]{{0,4}}?(?={said['asks_zh']}))|{said['within_zh']}|{said['parted_zh']}"
        ),
        re.compile(r"\W*(?:(?:the\s+)?(?:count|number)\s+of|count)\s+", re.IGNORECASE),
        re.compile(rf"的?{said['number_zh']}(?:是多少|有多少|分布|如何|各?是几)?[\s？?。]*$"),
        re.compile(rf"\s+{said['part_of']}\s+(?:the\s+)?", re.IGNORECASE),
        re.compile(said["part_of_zh"]),
    )
