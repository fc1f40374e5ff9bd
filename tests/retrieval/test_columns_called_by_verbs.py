"""A column may be called by a verb: (work, 监督, name). Asked who does it, its value is the answer, though the verb reads the other way."""

from __future__ import annotations

import pytest

import kgllm

SHOWS = [
    ("夜航", "监督", "周岚"),
    ("夜航", "录音", "郑微"),
    ("晨雾", "监督", "沈一"),
    ("晨雾", "录音", "何远"),
    ("归舟", "监督", "卢青"),
    ("归舟", "录音", "温良"),
    ("归舟", "文库", "海角文库"),
    ("夜航", "文库", "白鹭文库"),
]
PEOPLE = [("林晚", "毕业于", "东海大学"), ("林晚", "生于", "青州"), ("许由", "毕业于", "北岭大学"), ("许由", "生于", "泉城")]
PUMPS = [("甲型泵", "组成", "泵体和泵盖"), ("乙型泵", "组成", "叶轮和泵壳"), ("甲型泵", "产地", "上海")]
LAKES = [("月湖", "集水区国家", "甲国"), ("月湖", "面积", "80平方公里"), ("星湖", "集水区国家", "乙国"), ("雾湖", "集水区国家", "丙国")]


@pytest.mark.parametrize(
    ("facts", "question", "answers"),
    [
        (SHOWS, "谁监督了夜航？", {"周岚"}),
        (SHOWS, "归舟由谁录音？", {"温良"}),
        (SHOWS, "请问晨雾是谁录音的？", {"何远"}),
        (SHOWS, "归舟是哪个文库的？", {"海角文库"}),
        (PEOPLE, "林晚是哪所大学毕业的？", {"东海大学"}),
        (PEOPLE, "谁毕业于北岭大学？", {"许由"}),
        (PEOPLE, "北岭大学毕业的有谁？", {"许由"}),
        (PUMPS, "甲型泵是由什么组成的？", {"泵体和泵盖"}),
        (LAKES, "月湖集水区国家有哪些？", {"甲国"}),
    ],
)
def test_its_value_is_the_answer(facts, question, answers):
    answer = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    assert {entity.name for entity in answer.entities} == answers


def test_what_has_facts_of_its_own_does_it_itself():
    hunters = [("狼", "追赶", "狐狸"), ("狐狸", "追赶", "兔子"), ("猎犬", "追赶", "狼")]
    qa = kgllm.GraphQA(kgllm.load(hunters))
    assert {entity.name for entity in qa.ask("谁追赶狐狸？").entities} == {"狼"}
    assert qa.ask("谁追赶猎犬？").abstained


@pytest.mark.parametrize(
    "question",
    ["有谁知道林晚的出生年月吗？", "谁知道林晚的出生年月？", "有谁能告诉我林晚的出生年月？", "谁清楚林晚的出生年月"],
)
def test_who_knows_asks_for_nobody(question):
    born = [("林晚", "出生年月", "1974年5月"), ("林晚", "籍贯", "青州"), ("许由", "出生年月", "1981年2月")]
    assert kgllm.GraphQA(kgllm.load(born)).ask(question).text == "1974年5月 [1]"
