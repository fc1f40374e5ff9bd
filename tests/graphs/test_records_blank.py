"""Words for nothing in text files: missing values, or codes that only look so."""

from __future__ import annotations

import pytest

import kgllm

STOPS = ("kan", "lov", "mir", "nan", "ost", "pal", "rum")  # of a ferry; one is called as what is missing


@pytest.fixture
def load(tmp_path):
    def load(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return kgllm.load({name: tmp_path / f"{name}.csv" for name in texts} if len(texts) > 1 else tmp_path / f"{next(iter(texts))}.csv")

    return load


def ids_of(graph):
    return {one.id for one in graph.scan(what="entities").items}


def stops(codes=STOPS, more=lambda number: str(number * 7)):
    return "code,name,depth\n" + "".join(f"{code},Quay {number},{more(number)}\n" for number, code in enumerate(codes))


@pytest.mark.parametrize(("word", "codes"), [("nan", STOPS), ("NULL", ("ABCD", "BCDE", "CDEF", "NULL", "DEFG", "EFGH"))])
def test_a_code_that_is_written_as_nothing_is_a_key(load, word, codes):
    graph = load(stops=stops(codes))
    assert set(codes) <= ids_of(graph)
    assert any(f"{word!r} in 'code' is a code" in note for note in graph.notes)
    assert not any("would be the key" in note for note in graph.notes)
    assert kgllm.GraphQA(graph).ask("What is the depth of Quay 3?").text == "21 [1]"


def test_in_chinese_and_in_the_tables_that_refer_to_it(load):
    quays = "代码,名称,水深\n" + "".join(f"{code},{name},{place + 3}\n" for place, (code, name) in enumerate(zip(STOPS, "甲乙丙丁戊己庚")))
    boats = "船名,码头代码\n" + "".join(f"船{place},{code}\n" for place, code in enumerate([*STOPS, *STOPS]))
    graph = load(码头=quays, 船=boats)
    assert "码头/nan" in ids_of(graph)
    assert kgllm.GraphQA(graph).ask("船3的码头是什么？").text == "丁 [1]"
    assert {one.name for one in kgllm.GraphQA(graph).ask("哪些船的码头是丁？").entities} == {"船3", "船10"}


@pytest.mark.parametrize(
    "codes",
    [
        ("kan", "lov", "mir", "nan", "nan", "pal", "rum"),  # what is missing comes again
        ("kan", "lov", "mir", "nan", "", "pal", "rum"),  # another cell is empty
        ("K1", "L2", "M3", "nan", "O5", "P6", "R7"),  # looks otherwise
        ("Kan", "Lov", "Mir", "nan", "Ost", "Pal", "Rum"),
        ("1", "2", "3", "NaN", "5", "6", "7"),
        ("kan", "lov", "nan"),  # too few
    ],
)
def test_what_is_missing_stays_missing(load, codes):
    graph = load(stops=stops(codes))
    assert not any("is a code" in note for note in graph.notes)
    assert not {"nan", "NaN"} & ids_of(graph)


def test_numbers_stay_numbers(load):
    graph = load(stops=stops(("a", "b", "c", "d", "e", "f", "g"), more=lambda number: "nan" if number == 3 else f"{number}.5"))
    depths = {fact.subject.id: fact.object.value for fact in graph.scan().items if fact.relation.id == "depth"}
    assert depths["c"] == 2.5
    assert "d" not in depths


def test_a_frame_whose_key_lacks_one_says_so():
    pandas = pytest.importorskip("pandas")
    rows = [{"code": None if code == "nan" else code, "depth": place} for place, code in enumerate(STOPS)]
    notes = list(kgllm.load(pandas.DataFrame(rows), table="stops").notes)
    assert any("'code' would be the key, but stops:4 has none" in note and "keep_default_na=False" in note for note in notes)
    rows = [{"编号": code, "水深": place} for place, code in enumerate([*STOPS[:2], None, *STOPS[4:]])]
    assert any("'编号' would be the key" in note for note in kgllm.load(rows, table="码头").notes)


def test_a_column_that_many_rows_lack_is_no_key_and_nothing_is_said():
    rows = [{"code": code if place % 2 else None, "depth": place} for place, code in enumerate(STOPS)]
    assert not any("would be the key" in note for note in kgllm.load(rows, table="stops").notes)


def test_what_spreadsheets_and_people_write_for_nothing_is_nothing(tmp_path):
    rows = "品名,price,counted\n 风筝 ,30, 2024-03-15\n风筝2,N/A,2024-03-01\nBall,#DIV/0!,#N/A\n  Kite,n/a ,2023-12-31\n"
    (tmp_path / "toys.csv").write_text(rows, encoding="utf-8")
    graph = kgllm.load(tmp_path / "toys.csv")
    assert {str(fact) for fact in graph.scan().items} == {
        "风筝 — price → 30",
        "风筝 — counted → 2024-03-15",
        "风筝2 — counted → 2024-03-01",
        "Kite — counted → 2023-12-31",
    }
    qa = kgllm.GraphQA(graph)
    assert qa.ask("Which toy was counted last?").text.startswith("风筝 (2024-03-15)")


def test_blanks_around_a_cell_are_none_of_it(tmp_path):
    (tmp_path / "toys.csv").write_text('name,shelf\n" Kite ", A\nBall,A \n纸牌 , B\n', encoding="utf-8")
    graph = kgllm.load(tmp_path / "toys.csv")
    assert {str(fact) for fact in graph.scan().items} == {"Kite — shelf → A", "Ball — shelf → A", "纸牌 — shelf → B"}
    assert {one.name for one in kgllm.GraphQA(graph).ask("Which toys are on shelf A?").entities} == {"Kite", "Ball"}
