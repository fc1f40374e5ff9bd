"""What a graph holds: entities, literals, relations and the facts made of them."""

from __future__ import annotations

import hashlib
from dataclasses import field
from typing import Any, TypeAlias
from typing import Literal as Choice

from kgllm.frozen import frozen
from kgllm.types.values import aside

Way: TypeAlias = Choice["out", "in"]
Key: TypeAlias = str | int


@frozen
class Entity:
    """Something with an identity in the graph.

    `id` is the user's own key (an id property, an IRI, the name in a triple file), never a database's internal id.
    `named` is False for a node that only joins others (an event, a compound value): it gets a display name, and
    is walked through but never linked.

    >>> Entity("Q25191", "Christopher Nolan") == Entity("Q25191", "克里斯托弗·诺兰")
    True
    """

    id: Key
    name: str = aside("")
    aliases: tuple[str, ...] = aside(())
    types: tuple[str, ...] = aside(())
    named: bool = aside(True)

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", str(self.id))

    def __str__(self) -> str:
        return self.name


@frozen
class Literal:
    """A value at the end of a fact: `name` is the text as written, `value` what it means (int, float, bool, date, str).

    >>> Literal("1970", value=1970).name
    '1970'
    """

    name: str
    value: Any = field(default=None, compare=False)
    datatype: str | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        if self.value is None:
            object.__setattr__(self, "value", self.name)

    def __str__(self) -> str:
        return self.name


Node: TypeAlias = Entity | Literal


@frozen
class Relation:
    """A kind of fact. `id` identifies it, `name` is what people read (two relations of an RDF graph may share one).

    `aliases` and `inverse_aliases` are other wordings of the two names, in any language; questions are matched against
    them as against the names.

    >>> Relation("architecture", aliases=("GPU architecture", "架构")).name
    'architecture'
    """

    id: str
    name: str = aside("")
    inverse_name: str | None = aside(None)
    aliases: tuple[str, ...] = aside(())
    inverse_aliases: tuple[str, ...] = aside(())

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.id)

    def __str__(self) -> str:
        return self.name


@frozen
class Fact:
    """(subject, relation, object, qualifiers). Equal facts are one fact with several sources.

    `source` holds where it was read ("movies.tsv:12", a named graph's IRI), `score` how well it serves the question
    that fetched it. `id` is made from the content alone, so the same fact has the same id on every backend.

    >>> str(Fact(Entity("Inception"), Relation("directed by"), Entity("Christopher Nolan")))
    'Inception — directed by → Christopher Nolan'
    """

    subject: Entity
    relation: Relation
    object: Node
    qualifiers: tuple[tuple[Relation, Node], ...] = ()
    source: tuple[str, ...] = aside(())
    score: float | None = aside(None)

    @property
    def id(self) -> str:
        """12 hexadecimal digits of the content's BLAKE2 hash."""
        parts = [_identity(self.subject), self.relation.id, _identity(self.object)]
        for relation, value in self.qualifiers:
            parts += [relation.id, _identity(value)]
        return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Everything that takes part: the subject, the object, and the values of the qualifiers."""
        return (self.subject, self.object, *(value for _, value in self.qualifiers))

    def __str__(self) -> str:
        more = "; ".join(f"{relation}: {value}" for relation, value in self.qualifiers)
        return f"{self.subject} — {self.relation} → {self.object}" + (f" ({more})" if more else "")


def _identity(node: Node) -> str:
    if isinstance(node, Entity):
        return f"e{node.id}"
    return f"l{node.name}\x1e{node.datatype or ''}\x1e{node.language or ''}"
