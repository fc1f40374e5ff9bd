"""Several fields of a thing asked for at once: each is told by its name, and what only looks like fields is not taken apart."""

from __future__ import annotations

import asyncio

import pytest

import kgllm
from kgllm.answering.bulk import answer_file
from kgllm.types import Literal

FACTS = [
    ("Olm Tower", "architect", "Ida Vell"),
    ("Olm Tower", "height_m", Literal("210", value=210)),
    ("Olm Tower", "lit_at_night", Literal("true", value=True)),
    ("Olm Tower", "opened", Literal("1932-05-04")),
    ("Ulm Tower", "architect", "Otto Brandt"),
    ("Ulm Tower", "height_m", Literal("90", value=90)),
    ("Ulm Tower", "owner", "Gull Bank"),
    ("Ida Vell", "birth_date", Literal("1890-01-02")),
    ("Ida Vell", "birth_place", "Brask"),
    ("Ida Vell", "spouse", "Bob Kray"),
    ("Bob Kray", "birth_date", Literal("1885-03-04")),
    ("Bob Kray", "death_date", Literal("1950-06-07")),
    ("Bob Kray", "cats and dogs", Literal("3", value=3)),
    ("Rice and Beans", "cook", "Bob Kray"),
    ("Rice and Beans", "minutes", Literal("40", value=40)),
]
SHIWU = [
    ("奥姆塔", "设计师", "安达"),
    ("奥姆塔", "高度", Literal("210米")),
    ("奥姆塔", "开放时间", Literal("1932年")),
    ("乌姆塔", "设计师", "李红"),
    ("乌姆塔", "高度", Literal("90米")),
    ("乌姆塔", "业主", "鸥行"),
    ("安达", "出生日期", Literal("1890-01-02")),
    ("安达", "出生地", "林州"),
    ("安达", "死亡日期", Literal("1960-03-04")),
    ("风与火", "作者", "安达"),
    ("风与火", "字数", Literal("40000")),
]


@pytest.fixture(scope="module")
def towers():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.fixture(scope="module")
def shiwu():
    return kgllm.GraphQA(kgllm.load(SHIWU))


BOTH = "architect: Ida Vell [1]; height m: 210 [2]"


@pytest.mark.parametrize(
    "question",
    [
        "architect and height m of Olm Tower",
        "Could you tell me the architect as well as the height m of the tower Olm Tower, please?",
        "Which architect and height m does Olm Tower have?",
        "Olm Tower's architect and height m?",
        "As for Olm Tower, what's the architect and the height m?",
        "Olm Tower: architect, height m",
        "Olm Tower architect, height m",
        "What is the architect of Olm Tower, and what is its height m?",
        "Do you know the architect of Olm Tower and its height m?",
    ],
)
def test_two_fields_are_told_by_their_names(towers, question):
    answer = towers.ask(question)
    assert answer.text == BOTH
    assert [node.name for node in answer.entities] == ["Ida Vell", "210"]
    assert all(answer.text[slice(*one.span)] == f"[{one.id}]" for one in answer.citations)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What are the architect, height and opening of Olm Tower?", "architect: Ida Vell [1]; height: 210 [2]; opening: 1932-05-04 [3]"),
        ("the architect and the owner of Olm Tower", "architect: Ida Vell [1]; owner: not in the graph"),
        (
            "the architect and the owner of Olm Tower and Ulm Tower",
            "owner of Olm Tower: not in the graph; architect of Ulm Tower: Otto Brandt [2]; owner of Ulm Tower: Gull Bank [3]",
        ),
        ("birth and death dates of Bob Kray", "birth dates: 1885-03-04 [1]; death dates: 1950-06-07 [2]"),
        ("When and where was Ida Vell born?", "when: 1890-01-02 [1]; where: Brask [2]"),
        ("Who cooks Rice and Beans and how many minutes does it take?", "cook: Bob Kray [1]; minutes: 40 [2]"),
        ("What are the birth date and birth place of the architect of Olm Tower?", "birth date: 1890-01-02 [2]; birth place: Brask [3]"),
    ],
)
def test_more_ways_to_ask_for_several(towers, question, text):
    assert towers.ask(question).text.endswith(text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who is the cook of Rice and Beans?", "Bob Kray [1]"),
        ("cats and dogs of Bob Kray", "3 [1]"),
        ("Which tower has architect Otto Brandt and owner Gull Bank?", "Ulm Tower [2]"),
        ("Who is the wife of Bob Kray and her birth date?", "Ida Vell [1]"),  # whose it is cannot be told
    ],
)
def test_what_is_one_is_not_taken_apart(towers, question, text):
    assert towers.ask(question).text == text


@pytest.mark.parametrize(
    "question",
    [
        "奥姆塔的设计师和高度是什么？",
        "请问奥姆塔的设计师与高度各是多少",
        "奥姆塔的设计师、高度？",
        "奥姆塔 设计师、高度",
        "奥姆塔的设计师是谁，高度是多少？",
        "谁知道奥姆塔的设计师和它的高度来着",
        "查一下奥姆塔这座塔的设计师跟高度，谢谢",
    ],
)
def test_two_fields_in_chinese(shiwu, question):
    assert shiwu.ask(question).text == "设计师：安达 [1]；高度：210米 [2]"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("奥姆塔的高度和业主是什么？", "高度：210米 [1]；业主：图谱中没有"),
        (
            "奥姆塔和乌姆塔的设计师和高度分别是什么？",
            "奥姆塔的设计师：安达 [1]；奥姆塔的高度：210米 [2]；乌姆塔的设计师：李红 [3]；乌姆塔的高度：90米 [4]",
        ),
        ("安达什么时候、在哪里出生？", "什么时候：1890-01-02 [1]；在哪里：林州 [2]"),
        ("奥姆塔是谁设计的，什么时候开放的？", "设计师：安达 [1]；开放时间：1932年 [2]"),
        ("安达的出生和死亡日期", "出生日期：1890-01-02 [1]；死亡日期：1960-03-04 [2]"),
        ("风与火的作者", "安达 [1]"),
        ("《风与火》的作者和字数", "作者：安达 [1]；字数：40000 [2]"),
        ("奥姆塔的设计师的出生日期和出生地是什么？", "出生日期：1890-01-02 [2]；出生地：林州 [3]"),
    ],
)
def test_more_ways_to_ask_for_several_in_chinese(shiwu, question, text):
    assert shiwu.ask(question).text == text


def test_all_ways_of_asking_hold_all_fields(towers, tmp_path):
    question = "What is the opening and the architect of Olm Tower?"
    wanted = [str(fact) for fact in towers.ask(question).facts]
    assert len(wanted) == 2
    found = towers.retrieve(question)
    assert [str(fact) for fact in found.facts[:2]] == wanted
    assert len(towers.retrieve(question, max_facts=1).facts) == 1
    assert [str(fact) for fact in asyncio.run(towers.aretrieve(question)).facts] == [str(fact) for fact in found.facts]
    assert [str(towers.prompt(question).served[n]) for n in "12"] == wanted
    assert asyncio.run(towers.aask(question)).text == towers.ask_many([question])[0].text == "".join(towers.stream(question))
    (tmp_path / "q.txt").write_text(question, encoding="utf-8")
    answer_file(towers, tmp_path / "q.txt", tmp_path / "a.jsonl")
    assert '"answers": ["1932-05-04", "Ida Vell"]' in (tmp_path / "a.jsonl").read_text(encoding="utf-8")


def test_either_field_is_found_where_it_is_explained(towers):
    question = "What is the opening and the architect of Olm Tower?"
    for gold in ("1932-05-04", "Ida Vell"):
        assert towers.explain(question, gold=[gold]).stage == "found"


def test_a_model_gets_the_facts_of_both_fields():
    seen = []

    def model(prompts):
        seen.extend(prompts)
        return ["Ida Vell [1], 210 [2]"] * len(prompts)

    qa = kgllm.GraphQA(kgllm.load(FACTS), llm=model)
    answer = qa.ask("the architect and the height of Olm Tower")
    assert [node.name for node in answer.entities] == ["Ida Vell", "210"]
    assert not answer.unsupported and not answer.uncited
    assert "Ida Vell" in seen[0] and "210" in seen[0]
