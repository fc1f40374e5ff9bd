"""JSON lines, JSON rows, Parquet and pandas."""

from __future__ import annotations

import datetime
import json

import pytest

import kgllm
from kgllm.errors import ConfigError, GraphParseError
from kgllm.types import Entity, Literal

ROW = {"subject": "Ada", "relation": "spouse", "object": "Bob", "since": 1999, "place": ["Paris", "里昂"], "note": None}


def jsonl(folder, *rows, name="g.jsonl"):
    path = folder / name
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def facts_of(graph):
    return sorted(str(fact) for fact in graph.scan().items)


def test_other_keys_are_qualifiers_when_asked_for(tmp_path):
    path = jsonl(tmp_path, ROW)
    assert facts_of(kgllm.load(path)) == ["Ada — spouse → Bob"]
    assert kgllm.load(path).notes == tuple(f"the key {key!r} is not read (qualifiers=True takes all)" for key in ("note", "place", "since"))
    whole = kgllm.load(path, qualifiers=True)
    assert facts_of(whole) == ["Ada — spouse → Bob (place: Paris; place: 里昂; since: 1999)"] and whole.notes == ()
    assert facts_of(kgllm.load(path, qualifiers=["since"], source="place")) == ["Ada — spouse → Bob (since: 1999)"]
    assert set(kgllm.load(path, source="place").scan().items[0].source) == {"Paris", "里昂"}


def test_keys_can_be_named(tmp_path):
    path = jsonl(tmp_path, {"x": "Ada", "what": "knows", "y": "Bob"}, "", {"y": "Cid", "what": "knows", "x": "Ada"})
    assert facts_of(kgllm.load(path, subject="x", relation="what", object="y")) == ["Ada — knows → Bob", "Ada — knows → Cid"]
    with pytest.raises(GraphParseError, match=r"g\.jsonl:1: has no 'subject'"):
        kgllm.load(path, relation="what", object="y")
    for options in ({"subject": 0}, {"qualifiers": "what"}, {"subject": "what", "relation": "what", "object": "y"}):
        with pytest.raises(ConfigError):
            kgllm.load(path, **options)


def test_values_of_json(tmp_path):
    entity = {"id": "Q1", "name": "流浪地球", "aliases": ["The Wandering Earth"], "types": "film"}
    path = jsonl(
        tmp_path,
        {"subject": entity, "relation": "year", "object": 2019},
        {"subject": entity, "relation": "score", "object": 7.9},
        {"subject": entity, "relation": "colour", "object": True},
        {"subject": entity, "relation": "title", "object": {"value": "Erde", "language": "de"}},
        {"subject": entity, "relation": "actor", "object": ["Wu Jing", {"id": "Q2", "name": "屈楚萧"}]},
        {"subject": 7, "relation": "r", "object": "b", "when": {"id": "e"}},
    )
    graph = kgllm.load(path, qualifiers=True)
    assert {fact.object for fact in graph.scan().items if fact.subject.id == "Q1"} == {
        Literal("2019"), Literal("7.9"), Literal("true"), Literal("Erde", language="de"), Entity("Wu Jing"), Entity("Q2"),
    }  # fmt: skip
    (film,) = graph.describe([Entity("Q1")])
    assert (film.node.name, film.node.aliases, film.node.types) == ("流浪地球", ("The Wandering Earth",), ("film",))
    assert [fact.qualifiers[0][1] for fact in graph.scan().items if fact.subject.id == 7] == [Entity("e")]


@pytest.mark.parametrize("row, said", [
    ('{"subject": "a"', "not JSON"), ("[1, 2, 3]", "must be an object"), ('{"subject": "a", "relation": "r"}', "has no 'object'"), ("3", "must be an object"),
    ('{"subject": "a", "relation": "r", "object": NaN}', "NaN"), ('{"subject": "a", "relation": "r", "object": ' + "9" * 5000 + "}", "g.jsonl:2"),
    ('{"subject": "a", "relation": "r", "object": ' + "[" * 100_000 + "}", "nested too deep"), ('{"subject": "a", "relation": "r", "object": [["b"]]}', "must be"),
    ('{"subject": "a", "relation": "r", "object": {"x": 1}}', "neither an entity"), ('{"subject": ["a"], "relation": "r", "object": "b"}', "an id must be"),
    ('{"subject": true, "relation": "r", "object": "b"}', "an id must be"), ('{"subject": "a", "relation": 1, "object": "b"}', "relation must be"),
    ('{"subject": 18446744073709551616, "relation": "r", "object": "b"}', "an id must be"), ('{"subject": "a", "relation": "r", "object": {"id": {}}}', "an id must be"),
    ('{"subject": "a", "relation": "r", "object": {"id": "x", "name": 3}}', "must be a text"),
])  # fmt: skip
def test_broken_json_lines(tmp_path, row, said):
    with pytest.raises(GraphParseError, match=said) as caught:
        kgllm.load(jsonl(tmp_path, {"subject": "a", "relation": "r", "object": "b"}, row))
    assert "g.jsonl:2" in str(caught.value) and len(str(caught.value)) < 400


def test_empty_values_are_skipped(tmp_path):
    rows = [{"subject": "a", "relation": "r", "object": one} for one in ("b", "", None, [], [None, "c"], "  ")]
    graph = kgllm.load(jsonl(tmp_path, *rows))
    assert facts_of(graph) == ["a — r → b", "a — r → c"]
    assert graph.notes == ("4 rows skipped for an empty field (g.jsonl:2, g.jsonl:3, g.jsonl:4, …)",)


def test_a_list_of_objects_in_one_file(tmp_path):
    rows = [{"head": "a", "relation": "r", "tail": one} for one in ("b", "c")]
    (tmp_path / "g.json").write_text(json.dumps(rows))
    assert facts_of(kgllm.load(tmp_path / "g.json")) == ["a — r → b", "a — r → c"]
    for broken, said in (('[{"head": "a"', "not JSON"), ("3", "must be a list of objects"), ("", "not JSON"), ("[3]", "must be an object")):
        (tmp_path / "g.json").write_text(broken)
        with pytest.raises(GraphParseError, match=said):
            kgllm.load(tmp_path / "g.json")


def test_frames_and_parquet_agree(tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    people = pandas.DataFrame(
        {"who": ["Ada", "Bob", None, "Cid"], "what": "born", "when": [1815, 1900, 1, None], "place": ["London", None, "x", "y"]}
    )
    options = {"subject": "who", "relation": "what", "object": "when", "qualifiers": ["place"]}
    frame = kgllm.load(people, **options)
    people.to_parquet(tmp_path / "g.parquet")
    parquet = kgllm.load(tmp_path / "g.parquet", **options)
    assert facts_of(frame) == facts_of(parquet) == ["Ada — born → 1815.0 (place: London)", "Bob — born → 1900.0"]
    assert frame.notes == ("2 rows skipped for an empty field (DataFrame:3, DataFrame:4)",)
    assert [fact.source for fact in parquet.scan().items] == [("g.parquet:1",), ("g.parquet:2",)]


def test_frames_hold_dates_and_whole_numbers():
    pandas = pytest.importorskip("pandas")
    dates = pandas.to_datetime(["2020-01-02", None])
    frame = pandas.DataFrame({"s": [1, 2], "relation": "on", "o": dates})
    graph = kgllm.load(frame, subject="s", object="o", relation="relation")
    (fact,) = graph.scan().items
    assert fact.subject.id == 1 and fact.object.name == "2020-01-02" and fact.object.value == datetime.date(2020, 1, 2)


def test_frames_that_cannot_be():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(GraphParseError, match="2 columns where 3"):
        kgllm.load(pandas.DataFrame({"a": ["x"], "b": ["y"]}), subject="a", relation="b")
    with pytest.raises(ConfigError, match="no such column"):
        kgllm.load(pandas.DataFrame({"a": ["x"], "b": ["y"], "c": ["z"]}), subject="d")
    with pytest.raises(GraphParseError, match="DataFrame:1: an id must be"):
        kgllm.load(pandas.DataFrame({"a": [1.5], "b": ["y"], "c": ["z"]}))


@pytest.mark.parametrize(
    "damage", [lambda b: b[:100], lambda b: b"PAR1" + b"\0" * 100, lambda b: b"", lambda b: b[:40] + b"\xff" * 40 + b[80:]]
)
def test_damaged_parquet(tmp_path, damage):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pandas.DataFrame({"subject": [f"s{i}" for i in range(1000)], "relation": "r", "object": [f"o{i}" for i in range(1000)]})
    frame.to_parquet(tmp_path / "g.parquet")
    whole = (tmp_path / "g.parquet").read_bytes()
    (tmp_path / "g.parquet").write_bytes(damage(whole))
    with pytest.raises(GraphParseError, match=r"g\.parquet"):
        kgllm.load(tmp_path / "g.parquet")


def test_a_literal_of_nothing_is_skipped_and_counted(tmp_path):
    rows = [
        {"subject": "Ada", "relation": "died", "object": {"value": ""}},
        {"subject": "Ada", "relation": "left", "object": {"value": None, "datatype": "date"}},
        {"subject": "Ada", "relation": "born", "object": [{"value": " "}, {"value": 1815}], "place": {"value": ""}},
    ]
    graph = kgllm.load(jsonl(tmp_path, *rows), qualifiers=["place"])
    assert [str(fact) for fact in graph.scan().items] == ["Ada — born → 1815"]
    assert graph.notes == ("2 rows skipped for an empty field (g.jsonl:1, g.jsonl:2)",)


@pytest.mark.parametrize("text", ["", " \n", "\ufeff"])
def test_an_empty_json_file_says_that_it_is_empty(tmp_path, text):
    (tmp_path / "rows.json").write_text(text, encoding="utf-8")
    with pytest.raises(GraphParseError, match=r"^rows\.json is empty"):
        kgllm.load(tmp_path / "rows.json")
