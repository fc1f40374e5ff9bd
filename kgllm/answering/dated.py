"""When something that a question asks about was so: by what is said beside the facts themselves, or by a date of one of the things that
speaks of the same (a company's founding year, of who founded it; a film's release, of who made it)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgllm.retrieval.ranking.when import years_of
from kgllm.types import Answer, Entity, Fact, Literal, Node, Path
from kgllm.words.lexicon import lexicon
from kgllm.words.questions import without_names
from kgllm.words.readings import families

if TYPE_CHECKING:
    from kgllm.graphs.base import View

_OF_EACH = 4  # values of one relation that are looked at
_FEW = 4  # things whose dates are looked at
_DATES = frozenset(("year", "release", "publish"))
"""Families of relations that say when a work came out, and nothing more."""


@dataclass(frozen=True, slots=True)
class Dated:
    """The years found. `stated`: the facts themselves say so; `asked`: it is what the path leads to."""

    years: tuple[int, ...]
    verdict: bool
    nodes: tuple[Node, ...]
    fact: Fact | None
    stated: bool = False
    asked: bool = False


def dated(answer: Answer, year: int | None, view: View) -> Dated | None:
    """The years of what an answer rests on, and whether a year is among them; None where nothing says when."""
    assert answer.evidence is not None
    best = answer.evidence.paths[0]
    beside = [(fact, node, found) for fact in best.facts for _, node in fact.qualifiers if (found := years_of(node))]
    if beside:
        return _judged(beside, year, spans=True, stated=True)
    ends = [(fact, end, found) for end in best.endpoints if (found := years_of(end)) for fact in best.facts if end in fact.nodes]
    if ends and all(isinstance(end, Literal) for end in best.endpoints):
        return _judged(ends, year, asked=True)
    return _judged(_dates(answer, best, view), year)


def _judged(
    found: list[tuple[Fact, Node, tuple[int, ...]]], year: int | None, *, spans: bool = False, stated: bool = False, asked: bool = False
) -> Dated | None:
    if not found:
        return None
    years = tuple(sorted({one for _, _, some in found for one in some}))
    match = next(((fact, node) for fact, node, some in found if year in some), None)
    within = spans and year is not None and len(years) > 1 and len({fact for fact, _, _ in found}) == 1 and years[0] <= year <= years[-1]
    fact = match[0] if match else found[0][0]
    return Dated(years, match is not None or within, tuple(dict.fromkeys(node for _, node, _ in found)), fact, stated, asked)


def _dates(answer: Answer, best: Path, view: View) -> list[tuple[Fact, Node, tuple[int, ...]]]:
    """The dates of the things at both ends of a path that speak of what the question does."""
    nodes = [node for node in dict.fromkeys((*best.seeds, *best.endpoints)) if isinstance(node, Entity)][: 2 * _FEW]
    question = answer.evidence.question if answer.evidence is not None else ""
    spans = [link.mention.span for link in answer.evidence.links] if answer.evidence is not None else []
    said = families(without_names(question, spans)).union(
        *(families(name) for relation, _ in best.relations for name in (relation.name, *relation.aliases))
    )
    handles = view.handles(nodes)
    groups = view.groups(handles)
    mine = groups.way == 0
    edges = view.edges(handles[groups.origin[mine]], groups.relation[mine], groups.way[mine], _OF_EACH)
    found = []
    for fact in view.facts(edges.fact):
        years = years_of(fact.object) if isinstance(fact.object, Literal) or fact.object.name.isdigit() else ()
        if years and fact not in best.facts and _speaks(fact, said):
            found.append((fact, fact.object, years))
    return found


def _speaks(fact: Fact, said: frozenset[str]) -> bool:
    known = lexicon().families
    own = frozenset().union(*(families(name) for name in (fact.relation.name, *fact.relation.aliases)))
    if (own - _DATES) & said:
        return True
    return bool(own & _DATES) and any("work" in known[family].of for family in said)
