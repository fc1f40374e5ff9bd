"""Which column means what, and rows of columns as facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.errors import ConfigError, GraphError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.attributes import literal, unboxed
from kgllm.graphs.base import Record, Triples, sort_key
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.options import Column
from kgllm.types import Entity, Fact, Key, Literal, Node, Relation

BATCH = 1 << 16  # rows of one Triples
EMPTY = "an empty field"
_BIGGEST = 2**63 - 1

ROLES = ("subject", "relation", "object")
USUAL: dict[str, tuple[str, ...]] = {
    "subject": ("subject", "subj", "head", "head_entity", "source", "from", "start", "s", "主语", "主体", "头实体"),
    "relation": ("relation", "rel", "predicate", "property", "edge", "relationship", "type", "label", "p", "关系", "谓语", "属性"),
    "object": ("object", "obj", "tail", "tail_entity", "target", "to", "end", "value", "o", "宾语", "客体", "尾实体"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where subject, relation and object stand in a row of `width` columns, and what else is wanted of it.

    named: (column of ids, column of their names), for columns of ids that have their names beside them.

    >>> Layout.of(["head", "relation", "tail"], {}, "g.csv").triple
    (0, 1, 2)
    """

    width: int
    triple: tuple[int, int, int]
    qualifiers: tuple[tuple[int, str], ...] = ()
    source: int | None = None
    header: bool = False
    named: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, first: Sequence[Any], options: Mapping[str, Any], place: str, notes: Notes | None = None) -> Layout:
        """The layout that options and the first row say. A first row that names the columns is known by its words.

        Raises:
            ConfigError: an option names a column that is not there.
            GraphParseError: which columns hold the triple is not said, and they are not three.
        """
        options, beside = ids_and_names(options)
        header = options.get("header")
        if header is None:
            header = _asks_for_names(options) or by_words(first) is not None
        names = [str(one).strip() for one in first] if header else []
        found = (by_words(first) if header else None) or ((0, 1, 2) if len(first) == 3 else (None, None, None))
        triple = tuple(
            column_of(role, options[role], names, len(first), place) if role in options else usual for role, usual in zip(ROLES, found)
        )
        if None in triple:
            said = f", named {shorten(names)}" if header else ""
            raise GraphParseError(
                f"{place}: {len(first)} column{'s' * (len(first) != 1)} where 3 were expected{said}",
                hint="subject=, relation= and object= say which columns hold the triple (by name, or by place from 0); "
                "key= (a column by its name in the first line), that each row is a thing and every other column a relation; "
                "separator= parts the columns",
            )
        if len(set(triple)) < 3:
            raise ConfigError(f"subject, relation and object must be three columns, not {triple}")
        source = column_of("source", options["source"], names, len(first), place) if "source" in options else None
        named = tuple((triple[ROLES.index(role)], column_of(role, column, names, len(first), place)) for role, column in beside.items())
        taken = {*triple, source, *(at for _, at in named)}
        asked = options.get("qualifiers") or ()
        if asked is True:
            asked = [at for at in range(len(first)) if at not in taken]
        elif isinstance(asked, str) or not isinstance(asked, Sequence):
            raise WrongTypeError(f"qualifiers must be True or a list of columns, not {shorten(asked)}")
        places = [column_of("qualifiers", one, names, len(first), place) for one in asked]
        left = [names[at] if header else str(at) for at in range(len(first)) if at not in taken and at not in places]
        if left and notes is not None:
            notes.say(f"columns not read: {', '.join(left)} (qualifiers=True takes them)")
        return cls(
            width=len(first),
            triple=triple,  # type: ignore[arg-type]
            qualifiers=tuple((at, names[at] if header else f"column {at}") for at in places),
            source=source,
            header=header,
            named=named,  # type: ignore[arg-type]
        )

    @property
    def rich(self) -> bool:
        """More than three texts are wanted of a row."""
        return bool(self.qualifiers) or self.source is not None or bool(self.named)

    def records(self, rows: Iterable[tuple[int, Sequence[Any]]], name: str, notes: Notes) -> Iterator[Record | Triples]:
        """Numbered rows of text as records: whole columns, or fact by fact where more is wanted of a row."""
        if self.rich:
            yield from self.facts(rows, name, notes)
            return
        good = Rows(name)
        s, r, o = self.triple
        for line, row in rows:
            if len(row) != self.width:
                self._check_width(row, f"{name}:{line}")
            if not (row[s].strip() and row[r].strip() and row[o].strip()):
                notes.skip(EMPTY, f"{name}:{line}")
                continue
            good.add((row[s], row[r], row[o]), line)
            if len(good) == BATCH:
                yield from good.taken()
        yield from good.taken()

    def facts(self, rows: Iterable[tuple[int, Sequence[Any]]], name: str, notes: Notes) -> Iterator[Record]:
        """Numbered rows of any values, fact by fact, and the names beside them."""
        told: set[tuple[Key, str]] = set()
        for line, row in rows:
            if (fact := self._fact(row, f"{name}:{line}", notes)) is None:
                continue
            yield Record(fact=fact)
            for at, beside in self.named:
                end = fact.subject if at == self.triple[0] else fact.object
                if isinstance(end, Entity) and not is_missing(row[beside]) and (end.id, str(row[beside])) not in told:
                    told.add((end.id, str(row[beside])))
                    yield Record(entity=Entity(end.id, str(row[beside])))

    def _check_width(self, row: Sequence[Any], place: str) -> None:
        check_width(row, self.width, place)

    def _fact(self, row: Sequence[Any], place: str, notes: Notes) -> Fact | None:
        self._check_width(row, place)
        subject, relation, object = (row[at] for at in self.triple)
        if is_missing(subject) or is_missing(relation) or is_missing(object):
            notes.skip(EMPTY, place)
            return None
        found = [(Relation(name), value) for at, name in self.qualifiers for value in literals(row[at], place)]
        more = tuple(sorted(found, key=lambda one: (one[0].id, sort_key(one[1]))))
        source = (place,) if self.source is None or is_missing(row[self.source]) else (str(row[self.source]),)
        if self.named and type(object) is int and any(at == self.triple[2] for at, _ in self.named):
            object = Entity(object)  # a number that has a name is an id
        return fact_of((subject, relation, object), place, qualifiers=more, source=source)


class Rows:
    """Plain facts on their way into one `Triples`."""

    def __init__(self, source: str = "") -> None:
        self.source = source
        self._rows: list[tuple[str, str, str]] = []
        self._lines: list[int] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: tuple[str, str, str], line: int = 0) -> None:
        """One more fact; line 0 is none."""
        self._rows.append(row)
        self._lines.append(line)

    def taken(self) -> Iterator[Triples]:
        """What there is, if anything, and start anew."""
        if self._rows:
            subjects, relations, objects = (list(column) for column in zip(*self._rows))
            yield Triples(subjects, relations, objects, self.source, self._lines)
            self._rows, self._lines = [], []


def check_width(row: Sequence[Any], width: int, place: str) -> None:
    """Refuse a row of another width.

    Raises:
        GraphParseError: with the place and the row.
    """
    if len(row) != width:
        raise GraphParseError(
            f"{place}: {len(row)} column{'s' * (len(row) != 1)} where {width} were expected: {shorten(list(row))}",
            hint="every row has as many columns as the first: mend this line, or say what parts the columns with separator=",
        )


def is_missing(value: Any) -> bool:
    """None, NaN, and text of nothing but spaces."""
    return value is None or (isinstance(value, str) and not value.strip()) or value != value  # noqa: PLR0124  # NaN


def literals(value: Any, place: str) -> list[Literal]:
    """A value, or a list of them, as literals; missing values are none."""
    try:
        found = [literal(one) for one in (value if isinstance(value, (list, tuple)) else (value,))]
    except WrongTypeError as error:
        raise GraphParseError(f"{place}: {error.args[0]}", hint=error.hint) from None
    return [one for one in found if one is not None and one.name.strip()]


def fact_of(
    triple: tuple[Any, Any, Any], place: str, *, qualifiers: tuple[tuple[Relation, Node], ...] = (), source: tuple[str, ...] = ()
) -> Fact:
    """A fact of plain values: text is an entity, at the end of a fact any other value is a literal."""
    subject, relation, object = triple
    if not isinstance(relation, (str, Relation)):
        raise GraphParseError(
            f"{place}: a relation must be text, not {shorten(relation)}",
            hint="relation= says which column or key holds it; a table of two ends and a weight needs a column that names the relation",
        )
    end: Node
    if isinstance(object, (Entity, Literal)):
        end = object
    else:
        end = Entity(object) if isinstance(object, str) else _one_literal(object, place)
    return Fact(entity_of(subject, place), relation if isinstance(relation, Relation) else Relation(relation), end, qualifiers, source)


def entity_of(value: Any, place: str) -> Entity:
    """An entity of an id: text or a whole number of at most 64 bits.

    Raises:
        GraphParseError: anything else.
    """
    if isinstance(value, Entity):
        return value
    value = unboxed(value)
    key: Key = value
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _BIGGEST):
        return Entity(key)
    raise GraphParseError(f"{place}: an id must be text or a whole number of 64 bits, not {shorten(value)}")


def _one_literal(value: Any, place: str) -> Literal:
    found = [] if isinstance(value, (list, tuple)) else literals(value, place)
    if len(found) != 1:
        raise GraphParseError(f"{place}: the object must be one text or value, not {shorten(value)}")
    return found[0]


def _asks_for_names(options: Mapping[str, Any]) -> bool:
    asked = [options.get(role) for role in (*ROLES, "source")]
    if isinstance(options.get("qualifiers"), Sequence):
        asked += options["qualifiers"]
    return any(isinstance(one, str) for one in asked)


def ids_and_names(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options with the column of ids alone where it comes with one of names, and these."""
    plain, beside = dict(options), {}
    for role in ("subject", "object"):
        said = options.get(role)
        if isinstance(said, (tuple, list)):
            if len(said) != 2:
                raise WrongTypeError(f"{role} must be a column, or two: of ids and of their names; not {shorten(said)}")
            plain[role], beside[role] = said
    return plain, beside


def by_words(first: Sequence[Any]) -> tuple[int, int, int] | None:
    """The places of subject, relation and object, where the names of columns are words for them."""
    names = [str(one).strip().casefold() for one in first]
    found = tuple(next((names.index(word) for word in words if word in names), None) for words in USUAL.values())
    return found if None not in found and len(set(found)) == 3 else None  # type: ignore[return-value]


def column_of(option: str, column: Column, names: Sequence[str], width: int, place: str) -> int:
    if isinstance(column, int) and not isinstance(column, bool):
        if not 0 <= column < width:
            raise ConfigError(f"{option}={column!r}: {place} has {width} columns, numbered from 0")
        return column
    if not isinstance(column, str):
        raise WrongTypeError(f"{option} must be a column's name or place, not {shorten(column)}")
    if not names:
        raise ConfigError(f"{option}={column!r} names a column, but {place} has no header", hint=f"{option}=0 is the first column")
    column = column.strip()  # as the names are
    if column not in names:
        raise ConfigError(f"{option}={column!r}: {place} has no such column; there are {shorten(list(names), 200)}")
    if names.count(column) > 1:
        raise GraphError(f"{place}: two columns are named {shorten(column)}", hint=f"{option}=0 is the first column")
    return names.index(column)
