"""Which reader reads a source: said by `format=`, or found out from the object, the suffix, and the first bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from kgllm.errors import ConfigError, GraphParseError, WrongTypeError, shorten
from kgllm.graphs.base import Record, Things, Triples
from kgllm.graphs.readers.notes import Notes
from kgllm.graphs.readers.otherwise import OTHERWISE, WIKIDATA, XML, refuse, refuse_by_content
from kgllm.graphs.readers.sources import head, unpacked_name

Reader: TypeAlias = "Callable[[Any, Mapping[str, Any], Notes], Iterator[Record | Triples | Things] | Iterator[Record | Triples] | Iterator[Record] | Iterator[Things]]"

_COLUMNS = ("subject", "relation", "object", "qualifiers", "source")
_TEXT = ("separator", "header", *_COLUMNS)
_ATTRIBUTES = ("relation", "id", "source")
_RDF = ("id", "language", "same_as")
_RECORDS = ("key", "id", "refers", "extends", "split", "table", "tables", "without", "source")


@dataclass(frozen=True, slots=True)
class Format:
    """A way to read: the function that does it ("module:name"), and the options that it takes.

    names_itself: the options name, aliases and types go to the reader; elsewhere they name relations.
    """

    where: str
    options: tuple[str, ...] = ()
    names_itself: bool = False

    def reader(self) -> Reader:
        """The function; importing it only now keeps numpy, rdflib and pandas out of who does not need them."""
        module, _, name = self.where.partition(":")
        reader: Reader = getattr(import_module(f"kgllm.graphs.readers.{module}"), name)
        return reader


RECORDS = Format("records:read_records", (*_RECORDS, "separator", "header"), True)
"""Tables whose rows are things, in any format of tables."""

FACTS_FOLDER = Format("folder:read_folder", _TEXT)
"""Files of columns that all hold facts, which are one graph."""

RDF_FOLDER = Format("rdf:read_folder", _RDF, True)
"""RDF in several files, which are one graph."""

FORMATS: dict[str, Format] = {
    "tsv": Format("separated:read_separated", _TEXT),
    "csv": Format("separated:read_csv", _TEXT),
    "jsonl": Format("tables:read_json_lines", _COLUMNS),
    "json": Format("tables:read_json_rows", _COLUMNS),
    "parquet": Format("tables:read_parquet", _COLUMNS),
    "graphml": Format("graphs:read_graphml", _ATTRIBUTES, True),
    "node-link": Format("graphs:read_node_link", _ATTRIBUTES, True),
    "turtle": Format("rdf:read_turtle", _RDF, True),
    "nt": Format("rdf:read_ntriples", _RDF, True),
    "nquads": Format("rdf:read_nquads", _RDF, True),
    "trig": Format("rdf:read_trig", _RDF, True),
    "xml": Format("rdf:read_rdfxml", _RDF, True),
    "json-ld": Format("rdf:read_jsonld", _RDF, True),
    "sqlite": Format("records:read_records", _RECORDS, True),
}
"""Formats of files. Objects (triples, DataFrames, networkx and rdflib graphs) are known by their type."""

OBJECTS: dict[str, Format] = {
    "objects": Format("tables:read_objects", _COLUMNS),
    "tables": RECORDS,
    "triples": Format("triples:read_triples"),
    "a DataFrame": Format("tables:read_frame", _COLUMNS),
    "a networkx graph": Format("graphs:read_networkx", _ATTRIBUTES, True),
    "an rdflib graph": Format("rdf:read_graph", _RDF, True),
    "a pyoxigraph Store": Format("rdf:read_graph", _RDF, True),
}

_SUFFIXES = {
    ".csv": "csv",
    ".db": "sqlite",
    ".db3": "sqlite",
    ".graphml": "graphml",
    ".jsonl": "jsonl",
    ".jsonld": "json-ld",
    ".ndjson": "jsonl",
    ".nq": "nquads",
    ".nt": "nt",
    ".owl": "xml",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".psv": "tsv",
    ".rdf": "xml",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".tab": "tsv",
    ".trig": "trig",
    ".tsv": "tsv",
    ".ttl": "turtle",
}
_WIKIDATA = re.compile(r'"mainsnak"\s*:\s*\{')
_NTRIPLE = re.compile(r'(<[^<>"{}|^`\\\s]*>|_:\S+)[ \t]*<[^<>"{}|^`\\\s]*>[ \t]*(<|_:|")')


def format_of_file(path: Path, said: Any = None) -> str:
    """The name of a file's format.

    Raises:
        ConfigError: no such format, or one that kgllm does not read.
    """
    if said is not None:
        if not isinstance(said, str):
            raise WrongTypeError(f"format must be a name, not {shorten(said)}")
        name = _SUFFIXES.get(f".{said}", said)
        if name not in FORMATS:
            raise ConfigError(f"format={said!r} is none that kgllm reads", hint=f"there are {', '.join(sorted(FORMATS))}")
        return name
    suffix = Path(unpacked_name(path)).suffix.lower()
    if suffix in OTHERWISE:
        refuse(path, suffix, OTHERWISE[suffix])
    if suffix == ".json":
        text = head(path).decode("utf-8", "replace").lstrip()
        if _WIKIDATA.search(text):
            refuse(path, "Wikidata's JSON", WIKIDATA)
        return _kind_of_json(text)
    if suffix in (".owl", ".rdf") and not head(path).lstrip().startswith((b"<?xml", b"<rdf:", b"<RDF", b"<!")):
        return _ontology(path)
    return _SUFFIXES.get(suffix) or _by_content(head(path), path)


def rdf_files(folder: Path) -> list[Path]:
    """The files of RDF right in a folder, by their names, in their order."""
    wanted = tuple(suffix for suffix, name in _SUFFIXES.items() if FORMATS[name].where.startswith("rdf:"))
    shown = (one for one in sorted(folder.iterdir()) if one.is_file() and not one.name.startswith("."))
    return [one for one in shown if one.name.lower().removesuffix(".gz").endswith(wanted)]


def _ontology(path: Path) -> str:
    """The format of what editors of ontologies save as .owl or .rdf and is no RDF/XML at first sight."""
    if re.match(r"\s*(Prefix\s*\(|Ontology\s*[(:]|Prefix:)", head(path).decode("utf-8", "replace")):
        raise ConfigError(f"{path.name}: kgllm does not read OWL's functional and Manchester syntax", hint="save it as RDF/XML or Turtle")
    found = _by_content(head(path), path)
    return "xml" if found == "tsv" else found


def format_of_object(source: Any) -> str:
    """The name of an object's kind, known by its class alone: nothing is imported to find out.

    Raises:
        WrongTypeError: nothing that can be read.
    """
    classes = {f"{one.__module__.partition('.')[0]}.{one.__qualname__}" for one in type(source).__mro__}
    if "pandas.DataFrame" in classes:
        return "a DataFrame"
    if "networkx.Graph" in classes:
        return "a networkx graph"
    if "rdflib.Graph" in classes:
        return "an rdflib graph"
    if "pyoxigraph.Store" in classes:
        return "a pyoxigraph Store"
    if isinstance(source, Mapping):
        return "tables"
    if isinstance(source, (bytes, bytearray, type)) or not hasattr(source, "__iter__"):  # a class has what its instances have
        raise WrongTypeError(
            f"what is of type {type(source).__name__} cannot be read as a graph: {shorten(source)}",
            hint="give a path, triples, records, a DataFrame, or a networkx or rdflib graph",
        )
    return "triples"


def _by_content(start: bytes, path: Path) -> str:
    text = start.decode("utf-8", "replace").lstrip()
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"SQLite format 3\0"):
        return "sqlite"
    refuse_by_content(path, start, text)
    if b"\0" in start[:1024]:
        raise GraphParseError(f"{path.name}: not a text file, and no format that kgllm reads", hint="format=… says how to read it")
    if text.startswith("<") and re.search(r"<graphml[\s>]", text):
        return "graphml"
    if text.startswith("<") and re.search(r"<(\w+:)?RDF[\s>]", text):
        return "xml"
    if re.match(r"@(prefix|base)\s|(prefix|base)\s+(\w*:\s*)?<", text, re.IGNORECASE):
        return "trig"  # which Turtle is a part of
    if _NTRIPLE.match(text):
        return "nquads"  # which N-Triples are a part of
    if re.match(r"<[^<>\s]*>\s*\{", text):
        return "trig"
    if text.startswith(("{", "[")):
        return _kind_of_json(text)
    if text.startswith(("<?xml", "<!DOCTYPE", "<!doctype", "<html")):
        refuse(path, "XML" if text.startswith("<?xml") else "HTML", XML if text.startswith("<?xml") else OTHERWISE[".html"])
    return "tsv"


def _kind_of_json(text: str) -> str:
    first = text.partition("\n")[0].rstrip()
    if first.startswith("{") and first.endswith("}") and text.startswith("{", len(first) + 1):
        return "jsonl"
    if re.search(r'"@(context|graph|id|type)"\s*:', text):
        return "json-ld"
    if text.startswith("{") and (re.search(r'"nodes"\s*:', text) or re.match(r'\{\s*"(directed|multigraph|graph)"', text)):
        return "node-link"
    return "json"


def is_path(source: Any) -> bool:
    """A text or a path-like object."""
    return isinstance(source, (str, os.PathLike))
