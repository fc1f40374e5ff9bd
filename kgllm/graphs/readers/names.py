"""Names, aliases and types of entities from beside the facts: a file, a mapping, or relations of the source itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.base import Record, Things, Triples
from kgllm.graphs.readers.columns import is_missing
from kgllm.graphs.readers.encodings import encoding_of, through_utf8
from kgllm.graphs.readers.jsontext import parse_json
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.separated import UNQUOTED, rows_of, separator_of
from kgllm.graphs.readers.sources import local_path
from kgllm.types import Entity, Key, Relation

_SHOWN = 3  # ids without a fact
_FIELDS = ("name", "aliases", "types")
_HEADERS = ("id", "entity", "key", "node", "实体", "编号")


def split_naming(options: Mapping[str, Any], *, records: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the options say of names: ("name" | "aliases" | "types" → where the source says it, and → a table beside it).

    A mapping or a `Path` is a table, and so is the text of an existing file's path; other texts are the source's own. Of records name={…}
    says the columns by table.
    """
    by_table = {"name": options["name"]} if records and isinstance(options.get("name"), Mapping) else {}
    options = {option: _mapping(said) if option in ("names", *_FIELDS) else said for option, said in options.items()}
    own = {field: options[field] for field in _FIELDS if field in options and not _is_table(options[field])}
    own |= by_table
    tables: dict[str, Any] = {field: options[field] for field in ("aliases", "types") if field in options and field not in own}
    if "names" in options:
        tables["name"] = options["names"]
    if "name" in options and "name" not in own:
        raise ConfigError("name= says where the source holds names; a table of them is names=", hint=f"names={shorten(options['name'])}")
    return own, tables


def named_by_relations(records: Iterator[Record | Triples | Things], relations: Mapping[str, Any]) -> Iterator[Record | Triples | Things]:
    """The records, with the facts of some relations read as names, aliases or types of their subjects.

    Raises:
        ConfigError: a relation that no fact has.
    """
    meaning = {relation: field for field, said in relations.items() for relation in _several(field, said)}
    missing = dict.fromkeys(meaning)
    for record in records:
        if isinstance(record, Triples):
            found = [row for row, relation in enumerate(record.relations) if relation in meaning]
            for row in found:
                missing.pop(record.relations[row], None)
                yield Record(entity=_entity(record.subjects[row], meaning[record.relations[row]], record.objects[row]))
            yield _without(record, found) if found else record
        elif isinstance(record, Things):
            yield record  # their readers know what their columns mean
        elif record.fact is not None and record.fact.relation.id in meaning:
            missing.pop(record.fact.relation.id, None)
            yield Record(entity=_entity(record.fact.subject.id, meaning[record.fact.relation.id], record.fact.object.name))
        else:
            yield record
    if missing:
        relation = next(iter(missing))
        raise ConfigError(
            f"{meaning[relation]}={relation!r}: no fact has this relation, and no file this name",
            hint="a table of names, aliases or types is a mapping or the path of a file",
        )


def named_by_tables(
    records: Iterator[Record | Triples | Things], tables: Mapping[str, Any], notes: Notes, *, root: Any = None, encoding: Any = None
) -> Iterator[Record | Triples | Things]:
    """The records, with what the tables say of their entities and relations; other ids are counted and left out. A name comes before what
    the source calls the same, which then is another name of it: the first one said counts."""
    rows = [
        (field, key, text)
        for field, table in tables.items()
        for key, texts in rows_of_table(table, field, root, encoding)
        for text in texts
    ]
    names: dict[Key, list[str]] = {}
    for _, key, text in (row for row in rows if row[0] == "name"):
        names.setdefault(key, []).append(text)
    asked = {key for _, key, _ in rows}
    asked |= {int(key) for key in asked if _is_number(key)}
    entities: set[Key] = set()
    relations: set[Key] = set()
    for record in records:
        met, along = (asked.intersection(ids) for ids in _ids(record))
        for key in sorted(met - entities, key=str):
            said = names.get(key, names.get(str(key), ()))
            yield from (Record(entity=Entity(key, text)) for text in said)
        for relation in sorted(along - relations, key=str):
            yield from (Record(relation=Relation(str(relation), text)) for text in names.get(relation, ()))
        entities |= met
        relations |= along
        yield record
    unknown: list[Key] = []
    for field, key, text in rows:
        if key not in entities and _is_number(key) and int(key) in entities:
            key = int(key)
        if key in entities and field != "name":
            yield Record(entity=_entity(key, field, text))
        if key in relations and field == "aliases":
            yield Record(relation=Relation(str(key), aliases=(text,)))
        if key not in entities and key not in relations:
            unknown.append(key)
    if unknown:
        some = ", ".join(shorten(key, 30) for key in list(dict.fromkeys(unknown))[:_SHOWN])
        more = ", …" if len(set(unknown)) > _SHOWN else ""
        notes.say(f"{len(unknown):,} names, aliases or types left out: no fact has their id ({some}{more})")


def _ids(record: Record | Triples | Things) -> tuple[Iterable[Key], Iterable[str]]:
    """The ids of the entities of a record, and of its relations."""
    if isinstance(record, Triples):
        return chain(record.subjects, record.objects), record.relations
    if isinstance(record, Things):
        nodes = (node.id for told in record.facts for node in told.nodes if isinstance(node, Entity))
        return chain(record.keys, nodes), (told.relation.id for told in record.facts)
    entities = [] if record.entity is None else [record.entity.id]
    relations = [] if record.relation is None else [record.relation.id]
    if (fact := record.fact) is not None:
        entities += [node.id for node in fact.nodes if isinstance(node, Entity)]
        relations += [fact.relation.id, *(relation.id for relation, _ in fact.qualifiers)]
    return entities, relations


def _is_number(key: Key) -> bool:
    """Whether a text may be the id of what has a whole number for one."""
    return isinstance(key, str) and key.isdecimal() and len(key) < 20


def _entity(key: Key, field: str, text: str) -> Entity:
    return Entity(key, text) if field == "name" else Entity(key, aliases=(text,)) if field == "aliases" else Entity(key, types=(text,))


def _without(batch: Triples, rows: Sequence[int]) -> Triples:
    gone = set(rows)
    keep = [row for row in range(len(batch.relations)) if row not in gone]
    subjects, relations, objects = ([column[row] for row in keep] for column in (batch.subjects, batch.relations, batch.objects))
    return Triples(subjects, relations, objects, batch.source, [batch.lines[row] for row in keep] if batch.lines else ())


def _mapping(said: Any) -> Any:
    """A Series of pandas by its index, and a DataFrame of two columns, as a mapping; anything else as it is."""
    kind = type(said)
    if kind.__module__.partition(".")[0] != "pandas":
        return said
    if kind.__name__ == "Series":
        return said.to_dict()
    if kind.__name__ == "DataFrame" and len(said.columns) == 2:
        return dict(zip(said.iloc[:, 0], said.iloc[:, 1], strict=True))
    raise WrongTypeError(f"a table of names is a mapping, a Series or a DataFrame of two columns, not a {kind.__name__}")


def _is_table(said: Any) -> bool:
    if isinstance(said, (Mapping, os.PathLike)):
        return True
    return isinstance(said, str) and "\0" not in said and len(said) < 4096 and Path(said).is_file()


def _several(field: str, said: Any) -> tuple[str, ...]:
    several = (said,) if isinstance(said, str) else said
    if not isinstance(several, (list, tuple)) or not several or not all(isinstance(one, str) and one for one in several):
        raise WrongTypeError(f"{field} must be a relation, a list of them, a mapping, or a path, not {shorten(said)}")
    return tuple(several)


def rows_of_table(table: Any, field: str, root: Any, encoding: Any = None) -> Iterator[tuple[Key, list[str]]]:
    """(id, texts) of a mapping, or of a file of two columns."""
    if isinstance(table, Mapping):
        yield from ((key, _texts(texts, f"{field} of {shorten(key)}")) for key, texts in table.items())
        return
    if not isinstance(table, (str, os.PathLike)):
        raise WrongTypeError(f"{field}: a table is a mapping or a path, not {shorten(table)}")
    path = local_path(table, root)
    yield from through_utf8(path, encoding_of(path, encoding), lambda readable: _rows_of_file(readable, field))


def _rows_of_file(path: Path, field: str) -> Iterator[tuple[Key, list[str]]]:
    if ".json" in path.suffixes:
        whole = parse_json(path)
        if not isinstance(whole, dict):
            raise GraphParseError(f"{path.name}: must be one JSON object from ids to texts")
        yield from ((key, _texts(texts, f"{path.name}: {shorten(key)}")) for key, texts in whole.items())
        return
    separator = separator_of(path, None, None, columns=2)
    for line, row in rows_of(path, separator, quoted=separator not in UNQUOTED):
        if len(row) != 2:
            raise GraphParseError(f"{path.name}:{line}: {len(row)} columns where 2 were expected", hint="one id and one text a line")
        if line > 1 or row[0].strip().casefold() not in _HEADERS:
            yield row[0], _texts(row[1], f"{path.name}:{line}")


def _texts(texts: Any, place: str) -> list[str]:
    several = texts if isinstance(texts, (list, tuple)) else [texts]
    if not all(isinstance(one, str) or is_missing(one) for one in several):
        raise GraphParseError(f"{place}: must be one text or a list of texts, not {shorten(texts)}")
    return [one for one in several if not is_missing(one)]
