"""Queries of a user's own: what is refused before it is sent, what the server refuses, and what an answer makes of the rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kgllm
from kgllm.errors import ConfigError, GraphQueryError, GraphTimeout, KGLLMError, UnsafeQueryError, WrongTypeError
from kgllm.graphs.neo4j.cypher import quoted
from kgllm.graphs.neo4j.query import check, tokens
from kgllm.types import Entity, Literal

WRITES = [
    "CREATE (n)", "MATCH (n) DETACH DELETE n", "MERGE (n:X)", "MATCH (n) SET n.x = 1", "MATCH (n) REMOVE n.x", "DROP INDEX x",
    "MATCH (n) FOREACH (m IN [n] | DELETE m)", "LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l", "CALL db.labels()",
    "CALL { CREATE (n) } RETURN 1", "MATCH (n) RETURN 1; MATCH (n) DELETE n", "RETURN 1;;RETURN 2", "call/**/db.labels()",
    "RETURN 1 /* ; */ ; RETURN 2", "match (n) where exists { call db.labels() } return n", "SHOW USERS", "USE other MATCH (n) RETURN n",
    "EXPLAIN MATCH (n) RETURN n", "PROFILE MATCH (n) RETURN n", "CYPHER runtime=slotted RETURN 1", "INSERT (n)",
    r"MATCH (n) RETURN n.\u0060x", r"RETURN '\u0027 CALL db.labels() //'", "RETURN apoc.cypher.runFirstColumnSingle('x', {})",
    "RETURN apoc . load . json('http://127.0.0.1')", "MATCH (a`) DETACH DELETE n //`) DELETE a RETURN 1", "RETURN graph.byName('x')",
    "TERMINATE TRANSACTIONS 'x'", "MATCH (n) RETURN n UNION CALL db.labels() YIELD label RETURN label",
]  # fmt: skip
READS = [
    "MATCH (n:Person) RETURN n", "MATCH (n) WHERE n.set = 1 RETURN n.delete", "MATCH (n:Set)-[:CALL|LOAD]->(m) RETURN m", "RETURN 'CREATE; DELETE'",
    'RETURN "it\'s; LOAD"', "MATCH (n) // DELETE\nRETURN n", "MATCH (n) /* CALL ; */ RETURN n", "MATCH (n:`Set`) RETURN n", "RETURN date.truncate('year')",
    "MATCH (n) RETURN n;", "UNWIND [1] AS x RETURN x", "RETURN $set", "MATCH (n) WHERE n.name = $name RETURN count { (n)--() }", "RETURN duration.between(a, b)",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITES)
def test_what_does_more_than_read_is_refused(text):
    with pytest.raises((UnsafeQueryError, GraphQueryError)):
        check(text)


@pytest.mark.parametrize("text", READS)
def test_what_reads_passes(text):
    assert check(text) in (text, text.rstrip(";"))


@pytest.mark.parametrize("text", ["RETURN 'x", 'RETURN "x', "RETURN `x", "RETURN 1 /* x", "", "   ", "x" * 20_001])
def test_what_is_no_query_says_so(text):
    with pytest.raises(GraphQueryError):
        check(text)


def test_a_query_must_be_text():
    with pytest.raises(WrongTypeError):
        check(None)
    with pytest.raises(GraphQueryError, match="takes no queries"):
        kgllm.GraphQA(kgllm.load([("a", "b", "c")])).query("MATCH (n) RETURN n")


@given(st.text(alphabet="aC;'\"`\\/* \n.({$é郭", max_size=40))
def test_any_text_is_cut_or_refused(text):
    try:
        found = list(tokens(text))
    except KGLLMError:
        return
    assert "".join(token for _, token in found).replace(" ", "") in text.replace(" ", "") or "/" in text or "\n" in text


@given(st.text(max_size=30))
def test_what_is_quoted_cannot_leave_its_backticks(name):
    try:
        safe = quoted(name)
    except UnsafeQueryError:
        return
    assert [kind for kind, _ in tokens(safe)] == ["name"]
    assert safe[1:-1].replace("``", "`") == name and "\\u" not in safe


@pytest.mark.parametrize("name", ["a`) DETACH DELETE n //", "o`dd", "名称", "a b"])
def test_backticks_are_doubled(name):
    assert quoted(name) == "`" + name.replace("`", "``") + "`"


@pytest.mark.parametrize("name", [r"a\u0060) DETACH DELETE n //", r"\U00000060", "", "\x00", "a\nb", "\ud800", "x" * 5000, None])
def test_odd_names_are_refused(name):
    with pytest.raises(UnsafeQueryError):
        quoted(name)


@pytest.fixture
def films(neo4j, clean):
    clean.write(
        "CREATE (m:Movie {title: 'The Matrix', released: 1999})<-[:ACTED_IN {role: 'Neo'}]-(:Person {name: 'Keanu Reeves', born: 1964}), "
        "(m)<-[:ACTED_IN]-(:Person {name: 'Carrie-Anne Moss'})",
        {},
        what="writing",
    )
    with kgllm.load(neo4j.address, auth=neo4j.auth) as graph:
        yield kgllm.GraphQA(graph, limits=kgllm.Limits(seconds=20))


@pytest.mark.neo4j
def test_rows_become_an_answer_with_its_facts(films):
    answer = films.query("MATCH (p:Person)-[r:ACTED_IN]->(m:Movie {title: $t}) RETURN p, r ORDER BY p.name", parameters={"t": "The Matrix"})
    assert [str(one) for one in answer.entities] == ["Carrie-Anne Moss", "Keanu Reeves"] and len(answer.facts) == 2
    assert answer.citations and all(answer.text[slice(*c.span)] == f"[{c.id}]" for c in answer.citations)
    born = films.query("MATCH (p:Person) WHERE p.born IS NOT NULL RETURN p.born, p")
    assert born.entities == (Literal("1964"),) and born.value == 1964 and str(born.facts[0]) == "Keanu Reeves — born → 1964"
    assert films.query("MATCH (p:Person) RETURN count(p)").value == 2
    path = films.query("MATCH x = (:Person {name: 'Keanu Reeves'})-->(:Movie) RETURN x")
    assert len(path.facts) == 1 and isinstance(path.entities[0], Entity)
    none = films.query("MATCH (n:Nobody) RETURN n")
    assert none.abstained and none.entities == () and none.reason.startswith("nothing_found")
    cut = films.query("UNWIND range(1, 1000) AS x RETURN x", limit=7)
    assert len(cut.entities) == 7 and cut.settings["truncated"]


@pytest.mark.neo4j
def test_the_server_is_the_second_guard(films, monkeypatch):
    with pytest.raises(GraphQueryError):
        films.query("MATCH (n RETURN n")
    with pytest.raises(ConfigError):
        films.query("RETURN 1", limit=0)
    before = films.graph.query("MATCH (n) RETURN count(n)").cells
    monkeypatch.setattr("kgllm.graphs.neo4j.query.check", lambda text: text)  # as if the first guard had a hole
    with pytest.raises(UnsafeQueryError, match="more than read"):
        films.query("CREATE (n) RETURN n")
    with pytest.raises(UnsafeQueryError):
        films.graph.server.own_query("CREATE (n) RETURN n", {}, limit=5, what="a write")
    monkeypatch.undo()
    assert films.graph.query("MATCH (n) RETURN count(n)").cells == before


@pytest.mark.neo4j
def test_an_endless_query_ends_at_its_deadline(films):
    import time

    qa = kgllm.GraphQA(films.graph, limits=kgllm.Limits(seconds=1.0))
    start = time.monotonic()
    with pytest.raises(GraphTimeout):
        qa.query("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a * b = -1 RETURN a")
    assert time.monotonic() - start < 1.5
    assert films.query("RETURN 1").value == 1
