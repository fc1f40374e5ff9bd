"""Small words around conditions (conditions.toml), as patterns: what denies one, and what stands between it and what it is said of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from kgllm.words.patterns import either
from kgllm.words.questions import Span
from kgllm.words.relations import relation_words
from kgllm.words.tables import read_table


@cache
def before_flag() -> re.Pattern[str]:
    """What stands right before a condition that a relation says yes or no to; the group "no" where it is denied.

    >>> before_flag().search("stations without a ")["no"].strip(), before_flag().search("没有提供")["no"]
    ('without', '没有')
    """
    words = read_table("conditions")["flag"]
    denies = rf"\b{either(words['denies'])}\b|{either(words['ends'])}\b|{either(words['denies_han'])}"
    between = rf"\b{either(words['between'])}\b|{either(words['between_han'])}"
    return re.compile(rf"(?P<no>(?:{denies})[-\s]*)?(?:(?:{between})[-\s]*)*$", re.IGNORECASE)


def has_any(text: str, field: Span) -> bool:
    """Whether a text says of a field, whose name stands at a place, only that there is one.

    >>> has_any("clients with a fax in Olm", (15, 18)), has_any("lamps with a colour of red", (13, 19)), has_any("有传真的客户", (1, 3))
    (True, False, True)
    """
    before, after = _around_field()
    return before.search(text[: field[0]]) is not None and after.match(text[field[1] :]) is not None


@cache
def _around_field() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = read_table("conditions")["having"]
    no_denial = rf"(?<![{''.join(words['not_han'].split())}])"
    return (
        re.compile(rf"\b{either(words['articles'])}\s+$|{no_denial}{either(words['has_han'])}$", re.IGNORECASE),
        re.compile(rf"\s*(?:$|[?.!,？。，]|\s{either(words['after'])}\b|{either(words['after_han'])})", re.IGNORECASE),
    )


@cache
def articles() -> re.Pattern[str]:
    """What stands between the name of a thing and what it is said to be, in English.

    >>> articles().match(" really a port")[0], articles().match(" in Olm")
    (' really a ', None)
    """
    words = read_table("conditions")["member"]
    return re.compile(rf"\s*(?:{either(words['adverbs'])}\s+)?{either(words['articles'])}\s+", re.IGNORECASE)


@cache
def articles_han() -> re.Pattern[str]:
    """The same in Chinese.

    >>> articles_han().match("是一种水鸟吗")[0], articles_han().match("是不是水鸟")[0]
    ('是一种', '是不是')
    """
    words = read_table("conditions")["member"]
    measure = rf"(?:一?{either(words['measures_han'])})?"
    return re.compile(rf"[》」”\"\s]*{either(words['adverbs_han'])}?{either(words['be_han'])}{measure}")


@cache
def levels() -> tuple[frozenset[str], tuple[str, ...]]:
    """Words that say of what level places are, in English and in Chinese.

    >>> "country" in levels()[0], "城市" in levels()[1]
    (True, True)
    """
    words = read_table("conditions")["levels"]
    return frozenset(words["en"].split()), tuple(words["zh"].split())


@cache
def says_only_where() -> tuple[frozenset[str], tuple[str, ...]]:
    """Words of relations that lead to places of any level, in English and in Chinese.

    >>> "birthplace" in says_only_where()[0], "籍贯" in says_only_where()[1]
    (True, True)
    """
    words = read_table("conditions")["levels"]
    return frozenset(words["any_en"].split()), tuple(words["any_zh"].split())


@cache
def scope_words() -> dict[str, str]:
    """The words of [scope], each group as a pattern.

    >>> scope_words()["joins"]
    '(?:and|but|or)'
    """
    return {name: either(words) for name, words in read_table("conditions")["scope"].items()}


_OUT_OF = re.compile(r"\bout[\s-]of(?=[\s-](?P<what>[a-z]+))", re.IGNORECASE)


def as_denied(question: str, relations: Iterable[str]) -> str:
    """A question in which what is out of stock is not in stock, of a graph that says what is `in_stock`; as long as it was.

    >>> as_denied("Which lamps are out of stock?", ["name", "in_stock"]), as_denied("out of print", ["in_stock"])
    ('Which lamps are not in stock?', 'out of print')
    """
    if _OUT_OF.search(question) is None:
        return question
    spoken = [relation_words(name).spoken for name in relations]
    what = {two[1] for words in spoken for two in pairwise(words) if two[0] == "in"}
    return _OUT_OF.sub(lambda found: "not in" if found["what"].lower() in what else found[0], question)
