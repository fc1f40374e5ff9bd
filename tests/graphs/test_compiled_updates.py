"""Updates: a graph after any of them is the graph that would be built of the facts it has then."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kgllm
from kgllm.errors import CheckpointError, GraphError, WrongTypeError
from kgllm.graphs.base import Record
from kgllm.graphs.compiled.edits import Changes, as_fact, parsed, written
from kgllm.graphs.compiled.graph import CompiledGraph, build
from kgllm.testing.scenarios import random_facts
from kgllm.types import Entity, Fact, Literal, Relation


def graph_of(facts, **options):
    return build((Record(fact=fact) for fact in facts), **options)


def fact(subject, relation, object, *source):
    return Fact(Entity(subject), Relation(relation), object if isinstance(object, Literal) else Entity(object), source=source)


def same(fact):
    """What a fact is known by: its qualifiers have no order."""
    return fact.subject, fact.relation, fact.object, frozenset(fact.qualifiers)


class Same:
    """Whether two graphs say the same of everything, up to the order of facts that differ in qualifiers alone."""

    def __init__(self, graph):
        self.graph = graph
        view = graph.view()
        self.entities = {e.id: (e, e.name, set(e.aliases), set(e.types), e.named) for e in self.scan("entities")}
        self.facts = {f.id: (f, {f.subject.name, str(f.object), str(f.relation)}, set(f.source)) for f in self.scan("facts")}
        nodes = sorted({f.object for f in self.scan("facts") if isinstance(f.object, Literal)}, key=str)
        nodes += [row[0] for row in self.entities.values()]
        self.relations = {node: row for node, row in zip(nodes, graph.relations(nodes), strict=True)}
        self.schema = graph.schema()
        steps = [(relation, way) for relation in view.relations for way in ("out", "in")]
        self.expansions = {
            (one.node, one.relation, one.way): ([step.neighbour for step in one.steps], {step.fact.id for step in one.steps}, one.truncated)
            for one in graph.expand(nodes, steps, 10**6)
        }
        handles = view.handles(nodes)
        self.degrees = dict(zip(nodes, view.degrees(handles).tolist(), strict=True))
        self.ranks = [node for _, node in sorted(zip(view.rank(handles).tolist(), nodes, strict=True), key=lambda pair: pair[0])]
        self.described = {one.node: one.properties for one in graph.describe(nodes)}
        names = sorted({name for row in self.entities.values() for name in (row[1], str(row[0].id), *row[2])} | {str(n) for n in nodes})
        self.found = {name: [(m.node, m.kind, m.score) for m in row] for name, row in zip(names, graph.find(names), strict=True)}

    def scan(self, what):
        items, cursor = [], None
        while True:
            page = self.graph.scan(cursor, 7, what=what)
            items += page.items
            if (cursor := page.cursor) is None:
                return items

    def expect(self, other):
        for name in ("entities", "facts", "relations", "expansions", "degrees", "ranks", "described", "found", "schema"):
            assert getattr(self, name) == getattr(other, name), name


def entities_of(facts):
    return [Record(entity=node) for f in facts for node in (f.subject, f.object, *(n for _, n in f.qualifiers)) if isinstance(node, Entity)]


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_an_updated_graph_is_the_graph_built_of_its_facts(seed, other, draw):
    old, new = random_facts(seed), random_facts(other)
    graph = graph_of(old)
    gone = draw.sample(old, draw.randint(0, len(old)))
    first, second = new[: len(new) // 2], new[len(new) // 2 :]
    graph.update(add=first)
    graph.update(add=second, remove=gone)
    removed = {same(f) for f in gone}
    left = [f for f in (*old, *first) if same(f) not in removed] + list(second)
    # entities stay when their facts go, so a rebuilt graph is told of them
    wanted = build(iter([*entities_of(old), *entities_of(new), *(Record(fact=f) for f in left)]), unnamed=None)
    Same(graph).expect(Same(wanted))
    graph.compact()
    Same(graph).expect(Same(wanted))


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_following_one_relation_after_an_update_gives_what_edges_give(seed, other, draw):
    old, new = random_facts(seed), random_facts(other)
    graph = graph_of(old)
    graph.update(add=draw.sample(new, len(new) // 2), remove=draw.sample(old, len(old) // 3))
    view = graph.view()
    everything = view.handles([*(node for f in (*old, *new) for node in (f.subject, f.object))])
    everything = np.unique(everything[everything >= 0])
    some = everything[np.argsort(view.rank(everything), kind="stable")]
    for nodes in (some, some[::-1], some[::2], some[:1]):
        for relation in range(len(view.relations)):
            for way in (0, 1):
                for limit in (1, 2, 1000):
                    edges = view.edges(nodes, np.full(len(nodes), relation), np.full(len(nodes), way), limit)
                    start, end, fact, cut = view.follow(nodes, relation, way, limit)
                    assert (start.tolist(), end.tolist(), fact.tolist()) == (
                        nodes[edges.row].tolist(),
                        edges.neighbour.tolist(),
                        edges.fact.tolist(),
                    )
                    assert cut == edges.truncated.any()


def test_what_an_update_did_not_touch_is_not_looked_up_in_it(monkeypatch):
    graph = graph_of([fact("hub", "has", f"leaf {i:03}") for i in range(50)] + [fact("hub", "likes", "tea"), fact("茶", "产地", "云南")])
    graph.update(add=[("hub", "likes", "coffee"), ("咖啡", "产地", "云南")], remove=[fact("hub", "has", "leaf 007")])
    view = graph.view()
    looked = []
    monkeypatch.setattr(type(view.added), "edges", lambda self, *request: looked.append(request))
    number = {relation.id: i for i, relation in enumerate(view.relations)}
    [hub, tea, yunnan] = view.handles([Entity("hub"), Entity("茶"), Entity("云南")])
    assert len(view.follow(np.array([hub]), number["has"], 0, 100)[2]) == 49  # one is gone
    assert len(view.follow(np.array([hub]), number["likes"], 0, 100)[2]) == 2
    assert len(view.follow(np.array([tea]), number["产地"], 0, 100)[2]) == 1
    assert [node.name for node in view.nodes(view.follow(np.array([yunnan]), number["产地"], 1, 100)[1])] == ["咖啡", "茶"]
    assert not looked


def test_limits_hold_over_old_new_and_removed():
    graph = graph_of([fact("hub", "has", f"leaf {i:03}") for i in range(100)])
    graph.update(
        add=[fact("hub", "has", f"leaf {i:03}a") for i in range(0, 100, 10)], remove=[fact("hub", "has", f"leaf {i:03}") for i in range(5)]
    )
    view = graph.view()
    [hub] = view.handles([Entity("hub")])
    for limit in (1, 3, 104, 105, 106):
        edges = view.edges(np.array([hub]), np.array([0]), np.array([0]), limit)
        names = [node.name for node in view.nodes(edges.neighbour)]
        everything = sorted([f"leaf {i:03}" for i in range(5, 100)] + [f"leaf {i:03}a" for i in range(0, 100, 10)])
        assert names == everything[:limit] and edges.truncated.tolist() == [limit < 105]
    assert graph.relations([Entity("hub")])[0][0].count == 105


def test_a_limit_cuts_before_what_is_removed_and_leaves_the_next_request_alone():
    graph = graph_of([fact(hub, "has", f"leaf {i:03}") for hub in ("hub", "枢纽") for i in range(50)])
    graph.update(remove=[fact("hub", "has", "leaf 040")])
    view = graph.view()
    both = view.handles([Entity("hub"), Entity("枢纽")])
    edges = view.edges(both, np.array([0, 0]), np.array([0, 0]), 4)
    assert edges.row.tolist() == [0] * 4 + [1] * 4 and edges.truncated.tolist() == [True, True]
    assert [node.name for node in view.nodes(edges.neighbour)] == [f"leaf {i:03}" for i in range(4)] * 2
    for many in (3, 200):  # few edits are made one by one, more of them at once
        gone, new = [f"leaf {i:03}" for i in range(40, 40 + min(many, 10))], [f"leaf {i:03}x" for i in range(many)]
        graph.update(add=[fact("枢纽", "has", name) for name in new], remove=[fact("枢纽", "has", name) for name in gone])
        found = graph.expand([Entity("枢纽")], [(Relation("has"), "out")], 1000)[0]
        assert [step.neighbour.name for step in found.steps] == sorted({*(f"leaf {i:03}" for i in range(50)), *new} - set(gone))


def test_what_an_update_did_is_counted():
    graph = graph_of([fact("a", "r", "b", "x:1"), fact("a", "r", "c")])
    assert graph.update(add=[fact("a", "r", "b", "y:2"), ("d", "r", "a")], remove=[("a", "r", "c"), ("a", "r", "zzz")]) == Changes(
        added=1, removed=1, present=1, missing=1
    )
    assert {f.source for f in graph.scan().items} == {("x:1", "y:2"), ()}
    assert graph.update() == Changes()


def test_a_triple_may_end_in_a_value_as_it_may_where_a_graph_is_loaded():
    graph = kgllm.load([("Memento", "release year", 2000), ("流浪地球", "票房", 4.69)])
    changes = graph.update(
        add=[("Memento", "release year", 2001), ("流浪地球", "上映", date(2019, 2, 5)), (7, "kind", Literal("tide"))],
        remove=[("Memento", "release year", 2000), ("流浪地球", "票房", 4.69), ("Memento", "release year", 1990)],
    )
    assert changes == Changes(added=3, removed=2, missing=1)
    assert {str(one) for one in graph.scan().items} == {"Memento — release year → 2001", "流浪地球 — 上映 → 2019-02-05", "7 — kind → tide"}


def boats():
    crew = [{"id": "p1", "name": "Ann Cole"}, {"id": "p2", "name": "李娜"}, {"id": "p3", "name": "Bo"}, {"id": "p4", "name": "Bo"}]
    return kgllm.load(
        {"crew": crew, "boats": [{"id": "b1", "name": "Swan", "crew_id": "p1"}, {"id": "b2", "name": "天鹅", "crew_id": "p2"}]}
    )


def test_a_name_in_a_change_is_the_one_thing_or_relation_of_that_name():
    graph = boats()
    before = {str(one.id) for one in graph.scan(what="entities").items}
    changes = graph.update(
        add=[("Swan", "crew", "李娜"), ("天鹅", "length", 9)], remove=[("Swan", "crew", "Ann Cole"), ("天鹅", "crew_id", "李娜")]
    )
    assert changes == Changes(added=2, removed=2)
    assert {str(one) for one in graph.scan().items} == {"Swan — crew → 李娜", "天鹅 — length → 9"}
    assert {str(one.id) for one in graph.scan(what="entities").items} == before
    assert graph.update(add=[("Swan", "crew", "crew/p3"), ("New", "crew", "crew/p3")]).added == 2  # an id stays one, and what is new is new
    assert graph.update(remove=[("New", "crew", "crew/p3")]).removed == 1  # …, which a later change finds


def test_a_name_that_several_have_is_refused_in_a_change():
    graph = boats()
    with pytest.raises(GraphError, match=r"'Bo' is the name of 2 things: 'crew/p3', 'crew/p4'"):
        graph.update(add=[("天鹅", "crew", "Bo")])
    assert graph.update(add=[("天鹅", "crew", Entity("Bo"))]).added == 1


@pytest.mark.parametrize("wrong", [("a", "b"), ("a", "b", [1, 2]), ("a", 1, "c"), ("a", "b", None), (None, "b", "c"), "abc", 5])
def test_what_is_no_fact_is_refused_with_an_example(wrong):
    graph = kgllm.load([("a", "b", "c")])
    with pytest.raises(WrongTypeError, match="not") as caught:
        graph.update(add=[wrong])
    assert "release year" in caught.value.hint


@pytest.mark.parametrize(
    "wrong", ["Kite", ("a", "b", "c"), Entity("a"), fact("a", "b", "c"), None, {"a": 1}, graph_of([fact("a", "r", "b")])]
)
def test_what_is_no_list_of_facts_is_refused_with_what_to_do(wrong):
    graph = kgllm.load([("a", "b", "c")])
    for change in ({"add": wrong}, {"remove": wrong}):
        with pytest.raises(WrongTypeError, match="facts must be a list, not") as caught:
            graph.update(**change)
        assert "kgllm.load([one, other])" in caught.value.hint if hasattr(wrong, "scan") else "add=[(" in caught.value.hint
    assert graph.schema().facts == 1


@pytest.mark.parametrize("saved", [False, True])
def test_a_thing_is_removed_with_every_fact_that_it_is_in(tmp_path, saved):
    graph = kgllm.load(
        [("风筝", "价格", 30), ("风筝", "货架", "A"), ("Shop", "sells", "风筝"), ("风筝", "like", "风筝"), ("Ball", "货架", "A")]
    )
    graph = kgllm.compile(graph, tmp_path / "g") if saved else graph
    graph.update(add=[("风筝", "colour", "red")])
    assert graph.update(remove=[Entity("风筝")]) == Changes(removed=5)
    assert [str(one) for one in graph.scan().items] == ["Ball — 货架 → A"]
    assert graph.update(remove=[Entity("风筝"), Entity("nobody")]) == Changes()
    if saved:
        assert [str(one) for one in kgllm.load(tmp_path / "g").scan().items] == ["Ball — 货架 → A"]


def test_an_update_that_cannot_be_changes_nothing():
    graph = graph_of([fact("1", "r", "b")])
    before = graph.version()
    for wrong, error in ((("a", "r"), WrongTypeError), (fact(1, "r", "b"), GraphError), (fact(2**63, "r", "b"), ValueError)):
        with pytest.raises(error):
            graph.update(add=[("new", "r", "b"), wrong])
    assert graph.version() == before and graph.schema().facts == 1


def test_a_view_stays_as_it_was():
    graph = graph_of([fact("a", "r", "b")])
    view = graph.view()
    graph.update(remove=[fact("a", "r", "b")])
    assert view.degrees(view.handles([Entity("a")])).tolist() == [1]
    assert graph.view().degrees(graph.view().handles([Entity("a")])).tolist() == [0]


def test_new_names_are_found_and_removed_literals_are_not():
    graph = graph_of([Fact(Entity("Q1", "Heat"), Relation("year"), Literal("1995", 1995)), fact("Q1", "by", "Q2")])
    graph.update(
        add=[Fact(Entity("Q1", "盗火线", types=("film",)), Relation("by"), Entity("Q2", "Michael Mann"))],
        remove=[Fact(Entity("Q1"), Relation("year"), Literal("1995", 1995))],
    )
    heat, mann, year = graph.find(["盗火线", "michael mann", "1995"])
    assert (heat[0].node.name, heat[0].kind, heat[0].node.types) == ("Heat", "alias", ("film",))
    assert mann[0].node == Entity("Q2") and not year
    assert graph.search("Micheal Mann")[0].node == Entity("Q2")
    assert graph.schema().types == (("film", 1),) and graph.schema().literals == 0


@pytest.mark.parametrize("seed", range(5))
def test_edits_are_written_and_read(seed):
    facts = [as_fact(given) for given in random_facts(seed)]
    add, remove = parsed(written(facts, facts[:3]))
    whole = lambda f: (f, [(n, getattr(n, "name", n), getattr(n, "value", 0)) for n in (f.subject, f.object)], f.qualifiers)
    assert list(map(whole, add)) == list(map(whole, facts)) and list(map(whole, remove)) == list(map(whole, facts[:3]))
    with pytest.raises(CheckpointError):
        parsed(written(facts, ())[:-9])


def test_updates_of_a_folder_are_there_when_it_is_opened_again(tmp_path):
    graph = graph_of([fact("a", "r", "b")], folder=tmp_path / "g")
    graph.update(add=[("b", "r", "c")])
    graph.update(add=[("c", "新", "d")], remove=[("a", "r", "b")])
    again = CompiledGraph.open(tmp_path / "g", verify=True)
    Same(graph).expect(Same(again))
    assert graph.version() == again.version() != graph_of([fact("a", "r", "b")], folder=tmp_path / "h").version()
    again.compact()
    assert sorted(path.name for path in (tmp_path / "g").iterdir()) == ["LOCK", "MANIFEST.json", "gen-000002"]
    Same(again).expect(Same(CompiledGraph.open(tmp_path / "g")))
    with pytest.raises(GraphError, match="another writer"):
        graph.update(add=[("x", "r", "y")])


def test_a_damaged_update_is_noticed(tmp_path):
    graph_of([fact("a", "r", "b")], folder=tmp_path).update(add=[("b", "r", "c")])
    delta = next(tmp_path.glob("*.jsonl"))
    delta.write_text(delta.read_text().replace('"c"', '"d"'))
    with pytest.raises(CheckpointError, match="altered"):
        CompiledGraph.open(tmp_path)


KILLED = """
    import os, signal, sys
    from kgllm.graphs.compiled import folder, graph as compiled
    point, action, path = sys.argv[1:]
    graph = compiled.CompiledGraph.open(path)
    real = getattr(folder, point)
    def dies(*args, **kwargs):
        result = real(*args, **kwargs) if point == "_sync" else None
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(folder, point, dies)
    if action == "update":
        graph.update(add=[("b", "r", "c")])
    elif action == "compact":
        graph.compact()
    else:
        compiled.build(iter([]), folder=path)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGKILL")
@pytest.mark.parametrize(
    ("point", "action"), [("_sealed", "update"), ("_replace", "update"), ("_sealed", "compact"), ("_sync", "build"), ("_replace", "build")]
)
def test_a_killed_writer_leaves_the_old_graph(tmp_path, point, action):
    graph = graph_of([fact("a", "r", "b")], folder=tmp_path)
    graph.update(add=[("a", "r", "z")])
    before = json.loads((tmp_path / "MANIFEST.json").read_text())
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), point, action, str(tmp_path)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert json.loads((tmp_path / "MANIFEST.json").read_text()) == before
    again = CompiledGraph.open(tmp_path, verify=True)
    Same(graph).expect(Same(again))
    again.update(add=[("b", "r", "c")])  # and what it left behind is in nobody's way
    again.compact()
    assert CompiledGraph.open(tmp_path).schema().facts == 3


def test_what_was_looked_up_is_looked_up_anew_after_an_update():
    graph = kgllm.load([("Heat", "directed by", "Michael Mann")])
    assert [len(hits) for hits in graph.find(["Heat", "heat", "Nolan", "Heat"])] == [1, 1, 0, 1]
    graph.update(add=[("Nolan", "directed", "Inception")], remove=[Entity("Heat")])
    assert [[str(hit.node) for hit in hits] for hits in graph.find(["Nolan", "nolan", "Inception"])] == [
        ["Nolan"],
        ["Nolan"],
        ["Inception"],
    ]
    graph.compact()
    assert [str(hit.node) for hit in graph.find(["Nolan"])[0]] == ["Nolan"]


def test_what_is_kept_of_look_ups_is_bounded():
    graph = kgllm.load([("Heat", "directed by", "Michael Mann")])
    for begin in range(0, 20_000, 1_000):
        assert [bool(hits) for hits in graph.find([*(f"name {n}" for n in range(begin, begin + 1_000)), "Heat"])] == [False] * 1_000 + [
            True
        ]
        assert len(graph._state.found) <= 4_096
    assert len(graph.find([f"other {n}" for n in range(5_000)])) == 5_000 and len(graph._state.found) <= 4_096
