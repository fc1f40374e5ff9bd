"""Why a path was preferred: each feature's part of its score, and which words of the question spoke for which of its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.display import visible
from kgllm.retrieval.ranking.judges import judged
from kgllm.retrieval.ranking.rank import Ranked, Ranking
from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.represent import path_keys, path_vector, question_vector
from kgllm.types import Link, Node, conditions_text, replace, steps_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.refusals import Refusal
    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.retriever import Retriever, Run
    from kgllm.retrieval.scoring.seen import Seen

_SHOWN = 8  # parts of a score in a table
_NAME = 80  # characters of an end


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A word of the question beside a path. `weight`: how much is lost where nothing explains it (0: it is part of the mention, or
    filling); `steps`: how far each step of the path explains it, 0 to 1; `learned`: what the features "learned" and "remembered" would
    lose without it."""

    word: str
    start: int
    end: int
    weight: float
    steps: tuple[float, ...]
    learned: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A path that a question led to. `steps`: its own, then those of the conditions that it was joined with; `parts`: each feature
    times its weight, the largest first; together they are the score. `refused`: why it is no answer, however well its words fit (a code of
    `kgllm.retrieval.ranking.refusals`); None where it may be one."""

    walk: str
    steps: tuple[str, ...]
    ends: tuple[Node, ...]
    count: int
    score: float
    confidence: float
    refused: Refusal | None
    parts: Mapping[str, float]
    words: tuple[Said, ...]

    def __str__(self) -> str:
        ends = ", ".join(visible(end, _NAME) for end in self.ends)
        more = f" and {self.count - len(self.ends):,} more" if self.count > len(self.ends) else ""
        parts = ", ".join(f"{name} {part:+.2f}" for name, part in list(self.parts.items())[:_SHOWN])
        lines = [f"{visible(self.walk)}: {ends}{more}", f"  score {self.score:.2f} = {parts}{', …' if len(self.parts) > _SHOWN else ''}"]
        if self.refused is not None:
            lines.append(f"  refused: {self.refused}")
        for said in self.words:
            told = [f"{visible(step)} {share:.2f}" for step, share in zip(self.steps, said.steps, strict=True) if share > 0]
            told += [f"learned {said.learned:+.2f}"] if abs(said.learned) >= 0.005 else []
            lines.append(f"  '{visible(said.word)}' (weight {said.weight:.2f}): {', '.join(told) or 'speaks for no step'}")
        return "\n".join(lines)

    __repr__ = __str__  # at a prompt, too

    def to_dict(self) -> dict[str, Any]:
        """Plain values, but for the ends."""
        words = [{name: getattr(said, name) for name in said.__slots__} for said in self.words]
        return {name: getattr(self, name) for name in self.__slots__} | {"words": words}


def why(retriever: Retriever, question: str, links: Sequence[Link], seeds: Sequence[Node] | None, *, top: int = 3) -> tuple[Why, ...]:
    """The best paths for a question, the best first, as retrieval ranks them."""
    run = retriever.run(question, links, seeds)
    candidates, _, asked, seen = run.candidates()
    steps = run.steps
    found = run.matched(asked, steps)
    ranked = judged(Ranking(run, asked, found, steps, seen, retriever.weights), candidates)[:top]
    out = []
    for one in ranked:
        view = seen[one.seeds[0]]
        lost = _learned(run, asked, one.numbers, view)
        legs = (one, *one.also)  # the path, and the conditions that it was joined with
        explains = found.explains[[number for leg in legs for number in leg.numbers]]
        weights = np.min([seen[leg.seeds[0]].weights for leg in legs if leg.seeds], axis=0)  # the name of either is part of a mention
        ends = run.view.nodes(one.ground.ends[:3])
        told = tuple(
            Said(
                word=word.text,
                start=word.start,
                end=word.end,
                weight=float(weights[j]),
                steps=tuple(float(share) for share in explains[:, j]),
                learned=lost[j],
            )
            for j, word in enumerate(asked.words)
            if weights[j] > 0
        )
        begins = (one.seeds[: len(one.seeds) - sum(len(leg.seeds) for leg in one.also)], *(leg.seeds for leg in one.also))
        walks = [
            (" & ".join(str(run.seeds[i].node) for i in seeds) or "•", _steps_of(leg)) for seeds, leg in zip(begins, legs, strict=True)
        ]
        out.append(
            Why(
                walk=" & ".join(f"{start} {' • '.join(path)}" for start, path in walks) + conditions_text(one.constraints),
                steps=tuple(step for _, path in walks for step in path),
                ends=tuple(ends),
                count=one.ground.count,
                score=one.score,
                confidence=one.confidence,
                refused=one.refused,
                parts=parts_of(dict(zip(NAMES, one.row.tolist(), strict=True)), retriever.weights),
                words=told,
            )
        )
    return tuple(out)


def _steps_of(one: Ranked) -> tuple[str, ...]:
    return tuple(steps_text((relation, "in" if move == "in" else "out") for relation, move in step) for step in one.steps)


def parts_of(row: Mapping[str, float], weights: NDArray[Any]) -> dict[str, float]:
    """Each feature times its weight, the largest first."""
    found = ((name, row.get(name, 0.0) * float(weight)) for name, weight in zip(NAMES, weights, strict=True))
    return dict(sorted(((name, part) for name, part in found if part), key=lambda one: (-abs(one[1]), one[0])))


def _learned(run: Run, asked: Asked, numbers: tuple[int, ...], view: Seen) -> list[float]:
    """What each word gives to what was learned of a path: its bilinear score and its votes, less both without the word. An encoder's
    vector of the whole question stays as it is."""
    learned, meaning = run.retriever.learned, run.retriever.meaning
    if learned is None or not (learned.ask.any() or len(learned.memory.asked)):
        return [0.0] * len(asked.words)
    steps = run.steps
    relations = [steps.relations[number] for number in numbers]
    dense = meaning.paths(steps, [numbers])[0] if meaning is not None else None
    path = learned.ask @ (path_vector(relations, dense) @ learned.path) if learned.ask.any() else None
    keys = np.array([path_keys(relations)], np.int64) if len(learned.memory.asked) else None
    dense = meaning.asked(asked.text, run.seeds).get(view.span) if meaning is not None else None

    def score(weights: NDArray[Any]) -> float:
        vector = question_vector(asked, replace(view, weights=weights), dense)
        votes = 0.0 if keys is None else learned.recall * float(learned.memory.votes(vector, keys)[0])
        return votes if path is None else votes + float(vector @ path)

    whole, places = score(view.weights), np.arange(len(asked.words))
    return [whole - score(np.where(places == j, 0, view.weights)) if view.weights[j] > 0 else 0.0 for j in places.tolist()]
