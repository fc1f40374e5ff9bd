"""What a score is made of, and which words spoke for which step, in English and Chinese."""

from __future__ import annotations

import numpy as np
import pytest

import kgllm

FACTS = [
    *((f"Alpha {n}", "zorbed", f"Beta {n % 11}") for n in range(44)),
    *((f"Alpha {n}", "quibble", f"Gamma {n % 7}") for n in range(44)),
    *((f"Alpha {n}", "frandel", f"Delta {n % 5}") for n in range(44)),
]
TAUGHT = [
    {"question": words.format(f"Alpha {n}"), "answers": [f"{end} {n % of}"]}
    for words, end, of in (("what bakes {}", "Beta", 11), ("what paints {}", "Gamma", 7), ("{}的花是什么", "Delta", 5))
    for n in range(30)
]


@pytest.fixture(scope="module")
def gpu():
    return kgllm.GraphQA(kgllm.load(kgllm.datasets.load("gpu")))


@pytest.mark.parametrize("question", ["Who developed the rival of the Ascend 910B?", "昇腾910B对标的显卡的架构采用什么制程？"])
def test_it_says_what_retrieval_found(gpu, question):
    paths = gpu.retrieve(question).paths
    said = gpu.why(question, top=2)
    assert len(said) == 2
    for path, one in zip(paths, said):
        assert one.score == pytest.approx(path.score) and one.count == path.count and one.ends == path.endpoints[:3]
        assert sum(one.parts.values()) == pytest.approx(one.score, abs=1e-3)
        assert one.parts == gpu.parts(path)
        assert one.confidence == path.features["confidence"]


def test_each_word_speaks_for_its_step(gpu):
    best = gpu.why("Who developed the rival of the Ascend 910B?")[0]
    told = {said.word: dict(zip(best.steps, said.steps)) for said in best.words}
    assert told["developed"] == {"—counterpart→": 0.0, "—developer→": pytest.approx(1.0, abs=0.2)}
    assert told["rival"]["—counterpart→"] > 0.5 > told["rival"]["—developer→"]
    assert "910B" not in told  # the mention speaks for no step
    chinese = gpu.why("昇腾910B是哪家公司开发的？")[0]
    assert any(said.steps[0] > 0.5 and said.word in "开发" for said in chinese.words)
    assert "speaks for" in str(gpu.why("Which smelly company developed the A100?")[0])


@pytest.mark.parametrize(
    "facts, question, walk, word, step",
    [
        (
            [("Ann", "born in", "Oslo"), ("Ann", "award", "Prize"), ("Bea", "born in", "Oslo"), ("Cay", "award", "Prize")],
            "Who was born in Oslo and won the Prize?",
            {"Oslo ←born in—", "Prize ←award—"},
            "born",
            "←born in—",
        ),
        (
            [
                ("何泽慧", "配偶", "钱三强"),
                ("钱三强", "毕业院校", "清华大学"),
                ("王竹溪", "毕业院校", "清华大学"),
                ("何泽慧", "出生地", "苏州"),
            ],
            "谁毕业于清华大学并且配偶是何泽慧？",
            {"清华大学 ←毕业院校—", "何泽慧 —配偶→"},
            "配",
            "—配偶→",
        ),
    ],
)
def test_the_second_condition_has_its_steps_and_its_words(facts, question, walk, word, step):
    best = kgllm.GraphQA(kgllm.load(facts)).why(question)[0]
    assert set(best.walk.split(" & ")) == walk and len(best.steps) == 2
    told = {said.word: dict(zip(best.steps, said.steps)) for said in best.words}
    assert told[word][step] > 0.5
    assert not {"Oslo", "Prize", "清", "何"} & set(told)  # the names of both are mentions


class Letters:
    name = "letters"

    def encode(self, texts):
        return np.array([[text.lower().count(letter) + 0.01 for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts], np.float32)


@pytest.mark.parametrize("encoder", [None, Letters()], ids=["words", "encoder"])
def test_what_was_learned_is_shared_out_over_the_words(encoder):
    qa = kgllm.GraphQA(kgllm.load(FACTS), encoder=encoder)
    assert all(said.learned == 0 for one in qa.why("what bakes Alpha 40") for said in one.words)
    assert qa.fit(TAUGHT, own=0).kept == "learned"
    best, other = qa.why("what bakes Alpha 40")[:2]
    assert best.walk == "Alpha 40 —zorbed→"
    assert best.parts.get("remembered", 0) + best.parts.get("learned", 0) > 0
    if encoder is None:  # an encoder's vector of the whole question stays as it is
        assert {said.word: said.learned for said in best.words}["bakes"] > 0
        assert {said.word: said.learned for said in other.words}["bakes"] < 0
        assert "learned +" in str(best)


def test_nothing_linked_is_nothing_to_explain(gpu):
    assert gpu.why("Who is it?") == ()
    assert gpu.why("Which company developed it?", seeds=["A100"])[0].ends[0].name == "NVIDIA"


def test_what_is_quoted_moves_no_cursor():
    qa = kgllm.GraphQA(kgllm.load([("Film", "directed by", "[red]A\x1b[2JB\nC")]))
    told = str(qa.why("Who directed Film?")[0])
    assert told.splitlines()[0] == "Film —directed by→: [red]A\\u001b[2JB\\nC"
