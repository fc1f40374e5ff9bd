"""Which of two ends comes first: what the name of a relation says of it, and what a question does (readings.toml).

`father_of` and "Is A the father of B?" put the father first; `父亲` and `foundedBy` put what they are said of last. Where both can be told,
a fact that holds the other way round is no yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kgllm.words.ends import INSIDE, alike, by_kinds, data_of, does, han_alike, led_to, words_of
from kgllm.words.language import language_of
from kgllm.words.lexicon import lexicon
from kgllm.words.questions import Span
from kgllm.words.relations import leads_up, mutual, relation_words
from kgllm.words.stems import singular
from kgllm.words.tokens import is_han, tokens

Kind = Literal["noun", "verb"]
_MARKS = " 《》“”\"'「」『』，,。.？?！!、：:"


@dataclass(frozen=True, slots=True)
class Said:
    """What a question says of two names: `first` is the noun of `second`, or does to it what the verb says; `text` is that noun or verb."""

    kind: Kind
    first: Span
    second: Span
    text: str


def said(question: str, one: Span, other: Span) -> Said | None:
    """What a question says of the names at two places; None where that cannot be told.

    >>> question = "Is Ann the mother of Bob?"
    >>> said(question, (3, 6), (21, 24))
    Said(kind='noun', first=(3, 6), second=(21, 24), text='mother')
    >>> said("甲公司被乙公司收购了吗", (0, 3), (4, 7))
    Said(kind='verb', first=(4, 7), second=(0, 3), text='收购')
    """
    a, b = sorted((one, other))
    parts = question[: a[0]], question[a[1] : b[0]], question[b[1] :]
    found = _chinese(*parts) if language_of(question) == "zh" else _english(*parts)
    if found is None or not found[2].strip():
        return None
    kind, forward, text = found
    return Said(kind, a if forward else b, b if forward else a, text)


@lru_cache(maxsize=4096)
def same_way(asked: Said, relation: str) -> bool | None:
    """Whether what a question puts first is the subject of such a relation's facts; None where that cannot be told, or is all one.

    >>> asked = said("Did Ann mentor Bob?", (4, 7), (15, 18))
    >>> same_way(asked, "mentored"), same_way(asked, "mentored_by"), same_way(asked, "likes")
    (True, False, None)
    >>> asked = said("甲是乙的父亲吗？", (0, 1), (2, 3))
    >>> same_way(asked, "父亲"), same_way(asked, "儿子"), same_way(asked, "father_of")
    (False, True, True)
    """
    if mutual(relation):
        return None
    if (level := _of_levels(asked, relation)) is not None:
        return level
    if relation.removesuffix("于") == asked.text != relation:  # 甲是乙建造的: a ship 建造于 a yard, and 效力于 a club is its player
        return None
    question, name = words_of(asked.text), words_of(_noun_in(relation) if asked.kind == "noun" else _spoken(relation))
    kind, subject_first = _reading(relation, asked.kind)
    if kind is None and asked.kind == "verb" and len(relation_words(relation).spoken) == 1 and does(question, name):
        kind, subject_first = "noun", False  # "suppliers" are no verb beside "supply"
    if kind is None or (kind == "verb" and _either(relation) and not han_alike(asked.text, relation)):
        return None
    if kind == asked.kind:
        same = alike(question, name, verbs=kind == "verb")
    else:
        same = does(question, name) if kind == "noun" else does(name, question)
        if same is None:
            same = by_kinds(question, name) if kind == "noun" else led_to(question, name, relation)
    return None if same is None else same == subject_first


def lies_in(relation: str, noun: str) -> bool:
    """Whether by the name of a relation its subject lies in its object, so that things of a place are those that lie there: "the towns of
    Peru". Where the noun itself is of the relation it is asked what things lie in: "the locations of Olm".

    >>> lies_in("located in", "towns"), lies_in("located in", "locations"), lies_in("位于", "城市"), lies_in("mayor", "towns")
    (True, False, True, False)
    """
    question, name = words_of(noun), words_of(_spoken(relation))
    inside = (bool(name.ties) and name.ties <= INSIDE) or (is_han(relation) and relation.endswith(data_of("chinese")["inside"]))
    return inside and not question.families & name.families and not question.stems & name.stems


def families(text: str) -> frozenset[str]:
    """The families (`kgllm.words.lexicon`) that the words of a text belong to.

    >>> sorted(families("foundedYear") & families("创始人"))
    ['found', 'founder']
    """
    return words_of(_spoken(text)).families


# --- the name of a relation


def _reading(relation: str, asked: Kind) -> tuple[Kind | None, bool]:
    """How the name of a relation is to be read beside a question with a noun, or a verb; and whether it puts the subject first."""
    words, data = relation_words(relation), data_of("english")
    spoken = words.spoken
    if words.inverse or not spoken:
        return None, False
    if is_han(spoken[-1]):
        return ("noun", True) if words.form == "of" else _han_reading("".join(spoken), asked)
    before = spoken[-2] if len(spoken) > 1 else ""
    if words.form == "by":
        return "verb", False
    if words.form == "of":
        return ("verb" if before in data["of_verbs"] or before.endswith("ed") else "noun"), True
    if words.form == "has":
        return "noun", False
    if spoken[-1] in (data["ties"] if len(spoken) > 1 else INSIDE):
        return "verb", True
    if len(spoken) > 1 and spoken[0].endswith("ed"):  # a "directed film" is what one directed, or a film of one who did
        return None, False
    if "of" in spoken[1:-1]:  # a country has its "head of government", and somebody is "CEO of company": either end may be it
        return None, False
    if len(spoken) > 1 and words.form != "does":
        return "noun", False
    return _one_word(spoken[0], asked, does=words.form == "does")


def _one_word(word: str, asked: Kind, *, does: bool) -> tuple[Kind | None, bool]:
    """The same of a name of one word: "killed", "likes", "director"."""
    if does and (asked == "verb" or word.endswith("ed")):
        return "verb", True
    if word.endswith("ed") and len(word) > len("ed") + 1:
        kinds = [(set(family.to), set(family.of)) for family in map(lexicon().families.__getitem__, lexicon().families_of(word))]
        apart = any("person" in to and of and not to & of for to, of in kinds)  # (film, directed, person): by the ends it is clear
        return (None if apart else "verb"), True
    if asked == "verb" and word.endswith("s") and not word.endswith("ss"):
        return ("verb" if len(lexicon().families_of(word)) == 0 or does else None), True
    return "noun", False


def _han_reading(name: str, asked: Kind) -> tuple[Kind | None, bool]:
    data = data_of("chinese")
    if name in data["either"]:
        return None, False
    if name.startswith(data["done"]):
        return "verb", False
    if name.endswith(data["verb"]) or (asked == "verb" and "的" in name[1:-1]):  # 喜欢的歌手 are singers that one likes, and none who do
        return "verb", True
    if asked == "noun" or name.endswith(data["doer"]):
        return "noun", False
    return (None, False) if name in data["doers"] else ("verb", True)


def _either(relation: str) -> bool:
    """Whether a Chinese name is a noun as well as a verb, as far as can be seen."""
    data = data_of("chinese")
    return is_han(relation) and not relation.startswith(data["done"]) and not relation.endswith(data["verb"])


def _spoken(relation: str) -> str:
    words = relation_words(relation)
    return " ".join(words.spoken) if words.spoken else relation


def _noun_in(relation: str) -> str:
    """What the name of a relation says that it leads to: of 创办的公司 the 公司, which are no 创始人."""
    spoken = _spoken(relation)
    doing, of, noun = spoken.rpartition("的")
    return noun if of and len(doing) > 1 and noun and is_han(noun) else spoken


def _of_levels(asked: Said, relation: str) -> bool | None:
    """The same of a verb, or noun, for a whole and its parts beside a relation between levels: what *contains* something is no part of it."""
    up = leads_up(relation)
    if up is None:
        return None
    data = data_of("chinese" if is_han(asked.text) else "english")
    if asked.kind == "verb" and asked.text.rstrip("了着") in data["wholes"]:
        return not up
    return up if asked.kind == "noun" and singular(asked.text) in data["parts"] else None


# --- the question

_Found = tuple[Kind, bool, str]
"""Noun or verb, whether the name that stands first in the question is the first, and the words."""


def _english(before: str, between: str, after: str) -> _Found | None:
    data = data_of("english")
    opening, middle, end = (
        [piece.word for piece in tokens(part) if piece.shape != "mark" or piece.word == "'s"] for part in (before, between, after)
    )
    is_ = any(word in data["be"] for word in opening) or any(word in data["be"] for word in middle)

    def content(words: Iterable[str], *without: str) -> str:
        drop = {*data["small"], *data["be"], *data["aux"], *without}
        return " ".join(word for word in words if word not in drop)

    if middle[:1] == ["'s"]:
        rest = middle[1:]
        closed = bool(rest) and rest[-1] in data["be"]
        return ("noun", False, content(rest)) if is_ and (closed or opening) and not content(end) else None
    if end[:1] == ["'s"]:
        return ("noun", True, content(end[1:])) if not content(middle, *data["becomes"]) else None
    if opening[-1:] == ["of"]:
        return ("noun", False, content(opening[:-1])) if not content(middle) else None
    if "by" in middle:
        return "verb", False, content(middle[: middle.index("by")]) or "by"
    if middle[:1] == ["have"] and (named := _having(middle[1:], end)):
        return "noun", False, content(named)
    kept = [word for word in middle if word not in data["small"]]
    if kept[-1:] == ["of"]:
        verb = len(kept) > 1 and (kept[-2] in data["of_verbs"] or kept[-2].endswith("ed"))
        noun = not verb and (is_ or any(word in data["becomes"] for word in middle))
        return ("noun", True, content(kept[:-1], *data["becomes"])) if noun else ("verb", True, content(kept[:-1]))
    words = content(middle)
    return None if not words or set(words.split()) <= {"and", "or", "nor", "with"} else ("verb", True, words)


def _having(middle: Sequence[str], end: Sequence[str]) -> list[str]:
    """The noun of "have a son called B", "have B as its capital"."""
    if middle[-1:] in (["called"], ["named"]):
        return list(middle[:-1])
    return list(end[2:]) if not middle and end[:1] == ["as"] else []


def _chinese(before: str, between: str, after: str) -> _Found | None:
    data = data_of("chinese")
    opening, middle, end = (_bare(part) for part in (before, between, after))
    while end.endswith(data["tail"]):
        end = end[: -len(next(word for word in data["tail"] if end.endswith(word)))]
    of, _, is_ = middle.partition("的")
    if middle in data["be"]:
        if end.startswith("的"):
            return "noun", True, end[1:]
        return ("verb", False, end[:-1]) if end.endswith("的") else ("noun", True, end)
    if not of and "的" in middle:  # "A的父亲是B", "收购A的是B"
        be = next((word for word in data["be"] if is_.endswith(word)), "")
        noun = is_.removesuffix(be)
        if not be or "的" in noun:
            return None
        return ("verb", False, opening) if opening and len(noun) <= 1 else ("noun", False, noun)
    if end.startswith("的"):
        return None  # of something of what is named
    end = end.removesuffix("的")
    middle = middle.removeprefix("是").removesuffix("的是")
    passive = next((word for word in data["passive"] if middle.startswith(word) or middle.endswith(word)), None)
    if passive is not None:
        return "verb", False, middle.replace(passive, "", 1) + end
    if middle.startswith(data["theme"]):
        return "verb", True, end
    if middle.endswith(data["with"]) or "的" in middle:
        return None
    return "verb", True, middle.rstrip("了过着") + end


def _bare(part: str) -> str:
    """A part of a question without marks and fillers; "是不是" is "是"."""
    data = data_of("chinese")
    part = "".join(letter for letter in part if letter not in _MARKS).replace("是不是", "是").replace("是否是", "是").replace("难道", "")
    for word in data["small"]:
        part = part.replace(word, "")
    return part
