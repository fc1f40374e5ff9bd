"""Questions that say the whole name of a field and a value of it, and those for a whole kind, are read as a query is."""

from __future__ import annotations

import pytest

import kgllm

ROWS = [
    ("Ada", "boat", {"hull_material": "steel", "home port": "Olm", "crew_size": 4}),
    ("Bea", "boat", {"hull_material": "oak", "home port": "Olm"}),
    ("Cleo", "boat", {"hull_material": "glass fibre", "home port": "Vass"}),
    ("Dora", "boat", {"home port": "Vass"}),
    ("Eos", "sea_plane", {"hull_material": "steel", "home port": "Olm"}),
    ("Fay", "sea_plane", {"home port": "Olm"}),
]
HAN = [
    ("白露", "茶", {"产地": "云山", "香型": "花香"}),
    ("寒露", "茶", {"产地": "云山", "香型": "果香"}),
    ("谷雨", "茶", {"产地": "青湖", "香型": "花香"}),
    ("清明", "茶", {"香型": "清香"}),
]


def asking(rows: list[tuple[str, str, dict[str, object]]]) -> kgllm.GraphQA:
    facts = [(name, "type", kind) for name, kind, _ in rows]
    return kgllm.GraphQA(kgllm.load([*facts, *((name, field, value) for name, _, of in rows for field, value in of.items())]))


@pytest.fixture(scope="module")
def boats() -> kgllm.GraphQA:
    return asking(ROWS)


@pytest.fixture(scope="module")
def teas() -> kgllm.GraphQA:
    return asking(HAN)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which boats have a hull material of steel?", "Ada"),
        ("boats home port Olm", "Ada Bea"),
        ("Olm is the home port of which boats?", "Ada Bea"),
        ("Could you please list every boat that has glass fibre as its hull material?", "Cleo"),
        ("What has steel as its hull material?", "Ada Eos"),
        ("hull material steel", "Ada Eos"),
        ("Whose home port is Vass?", "Cleo Dora"),
        ("Of which boats is oak or steel the hull material?", "Ada Bea"),
        ("Find any boats where the hull material is oak or where it is steel.", "Ada Bea"),
        ("boats where the home port is Olm and the hull material is oak", "Bea"),
        ("For which boats is Olm the home port and oak the hull material?", "Bea"),
        ("Is there any boat whose home port is Olm and whose hull material is steel? Which?", "Ada"),
        ("Which boats have oak as hull material or Vass as home port?", "Bea Cleo Dora"),
        ("What are all the sea planes?", "Eos Fay"),
        ("sea planes list", "Eos Fay"),
        ("I want to know all the sea planes", "Eos Fay"),
        ("Are there any boats? Name them all.", "Ada Bea Cleo Dora"),
    ],
)
def test_what_is_said_of_fields_is_looked_up(boats: kgllm.GraphQA, question: str, names: str) -> None:
    answer = boats.ask(question)
    assert sorted(one.name for one in answer.entities) == names.split(), answer.text
    assert all(fact.subject.name in names for fact in answer.facts)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("List all boats whose hull material is not steel.", "Bea Cleo"),
        ("Which boats do not have hull material steel?", "Bea Cleo"),
        ("What boats have a hull material other than steel?", "Bea Cleo"),
        ("all boats without hull material oak", "Ada Cleo"),
        ("what boats haven't got oak as hull material", "Ada Cleo"),
        ("Leaving out the ones whose home port is Vass, list all boats.", "Ada Bea"),
        ("Of which boats is Vass not the home port?", "Ada Bea"),
        ("boats whose home port is Olm and whose hull material is not oak", "Ada"),
        ("Which boats have neither oak nor steel as hull material?", "Cleo"),
        ("boats with a home port that isn't Olm", "Cleo Dora"),
        ("Every boat except the ones with home port Olm", "Cleo Dora"),
        ("boats where home port != Olm", "Cleo Dora"),
    ],
)
def test_what_is_denied_is_so_of_what_has_another_value(boats: kgllm.GraphQA, question: str, names: str) -> None:
    """Of Dora nothing is known of what she is built: she is not said to be of anything else."""
    assert sorted(one.name for one in boats.ask(question).entities) == names.split()


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Count the boats.", 4),
        ("total boats", 4),
        ("How many boats does the database contain?", 4),
        ("how many sea planes in total", 2),
        ("Could you please tell me how many sea planes there are?", 2),
        ("what's the count of boats overall", 4),
        ("What is the number of boats whose home port is Olm?", 2),
        ("how many boats does Olm serve as the home port for", 2),
        ("Count all boats with hull material steel and home port Olm", 1),
        ("Of the boats with home port Olm, how many have hull material oak?", 1),
        ("How many boats have Olm as their home port and oak as their hull material?", 1),
        ("total number of boats whose hull material is steel or oak", 2),
        ("How many boats do not have Vass as their home port?", 2),
    ],
)
def test_a_number_is_told_where_it_is_asked_for(boats: kgllm.GraphQA, question: str, count: int) -> None:
    answer = boats.ask(question)
    assert answer.value == count
    assert answer.text.startswith(f"{count}: ")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("产地为云山的茶有哪些？", "寒露 白露"),
        ("云山是哪些茶的产地？", "寒露 白露"),
        ("请问香型是花香或果香的茶都有哪些？", "寒露 白露 谷雨"),
        ("有什么茶的香型不是花香就是果香？", "寒露 白露 谷雨"),
        ("香型是花香，产地是云山的茶", "白露"),
        ("产地云山、香型花香的茶是哪个来着？", "白露"),
        ("产地不是云山的茶是哪些来着", "谷雨"),
        ("除去香型为花香的，其余的茶有哪些？", "寒露 清明"),
        ("花香不是哪些茶的香型？", "寒露 清明"),
        ("谁的产地是青湖", "谷雨"),
        ("香型既不是花香也不是清香的茶", "寒露"),
        ("产地除了云山的茶有哪些", "谷雨"),
        ("哪些茶以云山为产地", "寒露 白露"),
        ("所有茶", "寒露 清明 白露 谷雨"),
        ("茶名单", "寒露 清明 白露 谷雨"),
    ],
)
def test_chinese_fields_too(teas: kgllm.GraphQA, question: str, names: str) -> None:
    assert sorted(one.name for one in teas.ask(question).entities) == names.split()


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("统计茶的个数", 4),
        ("茶总共几个来着？", 4),
        ("有多少种茶？", 4),
        ("产地等于云山的茶总数是多少？", 2),
        ("云山是多少个茶的产地？", 2),
        ("数一下产地是云山、香型是花香的茶有几个", 1),
        ("几个茶的产地是云山而香型是果香", 1),
        ("香型不为花香的茶有多少？", 2),
    ],
)
def test_chinese_numbers_too(teas: kgllm.GraphQA, question: str, count: int) -> None:
    assert teas.ask(question).value == count


def test_what_asks_for_a_value_is_no_condition() -> None:
    """Ann is somebody's mother, and has one: only what says whose mother she is asks for her children."""
    family = [("Ann", "mother", "Eve"), ("Bob", "mother", "Ann"), ("Cy", "mother", "Ann"), ("安", "母亲", "夏"), ("白", "母亲", "安")]
    facts = [(name, "type", "person") for name in ("Ann", "Bob", "Cy", "Eve")] + [(name, "类型", "人物") for name in ("安", "白", "夏")]
    qa = kgllm.GraphQA(kgllm.load([*family, *facts]))

    def names(question: str) -> list[str]:
        return sorted(one.name for one in qa.ask(question).entities)

    for question in ("Who is the mother of Ann?", "What is Ann's mother?", "mother of Ann", "Which mother does Ann have?"):
        assert names(question) == ["Eve"], question
    assert names("mother Ann") != ["Bob", "Cy"]
    for question in ("Whose mother is Ann?", "Ann is the mother of which persons?", "Who has Ann as mother?"):
        assert names(question) == ["Bob", "Cy"], question
    assert names("安的母亲是谁？") == ["夏"]
    assert names("谁的母亲是安？") == ["白"]


def test_what_meets_no_condition_together_is_not_guessed(boats: kgllm.GraphQA) -> None:
    assert boats.ask("Which boats have home port Vass and hull material oak?").abstained


def test_words_that_nothing_explains_are_left_to_others(boats: kgllm.GraphQA) -> None:
    for question in ("Which fast boats have home port Olm?", "Which boats with home port Olm have the largest crew size?"):
        assert (boats.retrieve(question).settings.get("form")) != "fielded"
