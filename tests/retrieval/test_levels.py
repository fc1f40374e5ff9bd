"""What lies in what over several levels, and of what kind things are by the value of a property: vocabularies of SKOS and plain triples."""

from __future__ import annotations

import pytest

import kgllm

rdflib = pytest.importorskip("rdflib")

PREFIXES = """@prefix : <http://e.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
:MainClass skos:prefLabel "main class"@en, "大类"@zh . :Division skos:prefLabel "division"@en, "部类"@zh . :Section skos:prefLabel "section"@en, "小类"@zh .
"""
BOOKS = (
    ("Sciences", "科学", None, "MainClass"), ("Arts", "艺术", None, "MainClass"), ("Law", "法律", None, "MainClass"),
    ("Physics", "物理学", "Sciences", "Division"), ("Chemistry", "化学", "Sciences", "Division"), ("Music", "音乐", "Arts", "Division"),
    ("Optics", "光学", "Physics", "Section"), ("Mechanics", "力学", "Physics", "Section"), ("Opera", "歌剧", "Music", "Section"),
    ("Acids", "酸类", "Chemistry", "Section"),
)  # fmt: skip
JOBS = [
    ("Professionals", None, "major group"), ("IT professionals", "Professionals", "minor group"), ("Nurses", "Professionals", "minor group"),
    ("Web developer", "IT professionals", "occupation"), ("Data engineer", "IT professionals", "occupation"),
    ("Ward nurse", "Nurses", "occupation"), ("School nurse", "Nurses", "occupation"), ("Clerks", None, "major group"),
    ("Typists", "Clerks", "minor group"),
]  # fmt: skip
ROOMS = [
    *((f"{b} floor {f}", "is part of", b) for b in ("Tower", "Annex") for f in (1, 2)),
    *((f"{b} room {f}{r}", "is part of", f"{b} floor {f}") for b in ("Tower", "Annex") for f in (1, 2) for r in (1, 2)),
    *((f"{b} room {f}{r}", "type", "room") for b in ("Tower", "Annex") for f in (1, 2) for r in (1, 2)),
    *((f"{b} floor {f}", "type", "floor") for b in ("Tower", "Annex") for f in (1, 2)),
    ("Tower", "type", "building"), ("Annex", "type", "building"), ("Tower", "is part of", "Campus"), ("Annex", "is part of", "Campus"),
]  # fmt: skip


def books():
    text = PREFIXES
    for name, chinese, above, level in BOOKS:
        text += f':{name} a skos:Concept ; :level :{level} ; skos:prefLabel "{name}"@en, "{" ".join(chinese)}"@zh .\n'
        text += f":{name} skos:broader :{above} . :{above} skos:narrower :{name} .\n" if above else ""
    return rdflib.Graph().parse(data=text)


def jobs():
    text = "@prefix : <http://e.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    for name, above, rank in JOBS:
        text += f':{name.replace(" ", "")} a skos:Concept ; skos:prefLabel "{name}"@en ; :rank "{rank}" .\n'
        text += f":{name.replace(' ', '')} skos:broader :{above.replace(' ', '')} .\n" if above else ""
    return rdflib.Graph().parse(data=text)


@pytest.fixture(scope="module")
def library():
    return kgllm.GraphQA(kgllm.load(books()))


@pytest.mark.parametrize("live", [False, True])
def test_kinds_that_a_property_says_are_types(live):
    graph = kgllm.load(books(), **({"backend": "rdf"} if live else {}))
    [optics] = (one for one in graph.scan(what="entities").items if one.name == "Optics")
    assert optics.types == ("Concept", "section", "小类")
    assert dict(graph.schema().types)["section"] == 4
    qa = kgllm.GraphQA(graph)
    assert qa.ask("How many sections are there?").value == 4
    assert qa.ask("有多少个小类？").value == 4
    assert qa.ask("Is Music a division?").verdict is True
    assert qa.ask("Is Opera a division?").verdict is False


@pytest.mark.parametrize(
    "text",
    [
        ":a a :Ship ; :rank 1 . :b a :Ship ; :rank 1 . :c a :Ship ; :rank 1 . :d a :Ship ; :rank 2 . :e a :Ship ; :rank 2 . :f a :Ship ; :rank 2 .",
        ':a a :Man ; :rank "major" . :b a :Dog ; :rank "major" . :c a :Cat ; :rank "major" . :d a :Cow ; :rank "captain" . :e a :Ox ; :rank "captain" . :f a :Yak ; :rank "captain" .',
        ':a a :Ship ; :level "one" . :b a :Ship ; :level "two" . :c a :Ship ; :level "three" . :d a :Ship ; :level "four" .',
    ],
)
def test_numbers_and_values_of_their_own_are_no_kinds(text):
    graph = kgllm.load(rdflib.Graph().parse(data=f"@prefix : <http://e.org/> . {text}"))
    assert {kind for one in graph.scan(what="entities").items for kind in one.types} <= {"Ship", "Man", "Dog", "Cat", "Cow", "Ox", "Yak"}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which sections are in the Sciences?", {"Optics", "Mechanics", "Acids"}),
        ("科学有哪些小类？", {"Optics", "Mechanics", "Acids"}),
        ("Which main class does Opera belong to?", {"Arts"}),
        ("歌剧属于哪个大类？", {"Arts"}),
        ("Which sections belong to Physics?", {"Optics", "Mechanics"}),
        ("物理学包括哪些小类？", {"Optics", "Mechanics"}),
        ("Which division is Opera in?", {"Music"}),
    ],
)
def test_levels_below_and_above(library, question, answer):
    assert {one.name for one in library.ask(question).entities} == answer


def test_how_many_lie_below(library):
    assert library.ask("How many sections are in the Sciences?").value == 3
    assert library.ask("科学下有多少个小类？").value == 3


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is Opera part of the Arts?", True),
        ("歌剧属于艺术吗？", True),
        ("Is Opera in the Sciences?", False),
        ("歌剧属于科学吗？", False),
        ("Is the Sciences part of Optics?", None),
    ],
)
def test_whether_something_lies_in_another(library, question, verdict):
    assert library.ask(question).verdict is verdict


def test_every_step_is_cited(library):
    answer = library.ask("歌剧属于艺术吗？")
    assert len(answer.facts) == 2


def test_kinds_said_by_texts():
    qa = kgllm.GraphQA(kgllm.load(jobs()))
    assert {one.name for one in qa.ask("Which occupations are in Professionals?").entities} == {
        "Web developer", "Data engineer", "Ward nurse", "School nurse",
    }  # fmt: skip
    assert qa.ask("Which major group is Ward nurse in?").entities[0].name == "Professionals"


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which rooms are in the Tower?", {f"Tower room {n}" for n in (11, 12, 21, 22)}),
        ("Which building is Annex room 21 in?", {"Annex"}),
    ],
)
def test_plain_triples_too(question, names):
    qa = kgllm.GraphQA(kgllm.load(ROOMS))
    assert {one.name for one in qa.ask(question).entities} == names
    assert qa.ask("How many rooms are in the Campus?").value == 8


def test_what_says_more_is_for_others(library):
    assert library.ask("Which sections in the Sciences did Olm found?").abstained
