"""A question, read as one of a graph whose names share no word with it.

Names of relations that are cut short: `mag` for a magnitude, `atk` for an attack. A word that nothing speaks of is taken for what the one
name of the graph stands for that it begins with, or whose letters are its first and its consonants; or for a kind of what its end names,
where that is a type of the graph: a textbook is a book, and a subcommittee what a committee is the parent of.

Chinese questions over English names: what a dictionary (`kgllm.words.dictionary`) has for a Chinese word is said of the relations and
types whose names it is, less surely than what kgllm's own tables say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.reading.heads import head_before
from kgllm.retrieval.reading.outside import outside_names
from kgllm.retrieval.reading.question import read
from kgllm.retrieval.scoring.matching import LEAST
from kgllm.words import is_han, lexicon, singular, stem
from kgllm.words.dictionary import glosses, meanings, sounds, words_in
from kgllm.words.fields import stands_for

if TYPE_CHECKING:
    from kgllm.retrieval.paths.steps import Steps
    from kgllm.retrieval.reading.question import Asked, Term, Word
    from kgllm.words.questions import Span

_SHORT = 0.85  # of how well the word itself would speak
_END, _BEGIN = 4, 3  # letters of the noun for a type that a longer one ends with, and of what stands before it
_ENDS = 0.85  # how well that says the type
_LEAST = 3  # letters of either part of a compound
_STEPS = {"sub": ("child", "subsidiary", "subclass"), "super": ("parent", "parent_company", "superclass")}
"""The families that a subcommittee, or what it is one of, is told by."""
_PARTICLE = re.compile(r"\s(up|in|out|off|on|down|over|back|away)\b", re.IGNORECASE)
_CALLED = frozenset(("title", "name", "label"))  # end what a gloss says of a thing by its name: 年号, a reign title, asks for reigns
_AMOUNTS = frozenset(("level", "content", "value", "rate", "amount", "quantity"))  # end what a gloss says of a measure
_OPEN, _CLOSE, _GLOSS = frozenset("(（"), frozenset(")）"), 6  # around a name, and characters of what says the same before it
_CODE = re.compile(r"\s+(?:codes?|numbers?)\b|\s*(?:代码|编码|代号|码)", re.IGNORECASE)
_LITTLE = 0.35  # weight of what says no more than the name of a field
_SHORTER = 0.6  # how well a word that stands within a longer one of the dictionary speaks


def understood(text: str, steps: Steps, names: Sequence[Span] = ()) -> Asked:
    """A question, read as one of this graph; the names at these places are no words of it."""
    asked = steps.once(text, lambda: read(text, steps.pairs, lambda said: _across(said, steps)))
    asked = head_before(outside_names(asked, names), names)
    return _without_glosses(_written_out(asked, steps, names), steps, names)


def _across(text: str, steps: Steps) -> Iterator[tuple[int, Term, float]]:
    """(place, term, how well) of what the characters of a Chinese text are in English, as far as the graph speaks of it."""
    end = 0
    for start, word in words_in(text):
        within = _SHORTER if start + len(word) <= end else 1.0
        end = max(end, start + len(word))
        for meaning, how in meanings(word):
            if steps.with_term(("g", meaning)) is not None:
                yield from ((start + i, ("g", meaning), how * within) for i in range(len(word)))
        if not steps.english:
            continue
        yield from ((start + i, term, within) for term in _by_sound(word, steps) for i in range(len(word)))
        for said, how in glosses(word):
            if len(said) == 1 and steps.with_noun(singular(said[0])) is not None:
                yield from ((start + i, ("n", singular(said[0])), how * within) for i in range(len(word)))
            if len(said) > 1 and said[-1] in _CALLED and (noun := singular(said[-2])) in steps.type_nouns:
                yield from ((start + i, ("n", noun), how * within) for i in range(len(word)))
            if len(said) == 1 and singular(said[0]) in steps.type_nouns:
                continue  # "Etna 火山": what it is, and not the volcano_number
            spoken, well = _in_the_graph(said, steps)
            if len(word) == 1:  # of a single character it counts that it is a word, whether the graph speaks of it or not
                spoken = spoken or said
            for i in range(len(word) if spoken else 0):  # of several words each has its own characters
                yield start + i, ("s", stem(spoken[i * len(spoken) // len(word)])), how * within * well


def _by_sound(word: str, steps: Steps) -> Iterator[Term]:
    """What the graph has by the sound of a Chinese word: 籍贯 is a column `jiguan`, 学生 a table `xuesheng`."""
    for sound in sorted(sounds(word)):
        for term in (("s", stem(sound)), ("n", singular(sound))):
            if (steps.with_term(term) if term[0] == "s" else steps.with_noun(term[1])) is not None:
                yield term


def _in_the_graph(said: Sequence[str], steps: Steps) -> tuple[Sequence[str], float]:
    """Words of a gloss as a relation's name has them, and how well they stand for it; none where no name has.

    湿度 is humidity level, and 碳水化合物 carbohydrate: it may be told as `humidity`, and as `carb`; 翼展 is wingspan, also of a `wing_span`, and
    时区 time zone, also of a `timezone`.
    """
    if _one_speaks_of(said, steps):
        return said, 1.0
    if spaced := _spaced_otherwise(said, steps):
        return spaced, 1.0
    short = _cut_short(said[0], steps) if len(said) == 1 else ""
    if short:
        return (short,), _SHORT
    return (said[:-1], _SHORT) if len(said) > 1 and said[-1] in _AMOUNTS and _one_speaks_of(said[:-1], steps) else ((), 0.0)


def _spaced_otherwise(said: Sequence[str], steps: Steps) -> Sequence[str]:
    """A compound in one word, or in two, as the graph writes it."""
    if len(said) == 2 and _one_speaks_of(("".join(said),), steps):
        return ("".join(said),)
    [word] = said if len(said) == 1 else [""]
    parts = ((word[:cut], word[cut:]) for cut in range(_LEAST, len(word) - _LEAST + 1))
    return next((two for two in parts if _one_speaks_of(two, steps)), ())


def _one_speaks_of(said: Sequence[str], steps: Steps) -> bool:
    """Whether some relation's name has all of these words."""
    rows: Any = None
    for word in said:
        posting = steps.with_term(("s", stem(word)))
        if posting is None:
            return False
        rows = posting[0] if rows is None else np.intersect1d(rows, posting[0])
    return rows is not None and len(rows) > 0


def _written_out(asked: Asked, steps: Steps, names: Sequence[Span]) -> Asked:
    """The question with words as the graph has them cut short, or has the end of them, outside of the names at these places."""
    words = [
        word if any(start < word.end and word.start < end for start, end in names) else _in_one(asked.text, _known(word, steps), steps)
        for word in asked.words
    ]
    for start, end in [span for word in words if (span := _code_of(asked.text, word, steps)) is not None]:
        words = [replace(one, weight=one.weight * _LITTLE) if start < one.end and one.start < end else one for one in words]
    return asked if words == list(asked.words) else replace(asked, words=tuple(words))


def _code_of(text: str, word: Word, steps: Steps) -> Span | None:
    """Where it says only that what a field holds are codes, right behind the field's name, which is no word of English: "its FIPS code",
    "HD numbers", RIL100代码; but not "its country code"."""
    found = _CODE.match(text, word.end)
    said = word.text.lower()
    if found is None or not said.isascii() or said.isdigit() or stem(said) in lexicon().by_stem or said in lexicon().kind_of_noun:
        return None
    return found.span() if steps.with_term(("s", stem(said))) is not None else None


def _in_one(text: str, word: Word, steps: Steps) -> Word:
    """A verb with what the graph writes in one word with the particle behind it: "when did Ann sign up", of a `signup_date`."""
    found = _PARTICLE.match(text, word.end) if word.text.isascii() else None
    if found is None:
        return word
    said = stem(word.text.lower())
    for base in (said, f"{said}e"):  # took off, taken off: takeoff
        term = ("s", stem(base + found[1].lower()))
        if steps.with_term(term) is not None:
            return replace(word, terms=tuple(sorted({**dict(word.terms), term: 1.0}.items())))
    return word


def _without_glosses(asked: Asked, steps: Steps, names: Sequence[Span]) -> Asked:
    """The question without what only says in Chinese what a name beside it does, one of them in brackets: 近战（Melee）英雄, Melee（近战）."""
    words = list(asked.words)
    for span in names if asked.chinese else ():
        gloss = _gloss(asked, span)
        spoken = any(how >= LEAST and steps.with_term(term) is not None for n in gloss for term, how in words[n].terms)
        for n in gloss if not spoken and len(gloss) <= _GLOSS else ():
            words[n] = replace(words[n], weight=0.0, terms=(), kinds=(), around=(span[1], span[1]))
    return replace(asked, words=tuple(words))


def _gloss(asked: Asked, span: Span) -> list[int]:
    """The Chinese words that stand in brackets right behind a name, or right before the brackets that it stands in."""
    (start, end), text, words = span, asked.text, asked.words
    if text[end : end + 1] in _OPEN:
        close = next((n for n in range(end + 1, len(text)) if text[n] in _CLOSE), -1)
        return [n for n, word in enumerate(words) if end < word.start and word.end <= close and is_han(word.text)]
    gloss: list[int] = []
    if start and text[start - 1] in _OPEN and text[end : end + 1] in _CLOSE:
        for n in reversed(range(len(words))):
            if words[n].end == (words[gloss[-1]].start if gloss else start - 1) and words[n].around is None and is_han(words[n].text):
                gloss.append(n)
    return gloss


def _known(word: Word, steps: Steps) -> Word:
    """A word with what it is in the graph, where nothing there speaks of it; of the noun for a type nothing else that it ends with: where
    there are superclasses, none of them is a class."""
    text = singular(word.text.lower())
    if not text.isascii() or not text.isalpha():
        return word  # of a Chinese character, or a number, nothing is cut
    if text in steps.type_nouns and stem(text) not in lexicon().by_stem:
        return replace(word, terms=tuple(term for term in word.terms if term[0][0] not in "sfv" or term[1] >= 1.0))
    if any(steps.with_noun(noun) is not None for (kind, noun), _ in word.terms if kind == "n") or any(
        steps.with_term(term) is not None for term, how in word.terms if how >= LEAST and term[0] != "n"
    ):
        return word
    if not text.startswith(tuple(_STEPS)) and (  # a word of its own: a championship is no ship
        stem(text) in lexicon().by_stem or text in lexicon().kind_of_noun
    ):
        return _shortened(word, text, steps) if steps.short else word
    kinds = [noun for noun in steps.type_nouns if len(noun) >= _END and len(text) - len(noun) >= _BEGIN and text.endswith(noun)]
    noun = max(kinds, key=len, default="")
    families = _STEPS.get(text.removesuffix(noun), ()) if noun else ()
    if noun and not (families and stem(text) in lexicon().by_stem):
        said: dict[Term, float] = {("f", family): _ENDS for family in families} if families else {("n", noun): _ENDS}
        return replace(word, terms=tuple(sorted({**dict(word.terms), **said}.items())))
    return _shortened(word, text, steps) if steps.short else word


def _shortened(word: Word, text: str, steps: Steps) -> Word:
    short = _cut_short(text, steps)
    return replace(word, terms=tuple(sorted({**dict(word.terms), ("s", stem(short)): _SHORT}.items()))) if short else word


def _cut_short(text: str, steps: Steps) -> str:
    """What the graph has a word cut short as; "" where nothing is, or of two it cannot be told which is meant."""
    fits = [short for short in steps.short if stands_for(short, text)]
    return fits[0] if len(fits) == 1 else ""
