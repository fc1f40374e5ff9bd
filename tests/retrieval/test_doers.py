"""Nouns for who does what a relation's verb says ask for its subjects: the owners of `owns`, the 股东 of 持股."""

from __future__ import annotations

import networkx as nx
import pytest

import kgllm

CHAINS = {
    "owns": [("Fund", "owns", "Acme"), ("Lee", "owns", "Acme"), ("Acme", "owns", "Beta")],
    "invests in": [("Fund", "invests in", "Acme"), ("Acme", "invests in", "Beta")],
    "supplies": [("Mill", "supplies", "Acme"), ("Acme", "supplies", "Cafe")],
    "employs": [("Holding", "employs", "Acme"), ("Acme", "employs", "Ann")],
    "owner": [("Acme", "owner", "Lee"), ("Beta", "owner", "Acme")],
    "供应": [("甲厂", "供应", "乙厂"), ("乙厂", "供应", "丙厂")],
    "捕食": [("鹰", "捕食", "蛇"), ("蛇", "捕食", "鼠")],
}


@pytest.mark.parametrize(
    ("relation", "question", "right"),
    [
        ("owns", "Who are the owners of Acme?", {"Fund", "Lee"}),
        ("owns", "Who is the owner of Beta?", {"Acme"}),
        ("owns", "What does Acme own?", {"Beta"}),
        ("invests in", "Who are the investors of Acme?", {"Fund"}),
        ("supplies", "Who is the supplier of Acme?", {"Mill"}),
        ("employs", "Who is the employer of Acme?", {"Holding"}),
        ("owner", "Who is the owner of Acme?", {"Lee"}),
        ("供应", "乙厂的供应商是谁？", {"甲厂"}),
        ("供应", "乙厂有哪些供应商？", {"甲厂"}),
        ("供应", "乙厂供应了谁？", {"丙厂"}),
        ("捕食", "蛇的天敌是谁？", {"鹰"}),
    ],
)
def test_who_does_it(relation, question, right):
    assert {one.name for one in kgllm.GraphQA(kgllm.load(CHAINS[relation])).ask(question).entities} == right


def test_what_is_told_beside_the_fact_is_nobody_who_does_it():
    firms = nx.MultiDiGraph()
    firms.add_nodes_from(["蓝海", "青山", "赤水"], type="公司")
    firms.add_node("周宁", type="人物")
    firms.add_edge("青山", "蓝海", relation="持股", 持股比例="12%", 入股日期="2016-05-20")
    firms.add_edge("周宁", "蓝海", relation="持股", 持股比例="34%", 入股日期="2008-06-18")
    firms.add_edge("蓝海", "赤水", relation="持股", 持股比例="100%", 入股日期="2019-01-20")
    qa = kgllm.GraphQA(kgllm.load(firms))
    assert {one.name for one in qa.ask("蓝海的股东有哪些？").entities} == {"青山", "周宁"}
    assert qa.ask("周宁在蓝海的持股比例是多少？").text == "34% [1]"
