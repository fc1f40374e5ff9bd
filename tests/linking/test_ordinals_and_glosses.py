"""Chinese ordinals in figures and in characters, and names with a gloss in brackets: books, seasons of series, elements and mills."""

from __future__ import annotations

import pytest

import kgllm

BOOK = [("风雪山庄", "第一章", "初遇"), ("风雪山庄", "第二章", "夜行"), ("风雪山庄", "作者", "林远")]
SEASONS = [("灯塔第一季", "导演", "苏晴"), ("灯塔第二季", "导演", "周涛"), ("灯塔第12季", "导演", "陈静")]
ELEMENTS = [("铁", "元素符号", "Fe"), ("铁", "原子序数", "26"), ("汞（元素）", "元素符号", "Hg"), ("汞（元素）", "原子序数", "80")]
MILLS = [("Orr (mill)", "miller", "Jo Pike"), ("Esk", "miller", "Ann Poe"), ("Esk", "river", "Cold Tay"), ("Orr (mill)", "river", "Ull")]


@pytest.mark.parametrize(
    ("graph", "question", "expected"),
    [
        (BOOK, "风雪山庄第2章叫什么？", "夜行"),
        (BOOK, "风雪山庄的第1章是什么？", "初遇"),
        (SEASONS, "灯塔第2季的导演是谁？", "周涛"),
        (SEASONS, "灯塔第十二季的导演是谁？", "陈静"),
        (ELEMENTS, "铁（元素）的原子序数是多少？", "26"),
        (ELEMENTS, "铁(元素)的元素符号是什么？", "Fe"),
        (ELEMENTS, "汞的原子序数是多少？", "80"),
        (MILLS, "Who is the miller of Esk (mill)?", "Ann Poe"),
        (MILLS, "Who is the miller of Orr?", "Jo Pike"),
    ],
)
def test_the_same_name_written_otherwise(graph: list[tuple[str, str, str]], question: str, expected: str) -> None:
    answer = kgllm.GraphQA(kgllm.load(graph)).ask(question)
    assert [entity.name for entity in answer.entities] == [expected], answer.text


def test_another_ordinal_is_another_thing() -> None:
    qa = kgllm.GraphQA(kgllm.load(SEASONS))
    assert "苏晴" not in qa.ask("灯塔第11季的导演是谁？").text
    assert kgllm.GraphQA(kgllm.load(BOOK)).ask("风雪山庄第3章叫什么？").abstained
