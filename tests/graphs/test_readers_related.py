"""Facts in columns with headings of their own."""

import pandas as pd
import pytest

import kgllm

ROWS = [
    ("who", "relation", "what", "since"),
    ("Iva", "trained", "Olaf", "2001"),
    ("Olaf", "trained", "宋佳", "2008"),
    ("Iva", "coached", "Rovers", "1999"),
    ("宋佳", "coached", "Rovers", "2012"),
]


def facts_of(graph):
    return [str(fact) for fact in graph.scan().items]


def write(path, rows, mark=","):
    path.write_text("".join(mark.join(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("word", ["relation", "Predicate", "关系"])
def test_a_fourth_column_qualifies(tmp_path, word):
    rows = [("who", word, "what", "since"), *ROWS[1:]]
    frame = pd.DataFrame(rows[1:], columns=rows[0])
    frame.to_parquet(tmp_path / "g.parquet")
    for source in (write(tmp_path / "g.csv", rows), write(tmp_path / "g.tsv", rows, "\t"), frame, tmp_path / "g.parquet"):
        graph = kgllm.load(source)
        assert "Iva — trained → Olaf (since: 2001)" in facts_of(graph) and len(facts_of(graph)) == 4
        [note] = graph.notes
        assert f"rows are facts, from 'who' by {word!r} to 'what', with the rest as qualifiers (key=" in note
    assert kgllm.GraphQA(kgllm.load(tmp_path / "g.csv")).ask("Whom did Olaf train?").text == "宋佳 [1]"


def test_three_columns_have_a_line_of_headings(tmp_path):
    graph = kgllm.load(write(tmp_path / "g.csv", [row[:3] for row in ROWS]))
    assert len(facts_of(graph)) == 4 and graph.notes == ()


def test_options_say_it_otherwise(tmp_path):
    path = write(tmp_path / "g.csv", ROWS)
    assert "Olaf" in {one.object.name for one in kgllm.load(path, key="since").scan().items}
    assert facts_of(kgllm.load(path, subject="what", relation="relation", object="who"))[0] == "Olaf — trained → Iva"


def test_things_with_a_relation_stay_things_and_a_note_names_the_options(tmp_path):
    guests = [("guest", "relation", "phone", "city")]
    guests += [(f"Guest {n}", ("sister", "friend")[n % 2], f"{n}55{n}", ("Lyon", "西安")[n % 2]) for n in range(6)]
    graph = kgllm.load(write(tmp_path / "guests.csv", guests))
    assert "Guest 1 — city → 西安" in facts_of(graph)
    assert any('subject="guest", relation="relation", object="phone", qualifiers=True reads facts' in note for note in graph.notes)
    staff = [("id", "name", "kin", "relation", "phone"), *((f"E{n}", f"N{n}", f"K{n}", "brother", "1") for n in range(6))]
    graph = kgllm.load(write(tmp_path / "staff.csv", staff))
    assert "N1 — kin → K1" in facts_of(graph) and any('subject="kin"' in note for note in graph.notes)
    once = [("word", "relation", "word2", "n"), *((f"a{n}", f"r{n}", f"b{n}", "x") for n in range(6))]
    assert not any("facts" in note for note in kgllm.load(write(tmp_path / "words.csv", once)).notes)
