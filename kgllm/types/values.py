"""How the values of kgllm are made: frozen, slotted, by keyword, and changed only into another one."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform

from kgllm.frozen import by_slots

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """A frozen, slotted dataclass whose fields are given by name."""
    return by_slots(dataclass(frozen=True, slots=True, kw_only=True)(cls))


aside: Any = lambda default: field(default=default, compare=False)
"""A field that is carried, and never compared."""


def code_of(reason: str) -> str:
    """The short code that a reason begins with; words follow it.

    >>> code_of("fuzzy: near 'Inception'"), code_of("")
    ('fuzzy', '')
    """
    return reason.partition(":")[0]


def replace(value: T, /, **changes: Any) -> T:
    """`dataclasses.replace`, under the name that the stages use for "the same, but"."""
    return dataclasses.replace(value, **changes)  # type: ignore[type-var]  # any of the values above
