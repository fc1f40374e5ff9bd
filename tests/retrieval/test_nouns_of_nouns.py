"""Relations called "N of M": a company has its head of sales, and somebody is founder of a company. The name does not say which."""

import pytest

import kgllm


@pytest.mark.parametrize("name", ["founder_of_company", "founder of company", "FounderOfCompany", "founder of", "founds company"])
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who is the founder of Olm?", "Ann"),
        ("Who founded Olm?", "Ann"),
        ("Which company is Bo the founder of?", "Vass"),
        ("What did Ann found?", "Olm"),
    ],
)
def test_the_subject_may_be_it(name, question, answer):
    facts = [("Ann", name, "Olm"), ("Bo", name, "Vass"), ("Ann", "plays for", "Reds"), ("Olm", "sells", "lamps")]
    assert [one.name for one in kgllm.GraphQA(kgllm.load(facts)).ask(question).entities] == [answer]


@pytest.mark.parametrize("name", ["head_of_sales", "head of sales", "HeadOfSales"])
def test_the_object_may_be_it(name):
    qa = kgllm.GraphQA(kgllm.load([("Olm", name, "Cy"), ("Vass", name, "Di"), ("Olm", "founder", "Ann")]))
    assert qa.ask("Who is the head of sales of Olm?").text == "Cy [1]"
    assert qa.ask("Which company is Di the head of sales of?").text == "Vass [1]"


@pytest.mark.parametrize(
    ("question", "answer"),
    [("红队的教练是谁？", "安"), ("谁执教红队？", "安"), ("安执教哪支球队？", "红队"), ("甲公司的创办人是谁？", "柏")],
)
def test_a_verb_with_its_noun_in_chinese(question, answer):
    facts = [("安", "执教球队", "红队"), ("安", "出生地", "上海"), ("柏", "执教球队", "绿队"), ("柏", "创办公司", "甲公司")]
    assert [one.name for one in kgllm.GraphQA(kgllm.load(facts)).ask(question).entities] == [answer]
