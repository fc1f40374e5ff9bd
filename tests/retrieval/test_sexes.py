"""Women and men among things of a kind, however a graph writes of what sex they are."""

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation


def crew(relation, female, male):
    facts = [Fact(Entity(f"sailor {n}", types=("sailor",)), Relation(relation), Literal(female if n % 3 else male)) for n in range(9)]
    return kgllm.GraphQA(
        kgllm.load([*facts, *(Fact(fact.subject, Relation("grade"), Literal("fMF"[n % 3])) for n, fact in enumerate(facts))])
    )


@pytest.mark.parametrize(("relation", "female", "male"), [("gender", "F", "M"), ("sex", "female", "male"), ("性别", "女", "男")])
def test_women_are_counted_by_their_gender(relation, female, male):
    qa = crew(relation, female, male)
    assert qa.ask("How many women sailors are there?").value == 6
    assert qa.ask("how many male sailors").value == 3
    assert len(qa.ask("Which sailors are women?").entities) == 6
    assert qa.ask("有多少女sailor？").value == 6


def test_an_f_of_something_else_is_no_woman():
    facts = [Fact(Entity(f"sailor {n}", types=("sailor",)), Relation("grade"), Literal("F" if n % 3 else "M")) for n in range(9)]
    assert kgllm.GraphQA(kgllm.load(facts)).ask("How many female sailors are there?").value != 6
