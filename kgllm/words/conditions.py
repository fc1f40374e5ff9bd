"""Small words around conditions (conditions.toml), as patterns: what denies one, and what stands between it and what it is said of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from kgllm.words.questions import Span
from kgllm.words.relations import relation_words
from kgllm.words.tables import read_table


@cache
def before_flag() -> re.Pattern[str]:
    """What stands right before a condition that a relation says yes or no to; the group "no" where it is denied.

    >>> before_flag().search("stations without a ")["no"].strip(), before_flag().search("没有提供")["no"]
    ('without', '没有')
    """
    words = _words("flag")
    denies = rf"\b(?:{_either(words['denies'])})\b|{_either(words['ends'])}\b|{_either(words['denies_han'])}"
    between = rf"\b(?:{_either(words['between'])})\b|{_either(words['between_han'])}"
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
    words = _words("having")
    no_denial = rf"(?<![{''.join(words['not_han'])}])"
    return (
        re.compile(rf"\b(?:{_either(words['articles'])})\s+$|{no_denial}(?:{_either(words['has_han'])})$", re.IGNORECASE),
        re.compile(rf"\s*(?:$|[?.!,？。，]|\s(?:{_either(words['after'])})\b|(?:{_either(words['after_han'])}))", re.IGNORECASE),
    )


@cache
def articles() -> re.Pattern[str]:
    """What stands between the name of a thing and what it is said to be, in English.

    >>> articles().match(" really a port")[0], articles().match(" in Olm")
    (' really a ', None)
    """
    words = _words("member")
    return re.compile(rf"\s*(?:(?:{_either(words['adverbs'])})\s+)?(?:{_either(words['articles'])})\s+", re.IGNORECASE)


@cache
def articles_han() -> re.Pattern[str]:
    """The same in Chinese.

    >>> articles_han().match("是一种水鸟吗")[0], articles_han().match("是不是水鸟")[0]
    ('是一种', '是不是')
    """
    words = _words("member")
    measure = rf"(?:一?(?:{_either(words['measures_han'])}))?"
    return re.compile(rf"[》」”\"\s]*(?:{_either(words['adverbs_han'])})?(?:{_either(words['be_han'])}){measure}")


@cache
def levels() -> tuple[frozenset[str], tuple[str, ...]]:
    """Words that say of what level places are, in English and in Chinese.

    >>> "country" in levels()[0], "城市" in levels()[1]
    (True, True)
    """
    words = _words("levels")
    return frozenset(words["en"]), words["zh"]


@cache
def says_only_where() -> tuple[frozenset[str], tuple[str, ...]]:
    """Words of relations that lead to places of any level, in English and in Chinese.

    >>> "birthplace" in says_only_where()[0], "籍贯" in says_only_where()[1]
    (True, True)
    """
    words = _words("levels")
    return frozenset(words["any_en"]), words["any_zh"]


@cache
def scope_words() -> dict[str, str]:
    """The words of [scope], each group as the alternatives of a pattern.

    >>> scope_words()["joins"]
    'and|but|or'
    """
    return {name: _either(words) for name, words in _words("scope").items()}


def _either(words: Iterable[str]) -> str:
    return "|".join(
        re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=lambda word: (-len(word) if not word.isascii() else 0, word))
    )


@cache
def _words(table: str) -> dict[str, tuple[str, ...]]:
    data = read_table("conditions")[table]
    return {name: tuple(word.replace("_", " ") for word in words.split()) for name, words in data.items()}


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
