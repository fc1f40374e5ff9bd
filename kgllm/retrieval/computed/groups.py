"""What is told of each of several groups of things: a number made of their values, those that have most, how many they are, or which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, by_key, distinct
from kgllm.retrieval.computed.compared import Compared, Row, Rows, chosen
from kgllm.retrieval.computed.folded import folded, told_in
from kgllm.retrieval.computed.measures import Measure
from kgllm.words import is_han
from kgllm.words.comparisons import Degree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.computed.leading import Leading, Way
    from kgllm.retrieval.retriever import Run

_SURE = 0.9
_SHOWN = 10  # things that are told by name
_FACTS = 20  # facts of a group
Things = dict[int, int]
"""The things of a group, each with the fact that says so."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Things in the groups to which a way leads."""

    run: Run
    leading: Leading
    way: Way
    only: NDArray[Any] | None = None  # of the groups these
    kind: NDArray[Any] | None = None  # … and of what the way leads to these, where it leads to any: areas have shows, and shops

    def made(self, compared: Compared, rows: Rows, degree: Degree) -> Compared | None:
        """The sum or the mean of the values of each group; else the things of each that have most or least, or what they have."""
        own = {row.member: row for row in rows.rows}

        def tell(group: int, things: Things) -> list[Row]:
            mine = rows.with_rows([own[one] for one in things])
            return self._folded(group, mine, degree, things) if degree.asks else self._most(group, mine, degree, things)

        told = self._each(np.array(list(own), np.int64), tell)
        if degree.asks:
            return self._compared([row for _, row in told], compared)
        if compared.asks_value:  # "the highest price in each category"
            return self._compared([Row(group, row.value, row.text, row.facts) for group, row in told], compared)
        named = self.run.view.nodes(np.array([group for group, _ in told], np.int64))
        rows_of = [
            Row(row.member, row.value, f"{group.name}{self._apart}{row.text}", row.facts)
            for group, (_, row) in zip(named, told, strict=True)
        ]
        return self._compared(rows_of, compared, things=True)

    def counted(self, things: NDArray[Any], seeds: tuple[int, ...], groups: NDArray[Any]) -> Compared | None:
        """How many of the things each group has; of all the `groups` those that have none, too."""
        told = self._each(things, lambda group, mine: [Row(group, float(len(mine)), f"{len(mine):,}", tuple(mine.values())[:_FACTS])])
        rows = [row for _, row in told]
        have = {row.member for row in rows}
        rows += [Row(one, 0.0, "0", ()) for one in groups.tolist() if one not in have] if rows else []
        return self._compared(rows, _nothing(seeds))

    def listed(self, things: NDArray[Any], seeds: tuple[int, ...]) -> Compared | None:
        """Which of the things each group has."""

        def tell(group: int, mine: Things) -> list[Row]:
            handles = np.array(list(mine), np.int64)
            handles = by_key(self.run.view, handles)
            names = [node.name for node in self.run.view.nodes(handles[:_SHOWN])]
            return [Row(group, 0.0, shortened(self.run, names, len(handles)), tuple(mine.values())[:_FACTS])]

        return self._compared([row for _, row in self._each(things, tell)], _nothing(seeds))

    def _each(self, things: NDArray[Any], tell: Callable[[int, Things], list[Row]]) -> list[tuple[int, Row]]:
        """What is told of each group, the groups in the order of the graph."""
        owners, near, facts = self.leading.pairs(distinct(things), self.way)
        if self.only is not None:
            mine = among(owners, distinct(self.only))
            owners, near, facts = owners[mine], near[mine], facts[mine]
        if self.kind is not None and (mine := among(owners, distinct(self.kind))).any():
            owners, near, facts = owners[mine], near[mine], facts[mine]
        ordered = distinct(owners)
        of: dict[int, Things] = {one: {} for one in by_key(self.run.view, ordered).tolist()}
        for owner, thing, fact in zip(owners.tolist(), near.tolist(), facts.tolist(), strict=True):
            of[owner].setdefault(thing, fact)
        return [(group, row) for group, mine in of.items() for row in tell(group, mine)]

    def _folded(self, group: int, mine: Rows, degree: Degree, things: Things) -> list[Row]:
        number = mine.rows[0].value if len(mine.rows) == 1 else folded(mine, degree)
        if number is None:
            return []
        value, unit = told_in(self.run.question, number, mine.amounts)
        facts = [fact for row in mine.rows for fact in (*row.facts, things[row.member])]
        return [Row(group, value, f"{value:,.10g} {unit}".rstrip(), tuple(facts[:_FACTS]))]

    def _most(self, group: int, mine: Rows, degree: Degree, things: Things) -> list[Row]:
        best = chosen(mine, degree, named=True)
        alone = [row.member for row in mine.rows] if len(mine.rows) == degree.place == 1 else []
        winners = best.winners if best is not None else alone
        return [Row(row.member, row.value, row.text, (*row.facts, things[row.member])) for row in mine.rows if row.member in winners]

    def _compared(self, rows: Sequence[Row], found: Compared, *, things: bool = False) -> Compared | None:
        """The groups by their numbers, the facts of all in turns. `things`: not the groups, but things of theirs are the answer."""
        if not rows:
            return None
        ordered = tuple(rows if things else sorted(rows, key=lambda row: -row.value))
        proof = tuple(fact for fact in chain.from_iterable(zip_longest(*(row.facts for row in ordered))) if fact is not None)
        counted = Measure(self.way.relation, self.way.score, frozenset(), counted=True, way=1 - self.way.way)
        winners = tuple(dict.fromkeys(row.member for row in ordered))
        measure = found.measure if things else counted
        return Compared(ordered, winners, measure, min(_SURE, found.sure), found.seeds, proof=proof, unread=found.unread)

    @property
    def _apart(self) -> str:
        return "，" if is_han(self.run.question) else ", "


def shortened(run: Run, names: Sequence[str], count: int) -> str:
    """The first of several names, and how many more there are."""
    more = [f"+{count - _SHOWN}"] if count > _SHOWN else []
    return ("、" if is_han(run.question) else ", ").join([*names[:_SHOWN], *more])


def _nothing(seeds: tuple[int, ...]) -> Compared:
    return Compared((), (), Measure(-1, 1.0, frozenset()), _SURE, seeds)
