"""What the notes of a table say that an option may do."""

from __future__ import annotations

import pytest

import kgllm

MILLS = ["Upper Mill", "Lower Mill", "Weir Mill", "Hill Mill", "Mere Mill", "Old Mill", "Far Mill"]


def notes_of(*tables, **options):
    return list(kgllm.load(*tables, **options).notes)


def mills(**more):
    return [
        {"name": name, "wheels": place, **{column: values[place] for column, values in more.items()}} for place, name in enumerate(MILLS)
    ]


def test_a_column_of_which_most_values_are_rows_is_told_once():
    rows = mills(drains_to=["Lower Mill", "Weir Mill", "Mere Mill", "Old Mill", "Far Mill", "the sea", "the sea"], miller=list("abcdefg"))
    (note,) = [note for note in notes_of(rows, table="mills") if "leads there" in note]
    assert (
        note == "mills: 5 of 6 values of 'drains_to' are rows of 'mills', and read as texts (refers={\"drains_to\": \"mills\"} leads there)"
    )
    graph = kgllm.load(rows, table="mills", refers={"drains_to": "mills"})
    assert not any("leads there" in note for note in graph.notes)
    assert kgllm.GraphQA(graph).ask("Upper Mill drains to what?").text == "Lower Mill [1]"
    assert not any("leads there" in note for note in notes_of(rows, table="mills", refers={"drains_to": None}))


def test_to_another_table_in_chinese():
    temples = [{"名称": name, "年代": place} for place, name in enumerate(("青云寺", "白石寺", "南山寺", "龙泉寺", "古柏寺"))]
    bells = [
        {"编号": f"钟{place}", "悬挂处": where} for place, where in enumerate(("青云寺", "白石寺", "南山寺", "龙泉寺", "古柏寺", "博物馆"))
    ]
    assert any("5 of 6 values of '悬挂处' are rows of '寺庙'" in note for note in notes_of({"寺庙": temples, "钟": bells}))


@pytest.mark.parametrize(
    "values",
    [
        [*MILLS[:3], "Inn", "Barn", "Forge", "Chapel"],  # few of them
        MILLS,  # what the row itself is called
        ["x"] * 7,
    ],
)
def test_what_is_no_such_column(values):
    assert not any("leads there" in note for note in notes_of(mills(other=values), table="mills"))


def test_a_name_that_repeats_is_the_rows_own():
    teams = [{"year": 1900 + year, "no": year, "name": MILLS[year % 6], "won": year} for year in range(30)]
    tables = {"mills": mills(), "teams": teams, "队": [{"年": row["year"], "名称": row["name"]} for row in teams]}
    assert not any("leads there" in note for note in notes_of(tables))


def test_short_codes_coincide_by_chance():
    codes = ["aa", "ab", "ac", "ad", "ae", "af"]
    tables = {
        "gates": [{"code": code, "width": 2} for code in codes],
        "tins": [{"label": f"Tin {code}", "mark": code} for code in [*codes, "zz"]],
    }
    assert not any("leads there" in note for note in notes_of(tables))
    codes = [first + second for first in "abcde" for second in "vwxyz"]
    tables = {"gates": [{"code": code, "width": 2} for code in codes], "tins": [{"label": f"Tin {code}", "mark": code} for code in codes]}
    assert any("25 of 25 values of 'mark' are rows of 'gates'" in note for note in notes_of(tables))


def test_what_is_no_row_of_one_table_is_told_to_be_of_another():
    tables = {
        "mills": [{"name": name} for name in MILLS],
        "ruins": [{"name": name, "left": place} for place, name in enumerate(("Burnt Mill", "Lost Mill"))],
        "loads": [{"load": f"l{place}", "mill": mill} for place, mill in enumerate([*MILLS, "Burnt Mill", "Lost Mill", "Inn"])],
    }
    assert any(
        "3 of 10 values of 'mill' are no row of 'mills'" in note
        and note.endswith('; 2 of them are rows of \'ruins\': refers={"loads.mill": ["mills", "ruins"]} leads to both)')
        for note in notes_of(tables, refers={"mill": "mills"})
    )


@pytest.mark.parametrize(
    ("column", "named"),
    [("Ref_Name", True), ("native_name", True), ("中文名称", True), ("keeperName", False), ("负责人姓名", False), ("file_name", False)],
)
def test_a_column_of_names_is_the_name_or_told_to_be_one(column, named):
    rows = [{"code": f"m{place}x", column: name, "wheels": place} for place, name in enumerate([*MILLS, MILLS[0], *map(str.upper, MILLS)])]
    graph = kgllm.load(rows, table="mills")
    names = {one.name for one in graph.scan(what="entities").items}
    assert (set(MILLS) <= names) == named
    assert any(f"rows are named by 'code', and {column!r} may be it (name=\"{column}\")" in note for note in graph.notes) != named


def test_names_that_repeat_or_are_few_are_no_names():
    rows = [
        {"code": f"m{place}x", "ref_name": "old" if place % 2 else "new", "keeper_name": "Ann" if place % 2 else "Ben"}
        for place in range(8)
    ]
    graph = kgllm.load(rows, table="mills")
    assert not any("may be it" in note for note in graph.notes)
    assert "m3x" in {one.name for one in graph.scan(what="entities").items}


def test_a_first_column_of_texts_calls_its_rows_itself():
    rows = [{"place": name, "native_name": name[::-1], "wheels": place} for place, name in enumerate(MILLS)]
    graph = kgllm.load(rows, table="mills")
    assert {one.name for one in graph.scan(what="entities").items} >= set(MILLS)
    assert not any("may be it" in note for note in graph.notes)


def test_a_few_texts_among_numbers_are_noted():
    years = ["2012", "In prep.", "2018 online", *map(str, range(2001, 2010))]
    rows = [{"name": f"P{n}x", "year": year, "mark": f"{n}", "where": "Olm"} for n, year in enumerate(years)]
    [note] = [note for note in notes_of({"papers": rows}) if "among numbers" in note]
    assert note == "papers: 2 of 12 facts of 'year' are texts among numbers ('In prep.', '2018 online')"
    mixed = [{"name": f"论文{n}", "年份": "待定" if n == 3 else 2000 + n} for n in range(9)]
    assert "论文: 1 of 9 facts of '年份' is a text among numbers ('待定')" in notes_of({"论文": mixed})
    rows = [{"name": f"P{n}x", "room": f"{n}" if n % 2 else f"{n}a"} for n in range(12)]  # as many are codes
    assert not any("among numbers" in note for note in notes_of({"papers": rows}))
