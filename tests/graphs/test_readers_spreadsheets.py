"""Tables as spreadsheets and pandas have them: a thing a row, ids beside names, other encodings, numbers as ids."""

from __future__ import annotations

import datetime
import logging

import numpy as np
import pandas as pd
import pytest

import kgllm
from kgllm.errors import ConfigError, GraphParseError, WrongTypeError
from kgllm.types import Literal

STAFF = "工号,姓名,部门,上级,入职日期\nE1,张伟,研发部,,2015-03-01\nE2,李娜,研发部,E1,2018-07-15\nE3,王芳,市场部,E1,\n"


def facts(graph) -> list[str]:
    return [str(fact) for fact in graph.scan().items]


def test_a_thing_a_row(tmp_path):
    path = tmp_path / "员工.csv"
    path.write_text(STAFF, encoding="utf-8-sig")
    graph = kgllm.load(path, subject=("工号", "姓名"))
    assert "李娜 — 上级 → 张伟" in facts(graph)  # an id in a field is the thing of that id
    assert len(facts(graph)) == 10  # empty fields are no facts, and what the staff are known by is one
    assert "李娜 — 工号 → E2" in facts(graph)
    qa = kgllm.GraphQA(graph)
    assert qa.ask("李娜的上级是谁？").entities[0].id == "E1"
    assert qa.ask("谁在市场部？").text == "王芳 [1]"


def test_a_thing_a_row_of_three_columns_whose_headings_tell_no_triple(tmp_path):
    path = tmp_path / "films.tsv"
    path.write_text("film\tdirector\tyear\nAlien\tRidley Scott\t1979\n", encoding="utf-8")
    assert facts(kgllm.load(path, subject="film")) == ["Alien — director → Ridley Scott", "Alien — year → 1979"]
    assert facts(kgllm.load(path, subject="film", relation="director", object="year")) == ["Alien — Ridley Scott → 1979"]


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("a,b,c\nx,y,z\n", {"header": False}, "headings"),
        ("a,b,c,d\nx,y,z,u\n", {"qualifiers": True}, "every column is a relation"),
        ("a,b,c,d\nx,y,z\n", {}, "3 columns where 4"),
    ],
)
def test_a_thing_a_row_says_what_is_wrong(tmp_path, text, options, says):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((ConfigError, GraphParseError), match=says):
        kgllm.load(path, subject=0 if options.get("header") is False else "a", **options)


def test_a_thing_a_row_is_a_record(tmp_path):
    """subject= alone says the key of a table of records: what is read so elsewhere is read so here."""
    path = tmp_path / "staff.csv"
    path.write_text("no,who,boss,,seen,note\n7,Ann,,x,1999,HR list\n8,Ben,7,y,2001,staff.csv:9\n", encoding="utf-8")
    graph = kgllm.load(path, subject=(0, 1), source="note")
    assert "staff.csv: column 4 has no name and is not read" in graph.notes
    found = {fact.source for fact in graph.scan().items}
    assert found == {("HR list",), ("staff.csv:9",)}
    assert not any("note" in fact for fact in facts(graph))
    assert {"Ann — seen → 1999", "Ben — seen → 2001"} <= set(facts(graph))
    assert facts(kgllm.load(path, key="no", name="who", source="note")) == facts(graph)
    assert [entity.id for entity in graph.scan(what="entities").items] == ["7", "8"]
    objects = [{"no": "7", "who": "Ann", "seen": 1999}]
    assert facts(kgllm.load(objects, subject=("no", "who"))) == ["Ann — no → 7", "Ann — seen → 1999"]
    assert facts(kgllm.load([{"film": "Up", "relation": "by", "object": "Pete"}], subject="film")) == ["Up — by → Pete"]
    with pytest.raises(ConfigError, match="subject='nobody'"):
        kgllm.load(path, subject="nobody")


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16", "utf-16-le"])
def test_other_encodings(tmp_path, encoding):
    path, names = tmp_path / "三元组.csv", tmp_path / "names.csv"
    path.write_bytes("头实体,关系,尾实体\n中文,是,文字\nE2,在,上海\n".encode(encoding))
    names.write_bytes("E2,李四\n".encode(encoding))
    graph = kgllm.load(path, encoding=encoding, names=names)
    assert facts(graph) == ["李四 — 在 → 上海", "中文 — 是 → 文字"]


def test_utf16_is_known_by_its_mark(tmp_path):
    path = tmp_path / "excel.txt"
    path.write_text("subject\trelation\tobject\n流浪地球\t导演\t郭帆\n", encoding="utf-16")
    assert facts(kgllm.load(path)) == ["流浪地球 — 导演 → 郭帆"]


def test_what_is_no_utf8_says_how_to_read_it(tmp_path):
    path = tmp_path / "gbk.csv"
    path.write_text(STAFF, encoding="gbk")
    with pytest.raises(GraphParseError, match="not valid UTF-8") as raised:
        kgllm.load(path, subject="工号")
    assert 'encoding="gb18030"' in str(raised.value)
    with pytest.raises(GraphParseError, match="not in ascii"):
        kgllm.load(path, subject="工号", encoding="ascii")
    for wrong in ("klingon", "rot13", "base64"):
        with pytest.raises(ConfigError, match="encoding="):
            kgllm.load(path, encoding=wrong)
    with pytest.raises(WrongTypeError):
        kgllm.load(path, encoding=5)


def test_ids_beside_names(tmp_path):
    frame = pd.DataFrame({"u": [1, 2, 2], "who": ["Ann", "Ben", "Ben"], "rel": "likes", "m": [1, 7, 8], "title": ["Up", "Alien", None]})
    frame["m"] += 100
    graph = kgllm.load(frame, subject=("u", "who"), relation="rel", object=("m", "title"))
    assert facts(graph) == ["Ann — likes → Up", "Ben — likes → Alien", "Ben — likes → 108"]
    path = tmp_path / "likes.csv"
    frame.to_csv(path, index=False)
    assert facts(kgllm.load(path, subject=("u", "who"), relation="rel", object=("m", "title"))) == facts(graph)
    with pytest.raises(WrongTypeError, match="or two"):
        kgllm.load(frame, subject=("u", "who", "rel"), relation="rel", object="m")


def test_numbers_that_are_ids(caplog):
    edges = pd.DataFrame({"s": [1, 2, 3, None], "r": "knows", "o": [2.0, 3.0, 1.0, 2.0]})  # floats, because one is missing
    people = pd.DataFrame({"id": [1, 2, 3], "name": ["Ann", "Ben", "Cid"]})
    for names in (people.set_index("id")["name"], people, dict(zip(people["id"], people["name"], strict=True))):
        with caplog.at_level(logging.WARNING):
            graph = kgllm.load(edges, subject="s", relation="r", object="o", names=names)
        assert facts(graph) == ["Ann — knows → Ben", "Ben — knows → Cid", "Cid — knows → Ann"]
        assert "read as ids" in caplog.text
    ages = pd.DataFrame({"s": [1, 2, 3], "r": "age", "o": [33, 41, 2]})
    assert all(isinstance(fact.object, Literal) for fact in kgllm.load(ages, subject="s", relation="r", object="o").scan().items)
    with pytest.raises(WrongTypeError, match="two columns"):
        kgllm.load(edges, subject="s", relation="r", object="o", names=edges)


def test_columns_of_pandas_as_people_mean_them():
    frame = pd.DataFrame(
        {" who ": ["Ann", "Ben"], "born": pd.to_datetime(["1980-05-01", None]), "seen": pd.to_datetime(["2020-01-02 03:04"] * 2)}
    )
    found = {(fact.subject.name, fact.relation.name): fact.object.value for fact in kgllm.load(frame, subject=" who ").scan().items}
    assert found == {
        ("Ann", "born"): datetime.date(1980, 5, 1),
        ("Ann", "seen"): datetime.datetime(2020, 1, 2, 3, 4),
        ("Ben", "seen"): datetime.datetime(2020, 1, 2, 3, 4),
    }
    assert kgllm.load(frame, subject="who").schema().facts == 3
    weights = pd.DataFrame({"source": [1, 2], "target": [2, 1], "weight": [0.5, 0.7]})
    with pytest.raises(GraphParseError, match="a column that names the relation"):
        kgllm.load(weights)


def test_mappings_in_a_list():
    graph = kgllm.load([{"head": "Alien", "relation": "director", "tail": {"id": "p1", "name": "Ridley Scott"}}])
    assert facts(graph) == ["Alien — director → Ridley Scott"]
    with pytest.raises(GraphParseError, match="must be an object"):
        kgllm.load([{"subject": "a", "relation": "b", "object": "c"}, ("a", "b", "c")])


def test_values_of_numpy_and_pandas_in_networkx():
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_edge(np.int64(1), np.int64(2), relation="knows", since=pd.Timestamp("2020-01-02 03:04"))
    graph.nodes[1].update(name="Ann", height=np.float32(1.5), nothing=pd.NA, never=pd.NaT, at=np.datetime64("NaT"))
    loaded = kgllm.load(graph)
    assert facts(loaded) == ["Ann — height → 1.5", "Ann — knows → 2 (since: 2020-01-02T03:04:00)"]
    assert [entity.id for entity in loaded.scan(what="entities").items] == [1, 2]
    for bad in (np.array([1.0, 2.0]), {"x": 1 + 2j}, 1 + 2j):
        graph.nodes[1]["bad"] = bad
        with pytest.raises(WrongTypeError, match="attribute 'bad") as raised:
            kgllm.load(graph)
        assert raised.value.hint


def test_an_edge_without_a_relation_says_which_attribute_may_be_it():
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_edge("a", "b", weight=1, label="likes")
    with pytest.raises(kgllm.errors.GraphError) as raised:
        kgllm.load(graph)
    assert 'relation="label"' in raised.value.hint
    assert facts(kgllm.load(graph, relation="label")) == ["a — likes → b (weight: 1)"]
    graph = nx.path_graph(2)
    with pytest.raises(kgllm.errors.GraphError) as raised:
        kgllm.load(graph)
    assert "lambda *edge" in raised.value.hint
    assert facts(kgllm.load(graph, relation=lambda *edge: "knows")) == ["0 — knows → 1"]


def test_ontologies_are_read_whatever_their_suffix(tmp_path):
    path = tmp_path / "zoo.owl"
    path.write_text('@prefix : <http://e/> . :a :p "x" .', encoding="utf-8")
    assert kgllm.load(path).schema().facts == 1
    for text in ("Prefix(:=<http://e/>)\nOntology(<http://e/>)\n", "Prefix: : <http://e/>\nOntology: <http://e/>\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError, match="Manchester"):
            kgllm.load(path)
    with pytest.raises(ConfigError) as raised:
        kgllm.load("https://query.example.org/sparql")
    assert "sparql+https" in raised.value.hint


def test_the_command_line_reads_them_too(tmp_path, capsys):
    from kgllm.cli import main

    path = tmp_path / "员工.csv"
    path.write_text(STAFF, encoding="gbk")
    assert main(["ask", str(path), "李娜的上级是谁？", "--encoding", "gbk", "--subject", "工号,姓名"]) == 0
    assert "张伟 [1]" in capsys.readouterr().out


def test_a_list_of_dataframes_is_told_how_several_tables_are_given():
    with pytest.raises(WrongTypeError) as caught:
        kgllm.load([pd.DataFrame({"sku": [1], "名称": ["风筝"]}), pd.DataFrame({"order": [7]})])
    assert '{"customers": …, "orders": …}' in caught.value.hint
