"""Every query text that is sent comes from the closed set: constants, and what is built from a database's own lists."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import kgllm
from kgllm.errors import ConfigError, KGLLMError, TextTooLong
from kgllm.graphs.neo4j import Neo4jGraph, cypher, import_into, names, scan, statistics, vectors, whole, write
from kgllm.graphs.neo4j.server import Server
from kgllm.graphs.waiting import governed
from kgllm.limits import Deadline
from kgllm.types import Entity, Fact, Literal, Relation

pytestmark = pytest.mark.neo4j

HOSTILE = [
    "a`) DETACH DELETE n //", r"a\u0060) DETACH DELETE n //", "x' OR 1=1 //", "title = 1 OR n.secret IS NOT NULL //", "NOT x", "OR", "name:*",
    "***", "", "\x00", "right\u202eleft", "\ud800", "流浪地球（电影）", "{0.__class__} {{7*7}} %s", "<|im_start|>system", "9" * 30, "👩‍🚀",
]  # fmt: skip


VALUES = ["born", "note"]


def closed_set(layout) -> set[str]:
    texts, types = layout.texts, list(layout.counts)
    labels = [*(kind.label for kind in layout.kinds), *([cypher.LITERAL, cypher.META] if layout.own else [])]
    found = {value for name, value in vars(cypher).items() if name.isupper() and isinstance(value, str)}
    found |= {scan.LAST, scan.nodes_text(layout), scan.facts_text(layout), texts.around, texts.around_by_key, texts.known}
    found |= {text for chunk in (*texts.chunks, *texts.hubs) for text in chunk.texts.values()}
    found |= {text for one in layout.holders.values() for text in (texts.counted(one), texts.held(one))}
    found |= {cypher.count_of_type(one) for one in types} | {scan.slice_text(layout, one) for one in types}
    found |= {cypher.sample_of_label(one) for one in labels} | {cypher.count_of_label(one) for one in labels}
    found |= {statistics.ends_text(one, way, own=layout.own, most=most) for one in types for way in (0, 1) for most in (None, 20_000)}
    found |= {statistics.first_text(layout, one) for one in types}
    found |= {names.exact_text(layout, kind.label, one) for kind in layout.kinds for one in (*kind.name, kind.key) if one}
    for each in (True, False):
        found |= {whole.of_type_text(layout, one, whole=each) for one in [*labels, "no such type"]}
        found |= {whole.along_text(layout, one, whole=each) for one in types}
        found |= {whole.values_text(layout, one, whole=each) for one in VALUES if whole.holders_of(layout, one)}
    keyed = [kind for kind in layout.kinds if kind.key]
    found |= {cypher.collision(a.label, a.key, b.label, b.key) for a, b in itertools.permutations(keyed, 2)}
    return found | {names.fulltext_text(layout), vectors.near_text(layout)}


def work_out(graph) -> None:
    """Everything that can be asked, with what is hostile wherever text goes in."""
    qa = kgllm.GraphQA(graph, limits=kgllm.Limits(seconds=60))
    nodes = [*(Entity(one) for one in HOSTILE), *(Literal(one) for one in HOSTILE), Entity(2**63 - 1), Entity(7)]
    graph.find(HOSTILE)
    for one in HOSTILE:
        graph.search(one)
        qa.ask(f"Who directed {one}?")
        qa.ask("Who directed this?", seeds=[Entity(one)])
    relations = [stats.relation for stats in graph.schema().relations] + [Relation(one) for one in HOSTILE if one]
    found = [match.node for row in graph.find(["Keanu Reeves", "1964", "x' OR 1=1 //"]) for match in row]
    for limit in (1, 50):
        graph.expand([*nodes, *found], [(relation, way) for relation in relations for way in ("out", "in")], limit)
    graph.relations(nodes)
    graph.describe(nodes)
    graph.sample(5)
    view = graph.view()
    for limit in (1, 50):
        for one in [*HOSTILE, "no such type", *(kind for kind, _ in graph.schema().types)]:
            view.of_type(one, limit)
        for relation in range(len(view.relations)):
            view.along(relation, limit)
    for what in ("facts", "entities"):
        cursor = graph.scan(limit=2, what=what).cursor
        while cursor is not None:
            cursor = graph.scan(cursor, 2, what=what).cursor
    for strategy in ("khop", "shortest", "ppr"):
        qa.retrieve("What did Keanu Reeves act in?", strategy=strategy)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("how", ["local", "server"])
@pytest.mark.parametrize("shape", ["own", "yours"])
def test_nothing_but_the_closed_set_is_sent(neo4j, clean, monkeypatch, how, shape):
    if shape == "own":
        facts = [Fact(Entity(f"n{i}", one), Relation("is near"), Entity("hub")) for i, one in enumerate(HOSTILE) if one.strip("\ud800")]
        facts += [Fact(Entity("k", "Keanu Reeves"), Relation("born"), Literal("1964", 1964)), ("Film", "directed by", "x' OR 1=1 //")]
        import_into(neo4j.address, facts, auth=neo4j.auth)
    else:
        rows = [{"name": one.replace("\ud800", ""), "note": one.replace("\ud800", "")} for one in HOSTILE]
        clean.write(
            "UNWIND $p.rows AS r CREATE (:Thing {name: r.name, note: r.note})-[:NEAR]->(:`Odd ``label` {title: r.note})",
            {"rows": rows},
            what="x",
        )
        clean.write(
            "CREATE (:Person {name: 'Keanu Reeves', born: 1964})-[:ACTED_IN {role: 'Neo'}]->(:Movie {title: 'The Matrix'})", {}, what="x"
        )
        clean.write("CREATE CONSTRAINT FOR (n:Person) REQUIRE n.name IS UNIQUE", {}, what="x")
        clean.write("CREATE FULLTEXT INDEX people FOR (n:Person|Movie) ON EACH [n.name, n.title]", {}, what="x")
        clean.write("CREATE VECTOR INDEX near FOR (n:Movie) ON (n.embedding)", {}, what="x")
        clean.read(("CALL db.awaitIndexes(60)", {}), what="x")
    sent: set[str] = set()
    made = Server.__init__

    def watched(self, *args, **options):
        made(self, *args, **options)
        self.observe = sent.add

    monkeypatch.setattr(Server, "__init__", watched)
    with Neo4jGraph.at(
        neo4j.address, auth=neo4j.auth, names=how, vectors=(lambda texts: [[1.0, 0.0]] * len(texts)) if shape == "yours" else None
    ) as graph:
        work_out(graph)
        outside = {text for text in sent if text not in closed_set(graph.layout)}
        assert not outside and len(sent) > 10
        assert not any(word in text for text in sent for word in ("CREATE", "MERGE", "DELETE", " SET ", "undefined"))
        assert graph.notifications == ()


def test_values_that_cannot_be_sent_or_asked_say_so(neo4j, clean):
    import_into(neo4j.address, [("Film", "directed by", "Ann")], auth=neo4j.auth)
    with Neo4jGraph.at(neo4j.address, auth=neo4j.auth) as graph:
        assert graph.relations([Entity(2**63), Entity(-(2**70))]) == [(), ()]
        assert graph.find(["x" * 5_000_000])[0] == ()
        with pytest.raises(TextTooLong):
            kgllm.GraphQA(graph).ask("x" * 5000)
        with pytest.raises(ConfigError):
            graph.expand([Entity("Film")], [(Relation("directed by"), "out")], 0)
        with pytest.raises(ConfigError):
            graph.scan("no cursor")
        for options in ({"timeout": -1}, {"pool": 0}, {"retries": "x"}, {"names": "both"}, {"database": 5}):
            with pytest.raises(ConfigError):
                Neo4jGraph.at(neo4j.address, auth=neo4j.auth, **options)
        with pytest.raises(KGLLMError):
            Neo4jGraph.at(neo4j.address, auth=neo4j.auth, database="nowhere")


def test_the_texts_that_write_are_a_closed_set_too():
    for relation in ("directed by", "o`dd"):
        for fresh in (True, False):
            for text in (write.facts_text(relation, fresh=fresh), write.told_text(relation, fresh=fresh)):
                assert cypher.quoted(relation) in text
    assert "KgllmEntity" in write.nodes_text(cypher.OWN, fresh=True)


def test_a_hub_costs_what_a_small_node_costs(neo4j, clean):
    """By the server's own count of what it touches, not by the clock."""
    facts = [(f"leaf {i}", "in", "hub") for i in range(5000)] + [(f"twig {i}", "in", "bush") for i in range(3)]
    import_into(neo4j.address, facts, auth=neo4j.auth, sources=False)
    with Neo4jGraph.at(neo4j.address, auth=neo4j.auth) as graph:
        view = graph.view()
        hub, bush = view.handles([Entity("hub"), Entity("bush")]).tolist()
        chunk, around = graph.layout.texts.chunks[0], graph.layout.texts.around
        hits = {}
        for name, handle in (("hub", hub), ("bush", bush)):
            element = view._element[handle]
            step = {f"{way}{j}": [] for j in range(len(chunk.types)) for way in "oi"} | {"i0": [[0, element]], "k": 3}
            hits[name] = _hits(graph, chunk.texts["nodes", False], step | {"skip": []}) + _hits(
                graph, around, {"q": [[0, element]], "skip": []}
            )
        assert hits["hub"] <= 1.5 * hits["bush"] + 20


def test_a_question_beside_a_hub_costs_what_one_without_costs(neo4j, clean):
    """By what is sent and what comes back."""
    facts = [(f"leaf {i}", "grows on", tree) for tree, size in (("Great Tree", 12_000), ("Old Tree", 60)) for i in range(size)]
    facts += [("Great Tree", "stands in", "North Park"), ("Old Tree", "stands in", "South Park")]
    import_into(neo4j.address, facts, auth=neo4j.auth, sources=False)
    with Neo4jGraph.at(neo4j.address, auth=neo4j.auth) as graph:
        qa = kgllm.GraphQA(graph)
        assert qa.ask("Where does Great Tree stand in?").entities == (Entity("North Park"),)
        sent, met = {}, {}
        for name in ("Great Tree", "Old Tree"):
            before = graph.server.sent
            with governed(Deadline(60)) as ask:
                qa.ask(f"Where does {name} stand in?")
                met[name] = len(ask.memo[graph, id(graph.layout)]._nodes)
            sent[name] = graph.server.sent - before
        assert sent["Great Tree"] <= sent["Old Tree"] + 2
        assert met["Great Tree"] <= 1.5 * met["Old Tree"]
        assert len(qa.retrieve("What grows on Great Tree?").paths[0].endpoints) == qa.limits.endpoints


@pytest.mark.parametrize("names", ["local", "server"])
def test_what_is_cut_of_a_node_that_was_never_counted_is_cut_by_key(neo4j, clean, names):
    facts = [(f"film {i:03}", "directed by", "安·李") for i in range(40)] + [("安·李", "born in", "屏东")]
    import_into(neo4j.address, facts, auth=neo4j.auth, sources=False)
    with Neo4jGraph.at(neo4j.address, auth=neo4j.auth, names=names) as graph:
        graph.find(["屏东"])
        for limit, most in ((5, 3), (50, 1)):
            view = graph.view()
            born, directed = (np.array([[one.id for one in view.relations].index(said)]) for said in ("born in", "directed by"))
            into = np.array([1])
            person = view.edges(view.handles([Entity("屏东")]), born, into, 5).neighbour
            before = graph.server.sent
            edges = view.edges(person, directed, into, limit)
            assert graph.server.sent - before <= most  # what it has; where that is cut, how many there are and the first by key
            assert view.nodes(edges.neighbour) == [Entity(f"film {i:03}") for i in range(min(limit, 40))]
            assert edges.truncated.tolist() == [limit < 40]


@pytest.mark.parametrize("names", ["local", "server"])
def test_of_a_large_group_the_first_by_key_are_gone_on_with(neo4j, clean, names):
    """Sorted by the server, or, where names are known, cut here: then no more than numbers are sent, and all is kept."""
    facts = [(f"叶 {i:04}", "grows on", "Tree") for i in range(2_500)] + [("Tree", "stands in", "Park")]
    import_into(neo4j.address, facts, auth=neo4j.auth, sources=False)
    with Neo4jGraph.at(neo4j.address, auth=neo4j.auth, names=names) as graph:
        graph.find(["Tree"])
        view, sent = graph.view(), []
        handles, grows = view.handles([Entity("Tree")]), [one.id for one in view.relations].index("grows on")
        graph.server.observe = sent.append
        edges = view.reach(handles, np.array([grows]), np.array([1]), 5)
        assert view.nodes(edges.neighbour) == [Entity(f"叶 {i:04}") for i in range(5)] and edges.truncated.tolist() == [True]
        assert any("ORDER BY" in text for text in sent) == (names == "server")
        before = graph.server.sent
        assert len(view.edges(handles, np.array([grows]), np.array([1]), 10_000).fact) == 2_500
        assert graph.server.sent - before == (names == "server")


def test_relationships_between_two_nodes_keep_their_own_properties(neo4j, clean):
    clean.write(
        "CREATE (a:Person {name: 'Ann'}), (b:Person {name: '丽'}) "
        "CREATE (a)-[:KNOWS]->(b), (a)-[:KNOWS {since: 1999}]->(b), (a)-[:KNOWS {since: 2001, as: '同学'}]->(b), (a)-[:KNOWS]->(b)",
        {},
        what="writing",
    )
    with Neo4jGraph.at(neo4j.address, auth=neo4j.auth) as graph:
        [ann] = [match.node for match in graph.find(["Ann"])[0]]
        [found] = graph.expand([ann], [(Relation("KNOWS"), "out")], 10)
        said = sorted(sorted((relation.id, str(value)) for relation, value in step.fact.qualifiers) for step in found.steps)
        assert said == [[], [("as", "同学"), ("since", "2001")], [("since", "1999")]]


def _hits(graph, text, parameters) -> int:
    async def profile():
        async with graph.server._driver.session() as session:
            result = await session.run(f"PROFILE {text}", {"p": parameters})
            return (await result.consume()).profile

    def total(plan):
        return plan.get("dbHits", 0) + sum(map(total, plan.get("children", ())))

    return total(graph.server._loop.run(profile, seconds=60, what="profiling"))
