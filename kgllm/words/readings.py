"""Which of two ends comes first: what the name of a relation says of it, and what a question does (readings.toml).

`father_of` and "Is A the father of B?" put the father first; `父亲` and `foundedBy` put what they are said of last. Where both can be told,
a fact that holds the other way round is no yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kgllm.words.dictionary import glosses, words_in
from kgllm.words.language import language_of
from kgllm.words.lexicon import lexicon
from kgllm.words.patterns import longest_first
from kgllm.words.questions import Span
from kgllm.words.relations import mutual, relation_words
from kgllm.words.stems import stem
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han, tokens

Kind = Literal["noun", "verb"]
_MARKS = " 《》“”\"'「」『』，,。.？?！!、：:"
_INSIDE = frozenset(("in", "within", "inside"))
_ENDS = 3  # letters of a word that are left before an ending

_MEANINGS = 2  # of a word in the dictionary, the first


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
    question, name = _words_of(asked.text), _words_of(_spoken(relation))
    kind, subject_first = _reading(relation, asked.kind)
    if kind is None or (kind == "verb" and _either(relation) and not _han_alike(asked.text, relation)):
        return None
    if kind == asked.kind:
        alike = _alike(question, name, verbs=kind == "verb")
    else:
        alike = _does(question, name) if kind == "noun" else _does(name, question)
    return None if alike is None else alike == subject_first


def lies_in(relation: str, noun: str) -> bool:
    """Whether by the name of a relation its subject lies in its object, so that things of a place are those that lie there: "the towns of
    Peru". Where the noun itself is of the relation it is asked what things lie in: "the locations of Olm".

    >>> lies_in("located in", "towns"), lies_in("located in", "locations"), lies_in("位于", "城市"), lies_in("mayor", "towns")
    (True, False, True, False)
    """
    question, name = _words_of(noun), _words_of(_spoken(relation))
    inside = (bool(name.ties) and name.ties <= _INSIDE) or (is_han(relation) and relation.endswith(data_of("chinese")["inside"]))
    return inside and not question.families & name.families and not question.stems & name.stems


def families(text: str) -> frozenset[str]:
    """The families (`kgllm.words.lexicon`) that the words of a text belong to.

    >>> sorted(families("foundedYear") & families("创始人"))
    ['found', 'founder']
    """
    return _words_of(_spoken(text)).families


# --- the name of a relation


def _reading(relation: str, asked: Kind) -> tuple[Kind | None, bool]:
    """How the name of a relation is to be read beside a question with a noun, or a verb; and whether it puts the subject first."""
    words, data = relation_words(relation), data_of("english")
    spoken = words.spoken
    if words.inverse or not spoken:
        return None, False
    if is_han(spoken[-1]):
        return _han_reading("".join(spoken), asked)
    before = spoken[-2] if len(spoken) > 1 else ""
    if words.form == "by":
        return "verb", False
    if words.form == "of":
        return ("verb" if before in data["of_verbs"] or before.endswith("ed") else "noun"), True
    if words.form == "has":
        return "noun", False
    if spoken[-1] in (data["ties"] if len(spoken) > 1 else _INSIDE):
        return "verb", True
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


# --- what words have to do with each other


@dataclass(frozen=True, slots=True)
class _Words:
    text: str
    stems: frozenset[str]
    plain: frozenset[str]
    ties: frozenset[str]
    families: frozenset[str]
    groups: frozenset[tuple[str, int]]
    glossed: frozenset[str]  # stems of what a dictionary says for its Chinese words


@lru_cache(maxsize=4096)
def _words_of(text: str) -> _Words:
    """A noun or a verb, with what it belongs to; of one that stands for several steps, what each of them asks for."""
    known, data = lexicon(), data_of("english")
    pieces = [piece.word for piece in tokens(text) if piece.shape != "mark" and not is_han(piece.word)]
    ties = frozenset(piece for piece in pieces if piece in data["ties"])
    plain = [piece for piece in pieces if piece not in ties and piece not in ("by", "of") and piece not in data["be"]]
    families: set[str] = set()
    groups: set[tuple[str, int]] = set()

    def add(word: str, names: Iterable[str]) -> None:
        for name in names:
            family, _, group = name.partition("/")
            families.add(family)
            if group:
                groups.add((family, int(group)))
            else:
                groups.update((family, n) for n in known.families[family].groups(word))

    stems = [stem(piece) for piece in pieces]
    for i in range(len(stems)):
        for size in range(min(known.longest_phrase, len(stems) - i), 1, -1):
            add(" ".join(stems[i : i + size]), known.by_phrase.get(tuple(stems[i : i + size]), ()))
            add("", known.paths.get(tuple(stems[i : i + size]), ()))
    for piece in plain:
        add(stem(piece), known.families_of(piece))
        add("", known.paths.get((stem(piece),), ()))
    for word in _han_words(text):
        add(word, known.by_han.get(word, ()))
        add("", known.paths.get((word,), ()))
    bare = {piece.removesuffix(ending) for piece in plain for ending in ("ed", "d", "s") if len(piece) > _ENDS + len(ending)}
    glossed = (
        {stem(said[0]) for _, word in words_in(text) for said, _ in glosses(word)[:_MEANINGS] if len(said) == 1} if is_han(text) else set()
    )
    return _Words(
        text, frozenset(map(stem, plain)) | bare, frozenset(plain), ties, frozenset(families), frozenset(groups), frozenset(glossed)
    )


def _han_words(text: str) -> list[str]:
    """The longest known words in a Chinese text, from its end: "生父" of "的生父"."""
    known = lexicon()
    han = "".join(letter for letter in text if is_han(letter))
    found, end = [], len(han)
    while end > 0:
        size = next((n for n in range(min(end, known.longest_han), 0, -1) if _known(han[end - n : end])), 0)
        if size:
            found.append(han[end - size : end])
        end -= size or 1
    return found


def _known(word: str) -> bool:
    return word in lexicon().by_han or (word,) in lexicon().paths


def _alike(question: _Words, name: _Words, *, verbs: bool) -> bool | None:
    """Whether two nouns, or two verbs, put the same end first (True), or the other (False)."""
    known = lexicon()
    shared = question.families & name.families
    turned = {family for family in question.families if known.families[family].inverse in name.families}
    turning = {family for family in shared if known.families[family].inverse == family}
    if turning:
        return next((same for family in sorted(turning) if (same := _of_groups(question, name, family)) is not None), None)
    direct = bool(question.stems & name.stems) or _han_alike(question.text, name.text)
    direct |= not verbs and bool(question.glossed & name.stems)  # 殖民地 is the noun of "colony-of"
    ties = question.ties == name.ties or (question.ties | name.ties) <= _INSIDE
    direct |= bool(question.ties and name.ties) and not question.stems and ties  # "is A in B?"
    if direct:
        return True
    if verbs and (not shared or not _tied_alike(question, name)):
        return None
    if shared and not turned:
        return True
    return False if turned and not shared else None


def _tied_alike(one: _Words, other: _Words) -> bool:
    """Whether two verbs reach what follows them alike: whom one works *for* employs one."""
    if is_han(one.text) == is_han(other.text):
        return one.ties == other.ties
    return _tied(one) == _tied(other)


def _tied(words: _Words) -> bool:
    return bool(words.ties) or words.text.startswith("在") or words.text.endswith(data_of("chinese")["verb"])


def _of_groups(question: _Words, name: _Words, family: str) -> bool | None:
    """A wife is a wife, and no husband; of spouses neither is first."""
    if not lexicon().families[family].turns:
        return None
    mine, theirs = ({n for of, n in words.groups if of == family} for words in (question, name))
    if len(mine) != 1 or len(theirs) != 1:
        return None
    return mine == theirs


def _han_alike(one: str, other: str) -> bool:
    """Whether two Chinese words are one, or one holds the other whole."""
    one, other = ("".join(letter for letter in text if is_han(letter)) for text in (one, other))
    return bool(one and other) and (one in other or other in one)


def _does(verb: _Words, noun: _Words) -> bool | None:
    """Whether a noun is the word for who does what a verb says ("founder", "found": True), or for whom it is done to (False)."""
    data = data_of("english")
    if verb.stems & noun.stems:
        words = [word for word in noun.plain if stem(word) in verb.stems]
        if any(word.endswith(data["doer"]) and len(word) > _ENDS for word in words):
            return True
        if any(word.endswith(data["done"]) for word in words):
            return False
    chinese = data_of("chinese")
    han, does = ("".join(letter for letter in words.text if is_han(letter)) for words in (noun, verb))
    if han and does and han.endswith(chinese["doer"]) and (han[:-1] in does or does in han):
        return True
    return None


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


def data_of(language: str) -> dict[str, tuple[str, ...]]:
    """The small words of a language by what they do, each group with the longest first."""
    return _data()[language]


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, tuple[str, ...]]]:
    data = read_table("readings")
    return {language: {name: longest_first(words.split()) for name, words in parts.items()} for language, parts in data.items()}
