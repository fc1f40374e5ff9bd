"""Codes as keys, and what refers to the rows that have them: in tables, and in what is nested."""

from __future__ import annotations

import json
import re
import sqlite3

import pandas as pd
import pytest

import kgllm

BOOKS = [{"title": "Emma", "isbn": "978-1", "price": 9}, {"title": "Ulysses", "isbn": "978-2", "price": 12}]
LOANS = [
    {"id": 1, "isbn": "978-1", "reader": "Ann"},
    {"id": 2, "isbn": "978-1", "reader": "Bo"},
    {"id": 3, "isbn": "978-2", "reader": "Ann"},
]
STUDENTS = [{"姓名": "张伟", "学号": "S1", "班级": "一班"}, {"姓名": "李娜", "学号": "S2", "班级": "二班"}]
MARKS = [{"学号": "S1", "科目": "数学", "分数": 90}, {"学号": "S1", "科目": "语文", "分数": 80}, {"学号": "S2", "科目": "数学", "分数": 95}]


def facts_of(graph):
    return sorted(str(fact) for fact in graph.scan().items)


def answered(graph, question):
    return {one.name for one in kgllm.GraphQA(graph).ask(question).entities}


def test_a_code_by_which_other_tables_refer_to_rows_is_their_key():
    graph = kgllm.load({"books": BOOKS, "loans": LOANS})
    assert {"loans/1 — book → Emma", "loans/2 — book → Emma", "Emma — isbn → 978-1"} <= set(facts_of(graph))
    assert answered(graph, "Who is the reader of a loan of Ulysses?") == {"Ann"}
    assert answered(graph, "What is the isbn of Emma?") == {"978-1"}
    assert any('refers={"loans.isbn": None}' in note for note in graph.notes)
    assert "loans/1 — isbn → 978-1" in facts_of(kgllm.load({"books": BOOKS, "loans": LOANS}, refers={"loans.isbn": None}))


def test_a_chinese_code_by_which_other_tables_refer_to_rows_is_their_key():
    graph = kgllm.load({"学生": STUDENTS, "成绩": MARKS})
    assert {"成绩/1 — 学生 → 张伟", "张伟 — 学号 → S1"} <= set(facts_of(graph))
    assert answered(graph, "李娜的学号是什么？") == {"S2"}
    assert answered(graph, "李娜的数学分数是多少？") == {"95"}


def test_a_code_beside_an_id_is_the_key_where_others_refer_to_it():
    parts = [{"id": 1, "name": "bolt", "sku": 4711}, {"id": 2, "name": "nut", "sku": 4712}]
    stock = [
        {"sku": 4711, "shelf": "A", "part_id": 2},
        {"sku": 4711, "shelf": "B", "part_id": 1},
        {"sku": 4712, "shelf": "A", "part_id": 1},
    ]
    graph = kgllm.load({"parts": parts, "stock": stock})
    assert {"stock/1 — part → bolt", "stock/1 — part → nut"} <= set(facts_of(graph))


def test_a_code_is_the_key_of_a_table_alone_and_one_that_comes_again_is_none():
    assert {one.id for one in kgllm.load(BOOKS, table="books").scan(what="entities").items} == {"978-1", "978-2"}
    again = [*BOOKS, {"title": "Persuasion", "isbn": "978-1", "price": 3}]
    assert {one.id for one in kgllm.load(again, table="books").scan(what="entities").items} == {"Emma", "Ulysses", "Persuasion"}


def test_nested_rows_refer_to_nested_rows(tmp_path):
    whole = {
        "club": "Riverside",
        "coaches": [{"id": 7, "name": "Ida"}, {"id": 9, "name": "王芳"}],
        "teams": [
            {"id": 1, "name": "U12", "coach_id": 7},
            {"id": 2, "name": "U14", "coach_id": 9},
            {"id": 3, "name": "U16", "coach_id": 9},
        ],
    }
    path = tmp_path / "clubs.json"
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    graph = kgllm.load(path)
    assert {"U12 — coach → Ida", "U14 — coach → 王芳"} <= set(facts_of(graph))
    assert answered(graph, "Who is the coach of U14?") == {"王芳"}
    assert answered(graph, "Which teams have the coach 王芳?") == {"U14", "U16"}


def test_ids_of_others_in_nested_rows_are_facts():
    rows = [
        {"name": "Hilltop", "shifts": [{"worker_id": "w1", "day": "Monday"}, {"worker_id": "w2", "day": "周二"}]},
        {"name": "Mill", "shifts": []},
    ]
    assert {"farms.shifts/1.1 — worker_id → w1", "farms.shifts/1.2 — worker_id → w2"} <= set(facts_of(kgllm.load(rows, table="farms")))
    farms = {"farms": rows, "workers": [{"id": "w1", "name": "Ann"}, {"id": "w2", "name": "李娜"}]}
    assert {"farms.shifts/1.1 — worker → Ann", "farms.shifts/1.2 — worker → 李娜"} <= set(facts_of(kgllm.load(farms)))


def test_nested_rows_refer_to_rows_of_their_own_kind():
    tasks = [{"id": "a", "name": "plan"}, {"id": "b", "name": "build", "after": "a"}, {"id": "c", "name": "测试", "after": "b"}]
    facts = facts_of(kgllm.load([{"project": "boat", "tasks": tasks}], table="projects"))
    assert {"build — after → plan", "测试 — after → build"} <= set(facts)


def test_an_id_beside_what_it_is_of_is_one_relation():
    parks = [
        {"id": 1, "name": "Elm Park", "district": "North", "district_id": "n1"},
        {"id": 2, "name": "Oak Green", "district": "South", "district_id": "s1"},
    ]
    districts = [{"id": "n1", "name": "North", "size": 4}, {"id": "s1", "name": "South", "size": 7}]
    graph = kgllm.load({"parks": parks, "districts": districts})
    assert {row.relation.name for row in graph.schema().relations} == {"district", "size"}
    assert "parks: 'district_id' leads where 'district' does, and is left out" in graph.notes
    parks[1]["district_id"] = "n1"  # it leads elsewhere
    graph = kgllm.load({"parks": parks, "districts": districts})
    assert len([row for row in graph.schema().relations if row.relation.name.startswith("district")]) == 2


def test_texts_that_are_codes_of_other_rows_lead_to_them():
    stations = [
        {"name": "Mill", "code": 1, "sign": "ML", "next": ["DK", "HI"], "line": "RED"},
        {"name": "Dock", "code": 2, "sign": "DK", "next": ["ML"], "line": "RED"},
        {"name": "Hill", "code": 3, "sign": "HI", "next": ["ML", "CN"], "line": "BLUE"},
        {"name": "城南", "code": 4, "sign": "CN", "next": ["HI"], "line": "BLUE"},
    ]
    graph = kgllm.load(stations, table="stations")
    assert {"Mill — next → Dock", "Hill — next → 城南", "Mill — line → RED", "Mill — sign → ML"} <= set(facts_of(graph))
    assert (answered(graph, "What is next to Dock?"), answered(graph, "城南的next是什么？")) == ({"Mill"}, {"Hill"})
    assert "Mill — next → DK" in facts_of(kgllm.load(stations, table="stations", refers={"next": None}))


@pytest.mark.parametrize(
    ("table", "column"), [("菜品", "菜名"), ("车站", "站名"), ("药品目录", "药品名称"), ("商品", "商品名"), ("t", "书名")]
)
def test_a_chinese_table_names_its_rows_by_its_own_word(table, column):
    rows = [{"编号": "A1", column: "甲乙", "价格": 3}, {"编号": "A2", column: "丙丁", "价格": 5}]
    graph = kgllm.load({table: rows})
    assert sorted(one.name for one in graph.scan(what="entities").items) == ["丙丁", "甲乙"]
    assert kgllm.GraphQA(graph).ask("丙丁的价格是多少？").text == "5 [1]"


def test_a_name_of_something_else_is_a_fact():
    rows = [{"编号": "A1", "校名": "一中", "分数": 3}, {"编号": "A2", "校名": "二中", "分数": 5}]
    assert sorted(one.name for one in kgllm.load({"学生": rows}).scan(what="entities").items) == ["A1", "A2"]


def test_three_columns_with_numbers_in_the_second_are_records(tmp_path):
    (tmp_path / "boats.csv").write_text("boat,length,harbour\nSwan,12.5,Olm\nTern,,Olm\n天鹅,9,Tarn\n", encoding="utf-8")
    graph = kgllm.load(tmp_path / "boats.csv")
    assert "天鹅 — length → 9" in {str(fact) for fact in graph.scan().items}
    assert kgllm.GraphQA(graph).ask("Which boat is the longest?").text == "Swan (12.5) [1]"
    (tmp_path / "numbered.csv").write_text("a,b,c\n1,7,2\n2,7,3\n", encoding="utf-8")  # ids of things and of a relation
    assert {str(fact) for fact in kgllm.load(tmp_path / "numbered.csv").scan().items} >= {"1 — 7 → 2", "2 — 7 → 3"}


@pytest.mark.parametrize(
    ("heads", "rows"),
    [
        ("film,director,year", ["Alien,Ridley Scott,1979", "Memento,Christopher Nolan,2000"]),
        ("电影;导演;上映日期", ["英雄;张艺谋;2002-12-19", "流浪地球;郭帆;2019-02-05"]),
        ("film,director,country", [f"F{n},D{n // 2 if n < 6 else n},UK" for n in range(12)]),
        ("film,director,country", [f"F{max(n, 1)},D{n},UK" for n in range(12)]),
    ],
)
def test_things_in_three_columns_are_records_also_where_some_come_again(tmp_path, heads, rows):
    (tmp_path / "films.csv").write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8-sig")
    [thing, second, third], mark = heads.replace(";", ",").split(","), ";" if ";" in heads else ","
    first = rows[-1].split(mark)
    frame = pd.read_csv(tmp_path / "films.csv", sep=mark)
    once = frame[thing].is_unique  # a frame has no name of its own that says what the rows are called by else
    for source in (tmp_path / "films.csv", frame) if once else (tmp_path / "films.csv",):
        graph = kgllm.load(source)
        told = {str(fact) for fact in graph.scan().items}
        assert {f"{first[0]} — {second} → {first[1]}", f"{first[0]} — {third} → {first[2]}"} <= told
        assert any(f"named by {thing!r}" in note for note in graph.notes)


def test_few_facts_under_headings_of_their_own_stay_facts(tmp_path):
    rows = [
        ("Alien", "directed by", "Ridley Scott"),
        ("Memento", "release year", "2000"),
        ("流浪地球", "导演", "郭帆"),
        ("Heat", "set in", "Los Angeles"),
        ("Ran", "directed by", "Kurosawa"),
        ("Up", "runtime", "96"),
    ]
    frame = pd.DataFrame(rows, columns=["who", "does", "what"])
    frame.to_csv(tmp_path / "g.csv", index=False)
    for source in (frame, tmp_path / "g.csv", pd.DataFrame(rows)):
        assert "Alien — directed by → Ridley Scott" in {str(fact) for fact in kgllm.load(source).scan().items}


def test_three_columns_that_may_be_either_are_noted(tmp_path):
    (tmp_path / "films.csv").write_text("film,director,country\nAlien,Ridley Scott,UK\n英雄,张艺谋,中国\n", encoding="utf-8")
    for source in (tmp_path / "films.csv", pd.read_csv(tmp_path / "films.csv")):
        graph = kgllm.load(source)
        [note] = graph.notes
        assert "read as triples, 'Ridley Scott' as a relation (key='film' reads each row as a thing)" in note
        assert "Alien — director → Ridley Scott" in {str(fact) for fact in kgllm.load(source, key="film").scan().items}
    (tmp_path / "kb.csv").write_text("Alien,directed by,Ridley Scott\nMemento,directed by,Christopher Nolan\n", encoding="utf-8")
    assert kgllm.load(tmp_path / "kb.csv").notes == ()


DEPARTURES = [
    {"line": line, "number": number, "to": to, "late": late}
    for line, number, to, late in (("RX", 7, "Olm", 3), ("RX", 9, "Ulm", 0), ("SB", 7, "Olm", 12), ("SB", 8, "Elm", 5))
]
COMPANIES = [{"line": "RX", "owner": "Red Express"}, {"line": "SB", "owner": "Silver Bus"}]


def test_a_key_of_two_columns_is_said_by_table_and_calls_the_rows():
    graph = kgllm.load({"departures": DEPARTURES, "companies": COMPANIES}, key={"departures": ["line", "number"], "companies": "line"})
    assert {"departures/SB/7", "companies/SB"} <= {one.id for one in graph.scan(what="entities").items}
    assert answered(graph, "How late was SB 7?") == {"12"}
    assert "RX 9 — company → RX" in facts_of(graph)
    assert not any("of another" in note for note in graph.notes)


def test_a_key_of_two_columns_in_chinese():
    rows = [{"线路": line, "班次": number, "晚点": late} for line, number, late in (("甲线", 1, 5), ("甲线", 2, 0), ("乙线", 1, 9))]
    assert {one.name for one in kgllm.load(rows, table="车", key=["线路", "班次"]).scan(what="entities").items} >= {"甲线 1", "乙线 1"}


def test_a_key_said_of_no_table_is_that_of_the_tables_in_which_it_is_one():
    graph = kgllm.load({"departures": DEPARTURES, "companies": COMPANIES}, key="line")
    assert not any("of another" in note for note in graph.notes)
    assert sum("departures" in one.types for one in graph.scan(what="entities").items) == len(DEPARTURES)
    said = kgllm.load({"departures": DEPARTURES, "companies": COMPANIES}, key=["departures.line", "companies.line"])
    (note,) = [note for note in said.notes if "of another" in note]
    assert note.endswith('they are one thing together (key={"departures": ["line", "number"]} tells them apart)')


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ({"departure": "line"}, "there is no such table; did you mean 'departures'?"),
        ({"departures": "numbr"}, "there is no such column; did you mean 'number'?"),
        ({"departures": []}, "must be the name of a column"),
        ({"departures": 3}, "must be the name of a column"),
    ],
)
def test_a_key_by_table_that_is_none_is_refused_with_what_was_meant(key, words):
    with pytest.raises((kgllm.errors.ConfigError, kgllm.errors.WrongTypeError), match=re.escape(words)):
        kgllm.load({"departures": DEPARTURES, "companies": COMPANIES}, key=key)


def test_a_table_that_is_none_is_told_what_was_meant(tmp_path):
    with sqlite3.connect(tmp_path / "rhymes.sqlite") as base:
        for name in ("_019_集韵_小学堂", "_020_广韵_小学堂", "_021_中原音韵"):
            base.execute(f'CREATE TABLE "{name}" (字 TEXT, 韵 TEXT)')
    base.close()
    with pytest.raises(kgllm.errors.ConfigError, match="did you mean '_020_广韵_小学堂'?"):
        kgllm.load(tmp_path / "rhymes.sqlite", tables=["广韵"])
    graph = kgllm.load({"departures": DEPARTURES, "companies": COMPANIES}, refers={"line": "company"})
    assert any("there is no such table" in note and "did you mean 'companies'?" in note for note in graph.notes)


@pytest.mark.parametrize(("key", "kind"), [("Employee ID", "employee"), ("employeeId", "employee"), ("员工编号", "员工")])
@pytest.mark.parametrize("as_frame", [False, True])
def test_rows_that_nothing_names_are_what_their_key_is_of(key, kind, as_frame):
    rows = [{key: n, "Full Name": name, "Department": "R&D"} for n, name in ((101, "Ann Lee"), (102, "王伟"))]
    graph = kgllm.load(pd.DataFrame(rows) if as_frame else rows)
    assert {(one.id, one.name, one.types) for one in graph.scan(what="entities").items} == {
        (101, "Ann Lee", (kind,)),
        (102, "王伟", (kind,)),
    }
    found = kgllm.GraphQA(graph).ask("Which employees are in R&D?" if kind == "employee" else "R&D有哪些员工？")
    assert {one.name for one in found.entities} == {"Ann Lee", "王伟"}


def test_a_key_of_other_things_does_not_name_the_rows():
    loans = [{"member_id": 7, "book": "Emma"}, {"member_id": 7, "book": "Dune"}]
    assert {one.types for one in kgllm.load(loans).scan(what="entities").items if one.named} <= {()}


DOCTORS = [{"工号": "Y1", "姓名": "陈立"}, {"工号": "Y2", "姓名": "周芸"}]


def test_the_codes_of_others_are_no_names_of_the_rows_that_hold_each_once():
    graph = kgllm.load({"医生": DOCTORS, "处方": [{"医生": "Y1", "药品": "安脉片"}, {"医生": "Y2", "药品": "退热灵"}]})
    assert any("处方: rows are known by their number and have no name" in note for note in graph.notes)
    assert {"处方/1 — 医生 → 陈立", "处方/1 — 药品 → 安脉片"} <= set(facts_of(graph))
    assert answered(graph, "哪些医生开过安脉片？") == {"陈立"}
    readers = [{"code": "R1", "name": "Ann"}, {"code": "R2", "name": "Bo"}]
    loans = [{"reader": "R1", "book": "Emma"}, {"reader": "R2", "book": "Ulysses"}]
    assert "loans/1 — reader → Ann" in facts_of(kgllm.load({"readers": readers, "loans": loans}))


def test_a_first_column_of_codes_of_no_other_table_calls_its_rows():
    graph = kgllm.load({"医生": DOCTORS, "诊室": [{"房号": "A1", "医生": "Y1"}, {"房号": "A2", "医生": "Y2"}]})
    assert "A1 — 医生 → 陈立" in facts_of(graph)
