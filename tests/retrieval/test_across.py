"""Questions in one language over relations that are named in the other, and nouns for the types between them."""

from __future__ import annotations

import pytest

import kgllm

RIVERS = [
    ("Mekong", "also known as", "湄公河"),
    *(("Mekong", "flows_through", country) for country in ("Laos", "Thailand", "Vietnam")),
    ("Mekong", "flows_into", "South China Sea"),
    ("Nile", "also known as", "尼罗河"),
    ("Nile", "flows_into", "Mediterranean Sea"),
    ("Rhone", "flows_into", "Mediterranean Sea"),
    ("Mediterranean Sea", "also known as", "地中海"),
    ("Laos", "has_capital", "Vientiane"),
    ("Laos", "also known as", "老挝"),
    ("Laos", "shares_border_with", "Thailand"),
    ("Laos", "uses_currency", "kip"),
    ("Vientiane", "population", "948477"),
    *((country, "instance_of", "country") for country in ("Laos", "Thailand", "Vietnam")),
    *((river, "instance_of", "river") for river in ("Mekong", "Nile", "Rhone")),
    ("Thailand", "has_capital", "Bangkok"),
]

HOUSE = [
    ("贾琏", "妻子", "王熙凤"),
    ("王熙凤", "丫鬟", "平儿"),
    ("王熙凤", "丫鬟", "丰儿"),
    ("贾琏", "妾", "尤二姐"),
    ("贾琏", "住处", "荣国府"),
    ("怡红院", "种有", "海棠"),
    ("怡红院", "种有", "芭蕉"),
    ("怡红院", "位于", "大观园"),
    ("贾琏", "月钱", "20"),
]


def answered(facts, question):
    answer = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    return sorted(map(str, answer.entities))


@pytest.mark.parametrize(
    ("question", "gold"),
    [
        ("哪些河流注入地中海？", ["Nile", "Rhone"]),
        ("湄公河流经几个国家？", ["Laos", "Thailand", "Vietnam"]),
        ("列出湄公河流经的所有国家", ["Laos", "Thailand", "Vietnam"]),
        ("湄公河流入哪片海？", ["South China Sea"]),
        ("老挝的首都有多少人口？", ["948477"]),
        ("老挝使用什么货币？", ["kip"]),
        ("老挝与哪些国家接壤？", ["Thailand"]),
        ("老挝的国歌是什么？", []),
    ],
)
def test_a_chinese_question_over_english_relations(question, gold):
    assert answered(RIVERS, question) == gold


@pytest.mark.parametrize(
    ("question", "gold"),
    [
        ("Who are the maids of 贾琏's wife?", ["丰儿", "平儿"]),
        ("Who is the concubine of 贾琏?", ["尤二姐"]),
        ("Where does 贾琏 live?", ["荣国府"]),
        ("What is planted in 怡红院?", ["海棠", "芭蕉"]),
    ],
)
def test_an_english_question_over_chinese_relations(question, gold):
    assert answered(HOUSE, question) == sorted(gold)


def test_types_are_named_across_languages():
    facts = [
        *(("NASA", "launched", thing) for thing in ("Voyager", "Apollo 11")),
        ("NASA", "also known as", "美国宇航局"),
        *((probe, "instance_of", "probe") for probe in ("Voyager", "Pioneer", "Cassini")),
        *((flight, "instance_of", "mission") for flight in ("Apollo 11", "Gemini 8", "Vostok 1")),
        *(("ESA", "launched", thing) for thing in ("Cassini", "Pioneer", "Gemini 8", "Vostok 1")),
    ]
    assert answered(facts, "美国宇航局发射了哪些探测器？") == ["Voyager"]
    assert answered(facts, "Which probes did 美国宇航局 launch?") == ["Voyager"]


def test_who_does_it_to_whom_in_chinese():
    facts = [
        *((one, "reports to", "Chen Yu") for one in ("Zhang Min", "Zhou Jing")),
        ("Chen Yu", "reports to", "Rajiv Menon"),
        ("Chen Yu", "also known as", "陈宇"),
    ]
    assert answered(facts, "谁向陈宇汇报？") == ["Zhang Min", "Zhou Jing"]
    assert answered(facts, "陈宇向谁汇报？") == ["Rajiv Menon"]


def test_what_is_said_before_a_mention_says_which_things():
    facts = [
        *((drug, "treats", "hypertension") for drug in ("Lisinopril", "Metoprolol")),
        ("Lisinopril", "treats", "heart failure"),
        ("hypertension", "also known as", "高血压"),
        ("Lisinopril", "has side effect", "cough"),
        ("Metoprolol", "has side effect", "fatigue"),
    ]
    assert answered(facts, "列出治疗高血压的药物") == ["Lisinopril", "Metoprolol"]
    assert answered(facts, "治疗高血压的药物有哪些副作用？") == ["cough", "fatigue"]
