"""Things told apart by versions: the number is one, whole, with a v before it or none."""

import pytest

import kgllm

LAMPS = [
    *({"version": one, "name": f"lamp v{one}", "published": day, "socket": f"E{n}"} for n, (one, day) in enumerate([("1.0.0", "2016-05-11"), ("0.25.0", "2015-05-04"), ("12.0.0", "2021-03-02")])),
]  # fmt: skip


@pytest.fixture(scope="module")
def qa() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load({"lamps": LAMPS}, key="version", name="name"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was Lamp 1.0.0 published?", "2016-05-11"),
        ("When was Lamp v0.25.0 published?", "2015-05-04"),
        ("Which socket does lamp 12.0.0 have?", "E2"),
        ("Lamp 12.0.0是什么时候发布的？", "2021-03-02"),
    ],
)
def test_a_version_is_found_with_its_v_and_without(qa: kgllm.GraphQA, question: str, answer: str) -> None:
    assert [str(end) for end in qa.ask(question).entities] == [answer]


@pytest.mark.parametrize(
    "question", ["When was Lamp 25.0.0 published?", "Which socket does Lamp 0.12.0 have?", "Lamp 0.1.0是什么时候发布的？"]
)
def test_the_parts_of_a_version_in_another_order_are_another_version(qa: kgllm.GraphQA, question: str) -> None:
    assert qa.ask(question).abstained


def test_a_version_is_no_day() -> None:
    rows = [{"name": f"Lamp {n}", "version": f"{n}.{n}.0", "launched": f"20{n:02}-05-11"} for n in range(1, 9)]
    rows += [{"name": f"Lamp {n}", "version": f"{n}.{n}.0"} for n in (9, 10, 11, 12)]
    qa = kgllm.GraphQA(kgllm.load({"lamps": rows}, name="name"))
    assert qa.ask("When was Lamp 3 released?").text.startswith("2003-05-11")
