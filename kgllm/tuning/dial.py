"""The dial: an adapter scaled after training, as far as it forgets less and answers as much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kgllm.tuning.methods import DIAL, set_scale
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.watch import Watch

_TOLERANCE = 0.01
REACH = 1.5
"""A state that stands so far over the budget is kept where the adapter can be scaled: at 0.8 half of the rise is gone or more."""
_LOWER = (0.4, 0.3, 0.2, 0.1)
_UNSURE = 0.02
"""Nats a token that the loss of held-out rows may rise where the dial is turned: a few right rows hide how many are near to falling
(at 0.7, with as many of 41 right as at 1 and .021 more, numbers among 60 others were cut short)."""


def has_dial(held: Sequence[Any], watched: Sequence[Any], given: TuneSettings) -> bool:
    """Whether a run has one: a method that can be scaled, and rows and texts to choose by."""
    return given.method in DIAL and bool(held) and bool(watched) and len(given.scales) > 1


def turn(model: Any, watch: Watch, given: TuneSettings) -> float:
    """Scale the adapter: of the scales within the budget that answer held-out rows as well as the best of them does (within a row) and
    as surely (by their loss), the one that forgets least. A free dial on a well-learned adapter; an under-trained one keeps its
    full scale. Where none is within the budget it is turned on until one is."""
    if not has_dial(watch.held, watch.general, given):
        return 1.0
    looks: list[tuple[float, float, float, float]] = []
    within: list[tuple[float, float, float, float]] = []
    for scale in (*given.scales, *(one for one in _LOWER if one < min(given.scales))):
        if within and scale not in given.scales:
            break
        set_scale(model, given.method, scale)
        found = watch.measure(model)
        watch.history.append({"step": watch.best_step, "scale": scale, **found})
        looks.append((found["perplexity"], scale, found["held_out"], found["held_out_loss"]))
        if given.budget is None or found.get("perplexity_rise", 0.0) <= given.budget:
            within.append(looks[-1])
    within = within or [min(looks)]
    slack = max(_TOLERANCE, 1 / len(watch.held))
    able = [one for one in within if one[2] >= max(look[2] for look in within) - slack]
    surest = min(one[3] for one in able)
    chosen = min(one for one in able if one[3] <= surest + _UNSURE)[1]
    set_scale(model, given.method, chosen)
    return chosen
