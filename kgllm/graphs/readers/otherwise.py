"""Files that kgllm does not read, and how to have what is in them all the same."""

from __future__ import annotations

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
_TEXT = "it holds no tables; triples or records that you take from it are read"

OTHERWISE = {
    ".arrow": _PANDAS.format("read_feather"),
    ".bib": "kgllm.load(bibtexparser.load(file).entries, table='works')",
    ".bz2": "write it as gzip instead",
    ".doc": _TEXT,
    ".docx": _TEXT,
    ".dot": _NETWORK.format("nx_pydot.read_dot"),
    ".dta": _PANDAS.format("read_stata"),
    ".feather": _PANDAS.format("read_feather"),
    ".gexf": _NETWORK.format("read_gexf"),
    ".gml": _NETWORK.format("read_gml") + ", or write it as GraphML instead",
    ".htm": _PAGES,
    ".html": _PAGES,
    ".ics": _CALENDAR,
    ".ini": "kgllm.load({name: dict(section) for name, section in parser.items()}), with a configparser that has read it",
    ".md": "of its front matter: kgllm.load([yaml.safe_load(text.split('---')[1]) for text in …])",
    ".n3": "write it as Turtle instead",
    ".net": _NETWORK.format("read_pajek"),
    ".ods": _SHEET,
    ".orc": _PANDAS.format("read_orc"),
    ".pdf": _TEXT,
    ".ris": "kgllm.load(rispy.load(file), table='works')",
    ".sas7bdat": _PANDAS.format("read_sas"),
    ".sav": _PANDAS.format("read_spss"),
    ".sql": "sqlite3 data.sqlite < dump.sql, then kgllm.load('data.sqlite')",
    ".toml": _LOADED.format("tomllib.load"),
    ".vcf": "kgllm.load([…]) reads a dict for each card",
    ".xls": _SHEET,
    ".xlsm": _SHEET,
    ".xlsx": _SHEET,
    ".xz": "write it as gzip instead",
    ".yaml": _YAML,
    ".yml": _YAML,
    ".zip": "unpack it, and load the file or the folder; or write it as gzip",
    ".zst": "write it as gzip instead",
}
"""By suffix."""
XML = "kgllm.load(pandas.read_xml(…)) reads elements that are alike as rows; RDF/XML and GraphML are read as they are"


def refuse(path: Path, suffix: str, how: str) -> None:
    """Say that a file is not read, and how it may be.

    Raises:
        ConfigError: always.
    """
    raise ConfigError(f"{path.name}: kgllm does not read {suffix} files", hint=f"{how}; or say format=")
