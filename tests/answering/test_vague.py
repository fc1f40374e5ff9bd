"""Answers that rest on less than the question says: one of several things drawn by lot."""

import pytest

import kgllm
from kgllm.answering.forms import names_a_stranger
from kgllm.types import replace

LAMPS = [
    {"name": f"Olm Lamp v{n}", "socket": f"E{n}", "codename": code, "country": land, "release": f"{n}.0"}
    for n, code, land in ((4, "Argon", "Peru"), (5, "Boron", "Peru"), (6, "Xenon", "Mali"), (7, "Radon", "Mali"))
]


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load({"lamps": LAMPS}, name="name"))


@pytest.mark.parametrize("question", ["Which socket does the Olm Lamp have?", "Olm Lamp的socket是什么？", "What is the codename of Olm?"])
def test_no_answer_begins_at_one_of_several_things_alike(qa: kgllm.GraphQA, question: str) -> None:
    answer = qa.ask(question)
    assert answer.abstained
    assert answer.reason.startswith("ambiguous")


@pytest.mark.parametrize(
    ("question", "text"), [("Which socket does Olm Lamp v5 have?", "E5 [1]"), ("Olm Lamp v6的socket是什么？", "E6 [1]")]
)
def test_one_that_is_named_whole_is_no_lot(qa: kgllm.GraphQA, question: str, text: str) -> None:
    assert qa.ask(question).text == text


@pytest.mark.parametrize("question", ["2022年发布了哪些灯？", "Which lamps were published in 2022?"])
def test_the_days_of_a_year_are_no_lot(question: str) -> None:
    facts = [(f"Lamp {n}", "发布日期" if "年" in question else "published", f"2022-0{n}-11") for n in range(1, 5)]
    kinds = [(f"Lamp {n}", "类型" if "年" in question else "type", "灯" if "年" in question else "lamp") for n in range(1, 5)]
    answer = kgllm.GraphQA(kgllm.load([*facts, *kinds])).ask(question)
    assert sorted(str(end) for end in answer.entities) == [f"Lamp {n}" for n in range(1, 5)]


def test_a_word_for_the_kind_of_what_is_named_is_no_stranger() -> None:
    qa = kgllm.GraphQA(kgllm.load({"lamp": [{"name": "17.0.0", "bulb": "Radon"}, {"name": "18.0.0", "bulb": "Argon"}]}, name="name"))
    found = qa.retrieve("bulb with      17.0.0")
    paths = tuple(replace(path, features={**path.features, "strange": 1.0}) for path in found.paths)
    assert names_a_stranger(replace(found, question="bulb with Olms 17.0.0", paths=paths))
    assert not names_a_stranger(replace(found, question="bulb with Lamp 17.0.0", paths=paths))


NODES = [{"version": f"{n}.1.0", "name": f"Node.js {n}.1.0", "v8": f"9.{n}", "npm": f"6.{n}"} for n in (14, 16, 18)]
SHELLS = [{"version": f"{n}.0.0", "name": f"shell v{n}.0.0", "node": f"{n}.1.0", "v8": f"9.{n}-shell"} for n in (14, 16, 18)]


@pytest.mark.parametrize(
    ("question", "answers"),
    [("v8 of Node 16.1.0", ["9.16"]), ("Node 18.1.0的v8是什么？", ["9.18"]), ("Which shells use Node 14.1.0?", ["shell v14.0.0"])],
)
def test_the_kind_of_what_is_named_by_a_number_asks_for_nothing_that_has_one(question: str, answers: list[str]) -> None:
    graph = kgllm.load({"shell": SHELLS, "node": NODES}, key="version", refers={"shell.node": "node"})
    assert [str(end) for end in kgllm.GraphQA(graph).ask(question).entities] == answers


@pytest.mark.parametrize("question", ["Which licences are there for Olm?", "List all licences for Olm."])
def test_things_of_a_kind_are_no_value_that_nothing_asks_for(question: str) -> None:
    tables = {"licence": [{"name": "By 1", "land": "Esk"}, {"name": "By 2", "land": "Esk"}], "lands": [{"name": "Olm", "tongue": "de"}, {"name": "Esk", "tongue": "fr"}]}  # fmt: skip
    qa = kgllm.GraphQA(kgllm.load(tables, name="name", refers={"land": "lands"}))
    assert qa.ask(question).abstained
    assert len(qa.ask(question.replace("Olm", "Esk")).entities) == 2


NOLANS = [("Christopher Nolan", "born", "1970"), ("Jonathan Nolan", "born", "1976"), ("Emma Nolan", "born", "1980")]
BOOKS = [(f"Harry Potter and the {one}", "author", "Rowling") for one in ("Stone", "Chamber", "Goblet")]
BOOKS += [(f"Harry Potter and the {one}", "year", year) for one, year in (("Stone", 1997), ("Chamber", 1998), ("Goblet", 2000))]
TEAS = [("碧螺春一号", "产地", "苏州"), ("碧螺春二号", "产地", "无锡"), ("碧螺春三号", "产地", "常州")]


@pytest.mark.parametrize(
    ("facts", "question", "told"),
    [
        (NOLANS, "When was Nolan born?", ("Emma Nolan", "Jonathan Nolan", "Christopher Nolan")),
        (NOLANS[:2], "When was Nolan born?", ("Jonathan Nolan", "Christopher Nolan")),
        (BOOKS, "What is the year of Harry Potter?", ("Harry Potter and the Stone",)),
        (TEAS, "碧螺春的产地是哪里？", ("碧螺春一号", "碧螺春二号", "碧螺春三号")),
    ],
)
def test_things_that_may_be_meant_are_named(facts, question, told):
    answer = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    assert answer.abstained and answer.reason.startswith("ambiguous"), answer.text
    assert all(name in answer.text for name in told), answer.text


@pytest.mark.parametrize(
    ("facts", "question", "text"),
    [
        (BOOKS, "Who wrote Harry Potter?", "Rowling [1]"),  # all four are hers
        (BOOKS, "谁写了Harry Potter？", "Rowling [1]"),
        (NOLANS, "When was Jonathan born?", "1976 [1]"),
    ],
)
def test_what_all_of_them_have_is_told(facts, question, text):
    assert kgllm.GraphQA(kgllm.load(facts)).ask(question).text == text
