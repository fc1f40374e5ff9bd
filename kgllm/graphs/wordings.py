"""What a user calls the relations of a graph: `relations={"tld": "top-level domain", "rhythmic": ["词牌", "tune"]}`.

The words become other names of the relation, which questions are matched against as against its own; in RDF a property's labels are that.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.types import Relation, replace


class Wordings:
    """Wordings of relations by their ids or names: a mapping to one text or several, or the path of a file of two columns.

    >>> said = Wordings({"tld": ["top-level domain", "顶级域名"]})
    >>> said.of(Relation("tld")).aliases
    ('top-level domain', '顶级域名')

    Raises:
        WrongTypeError: something else.
    """

    def __init__(self, said: Any, root: Any = None) -> None:
        if isinstance(said, (str, os.PathLike)):
            from kgllm.graphs.readers.names import rows_of_table

            rows: dict[str, list[str]] = {}
            for key, texts in rows_of_table(Path(said), "relations", root):
                rows.setdefault(str(key), []).extend(texts)
            said = rows
        if not isinstance(said, Mapping):
            raise WrongTypeError(
                f"relations must be a mapping from relations to what they are called, or a file's path, not {shorten(said)}"
            )
        self._said: dict[str, tuple[str, ...]] = {key: _texts(key, texts) for key, texts in said.items()}

    def __bool__(self) -> bool:
        return bool(self._said)

    def of(self, relation: Relation) -> Relation:
        """The relation, called by what is said of it, too."""
        found = (*self._said.get(relation.id, ()), *(self._said.get(relation.name, ()) if relation.name != relation.id else ()))
        new = tuple(dict.fromkeys(text for text in found if text != relation.name and text not in relation.aliases))
        return replace(relation, aliases=(*relation.aliases, *new)) if new else relation

    def check(self, relations: Iterable[Relation], place: str = "the graph") -> None:
        """Refuse what names no relation.

        Raises:
            ConfigError: with the nearest relation, or some that there are.
        """
        known = {name: None for relation in relations for name in (relation.name, relation.id)}
        for key in self._said:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                some = ", ".join(repr(name) for name in sorted(known)[:8])
                hint = f"did you mean {near[0]!r}?" if near else f"there are {some}" if some else "it has no relations"
                raise ConfigError(f"relations: {place} has no relation {shorten(key)}", hint=hint)


NONE = Wordings({})


def wordings(said: Any, root: Any = None) -> Wordings:
    """Wordings of an option that may be left out."""
    return NONE if said is None else said if isinstance(said, Wordings) else Wordings(said, root)


def worded(records: Iterator[Any], said: Wordings) -> Iterator[Any]:
    """The records of a source, then what is said of its relations."""
    from kgllm.graphs.base import Record, Things, Triples

    names: dict[str, Relation] = {}
    for record in records:
        if isinstance(record, Triples):
            names.update((one, Relation(one)) for one in set(record.relations) - names.keys())
        elif isinstance(record, Things):
            names.update((told.relation.id, told.relation) for told in record.facts if told.relation.id not in names)
        else:
            met = [record.relation] if record.relation is not None else []
            if record.fact is not None:
                met += [record.fact.relation, *(relation for relation, _ in record.fact.qualifiers)]
            for one in met:
                if one.id not in names or names[one.id].name == one.id:
                    names[one.id] = one
        yield record
    said.check(names.values(), "the source")
    for one in names.values():
        if (called := said.of(one)) is not one:
            yield Record(relation=called)


def _texts(key: Any, texts: Any) -> tuple[str, ...]:
    several = (texts,) if isinstance(texts, str) else texts
    if not isinstance(key, str) or not isinstance(several, (list, tuple)) or not several:
        raise WrongTypeError(f"relations: {shorten(key)} must be called by a text or a list of texts, not {shorten(texts)}")
    for one in several:
        if not isinstance(one, str) or not one.strip():
            raise WrongTypeError(f"relations: {shorten(key)} must be called by texts, not {shorten(one)}")
    return tuple(several)
