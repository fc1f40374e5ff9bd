"""Every way to be wrong is caught, under the name of the rule that it breaks."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from kgllm.graphs.base import Groups, Page, sort_key
from kgllm.graphs.view import InternedView
from kgllm.testing import BrokenRule, OracleGraph, check_graph
from kgllm.testing.oracle import fact_of
from kgllm.types import Entity, Literal, replace


class Facts(OracleGraph):
    """An oracle over changed facts."""

    def __init__(self, facts):
        super().__init__(self.change([fact_of(one) for one in facts]))

    def change(self, facts):
        return facts


class LosesParallelRelations(Facts):
    def change(self, facts):
        return list({(fact.subject, fact.object): fact for fact in facts}.values())


class ForgetsDirection(Facts):
    def change(self, facts):
        return [replace(f, subject=min(f.subject, f.object, key=sort_key), object=max(f.subject, f.object, key=sort_key)) for f in facts]


class ForgetsQualifiers(Facts):
    def change(self, facts):
        return [replace(fact, qualifiers=()) for fact in facts]


class MakesLiteralsEntities(Facts):
    def change(self, facts):
        return [replace(f, object=Entity(f.object.name)) if isinstance(f.object, Literal) else f for f in facts]


class ForgetsLanguages(Facts):
    def change(self, facts):
        return [replace(f, object=Literal(f.object.name, f.object.value)) if isinstance(f.object, Literal) else f for f in facts]


class ForgetsValues(Facts):
    def change(self, facts):
        return [replace(f, object=replace(f.object, value=f.object.name)) if isinstance(f.object, Literal) else f for f in facts]


class ForgetsSources(Facts):
    def change(self, facts):
        return [replace(fact, source=fact.source[:1]) for fact in {fact: fact for fact in facts}.values()]


class WritesNamesForIds(Facts):
    def change(self, facts):
        named = lambda node: replace(node, id=node.name) if isinstance(node, Entity) else node
        return [replace(f, subject=named(f.subject), object=named(f.object)) for f in facts]


class ForgetsNamelessness(Facts):
    def change(self, facts):
        named = lambda node: replace(node, named=True) if isinstance(node, Entity) else node
        return [replace(f, subject=named(f.subject), object=named(f.object)) for f in facts]


class WritesIdsAsText(Facts):
    def change(self, facts):
        text = lambda node: replace(node, id=str(node.id)) if isinstance(node, Entity) else node
        return [replace(f, subject=text(f.subject), object=text(f.object)) for f in facts]


class CountsDuplicates(OracleGraph):
    def __init__(self, facts):
        super().__init__(facts)
        self.more = len(list(facts)) - len(self.facts)

    def schema(self):
        mine = super().schema()
        return replace(mine, facts=mine.facts + self.more)


class AnswersNoInverse(OracleGraph):
    def expand(self, nodes, steps, limit):
        return [one for one in super().expand(nodes, steps, limit) if one.way == "out"]


class CountsSelfLoopsOnce(OracleGraph):
    def relations(self, nodes):
        loops = {(f.subject, f.relation) for f in self.facts if f.subject == f.object}
        kept = lambda node, one: one.way == "out" or (node, one.relation) not in loops
        return [tuple(one for one in row if kept(node, one)) for node, row in zip(nodes, super().relations(nodes), strict=True)]


class WalksNoLiteralsBack(OracleGraph):
    def relations(self, nodes):
        return [() if isinstance(node, Literal) else row for node, row in zip(nodes, super().relations(nodes), strict=True)]


class CutsWithoutSaying(OracleGraph):
    def expand(self, nodes, steps, limit):
        return [replace(one, truncated=False) for one in super().expand(nodes, steps, limit)]


class IgnoresTheLimit(OracleGraph):
    def expand(self, nodes, steps, limit):
        return super().expand(nodes, steps, 10**9)


class SharesTheLimit(OracleGraph):
    """A hub in the batch takes from the others."""

    def expand(self, nodes, steps, limit):
        left, found = max(limit, 20), []
        for one in super().expand(nodes, steps, limit):
            found.append(replace(one, steps=one.steps[:left], truncated=one.truncated or len(one.steps) > left))
            left -= len(found[-1].steps)
        return found if limit < 100 else super().expand(nodes, steps, limit)


class OrdersByName(OracleGraph):
    def expand(self, nodes, steps, limit):
        ordered = lambda one: tuple(sorted(one.steps, key=lambda step: step.neighbour.name[::-1]))
        return [replace(one, steps=ordered(one)) for one in super().expand(nodes, steps, limit)]


class OrdersNodesItsOwnWay(OracleGraph):
    def expand(self, nodes, steps, limit):
        return sorted(super().expand(nodes, steps, limit), key=lambda one: sort_key(one.node))


class SendsBareNeighbours(OracleGraph):
    def expand(self, nodes, steps, limit):
        bare = lambda step: replace(step, neighbour=Entity(step.neighbour.id)) if isinstance(step.neighbour, Entity) else step
        return [replace(one, steps=tuple(map(bare, one.steps))) for one in super().expand(nodes, steps, limit)]


class InventsNodes(OracleGraph):
    def describe(self, nodes):
        return [replace(one, node=Entity("?")) if one.node not in self.ends else one for one in super().describe(nodes)]


class MergesHomonyms(OracleGraph):
    def find(self, names):
        return [matches[:1] for matches in super().find(names)]


class IsCaseSensitive(OracleGraph):
    def find(self, names):
        return [tuple(one for one in matches if one.kind in ("id", "name", "alias")) for matches in super().find(names)]


class OrdersMatchesByKey(OracleGraph):
    def find(self, names):
        return [tuple(sorted(matches, key=lambda one: sort_key(one.node))) for matches in super().find(names)]


class ForgetsAliases(OracleGraph):
    def find(self, names):
        return [tuple(one for one in matches if one.kind != "alias") for matches in super().find(names)]


class SearchesExactly(OracleGraph):
    def search(self, text, limit=10):
        return super().find([text])[0][:limit]


class SearchesForTooMuch(OracleGraph):
    def search(self, text, limit=10):
        return super().search(text, limit + 1)


class DescribesWithoutProperties(OracleGraph):
    def describe(self, nodes):
        return [replace(one, properties=()) for one in super().describe(nodes)]


class MiscountsSubjects(OracleGraph):
    def schema(self):
        mine = super().schema()
        return replace(mine, relations=tuple(replace(one, subjects=one.facts) for one in mine.relations))


class ScansForEver(OracleGraph):
    def scan(self, cursor=None, limit=10_000, *, what="facts"):
        return Page(super().scan(cursor, limit, what=what).items, 0)


class ScansTheFirstPieceOnly(OracleGraph):
    def scan(self, cursor=None, limit=10_000, *, what="facts"):
        return Page(super().scan(cursor, limit, what=what).items, None)


class ScansWithACursorInMemory(OracleGraph):
    def scan(self, cursor=None, limit=10_000, *, what="facts"):
        page = super().scan(cursor and cursor["at"], limit, what=what)
        return Page(page.items, {"at": page.cursor, "facts": frozenset()} if page.cursor else None)


class SamplesWithRepetition(OracleGraph):
    def sample(self, n, seed=0):
        drawn = super().sample(n, seed)
        return drawn[:1] * len(drawn)


class SamplesByChance(OracleGraph):
    seeds = itertools.count()

    def sample(self, n, seed=0):
        return super().sample(n, next(self.seeds))


class VersionIsATime(OracleGraph):
    def version(self):
        return str(time.perf_counter_ns())


class UpdatesQuietly(OracleGraph):
    """Takes new facts, and keeps the token."""

    def __init__(self, facts):
        super().__init__(facts)
        self.token = super().version()

    def version(self):
        return self.token

    def update(self, *, add=(), remove=()):
        gone = {fact_of(one) for one in remove}
        super().__init__([*(fact for fact in self.facts.values() if fact not in gone), *add])


class KeepsItsQuestionInItself(OracleGraph):
    def relations(self, nodes):
        found = []
        for node in nodes:
            self.node = node
            time.sleep(0)
            found += super().relations([self.node])
        return found


class HasViews(OracleGraph):
    """An oracle with a view of its own, which a subclass breaks."""

    def view(self):
        return self.View(self)


class RanksByHandle(HasViews):
    class View(InternedView):
        def rank(self, handles):
            return handles.astype(float)


class GroupsOneWay(HasViews):
    class View(InternedView):
        def groups(self, handles):
            mine = super().groups(handles)
            out = mine.way == 0
            return Groups(mine.origin[out], mine.relation[out], mine.way[out], mine.count[out])


class NumbersStrangers(HasViews):
    class View(InternedView):
        def handles(self, nodes):
            return np.array([self._intern(node) for node in nodes], dtype=np.int64)


class CutsTheBatch(HasViews):
    class View(InternedView):
        def edges(self, handles, relations, ways, limit):
            mine = super().edges(handles, relations, ways, limit)
            return type(mine)(mine.row[:limit], mine.neighbour[:limit], mine.fact[:limit], mine.truncated)


class ViewsWithoutQualifiers(HasViews):
    class View(InternedView):
        def qualifiers(self, facts):
            return super().qualifiers(facts[:0])


BROKEN = {
    LosesParallelRelations: {"relations"},
    ForgetsDirection: {"relations"},
    ForgetsQualifiers: {"relations", "expand"},
    MakesLiteralsEntities: {"relations", "expand"},
    ForgetsLanguages: {"relations", "expand"},
    ForgetsValues: {"neighbours_come_whole"},
    ForgetsSources: {"sources"},
    WritesNamesForIds: {"relations"},
    ForgetsNamelessness: {"neighbours_come_whole"},
    WritesIdsAsText: {"relations"},
    CountsDuplicates: {"schema"},
    AnswersNoInverse: {"expand"},
    CountsSelfLoopsOnce: {"relations"},
    WalksNoLiteralsBack: {"relations"},
    CutsWithoutSaying: {"limit"},
    IgnoresTheLimit: {"limit"},
    SharesTheLimit: {"limit"},
    OrdersByName: {"order"},
    OrdersNodesItsOwnWay: {"order"},
    SendsBareNeighbours: {"expand", "neighbours_come_whole"},
    InventsNodes: {"unknown_nodes"},
    MergesHomonyms: {"find"},
    IsCaseSensitive: {"find_normalised"},
    OrdersMatchesByKey: {"find_order"},
    ForgetsAliases: {"find"},
    SearchesExactly: {"search"},
    SearchesForTooMuch: {"search"},
    DescribesWithoutProperties: {"describe"},
    MiscountsSubjects: {"schema"},
    ScansForEver: {"scan"},
    ScansTheFirstPieceOnly: {"scan"},
    SamplesWithRepetition: {"sample"},
    SamplesByChance: {"sample"},
    VersionIsATime: {"version"},
    UpdatesQuietly: {"version"},
    RanksByHandle: {"view_order"},
    GroupsOneWay: {"view_groups"},
    NumbersStrangers: {"view_nodes"},
    CutsTheBatch: {"view_edges"},
    ViewsWithoutQualifiers: {"view_qualifiers"},
}


@pytest.mark.parametrize(("broken", "rules"), BROKEN.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_is_caught(broken, rules):
    with pytest.raises(BrokenRule) as caught:
        check_graph(broken)
    assert caught.value.rule in rules, str(caught.value)
    assert caught.value.scenario and len(str(caught.value)) < 3000


def test_a_cursor_that_json_cannot_hold():
    with pytest.raises(TypeError) as caught:
        check_graph(ScansWithACursorInMemory)
    assert "'scan'" in caught.value.__notes__[0]


def test_two_threads_are_told_apart():
    """Whether threads collide is chance, so the rule is only asked not to cry wolf."""
    check_graph(KeepsItsQuestionInItself, random_graphs=0, skip=["threads"])


def test_what_is_no_graph():
    with pytest.raises(BrokenRule, match="is_a_graph") as caught:
        check_graph(lambda facts: dict.fromkeys(facts))
    assert "expand" in str(caught.value)
