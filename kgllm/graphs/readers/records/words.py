"""What columns are usually called: those of keys and names, and what a column is called beside the thing that it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from typing import Literal as Choice

from kgllm.words import lexicon, singular
from kgllm.words.fields import of_people, says_calling, says_code

_KEYS = ("id", "key", "uuid", "guid", "code", "编号", "代码", "编码", "编号id", "標識", "标识")
_NAMES = (
    "name",
    "title",
    "label",
    "full name",
    "display name",
    "primary name",
    "primary title",
    "名称",
    "名字",
    "姓名",
    "标题",
    "题目",
    "名",
    "名稱",
    "標題",
)
_NAMES_OF = ("品名", "书名", "片名", "歌名", "菜名", "店名", "站名", "地名", "人名")  # after those of the table's own word
_HAN_NAMES = ("名称", "名字", "姓名", "名稱")
_ENDINGS = ("名", *_HAN_NAMES)
_ENDING = re.compile(f"({'|'.join(_HAN_NAMES)}|名)$")
_WHOLES = ("official full", "full", "display", "common", "official", "label", "text", "en", "english", "default")
"""What stands in an object called `name`, or after that word, and is the whole of it: `name.official_full`, `name_full`."""
_PARTS = (
    ("first name", "last name"), ("given name", "family name"), ("forename", "surname"), ("first name", "surname"),
    ("name first", "name last"), ("name given", "name family"),
)  # fmt: skip
APART = 0.5  # of names are different, at least, where they tell things apart
_SHORTEST = 3  # letters of a table's name by which its columns call it: `franchName` of "franchises"
_OF_NAME = re.compile(r"(?: (?:name|id|no|nr|number|code|ref)|姓名|名称|名字|名稱|编号|編號|代码|名|号|號)$")
_HAN_KINDS = {"姓名": "人", "车牌": "车", "车牌号": "车", "车牌号码": "车"}
_INNER_KEYS = ("id", "uuid", "guid", "编号")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_GAPS = re.compile(r"[\s_\-./]+")
_OF_KEY = re.compile(
    r"(?:[\s_\-.]+(?:ids?|keys?|codes?|uuid|fk|ref|no)|(?<=[a-z0-9])(?:I[dD]s?|Keys?|Codes?|Ref)|(?<=[\u4e00-\u9fff])[\s_]*(?:编号|代码|编码|代號|[iI][dD]))$",
)


@lru_cache(maxsize=4096)  # of nested objects each says the same keys
def spoken(column: str) -> str:
    """A column's name in words: case, underscores and camel case aside.

    >>> spoken("countryId"), spoken("ISO_Code"), spoken("国家编号")
    ('country id', 'iso code', '国家编号')
    """
    return " ".join(_GAPS.sub(" ", _CAMEL.sub(" ", column)).casefold().split())


def without_key(column: str) -> str:
    """What a column that holds keys of other rows leads to.

    >>> without_key("country_id"), without_key("cityCode"), without_key("国家编号"), without_key("capital"), without_key("id")
    ('country', 'city', '国家', 'capital', 'id')
    """
    return _OF_KEY.sub("", column) or column


def kind_by_key(column: str) -> str:
    """What the rows are, by the name of their key; "" where it does not say that.

    >>> kind_by_key("Employee ID"), kind_by_key("productId"), kind_by_key("员工编号"), kind_by_key("id"), kind_by_key("ISO_Code")
    ('employee', 'product', '员工', '', '')
    """
    said = spoken(column)
    for ending in (" id", "编号"):
        if said.endswith(ending):
            return said.removesuffix(ending).strip()
    return ""


def kind_by_name(column: str) -> str:
    """What the rows are, by the column that they are called by, where that is a noun for things; "" where it is none.

    >>> kind_by_name("Student"), kind_by_name("employee_name"), kind_by_name("订单号"), kind_by_name("姓名"), kind_by_name("Name"), kind_by_name("year")
    ('student', 'employee', '订单', '人', '', '')
    """
    said, known = spoken(column), lexicon()
    noun = _HAN_KINDS.get(said) or _OF_NAME.sub("", said)
    things = noun != "subject" and known.across(noun) and not {"time", "number"}.intersection(known.kinds_of(noun))
    return singular(noun) if things else ""


def are_people(columns: Iterable[str]) -> bool:
    """Whether the rows of a table are people, by two of its columns at least.

    >>> are_people(["Name", "Salary", "Hire Date"]), are_people(["Name", "Price", "Email"])
    (True, False)
    """
    said = {spoken(column) for column in columns}
    return len(of_people() & said) > 1


def is_bare_key(column: str) -> bool:
    """Whether a key's name says nothing but that it is one (`id`, `order_id`): its values are the rows' ids, and no facts beside."""
    return spoken(column).rpartition(" ")[2] in ("id", "uuid", "guid") or column.casefold().endswith("编号id")


def says_just_key(column: str) -> bool:
    """Whether a column is called a key, and of nothing: `id`, 编号.

    >>> says_just_key("ID"), says_just_key("sku"), says_just_key("city_id")
    (True, False, False)
    """
    return spoken(column) in _KEYS


def usual(columns: Iterable[str], what: Choice["key", "name"], table: str) -> list[str]:
    """The columns that are called as keys, or names, of a table usually are; the most usual first.

    >>> usual(["编号", "菜名", "price"], "name", "菜品"), usual(["校名", "name"], "name", "students")
    (['菜名'], ['name'])
    """
    said = {spoken(column): column for column in reversed(list(columns))}
    kinds = [word for word in dict.fromkeys((spoken(table), of_one(table))) if word]
    usual = _KEYS if what == "key" else _NAMES
    of_kind = [f"{kind}{gap}{word}" for gap in (" ", "") for kind in kinds for word in usual]
    shortened = [word for word in said if word.rpartition(" ")[2] in usual and shortens(word.rpartition(" ")[0], table)]
    if what == "key":
        within = [word for word in said if word.startswith("id ")]  # {"id": {"isbn": …}}
        codes = [word for word in said if says_code(word)]
        words = ["id", *of_kind, *shortened, *_KEYS, *reversed(within), *reversed(codes)]
    else:
        han = [word for word in said if word.endswith(_ENDINGS) and (begun := _ENDING.sub("", word)) and begun in spoken(table)]
        words = [
            *_NAMES,
            *of_kind,
            *han,
            *shortened,
            *(f"name {whole}" for whole in _WHOLES),
            "official full name",
            "official full",
            *kinds,
            *_NAMES_OF,
        ]
    return [said[word] for word in dict.fromkeys(words) if word in said]


def shortens(word: str, table: str) -> bool:
    """Whether a word is the beginning of one by which a table is called.

    >>> shortens("franch", "TeamsFranchises"), shortens("player", "People")
    (True, False)
    """
    return len(word) >= _SHORTEST and any(one.startswith(spoken(word)) for one in spoken(table).split())


def name_in_parts(columns: Iterable[str]) -> tuple[str, ...]:
    """The columns of a person's first and last name, where there are such."""
    said = {spoken(column): column for column in columns}
    return next((tuple(said[part] for part in parts) for parts in _PARTS if all(part in said for part in parts)), ())


def ends_in_name(column: str) -> bool:
    """Whether a column holds names of something: of its rows, or of others (`manager_name`).

    >>> ends_in_name("Ref_Name"), ends_in_name("负责人姓名"), ends_in_name("rename")
    (True, True, False)
    """
    said = spoken(column)
    return said.endswith(" name") or said.endswith(_HAN_NAMES) or says_calling(said)


def of_one(table: str) -> str:
    """The word for one row of a table, in the words of `spoken`: "countries" → "country"."""
    *before, last = spoken(table).split() or [""]
    return " ".join((*before, singular(last)))


def first_of(keys: Iterable[Any], what: Choice["id", "name"]) -> Any:
    """The key of a nested object that holds its id, or its name; None where it has none."""
    said = {spoken(key): key for key in keys if isinstance(key, str)}
    return next((said[word] for word in (_INNER_KEYS if what == "id" else _NAMES) if word in said), None)


def leads_to(column: str, table: str) -> bool:
    """Whether a column is called as one that leads to a table's rows: by the table's own word, first of all or last.

    >>> leads_to("country_id", "countries"), leads_to("birth_country", "countries"), leads_to("所属国家", "国家"), leads_to("county", "countries")
    (True, True, True, False)
    """
    said, kind = of_one(without_key(column)), of_one(table)
    return bool(kind) and (said == kind or said.endswith(f" {kind}") or (not kind.isascii() and said.endswith(kind)))
