"""Finding out how a database reads: from its own lists, its constraints and indexes, and a look at some nodes of each label."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.neo4j import cypher
from kgllm.graphs.neo4j.cypher import LITERAL, META, OWN
from kgllm.graphs.neo4j.layout import Index, Kind, Layout, Said
from kgllm.graphs.neo4j.server import Server
from kgllm.types import Relation

_NAMES = ("name", "title", "label", "prefLabel", "displayName", "display_name", "fullName", "full_name", "caption", "名称", "姓名", "标题")
_ALIASES = ("aliases", "alias", "altLabel", "alt_label", "altNames", "alternateNames", "alternative_names", "synonyms", "aka", "alsoKnownAs", "别名")  # fmt: skip
_KEYS = ("id", "uri", "iri", "uuid", "key", "code")
_MOST_SEEKS = 100_000  # nodes of a label that are looked up to see whether two labels share a key
_LITERALS = ("STRING", "INTEGER", "FLOAT", "BOOLEAN", "DATE", "LOCAL DATETIME", "ZONED DATETIME", "LOCAL TIME", "ZONED TIME")


def discover(
    server: Server, *, id: Said = None, name: Said = None, aliases: Said = None, types: Said = None, skip: Sequence[str] = ()
) -> Layout:
    """Look around a database: some cheap queries, whatever its size.

    Raises:
        ConfigError: an option names a property that no node has. What `Server.read` raises.
    """
    what = "looking around the database"
    found = server.read(*((text, {}) for text in (cypher.COMPONENTS, cypher.LABELS, cypher.TYPES, cypher.CONSTRAINTS, cypher.INDEXES,
                                                  cypher.NODES, cypher.RELATIONSHIPS, cypher.FIRST)), what=what)  # fmt: skip
    components, labels, kinds_of_relationships, constraints, indexes, nodes, relationships, first = found
    notes: list[str] = []
    label_names = _safe([row[0] for row in labels], "label", notes)
    type_names = _safe([row[0] for row in kinds_of_relationships], "relationship type", notes)
    counted = server.read(*((cypher.count_of_type(one), {}) for one in type_names), what=what) if type_names else []
    counts = {one: rows[0][0] for one, rows in zip(type_names, counted, strict=True)}
    present = sorted((one for one in type_names if counts[one]), key=lambda one: (-counts[one], one))
    online = tuple(
        Index(name=row[0], type=row[1], labels=tuple(row[4]), properties=tuple(row[5]))
        for row in indexes
        if row[2] == "ONLINE" and row[3] == "NODE" and row[4] and row[5]
    )
    layout = Layout(
        kinds=(),
        types=tuple(present),
        counts={one: counts[one] for one in present},
        labels=tuple(label_names),
        indexes=online,
        nodes=nodes[0][0],
        relationships=relationships[0][0],
        relations={},
        skip=tuple(dict.fromkeys([*skip, *(one for index in online if index.type == "VECTOR" for one in index.properties)])),
        server=" ".join(map(str, components[0])) if components else "",
        prefix=cypher.prefix_of(first[0][0]) if first else "",
    )
    own, others = _own_kinds(server, layout, what)
    unique = _unique(constraints)
    sampled = server.read(*((cypher.sample_of_label(one, others=bool(own)), {}) for one in others), what=what) if others else []
    seen = {label: rows[0] for label, rows in zip(others, sampled, strict=True)}
    kinds = [_kind(label, row, unique, layout, (id, name, aliases)) for label, row in seen.items() if row[1 if own else 0]]
    _check_said([*kinds, *_as_said(own, id, name, aliases)], id=id, name=name, aliases=aliases)
    kinds.sort(key=lambda kind: (kind.key is None, not kind.name, kind.total, kind.label))  # of a node's labels the most special leads
    kinds = [*own[:1], *kinds]
    if id is None:
        kinds = _told_apart(server, kinds, notes, what)
    relations = _relations(server, what) if own else {}
    return replace(layout, kinds=(*kinds, *own[1:]), relations=relations, typed_by=_several(types, None), notes=tuple(notes))


def vocabulary(server: Server) -> tuple[tuple[str, ...], ...]:
    """The labels and relationship types that a database has: one cheap round trip."""
    found = server.read((cypher.LABELS, {}), (cypher.TYPES, {}), what="looking around the database")
    return tuple(tuple(row[0] for row in rows) for rows in found)


def _own_kinds(server: Server, layout: Layout, what: str) -> tuple[list[Kind], list[str]]:
    """What `kgllm import` wrote (entities, then literals where there are some), which reads as it was written, whatever is said; and
    the labels that other nodes may have: none where there are no others, for then labels are no more than types."""
    if OWN not in layout.labels:
        return [], list(layout.labels)
    mine = [one for one in (OWN, LITERAL, META) if one in layout.labels]
    found = server.read(*((cypher.count_of_label(one), {}) for one in mine), what=what)
    totals = {one: rows[0][0] for one, rows in zip(mine, found, strict=True)}
    own = [Kind(label=OWN, total=totals[OWN], key="id", name=("name",), aliases=("aliases",))]
    if LITERAL in totals:
        own.append(Kind(label=LITERAL, total=totals[LITERAL], key="key"))
    return own, [one for one in layout.labels if one not in mine] if sum(totals.values()) < layout.nodes else []


def _as_said(own: Sequence[Kind], id: Said, name: Said, aliases: Said) -> list[Kind]:
    """kgllm's own entities with no more than the properties that options name."""
    return [
        replace(
            kind,
            key="id" if "id" in _several(id, OWN) else None,
            name=("name",) if "name" in _several(name, OWN) else (),
            aliases=("aliases",) if "aliases" in _several(aliases, OWN) else (),
        )
        for kind in own[:1]
    ]


def _relations(server: Server, what: str) -> dict[str, Relation]:
    [[[rows]]] = server.read((cypher.RELATION_NAMES, {}), what=what)
    return {row[0]: Relation(row[0], row[1] or "", row[2], tuple(row[3] or ()), tuple(row[4] or ())) for row in rows}


def _safe(names: Sequence[str], what: str, notes: list[str]) -> list[str]:
    odd = [one for one in names if not cypher.safe(one)]
    if odd:
        notes.append(f"unsafe: the {what} {shorten(odd[0])} cannot stand in a query and is left out (of {len(odd)})")
    return [one for one in names if cypher.safe(one)]


def _unique(constraints: Sequence[Sequence[Any]]) -> dict[str, list[str]]:
    """For each label the properties of which a constraint says that they are unique."""
    found: dict[str, list[str]] = {}
    for type, entity, labels, properties in constraints:
        if entity == "NODE" and len(properties) == 1 and ("UNIQUE" in type or "KEY" in type):
            found.setdefault(labels[0], []).append(properties[0])
    return found


def _kind(label: str, row: Sequence[Any], unique: Mapping[str, list[str]], layout: Layout, said: tuple[Said, Said, Said]) -> Kind:
    total, seen = row
    kinds_of: dict[str, dict[str, int]] = {}
    for property, kind, many in seen:
        if cypher.safe(property) and property not in layout.skip:
            kinds_of.setdefault(property, {})[kind] = many
    textual = {one for one, kinds in kinds_of.items() if any("STRING" in kind for kind in kinds)}
    id, name, aliases = said
    names = _several(name, label) or tuple(one for one in _NAMES if one in textual)[:1] or _named_like(textual)
    keys = _several(id, label) or tuple(sorted(unique.get(label, ()), key=lambda one: (one not in _KEYS, one in names, one)))
    key = next((one for one in keys if one in kinds_of), None)
    others = _several(aliases, label) or tuple(one for one in _ALIASES if one in textual and one not in names)
    used = {*names, *others, *([key] if key else [])}
    values = tuple(sorted(one for one, kinds in kinds_of.items() if one not in used and any(_holds_literals(kind) for kind in kinds)))
    return Kind(
        label=label,
        total=total,
        key=key,
        name=tuple(one for one in names if one in kinds_of),
        aliases=tuple(one for one in others if one in kinds_of),
        values=values,
        lists=tuple(one for one in values if any(kind.startswith("LIST") for kind in kinds_of[one])),
    )


def _holds_literals(kind: str) -> bool:
    """Whether values of this kind are literals; a list of numbers with fractions is taken for a vector."""
    if kind.startswith("LIST"):
        return "FLOAT" not in kind and any(one in kind for one in _LITERALS)
    return any(kind.startswith(one) for one in _LITERALS)


def _named_like(textual: set[str]) -> tuple[str, ...]:
    """A property that ends as names of names do: companyName, product_name."""
    return tuple(sorted(one for one in textual if one.lower().endswith(("name", "title", "名")))[:1])


def _several(said: Said, label: str | None) -> tuple[str, ...]:
    if isinstance(said, Mapping):
        said = said.get(label or "")
    if said is None:
        return ()
    if isinstance(said, str):
        return (said,)
    if isinstance(said, Sequence) and all(isinstance(one, str) for one in said):
        return tuple(said)
    raise WrongTypeError(f"id, name, aliases and types must name properties, not {shorten(said)}")


def _check_said(kinds: Sequence[Kind], **said: Said) -> None:
    have: dict[str, Callable[[Kind], bool]] = {
        "id": lambda kind: kind.key is not None,
        "name": lambda kind: bool(kind.name),
        "aliases": lambda kind: bool(kind.aliases),
    }
    for option, value in said.items():
        if value is not None and kinds and not any(have[option](kind) for kind in kinds):
            labels = ", ".join(kind.label for kind in kinds[:10])
            raise ConfigError(f"{option}={value!r}: no node of the labels {labels} has this property")


def _told_apart(server: Server, kinds: list[Kind], notes: list[str], what: str) -> list[Kind]:
    """Ids say the label where two labels share keys, or are too large for that to be looked up."""
    keyed = [kind for kind in kinds if kind.key]
    mixed: set[str] = set()
    for n, one in enumerate(keyed):
        for other in keyed[n + 1 :]:
            few, many = sorted((one, other), key=lambda kind: kind.total)
            if few.total > _MOST_SEEKS or server.read((cypher.collision(few.label, few.key, many.label, many.key), {}), what=what)[0]:  # type: ignore[arg-type]
                mixed |= {one.label, other.label}
    mixed.discard(OWN)  # their ids are as they were written
    if mixed:
        notes.append(f"ids: the labels {', '.join(sorted(mixed))} may share keys, so their ids say the label (Label:key)")
    return [replace(kind, qualified=kind.label in mixed) for kind in kinds]
