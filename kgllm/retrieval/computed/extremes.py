"""Questions that compare: "the longest river", "Who earns more, A or B?", "mountains higher than 8,500 metres", "谁的丫鬟最多？".

What is compared are the things that the question names, the ends of the path that the rest of the question finds, all things of a kind,
or whatever has the measure at all. What measures them is a relation to numbers or times that they have; the facts that give the values
are the proof, the winner's first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.computed.beside import SEVERAL
from kgllm.retrieval.computed.by_field import value_asked
from kgllm.retrieval.computed.compared import Chosen, Compared, Row, Rows, chosen, kept, settings_of, told, too_many, undecided
from kgllm.retrieval.computed.dated_rows import in_time
from kgllm.retrieval.computed.denied import denials_of
from kgllm.retrieval.computed.described import things_without
from kgllm.retrieval.computed.folded import difference, folded, ratio, told_in
from kgllm.retrieval.computed.given import backwards, beside_each_other, holds, is_meant, is_plain, longer, meant, of_kind, without_nouns
from kgllm.retrieval.computed.measures import ALIKE, Measure, in_its_own_unit, measures
from kgllm.retrieval.computed.onward import onward
from kgllm.retrieval.computed.sets import Members, Sets, classes_named, units_apart
from kgllm.retrieval.computed.wholes import TooMany
from kgllm.retrieval.reading.question import LIGHT, Asked
from kgllm.retrieval.scoring.understood import understood
from kgllm.words import relation_words
from kgllm.words.comparisons import Bound, Degree, Form
from kgllm.words.extremes import compares, joined
from kgllm.words.questions import Span, choice, overlap, yes_or_no
from kgllm.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Collection

    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence

_TRIED = 3  # measures for each condition
_NAMED = 0.4  # how much words that nothing explains count where it is said what is compared
_SURER = 0.05  # of measures that fit alike, one that is so much surer is taken
_SAME_TIMES = 0.01  # how far "twice" may be from twice
_OF_KIND = 0.8  # of what has a measure, the share that is of a kind, where the measure is that kind's
_SURE = 0.5  # a path that is less sure finds no set


def compared(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question that compares; None where it does not, or what it compares cannot be told."""
    form = compares(run.question)
    if form is None:
        return None
    form = meant(run, form)
    if form is None or denies(run):
        return None
    asking = Asking.of(run, form)
    kind = "superlative" if form.degrees else "comparison"
    try:
        found = (
            asking.named()
            or asking.held()
            or asking.so_many_times()
            or asking.of_set()
            or (in_time(asking.sets, form) if asking.names else None)
        )
    except TooMany:
        return too_many(run, kind)
    if found is None and asking.apart:
        return kept(run, (), (), (), {**settings_of(run, kind), "declined": "units"})
    if found is None or found.sure < _SURE:
        return None
    return told(run, replace(found, asks_value=value_asked(asking.asked, found, list(asking.kinds), asking.names)), max_facts, form=kind)


def denies(run: Run) -> bool:
    """Whether a question denies something besides: what is so of none of them is to be left out first."""
    form = denials_of(run)
    return form is not None and bool(form.denials) and not form.asks


@dataclass(slots=True)
class Asking:
    """A question that compares, on its way."""

    run: Run
    form: Form
    asked: Asked
    sets: Sets
    kinds: dict[Span, Any]  # kinds of things that it names
    names: list[Span]  # things that it names
    apart: bool = False  # the values of which a number is to be made are in different units

    @classmethod
    def of(cls, run: Run, form: Form) -> Asking:
        steps = run.steps
        steps.of(run.view.relations)
        asked = understood(run.question, steps)
        conditions = [*(one.span for one in form.degrees), *(one.span for one in form.bounds)]
        sets = Sets(run, asked)
        spans = dict.fromkeys(seed.span for seed in run.seeds if seed.start < seed.end)
        kinds = {span: kind for span, kind in classes_named(sets, conditions).items() if not any(holds(name, span) for name in spans)}
        spans = {span: None for span in spans if not is_plain(run.question[slice(*span)])}  # "in" names no India, "made" no film
        apart = [span for span in spans if not any(overlap(span, one) for one in (*conditions, *kinds))]
        names = [span for span in apart if not any(overlap(span, other) and longer(other, span) for other in apart)]
        meant = [span for span in (*kinds, *names) if is_meant(run, asked, form, span, kind=span in kinds)]
        linked = sorted(span for span in {*kinds, *names} if span in spans and span not in meant)
        given = dict.fromkeys(beside_each_other(run.question.lower(), form, linked))
        kinds = {span: kind for span, kind in kinds.items() if span not in given}  # "Store or FoodEstablishment": two classes are named
        names = [*names, *(span for span in given if span not in names)]
        kinds = {span: kind for span, kind in kinds.items() if span not in meant}
        names = [span for span in names if span not in meant]
        if things := tuple(kind for kind in asked.kinds if kind not in ("number", "time")):  # "who joined the company": none is asked for
            kinds = {span: kind for span, kind in kinds.items() if of_kind(run.question[span[0] : span[1]], things)}
        return cls(run, form, asked, sets, kinds, sorted(names))

    # --- several things that are named

    def named(self) -> Compared | None:
        """Of the things that the question names and gives to compare, the one that has most."""
        if len(self.form.degrees) != 1 or self.form.bounds:
            return None
        [degree] = self.form.degrees
        spans = self._coordinated(degree)
        if len(spans) < 2:
            return None
        whether = yes_or_no(self.run.question) and len(choice(self.run.question.lower(), self.names)) < len(spans)
        nodes = {span: self._meanings(span) for span in spans}
        members = Members(np.array([handle for span in spans for handle in nodes[span]], np.int64), 1.0)
        groups = self.run.view.groups(members.handles)
        held = set(zip(groups.relation.tolist(), groups.way.tolist(), strict=True))
        for measure in self._measures(degree, spans, held=held):
            rows = self.sets.values(members, measure, 0.0)  # of the things that a name may mean some have none
            if rows is None:
                self.apart |= bool(degree.asks) and not measure.counted and units_apart(self.sets, members, measure)
                continue
            first = [next((row for node in nodes[span] for row in rows.rows if row.member == node), None) for span in spans]
            if measure.counted and any(first) and self._alike([handles[0] for handles in nodes.values() if handles]):
                # of things of one kind one that has none counts nothing
                first = [row or Row(nodes[span][0], 0.0, "0", ()) for span, row in zip(spans, first, strict=True)]
                rows = rows.with_rows([row for row in first if row is not None])
            if any(row is None for row in first):
                self.apart |= bool(degree.asks) and len(rows.unread) > 0
                continue
            found = self._made(degree, [row for row in first if row is not None], rows, measure, spans, whether=whether)
            if found is not None:
                return found
        return None

    def _made(self, degree: Degree, mine: list[Row], rows: Rows, measure: Measure, spans: list[Span], *, whether: bool) -> Compared | None:
        """What is told of the values of the things that are named: which has more, by how much, how many times, or all of it."""
        verdict, made = None, None
        own = rows.with_rows([row for row in rows.rows if row in mine])
        if degree.asks in ("ratio", "times") and len(mine) == 2:
            one, other = mine if not backwards(self.run.question, spans[0]) else mine[::-1]
            times = ratio(one, other, rows.amounts)
            if times is None:
                return None
            made = (times, "")
            if degree.asks == "times":
                verdict, made = abs(times - degree.times) <= _SAME_TIMES * degree.times, None
        elif degree.asks == "difference" and len(mine) == 2:
            made = told_in(self.run.question, difference(mine[0], mine[1], degree, rows.amounts), rows.amounts)
        elif degree.asks in ("total", "average"):
            number = folded(own, degree)
            made = None if number is None else told_in(self.run.question, number, rows.amounts)
        if degree.asks:
            if (made is None and verdict is None) or (verdict is not None and not whether):
                return None
            best = Chosen(tuple(mine), tuple(row.member for row in mine))
        else:
            found = chosen(own, degree, named=True)
            if found is None:
                return None
            best = found
            verdict = best.winners == (mine[0].member,) if whether else None
        worth = 1.0 if "late" in degree.dimensions else _NAMED  # what came first is said by a verb: born, died, retired
        left = [n for n in self._left(measure, spans) if worth < 1 or n not in self.asked.head]
        sure = self.sets.sure(left, measure, worth)
        seeds = tuple(row.member for row in mine)
        return Compared(best.rows, best.winners, measure, sure, seeds, verdict=verdict, value=made)

    def so_many_times(self) -> Compared | None:
        """Of all that have a measure those that have so many times what a thing has that is named: "twice as much as Ann"."""
        if len(self.form.degrees) != 1 or self.form.degrees[0].asks != "times" or yes_or_no(self.run.question) or len(self.names) != 1:
            return None
        [degree], [span] = self.form.degrees, self.names
        for measure in self._measures(degree, [span]):
            members = self.sets.having(measure) if not measure.counted else None
            rows = None if members is None else self.sets.values(members, measure)
            if members is None or rows is None:
                continue
            own = next((row for node in self._meanings(span) for row in rows.rows if row.member == node), None)
            if own is None:
                continue
            times = [(row, ratio(row, own, rows.amounts)) for row in rows.rows]
            so = [row for row, value in times if value is not None and abs(value - degree.times) <= _SAME_TIMES * degree.times]
            if so:
                sure = self.sets.sure(self._left(measure, [span]), measure, members=members)
                return Compared((*so, own), tuple(row.member for row in so), measure, sure, (own.member,))
        return None

    def held(self) -> Compared | None:
        """Of a question for yes or no whether what a thing has is over, or under, a number."""
        if not yes_or_no(self.run.question) or self.form.degrees or len(self.form.bounds) != 1 or len(self.names) != 1:
            return None
        [bound], [span] = self.form.bounds, self.names
        for handle in [handle for seed, handle in self.run.seeded if seed.span == span]:
            for measure in self._measures(bound, [span]):
                rows = self.sets.values(Members(np.array([handle]), 1.0), measure)
                if rows is None:
                    continue
                kept = chosen(*in_its_own_unit(rows, bound, self.run.question))
                sure = self.sets.sure(self._left(measure, [span]), measure, _NAMED)
                return Compared(tuple(rows.rows), (handle,), measure, sure, (handle,), verdict=kept is not None)
        return None

    def _alike(self, handles: list[int]) -> bool:
        """Whether things are all of one type."""
        types = [set(getattr(node, "types", ())) for node in self.run.view.nodes(np.array(handles, np.int64))]
        return bool(set.intersection(*types))

    def _meanings(self, span: Span) -> list[int]:
        """What a name may mean, the likeliest first."""
        own = [handle for seed, handle in self.run.seeded if seed.span == span]
        links = [link for link in self.run.links if link.mention.span == span]
        others = self.run.view.handles([one.entity for link in links for one in link.candidates]).tolist()
        return [handle for handle in dict.fromkeys((*own, *others)) if handle >= 0]

    def _coordinated(self, degree: Degree) -> list[Span]:
        """The names that are given to compare: "A or B", "A、B和C", "A … than B"; those of which a number is made."""
        names, text = self.names, without_nouns(self.run.question.lower(), self.kinds, self.names)
        if len(names) < 2:
            return []
        if degree.asks in ("ratio", "times"):
            return names if len(names) == 2 else []
        if degree.asks in ("total", "average"):
            return joined(text, names)
        return beside_each_other(text, self.form, names)

    # --- the things of a set

    def of_set(self) -> Compared | None:
        """Of a set of things those that the question's conditions choose."""
        if yes_or_no(self.run.question) or any(one.loose or not one.superlative for one in self.form.degrees):
            return None
        conditions: list[Degree | Bound] = [*self.form.bounds, *self.form.degrees]
        tries = [self._measures(one, self.names, others=[other for other in conditions if other is not one])[:_TRIED] for one in conditions]
        if not all(tries):
            return None
        if len(conditions) == 1:
            return self._best(conditions[0], tries[0])
        found: Compared | None = None
        words = frozenset().union(*(options[0].words for options in tries))
        members: Members | None = None
        for condition, options in zip(conditions, tries, strict=True):
            members = self._members(options[0], words, conditions) if members is None else members
            found = None if members is None else self._chosen(condition, options[0], members, words)
            if found is None or members is None:
                return None
            members = members.only(found.winners)
        return found

    def _best(self, condition: Degree | Bound, tries: list[Measure]) -> Compared | None:
        """By the measure that fits best; None where two fit alike and choose other things."""
        best: Compared | None = None
        for measure in tries:
            worse = best is not None and measure.score < best.measure.score - ALIKE
            if worse and best is not None and best.fits:
                break
            try:
                members = self._members(measure, measure.words, [condition])
            except TooMany:
                if self.sets.sure(self._left(measure, self.names), measure) >= _SURE:
                    raise
                continue
            found = None if members is None else self._chosen(condition, measure, members, measure.words)
            if found is None:
                continue
            if best is not None and (worse or found.fits != best.fits):  # what is asked for goes before what is a step from it
                best = found if found.fits and found.sure > best.sure - _SURER else best
            elif best is None or best.sure < found.sure - _SURER:
                best = found
            elif found.sure > best.sure - _SURER and (set(found.winners) != set(best.winners) or found.value != best.value):
                return None
        return best

    def _members(self, measure: Measure, words: frozenset[int], conditions: list[Any]) -> Members | None:
        """What is compared: the ends of a path from the names, all things of the kind named, or all that have the measure."""
        spans = [one.span for one in conditions] + [self.asked.words[n].span for n in words]
        spans += [span for span in self.names if self._repeats(span, measure)]
        names = [span for span in self.names if not any(overlap(span, one) for one in spans)]
        if names:
            met = things_without(self.run, spans) if self.kinds else None
            if met is not None and self.sets.values(members := Members(met.ends, met.sure, met.seeds), measure) is not None:
                return members
            found = self.sets.by_path(spans, measure, _SURE)
            if found is None or len(found.handles) < SEVERAL:  # "the biggest city in Turkey" is not its capital
                found = self._beside(names, measure) or self.sets.by_path(spans, measure, _SURE, several=True) or found
            if found is not None or not all(self._alone(span) for span in names):
                return found
        if not self.kinds:
            return self.sets.having(measure)
        if not names and any(self.asked.words[n].weight > LIGHT for n in self._left(measure, self.names, words)):
            met = things_without(self.run, spans)  # "with a balcony" names nothing
            if met is not None and self.sets.values(members := Members(met.ends, met.sure, met.seeds, told=True), measure) is not None:
                return members
        kinds = self.sets.of_kind(list(self.kinds.values()))
        if kinds is not None and self.sets.values(kinds, measure) is not None:
            return kinds
        if not measure.words and any("age" in getattr(one, "dimensions", ()) for one in conditions):
            return None  # the oldest athlete is none of the oldest club
        by_path = self.sets.by_path(spans, measure, _SURE)
        if by_path is not None:
            return by_path
        others = self.sets.having(measure)
        if others is None or kinds is None:
            return None if others is None else replace(others, kinds=tuple(self.kinds), fits=False)
        among = np.isin(others.handles, kinds.handles)
        if among.mean() >= _OF_KIND:  # few of the kind have it, and nothing else has
            return replace(kinds, handles=others.handles[among])
        return replace(others, kinds=tuple(self.kinds), fits=False)  # "which country has the highest mountain"

    def _repeats(self, span: Span, measure: Measure) -> bool:
        """Whether a name only says a word of what the measure is called: "the most DVDs in the US", of US DVD sales."""
        relation = self.run.view.relations[measure.relation]
        said = {token.word for token in tokens(self.run.question[slice(*span)])}
        return bool(measure.words) and said <= {*relation_words(relation.name).spoken}

    def _beside(self, names: list[Span], measure: Measure) -> Members | None:
        """The things of the kind asked for one step from the only name."""
        handles = [handle for seed, handle in self.run.seeded if seed.span in names]
        return self.sets.beside(handles[0], list(self.kinds.values()), measure) if len(names) == 1 and self.kinds and handles else None

    def _chosen(self, condition: Degree | Bound, measure: Measure, members: Members, words: frozenset[int]) -> Compared | None:
        rows = None if self.sets.found_by(members, measure) else self.sets.values(members, measure)
        if rows is not None and isinstance(condition, Bound):
            rows, condition = in_its_own_unit(rows, condition, self.run.question)
        if rows is not None and undecided(rows, condition):
            self.apart = True
            return None
        best = None if rows is None else chosen(rows, condition)
        if best is None:
            return None
        assert rows is not None
        left = self._left(measure, self.names, words) if members.path is None and not members.told else []
        asks = condition.asks if isinstance(condition, Degree) else ""
        further = onward(self.sets, best, measure, members) if not asks else None
        if further is not None:
            ends, step, said = further
            sure = min(members.sure, self.sets.sure([n for n in left if n not in said], measure))
            return Compared(ends.rows, ends.winners, measure, sure, members.seeds, members=members, onward=(step,), unread=rows.unread)
        if members.kinds and not members.fits:
            return None
        sure = min(members.sure, self.sets.sure(left, measure, members=members))
        number = folded(rows, condition) if asks and isinstance(condition, Degree) else None
        made = None if number is None else told_in(self.run.question, number, rows.amounts)
        found = Compared(best.rows, best.winners, measure, sure, members.seeds, members=members, unread=rows.unread, value=made)
        return replace(found, among=rows, condition=condition)

    def _alone(self, span: Span) -> bool:
        """Whether a name is that of the only thing of its type: "at Lumenor", in a graph of that company."""
        counts = self.sets.wholes.counts
        nodes = [seed.node for seed, _ in self.run.seeded if seed.span == span]
        return any(counts.get(kind) == 1 for kind in getattr(nodes[0], "types", ()))

    # --- words

    def _measures(
        self,
        condition: Degree | Bound,
        names: list[Span],
        others: list[Any] | None = None,
        held: Collection[tuple[int, int]] = (),
    ) -> list[Measure]:
        steps = self.run.steps
        free = [n for n in self._free(names) if not others or self._near(n, condition, others)]
        words = self.asked.words
        head = tuple(n for n in self.asked.head if not any(overlap(words[n].span, span) for span in (*names, condition.span)))
        head = head or tuple(n for n, word in enumerate(words) if any(overlap(word.span, span) for span in self.kinds))
        found, relations = self.run.matched(self.asked, steps), self.run.view.relations
        return measures(self.asked, found, steps=steps, relations=relations, condition=condition, free=free, head=head, held=held)

    def _free(self, names: list[Span]) -> list[int]:
        """Words that are no part of a name, of a kind, or of what compares."""
        taken = [*names, *self.kinds, *(one.span for one in self.form.degrees), *(one.span for one in self.form.bounds)]
        words = enumerate(self.asked.words)
        return [n for n, word in words if word.around is None and not any(overlap(word.span, span) for span in taken)]

    def _near(self, n: int, condition: Any, others: list[Any]) -> bool:
        at = self.asked.words[n].start

        def apart(span: Span) -> int:
            return max(span[0] - at, at - span[1], 0)

        return all(apart(condition.span) <= apart(other.span) for other in others)

    def _left(self, measure: Measure, names: list[Span], words: frozenset[int] = frozenset()) -> list[int]:
        return [n for n in self._free(names) if n not in measure.words and n not in words]
