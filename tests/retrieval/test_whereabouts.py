"""Where, and when: answered by what is a place or a time, or declined; and words for relations with a slip."""

from __future__ import annotations

import pytest

import kgllm

TYPES = {
    **dict.fromkeys(("Ada Finch", "Bo Lark", "Cy Wren", "Dee Swift"), "Person"),
    **dict.fromkeys(("Velora", "Tarn"), "City"),
    **dict.fromkeys(("Ostmark", "Lakeland"), "Country"),
    **dict.fromkeys(("Moonfall", "Redshift"), "Film"),
    **dict.fromkeys(("Halcyon", "Pike Pictures"), "Studio"),
}
FILMS = [
    ("Moonfall", "directedBy", "Ada Finch"),
    ("Redshift", "directedBy", "Bo Lark"),
    ("Redshift", "hasActor", "Dee Swift"),
    ("Moonfall", "hasActor", "Cy Wren"),
    ("Moonfall", "producedBy", "Halcyon"),
    ("Ada Finch", "birthPlace", "Velora"),
    ("Bo Lark", "birthPlace", "Tarn"),
    ("Cy Wren", "spouse", "Dee Swift"),
    ("Velora", "locatedIn", "Ostmark"),
    ("Tarn", "locatedIn", "Lakeland"),
    ("Halcyon", "headquarters", "Velora"),
    ("Pike Pictures", "ownedBy", "Halcyon"),
    ("Redshift", "filmedIn", "Tarn"),
    *((thing, "rdf:type", kind) for thing, kind in TYPES.items()),
]
PEOPLE = [
    ("Kim Dole", "works_for", "Brightloop"),
    ("Alice Moran", "works_for", "Brightloop"),
    ("Kim Dole", "born_in", "Porto"),
    ("Alice Moran", "mentor", "Kim Dole"),
    ("Brightloop", "founded_by", "Nora Quill"),
    ("Brightloop", "located_in", "Dublin"),
    ("Festival", "at", "Dublin"),
    ("Dublin", "in", "Ireland"),
]
CHINESE = [
    ("星河科技", "收购", "蓝海软件"),
    ("星河科技", "总部", "杭州"),
    ("周明", "出生地", "绍兴"),
    ("林浩", "配偶", "周明"),
    ("林浩", "任职于", "蓝海软件"),
    ("周明", "任职于", "星河科技"),
]


@pytest.fixture(scope="module")
def qas() -> dict[str, kgllm.GraphQA]:
    return {name: kgllm.GraphQA(kgllm.load(facts)) for name, facts in (("films", FILMS), ("people", PEOPLE), ("zh", CHINESE))}


@pytest.mark.parametrize(
    ("graph", "question", "answers"),
    [
        ("films", "Where was Ada Finch born?", {"Velora"}),
        ("films", "Where was Cy Wren born?", set()),
        ("films", "Where is Cy Wren?", set()),
        ("films", "Where is Moonfall?", set()),
        ("films", "Where is Halcyon?", {"Velora"}),
        ("films", "Where is Velora?", {"Ostmark"}),
        ("films", "Where are the headquarters of Pike Pictures?", set()),
        ("films", "Where was Redshift filmed?", {"Tarn"}),
        ("films", "When was Ada Finch born?", set()),
        ("people", "Where does Kim Dole work?", {"Brightloop"}),
        ("people", "Where is Nora Quill?", set()),
        ("people", "Where is Brightloop?", {"Dublin"}),
        ("people", "Where is the Festival?", {"Dublin"}),
        ("zh", "星河科技在哪里？", {"杭州"}),
        ("zh", "蓝海软件在哪里？", set()),
        ("zh", "周明出生在哪里？", {"绍兴"}),
        ("zh", "林浩在哪里工作？", {"蓝海软件"}),
    ],
)
def test_places_and_times(qas, graph, question, answers):
    assert {node.name for node in qas[graph].ask(question).entities} == answers


@pytest.mark.parametrize(
    ("graph", "question", "answers"),
    [
        ("films", "Who direted Moonfall?", {"Ada Finch"}),
        ("films", "Which films were direted by Bo Lark?", {"Redshift"}),
        ("films", "Who prduced Moonfall?", {"Halcyon"}),
        ("people", "Who fonded Brightloop?", {"Nora Quill"}),
        ("people", "Who fuonded Brightloop?", {"Nora Quill"}),
        ("people", "Who mentored Alice Moran?", {"Kim Dole"}),
        ("people", "Who flirbed Brightloop?", set()),
    ],
)
def test_slips_in_words_for_relations(qas, graph, question, answers):
    assert {node.name for node in qas[graph].ask(question).entities} == answers


@pytest.mark.parametrize("said", ["rdf:type", "instance_of", "类型"])
@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which pharaohs were born in Velora?", set()),
        ("Which robots did Bo Lark direct?", set()),
        ("Which films did Bo Lark direct?", {"Redshift"}),
        ("Which movies did Bo Lark direct?", {"Redshift"}),
        ("Which towns are in Lakeland?", {"Tarn"}),
        ("出生在Velora的法老有哪些？", set()),
    ],
)
def test_a_kind_that_the_graph_does_not_know_is_not_dropped(said, question, answers):
    graph = kgllm.load([(subject, said if relation == "rdf:type" else relation, end) for subject, relation, end in FILMS])
    assert {node.name for node in kgllm.GraphQA(graph).ask(question).entities} == answers


@pytest.mark.parametrize(
    ("facts", "question", "answer"),
    [
        ([("Bronze ox", "kept", "Nanking Museum"), ("Bronze ox", "maker", "Lu Ban")], "Where is the Bronze ox?", "Nanking Museum"),
        ([("Ada Finch", "fellow", "University of Oslo"), ("Ada Finch", "born", "1970")], "Where is Ada Finch?", "University of Oslo"),
        ([("铜牛灯", "现藏", "南京博物院"), ("铜牛灯", "年代", "东汉")], "铜牛灯现在在哪里？", "南京博物院"),
        ([("联络处", "实际地址", "干诺道西160号"), ("联络处", "主任", "周明")], "联络处在哪里？", "干诺道西160号"),
        ([("南站", "车站位置", "石兴大道南"), ("南站", "站名拼音", "nan zhan")], "南站在哪？", "石兴大道南"),
    ],
)
def test_a_place_is_known_by_its_name_and_that_of_its_relation(facts, question, answer):
    assert [str(one) for one in kgllm.GraphQA(kgllm.load(facts)).ask(question).entities] == [answer]


def test_a_person_is_no_place():
    for facts, question in (
        ([("Bronze ox", "maker", "Lu Ban")], "Where is the Bronze ox?"),
        ([("铜牛灯", "铸造", "鲁班")], "铜牛灯在哪里？"),
    ):
        assert kgllm.GraphQA(kgllm.load(facts)).ask(question).abstained


ADDRESS = [("Olm Bank", "headquarters", "m.0n1v8cy"), ("Gull Inc", "headquarters", "m.0k2w7dz")] + [
    (node, relation, end)
    for node, ends in (("m.0n1v8cy", ("Tarn", "West Moor", "Norland")), ("m.0k2w7dz", ("Velora", "East Moor", "Sorland")))
    for relation, end in zip(("city", "state", "country"), ends, strict=True)
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where is the headquarters of Olm Bank?", "Tarn"),
        ("Where is Gull Inc based?", "Velora"),
        ("Gull Inc的总部在哪里？", "Velora"),
        ("Which country has the headquarters of Olm Bank?", "Norland"),
    ],
)
def test_of_an_address_where_asks_for_the_city(question, answer):
    assert [str(one) for one in kgllm.GraphQA(kgllm.load(ADDRESS)).ask(question).entities] == [answer]
