"""What a thing is within, some steps up, where the question names the type of that alone."""

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation

TYPES = {
    "scene 5": "scene",
    "Dusk": "episode", "Dawn": "episode", "Year One": "season", "Year Two": "season", "Harbour Lights": "series", "Long Road": "series",
    "valve 9": "part", "pump 3": "assembly", "Old Mary": "machine", "fuse 2": "part", "relay 4": "assembly",
    "Cold Soup": "book", "Ida Holm": "author", "Blue Yard": "firm",
    "the derby": "match", "Rovers": "club", "Wanderers": "club", "North Cup": "contest", "South Cup": "contest",
    "阀门九号": "part", "水泵三号": "assembly", "老玛丽": "machine",
}  # fmt: skip
FACTS = [
    ("scene 5", "episode_id", "Dusk"),
    ("Dusk", "season_id", "Year One"), ("Dawn", "season_id", "Year Two"), ("Year One", "series_id", "Harbour Lights"),
    ("Year Two", "series_id", "Long Road"), ("valve 9", "fitted", "pump 3"), ("fuse 2", "fitted", "relay 4"), ("pump 3", "sits in", "Old Mary"),
    ("Cold Soup", "author", "Ida Holm"), ("Ida Holm", "firm", "Blue Yard"),
    ("the derby", "host", "Rovers"), ("the derby", "guest", "Wanderers"), ("Rovers", "plays for", "North Cup"), ("Wanderers", "plays for", "South Cup"),
    ("阀门九号", "fitted", "水泵三号"), ("水泵三号", "sits in", "老玛丽"),
]  # fmt: skip


@pytest.fixture(scope="module")
def qa():
    people = [("Ida Holm", "born", "1950"), ("Ida Holm", "spouse", "Per Holm")]
    facts = [Fact(Entity(a, types=(TYPES[a],)), Relation(r), Entity(b, types=(TYPES[b],))) for a, r, b in FACTS]
    facts += [Fact(Entity(a, types=(TYPES[a],)), Relation(r), Entity(b)) for a, r, b in people]
    return kgllm.GraphQA(kgllm.load(facts))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which series is Dusk in?", "Harbour Lights"),
        ("Which series is Dawn part of?", "Long Road"),
        ("Which series has scene 5?", "Harbour Lights"),
        ("scene 5在哪部电视剧里？", "Harbour Lights"),
        ("Which machine is valve 9 in?", "Old Mary"),
        ("阀门九号在哪台机器里？", "老玛丽"),
    ],
)
def test_the_steps_between_are_not_asked_for(qa, question, answer):
    assert [end.name for end in qa.ask(question).entities] == [answer]


def test_where_nothing_is_in_one_there_is_no_answer(qa):
    assert qa.ask("Which machine is fuse 2 in?").abstained


def test_steps_over_a_person_or_of_two_that_lead_elsewhere_are_asked_for(qa):
    for question in ("Which firm is Cold Soup in?", "Which contest is the derby in?"):
        best = qa.retrieve(question).paths[0]
        assert best.features["silent"] == best.features["unsaid"] == 1.0
    assert "silent" not in {name for name, value in qa.retrieve("Which machine is valve 9 in?").paths[0].features.items() if value}


def test_a_word_of_a_text_is_no_name():
    text = "The guild of bakers keeps the oldest ovens of the town, the guild of smiths its oldest forge"
    facts = [Fact(Entity(f"hall {n}"), Relation("built"), Literal(str(1500 + 10 * n), value=1500 + 10 * n)) for n in range(6)]
    facts += [Fact(Entity("hall 4"), Relation("remark"), Literal(text)), Fact(Entity("hall 4"), Relation("keeper"), Entity("Ann"))]
    qa = kgllm.GraphQA(kgllm.load(facts))
    answer = qa.ask("Which hall of the guild was built first?")
    assert answer.abstained or [end.name for end in answer.entities] == ["hall 0"]
    assert not any(str(seed) == text for seed in qa.retrieve("Which hall of the guild was built first?").seeds)


def test_a_verb_that_nothing_says_is_no_way_up():
    papers = [("Doc1", "G1", "Olm"), ("Doc2", "G2", "Sund")]
    thing = lambda name, kind: Entity(name, types=(kind,))
    facts = [Fact(thing(paper, "paper"), Relation("group"), thing(team, "team")) for paper, team, _ in papers]
    facts += [Fact(thing(team, "team"), Relation("seat"), thing(city, "city")) for _, team, city in papers]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert qa.ask("Which city does Doc1 dislike?").abstained
    assert [end.name for end in qa.ask("Which city is Doc1 in?").entities] == ["Olm"]
