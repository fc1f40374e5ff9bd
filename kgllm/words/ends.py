"""What the words of a question have to do with those of a relation's name: whether two nouns, two verbs, or a noun and a verb put the same
end first (readings.toml, families.toml).

>>> alike(words_of("mother"), words_of("parent"), verbs=False), alike(words_of("child"), words_of("parent"), verbs=False)
(True, False)
>>> does(words_of("supply"), words_of("suppliers")), by_kinds(words_of("work for"), words_of("employer"))
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kgllm.words.dictionary import glosses, words_in
from kgllm.words.lexicon import lexicon
from kgllm.words.patterns import longest_first
from kgllm.words.relations import relation_words
from kgllm.words.stems import singular, stem
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han, tokens

INSIDE = frozenset(("in", "within", "inside"))
_ENDS = 3  # letters of a word that are left before an ending
_MEANINGS = 2  # of a word in the dictionary, the first


def data_of(language: str) -> dict[str, tuple[str, ...]]:
    """The small words of a language by what they do, each group with the longest first."""
    return _data()[language]


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, tuple[str, ...]]]:
    data = read_table("readings")
    return {language: {name: longest_first(words.split()) for name, words in parts.items()} for language, parts in data.items()}


@dataclass(frozen=True, slots=True)
class Words:
    text: str
    stems: frozenset[str]
    plain: frozenset[str]
    ties: frozenset[str]
    families: frozenset[str]
    groups: frozenset[tuple[str, int]]
    glossed: frozenset[str]  # stems of what a dictionary says for its Chinese words


@lru_cache(maxsize=4096)
def words_of(text: str) -> Words:
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
    return Words(
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


def alike(question: Words, name: Words, *, verbs: bool) -> bool | None:
    """Whether two nouns, or two verbs, put the same end first (True), or the other (False)."""
    known = lexicon()
    shared = question.families & name.families
    turned = {family for family in question.families if known.families[family].inverse in name.families}
    turning = {family for family in shared if known.families[family].inverse == family}
    if turning:
        return next((same for family in sorted(turning) if (same := _of_groups(question, name, family)) is not None), None)
    direct = bool(question.stems & name.stems) or han_alike(question.text, name.text)
    if not (verbs or direct or turned) and shared and all(_of_the_holder(question.text, family) for family in shared):
        return False
    direct |= not verbs and bool(question.glossed & name.stems)  # 殖民地 is the noun of "colony-of"
    ties = question.ties == name.ties or (question.ties | name.ties) <= INSIDE
    direct |= bool(question.ties and name.ties) and not question.stems and ties  # "is A in B?"
    if direct:
        return True
    if verbs and (not shared or not _tied_alike(question, name)):
        return None
    if shared and not turned:
        return True
    return False if turned and not shared else None


def _of_the_holder(noun: str, family: str) -> bool:
    """Whether a noun is of such things as the relations of a family are said of, and not of such as they lead to: a student of a school."""
    known = lexicon()
    word = noun.rsplit(maxsplit=1)[-1] if noun.split() else noun
    kinds, ends = set(known.kinds_of(singular(word))), known.families[family]
    return bool(kinds & set(ends.of)) and bool(ends.to) and not kinds & set(ends.to) and word not in ends.to


def _tied_alike(one: Words, other: Words) -> bool:
    """Whether two verbs reach what follows them alike: whom one works *for* employs one."""
    if is_han(one.text) == is_han(other.text):
        return one.ties == other.ties
    return _tied(one) == _tied(other)


def _tied(words: Words) -> bool:
    return bool(words.ties) or words.text.startswith("在") or words.text.endswith(data_of("chinese")["verb"])


def _of_groups(question: Words, name: Words, family: str) -> bool | None:
    """A wife is a wife, and no husband; of spouses neither is first."""
    if not lexicon().families[family].turns:
        return None
    mine, theirs = ({n for of, n in words.groups if of == family} for words in (question, name))
    if len(mine) != 1 or len(theirs) != 1:
        return None
    return mine == theirs


def han_alike(one: str, other: str) -> bool:
    """Whether two Chinese words are one, or one holds the other whole."""
    one, other = ("".join(letter for letter in text if is_han(letter)) for text in (one, other))
    return bool(one and other) and (one in other or other in one)


def does(verb: Words, noun: Words) -> bool | None:
    """Whether a noun is the word for who does what a verb says ("founder", "found": True), or for whom it is done to (False)."""
    data = data_of("english")
    if verb.stems & noun.stems:
        words = [word for word in noun.plain if stem(word) in verb.stems and singular(word) not in verb.plain]
        if any(singular(word).endswith(data["doer"]) and len(word) > _ENDS for word in words):
            return True
        if any(word.endswith(data["done"]) for word in words):
            return False
    chinese = data_of("chinese")
    han, does = ("".join(letter for letter in words.text if is_han(letter)) for words in (noun, verb))
    if han and does and han.endswith(chinese["doer"]) and (han[:-1] in does or does in han):
        return True
    return None


def by_kinds(verb: Words, noun: Words) -> bool | None:
    """The same by what the family of both is said of and leads to: people write books, and no book writes them."""
    if verb.ties or is_han(noun.text) != is_han(verb.text):
        return _tied_to(verb, noun)
    known, data = lexicon(), data_of("english")
    held = [known.families[family] for family in verb.families & noun.families]
    acts = bool(held) and all("person" in family.to and family.of and "person" not in family.of for family in held)
    return True if acts and not verb.plain & set(data["has_verbs"]) else None


def _tied_to(verb: Words, noun: Words) -> bool | None:
    """False where a noun is the word for what follows a verb with its tie: whom one works *for* is an employer; True for its way back."""
    if not verb.ties or is_han(noun.text):
        return None
    known = lexicon()
    phrases = {family for family in known.by_phrase.get(tuple(map(stem, verb.text.split())), ())}
    if any(known.families[family].to and known.families[family].of for family in phrases & noun.families):
        return False
    return True if any(known.families[family].inverse in noun.families for family in phrases) else None


def led_to(noun: Words, verb: Words, relation: str) -> bool | None:
    """False where what is done *by* something leads to that whose way back has such a noun: a subsidiary is what is owned by another."""
    if relation_words(relation).form != "by" or not noun.families:
        return None
    known = lexicon()
    turned = all(known.families[family].inverse in verb.families for family in noun.families)
    return False if turned else None
