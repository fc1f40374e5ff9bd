"""The words in the name of a relation, and the form in which it was named: `directed_by`, `hasGenre`, `film.actor.film`, `出版时间`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kgllm.words.names import read_as
from kgllm.words.tokens import is_han, tokens

Form = Literal["noun", "by", "of", "has", "verb", "does"]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!s\b)[a-z])")  # "hasGenre", "RTXCard", but not "SMs"
_PREFIXED = re.compile(r"(?<![A-Za-z])([Ss]ub|[Ss]uper)[ _-]?([A-Z][a-z])|(?<![A-Za-z])(?!)")  # "subClassOf": subclass of
_CLIPPED = re.compile(r"(?<![A-Z])([A-Z][a-z])((?!Id|No|Of|In|By|To|At|On|Is)[A-Z][a-z])(?![a-z])|(?<![A-Za-z])([ei])([A-Z])(?=[a-z])")
"""What is written with a capital within one word: "WiFi", "eMail"."""
_SPACED = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")  # "出 生"
_WHETHER = re.compile(r"^是否(?=..)")  # as "is" of "is_active"
_NOUN_OF = re.compile(
    r"^(?:是|担任)(?:[^的]*的)?(?![一不否由在以从被于的什哪谁何])([^的]*[^的于自在向给到入])$"
)  # "是老板", "是…的老板", "担任经理"
_ROLES = ("经理", "助理", "总理", "长", "员", "师")  # what 担任 stands before beside nouns for people; 担任职务 and 担任单位 lead to those
_IRI = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:(?://|[^\s]*[/#:])")
_GLUE = frozenset(
    (
        "a",
        "an",
        "the",
        "of",
        "by",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "with",
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "as",
        "its",
        "s",
        "it",
    )
)
_TIES = frozenset(("by", "of", "in", "at", "to", "for", "from", "with", "on"))
_MUTUAL = frozenset(("borders", "bordering", "adjacent", "adjoins", "married", "interacts", "collaborates", "neighbours", "neighbors"))
# … and these where "with" or "to" follows, or "shares" stands before: alone ("partner", "spouse") they are said of one as of any relation
_MUTUAL_WITH = frozenset(
    ("border", "neighbour", "neighbor", "sibling", "siblings", "twin", "friend", "friends", "colleague", "colleagues", "partner", "partners")
    + ("interact", "interaction", "collaborate", "connected", "linked", "related", "similar", "equivalent", "synonymous", "allied", "rival")
)  # fmt: skip
_MUTUAL_HAN = (
    "接壤",
    "相邻",
    "邻国",
    "毗邻",
    "邻接",
    "配偶",
    "夫妻",
    "兄弟姐妹",
    "兄弟",
    "姐妹",
    "朋友",
    "好友",
    "同事",
    "同学",
    "相互作用",
    "结义兄弟",
    "结拜",
    "恋人",
    "情侣",
    "搭档",
)
_CARRIED = frozenset(
    ("located", "location", "situated", "within", "inside", "part", "contained", "contains", "containedby", "includes", "subclass", "subtype")
    + ("superclass", "ancestor", "ancestors", "descendant", "descendants", "belongs")
)  # fmt: skip
_CARRIED_HAN = ("位于", "属于", "隶属于", "隶属", "包含", "下辖", "祖先", "后代", "所在地", "子类", "上级")
# Whole names of relations between levels: to what something lies in, and to what lies in it.
_UP = frozenset(
    ("broader", "broader concept", "broader term", "broader generic", "broader partitive", "part", "located", "location", "situated", "within")
    + ("inside", "lies", "belongs", "contained", "contained by", "subclass", "subclass of", "part of", "located in", "within place")
)  # fmt: skip
_DOWN = frozenset(
    ("narrower", "narrower concept", "narrower term", "narrower generic", "narrower partitive", "contains", "contains place", "includes", "parts")
    + ("has part", "has parts", "comprises")
)  # fmt: skip
_UP_HAN = frozenset(("上位", "上位概念", "上位词", "位于", "属于", "隶属", "隶属于", "所属", "上级", "上级单位", "包含于"))
_DOWN_HAN = frozenset(("下位", "下位概念", "下位词", "包含", "包括", "下辖", "下级", "组成部分"))
_LEVEL_GLUE = frozenset(("is", "has", "transitive", "directly", "in", "to", "of", "by"))
# Verbs of what a thing does itself, in their third person; some are nouns, too, where nothing follows.
_DOES = frozenset(
    ("treats", "cures", "owns", "employs", "manages", "produces", "supplies", "directs", "develops", "makes", "manufactures", "sells", "teaches")
    + ("prevents", "inhibits", "writes", "sings", "composes", "founds", "invents", "discovers", "builds", "operates", "publishes", "contains")
    + ("includes", "requires", "defeats", "kills", "marries", "loves", "flows", "orbits", "wins", "follows", "precedes", "succeeds")
    + ("replaces", "joins", "knows", "attends", "speaks", "wrote", "sang", "won", "led", "taught", "knew", "drew", "bought", "sold")
)  # fmt: skip
_DOES_FIRST = frozenset(
    ("leads", "heads", "causes", "works", "plays", "studies", "uses", "hosts", "supports", "targets", "releases", "starts", "ends", "runs")
    + ("reports", "serves", "lives", "visits", "stars", "records", "covers", "features")
)  # fmt: skip
_BRACKETS = re.compile(r"\s*[(（\[]([^()（）\[\]]{1,24})[)）\]]\s*$")
_MAGNITUDE = re.compile(r"^(?:in\s+|单位[:：]?)?(?:百万|十亿|千万|万亿|万|亿|millions?|billions?|thousands?)?\s*(?:of\s+)?")
_LEAST_NOUN = 2  # characters
_COPULA = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})(?:(?<![不也就总而只算还要于都正便])是|(?<!划分)(?<!区分)(?<![成认称作视名改译以行变评选封任誉列化定立拜尊因])为)$"
)  # "导师是" and "学分为" are called 导师, 学分; "认为" is a word
_INVERSE = frozenset(("inverse", "reverse", "inverseof"))


@dataclass(frozen=True, slots=True)
class RelationWords:
    """`words` in lower case with the share of the name that each carries (they add up to 1); `qualifying` are what a dotted
    name says before its last part ("film.actor" in "film.actor.film"), the nearest last. `form` is how the name is made:
    "by", "of" and "does" ("is used to treat", "leads project") names say which end is which."""

    words: tuple[tuple[str, float], ...]
    qualifying: tuple[str, ...]
    form: Form
    inverse: bool = False
    spoken: tuple[str, ...] = ()  # the whole last part, "of" and "by" too: phrases are looked for in it


KEPT = 1 << 16
"""Names of relations of which is kept what they say: a question may look at all of a graph's, and some have thousands."""


@lru_cache(maxsize=KEPT)
def relation_words(name: str) -> RelationWords:
    """Split the name of a relation.

    >>> words = relation_words("directed_by")
    >>> words.words, words.form, words.spoken
    ((('directed', 1.0),), 'by', ('directed', 'by'))
    >>> [word for word, _ in relation_words("placeOfBirth").words]
    ['place', 'birth']
    >>> [word for word, _ in relation_words("CPU型号").words]
    ['cpu', '型号']
    >>> relation_words("导师是").words, relation_words("学分为").words, relation_words("被认为").words
    ((('导师', 1.0),), (('学分', 1.0),), (('被认为', 1.0),))
    >>> relation_words("是否营业").words
    (('营业', 1.0),)
    >>> relation_words("是公司的老板").spoken, relation_words("是公司的老板").form
    (('老板',), 'of')
    >>> relation_words("film.actor.film").qualifying
    ('film', 'actor')
    """
    if _IRI.match(name):
        name = re.split(r"[/#:]", name.rstrip("/#"))[-1] or name
    dotted = [part for part in name.split(".") if part]
    plain = len(dotted) > 1 and all(re.fullmatch(r"[A-Za-z0-9_]+", part) for part in dotted)
    last = dotted[-1] if plain else name
    noun = _noun_of(last)
    last = noun or _COPULA.sub("", last)
    pieces = _pieces(_without_unit(last))
    inverse = bool(pieces) and pieces[0] in _INVERSE
    kept = [piece for piece in pieces if piece not in _GLUE and piece not in _INVERSE] or pieces or [last.lower()]
    sizes = [len(word) if is_han(word) else 2 for word in kept] if is_han(last) else [1] * len(kept)
    return RelationWords(
        tuple((word, size / sum(sizes)) for word, size in zip(kept, sizes, strict=True)),
        tuple(word for part in dotted[:-1] for word in part.lower().split("_") if word not in _GLUE) if plain else (),
        "of" if noun else _form(pieces),
        inverse,
        tuple(pieces) or (last.lower(),),  # a name of marks alone says itself
    )


def _noun_of(name: str) -> str | None:
    """The noun of a Chinese name that says what its subject is of its object, as "boss of" does: 老板 of 是…的老板; None of any other."""
    if not name.startswith(("是", "担任")):
        return None
    found = _NOUN_OF.match(name)
    if found is None or not all(map(is_han, found[1])) or len(found[1]) < _LEAST_NOUN:
        return None
    return found[1] if name.startswith("是") or _of_people(found[1]) else None


def _of_people(noun: str) -> bool:
    from kgllm.words.lexicon import lexicon  # whose words are read later than names are

    known = lexicon()
    families = (known.families[family] for family in known.families_of(noun))
    return noun.endswith(_ROLES) or "person" in known.kinds_of(noun) or any("person" in family.to for family in families)


def _without_unit(name: str) -> str:
    """A name without a unit in brackets at its end, which is no word of it: "height (cm)", 烹饪时间（分钟）."""
    found = _BRACKETS.search(name)
    if found is None or not found.start():
        return name
    from kgllm.words.units import units_of  # which reads names of relations

    unit = _MAGNITUDE.sub("", found[1].strip().lower()).strip()
    return name[: found.start()].rstrip(" _") if not unit or units_of(unit) else name


@lru_cache(maxsize=KEPT)
def mutual(name: str) -> bool:
    """Whether a relation holds both ways by its name, however a graph holds it.

    >>> [mutual(name) for name in ("shares_border_with", "neighbours", "interacts with", "兄弟姐妹", "border_length", "partner")]
    [True, True, True, True, False, False]
    """
    words = relation_words(name)
    last = words.words[-1][0]
    tied = words.spoken[-1] in ("with", "to") or words.spoken[0] in ("shares", "share")
    return last in _MUTUAL or (tied and last in _MUTUAL_WITH) or last.endswith(_MUTUAL_HAN)


def says_of_object(name: str) -> bool:
    """Whether a Chinese name says what its subject is of its object (是老板): of X no 老板 of X is told so.

    >>> says_of_object("是老板"), says_of_object("老板"), says_of_object("is boss of")
    (True, False, False)
    """
    return is_han(name) and relation_words(name).form == "of"


@lru_cache(maxsize=KEPT)
def transitive(name: str) -> bool:
    """Whether by its name a relation goes on: what holds of a thing holds of what that leads to.

    >>> transitive("located_in"), transitive("part of"), transitive("属于"), transitive("parent")
    (True, True, True, False)
    """
    words = relation_words(name)
    return not _CARRIED.isdisjoint(words.spoken) or words.words[-1][0].endswith(_CARRIED_HAN)


@lru_cache(maxsize=KEPT)
def leads_up(name: str) -> bool | None:
    """Whether by its whole name a relation leads to what something lies in (True), or to what lies in it (False); None: to neither.

    >>> [leads_up(name) for name in ("broader", "isPartOf", "located_in", "hasPart", "narrowerTransitive", "下位概念")]
    [True, True, True, False, False, False]
    >>> [leads_up(name) for name in ("containsAllergen", "parent", "part", "is contained in", "属于")]
    [None, None, None, True, True]
    """
    spoken = relation_words(name).spoken
    if len(spoken) == 1 and spoken[0] in _UP_HAN | _DOWN_HAN:
        return spoken[0] in _UP_HAN
    said = " ".join(word for word in spoken if word not in _LEVEL_GLUE)
    if said in ("part", "parts"):
        return True if "of" in spoken else False if "has" in spoken else None
    return True if said in _UP else False if said in _DOWN else None


def _pieces(name: str) -> list[str]:
    """Words in lower case; Chinese characters that stand together are one, words in other letters among them their own."""
    pieces: list[str] = []
    end = -1
    name = _PREFIXED.sub(lambda found: found[1] + found[2].lower(), name)
    name = _WHETHER.sub("", read_as(_SPACED.sub("", name))) if is_han(name) else name
    name = _CLIPPED.sub(lambda found: f"{found[1] or found[3]}{(found[2] or found[4]).lower()}", name)
    for token in tokens(_CAMEL.sub(" ", name.replace("_", " "))):
        if token.shape == "han" and pieces and end >= 0:
            pieces[-1] += token.word
        elif token.shape != "mark":
            pieces += _unglued(token.word)
        end = token.end if token.shape == "han" else -1
    return pieces


@lru_cache(maxsize=KEPT)
def _unglued(word: str) -> tuple[str, ...]:
    """The words of one that is written together ("containedby", "areakm2")."""
    from kgllm.words.fields import apart

    return apart(word)


def _form(pieces: list[str]) -> Form:
    if len(pieces) > 1 and pieces[-1] == "by":
        return "by"
    if len(pieces) > 1 and pieces[-1] == "of":
        return "of"
    if len(pieces) > 1 and pieces[0] in ("has", "have"):
        return "has"
    if len(pieces) > 2 and pieces[-2] == "to":
        return "does"
    if pieces and pieces[0] in (_DOES if len(pieces) == 1 else _DOES | _DOES_FIRST) and not _TIES.intersection(pieces):
        return "does"
    if pieces and pieces[-1] in ("in", "to", "for", "from", "with", "at", "on"):
        return "verb"
    return "noun"
