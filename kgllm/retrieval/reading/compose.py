"""Words that stand for several steps of a graph that has no relation for them: a grandmother is a parent's mother, a 舅舅 the 兄弟 of the 母亲."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kgllm.words import is_han, lexicon, relation_words, stem

if TYPE_CHECKING:
    from kgllm.retrieval.paths.steps import Steps
    from kgllm.retrieval.reading.question import Asked, Term, Word

_WEIGHT = 0.8  # of each step that a word stands for
_SAYS = 0.85  # how well it speaks of the step
_LONGEST = 7  # characters of a Chinese word, and words of an English one with its hyphens


def composed(asked: Asked, steps: Steps, near: Callable[[], Sequence[int]]) -> Asked:
    """The question with such words taken apart, where the graph has every part and nothing `near` its mentions (steps) is the whole.

    A part is a word of its own at the same place, in the order of the path: `Word.step` says which.
    """
    words: list[Word] = []
    head, at, changed = list(asked.head), 0, False
    place: dict[int, tuple[int, ...]] = {}
    while at < len(asked.words):
        size, key, path = _longest(asked.words, at)
        whole = _speaks(key)
        path = _possible(steps, path)
        if path and not _known(steps, whole, near):
            parts = [_part(asked.words[at : at + size], part, n) for n, part in enumerate(path)]
            place |= {n: tuple(range(len(words), len(words) + len(parts))) for n in range(at, at + size)}
            changed = True
        else:
            size = 1
            parts = [asked.words[at]]
            place[at] = (len(words),)
        words += parts
        at += size
    if not changed:
        return asked
    return replace(asked, words=tuple(words), head=tuple(dict.fromkeys(place[n][-1] for n in head)))


def _longest(words: Sequence[Word], at: int) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """How many words from here are one that stands for a path, as it is looked up, and the path; none where they are not."""
    known = lexicon().paths
    best: tuple[int, tuple[str, ...], tuple[str, ...]] = (1, (), ())
    found: list[str] = []
    for size, word in enumerate(words[at : at + _LONGEST], 1):
        apart = word.position - words[at].position
        if size > 1 and word.position - words[at + size - 2].position > (1 if is_han(word.text) else 4):
            break
        found.append(word.text.lower())
        key = ("".join(found),) if is_han(word.text) else _spelled(found, apart)
        if key in known:
            best = (size, key, known[key])
    return best


def _possible(steps: Steps, path: tuple[str, ...]) -> tuple[str, ...]:
    """The path by relations that the graph has; none where it has not."""
    found: list[str] = []
    for part in path:
        step = (part,) if _has(steps, part) else lexicon().parts.get(part, ())
        if not step or not all(_has(steps, one) for one in step):
            return ()
        found += step
    return tuple(found)


def _has(steps: Steps, part: str) -> bool:
    return any(steps.with_term((kind, part)) is not None for kind in "fv")


def _spelled(found: Sequence[str], apart: int) -> tuple[str, ...]:
    """The stems of words that are written with hyphens between them: "mother-in-law", of which "in" is no content."""
    if len(found) == 2 and found[1] in ("law", "laws") and apart == 4:
        return (stem(found[0]), "in", stem(found[1]))
    return tuple(stem(word) for word in found)


def _speaks(key: tuple[str, ...]) -> set[Term]:
    """What relations are named by that mean the whole."""
    known = lexicon()
    if len(key) != 1:
        return {("f", family) for family in known.by_phrase.get(key, ())}
    word = key[0]
    families = known.by_han.get(word, ()) if is_han(word) else known.by_stem.get(word, ())
    return {("s", word)} | {("f", asked) for family in families for asked in known.asked(word, family)}


def _known(steps: Steps, terms: set[Term], near: Callable[[], Sequence[int]]) -> bool:
    """Whether a relation is named by the whole, or one near the mentions answers to it the way back. Sisters alone are no siblings."""
    spoken = {step for term in terms for step in _spoken(steps, term)}
    own = any(all(any(_own(steps, step) for step in _spoken(steps, part)) for part in _groups(term)) for term in terms)
    return own or (bool(spoken) and not spoken.isdisjoint(near()))


def _spoken(steps: Steps, term: Term) -> list[int]:
    """The steps that a word speaks of."""
    rows = steps.with_term(term)
    return [] if rows is None else rows[0].tolist()


def _groups(term: Term) -> list[Term]:
    """A family by its groups: brothers and sisters; any other term as it is."""
    kind, name = term
    apart = lexicon().families[name].apart if kind == "f" and "/" not in name else ()
    return [(kind, f"{name}/{n}") for n in range(len(apart))] or [term]


def _own(steps: Steps, step: int) -> bool:
    """Whether a step goes the way that its relation is named by: "brother" from a thing to its brother, "brother of" the way back."""
    (relation, _), (_, way) = steps.relations[step][-1], steps.keys[step][-1]
    return way == (1 if relation_words(relation.name).form == "of" else 0)


def _part(words: Sequence[Word], part: str, step: int) -> Word:
    """One step of the path, said where the words stand."""
    first, last = words[0], words[-1]
    text = first.text if first is last or not is_han(first.text) else "".join(word.text for word in words)
    terms: tuple[tuple[Term, float], ...] = tuple(((kind, part), _SAYS) for kind in "fv")
    return replace(first, text=text, end=last.end, weight=_WEIGHT, terms=terms, kinds=(), way=0, step=step, joined=False, close=first.close)
