"""Numbers for blank nodes whose ids a parser drew: rdflib's are others each time that a file is parsed, and its graphs are told in no order."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Any

from kgllm.graphs.rdf.terms import Stated

_DRAWN = re.compile(r"_:[nN]?[0-9a-f]{24,32}(?:b\d+)?")  # as rdflib and pyoxigraph draw them; an id that someone gave is kept
_ROUNDS = 4  # how far around a blank node is looked for what tells it from others


def numbered(statements: Callable[[], Iterable[Any]]) -> Callable[[], Iterator[Any]]:
    """The same statements with blank nodes numbered by what is said of them, so that the same graph has the same ids in every process.
    Those that nothing within four steps tells apart are numbered as they come."""
    numbers = _numbers(statements())

    def own(term: Any) -> Any:
        if isinstance(term, Stated):
            return Stated(own(term.subject), term.predicate, own(term.object))
        return numbers.get(term, term) if isinstance(term, str) else term

    def quads() -> Iterator[Any]:
        return ((own(subject), predicate, own(object), *place) for subject, predicate, object, *place in statements())

    return quads


def _numbers(statements: Iterable[Any]) -> dict[str, str]:
    around: dict[str, list[tuple[str, str, Any]]] = {}
    given: set[str] = set()
    for subject, predicate, object, *_ in statements:
        for blank, way, other in ((subject, "out", object), (object, "in", subject)):
            for one in _blank(blank):
                if _DRAWN.fullmatch(one):
                    around.setdefault(one, []).append((way, predicate, other))
                else:
                    given.add(one)
    colours = dict.fromkeys(around, "")
    for _ in range(_ROUNDS):
        colours = {
            one: _digest(sorted(f"{way} {predicate} {_told(other, colours)}" for way, predicate, other in told))
            for one, told in around.items()
        }
    free = (number for n in itertools.count(1) if (number := f"_:b{n}") not in given)
    return dict(zip(sorted(around, key=colours.__getitem__), free, strict=False))


def _blank(term: Any) -> tuple[str, ...]:
    if isinstance(term, Stated):
        return (*_blank(term.subject), *_blank(term.object))
    return (term,) if isinstance(term, str) and term.startswith("_:") else ()


def _told(term: Any, colours: dict[str, str]) -> str:
    if isinstance(term, Stated):
        return f"{_told(term.subject, colours)} {term.predicate} {_told(term.object, colours)}"
    return colours.get(term, term) if isinstance(term, str) else repr(term)


def _digest(lines: Iterable[str]) -> str:
    return blake2b("\n".join(lines).encode("utf-8", "replace"), digest_size=16).hexdigest()
