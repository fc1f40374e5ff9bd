"""Hypothesis strategies for facts, names and whole graphs; needs hypothesis.

>>> from hypothesis import given
>>> from kgllm.testing import OracleGraph, check_facts
>>> @given(graphs())
... def test_my_backend(facts):
...     check_facts(OracleGraph, facts)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from kgllm.errors import require
from kgllm.graphs.attributes import literal
from kgllm.types import Entity, Fact, Literal, Node, Relation, replace

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

st = cast("Any", require("hypothesis.strategies", "dev"))

_ODD = ('O\'Brien "x"', "a\tb", "流浪地球（电影）", "x\u202ey", "👩‍🚀", "Amélie", "ＡＢＣ", "Alien (1979)", "name:* OR", "\x00")


def names() -> SearchStrategy[str]:
    """Names as graphs hold them: plain, Chinese, and with characters that break queries and files."""
    text = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12).filter(lambda name: bool(name.strip()))
    return cast("SearchStrategy[str]", st.one_of(st.sampled_from(("Ann", "ann", "Bo", "小明", "1970")), st.sampled_from(_ODD), text))


def literals() -> SearchStrategy[Literal]:
    """Texts, numbers, truth values and dates; a text always means the same value."""
    numbers = st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False))
    values = st.one_of(numbers, st.booleans(), st.dates(), st.datetimes())
    typed = st.builds(lambda value: replace(cast("Literal", literal(value)), datatype=type(value).__name__), values)
    written = st.builds(Literal, names(), language=st.sampled_from((None, "en", "zh")))
    return cast("SearchStrategy[Literal]", st.one_of(typed, written))


def relations() -> SearchStrategy[Relation]:
    """A few relations, so that they repeat."""
    names = ("directed by", "likes", "出生地", "x' OR 1=1", "in")
    return cast("SearchStrategy[Relation]", st.sampled_from([Relation(name) for name in names]))


def graphs(*, most: int = 25) -> SearchStrategy[tuple[Fact, ...]]:
    """At most so many facts of a small multigraph of named and unnamed entities, literals and qualifiers; a few said twice."""
    return cast("SearchStrategy[tuple[Fact, ...]]", st.composite(_draw_graph)(most))


def _draw_graph(draw: Any, most: int) -> tuple[Fact, ...]:
    ids = draw(st.lists(st.one_of(names(), st.integers(-3, 3)), min_size=1, max_size=8, unique_by=str))
    texts = st.lists(names(), max_size=2, unique=True).map(tuple)
    entities = [Entity(one, draw(names()), draw(texts), draw(texts), draw(st.integers(0, 5)) > 0) for one in ids]
    subject = st.sampled_from(entities)
    node: SearchStrategy[Node] = st.one_of(subject, literals())
    qualifiers = st.lists(st.tuples(relations(), node), max_size=2, unique_by=str).map(tuple)
    sources = st.lists(st.sampled_from(("a.tsv:1", "a.tsv:2", "b.tsv:1")), max_size=2, unique=True).map(tuple)
    facts: list[Fact] = draw(st.lists(st.builds(Fact, subject, relations(), node, qualifiers, sources), max_size=most))
    again = draw(st.lists(st.sampled_from(facts), max_size=3)) if facts else []
    return (*facts, *again)
