"""The small words of questions, in one table for all that read a question whole (parts.toml): what a question says beside its fields, kinds,
things, values and numbers is cut into phrases, and a reader names the marks that say nothing in its form.

A word that is known here is known to every reader: "could you tell me", 麻烦你, "in the data".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from kgllm.words.questions import MEASURES, Span
from kgllm.words.tables import read_table
from kgllm.words.tokens import Token, tokens

Phrase = tuple[str, ...]
NOTHING = ("courtesy", "articles", "data", "particles")
"""Marks that say nothing in any form."""
WHOLE = (*NOTHING, "speaks", "pointing", "be", "do", "have", "lists", "links", "regard", "whether", "values")
"""… and those beside which a question that names all that it is about says nothing more."""
_SAYING = frozenset("<>≥≤±%+~～")  # marks that say something; all others only part words


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Phrases (as the words of their tokens) by their first word, the longest first.

    >>> known = vocabulary("courtesy", own="tall")
    >>> known.row(["tell", "me", "please"]), known.row(["tall"]), known.row(["tell", "it"])
    ([('tell', 'me'), ('please',)], [('tall',)], None)
    """

    phrases: Mapping[str, tuple[Phrase, ...]]
    words: frozenset[str]

    def at(self, words: Sequence[str], at: int) -> Iterator[Phrase]:
        """The phrases that begin at a word."""
        for phrase in self.phrases.get(words[at], ()):
            if len(phrase) == 1 or tuple(words[at : at + len(phrase)]) == phrase:
                yield phrase

    def row(self, words: Sequence[str]) -> list[Phrase] | None:
        """The phrases that words are made of, the longest first; None where they say anything else. Linear in the words, which may be anything."""
        best: list[Phrase | None] = [None] * len(words)
        for n in range(len(words) - 1, -1, -1):
            ends = ((phrase, n + len(phrase)) for phrase in self.at(words, n))
            best[n] = next((phrase for phrase, end in ends if end == len(words) or best[end] is not None), None)
        found: list[Phrase] = []
        at = 0
        while at < len(words):
            phrase = best[at]
            if phrase is None:
                return None
            found.append(phrase)
            at += len(phrase)
        return found

    def beside(self, text: str, taken: Iterable[Span]) -> list[Phrase] | None:
        """The phrases that a text is made of outside of some places, which none of them reaches over; None where it says anything else.

        >>> vocabulary(*WHOLE).beside("Could you tell me the height of Olm, please?", [(22, 28), (32, 35)])
        [('could', 'you'), ('tell', 'me'), ('the',), ('of',), ('please',)]
        >>> vocabulary(*WHOLE).beside("the height of old Olm", [(4, 10), (18, 21)]) is None
        True
        """
        found: list[Phrase] = []
        for run in _runs(text, [(max(0, start), end) for start, end in taken], self):
            row = self.row(run)
            if row is None:
                return None
            found += row
        return found

    def says_only(self, pieces: Iterable[Token]) -> bool:
        """Whether tokens are such phrases and nothing else. Marks say nothing, but for those of which a value may be made: "-5", "C#"."""
        return (
            self.row([piece.word for piece in pieces if piece.shape != "mark" or piece.word in "-#" or piece.word in self.phrases])
            is not None
        )

    def with_words(self, said: Iterable[str]) -> Vocabulary:
        """These phrases and others, written as they are said."""
        more = _by_first(map(phrase_of, said))
        both = {first: _by_first([*self.phrases.get(first, ()), *some])[first] for first, some in more.items()}
        return (
            Vocabulary({**self.phrases, **both}, self.words.union(*(phrase for some in more.values() for phrase in some))) if both else self
        )


@cache
def vocabulary(*marks: str, own: str = "") -> Vocabulary:
    """The phrases of some marks, in both languages, and those of one form: with blanks between, "_" for blanks within one."""
    phrases = _by_first(map(phrase_of, (*(said for mark in marks for said in words_of(mark)), *listed(own))))
    return Vocabulary(phrases, frozenset(word for some in phrases.values() for phrase in some for word in phrase))


@cache
def words_of(mark: str) -> tuple[str, ...]:
    """The phrases of a mark as they are said.

    >>> words_of("do"), "哪个" in words_of("asks")
    (('do', 'does', 'did'), True)
    """
    data = read_table("parts")
    measured = ("".join(pair) for pair in product(data["measured"].get(mark, "").split(), sorted(MEASURES)))
    return (*(word for said in data[mark].values() for word in listed(said)), *measured)


def listed(said: str) -> tuple[str, ...]:
    """The phrases of a text of a table."""
    return tuple(phrase.replace("_", " ") for phrase in said.split())


@cache
def phrase_of(said: str) -> Phrase:
    """A phrase as the words of its tokens: Chinese by the character."""
    return tuple(piece.word for piece in tokens(said))


def _by_first(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, set[Phrase]] = {}
    for phrase in phrases:
        if phrase:
            found.setdefault(phrase[0], set()).add(phrase)
    return {first: tuple(sorted(some, key=lambda one: (-len(one), one))) for first, some in found.items()}


def _runs(text: str, taken: Sequence[Span], known: Vocabulary) -> Iterator[list[str]]:
    """The words of a text outside of some places, those that nothing parts: no place and no mark. Ends with a word that stands in no phrase."""
    pieces = tokens(text)
    if any(piece.start < edge < piece.end for span in taken for edge in span for piece in pieces):  # "5000t": a place ends within a word
        for start, end in taken:
            text = f"{text[:start]}{','.ljust(end - start)}{text[end:]}" if end > start else text
        pieces, taken = tokens(text), ()
    run: list[str] = []
    for piece in pieces:
        parts = piece.shape == "mark" and piece.word not in _SAYING and piece.word not in known.words
        if parts or any(start <= piece.start < end for start, end in taken):
            if run:
                yield run
            run = []
            continue
        run.append(piece.word)
        if piece.word not in known.words:
            break
    if run:
        yield run
