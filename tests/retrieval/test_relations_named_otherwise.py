"""Relations that people name in other manners than the noun for what they lead to: which end is which is told by the name all the same."""

import pytest

import kgllm

BESIDE = [("王芳", "身高", 171), ("李强", "身高", 165), ("宏远", "收入", 5), ("天海", "收入", 7)]


def ask(facts, question):
    return kgllm.GraphQA(kgllm.load(facts)).ask(question)


@pytest.mark.parametrize("name", ["是老板", "是…的老板", "是公司的老板", "担任老板"])
def test_in_chinese_a_name_may_say_what_its_subject_is_of_its_object(name):
    facts = [("王芳", name, "宏远"), ("李强", name, "天海"), *BESIDE]
    assert {node.name for node in ask(facts, "谁是宏远的老板？").entities} == {"王芳"}
    assert {node.name for node in ask(facts, "Who is the boss of 宏远?").entities} == {"王芳"}
    assert {node.name for node in ask(facts, "王芳是哪家公司的老板？").entities} == {"宏远"}
    assert ask(facts, "王芳是宏远的老板吗？").verdict is True
    assert ask(facts, "王芳是天海的老板吗？").verdict is False
    assert ask(facts, "宏远是王芳的老板吗？").verdict is not True
    assert ask(facts, "宏远的绰号是什么？").abstained  # 是 is no word of the name


def test_a_flag_and_a_role_are_named_so_too():
    assert ask([("王芳", "是会员", True), ("李强", "是会员", False), *BESIDE], "李强是会员吗？").verdict is False
    facts = [("王芳", "担任职务", "会计"), ("李强", "担任职务", "司机"), *BESIDE]
    assert {node.name for node in ask(facts, "王芳的职务是什么？").entities} == {"会计"}


YES_AND_NO = [
    (("Bob", "employer", "Acme"), ("Cara", "employer", "Zenith"), "Does Bob work for Acme?", "Does Acme work for Bob?"),
    (("Acme", "owned_by", "Zenith"), ("Fable", "owned_by", "Cobalt"), "Is Acme the subsidiary of Zenith?", "Is Zenith the subsidiary of Acme?"),
    (("Acme", "suppliers", "Zenith"), ("Fable", "suppliers", "Cobalt"), "Does Zenith supply Acme?", "Does Acme supply Zenith?"),
    (("valve", "isPartOf", "loom"), ("rotor", "isPartOf", "press"), "Does loom contain valve?", "Does valve contain loom?"),
    (("Iron Hill", "author", "Ann"), ("Salt Road", "author", "Bo"), "Was Iron Hill written by Ann?", "Was Ann written by Iron Hill?"),
    (("Bob", "alma_mater", "Oakridge"), ("Cara", "alma_mater", "Elmhurst"), "Is Bob a student of Oakridge?", "Is Oakridge a student of Bob?"),
    (("盐路", "作者", "王芳"), ("冬灯", "作者", "李强"), "王芳撰写盐路吗？", "盐路撰写王芳吗？"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "other", "yes", "no"), YES_AND_NO)
def test_what_does_something_is_not_what_it_is_done_to(fact, other, yes, no):
    facts = [fact, other, (fact[0], "size", 5), (fact[2], "height", 15)]
    assert ask(facts, yes).verdict is True
    assert ask(facts, no).verdict is not True


def test_what_is_done_names_what_does_it_by_nothing_but_its_noun():
    facts = [("王芳", "创办的公司", "宏远"), ("李强", "创办的公司", "天海"), *BESIDE]
    assert ask(facts, "王芳是宏远的创始人吗？").verdict is not False
