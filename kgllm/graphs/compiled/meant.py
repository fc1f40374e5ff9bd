"""What the texts of a change mean: ids; else the names of the things and relations that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from kgllm.errors import GraphError, WrongTypeError, shorten
from kgllm.graphs.base import Graph
from kgllm.graphs.nameindex import Hit
from kgllm.types import Entity, Fact, Node, Relation

_SHOWN = 3


class _View(Protocol):
    @property
    def relations(self) -> Sequence[Relation]: ...
    def lookup(self, texts: Sequence[str]) -> list[tuple[Hit, ...]]: ...
    def node(self, handle: int) -> Node: ...


def listed(given: Any) -> list[Any]:
    """What is to be added or removed, one by one.

    Raises:
        WrongTypeError: it is no list of facts, but one fact, a name, a graph.
    """
    if isinstance(given, Graph):
        raise WrongTypeError(f"facts must be a list, not {shorten(given)}", hint="kgllm.load([one, other]) makes one graph of several")
    single = isinstance(given, (Fact, Entity, str, Mapping)) or (isinstance(given, tuple) and len(given) == 3 and isinstance(given[0], str))
    if single or not isinstance(given, Iterable):
        raise WrongTypeError(
            f"facts must be a list, not {shorten(given)}", hint="a single one, too: update(add=[(subject, relation, object)])"
        )
    return list(given)


def meant(facts: Sequence[Any], view: _View) -> list[Any]:
    """Triples with an `Entity` or a `Relation` in place of a text that is no id and is the name of one alone. What has no such text, or is
    no triple, stays as it is: a text that nothing is called by is the id of a new thing.

    Raises:
        GraphError: several have that name, so that an id must say which.
    """
    triples = [fact for fact in facts if isinstance(fact, (tuple, list)) and len(fact) == 3]
    texts = list(dict.fromkeys(end for fact in triples for end in (fact[0], fact[2]) if isinstance(end, str)))
    ends = dict(zip(texts, (_end(text, hits, view) for text, hits in zip(texts, view.lookup(texts), strict=True)), strict=True))
    known = {relation.id for relation in view.relations}
    relations = {text: _relation(text, known, view) for text in dict.fromkeys(fact[1] for fact in triples if isinstance(fact[1], str))}

    def of(one: Any, found: dict[str, Any]) -> Any:
        return found[one] if isinstance(one, str) else one

    return [
        (of(fact[0], ends), of(fact[1], relations), of(fact[2], ends)) if isinstance(fact, (tuple, list)) and len(fact) == 3 else fact
        for fact in facts
    ]


def _end(text: str, hits: Sequence[Hit], view: _View) -> Entity | str:
    nodes = [(hit.kind, view.node(hit.handle)) for hit in hits if hit.kind in ("id", "name")]
    things = [(kind, node) for kind, node in nodes if isinstance(node, Entity)]
    if any(kind == "id" for kind, _ in things):
        return text
    named = sorted({str(node.id): node.id for _, node in things}.items())
    if len(named) > 1:
        raise _several(text, "things", [key for key, _ in named])
    return Entity(named[0][1]) if named else text


def _relation(text: str, known: set[str], view: _View) -> Relation | str:
    if text in known:
        return text
    named = [relation for relation in view.relations if relation.name == text]
    if len(named) > 1:
        raise _several(text, "relations", [relation.id for relation in named])
    return named[0] if named else text


def _several(text: str, what: str, ids: Sequence[str]) -> GraphError:
    more = ", …" if len(ids) > _SHOWN else ""
    return GraphError(
        f"{shorten(text)} is the name of {len(ids):,} {what}: {', '.join(map(shorten, ids[:_SHOWN]))}{more}",
        hint="give the id of the one that is meant; kgllm.types.Entity(id) is that one alone, or a new one",
    )
