"""Fields of numbers that a question says by their whole names: "annual salary eur" of annual_salary_eur, 占地面积."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgllm.retrieval.computed.measures import are_numbers
from kgllm.words import relation_words, singular, tokens
from kgllm.words.questions import Span, overlap

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Relation

_MARKS = re.compile(r"[\W_]+")
_LAST = re.compile(r"[/#:]")
_NUMBERED = re.compile(r"(?<=[^\W\d])\d$")  # "areakm2"
_LONGEST = 16  # words, or Chinese characters, of a field's name
_LEAST = 2  # characters of one


@dataclass(frozen=True, slots=True)
class Said:
    """Where a field is said, and the relations (handles) that are called so."""

    span: Span
    relations: tuple[int, ...]


def fields_said(run: Run) -> list[Said]:
    """The fields of numbers and times that a question says whole, in their order; of names within each other the longest."""
    known = run.wholes.fields_by_key
    if known is None:
        known = run.wholes.fields_by_key = _by_key(one.relation for one in run.wholes.stats.values())
    handles = {relation.id: handle for handle, relation in enumerate(run.view.relations)}
    counted = are_numbers(run.steps, run.steps.of(run.view.relations))
    pieces = [piece for piece in tokens(run.question) if piece.shape != "mark"]
    found: list[Said] = []
    for size in range(min(_LONGEST, len(pieces)), 0, -1):
        for first in range(len(pieces) - size + 1):
            words = [piece.word for piece in pieces[first : first + size]]
            names = known.get("".join(words)) or known.get("".join((*words[:-1], singular(words[-1]))), ())
            own = tuple(handle for name in names if (handle := handles.get(name, -1)) >= 0 and counted[handle])
            span = (pieces[first].start, pieces[first + size - 1].end)
            if own and not any(overlap(span, other.span) for other in found):
                found.append(Said(span, own))
    return sorted(found, key=lambda one: one.span)


def _by_key(relations: Iterable[Relation]) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for relation in relations:
        for key in {key for name in (relation.name, *relation.aliases) for key in keys_of(name)}:
            out[key] = (*out.get(key, ()), relation.id)
    return out


def keys_of(name: str) -> set[str]:
    """What a field's name is in one piece: as it is written, in its words, and without the number behind its unit.

    >>> sorted(keys_of("annual_salary (EUR)")), sorted(keys_of("areaKm2")), sorted(keys_of("占地 面积"))
    (['annualsalary', 'annualsalaryeur'], ['areakm', 'areakm2'], ['占地面积'])
    """
    words = relation_words(name).spoken
    written = _MARKS.sub("", _LAST.split(name.rstrip("/#:"))[-1]).lower()
    found = {written, _NUMBERED.sub("", written), "".join(words), "".join((*words[:-1], singular(words[-1]))) if words else ""}
    return {key for key in found if len(key) >= _LEAST}
