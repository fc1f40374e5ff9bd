"""A user's own Cypher: read-only, checked before it is sent, bounded while it runs.

Three guards, each enough for most mistakes: the text is cut into tokens, and whatever writes, calls a procedure, reads a file or
begins a second statement is refused; the server explains the query, and anything but a reading one is refused; it then runs in
READ access mode, with a timeout, and at most so many rows are pulled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kgllm.errors import ConfigError, GraphQueryError, UnsafeQueryError, WrongTypeError, shorten
from kgllm.graphs.neo4j.layout import Layout, literals
from kgllm.graphs.neo4j.server import Server
from kgllm.graphs.neo4j.view import Neo4jView
from kgllm.graphs.rows import Rows
from kgllm.types import Entity, Fact, Node

LONGEST, MOST_ROWS = 20_000, 10_000
_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<name>`(?:[^`]|``)*`)
      | (?P<word>\$?[^\W\d]\w*)
      | (?P<number>\d[\w.]*)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_REFUSED = frozenset(
    [
        "call",
        "load",
        "create",
        "merge",
        "delete",
        "detach",
        "set",
        "remove",
        "drop",
        "foreach",
        "insert",
        "grant",
        "revoke",
        "deny",
        "alter",
        "rename",
        "start",
        "stop",
        "terminate",
        "show",
        "use",
        "enable",
        "deallocate",
        "reallocate",
        "dryrun",
        "explain",
        "profile",
        "cypher",
        "commit",
        "rollback",
        "begin",
        "finish",
    ]
)
_SPACES = frozenset(("date", "datetime", "time", "localdatetime", "localtime", "duration", "point", "vector"))
"""Where functions with a dot in their names may come from; those of plugins and of users are refused."""


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """(kind, token) of a Cypher text, without spaces and comments.

    >>> list(tokens("MATCH (n) // all\\nRETURN 'a;b'"))[-2:]
    [('word', 'RETURN'), ('text', "'a;b'")]

    Raises:
        GraphQueryError: a quotation mark or a comment that nothing ends.
    """
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found is not None  # the last alternative takes any character
        kind, piece = str(found.lastgroup), found[0]
        if (kind == "mark" and piece in "\"'`") or (text.startswith("/*", at) and kind != "space"):
            raise GraphQueryError(f"nothing ends the {piece!r} at character {at + 1} of the query")
        if kind != "space":
            yield kind, piece
        at = found.end()


def check(text: Any) -> str:
    """The query without what may end it, if it is one that kgllm sends.

    Raises:
        WrongTypeError, GraphQueryError: not a query. UnsafeQueryError: it would write, call, load, or is more than one statement.
    """
    if not isinstance(text, str):
        raise WrongTypeError(f"a query must be text, not {shorten(text)}")
    if len(text) > LONGEST or not text.strip():
        raise GraphQueryError(f"a query must have 1 to {LONGEST:,} characters")
    if re.search(r"\\[uU]", text):
        raise UnsafeQueryError("the query holds a \\u escape, which Cypher reads before anything else", hint="pass text as parameters=…")
    found = list(tokens(text))
    while found and found[-1] == ("mark", ";"):
        found.pop()
        text = text.rstrip().removesuffix(";")
    before = ""
    for n, (kind, token) in enumerate(found):
        word = token.lower()
        if (kind, token) == ("mark", ";"):
            raise UnsafeQueryError("the query is more than one statement", hint="ask them one by one")
        if kind == "word" and word in _REFUSED and before not in (".", ":", "|", "&", "!"):
            raise UnsafeQueryError(f"the query says {token}; only reading is allowed", hint="a name like this goes in `backticks`")
        if kind in ("word", "name") and before == "." and n + 1 < len(found) and found[n + 1][1] == "(":
            space = _space_of(found, n)
            if space not in _SPACES:
                raise UnsafeQueryError(f"the query calls {space}.{token}, which is no function of Cypher itself")
        before = token
    return text


def _space_of(found: Sequence[tuple[str, str]], n: int) -> str:
    """What stands before the last dot of a name."""
    first = n
    while first >= 2 and found[first - 1][1] == ".":
        first -= 2
    return "".join(token for _, token in found[first : n - 1]).lower()


def run(server: Server, layout: Layout, text: Any, parameters: Mapping[str, Any] | None = None, *, limit: int = 100) -> Rows:
    """The rows of a user's query, at most `limit`.

    Raises:
        as `check`; UnsafeQueryError: the server says that it is no reading query; ConfigError: a limit or parameter that cannot be.
    """
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_ROWS:
        raise ConfigError(f"limit must be 1 to {MOST_ROWS:,}, not {shorten(limit)}")
    if not isinstance(parameters, (Mapping, type(None))) or not all(isinstance(name, str) for name in parameters or ()):
        raise WrongTypeError(f"parameters must be a mapping from names, not {shorten(parameters)}")
    checked, given = check(text), dict(parameters or {})
    _, _, kind = server.own_query(f"EXPLAIN {checked}", given, limit=1, what="explaining your query")
    if kind != "r":
        raise UnsafeQueryError("the server says that this query does more than read")
    columns, rows, _ = server.own_query(checked, given, limit=limit + 1, what="your query")
    cells = _Cells(server, layout, rows)
    made = tuple(tuple(cells.nodes(value) for value in row) for row in rows[:limit])
    return Rows(columns=tuple(columns), cells=made, facts=cells.facts(made), truncated=len(rows) > limit)


class _Cells:
    """What came in the cells of rows, as nodes and facts."""

    def __init__(self, server: Server, layout: Layout, rows: Sequence[Sequence[Any]]) -> None:
        self._layout, self._view = layout, Neo4jView(server, layout)
        self._relationships: dict[str, Any] = {}
        elements: dict[str, None] = {}
        for value in _flat(rows):
            if hasattr(value, "labels"):
                elements[value.element_id] = None
            elif hasattr(value, "start_node"):
                self._relationships[value.element_id] = value
                elements.update(dict.fromkeys((value.start_node.element_id, value.end_node.element_id)))
        handles = self._view.meet((), list(elements))
        self._at = dict(zip(elements, handles, strict=True))

    def nodes(self, value: Any) -> tuple[Node, ...]:
        """The nodes that a value is; a relationship gives the node that it leads to."""
        found: dict[Node, None] = {}
        for one in _flat([value]):
            if hasattr(one, "labels"):
                handle = self._at[one.element_id]
                if handle >= 0:
                    found[self._view.node(handle)] = None
            elif hasattr(one, "start_node"):
                handle = self._at[one.end_node.element_id]
                if handle >= 0:
                    found[self._view.node(handle)] = None
            else:
                found.update(dict.fromkeys(literals(one)))
        return tuple(found)

    def facts(self, rows: Sequence[Sequence[Sequence[Node]]]) -> tuple[Fact, ...]:
        """What the relationships say, and the properties of nodes whose values stand in the same row."""
        told = []
        for one in self._relationships.values():
            start, end = self._at[one.start_node.element_id], self._at[one.end_node.element_id]
            if start >= 0 and end >= 0 and one.type in self._layout.counts:
                told.append((start, one.type, end, dict(one.items())))
        facts = dict.fromkeys(self._view.facts_between(told))
        for row in rows:
            cells = [node for cell in row for node in cell]
            values = {node for node in cells if not isinstance(node, Entity)}
            for entity in (node for node in cells if isinstance(node, Entity)) if values else ():
                facts.update(dict.fromkeys(fact for fact in self._view.properties_of(entity) if fact.object in values))
        return tuple(facts)


def _flat(values: Sequence[Any]) -> Iterator[Any]:
    """Every node, relationship and plain value in what a query gave."""
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _flat(value)
        elif isinstance(value, dict):
            yield from _flat(list(value.values()))
        elif hasattr(value, "relationships") and hasattr(value, "nodes"):  # a path
            yield from value.nodes
            yield from value.relationships
        else:
            yield value
