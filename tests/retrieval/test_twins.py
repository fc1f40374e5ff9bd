"""A relation that a graph holds twice or in both directions, neither of them whole: the ends of both are the answer."""

from __future__ import annotations

import networkx
import pytest

import kgllm

COURSES = ["Algebra", "Botany", "Chemistry", "Drawing", "Ethics"]
ENGLISH = [
    *(("Ada", "studied course", course) for course in COURSES[:4]),
    *((course, "course studied by", "Ada") for course in COURSES[1:]),
    ("Ada", "teaches course", "Zoology"),
    ("Bob", "studied course", "Ethics"),
]
CHINESE = [
    *(("小明", "学习课程", course) for course in ("代数", "植物学", "化学")),
    *((course, "学习课程者", "小明") for course in ("植物学", "化学", "伦理学")),
    ("小红", "学习课程", "伦理学"),
]


@pytest.mark.parametrize("backend", ["compiled", "networkx"])
@pytest.mark.parametrize(
    ("facts", "question", "wanted"),
    [
        (ENGLISH, "Which course was studied by Ada?", set(COURSES)),
        (CHINESE, "小明学习的课程有哪些？", {"代数", "植物学", "化学", "伦理学"}),
    ],
)
def test_both_directions_of_a_relation_answer_together(facts, question, wanted, backend):
    live = networkx.MultiDiGraph()
    live.add_edges_from((subject, object_, {"relation": relation}) for subject, relation, object_ in facts)
    answer = kgllm.GraphQA(kgllm.load(facts) if backend == "compiled" else kgllm.load(live, backend="networkx")).ask(question)
    assert {str(one) for one in answer.entities} == wanted
    assert answer.evidence.paths[0].count == len(wanted)
    cited = {node.name for fact in answer.facts for node in fact.nodes}
    assert wanted <= cited  # each is proved by a fact of its own
    assert len(answer.citations) == len(wanted)


def test_how_many_counts_both():
    answer = kgllm.GraphQA(kgllm.load(ENGLISH)).ask("How many courses were studied by Ada?")
    assert answer.value == len(COURSES)


def test_relations_that_merely_share_ends_stay_apart():
    facts = [
        *(("Ada", "directed film", film) for film in ("Alpha", "Beta", "Gamma")),
        *(("Ada", "wrote film", film) for film in ("Beta", "Gamma", "Delta")),
    ]
    answer = kgllm.GraphQA(kgllm.load(facts)).ask("Which films did Ada direct?")
    assert {str(one) for one in answer.entities} == {"Alpha", "Beta", "Gamma"}
