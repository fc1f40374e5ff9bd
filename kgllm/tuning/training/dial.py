"""The dial: an adapter scaled after training, as far as it forgets less and answers as much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.training.watch import Watch
from kgllm.tuning.weights.methods import DIAL, set_scale

_TOLERANCE = 0.01
REACH = 1.5
"""A state that stands so far over the budget is kept where the adapter can be scaled: at 0.8 half of the rise is gone or more."""
KNOWN_REACH = 4.0
"""The same for known questions, which come back sooner: at 0.75 all but a tenth of a fall of 10.9 points was made good."""
_LOWER = (0.4, 0.3, 0.2, 0.1)
_UNSURE = 0.02
"""Nats a token that may be lost where the dial is turned: a few right rows hide how many are near to falling (at 0.7, with as many of 41
right as at 1 and .021 more, numbers among 60 others were cut short)."""


def has_dial(held: Sequence[Any], watched: Sequence[Any], given: TuneSettings) -> bool:
    """Whether a run has one: a method that can be scaled, rows to choose by, and texts or known questions that say what is forgotten."""
    return given.method in DIAL and bool(held) and bool(watched) and len(given.scales) > 1


def turn(model: Any, watch: Watch, given: TuneSettings) -> float:
    """Scale the adapter: of the scales within the budget that answer held-out rows as well as the best of them does (within a row), those
    within the budget of known questions (or the one that keeps most of them), and of these, of those that are as sure of both, the one
    that forgets least. A free dial on a well-learned adapter; an under-trained one keeps its full scale. Where none is within the budget
    it is turned on until one is."""
    if not has_dial(watch.held, (*watch.general, *watch.known), given):
        return 1.0
    looks: list[dict[str, float]] = []
    within: list[dict[str, float]] = []
    for scale in (*given.scales, *(one for one in _LOWER if one < min(given.scales))):
        if within and scale not in given.scales:
            break
        set_scale(model, given.method, scale)
        looks.append({"step": watch.best_step, "scale": scale, **watch.measure(model)})
        if given.budget is None or looks[-1].get("perplexity_rise", 0.0) <= given.budget:
            within.append(looks[-1])
    watch.history += looks
    chosen = _chosen(within or [min(looks, key=_forgot)], watch)["scale"]
    set_scale(model, given.method, chosen)
    return chosen


def _chosen(within: Sequence[dict[str, float]], watch: Watch) -> dict[str, float]:
    """Of looks within the budget the one to keep."""
    slack = max(_TOLERANCE, 1 / len(watch.held))
    able = [one for one in within if one["held_out"] >= max(look["held_out"] for look in within) - slack]
    least = min(one.get("known_fall", 0.0) for one in able)
    keeping = [one for one in able if watch.keeps(one)] or [one for one in able if one["known_fall"] <= least]
    surest = min(map(_unsure, keeping))
    return min((one for one in keeping if _unsure(one) <= surest + _UNSURE), key=_forgot)


def _unsure(look: dict[str, float]) -> float:
    """The loss of held-out rows and that of known questions, a nat of one for a nat of the other: their shares of right answers move by
    a question or two between scales, and other known questions are lost as this loss says (.210, .177, .153, .137 at 1 to 0.7; of 129
    others .215, .180, .153, .135, and .876, .891, .915, .922 of them right)."""
    return look["held_out_loss"] + look.get("known_loss", 0.0)


def _forgot(look: dict[str, float]) -> tuple[float, float, float]:
    """What was forgotten, by perplexity first; of equals the smaller scale."""
    return look.get("perplexity", 0.0), look.get("known_fall", 0.0), look["scale"]
