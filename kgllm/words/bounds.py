"""Numbers that what is asked for is held against: "more than 100 million", "between 5 and 10 km", "at least two", "the 1990s"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kgllm.words.comparisons import Bound
from kgllm.words.figures import FIGURE, Figure, figure_at, in_one_form, with_units
from kgllm.words.questions import Span, overlap
from kgllm.words.scales import scales
from kgllm.words.tokens import is_han
from kgllm.words.units import counted, measures_of

_NEAR = 40  # letters before a number in which its limit stands
_DECADE = 10.0
_IN = re.compile(r"(?:\b(?:in|during|of|from)\s+(?:the\s+)?(?:early\s+|late\s+|mid-?\s*)?|[在于]\s*)$")
_ERA = re.compile(r"公元前(?![\d零〇一二两三四五六七八九十百千])|\bbefore (?:christ|the common era)\b|\bb\.?c\.?(?=[\s?]*$)")
_ALSO = re.compile(r"\s*(?:and|but|,|，|、|且|并且?|但|而)?\s*")
_CLOSING = re.compile(r"\s*(?:之间|期间|以内|范围内?)")
_FROM = re.compile(r"(?:\b(?:between|from)\s+(?:the\s+)?|(?:在|介于|从|自)\s*)$")
_TO = re.compile(r"\s*(?:(?P<and>and|和|与)|to|until|till|through|-|–|—|~|～|到|至)\s*(?:the\s+)?")
_EACH = re.compile(r"\s*(?:(?:a|an|per|each|every)\s+(?:year|month|week|day|hour)\b|/\s?(?:year|month|week|day|hour)\b|每[年月天])")
_BEFORE_OR_AFTER = re.compile("(?P<said>[前后])(?![一-三]|[期夕来世代景面卫者续半缀方天年月日])")  # 2010年后, 5月前
_OLDEST = 120
_ARE = re.compile(
    r"(?:\b(?:is|are|was|were|aged)\s+|^\W*(?:is|are|was|were)\s.{1,60}\s|^\W*(?:which\s+|what\s+|how many\s+|list\s+|all\s+|the\s+)*[a-z]+s\s+)$"
)
_NO_MORE = re.compile(r"\s*(?:$|[?.!,]|years? old\b|(?:and|or|who|in|at|from|of|with|on)\s)")
_YEARS = range(1000, 2101)  # numbers that are read as years
_OTHER = {"above": "below", "below": "above", "least": "most", "most": "least"}
_NOT = {"above": "most", "below": "least", "least": "below", "most": "above"}
_NO = re.compile(r"(?:\bno\s+|不|没有?|未)$")
_CLOSED = ("least", "most")
_ASKS = re.compile(r"\W*(?:does|do|did|has|have|had|are|is)\b")
_MEASURED = re.compile("[个位名家部座条所种人]")
_REST = re.compile(f"{_MEASURED.pattern}?的?")


def bounds(text: str) -> tuple[Bound, ...]:
    """The limits that a text in one form (`kgllm.words.figures.in_one_form`) sets.

    >>> [(one.low.value, one.high) for one in bounds("mountains higher than 8,500 metres")]
    [(8500.0, None)]
    """
    return tuple(_joined(text, list(_bounds(text))))


@dataclass(frozen=True, slots=True)
class HowMany:
    """How many a question says there are, and the question without that."""

    bound: Bound
    without: str


def how_many(question: str, names: Sequence[Span] = ()) -> HowMany | None:
    """How many things of a kind a question for yes or no says that something has, outside of names.

    >>> found = how_many("Does Ann have more than 3 children?")
    >>> found.bound.holds(3), found.bound.holds(4), found.without
    (False, True, 'Does Ann have children?')
    >>> found = how_many("安有两个以上的儿子吗？")
    >>> found.bound.holds(2), found.without
    (True, '安有儿子吗？')
    >>> how_many("Does Alien 3 have a sequel?", [(5, 12)]) is None
    True
    """
    text, han = in_one_form(question), is_han(question)
    for one in _joined(text, list(_bounds(text, exact=True))):
        figures = [figure for figure in (one.low, one.high) if figure is not None]
        if any(overlap(one.span, name) for name in names) or not all(map(_of_things, figures)):
            continue
        start, end = one.span
        if han:
            said = _MEASURED.search(text[figures[-1].span[1] - 1 : end + 1])
            end += len(_REST.match(text[end:])[0])  # type: ignore[index]  # it may match nothing
            fits = said is not None and text[:start].endswith(("有", "了"))
        else:
            after = re.compile(r"\s+(?=[a-z])").match(text, end)
            end = after.end() if after else end
            fits = after is not None and (one.low != one.high or _ASKS.match(text) is not None)
        if fits:
            return HowMany(one, question[:start] + question[end:])
    return None


def _of_things(figure: Figure) -> bool:
    """Whether a number may count things: it is whole, no year, and of no unit."""
    return not figure.dated and figure.value.is_integer() and all(map(counted, figure.units))


def _bounds(text: str, *, exact: bool = False) -> Iterator[Bound]:
    """The limits one by one. `exact`: a number with none counts itself, and so does one with "exactly"."""
    known = scales()
    dates = list(_between_dates(text))
    pairs = [*dates, *(one for one in _between(text) if not any(overlap(one.span, other.span) for other in dates))]
    yield from pairs
    taken = 0
    for match in FIGURE.finditer(text):
        taken = max((end for start, end in (one.span for one in pairs) if start <= match.start() and end > taken), default=taken)
        figure = figure_at(text, match.start()) if match.start() >= taken else None
        if figure is None:
            continue
        limit = _limit(text, taken, figure)
        if limit is not None:
            said, (start, end), more, word = limit
            each = _EACH.match(text, end)
            end = each.end() if each else end
            closed = said in _CLOSED
            low, high = (figure, None) if said in ("above", "least") else (None, figure)
            moment = word in known.moments and _is_year(figure)
            yield Bound(
                (start, end),
                low,
                high,
                (closed, closed),
                more or _meant(text, (start, end), figure, moment=moment),
                moment,
                word in known.moments,
            )
        elif figure.dated and figure.width >= _DECADE:  # "in the 1990s"
            within = _IN.search(text, max(taken, match.start() - _NEAR), match.start())
            start, end = within.start() if within else match.start(), figure.span[1]
            yield Bound((start, end), figure, figure, (True, True), ("late",))
        elif exact:
            itself = known.exact.search(text, max(taken, match.start() - _NEAR), match.start())
            start, end = itself.start() if itself else match.start(), figure.span[1]
            yield Bound((start, end), figure, figure, (True, True), ())
        else:
            continue
        taken = end
    for found in _ERA.finditer(text):
        if not any(letter.isdigit() for letter in text[found.end() : found.end() + 1]) and found.start() >= taken:
            yield Bound(found.span(), None, Figure(found.span(), 0.0, dated=True), dimensions=("late",))


def _between(text: str) -> Iterator[Bound]:
    """Limits on both sides: "between 5 and 10 km", 在5到10公里之间."""
    for pair in scales().between.finditer(text):
        low, high = (figure_at(text, pair.start(side)) for side in ("low", "high"))
        if low is None or high is None:
            continue
        low = with_units(low, high)
        if low.value < high.value or low.units != high.units:
            closing = _CLOSING.match(text, high.span[1])
            span = (pair.start(), closing.end() if closing else high.span[1])
            yield Bound(span, low, high, (True, True), measures_of(high.units))


def says_age(text: str, bound: Bound) -> bool:
    """Whether a plain number may be how old those are of whom it is said: right behind them, or what they are, and nothing after it.

    >>> def says(text):
    ...     return says_age(text, bounds(text)[0])
    >>> says("which nurses are over 60?"), says("nurses under 40 in the north ward"), says("is ann low over 60?")
    (True, True, True)
    >>> says("which nurses worked over 60 shifts?"), says("which nurses worked over 60?"), says("which towers are over 1900 m?")
    (False, False, False)
    """
    numbers = [one for one in (bound.low, bound.high) if one is not None]
    plain = all(not one.units and not one.dated and one.scale == 1 and 0 < one.value <= _OLDEST for one in numbers)
    before, after = text[: bound.span[0]], text[bound.span[1] :]
    return plain and not bound.moment and _ARE.search(before) is not None and _NO_MORE.match(after) is not None


def _between_dates(text: str) -> Iterator[Bound]:
    """The same of two times, which need no word before them: "between 2021-03-01 and 2021-06-30", 2015年3月至2020年."""
    taken = 0
    for match in FIGURE.finditer(text):
        low = figure_at(text, match.start()) if match.start() >= taken else None
        joint = _TO.match(text, low.span[1]) if low is not None else None
        high = figure_at(text, joint.end()) if joint is not None else None
        if low is None or joint is None or high is None or not (low.dated or _is_year(low)) or not high.dated or low.value >= high.value:
            continue
        opening, closing = _FROM.search(text, max(taken, match.start() - _NEAR), match.start()), _CLOSING.match(text, high.span[1])
        if joint["and"] and not opening:  # "in May 2021 and June 2021"
            continue
        span = (opening.start() if opening else low.span[0], closing.end() if closing else high.span[1])
        yield Bound(span, low, high, (True, True), ("late",))
        taken = span[1]


def _limit(text: str, taken: int, figure: Figure) -> tuple[str, Span, tuple[str, ...], str] | None:
    """On which side of a number its limit lies, the place of both, the measures that its words say, and the word itself; `taken`: where
    what is read before it ends."""
    known, (start, end) = scales(), figure.span
    before, after = known.before.search(text, max(taken, start - _NEAR), start), known.after.match(text, end)
    if before is not None:
        said, start = _side(before["said"], figure), before.start()
        denied = _NO.search(text, taken, start)
        return (said, (start, end), (), before["said"]) if denied is None else (_NOT[said], (denied.start(), end), (), before["said"])
    if after is not None:
        return _side(after["after"], figure), (start, after.end()), (), after["after"]
    short = _BEFORE_OR_AFTER.match(text, end) if figure.dated and text[end - 1 : end] in ("年", "月", "日", "号") else None
    if short is not None:
        return "above" if short["said"] == "后" else "below", (start, short.end()), (), f"年{short['said']}"
    than = known.than_han.match(text, end) if text[:start].endswith("比") else None
    if than is None:
        return None
    sense, dimensions, _ = known.degrees[than["word"]]
    said = "above" if sense > 0 else "below"
    return _OTHER[said] if "age" in dimensions and _is_year(figure) else said, (start - 1, than.end()), dimensions, than["word"]


def _side(word: str, figure: Figure) -> str:
    """The side that a word says: what is older than a year is from before it."""
    said = scales().said[word]
    return _OTHER[said] if scales().aging.search(word) is not None and _is_year(figure) else said


def _is_year(figure: Figure) -> bool:
    return figure.dated or (figure.alone and figure.width == 1 and figure.value in _YEARS)


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


def _meant(text: str, span: Span, figure: Figure, *, moment: bool) -> tuple[str, ...]:
    """What a bound is of: by its adjective ("higher than"), by its unit, or by the verb beside it ("make less than 90k", 2010年以后入职)."""
    known, units = scales(), measures_of(figure.units)
    start, end = span
    said = [one for found in known.english.finditer(text, start, figure.span[0]) for one in known.degrees[found[0]][1]]
    by_adjective = tuple(one for one in said if one != "amount")
    if by_adjective and set(by_adjective) & set(units):
        return tuple(one for one in by_adjective if one in units)
    before = re.search(r"([a-z]+)\s*$", text[max(0, start - _NEAR) : start])
    alone = bool(units) or not text[end:].strip(" ?.!？。")
    verb = known.verbs.get(before[1], ()) if before and (alone or moment) and set(units) <= {"price", "pay"} else ()
    if moment and not verb:
        verb = next((of for word, of in known.verbs.items() if is_han(word) and text.startswith(word, end)), ())
    return tuple(dict.fromkeys((*verb, *by_adjective, *units)))
