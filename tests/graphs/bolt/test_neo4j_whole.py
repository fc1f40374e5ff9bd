"""Questions for whole kinds, of a real server: the same answers as of the compiled graph, in few round trips; and what is learned of
a database that changes."""

from __future__ import annotations

import numpy as np
import pytest
from bolt_places import wipe

import kgllm
from kgllm.graphs.neo4j import Neo4jGraph, graph, import_into

pytestmark = pytest.mark.neo4j

MOST_TRIPS = 12  # of one question


@pytest.mark.timeout(300)
@pytest.mark.parametrize("names", ["local", "server"])
def test_the_same_answers_by_the_same_facts(neo4j, whole_kinds, names):
    wipe(neo4j).close()
    import_into(neo4j.address, kgllm.load(whole_kinds.facts), auth=neo4j.auth, sources=False)
    with kgllm.load(neo4j.address, auth=neo4j.auth, timeout=60, names=names) as made:
        cost = whole_kinds.check(made, lambda: made.server.trips)
        assert max(cost.values()) <= MOST_TRIPS, cost


YOURS = """
CREATE (a:Film {title: 'Alien', year: 1979, tags: ['space', 'horror']}), (b:Film {title: 'Brazil', year: 1985, tags: ['satire']}),
  (c:Film {title: 'Contact', year: 1997}), (d:Book {title: 'Dune', year: 1965, kind: 'classic'}), (e:Book {title: 'Emma', kind: ['classic', 'novel']}),
  (p:Person {name: 'Ann'}), (p)-[:SAW {year: 2001}]->(a), (p)-[:SAW]->(b), (p)-[:SAW]->(b)
"""


@pytest.mark.parametrize("names", ["local", "server"])
def test_of_a_database_of_yours(neo4j, names):
    with wipe(neo4j) as writer:
        writer.write(YOURS, {}, what="x")
    with Neo4jGraph.at(neo4j.address, auth=neo4j.auth, timeout=60, names=names, types="kind") as made:
        view = made.view()

        def named(kind, limit=9):
            found = view.of_type(kind, limit)
            return sorted(node.name for node in view.nodes(found.nodes)), found.count

        assert named("Film") == (["Alien", "Brazil", "Contact"], 3)
        assert named("classic") == (["Dune", "Emma"], 2) and named("novel") == (["Emma"], 1)
        assert named("no such") == ([], 0) and named("Fi`lm") == ([], 0) and named("x\x00") == ([], 0)
        assert named("Film", 2)[1] == 3
        place = {relation.id: i for i, relation in enumerate(view.relations)}

        def facts(relation, limit=9):
            found = view.along(place[relation], limit)
            assert view.nodes(found.subjects) == [fact.subject for fact in view.facts(found.facts)]
            return sorted(str(fact) for fact in view.facts(found.facts)), found.count

        assert facts("year") == (["Alien — year → 1979", "Brazil — year → 1985", "Contact — year → 1997", "Dune — year → 1965"], 4)
        assert facts("tags") == (["Alien — tags → horror", "Alien — tags → space", "Brazil — tags → satire"], 3)
        assert facts("SAW")[1] == 2 and "2001" in facts("SAW")[0][0]
        assert facts("year", 3) == ([], 4) and facts("tags", 2) == ([], 3)
        trips = made.server.trips
        films = view.of_type("Film", 9).nodes
        assert made.server.trips == trips + 1
        view.edges(films, np.full(3, place["tags"]), np.zeros(3, np.int64), 9)
        assert made.server.trips == trips + 1  # one has none, and that is known


def test_facts_are_those_of_now_and_kinds_those_of_the_last_look(neo4j, monkeypatch):
    with wipe(neo4j) as writer:
        writer.write("CREATE (:River {name: 'Oder', length: 866}), (:River {name: 'Elbe', length: 1094})", {}, what="x")
        with Neo4jGraph.at(neo4j.address, auth=neo4j.auth, timeout=60) as made:
            qa = kgllm.GraphQA(made)
            assert qa.ask("What is the longest river?").text == "Elbe (1094) [1]"
            assert qa.ask("how many rivers are there?").value == 2
            first = made.version()
            writer.write("CREATE (:River {name: 'Rhine', length: 1233})", {}, what="x")
            assert made.version() == first
            assert qa.ask("What is the longest river?").text == "Rhine (1233) [1]"
            assert qa.ask("how many rivers are there?").value == 3
            writer.write("CREATE (:Lake {name: 'Como', depth: 410}), (:Lake {name: 'Garda', depth: 346})", {}, what="x")
            assert qa.ask("how many lakes are there?").value is None  # no kind of that name when it was looked at
            trips = made.server.trips
            assert made.version() == first and made.server.trips == trips
            monkeypatch.setattr(graph, "LOOK_AGAIN", 0.0)
            assert qa.ask("how many lakes are there?").value == 2  # new labels are seen within LOOK_AGAIN seconds
            monkeypatch.setattr(graph, "LOOK_AGAIN", 60.0)
            second = made.version()
            assert second != first
            made.refresh()
            assert made.version() not in (first, second)
            assert made.find(["Garda"])[0][0].node.name == "Garda"
            assert qa.ask("Which lake is the deepest?").text == "Como (410) [1]"


def test_a_changed_type_is_the_type_of_now(neo4j):
    with wipe(neo4j) as writer:
        writer.write("CREATE (:River {name: 'Oder'}), (:River {name: 'Elbe'})", {}, what="x")
        with Neo4jGraph.at(neo4j.address, auth=neo4j.auth, timeout=60) as made:

            def rivers():
                view = made.view()
                return sorted(one.name for one in view.nodes(view.of_type("River", 9).nodes))

            assert rivers() == ["Elbe", "Oder"]
            assert made.find(["Oder"])[0][0].node.types == ("River",)
            writer.write("MATCH (n:River {name: 'Oder'}) REMOVE n:River", {}, what="x")
            assert rivers() == ["Elbe"]
