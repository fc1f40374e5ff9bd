"""The type that a question asks for chooses among the ends of a path, and explains its noun."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.retrieval.clock import Clock
from kgllm.types import Entity, Fact, Relation
from kgllm.words import relation_words, tokens

TYPES = {
    "A100": ("GPU", "显卡"),
    "A40": ("GPU", "显卡"),
    "Ampere": ("GPU architecture", "架构"),
    "Vision Transformer": ("model", "模型"),
    "ViT-L": ("vision model", "视觉模型"),
    "NVIDIA": ("company", "公司"),
    "Google": ("company", "公司"),
}


def _entity(name: str) -> Entity:
    return Entity(name, types=TYPES.get(name, ()))


def _facts() -> list[Fact]:
    year, maker = Relation("release year", aliases=("发布年份",)), Relation("developer", aliases=("开发者",))
    rows = [(name, year, "2020") for name in TYPES if name not in ("NVIDIA", "Google")]
    rows += [(name, maker, "NVIDIA") for name in ("A100", "A40", "Ampere")]
    rows += [(name, maker, "Google") for name in ("Vision Transformer", "ViT-L")]
    return [Fact(_entity(subject), relation, _entity(end)) for subject, relation, end in rows]


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load(_facts()))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which GPUs were released in 2020?", {"A100", "A40"}),
        ("Which GPU architectures were released in 2020?", {"Ampere"}),
        ("Which models were released in 2020?", {"Vision Transformer", "ViT-L"}),
        ("哪些模型是2020年发布的？", {"Vision Transformer", "ViT-L"}),
        ("哪些视觉模型是2020年发布的？", {"ViT-L"}),
        ("Which vision models were released in 2020?", {"ViT-L"}),
        ("Which GPUs did NVIDIA develop?", {"A100", "A40"}),
        ("2020年发布的显卡有哪些？", {"A100", "A40"}),
        ("哪些架构是2020年发布的？", {"Ampere"}),
        ("NVIDIA开发了哪些显卡？", {"A100", "A40"}),
        ("无名社是什么？", set()),
    ],
)
def test_only_things_of_the_type_that_is_asked_for(qa: kgllm.GraphQA, question: str, answers: set[str]) -> None:
    assert {end.name for end in qa.ask(question).entities} == answers


def test_a_type_counts_things() -> None:
    qa = kgllm.GraphQA(kgllm.load(_facts()))
    assert qa.ask("How many GPUs were released in 2020?").value == 2
    assert qa.ask("NVIDIA开发了多少款显卡？").value == 2


def test_the_plural_of_an_acronym() -> None:
    assert [token.word for token in tokens("GPUs and CPUs, IDs, Us, buses")] == ["gpu", "and", "cpu", ",", "id", ",", "us", ",", "buses"]


PEOPLE = [
    ("albert_einstein", "place_of_birth", "ulm"),
    ("albert_einstein", "profession", "physicist"),
    ("hans_albert_einstein", "place_of_birth", "berne"),
    ("hans_albert_einstein", "profession", "engineer"),
    ("hans_albert_einstein", "institution", "eth_zurich"),
    ("fanny_normann", "place_of_birth", "ulm"),
    ("fanny_normann", "profession", "painter"),
    ("爱因斯坦", "出生地", "乌尔姆"),
    ("爱因斯坦", "职业", "物理学家"),
    ("诺尔曼", "出生地", "乌尔姆"),
    ("诺尔曼", "职业", "画家"),
    ("Marfan", "has phenotype", "Myopia"),
    ("Thomas", "does not have phenotype", "Myopia"),
    ("Thomas", "has phenotype", "Cleft palate"),
    ("Myopia", "synonym", "Near sightedness"),
    ("Myopia", "is a", "Abnormality of refraction"),
]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which physicists were born in Ulm?", ["albert_einstein"]),
        ("Which painters were born in Ulm?", ["fanny_normann"]),
        ("哪些画家的出生地是乌尔姆？", ["诺尔曼"]),
        ("乌尔姆出生的画家有谁？", ["诺尔曼"]),
        ("Where was Albert Einstein born?", ["ulm"]),  # not where Hans Albert was: all names of the graph are written small
        ("Who has the phenotype Myopia?", ["Marfan"]),
        ("What is another name for Myopia?", ["Near sightedness"]),
    ],
)
def test_what_people_would_expect(question: str, answers: list[str]) -> None:
    assert [end.name for end in kgllm.GraphQA(kgllm.load(PEOPLE)).ask(question).entities] == answers


def test_names_of_types_are_no_patterns_and_may_be_anything() -> None:
    types = {"a": ("lang[", ""), "b": ("per+son", "_"), "c": ("人[",), "d": ("or", "or not"), "x": ()}
    rows = [Fact(Entity(name, types=of), Relation("made by"), Entity("Acme")) for name, of in types.items()]
    qa = kgllm.GraphQA(kgllm.load(rows))
    asked = {
        "Which lang[ was made by Acme?": {"a"},
        "Which per+son was made by Acme?": {"b"},
        "Which (.* were made by Acme?": set(types),
        "Acme made by 哪些": set(types),
    }
    for question, ends in asked.items():
        assert {end.name for end in qa.retrieve(question).paths[0].endpoints} == ends, question


def test_of_many_types_each_is_taken_apart_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from kgllm.retrieval.ranking import typed

    taken: list[str] = []
    monkeypatch.setattr(typed, "relation_words", lambda text: taken.append(text) or relation_words(text))
    typed._parts.cache_clear()
    rows = [Fact(Entity(f"thing {i}", types=(f"kind {i}", "unit")), Relation("made by"), Entity("Acme")) for i in range(50)]
    qa = kgllm.GraphQA(kgllm.load(rows))
    for _ in range(2):
        question = "Which units were made by Acme?"  # which is answered without paths: they are ranked all the same
        ranked, _ = qa.retriever.run(question, qa.link(question)).ranked(Clock())
        assert len(ranked[0].ground.ends) == 50
    assert sum(text.startswith("kind") for text in taken) == 50
    typed._parts.cache_clear()


OFFICES = [
    *((Entity(name, types=("Employee",)), "works in department", Entity("Design", types=("Department",))) for name in ("Ana", "Ben")),
    *((Entity(name, types=("Employee",)), "based at office", Entity("Hub", types=("Office",))) for name in ("Ana", "Ben")),
    (Entity("Ana", types=("Employee",)), "works on project", Entity("Lotus", types=("Project",))),
    (Entity("Hub", types=("Office",)), "located in city", Entity("Lisbon", types=("City",))),
]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("In which city does Ana work?", {"Lisbon"}),  # and not the department, whose relation has the verb
        ("How many employees work in Design?", {"Ana", "Ben"}),  # and not their projects
        ("Which project does Ana work on?", {"Lotus"}),
    ],
)
def test_a_path_to_other_types_only_is_put_back(question: str, answers: set[str]) -> None:
    facts = [Fact(subject, Relation(relation), end) for subject, relation, end in OFFICES]
    assert {end.name for end in kgllm.GraphQA(kgllm.load(facts)).ask(question).entities} == answers


def test_a_class_that_is_linked_names_its_type_in_another_language() -> None:
    engineer = Entity("Engineer", aliases=("工程师",))
    facts = [
        Fact(Entity(name, types=(kind,)), Relation("has skill", aliases=("技能",)), Entity("Rust"))
        for name, kind in (("Ann", "Engineer"), ("Bob", "Manager"))
    ]
    facts.append(Fact(engineer, Relation("subclass of"), Entity("Employee")))
    assert {end.name for end in kgllm.GraphQA(kgllm.load(facts)).ask("哪些工程师有Rust技能？").entities} == {"Ann"}
