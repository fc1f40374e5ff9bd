"""Words that compare (extremes.toml): "the longest", "更早", "more than 100 million"; what they measure, and the numbers they are held against."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from kgllm.words.bounds import bounds
from kgllm.words.comparisons import Degree, Form
from kgllm.words.figures import in_one_form
from kgllm.words.questions import MARKS, Span, between, overlap, yes_or_no
from kgllm.words.ranks import ranked
from kgllm.words.relations import KEPT, relation_words
from kgllm.words.scales import MEASURES, scales
from kgllm.words.stems import stem
from kgllm.words.tokens import ASKED
from kgllm.words.units import measures_of, said_by, unit_alone, units_of

_BY_UNIT = 1  # the row in which a unit that is all of a name stands
_LATER = re.compile(r"比[^，。？?]{1,20}?(?P<word>[早晚先后])(?=[^，。？?的些点]{1,6}[吗么])")
_MONEY = ("revenue", "pay", "wealth")  # what "the most money" may be of
COUNTED_AS = "direct|different|distinct|single|individual|various|named|listed|recorded|known"  # what may stand before what is counted
_OF_WHAT = re.compile(rf"(?:\s+(?:{COUNTED_AS}))?\s+([a-z]+)")  # "the most named stars"
_DESCRIBED = re.compile(r"(?:ous|ful|ive|able|ible|ant|ent|ed|ing|ar|less|known|common)$")
_ENDS_NAMES = "东南西北亮暗软硬强弱难"  # as 张亮, 微软: they compare only after 比
ALONE = frozenset(("first", "last"))  # say nothing of a measure in most questions ("the first president", "the last name")


@lru_cache(maxsize=ASKED)
def compares(question: str) -> Form | None:
    """What a question compares, None where it holds no word that does.

    >>> form = compares("Which drug has the longest half-life?")
    >>> form.degrees[0].sense, form.degrees[0].dimensions
    (1, ('length',))
    >>> [(one.low.value, one.closed[0]) for one in compares("mountains higher than 8,500 metres").bounds]
    [(8500.0, False)]
    >>> compares("Who directed Inception?") is None
    True
    """
    text = in_one_form(question)
    known = scales()
    if known.hint.search(text) is None:
        return None
    limits = bounds(text)
    found = [one for one in (*_degrees(text), *_orders(text)) if not any(overlap(one.span, limit.span) for limit in limits)]
    degrees = ranked(text, found, limits, degree_of, lambda word: stem(word) in known.measured)
    return Form(degrees, limits) if degrees or limits else None


def tier(relation: Iterable[str], dimension: str) -> int | None:
    """How well the names of a relation say that it measures something: 0 best, None where they do not.

    >>> tier(["annual salary (EUR)"], "pay"), tier(["birthDate"], "age"), tier(["directed by"], "age")
    (0, 1, None)
    >>> tier(["milliseconds"], "duration"), tier(["milliseconds"], "length"), tier(["milliseconds"], "age")
    (1, 1, None)
    """
    rows = scales().of.get(dimension, ())
    best: int | None = None
    for name in relation:
        if dimension in _measured_by(name):
            best = _BY_UNIT if best is None else min(best, _BY_UNIT)
        words = {stem(word) for word in relation_words(name).spoken}
        for n, (stems, letters) in enumerate(rows):
            if (not words.isdisjoint(stems) or any(one in name for one in letters)) and (best is None or n < best):
                best = n
    return best


@lru_cache(maxsize=KEPT)
def _measured_by(relation: str) -> tuple[str, ...]:
    """What is measured by a relation that is called by a unit and by nothing else; how long something takes is its length."""
    unit = unit_alone(relation)
    found = () if unit is None else measures_of((unit,))
    return tuple(one for one in ("length", *found) if one != "age") if "duration" in found else found


@lru_cache(maxsize=KEPT)
def says_time(relation: str) -> bool | None:
    """Whether the values of a relation are years or dates by its name, or amounts; None where it says neither.

    >>> says_time("first_ascent_year"), says_time("height"), says_time("人口"), says_time("mark")
    (True, False, False, None)
    """
    if not relation:
        return None
    if said_by(relation)[0] is not None:  # "lead time days"
        return False
    known = scales()
    words = {stem(word) for word in relation_words(relation).spoken}
    for said, times in ((known.times, True), (known.amounts, False)):
        if not words.isdisjoint(said[0]) or any(one in relation for one in said[1]):
            return times
    return (
        False
        if any(tier([relation], dimension) is not None for dimension in known.of if dimension not in ("age", "late", "tenure"))
        else None
    )


@lru_cache(maxsize=KEPT)
def counts_on(relation: str) -> bool:
    """Whether by its name the numbers of a relation count on from one to the next: the newest has the highest, and the oldest the lowest.

    >>> counts_on("version"), counts_on("第几版"), counts_on("firmware_version"), counts_on("age"), counts_on("versions")
    (True, True, True, False, False)
    """
    stems, letters = scales().counts_on
    return bool(relation) and (relation_words(relation).spoken[-1] in stems or relation.endswith(letters))


@lru_cache(maxsize=KEPT)
def end_of_range(relation: str) -> tuple[int, tuple[str, ...]]:
    """Whether by its name a relation says the most (1) or the least (-1) that something gets to, and its other words.

    >>> end_of_range("temp_max"), end_of_range("min_temp"), end_of_range("最高气温"), end_of_range("temp")
    ((1, ('temp',)), (-1, ('temp',)), (1, ('气温',)), (0, ('temp',)))
    """
    words, known = relation_words(relation).spoken, scales()
    for sense, (said, letters) in ((1, known.most), (-1, known.least)):
        if not said.isdisjoint(words):
            return sense, tuple(word for word in words if word not in said)
        for one in letters:
            if one in relation:
                return sense, (relation.replace(one, "", 1),)
    return 0, words


def coordinated(text: str, names: Sequence[Span]) -> list[Span]:
    """The names (by their places, in order) that a question that compares puts beside each other: "among A, B and C", "A than B", "A和B哪个".

    >>> coordinated("is the elbe longer than the oder?", [(7, 11), (28, 32)]), coordinated("rivers in peru and chile", [(10, 14), (19, 24)])
    ([(7, 11), (28, 32)], [])
    >>> coordinated("黄河和长江哪条更长？", [(0, 2), (3, 5)])
    [(0, 2), (3, 5)]
    """
    known = scales()
    for at in range(len(names) - 1):
        group = [names[at]]
        for span in names[at + 1 :]:
            said = between(text, group[-1], span)
            if known.joins.fullmatch(said) is None and known.than.fullmatch(said) is None:
                break
            group.append(span)
        if len(group) < 2:
            continue
        links = [between(text, one, other) for one, other in itertools.pairwise(group)]
        if any(known.than.fullmatch(link) or known.either.fullmatch(link) for link in links):
            return group
        if known.among.search(text[: group[0][0]].rstrip(MARKS)) or known.asks.match(text[group[-1][1] :].lstrip(MARKS)):
            return group
    return []


def joined(text: str, names: Sequence[Span]) -> list[Span]:
    """The names (by their places, in order) that stand beside each other with nothing but "and" between them.

    >>> joined("what do ann and bob earn together?", [(8, 11), (16, 19)]), joined("is ann taller than bob?", [(3, 6), (19, 22)])
    ([(8, 11), (16, 19)], [])
    """
    joins = scales().joins
    group: list[Span] = []
    for span in names:
        if group and joins.fullmatch(between(text, group[-1], span)):
            group.append(span)
        elif len(group) < 2:
            group = [span]
    return group if len(group) > 1 else []


def verb_dimensions(word: str) -> tuple[str, ...]:
    """What a verb is said of.

    >>> verb_dimensions("holds"), verb_dimensions("films")
    (('capacity',), ())
    """
    return scales().verbs.get(word, ())


def measured_by(text: str) -> tuple[str, ...]:
    """The words of a text, in small letters, that name a measure of amounts.

    >>> measured_by("what is the depth of "), measured_by("的身高是多少")
    (('depth',), ('身高',))
    """
    known = scales()
    english = [word for word in re.findall(r"[a-z]+", text) if stem(word) in known.named]
    han = [word for word in known.named_han if word in text]
    return (*english, *(word for word in han if not any(word != other and word in other for other in han)))


def names_measure(relation: Sequence[str], word: str) -> bool:
    """Whether the names of a relation are of a measure that a word names.

    >>> names_measure(["elevation_m"], "height"), names_measure(["体重"], "身高")
    (True, False)
    """
    known = scales()
    own = [name for name in known.of if tier([word], name) == 0]
    return any(tier(relation, name) is not None for name in own)


_BY = re.compile(r"(?:\b(?:in|by|in terms of|of|according to)(?: total| average)?|按照?|论|从|在)\s*$")


def other_measure(relation: Sequence[str], word: str) -> bool:
    """Whether the names of a relation are those of another measure than a word names.

    >>> other_measure(["population"], "area"), other_measure(["area_km2"], "area"), other_measure(["budget"], "area")
    (True, False, False)
    """
    own = [name for name in MEASURES if tier([word], name) == 0]
    mine = [name for name in MEASURES if tier(relation, name) == 0]
    return bool(own) and bool(mine) and set(own).isdisjoint(mine)


def named_measures(text: str, degree: Degree) -> tuple[str, ...]:
    """The words that name what a degree is of: right beside it, or after "in" or "by".

    >>> text = "which is larger in area, peru or chile?"
    >>> named_measures(text, Degree((9, 15), 1, ("size",), False)), named_measures("面积最大的国家", Degree((2, 4), 1, ("size",), True))
    (('area',), ('面积',))
    """
    found = []
    known = scales()
    for one in re.finditer(r"[a-z]+", text):
        beside = one.start() - degree.span[1] == 1 and text[degree.span[1]].isspace()
        if stem(one[0]) in known.measured and (beside or _BY.search(text, 0, one.start())):
            found.append(one[0])
    for word in known.measured_han:
        at = text.find(word)
        if at >= 0 and (text[at + len(word) :].lstrip("上方面的更").startswith(text[slice(*degree.span)]) or _BY.search(text, 0, at)):
            found.append(word)
    return tuple(found)


def degree_of(word: str) -> tuple[int, tuple[str, ...], bool] | None:
    """Whether a word asks for more (1) or less (-1), of which measures, and whether it says so only after another.

    >>> degree_of("高")
    (1, ('height',), False)
    """
    known = scales()
    return known.degrees.get(word) or ((1, known.how[word], False) if word in known.how else None)


def filler(word: str) -> bool:
    """Whether a word adds nothing to the name of a kind of things, where all of them are asked for."""
    return word in scales().filler or word in scales().places


def says_where(word: str) -> bool:
    """Whether such a word says where something lies: that is no filler where it is denied."""
    return word in scales().lies


def fillers() -> frozenset[str]:
    """All such words but for places."""
    return scales().filler


def places() -> tuple[str, ...]:
    """Nouns for the place or the body whose things are asked for: "the hospital", 公司."""
    return scales().places


def _degrees(text: str) -> Iterator[Degree]:
    known = scales()
    found = list(known.english.finditer(text))
    at = 0
    while at < len(found):
        here = found[at]
        sense, dimensions, base = known.degrees[here[0]]
        end, at, first = here.end(), at + 1, here[0]
        if base or text[: here.start()].endswith("at "):  # "at least partly"
            continue
        if (
            at < len(found)
            and not text[end : found[at].start()].strip(" -")
            and (known.degrees[found[at][0]][2] or first in ("most", "least"))
        ):
            other = known.degrees[found[at][0]]
            sense, dimensions, end, at = sense * other[0], other[1], found[at].end(), at + 1
        how = first.partition(" ")[0]  # "furthest north"
        superlative = how.endswith(("est", "most")) or how.startswith(("best", "worst", "top")) or how in ("least", "first", "last")
        loose = first in ALONE and bool(text[end:].strip(" ?.!"))
        if "amount" in dimensions and (noun := _OF_WHAT.match(text, end)) is not None:
            dimensions = (*dimensions, *(_MONEY if noun[1] == "money" else measures_of(units_of(noun[1]))))
            end = noun.end(1) if noun[1] == "money" else end
            described = _DESCRIBED.search(noun[1]) is not None  # "most famous"
            some = first == "most" and noun[1] != "than" and not text[: here.start()].endswith("the ")  # "most italians speak"
            loose = loose or described or some
        yield Degree((here.start(), end), sense, dimensions, superlative, loose)
    for one in known.han.finditer(text):
        word = one["word"] or one["lead"] or one["bare"]
        if word == "少" and text[: one.end()].endswith("多少"):
            continue
        if one["bare"] and word[0] in _ENDS_NAMES and "比" not in text[: one.start()]:
            continue
        sense, dimensions, _ = known.degrees[word]
        start = one.start("word") - 1 if one["word"] else one.end() - len(word)
        dimensions = next((("age",) for noun in known.aged if text[:start].endswith(noun)), dimensions)
        loose = one["how"] is None or (one["how"] == "最" and word in ("后", "先", "前", "近"))
        yield Degree((start, one.end()), sense, dimensions, one["how"] == "最", loose)


def _orders(text: str) -> Iterator[Degree]:
    """ "Was A founded before B?", "A比B早入职吗？": earlier than that."""
    if yes_or_no(text):
        for late in _LATER.finditer(text):
            yield Degree(late.span("word"), 1 if late["word"] in "晚后" else -1, ("late",), superlative=False, loose=True)
        for found in re.finditer(r"\b(before|after|prior to)\b", text):
            yield Degree(found.span(), 1 if found[1] == "after" else -1, ("late",), superlative=False, loose=True)
