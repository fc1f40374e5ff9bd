r"""Facts as text for a model. Fact text is data: one fact a line, and nothing in a name can end its line or its block.

    arrows     grouped by subject, with its kind and short ids (the default; the fewest tokens)
    triples    [1] Inception | directed by | Christopher Nolan
    sentences  [1] Inception directed by Christopher Nolan.
    paths      Memento → directed by → Christopher Nolan [1] ← directed by ← Inception [2], Insomnia [3]
    lists      Memento directed by: Christopher Nolan [1]   (for base models)
    json, turtle, markdown

A name that is plain is written as it is. One with line breaks, control or direction marks, arrows, ids or a model's
control tokens is written as one JSON string, with those characters as \u escapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence

from kgllm.errors import ConfigError, WrongTypeError
from kgllm.limits import Limits
from kgllm.llms.base import neutralise
from kgllm.types import Entity, Fact, Literal, Node, Relation
from kgllm.words.language import HAN
from kgllm.words.names import clean

# Control characters, line and paragraph separators, direction marks, and the invisible "tags" that carry hidden text
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
_HAN = re.compile(f"[{HAN}]")
_ODD = re.compile(r'[→←"]|\[\s*\d|^\s|\s$')


def serialize(
    facts: Sequence[Fact],
    *,
    format: str = "arrows",
    ids: Sequence[str] | None = None,
    language: str = "en",
    about: Collection[Node] = (),
    starts: Collection[int] = (),
    backwards: Collection[Fact] | None = None,
    literal_bytes: int | None = None,
    special_tokens: Sequence[str] = (),
) -> str:
    """The facts as text.

    ids: the short id of each fact ("1", "2", … by default). about: the nodes that paths start from; starts: the places of
    facts that begin a new path whatever stands before them; backwards: the facts to be read from their object (by default
    those whose object, and not subject, is known from `about` or a fact before). literal_bytes: longer
    names and literals are cut there, with a marker (by default `Limits.literal_bytes`). special_tokens: a model's control
    tokens, which no fact may produce.

    >>> film = Entity("Inception")
    >>> print(serialize([Fact(film, Relation("directed by"), Entity("Christopher Nolan"))]))
    [1] Inception → directed by → Christopher Nolan

    Raises:
        ConfigError: an unknown format, or as many ids as facts are not given.
    """
    if format not in FORMATS:
        raise ConfigError(f"unknown format {format!r}", hint=f"one of {', '.join(FORMATS)}")
    if isinstance(facts, Fact):
        raise WrongTypeError("serialize takes a sequence of facts, not one fact")
    short = [str(n) for n in range(1, len(facts) + 1)] if ids is None else list(ids)
    if len(short) != len(facts):
        raise ConfigError(f"{len(facts)} facts need as many ids, not {len(short)}")
    pen = Pen(literal_bytes or Limits().literal_bytes, special_tokens, language, about=about, starts=starts, backwards=backwards)
    return "\n".join(FORMATS[format](facts, short, pen))


class Pen:
    """Writes names so that they stay data."""

    def __init__(
        self,
        literal_bytes: int,
        special_tokens: Sequence[str],
        language: str,
        *,
        about: Collection[Node],
        starts: Collection[int],
        backwards: Collection[Fact] | None,
    ) -> None:
        self.literal_bytes = literal_bytes
        self.special_tokens = special_tokens
        self.language = language
        self.about = frozenset(about)
        self.starts = frozenset(starts)
        self.backwards = None if backwards is None else frozenset(backwards)

    def reads_backwards(self, fact: Fact, met: Collection[Node]) -> bool:
        """Whether the fact is read from its object, which is known, to its subject, which it tells."""
        return fact in self.backwards if self.backwards is not None else from_its_object(fact, met)

    def name(self, node: Node | Relation) -> str:
        """The name as it is where it is plain, else as a JSON string."""
        return self.text(self.label(node))

    def quoted(self, node: Node | Relation) -> str:
        """The name as a JSON string."""
        return self._json(self.label(node))

    def text(self, name: str) -> str:
        """Any name as it is where it is plain, else as a JSON string."""
        name = shortened(name, self.literal_bytes)
        text = self.safe(name)
        return text if text == name and not _ODD.search(name) else self._json(name)

    def label(self, node: Node | Relation) -> str:
        """The name, or the first alias in the script of the prompt's language where the name is not in it."""
        return in_language(node.name, getattr(node, "aliases", ()), self.language)

    def back(self, relation: Relation) -> str | None:
        """The name of the way back, where the graph has one."""
        if relation.inverse_name is None:
            return None
        return in_language(relation.inverse_name, relation.inverse_aliases, self.language)

    def _json(self, name: str) -> str:
        return self.safe(json.dumps(shortened(name, self.literal_bytes), ensure_ascii=False))

    def safe(self, text: str) -> str:
        """No unseen character, no lone surrogate, no control token."""
        return neutralise(_UNSEEN.sub(_escaped, clean(text)), self.special_tokens)

    def qualifiers(self, fact: Fact) -> str:
        """ " (role: Cobb; year: 2010)", or nothing."""
        return f" ({'; '.join(f'{self.name(r)}: {self.name(v)}' for r, v in fact.qualifiers)})" if fact.qualifiers else ""


def from_its_object(fact: Fact, met: Collection[Node]) -> bool:
    """Whether the object is known, and the subject is not."""
    return fact.object in met and fact.subject not in met


def shortened(text: str, most: int) -> str:
    """At most `most` bytes of the text, whole characters, and how many bytes are left out.

    >>> shortened("流浪地球", 7)
    '流浪…(+6 bytes)'
    """
    if len(text) * 4 <= most:
        return text
    raw = text.encode("utf-8", "replace")
    if len(raw) <= most:
        return text
    kept = raw[:most].decode("utf-8", "ignore")
    return f"{kept}…(+{len(raw) - len(kept.encode())} bytes)"


def in_language(name: str, aliases: Sequence[str], language: str) -> str:
    """The name that a reader of the language expects: for Chinese one with Han characters, for English one without, if there is any.

    >>> in_language("process node", ("制程", "工艺"), "zh"), in_language("流浪地球", ("The Wandering Earth",), "en")
    ('制程', 'The Wandering Earth')
    """
    wanted = language == "zh"
    if bool(_HAN.search(name)) == wanted:
        return name
    return next((alias for alias in aliases if alias and bool(_HAN.search(alias)) == wanted), name)


def one_line(text: str, special_tokens: Sequence[str] = ()) -> str:
    """A question as one line of data: verbatim, but for line breaks, unseen characters and control tokens."""
    return neutralise(_UNSEEN.sub(_escaped, " ".join(clean(text).split())), special_tokens)


def by_subject(facts: Sequence[Fact]) -> list[Fact]:
    """The facts in the order in which `arrows` shows them: subjects as they first come, then as given."""
    groups: dict[Entity, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact.subject, []).append(fact)
    return [fact for group in groups.values() for fact in group]


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1] if ord(match[0]) != 0x7F else "\\u007f"


def _arrows(facts: Sequence[Fact], ids: Sequence[str], pen: Pen) -> list[str]:
    groups: dict[Entity, list[tuple[Fact, str]]] = {}
    for fact, short in zip(facts, ids, strict=True):
        groups.setdefault(fact.subject, []).append((fact, short))
    lines = []
    for subject, members in groups.items():
        kind = f" ({pen.text(subject.types[0])})" if subject.types else ""
        lead = f"{pen.name(subject)}{kind} → " if len(members) == 1 else ""
        if not lead:
            lines.append(f"{pen.name(subject)}{kind}:")
        for fact, short in members:
            lines.append(f"[{short}] {lead}{pen.name(fact.relation)} → {pen.name(fact.object)}{pen.qualifiers(fact)}")
    return lines


def _triples(facts: Sequence[Fact], ids: Sequence[str], pen: Pen) -> list[str]:
    def cell(node: Node | Relation) -> str:
        return pen.quoted(node) if "|" in pen.label(node) else pen.name(node)

    return [
        f"[{short}] {cell(fact.subject)} | {cell(fact.relation)} | {cell(fact.object)}{pen.qualifiers(fact)}"
        for fact, short in zip(facts, ids, strict=True)
    ]


_VERBAL = re.compile(r"^(has|have|is|are|was|were|can|does|did)\b|\b(by|of|in|at|to|from|with|for|on|as|is)$", re.IGNORECASE)


def _sentences(facts: Sequence[Fact], ids: Sequence[str], pen: Pen) -> list[str]:
    lines = []
    for fact, short in zip(facts, ids, strict=True):
        subject, relation, object_ = pen.name(fact.subject), words_of(pen.name(fact.relation)), pen.name(fact.object)
        if pen.language == "zh":
            said, stop = f"{subject}的{relation}是{object_}", "。"
        else:
            verbal = _VERBAL.search(relation)
            said, stop = f"{subject} {relation} {object_}" if verbal else f"the {relation} of {subject} is {object_}", "."
        lines.append(f"[{short}] {said}{pen.qualifiers(fact)}{stop}")
    return lines


def words_of(relation: str) -> str:
    """A relation's name as words.

    >>> words_of("film.directedBy")
    'film directed by'
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", relation)
    return " ".join(re.sub(r"[_./#:]+", " ", spaced).split()).lower() if spaced.isascii() else relation


def _paths(facts: Sequence[Fact], ids: Sequence[str], pen: Pen) -> list[str]:
    """Chains of facts, each from where the last one ended, beginning at the nodes asked about, so that a line ends with its
    answers. Facts that differ only in where they end share a line."""
    lines: list[str] = []
    met = set(pen.about)  # a fact is read from what is already known to what it tells
    end: Node | None = None
    last: tuple[Node, Relation, str] | None = None
    for place, (fact, short) in enumerate(zip(facts, ids, strict=True)):
        begins = place in pen.starts
        goes_on = end is not None and end in (fact.subject, fact.object) and not begins
        backwards = end != fact.subject if goes_on else pen.reads_backwards(fact, met)
        start, arrow, end = (fact.object, "←", fact.subject) if backwards else (fact.subject, "→", fact.object)
        met.update((fact.subject, fact.object))
        said = f"{pen.name(end)} [{short}]{pen.qualifiers(fact)}"
        step = f" {arrow} {words_of(pen.name(fact.relation))} {arrow} {said}"
        if last == (start, fact.relation, arrow) and not goes_on:
            lines[-1] += f", {said}"
        elif goes_on:
            lines[-1] += step
        else:
            lines.append(pen.name(start) + step)
        last = (start, fact.relation, arrow)
    return lines


def _lists(facts: Sequence[Fact], ids: Sequence[str], pen: Pen) -> list[str]:
    """ "Memento directed by: Christopher Nolan [1]", and the other way round "directed by Christopher Nolan: Memento [2], …".

    What is asked about stands before the colon and what answers after it, so that even a small base model copies the
    right part with its id. Facts that differ only in where they end share a line.
    """
    lines: list[str] = []
    met = set(pen.about)
    last: tuple[Node, Relation, bool] | None = None
    for fact, short in zip(facts, ids, strict=True):
        backwards = pen.reads_backwards(fact, met)
        start, end = (fact.object, fact.subject) if backwards else (fact.subject, fact.object)
        met.update((fact.subject, fact.object))
        said = f"{pen.name(end)} [{short}]{pen.qualifiers(fact)}"
        if last == (start, fact.relation, backwards):
            lines[-1] += f", {said}"
        else:
            back = pen.back(fact.relation) if backwards else None
            relation = words_of(pen.text(back) if back else pen.name(fact.relation))
            lines.append(f"{relation} {pen.name(start)}: {said}" if backwards and not back else f"{pen.name(start)} {relation}: {said}")
        last = (start, fact.relation, backwards)
    return lines


def _json(facts: Sequence[Fact], ids: Sequence[str], pen: Pen) -> list[str]:
    lines = []
    for fact, short in zip(facts, ids, strict=True):
        parts = [("id", json.dumps(short)), ("subject", pen.quoted(fact.subject)), ("relation", pen.quoted(fact.relation))]
        parts.append(("object", pen.quoted(fact.object)))
        if fact.qualifiers:
            pairs = ", ".join(f"[{pen.quoted(r)}, {pen.quoted(v)}]" for r, v in fact.qualifiers)
            parts.append(("qualifiers", f"[{pairs}]"))
        lines.append("{" + ", ".join(f'"{key}": {value}' for key, value in parts) + "}")
    return lines


def _turtle(facts: Sequence[Fact], ids: Sequence[str], pen: Pen) -> list[str]:
    """Turtle, with the name as the local name; a fact with qualifiers is a node of its own that holds the value."""

    def term(node: Node | Relation) -> str:
        if isinstance(node, Literal):
            tag = f"@{node.language}" if node.language and re.fullmatch(r"[A-Za-z]+(-[A-Za-z0-9]+)*", node.language) else ""
            return pen.quoted(node) + tag
        name = clean(shortened(pen.label(node), pen.literal_bytes)).strip().replace(" ", "_")
        return ":" + re.sub(rf"[^A-Za-z0-9_{HAN}]", lambda one: "".join(f"%{byte:02X}" for byte in one[0].encode()), name)

    lines = ["@prefix : <urn:kgllm:> ."]
    for fact, short in zip(facts, ids, strict=True):
        value = term(fact.object)
        if fact.qualifiers:
            value = f"[ :value {value} ; " + " ; ".join(f"{term(r)} {term(v)}" for r, v in fact.qualifiers) + " ]"
        lines.append(f"{term(fact.subject)} {term(fact.relation)} {value} . # [{short}]")
    return lines


def _markdown(facts: Sequence[Fact], ids: Sequence[str], pen: Pen) -> list[str]:
    def cell(text: str) -> str:
        return text.replace("|", "\\|")

    lines = ["| id | subject | relation | object |", "|---|---|---|---|"]
    for fact, short in zip(facts, ids, strict=True):
        row = (pen.name(fact.subject), pen.name(fact.relation), pen.name(fact.object) + pen.qualifiers(fact))
        lines.append(f"| [{short}] | " + " | ".join(map(cell, row)) + " |")
    return lines


FORMATS: dict[str, Callable[[Sequence[Fact], Sequence[str], Pen], list[str]]] = {
    "arrows": _arrows,
    "triples": _triples,
    "sentences": _sentences,
    "paths": _paths,
    "lists": _lists,
    "json": _json,
    "turtle": _turtle,
    "markdown": _markdown,
}
