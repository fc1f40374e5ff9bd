"""Questions that say the whole name of a field and a value of it: "Which lamps have the colour red?", "How many lamps are there whose colour is
red and whose maker is not Olm?", 颜色为红色或绿色的灯具. They are read as a query is (`kgllm.words.fielded`), and every word of them is explained.

What is denied of a field is so of the things of which the graph tells the field and another value: of those of which it says nothing
nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import among, by_key, distinct
from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of, too_many
from kgllm.retrieval.computed.everything import kept_of_kind
from kgllm.retrieval.computed.wholes import TooMany, column, of_kind
from kgllm.words import is_han, lexicon, relation_words, singular
from kgllm.words.fielded import FIELD, KIND, Fielded, Piece, Said, rows
from kgllm.words.names import normalise
from kgllm.words.questions import Span
from kgllm.words.relations import mutual

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Relation, Way
    from kgllm.words.tokens import Token

_LONGEST = 200  # characters of a question
_WORDS = 8  # of the name of a kind or of a field
_SURE = 0.95


@dataclass(frozen=True, slots=True)
class Having:
    """The things of which a condition holds, the facts that say so of each, and what they lead to; the field's name and its handle."""

    things: NDArray[Any]
    of_facts: NDArray[Any]
    facts: NDArray[Any]
    relation: int
    values: tuple[int, ...]


def fielded(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question that says the whole names of fields; None for every other."""
    if len(run.question) > _LONGEST:
        return None
    query = Query(run)
    try:
        return next(
            (told for one in rows(run.question, query.named, query.valued) if (told := query.told(one, max_facts)) is not None), None
        )
    except TooMany:
        return too_many(run, "fielded")


class Query:
    """Looks up what a question that is read as a query says."""

    def __init__(self, run: Run) -> None:
        self.run, self.wholes, self.limit = run, run.wholes, run.retriever.limits.members

    @cached_property
    def _relations(self) -> Mapping[str, int]:
        return self.run.steps.handles(self.run.view.relations)

    # --- what the words name

    def named(self, words: Sequence[Token], at: int) -> list[Piece]:
        """The kinds and the fields that a question names from a token on."""
        found, start, han = [], words[at].start, is_han(words[at].word)
        fields, types, classes = self._fields, self.run.spoken.types, self.run.spoken.classes
        for end in range(at + 1, min(at + _WORDS, len(words)) + 1):
            span = (start, words[end - 1].end)
            field = fields.get(span)
            kind: Any = types.get(span)
            if kind is None and (han or end == at + 1):
                kind = self._kind(words[at:end], han=han)
            if kind is None:
                kind = classes.get(span)
            if field is not None:
                found.append(Piece(FIELD, at, end, field))
            if kind is not None:
                found.append(Piece(KIND, at, end, kind))
        return found

    @cached_property
    def _fields(self) -> Mapping[Span, tuple[str, ...]]:
        return dict(self.run.spoken.fields)

    def _kind(self, words: Sequence[Token], *, han: bool) -> Any:
        """The type that a Chinese noun, or a word, is another one for."""
        if han:
            return self.wholes.han_types.get("".join([word.word for word in words])) if self.wholes.han_types else None
        return self.wholes.called(words[0].word) if lexicon().across(singular(words[0].word)) else None

    def valued(self, texts: list[str]) -> dict[str, Any]:
        """The nodes that texts name, of each those that are written so before others."""
        found: dict[str, Any] = {}
        for text, matches in zip(texts, self.run.spoken.find(texts), strict=True):
            if not matches:
                continue
            wanted = normalise(text)
            named = [match.node for match in matches if normalise(match.node.name) == wanted]
            nodes = named or [match.node for match in matches if normalise(match.name) == wanted] or [match.node for match in matches]
            found[text] = tuple(nodes)
        return found

    # --- what holds

    def told(self, read: Fielded, max_facts: int) -> Evidence | None:
        """The evidence of one reading; None where the graph has no such things."""
        members = None if read.kind is None else distinct(of_kind(self.run, read.kind))
        if read.kind is not None and (members is None or not len(members)):
            return None
        if not read.said:
            assert members is not None
            return kept_of_kind(self.run, read.kind, members, max_facts, counts=read.counts)
        found = [self._having(one, members, bare=read.bare) for one in read.said]
        having = [one for one in found if one is not None]
        if len(having) < len(found):
            return None
        join = np.union1d if read.either else np.intersect1d
        things = reduce(join, [one.things for one in having])
        if not len(things):
            return kept(self.run, (), (), (), {**settings_of(self.run, "fielded"), "declined": "nothing_found"})
        if members is None and not self.run.view.named(things).any():  # what only joins others is no answer
            return None
        return self._evidence(things, having, max_facts, counts=read.counts)

    def _having(self, said: Said, members: NDArray[Any] | None, *, bare: bool) -> Having | None:
        """The things of which a condition holds; None where the field, of these things, has not the values, or several fields do."""
        found = [one for name in said.field if (one := self._with(name, said, members, bare=bare)) is not None]
        same = {one.things.tobytes() for one in found}
        return found[0] if len(same) == 1 else None

    def _with(self, name: str, said: Said, members: NDArray[Any] | None, *, bare: bool) -> Having | None:
        view, relation = self.run.view, self._relations.get(name)
        if relation is None or (said.denied and relation_words(view.relations[relation].name).form in ("verb", "by")):
            return None  # "not born in Olm" is no other value: who was born nowhere known was not, either
        of_values = []
        for nodes in said.values:
            handles = view.handles(list(nodes))
            one = self._entering(handles[handles >= 0], relation, members)
            if one is None or (bare and self._leaves(handles[handles >= 0], relation)):
                return None
            of_values.append(one)
        ends, facts = (np.concatenate([one[n] for one in of_values]) for n in (0, 1))
        things = reduce(np.intersect1d, [distinct(one[0]) for one in of_values]) if said.every else distinct(ends)
        values = tuple(value for one in of_values for value in one[2])
        if not said.denied:
            return Having(things, ends, facts, relation, values)
        rows = column(self.wholes, view, relation, self.limit, self.run.deadline)
        mine = ~among(rows.subjects, things)
        if members is not None:
            mine &= among(rows.subjects, members)
        return Having(distinct(rows.subjects[mine]), rows.subjects[mine], rows.facts[mine], relation, ())

    def _entering(self, values: NDArray[Any], relation: int, members: NDArray[Any] | None) -> tuple[Any, Any, tuple[int, ...]] | None:
        """The things of which a field has any of some values, the facts, and the values that it has; None where it has none of them."""
        view = self.run.view
        ways = (1, 0) if mutual(view.relations[relation].name) else (1,)
        ends, facts, met = [], [], []
        for way in ways if len(values) else ():
            edges = view.edges(values, np.full(len(values), relation), np.full(len(values), way), self.limit)
            if edges.truncated.any():
                raise TooMany(view.relations[relation].id)
            mine = np.ones(len(edges.row), bool) if members is None else among(edges.neighbour, members)
            ends.append(edges.neighbour[mine])
            facts.append(edges.fact[mine])
            met.append(edges.row[mine])
        if not sum(map(len, ends)):
            return None
        return np.concatenate(ends), np.concatenate(facts), tuple(values[distinct(np.concatenate(met))].tolist())

    def _leaves(self, values: NDArray[Any], relation: int) -> bool:
        """Whether one of the values has the field itself: "father Ann" may ask for hers."""
        edges = self.run.view.edges(values, np.full(len(values), relation), np.zeros(len(values), np.int64), 1)
        return len(edges.row) > 0

    def _evidence(self, things: NDArray[Any], having: Sequence[Having], max_facts: int, *, counts: bool) -> Evidence:
        run = self.run
        settings = settings_of(run, "fielded")
        if counts:
            settings["value"], settings["unit"] = float(len(things)), ""
        ordered = by_key(run.view, things)
        order = {handle: n for n, handle in enumerate(ordered.tolist())}
        proof = [
            (order[end], n, fact)
            for n, one in enumerate(having)
            for end, fact in zip(one.of_facts.tolist(), one.facts.tolist(), strict=True)
            if end in order
        ]
        made, cuts = facts_of(run, [fact for _, _, fact in sorted(proof)], max_facts)
        head = next((one for one in having if one.values), having[0])
        steps: list[tuple[Relation, Way]] = [(run.view.relations[head.relation], "in")]
        path = path_of(run, head.values, steps, ordered, made, _SURE)
        return kept(run, (path,), made, cuts, settings)
