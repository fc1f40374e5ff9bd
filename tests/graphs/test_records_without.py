"""Columns that are left out."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.errors import ConfigError, WrongTypeError

LOCKS = [
    {"id": 1, "name": "Ebb", "pattern": "^E.*", "rise": 3, "gate": {"wood": "oak", "iron": "yes"}, "keeper": {"name": "Ann", "born": 1900, "boat": {"id": "b1", "tons": 4}}},
    {"id": 2, "name": "Flow", "pattern": "^F.*", "rise": 5, "gate": {"wood": "elm", "iron": "no"}, "keeper": {"name": "Ben", "born": 1901, "boat": {"id": "b1", "tons": 4}}},
]  # fmt: skip


def told(source, **options):
    graph = kgllm.load(source, **options)
    return {fact.relation.id for fact in graph.scan().items}, {one.name for one in graph.scan(what="entities").items}


@pytest.mark.parametrize(
    ("without", "gone"),
    [
        ("pattern", {"pattern"}),
        (["pattern", "gate.iron"], {"pattern", "gate.iron"}),
        ("gate", {"gate.wood", "gate.iron"}),
        ("locks.rise", {"rise"}),
        ("born", {"born"}),
        ("keeper.boat", {"boat", "tons"}),
        (("keeper", "rise"), {"keeper", "born", "boat", "tons", "rise"}),
        ("rise", {"rise"}),
    ],
)
def test_columns_are_left_out_with_what_is_nested_in_them(without, gone):
    every, things = told(LOCKS, table="locks")
    left, still = told(LOCKS, table="locks", without=without)
    assert left == every - gone
    assert ("Ann" in still) == ("keeper" not in gone)
    assert {"Ebb", "Flow"} <= still <= things


def test_of_one_table_and_of_files(tmp_path):
    (tmp_path / "船.csv").write_text("编号,名称,备注\nc1,白鹭,旧\nc2,黑鹳,新\n", encoding="utf-8")
    (tmp_path / "港.csv").write_text("编号,名称,备注\ng1,东港,深\ng2,西港,浅\n", encoding="utf-8")
    graph = kgllm.load(tmp_path, without="船.备注")
    assert kgllm.GraphQA(graph).ask("东港的备注是什么？").text == "深 [1]"
    assert {fact.subject.name for fact in graph.scan().items if fact.relation.id == "备注"} == {"东港", "西港"}
    assert "备注" not in {fact.relation.id for fact in kgllm.load(tmp_path / "港.csv", without="备注").scan().items}


def test_a_key_that_is_left_out_is_none():
    graph = kgllm.load({"b7": {"name": "Bell", "tone": "e"}, "b9": {"name": "Gong", "tone": "f"}}, table="bells", without="key")
    assert {fact.relation.id for fact in graph.scan().items} == {"tone"}


def test_what_is_not_there_is_refused():
    with pytest.raises(ConfigError, match="without='depth': there is no such column; there are"):
        kgllm.load(LOCKS, table="locks", without=["depth", "宽"])
    with pytest.raises(WrongTypeError, match="without must be the name of a column"):
        kgllm.load(LOCKS, table="locks", without=3)


def test_what_rows_happen_not_to_have_is_noted():
    graph = kgllm.load(LOCKS, table="locks", without=["rise", "depth"])
    assert "without: no row has 'depth'" in graph.notes and "rise" not in {fact.relation.id for fact in graph.scan().items}
    assert "without: no row has 'rises'; did you mean 'rise'?" in kgllm.load(LOCKS, table="locks", without=["name", "rises"]).notes
