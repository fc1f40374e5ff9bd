"""What need not be worked out is not: counted, for times say nothing on a busy machine."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.retrieval.computed import measures
from kgllm.retrieval.ranking import combine


@pytest.fixture
def counted(monkeypatch):
    def count(module, name):
        calls, own = [], getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given, **named: calls.append(given) or own(*given, **named))
        return calls

    return count


@pytest.mark.parametrize(
    ("question", "answer", "meets"),
    [
        ("Which films did Ann direct with Bob in the cast?", "Olm", True),
        ("Which country is Rome in, and does Ann know?", None, False),
        ("安娜导演、鲍勃主演的电影是什么？", "奥姆", True),
        ("罗马在哪个国家，安娜知道吗？", None, False),
    ],
)
def test_paths_that_end_nowhere_together_are_not_explained(counted, question, answer, meets):
    facts = [("Olm", "director", "Ann"), ("Olm", "cast", "Bob"), ("Vass", "director", "Ann"), ("Rome", "country", "Italy")]
    facts += [("奥姆", "导演", "安娜"), ("奥姆", "主演", "鲍勃"), ("瓦斯", "导演", "安娜"), ("罗马", "国家", "意大利")]
    qa, calls = kgllm.GraphQA(kgllm.load(facts)), counted(combine, "cover")
    found = qa.ask(question)
    assert bool(calls) is meets
    assert answer is None or [one.name for one in found.entities] == [answer]


@pytest.mark.parametrize("question", ["Which of the costs of the plant is the largest?", "电站的什么费用最大？"])
def test_measures_of_one_wording_are_compared_once(counted, question):
    """Of a question of 4,000 fields each was compared with each."""
    fields = [(f"plant {n}", f"{kind} cost {n}", str(n)) for n, kind in enumerate(["fuel", "staff"] * 60)]
    fields += [(f"电站{n}", f"{kind}费用{n}", str(n)) for n, kind in enumerate(["燃料", "人工"] * 60)]
    qa, calls = kgllm.GraphQA(kgllm.load(fields)), counted(measures, "_unsaid")
    qa.ask(question)
    assert 0 < len(calls) < 20
