"""Tables whose rows are known by the same keys: things of both, or of each?"""

from __future__ import annotations

import json

import pandas as pd
import pytest

import kgllm
from kgllm.errors import ConfigError, WrongTypeError

RISK = {
    "日本": {"level": "low"},
    "法国": {"level": "medium"},
    "巴西": {"level": "high"},
    "韩国": {"level": "low"},
    "泰国": {"level": "low"},
}
PLUGS = {"日本": {"volt": "100V"}, "法国": {"volt": "230V"}, "巴西": {"volt": "127V"}, "韩国": {"volt": "220V"}}
BASICS = pd.DataFrame(
    {"tconst": ["tt0078748", "tt0128445", "tt0113277"], "primaryTitle": ["Alien", "Rushmore", "Heat"], "year": [1979, 1998, 1995]}
)
RATINGS = pd.DataFrame({"tconst": ["tt0113277", "tt0128445"], "rating": [8.3, 7.6], "votes": [700, 200]})


def ids(graph):
    return {fact.subject.id for fact in graph.scan().items}


def names(graph, question):
    return {one.name for one in kgllm.GraphQA(graph).ask(question).entities}


@pytest.mark.parametrize("way", ["mapping", "json", "files"])
def test_objects_by_the_same_keys_are_one_thing(way, tmp_path):
    source = {"risk": RISK, "plugs": PLUGS}
    if way == "json":
        source = tmp_path / "advice.json"
        source.write_text(json.dumps({"risk": RISK, "plugs": PLUGS}, ensure_ascii=False), encoding="utf-8")
    if way == "files":
        for name, table in (("risk", RISK), ("plugs", PLUGS)):
            (tmp_path / f"{name}.json").write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
        source = {"risk": tmp_path / "risk.json", "plugs": tmp_path / "plugs.json"}
    graph = kgllm.load(source)
    assert ids(graph) == {f"risk/{country}" for country in RISK}
    assert any("rows are those of 'risk' with the same key (extends={\"plugs\": None}" in note for note in graph.notes)
    assert names(graph, "Which volt do countries of level low have?") == {"100V", "220V"}
    assert names(graph, "日本的level是什么？") == {"low"}
    assert {one.types for one in graph.scan(what="entities").items if one.name == "日本"} == {("risk", "plugs")}


def test_tables_of_one_key_tell_of_the_same_films(tmp_path):
    for name, frame in (("film_basics", BASICS), ("film_ratings", RATINGS)):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    cast = pd.DataFrame({"actor": ["Ann", "Bo", "Cy"], "tconst": ["tt0113277", "tt0128445", "tt0113277"]})
    for source in ({"film_basics": BASICS, "film_ratings": RATINGS, "actors": cast}, tmp_path):
        graph = kgllm.load(source)
        assert not any(one.startswith("film_ratings/") for one in ids(graph))
        assert names(graph, "What is the rating of Heat?") == {"8.3"}
        assert names(graph, "Heat的rating是多少？") == {"8.3"}
        assert names(graph, "Which film has the highest rating?") == {"Heat"}
        if isinstance(source, dict):  # what leads to films leads to the one table of them
            assert names(graph, "Which film does the actor Ann have?") == {"Heat"}


def test_facts_are_where_they_were_read(tmp_path):
    BASICS.to_csv(tmp_path / "basics.csv", index=False)
    RATINGS.to_csv(tmp_path / "ratings.csv", index=False)
    graph = kgllm.load(tmp_path)
    said = {fact.relation.name: fact.source for fact in graph.scan().items if fact.object.name in ("8.3", "1995")}
    assert said == {"rating": ("ratings.csv:2",), "year": ("basics.csv:4",)}


def test_the_option_keeps_them_apart_or_makes_them_one():
    apart = kgllm.load({"risk": RISK, "plugs": PLUGS}, extends={"plugs": None})
    assert {"risk/日本", "plugs/日本"} <= ids(apart)
    numbers = (
        [{"id": number, "size": number * 3} for number in range(1, 7)],
        [{"id": number, "speed": number * 7} for number in range(1, 7)],
    )
    graph = kgllm.load({"boats": numbers[0], "engines": numbers[1]})
    assert {"boats/1", "engines/1"} <= ids(graph)
    assert any('by chance (extends={"engines": "boats"} makes them one thing)' in note for note in graph.notes)
    graph = kgllm.load({"boats": numbers[0], "engines": numbers[1]}, extends={"engines": "boats"})
    assert ids(graph) == {f"boats/{number}" for number in range(1, 7)}


def table(key, keys, **columns):
    return pd.DataFrame({key: list(keys), **{column: list(values) for column, values in columns.items()}})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (table("id", range(1, 9), size=range(8)), table("id", range(1, 9), speed=range(8))),  # small numbers
        (table("country", "ABCDE", pop=range(5)), table("country", "ABCDE", pop=range(5, 10))),  # two years
        (
            table("code", ["CA", "DE", "LA", "SO"], name=["Canada", "Germany", "Laos", "Somalia"]),
            table("code", ["CA", "DE", "LA", "SO"], name=["Catalan", "German", "Latin", "Somali"]),
        ),
        (table("room", ["A1", "A2", "B1", "B2"], floor="1122"), table("seat", ["A1", "A2", "B1", "B2"], price="5678")),
        (
            table("国家", ["日本", "法国", "巴西", "泰国"], 电压="1234"),
            table("国家", ["日本", "德国", "英国", "韩国"], 风险="5678"),
        ),  # some
        (
            table("country", ["日本", "法国", "巴西"], pop="123"),
            table("country", ["日本", "法国", "巴西"], title=["君之代", "马赛曲", "国歌"]),
        ),
    ],
)
def test_what_may_be_of_other_things_stays_apart(one, other):
    graph = kgllm.load({"ones": one, "others": other})
    assert {key.partition("/")[0] for key in ids(graph)} == {"ones", "others"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (table("film_id", range(1, 9), size=range(8)), table("film_id", range(1, 9), speed=range(8))),  # called as what they are of
        (table("id", [862, 8844, 15602], name=["Alien", "Heat", "Up"]), table("id", [862, 8844, 15602], words=["a", "b", "c"])),
        (
            table("国家", ["日本", "法国", "巴西"], 电压="123", 名="甲乙丙"),
            table("国家", ["日本", "法国", "巴西"], 风险="456", 名="甲乙丙"),
        ),
        (table("iso", ["FR", "DE", "JP"], name=["France", "Germany", "Japan"]), table("iso", ["FR", "DE", "JP"], area=[551, 357, 377])),
    ],
)
def test_what_can_hardly_be_of_others_is_one_thing(one, other):
    graph = kgllm.load({"ones": one, "others": other})
    assert {key.partition("/")[0] for key in ids(graph)} == {"ones"}
    if "area" in other:
        assert names(graph, "What is the area of France?") == {"551"}
        assert {one.name for one in graph.scan(what="entities").items} == {"France", "Germany", "Japan"}


def test_objects_with_parts_that_come_again_are_no_tables(tmp_path):
    money = {"FR": {"money": {"code": "EUR"}, "bank": {"code": "BDF"}}, "JP": {"money": {"code": "JPY"}, "bank": {"code": "BOJ"}}}
    (tmp_path / "c.json").write_text(json.dumps(money), encoding="utf-8")
    assert ids(kgllm.load(tmp_path / "c.json")) == {"FR", "JP"}


def test_wrong_tables_are_refused():
    source = {"risk": RISK, "plugs": PLUGS}
    with pytest.raises(ConfigError, match="no table 'plug'; did you mean 'plugs'"):
        kgllm.load(source, extends={"plug": "risk"})
    with pytest.raises(ConfigError, match="must be another table"):
        kgllm.load(source, extends={"plugs": "plugs"})
    with pytest.raises(WrongTypeError, match="extends must be a mapping"):
        kgllm.load(source, extends="plugs")
    with pytest.raises(ConfigError, match="have no key of one column"):
        kgllm.load({"risk": RISK, "notes": [{"text": "a", "n": 1}, {"text": "a", "n": 1}]}, extends={"notes": "risk"})


def test_a_small_part_of_a_greater_table_is_told_how_to_be_one_thing_with_it():
    entries = [{"name": name, "value": place} for place, name in enumerate(["GO", "STOP", "UP", "停", "A_1", "B_1", "C_1"])]
    tables = {"entries": entries, "commands": [{"name": "GO", "flies": True}, {"name": "停", "flies": False}]}
    [note] = [note for note in kgllm.load(tables).notes if "leads to rows of 'entries'" in note]
    assert note.endswith(
        '(extends={"commands": "entries"} makes rows of one key one thing, and refers={"commands.name": None} keeps its values)'
    )
    graph = kgllm.load(tables, extends={"commands": "entries"})
    assert {one.types for one in graph.scan(what="entities").items if one.name == "GO"} == {("entries", "commands")}
    tables = {"entries": [{"id": 9 - place, **one} for place, one in enumerate(entries)], "commands": [{"entry": "GO"}, {"entry": "停"}]}
    [note] = [note for note in kgllm.load(tables).notes if "leads to rows of 'entries'" in note]
    assert "extends=" not in note  # by their names, which are not their key
