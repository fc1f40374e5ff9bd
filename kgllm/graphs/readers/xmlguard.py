"""What is dangerous in XML is refused before any parser that expands entities sees it."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from kgllm.errors import GraphParseError, shorten

MOST_EXPANSION = 10  # times the size of the file
_PREDEFINED = re.compile("&(amp|lt|gt|quot|apos);")
_HINT = "write the entities out; nothing outside the file is read"


class _Root(Exception):
    """The document type is over: the root element has come."""


def check_xml(whole: bytes, name: str, *, entities: bool) -> None:
    """Refuse XML that declares external, parameter or nested entities, or that would expand beyond measure.

    Short entities of plain text, as OWL files use for namespaces, pass where `entities` is True. Only the document type is
    read, so that a bomb costs nothing.

    Raises:
        GraphParseError: as said, with the line.
    """
    parser = expat.ParserCreate()
    values: dict[str, str] = {}

    def refuse(why: str) -> None:
        raise GraphParseError(f"{name}:{parser.CurrentLineNumber}: {why}", hint=_HINT)

    def doctype(_name: str, system: str | None, public: str | None, _internal: int) -> None:
        if system or public:
            refuse(f"an external document type ({shorten(system or public)})")

    def entity(label: str, parameter: int, value: str | None, _base: Any, system: str | None, public: str | None, _notation: Any) -> None:
        if not entities:
            refuse(f"an XML entity ({shorten(label)}), which this format does not need")
        if parameter or value is None or system or public:
            refuse(f"an external or parameter entity ({shorten(label)})")
        elif "&" in _PREDEFINED.sub("", value) or "<" in value:
            refuse(f"an entity made of others ({shorten(label)})")
        else:
            values.setdefault(label, value)  # XML 1.0, 4.2: the first declaration binds

    def attributes(*declared: Any) -> None:
        refuse(f"default attributes ({shorten(declared[0])}), which this format does not need")

    def root(_name: str, _attributes: Any) -> None:
        raise _Root

    parser.AttlistDeclHandler = attributes
    parser.StartDoctypeDeclHandler, parser.EntityDeclHandler, parser.StartElementHandler = doctype, entity, root
    try:
        parser.Parse(whole, True)
    except _Root:
        pass
    except expat.ExpatError as error:
        raise GraphParseError(f"{name}:{error.lineno}: not XML: {expat.ErrorString(error.code)}") from error
    if values and b"\0" in whole[:1024]:
        refuse("entities in a file that is not UTF-8")
    grown = sum(whole.count(f"&{label};".encode()) * len(value) for label, value in values.items())
    if grown > MOST_EXPANSION * len(whole):
        raise GraphParseError(f"{name}: its entities would expand it more than {MOST_EXPANSION} times", hint=_HINT)
