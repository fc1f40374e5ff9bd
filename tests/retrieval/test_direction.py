"""Who did it to whom: a relation that a graph holds the other way round only is no answer, where grammar and its name say which end is which."""

from __future__ import annotations

import pytest

import kgllm

FIRMS = [
    ("Brightloop", "acquired", "Nimbus Labs"),
    ("Granite Systems", "acquired", "Oakfield"),
    ("Oakfield", "acquired", "Tinware"),
    ("Brightloop", "supplier", "Tinware"),
    ("Brightloop", "founded_by", "Nora Quill"),
    ("Granite Systems", "located_in", "Leeds"),
    ("Nora Quill", "wrote", "Small Loops"),
    ("Nora Quill", "taught", "Alice Moran"),
    ("Alice Moran", "manages", "Kim Dole"),
    ("Alice Moran", "married_to", "Tom Reyes"),
]
FILMS = [
    ("Moonfall", "directedBy", "Ada Finch"),
    ("Ada Finch", "influencedBy", "Bo Lark"),
    ("Pike Pictures", "ownedBy", "Halcyon"),
    ("Halcyon", "leader", "Bo Lark"),
    ("Velora", "capitalOf", "Ostmark"),
    ("Velora", "locatedIn", "Ostmark"),
    *((name, "rdf:type", "Person") for name in ("Ada Finch", "Bo Lark")),
    *((name, "rdf:type", "Studio") for name in ("Halcyon", "Pike Pictures")),
]
CHINESE = [
    ("星河科技", "收购", "蓝海软件"),
    ("蓝海软件", "收购", "小舟网络"),
    ("红狮队", "击败", "黑鹰队"),
    ("黑鹰队", "击败", "白鹤队"),
    ("周明", "导师", "吴教授"),
    ("林浩", "创立", "蓝海软件"),
    ("夜航", "配音", "林浩"),
]


@pytest.fixture(scope="module")
def qas() -> dict[str, kgllm.GraphQA]:
    return {name: kgllm.GraphQA(kgllm.load(facts)) for name, facts in (("firms", FIRMS), ("films", FILMS), ("zh", CHINESE))}


@pytest.mark.parametrize(
    ("graph", "question", "answers"),
    [
        ("firms", "Who acquired Nimbus Labs?", {"Brightloop"}),
        ("firms", "Who acquired Brightloop?", set()),
        ("firms", "Who acquired Oakfield?", {"Granite Systems"}),
        ("firms", "Who did Oakfield acquire?", {"Tinware"}),
        ("firms", "Who was acquired by Oakfield?", {"Tinware"}),
        ("firms", "Who was Oakfield acquired by?", {"Granite Systems"}),
        ("firms", "Which company was acquired by Tinware?", set()),
        ("firms", "Who is the supplier of Brightloop?", {"Tinware"}),
        ("firms", "Who is the supplier of Tinware?", set()),
        ("firms", "Who does Tinware supply?", {"Brightloop"}),
        ("firms", "Who supplies Tinware?", set()),
        ("firms", "Who founded Brightloop?", {"Nora Quill"}),
        ("firms", "Who founded Nora Quill?", set()),
        ("firms", "Who taught Nora Quill?", set()),
        ("firms", "Who did Nora Quill teach?", {"Alice Moran"}),
        ("firms", "Who manages Alice Moran?", set()),
        ("firms", "Who is married to Tom Reyes?", {"Alice Moran"}),
        ("firms", "Who did Tom Reyes marry?", {"Alice Moran"}),
        ("films", "Who was directed by Moonfall?", set()),
        ("films", "Who influenced Bo Lark?", set()),
        ("films", "Who did Bo Lark influence?", {"Ada Finch"}),
        ("films", "Who owns Halcyon?", set()),
        ("films", "What is the capital of Ostmark?", {"Velora"}),
        ("films", "What is the capital of Velora?", set()),
        ("zh", "谁收购了蓝海软件？", {"星河科技"}),
        ("zh", "谁收购了星河科技？", set()),
        ("zh", "蓝海软件收购了谁？", {"小舟网络"}),
        ("zh", "蓝海软件被谁收购了？", {"星河科技"}),
        ("zh", "星河科技被谁收购了？", set()),
        ("zh", "收购蓝海软件的公司是哪家？", {"星河科技"}),
        ("zh", "谁击败了红狮队？", set()),
        ("zh", "白鹤队击败了谁？", set()),
        ("zh", "谁把黑鹰队击败了？", {"红狮队"}),
        ("zh", "黑鹰队把谁击败了？", {"白鹤队"}),
        ("zh", "周明的导师是谁？", {"吴教授"}),
        ("zh", "吴教授的导师是谁？", set()),
        ("zh", "谁创立了蓝海软件？", {"林浩"}),
        ("zh", "谁配音了夜航？", {"林浩"}),
    ],
)
def test_the_way_that_is_asked(qas, graph, question, answers):
    answer = qas[graph].ask(question)
    assert {node.name for node in answer.entities} == answers
    assert answer.abstained is not bool(answers)


def test_a_verb_that_heads_a_column_leads_to_who_did_it():
    """In tables of things 建造 and 使用者 name who did it to them: nobody in them is built or used by anything."""
    qa = kgllm.GraphQA(
        kgllm.load(
            [
                ("青石桥", "建造", "李铁匠"),
                ("青石桥", "长度", "31米"),
                ("望江楼", "建造", "东城营造社"),
                ("望江楼", "使用者", "渔业公会"),
                ("云梯", "开发", "北辰工作室"),
                ("云梯", "语言", "中文"),
                ("星桥", "开发", "北辰工作室"),
            ]
        )
    )
    asked = {
        "谁建造了青石桥？": {"李铁匠"},
        "望江楼使用者是谁？": {"渔业公会"},
        "谁开发了云梯？": {"北辰工作室"},
        "北辰工作室开发了什么？": {"云梯", "星桥"},
        "你清楚青石桥的长度吗？": {"31米"},
        "大家了解星桥是谁开发的吗？": {"北辰工作室"},
    }
    assert {question: {entity.name for entity in qa.ask(question).entities} for question in asked} == asked


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("波华的老板是谁？", ["安明"]),
        ("安明的老板是谁？", []),
        ("安明是谁的老板？", ["波华"]),
        ("法国的首都是哪里？", ["巴黎"]),
        ("巴黎的首都是哪里？", []),
    ],
)
def test_what_somebody_is_of_another_is_not_the_others_of_him(question, answers):
    """A name that says what its subject is of its object is no field of the subject, though it holds the whole word."""
    answer = kgllm.GraphQA(kgllm.load([("安明", "是老板", "波华"), ("波华", "是老板", "西门"), ("巴黎", "是首都", "法国")])).ask(question)
    assert [one.name for one in answer.entities] == answers, answer.text
