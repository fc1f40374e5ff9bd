"""Names that are signs, names whose brackets tell them apart, and slips in Chinese names among words that are known."""

import pytest

import kgllm

SIGNS = [
    {"name": name, "sign": sign, "code": code, "region": region}
    for name, sign, code, region in (
        ("Tarn crown", "₭", "TAK", "Kesh"), ("sum", "∑", "U2211", "Bor"), ("violin", "🎻", "U1F3BB", "Bor"), ("heart", "❤️", "U2764", "Bor"),
    )
]  # fmt: skip
HERBS = [
    {"name": name, "price": price, "garden": garden}
    for name, price, garden in (
        ("紫苏（干）", 12, "Olm"), ("紫苏（鲜）", 5, "Olm"), ("薄荷（干）", 9, "Rue"), ("姜（干）", 7, "Rue"), ("书带草根", 31, "Rue"),
    )
]  # fmt: skip


@pytest.fixture(scope="module")
def signs():
    return kgllm.GraphQA(kgllm.load({"signs": SIGNS}, name="name", key="name", aliases="sign", refers={"region": "regions"}))


@pytest.fixture(scope="module")
def herbs():
    return kgllm.GraphQA(kgllm.load({"herbs": HERBS}, name="name", key="name", refers={"garden": "gardens"}))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What is the code of 🎻?", ["U1F3BB"]),
        ("🎻的代码是什么？", ["U1F3BB"]),
        ("Which region is ∑ in?", ["Bor"]),
        ("What is the code of ❤️?", ["U2764"]),
        ("What is the code of ₭?", ["TAK"]),
        ("What is the code of 🦄?", []),
        ("Which signs cost more than ₭5?", []),  # an amount
    ],
)
def test_a_sign_is_a_name(signs, question, answers):
    assert [end.name for end in signs.ask(question).entities] == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("紫苏（干）的价格是多少？", ["12"]),
        ("紫菀蒿（干）的价格是多少？", []),  # no herb of the graph, and no dry ginger either
        ("What is the price of Springfeild (干)?", []),
        ("子苏（干）的价格是多少？", ["12"]),
        ("书带早根的价格是多少？", ["31"]),  # 书 is a word, too
    ],
)
def test_brackets_and_slips(herbs, question, answers):
    assert [end.name for end in herbs.ask(question).entities] == answers
