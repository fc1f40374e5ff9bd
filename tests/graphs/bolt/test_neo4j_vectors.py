"""Vector indexes, asked where the user says what made their vectors: on a real server, in both languages."""

from __future__ import annotations

import pytest

from kgllm.errors import ConfigError, GraphQueryError, WrongTypeError
from kgllm.graphs.neo4j import Neo4jGraph

pytestmark = pytest.mark.neo4j

MEANS = {"airplane": (1, 0, 0), "飞机": (1, 0.1, 0), "flies": (0.9, 0.1, 0), "飞行": (0.9, 0.2, 0), "boat": (0, 1, 0), "船": (0, 1, 0.1)}


def embed(texts):
    """Vectors by the words that are known; what holds none of them is like nothing else."""
    return [next((list(map(float, of)) for word, of in MEANS.items() if word in text.lower()), [0.0, 0.0, 1.0]) for text in texts]


class Encoder:
    def encode(self, texts):
        return embed(texts)


@pytest.fixture
def craft(neo4j, clean):
    rows = [[name, embed([name])[0]] for name in ("Airplane", "Boat", "飞机", "Stone")]
    clean.write("UNWIND $p.rows AS r CREATE (:Craft {name: r[0], embedding: r[1]})", {"rows": rows}, what="writing")
    clean.write("CREATE (:Craft {name: 'No vector'}), (a:Joint {embedding: [1.0, 0.0, 0.0]})", {}, what="writing")
    clean.write(
        "CREATE VECTOR INDEX meaning FOR (n:Craft) ON (n.embedding) OPTIONS {indexConfig: {`vector.dimensions`: 3, `vector.similarity_function`: 'cosine'}}",
        {},
        what="indexing",
    )
    clean.read(("CALL db.awaitIndexes(60)", {}), what="waiting")
    return neo4j


@pytest.mark.parametrize("names", ["local", "server"])
@pytest.mark.parametrize("made", [embed, Encoder()])
def test_what_means_nearly_the_same_is_found_only_when_asked(craft, names, made):
    with Neo4jGraph.at(craft.address, auth=craft.auth, names=names) as graph:
        assert graph.search("something that flies") == () and graph.search("能飞行的东西") == ()
    with Neo4jGraph.at(craft.address, auth=craft.auth, names=names, vectors=made) as graph:
        for text in ("something that flies", "能飞行的东西"):
            found = graph.search(text, 3)
            assert {match.node.name for match in found[:2]} == {"Airplane", "飞机"}
            assert all(match.kind == "fuzzy" and 0 < match.score <= 1 for match in found)
            assert "Stone" not in {match.node.name for match in found}
        assert [match.node.name for match in graph.search("Boat", 1)] == ["Boat"]
        assert len(graph.search("something that flies", 1)) == 1
        assert graph.search("") == ()
        assert "embedding" not in {stats.relation.id for stats in graph.schema().relations}
        assert graph.notifications == ()


def test_what_cannot_be_says_so(craft, clean):
    def of(vectors):
        return Neo4jGraph.at(craft.address, auth=craft.auth, vectors=vectors)

    for neither in (3, "minilm"):
        with pytest.raises(WrongTypeError):
            of(neither)
    with of(lambda texts: [1.0, 0.0, 0.0]) as graph, pytest.raises(ConfigError, match="one row"):
        graph.search("boat")
    with of(lambda texts: [[1.0] * 7]) as graph, pytest.raises(GraphQueryError):
        graph.search("boat")
    clean.write("DROP INDEX meaning", {}, what="dropping")
    with pytest.raises(ConfigError, match="no vector index"):
        of(embed)
