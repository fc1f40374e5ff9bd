"""Tables of records: a row is a thing, a column a relation, a cell a value or another row."""

from __future__ import annotations

import datetime
import json
import re
import sqlite3
from decimal import Decimal

import pytest

import kgllm
from kgllm.errors import ConfigError, GraphError, GraphParseError, GraphUnavailable, WrongTypeError

COUNTRIES = "iso,name,capital,population,founded,eu\nFR,France,Paris,67000000,1792-09-22,true\nDE,Germany,Berlin,83000000,1949-05-23,true\nNA,Namibia,,2500000,1990-03-21,false\n"
CITIES = "id,name,country_iso,mayor\n1,Paris,FR,Anne Hidalgo\n2,Lyon,FR,\n3,Berlin,DE,Kai Wegner\n"
NATIONS = "代码,名称,首都,人口\nCN,中国,北京,1400000000\nJP,日本,东京,125000000\n"
RECORDS = [
    {"id": "a1", "name": "Ada", "born": 1815, "tags": ["maths", "诗"], "spouse": None, "stats": {"papers": 3, "h": {"index": 2}}},
    {"id": "b2", "name": "Bob", "born": 1900, "tags": [], "left": float("nan")},
]


def facts_of(graph):
    return sorted(str(fact) for fact in graph.scan().items)


def about(graph, id):
    return next(one for one in graph.scan(what="entities").items if one.id == id)


def values_of(graph, relation):
    return {fact.subject.name: fact.object.value for fact in graph.scan().items if fact.relation.id == relation}


def answer(graph, question):
    found = kgllm.GraphQA(graph).ask(question)
    return {one.name for one in found.entities}, found.text


@pytest.fixture
def write(tmp_path):
    def write(name, text, encoding="utf-8"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


# --- one table ---


def test_a_wide_csv_opens_and_answers(write):
    graph = kgllm.load(write("countries.csv", COUNTRIES))
    assert answer(graph, "What is the capital of France?")[0] == {"Paris"}
    assert answer(graph, "Which country has the largest population?")[0] == {"Germany"}
    assert values_of(graph, "population") == {"France": 67_000_000, "Germany": 83_000_000, "Namibia": 2_500_000}
    assert values_of(graph, "founded")["France"] == datetime.date(1792, 9, 22)
    assert values_of(graph, "eu") == {"France": True, "Germany": True, "Namibia": False}
    assert values_of(graph, "iso")["Namibia"] == "NA"
    assert "Namibia" not in values_of(graph, "capital")
    assert graph.schema().types == (("countries", 3),)
    assert [fact.source for fact in graph.scan().items if fact.subject.name == "Namibia"] == [("countries.csv:4",)] * 4
    assert graph.notes == ("countries.csv: rows are known by 'name' and named by 'name' (key= and name= say it otherwise)",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_headers_in_every_encoding(write, encoding):
    said = {"encoding": encoding} if encoding == "gb18030" else {}
    graph = kgllm.load(write("国家.csv", NATIONS, encoding), **said)
    assert answer(graph, "中国的首都是哪里？")[0] == {"北京"}
    assert answer(graph, "哪个国家的人口最多？")[0] == {"中国"}
    assert about(graph, "CN").name == "中国" and about(graph, "CN").types == ("国家",)


def test_another_encoding_is_named(write, tmp_path):
    with pytest.raises(GraphParseError, match='UTF-8(.|\n)*encoding="gb18030"'):
        kgllm.load(write("国家.csv", NATIONS, "gb18030"))
    write("data/国家.csv", NATIONS, "gb18030")
    assert dict(kgllm.load(tmp_path / "data", encoding="gb18030").schema().types) == {"国家": 2}
    assert dict(kgllm.load({"国家": tmp_path / "国家.csv"}, encoding="gb18030").schema().types) == {"国家": 2}


def test_key_and_name_are_said(write):
    path = write("countries.csv", COUNTRIES)
    graph = kgllm.load(path, key="iso", name="capital", aliases="name", types="eu")
    assert graph.notes == ()
    france = about(graph, "FR")
    assert (france.name, france.aliases, france.types) == ("Paris", ("France",), ("true", "countries"))
    assert "Paris — name → France" in facts_of(graph)  # aliases stay facts
    assert facts_of(kgllm.load(path, id="iso", name="capital", aliases="name", types="eu")) == facts_of(graph)
    assert about(kgllm.load(path, table="country"), "France").types == ("country",)
    with pytest.raises(ConfigError, match="no such column; there are"):
        kgllm.load(path, key="code")
    with pytest.raises(ConfigError, match="takes no option 'subject'"):
        kgllm.load(path, key="iso", subject="name")
    for wrong in ({"key": 0}, {"name": 1, "key": "iso"}, {"table": 3}, {"refers": "countries"}, {"refers": {"capital": 3}}):
        with pytest.raises(WrongTypeError):
            kgllm.load(path, **wrong)


def test_three_columns_are_triples_unless_something_says_records(write):
    assert facts_of(kgllm.load(write("kb.csv", "Ada,knows,Bob\nBob,knows,Cid\n"))) == ["Ada — knows → Bob", "Bob — knows → Cid"]
    records = "name,capital,population\nFrance,Paris,67\nPeru,Lima,33\n"
    assert "France — capital → Paris" in facts_of(kgllm.load(write("c.csv", records)))
    other = "country,capital,population\n" + "".join(f"C{n},T{n},{n}\n" for n in range(6))
    assert "C1 — population → 1" in facts_of(kgllm.load(write("d.csv", other)))
    assert "Paris — country → France" in facts_of(kgllm.load(write("e.csv", "country,capital,n\nFrance,Paris,67\n"), key="capital"))


def test_lines_of_a_wrong_width_and_no_header_are_refused(write):
    with pytest.raises(GraphParseError, match=r"r\.csv:3: 3 columns where 4"):
        kgllm.load(write("r.csv", "id,name,x,y\n1,a,b,c\n2,a,b\n"))
    with pytest.raises(GraphParseError, match="4 columns where 3(.|\n)*key=") as caught:
        kgllm.load(write("q.tsv", "Ada\tknows\tBob\t1999\nBob\tknows\tCid\t2000\n"))
    assert "each row is a thing" in caught.value.hint
    with pytest.raises(GraphParseError, match="header"):
        kgllm.load(write("r.csv", "1,a,b,c\n2,a,b,d\n"), key="1", header=False)


def test_a_key_that_is_not_unique_and_one_that_is_empty(write):
    path = write("x.csv", "code,name,lang,n\nA,One,en,1\nA,Uno,es,2\n,Nothing,x,3\n")
    graph = kgllm.load(path, key="code")
    assert "x.csv: 1 rows have the key (code) of another; they are one thing together" in graph.notes
    assert "1 row skipped for an empty key (code) (x.csv:4)" in graph.notes
    assert about(graph, "A").aliases == ("Uno",)
    assert len(graph.scan(what="entities").items) == 1
    with pytest.raises(GraphParseError, match=r"x\.csv:4: an empty key"):
        kgllm.load(path, key="code", strict=True)
    by_number = kgllm.load(write("x.csv", "code,name,n\nA,One,1\nA,One,2\n"), table="x")
    assert about(by_number, "x/1").name == "One" and "known by their number" in by_number.notes[0]


def test_odd_headers(write):
    graph = kgllm.load(write("x.csv", "id,name,tag,tag,\n1,Ada,a,b,c\n2,Bob,a,,\n"))
    assert facts_of(graph) == ["Ada — tag → a", "Ada — tag → b", "Bob — tag → a"]
    assert any("two columns are named 'tag'" in note for note in graph.notes)
    assert any("column 5 has no name" in note for note in graph.notes)
    with pytest.raises(GraphError, match="several values"):
        kgllm.load(write("x.csv", "id,tag,tag,n\n1,a,b,c\n"), key="tag")


def test_what_a_cell_may_be(write):
    long = "x" * 1_000_000
    text = f'id,name,code,n,when,none,mixed\n1,"A ""b"", c",007,1.5,2020-02-30,NULL,1\n2,"two\nlines",12,2,2020-01-01,\\N,{long}\n'
    graph = kgllm.load(write("x.csv", text))
    assert values_of(graph, "code") == {'A "b", c': "007", "two\nlines": "12"}
    assert values_of(graph, "n") == {'A "b", c': 1.5, "two\nlines": 2.0}
    assert set(values_of(graph, "when").values()) == {"2020-02-30", "2020-01-01"}
    assert values_of(graph, "none") == {}
    assert max(map(len, map(str, values_of(graph, "mixed").values()))) == 1_000_000


def test_ten_thousand_columns(write):
    names = ",".join(f"c{n}" for n in range(10_000))
    graph = kgllm.load(write("x.csv", f"id,{names}\n" + "".join(f"k{row}," + ",".join(["1"] * 10_000) + "\n" for row in range(3))))
    assert graph.schema().facts == 30_000
    assert len(graph.schema().relations) == 10_000


# --- DataFrames and Parquet ---


def test_a_frame(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "code": ["A", "B"],
            "name": ["One", "二"],
            "year": [1999, None],
            "price": [1.5, None],
            "when": pandas.to_datetime(["2020-01-02", None]),
            "at": pandas.to_datetime(["2020-01-02 03:04", None]),
            "ok": [True, False],
            "tags": [["x", "y"], None],
            "much": [Decimal("1.10"), None],
        }
    )
    graph = kgllm.load(frame)
    assert values_of(graph, "year") == {"One": 1999} and type(values_of(graph, "year")["One"]) is int
    assert values_of(graph, "price") == {"One": 1.5}
    assert values_of(graph, "when") == {"One": datetime.date(2020, 1, 2)}
    assert values_of(graph, "at") == {"One": datetime.datetime(2020, 1, 2, 3, 4)}
    assert values_of(graph, "ok") == {"One": True, "二": False}
    assert values_of(graph, "much") == {"One": Decimal("1.10")}
    assert [fact for fact in facts_of(graph) if "tags" in fact] == ["One — tags → x", "One — tags → y"]
    indexed = kgllm.load(frame.set_index("code"), table="thing")
    assert about(indexed, "A").types == ("thing",)
    assert facts_of(indexed) == facts_of(graph)
    pytest.importorskip("pyarrow")
    frame.drop(columns="much").to_parquet(tmp_path / "t.parquet")
    assert values_of(kgllm.load(tmp_path / "t.parquet"), "year") == {"One": 1999.0}
    with pytest.raises(WrongTypeError, match="must be text"):
        kgllm.load(pandas.DataFrame({("a", "b"): [1], "c": [2]}))


def test_mixed_types_in_a_column():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"id": ["a", "b", "c", "d", "e"], "v": [1, 1.0, True, "1", object()]})
    graph = kgllm.load(frame)
    assert sorted(map(str, values_of(graph, "v").values())) == ["1", "1", "1.0", "True"]
    assert any("object in 'v', which is no value" in note for note in graph.notes)


# --- objects ---


def test_an_iterable_of_records():
    for source in (RECORDS, iter(RECORDS)):
        graph = kgllm.load(source, table="person")
        assert facts_of(graph) == [
            "Ada — born → 1815", "Ada — stats.h.index → 2", "Ada — stats.papers → 3", "Ada — tags → maths", "Ada — tags → 诗", "Bob — born → 1900",
        ]  # fmt: skip
        assert about(graph, "a1").types == ("person",)
    assert answer(kgllm.load(RECORDS), "How many papers has Ada?")[0] == {"3"}


def test_an_iterable_may_hold_what_a_line_of_json_may():
    line = {"subject": {"id": "a", "name": "Ada", "types": ["person"]}, "relation": "born", "object": {"value": 1815}}
    assert facts_of(kgllm.load([line])) == ["Ada — born → 1815"]
    assert facts_of(kgllm.load([{"x": "a", "y": "b", "z": "c"}], subject="x", relation="y", object="z")) == ["a — b → c"]


def test_nested_objects():
    rows = [
        {"id": 1, "title": "Bug", "user": {"id": 7, "login": "ada"}, "moves": [{"slot": 1, "power": 90}, {"slot": 2, "power": 40}]},
        {"id": 2, "title": "Wish", "user": {"id": 7, "login": "ada"}, "labels": [{"name": "新"}], "size": {"value": "3", "datatype": "m"}},
    ]
    graph = kgllm.load(rows, table="issue")
    assert "Bug — user → user/7" in facts_of(graph) and "user/7 — login → ada" in facts_of(graph)
    assert about(graph, "labels/新").name == "新" and about(graph, "labels/新").types == ("labels",)
    joint = [one for one in graph.scan(what="entities").items if str(one.id).startswith("issue.moves/")]
    assert len(joint) == 2 and not any(one.named for one in joint)
    assert next(fact.object.datatype for fact in graph.scan().items if fact.relation.id == "size") == "m"


def test_objects_that_cannot_be():
    deep = value = {}
    for _ in range(2000):
        value["a"] = value = {}
    with pytest.raises(GraphParseError, match="nested deeper"):
        kgllm.load([{"id": "x", "deep": deep}])
    with pytest.raises(GraphParseError, match=r"object:2: must be an object"):
        kgllm.load([{"id": 1, "name": "x"}, ("a", "b", "c")])
    with pytest.raises(GraphParseError, match="a key must be text"):
        kgllm.load([{"id": 1, (1, 2): "x"}])
    graph = kgllm.load([{"id": "x", "raw": b"abc", "n": 10**5000, "ok": 1}])
    assert facts_of(graph) == ["x — ok → 1"]
    assert any("'raw'" in note for note in graph.notes) and any("'n'" in note for note in graph.notes)


@pytest.mark.parametrize(
    "document",
    [
        RECORDS[:1],
        {"name": "Ada", "born": 1815},
        {"people": [{"name": "Ada", "born": 1815}], "cities": [{"name": "London", "country": "UK"}]},
        {"a1": {"name": "Ada", "born": 1815}, "b2": {"name": "Bob", "born": 1900}},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_json_documents(write, document, indent):
    graph = kgllm.load(write("people.json", json.dumps(document, indent=indent)))
    assert "Ada — born → 1815" in facts_of(graph)
    assert "people" in dict(graph.schema().types)


def test_json_lines_of_records(write):
    graph = kgllm.load(write("people.jsonl", "".join(json.dumps(one) + "\n" for one in RECORDS[:1])))
    assert "Ada — tags → 诗" in facts_of(graph)


MEMBERS = {
    code: [
        {"name": name, "rank": rank, "bioguide": id, **({"title": "Chair"} if rank == 1 else {})} for rank, (name, id) in enumerate(who, 1)
    ]
    for code, who in {
        "SSAF": [("Ann Lee", "L1"), ("Bo Roe", "R1"), ("Cy Moe", "M1")],
        "SSBU": [("Bo Roe", "R1"), ("Ann Lee", "L1"), ("Cy Moe", "M1")],
        "HSAG": [("Cy Moe", "M1"), ("Ann Lee", "L1"), ("Bo Roe", "R1")],
        "HSBA": [],
    }.items()
}
LEGISLATORS = [
    {"id": {"bioguide": id, "fec": [f"S{id}"]}, "name": {"first": first, "last": last, "official_full": f"{first} {last}"}}
    for id, first, last in (("L1", "Ann", "Lee"), ("R1", "Bo", "Roe"), ("M1", "Cy", "Moe"))
]


def test_names_within_an_object(write):
    graph = kgllm.load(write("legislators.json", json.dumps(LEGISLATORS)))
    assert about(graph, "L1").name == "Ann Lee" and about(graph, "L1").types == ("legislators",)
    assert "Ann Lee — id.bioguide → L1" in facts_of(graph)
    for one in LEGISLATORS:
        one = {**one, "name": {part: name for part, name in one["name"].items() if part != "official_full"}}
        assert about(kgllm.load([one], table="legislator"), one["id"]["bioguide"]).name == " ".join(one["name"].values())
    flat = "playerID,nameFirst,nameLast,born\np1,Ann,Lee,1901\np2,Bo,Roe,1902\n"
    assert about(kgllm.load(write("people.csv", flat)), "p1").name == "Ann Lee"
    clubs = "franchID,franchName,active,n\nA,Alpha,Y,1\nB,Beta,N,2\n"
    assert about(kgllm.load(write("TeamsFranchises.csv", clubs)), "A").name == "Alpha"


def test_a_column_that_does_not_tell_rows_apart_is_no_name(write):
    rows = "id,title,who\n1,Chair,Ann\n2,Member,Bo\n3,Member,Cy\n4,Member,Di\n5,Member,Ed\n"
    graph = kgllm.load(write("members.csv", rows))
    assert "members" in dict(graph.schema().types)
    assert {fact for fact in facts_of(graph) if "title" in fact} == {"1 — title → Chair", *(f"{n} — title → Member" for n in range(2, 6))}
    titles = kgllm.load(write("books.csv", "id,title,year\n1,静夜思,1\n2,无题,2\n3,无题,3\n"))
    assert about(titles, "3").name == "无题"  # two of three are different: names


def test_no_name_is_said(write):
    path = write("countries.csv", COUNTRIES)
    graph = kgllm.load(path, key="iso", name=())
    assert about(graph, "FR").name == "FR"
    assert "FR — name → France" in facts_of(graph)
    both = kgllm.load({"countries": path, "cities": write("cities.csv", CITIES)}, name=["countries."])
    assert about(both, "cities/1").name == "Paris" and about(both, "countries/France").name == "countries/France"


def test_nested_objects_of_one_title_are_not_one_thing():
    roles = ("Chair", "Ranking Member", "Member")
    rows = [{"name": f"Committee {n}", "members": [{"title": role, "who": f"{role[:2]}{n}"} for role in roles]} for n in range(4)]
    graph = kgllm.load(rows, table="committee")
    assert answer(graph, "Who is the Ranking Member of Committee 2?")[0] == {"Ra2"}


def test_lists_of_like_objects_by_their_keys_are_one_table(write, tmp_path):
    write("us/members.json", json.dumps(MEMBERS))
    write("us/legislators.json", json.dumps(LEGISLATORS))
    write("us/committees.json", json.dumps([{"code": code, "name": f"Committee of {code}"} for code in MEMBERS]))
    graph = kgllm.load(tmp_path / "us", refers={"members.key": "committees"})
    assert {kind for kind, _ in graph.schema().types} == {"members", "legislators", "committees"}
    assert "members/1 — legislator → Ann Lee" in facts_of(graph)  # by id.bioguide
    assert answer(graph, "Who is the Chair of Committee of SSBU?")[0] == {"Bo Roe"}  # a row without key and name only joins
    assert answer(graph, "What is the rank of Ann Lee in Committee of HSAG?")[0] == {"2"}
    for source in (MEMBERS, write("members.json", json.dumps(MEMBERS))):
        read = kgllm.load(source, table="member")
        assert dict(read.schema().types) == {"member": 9}
        assert any("4 lists whose objects have the same fields are one table" in note and "'key'" in note for note in read.notes)
    unlike = {"people": [{"name": "Ada", "born": 1}], "cities": [{"name": "Rome", "area": 2}], "rivers": [{"name": "Po", "length": 3}]}
    for source in (unlike, write("data.json", json.dumps(unlike))):
        assert {kind for kind, _ in kgllm.load(source).schema().types} == {"people", "cities", "rivers"}


def test_values_of_a_row_without_name_are_asked_about_together():
    rows = [{"name": "Ann", "moves": [{"slot": "first", "power": 90}, {"slot": "second", "power": 40}]}, {"name": "Bo", "moves": []}]
    assert answer(kgllm.load(rows, table="player"), "What is the power of the second slot?")[0] == {"40"}


def test_the_key_is_what_other_tables_repeat():
    pandas = pytest.importorskip("pandas")
    people = pandas.DataFrame(
        {
            "ID": range(1, 5),
            "playerID": ["lee", "roe", "moe", "poe"],
            "nameFirst": ["Ann", "Bo", "Cy", "Di"],
            "nameLast": ["Lee", "Roe", "Moe", "Poe"],
            "bbrefID": ["lee", "roe", "moe", "po2"],
        }
    )
    awards = pandas.DataFrame({"playerID": ["lee", "lee", "roe"], "awardID": ["MVP", "Glove", "MVP"], "yearID": [1990, 1991, 1991]})
    fame = pandas.DataFrame({"playerID": ["lee", "moe"], "inducted": ["Y", "N"]})
    graph = kgllm.load({"People": people, "Awards": awards, "Fame": fame})
    facts = facts_of(graph)
    assert about(graph, "People/lee").name == "Ann Lee"
    assert "Ann Lee — bbrefID → lee" in facts and not any("→ Ann Lee" in fact for fact in facts if fact.startswith("Ann Lee"))
    assert not any("playerID" in fact for fact in facts if fact.startswith("Ann Lee"))  # its own key says nothing of it
    assert "Awards/1 — player → Ann Lee" in facts and "lee — player → Ann Lee" in facts
    assert answer(graph, "Who won the MVP award in 1991?")[0] == {"Bo Roe"}


def test_a_reference_to_rows_of_its_own_table_holds_its_values(write):
    rows = "code,name,other_code,above\nA,Alpha,A,\nB,Beta,B,A\nC,Gamma,C,A\nD,Delta,E,Z\n"
    graph = kgllm.load(write("units.csv", rows))
    assert {"Alpha — other_code → A", "Beta — above → A", "Delta — above → Z"} <= set(facts_of(graph))
    assert not any("leads to rows" in note for note in graph.notes)


@pytest.mark.parametrize(
    "texts",
    [
        ["Jun 12 1998", "May 4 2001"],
        ["June 12, 1998", "4 May 2001"],
        ["12-Jun-1998", "04-May-2001"],
        ["1998年6月12日", "2001年5月4日"],
        ["1998/6/12", "2001/05/04"],
        ["6/12/1998", "5/4/2001", "5/13/2001"],
        ["12.6.1998", "4.5.2001"],
        ["1998-06-12", "2001-05-04"],
    ],
)
def test_dates_as_people_write_them(write, texts):
    rows = "id,name,shown,x\n" + "".join(f'{n},n{n},"{text}",a\n' for n, text in enumerate(texts))
    objects = [{"id": n, "name": f"n{n}", "shown": text, "x": "a"} for n, text in enumerate(texts)]
    for source in (write("shows.csv", rows), write("shows.json", json.dumps(objects)), objects):
        found = values_of(kgllm.load(source), "shown")
        assert found["n0"] == datetime.date(1998, 6, 12) and found["n1"] == datetime.date(2001, 5, 4)
    assert answer(kgllm.load(objects, table="show"), "Which show was shown on June 12, 1998?")[0] == {"n0"}
    left = values_of(kgllm.load([*objects, {"id": 99, "name": "last", "shown": "unknown"}]), "shown")
    assert left["n0"] == texts[0]  # not the whole column


def test_a_day_that_may_be_a_month_stays_text(write):
    rows = "id,name,shown,x\n1,a,6/7/1998,u\n2,b,5/4/2001,v\n"
    assert values_of(kgllm.load(write("shows.csv", rows)), "shown") == {"a": "6/7/1998", "b": "5/4/2001"}


# --- several tables ---


def test_tables_that_lead_to_one_another(write):
    countries, cities = write("countries.csv", COUNTRIES), write("cities.csv", CITIES)
    graph = kgllm.load({"countries": countries, "cities": str(cities)}, key="countries.iso", refers={"capital": "cities"})
    assert about(graph, "countries/FR").aliases == ("FR",)
    assert about(graph, "cities/1").name == "Paris"
    assert "Lyon — country → France" in facts_of(graph) or "Lyon — country_iso → France" in facts_of(graph)
    assert answer(graph, "Who is the mayor of the capital of France?")[0] == {"Anne Hidalgo"}
    assert answer(graph, "Which cities are in France?")[0] == {"Paris", "Lyon"}
    assert any("'country_iso' leads to rows of 'countries'" in note for note in graph.notes)
    left = kgllm.load({"countries": countries, "cities": cities}, refers={"country_iso": None})
    assert "Lyon — country_iso → FR" in facts_of(left)
    with pytest.raises(ConfigError, match="no such column"):
        kgllm.load({"countries": countries, "cities": cities}, refers={"cuntry": "countries"})


def test_chinese_tables(write):
    cities = "编号,名称,国家代码\n1,北京,CN\n2,东京,JP\n3,上海,CN\n"
    graph = kgllm.load({"国家": write("国家.csv", NATIONS), "城市": write("城市.csv", cities)})
    assert "上海 — 国家代码 → 中国" in facts_of(graph) or "上海 — 国家 → 中国" in facts_of(graph)
    assert answer(graph, "上海在哪个国家？")[0] == {"中国"}


def test_texts_that_are_keys_of_the_same_table(write):
    staff = "工号,姓名,部门,上级\nE1,张伟,研发部,\nE2,李娜,研发部,E1\nE3,王芳,市场部,E2\n"
    graph = kgllm.load(write("员工.csv", staff), key="工号")
    assert answer(graph, "李娜的上级是谁？")[0] == {"张伟"}
    assert "李娜 — 部门 → 研发部" in facts_of(graph)
    assert any("'上级' leads to rows of '员工'" in note for note in graph.notes)


def test_values_that_are_things_of_a_kind():
    poems = [{"id": 1, "title": "静夜思", "author": "李白"}, {"id": 2, "title": "春望", "author": "杜甫"}]
    graph = kgllm.load(poems, table="poem", refers={"author": "author"})
    assert about(graph, "author/李白").types == ("author",)
    assert answer(graph, "静夜思的作者是谁？")[0] == {"李白"}


def test_values_without_a_row_are_counted(write):
    cities = "id,name,country\n1,Paris,France\n2,Rome,Italy\n3,Oslo,Norway\n"
    graph = kgllm.load(
        {"countries": write("countries.csv", COUNTRIES), "cities": write("cities.csv", cities)}, refers={"country": "countries"}
    )
    assert any("2 of 3 values of 'country' are no row of 'countries' ('Italy', 'Norway')" in note for note in graph.notes)
    assert "Rome — country → Italy" in facts_of(graph)


def test_a_mapping_that_is_none(tmp_path):
    for wrong in ({"a": 1}, {"a": {"b": 1}}, {1: []}):
        with pytest.raises(WrongTypeError):
            kgllm.load(wrong)
    with pytest.raises(ConfigError, match="no file or folder"):
        kgllm.load({"cities": "citeis.csv"})


def test_a_folder(write, tmp_path):
    write("data/countries.csv", COUNTRIES)
    write("data/cities.csv", CITIES)
    write("data/readme.txt", "hello")
    for name in ("pikachu", "raichu"):
        write(f"data/pokemon/{name}.json", json.dumps({"name": name, "hp": len(name)}, indent=1))
    graph = kgllm.load(tmp_path / "data")
    assert dict(graph.schema().types) == {"countries": 3, "cities": 3, "pokemon": 2}
    assert "readme.txt is not read" in graph.notes
    assert answer(graph, "What is the hp of Raichu?")[0] == {"6"}
    assert dict(kgllm.load(tmp_path / "data", tables=["cities"]).schema().types) == {"cities": 3}
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="no compiled graph, and holds no tables"):
        kgllm.load(tmp_path / "empty")
    compiled = kgllm.compile(tmp_path / "data", tmp_path / "kg")
    assert facts_of(kgllm.load(tmp_path / "kg")) == facts_of(compiled)


# --- SQLite ---

SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, born DATE, member BOOLEAN, photo BLOB);
CREATE TABLE products (code TEXT PRIMARY KEY, name TEXT, price REAL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers, placed TEXT);
CREATE TABLE "order items" (order_id INTEGER REFERENCES orders(id), product TEXT REFERENCES products(code), n INTEGER, PRIMARY KEY (order_id, product));
CREATE TABLE likes (customer INTEGER REFERENCES customers(id), product TEXT REFERENCES products(code));
CREATE VIEW dear AS SELECT name FROM products WHERE price > 100;
INSERT INTO customers VALUES (1, 'Ada', 'Lovelace', '1815-12-10', 1, x'00'), (2, '伟', '王', '1990-01-01', 0, NULL);
INSERT INTO products VALUES ('P1', 'Lamp', 20.5), ('P2', 'Desk', 200.0);
INSERT INTO orders VALUES (10, 1, '2024-01-02'), (11, 2, '2024-02-03');
INSERT INTO "order items" VALUES (10, 'P1', 2), (10, 'P2', 1), (11, 'P1', 5);
INSERT INTO likes VALUES (1, 'P2'), (2, 'P1');
"""


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as base:
        base.executescript(SHOP)
    base.close()
    return path


def test_sqlite_with_its_foreign_keys(shop):
    graph = kgllm.load(shop)
    facts = facts_of(graph)
    assert about(graph, "customers/1").name == "Ada Lovelace"
    assert "Ada Lovelace — likes → Desk" in facts
    assert values_of(graph, "born")["Ada Lovelace"] == datetime.date(1815, 12, 10)
    assert values_of(graph, "member") == {"Ada Lovelace": True, "伟 王": False}
    assert any("order items/10/P1" in fact and "Lamp" in fact for fact in facts)
    assert any("holds bytes" in note for note in graph.notes)
    assert answer(graph, "Which products does Ada Lovelace like?")[0] == {"Desk"}
    assert answer(graph, "What is the price of the Lamp?")[0] == {"20.5"}
    with pytest.raises(ConfigError, match="tables='nothing'"):
        kgllm.load(shop, tables="nothing")
    assert {one.name for one in kgllm.load(shop, tables=["dear"]).scan(what="entities").items} == {"Desk"}
    shop.rename(shop.with_suffix(".data"))
    assert facts_of(kgllm.load(shop.with_suffix(".data"))) == facts


def test_views_are_read_as_the_note_says(shop):
    [note] = [note for note in kgllm.load(shop).notes if "views not read: dear" in note]
    said = re.search(r"tables=(\[.*\]) reads them, too", note)
    graph = kgllm.load(shop, tables=json.loads(said[1]))
    assert {"dear", "customers"} <= {kind for one in graph.scan(what="entities").items for kind in one.types}
    assert not any("views" in note for note in graph.notes)
    with sqlite3.connect(shop) as base:
        base.executescript("".join(f"CREATE TABLE many_rows_of_{n} (a INT);" for n in range(20)))
    assert any('(tables=["dear", …] reads what it names, tables and views)' in note for note in kgllm.load(shop).notes)


def test_sqlite_locked_or_broken(shop, monkeypatch):
    monkeypatch.setattr("kgllm.graphs.readers.records.sqlite.WAIT", 0.05)
    holder = sqlite3.connect(shop, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GraphUnavailable, match="locked"):
        kgllm.load(shop)
    holder.execute("ROLLBACK")
    holder.close()
    whole = shop.read_bytes()
    shop.write_bytes(whole[:4096] + bytes(reversed(whole[4096:])))
    with pytest.raises(GraphParseError, match="shop.sqlite"):
        kgllm.load(shop)
    shop.write_bytes(b"nothing of the kind")
    with pytest.raises(GraphParseError, match="not SQLite, or damaged"):
        kgllm.load(shop)
    assert not shop.with_name("shop.sqlite-journal").exists()


def test_sqlite_with_odd_names_and_texts(tmp_path):
    path = tmp_path / "odd.db"
    base = sqlite3.connect(path)
    base.execute('CREATE TABLE "a""b; DROP" (id TEXT PRIMARY KEY, "x ""y" TEXT)')
    base.execute('INSERT INTO "a""b; DROP" VALUES (?, ?)', ("甲", "值"))
    base.commit()
    assert facts_of(kgllm.load(path)) == ['甲 — x "y → 值'] or facts_of(kgllm.load(path)) == ['a"b; DROP/甲 — x "y → 值']
    base.execute("INSERT INTO \"a\"\"b; DROP\" VALUES ('b', CAST(x'ff' AS TEXT))")
    base.commit()
    base.close()
    with pytest.raises(GraphParseError, match="not UTF-8"):
        kgllm.load(path)


def test_what_is_said_of_a_column_leads_no_row_of_its_own_table_to_itself() -> None:
    people = [{"playerID": "a1", "name": "Ann"}, {"playerID": "b2", "name": "Bob"}]
    awards = [{"playerID": player, "award": award} for player, award in (("a1", "Cup"), ("a1", "Bowl"), ("b2", "Cup"))]
    graph = kgllm.load({"people": people, "awards": awards}, key="people.playerID", refers={"playerID": "people"})
    assert [str(fact) for fact in graph.scan().items] == ["Cup — player → Ann", "Bowl — player → Ann", "Cup — player → Bob"]


def test_a_row_that_leads_to_itself_is_no_fact(write) -> None:
    wards = "name,kind,district\nNorth,district,North\nMill,ward,North\n东区,district,东区\n河畔,ward,东区\n"
    graph = kgllm.load(write("wards.csv", wards), types="kind", refers={"district": "wards"})
    assert [fact for fact in facts_of(graph) if "district →" in fact] == ["Mill — district → North", "河畔 — district → 东区"]
    assert "wards.csv: 'district' leads 2 rows to themselves, which is no fact" in graph.notes
    assert answer(graph, "What is the district of Mill?")[0] == {"North"}
    assert answer(graph, "河畔的district是什么？")[0] == {"东区"}


def test_a_declared_foreign_key_to_the_row_itself_is_no_fact(tmp_path) -> None:
    path = tmp_path / "staff.db"
    with sqlite3.connect(path) as base:
        base.executescript(
            "CREATE TABLE staff (id INTEGER PRIMARY KEY, name TEXT, boss INTEGER REFERENCES staff(id));"
            "INSERT INTO staff VALUES (1, 'Ann', 1), (2, '伟', 1);"
        )
    base.close()
    graph = kgllm.load(path)
    assert facts_of(graph) == ["伟 — boss → Ann"]
    assert "staff.db/staff: 'boss' leads one row to itself, which is no fact" in graph.notes


TEAMS = [{"id": number, "name": f"Team {number}"} for number in range(1, 41)]


@pytest.mark.parametrize("column", ["team", "team_id", "home_team_id", "homeTeamId", "home_team"])
def test_numbers_are_rows_where_the_name_says_so_and_they_are_spread_as_keys(column) -> None:
    games = [{"id": number, "name": f"Game {number}", column: team} for number, team in enumerate((2, 31, 17, 40), 100)]
    graph = kgllm.load({"teams": TEAMS, "games": games})
    assert any(fact.startswith("Game 101 — ") and fact.endswith(" → Team 31") for fact in facts_of(graph))
    assert f"games: {column!r} leads to rows of 'teams' (refers={{\"{column}\": None}} keeps its values)" in graph.notes
    left = kgllm.load({"teams": TEAMS, "games": games}, refers={column: None})
    assert f"Game 101 — {column} → 31" in facts_of(left)


@pytest.mark.parametrize(
    ("column", "numbers", "said"),
    [
        ("extra_points_team", (5, 10, 15), True),  # small among the keys
        ("extra_points_team", (0, 20, 40), False),  # zero is no key
        ("extra_points_team", (16,), True),  # one
        ("teams", (2, 31, 17), False),  # how many
        ("points_per_team", (2, 31, 17), False),
        ("total_teams", (2, 31, 17), False),
    ],
)
def test_numbers_that_happen_to_be_keys_are_amounts(column, numbers, said) -> None:
    for written in (int, str):
        cups = [{"id": number, "name": f"Cup {number}", column: written(amount)} for number, amount in enumerate(numbers, 100)]
        graph = kgllm.load({"teams": TEAMS, "cups": cups})
        assert f"Cup 100 — {column} → {numbers[0]}" in facts_of(graph)
        assert not any("leads to rows" in note for note in graph.notes)
        note = f'cups: the numbers of {column!r} are read as such, and not as rows (refers={{"{column}": "teams"}} leads there)'
        assert (note in graph.notes) is said
        led = kgllm.load({"teams": TEAMS, "cups": cups}, refers={column: "teams"})
        assert numbers[0] == 0 or f"Cup 100 — {column} → Team {numbers[0]}" in facts_of(led)


def test_chinese_numbers_that_happen_to_be_keys(write) -> None:
    cities = write("城市.csv", "编号,名称\n" + "".join(f"{number},城{number}\n" for number in range(1, 31)))
    firms = write("公司.csv", "名称,所属城市,每城市,分店城市编号\n甲,3,2,1\n乙,28,25,2\n丙,12,9,3\n")
    graph = kgllm.load({"城市": cities, "公司": firms})
    assert {"甲 — 所属城市 → 城3", "甲 — 每城市 → 2", "甲 — 分店城市 → 城1"} <= set(facts_of(graph))
    assert any('(refers={"所属城市": None} keeps its values)' in note for note in graph.notes)


def test_lists_of_numbers_are_rows(write) -> None:
    leagues = [{"name": "East", "teams": [1, 2, 39]}, {"name": "West", "teams": [3, 40]}]
    graph = kgllm.load({"teams": TEAMS, "leagues": leagues})
    assert "West — teams → Team 40" in facts_of(graph)


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_said_of_one_table_counts_there(order) -> None:
    countries = [{"code": "FR", "name": "France"}, {"code": "DE", "name": "Germany"}]
    cities, rivers = ([{"id": 1, "name": name, "country": "FR"}] for name in ("Lyon", "Loire"))
    said = dict([("country", "countries"), ("cities.country", None)][::order])
    graph = kgllm.load({"countries": countries, "cities": cities, "rivers": rivers}, refers=said)
    assert {"Lyon — country → FR", "Loire — country → France"} <= set(facts_of(graph))
    guessed = kgllm.load({"countries": countries, "a.cities": cities, "rivers": rivers}, refers={"rivers.country": "countries"})
    assert any('refers={"a.cities.country": None}' in note for note in guessed.notes)
    left = kgllm.load({"countries": countries, "a.cities": cities, "rivers": rivers}, refers={"a.cities.country": None})
    assert {"Lyon — country → FR", "Loire — country → France"} <= set(facts_of(left))


def test_numbers_in_text_are_no_keys_of_their_own_table() -> None:
    songs = [{"code": str(number), "name": f"Song {number}", "stars": str(stars)} for number, stars in enumerate((2, 4, 2, 3), 1)]
    graph = kgllm.load(songs, key="code")
    assert "Song 2 — stars → 4" in facts_of(graph) and not any("leads to rows" in note for note in graph.notes)


DISHES = "id,name,called,kinds,hours,n\n1,土豆,洋芋；薯仔; 马铃薯,菜|根,1|2,3\n2,Kale,,leaf,3,1\n"


def test_cells_that_hold_several_values(write) -> None:
    path = write("foods.csv", DISHES)
    said = {"called": [";", "；"], "foods.kinds": "|", "hours": "|"}
    graph = kgllm.load(path, aliases="called", split=said)
    assert about(graph, "1").aliases == ("洋芋", "薯仔", "马铃薯")
    assert {"土豆 — called → 薯仔", "土豆 — kinds → 根", "Kale — kinds → leaf"} <= set(facts_of(graph))
    assert {fact.object.value for fact in graph.scan().items if fact.relation.id == "hours"} == {1, 2, 3}
    assert answer(graph, "马铃薯的kinds是什么？")[0] == {"菜", "根"}
    assert facts_of(kgllm.load([{"id": 1, "name": "Ann", "plays": "oud / ney", "n": 2}], split={"plays": "/", "n": ";"})) == [
        "Ann — n → 2",
        "Ann — plays → ney",
        "Ann — plays → oud",
    ]
    assert about(kgllm.load(path, aliases="called"), "1").aliases == ("洋芋；薯仔; 马铃薯",)  # never guessed


def test_several_values_lead_to_rows(write) -> None:
    tables = {"foods": write("foods.csv", DISHES), "kinds": [{"name": "菜"}, {"name": "根"}, {"name": "leaf"}]}
    graph = kgllm.load(tables, split={"kinds": "|"})
    assert any(fact.object.id == "kinds/根" for fact in graph.scan().items if fact.relation.id == "kinds")


def test_what_split_may_be(write) -> None:
    path = write("foods.csv", DISHES)
    for wrong in ("called", {"called": ""}, {"called": 1}, {"called": []}, {1: ";"}):
        with pytest.raises(WrongTypeError, match="split must be a mapping"):
            kgllm.load(path, split=wrong)
    with pytest.raises(ConfigError, match="no such column"):
        kgllm.load(path, split={"aliases": ";"})
    with pytest.raises(GraphError, match="several values in one row"):
        kgllm.load(path, key="called", split={"called": ";"})
