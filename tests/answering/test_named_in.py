"""What a model's text names as its answer, and what it only tells to say why."""

import pytest

import kgllm

SHIPS = [
    ("Olm", "length", 76), ("Vass", "length", 72), ("Tarn", "length", 60), ("Olm", "owner", "Ada"), ("Vass", "owner", "Bo"),
    ("奥姆号", "船长", 76), ("瓦斯号", "船长", 72), ("塔恩号", "船长", 60), ("奥姆号", "船东", "甲公司"), ("瓦斯号", "船东", "乙公司"),
    ("Olm", "builder", "Cy"), ("Vass", "builder", "Cy"), ("奥姆号", "船厂", "丙厂"), ("瓦斯号", "船厂", "丙厂"),
    *[(name, "type", "ship") for name in ("Olm", "Vass", "Tarn")], *[(name, "类型", "轮船") for name in ("奥姆号", "瓦斯号", "塔恩号")],
]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "text", "names"),
    [
        ("Which is longer, Olm or Vass?", "Olm [1] (76 against 72 of Vass [2])", ["Olm"]),
        ("Which is longer, Olm or Vass?", "Olm (76) [1] vs Vass (72) [2]", ["Olm"]),
        ("Which is longer, Olm or Vass?", "Olm, with 76 [1], is longer than Vass [2]", ["Olm"]),
        ("Which is longer, Olm or Vass?", "Olm: 76 [1]; Vass: 72 [2]", ["Olm"]),
        ("Which is longer, Olm or Vass?", "Olm and Vass [1][2]", ["Olm", "Vass"]),
        ("Which ship is the longest?", "Olm, 76 [1]", ["Olm"]),
        ("奥姆号和瓦斯号谁更长？", "奥姆号76 [1]，瓦斯号72 [2]", ["奥姆号"]),
        ("Which ship is the longest?", "Olm [1] (76), followed by Vass [2] (72)", ["Olm"]),
        ("Who owns Olm?", "Ada [1] (Bo owns Vass [2])", ["Ada"]),
        ("Who own Olm and Vass?", "Ada (Olm) [1], Bo (Vass) [2]", ["Ada", "Bo"]),
        ("How long is Olm?", "Olm (76) [1]", ["76"]),
        ("奥姆号和瓦斯号哪个更长？", "奥姆号（76）[1]，比瓦斯号（72）长 [2]", ["奥姆号"]),
        ("奥姆号和瓦斯号的船东分别是谁？", "甲公司（奥姆号）[1]、乙公司（瓦斯号）[2]", ["甲公司", "乙公司"]),
    ],
)
def test_what_stands_in_brackets_or_behind_than_says_why(question, text, names):
    answer = kgllm.GraphQA(kgllm.load(SHIPS), llm=lambda prompts: [text] * len(prompts)).ask(question)
    assert [one.name for one in answer.entities] == names


@pytest.mark.parametrize(
    ("question", "text", "names"),
    [
        ("Which ships are there?", "Olm [1], followed by Vass [2], and Tarn [3]", ["Olm", "Vass", "Tarn"]),
        ("What are the ships?", "Olm [1] and Vass [2], while Tarn [3] is one as well", ["Olm", "Vass", "Tarn"]),
        ("有哪些轮船？", "奥姆号 [1]、瓦斯号 [2]，而塔恩号 [3] 也是", ["奥姆号", "瓦斯号", "塔恩号"]),
        ("奥姆号和瓦斯号共同的船厂是谁？", "奥姆号和瓦斯号共同的船厂是丙厂 [1]", ["丙厂"]),
        ("Are Olm and Vass alike, or who is their builder?", "Olm and Vass have Cy [1]", ["Cy"]),
    ],
)
def test_a_question_that_compares_nothing_has_all_that_is_told(question, text, names):
    answer = kgllm.GraphQA(kgllm.load(SHIPS), llm=lambda prompts: [text] * len(prompts)).ask(question)
    assert [one.name for one in answer.entities] == names
