"""What the words of a question that compares stand for: the names that it gives to compare, what it counts, what it measures by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kgllm.retrieval.computed.measures import counts, named_whole
from kgllm.retrieval.computed.tallied import numbered, tally
from kgllm.retrieval.reading.outside import counts as asks_how_many
from kgllm.words import is_han, lexicon, relation_words, singular, stem
from kgllm.words.comparisons import Bound, Degree, Form
from kgllm.words.counting import NUMBER_OF
from kgllm.words.extremes import ALONE, compares, coordinated
from kgllm.words.questions import Span, blank, choice, overlap
from kgllm.words.whole import field_key, field_keys

if TYPE_CHECKING:
    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.retriever import Run

_NUMBER_OF = re.compile(rf"{NUMBER_OF} $", re.IGNORECASE)  # what follows is counted
_HOW_MUCH = re.compile(r"\bhow (?:much\b|(?P<how>[a-z]+) (?:is|are|was|were)\b)", re.IGNORECASE)  # "how long are the rivers of Peru"
_RANKED = frozenset(("rank", "ranking", "名次", "排行", "位次"))
_SAME = re.compile(  # what leads there and back, not there
    r"\bsame\b[^?]*\bas\b|(?:和|与|跟|同).+(?:相同|同一|同样|一样|同属|同为|同在)", re.IGNORECASE
)
_OF_WHAT = re.compile(
    r"^\W*(?:what|whom?|where)(?:['’]s|\s+(?:is|are|was|were))\b.*[a-z]{3}\s+(?:of|by|for|with|from|in|to)\W*$", re.IGNORECASE
)
"""What ends so asks for what stands behind it: "What is the bridge in Olm made of?"."""


def meant(run: Run, form: Form) -> Form | None:
    """What a question compares in a graph: without what is part of a name or of a relation's name ("average rating"), and without a
    "first" that only describes where something else is compared."""
    names = [seed.span for seed in run.seeds if seed.start < seed.end]
    made = [one for one in form.degrees if one.asks in ("total", "average") or one.place > 1 or one.top > 1]
    spoken = {word for relation in run.view.relations for word in relation_words(relation.name).spoken} if made else set()
    text = run.question.lower()

    def said(one: Degree) -> bool:
        word, longer = text[one.span[0] : one.span[1]], text[one.span[0] : one.span[1] + 1]
        return word in spoken or (is_han(word) and any(longer in other for other in spoken))

    out = [one for one in made if any(name[0] <= one.span[0] and one.span[1] <= name[1] for name in names)]
    out += [one for one in made if one.asks and said(one)]
    if any(_RANKED.intersection(relation_words(relation.name).spoken) or "排名" in relation.name for relation in run.view.relations):
        out += [
            one for one in form.degrees if one.superlative and not (one.dimensions or one.asks or one.top > 1)
        ]  # the graph says which is third
    others = len(form.degrees) + len(form.bounds) > 1
    out += [one for one in form.degrees if others and one.loose and text[one.span[0] : one.span[1]] in ALONE]
    degrees = tuple(_firm(run, one) for one in form.degrees if one not in out)
    return replace(form, degrees=degrees) if degrees or form.bounds else None


def _firm(run: Run, one: Degree) -> Degree:
    """A "first" or "last" right before the noun for a kind of the graph: "the first invoice" is the earliest, and not all of them."""
    alone = one.loose and run.question[slice(*one.span)].lower() in ALONE
    return replace(one, loose=False) if alone and any(start == one.span[1] + 1 for start, _ in run.spoken.types) else one


def backwards(question: str, first: Span) -> bool:
    """Whether the first name is what another is held against: "How many times as high as B is A?", "twice the height of B"."""
    return (
        re.search(
            r"\b(?:times|twice|double|triple)\s+(?:as\s+\w+\s+as|the\s+\w+\s+of|that\s+of)\s+(?:the\s+)?$", question[: first[0]].lower()
        )
        is not None
    )


def beside_each_other(text: str, form: Form, names: list[Span]) -> list[Span]:
    """The names that a question gives to compare: "A or B", "A、B和C", "A … than B"."""
    if len(names) < 2 or len(form.degrees) != 1 or form.bounds:
        return []
    return coordinated(text, names) or list(choice(text, names))


def without_nouns(text: str, kinds: Iterable[Span], names: Sequence[Span]) -> str:
    """A question without the nouns that say beside each of several names what it is: "line A or line B", "A县和B县"; as long as it was.

    >>> without_nouns("is line A longer than line B?", [(3, 7), (22, 26)], [(8, 9), (27, 28)])
    'is      A longer than      B?'
    """
    beside = [
        kind for kind in kinds for name in names if (kind[1] <= name[0] and not text[kind[1] : name[0]].strip()) or kind[0] == name[1]
    ]
    return blank(text, *beside) if len(beside) > 1 else text


def is_plain(said: str) -> bool:
    """Whether what is taken for a name is a small word, or a form of a verb that relations are called by.

    >>> is_plain("in"), is_plain("made"), is_plain("Made"), is_plain("crime")
    (True, True, False, False)
    """
    known = lexicon()
    if said in known.english.stop:
        return True
    form = singular(said) == said and stem(said) not in (said, said.removesuffix("e"))
    return said.islower() and said.isalpha() and form and bool(known.families_of(said)) and not known.kinds_of(said)


def is_measure(run: Run, asked: Asked, span: Span, *, kind: bool) -> bool:
    """Whether a name is also that of a measure ("tensor cores"): it is taken for it. The noun for a `kind` of things is one only
    where a relation to values has that very name: for lines no `stop_number` is one, nor is the `line` of a trip, though it is called 7."""
    if kind and not _is_value(run, run.question[slice(*span)]):
        return False
    steps = run.steps
    words = [n for n, word in enumerate(asked.words) if overlap(word.span, span)]
    return named_whole(run.matched(asked, steps), steps, run.view.relations, words)


def _is_value(run: Run, text: str) -> bool:
    """Whether a text is the name of a relation to values."""
    if not run.wholes.is_field(text):
        return False
    rows = (row for row in run.wholes.stats.values() if row.literal)
    return any(field_key(text) in field_keys((row.relation.name, *row.relation.aliases)) for row in rows)


def is_counted(run: Run, asked: Asked, form: Form, span: Span, *, kind: bool) -> bool:
    """Whether a name is of what is counted: "the fewest people", "员工最多", "more than two films"."""
    both: list[Degree | Bound] = [*form.degrees, *form.bounds]
    conditions = [one for one in both if counts(one) or (isinstance(one, Degree) and numbered(asked, one.span))]
    head = any(overlap(asked.words[n].span, span) for n in asked.head)
    for one in conditions:
        of = run.question[one.span[1] : span[0]]  # "两个以上的城市": cities are counted; "超过1500的城市": they have 1500 of something
        several = isinstance(one, Bound) and not head and any(figure and figure.units for figure in (one.low, one.high))
        told = tally(asked, one.span) if isinstance(one, Degree) and counts(one) else None
        if told is not None and one.span[1] <= told.span[0] <= span[0] and span[1] == told.span[1]:  # "the most named stars"
            return True
        if (len(of) == 1 and (of != "的" or several) and counts(one)) or _NUMBER_OF.search(of):
            return True
    if not kind:
        return False
    return is_han(run.question[span[0]]) and not head and any(span[1] == one.span[0] for one in conditions if isinstance(one, Degree))


def is_meant(run: Run, asked: Asked, form: Form, span: Span, *, kind: bool) -> bool:
    """Whether a name is of what is counted, or of a measure."""
    return is_counted(run, asked, form, span, kind=kind) or is_measure(run, asked, span, kind=kind)


def holds(name: Span, span: Span) -> bool:
    """Whether a name is longer and holds another: the "Hills" of "Grey Hills" are no hills."""
    return name[0] <= span[0] and span[1] <= name[1] and name != span


def of_kind(noun: str, kinds: tuple[str, ...]) -> bool:
    """Whether a noun may name something of these kinds; of one that the lexicon does not know that is taken to be so."""
    known = lexicon().kinds_of(noun.lower().split()[-1])
    return not known or not set(known).isdisjoint(kinds)


def longer(one: Span, other: Span) -> bool:
    return (one[1] - one[0], -one[0]) > (other[1] - other[0], -other[0])


def of_other_form(question: str) -> bool:
    """Whether a question asks for an amount ("how much memory does it have"), for what its last verb leads to, or what has the same of
    something as a thing; or compares."""
    how = _HOW_MUCH.search(question)
    if how is not None and (how["how"] or "") not in ("many", "come"):
        return True
    return _OF_WHAT.match(question) is not None or _SAME.search(question) is not None or _compares(question)


def _compares(question: str) -> bool:
    """Whether a question compares; one that only asks how many there are "in total" does not, nor need one in which something is "last"."""
    form = compares(question)
    total = form is not None and asks_how_many(question) and all(one.asks == "total" for one in form.degrees)
    return form is not None and (bool(form.bounds) or not (total or all(one.loose and not one.asks for one in form.degrees)))
