"""What a prompt says beside the facts: what the things are called that the question calls otherwise, what was computed from more
facts than there is room for, and how many there are of what is shown in part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kgllm.prompting.serialize import Pen, words_of
from kgllm.types import Evidence, Fact, Node, Relation, Told, Way, Wide, replace

_NAMES = 8  # at most
_GROUPS = 16  # relations of what is named of which it is told how many facts they have
_MANY = 5  # facts from which on that is told though all are shown
_ARROWS: dict[Way, str] = {"out": "→", "in": "←"}
_SAYS = {
    "en": {
        "called": "{} is {}",
        "computed": "Computed from the whole graph{}: {}",
        "by": " ({})",
        "some": "There are more facts than these.",
        "whole": "Every fact of {} is above; of other things there are more facts than these.",
        "rest": "Of {} every other fact is above; of other things there are more facts than these.",
        "extremes": "Of each measure the highest and the lowest of all are among these.",
        "apart": "Nothing is linked to both {} and {}",
        "count": "{}: {}",
        "cut": "{}: {}, {:,} of them above",
        "list": "{}: {}: {}",
        "exact": "{:,} in all",
        "least": "at least {:,}",
        "amounts": "{}, how many of each: {}",
        "in": "{} by the last, most and fewest of {:,}: {}",
        "out": "{} by the first, most and fewest of {:,}: {}",
        "and": ", ",
    },
    "zh": {
        "called": "{}即{}",
        "computed": "由整个图谱算出{}：{}",
        "by": "（{}）",
        "some": "事实不止这些。",
        "whole": "{}的事实都在上面；别的事物的事实不止这些。",
        "rest": "{}的其他事实都在上面；别的事物的事实不止这些。",
        "extremes": "其中有每项数值全体中最高和最低的。",
        "apart": "没有与{}和{}都相连的事物",
        "count": "{}：{}",
        "cut": "{}：{}，上面有{:,}个",
        "list": "{}：{}：{}",
        "exact": "共{:,}个",
        "least": "至少{:,}个",
        "amounts": "{}，各有多少个：{}",
        "in": "{}，按后者计，{:,}个中最多和最少的：{}",
        "out": "{}，按前者计，{:,}个中最多和最少的：{}",
        "and": "、",
    },
}


@dataclass(frozen=True, slots=True)
class Computed:
    """What was computed: what it comes to ("150"), and by which names, each with its value; `more`: these are not all."""

    said: str
    names: tuple[tuple[str, str], ...] = ()
    more: bool = False


def beside(
    evidence: Evidence,
    result: Computed | None,
    *,
    served: Sequence[Fact] | None = None,
    room: int | None = None,
    language: str,
    literal_bytes: int,
    special_tokens: Sequence[str],
) -> tuple[str, ...]:
    """Lines for the end of the facts. result: what was computed, None where the facts say all of it. served: the facts that are shown,
    by default all. room: bytes for how many there are of what, and as many for the names of what was computed, None for no limit; a line for
    which there is none says no names, or nothing.

    >>> import kgllm
    >>> found = kgllm.GraphQA(kgllm.load([("APT32", "alias", "OceanLotus"), ("APT32", "id", "G0050")])).retrieve("What is the id of OceanLotus?")
    >>> beside(found, Computed("2"), language="en", literal_bytes=100, special_tokens=())
    ('OceanLotus is APT32', 'Computed from the whole graph (APT32 → id → ?): 2')
    """
    pen = Pen(literal_bytes, special_tokens, language, about=(), starts=(), backwards=None)
    says = _SAYS[language]
    meant = {*(evidence.paths[0].seeds if evidence.paths else evidence.seeds)}  # not every word that is also a name
    names = {}
    for link in evidence.links:
        label = None if link.entity is None or link.entity not in meant else pen.label(link.entity)
        if label is not None and _folded(label) != _folded(link.mention.text):
            names[link.mention.text] = label
    lines = [says["called"].format(pen.text(said), pen.text(label)) for said, label in list(names.items())[:_NAMES]]
    counted = [(_told(one, pen), _told(replace(one, names=()), pen)) for one in (evidence.wide.told if evidence.wide else ())]
    left, rest = _left(evidence, evidence.facts if served is None else served, pen)
    fitting = _fitting([*counted, *((line, "") for line in left)], room)
    lines += fitting
    computed = "" if result is None else _computed(result, room, pen)
    lines += [says["computed"].format(_by(evidence, pen), computed)] if computed else []
    return (*lines, rest if set(left) <= set(fitting) else says["some"]) if rest else tuple(lines)


def _computed(result: Computed, room: int | None, pen: Pen) -> str:
    """What it comes to, and as many of the names as there is room for."""
    listed: list[str] = []
    for name, value in result.names:
        one = pen.text(name) + (f" ({pen.text(value)})" if value else "")
        size = len(one.encode("utf-8", "replace"))
        if room is not None and size > room:
            break
        room = None if room is None else room - size
        listed.append(one)
    if listed and (len(listed) < len(result.names) or result.more):
        listed.append("…")
    return ": ".join(one for one in (pen.safe(result.said), ", ".join(listed)) if one)


def _by(evidence: Evidence, pen: Pen) -> str:
    """By which steps the best path came to what was computed; nothing where it has none."""
    path = evidence.paths[0] if evidence.paths else None
    if path is None or not (path.seeds or path.relations):
        return ""
    says = _SAYS[pen.language]
    steps = (f"{_ARROWS.get(move, '→')} {words_of(pen.name(relation))} {_ARROWS.get(move, '→')} ?" for relation, move in path.relations)
    ends = says["and"].join(map(pen.name, path.seeds[:_NAMES])) or "?"
    held = (f"{words_of(pen.name(relation))}: {pen.name(node)}" for relation, node in path.constraints)
    return says["by"].format(" ".join([ends, *steps]) + "".join(f"; {one}" for one in held))


def _fitting(lines: Sequence[tuple[str, str]], room: int | None) -> list[str]:
    """Of pairs of lines, a longer and a shorter one, the longer that there is room for."""
    if room is None:
        return [line for line, _ in lines]
    found = []
    for pair in lines:
        line = next((one for one in pair if one and len(one.encode("utf-8", "replace")) <= room), None)
        if line is not None:
            room -= len(line.encode("utf-8", "replace"))
            found.append(line)
    return found


def _left(evidence: Evidence, served: Sequence[Fact], pen: Pen) -> tuple[list[str], str]:
    """(how many there are of each relation of what is named, what of all that there is is not among the facts served): the latter where all
    of the former is told."""
    says, wide = _SAYS[pen.language], evidence.wide
    if wide is None:
        return [], says["some"] if evidence.truncated else ""
    if wide.shown == "extremes":
        all_served = len(served) == len(evidence.facts)
        return [], says["extremes" if wide.compares and all_served else "some"] if evidence.facts else ""
    found = _among(wide, served)
    cut = [(one, many) for one, many in found if many < one.count or not one.exact]
    lines = [says["cut"].format(_chain(one, pen), _many(one, pen), many) for one, many in cut[:_GROUPS]]
    lines += [_told(one, pen) for one, many in found if one.exact and many >= max(one.count, _MANY)][: _GROUPS - len(lines)]
    untold = {pen.name(one.ends[0]) for one, _ in cut[_GROUPS:] if one.ends[0] is not None}  # or a namesake is
    named = says["and"].join([name for name in _starts(found, pen) if name not in untold][:_NAMES])
    return lines, says["rest" if cut else "whole"].format(named) if named else says["some"]


def _starts(groups: Sequence[tuple[Told, int]], pen: Pen) -> list[str]:
    return list(dict.fromkeys(pen.name(one.ends[0]) for one, _ in groups if one.ends[0] is not None))


def _many(told: Told, pen: Pen) -> str:
    return _SAYS[pen.language]["exact" if told.exact else "least"].format(told.count)


def _among(wide: Wide, facts: Sequence[Fact]) -> list[tuple[Told, int]]:
    """The relations of what is named, each with how many of its facts are among these."""
    shown: Counter[tuple[Node | None, Relation, Way]] = Counter()
    for fact in facts:
        shown[fact.subject, fact.relation, "out"] += 1
        shown[fact.object, fact.relation, "in"] += 1
    return [(one, shown[(one.ends[0], *one.steps[0])]) for one in wide.groups]


def _told(told: Told, pen: Pen) -> str:
    says = _SAYS[pen.language]
    if len(told.ends) > 1 and not told.steps:
        return says["apart"].format(*(pen.name(one) for one in told.ends if one is not None))
    chain = _chain(told, pen)
    if told.amounts:
        amounts = says["and"].join(f"{pen.name(node)} {count:,}" for node, count in told.amounts)
        return says[told.by].format(chain, told.count, amounts) if told.by else says["amounts"].format(chain, amounts)
    if told.names:
        return says["list"].format(chain, _many(told, pen), says["and"].join(map(pen.name, told.names)))
    return says["count"].format(chain, _many(told, pen))


def _chain(told: Told, pen: Pen) -> str:
    """The steps between what is known: "jet1 → owner → ?", "mage ← class ← ? → type → spell"."""

    def name(node: Node | None) -> str:
        return "?" if node is None else pen.name(node)

    first = pen.text(told.kind) if told.kind else name(told.ends[0])
    said = (
        f" {_ARROWS[way]} {words_of(pen.name(relation))} {_ARROWS[way]} {name(end)}"
        for (relation, way), end in zip(told.steps, told.ends[1:], strict=True)
    )
    return first + "".join(said) + (f" ({pen.text(told.within)})" if told.within else "")


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
