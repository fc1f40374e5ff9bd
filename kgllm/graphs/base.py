"""The seam of graphs: what a backend supplies, and the columns in which it answers.

A backend supplies `Graph`: batched, bounded primitives over the user's own nodes. Walking, scoring, limits and ordering
are written once, above it, over a `View`: the same primitives over integer handles and numpy columns. A backend that has
integers of its own (compiled) gives its own view; every other gets `kgllm.graphs.view.InternedView`, which numbers the
nodes of one question.

The rules (checked by `kgllm.testing.check_graph`):

- equal facts are one fact with several sources; other qualifiers make another fact; counts are of facts;
- a self-loop is a fact both out of and into its node; a fact with a literal enters that literal, so literals are walked too;
- `limit` holds for each (node, relation, way) on its own;
- untruncated results are the same on every backend, ordered by (relation id, way with "out" first, neighbour's key);
- unknown nodes have no facts and no description; asking for them is no error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from typing import Literal as Choice

from kgllm.frozen import frozen
from kgllm.types import Entity, Fact, Key, Literal, Node, Relation, Way

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]
    Bools = NDArray[np.bool_]

MatchKind = Choice["id", "name", "alias", "normalised", "folded", "qualifier", "fuzzy"]
"""How a name matched: as written (id, name, alias); normalised (case, spaces, punctuation, width, traditional form);
folded (diacritics left out); qualifier (a trailing parenthesis or qualifier left out); fuzzy (within a few edits)."""

KINDS: tuple[str, ...] = ("id", "name", "alias", "normalised", "folded", "qualifier", "fuzzy")


def sort_key(node: Node) -> tuple[int, str, str, str]:
    """The order of neighbours on every backend: entities by the text of their id, then literals by what was written."""
    if isinstance(node, Entity):
        return (0, str(node.id), "", "")
    return (1, node.name, node.datatype or "", node.language or "")


@frozen
class Match:
    """A node that a name may mean. `score` is 1 for an exact match and falls with what had to be overlooked."""

    node: Node
    kind: MatchKind
    score: float
    name: str  # the name or alias that matched


@dataclass(frozen=True, slots=True)
class RelationCount:
    """How many facts of a relation leave ("out") or enter ("in") one node. A capped count says so."""

    relation: Relation
    way: Way
    count: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One fact as seen from a node: the neighbour, and the fact itself (with qualifiers and source)."""

    neighbour: Node
    fact: Fact


@dataclass(frozen=True, slots=True)
class Expansion:
    """What `expand` found for one (node, relation, way): at most `limit` steps, ordered by neighbour."""

    node: Node
    relation: Relation
    way: Way
    steps: tuple[Step, ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Description:
    """A node with all its names, types and literal properties ((relation, literal), …, by relation id then literal)."""

    node: Node
    properties: tuple[tuple[Relation, Literal], ...] = ()


@dataclass(frozen=True, slots=True)
class RelationStats:
    """A relation of the graph: facts, distinct subjects and objects, and the commonest types (or kinds) at both ends."""

    relation: Relation
    facts: int
    subjects: int
    objects: int
    domain: tuple[tuple[str, int], ...] = ()
    range: tuple[tuple[str, int], ...] = ()
    literal: bool = False  # its objects are literals

    @property
    def ends(self) -> str:
        """The commonest type at either end, as far as they are known: "films → people"; of whole numbers and decimals, float."""
        last = self.range[0][0] if self.range else "·"
        if self.literal and last == "int" and any(kind == "float" for kind, _ in self.range):
            last = "float"
        return f"{self.domain[0][0] if self.domain else '·'} → {last}" if self.domain or self.range else ""


@dataclass(frozen=True, slots=True)
class Schema:
    """Relations by id, types with their number of entities, and totals. Printed it is a text of some lines (see `kgllm.overview`)."""

    relations: tuple[RelationStats, ...]
    types: tuple[tuple[str, int], ...]
    entities: int
    literals: int
    facts: int

    def __str__(self) -> str:
        from kgllm.graphs.overview import Overview

        return str(Overview(schema=self, examples={}))

    __repr__ = __str__  # at a prompt, too


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a scan. `cursor` continues it (JSON-serialisable), None at the end."""

    items: tuple[Fact | Entity, ...]
    cursor: Any | None


@runtime_checkable
class Graph(Protocol):
    """Everything that can be walked. See the module's rules."""

    def find(self, names: Sequence[str]) -> list[tuple[Match, ...]]:
        """For each name, every node whose id, name or alias is that text: exact id first, then exact names and aliases,
        then normalised, folded and without a trailing qualifier; within a kind by descending degree, then key.
        Never fuzzy. Short literals are found by what was written."""
        ...

    def search(self, text: str, limit: int = 10) -> tuple[Match, ...]:
        """Near names (typos, prefixes), best first; never a scan of all names. Punctuation and operators are data."""
        ...

    def relations(self, nodes: Sequence[Node]) -> list[tuple[RelationCount, ...]]:
        """For each node, which relations leave and enter it, with counts, by (relation id, way)."""
        ...

    def expand(self, nodes: Sequence[Node], steps: Sequence[tuple[Relation, Way]], limit: int) -> list[Expansion]:
        """The facts of every node along every step, at most `limit` for each pair; pairs without facts are left out.
        In the order of `nodes`, then by (relation id, way)."""
        ...

    def describe(self, nodes: Sequence[Node]) -> list[Description]:
        """Names, aliases, types and literal properties; an unknown node is described as given, with nothing."""
        ...

    def schema(self) -> Schema:
        """Relations and types with counts, domains and ranges. Cached until the graph changes."""
        ...

    def scan(self, cursor: Any | None = None, limit: int = 10_000, *, what: Choice["facts", "entities"] = "facts") -> Page:
        """Every fact or every entity, in pieces of at most `limit`: a `Page`, whose `items` they are. Start with None, and go on with the
        page's cursor until it is None."""
        ...

    def sample(self, n: int, seed: int = 0) -> list[Fact]:
        """n facts drawn at random without replacement (all, where there are fewer)."""
        ...

    def version(self) -> str | None:
        """A token that changes when the graph does; None where that cannot be known."""
        ...


@frozen
class Groups:
    """Columns of `View.groups`, one row for each (node, relation, way) that has facts.

    origin: int, position in the handles asked for, ascending. relation: int handle. way: 0 out, 1 in. count: int.
    capped: bool, whether there are at least so many; None: each count is exact. Rows of one origin are ordered by (relation handle, way).
    """

    origin: Ints
    relation: Ints
    way: Ints
    count: Ints
    capped: Bools | None = None


@frozen
class Edges:
    """Columns of `View.edges`, one row for each fact. row: position of the request, ascending; neighbour and fact: handles.

    Rows of one request are ordered by the neighbour's key. truncated[i]: request i had more than `limit`.
    """

    row: Ints
    neighbour: Ints
    fact: Ints
    truncated: Bools


@dataclass(frozen=True, slots=True)
class OfType:
    """All entities of a type by key, as handles. `count`: how many there are; where that is more than the limit, no more than the
    limit comes, and the count may be the limit and one."""

    nodes: Ints
    count: int


@dataclass(frozen=True, slots=True)
class Along:
    """All facts of a relation, each once, in the order of (subject's key, object's key), as handles. `count`: how many there are; of
    more than the limit none need come, and the count may be the limit and one."""

    subjects: Ints
    objects: Ints
    facts: Ints
    count: int


@runtime_checkable
class WholeGraph(Protocol):
    """What a graph without a view of its own may offer beside the primitives, so that a question about a whole kind costs one look
    and not a scan of everything ("the longest film", "how many rivers"). Without it the graph is scanned."""

    def of_type(self, type: str, limit: int) -> tuple[Sequence[Entity], int]:
        """The entities of a type (as `schema` names it) by key, with all that `describe` says of them, and how many there are: see `OfType`."""
        ...

    def along(self, relation: Relation, limit: int) -> tuple[Sequence[Fact], int]:
        """The facts of a relation in the order of (subject's key, object's key), and how many there are: see `Along`."""
        ...


@runtime_checkable
class WholeView(Protocol):
    """The same of a view, by handles."""

    def of_type(self, type: str, limit: int) -> OfType | None:
        """The entities of a type; None where that cannot be had but by a scan."""
        ...

    def along(self, relation: int, limit: int) -> Along | None:
        """The facts of a relation; None where they cannot be had but by a scan."""
        ...


@runtime_checkable
class View(Protocol):
    """A graph over integer handles, for the time of one question. All methods are batched; arrays are int64 unless said.
    It may offer `WholeView`, too.

    `relations[r]` is the Relation of handle r; handles are ordered by relation id. A view of a live graph may learn more
    relations while it walks; their handles then follow in order of appearance.
    """

    @property
    def relations(self) -> Sequence[Relation]: ...

    def handles(self, nodes: Sequence[Node]) -> Ints:
        """The handle of each node, -1 for one that the graph does not have."""
        ...

    def nodes(self, handles: Ints) -> list[Node]:
        """The node of each handle, with its name, aliases and types."""
        ...

    def groups(self, handles: Ints) -> Groups:
        """Which relations leave and enter the nodes, with counts. Costs nothing more on a hub."""
        ...

    def edges(self, handles: Ints, relations: Ints, ways: Ints, limit: int) -> Edges:
        """The facts of each request (handles[i], relations[i], ways[i]), at most `limit` each."""
        ...

    def facts(self, facts: Ints) -> list[Fact]:
        """The fact of each handle, whole."""
        ...

    def qualifiers(self, facts: Ints) -> tuple[Ints, Ints, Ints]:
        """Columns (row, relation handle, node handle) of the facts' qualifiers."""
        ...

    def named(self, handles: Ints) -> Bools:
        """False for nodes that only join others (compound values, events)."""
        ...

    def literal(self, handles: Ints) -> Bools:
        """True for literals."""
        ...

    def degrees(self, handles: Ints) -> Ints:
        """Facts out of and into each node."""
        ...

    def rank(self, handles: Ints) -> NDArray[np.floating[Any]]:
        """Numbers that order the handles as `sort_key` does."""
        ...


def view_of(graph: Graph) -> View:
    """The graph's own view, or one that numbers nodes as they are met (kept for one question)."""
    own: Callable[[], View] | None = getattr(graph, "view", None)
    if own is not None:
        return own()
    from kgllm.graphs.view import InternedView

    return InternedView(graph)


def some_unnamed(view: View) -> bool:
    """Whether a view may hold nodes that only join others; one that does not say may."""
    return getattr(view, "any_unnamed", True)


@dataclass(slots=True)
class Record:
    """One row of a source on its way into a graph: a whole fact, or what is known of an entity or of a relation.

    Entities and relations may come before or after their facts, in pieces: names, aliases and types of all pieces are
    united. A name that only repeats the id is none; of several names the first counts, and the others are aliases.
    An entity or relation without a fact is kept: an entity is a node of the graph, a relation only lends its names.
    """

    fact: Fact | None = None
    entity: Entity | None = None
    relation: Relation | None = None


@dataclass(slots=True)
class Triples:
    """Many plain facts of one file at once: ids of subjects, relations and objects (entities, not literals), as columns.

    `lines[i]` is the line of row i (1 is the first), `source` the file as it is shown ("kb.tsv").
    """

    subjects: list[str]
    relations: list[str]
    objects: list[str]
    source: str = ""
    lines: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """Facts of one relation about rows of `Things`: entry i says `nodes[at[i]]` of row `rows[i]`."""

    relation: Relation
    rows: Ints
    nodes: list[Node]
    at: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """Many things of one table at once. Row i is the entity `keys[i]`; `entities` are those with more to say than a key (their names
    and types), `facts` the table's columns. `lines[i]` is where row i was read (0: nowhere), `source` the file as it is shown;
    `sources[i]`, where it is not empty, is said in place of these."""

    keys: list[Key]
    entities: Sequence[Entity] = ()
    facts: Sequence[ColumnFacts] = ()
    source: str = ""
    lines: Ints | None = None
    sources: Sequence[str] = ()
