"""Events that are called by their kind and a number are joints; things that people number are not."""

import networkx as nx
import pytest

import kgllm
from kgllm.graphs.networkx import NetworkxGraph
from kgllm.types import Entity, Fact, Relation


def triples(ids, relations=("player", "from", "to"), leads=None):
    for i, key in enumerate(ids):
        for n, relation in enumerate(relations):
            yield (key, relation, f"{relation} {i % (n + 3)}")
        if leads:
            yield (f"thing {i % 3}", leads, key)


def unnamed(graph):
    return {one.id for one in graph.scan(what="entities").items if not one.named}


@pytest.mark.parametrize(
    "ids",
    [
        [f"transfer_{i}" for i in range(9)],
        [f"LeagueMatch-{i:04d}" for i in range(9)],
        [f"http://example.org/id/employment{i}" for i in range(9)],
        [f"转会{i}" for i in range(9)],
        [f"合同_{i:03d}" for i in range(9)],
        [f"order_{i * 7919:06x}" for i in range(20, 29)],
    ],
    ids=["snake", "camel", "iri", "chinese", "padded", "hex"],
)
def test_a_kind_of_event_and_a_number_join(ids):
    graph = kgllm.load(list(triples(ids)))
    assert unnamed(graph) == set(ids)
    assert graph.find([ids[0]])[0][0].kind == "id"
    live = nx.MultiDiGraph()
    for subject, relation, end in triples(ids):
        live.add_edge(subject, end, relation=relation)
    assert unnamed(NetworkxGraph(live)) == set(ids)
    assert unnamed(kgllm.load(list(triples(ids)), unnamed=())) == set()


@pytest.mark.parametrize(
    "ids",
    [
        [f"Apollo {i}" for i in range(9, 18)],
        [f"Apollo_{i}" for i in range(9, 18)],
        [f"Boeing {i}7" for i in range(70, 79)],
        [f"Windows {i}" for i in (95, 98, 7, 8, 10, 11)],
        [f"customer_{i}" for i in range(9)],
        [f"patient_{i:04d}" for i in range(9)],
        [f"gpt-{i}" for i in range(1, 6)],
        [f"product{i}" for i in range(9)],
        [f"CUST-{i:03d}" for i in range(9)],
        [f"顾客{i}" for i in range(9)],
        [f"match_{i}_final_word" for i in range(9)],
    ],
)
def test_things_with_a_number_do_not(ids):
    assert unnamed(kgllm.load(list(triples(ids)))) == set()


def test_an_event_joins_three_things_or_more_and_is_one_of_several():
    assert unnamed(kgllm.load(list(triples([f"transfer_{i}" for i in range(9)], ("player", "year"))))) == set()
    assert unnamed(kgllm.load(list(triples(["transfer_1"])))) == set()


def test_an_event_with_a_name_keeps_it():
    facts = [
        Fact(Entity(f"transfer_{i}", f"The big one of {i}"), Relation(relation), Entity(f"{relation} {i}"))
        for i in range(9)
        for relation in ("player", "from", "to")
    ]
    assert unnamed(kgllm.load(facts)) == set()


def test_a_code_joins_where_its_type_or_what_leads_there_says_an_event():
    ids = [f"LND-{i:03d}" for i in range(9)]
    assert unnamed(kgllm.load(list(triples(ids)))) == set()
    assert unnamed(kgllm.load(list(triples(ids, leads="has landing")))) == set(ids)
    typed = [Fact(Entity(key, types=("Moon landing",)), Relation(relation), Entity(end)) for key, relation, end in triples(ids)]
    assert unnamed(kgllm.load(typed)) == set(ids)


def test_an_id_may_be_made_of_what_takes_part():
    leagues = [(name, year) for name in ("Premier_League", "La_Liga", "Serie_A") for year in ("2020-21", "2021-22")]
    facts = [
        fact
        for n, (name, year) in enumerate(leagues)
        for fact in (
            (f"season_{name}_{year}", "league", name),
            (f"season_{name}_{year}", "years", year),
            (f"season_{name}_{year}", "champion", f"c{n % 3}"),
        )
    ]
    assert unnamed(kgllm.load(facts)) == {subject for subject, _, _ in facts}
    others = [(subject.replace("season_", "season_Unheard_of_"), relation, end) for subject, relation, end in facts]
    assert unnamed(kgllm.load(others)) == set()


def deals(label):
    rows = [("Neymar", "Barcelona", "Paris", "2017"), ("Mbappé", "Monaco", "Paris", "2018"), ("Mané", "Liverpool", "Bayern", "2022")]
    return [
        Fact(Entity(f"d{n}", label.format(*row)), Relation(relation), Entity(value))
        for n, row in enumerate(rows)
        for relation, value in zip(("player", "from", "to", "year"), row, strict=True)
    ]


def joining(graph):
    view = graph.view()
    nodes = graph.scan(what="entities").items
    return {node.id for node, named in zip(nodes, view.named(view.handles(nodes)).tolist(), strict=True) if not named}


@pytest.mark.parametrize("label", ["Transfer of {0}", "{0} to {2} transfer {3}", "{0}的转会", "{1} vs {2}", "Transfer: {0} ({3})"])
def test_a_name_that_says_what_takes_part_is_kept_and_joins(label, tmp_path):
    graph = kgllm.load(deals(label))
    assert joining(graph) == {"d0", "d1", "d2"} and unnamed(graph) == set()
    assert graph.find([label.format("Neymar", "Barcelona", "Paris", "2017")])[0][0].node.id == "d0"
    graph.update(add=[("d2", "fee", "32")])
    graph.compact()
    assert joining(graph) == {"d0", "d1", "d2"}
    assert joining(kgllm.load(kgllm.compile(graph, tmp_path / "g"))) == {"d0", "d1", "d2"}
    assert joining(kgllm.load(deals(label), unnamed=())) == set()


@pytest.mark.parametrize("label", ["The big one {3}", "{0}", "{0} of {1}", "Transfer of the century", "Film {3}"])
def test_other_names_do_not(label):
    assert joining(kgllm.load(deals(label))) == set()
