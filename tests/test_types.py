"""What the values compare by, how they read, and that a fact's id depends on its content alone."""

from __future__ import annotations

import pytest

from kgllm.types import Entity, Fact, Literal, Path, Relation, replace

SPOUSE, SINCE = Relation("spouse"), Relation("since")
MARRIED = Fact(Entity("a"), SPOUSE, Entity("b"), ((SINCE, Literal("1970")),))


def test_entities_compare_by_id():
    one, other = Entity("Q1", "Christopher Nolan", types=("person",)), Entity("Q1", "克里斯托弗·诺兰", aliases=("诺兰",), named=False)
    assert one == other and hash(one) == hash(other) and len({one, other}) == 1
    assert one != Entity("Q2", "Christopher Nolan") and Entity(1) != Entity("1")


def test_literals_compare_by_what_was_written():
    one, other = Literal("1970", value=1970), Literal("1970", value="1970")
    assert one == other and hash(one) == hash(other)
    assert one != Literal("01970", value=1970)
    assert Literal("chat", language="en") != Literal("chat", language="fr")
    assert Literal("1970", datatype="xsd:gYear") != one
    assert Literal("北京") != Entity("北京")


def test_an_entity_without_a_name_has_its_id_for_one():
    assert Entity(7).name == "7" and str(Entity("北京")) == "北京" and Literal("5 kg").value == "5 kg"


@pytest.mark.parametrize(
    ("fact", "known"),
    [
        (Fact(Entity("Inception"), Relation("directed by"), Entity("Christopher Nolan")), "9598bea3d9e6"),
        (Fact(Entity("流浪地球"), Relation("导演"), Entity("郭帆")), "ebc240c907e2"),
        (MARRIED, "73b84de3609f"),
    ],
)
def test_the_id_of_a_fact_is_the_same_for_ever(fact, known):
    assert fact.id == known


def test_the_id_of_a_fact_is_made_of_its_content_alone():
    told = Fact(Entity("a", "Ann"), Relation("spouse", "married to"), Entity("b", "Bob"), MARRIED.qualifiers, ("people.tsv:3",), 0.5)
    assert told == MARRIED and hash(told) == hash(MARRIED) and told.id == MARRIED.id
    others = [
        Fact(Entity("b"), SPOUSE, Entity("a"), MARRIED.qualifiers),
        Fact(Entity("a"), SINCE, Entity("b"), MARRIED.qualifiers),
        Fact(Entity("a"), SPOUSE, Literal("b"), MARRIED.qualifiers),
        Fact(Entity("a"), SPOUSE, Entity("b")),
        Fact(Entity("a"), SPOUSE, Entity("b"), ((SINCE, Literal("1970", datatype="year")),)),
        Fact(Entity("a"), SPOUSE, Entity("b"), ((SINCE, Entity("1970")),)),
    ]
    assert len({MARRIED.id, *(other.id for other in others)}) == 7
    assert all(other != MARRIED for other in others)


def test_a_fact_of_broken_text_has_an_id():
    assert len(Fact(Entity("\ud800"), SPOUSE, Entity("b")).id) == 12


def test_the_nodes_of_a_fact_are_everything_that_takes_part():
    assert MARRIED.nodes == (Entity("a"), Entity("b"), Literal("1970"))
    assert Fact(Entity("甲"), Relation("配偶"), Entity("乙")).nodes == (Entity("甲"), Entity("乙"))


def test_a_fact_reads_as_a_sentence():
    assert str(MARRIED) == "a — spouse → b (since: 1970)"
    assert str(Fact(Entity("x", "流浪地球"), Relation("r", "导演"), Entity("y", "郭帆"))) == "流浪地球 — 导演 → 郭帆"


def test_a_path_reads_as_its_steps():
    steps = ((Relation("directed by"), "in"), (Relation("release year"), "out"))
    path = Path(seeds=(Entity("诺兰"), Entity("b")), relations=steps, endpoints=(), facts=(), score=1.0, count=3)
    assert str(path) == "诺兰 & b ←directed by— • —release year→ (3 found)"


def test_replace_changes_what_is_named_and_nothing_else():
    scored = replace(MARRIED, score=0.5)
    assert scored.score == 0.5 and MARRIED.score is None and scored == MARRIED and scored.qualifiers == MARRIED.qualifiers
    assert replace(Entity("a", "Ann"), name="安").name == "安"
    with pytest.raises(TypeError):
        replace(MARRIED, colour="red")
