"""Words that only join a thing to what it is of say nothing that a graph has to speak of: 所属, 属于; and numbers of a field are its values."""

import pytest

import kgllm


@pytest.fixture(scope="module")
def laws() -> kgllm.GraphQA:
    sections = [("第一节 水权", "chapter", "第一章 总则"), ("第二节 河道", "chapter", "第二章 保护")]
    chapters = [("第一章 总则", "law", "水法"), ("第二章 保护", "law", "河法")]
    return kgllm.GraphQA(kgllm.load([*sections, *chapters, ("水法", "department", "行政法"), ("河法", "department", "经济法")]))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("第一节 水权属于哪部法律？", "水法"),
        ("第一节 水权所在的法律属于哪个部门？", "行政法"),
        ("第二节 河道所属的法律是什么？", "河法"),
    ],
)
def test_the_noun_beside_says_what_is_meant(laws, question, answer):
    assert [one.name for one in laws.ask(question).entities] == [answer]


def test_who_something_belongs_to_is_asked_by_the_word(laws):
    assert laws.ask("水法属于谁？").abstained


def test_the_same_thing_is_had_by_others_of_the_kind_whatever_that_is_called():
    files = kgllm.GraphQA(kgllm.load([("Rails", "licence", "MIT"), ("Babel", "licence", "MIT"), ("Linux", "licence", "GPL"), *TYPED]))
    assert [one.name for one in files.ask("和 Rails 用同一个许可证的还有哪些项目？").entities] == ["Babel"]


TYPED = [("MIT", "is a", "licence text"), ("GPL", "is a", "licence text")]


def test_numbers_of_a_field_are_its_values():
    rows = {"Vega": ("172167", "blue"), "Deneb": ("197345", "blue"), "Antares": ("148478", "red")}
    facts = [(star, field, value) for star, row in rows.items() for field, value in zip(("hd", "hue"), row, strict=True)]
    stars = kgllm.GraphQA(kgllm.load([*facts, *((star, "is a", "star") for star in rows)]))
    found = stars.ask("What are the HD numbers of the stars that share a hue with Vega?")
    assert [one.name for one in found.entities] == ["197345"]
