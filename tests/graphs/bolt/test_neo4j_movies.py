"""A graph that somebody already has, of the shape of Neo4j's own movies: no key of kgllm's, nothing written to it."""

from __future__ import annotations

import datetime

import pytest

import kgllm
from kgllm.errors import ConfigError
from kgllm.graphs.base import sort_key
from kgllm.graphs.neo4j import Neo4jGraph, import_into
from kgllm.types import Entity, Fact, Literal, Relation

pytestmark = pytest.mark.neo4j

MOVIES = """
CREATE (matrix:Movie {title: 'The Matrix', released: 1999, tagline: 'Welcome to the Real World'}),
       (speed:Movie {title: 'Speed Racer', released: 2008, genres: ['action', 'sport']}),
       (earth:Movie {title: '流浪地球', released: 2019, premiere: date('2019-02-05')}),
       (keanu:Person {name: 'Keanu Reeves', born: 1964}), (carrie:Person {name: 'Carrie-Anne Moss', born: 1967}),
       (lana:Person {name: 'Lana Wachowski', born: 1965}), (guo:Person:Director {name: '郭帆', born: 1980}),
       (keanu)-[:ACTED_IN {roles: ['Neo']}]->(matrix), (carrie)-[:ACTED_IN {roles: ['Trinity']}]->(matrix),
       (lana)-[:DIRECTED]->(matrix), (lana)-[:DIRECTED]->(speed), (guo)-[:DIRECTED]->(earth),
       (review:Review {rating: 95}), (carrie)-[:WROTE]->(review), (review)-[:OF]->(matrix)
"""


@pytest.fixture
def movies(neo4j, clean):
    clean.write(MOVIES, {}, what="writing movies")
    with Neo4jGraph.at(neo4j.address, auth=neo4j.auth) as graph:
        yield graph


@pytest.mark.parametrize("constraints", [False, True])
def test_questions_are_answered_from_properties_and_relationships(neo4j, clean, constraints):
    clean.write(MOVIES, {}, what="writing movies")
    if constraints:
        clean.write("CREATE CONSTRAINT FOR (n:Movie) REQUIRE n.title IS UNIQUE", {}, what="constraining")
        clean.write("CREATE CONSTRAINT FOR (n:Person) REQUIRE n.name IS UNIQUE", {}, what="constraining")
    with kgllm.load(neo4j.address, auth=neo4j.auth) as graph:
        qa = kgllm.GraphQA(graph)
        born = qa.ask("When was Keanu Reeves born?")
        assert born.entities == (Literal("1964"),) and born.facts[0].relation.id == "born"
        assert {str(one) for one in qa.ask("Who acted in The Matrix?").entities} == {"Keanu Reeves", "Carrie-Anne Moss"}
        assert [str(one) for one in qa.ask("Which movies were released in 2008?").entities] == ["Speed Racer"]
        assert [str(one) for one in qa.ask("《流浪地球》是谁导演的？").entities] == ["郭帆"]
        ids = {one.name: one.id for one in qa.ask("Who acted in The Matrix?").entities}
        assert (ids["Keanu Reeves"] == "Keanu Reeves") == constraints
        assert "4:" not in qa.ask("Who acted in The Matrix?").text


def test_types_names_and_relations_are_read_as_words(movies):
    assert dict(movies.schema().types) == {"Movie": 3, "Person": 4, "Director": 1, "Review": 1}
    assert {one.relation.id: one.relation.name for one in movies.schema().relations}["ACTED_IN"] == "acted in"
    [match] = movies.find(["keanu reeves"])[0]
    assert match.kind == "normalised" and match.node.name == "Keanu Reeves" and match.node.types == ("Person",)
    [guo] = movies.find(["郭帆"])[0]
    assert set(guo.node.types) == {"Person", "Director"}


def test_properties_of_relationships_qualify_and_properties_of_nodes_are_facts(movies):
    [keanu] = [match.node for match in movies.find(["Keanu Reeves"])[0]]
    [found] = movies.expand([keanu], [(Relation("ACTED_IN"), "out")], 5)
    [step] = found.steps
    assert step.fact.qualifiers == ((Relation("roles"), Literal("Neo")),)
    [speed] = [match.node for match in movies.find(["Speed Racer"])[0]]
    said = {relation.id: value for relation, value in movies.describe([speed])[0].properties}
    assert said["released"].value == 2008 and "title" not in said
    genres = movies.expand([speed], [(Relation("genres"), "out")], 5)[0]
    assert [str(step.neighbour) for step in genres.steps] == ["action", "sport"]
    assert [(c.relation.id, c.way, c.count) for c in movies.relations([Literal("sport")])[0]] == [("genres", "in", 1)]
    [earth] = movies.expand([Literal("2019-02-05")], [(Relation("premiere"), "in")], 5)
    assert earth.steps[0].neighbour.name == "流浪地球"
    assert earth.steps[0].fact.object.value == datetime.date(2019, 2, 5)


def test_a_node_without_a_name_joins_others(movies):
    [carrie] = [match.node for match in movies.find(["Carrie-Anne Moss"])[0]]
    [wrote] = movies.expand([carrie], [(Relation("WROTE"), "out")], 5)
    review = wrote.steps[0].neighbour
    assert not review.named and review.name == "review" and "4:" not in review.name


def test_compiled_it_says_the_same_and_keeps_no_element_id(movies, tmp_path):
    compiled = kgllm.compile(movies, tmp_path / "movies")
    assert compiled.schema().facts == movies.schema().facts == 19
    assert not any("4:" in str(entity.id) for entity in compiled.scan(what="entities").items)
    live, kept = kgllm.GraphQA(movies), kgllm.GraphQA(compiled)
    for question in ("When was Lana Wachowski born?", "Who directed The Matrix?", "What did the director of Speed Racer direct?"):
        one, other = live.ask(question), kept.ask(question)
        assert sorted(map(str, one.entities)) == sorted(map(str, other.entities)) != []


def test_where_things_are_can_be_said(neo4j, clean):
    clean.write("CREATE (:P {pid: 7, called: 'Ann', also: ['Annie'], kind: 'nurse'})-[:knows]->(:P {pid: 8, called: 'Bo'})", {}, what="x")
    with kgllm.load(neo4j.address, auth=neo4j.auth, id="pid", name="called", aliases={"P": "also"}, types="kind") as graph:
        [ann] = graph.find(["Annie"])[0]
        assert ann.node == Entity(7) and ann.node.name == "Ann" and ann.node.aliases == ("Annie",) and ann.node.types == ("P", "nurse")
        assert [count.count for count in graph.relations([Entity(7)])[0]] == [1]
    with pytest.raises(kgllm.errors.ConfigError, match="no node of the labels P has this property"):
        kgllm.load(neo4j.address, auth=neo4j.auth, name="title")


def test_keys_that_two_labels_share_say_the_label(neo4j, clean):
    for label in ("Person", "Movie"):
        clean.write(f"CREATE CONSTRAINT FOR (n:{label}) REQUIRE n.id IS UNIQUE", {}, what="constraining")
    clean.write("CREATE (:Person {id: 1, name: 'Ann'})-[:SAW]->(:Movie {id: 1, title: 'Heat'})", {}, what="writing")
    with kgllm.load(neo4j.address, auth=neo4j.auth) as graph:
        assert {match.node.id for name in ("Ann", "Heat") for match in graph.find([name])[0]} == {"Person:1", "Movie:1"}
        assert [step.neighbour.name for step in graph.expand([Entity("Person:1")], [(Relation("SAW"), "out")], 5)[0].steps] == ["Heat"]
        assert any("may share keys" in note for note in graph.notes)


def test_names_by_the_indexes_of_the_server(neo4j, clean):
    clean.write(MOVIES, {}, what="writing movies")
    with kgllm.load(neo4j.address, auth=neo4j.auth, names="server") as graph:
        assert [note for note in graph.notes if "by a scan" in note and "CREATE FULLTEXT INDEX" in note]
        assert [match.node.name for match in graph.find(["Keanu Reeves"])[0]] == ["Keanu Reeves"]
        statements = [note.partition("; ")[2] for note in graph.notes if note.startswith("names:")]
    for statement in statements:
        clean.write(statement, {}, what="making an index")
    clean.write("CALL db.awaitIndexes(60)", {}, what="making an index")
    with kgllm.load(neo4j.address, auth=neo4j.auth, names="server") as graph:
        assert not [note for note in graph.notes if note.startswith("names:")]
        assert [(m.node.name, m.kind) for m in graph.find(["keanu reeves", "***", "NOT x", "流浪地球"])[0]] == [
            ("Keanu Reeves", "normalised")
        ]
        assert [m.node.name for m in graph.search("Kenu Reeves")] == ["Keanu Reeves"]
        for odd in ("***", "", "NOT", 'name:* OR "', "\\", "a AND", "\x00", "~", "x/y", "流浪地"):
            graph.search(odd)
            graph.find([odd])
        qa = kgllm.GraphQA(graph)
        assert qa.ask("When was Keanu Reeves born?").entities == (Literal("1964"),)


def test_what_was_renamed_added_or_deleted_since_is_shown_as_it_is_now(clean, movies):
    qa = kgllm.GraphQA(movies)
    assert {str(one) for one in qa.ask("Who acted in The Matrix?").entities} == {"Keanu Reeves", "Carrie-Anne Moss"}
    clean.write("MATCH (n:Person {name: 'Keanu Reeves'}) SET n.name = 'Keanu Charles Reeves'", {}, what="renaming")
    clean.write("MATCH (m:Movie {title: 'The Matrix'}) CREATE (:Person {name: 'Hugo Weaving'})-[:ACTED_IN]->(m)", {}, what="adding")
    answer = qa.ask("Who acted in The Matrix?")
    assert {str(one) for one in answer.entities} == {"Keanu Charles Reeves", "Carrie-Anne Moss", "Hugo Weaving"}
    assert {str(fact.subject) for fact in answer.facts} == {"Keanu Charles Reeves", "Carrie-Anne Moss", "Hugo Weaving"}
    clean.write("MATCH (n:Person {name: 'Carrie-Anne Moss'}) DETACH DELETE n", {}, what="deleting")
    assert {str(one) for one in qa.ask("Who acted in The Matrix?").entities} == {"Keanu Charles Reeves", "Hugo Weaving"}


def test_nothing_is_written_and_nothing_is_noticed(neo4j, clean, movies):
    sent: set[str] = set()
    movies.server.observe = sent.add
    kgllm.GraphQA(movies).ask("Who acted in The Matrix?")
    movies.scan()
    assert movies.notifications == ()
    for text in sent:
        assert not any(word in text for word in ("CREATE", "MERGE", " SET ", "DELETE", "Keanu", "Matrix"))
    assert sorted(map(sort_key, movies.scan(what="entities").items))


def test_the_example_answers(neo4j, movies, capsys):
    import runpy
    from pathlib import Path

    main = runpy.run_path(str(Path(__file__).parents[3] / "examples" / "neo4j_yours.py"))["main"]
    assert main([neo4j.address, *neo4j.auth, "When was Keanu Reeves born?"]) == 0
    out = capsys.readouterr().out
    assert "1964 [1]" in out and "Keanu Reeves — born → 1964" in out and neo4j.auth[1] not in out


FILMS = [Fact(Entity("Q1", "Alien", types=("Movie",)), Relation("DIRECTED_BY"), Entity("Q2", "Ridley Scott", types=("Person",))),
         Fact(Entity("Q2", "Ridley Scott", types=("Person",)), Relation("born"), Literal("1937", 1937)),
         Fact(Entity("Q3", "Jane Fonda"), Relation("born"), Literal("1937", 1937)),
         Fact(Entity("The Matrix"), Relation("shown in"), Entity("Rome"))]  # fmt: skip


@pytest.mark.parametrize("names", ["local", "server"])
@pytest.mark.parametrize("said", [{}, {"name": ["name", "title"]}, {"name": {"Movie": "title", "Person": "name"}, "id": "id"}])
def test_what_was_imported_beside_a_graph_takes_nothing_from_it(neo4j, clean, names, said):
    clean.write(MOVIES, {}, what="writing movies")
    clean.write("CREATE (:Person {name: 'Old Scott', born: 1937, language: 'English'})", {}, what="writing movies")
    import_into(neo4j.address, FILMS, auth=neo4j.auth)
    with kgllm.load(neo4j.address, auth=neo4j.auth, names=names, **said) as graph:
        qa = kgllm.GraphQA(graph)
        assert qa.ask("Who directed The Matrix?").text == "Lana Wachowski [1]"
        assert qa.ask("《流浪地球》是谁导演的？").text == "郭帆 [1]"
        assert qa.ask("When was Keanu Reeves born?").entities == (Literal("1964"),)
        assert qa.ask("Who was Alien directed by?").text == "Ridley Scott [1]"
        assert qa.ask("When was Ridley Scott born?").entities == (Literal("1937"),)
        [literal] = [match.node for match in graph.find(["1937"])[0]] if names == "local" else [Literal("1937", 1937)]
        assert [(one.relation.id, one.way, one.count) for one in graph.relations([literal])[0]] == [("born", "in", 3)]
        [born] = graph.expand([literal], [(Relation("born"), "in")], 5)
        assert {step.neighbour.name for step in born.steps} == {"Ridley Scott", "Jane Fonda", "Old Scott"}
        [old] = [match.node for match in graph.find(["Old Scott"])[0]]
        assert {(relation.id, value.name) for relation, value in graph.describe([old])[0].properties} == {
            ("born", "1937"), ("language", "English"),
        }  # fmt: skip
        assert len(graph.compiled().find(["Old Scott", "Alien"])[1]) == 1
    with pytest.raises(ConfigError, match="no node of the labels"):
        kgllm.load(neo4j.address, auth=neo4j.auth, name="nome")


def test_ids_say_the_label_where_what_was_imported_has_the_same(neo4j, clean):
    clean.write(MOVIES, {}, what="writing movies")
    clean.write("CREATE CONSTRAINT FOR (n:Movie) REQUIRE n.title IS UNIQUE", {}, what="constraining")
    import_into(neo4j.address, FILMS, auth=neo4j.auth)
    with kgllm.load(neo4j.address, auth=neo4j.auth) as graph:
        assert {match.node.id for match in graph.find(["The Matrix"])[0]} == {"The Matrix", "Movie:The Matrix"}
        assert kgllm.GraphQA(graph).ask("Where was The Matrix shown in?").text.startswith("Rome")
        assert any("Movie" in note and "KgllmEntity" not in note for note in graph.notes if note.startswith("ids:"))


def test_a_property_that_names_nodes_of_another_label_is_a_fact(neo4j, clean):
    clean.write("CREATE (:Book {title: 'Dune'}), (:Writer {name: 'Frank Herbert', title: 'Mister'})", {}, what="writing")
    with kgllm.load(neo4j.address, auth=neo4j.auth) as graph:
        [writer] = [match.node for match in graph.find(["Frank Herbert"])[0]]
        assert [(relation.id, value.name) for relation, value in graph.describe([writer])[0].properties] == [("title", "Mister")]
