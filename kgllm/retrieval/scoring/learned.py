"""What a retriever has learned: weights of the features, a bilinear form of question and path, and how sure to be.

The learned score of a path is one more feature, "learned", beside the others; where nothing was learned it is 0.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.errors import CheckpointError, shorten
from kgllm.linking.learned import SIGNS, LearnedLinks
from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.memory import Memory
from kgllm.retrieval.scoring.represent import path_keys, path_vector, question_vector

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths.seeds import Seed
    from kgllm.retrieval.paths.steps import Steps
    from kgllm.retrieval.paths.walk import Candidates
    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.scoring.encoder import Meaning
    from kgllm.retrieval.scoring.seen import Seen

TOP = 48  # candidates of each mention that are scored, by what they were worth before
KEPT = 50_000  # paths whose vectors and hashes are kept
FORMAT = 3
_FLOATS = ("linear", "ask", "path", "sure")
_MEMORY = tuple(f"memory.{name}" for name in Memory.__slots__)
_LEARNED, _REMEMBERED = NAMES.index("learned"), NAMES.index("remembered")


@dataclass(slots=True)
class _Known:
    """What was worked out of one graph's paths: their vectors in the shared space, and their hashes."""

    steps: Steps
    paths: dict[tuple[int, ...], NDArray[Any]] = field(default_factory=dict)
    keys: dict[tuple[int, ...], tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Learned:
    """`linear`: a weight for each feature. `ask`, `path`: what brings questions and paths into one space, where their product is the
    learned score. `memory`: labelled questions; `recall`: how much their votes count. `links`: what linking learned. `sure`: weights of the features, of having no rival, and of 1, for the logistic of confidence."""

    linear: NDArray[Any]
    ask: NDArray[Any]
    path: NDArray[Any]
    sure: NDArray[Any]
    threshold: float
    memory: Memory = field(default_factory=Memory.none)
    recall: float = 1.0
    links: LearnedLinks | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    _known: _Known | None = field(default=None, repr=False)

    def fill(
        self, asked: Asked, seen: list[Seen], steps: Steps, candidates: Candidates, *, meaning: Meaning | None, seeds: list[Seed]
    ) -> None:
        """Set the features "learned" and "remembered" of the candidates that were best before; the others get the least found."""
        table = candidates.table
        if table is None or not len(table) or not (self.ask.any() or len(self.memory.asked)):
            return
        scores = table @ self.linear
        order = np.argsort(-scores, kind="stable")[: TOP * max(1, len({one.span for one in seen}))]
        views = {one.span: one for one in seen}
        dense = meaning.asked(asked.text, seeds) if meaning is not None else {}
        vectors = {span: question_vector(asked, view, dense.get(span)) for span, view in views.items()}
        numbers = [tuple(int(step) for step in candidates.steps[i] if step >= 0) for i in order.tolist()]
        spans = [seen[seed].span for seed in candidates.seed[order].tolist()]
        known = self._known
        if known is None or known.steps is not steps or max(len(known.paths), len(known.keys)) > KEPT:
            known = self._known = _Known(steps)  # another thread may go on with the one before
        if self.ask.any():
            told = {span: vector @ self.ask for span, vector in vectors.items()}
            value = (np.stack([told[span] for span in spans]) * self.vectors(numbers, known, meaning)).sum(axis=1)
            table[:, _LEARNED] = value.min()
            table[order, _LEARNED] = value
        if len(self.memory.asked):
            table[order, _REMEMBERED] = self.recall * self._votes(numbers, spans, vectors, known)

    def vectors(self, paths: list[tuple[int, ...]], known: _Known, meaning: Meaning | None) -> NDArray[Any]:
        """The paths in the shared space; each is worked out once."""
        steps, kept = known.steps, known.paths
        new = [path for path in dict.fromkeys(paths) if path not in kept]
        if new:
            dense = meaning.paths(steps, new) if meaning is not None else [None] * len(new)
            raw = np.stack([path_vector([steps.relations[step] for step in path], one) for path, one in zip(new, dense, strict=True)])
            kept.update(zip(new, raw @ self.path, strict=True))
        return np.stack([kept[path] for path in paths])

    def _votes(self, paths: list[tuple[int, ...]], spans: list[Any], vectors: Mapping[Any, NDArray[Any]], known: _Known) -> NDArray[Any]:
        """What the questions remembered give each path, the question seen from the mention that the path starts from."""
        for path in paths:
            if path not in known.keys:
                known.keys[path] = path_keys([known.steps.relations[step] for step in path])
        keys, out = np.array([known.keys[path] for path in paths], np.int64), np.zeros(len(paths), np.float32)
        for span, vector in vectors.items():
            mine = np.array([one == span for one in spans])
            out[mine] = self.memory.votes(vector, keys[mine])
        return out

    def confidence(self, row: NDArray[Any], *, alone: bool) -> float:
        """How sure it is that the best path answers: 0 to 1. `alone`: nothing else was found."""
        z = float(row @ self.sure[:-2]) + float(self.sure[-2]) * alone + float(self.sure[-1])
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))

    def save(self, folder: str | Path) -> Path:
        """Write the weights (safetensors) and what they are about (JSON) into a folder."""
        from safetensors.numpy import save_file

        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {name: np.ascontiguousarray(getattr(self, name), dtype=np.float32) for name in _FLOATS}
        arrays |= {f"memory.{name}": np.ascontiguousarray(getattr(self.memory, name)) for name in Memory.__slots__}
        arrays["links"] = np.zeros(0) if self.links is None else self.links.weights
        save_file(arrays, folder / "scorer.safetensors")
        about = {"format": FORMAT, "features": list(NAMES), "signs": list(SIGNS), "threshold": self.threshold, "recall": self.recall}
        about |= {"aliases": {} if self.links is None else dict(self.links.aliases), **self.about}
        (folder / "scorer.json").write_text(json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
        return folder


def load(folder: str | Path) -> Learned:
    """What was saved.

    Raises:
        CheckpointError: a file is missing or altered, or it was learned over other features.
    """
    from safetensors.numpy import load_file

    folder = Path(folder)
    try:
        about: Any = json.loads((folder / "scorer.json").read_text(encoding="utf-8"))
        arrays: dict[str, Any] = load_file(folder / "scorer.safetensors")
    except OSError as error:
        raise CheckpointError(
            f"{shorten(str(folder), 200)} holds no learned scorer: {error.strerror or error}", hint="qa.save(folder)"
        ) from error
    except Exception as error:  # safetensors raises its own kind, JSON another
        raise CheckpointError(f"the scorer in {shorten(str(folder), 200)} cannot be read: {shorten(str(error), 200)}") from error
    features, size = about.get("features") if isinstance(about, dict) else None, len(NAMES)
    if features != list(NAMES) or about.get("signs") != list(SIGNS) or about.get("format") != FORMAT:
        raise CheckpointError("the scorer was learned by another version of kgllm, over other features", hint="fit again: qa.fit()")
    shapes = {name: one.shape for name, one in arrays.items()}
    fits = shapes.get("linear") == (size,) and shapes.get("sure") == (size + 2,) and {*_FLOATS, *_MEMORY, "links"} == set(shapes)
    fits = fits and shapes["links"] in ((0,), (len(SIGNS) + 1,))
    rows = len(arrays["memory.of"]) if fits else 0
    fits = fits and shapes["memory.steps"] == (rows, 2) and shapes["memory.weight"] == (rows,)
    fits = fits and (not rows or 0 <= int(arrays["memory.of"].min()) <= int(arrays["memory.of"].max()) < len(arrays["memory.asked"]))
    if not fits or not all(np.isfinite(one).all() for one in arrays.values()):
        raise CheckpointError("the scorer's weights are not of the shape that they are said to be", hint="fit again: qa.fit()")
    return Learned(
        **{name: arrays[name] for name in _FLOATS},
        threshold=float(about["threshold"]),
        memory=Memory(*(arrays[name] for name in _MEMORY)),
        recall=float(about["recall"]),
        links=LearnedLinks(arrays["links"], dict(about["aliases"])) if len(arrays["links"]) else None,
        about=about,
    )
