"""What may be said about a source. Each format takes some of it; anything else is refused by name."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypedDict

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.types import Key

Column: TypeAlias = "str | int"
"""A column by its name in the header (a key, in JSON lines), or by its place (0 is the first)."""

Path: TypeAlias = "str | os.PathLike[str]"
End: TypeAlias = "Column | tuple[Column, Column]"
"""Where the ids of one end are; or these, and their names beside them."""

Table: TypeAlias = "Path | Mapping[Any, Any]"
"""More about entities: a mapping from id to one text or several (a Series, a DataFrame of two columns), or a file of two columns."""


class Options(TypedDict, total=False):
    """The options of `kgllm.load`; the formats that take each are in brackets.

    format: how to read the source, where that is not found out.
    encoding: of a text file (and of tables beside it) that is not UTF-8: "gb18030" for Excel's in Chinese, "cp1252" in Western
        Europe. UTF-16 is known by its mark. [files]
    separator: between columns; a tab and "|" know no quoting, any other mark is CSV (RFC 4180). [text]
    header: whether the first line names the columns; found out where not said. [text, Parquet takes none]
    subject, relation, object: the columns of the triple; `relation` may be the edge attribute of a graph. Two columns in the place
        of one subject or object are its id and its name. subject alone: the key (and name) of a table of records.
        [tables, graphs]
    qualifiers: columns that qualify the fact; True takes all that are left. [tables]
    key: the column whose values are the ids of the rows ("table.column" of one table of several); two columns are one key, and
        {"table": ["column", "other"], …} says it by table, as it does of `name`; `id` says the same. [records]
    refers: which columns lead to rows of which table ({"country": "countries"}, or "countries.iso3"), to things of a kind where there
        is no such table; None for a column that leads nowhere. A column may be "table.column", which counts over what is said of all.
        A list of tables: each value leads to the one that has it. Several columns may lead to a row together
        ({("series", "baker"): "bakers"}). [records]
    extends: whose rows those of a table are, where both have the same keys ({"film_ratings": "films"}); None keeps them apart. [records]
    split: what stands between the values of one cell, by column ({"aliases": ";"}); several marks as a list. [records]
    without: the columns that are not read ("table.column" of one table), with all that is nested in them. [records]
    table: what the rows are, where no file's name says it. tables: which tables of a database or folder are read. [records]
    source: the column or edge attribute that says where a fact was read. [tables, records, graphs]
    language: whose labels are the names, or several languages, the best first; then untagged ones, then English. [RDF]
    same_as: fold nodes that owl:sameAs joins into one, under the smallest IRI. [RDF]
    id, name, aliases, types: where these are: node attributes of a graph, relations of triples, predicates of RDF, columns of records.
    relations: what people call the relations, beside their own names: a mapping from a relation's id or name to one text or several, in any
        language, or the path of a file of two columns ("tld" → "top-level domain"). [all, compiled folders and servers too]
    names, aliases, types: or a mapping, or the path of a file of two columns (id, text). [all]
    unnamed: the ids of nodes that only join others (compound values, events), or a rule from id to bool; () for none. Where
        nothing is said they are told by their structure. [all]
    strict: refuse rows that would be skipped. root: the only folder that may be read.
    auth, timeout: of a server; retries, pool, connect, database, impersonate, skip: as `Neo4jGraph` says. [servers]
    """

    format: str
    encoding: str
    separator: str
    header: bool
    subject: End
    relation: Any
    relations: Path | Mapping[str, str | Sequence[str]]
    object: End
    qualifiers: bool | Sequence[Column]
    key: str | Sequence[str] | Mapping[str, str | Sequence[str]]
    refers: Mapping[str, str | Sequence[str] | None] | Mapping[str | tuple[str, ...], str | Sequence[str] | None]
    extends: Mapping[str, str | None]
    split: Mapping[str, str | Sequence[str]]
    table: str
    tables: str | Sequence[str]
    without: str | Sequence[str]
    source: Column
    language: str | Sequence[str]
    same_as: bool
    id: str | Callable[[Any], Key]
    name: str | Sequence[str] | Mapping[str, str | Sequence[str]]
    names: Table
    aliases: str | Sequence[str] | Table
    types: str | Sequence[str] | Table
    unnamed: Callable[[Key], bool] | Collection[Key]
    strict: bool
    root: Path
    auth: Any
    database: str
    impersonate: str
    skip: Sequence[str]
    timeout: float
    retries: int
    pool: int
    connect: float


EVERYWHERE = frozenset({"names", "relations", "aliases", "types", "name", "strict"})
OF_FILES = ("format", "root", "encoding")


def check_options(options: Mapping[str, Any], allowed: Iterable[str], what: str, *, everywhere: bool = True) -> None:
    """Refuse an option that is none, or none of this format. `everywhere`: what every format takes is allowed too.

    Raises:
        ConfigError: as said, with the nearest name or the options that there are.
    """
    allowed = {*allowed, *(EVERYWHERE if everywhere else ())}
    for name in options:
        if name in allowed:
            continue
        if name in Options.__annotations__:
            raise ConfigError(f"{what} takes no option {name!r}", hint=f"it takes {', '.join(sorted(allowed)) or 'none'}")
        near = difflib.get_close_matches(name, Options.__annotations__, 1)
        raise ConfigError(
            f"unknown option {shorten(name)}", hint=f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(allowed))}"
        )
    for name in ("strict", "header"):
        if not isinstance(options.get(name), (bool, type(None))):
            raise WrongTypeError(f"{name} must be True or False, not {shorten(options[name])}")


_NEAR = 5  # names that are offered, at most


def near_or_all(asked: str, there: Sequence[str]) -> str:
    """What a name that is none may have meant: those that hold it, or that it holds, and those spelled nearly so; else what there is.

    >>> near_or_all("广韵", ["_020_广韵_小学堂", "_021_集韵"]), near_or_all("airport", ["flights", "airports"]), near_or_all("x", ["a", "b"])
    ("did you mean '_020_广韵_小学堂'?", "did you mean 'airports'?", "there are ['a', 'b']")
    """
    said = asked.casefold().strip()
    low = {name: name.casefold() for name in there}
    holding = [name for name, text in low.items() if said and (said in text or (len(text) > 1 and text in said))]
    close = difflib.get_close_matches(said, low.values(), _NEAR)
    near = list(dict.fromkeys([*holding, *(name for text in close for name in there if low[name] == text)]))
    if not near:
        return f"there are {shorten(list(there), 200)}"
    more = f", or {len(near) - _NEAR} more" if len(near) > _NEAR else ""
    return f"did you mean {' or '.join(map(repr, near[:_NEAR]))}{more}?"
