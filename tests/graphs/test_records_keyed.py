"""Objects by their keys, nested or one to an object: things that are called by their keys, or fields?"""

from __future__ import annotations

import json

import pytest

import kgllm
from kgllm.errors import GraphParseError, WrongTypeError

SPICES = {"market": {"hall": {"spices": {"CUM": {"displayName": "cumin", "grams": 40}, "SAF": {"displayName": "藏红花", "grams": 2}}}}}
PHASES = {
    "Elm Street": {"phases": [{"gravel": {"_from": "1901"}}, {"asphalt": {"_from": "1950"}}]},
    "解放路": {"phases": [{"cobbles": {"_from": "1898"}}, {"asphalt": {"_from": "1962"}}]},
}
ENDS = [{"name": name, "ends": {"left": {"size": n}, "right": {"size": n + 1}}} for n, name in enumerate(("A", "B", "C", "桥"))]


def facts_of(graph):
    return sorted(str(fact) for fact in graph.scan().items)


def answered(graph, question):
    return {one.name for one in kgllm.GraphQA(graph).ask(question).entities}


@pytest.fixture
def opened(tmp_path):
    def opened(whole):
        path = tmp_path / "data.json"
        path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
        return kgllm.load(path)

    return opened


def test_objects_by_codes_deep_in_a_document_are_things(opened):
    graph = opened(SPICES)
    assert {"cumin — grams → 40", "cumin — spice → CUM", "data/1 — market.hall.spices → 藏红花"} <= set(facts_of(graph))
    assert answered(graph, "How many grams of saf are there?") == answered(graph, "藏红花有多少grams？") == {"2"}
    assert any("'market.hall.spices' ('CUM', 'SAF', …) are read as things" in note for note in graph.notes)


def test_lists_of_objects_with_one_key_are_told_apart_by_row(opened):
    graph = opened(PHASES)
    assert {"Elm Street — phases → asphalt", "asphalt — _from → 1950", "asphalt — _from → 1962"} <= set(facts_of(graph))
    assert [one.name for one in graph.scan(what="entities").items].count("asphalt") == 2
    assert answered(graph, "Which phase of Elm Street was from 1901?") == {"gravel"}
    assert answered(graph, "解放路有哪些phases？") == {"cobbles", "asphalt"}


def test_the_same_thing_in_several_rows_is_one(opened):
    rooms = [
        {"name": "hall", "plants": [{"fern": {"light": "low"}}, {"fig": {"light": "high"}}]},
        {"name": "客厅", "plants": [{"fern": {"light": "low"}}]},
    ]
    graph = opened(rooms)
    assert {"hall — plants → fern", "客厅 — plants → fern", "fern — light → low"} <= set(facts_of(graph))


def test_keys_that_differ_from_row_to_row_are_things_and_those_that_all_have_are_fields(opened):
    stalls = [{"name": f"stall {n}", "goods": {good: {"cents": n}}} for n, good in enumerate(("tea", "milk", "酒", "bread"))]
    facts = facts_of(opened(stalls))
    assert {"stall 2 — goods → 酒", "酒 — cents → 2"} <= set(facts)
    assert {"A — ends.left.size → 0", "桥 — ends.right.size → 4"} <= set(facts_of(opened(ENDS)))
    homes = {"who": "Ann", "places": {"home": {"city": "York"}, "work": {"city": "Leeds"}}}
    assert "Ann — places.work.city → Leeds" in facts_of(opened(homes))
    assert "Ann — places.work.city → Leeds" in facts_of(opened(homes | {"places": homes["places"] | {"empty": {}}}))


def test_lists_by_codes_and_documents_of_objects_with_one_key(opened):
    lines = {"net": {"stops": {"L1": [{"Mill": {"zone": 1}}, {"Dock": {"zone": 2}}], "L2": [{"Mill": {"zone": 1}}]}, "year": 2020}}
    facts = facts_of(opened(lines))
    assert {"data.net.stops/1.1 — its key → L1", "data.net.stops/1.1 — key → Mill", "data.net.stops/1.2 — zone → 2"} <= set(facts)
    facts = facts_of(opened(lines["net"]["stops"] | {"L3": [{"城南": {"zone": 4}}]}))
    assert {"data/4 — its key → L3", "data/4 — key → 城南", "data/4 — zone → 4"} <= set(facts)
    rows = opened([{"oak": {"metres": 30}}, {"榕树": {"metres": 25}}])
    assert "榕树 — metres → 25" in facts_of(rows) and any("objects with one key each are rows" in note for note in rows.notes)


def test_one_key_that_all_objects_have_is_what_they_are(opened):
    facts = facts_of(opened([{"boat": {"name": "Argo", "oars": 50}}, {"boat": {"name": "Swan", "oars": 8}}]))
    assert {"data/1 — boat → Argo", "Argo — oars → 50"} <= set(facts)


def test_a_document_is_not_called_by_a_part_of_it(opened):
    graph = opened({"head": {"version": "7"}, "stalls": [{"name": "A", "rent": 5}, {"name": "茶摊", "rent": 8}]})
    assert {"data/1 — head.version → 7", "data/1 — stalls → 茶摊"} <= set(facts_of(graph))
    assert "Lund — parks → Park A" in facts_of(opened({"city": "Lund", "parks": [{"name": "Park A", "trees": 9}]}))


def test_features_of_geojson_are_rows_of_their_properties(opened):
    wells = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": "w1", "properties": {"name": "Old Well", "depth": 12}, "geometry": {"type": "Point", "coordinates": [5.5, 52.1]}},
            {"type": "Feature", "id": "w2", "properties": {"name": "龙井", "depth": 30}, "geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}},
            {"type": "Feature", "id": "w3", "properties": None, "geometry": None},
        ],
    }  # fmt: skip
    graph = opened(wells)
    assert set(facts_of(graph)) == {
        "Old Well — depth → 12", "Old Well — latitude → 52.1", "Old Well — longitude → 5.5", "龙井 — depth → 30",
    }  # fmt: skip
    assert answered(graph, "What is the depth of the Old Well?") == {"12"} and answered(graph, "龙井的depth是多少？") == {"30"}
    assert "data.json: the shapes of 1 feature (lines and areas) are not read" in graph.notes
    with pytest.raises(GraphParseError, match="feature 1 must be an object"):
        opened({"type": "FeatureCollection", "features": ["well"]})


def test_values_by_what_has_them_are_things_with_a_value_each():
    graph = kgllm.load({"passes": {"3 rides": 500, "5 rides": 700}, "首都": {"日本": "东京", "法国": "巴黎"}})
    told = {str(fact) for fact in graph.scan().items}
    assert told == {"3 rides — value → 500", "5 rides — value → 700", "日本 — value → 东京", "法国 — value → 巴黎"}
    assert [one.types for one in graph.scan(what="entities").items if one.name == "3 rides"] == [("passes",)]
    assert any("passes: the keys ('3 rides', '5 rides') are things with a `value` each" in note for note in graph.notes)
    for one in ({"name": "Olm", "city": "Tarn"}, {"编号": 1, "年份": 2}, {"width": 3, "colour": "red"}, {"alone": 3}):  # one thing
        with pytest.raises(WrongTypeError, match="a table is"):
            kgllm.load({"passes": one})
