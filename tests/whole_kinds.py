"""Questions for whole kinds of things, and a small graph that answers them: the same answers on every backend."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

import kgllm
from kgllm.types import Entity, Fact, Literal, Relation

RIVERS = {
    "Elbe": (1094, "Germany"),
    "Vistula": (1047, "Poland"),
    "Oder": (866, "Poland"),
    "Warta": (808, "Poland"),
    "Narew": (452, "Poland"),
    "Gauja": (452, "Latvia"),
}
BEDS = {"Elbe": "Gravel", "Vistula": "Sand", "Oder": "Sand", "Warta": "Gravel", "Narew": "Sand", "Gauja": "Sand"}
COUNTRIES = {"Germany": (83369843, 357022), "Poland": (39857145, 312696), "Latvia": (1850651, 64589)}
PEOPLE = {
    "张三": (12000, "1990-05-01", "北厂"),
    "李四": (9000, "1985-02-11", "北厂"),
    "王五": (20000, "1999-12-30", "南厂"),
    "赵六": (11000, "1979-03-03", "北厂"),
}
PUPILS = [("张三", "李四"), ("张三", "赵六"), ("王五", "钱七")]
FOUNDED = {"北厂": 1950, "南厂": 1999}
FACTS = [
    *[Fact(Entity(one, types=("river",)), Relation("length_km"), Literal(str(km), km)) for one, (km, _) in RIVERS.items()],
    *[Fact(Entity(one), Relation("flows_through"), Entity(land)) for one, (_, land) in RIVERS.items()],
    *[Fact(Entity(one), Relation("bed"), Literal(bed)) for one, bed in BEDS.items()],
    *[Fact(Entity(one), Relation("instance_of"), Entity("river")) for one in RIVERS],
    *[Fact(Entity(one, types=("country",)), Relation("population"), Literal(str(many), many)) for one, (many, _) in COUNTRIES.items()],
    *[Fact(Entity(one), Relation("area_km2"), Literal(str(size), size)) for one, (_, size) in COUNTRIES.items()],
    *[Fact(Entity(one, types=("员工",)), Relation("月薪（元）"), Literal(str(pay), pay)) for one, (pay, _, _) in PEOPLE.items()],
    *[Fact(Entity(one), Relation("出生日期"), Literal(born)) for one, (_, born, _) in PEOPLE.items()],
    *[Fact(Entity(one), Relation("工作单位"), Entity(works, types=("工厂",))) for one, (_, _, works) in PEOPLE.items()],
    *[Fact(Entity(one), Relation("徒弟"), Entity(other)) for one, other in PUPILS],
    *[Fact(Entity(one), Relation("成立年份"), Literal(str(year), year)) for one, year in FOUNDED.items()],
    *[Fact(Entity(one), Relation("belongs to class"), Entity(kind)) for one, kind in (("aspirin", "NSAID"), ("ibuprofen", "NSAID"), ("codeine", "opioid"))],
    *[Fact(Entity(kind), Relation("is a subclass of"), Entity("analgesic")) for kind in ("NSAID", "opioid")],
]  # fmt: skip

ASKED = {
    "What is the longest river?": "Elbe (1094) [1]",
    "Which river is the shortest?": "Gauja (452) [1], Narew (452) [2]",
    "which river in Poland is the shortest": "Narew (452) [1]",
    "Largest country by population": "Germany (83369843) [1]",
    "What is the smallest country by area?": "Latvia (64589) [1]",
    "Which country has the most rivers?": "Poland (4) [4]",
    "Rivers longer than 1,000 km": "Elbe (1094) [1], Vistula (1047) [2]",
    "rivers shorter than 500 km": "Gauja (452) [1], Narew (452) [2]",
    "rivers between 850 and 1050 km long": "Vistula (1047) [1], Oder (866) [2]",
    "countries with more than 50 million people": "Germany (83369843) [1]",
    "countries with fewer than 2 million inhabitants": "Latvia (1850651) [1]",
    "Which is longer, the Elbe or the Vistula?": "Elbe (1094) [1]",
    "Among Elbe, Oder and Warta, which is the shortest?": "Warta (808) [1]",
    "Is the Elbe longer than the Vistula?": "Yes: Elbe (1094) [1]",
    "Is the Oder longer than 900 km?": "No: Oder (866) [1]",
    "Does Germany have more people than Poland?": "Yes: Germany (83369843) [1]",
    "how many rivers are there?": "6: Elbe [1], Gauja [2], Narew [3], Oder [4], Vistula [5], Warta [6]",
    "How many countries are there in total?": "3: Germany, Latvia, Poland",
    "List all rivers": "Elbe [1], Gauja [2], Narew [3], Oder [4], Vistula [5], Warta [6]",
    "List all countries, please": "Germany, Latvia, Poland",
    "How many analgesics are there?": "3: aspirin [1], codeine [3], ibuprofen [2]",
    "Which sand rivers flow through Poland?": "Narew [2], Oder [4], Vistula [6]",
    "How many gravel rivers are there in Germany?": "1: Elbe [2]",
    "北厂有哪些员工？": "张三 [1]、李四 [2]、赵六 [3]",
    "谁的月薪最高？": "王五（20000） [1]",
    "谁的月薪最低？": "李四（9000） [1]",
    "月薪超过一万元的有哪些人？": "王五（20000） [1]、张三（12000） [2]、赵六（11000） [3]",
    "月薪在五千到1万之间的有谁？": "李四（9000） [1]",
    "张三和李四谁的月薪更高？": "张三（12000） [1]",
    "张三和王五谁年纪更大？": "张三（1990-05-01） [1]",
    "谁的徒弟最多？": "张三（2） [2]",
    "张三的月薪比李四高吗？": "是：张三（12000） [1]",
    "哪些人是1988年以后出生的？": "王五（1999-12-30） [1]、张三（1990-05-01） [2]",
    "列出所有员工": "张三、李四、王五、赵六",
    "一共有多少个员工？": "4：张三、李四、王五、赵六",
    "有哪些工厂？": "北厂、南厂",
    "北厂和南厂谁先成立？": "北厂（1950） [1]",
}


@dataclass(frozen=True)
class WholeKinds:
    """The facts, the questions, and what a compiled graph answers."""

    facts: list[Fact] = field(default_factory=lambda: FACTS)
    asked: dict[str, str] = field(default_factory=lambda: ASKED)
    compiled: Any = field(default_factory=lambda: kgllm.GraphQA(kgllm.load(FACTS)))

    def check(self, graph: Any, trips: Any = lambda: 0) -> dict[str, int]:
        """Ask all; how often each question asked the graph's server."""
        qa, cost = kgllm.GraphQA(graph), {}
        qa.ask("What is the longest river?")  # what is read once of a graph
        for question, text in self.asked.items():
            before = trips()
            one, other = qa.ask(question), self.compiled.ask(question)
            cost[question] = trips() - before
            assert one.text == other.text == text, (question, one.reason)
            assert (one.entities, one.facts, one.value) == (other.entities, other.facts, other.value), question
            assert one.confidence == pytest.approx(other.confidence), question
        return cost
