"""Nested objects that have ids, and are parts of their rows all the same."""

from __future__ import annotations

import kgllm

GARDENS = [
    {"code": "kew", "name": "Kew", "labels": {"id": "kew", "de": "Königlicher Garten", "zh": "邱园"}, "size": 121, "label": "K"},
    {"code": "hor", "name": "Hortus", "labels": {"id": "hor", "de": "Pflanzengarten", "zh": "植园"}, "size": 1},
    {"code": "jar", "name": "Jardin", "labels": {"id": "jar", "de": "Prachtgarten", "zh": "华园"}, "size": 28},
]


def names_of(graph):
    return {one.name or one.id for one in graph.scan(what="entities").items}


def test_an_object_that_repeats_its_row_s_key_is_part_of_the_row():
    graph = kgllm.load(GARDENS, table="gardens", aliases="labels.zh")
    assert names_of(graph) == {"Kew", "Hortus", "Jardin"}
    assert kgllm.GraphQA(graph).ask("邱园的size是多少？").text == "121 [1]"
    assert {fact.relation.id for fact in graph.scan().items} == {"code", "label", "labels.de", "labels.zh", "size"}
    assert any("each 'labels' stands with one row" in note for note in graph.notes)


def test_a_dotted_name_means_the_outer_row():
    graph = kgllm.load(GARDENS, table="gardens", name="labels.de")
    assert names_of(graph) == {"Königlicher Garten", "Pflanzengarten", "Prachtgarten"}


def test_a_number_that_no_other_row_has_says_nothing():
    towns = [{"编号": place, "名称": f"镇{place}", "水井": {"编号": 870 + place, "深度": 7 * place}} for place in range(1, 5)]
    graph = kgllm.load(towns, table="城镇")
    assert names_of(graph) == {"镇1", "镇2", "镇3", "镇4"}
    assert kgllm.GraphQA(graph).ask("镇2的水井的深度是多少？").text == "14 [1]"


def test_two_of_them_in_one_row_and_one_within_another():
    rows = [
        {"no": f"b{place}", "title": f"Bell {place}", "tone": {"id": f"b{place}", "hertz": place}, "rope": {"id": f"b{place}", "end": {"id": f"b{place}", "knots": place + 5}}}
        for place in range(1, 5)
    ]  # fmt: skip
    graph = kgllm.load(rows, table="bells")
    assert names_of(graph) == {f"Bell {place}" for place in range(1, 5)}
    assert {"tone.hertz", "rope.end.knots"} <= {fact.relation.id for fact in graph.scan().items}


def kinds_of(rows, **options):
    return {kind for one in kgllm.load(rows, **options).scan(what="entities").items for kind in one.types}


def test_what_is_a_thing_of_its_own_stays_one():
    def boats(*owners):
        return [{"id": place, "name": f"Boat {place}", "owner": owner} for place, owner in enumerate(owners, 1)]

    named = boats(*({"id": place, "name": f"Ann {place}", "age": 30 + place} for place in range(1, 5)))
    shared = boats(*({"id": 71, "age": 40} for _ in range(4)))
    rows = boats(*({"id": place % 4 + 1, "age": place} for place in range(1, 5)))  # ids of other boats
    called = boats(*({"id": who, "age": place} for place, who in enumerate(("Ann", "Ben", "Cid", "Dan"))))
    apart = boats(*({"id": 71 + place, "age": place} for place in range(4)))
    for one in (named, shared, rows, called):
        assert "owner" in kinds_of(one, table="boats")
    assert kinds_of(apart, table="boats") == {"boats"}
    trips = [{"trip": "t1", "owner_id": 71}, {"trip": "t2", "owner_id": 74}]
    assert "owner" in kinds_of({"boats": apart, "trips": trips})
    assert "owner" in kinds_of({"boats": apart, "visits": [{"visit": "v1", "by": 71}]}, refers={"by": "owner"})


def test_a_list_of_objects_stays_rows():
    rows = [
        {"id": f"k{place}", "name": f"Kiln {place}", "firings": [{"id": 90 + 2 * place + more, "heat": more} for more in (0, 1)]}
        for place in range(4)
    ]
    assert "firings" in kinds_of(rows, table="kilns")
