"""Questions to be declined: of taught things what the graph does not say of them.

A model declines by what it can see, so nothing but the pair of topic and relation may tell: each question is worded as those with an
answer are, asks for a relation that is taught, and each relation is declined about as often for each time that it is answered.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from kgllm.graphs.base import Graph
from kgllm.types import Entity, Fact

ENOUGH, EVERY = 160, 16
"""So many rows are to be declined, or one for every sixteen that are answered where that is fewer. More of few facts cost wordings that
were not trained (one in six: .88 of them, where one in thirty left .95) and taught little: 27 rows .25 of other such questions, where
163 on a GPU taught .92."""
SHARE = 0.125
"""Of so many facts, where that is more."""
Asked = tuple[str, str, str]
"""(topic, id of the relation, language)"""


def how_many(facts: int, rows: int) -> int:
    """Rows to be declined beside so many that are answered.

    >>> how_many(31, 164), how_many(500, 1300), how_many(2000, 5200), how_many(1, 5)
    (10, 81, 250, 1)
    """
    return max(round(SHARE * facts), min(ENOUGH, rows // EVERY), 1)


def not_said(graph: Graph, facts: Sequence[Fact], languages: Mapping[str, Sequence[str]], *, most: int, rng: random.Random) -> list[Asked]:
    """At most so many questions without an answer in the graph: of taught topics, each with a taught relation that it lacks, from first
    to last every relation in proportion to how often it is taught.

    languages: by relation, those in which it can be asked.
    """
    if len(facts) > most:  # a graph on a server is asked no more than is used
        facts = rng.sample(list(facts), most)
    has = _relations(graph, sorted({one.subject.name for one in facts if isinstance(one.subject, Entity)}))
    taught: dict[str, int] = {}
    for fact in facts:
        if languages.get(str(fact.relation.id)):
            taught[str(fact.relation.id)] = taught.get(str(fact.relation.id), 0) + 1
    placed = []
    for relation in sorted(taught):
        lacking = [name for name in has if relation not in has[name]]
        rng.shuffle(lacking)
        placed += [((i + rng.random()) / taught[relation], relation, topic) for i, topic in enumerate(lacking)]
    return [(topic, relation, rng.choice(sorted(languages[relation]))) for _, relation, topic in sorted(placed)][:most]


def _relations(graph: Graph, names: Sequence[str]) -> dict[str, set[str]]:
    """By name the ids of the relations that it has, forwards: those of its namesakes, too, which a question may mean as well."""
    nodes = [[match.node for match in found] for found in graph.find(names)]
    counts = iter(graph.relations([node for some in nodes for node in some]))
    return {
        name: {str(count.relation.id) for _ in some for count in next(counts) if count.way == "out"}
        for name, some in zip(names, nodes, strict=True)
    }
