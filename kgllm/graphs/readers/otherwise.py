"""Files that kgllm does not read, and how to have what is in them all the same."""

from __future__ import annotations

import re
from pathlib import Path

from kgllm.errors import ConfigError

_SHEET = "kgllm.load(pandas.read_excel(…)), with header=[0, 1] where two rows are headings; or save it as CSV"
_LOADED = "kgllm.load({0}(…)) reads a list of objects, or tables by their names; kgllm.load([{0}(…)]) an object that is one thing"
_YAML = _LOADED.format("yaml.safe_load")
_NETWORK = "kgllm.load(networkx.{0}(…))"
_PANDAS = "kgllm.load(pandas.{0}(…))"
_CALENDAR = (
    "kgllm.load([{name: str(value) for name, value in event.items()} for event in icalendar.Calendar.from_ical(text).walk('VEVENT')])"
)
_PAGES = "kgllm.load(pandas.read_html(…)[0]) reads a table in it"
_FRAMES = "pandas reads it, with the package that it asks for: kgllm.load(pandas.{0}(…))"
_TREE = "unpack it, and load the file or the folder"
_NEO4J = "run it in Neo4j, and kgllm.load('neo4j://…', auth=(user, password))"
_TEXT = "it holds no tables; triples or records that you take from it are read"

OTHERWISE = {
    ".7z": _TREE,
    ".adjlist": _NETWORK.format("read_adjlist") + ", with relation=lambda *edge: 'knows'",
    ".arrow": _PANDAS.format("read_feather"),
    ".avro": "kgllm.load(list(fastavro.reader(file)), table='works')",
    ".bib": "kgllm.load(bibtexparser.load(file).entries, table='works')",
    ".bson": _LOADED.format("bson.decode_all"),
    ".cql": _NEO4J,
    ".cypher": _NEO4J,
    ".dbf": "kgllm.load(geopandas.read_file(…).drop(columns='geometry'))",
    ".doc": _TEXT,
    ".docx": _TEXT,
    ".dot": _NETWORK.format("nx_pydot.read_dot"),
    ".dta": _PANDAS.format("read_stata"),
    ".edgelist": _NETWORK.format("read_edgelist") + ", with relation=lambda *edge: 'knows'",
    ".feather": _PANDAS.format("read_feather"),
    ".gexf": _NETWORK.format("read_gexf"),
    ".gml": _NETWORK.format("read_gml") + ", or write it as GraphML instead",
    ".h5": _FRAMES.format("read_hdf"),
    ".hdf5": _FRAMES.format("read_hdf"),
    ".hdt": "rdf2hdt's hdt2rdf writes it as N-Triples",
    ".htm": _PAGES,
    ".html": _PAGES,
    ".ics": _CALENDAR,
    ".ini": "kgllm.load({name: dict(section) for name, section in parser.items()}), with a configparser that has read it",
    ".json5": _LOADED.format("json5.load"),
    ".mat": "kgllm.load(pandas.DataFrame(…)) of what scipy.io.loadmat gives",
    ".md": "of its front matter: kgllm.load([yaml.safe_load(text.split('---')[1]) for text in …])",
    ".mpk": _LOADED.format("msgpack.load"),
    ".msgpack": _LOADED.format("msgpack.load"),
    ".n3": "write it as Turtle instead",
    ".net": _NETWORK.format("read_pajek"),
    ".obo": "an ontology in OBO: kgllm.load(obonet.read_obo(…)), a networkx graph; or as .owl or .ttl, which ROBOT converts it to",
    ".ods": _SHEET,
    ".orc": _PANDAS.format("read_orc"),
    ".pdf": _TEXT,
    ".rar": _TREE,
    ".rda": "kgllm.load(frame, table='works') for the DataFrames that pyreadr.read_r(…) gives by their names",
    ".rdata": "kgllm.load(frame, table='works') for the DataFrames that pyreadr.read_r(…) gives by their names",
    ".rds": "kgllm.load(pyreadr.read_r(…)[None], table='works')",
    ".ris": "kgllm.load(rispy.load(file), table='works')",
    ".sas7bdat": _PANDAS.format("read_sas"),
    ".sav": _PANDAS.format("read_spss"),
    ".shp": "kgllm.load(geopandas.read_file(…).drop(columns='geometry'))",
    ".sql": "sqlite3 data.sqlite < dump.sql, then kgllm.load('data.sqlite')",
    ".tar": _TREE,
    ".tgz": _TREE,
    ".toml": _LOADED.format("tomllib.load"),
    ".vcf": "kgllm.load([…]) reads a dict for each card",
    ".xls": _SHEET,
    ".xlsm": _SHEET,
    ".xlsx": _SHEET,
    ".yaml": _YAML,
    ".yml": _YAML,
    ".zip": "unpack it, and load the file or the folder; or write it as gzip; pandas.read_csv(…) reads a CSV in it",
    ".zst": "write it as gzip instead",
}
"""By suffix."""
XML = "kgllm.load(pandas.read_xml(…)) reads elements that are alike as rows; RDF/XML and GraphML are read as they are"


WIKIDATA = (
    "what a dump says of things is read as RDF: their page as Special:EntityData/Q42.ttl, or a dump in N-Triples ('truthy'); triples "
    "that you take from it are read, too"
)

_BY_BYTES = {b"PK\x03\x04": ".zip", b"\x89HDF": ".h5", b"Obj\x01": ".avro", b"ARROW1": ".arrow", b"FEA1": ".feather", b"ORC": ".orc", b"7z\xbc\xaf": ".7z", b"$HDT": ".hdt"}  # fmt: skip
_BY_TEXT = {
    ".obo": re.compile(r"format-version:\s*1\.|\[Term\]\s*\n"),
    ".gml": re.compile(r"(?:Creator\s[^\n]*\s+)?(?:Version\s[^\n]*\s+)?graph\s*\["),
    ".net": re.compile(r"(?:\*Network\b[^\n]*\s+)?\*Vertices\s+\d", re.IGNORECASE),
    ".cypher": re.compile(r"(?:CREATE|MERGE)\s*\((?:\w*\s*:|\w*\))|:begin\s"),
    ".sql": re.compile(
        r"(?:--[^\n]*\n|/\*.*?\*/;?|\s)*(?:CREATE TABLE|INSERT INTO|PRAGMA foreign_keys|BEGIN TRANSACTION|DROP TABLE)\b",
        re.IGNORECASE | re.DOTALL,
    ),
    ".gexf": re.compile(r"<(?:\?xml[^>]*>\s*<)?gexf\b"),
}


def refuse_by_content(path: Path, start: bytes, text: str) -> None:
    """Say of a file that is known by how it begins that it is not read, and how it may be.

    Raises:
        ConfigError: it is one of these.
    """
    for begun, suffix in _BY_BYTES.items():
        if start.startswith(begun):
            refuse(path, suffix, OTHERWISE[suffix])
    for suffix, form in _BY_TEXT.items():
        if form.match(text):
            refuse(path, suffix, OTHERWISE[suffix])


def refuse(path: Path, suffix: str, how: str) -> None:
    """Say that a file is not read, and how it may be.

    Raises:
        ConfigError: always.
    """
    raise ConfigError(f"{path.name}: kgllm does not read {suffix} files", hint=f"{how}; or say format=")
