"""What is read another way: headings of two rows, and files whose readers others have."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.errors import ConfigError


def test_headings_of_two_rows_are_one():
    pandas = pytest.importorskip("pandas")
    headings = [("Boat", "Name"), ("Boat", "Unnamed: 1_level_1"), ("Size", "Length"), ("尺寸", "重量")]
    frame = pandas.DataFrame([["Swan", "B1", 9, 4], ["天鹅", "B2", 12, 7]], columns=pandas.MultiIndex.from_tuples(headings))
    graph = kgllm.load(frame, table="boats", key="Boat", name="Boat Name")
    assert {str(fact) for fact in graph.scan().items} >= {"Swan — Size Length → 9", "天鹅 — 尺寸 重量 → 7", "Swan — Boat → B1"}
    assert kgllm.GraphQA(graph).ask("What is the length of the Swan?").entities[0].name == "9"
    assert kgllm.GraphQA(graph).ask("天鹅的重量是多少？").entities[0].name == "7"


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("船.xlsx", "read_excel"),
        ("boats.yaml", "safe_load"),
        ("boats.YML", "safe_load"),
        ("a.toml", "tomllib"),
        ("a.md", "front matter"),
        ("文献.bib", "bibtexparser"),
        ("a.ics", "icalendar"),
        ("图.gexf", "networkx.read_gexf"),
        ("a.dot", "read_dot"),
        ("a.sql", "sqlite3"),
        ("a.zip", "unpack"),
    ],
)
def test_files_of_others_say_how_they_are_read(tmp_path, name, how):
    (tmp_path / name).write_text("boats: 2\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=f"does not read(.|\n)*{how}"):
        kgllm.load(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "text", "how"),
    [("boats.xml", "<?xml version='1.0'?><boats><boat/></boats>", "read_xml"), ("船", "<!DOCTYPE html><table></table>", "read_html")],
)
def test_markup_says_how_it_is_read(tmp_path, name, text, how):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"does not read(.|\n)*{how}"):
        kgllm.load(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "text", "headed"),
    [
        ("boats.csv", "name,mast,sail\n", True),
        ("船.json", "[{}]", False),
        ("a.jsonl", "{}\n", False),
        ("b.json", '{"a": {}, "b": []}', False),
    ],
)
def test_a_file_without_facts_is_said_to_be_one(tmp_path, name, text, headed):
    (tmp_path / name).write_text(text, encoding="utf-8")
    graph = kgllm.load(tmp_path / name)
    assert f"{name} holds no facts{' (its first line was read as headings)' if headed else ''}" in graph.notes
    (tmp_path / "full.csv").write_text("name,mast,sail\nSwan,1,2\n", encoding="utf-8")
    assert not any("holds no" in note for note in kgllm.load(tmp_path / "full.csv").notes)


def test_an_object_that_is_one_thing_is_given_in_a_list():
    park = {"city": "Lund", "trees": {"kinds": [{"name": "银杏", "count": 9}]}}
    for wrong in (park, {"trees": park["trees"]}):
        with pytest.raises(ConfigError, match=r"one thing(.|\n)*kgllm.load\(\[…\]\)"):
            kgllm.load(wrong)
    assert "银杏 — count → 9" in {str(fact) for fact in kgllm.load([park]).scan().items}
    well = {"type": "Feature", "properties": {"name": "龙井", "depth": 30}, "geometry": None}
    assert [str(fact) for fact in kgllm.load({"type": "FeatureCollection", "features": [well]}).scan().items] == ["龙井 — depth → 30"]


def test_na_among_numbers_is_nothing(tmp_path):
    (tmp_path / "boats.csv").write_text("name,flag,metres,crew\nSwan,NA,9.5,NA\nArgo,GR,NA,50\n天鹅,CN,12,8\n", encoding="utf-8")
    facts = {str(fact) for fact in kgllm.load(tmp_path / "boats.csv").scan().items}
    assert facts == {
        "Swan — flag → NA",
        "Swan — metres → 9.5",
        "Argo — flag → GR",
        "Argo — crew → 50",
        "天鹅 — flag → CN",
        "天鹅 — metres → 12",
        "天鹅 — crew → 8",
    }
