"""Values by their keys, where the keys are data: {"options": {"A320-214": "CFM56"}}."""

import kgllm


def facts_of(graph):
    return {str(fact) for fact in graph.scan(limit=1000).items}


def lamps(of):
    return [{"name": f"Lamp {n}", "bulbs": {of(n, k): f"maker {(n + k) % 4}" for k in range(3)}} for n in range(5)]


def test_codes_with_a_value_each_are_things():
    rows = [*lamps(lambda n, k: f"B{n}-{k}00"), {"name": "灯笼", "bulbs": ["candle", "蜡烛"]}]
    graph = kgllm.load(rows, table="lamps")
    facts = facts_of(graph)
    assert {"Lamp 1 — bulbs.bulb → B1-200", "B1-200 — value → maker 3", "Lamp 1 — bulbs → maker 3", "灯笼 — bulbs → 蜡烛"} <= facts
    assert {one.relation.id for one in graph.schema().relations} == {"bulbs", "bulbs.bulb", "value"}
    assert {"Lamp 1 — bulbs → B1-200", "B1-200 — value → maker 3"} <= facts_of(kgllm.load(rows[:-1], table="lamps"))
    assert any("the keys in 'bulbs' ('B0-000', 'B0-100', …) are read as things with a value each" in note for note in graph.notes)
    assert kgllm.GraphQA(graph).ask("What is the value of B1-200?").text.startswith("maker 3")


def test_a_code_with_another_value_elsewhere_is_another_thing():
    rows = lamps(lambda n, k: f"B{n}-{k}00")
    rows[0]["bulbs"]["B1-100"] = "maker 9"
    graph = kgllm.load(rows, table="lamps")
    ends = {fact.object.id for fact in graph.scan(limit=1000).items if fact.relation.id == "bulbs" and fact.object.name == "B1-100"}
    assert len(ends) == 2


def test_words_stay_fields_with_a_note():
    words = [
        "height",
        "width",
        "depth",
        "glow",
        "colour",
        "cord",
        "socket",
        "shade",
        "switch",
        "foot",
        "arm",
        "颜色",
        "开关",
        "灯罩",
        "底座",
    ]
    graph = kgllm.load(lamps(lambda n, k: words[3 * n + k]), table="lamps")
    assert "Lamp 0 — bulbs.width → maker 1" in facts_of(graph)
    [note] = [note for note in graph.notes if "relations of hardly more than one fact" in note]
    assert note.startswith("lamps: the 15 keys in 'bulbs'") and ".items()]" in note


def test_fields_that_come_again_and_values_of_several_kinds_stay_fields():
    years = [{"name": f"Town {n}", "people": {str(year): n + year for year in range(2000, 2012)}} for n in range(5)]
    graph = kgllm.load(years, table="towns")
    assert "Town 1 — people.2003 → 2004" in facts_of(graph) and not any("keys in" in note for note in graph.notes)
    mixed = [{"name": f"Lamp {n}", "data": {f"k{n}1": "x", f"k{n}2": 3, f"k{n}3": True}} for n in range(5)]
    assert "Lamp 2 — data.k22 → 3" in facts_of(kgllm.load(mixed, table="lamps"))
