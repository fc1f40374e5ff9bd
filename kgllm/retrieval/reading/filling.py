"""Which tokens of a question say nothing themselves, of what kind it asks, and where the word stands that asks."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from kgllm.retrieval.reading.characters import asked_itself, may_be_counted
from kgllm.retrieval.reading.heads import is_owning
from kgllm.retrieval.reading.outside import asked_at, says
from kgllm.words import Token, lexicon, stem
from kgllm.words.questions import MEASURES

if TYPE_CHECKING:
    from kgllm.retrieval.reading.question import Term

_COPULAS, _ARTICLES = frozenset(("is", "are", "was", "were")), frozenset(("a", "an"))
_SAY_MORE = frozenset(f"{stem(verb)} after" for verb in ("named", "called"))  # it asks for more than what something is called
_PARTICLE = 3  # letters of what is grammar also in a phrase ("is a")
_COUNTS = "哪几那这一两某每"  # before a measure word
_PARTICLES = "的了之是"  # end a word or stand alone, also in a relation's name


def filling(
    text: str, pieces: list[Token], found: dict[int, dict[Term, float]], known: Collection[str], *, chinese: bool
) -> tuple[set[int], tuple[str, ...], int | None]:
    """The tokens without content, the kinds that the question word asks for, and where it stands among the tokens. found: what the phrases
    at each token speak of; known: as of `read`.

    >>> from kgllm.words import tokens
    >>> filling("who directed Alien?", tokens("who directed Alien?"), {}, (), chinese=False)
    ({0, 3}, ('person',), 0)
    """
    if chinese:
        return _chinese_filling(text, pieces, found, known)
    dropped, kinds, ask = _english_filling(pieces, known)
    # "another name": a phrase of words that say nothing alone; the "people" of "how many people" says it
    phrase = [i for i in sorted(dropped & {i + 1 for i in dropped}) if _of_one(found, i, len(pieces)) <= dropped]
    told = (next((at for at in (i, i - 1) if len(pieces[at].word) > _PARTICLE), -1) for i in phrase)  # of "give up" the verb
    return dropped - set(told), kinds, ask


def _of_one(found: dict[int, dict[Term, float]], at: int, end: int) -> set[int]:
    """The tokens of the phrase that a token and the one before it belong to; those that there are none of, where they belong to none."""
    shared = found.get(at, {}).keys() & found.get(at - 1, {}).keys()
    after = next((i for i in range(at + 1, end + 1) if not shared & found.get(i, {}).keys()), end)
    before = next((i for i in range(at - 2, -2, -1) if not shared & found.get(i, {}).keys()), -1)
    return set(range(before + 1, after)) if shared else {-1}


def _english_filling(pieces: list[Token], known: Collection[str]) -> tuple[set[int], tuple[str, ...], int | None]:
    """Tokens without content, the kinds that the question word asks for, and where it stands."""
    language = lexicon().english
    dropped: set[int] = set()
    kinds: tuple[str, ...] = ()
    ask: int | None = None
    for i, piece in enumerate(pieces):
        if piece.shape == "mark" or (piece.word in language.stop and not is_owning(pieces, i)):
            dropped.add(i)
        shared = pieces[i - 1].word + ("" if piece.word == "-" else f" {piece.word}")
        dropped |= {i - 1} if i and shared in language.share else set()  # "co-star", "shares a song": it is said to be shared, no more
        if ask is None and i == 0 and piece.word == "whose":  # "whose poem is X?"
            ask, kinds = 0, ("person",)
        if ask is None and piece.word in ("what", "which", "who", "whom", "where", "when", "why", "how"):
            after = pieces[i + 1].word if i + 1 < len(pieces) else ""
            kind = language.asks.get(f"{piece.word} {after}") or language.asks.get(piece.word)
            ask, kinds = i, (kind,) if kind else ()
            if piece.word == "how" and after in ("many", "much"):
                kinds = ()
                dropped.add(i + 1)
                if i + 2 < len(pieces) and pieces[i + 2].word == "times":  # how often: of no time
                    dropped.add(i + 2)
    for i in range(len(pieces) - 1):  # "named after", "comes before", where the graph has such a relation
        both, begins = f"{stem(pieces[i].word)} {stem(pieces[i + 1].word)}", ask is not None and i <= ask + 2
        if begins and pieces[i].word in _COPULAS and pieces[i + 1].word in _ARTICLES:  # "how heavy is a …": no `is a`
            continue
        dropped -= {i, i + 1} if both in known or both in _SAY_MORE else set()
    if len(pieces) > 1 and pieces[0].word in language.stop and ask == 1:  # "after whom was X named"
        told = [i for i in range(2, len(pieces)) if f"{stem(pieces[i].word)} {stem(pieces[0].word)}" in known]
        dropped -= {0, *told} if told else set()
    return dropped, kinds, ask


def _chinese_filling(
    text: str, pieces: list[Token], found: dict[int, dict[Term, float]], known: Collection[str]
) -> tuple[set[int], tuple[str, ...], int | None]:
    language = lexicon().chinese
    dropped = {i for i, piece in enumerate(pieces) if piece.shape == "mark"}
    held = {i for i, terms in found.items() if max(terms.values()) >= 0.5}
    for (word, *_), first in ((path, text.find(path[0])) for path in lexicon().paths if len(path) == 1 and path[0] in text):
        held |= {i for i, piece in enumerate(pieces) if first <= piece.start < first + len(word)}  # "曾祖父" holds no "曾"
    at = {piece.start: i for i, piece in enumerate(pieces)}
    for i in range(len(pieces) - 1):
        if pieces[i].end == pieces[i + 1].start and pieces[i].word not in _PARTICLES and pieces[i].word + pieces[i + 1].word in known:
            held |= {i, i + 1}
    dropped |= {
        i
        for i, piece in enumerate(pieces)
        if i and i not in held and piece.word in MEASURES and pieces[i - 1].word in _COUNTS and not asked_itself(pieces, i)
    }
    dropped |= {
        i
        for i in range(1, len(pieces) - 1)
        if pieces[i].word == "一" and pieces[i - 1].word == "哪" and (i + 1 in dropped or asked_itself(pieces, i + 1))
    }
    kinds: tuple[str, ...] = ()
    ask: int | None = None
    for word in language.asking:
        if (start := asked_at(text, word)) < 0:
            continue
        last = text[start + len(word) - 1 : start + len(word) + 1]
        if word[:-1] in language.asks and last in lexicon().by_han:
            continue  # "哪个人口多" asks for no 人
        if start in at and at[start] not in dropped:
            where = set(range(at[start], min(len(pieces), at[start] + len(word))))
            if ask is None:
                measured = word.endswith("哪") and may_be_counted(text[start + len(word) :].lstrip("一几些")[:1])
                ask, kinds = min(where), (language.asks["哪" if measured else word],)
            if language.asks[word] != "number" or word not in lexicon().by_han:  # "多宽" asks for a width: it is content, too
                dropped |= where
    for word in language.filling:
        start = -len(word)
        while (start := text.find(word, start + len(word))) >= 0:
            place = at.get(start)
            covered = set() if place is None else set(range(place, place + len(word)))
            if covered and (len(word) > 2 or not covered & held):
                dropped |= covered
    things = ask is not None and kinds == ("number",) and says(text, pieces, language.count) and _counted(pieces, ask)
    return dropped, () if things else tuple(kind for kind in kinds if kind not in ("thing", "manner")), ask


def _counted(pieces: list[Token], ask: int) -> bool:
    """Whether things are counted ("有几个儿子", "多少名学生"), and not a value asked for ("面积是多少")."""
    after = "".join(piece.word for piece in pieces[ask : ask + 4]).lstrip("多少几")
    return after[:1] in MEASURES or (ask > 0 and pieces[ask - 1].word == "有" and bool(after) and after[0] not in "？?")
