"""Frozen dataclasses of which a question makes hundreds.

`dataclasses` sets each field of a frozen object by `object.__setattr__`, which looks the field up by its name; its slot sets it without
looking, in a third of the time.

>>> @frozen
... class Place:
...     start: int
...     end: int = 0
>>> Place(3), Place(start=1, end=2) == Place(1, 2)
(Place(start=3, end=0), True)
>>> Place(3).start = 4
Traceback (most recent call last):
    ...
dataclasses.FrozenInstanceError: cannot assign to field 'start'
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """`dataclass(frozen=True, slots=True)`, made by its slots."""
    return by_slots(dataclass(frozen=True, slots=True)(cls))


def by_slots(made: Any) -> Any:
    """A frozen dataclass with slots, with an `__init__` that sets these; as it was where a field has a factory, or only some are given by
    their names."""
    own, parts = made.__init__, fields(made)
    if any(one.default_factory is not MISSING or one.kw_only != parts[0].kw_only for one in parts):
        return made
    names = [one.name for one in parts]
    given = ["*" if parts[0].kw_only else "", *names]
    lines = [f"_set_{name}(self, {name})" for name in names]
    lines += ["self.__post_init__()"] if hasattr(made, "__post_init__") else []
    setters: dict[str, Any] = {f"_set_{name}": getattr(made, name).__set__ for name in names}
    exec(f"def __init__(self, {', '.join(filter(None, given))}):\n " + "\n ".join(lines), setters)  # noqa: S102 - as dataclasses does
    new = setters["__init__"]
    for name in ("__defaults__", "__kwdefaults__", "__annotations__", "__qualname__", "__module__", "__doc__"):
        setattr(new, name, getattr(own, name))
    made.__init__ = new
    return made
