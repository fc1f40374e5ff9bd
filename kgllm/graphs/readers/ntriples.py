"""N-Triples and N-Quads (W3C 2014; with the triple terms of RDF 1.2), line by line: a regular language, read by one expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kgllm.errors import GraphParseError, shorten
from kgllm.graphs.rdf.terms import Quad, Stated, literal_of
from kgllm.graphs.readers.sources import blocks, decoded

_CODE = r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_IRI = rf"<([^\x00-\x20<>\"{{}}|^`\\]*(?:{_CODE}[^\x00-\x20<>\"{{}}|^`\\]*)*)>"
_BLANK = r"(_:[\w·:](?:[\w·:.\-]*[\w·:\-])?)"
_TEXT = rf'"([^"\\\n\r]*(?:(?:{_CODE}|\\[tbnrf"\'\\])[^"\\\n\r]*)*)"'
_LINE = re.compile(
    rf"[ \t]*(?:{_IRI}|{_BLANK})[ \t]*{_IRI}[ \t]*"
    rf"(?:{_IRI}|{_BLANK}|{_TEXT}(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^{_IRI})?)"
    rf"[ \t]*(?:{_IRI}|{_BLANK})?[ \t]*\.[ \t]*(?:#.*)?"
)
_STATED = re.compile(
    rf"[ \t]*(?:{_IRI}|{_BLANK})[ \t]*{_IRI}[ \t]*<<\([ \t]*(?:{_IRI}|{_BLANK})[ \t]*{_IRI}[ \t]*"
    rf"(?:{_IRI}|{_BLANK}|{_TEXT}(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^{_IRI})?)[ \t]*\)>>"
    rf"[ \t]*(?:{_IRI}|{_BLANK})?[ \t]*\.[ \t]*(?:#.*)?"
)
_ESCAPE = re.compile(r"\\(?:u(....)|U(........)|(.))")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def quads_of(path: Path, *, graphs: bool) -> Iterator[Quad]:
    """The statements of a file. `graphs`: a fourth term, the named graph, may follow.

    Raises:
        GraphParseError: the first line that is none, with its number.
    """
    name = path.name
    for start, block in blocks(path):
        for number, line in enumerate(decoded(block, name, start).split("\n"), start):
            line = line.removesuffix("\r")
            found = _LINE.fullmatch(line)
            if found is None:
                if not (bare := line.strip(" \t")) or bare.startswith("#"):
                    continue
                if (about := _STATED.fullmatch(line)) and (graphs or not (about[12] or about[13])):
                    yield _quad_of(about, name, number)
                    continue
                raise GraphParseError(f"{name}:{number}: not a statement: {shorten(bare)}", hint="the rest of the file was not read")
            s, s_blank, p, o, o_blank, text, language, datatype, g, g_blank = found.groups()
            if not graphs and (g or g_blank):
                raise GraphParseError(f"{name}:{number}: a named graph, which N-Triples do not have", hint='format="nquads" reads them')
            if "\\" in line:
                s, p, o, text, datatype, g = map(_unescaped, (s, p, o, text, datatype, g))
            node = literal_of(text, datatype, language) if text is not None else o if o is not None else o_blank
            graph = g if g is not None else g_blank
            yield (s if s is not None else s_blank, p, node, graph or name, 0 if graph else number)


def _quad_of(about: re.Match[str], name: str, number: int) -> Quad:
    """The statement of a line whose object is itself a statement."""
    s, s_blank, p, s2, s2_blank, p2, o, o_blank, text, language, datatype, g, g_blank = (_unescaped(one) for one in about.groups())
    node = literal_of(text, datatype, language) if text is not None else o if o is not None else o_blank
    graph = g if g is not None else g_blank
    stated = Stated(s2 if s2 is not None else s2_blank or "", p2 or "", node or "")
    return (s if s is not None else s_blank or "", p or "", stated, graph or name, 0 if graph else number)


def _unescaped(text: str | None) -> str | None:
    return text if text is None or "\\" not in text else _ESCAPE.sub(_meant, text)


def _meant(escape: re.Match[str]) -> str:
    short, long, mark = escape.groups()
    if mark is not None:
        return _SHORT.get(mark, mark)
    code = int(short or long, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
