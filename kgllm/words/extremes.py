"""Words that compare (extremes.toml): "the longest", "更早", "more than 100 million"; what they measure, and the numbers they are held against."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from kgllm.words.comparisons import Bound, Degree, Form
from kgllm.words.figures import FIGURE, Figure, figure_at, plain, with_units
from kgllm.words.questions import Span, overlap, yes_or_no
from kgllm.words.ranks import HINT, ranked
from kgllm.words.relations import KEPT, relation_words
from kgllm.words.stems import stem
from kgllm.words.tokens import is_han
from kgllm.words.units import measures_of, number_words, said_by, units_of

_TABLES = ("limits", "whole", "times", "amounts")
_NEAR = 40  # letters before a number in which its limit stands
_DECADE = 10.0
_IN = re.compile(r"(?:\b(?:in|during|of|from)\s+(?:the\s+)?(?:early\s+|late\s+|mid-?\s*)?|[在于]\s*)$")
_ERA = re.compile(r"公元前(?![\d零〇一二两三四五六七八九十百千])|\bbefore (?:christ|the common era)\b|\bb\.?c\.?(?=[\s?]*$)")
_ALSO = re.compile(r"\s*(?:and|but|,|，|、|且|并且?|但|而)?\s*")
_LATER = re.compile(r"比[^，。？?]{1,20}?(?P<word>[早晚先后])(?=[^，。？?的些点]{1,6}[吗么])")
_NAMED = (
    "length",
    "height",
    "depth",
    "width",
    "population",
    "weight",
    "speed",
    "heat",
)  # tables whose words name a measure and nothing else
_BETWEEN = re.compile(r"\s*(?:之间|以内|范围内?)")
_EACH = re.compile(r"\s*(?:(?:a|an|per|each|every)\s+(?:year|month|week|day|hour)\b|/\s?(?:year|month|week|day|hour)\b|每[年月天])")
_DESCRIBED = re.compile(r"(?:ous|ful|ive|able|ible|ant|ent|ed|ing|ar|less|known|common)$")
_CLOSED = ("least", "most")
ALONE = frozenset(("first", "last"))  # say nothing of a measure in most questions ("the first president", "the last name")


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
    text = plain(question)
    known = _words()
    if known.hint.search(text) is None:
        return None
    bounds = tuple(_joined(text, list(_bounds(text))))
    found = [one for one in (*_degrees(text), *_orders(text)) if not any(overlap(one.span, bound.span) for bound in bounds)]
    degrees = ranked(text, found, bounds, degree_of)
    return Form(degrees, bounds) if degrees or bounds else None


def tier(relation: Iterable[str], dimension: str) -> int | None:
    """How well the names of a relation say that it measures something: 0 best, None where they do not.

    >>> tier(["annual salary (EUR)"], "pay"), tier(["birthDate"], "age"), tier(["directed by"], "age")
    (0, 1, None)
    """
    rows = _words().of.get(dimension, ())
    best: int | None = None
    for name in relation:
        words = {stem(word) for word in relation_words(name).spoken}
        for n, (stems, letters) in enumerate(rows):
            if (not words.isdisjoint(stems) or any(one in name for one in letters)) and (best is None or n < best):
                best = n
    return best


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
    known = _words()
    words = {stem(word) for word in relation_words(relation).spoken}
    for said, times in ((known.times, True), (known.amounts, False)):
        if not words.isdisjoint(said[0]) or any(one in relation for one in said[1]):
            return times
    return (
        False
        if any(tier([relation], dimension) is not None for dimension in known.of if dimension not in ("age", "late", "tenure"))
        else None
    )


def coordinated(text: str, names: Sequence[Span]) -> list[Span]:
    """The names (by their places, in order) that a question that compares puts beside each other: "among A, B and C", "A than B", "A和B哪个".

    >>> coordinated("is the elbe longer than the oder?", [(7, 11), (28, 32)]), coordinated("rivers in peru and chile", [(10, 14), (19, 24)])
    ([(7, 11), (28, 32)], [])
    >>> coordinated("黄河和长江哪条更长？", [(0, 2), (3, 5)])
    [(0, 2), (3, 5)]
    """
    known = _words()
    for at in range(len(names) - 1):
        group = [names[at]]
        for span in names[at + 1 :]:
            between = text[group[-1][1] : span[0]]
            if known.joins.fullmatch(between) is None and known.than.fullmatch(between) is None:
                break
            group.append(span)
        if len(group) < 2:
            continue
        than = any(known.than.fullmatch(text[one[1] : other[0]]) for one, other in itertools.pairwise(group))
        either = any(known.either.fullmatch(text[one[1] : other[0]]) for one, other in itertools.pairwise(group))
        if than or either or known.among.search(text[: group[0][0]]) or known.asks.match(text, group[-1][1]):
            return group
    return []


def verb_dimensions(word: str) -> tuple[str, ...]:
    """What a verb is said of.

    >>> verb_dimensions("holds"), verb_dimensions("films")
    (('capacity',), ())
    """
    return _words().verbs.get(word, ())


def measured_by(text: str) -> tuple[str, ...]:
    """The words of a text, in small letters, that name a measure of amounts.

    >>> measured_by("what is the depth of "), measured_by("的身高是多少")
    (('depth',), ('身高',))
    """
    known = _words()
    english = [word for word in re.findall(r"[a-z]+", text) if stem(word) in known.named]
    han = [word for word in known.named_han if word in text]
    return (*english, *(word for word in han if not any(word != other and word in other for other in han)))


def names_measure(relation: Sequence[str], word: str) -> bool:
    """Whether the names of a relation are of a measure that a word names.

    >>> names_measure(["elevation_m"], "height"), names_measure(["体重"], "身高")
    (True, False)
    """
    known = _words()
    own = [name for name in known.of if tier([word], name) == 0]
    return any(tier(relation, name) is not None for name in own)


def degree_of(word: str) -> tuple[int, tuple[str, ...], bool] | None:
    """Whether a word asks for more (1) or less (-1), of which measures, and whether it says so only after another.

    >>> degree_of("高")
    (1, ('height',), False)
    """
    return _words().degrees.get(word)


def filler(word: str) -> bool:
    """Whether a word adds nothing to the name of a kind of things, where all of them are asked for."""
    return word in _words().filler


def fillers() -> frozenset[str]:
    """All such words."""
    return _words().filler


@dataclass(frozen=True, slots=True)
class _Words:
    hint: re.Pattern[str]
    english: re.Pattern[str]
    han: re.Pattern[str]
    degrees: Mapping[str, tuple[int, tuple[str, ...], bool]]  # sense, dimensions, whether it says so only after another
    before: re.Pattern[str]
    after: re.Pattern[str]
    said: Mapping[str, str]
    between: re.Pattern[str]
    of: Mapping[str, tuple[tuple[frozenset[str], tuple[str, ...]], ...]]
    times: tuple[frozenset[str], tuple[str, ...]]
    amounts: tuple[frozenset[str], tuple[str, ...]]
    filler: frozenset[str]
    aged: tuple[str, ...]
    named: frozenset[str]  # stems of words that name a measure of amounts, and in Chinese
    named_han: tuple[str, ...]
    verbs: Mapping[str, tuple[str, ...]]
    joins: re.Pattern[str]
    than: re.Pattern[str]
    either: re.Pattern[str]
    among: re.Pattern[str]
    asks: re.Pattern[str]


def _degrees(text: str) -> Iterator[Degree]:
    known = _words()
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
        superlative = first.endswith("est") or first in ("most", "least", "first", "last")
        loose = first in ALONE and bool(text[end:].strip(" ?.!"))
        if "amount" in dimensions and (noun := re.match(r"\s+([a-z]+)", text[end:])) is not None:
            dimensions = (*dimensions, *measures_of(units_of(noun[1])))
            described = _DESCRIBED.search(noun[1]) is not None  # "most famous"
            some = first == "most" and noun[1] != "than" and not text[: here.start()].endswith("the ")  # "most italians speak"
            loose = loose or described or some
        yield Degree((here.start(), end), sense, dimensions, superlative, loose)
    for one in known.han.finditer(text):
        word = one["word"] or one["lead"] or one["bare"]
        if word == "少" and text[: one.end()].endswith("多少"):
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


def _bounds(text: str) -> Iterator[Bound]:
    known, taken = _words(), 0
    for pair in known.between.finditer(text):
        low, high = (figure_at(text, pair.start(side)) for side in ("low", "high"))
        if low is None or high is None:
            continue
        low = with_units(low, high)
        if low.value < high.value or low.units != high.units:
            closing = _BETWEEN.match(text, high.span[1])
            span = (pair.start(), closing.end() if closing else high.span[1])
            yield Bound(span, low, high, (True, True), measures_of(high.units))
            taken = span[1]
    for match in FIGURE.finditer(text):
        figure = figure_at(text, match.start()) if match.start() >= taken else None
        if figure is None:
            continue
        before = known.before.search(text, max(taken, match.start() - _NEAR), match.start())
        after = known.after.match(text, figure.span[1])
        said = known.said[before["said"]] if before else known.said[after["after"]] if after else ""
        start, end = before.start() if before else match.start(), after.end() if after else figure.span[1]
        if said:
            each = _EACH.match(text, end)
            end = each.end() if each else end
            closed = said in _CLOSED
            low, high = (figure, None) if said in ("above", "least") else (None, figure)
            yield Bound((start, end), low, high, (closed, closed), _meant(text, start, end, figure))
        elif figure.dated and figure.width >= _DECADE:  # "in the 1990s"
            within = _IN.search(text, max(taken, match.start() - _NEAR), match.start())
            yield Bound((within.start() if within else start, end), figure, figure, (True, True), ("late",))
        else:
            continue
        taken = end
    for found in _ERA.finditer(text):
        if not any(letter.isdigit() for letter in text[found.end() : found.end() + 1]) and found.start() >= taken:
            yield Bound(found.span(), None, Figure(found.span(), 0.0, dated=True), dimensions=("late",))


def _joined(text: str, bounds: list[Bound]) -> Iterator[Bound]:
    """Bounds, those of one thing as one: "over 5 and under 10", "晚于600年早于1500年"."""
    while bounds:
        one = bounds.pop(0)
        other = bounds[0] if bounds else None
        if other is not None and _ALSO.fullmatch(text[one.span[1] : other.span[0]]) and (one.low is None) != (other.low is None):
            low, high = (one, other) if one.high is None else (other, one)
            if low.high is None and high.low is None:
                dimensions = tuple(dict.fromkeys((*one.dimensions, *other.dimensions)))
                span = (one.span[0], other.span[1])
                bounds[0] = Bound(span, low.low, high.high, (low.closed[0], high.closed[1]), dimensions)
                continue
        yield one


def _meant(text: str, start: int, end: int, figure: Figure) -> tuple[str, ...]:
    """What a bound is of: by its adjective ("higher than"), by its unit, or by the verb before it ("make less than 90k")."""
    known, units = _words(), measures_of(figure.units)
    said = [one for found in known.english.finditer(text, start, figure.span[0]) for one in known.degrees[found[0]][1]]
    by_adjective = tuple(one for one in said if one != "amount")
    if by_adjective and set(by_adjective) & set(units):
        return tuple(one for one in by_adjective if one in units)
    before = re.search(r"([a-z]+)\s*$", text[max(0, start - _NEAR) : start])
    alone = bool(units) or not text[end:].strip(" ?.!？。")
    verb = known.verbs.get(before[1], ()) if before and alone and set(units) <= {"price", "pay"} else ()
    return tuple(dict.fromkeys((*verb, *by_adjective, *units)))


@cache
def _words() -> _Words:
    data = tomllib.loads(files("kgllm.words").joinpath("extremes.toml").read_text(encoding="utf-8"))
    degrees: dict[str, tuple[int, tuple[str, ...], bool]] = {}
    for name, table in data.items():
        if name in _TABLES:
            continue
        for key, sense in (("more", 1), ("base", 1), ("zh_more", 1), ("less", -1), ("zh_less", -1)):
            for word in table.get(key, "").split():
                had = degrees.get(word, (sense, (), False))
                degrees[word] = (had[0], (*had[1], name), key == "base")
    limits = {key: [_spaced(word) for word in words.split()] for key, words in data["limits"].items()}
    for word, (sense, _, base) in degrees.items():  # "heavier than", "more expensive than", "重于"
        if word.endswith("er") or (base and not is_han(word)):
            limits["above" if sense > 0 else "below"].append(f"more {word} than" if base else f"{word} than")
            limits["below"] += [f"less {word} than"] if base else []
        elif is_han(word) and len(word) == 1 and word not in "新老":
            limits["above" if sense > 0 else "below"].append(f"{word}于")
    said = {word: key.removeprefix("after_") for key, words in limits.items() if key not in ("range", "and") for word in words}
    before = [word for key, words in limits.items() if key in ("above", "least", "below", "most") for word in words]
    after = [word for key, words in limits.items() if key.startswith("after_") for word in words]
    english = [word for word in degrees if not is_han(word)]
    han = _either(word for word in degrees if is_han(word))
    numeral = rf"(?:-?\d|公元前?|[零〇一二两三四五六七八九十百千万亿]|{number_words()})"
    filled = r"(?:\s+(?:the|about|around|nearly))?\s*(?:(?:us)?[$€£¥￥]\s*)?第?"
    ranges = _either(word.replace("*", "").strip() for word in limits["range"])
    return _Words(
        hint=re.compile(
            rf"\b(?:{_either(english)})\b|[最更比谁哪]|{_either(before)}|{numeral}[^？?]{{0,8}}(?:{_either(after)})|{ranges}|年代|世纪|公元前|\d0s|centur|b\.?c\b|{HINT}"
        ),
        english=re.compile(rf"\b(?:{_either(english)})\b"),
        han=re.compile(
            rf"(?P<how>最|更为?|比较)(?:的)?(?P<word>{han})|(?<=[谁个位条座部家种款件])(?P<lead>[先后早晚])(?![面来天上于])|(?P<bare>{han})(?=(?:一些|一点|些)?[吗么吧呢的？?。\s]*$)"
        ),
        degrees=degrees,
        before=re.compile(rf"(?:(?<![a-z])|(?=[^a-z]))(?P<said>{_either(before)}){filled}$"),
        after=re.compile(rf"\s*(?:年|[^\W\d_]{{0,6}}?)?\s*(?P<after>{_either(after)})(?![a-z])"),
        said=said,
        between=re.compile(
            rf"(?:{ranges})\s*(?:the\s+)?(?:[$€£¥]\s?)?(?P<low>{numeral}[^？?]{{0,16}}?)\s*(?:{_either(limits['and'])})\s*(?:the\s+)?(?:[$€£¥]\s?)?(?P<high>{numeral})"
        ),
        of={name: _tiers(table["of"]) for name, table in data.items() if name not in _TABLES and table.get("of")},
        times=_tiers(data["times"]["of"])[0],
        amounts=_tiers(data["amounts"]["of"])[0],
        filler=frozenset(data["whole"]["filler"].split()),
        named=frozenset(stem(word) for name in _NAMED for word in data[name]["of"].split("|")[0].split() if not is_han(word)),
        named_han=tuple(dict.fromkeys(word for name in _NAMED for word in data[name]["of"].split("|")[0].split() if is_han(word))),
        aged=tuple(data["age"]["aged"].split()),
        verbs=_inverted({name: table["verbs"] for name, table in data.items() if "verbs" in table}),
        joins=re.compile(r"\s*(?:,|，|、|;|和|与|跟|同|及|以及|还是|或者?|,?\s*(?:and|or|vs\.?|versus|&))\s*(?:the\s+)?"),
        either=re.compile(r"\s*,?\s*(?:or\s+(?:the\s+)?|还是|或者?)\s*"),
        than=re.compile(r".{0,60}?\b(?:than|before|after|prior to|compared (?:to|with))\s+(?:the\s+)?|.{0,8}?(?:比|相比于?|相较于?)\s*"),
        among=re.compile(r"\b(?:among|amongst|between|out of|of|compare)\s+(?:the\s+)?$|(?:在|对比|比较)\s*$"),
        asks=re.compile(r"[，,\s]*(?:这?[两二三]?[者个人]?(?:之中|之间|当中|中|里|相比|比|比较)?)?[，,\s]*(?:[谁哪]|.{0,10}?更)"),
    )


def _tiers(words: str) -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    return tuple(
        (frozenset(stem(word) for word in row.split() if not is_han(word)), tuple(word for word in row.split() if is_han(word)))
        for row in words.split("|")
    )


def _inverted(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for name, words in table.items():
        for word in words.split():
            out[word] = (*out.get(word, ()), name)
    return out


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))
