"""A compiled graph keeps the rules of every graph, and costs what integer columns cost."""

from __future__ import annotations

import time
from decimal import Decimal

import numpy as np
import pytest

import kgllm
from kgllm.errors import ConfigError, GraphError
from kgllm.graphs.base import Record, Triples
from kgllm.graphs.compiled.graph import build
from kgllm.graphs.compiled.joints import opaque, wordless
from kgllm.graphs.compiled.store import last_at_most
from kgllm.graphs.nameindex import NameIndex
from kgllm.testing import check_graph
from kgllm.testing.oracle import fact_of
from kgllm.types import Entity, Fact, Literal, Relation


def graph_of(*facts, **options):
    return build((Record(fact=fact_of(fact)) for fact in facts), **options)


def test_it_keeps_every_rule():
    check_graph(lambda facts: graph_of(*facts))


def test_columns_and_single_facts_make_the_same_graph():
    rows = [("Heat", "directed by", "Michael Mann"), ("流浪地球", "导演", "郭帆"), ("Heat", "year", "1995"), ("Heat", "year", "1995")]
    columns = build(iter([Triples(*map(list, zip(*rows, strict=True)), "kb.tsv", range(1, 5))]))
    facts = graph_of(*(Fact(*map(_end, row, (Entity, Relation, Entity)), source=(f"kb.tsv:{i}",)) for i, row in enumerate(rows, 1)))
    assert columns.scan() == facts.scan() and columns.version() == facts.version()
    assert [fact.source for fact in columns.scan().items][1] == ("kb.tsv:3", "kb.tsv:4")


def _end(text, kind):
    return kind(text)


def test_whole_numbers_stay_numbers():
    graph = graph_of(Fact(Entity(7), Relation("r"), Entity(-12)), Fact(Entity(7), Relation("r"), Entity("x7")))
    assert [fact.object.id for fact in graph.scan().items] == [-12, "x7"]
    assert graph.relations([Entity("7")]) == [()] and len(graph.relations([Entity(7)])[0]) == 1


@pytest.mark.parametrize("pair", [(1, "1"), ("1", 1), (1, True), (1.0, 1), (True, "1")])
def test_ids_that_read_the_same_are_refused(pair):
    with pytest.raises(GraphError, match="ambiguous"):
        graph_of(Fact(Entity(pair[0]), Relation("r"), Entity("a")), Fact(Entity("b"), Relation("r"), Entity(pair[1])))


@pytest.mark.parametrize("key", [2**63, -(2**63), Decimal(1), frozenset({1}), None, object()])
def test_ids_that_are_none_are_refused(key):
    with pytest.raises(ConfigError, match="id must be text or an integer"):
        graph_of(Fact(Entity(key), Relation("r"), Entity("a")))


def test_lone_surrogates_become_the_replacement_character():
    graph = build(iter([Triples(["a\ud800", "a\ud801"], ["r\udfff", "r\ufffd"], ["b", "b"]), Record(entity=Entity("n", "na\ud800me"))]))
    assert [(fact.subject.id, fact.relation.id) for fact in graph.scan().items] == [("a\ufffd", "r\ufffd")]
    assert graph.relations([Entity("a\udc00")])[0][0].count == 1
    assert graph.find(["na\ud9ffme"])[0][0].node == Entity("n")


def test_names_over_a_kilobyte_are_kept_and_not_indexed():
    long = "名" * 342
    graph = graph_of((long, "is", "long"), ("名" * 341, "is", "short enough"))
    assert graph.find([long]) == [()] and len(graph.find(["名" * 341])[0]) == 1
    assert graph.relations([Entity(long)])[0][0].count == 1


def test_entities_come_in_pieces_and_without_facts():
    graph = build(
        iter(
            [
                Record(entity=Entity("Q1", types=("film",))),
                Record(fact=Fact(Entity("Q1"), Relation("P57"), Entity("Q2"))),
                Record(relation=Relation("P57", "director", aliases=("导演",))),
                Record(relation=Relation("P57", "directed by", "directed")),
                Record(entity=Entity("Q1", "Heat", aliases=("盗火线",))),
                Record(entity=Entity("Q1", "Heat (film)")),
                Record(entity=Entity("Q3", "alone")),
            ]
        )
    )
    film = graph.find(["heat"])[0][0].node
    assert (film.name, film.aliases, film.types) == ("Heat", ("Heat (film)", "盗火线"), ("film",))
    relation = graph.schema().relations[0].relation
    assert (relation.name, relation.inverse_name, relation.aliases) == ("director", "directed", ("directed by", "导演"))
    assert graph.find(["alone"])[0][0].node == Entity("Q3") and graph.schema().entities == 3


def test_types_stand_at_both_ends_of_relations():
    heat, mann = Entity("Heat", types=("film", "work")), Entity("Mann", types=("person",))
    graph = graph_of(Fact(heat, Relation("by"), mann), Fact(heat, Relation("year"), Literal("1995", 1995)))
    by, year = graph.schema().relations
    assert by.domain == (("film", 1), ("work", 1)) and by.range == (("person", 1),)
    assert year.range == (("int", 1),) and year.literal and not by.literal


def test_a_hub_of_a_million_leaves_costs_milliseconds(monkeypatch):
    monkeypatch.setattr("kgllm.graphs.compiled.assemble.index_of", lambda *_: NameIndex.empty())  # a million names take their time
    n = 1_000_000
    leaves = [f"l{i}" for i in range(n)]
    graph = build(iter([Triples(leaves, ["in"] * n, ["hub"] * n)]))
    view = graph.view()
    [hub] = handles = view.handles([Entity("hub")])
    start = time.perf_counter()
    groups = view.groups(handles)
    edges = view.edges(handles, groups.relation, groups.way, 100)
    beyond = view.edges(edges.neighbour, np.zeros(100, int), np.zeros(100, int), 100)
    took = time.perf_counter() - start
    assert groups.count.tolist() == [n] and edges.truncated.all() and len(edges.fact) == 100
    assert set(beyond.neighbour.tolist()) == {int(hub)}
    assert took < 0.05


# --- nodes that only join others ---


def events(ids):
    for i, key in enumerate(ids):
        yield (f"actor {i % 40}", "performed", key)
        yield (key, "film", f"film {i % 30}")
        yield (key, "character", f"role {i}")


@pytest.mark.parametrize(
    "ids",
    [
        [f"m.0{i * 7919:x}k{i % 7}v" for i in range(100, 160)],
        [f"{i * 2654435761 % 2**32:08x}-9c0b-4ef8-bb6d-6bb9bd380a11" for i in range(1, 60)],
        [f"Q{i}$8419C20C-8C33-4A{i:02X}" for i in range(10, 70)],
    ],
    ids=["keys", "uuids", "statements"],
)
def test_events_with_opaque_ids_are_joints(ids):
    graph = graph_of(*events(ids))
    named = {entity.id: entity.named for entity in graph.scan(what="entities").items}
    assert {key for key, is_named in named.items() if not is_named} == set(ids)
    assert graph.find([ids[0]])[0][0].kind == "id"
    view = graph.view()
    assert view.named(view.handles([Entity(ids[0]), Entity("film 1")])).tolist() == [False, True]
    assert all(one.named for one in graph_of(*events(ids), unnamed=()).scan(what="entities").items)


@pytest.mark.parametrize("ids", [[f"scene {i}" for i in range(60)], [f"python{i}" for i in range(60)], [str(1900 + i) for i in range(60)]])
def test_events_that_people_name_are_none(ids):
    assert all(entity.named for entity in graph_of(*events(ids)).scan(what="entities").items)
    chosen = graph_of(*events(ids), unnamed=set(ids))
    assert sum(not entity.named for entity in chosen.scan(what="entities").items) == 60
    ruled = graph_of(*events(ids), unnamed=lambda key: key == ids[3])
    assert [entity.id for entity in ruled.scan(what="entities").items if not entity.named] == [ids[3]]


def test_opaque_nodes_with_a_name_or_many_facts_are_none():
    ids = [f"Q8W{i:02}X{i % 10}" for i in range(40)]
    named = [Fact(Entity(i, f"protein {n}"), Relation(r), Entity(f"x {n}")) for n, i in enumerate(ids) for r in ("binds", "in")]
    assert all(entity.named for entity in graph_of(*named).scan(what="entities").items)
    shared = [(one, "binds", other) for one in ids for other in ids] + [(one, "in", "cell") for one in ids]
    assert all(entity.named for entity in graph_of(*shared).scan(what="entities").items)


def test_the_few_whose_ids_begin_as_those_of_nearly_all_joints_do_are_joints():
    ids = [f"m.0{i * 7919:x}k{i % 7}v" for i in range(100, 160)]
    told_in_part = [("Ann Vell", "hall of fame", "m.09tl527"), ("Ann Vell", "siblings", "m.0gwhv5j"), ("Bo Vell", "siblings", "m.0gwhv5j")]
    others = [("Ann Vell", "model", "v.0gwhv5k"), ("Ann Vell", "album", "m.Nothing 1")]
    graph = graph_of(*events(ids), *told_in_part, *others)
    unnamed = {entity.id for entity in graph.scan(what="entities").items if not entity.named}
    assert unnamed == {*ids, "m.09tl527", "m.0gwhv5j"}
    things = [(f"x.0{i * 7919:x}k{i % 7}v", "in", f"cell {i}") for i in range(300)]  # by far most of a prefix are none
    mixed = graph_of(*events([f"x.1{i * 7919:x}k{i % 7}v" for i in range(60)]), *things)
    assert sum(not entity.named for entity in mixed.scan(what="entities").items) == 60


@pytest.mark.parametrize("key", ["1970", "1940s", "U2", "C++", "libc6", "流浪地球2", "B-52", "70mm", "3.14", "Blade Runner 2049", ""])
def test_what_people_write_is_not_opaque(key):
    assert not opaque(key)


def test_long_digits_have_no_word_and_are_not_opaque():
    assert wordless("m.01032909") and not opaque("1995-12-15")


def test_compound_values_of_a_real_graph(shared):
    path = shared / "freebase_lite" / "kb.tsv"
    rows = [row for line in path.read_text(encoding="utf-8").split("\n") if len(row := line.split("\t")) == 3 and all(row)]
    entities = build(iter([Triples(*map(list, zip(*rows, strict=True)))])).view().store
    keys = [entities.keys[i] for i in range(entities.entities)]
    truth = np.array([key.startswith(("m.", "g.")) for key in keys])
    found = entities.flags[: entities.entities] & 2 > 0
    assert (found & truth).sum() / found.sum() > 0.99
    assert (found & truth).sum() / truth.sum() > 0.95


def test_load_takes_what_is_unnamed_and_compile_keeps_updates(tmp_path):
    graph = kgllm.load([("a", "r", "x1"), ("x1", "s", "b")], unnamed={"x1"})
    graph.update(add=[("b", "t", "c")])
    saved = kgllm.compile(graph, tmp_path / "g")
    assert [entity.id for entity in saved.scan(what="entities").items if not entity.named] == ["x1"]
    assert saved.schema().facts == 3


def test_a_search_in_a_column_copies_no_column():
    column = np.arange(0, 50, 5, dtype=np.uint8)
    assert [int(last_at_most(column, value)) for value in (0, 4, 5, 45, 300)] == [0, 0, 1, 9, 9]
    assert last_at_most(column, np.array([3, 10**9])).tolist() == [0, 9] and int(last_at_most(column[:0], 3)) == -1
