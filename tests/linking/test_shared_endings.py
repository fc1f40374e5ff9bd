"""What many names end or begin with alike is left out in questions."""

from __future__ import annotations

import kgllm
from kgllm.linking.endings import Shared, shared_ends

RIVERS = ["Abel", "Brom", "Cade", "Dorn", "Esk", "Fenn", "Gale", "Holt", "Irk", "Jura", "Kent", "Lune", "Mole", "Nidd"]
PARKS = ["青溪", "白云", "落霞", "望江", "听松", "采薇", "观澜", "醉翁", "揽月", "栖霞", "枕流", "临风", "抱朴", "知春"]


def test_a_chinese_name_without_the_ending_that_its_kind_shares() -> None:
    """Even where a part of it is the name of something else, and where the ending is no word of a kind."""
    facts = [(f"{park}湿地公园", "面积公顷", str(20 + i)) for i, park in enumerate(PARKS)]
    qa = kgllm.GraphQA(kgllm.load([*facts, ("青溪", "流经", "白云镇"), ("望江", "流经", "临风镇")]))
    assert qa.ask("醉翁的面积是多少公顷？").text.startswith("27")
    assert [entity.name for entity in qa.ask("青溪流经哪里？").entities] == ["白云镇"]


def test_a_longer_name_without_its_ending_is_no_name_within_it() -> None:
    dishes = [f"{way}{food}" for way in ("红烧", "清蒸", "凉拌", "油焖") for food in ("茄子", "豆角", "南瓜", "冬笋")]
    facts = [(f"{dish}的做法", "用料", f"{dish[2:]}") for dish in dishes] + [(f"{dish}的做法", "用料", "盐") for dish in dishes]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert {entity.name for entity in qa.ask("红烧茄子的用料有哪些？").entities} == {"茄子", "盐"}
    assert len(qa.ask("哪些菜用料有冬笋？").entities) == 4


def test_words_before_and_behind_names() -> None:
    facts = [(f"River {name} Trust", "founded", str(1950 + i)) for i, name in enumerate(RIVERS)]
    graph = kgllm.load(facts)
    assert shared_ends(graph) == Shared(("River ",), (" Trust",))
    county = kgllm.GraphQA(kgllm.load([(f"{name} County", "seat", f"{name}ton") for name in RIVERS] + [("Kent", "born in", "Esk City")]))
    assert [entity.name for entity in county.ask("What is the seat of Lune?").entities] == ["Luneton"]
    assert [entity.name for entity in county.ask("Where was Kent born?").entities] == ["Esk City"]


def test_few_names_that_end_alike_share_nothing() -> None:
    assert shared_ends(kgllm.load([(f"{name} County", "seat", f"{name}ton") for name in RIVERS[:5]])) == Shared()
    assert shared_ends(kgllm.load([])) == Shared()
