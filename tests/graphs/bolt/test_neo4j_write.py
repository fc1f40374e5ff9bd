"""Writing to a database and reading all of it again."""

from __future__ import annotations

import json

import pytest

import kgllm
from kgllm.errors import ConfigError, GraphError, UnsafeQueryError
from kgllm.graphs.neo4j import Neo4jGraph, copy, import_into
from kgllm.testing.case import content, known
from kgllm.testing.scenarios import SCENARIOS, random_facts
from kgllm.types import Entity, Fact, Literal, Relation

FACTS = [one for name in ("names, aliases and types", "n-ary facts", "unnamed nodes", "node properties are facts with literals") for one in SCENARIOS[name]]  # fmt: skip


def told(graph):
    facts, cursor = [], None
    while True:
        page = graph.scan(cursor, 7)
        facts += page.items
        cursor = page.cursor
        if cursor is None:
            return sorted((*map(str, content(fact)), *fact.source) for fact in facts)


@pytest.mark.neo4j
def test_what_was_written_is_read_again_and_written_twice_it_is_the_same(neo4j, clean):
    facts = [*FACTS, *random_facts(3), *SCENARIOS["equal facts with several sources"]]
    seen: list[int] = []
    first = import_into(neo4j.address, facts, auth=neo4j.auth, progress=seen.append)
    compiled = kgllm.load(facts)
    assert first.facts == compiled.schema().facts == seen[-1] and first.rate > 0
    with kgllm.load(neo4j.address, auth=neo4j.auth) as graph:
        before = told(graph)
        assert before == told(compiled)
        assert sorted(map(known, graph.scan(what="entities", limit=999).items)) == sorted(map(known, compiled.scan(what="entities").items))
    import_into(neo4j.address, compiled, auth=neo4j.auth)
    with kgllm.load(neo4j.address, auth=neo4j.auth) as graph:
        assert told(graph) == before
        more = Fact(Entity("new"), Relation("knows"), Entity("Q25188"))
        import_into(neo4j.address, [more], auth=neo4j.auth)
    with kgllm.load(neo4j.address, auth=neo4j.auth) as graph:
        assert graph.schema().facts == len(before) + 1
        assert graph.describe([Entity("Q25188")])[0].node.name == "Inception"


@pytest.mark.neo4j
@pytest.mark.parametrize("facts", [[("a", "r\\u0060) DETACH DELETE n //", "b")], [("a", "r\x00", "b")]])
def test_what_cannot_be_a_type_is_refused_before_anything_is_written(neo4j, clean, facts):
    with pytest.raises(UnsafeQueryError):
        import_into(neo4j.address, facts, auth=neo4j.auth)
    with pytest.raises(ConfigError, match="longer than"):
        import_into(neo4j.address, [("x" * 5000, "r", "b")], auth=neo4j.auth)
    assert clean.read(("MATCH (n) RETURN count(n)", {}), what="x")[0] == [[0]]


@pytest.mark.neo4j
def test_hostile_names_are_data(neo4j, clean):
    names = ["a`) DETACH DELETE n //", r"a\u0060) DETACH DELETE n //", "x' OR 1=1 //", "name:* NOT x", "***", "\x00 bell \x07", "👩‍🚀"]
    import_into(
        neo4j.address, [Fact(Entity(f"n{i}", name), Relation("is near"), Entity("hub")) for i, name in enumerate(names)], auth=neo4j.auth
    )
    with kgllm.load(neo4j.address, auth=neo4j.auth) as graph:
        sent: set[str] = set()
        graph.server.observe = sent.add
        for how in (graph, kgllm.load(neo4j.address, auth=neo4j.auth, names="server")):
            for i, name in enumerate(names[:4]):
                assert [match.node.id for match in how.find([name])[0]] == [f"n{i}"]
                how.search(name)
            assert how.find(["x' OR 2=2 //"])[0] == ()
        qa = kgllm.GraphQA(graph)
        for name in names:
            qa.ask(f"What is near {name}?")
        assert not any(name in text for text in sent for name in names)
        assert graph.schema().facts == len(names)


@pytest.mark.neo4j
def test_compiling_goes_on_where_it_broke_off_and_starts_again_when_the_database_changed(neo4j, clean, tmp_path, monkeypatch):
    import_into(neo4j.address, [(f"s{i}", "r", f"o{i % 7}") for i in range(60)], auth=neo4j.auth)
    monkeypatch.setattr(copy, "_PIECE", 10)
    with kgllm.load(neo4j.address, auth=neo4j.auth) as graph:
        read, scan = [], graph.scan
        budget = [9]

        def breaking(cursor, limit, *, what):
            if not budget[0]:
                raise GraphError("the line broke")
            budget[0] -= 1
            read.append((what, cursor))
            return scan(cursor, limit, what=what)

        monkeypatch.setattr(graph, "scan", breaking)
        with pytest.raises(GraphError, match="broke"):
            kgllm.compile(graph, tmp_path / "g")
        pieces = tmp_path / "g.part" / "pieces.jsonl"
        assert len(pieces.read_bytes().splitlines()) == 9
        with pieces.open("ab") as file:
            file.write(b'{"what":"facts","cur')  # broken off while it was written
        budget[0] = 99
        first = len(read)
        made = kgllm.compile(graph, tmp_path / "g")
        assert made.schema().facts == 60 and not (tmp_path / "g.part").exists()
        assert len({json.dumps(one) for one in read}) == len(read) and len(read) > first  # nothing was read twice
        read.clear()
        budget[0] = 5
        with pytest.raises(GraphError, match="broke"):
            kgllm.compile(graph, tmp_path / "h")
        import_into(neo4j.address, [("late", "r", "o1")], auth=neo4j.auth)
        budget[0] = 99
        read.clear()
        again = kgllm.compile(graph, tmp_path / "h")
        assert again.schema().facts == 61 and read[0] == ("entities", None)


@pytest.mark.neo4j
def test_a_database_that_always_changes_is_given_up(neo4j, clean, tmp_path, monkeypatch):
    import_into(neo4j.address, [("a", "r", "b")], auth=neo4j.auth)
    with kgllm.load(neo4j.address, auth=neo4j.auth) as graph:
        scan = graph.scan

        def changing(cursor, limit, *, what):
            clean.write("CREATE (:KgllmEntity {id: randomUUID()})", {}, what="changing")
            return scan(cursor, limit, what=what)

        monkeypatch.setattr(graph, "scan", changing)
        with pytest.raises(GraphError, match="changed each of the 3 times"):
            kgllm.compile(graph, tmp_path / "g")
        assert not (tmp_path / "g").exists() or not list((tmp_path / "g").glob("*.part"))


@pytest.mark.neo4j
def test_a_driver_of_ones_own_stays_open_and_is_enough(neo4j, clean):
    import neo4j as driver

    import_into(neo4j.address, [("Inception", "directed by", "Christopher Nolan")], auth=neo4j.auth)
    with driver.GraphDatabase.driver(neo4j.address, auth=neo4j.auth) as mine:
        with Neo4jGraph(mine, database="neo4j") as graph:
            assert kgllm.GraphQA(graph).ask("Who directed Inception?").text == "Christopher Nolan [1]"
        mine.verify_connectivity()
        assert kgllm.load(mine).find(["Inception"])[0][0].node == Entity("Inception")
    with kgllm.load(driver.AsyncGraphDatabase.driver(neo4j.address, auth=neo4j.auth)) as graph:
        assert graph.find(["Inception"])[0][0].node == Entity("Inception")
        graph.server._loop.run(graph.server._driver.close, seconds=5, what="closing")


@pytest.mark.neo4j
def test_the_command_line_imports_and_asks(neo4j, clean, tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from kgllm.cli.app import app

    (tmp_path / "films.tsv").write_text("Inception\tdirected by\tChristopher Nolan\n", encoding="utf-8")
    monkeypatch.setenv("KGLLM_PASSWORD", neo4j.auth[1])
    run = CliRunner().invoke(app, ["import", str(tmp_path / "films.tsv"), neo4j.address, "--user", "neo4j", "--json"])
    assert run.exit_code == 0 and json.loads(run.stdout)["facts"] == 1
    run = CliRunner().invoke(app, ["ask", neo4j.address, "Who directed Inception?", "--user", "neo4j"])
    assert run.exit_code == 0 and "Christopher Nolan" in run.stdout and neo4j.auth[1] not in run.output
    run = CliRunner().invoke(app, ["ask", neo4j.address, "Who directed Inception?", "--user", "nobody"])
    assert run.exit_code == 2


def test_literals_that_neo4j_gives_back_as_they_were_are_native():
    from kgllm.graphs.neo4j.write import QUALIFIERS, properties_of

    native = properties_of([(Relation("from"), Literal("1964", 1964)), (Relation("role"), Literal("Neo"))])
    assert native["from"] == 1964 and native["role"] == "Neo" and QUALIFIERS not in native
    told = properties_of(
        [(Relation("from"), Literal("1964.0", 1964)), (Relation("in"), Entity("Rome")), (Relation("as"), Literal("x", language="en"))]
    )
    assert len(told[QUALIFIERS]) == 3 and not {"from", "in", "as"} & set(told)
