"""What the ends of relations are like."""

from __future__ import annotations

from kgllm.retrieval.paths.kinds import _end, role_of
from kgllm.types import Entity, Relation


def test_a_relation_is_the_same_from_whichever_graph_it_comes():
    """A live graph makes its relations anew for its facts and for its view; a compiled one has each once."""
    for name in ("directed by", "出生地"):
        relation, again = Relation(name), Relation(name)
        others = [(Relation("wrote"), 1, 0.5)]
        one = _end(relation, 0, [(relation, 1, 0.5), *others], [Entity("a")], role_of)
        assert one == _end(relation, 0, [(again, 1, 0.5), *others], [Entity("a")], role_of)
        assert any(one.kinds)
