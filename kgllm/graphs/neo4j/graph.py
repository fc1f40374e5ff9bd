"""`Neo4jGraph`: a Neo4j database, walked where it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from typing import Literal as Choice

import numpy as np

from kgllm.errors import ConfigError
from kgllm.graphs import primitives
from kgllm.graphs.base import KINDS, Description, Expansion, Match, Page, RelationCount, Schema, sort_key
from kgllm.graphs.neo4j.discover import discover, vocabulary
from kgllm.graphs.neo4j.layout import Layout, Said
from kgllm.graphs.neo4j.names import LOCAL, Called, LocalNames, Once, ServerNames
from kgllm.graphs.neo4j.query import run
from kgllm.graphs.neo4j.scan import Scan
from kgllm.graphs.neo4j.server import Access, Notice, Server
from kgllm.graphs.neo4j.statistics import sampled, schema_of
from kgllm.graphs.neo4j.vectors import Vectors, together
from kgllm.graphs.neo4j.view import Neo4jView
from kgllm.graphs.rows import Rows
from kgllm.graphs.waiting import asking
from kgllm.graphs.wordings import wordings
from kgllm.types import Entity, Fact, Node, Relation, Way

if TYPE_CHECKING:
    from kgllm.graphs.compiled import CompiledGraph
    from kgllm.graphs.compiled.build import Progress

LOOK_AGAIN = 60.0  # seconds after which it is asked whether there are new labels and relationship types


class Neo4jGraph:
    """A `Graph` over a Neo4j database: nothing is copied, nothing is written, no plugin is needed.

    Labels are types, relationships facts, their properties qualifiers, other properties of nodes facts with literals. Which
    property is the key, the name and the aliases is found from constraints and from what nodes look like, and can be said.
    A node without a key has an id that holds only while the database is as it is, and one without a name joins others.

    Args:
        driver: a `neo4j.Driver` of yours, which stays yours to close; or a `neo4j.AsyncDriver` that nothing else uses.
        database, impersonate: as the driver takes them.
        id, name, aliases: the property that holds them, several of which the first there counts, or a mapping from label to these.
        types: properties that hold more types than the labels.
        relations: what people call the relations, as in `kgllm.load`.
        skip: properties that are no facts. Those of vector indexes never are.
        names: "local" reads all names once, "server" asks the database's indexes; None: local up to 200,000 nodes.
        vectors: what made the vectors of the database's vector indexes (a callable from texts, or an encoder): `search` then gives
            what means nearly the same too. None: they are not asked.
        timeout: seconds of one call, unless the ask that it belongs to ends sooner. retries: of a read that failed for a passing reason.

    >>> graph = Neo4jGraph(driver)                                            # doctest: +SKIP
    >>> kgllm.GraphQA(graph).ask("When was Keanu Reeves born?").text          # doctest: +SKIP
    '1964 [1]'

    Raises:
        GraphUnavailable, GraphTimeout, GraphAuthError: as every call may. ConfigError: an option that cannot be.
    """

    def __init__(
        self,
        driver: Any,
        *,
        database: str | None = None,
        impersonate: str | None = None,
        id: Said = None,
        name: Said = None,
        aliases: Said = None,
        types: Said = None,
        skip: Sequence[str] = (),
        relations: Any = None,
        names: Choice["local", "server"] | None = None,
        vectors: Any | None = None,
        timeout: float = 30.0,
        retries: int = 3,
        pool: int = 32,
    ) -> None:
        access = Access(database=database, impersonate=impersonate, timeout=timeout, retries=retries, pool=pool)
        self._open(
            Server(driver, access=access),
            {"id": id, "name": name, "aliases": aliases, "types": types, "skip": skip, "relations": relations},
            names,
            vectors,
        )

    @classmethod
    def at(cls, address: str, *, auth: Any = None, **options: Any) -> Neo4jGraph:
        """The database at neo4j://, neo4j+s://, bolt:// or bolt+s://; options as above, and `connect`, seconds for opening a connection."""
        access = {name: options.pop(name) for name in Access.__dataclass_fields__ if name in options}
        made = cls.__new__(cls)
        names, vectors = options.pop("names", None), options.pop("vectors", None)
        made._open(Server.at(address, auth=auth, access=Access(**access)), options, names, vectors)
        return made

    def _open(self, server: Server, said: dict[str, Any], names: str | None, vectors: Any | None) -> None:
        if names not in ("local", "server", None):
            raise ConfigError(f"names must be 'local' or 'server', not {names!r}")
        self._wordings = wordings(said.pop("relations", None))
        self.server, self._said, self._how, self._embed = server, said, names, vectors
        self._looks, self._looking = 0, threading.Lock()
        try:
            self._look()
        except BaseException:
            server.close()
            raise

    def _look(self) -> None:
        self._vocabulary = vocabulary(self.server)  # before all else: what comes meanwhile is seen to have come
        self.layout: Layout = replace(discover(self.server, **self._said), wordings=self._wordings)
        self._wordings.check(map(self.layout.relation, self.layout.relation_ids), "the database")
        local = self._how == "local" or (self._how is None and self.layout.nodes <= LOCAL)
        self._names = Once(lambda: LocalNames(self.server, self.layout)) if local else None
        self._asked = None if local else ServerNames(self.server, self.layout)
        self._vectors = None if self._embed is None else Vectors(self._embed, self.server, self.layout)
        self._totals = Once(lambda: schema_of(self.server, self.layout, self._local))
        told = () if self._asked is None else self._asked.notes
        self.notes: tuple[str, ...] = (*self.layout.notes, *self.layout.unreached, *told)
        self._looks += 1
        self._looked = time.monotonic()

    def __repr__(self) -> str:
        return f"<Neo4jGraph: {self.layout.relationships:,} relationships, {self.layout.nodes:,} nodes, {self.layout.server}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close connections that are kgllm's own."""
        self.server.close()

    def refresh(self) -> None:
        """Look around anew, after labels, types, indexes or names have changed."""
        self._look()

    @property
    def notifications(self) -> tuple[Notice, ...]:
        """What the server had to say of queries: a deprecated feature, a scan."""
        return tuple(self.server.notices)

    @property
    def _local(self) -> LocalNames | None:
        return None if self._names is None else self._names()

    def view(self) -> Neo4jView:
        """A view of the graph; within one ask, always the same."""
        ask = asking()
        remembered = None if self._names is None else self._names.made
        if ask is None:
            return Neo4jView(self.server, self.layout, remembered)
        key = (self, id(self.layout))
        if key not in ask.memo:
            ask.memo[key] = Neo4jView(self.server, self.layout, remembered)
        view: Neo4jView = ask.memo[key]
        return view

    # --- asked ---

    def find(self, names: Sequence[str]) -> list[tuple[Match, ...]]:
        """See `Graph.find`."""
        view = self.view()
        found = (self._asked or self._names()).find(names)  # type: ignore[misc]  # one of the two is there
        called = [one for row in found for one in row]
        at = self._handles(view, called)
        known = np.array([at[one.node] for one in called if at[one.node] >= 0], np.int64)
        degrees = dict(zip(known.tolist(), view.degrees(known).tolist(), strict=True))
        out = []
        for row in found:
            there = [(one, at[one.node]) for one in row if at[one.node] >= 0]
            there.sort(key=lambda pair: (KINDS.index(pair[0].kind), -degrees[pair[1]], sort_key(pair[0].node)))
            out.append(tuple(Match(view.node(handle), one.kind, one.score, one.name) for one, handle in there))
        return out

    def search(self, text: str, limit: int = 10) -> tuple[Match, ...]:
        """See `Graph.search`."""
        near = (self._asked or self._names()).search(text, limit)  # type: ignore[misc]  # as in `find`
        if self._vectors is not None:
            near = together(near, self._vectors.search(text, limit), limit)
        return tuple(Match(one.node, one.kind, one.score, one.name) for one in near)

    def _handles(self, view: Neo4jView, called: Sequence[Called]) -> dict[Node, int]:
        """Where the view has what was found by name; -1 for what is gone."""
        elements = list(dict.fromkeys(one.element for one in called if one.element is not None))
        values = list(dict.fromkeys(one.node for one in called if one.element is None))
        place = dict(zip(elements, view.meet(values, elements), strict=True))
        known = dict(zip(values, view.handles(values).tolist(), strict=True))
        return {one.node: place[one.element] if one.element is not None else known[one.node] for one in called}

    def relations(self, nodes: Sequence[Node]) -> list[tuple[RelationCount, ...]]:
        """See `Graph.relations`."""
        return primitives.relations(self.view(), nodes)

    def expand(self, nodes: Sequence[Node], steps: Sequence[tuple[Relation, Way]], limit: int) -> list[Expansion]:
        """See `Graph.expand`."""
        return primitives.expand(self.view(), nodes, steps, limit)

    def describe(self, nodes: Sequence[Node]) -> list[Description]:
        """See `Graph.describe`."""
        return primitives.describe(self.view(), nodes)

    def schema(self) -> Schema:
        """See `Graph.schema`."""
        return self._totals()

    def scan(self, cursor: Any | None = None, limit: int = 10_000, *, what: Choice["facts", "entities"] = "facts") -> Page:
        """See `Graph.scan`."""
        if what not in ("facts", "entities"):
            raise ConfigError(f"what must be 'facts' or 'entities', not {what!r}")
        pieces = Scan(self.server, self.layout)
        if cursor is None:
            cursor = pieces.begin()
        items: tuple[Fact | Entity, ...]
        found, after = pieces.facts(cursor, max(1, limit)) if what == "facts" else pieces.entities(cursor, max(1, limit))
        items = tuple(found)
        return Page(items, after)

    def sample(self, n: int, seed: int = 0) -> list[Fact]:
        """See `Graph.sample`."""
        return sampled(self.server, self.layout, self._local, self.view(), n, seed)

    def compiled(self, folder: Path | None = None, progress: Progress | None = None) -> CompiledGraph:
        """What `kgllm.compile` makes of the database; see `kgllm.graphs.neo4j.copy`."""
        from kgllm.graphs.neo4j.copy import compiled

        return compiled(self, folder, progress)

    def query(self, text: str, parameters: Mapping[str, Any] | None = None, *, limit: int = 100) -> Rows:
        """The rows of your own reading Cypher; see `kgllm.graphs.neo4j.query`.

        Raises:
            UnsafeQueryError: it does more than read. GraphQueryError: it is wrong. As every call may.
        """
        return run(self.server, self.layout, text, parameters, limit=limit)

    def version(self) -> str | None:
        """A token of the last look around: it changes with `refresh()`, and within `LOOK_AGAIN` seconds after the database has labels
        or relationship types that it had not. What else changes is walked as it is; names follow `refresh()`."""
        if time.monotonic() - self._looked > LOOK_AGAIN and self._looking.acquire(blocking=False):
            try:
                self._looked = time.monotonic()
                if vocabulary(self.server) != self._vocabulary:
                    self._look()
            finally:
                self._looking.release()
        return f"neo4j-{self._looks}"
