"""Each number that a prompt states is exact, or said to be the least that it may be: on hubs, on every kind of backend."""

import networkx as nx
import pytest

import kgllm
from kgllm.graphs.base import RelationCount
from kgllm.prompting.beside import beside
from kgllm.retrieval.wide import wider
from kgllm.testing import OracleGraph
from kgllm.types import Entity, Fact, Literal, Relation, replace

MANY = 500
DECK = [("Deck", "maker", "Olm"), *(("Deck", "holds", f"card {n}") for n in range(MANY))]
CARDS = [fact for n in range(MANY) for fact in ((f"card {n}", "class", "Mage"), (f"card {n}", "type", "Spell"))]
FIRMS = [
    ("Acme", "owner", "Ann"),
    *(("Acme", "supplier", f"firm {n}") for n in range(MANY)),
    *((f"firm {n}", "town", "Zed" if n % 2 else "Vass") for n in range(MANY)),
]
MADE = [*DECK, *((f"card {n}", "artist", f"artist {n % 250}") for n in range(MANY))]


def compiled(facts):
    return kgllm.load(facts)


def live(facts):
    graph = nx.MultiDiGraph()
    for n, (subject, relation, end) in enumerate(facts):
        graph.add_edge(subject, end, key=n, relation=relation)
    return kgllm.load(graph, backend="networkx")


class Capped(OracleGraph):
    """Counts no further than to 100."""

    def relations(self, nodes):
        found = super().relations(nodes)
        return [tuple(RelationCount(one.relation, one.way, min(one.count, 100), one.count > 100) for one in each) for each in found]


BACKENDS = {"compiled": compiled, "networkx": live, "plain": OracleGraph}
each_backend = pytest.mark.parametrize("make", BACKENDS.values(), ids=BACKENDS)


def body(graph, question, **options):
    return kgllm.GraphQA(graph, **options).prompt(question).text.split("<facts>\n")[-1].split("\n</facts>")[0].split("\n")


@each_backend
def test_of_a_hub_it_is_told_how_many_there_are_and_how_many_are_shown(make):
    graph = make(DECK)
    for question, many, above in (
        ("What was the nickname of Deck?", "Deck → holds → ?: 500 in all, ", " of them above"),
        ("Deck的绰号是什么？", "Deck → holds → ?：共500个，上面有", "个"),
    ):
        lines = body(graph, question)
        shown = sum("] holds → card" in line for line in lines)
        assert 0 < shown < MANY and f"{many}{shown}{above}" in lines


@each_backend
def test_of_a_hub_it_is_computed_how_many_there_are(make):
    graph = make(DECK)
    assert any("(Deck → holds → ?): 500: card 0, " in line for line in body(graph, "How many does Deck hold?"))
    assert any("（Deck → holds → ?）：500: card 0, " in line for line in body(graph, "Deck holds多少个？"))


@each_backend
def test_what_is_linked_to_two_hubs_is_counted_whole(make):
    graph = make(CARDS)
    assert "Mage ← class ← ? → type → Spell: 500 in all" in body(graph, "What is the nickname of the Mage Spell?")
    assert "Mage ← class ← ? → type → Spell：共500个" in body(graph, "Mage的Spell的绰号是什么？")


@each_backend
def test_what_leads_by_a_hub_from_one_to_the_other_is_counted_whole(make):
    graph = make(FIRMS)
    assert "Ann ← owner ← ? → supplier → ? → town → Zed: 250 in all" in body(graph, "What is the nickname of Ann with Zed?")
    assert "Ann ← owner ← ? → supplier → ? → town → Zed：共250个" in body(graph, "Ann和Zed的绰号是什么？")


def test_where_no_more_may_be_read_it_is_said_to_be_the_least(monkeypatch):
    monkeypatch.setattr(wider, "_READ", 600)
    graph = kgllm.load(FIRMS)
    assert "Ann ← owner ← ? → supplier → ? → town → Zed: at least 8" in body(graph, "What is the nickname of Ann with Zed?")
    assert "Ann ← owner ← ? → supplier → ? → town → Zed：至少8个" in body(graph, "Ann和Zed的绰号是什么？")


def test_what_a_backend_counts_no_further_than_to_a_cap_is_said_to_be_the_least():
    lines = body(Capped(DECK), "What was the nickname of Deck?")
    assert any(line.startswith("Deck → holds → ?: at least 100, ") and line.endswith(" of them above") for line in lines)
    assert any(line.startswith("Deck → holds → ?：至少100个，上面有") for line in body(Capped(DECK), "Deck的绰号是什么？"))
    assert "Mage ← class ← ? → type → Spell: at least 100" in (said := body(Capped(CARDS), "What is the nickname of the Mage Spell?"))
    assert not any("500" in line for line in said)


def test_of_two_hubs_that_were_not_read_whole_it_is_not_said_that_nothing_is_linked_to_both():
    facts = [*((f"a{n}", "class", "Mage") for n in range(MANY)), *((f"b{n}", "type", "Spell") for n in range(MANY))]
    assert "Nothing is linked to both Mage and Spell" in body(OracleGraph(facts), "What is the nickname of the Mage Spell?")
    assert not any("othing is linked" in line for line in body(Capped(facts), "What is the nickname of the Mage Spell?"))


@pytest.mark.parametrize("frontier", [100, 2048])
def test_what_was_not_counted_from_all_that_a_path_comes_through_is_said_to_be_the_least(frontier):
    qa = kgllm.GraphQA(kgllm.load(MADE), limits=kgllm.Limits(frontier=frontier))
    text, answer = qa.prompt(question := "How many artists made the cards that Deck holds?").text, qa.ask(question)
    assert (
        ("(Deck → holds → ? → artist → ?): at least 100: artist 0, " in text)
        is (frontier == 100)
        is answer.text.startswith("at least 100: ")
    )
    assert ("(Deck → holds → ? → artist → ?): 250: artist 0, " in text) is (frontier == 2048) is answer.text.startswith("250: ")


def test_what_was_not_counted_whole_is_said_to_be_the_least_in_chinese():
    facts = [*(("甲", "拥有", f"卡{n:03}") for n in range(MANY)), *((f"卡{n:03}", "画师", f"人{n % 250:03}") for n in range(MANY))]
    qa = kgllm.GraphQA(kgllm.load(facts), limits=kgllm.Limits(frontier=100))
    assert "至少100: 人000, " in qa.prompt(question := "甲拥有的卡的画师有多少个？").text and qa.ask(question).text.startswith("至少100：")


PEAKS = [{"name": f"peak {n}", "country": "Peru", "range": f"range {n % 5}", "height_m": 1000 + n} for n in range(MANY)]


def test_what_a_number_lets_through_of_a_hub_is_counted_whole():
    graph = kgllm.load(PEAKS, table="peak")
    assert any(
        line.startswith("Peru ← country ← ? → height m → ? (over 1,400 m): 99 in all")
        for line in body(graph, "Who climbed Peru over 1,400 m?")
    )
    heights = [{"名称": f"峰{n:03}", "国家": "秘鲁", "高度_米": 1000 + n} for n in range(MANY)]
    lines = body(kgllm.load(heights, table="山峰"), "秘鲁1400米以上的是谁第一个爬的？", llm=lambda prompts: ["x"] * len(prompts))
    assert "秘鲁 ← 国家 ← ? → 高度_米 → ? (1400米以上)：共100个" in lines


@pytest.mark.parametrize(("heights", "many"), [(1, "2 in all"), (500, "at least 2")])
def test_of_things_with_more_values_than_are_read_it_is_the_least(heights, many):
    facts = [fact for n in range(4) for fact in ((f"peak {n}", "country", "Peru"), (f"peak {n}", "height_m", 100 * n))]
    facts += [("peak 0", "height_m", n) for n in range(1, heights)]
    lines = body(kgllm.load([*facts, ("peak 9", "country", "Chile")]), "Who climbed Peru over 150 m?")
    assert any(line.startswith(f"Peru ← country ← ? → height m → ? (over 150 m): {many}") for line in lines)


def test_where_a_value_that_was_not_read_says_a_number_it_is_the_least():
    facts = [fact for n in range(4) for fact in ((f"peak {n}", "country", "Peru"), (f"peak {n}", "height_m", 100 * n))]
    facts += [("peak 5", "country", "Peru"), ("peak 5", "height_m", "unknown")]
    said = [line for line in body(kgllm.load(facts), "Who climbed Peru over 150 m?") if "(over 150 m)" in line]
    assert said and all(": 2 in all" in line for line in said)
    facts[-1] = ("peak 5", "height_m", "3 leagues")
    said = [line for line in body(kgllm.load(facts), "Who climbed Peru over 150 m?") if "(over 150 m)" in line]
    assert said and all(": at least 2" in line for line in said)


def test_of_a_kind_that_is_a_hub_it_is_told_how_many_there_are():
    graph = kgllm.load(PEAKS, table="peak")
    assert "peak: 500 in all" in (said := body(graph, "Who climbed every peak?"))
    assert "peak → range → ?, how many of each: range 0 100, range 1 100, range 2 100, range 3 100, range 4 100" in said
    assert "peak：共500个" in body(graph, "谁爬过所有peak？")


def test_what_two_facts_say_of_one_thing_is_counted_once():
    met, since = Relation("range"), Relation("since")
    facts = [
        Fact(Entity(f"p{n}", types=("peak",)), met, Entity(f"range {n % 2}"), ((since, Literal(str(year))),))
        for n in range(20)
        for year in (1, 2)
    ]
    assert "peak → range → ?, how many of each: range 0 10, range 1 10" in body(kgllm.load(facts), "Who climbed every peak?")


def test_what_is_counted_where_nothing_is_named_is_counted_whole():
    facts = [
        *((f"licence {n}", "deprecated on", f"{1500 + n % 250}") for n in range(MANY)),
        *((f"L{n}", "version", "4.0") for n in range(9)),
    ]
    assert "? → deprecated on → ?: 500 in all" in body(kgllm.load(facts), "How many of the grumpy licences are deprecated?")


def test_of_each_measure_the_most_is_only_said_to_be_shown_where_it_is():
    graph = kgllm.load([fact for n in range(MANY) for fact in ((f"jet{n}", "mtow", 1000 * n), (f"jet{n}", "span", 900 - n))])
    for question, all_shown in (("Which is the heaviest of all?", "lowest of all are among"), ("哪一个最重？", "最高和最低的")):
        assert any(all_shown in line for line in body(graph, question))
        few = body(graph, question, tokens=len(kgllm.GraphQA(graph).prompt(question).text.encode()) - 20)
        assert few and not any(all_shown in line for line in few)
        assert not any(all_shown in line for line in body(graph, question, limits=kgllm.Limits(facts=3)))


def test_where_it_is_not_told_how_many_there_are_it_is_not_said_that_all_else_is_shown():
    facts = [("Deck", f"relation {n}", f"card {n} {k}") for n in range(4) for k in range(40)]
    qa = kgllm.GraphQA(kgllm.load(facts), llm=lambda prompts: ["x"] * len(prompts))
    evidence = qa.ask("What was the nickname of Deck?").evidence
    for language, rest, some in (("en", "every other fact", "There are more facts than these."), ("zh", "其他事实都在", "事实不止这些。")):
        said = {room: beside(evidence, None, room=room, language=language, literal_bytes=99, special_tokens=()) for room in (None, 60)}
        assert rest in said[None][-1] and said[60][-1] == some


def test_a_namesake_of_what_is_shown_in_part_is_not_said_to_be_shown_whole():
    one, other = Entity("t1", name="Colts"), Entity("t2", name="Colts")
    facts = [Fact(one, Relation("wins"), Literal("2"))] + [
        Fact(other, Relation(f"r{n:02}"), Entity(f"x{n} {k}")) for n in range(20) for k in range(40)
    ]
    evidence = kgllm.GraphQA(kgllm.load(facts), llm=lambda prompts: ["x"] * len(prompts)).ask("What was the nickname of Colts?").evidence
    assert {told.ends[0] for told in evidence.wide.groups} == {one, other}
    evidence = replace(evidence, facts=tuple(fact for fact in evidence.facts if fact.subject == one))
    lines = beside(evidence, None, language="en", literal_bytes=99, special_tokens=())
    assert lines[-1] == "There are more facts than these."
