"""Lines of comment before a table, and headers that begin as they do."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.errors import GraphParseError

TABLE = "id{0}name{0}size\n1{0}Olm{0}4\n2{0}塔恩{0}5\n"


def facts(path):
    graph = kgllm.load(path)
    return {str(fact) for fact in graph.scan().items}, graph.notes


@pytest.mark.parametrize(
    ("before", "separator", "lines"),
    [
        ("#version 3\n", "\t", "one line"),
        ("##fileformat=X\n##source=y, z\n", "\t", "2 lines"),
        ("! made, by me, so, it is\n! 日期：2020年\n", ",", "2 lines"),
        ("// 说明\n\n", ",", "2 lines"),
        ("\n# a\n\n# b\n", "|", "4 lines"),
        ("% it's \"odd\n", ",", "one line"),
    ],
)
@pytest.mark.parametrize("mark", ["", "#", "# "])
def test_the_table_behind_comments_is_read(tmp_path, before, separator, lines, mark):
    headed = before if not mark else before.replace("!", "#").replace("//", "#").replace("%", "#")
    path = tmp_path / "湖.csv"
    path.write_text(headed + mark + TABLE.format(separator), encoding="utf-8")
    found, notes = facts(path)
    assert found == {"Olm — size → 4", "塔恩 — size → 5"}
    assert any(f"{lines} before the table" in note for note in notes)


def test_a_header_behind_a_mark_alone_and_lines_are_those_of_the_file(tmp_path):
    (tmp_path / "a.csv").write_text("#" + TABLE.format(","), encoding="utf-8")
    found, notes = facts(tmp_path / "a.csv")
    assert found == {"Olm — size → 4", "塔恩 — size → 5"} and not any("not read" in note for note in notes)
    (tmp_path / "b.csv").write_text("# a\n# b\n" + TABLE.format(","), encoding="utf-8")
    assert kgllm.load(tmp_path / "b.csv").scan().items[0].source == ("b.csv:4",)
    (tmp_path / "c.csv").write_text("# a\n" + TABLE.format(",") + "3,x\n", encoding="utf-8")
    with pytest.raises(GraphParseError, match="c.csv:5: 2 columns where 3"):
        kgllm.load(tmp_path / "c.csv")


@pytest.mark.parametrize("options", [{}, {"header": False}])
def test_a_first_fact_that_begins_as_comments_do_keeps_its_mark(tmp_path, options):
    (tmp_path / "tags.tsv").write_text("#MeToo\tbegan in\tHollywood\n环保\t始于\t巴黎\n", encoding="utf-8")
    graph = kgllm.load(tmp_path / "tags.tsv", **options)
    assert {str(fact) for fact in graph.scan().items} == {"#MeToo — began in → Hollywood", "环保 — 始于 → 巴黎"}


def test_triples_behind_comments_and_chinese_files_of_other_encodings(tmp_path):
    (tmp_path / "a.txt").write_text("# films\nAlien\tdirector\tRidley Scott\nHeat\tdirector\tMichael Mann\n", encoding="utf-8")
    found, notes = facts(tmp_path / "a.txt")
    assert found == {"Alien — director → Ridley Scott", "Heat — director → Michael Mann"}
    assert any("one line before the table is not read ('# films')" in note for note in notes)
    (tmp_path / "b.csv").write_text("# 湖泊一览\n名称,面积\n太湖,2338\n巢湖,769\n", encoding="gb18030")
    graph = kgllm.load(tmp_path / "b.csv", encoding="gb18030")
    assert {str(fact) for fact in graph.scan().items} == {"太湖 — 面积 → 2338", "巢湖 — 面积 → 769"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#fox\tlikes\t#hen\n#dog\tlikes\t#cat\n", {"#fox — likes → #hen", "#dog — likes → #cat"}),  # tags
        ("#fox\tlikes\then\ndog\tlikes\tcat\n", {"#fox — likes → hen", "dog — likes → cat"}),  # a row, as "likes" comes again
        ("tag,count\n#a,3\n#b,4\n", {"#a — count → 3", "#b — count → 4"}),
    ],
)
def test_what_may_be_a_row_stays_one(tmp_path, text, expected):
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert facts(tmp_path / "a.txt")[0] == expected
