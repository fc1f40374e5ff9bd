"""What may identify an entity, and what the text of a literal means, kept as one small number beside the text."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from kgllm.errors import ConfigError, GraphError, shorten
from kgllm.types import Literal, Relation

BIGGEST = 2**63 - 1

_PARSE: tuple[tuple[type, Callable[[str], Any]], ...] = (
    (str, str),
    (bool, lambda text: text in ("true", "1")),
    (int, int),
    (float, float),
    (datetime.datetime, datetime.datetime.fromisoformat),
    (datetime.date, datetime.date.fromisoformat),
    (datetime.time, datetime.time.fromisoformat),
    (Decimal, Decimal),
)
TYPES = tuple(kind for kind, _ in _PARSE)


def kind_of(literal: Literal) -> int:
    """The place in `TYPES` of the literal's value; 0 (text) where its text does not give the value back."""
    for place, (kind, parse) in enumerate(_PARSE):
        if type(literal.value) is kind and place:
            try:
                return place if parse(literal.name) == literal.value else 0
            except (ValueError, ArithmeticError):
                return 0
    return 0


def literal_of(name: str, kind: int, datatype: str | None, language: str | None) -> Literal:
    """The literal that `kind_of` was asked about.

    >>> import datetime
    >>> literal_of("1970-07-30", TYPES.index(datetime.date), None, None).value
    datetime.date(1970, 7, 30)
    """
    return Literal(name, _PARSE[kind][1](name), datatype, language)


def check_key(key: Any) -> None:
    """Raise unless the key can be an entity's id: ConfigError, or GraphError where Python takes it for the same as another."""
    if isinstance(key, (bool, float)):
        raise GraphError(f"ambiguous id {key!r}: 1, 1.0 and True are one and the same key", hint="give ids as text or whole numbers")
    if type(key) is not str and (type(key) is not int or abs(key) > BIGGEST):
        raise ConfigError(f"an entity's id must be text or an integer of 64 bits, not {shorten(key)}")


def ambiguous(one: Any, other: Any) -> GraphError:
    """The error of two ids that differ in type and read the same."""
    hint = "give every node an id of its own"
    return GraphError(f"ambiguous ids: {one!r} and {other!r} are of different types and read the same", hint=hint)


def united(had: Relation, more: Relation) -> Relation:
    """What two pieces say of one relation: the first name that is not just the id leads, others are aliases.

    >>> united(Relation("P57"), Relation("P57", "director", aliases=("directed by",))).name
    'director'
    """
    if more is had:
        return had
    names = [name for name in (had.name, more.name) if name != had.id] or [had.id]
    backwards = [name for name in (had.inverse_name, more.inverse_name) if name]
    others = dict.fromkeys((*names, *had.aliases, *more.aliases))
    others_backwards = dict.fromkeys((*backwards, *had.inverse_aliases, *more.inverse_aliases))
    return Relation(
        had.id,
        names[0],
        backwards[0] if backwards else None,
        tuple(name for name in others if name != names[0]),
        tuple(name for name in others_backwards if name not in backwards[:1]),
    )
