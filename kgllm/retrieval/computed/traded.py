"""What people order, buy, borrow, rent or book, as rows tell of it: "What did customers from Peru order?", "How many units of it were sold?",
谁花钱最多.

A row (an order, a sale, a loan) leads to who did it and to the thing; fields of it say how many of the thing it is of, and how much it
cost. How many were sold is the sum over the rows of a thing, and no price; what somebody ordered are the things, and no rows; who spent
most is told by the sums over everybody's rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, by_key, distinct
from kgllm.retrieval.computed.compared import Compared, Row, Rows, chosen, facts_of, kept, path_of, settings_of, told
from kgllm.retrieval.computed.described import Description
from kgllm.retrieval.computed.measures import Measure, names_of
from kgllm.retrieval.computed.wholes import TooMany, column, of_type
from kgllm.retrieval.paths.amounts import amounts_of
from kgllm.words.comparisons import Degree
from kgllm.words.language import language_of
from kgllm.words.questions import Span
from kgllm.words.trade import costs, counts_things, party, tells_of, trade
from kgllm.words.whole import field_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Relation, Way
    from kgllm.words.trade import Trade

    Ints = NDArray[Any]

_SURE = 0.95
_SHOWN = 100  # rows of one that spent that are shown
_WHICH, _ALL = "有哪些", "all "


def traded(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for what is bought, borrowed or spent; None for every other, and where no rows tell of it."""
    form = trade(run.question)
    kinds = sorted(kind for kind in run.wholes.counts if form is not None and tells_of(kind, form.rows))
    if form is None or not kinds:
        return None
    run.steps.of(run.view.relations)
    asking = _Asking(run, form, kinds)
    try:
        return {"amount": asking.amount, "things": asking.things, "spent": asking.spent}[form.asks](max_facts)
    except TooMany:
        return None


@dataclass(slots=True)
class _Asking:
    """One question, and the kinds of rows that tell of what it asks."""

    run: Run
    form: Trade
    kinds: list[str]

    def amount(self, max_facts: int) -> Evidence | None:
        """How many of a thing: the sum of what its rows say."""
        named = self._named(self.form.what)
        by = self._meant(self.form.who) if self.form.who[1] else None
        if not len(named) or (by is not None and not len(by)):
            return None
        rows = self._rows_of(named)
        rows = rows if by is None else rows[among(rows, distinct(np.concatenate([self._rows_of(by), *self._further(by)])))]
        fields = [one for one in self._fields(rows, counts_things)]
        if len(rows) and len(fields) == 1:
            [(relation, values)] = fields
            if len(values.rows) == len(rows):
                value = (math.fsum(row.value for row in values.rows), "")
                measure = Measure(relation, 1.0, frozenset())
                seeds = tuple(named.tolist())
                return told(
                    self.run,
                    Compared(tuple(values.rows), tuple(rows.tolist()), measure, _SURE, seeds, value=value),
                    max_facts,
                    form="superlative",
                )
        return kept(self.run, (), (), (), {**settings_of(self.run, "superlative"), "declined": "unchecked"}) if self.form.named else None

    def things(self, max_facts: int) -> Evidence | None:
        """What the rows of somebody lead to."""
        who = self._meant(self.form.who)
        ways = self._ways(self._rows_of(who), who)
        if not ways:  # lines of orders
            ways = [way for more in self._further(who) for way in self._ways(more, who)]
        if len(ways) != 1:
            return None
        [(relation, ends, facts)] = ways
        order = distinct(ends)
        order = by_key(self.run.view, order)
        made, cuts = facts_of(self.run, facts.tolist(), max_facts)
        step: tuple[Relation, Way] = (self.run.view.relations[relation], "out")
        path = path_of(self.run, who.tolist(), [step], order, made, _SURE)
        return kept(self.run, (path,), made, cuts, settings_of(self.run, "described"))

    def spent(self, max_facts: int) -> Evidence | None:
        """Who spent most, by the sums over the rows of each."""
        for kind in self.kinds:
            rows = of_type(self.run.wholes, self.run.view, kind, self.run.retriever.limits.members, self.run.deadline)
            whose = self._whose(rows)
            fields = self._spending(rows)
            if whose is None or len(fields) != 1:
                continue
            [(relation, values)] = fields
            found = self._summed(values, *whose[1:])
            best = chosen(found, Degree((0, 0), self.form.sense, ("amount",), superlative=True)) if len(found.rows) > 1 else None
            if best is not None:
                measure = Measure(relation, 1.0, frozenset())
                via: tuple[tuple[Relation, Way], ...] = ((self.run.view.relations[whose[0]], "in"),)
                return told(self.run, Compared(best.rows, best.winners, measure, _SURE, onward=via), max_facts, form="superlative")
        return kept(self.run, (), (), (), {**settings_of(self.run, "superlative"), "declined": "comparison"})

    # --- who and what

    def _named(self, span: Span) -> Ints:
        """What is named at a place, where nothing else of content stands there."""
        spans = {seed.span for seed in self.run.seeds if span[0] <= seed.start < seed.end <= span[1]}
        best = max(spans, key=lambda one: (one[1] - one[0], -one[0]), default=None)
        if best is None or self._says(span, best):
            return np.zeros(0, np.int64)
        return np.array([handle for seed, handle in self.run.seeded if seed.span == best][:1], np.int64)

    def _says(self, span: Span, name: Span) -> bool:
        rest = self.run.question[span[0] : name[0]] + " " + self.run.question[name[1] : span[1]]
        return bool(rest.lower().replace("the ", "").strip(" 的《》“”\"'"))

    def _meant(self, span: Span) -> Ints:
        """Who is named at a place, or all that a kind and its conditions there describe."""
        named = self._named(span)
        if len(named):
            return named
        text, chinese = self.run.question, language_of(self.run.question) == "zh"
        before, after = ("" if chinese else _ALL), (_WHICH if chinese else "")
        at = span[0] - len(before)
        if at < 0 or span[1] + len(after) > len(text):
            return named
        rest = " " * at + before + text[slice(*span)] + after + " " * (len(text) - span[1] - len(after))
        links = [link for link in self.run.links if not link.mention.start < span[0] and not link.mention.end > span[1]]
        found = Description.of(self.run.retriever.run(rest, links, None, self.run.deadline, part_of=self.run))
        met = None if found is None or found.denies() else found.all_of()
        return named if met is None else met.ends

    # --- rows

    def _rows_of(self, things: Ints) -> Ints:
        """The rows of the deed that lead to things."""
        return self._entering(things)

    def _further(self, things: Ints) -> Iterator[Ints]:
        """… and the rows of it that lead to these: lines of orders."""
        if len(rows := self._rows_of(things)):
            yield self._entering(rows)

    def _entering(self, things: Ints) -> Ints:
        view = self.run.view
        if not len(things):
            return things
        things = by_key(view, things)
        groups = view.groups(things)
        into = groups.way == 1
        limit = self.run.retriever.limits.members
        edges = view.edges(things[groups.origin[into]], groups.relation[into], groups.way[into], limit)
        if edges.truncated.any() or len(edges.row) > limit:
            raise TooMany("rows")
        rows = distinct(edges.neighbour)
        kinds = set(self.kinds)
        good = np.array([bool(kinds & set(getattr(node, "types", ()))) for node in view.nodes(rows)], bool)
        return rows[good] if len(rows) else rows

    def _fields(self, rows: Ints, fits: Callable[[str], object]) -> Iterator[tuple[int, Rows]]:
        """The fields of rows whose names fit, with the plain numbers that they hold."""
        view = self.run.view
        if not len(rows):
            return
        rows = by_key(view, rows)
        for relation in sorted(set(view.groups(rows).relation[view.groups(rows).way == 0].tolist())):
            name = view.relations[relation].name
            if not fits(name):
                continue
            edges = view.edges(rows, np.full(len(rows), relation), np.zeros(len(rows), np.int64), 2)
            amounts = amounts_of(view.nodes(edges.neighbour), name) if len(edges.row) else None
            if amounts is None or amounts.timed or np.isnan(amounts.values).any():
                continue
            texts = [node.name for node in view.nodes(edges.neighbour)]
            made = [
                Row(int(rows[row]), float(value), text, (int(fact),))
                for row, value, text, fact in zip(edges.row.tolist(), amounts.values.tolist(), texts, edges.fact.tolist(), strict=True)
            ]
            if len({row.member for row in made}) == len(made):
                yield relation, Rows(made, amounts, names_of(view.relations[relation]))

    def _spending(self, rows: Ints) -> list[tuple[int, Rows]]:
        """The field that says what each row costs: all of it, or its price where no row is of several."""
        found = list(self._fields(rows, costs))
        named = {relation: costs(self.run.view.relations[relation].name) for relation, _ in found}
        whole = [one for one in found if named[one[0]] == 2]
        several = any(True for _ in self._fields(rows, counts_things))
        return whole or ([] if several else [one for one in found if named[one[0]] == 1])

    def _ways(self, rows: Ints, who: Ints) -> list[tuple[int, Ints, Ints]]:
        """The relations by which rows lead to things that are not who did it: of the kind asked for, or the only ones."""
        view = self.run.view
        if not len(rows):
            return []
        noun = self.run.question[slice(*self.form.what)].strip()
        kind = self.run.wholes.called(noun) if noun else None
        rows = by_key(view, rows)
        groups = view.groups(rows)
        found: dict[str, list[tuple[int, Ints, Ints]]] = {"named": [], "entities": [], "texts": []}
        for relation in sorted(set(groups.relation[groups.way == 0].tolist())):
            edges = view.edges(rows, np.full(len(rows), relation), np.zeros(len(rows), np.int64), self.run.retriever.limits.fan_out)
            ends, name = distinct(edges.neighbour), view.relations[relation].name
            types = {one for node in view.nodes(ends) for one in getattr(node, "types", ())}
            parts = {party(one) for one in (name, *types)}
            texts = bool(view.literal(ends).any())
            if among(ends, distinct(who)).any() or parts & {"who", "others"} or types & {*self.kinds}:
                continue
            if noun and (kind in types if kind is not None else self.run.wholes.is_field(noun) and field_key(noun) == field_key(name)):
                found["named"].append((relation, edges.neighbour, edges.fact))
            elif not texts and view.named(ends).all():
                found["entities"].append((relation, edges.neighbour, edges.fact))
            elif texts and "things" in parts:
                found["texts"].append((relation, edges.neighbour, edges.fact))
        return found["named"] if noun else found["entities"] or found["texts"]

    def _whose(self, rows: Ints) -> tuple[int, Ints, Ints, Ints] | None:
        """The one relation by which rows lead to who is asked for: the kind, or persons; with its columns."""
        noun = self.run.question[slice(*self.form.who)].strip()
        kind = self.run.wholes.called(noun) if noun else None
        view = self.run.view
        groups = view.groups(rows)
        found = []
        for relation in sorted(set(groups.relation[groups.way == 0].tolist())):
            stats = self.run.wholes.stats.get(view.relations[relation].id)
            types = () if stats is None else [one for one, _ in stats.range]
            name = view.relations[relation].name
            called = kind in types or field_key(noun) == field_key(name) if noun else "who" in {party(one) for one in (name, *types)}
            if called:
                found.append(relation)
        if len(found) != 1:
            return None
        one = column(self.run.wholes, view, found[0], self.run.retriever.limits.members, self.run.deadline)
        return found[0], one.subjects, one.objects, one.facts

    def _summed(self, values: Rows, subjects: Ints, owners: Ints, facts: Ints) -> Rows:
        """The sum of each one's rows, with the facts that say so."""
        own = {row.member: row for row in values.rows}
        of: dict[int, list[tuple[Row, int]]] = {}
        for row, owner, fact in zip(subjects.tolist(), owners.tolist(), facts.tolist(), strict=True):
            if row in own:
                of.setdefault(owner, []).append((own[row], fact))
        rows = []
        for owner, mine in of.items():
            total = math.fsum(row.value for row, _ in mine)
            shown = tuple(one for row, fact in mine[:_SHOWN] for one in (*row.facts, fact))
            rows.append(Row(owner, total, f"{total:,g}" if abs(total) < 1e6 else f"{total:,.0f}", shown))
        return values.with_rows(rows)
