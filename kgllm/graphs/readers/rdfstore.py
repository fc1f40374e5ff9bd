"""What rdflib's parsers write into: a list of quads in the order of the file, without rdflib's three indexes."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from rdflib.store import Store


class QuadStore(Store):
    """A store that only takes."""

    context_aware = True
    graph_aware = True

    def __init__(self) -> None:
        super().__init__()
        self.quads: list[tuple[Any, Any, Any, Any]] = []
        self._prefixes: dict[str, Any] = {}

    def add(self, triple: Any, context: Any, quoted: bool = False) -> None:
        """Append one statement."""
        self.quads.append((*triple, context.identifier))

    def add_graph(self, graph: Any) -> None:
        """Named graphs are known by their statements."""

    def remove_graph(self, graph: Any) -> None:
        """As `add_graph`."""

    def contexts(self, triple: Any = None) -> Generator[Any, None, None]:
        """None: nothing is read back while parsing."""
        yield from ()

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:
        """None, as `contexts`."""
        return iter(())

    def __len__(self, context: Any = None) -> int:
        return len(self.quads)

    def bind(self, prefix: str, namespace: Any, override: bool = True) -> None:
        """Prefixes are kept for the parser's own use."""
        self._prefixes[prefix] = namespace

    def namespace(self, prefix: str) -> Any:
        """The namespace of a prefix."""
        return self._prefixes.get(prefix)

    def prefix(self, namespace: Any) -> Any:
        """The prefix of a namespace."""
        return next((prefix for prefix, one in self._prefixes.items() if one == namespace), None)

    def namespaces(self) -> Iterator[tuple[str, Any]]:
        """All prefixes."""
        return iter(self._prefixes.items())
