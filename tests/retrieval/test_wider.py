"""What a model is shown where no path explains: a little of every relation of what is named, or the ends of each measure."""

import json

import numpy as np

import kgllm
from kgllm.graphs.base import view_of
from kgllm.retrieval.retriever import Retriever
from kgllm.retrieval.wide.ends import sets_beside
from kgllm.retrieval.wide.reads import Reads
from kgllm.types import Entity, Literal

JETS = [
    *((f"jet{n}", "mtow", 1000 * n) for n in range(1, 9)),
    *((f"jet{n}", "span", 90 - n) for n in range(1, 9)),
    *((f"jet{n}", "paint", "white") for n in range(1, 9)),
    *(("jet1", "owner", f"Firm {n}") for n in range(9)),
    *((f"part{n}", "fits", "jet1") for n in range(9)),
]


def shown(question, most=100):
    found = kgllm.GraphQA(kgllm.load(JETS), limits=kgllm.Limits(facts=most)).prompt(question)
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
    from kgllm.types import Fact, Relation

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


def test_lists_are_filled_while_there_is_room_the_relations_that_are_said_first():
    facts = shown("What was the nickname of jet1?")
    assert sum("owner" in fact for fact in facts) == 9 == sum("fits" in fact for fact in facts)
    few = shown("Which grumpy owner had the nickname of jet1?", most=16)
    assert sum("owner" in fact for fact in few) > sum("fits" in fact for fact in few)


def test_a_third_step_is_shown_where_its_relation_is_said():
    chain = [(f"isotope {n}", "decays to", f"isotope {n + 1}") for n in range(9)]
    noise = [(f"isotope {n}", f"mark {k}", f"{n}.{k}") for n in range(10) for k in range(40)]
    facts = [
        str(fact)
        for fact in kgllm.GraphQA(kgllm.load([*chain, *noise]))
        .prompt("What would the pet of the uncle of isotope 3 decay to?")
        .served.values()
    ]
    assert "isotope 5 — decays to → isotope 6" in facts


ISOTOPES = [
    *((f"{element}{n}", "element", element) for element in ("Thorn", "Palt", "Urm") for n in range(20)),
    *((f"Thorn{n}", "decays to", f"{'Palt' if n < 3 else 'Urm'}{n}") for n in range(20)),
]


def test_what_leads_from_what_is_beside_one_to_what_is_beside_the_other_is_shown():
    prompt = kgllm.GraphQA(kgllm.load(ISOTOPES)).prompt("Are there nicknames of Thorn isotopes with Palt?")
    facts = {str(fact) for fact in prompt.served.values()}
    assert {f"Thorn{n} — decays to → Palt{n}" for n in range(3)} <= facts
    assert "Thorn ← element ← ? → decays to → ? → element → Palt: 3 in all" in prompt.text


PEAKS = [
    {"name": f"peak {n}", "country": "Peru" if n % 2 else "Chile", "range": f"range {n % 5}", "height_m": 1000 * n} for n in range(1, 41)
]


def peaks(question):
    return kgllm.GraphQA(kgllm.load(PEAKS, table="peak")).prompt(question)


def test_what_is_beside_a_named_thing_is_compared():
    facts = {str(fact) for fact in peaks("In the grumpiest Chile, who climbed the highest?").served.values()}
    assert "peak 40 — height_m → 40000" in facts and "peak 2 — height_m → 2000" in facts and "peak 39 — height_m → 39000" not in facts


def test_what_a_number_lets_through_is_told():
    text = peaks("Who climbed Peru over 33,000 m?").text
    assert "Peru ← country ← ? → height m → ? (over 33,000 m): 3 in all: peak 39, peak 37, peak 35" in text
    assert "who climbed" not in text.split("<facts>")[1].split("</facts>")[0]


def test_of_a_kind_that_is_named_it_is_told_how_many_there_are_and_have_each_value():
    text = peaks("Who climbed every peak?").text
    assert "peak: 40 in all" in text and "peak → country → ?, how many of each: Chile 20, Peru 20" in text


def test_what_is_far_away_is_shown_where_there_is_room():
    chain = [("Perth", "in", "the west"), ("the west", "of", "Oz"), ("Oz", "visa", "tourist"), ("tourist", "stay", "90 days")]
    facts = [str(fact) for fact in kgllm.GraphQA(kgllm.load(chain)).prompt("What was the nickname of Perth?").served.values()]
    assert "tourist — stay → 90 days" in facts


def test_where_nothing_is_named_the_relations_that_are_said_are_counted():
    licences = [("A", "deprecated on", "2007"), ("B", "deprecated on", "2012"), *((f"L{n}", "version", "4.0") for n in range(9))]
    text = kgllm.GraphQA(kgllm.load(licences)).prompt("How many of the grumpy licences are deprecated?").text
    assert "? → deprecated on → ?: 2 in all" in text


def test_each_relation_between_two_things_is_counted_by_itself():
    facts = [("Ann", "boss", "Bob"), ("Ann", "friend", "Bob"), ("Ann", "town", "Rome"), ("Cy", "town", "Oslo")]
    text = kgllm.GraphQA(kgllm.load(facts), llm=lambda prompts: ["x"] * len(prompts)).prompt("What do Ann and Bob do together?").text
    assert "Ann → boss → Bob: 1 in all" in text and "Ann → friend → Bob: 1 in all" in text


def test_two_things_of_one_value_are_not_said_to_share_nothing():
    facts = [("Ann", "number", Literal("7", 7)), ("Bo", "number", Literal("7", 7)), ("Ann", "town", "Rome"), ("Bo", "town", "Oslo")]
    qa = kgllm.GraphQA(kgllm.load([*facts, ("Cy", "number", Literal("8", 8))]), llm=lambda prompts: ["x"] * len(prompts))
    assert "othing is linked to both" not in qa.prompt("What is the same for Ann and Bo?").text
    assert "othing is linked to both" in qa.prompt("What is the same for Ann and Cy?").text


def test_what_is_told_is_plain_in_json_and_none_where_nothing_wider_was_looked_at():
    qa = kgllm.GraphQA(kgllm.load(JETS), llm=lambda prompts: ["x"] * len(prompts))
    told = json.loads(json.dumps(qa.ask("What was the nickname of jet1?").evidence.to_dict()))
    assert told["wide"]["shown"] == "around" and told["wide"]["compares"] is False
    owner = next(one for one in told["wide"]["groups"] if one["steps"][0][0]["id"] == "owner")
    assert owner["ends"] == [{"id": "jet1", "name": "jet1"}, None] and owner["count"] == 9 and owner["exact"] is True
    assert not {"told", "groups", "shown", "compares"} & told["settings"].keys()
    assert qa.retrieve("Who is the owner of jet1?").to_dict()["wide"] is None


def test_of_a_thing_with_very_many_relations_each_is_shown_before_any_is_twice():
    graph = kgllm.load([("Deck", f"relation {n:03}", f"card {n} {k}") for n in range(150) for k in range(5)])
    shown = kgllm.GraphQA(graph).prompt("What was the nickname of Deck?").served.values()
    assert len(shown) == 100 and len({fact.relation for fact in shown}) >= 60  # the facts of the paths take 40
    heard = kgllm.GraphQA(graph).prompt("What was the nickname of relation 149 of Deck?").served.values()
    assert sum(fact.relation.name == "relation 149" for fact in heard) == 5


def test_of_very_many_ways_in_which_two_hubs_are_linked_those_that_are_said_are_told():
    marks, signs = ["mentor", "rival", "painter", "dentist", "tailor", "baker"], ["river", "tower", "garden", "harbour", "valley", "bridge"]
    cards = [(f"card {n} {m} {k}", mark, sign) for n, mark in enumerate(marks) for m, sign in enumerate(signs) for k in range(3)]
    graph = kgllm.load([fact for card, mark, sign in cards for fact in ((card, mark, "Mage"), (card, sign, "Spell"))])
    qa = kgllm.GraphQA(graph, llm=lambda prompts: ["x"] * len(prompts))
    lines = qa.prompt("Which is the grumpy nickname of the dentist of Mage and Spell?").text.split("\n")
    told = [line for line in lines if ": 3 in all" in line]
    assert len(told) == 6 and all(line.startswith("Mage ← dentist ← ? → ") for line in told)
    assert "Mage ← dentist ← ? → river → Spell: 3 in all: card 3 0 0, card 3 0 1, card 3 0 2" in told


def test_of_very_many_sets_beside_a_thing_those_that_are_said_are_compared():
    view = view_of(kgllm.load([("Olm", f"holding {n:02}", f"thing {n} {k}") for n in range(60) for k in range(3)]))
    said = np.array([float(relation.name == "holding 57") for relation in view.relations for _ in range(2)])
    sets = [one.told.steps[0][0].name for one in sets_beside(view, view.handles([Entity("Olm")]), said, Reads(50_000))]
    assert len(sets) == 32 and "holding 57" in sets
