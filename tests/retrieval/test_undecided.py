"""What is asked of a thing, where nothing but its name is said: its kind, or else nothing is answered by chance."""

import pytest

import kgllm

LAMPS = [
    {"name": name, "price": price, "watts": watts, "shade": shade}
    for name, price, watts, shade in (("Olm", 40, 7, "linen"), ("Tarn", 25, 9, "paper"), ("Rue", 31, 5, "paper"))
]
SONGS = [("夜航", "歌手", "林岸"), ("夜航", "时长", "215"), ("夜航", "类型", "民谣"), ("远山", "歌手", "林岸"), ("林岸", "职业", "歌手")]


@pytest.fixture(scope="module")
def lamps():
    return kgllm.GraphQA(kgllm.load({"lamps": LAMPS}, name="name", key="name", refers={"shade": "shades"}))


@pytest.fixture(scope="module")
def songs():
    return kgllm.GraphQA(kgllm.load(SONGS))


@pytest.mark.parametrize("question", ["Olm", "What is Olm?", "Olm是什么？", "Tell me about Olm"])
def test_nothing_says_what_is_asked_for(lamps, question):
    answer = lamps.ask(question)
    assert answer.abstained and answer.reason.startswith("undecided"), answer.text


@pytest.mark.parametrize(("question", "answer"), [("Olm price", "40"), ("What is the price of Olm?", "40"), ("Olm的价格是什么？", "40")])
def test_a_word_decides(lamps, question, answer):
    assert [end.name for end in lamps.ask(question).entities] == [answer]


@pytest.mark.parametrize(
    ("question", "answer"), [("夜航是什么？", "民谣"), ("林岸是谁？", "歌手"), ("林岸是做什么的？", "歌手"), ("夜航的歌手是谁？", "林岸")]
)
def test_what_a_thing_is_in_chinese(songs, question, answer):
    assert [end.name for end in songs.ask(question).entities] == [answer]


def test_a_model_is_asked(lamps):
    told = []

    def model(prompts):
        told.extend(prompts)
        return ["It costs 40 [1]." for _ in prompts]

    kgllm.GraphQA(lamps.graph, llm=model).ask("What is Olm?")
    assert told and "linen" in told[0]


def test_two_columns_that_say_the_same_leave_nothing_open():
    rows = [(f"茶{n}", maker) for n, maker in enumerate(("山南", "山北", "山南", "河东"))]
    facts = [(tea, relation, maker) for tea, maker in rows for relation in ("产自茶园", "产自茶园号")]
    answer = kgllm.GraphQA(kgllm.load(facts)).ask("茶1是山北的吗？")
    assert answer.verdict is True, answer.reason


@pytest.mark.parametrize("question", ["甲苑有几栋？", "请问甲苑有多少栋"])
def test_several_numbers_of_a_thing_are_none_of_something_else(question):
    estates = [("甲苑", "户数", "7000"), ("甲苑", "车位", "120"), ("乙苑", "户数", "3000"), ("乙苑", "车位", "80")]
    assert kgllm.GraphQA(kgllm.load(estates)).ask(question).abstained
