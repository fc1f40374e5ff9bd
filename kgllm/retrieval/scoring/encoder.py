"""Sentence vectors for questions and for the wordings of steps and paths, each text encoded once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from kgllm.errors import WrongTypeError, shorten
from kgllm.graphs.ascending import distinct
from kgllm.retrieval.scoring.features import NAMES
from kgllm.types import Relation
from kgllm.words import relation_words
from kgllm.words.language import language_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths.seeds import Seed
    from kgllm.retrieval.paths.steps import Move, Steps
    from kgllm.retrieval.paths.walk import Candidates

TOP = 32  # paths that are compared, by their score from words
KEPT = 50_000  # steps whose vectors are kept: some 80 MB with minilm
ASKED = 2048  # questions whose vectors are kept: some 4 MB


class Encoder(Protocol):
    """Anything that turns texts into vectors, a row each."""

    def encode(self, texts: list[str]) -> Any: ...


class Meaning:
    """Compares questions with paths by an encoder. The wording of every relation, each way, is encoded once and kept; a path is
    the sum of its steps, so that a question costs one encoding and no path any."""

    def __init__(self, encoder: Any) -> None:
        self.encoder: Encoder
        if encoder == "minilm":
            from kgllm.retrieval.minilm import MiniLM

            self.encoder = MiniLM()
        elif isinstance(encoder, str | Path):
            from kgllm.retrieval.onnx import OnnxEncoder

            self.encoder = OnnxEncoder(encoder)
        elif callable(getattr(encoder, "encode", None)):
            self.encoder = encoder
        else:
            raise WrongTypeError(f'encoder must be None, "minilm", a path or an object with encode(), not {shorten(encoder)}')
        self.name = str(getattr(self.encoder, "name", type(self.encoder).__name__))
        self._kept: dict[str, NDArray[Any]] = {}
        self._known: tuple[Steps | None, dict[int, NDArray[Any]]] = (None, {})
        self._asked: dict[tuple[str, ...], dict[str, NDArray[Any]]] = {}

    def asked(self, question: str, seeds: Sequence[Seed]) -> dict[tuple[int, int], NDArray[Any]]:
        """The vector of a question as seen from each mention. Without its mentions it is often one that was asked of other things: those
        are kept. They are kept together, for the last digits of a text's vector are others in other company."""
        masked = {span: _masked(question, seed) for span, seed in {seed.span: seed for seed in seeds}.items()}
        texts = tuple(dict.fromkeys(masked.values()))
        made = self._asked.get(texts)
        if made is None:
            made = dict(zip(texts, self._encode(list(texts)), strict=True)) if texts else {}
            if len(self._asked) >= ASKED:
                self._asked = {}  # another thread may go on with the one before
            self._asked[texts] = made
        return {span: made[text] for span, text in masked.items()}

    def paths(self, steps: Steps, paths: Sequence[Sequence[int]]) -> NDArray[Any]:
        """The vectors of whole paths: of their steps together."""
        known = self.learn(steps, (step for path in paths for step in path))
        return _length_one(np.stack([sum(known[step] for step in path) for path in paths]))

    def learn(self, steps: Steps, numbers: Iterable[int]) -> dict[int, NDArray[Any]]:
        """The vectors of some steps, encoding only what was not met before."""
        if self._known[0] is not steps or len(self._known[1]) > KEPT:
            self._known = (steps, {})
        known = self._known[1]
        new = [number for number in dict.fromkeys(numbers) if number not in known]
        if new:
            parts = [[wording(part) for part in steps.relations[number]] for number in new]
            vectors = self._vectors([text for texts in parts for text in texts])
            known.update((number, _length_one(sum(vectors[text] for text in texts))) for number, texts in zip(new, parts, strict=True))
        return known

    def _vectors(self, texts: list[str]) -> dict[str, NDArray[Any]]:
        """The vectors of wordings, of those met before as they were."""
        kept = self._kept
        new = [text for text in dict.fromkeys(texts) if text not in kept]
        if new:
            made = dict(zip(new, self._encode(new), strict=True))
            if len(kept) + len(made) > KEPT:
                self._kept = kept = {text: kept[text] for text in texts if text in kept}
            kept.update(made)
        return kept

    def _encode(self, texts: list[str]) -> NDArray[Any]:
        vectors = np.asarray(self.encoder.encode(texts), np.float32)
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise WrongTypeError(f"encode() gave an array of shape {vectors.shape} for {len(texts)} texts, not a row a text")
        return _length_one(vectors)

    def fill(self, question: str, seeds: Sequence[Seed], steps: Steps, candidates: Candidates, scores: NDArray[Any]) -> None:
        """Set the features "meaning" (whole path) and "meaning_last" (its last step) of the candidates that words like best; the
        others get the least that was found among those."""
        table = candidates.table
        assert table is not None
        order = np.argsort(-scores, kind="stable")[:TOP]
        mine = [seeds[at] for at in candidates.seed[order].tolist()]
        asked = self.asked(question, mine)  # as seen from the others, which no such path begins at, it is not looked at
        paths = candidates.steps[order]
        there = distinct(paths[paths >= 0])
        known = self.learn(steps, paths[paths >= 0].tolist())
        vectors = np.stack([*(known[step] for step in there.tolist()), np.zeros_like(known[int(there[0])])])  # the last of no step
        place = np.where(paths >= 0, there.searchsorted(paths), len(there))
        whole = _length_one(vectors[place].sum(axis=1))
        last = vectors[place[np.arange(len(place)), candidates.hops[order] - 1]]
        seen = np.stack([asked[seed.span] for seed in mine])
        for name, said in (("meaning", whole), ("meaning_last", last)):
            near = (seen * said).sum(axis=1)
            column = NAMES.index(name)
            table[:, column] = near.min()
            table[order, column] = near


def _length_one(vectors: Any) -> NDArray[Any]:
    made: NDArray[Any] = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return made


def _masked(question: str, seed: Seed) -> str:
    """The question without the mention: what is left is what it asks. Chinese has no "it" to stand there."""
    if seed.end <= seed.start:
        return question
    left = "" if language_of(question) == "zh" else "it"
    return f"{question[: seed.start]}{left}{question[seed.end :]}"


def wording(part: tuple[Relation, Move]) -> str:
    """A relation followed one way, in plain words."""
    relation, way = part
    if way == "in" and relation.inverse_name:
        return relation.inverse_name
    words = relation_words(relation.name)
    said = " ".join(dict.fromkeys([*words.qualifying[-1:], *(word for word, _ in words.words)]))
    return said if way == "out" else f"thing whose {said}"
