"""Tables with a row for each thing: the headings of the columns are its relations, as spreadsheets have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.errors import ConfigError
from kgllm.graphs.base import Record, Triples
from kgllm.graphs.readers.columns import EMPTY, Layout, by_words, check_width, column_of, entity_of, fact_of, ids_and_names, is_missing
from kgllm.graphs.readers.notes import Notes
from kgllm.types import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Wide:
    """Where the thing of a row stands, and the relations of the other columns. `name`: the column of its name, beside its id.

    >>> Wide.of(["film", "director", "year"], {"subject": "film"}, "films.csv").relations
    ((1, 'director'), (2, 'year'))
    """

    width: int
    subject: int
    relations: tuple[tuple[int, str], ...]
    name: int | None = None
    source: int | None = None
    header: bool = True
    rich: bool = True

    @classmethod
    def of(cls, first: Sequence[Any], options: Mapping[str, Any], place: str) -> Wide:
        """The layout that options and the row of headings say.

        Raises:
            ConfigError: an option names a column that is not there, or makes no sense of such a table.
        """
        if options.get("header") is False:
            raise ConfigError(
                f"{place}: without a row of headings the columns have no relations", hint="relation= and object= say where they are"
            )
        if options.get("qualifiers"):
            raise ConfigError("qualifiers= belongs to a table with relation= and object=; here every column is a relation")
        plain, beside = ids_and_names(options)
        names = [str(one).strip() for one in first]
        subject = column_of("subject", plain["subject"], names, len(first), place)
        name = column_of("subject", beside["subject"], names, len(first), place) if beside else None
        source = column_of("source", plain["source"], names, len(first), place) if "source" in plain else None
        others = [(at, heading) for at, heading in enumerate(names) if at not in (subject, name, source)]
        if missing := [at for at, heading in others if not heading]:
            raise ConfigError(f"{place}: column {missing[0]} has no heading, which would be its relation", hint="give it one")
        return cls(width=len(first), subject=subject, relations=tuple(others), name=name, source=source)

    def records(self, rows: Iterable[tuple[int, Sequence[Any]]], name: str, notes: Notes) -> Iterator[Record | Triples]:
        """See `facts`."""
        yield from self.facts(rows, name, notes)

    def facts(self, rows: Iterable[tuple[int, Sequence[Any]]], name: str, notes: Notes) -> Iterator[Record]:
        """Each row as its thing and a fact for every field that holds something; a list in a field is a fact each."""
        for line, row in rows:
            place = f"{name}:{line}"
            check_width(row, self.width, place)
            if is_missing(row[self.subject]):
                notes.skip(EMPTY, place)
                continue
            thing = entity_of(row[self.subject], place)
            if self.name is not None and not is_missing(row[self.name]):
                thing = Entity(thing.id, str(row[self.name]))
            yield Record(entity=thing)
            source = (place,) if self.source is None or is_missing(row[self.source]) else (str(row[self.source]),)
            for at, relation in self.relations:
                for value in row[at] if isinstance(row[at], (list, tuple)) else [row[at]]:
                    if not is_missing(value):
                        yield Record(fact=fact_of((thing, relation, value), place, source=source))


def layout_of(first: Sequence[Any], options: Mapping[str, Any], place: str, notes: Notes) -> Layout | Wide:
    """How the rows of a table read: subject, relation and object in three columns; or, where only subject= is said and the
    headings tell of no triple, a thing a row."""
    alone = "subject" in options and not {"relation", "object"} & options.keys()
    if alone and by_words([str(one) for one in first]) is None:
        return Wide.of(first, options, place)
    return Layout.of(first, options, place, notes)
