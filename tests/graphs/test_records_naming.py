"""The name of nested objects is that of one thing where what is said of it agrees; else they are parts of their rows."""

import pytest

import kgllm
from kgllm.errors import ConfigError


def facts_of(graph):
    return {(fact.subject.id, fact.relation.id, getattr(fact.object, "id", fact.object.name)) for fact in graph.scan(limit=1000).items}


def ends_of(graph, relation):
    return {(fact.subject.name, fact.object.id) for fact in graph.scan(limit=1000).items if fact.relation.id == relation}


MESSAGES = {
    "messages": [
        {"name": "A", "fields": [{"name": "x", "type": "int"}, {"name": "状态", "type": "u8"}]},
        {"name": "B", "fields": [{"name": "x", "type": "float"}, {"name": "状态", "type": "u8"}]},
    ]
}


def test_parts_that_share_a_name_and_differ_are_kept_apart():
    graph = kgllm.load(MESSAGES)
    assert ends_of(graph, "fields") == {("A", "fields/A/x"), ("B", "fields/B/x"), ("A", "fields/状态"), ("B", "fields/状态")}
    assert {("fields/A/x", "type", "int"), ("fields/B/x", "type", "float")} <= facts_of(graph)
    assert {match.node.id for match in graph.find(["x"])[0]} == {"fields/A/x", "fields/B/x"}
    [note] = [note for note in graph.notes if "'fields'" in note]
    assert "differ in 'type' ('x': 'int', 'float')" in note and 'key={"fields": "name"}' in note
    one = kgllm.load(MESSAGES, key={"fields": "name"})
    assert ("B", "fields/x") in ends_of(one, "fields") and not any("'fields'" in note for note in one.notes)


@pytest.mark.parametrize("key", [{"fields": ["messages", "name"]}, {"fields": ["message", "name"]}, ["fields.messages", "fields.name"]])
def test_the_row_is_part_of_a_nested_key(key):
    graph = kgllm.load(MESSAGES, key=key)
    assert ends_of(graph, "fields") == {("A", "fields/A/x"), ("B", "fields/B/x"), ("A", "fields/A/状态"), ("B", "fields/B/状态")}
    assert {match.node.id for match in graph.find(["状态"])[0]} == {"fields/A/状态", "fields/B/状态"}


def test_the_row_is_part_of_a_key_at_any_depth_and_alone():
    towns = [{"name": "Ulm", "roads": [{"name": "Main", "shops": [{"no": 1, "sells": "tea"}]}, {"name": "Side", "shops": [{"no": 1}]}]}]
    graph = kgllm.load(towns, table="towns", key={"roads": ["town", "name"], "shops": ["road", "no"]})
    assert ends_of(graph, "shops") == {("Main", "shops/Ulm/Main/1"), ("Side", "shops/Ulm/Side/1")}
    homes = [{"name": "安", "home": {"city": "Ulm"}}, {"name": "Ben", "home": {"city": "Bonn"}}]
    assert ends_of(kgllm.load(homes, table="people", key={"home": "person"}), "home") == {("安", "home/安"), ("Ben", "home/Ben")}


def test_a_nested_key_that_is_none_is_refused_with_what_there_is():
    with pytest.raises(ConfigError, match=r"there are \['name', 'type'\]") as refused:
        kgllm.load(MESSAGES, key={"fields": ["news", "name"]})
    assert "'message' or 'messages' is the row in which they stand" in refused.value.hint


def test_what_agrees_is_one_thing():
    films = [{"title": f"F{n}", "tags": [{"name": "old", "hue": "red"}, {"name": f"t{n % 3}", "hue": f"h{n % 3}"}]} for n in range(6)]
    graph = kgllm.load(films, table="films")
    assert {end for _, end in ends_of(graph, "tags")} == {"tags/old", "tags/t0", "tags/t1", "tags/t2"}
    assert not any("'tags'" in note for note in graph.notes)
    films[0]["tags"][0] = {"name": "old"}  # says less, and nothing else
    assert ("F0", "tags/old") in ends_of(kgllm.load(films, table="films"), "tags")


def test_who_agrees_in_what_tells_them_apart_is_one_though_a_role_differs():
    cast = [("Ann", 1950), ("李明", 1961), ("Cid", 1972), ("Dee", 1983)]
    plays = [
        {"title": f"P{n}", "cast": [{"name": who, "born": born, "role": f"{who} {n}"} for who, born in cast[2 * n :]]} for n in range(2)
    ]
    graph = kgllm.load(plays, table="plays")
    assert {end for _, end in ends_of(graph, "cast")} == {f"cast/{who}" for who, _ in cast}
    [note] = [note for note in graph.notes if "'cast'" in note]
    assert "are one thing, though they differ in 'role'" in note and 'key={"cast": ["plays", "name"]}' in note
    said = kgllm.load(plays, table="plays", key={"cast": ["plays", "name"]})
    assert ("P1", "cast/P1/Cid") in ends_of(said, "cast")


def test_namesakes_among_many_who_agree_are_two():
    cast = [{"name": f"N{n}", "born": 1900 + n} for n in range(20)]
    plays = [{"title": f"P{n}", "cast": [{**one, "role": f"{one['name']} {n}"} for one in cast]} for n in range(2)]
    plays[1]["cast"][3]["born"] = 1600
    ends = {end for _, end in ends_of(kgllm.load(plays, table="plays"), "cast")}
    assert len(ends) == 21 and {"cast/P0/N3", "cast/P1/N3", "cast/N4"} <= ends


@pytest.mark.parametrize("column", ["amount", "用量"])
def test_how_much_there_is_makes_no_other_ingredient(column):
    dishes = [{"name": "Bread", "parts": [{"name": "flour", column: 500}]}, {"name": "饼", "parts": [{"name": "flour", column: 200}]}]
    graph = kgllm.load(dishes, table="dishes")
    assert ends_of(graph, "parts") == {("Bread", "parts/flour"), ("饼", "parts/flour")}
    assert any("one thing, though they differ in" in note and 'key={"parts": ["dishes", "name"]}' in note for note in graph.notes)


def test_two_of_one_name_in_one_row_are_two():
    rows = [{"name": "Kit", "parts": [{"name": "bolt", "size": 3}, {"name": "bolt", "size": 5}, {"name": "nut", "size": 4}]}]
    assert {end for _, end in ends_of(kgllm.load(rows, table="kits"), "parts")} == {"parts/Kit/bolt", "parts/Kit/bolt.2", "parts/nut"}


def test_names_under_one_word_in_several_places_are_one_thing_only_where_they_agree():
    tables = {
        "messages": [{"name": "A", "fields": [{"name": "x", "type": "int"}, {"name": "y", "type": "u8"}]}],
        "命令": [{"name": "起飞", "fields": [{"name": "x", "type": "float"}, {"name": "y", "type": "u8"}]}],
    }
    graph = kgllm.load(tables)
    assert {end for _, end in ends_of(graph, "fields")} == {"messages.fields/x", "命令.fields/x", "fields/y"}
    assert any("'messages.fields' and '命令.fields' have ids of their own" in note for note in graph.notes)
