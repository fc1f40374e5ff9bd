"""What a model is shown where no path explains: a little of every relation of what is named, or the ends of each measure."""

import kgllm
from kgllm.retrieval.retriever import Retriever

JETS = [
    *((f"jet{n}", "mtow", 1000 * n) for n in range(1, 9)),
    *((f"jet{n}", "span", 90 - n) for n in range(1, 9)),
    *((f"jet{n}", "paint", "white") for n in range(1, 9)),
    *(("jet1", "owner", f"Firm {n}") for n in range(9)),
    *((f"part{n}", "fits", "jet1") for n in range(9)),
]


def shown(question, **options):
    found = kgllm.GraphQA(kgllm.load(JETS, **options)).prompt(question)
    return [str(fact) for fact in found.served.values()]


def test_every_relation_of_what_is_named_is_shown():
    facts = shown("What was the nickname of jet1?")
    assert {"jet1 — mtow → 1000", "jet1 — span → 89", "jet1 — paint → white"} <= set(facts)
    assert sum("owner" in fact for fact in facts) >= 4 <= sum("fits" in fact for fact in facts)


def test_what_has_most_and_least_of_each_measure_is_shown_where_nothing_is_named():
    facts = shown("Which is the heaviest of all?")
    assert {"jet8 — mtow → 8000", "jet7 — mtow → 7000", "jet1 — mtow → 1000"} <= set(facts)
    assert not any("paint" in fact for fact in facts) and len(facts) == 6
    assert "jet8 — mtow → 8000" in shown("哪一个最重？")
    assert "jet2 — mtow → 2000" in shown("Which is the least heavy of all?")


def test_without_a_superlative_nothing_is_shown_of_nothing():
    assert shown("Who painted the ceiling?") == []


def test_what_stands_behind_an_unnamed_thing_is_shown_with_it():
    from kgllm.types import Entity, Fact, Literal, Relation

    row, ann = Entity("row", named=False), Entity("Ann")
    facts = [Fact(ann, Relation("job"), row), Fact(row, Relation("firm"), Entity("Acme")), Fact(row, Relation("since"), Literal("1999"))]
    graph = kgllm.load(facts)
    retriever = Retriever(graph)
    found = retriever.wider("What was the nickname of Ann?", retriever.retrieve("nickname?", (), seeds=[ann]))
    assert {"Acme", "1999"} <= {node.name for fact in found.facts for node in fact.nodes}


def test_there_are_never_more_facts_than_allowed():
    graph = kgllm.load(JETS)
    retriever = Retriever(graph)
    ((match, *_),) = graph.find(["jet1"])
    found = retriever.wider("What was the nickname?", retriever.retrieve("nickname?", (), seeds=[match.node]), max_facts=5)
    assert len(found.facts) == 5
