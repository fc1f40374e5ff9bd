"""Columns that lead to rows of other tables by their codes, though nothing says so; and those that do not."""

from __future__ import annotations

import sqlite3

import pytest

import kgllm

STATIONS = [f"{chr(65 + n // 676)}{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}" for n in (7919 * at % 17576 for at in range(64))]
LINES = ["9E", "AX", "B6", "DL", "EV", "FZ", "HA", "MQ", "OO", "UA"]


def stations():
    return [{"stop": code, "name": f"{code.title()} Halt", "height": 3 * place} for place, code in enumerate(STATIONS[::2])]


def lines():
    return [{"line": code, "name": f"Line of {code.title()} Co."} for code in LINES]


def trains(**more):
    rows = []
    for place in range(40):
        rows.append(
            {
                "number": 100 + place % 7,
                "line": LINES[place % 10],
                "start": STATIONS[2 * (place % 3)],
                "stopping": STATIONS[2 * (place % 30)],
                **{column: values[place % len(values)] for column, values in more.items()},
            }
        )
    return rows


def tables(**more):
    return {"trains": trains(**more), "lines": lines(), "stations": stations()}


def ends(graph, name):
    """What a relation joins, as the overview says it."""
    return {one.ends for one in graph.schema().relations if name in (one.relation.name, one.relation.id, *one.relation.aliases)}


def test_codes_lead_to_their_rows_by_themselves():
    graph = kgllm.load(tables())
    assert ends(graph, "stopping") == ends(graph, "start") == {"trains → stations"}
    assert "trains → lines" in ends(graph, "line")
    text = str(kgllm.overview(graph))
    assert (
        "'stopping' leads to rows of 'stations', as 30 of its 30 values are their 'stop' (refers={\"stopping\": None} keeps its values)"
        in text
    )
    assert 'refers={"trains.line": None} keeps its values' in text


def test_the_note_says_how_to_undo_it():
    graph = kgllm.load(tables(), refers={"stopping": None, "trains.line": None, "start": None})
    assert ends(graph, "stopping") == ends(graph, "start") == {"trains → str"}
    assert "trains → lines" not in ends(graph, "line")


def test_in_sqlite_and_chinese(tmp_path):
    with sqlite3.connect(tmp_path / "铁路.sqlite") as base:
        base.execute("CREATE TABLE 车次 (车次 INTEGER, 终点 TEXT)")
        base.execute("CREATE TABLE 车站 (站码 TEXT, 名称 TEXT)")
        base.executemany("INSERT INTO 车次 VALUES (?, ?)", [(place, row["stopping"]) for place, row in enumerate(trains(), 1)])
        base.executemany("INSERT INTO 车站 VALUES (?, ?)", [(row["stop"], f"{row['stop']}站") for row in stations()])
    base.close()
    graph = kgllm.load(tmp_path / "铁路.sqlite")
    assert ends(graph, "终点") == {"车次 → 车站"}
    assert any("'终点' leads to rows of '车站'" in note for note in graph.notes)


def test_a_column_of_the_very_name_leads_where_most_of_its_codes_are_rows_and_keeps_the_others():
    rows = [{"loan": place, "shelfmark": f"QX{place * 37 % 900 + 100}"} for place in range(50)]
    books = [{"title": f"Book {place}", "shelfmark": row["shelfmark"]} for place, row in enumerate(rows[:35])]
    graph = kgllm.load({"loans": rows, "books": books})
    assert any("15 of 50 values of 'shelfmark' are no row of 'books'" in note for note in graph.notes)
    told = [str(fact) for fact in graph.scan().items if str(fact).startswith("loans/") or fact.relation.name == "book"]
    assert any("Book 3" in one for one in told)
    assert any(rows[40]["shelfmark"] in one for one in told)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("grade", ["A1", "A2", "B1", "B2"]),  # numbered alike by chance
        ("state", ["OPEN", "SHUT", "PAID"]),
        ("level", ["HIGH", "LOW"]),
        ("wet", ["yes", "no"]),
        ("mood", ["good", "bad", "fair", "poor", "fine", "grim", "calm"]),
        ("rating", [1, 2, 3, 4, 5]),
        ("built", [1990, 1991, 1992, 1993]),
        ("ticket", ["007", "008", "009"]),
        ("open", [True, False]),
        ("code", ["CA", "DE", "IN", "GA", "LA"]),  # states that are countries, too
    ],
)
def test_what_is_in_another_table_by_chance_leads_nowhere(column, values):
    other = [*values, *(["AL", "CN", "FR", "IT", "MD", "PE", "SE"] if column == "code" else ())]
    kinds = [{"name": f"Kind {place}", "thing": value, "worth": 7 * place} for place, value in enumerate(other)]
    rooms = [{"room": f"Room {place}", column if column != "code" else "county": values[place % len(values)]} for place in range(24)]
    graph = kgllm.load({"rooms": rooms, "kinds": kinds})
    assert not any("leads to rows" in note for note in graph.notes)


def test_numbered_codes_that_might_be_chance_are_told():
    shelves = [{"shelf": f"S{place:02}", "name": f"Shelf of {place * 7}"} for place in range(1, 11)]
    pots = [{"pot": f"Pot {place}", "where": f"S{place % 10 + 1:02}"} for place in range(30)]
    graph = kgllm.load({"pots": pots, "shelves": shelves}, key={"shelves": "shelf"})
    assert ends(graph, "where") == {"pots → str"}
    assert any("'where' may lead to rows of 'shelves' (refers={\"where\": \"shelves\"} leads there)" in note for note in graph.notes)


def test_months_and_sizes_lead_only_where_the_names_agree():
    sizes = ["XS", "SM", "MD", "LG", "XL"]
    shirts = [{"shirt": f"Shirt {place}", "size": sizes[place % 5]} for place in range(20)]
    boxes = [{"box": f"Box {place}", "mark": size} for place, size in enumerate(sizes)]
    assert not any("leads to rows" in note for note in kgllm.load({"shirts": shirts, "boxes": boxes}).notes)


def test_two_tables_that_fit_alike_are_said_and_none_is_taken():
    again = [{"stop": row["stop"], "name": f"Pub {row['stop']}", "beers": place} for place, row in enumerate(stations())]
    graph = kgllm.load({"trains": trains(), "stations": stations(), "pubs": again})
    assert ends(graph, "stopping") == {"trains → str"}
    assert any("'stopping' may lead to rows of 'stations' or of 'pubs' (" in note for note in graph.notes)
    graph = kgllm.load({"trains": trains(), "stations": stations(), "pubs": again}, refers={"stopping": "stations.stop"})
    assert ends(graph, "stopping") == {"trains → stations"}


def test_what_leads_elsewhere_itself_is_no_code_of_its_rows():
    wardens = [{"warden": f"Warden {place}", "station_stop": row["stop"]} for place, row in enumerate(stations())]
    graph = kgllm.load({**tables(), "wardens": wardens})
    assert ends(graph, "stopping") == {"trains → stations"}
    assert "wardens → stations" in ends(graph, "station") | ends(graph, "station_stop")


def test_questions_go_through_what_was_matched():
    qa = kgllm.GraphQA(kgllm.load(tables(), key={"trains": ["line", "number"]}))
    assert qa.ask("How many trains have the start Ada Halt?").value == 14


def test_what_has_no_row_is_counted_in_facts_too_where_values_come_again():
    rows = [{"no": n, "mount": "EF" if n < 40 else f"rare {n}"} for n in range(43)]
    tables = {"mounts": [{"name": "EF"}, {"name": "F"}], "相机": rows}
    notes = kgllm.load(tables, key={"相机": "no"}, refers={"mount": "mounts"}).notes
    [note] = [note for note in notes if "no row of 'mounts'" in note]
    assert note.startswith("相机: 3 of 4 values of 'mount' are no row of 'mounts' ('rare 40', 'rare 41', 'rare 42'), 3 of 43 facts")
    once = kgllm.load({"mounts": tables["mounts"], "相机": rows[39:]}, key={"相机": "no"}, refers={"mount": "mounts"}).notes
    assert any("no row of 'mounts'" in note and "facts" not in note for note in once)


def test_a_relation_to_rows_that_is_not_called_as_its_column_is_noted():
    countries = [{"code": "DE", "name": "Germany"}, {"code": "FR", "name": "France"}]
    markets = [{"id": "X", "name": "Xetra", "iso_country_code": "DE"}, {"id": "P", "name": "Paris", "iso_country_code": "FR"}]
    for options in ({}, {"refers": {"iso_country_code": "countries"}}):
        graph = kgllm.load({"countries": countries, "市场": markets}, **options)
        assert [one.relation.name for one in graph.schema().relations if one.relation.id == "iso_country_code"] == ["iso_country"]
        [note] = [note for note in graph.notes if "are called by these" in note]
        assert "'iso_country_code' is called 'iso_country'" in note
    graph = kgllm.load({"countries": countries, "市场": markets}, refers={"iso_country_code": None})
    assert not any("are called by these" in note for note in graph.notes)
