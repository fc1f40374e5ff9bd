"""The embedded default: a graph compiled to integer columns, in memory or in a folder that is memory-mapped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any
from typing import Literal as Choice

import numpy as np

from kgllm.errors import CheckpointError, ConfigError, GraphError
from kgllm.graphs.base import KINDS, Description, Expansion, Match, Page, Record, RelationCount, Schema, Step, Things, Triples
from kgllm.graphs.compiled import folder as folders
from kgllm.graphs.compiled.build import Builder, Progress, Unnamed
from kgllm.graphs.compiled.deltaview import DeltaView
from kgllm.graphs.compiled.edits import Changes, Edits, Given, as_fact, parsed, written
from kgllm.graphs.compiled.meant import listed, meant
from kgllm.graphs.compiled.store import Store
from kgllm.graphs.compiled.storeview import StoreView
from kgllm.graphs.compiled.totals import Totals, corrected, totals
from kgllm.graphs.primitives import drawn
from kgllm.graphs.wordings import Wordings, wordings
from kgllm.types import Entity, Fact, Literal, Node, Relation
from kgllm.types import Way as WayName

_TOTALS = "totals.json"
_KEPT, _FEW = 4096, 16  # texts of which it is kept what they name, and how many things at most
_WAYS: tuple[WayName, WayName] = ("out", "in")


def build(
    records: Iterable[Record | Triples | Things],
    *,
    folder: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    unnamed: Unnamed = None,
) -> CompiledGraph:
    """A compiled graph: in memory, or written to a folder and memory-mapped from there.

    progress: called now and then with the number of facts taken so far.
    unnamed: the ids of nodes that only join others (compound values, events), or a rule (id → bool); found by structure
    where nothing is said.

    >>> graph = build(iter([Triples(["Heat"], ["directed by"], ["Michael Mann"])]))
    >>> from kgllm.types import Entity
    >>> [str(one.relation) for one in graph.relations([Entity("Heat")])[0]]
    ['directed by']
    """
    if folder is not None:
        folders.refuse_foreign(Path(folder))  # before the work, not after it
    graph = CompiledGraph(Builder(progress, unnamed=unnamed).add(records).store())
    return graph if folder is None else graph.save(folder)


@dataclass(slots=True)
class _State:
    """What readers see: an update puts another in its place. The totals are counted when they are first asked for."""

    view: StoreView | DeltaView
    version: str
    manifest: folders.Manifest | None = None
    totals: Totals | None = None
    schema: Schema | None = None
    found: dict[str, tuple[Match, ...]] = field(default_factory=dict)  # by texts that were looked up lately


class CompiledGraph:
    """A graph of columns. Threads and processes may share it: nothing that is read ever changes in place."""

    def __init__(self, store: Store) -> None:
        self.notes: tuple[str, ...] = ()  # what the reader of its source had to say
        self._path: Path | None = None
        self._writers = Lock()
        self._base = _State(StoreView(store), "")
        self._state = self._base

    def __repr__(self) -> str:
        view = self.view()
        return f"<CompiledGraph: {view.fact_count:,} facts, {view.entity_count:,} entities, {len(view.relations):,} relations>"

    def __reduce__(self) -> tuple[Any, ...]:
        """In a folder: opened again where it is unpickled, as it is then."""
        if self._path is None:
            raise GraphError(
                "a graph in memory is not pickled",
                hint="kgllm.compile(…, folder) writes one; each process opens it with kgllm.load(folder)",
            )
        return CompiledGraph.open, (self._path.resolve(),)

    def view(self) -> StoreView | DeltaView:
        """The graph as it is now, over integer handles; it stays so, whatever is updated later."""
        return self._state.view

    # --- kept and changed ---

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, verify: bool = False, relations: Any = None) -> CompiledGraph:
        """Memory-map the graph that `save` or `kgllm.compile` wrote. `verify` reads and compares every byte of it. `relations`: what
        people call its relations, as in `kgllm.load`; nothing of it is written but by `save` and `compact`.

        Raises:
            GraphParseError: the folder is none of a compiled graph.
            CheckpointError: it is incomplete, altered, or of another format.
        """
        where = Path(path)
        manifest = folders.read(where)
        try:
            folders.check(where, manifest, whole=verify)
            store = _called(Store.open(where / manifest.generation), wordings(relations))
            counted = Totals.open(where / manifest.generation / _TOTALS)
            updates = [(where / name).read_text(encoding="utf-8") for name in manifest.deltas]
        except (CheckpointError, FileNotFoundError):
            if folders.read(where) == manifest:
                raise
            return cls.open(path, verify=verify, relations=relations)  # a writer replaced the generation while it was being opened
        graph = cls(store)
        graph._path = where
        graph._base.manifest, graph._base.totals = manifest, counted
        if updates:
            edits, version = Edits(StoreView(store)), store.digest()
            for text in updates:
                edits.apply(*parsed(text))
                version = _next(version, text)
            graph._state = _State(DeltaView(edits), version, manifest)
        return graph

    def save(self, path: str | os.PathLike[str]) -> CompiledGraph:
        """Write the graph to a folder, in the place of a graph that may be there, and open it from there.

        Raises:
            ConfigError: the folder holds something else.
            GraphError: it cannot be written; what was there still counts.
        """
        folders.publish(Path(path), _writer(self._state.view))
        graph = CompiledGraph.open(path)
        graph.notes = self.notes
        return graph

    def update(self, *, add: Iterable[Given] = (), remove: Iterable[Given | Entity] = ()) -> Changes:
        """Remove facts, then add facts; `Fact`s, or (subject, relation, object) as `kgllm.load` takes them: ids as texts, and numbers, dates
        or a `Literal` at the end. A text that is no id, and is the name of one thing (or relation) alone, is that one. All of it or, on an
        error, none. An `Entity` to be removed stands for every fact that it is in.

        In a folder the update is on the disk when this returns. Entities stay when their facts go. What was added and removed
        is kept beside the columns and costs little as long as it is small beside them: fold it with `compact` now and then.

        >>> graph = build(iter([Triples(["Heat"], ["directed by"], ["Michael Mann"])]))
        >>> graph.update(add=[("Heat", "year", "1995"), ("Heat", "directed by", "Michael Mann")]).added
        1

        Raises:
            WrongTypeError: something is not a fact. ConfigError: an id that cannot be.
            GraphError: a name that several have; ids that differ in type and read the same; the folder was changed by another writer.
        """
        with self._writers:
            now = self._state
            whole = (fact for one in listed(remove) for fact in (self._all_of(one) if isinstance(one, Entity) else (one,)))
            new, gone = ([as_fact(fact) for fact in meant(given, now.view)] for given in (listed(add), list(whole)))
            edits = now.view.edits.copy() if isinstance(now.view, DeltaView) else Edits(now.view)
            text = written(new, gone)
            changes = edits.apply(new, gone)
            if text:
                after = _State(DeltaView(edits), _next(self.version(), text))
                if self._path is not None and now.manifest is not None:
                    after.manifest = folders.append(self._path, now.manifest, text)
                self._state = after
        return changes

    def _all_of(self, entity: Entity) -> list[Fact]:
        """Every fact that leaves or enters an entity."""
        [counts] = self.relations([entity])
        most = max((one.count for one in counts), default=1)
        found = self.expand([entity], [(one.relation, one.way) for one in counts], most)
        return list(dict.fromkeys(step.fact for one in found for step in one.steps))

    def compact(self) -> None:
        """Fold all updates into new columns; in a folder, as a new generation. Costs about what compiling costs.

        Raises:
            GraphError: the folder was changed by another writer, or cannot be written.
        """
        with self._writers:
            view = self._state.view
            if not isinstance(view, DeltaView):
                return
            if self._path is None:
                self._base = _State(StoreView(folded(view)), "")
                self._state = self._base
                return
            folders.publish(self._path, _writer(view), after=self._state.manifest)
            fresh = CompiledGraph.open(self._path)
            self._base, self._state = fresh._base, fresh._state

    def version(self) -> str:
        """A token of everything that the graph holds: its columns and its updates."""
        state = self._state
        if not state.version:
            state.version = state.view.store.digest()  # type: ignore[union-attr]  # updates have theirs
        return state.version

    # --- asked ---

    def find(self, names: Sequence[str]) -> list[tuple[Match, ...]]:
        """See `Graph.find`. The runs of words of a question are looked up by several who read it, and many of them in most questions:
        what was found lately is kept."""
        state = self._state
        kept = state.found
        new = [name for name in dict.fromkeys(names) if name not in kept]
        made = dict(zip(new, _found(state.view, new), strict=True)) if new else {}
        few = {name: hits for name, hits in made.items() if len(hits) <= _FEW}
        out = [made[name] if name in made else kept[name] for name in names]
        if len(kept) + len(few) <= _KEPT:
            kept.update(few)
        else:  # another thread may go on with what there was
            state.found = few if len(few) <= _KEPT else {}
        return out

    def search(self, text: str, limit: int = 10) -> tuple[Match, ...]:
        """See `Graph.search`."""
        view = self.view()
        return tuple(Match(view.node(hit.handle), hit.kind, hit.score, hit.name) for hit in view.search(text, limit))

    def relations(self, nodes: Sequence[Node]) -> list[tuple[RelationCount, ...]]:
        """See `Graph.relations`."""
        view = self.view()
        groups = view.groups(view.handles(nodes))
        out: list[list[RelationCount]] = [[] for _ in nodes]
        columns = (column.tolist() for column in (groups.origin, groups.relation, groups.way, groups.count))
        for origin, relation, way, count in zip(*columns, strict=True):
            out[origin].append(RelationCount(view.relations[relation], _WAYS[way], count))
        return [tuple(one) for one in out]

    def expand(self, nodes: Sequence[Node], steps: Sequence[tuple[Relation, WayName]], limit: int) -> list[Expansion]:
        """See `Graph.expand`."""
        if limit < 1:
            raise ConfigError(f"limit must be 1 or more, not {limit!r}")
        view = self.view()
        place = {relation.id: i for i, relation in enumerate(view.relations)}
        known = sorted({(place[relation.id], _WAYS.index(way)) for relation, way in steps if relation.id in place})
        if not known or not nodes:
            return []
        handles = view.handles(nodes)
        at = np.repeat(np.arange(len(nodes)), len(known))
        relations, ways = np.tile(np.array(known, np.int64), (len(nodes), 1)).T
        edges = view.edges(handles[at], relations, ways, limit)
        facts, ends = view.facts(edges.fact), view.nodes(edges.neighbour)
        found: dict[int, list[Step]] = {}
        for row, end, fact in zip(edges.row.tolist(), ends, facts, strict=True):
            found.setdefault(row, []).append(Step(end, fact))
        whole = {i: view.node(int(handles[i])) for i in {int(at[row]) for row in found}}
        return [
            Expansion(whole[int(at[row])], view.relations[relations[row]], _WAYS[ways[row]], tuple(mine), bool(edges.truncated[row]))
            for row, mine in found.items()
        ]

    def describe(self, nodes: Sequence[Node]) -> list[Description]:
        """See `Graph.describe`. Of one relation at most 1,000 properties."""
        view = self.view()
        handles = view.handles(nodes)
        groups = view.groups(handles)
        leaving = np.flatnonzero(groups.way == 0)
        edges = view.edges(handles[groups.origin[leaving]], groups.relation[leaving], groups.way[leaving], 1000)
        literal = np.flatnonzero(view.literal(edges.neighbour))
        rows = leaving[edges.row[literal]]
        said: list[dict[tuple[Relation, Literal], None]] = [{} for _ in nodes]  # facts that differ in qualifiers alone say it once
        values = view.nodes(edges.neighbour[literal])
        for origin, relation, value in zip(groups.origin[rows].tolist(), groups.relation[rows].tolist(), values, strict=True):
            said[origin][view.relations[relation], value] = None  # a literal
        return [
            Description(view.node(handle) if handle >= 0 else node, tuple(mine))
            for node, handle, mine in zip(nodes, handles.tolist(), said, strict=True)
        ]

    def schema(self) -> Schema:
        """See `Graph.schema`."""
        state = self._state
        if state.schema is None:
            base, view = self._base, state.view
            if base.totals is None:
                base.totals = totals(base.view.store)  # type: ignore[union-attr]  # a store's own view
            state.totals = corrected(base.totals, view) if isinstance(view, DeltaView) else base.totals
            state.schema = state.totals.schema(view.relations, view.entity_count, view.literal_count)
        return state.schema

    def scan(self, cursor: Any | None = None, limit: int = 10_000, *, what: Choice["facts", "entities"] = "facts") -> Page:
        """See `Graph.scan`."""
        if what not in ("facts", "entities"):
            raise ConfigError(f"what must be 'facts' or 'entities', not {what!r}")
        if cursor is not None and (type(cursor) is not int or cursor < 0):
            raise ConfigError(f"cursor must be one that scan gave, not {cursor!r}")
        view, start = self.view(), cursor or 0
        end = view.fact_count if what == "facts" else view.entity_count
        stop = min(end, start + max(1, limit))
        places = np.arange(start, max(start, stop))
        items = view.facts(view.facts_at(places)) if what == "facts" else view.nodes(view.entities_at(places))
        return Page(tuple(items), stop if stop < end else None)  # type: ignore[arg-type]

    def sample(self, n: int, seed: int = 0) -> list[Fact]:
        """See `Graph.sample`."""
        view = self.view()
        return view.facts(view.facts_at(np.array(drawn(view.fact_count, n, seed), np.int64)))


def _found(view: StoreView | DeltaView, names: Sequence[str]) -> list[tuple[Match, ...]]:
    """What each of some texts names in a view, best first."""
    rows = view.lookup(names)
    found = [hit.handle for hits in rows for hit in hits]
    if not found:
        return [()] * len(rows)
    handles = np.array(list(dict.fromkeys(found)), np.int64)
    nodes = view.nodes(handles)
    view.meet(nodes, handles.tolist())
    known = zip(nodes, view.degrees(handles).tolist(), view.rank(handles).tolist(), strict=True)
    of = dict(zip(handles.tolist(), known, strict=True))
    out: list[tuple[Match, ...]] = []
    for hits in rows:
        if not hits:
            out.append(())
            continue
        told = sorted(hits, key=lambda hit: (KINDS.index(hit.kind), -of[hit.handle][1], of[hit.handle][2])) if len(hits) > 1 else hits
        out.append(tuple(Match(of[hit.handle][0], hit.kind, hit.score, hit.name) for hit in told))
    return out


def _next(version: str, text: str) -> str:
    """The version after an update."""
    return hashlib.blake2b((version + text).encode(), digest_size=8).hexdigest()


def _writer(view: StoreView | DeltaView) -> Callable[[Path], None]:
    """What writes everything in a view to a folder."""

    def write(path: Path) -> None:
        store = folded(view)
        store.save(path)
        totals(store).save(path / _TOTALS)

    return write


def folded(view: StoreView | DeltaView) -> Store:
    """The columns of everything in a view."""
    if isinstance(view, StoreView):
        return view.store
    edits = view.edits
    builder = Builder(by_structure=False).take(view.base.store, without=view.removed, drop=view.gone, sources=edits.sources.items())
    return builder.add(edits.records()).store()


def _called(store: Store, said: Wordings) -> Store:
    """The columns, with relations that are called by what is said of them, too."""
    if not said:
        return store
    said.check(store.relations)
    relations = tuple(map(said.of, store.relations))
    mark = hashlib.blake2b(repr(relations).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return replace(store, relations=relations, known_digest=f"{store.known_digest}.{mark}" if store.known_digest else "")
