"""Runs of words that are in no name and may be a part of one, or one with a slip in it; places are (first, last) of units."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import TypeAlias

from kgllm.linking.spans import MOST_WORDS, Unit
from kgllm.linking.weights import CHARACTER, LIGHT, PLAIN, SCHEMA, STOP

Place: TypeAlias = tuple[int, int]
"""First unit, and the one after the last."""

_LONGEST = 12  # words in a row that are tried part by part
_BRIDGE = 2  # characters between two runs that may be parts of one name
_JOINING = frozenset(("of", "the", "and", "&", "-", "in", "for"))
_APART = frozenset(
    "的之了呢吗么吧啊是为有在和与及或跟同而也都哪谁什几多最由被把将从对按以所"
)  # no name that is said by its parts goes over these
_BESIDE = _APART | frozenset("没不未无非")  # … and none with a slip reaches over a denial to known words


def chunked(units: Sequence[Unit], weights: Sequence[float], chunks: Collection[Place], covered: Sequence[bool]) -> Iterator[Place]:
    """What the pipeline took for a name or a noun phrase, without the grammar at its ends, where no name covers it."""
    for start, end in sorted(chunks):
        inside = [i for i, unit in enumerate(units) if start <= unit.start and unit.end <= end and weights[i] > LIGHT]
        if inside and not all(covered[i] for i in inside) and max(weights[i] for i in inside) >= CHARACTER:
            yield inside[0], inside[-1] + 1


def telling(units: Sequence[Unit], weights: Sequence[float], covered: Sequence[bool], *, strong: bool) -> list[Place]:
    """Neighbouring units that say something and are in no name, those that say most first. `strong`: something else is surely named.

    Of characters also those with one or two between them that are grammar elsewhere: 五年级上册 is said by 五, 级 and 册.
    """
    says = [
        not done and unit.word and (weight >= CHARACTER and not strong if unit.unspaced else weight >= (PLAIN if strong else SCHEMA))
        for done, unit, weight in zip(covered, units, weights, strict=True)
    ]
    runs = []
    for told, group in groupby(range(len(says)), key=lambda i: says[i]):
        if told:
            members = list(group)
            runs.append((members[0], members[-1] + 1))
    runs += _bridged(units, runs)
    said = {run: sum(weights[run[0] : run[1]]) for run in runs}
    return sorted((run for run in runs if said[run] > SCHEMA), key=lambda run: (-said[run], run))


def _bridged(units: Sequence[Unit], runs: Sequence[Place]) -> list[Place]:
    """Runs of characters with but one or two between them."""
    out: list[Place] = []
    for (first, last), (then, end) in pairwise(runs):
        between = units[last:then]
        if len(between) > _BRIDGE or not all(unit.unspaced for unit in (units[first], *between, units[then])):
            continue
        if any(unit.text in _APART for unit in between):
            continue
        if out and out[-1][1] == last:
            out[-1] = (out[-1][0], end)
        else:
            out.append((first, end))
    return out


def tried(units: Sequence[Unit], weights: Sequence[float], run: Place, *, short: bool) -> Iterable[Place]:
    """A run with the weaker words around it ("bank of …"), then runs within it, longest first; one character only where it may be so
    `short`."""
    first, last = run
    last = min(last, first + _LONGEST)
    if units[first].unspaced:
        if (closed := _closed(units, last)) > last:
            yield first, closed
        if last - first > 1 or short:
            yield first, last
            if (wider := _unspaced_around(units, weights, first, last)) != (first, last):
                yield wider
        return
    begin, end = _widened(units, weights, first, last)
    yield from dict.fromkeys([(begin, end), (first, end), (begin, last), (first, last)])  # "(headquarters of) bank of america"
    if last - first > 1:
        yield from ((i, i + 1) for i in range(first, last) if weights[i] >= PLAIN)
    for size in range(last - first - 1, 1, -1):
        yield from ((start, start + size) for start in range(first, last - size + 1))


def _closed(units: Sequence[Unit], last: int) -> int:
    """Where brackets end that open here, right behind a run: 螺旋藻（干）; `last` where none do."""
    if last >= len(units) or units[last].text not in ("(", "（"):
        return last
    return next((i + 1 for i in range(last + 1, min(len(units), last + _LONGEST)) if units[i].text in (")", "）")), last)


def _unspaced_around(units: Sequence[Unit], weights: Sequence[float], first: int, last: int) -> Place:
    """As far as characters of known words stand beside a run, which may be in a name as well: 书 in 书呆孑脸."""
    begin, end = first, last
    if any(unit.text in _BESIDE for unit in units[first:last]):
        return first, last
    while begin > 0 and units[begin - 1].unspaced and weights[begin - 1] > STOP and units[begin - 1].text not in _BESIDE:
        begin -= 1
    while end < len(units) and units[end].unspaced and weights[end] > STOP and units[end].text not in _BESIDE:
        end += 1
    return (begin, end) if end - begin <= _LONGEST else (first, last)


def _widened(units: Sequence[Unit], weights: Sequence[float], first: int, last: int) -> Place:
    """As far as words of kinds and names reach, over one word of grammar at a time."""
    weak = [unit.word and not unit.unspaced and weight > LIGHT for unit, weight in zip(units, weights, strict=True)]
    begin, end = first, last
    while begin > 0 and (weak[begin - 1] or (begin > 1 and weak[begin - 2] and units[begin - 1].text in _JOINING)):
        begin -= 1 if weak[begin - 1] else 2
    while end < len(weak) and (weak[end] or (end + 1 < len(weak) and weak[end + 1] and units[end].text in _JOINING)):
        end += 1 if weak[end] else 2
    return begin, min(end, begin + MOST_WORDS)
