"""Paths followed together lead where each leads alone."""

from itertools import product

import numpy as np
import pytest

import kgllm
from kgllm.graphs.base import view_of
from kgllm.limits import Limits
from kgllm.retrieval.paths.ground import ground
from kgllm.retrieval.paths.together import flat, ground_together
from kgllm.types import Entity, Fact, Relation

PARTS = [("part of", "out"), ("part of", "in"), ("made by", "out"), ("made by", "in")]
FARMS = [(f"field {i}", "part of", f"farm {i % 7}") for i in range(40)] + [(f"farm {i}", "made by", f"family {i % 3}") for i in range(7)]
WORDS = [(f"词{i}", "part of", f"词{(3 * i + 1) % 17}") for i in range(17)] + [(f"词{i}", "made by", f"人{i % 4}") for i in range(17)]


def match_of(n):
    """A match: a node without a name between the two that met and the place."""
    met = Entity(f"_:{n}", named=False)
    return [
        Fact(Entity(f"team {n % 5}"), Relation("part of"), met),
        Fact(Entity(f"team {(n + 2) % 5}"), Relation("part of"), met),
        Fact(met, Relation("made by"), Entity(f"town {n % 3}")),
    ]


@pytest.mark.parametrize("facts", [FARMS, WORDS, [fact for n in range(12) for fact in match_of(n)]], ids=["farms", "words", "matches"])
@pytest.mark.parametrize("limits", [Limits(), Limits(frontier=2), Limits(endpoints=3), Limits(frontier=3, endpoints=2)])
def test_together_as_alone(tmp_path, facts, limits):
    view = view_of(kgllm.compile(facts, tmp_path / "graph"))
    relations = {relation.id: relation for relation in view.relations}
    handles = {relation.id: i for i, relation in enumerate(view.relations)}
    single = [((relations[name], move),) for name, move in PARTS]
    through = [(*one, *two) for one, two in product(single, repeat=2)]
    paths = [path for n in (1, 2, 3) for path in product(single, repeat=n)] + [(step,) for step in through] + list(product(through, single))
    asked = [(seed, path) for seed in range(min(6, view.entity_count)) for path in paths]
    found = ground_together(view, [(seed, flat(path, handles, view.relations)) for seed, path in asked], limits)
    for (seed, path), one in zip(asked, found, strict=True):
        alone = ground(view, np.array([seed]), path, limits, handles)
        assert one.count == alone.count
        if alone.count:
            assert one.ends.tolist() == alone.ends.tolist()
            assert one.truncated == alone.truncated
            for hop, its in zip(one.hops, alone.hops, strict=True):
                assert (hop.start.tolist(), hop.end.tolist(), hop.fact.tolist()) == (
                    its.start.tolist(),
                    its.end.tolist(),
                    its.fact.tolist(),
                )
                assert hop.middle == its.middle


def test_steps_that_are_followed_alone(tmp_path):
    view = view_of(kgllm.compile([("Oslo", "borders", "Bærum"), ("Oslo", "mayor", "Anne")], tmp_path / "graph"))
    relations = {relation.id: relation for relation in view.relations}
    handles = {relation.id: i for i, relation in enumerate(view.relations)}
    assert flat((((relations["borders"], "out"),),), handles, view.relations) is None  # it holds both ways
    assert flat((((relations["mayor"], "out"), (relations["mayor"], "beside")),), handles, view.relations) is None
    assert flat((((relations["mayor"], "out"),),), handles, view.relations) == ((handles["mayor"], 0, False),)
