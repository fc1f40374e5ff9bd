"""Objects by their keys within objects: {"currencies": {"EUR": {"digits": 2}, "JPY": {"digits": 0}}}, or as a list of objects with one key
each ([{"ATS": {"from": 1947}}, {"EUR": {"from": 1999}}]). Are the keys what things are called, or fields ({"home": {"lat": 1}, "work": …})?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kgllm.graphs.readers.records.words import of_one

_MANY = 6  # objects of one kind in one row, at least, where their keys alone do not say that these are things
_ROWS = 3  # rows, at least, that tell by what they have in common
_OFTEN = 0.5  # of the rows have a key, in the mean: then it is a field
_MANY_FIELDS = 10  # keys of plain values, at least, that may be no fields
_LOOKED_AT = 100  # rows, after which keys that come again are fields
_RARELY = 1.25  # rows have a key, in the mean, at most: fields come again
_NEARLY_ALL = 0.9  # of the objects have a field in common
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_.:/-]*")

Entry = tuple[str, Mapping[Any, Any]]


@dataclass(slots=True)
class Keyed:
    """What stands in one column, row by row: the value as it is, and its objects with the key of each. single: they came as a list of
    objects with one key each."""

    rows: list[tuple[int, Any, list[Entry], int]] = field(default_factory=list)
    single: bool = False

    def are_things(self) -> bool:
        """Whether the keys tell things apart, and are no names of fields.

        >>> def of(*rows):
        ...     return Keyed([(row, value, list(value.items()), 0) for row, value in enumerate(rows)])
        >>> of({"EUR": {"digits": 2}, "JPY": {"digits": 0}}).are_things()
        True
        >>> of({"home": {"street": "A"}, "work": {"street": "B"}}).are_things()
        False
        """
        keys = [{key for key, _ in entries} for _, _, entries, _ in self.rows]
        every = set().union(*keys)
        if len(every) < 2 or not _alike([one for _, _, entries, _ in self.rows for _, one in entries]):
            return self.single and len(every) > 1
        if self.single:
            return True
        if len(keys) >= _ROWS:
            return sum(map(len, keys)) < _OFTEN * len(every) * len(keys)
        return len(every) >= _MANY or all(map(_CODE.fullmatch, every))

    def label(self, name: str) -> str:
        """What the column of keys is called: as one of these things (`currency`), where no field of theirs is."""
        taken = {key for _, _, entries, _ in self.rows for _, one in entries for key in one}
        return next(
            label for label in (of_one(name.rpartition(".")[2]), "key", "its key", "the key of each") if label and label not in taken
        )


@dataclass(slots=True)
class Fields:
    """The keys of objects that are read as parts of their rows, and how often each stands there."""

    keys: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    often: bool = False

    def add(self, one: Mapping[Any, Any]) -> None:
        if self.often:  # known, and no longer counted
            return
        self.often = self.rows == _LOOKED_AT and self._come_again()
        self.keys.update(
            str(key).strip() for key, value in one.items() if value is not None and not (type(value) is str and not value.strip())
        )
        self.rows += 1

    def are_rare(self, values: Sequence[Sequence[Any]]) -> bool:
        """Whether there are many keys, hardly one of which comes again, with values (of each key) of one kind."""
        kinds = {type(value) for several in values for value in several}
        often = self.often or self._come_again()
        return self.rows >= _ROWS and len(self.keys) >= _MANY_FIELDS and not often and (len(kinds) == 1 or kinds == {int, float})

    def _come_again(self) -> bool:
        return sum(self.keys.values()) > _RARELY * len(self.keys)

    def are_codes(self) -> bool:
        """Whether nearly all keys have a number in them: then they are what things are called, and no fields."""
        return sum(any(map(str.isdigit, key)) for key in self.keys) >= _NEARLY_ALL * len(self.keys)

    def label(self, name: str) -> str:
        """What the column of keys is called, beside the `value`."""
        called = of_one(name.rpartition(".")[2])
        return called if called not in ("", "value") else "key"


def entries_of(value: Any) -> tuple[list[Entry], bool]:
    """The objects in a value by their keys, and whether it is a list of objects with one key each; none of any other value.

    >>> entries_of([{"ATS": {"from": 1947}}, {"EUR": 1999}])
    ([('ATS', {'from': 1947}), ('EUR', {'value': 1999})], True)
    >>> entries_of({"AT": [{"ATS": {"from": 1947}}], "DE": [{"EUR": {}}]})[0]
    [('AT', {'key': 'ATS', 'from': 1947}), ('DE', {'key': 'EUR'})]
    """
    if isinstance(value, Mapping):
        if len(value) and all(isinstance(one, Mapping) for one in value.values()):
            return [(str(key), one) for key, one in value.items()], False
        if len(value) and all(_is_objects(one) for one in value.values()):
            return [(str(key), row) for key, rows in value.items() for row in _rows(rows)], False
        return [], False
    if isinstance(value, (list, tuple)) and (found := list(_singles(value))):
        return found, True
    return [], False


def by_their_keys(rows: Sequence[Mapping[Any, Any]]) -> tuple[list[Mapping[Any, Any]], str] | None:
    """Rows that are objects with one key each, with it in a column of its own, and what this is called; None where they are no such.

    >>> by_their_keys([{"AT": {"digits": 2}}, {"DE": {"digits": 0}}])
    ([{'key': 'AT', 'digits': 2}, {'key': 'DE', 'digits': 0}], 'key')
    """
    found = list(_singles(rows))
    if len({key for key, _ in found}) < 2:
        return None
    label = Keyed([(0, rows, found, 0)]).label("")
    return [{label: key, **one} for key, one in found], label


def with_keys(whole: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """An object of lists, all of them of objects with one key each, with these as fields; any other as it is."""
    if whole and all(_is_objects(rows) and any(True for _ in _singles(rows)) for rows in whole.values()):
        every = {key for rows in whole.values() for key, _ in _singles(rows)}
        if len(every) > 1:
            return {name: list(_rows(rows)) for name, rows in whole.items()}
    return whole


def is_of_lists(value: Any) -> bool:
    """Whether the objects of such a value stand in lists by a key."""
    return isinstance(value, Mapping) and not isinstance(next(iter(value.values())), Mapping)


def _is_objects(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _rows(rows: Sequence[Mapping[Any, Any]]) -> Iterator[Mapping[Any, Any]]:
    """The objects of a list; those with one key each have it as a field."""
    found = list(_singles(rows))
    yield from ({"key": key, **one} for key, one in found) if found else rows


def _singles(rows: Sequence[Any]) -> Iterator[Entry]:
    """Objects with one key each by that key; none where some have more, or what stands there is a list."""
    if rows and all(isinstance(one, Mapping) and len(one) == 1 for one in rows):
        pairs = [pair for one in rows for pair in one.items()]
        if not any(isinstance(inner, (list, tuple)) for _, inner in pairs) and any(isinstance(inner, Mapping) for _, inner in pairs):
            yield from ((str(key), inner if isinstance(inner, Mapping) else {"value": inner}) for key, inner in pairs)


def _alike(objects: Sequence[Mapping[Any, Any]]) -> bool:
    """Whether nearly all have a field in common."""
    having = Counter(key for one in objects for key in one)
    return bool(having) and max(having.values()) >= _NEARLY_ALL * len(objects)
