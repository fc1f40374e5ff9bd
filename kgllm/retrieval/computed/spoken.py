"""What a question says by the graph's own names, read once for all readers: the fields said whole, the kinds of things, and what is named."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.ascending import among
from kgllm.retrieval.computed.wholes import joined, word_parts
from kgllm.types import Entity
from kgllm.words import lexicon
from kgllm.words.questions import Span
from kgllm.words.tokens import tokens
from kgllm.words.whole import said_whole, says_nothing

if TYPE_CHECKING:
    from kgllm.graphs.base import Match
    from kgllm.retrieval.computed.wholes import Wholes
    from kgllm.retrieval.retriever import Run

_LONGEST = 8  # words of the name of a kind


class Spoken:
    """What one question says. Each part is read when the first reader asks for it, and kept for the others.

    >>> import kgllm
    >>> from kgllm.retrieval.retriever import Retriever
    >>> graph = kgllm.load([("Lamp A", "is a", "lamp"), ("Lamp A", "base colour", "red")])
    >>> said = Retriever(graph).run("Which lamps have a base colour of red?", ()).spoken
    >>> [span for span, _ in said.fields], [len(found) for found in said.find(["red", "blue"])]
    ([(19, 30)], [1, 0])
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._found: dict[str, tuple[Match, ...]] = {}

    @cached_property
    def fields(self) -> list[tuple[Span, tuple[str, ...]]]:
        """Where whole names of fields stand, the longest first, each with the ids of the relations that are called so."""
        return said_whole(self._run.question, self._run.wholes.said())

    @cached_property
    def telling(self) -> list[tuple[Span, tuple[str, ...]]]:
        """… of these, the names that are more than a letter or small words, which a question may say and mean no field."""
        text, small = self._run.question, lexicon().english.stop
        said = ((text[slice(*span)], (span, names)) for span, names in self.fields)
        return [one for name, one in said if len(name) > 1 and name.lower() not in small and not says_nothing(tokens(name))]

    @cached_property
    def types(self) -> dict[Span, str]:
        """The types that the question names."""
        return types_in(self._run.question, self._run.wholes)

    @cached_property
    def han_nouns(self) -> dict[str, str]:
        """Chinese nouns for types, the longest first."""
        return self._run.wholes.han_nouns(self._run.question)

    @cached_property
    def classes(self) -> dict[Span, int]:
        """What is named that relations say things to be, by its handle."""
        run, wholes = self._run, self._run.wholes
        handles = run.steps.handles(run.view.relations) if len(run.handles) else {}
        classes = [handles[name] for name in (*wholes.classes, *wholes.above) if name in handles]
        if not classes:
            return {}
        groups = run.around
        kinds = set(groups.origin[(groups.way == 1) & among(groups.relation, np.array(sorted(classes)))].tolist())
        seeds = enumerate(run.seeded)
        found: dict[Span, int] = {}
        for n, (seed, handle) in seeds:
            if n in kinds and isinstance(seed.node, Entity):
                found.setdefault(seed.span, handle)
        return found

    def find(self, texts: Iterable[str]) -> list[tuple[Match, ...]]:
        """What each text names in the graph."""
        wanted = list(texts)
        new = [text for text in dict.fromkeys(wanted) if text not in self._found]
        if new:
            self._found.update(zip(new, self._run.retriever.graph.find(new), strict=True))
        return [self._found[text] for text in wanted]


def types_in(text: str, wholes: Wholes) -> dict[Span, str]:
    """The types that a text names by their own names, one of them or several, by their places, the longest first."""
    if not wholes.types:
        return {}
    pieces = [piece for piece in tokens(text) if piece.shape != "mark"]
    words = [word_parts(piece) for piece in pieces]
    found: dict[Span, str] = {}
    for size in range(min(_LONGEST, len(pieces)), 0, -1):
        for first in range(len(pieces) - size + 1):
            name = wholes.typed(joined(list(chain.from_iterable(words[first : first + size]))))
            if name is not None:
                found[pieces[first].start, pieces[first + size - 1].end] = name
    return found
