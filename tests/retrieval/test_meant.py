"""Where words say nothing, the relation that means what is asked, if it stands out."""

from __future__ import annotations

import numpy as np
import pytest

import kgllm

MACHINES = [
    ("press 4", "uptime", "412 days"),
    ("press 4", "vendor", "Koll & Sons"),
    ("press 4", "floor space", "12 m2"),
    ("press 4", "operator", "Ida Falk"),
    ("lathe 2", "uptime", "97 days"),
    ("lathe 2", "vendor", "Brandt"),
    ("lathe 2", "floor space", "6 m2"),
    ("lathe 2", "operator", "Olaf Berg"),
]
CLUBS = [
    ("Tarn Valley", "kit colours", "green"),
    ("Tarn Valley", "stadium", "Foundry Lane"),
    ("Tarn Valley", "founded", "1967"),
    ("Ashcombe", "kit colours", "red"),
    ("Ashcombe", "stadium", "Harbour Arena"),
    ("Ashcombe", "founded", "1893"),
]


def names(answer):
    return sorted(node.name for node in answer.entities)


@pytest.mark.parametrize(
    ("graph", "question", "gold"),
    [
        (MACHINES, "How long has press 4 been up?", ["412 days"]),
        (CLUBS, "What does Tarn Valley play in, colour-wise?", ["green"]),
        (CLUBS, "Where does Ashcombe play its home games?", ["Harbour Arena"]),
    ],
)
def test_it_is_answered_with_an_encoder_and_not_by_words_alone(graph, question, gold):
    answer = kgllm.GraphQA(kgllm.load(graph), encoder="minilm").ask(question)
    assert names(answer) == gold
    assert answer.confidence >= 0.5
    assert answer.facts[0].object.name == gold[0]


@pytest.mark.parametrize("question", ["Who sponsors Ashcombe's shirts?", "Has press 4 been up for long?", "Who was not with Tarn Valley?"])
def test_what_the_graph_does_not_say_stays_unanswered(question):
    assert kgllm.GraphQA(kgllm.load(MACHINES + CLUBS), encoder="minilm").ask(question).abstained


class Told:
    """An encoder that finds two texts alike where they hold the same of some words."""

    def __init__(self, *groups):
        self.groups = groups

    def encode(self, texts):
        rows = [[float(any(word in text for word in group)) for group in self.groups] for text in texts]
        return np.array([[*row, 0.2] for row in rows], np.float32)


SHOPS = [("山茶小铺", "营业额", "38万"), ("山茶小铺", "店主", "林小满"), ("河边书屋", "营业额", "12万"), ("河边书屋", "店主", "周平")]


def test_chinese_with_an_encoder_that_reads_it():
    encoder = Told(("赚", "营业额"), ("店主", "谁开"))
    assert names(kgllm.GraphQA(kgllm.load(SHOPS), encoder=encoder).ask("山茶小铺一年能赚进来几多")) == ["38万"]
    assert kgllm.GraphQA(kgllm.load(SHOPS)).ask("山茶小铺一年能赚进来几多").abstained


def test_two_that_mean_alike_are_not_told_apart():
    encoder = Told(("赚", "营业额", "店主"))
    assert kgllm.GraphQA(kgllm.load(SHOPS), encoder=encoder).ask("山茶小铺一年能赚进来几多").abstained


def test_of_namesakes_each_kind_is_tried():
    """A painter, a gallery and six paintings of one name: what the gallery shows is asked of the gallery."""
    tables = {
        "painters": [{"id": 1, "name": "Mara Voss"}],
        "galleries": [{"id": 2, "name": "Mara Voss", "founder": 1}, {"id": 3, "name": "Nord", "founder": 1}],
        "paintings": [{"id": 10 + n, "name": "Mara Voss", "gallery": 3} for n in range(6)] + [{"id": 20, "name": "Tide", "gallery": 2}],
    }
    qa = kgllm.GraphQA(kgllm.load(tables, key="id", name="name", refers={"founder": "painters", "gallery": "galleries"}))
    assert qa.ask("How many galleries did Mara Voss found?").value == 2


@pytest.mark.parametrize(
    ("question", "names"),
    [("mines in the state AL-07", ["Deep Shaft"]), ("mines in AL", ["Deep Shaft", "Old Pit"]), ("AL-07有哪些矿？", ["Deep Shaft"])],
)
def test_one_side_of_a_hyphen_names_nothing(question, names):
    rows = [{"name": "Deep Shaft", "land": "AL", "region": "AL-07"}, {"name": "Old Pit", "land": "AL", "region": "AL-09"}]
    tables = {"mines": rows, "lands": [{"name": "AL"}]}
    answer = kgllm.GraphQA(kgllm.load(tables, key="name", refers={"land": "lands"})).ask(question)
    assert sorted(node.name for node in answer.entities) == names
