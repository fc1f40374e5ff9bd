"""What a noun asks for in a graph without types is known by the relations that things take part in, and by their names."""

from __future__ import annotations

import pytest

import kgllm

STAYS = [
    ("Mia", "Stayed At", "Casa Rosa"),
    ("Mia", "Stayed At", "Pine Lodge"),
    ("Otto", "Stayed At", "Villa Luna"),
    ("Casa Rosa", "Located In", "Porto"),
    ("Villa Luna", "Located In", "Porto"),
    ("Clerics Tower", "Located In", "Porto"),
    ("Pine Lodge", "Located In", "Bergen"),
    ("Casa Rosa", "Price", "80"),
    ("Villa Luna", "Price", "95"),
    ("Pine Lodge", "Price", "110"),
    ("Porto", "Best Month", "May"),
    ("Mia", "Visited", "Porto"),
    ("Mia", "Visited", "Bergen"),
]
PREY = [
    ("Puma", "preysOn", "Deer"),
    ("Wolf", "preysOn", "Deer"),
    ("Wolf", "preysOn", "Hare"),
    ("Puma", "livesIn", "Forest"),
    ("Deer", "livesIn", "Forest"),
    ("Hare", "livesIn", "Meadow"),
    ("Wolf", "livesIn", "Tundra"),
    ("Puma", "isA", "Cat"),
    ("Wolf", "averageWeightKg", "45"),
    ("Puma", "averageWeightKg", "62"),
]
GOODS = [
    ("海川玻璃", "SUPPLIES", "玻璃盖板"),
    ("长明电池", "SUPPLIES", "电芯"),
    ("星河手机", "CONTAINS", "玻璃盖板"),
    ("白鹭平板", "CONTAINS", "玻璃盖板"),
    ("白鹭平板", "CONTAINS", "电芯"),
    ("星河手机", "ASSEMBLED_IN", "洛北工厂"),
    ("白鹭平板", "ASSEMBLED_IN", "江南工厂"),
    ("洛北工厂", "LOCATED_IN", "河南"),
    ("江南工厂", "LOCATED_IN", "浙江"),
    ("海川玻璃", "LOCATED_IN", "深圳"),
    ("长明电池", "LOCATED_IN", "宁德"),
    ("星河手机", "SOLD_BY", "京安商城"),
    ("白鹭平板", "SOLD_BY", "优选超市"),
]
COLLEGE = [
    ("何敏", "任教于", "文学院"),
    ("陆青", "任教于", "物理学院"),
    ("何敏", "讲授", "古代诗歌"),
    ("陆青", "讲授", "光学"),
    ("马超", "选修", "古代诗歌"),
    ("罗兰", "选修", "光学"),
    ("马超", "来自", "山东"),
    ("罗兰", "来自", "湖南"),
    ("马超", "导师是", "何敏"),
    ("罗兰", "导师是", "陆青"),
    ("古代诗歌", "学分为", "2"),
    ("光学", "学分为", "3"),
    ("何敏", "毕业于", "北京大学"),
    ("陆青", "毕业于", "清华大学"),
]


@pytest.mark.parametrize(
    ("facts", "question", "answers"),
    [
        (STAYS, "Which hotels are in Porto?", {"Casa Rosa", "Villa Luna"}),  # the tower is like none that people stay at
        (STAYS, "Where did Mia stay in Porto?", {"Casa Rosa"}),
        (STAYS, "Who has been to Porto?", {"Mia"}),
        (PREY, "How heavy is a puma?", {"62"}),  # "is a" is no `isA` there
        (GOODS, "哪些产品用到了玻璃盖板？", {"星河手机", "白鹭平板"}),  # not who sells them
        (GOODS, "洛北工厂组装哪些产品？", {"星河手机"}),
        (GOODS, "哪些供应商在深圳？", {"海川玻璃"}),  # not what it supplies
        (GOODS, "白鹭平板是在哪个省组装的？", {"浙江"}),
        (GOODS, "哪儿能买到星河手机？", {"京安商城"}),
        (COLLEGE, "何敏在哪个学院教书？", {"文学院"}),
        (COLLEGE, "哪些学生选了光学？", {"罗兰"}),
        (COLLEGE, "来自湖南的学生有谁？", {"罗兰"}),
        (COLLEGE, "3个学分的课程有哪些？", {"光学"}),
        (COLLEGE, "罗兰是哪里人？", {"湖南"}),
        (COLLEGE, "何敏是谁的导师？", {"马超"}),
        (COLLEGE, "马超的导师是哪所大学毕业的？", {"北京大学"}),
    ],
)
def test_things_of_the_kind_asked_for(facts, question, answers):
    answer = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    assert {one.name for one in answer.entities} == answers, answer.text


def test_names_alone_leave_nothing_out():
    facts = [("Olm", "borders", one) for one in ("Tarn River", "Rhine", "Adder Lake")]
    found = [one.name for one in kgllm.GraphQA(kgllm.load(facts)).ask("Which rivers does Olm border?").entities]
    assert {"Tarn River", "Rhine"} <= set(found)
