"""Which things of the graph does a question name?

Every run of words is looked up in one batch; names found compete by how well they match, how much their words say, and
whether the rest of the question fits what the graph knows of them. What no name covers is searched for slips and parts of names.
"""

from __future__ import annotations

import re
import threading
from contextlib import nullcontext, suppress
from functools import cache
from typing import Any

from kgllm.errors import TextTooLong, WrongTypeError, shorten
from kgllm.graphs.base import Graph
from kgllm.limits import Limits
from kgllm.linking.candidates import Question
from kgllm.linking.disambiguate import RelationWords
from kgllm.linking.endings import Shared, shared_ends
from kgllm.linking.learned import LearnedLinks
from kgllm.linking.spans import Unit, units_of
from kgllm.linking.weights import Weights
from kgllm.types import Link
from kgllm.words.names import clean, has_han

_MARKS = re.compile(r"[^\w\s]{40,}")  # spaCy's time grows with the square of such a run, and no name holds one
_READING = threading.Lock()  # spaCy's memory zones belong to one text at a time


class Linker:
    """Links questions to a graph. It keeps nothing of any question, so threads may share it.

    `nlp` is a spaCy pipeline; None uses blank ones, by the script of the text. While it links, the pipeline is the linker's.
    """

    def __init__(self, graph: Graph, *, nlp: Any | None = None, limits: Limits | None = None) -> None:
        self.graph, self.limits = graph, limits or Limits()
        self._nlp = nlp
        self.learned: LearnedLinks | None = None
        self._known: tuple[str | None, Weights, RelationWords, Shared] | None = None

    def link(self, text: str) -> tuple[Link, ...]:
        """The things that the text names, best first; mentions may overlap. Nothing named is an empty tuple.

        Raises:
            WrongTypeError: `text` is not a str. TextTooLong: it is longer than `Limits.question_bytes`.
        """
        text = checked(text, self.limits)
        return self.link_units(text, *self._read(text)) if text.strip() else ()

    def question(self, text: str) -> Question:
        """A question with every guess at what it names, scored: what `link` chooses from."""
        text = checked(text, self.limits)
        question = self._question(text, *self._read(text))
        question.guess()
        return question

    def link_doc(self, doc: Any) -> tuple[Link, ...]:
        """`link` of a spaCy `Doc` that a pipeline has read already."""
        return self.link_units(checked(doc.text, self.limits), units_of(doc), chunks_of(doc))

    def link_units(self, text: str, units: list[Unit], chunks: list[tuple[int, int]]) -> tuple[Link, ...]:
        return self._question(text, units, chunks).links(self.limits.links) if units else ()

    def _read(self, text: str) -> tuple[list[Unit], list[tuple[int, int]]]:
        with _READING:
            nlp = self._nlp or _blank(_language(text))
            with getattr(nlp, "memory_zone", nullcontext)():
                doc = nlp(_MARKS.sub(lambda run: " " * len(run[0]), text))
                return units_of(doc), chunks_of(doc)

    def _question(self, text: str, units: list[Unit], chunks: list[tuple[int, int]]) -> Question:
        return Question(self.graph, text, units, chunks, *self._knowledge(), self.learned)

    def _knowledge(self) -> tuple[Weights, RelationWords, Shared]:
        version = self.graph.version()
        known = self._known
        if known is None or known[0] != version:
            schema = self.graph.schema()
            self._known = known = (version, Weights(schema), RelationWords(schema), shared_ends(self.graph))
        return known[1:]


@cache
def _blank(language: str) -> Any:
    """spaCy's blank pipeline of a language. All linkers of a process share it: it takes a fifth of a second to make, and keeps nothing."""
    import spacy

    nlp = spacy.blank(language)
    nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # its shape, stem and dozen more of each new word: half of the time, and nobody asks
    return nlp


def _language(text: str) -> str:
    return "en" if text.isascii() else "zh" if has_han(text) else "xx"


def checked(text: object, limits: Limits) -> str:
    """The question as it is used: a str, without lone surrogates, within its limit."""
    if not isinstance(text, str):
        raise WrongTypeError(f"a question must be a str, not {shorten(text)}")
    if len(text) > limits.question_bytes or len(text.encode("utf-8", "replace")) > limits.question_bytes:
        raise TextTooLong(
            f"the question has {len(text):,} characters, more than {limits.question_bytes:,} bytes: {shorten(text, 40)}",
            hint="ask something shorter, or raise Limits(question_bytes=…)",
        )
    return clean(text)


def chunks_of(doc: Any) -> list[tuple[int, int]]:
    """(start, end) in characters of the entities and noun chunks that the pipeline found."""
    spans = [*doc.ents]
    if doc.has_annotation("DEP"):
        with suppress(NotImplementedError):  # spaCy knows no noun chunks of this language
            spans += doc.noun_chunks
    return sorted({(span.start_char, span.end_char) for span in spans})
