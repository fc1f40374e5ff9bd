"""Does the name of nested objects say which thing each is, as it does of tags and authors, or only what a part of its row is called ({"fields":
[{"name": "x", "type": "int"}]} of each message)? Over all of them: objects of one name that are one thing agree in what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kgllm.errors import shorten
from kgllm.graphs.readers.records.identity import as_key
from kgllm.graphs.readers.records.words import APART, spoken
from kgllm.words.fields import says_portion

_NEARLY_ALL = 0.9  # of the names that come again agree in a field, where it is the thing's own
_MOST = 0.5  # … and so many of them have it
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Naming:
    """Names whose objects are each a thing of its own, and the fields in which objects of one name differ, with one that does and its
    values: those that make them two, and those in which one thing differs from row to row."""

    apart: frozenset[str] = frozenset()
    parting: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    varying: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    def told(self, name: str, column: str, parent: str) -> list[str]:
        """Notes of what was decided, each with the option that says it otherwise. parent: the table of the rows in which they stand."""
        out = []
        if self.parting:
            fields, some = _shown(self.parting)
            out.append(
                f"{name!r} of one {column!r} that differ in {fields} ({some}) are each a part of their row ({as_key(name, column)} makes them one thing)"
            )
        if self.varying:
            fields, some = _shown(self.varying)
            apart = as_key(name, [parent or self.varying[0][0], column])
            out.append(f"{name!r} of one {column!r} are one thing, though they differ in {fields} ({some}; {apart} tells them apart)")
        return out


def _shown(differing: tuple[tuple[str, str, tuple[str, ...]], ...]) -> tuple[str, str]:
    fields = ", ".join(repr(field) for field, _, _ in differing[:_SHOWN]) + (", …" if len(differing) > _SHOWN else "")
    _, own, values = differing[0]
    return fields, f"{own!r}: {', '.join(shorten(value, 20) for value in values[:2])}{', …' if len(values) > 2 else ''}"


def naming_of(objects: Iterable[tuple[str, Mapping[Any, Any], frozenset[Any]]]) -> Naming:
    """What objects tell of their names: each with its name, and the fields that hold this or an id.

    A field in which nearly all names agree, and which tells them apart (`born` of actors), is the thing's own: who differs in another
    (`role`) is one thing all the same. Where there is none, who differs in anything is another; but not who only says how much (`amount`).

    >>> fields = [("x", {"name": "x", "type": "int"}, frozenset({"name"})), ("x", {"name": "x", "type": "float"}, frozenset({"name"}))]
    >>> naming_of(fields).apart
    frozenset({'x'})
    >>> tags = [("old", {"name": "old", "hue": "red"}, frozenset({"name"})), ("old", {"name": "old", "hue": "red"}, frozenset({"name"}))]
    >>> naming_of(tags).apart
    frozenset()
    """
    said: dict[str, dict[str, dict[str, int]]] = {}
    for name, one, left in objects:
        for field, value in one.items():
            if field not in left and isinstance(value, (str, int, float)) and (text := str(value).strip()):
                counted = said.setdefault(str(field), {}).setdefault(name, {})
                counted[text] = counted.get(text, 0) + 1
    again = {field: {name for name, values in by.items() if sum(values.values()) > 1} for field, by in said.items()}
    differing = {field: [name for name, values in by.items() if len(values) > 1] for field, by in said.items()}
    differing = {field: names for field, names in differing.items() if names}
    if not differing:
        return Naming()
    every = set().union(*again.values())
    own = {field for field, by in said.items() if _is_own(by, again[field], len(every))}
    others = [field for field in differing if field not in own]
    portions = any(says_portion(spoken(field)) for field in others)
    judged = own if portions or (own and len(others) <= len(own)) else {*own, *others}
    parting = {field: names for field, names in differing.items() if field in judged}
    apart = frozenset(name for names in parting.values() for name in names)
    varying = {field: [name for name in names if name not in apart] for field, names in differing.items()}
    return Naming(apart, _first(parting, said), _first({field: names for field, names in varying.items() if names}, said))


def _is_own(by: Mapping[str, Mapping[str, int]], again: set[str], every: int) -> bool:
    """Whether a field says what a thing is: nearly all of most names that come again agree in it, and it tells half of the names apart."""
    different = {text for values in by.values() for text in values}
    agreeing = sum(len(by[name]) == 1 for name in again)
    whole = bool(again) and len(again) >= _MOST * every and agreeing >= _NEARLY_ALL * len(again)
    return whole and len(different) > 1 and len(different) >= APART * len(by)


def _first(
    fields: Mapping[str, list[str]], said: Mapping[str, Mapping[str, Mapping[str, int]]]
) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple((field, names[0], tuple(said[field][names[0]])) for field, names in fields.items())
