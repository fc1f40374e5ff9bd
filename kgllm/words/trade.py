"""Questions for what people order, buy, borrow, rent or book (trade.toml): "What did customers from Peru order?", "How many units of it were
sold?", 谁花钱最多. Who and what it is of is not read here: only where in the question that stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kgllm.words.language import language_of
from kgllm.words.patterns import either
from kgllm.words.questions import MEASURE, Span
from kgllm.words.relations import relation_words
from kgllm.words.stems import singular
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han

_TABLES = ("amounts", "money", "parties", "small")


@dataclass(frozen=True, slots=True)
class Trade:
    """What a question asks for: the number of some thing ("amount"), the things that somebody bought ("things"), or who spent most
    ("spent"). `rows`: words for the kinds of rows that tell of it. `who`, `what`: where who does it and what it is done to are said, empty
    where they are not. `named`: an amount of the thing is asked for by a noun ("units of"). `sense`: -1 for the least."""

    asks: Literal["amount", "things", "spent"]
    rows: frozenset[str]
    who: Span = (0, 0)
    what: Span = (0, 0)
    named: bool = False
    sense: int = 1


def trade(question: str) -> Trade | None:
    """What a question asks of what is bought, sold, borrowed, rented or booked; None of every other question.

    >>> def parts(question):
    ...     form = trade(question)
    ...     return form and (form.asks, question[slice(*form.who)], question[slice(*form.what)])
    >>> parts("How many units of Reed Lamp were sold?"), parts("芦苇台灯卖了多少件？")
    (('amount', '', 'Reed Lamp'), ('amount', '', '芦苇台灯'))
    >>> parts("What did customers from Peru order?"), parts("杭州的客户买了哪些商品？")
    (('things', 'customers from Peru', ''), ('things', '杭州的客户', '商品'))
    >>> parts("Who spent the most?"), parts("谁花钱最多？"), parts("Who wrote the most?")
    (('spent', '', ''), ('spent', '', ''), None)
    """
    text = question.lower()
    if len(text) != len(question):
        return None
    for asks, deed, pattern in _patterns()[language_of(question) == "zh"]:
        found = pattern.match(text)
        if found is None:
            continue
        spans = {name: found.span(name) for name, said in found.groupdict().items() if said is not None}
        sense = -1 if "least" in spans else 1
        return Trade(asks, _rows()[deed], spans.get("who", (0, 0)), spans.get("what", (0, 0)), "amount" in spans, sense)
    return None


def tells_of(kind: str, rows: Iterable[str]) -> bool:
    """Whether a kind of rows tells of a deed, by the words for such rows.

    >>> tells_of("order_items", ["order"]), tells_of("销售订单", ["订单"]), tells_of("border", ["order"])
    (True, True, False)
    """
    words = {singular(word) for word in relation_words(kind).spoken}
    return any(one in kind if is_han(one) else one in words for one in rows)


def counts_things(relation: str) -> bool:
    """Whether a field says by its name how many of a thing a row is of.

    >>> counts_things("qty"), counts_things("Quantity ordered"), counts_things("unit_price"), counts_things("购买数量")
    (True, True, False, True)
    """
    return _named_by(relation, "amounts", "fields") and not _named_by(relation, "money", "whole") and not costs(relation)


def costs(relation: str) -> int:
    """Whether a field says what a row costs: 2 for all of it, 1 where that may be meant, 0 for no field of that kind, -1 of one only.

    >>> costs("total_amount"), costs("price"), costs("unit_price"), costs("金额"), costs("quantity")
    (2, 1, -1, 2, 0)
    """
    if _named_by(relation, "money", "any") or _named_by(relation, "money", "whole"):
        if _named_by(relation, "money", "one"):
            return -1
        return 2 if _named_by(relation, "money", "whole") else 1
    return 0


def party(name: str) -> Literal["who", "others", "things", ""]:
    """What part a field of a row, or the kind of what it leads to, says by its name that this has: who does it, what it is done to, others.

    >>> party("customer"), party("product_id"), party("借阅人"), party("colour")
    ('who', 'things', 'who', '')
    """
    words = {singular(word) for word in relation_words(name).spoken}
    for part in ("who", "others", "things"):
        if any(one in name if is_han(one) else one in words for one in read_table("trade")["parties"][part].split()):
            return part
    return ""


def _named_by(relation: str, table: str, key: str) -> bool:
    said = read_table("trade")[table][key].split()
    words = set(relation_words(relation).spoken) | {relation.lower()}
    return any(one in relation if is_han(one) else one in words for one in said)


@cache
def _rows() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(table["rows"].split()) for name, table in read_table("trade").items() if name not in _TABLES}


_Pattern = tuple[Literal["amount", "things", "spent"], str, re.Pattern[str]]


@cache
def _patterns() -> tuple[list[_Pattern], list[_Pattern]]:
    """The forms of questions in English and in Chinese."""
    data = read_table("trade")
    deeds = {name: table for name, table in data.items() if name not in _TABLES}
    english = [one for name, table in deeds.items() for one in _english(name, either(table["en"]))]
    return english, [one for name, table in deeds.items() for one in _chinese(name, either(table["zh"]))]


def _english(deed: str, verb: str) -> Iterator[_Pattern]:
    data = read_table("trade")
    amount, together = either(data["amounts"]["en"]), either(data["small"]["end"])
    begins, end = rf"^\W*(?:{together},?\s+)?", rf"(?:,?\s+{together})?\W*$"
    who, what, noun = r"(?P<who>.+?)", r"(?P<what>.+?)", r"(?:what|(?:which|what)\s+(?P<what>.+?))"
    have, were = r"(?:did|has|have|do|does)", r"(?:was|were|is|are|has\s+been|have\s+been|got)"
    if deed == "spend":
        most = r"(?:(?:most|highest\s+amount\s+of)|(?P<least>least))(?:\s+money)?"
        yield "spent", deed, re.compile(rf"{begins}(?:who|(?:which|what)\s+{who})\s+(?:has\s+)?{verb}\s+the\s+{most}{end}")
        return
    many = rf"(?:how\s+many\s+(?:(?P<amount>{amount})\s+of\s+)?|(?:what\s+(?:is|was)\s+)?the\s+(?:total\s+)?(?:quantity|number)\s+of\s+)"
    for form in (rf"{many}{what}\s+{were}\s+{verb}(?:\s+by\s+{who})?", rf"{many}{what}\s+{have}\s+{who}\s+{verb}"):
        yield "amount", deed, re.compile(begins + form + end)
    for form in (
        rf"{noun}\s+{have}\s+{who}\s+{verb}",
        rf"{noun}\s+{were}\s+{verb}\s+by\s+{who}",
        rf"(?:list|show|name)\s+(?:everything|all)\s+(?:that\s+)?{who}\s+{verb}",
    ):
        yield "things", deed, re.compile(begins + form + end)


def _chinese(deed: str, verb: str) -> Iterator[_Pattern]:
    small = f"{either(read_table('trade')['small']['zh'])}*"
    who, what, done = r"(?P<who>.+?)", r"(?P<what>.+?)", rf"{small}{verb}出?[了过掉]?{small}"
    if deed == "spend":
        most = r"的?(?:钱|金额|总额|总金额)?得?最(?:[多高大]|(?P<least>[少低]))"
        yield "spent", deed, re.compile(rf"^\W*(?:谁|哪一?{MEASURE}(?P<who>[^，？?的]+?))的?{small}{verb}{most}\W*$")
        return
    many = rf"(?:(?:多少|几)(?:{MEASURE}|[瓶箱包盒双斤]))"
    for form in (rf"{what}{done}{many}", rf"{who}{done}{many}{what}"):
        yield "amount", deed, re.compile(rf"^\W*{form}\W*$")
    for form in (
        rf"{who}{done}(?:什么|哪些|哪几{MEASURE})(?P<what>.*?)",
        rf"{who}{done}的{what}(?:都?有哪些|有什么|都?是什么)",
    ):
        yield "things", deed, re.compile(rf"^\W*{form}\W*$")
