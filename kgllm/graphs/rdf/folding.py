"""Nodes that owl:sameAs joins into one, at an endpoint that knows nothing of it.

The endpoint is asked for all members of a node at once. What it counts is too much where statements become one fact when their
ends are folded; so every fact around a member is read once, with the survey, and what was counted is corrected by these.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from kgllm.errors import GraphError
from kgllm.graphs.rdf import texts
from kgllm.graphs.rdf.names import Names
from kgllm.graphs.rdf.structure import folded
from kgllm.graphs.rdf.terms import Term

if TYPE_CHECKING:
    from kgllm.graphs.rdf.survey import Survey

MOST = 2_000_000  # facts around nodes that are others too
_TERMS = 500  # in one text

Fact = tuple[Term, str, Term]


class Folded:
    """Which nodes are one, and the facts around them: each folded fact with the statements that say it, as they are written."""

    def __init__(self, members: dict[str, tuple[str, ...]]) -> None:
        self._leaders = {node: leader for leader, mine in members.items() for node in mine}
        self.facts: dict[Fact, set[Fact]] = {}
        self._around: dict[Term, list[Fact]] = defaultdict(list)
        self._along: dict[str, list[Fact]] = defaultdict(list)

    def leader(self, node: str) -> str:
        """The node that stands for all that are the same."""
        return self._leaders.get(node, node)

    def take(self, subject: Term, predicate: str, object: Term) -> None:
        """Note a statement around a member."""
        lead = [self.leader(one) if isinstance(one, str) else one for one in (subject, object)]
        fact = (lead[0], predicate, lead[1])
        if fact not in self.facts:
            self.facts[fact] = set()
            self._around[lead[0]].append(fact)
            self._along[predicate].append(fact)
            if lead[1] != lead[0]:
                self._around[lead[1]].append(fact)
        self.facts[fact].add((subject, predicate, object))

    def correct(self, node: Term, counts: dict[tuple[str, int], int]) -> None:
        """Take from what an endpoint counted of a node (distinct other ends) the ends that are one."""
        for fact in self._around.get(node, ()):
            for way in (0, 1):
                if fact[2 * way] == node and (fact[1], way) in counts:
                    counts[fact[1], way] -= len({said[2 - 2 * way] for said in self.facts[fact]}) - 1

    def counted(self, predicate: str, facts: int, subjects: int, objects: int) -> tuple[int, int, int]:
        """The facts, subjects and objects of a relation, from those of its statements."""
        mine = self._along.get(predicate, [])
        said = [one for fact in mine for one in self.facts[fact]]
        less = [len({one[end] for one in said}) - len({fact[end] for fact in mine}) for end in (0, 2)]
        return facts - len(said) + len(mine), subjects - less[0], objects - less[1]

    def retype(self, names: Names, predicate: str, way: int, kinds: Counter[str]) -> None:
        """The types at one end of a relation: of each folded node once, with the types of all its members."""
        mine = self._along.get(predicate, [])
        raw = {one[2 * way] for fact in mine for one in self.facts[fact]}
        for end in raw:
            if isinstance(end, str):
                kinds.subtract(names.types_of((end,)))
        for end in {fact[2 * way] for fact in mine}:
            if isinstance(end, str):
                kinds.update(names.types_of(names.members.get(end, (end,))))
        for kind in [kind for kind, number in kinds.items() if number <= 0]:
            del kinds[kind]


def fold(ask: Callable[[str], Any], survey: Survey, pairs: Iterable[tuple[Any, Any]]) -> Folded:
    """Read which nodes are one, and all facts around them.

    Raises:
        GraphError: there are too many.
    """
    from kgllm.graphs.rdf.hop import written

    members = folded([(one, other) for one, other in pairs if isinstance(one, str) and isinstance(other, str)])
    nodes = [node for mine in members.values() for node in mine]
    rows = [(i, one) for i, node in enumerate(nodes) for one in written(survey, node)]  # of each node alone: no members are known yet
    found = Folded(members)
    total = 0
    for start in range(0, len(rows), _TERMS):
        said = ask(texts.facts_around(survey.shape, rows[start : start + _TERMS], MOST + 1 - total))
        total += len(said)
        if total > MOST:
            raise GraphError(
                f"more than {MOST:,} facts are around nodes that owl:sameAs joins", hint="compile a dump of the graph with same_as=True"
            )
        for row in said:
            here, other = nodes[int(row["i"].term.name)], survey.note(row["n"])
            subject, object = (here, other) if row["w"].term.name == "0" else (other, here)
            found.take(subject, str(row["p"].term), object)
    survey.names.members = members
    return found
