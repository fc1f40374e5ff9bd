"""What the figures of a proof may be off by: 95 % intervals of shares, and of perplexity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kgllm.evaluation.metrics import Figure, figures_of

SHARES = ("hits1", "hits1_any", "exact", "abstained", "invented", "wrong_when_answered", "abstain_recall")
"""Figures that are yes or no for each question."""
_Z = 1.959963984540054
"""Of the normal distribution, for 95 %."""


def share(hits: Sequence[object]) -> Figure:
    """A share with Wilson's interval (1927), which says something of sixteen right out of sixteen, too, where drawing the questions again
    would say that nothing can be off.

    >>> str(share([True] * 16))
    '1.000 [0.806, 1.000]'
    """
    return _wilson(sum(map(bool, hits)) / len(hits) if hits else 0.0, len(hits))


def _wilson(value: float, n: int) -> Figure:
    if not n:
        return Figure(value, 0.0, 1.0, 0)
    middle = (value + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * (value * (1 - value) / n + _Z**2 / (4 * n**2)) ** 0.5
    return Figure(value, min(value, max(0.0, middle - half)), max(value, min(1.0, middle + half)), n)


def figures(rows: Sequence[Mapping[str, float]], *, seed: int = 0) -> dict[str, Figure]:
    """Every figure over the rows: shares with Wilson's interval, the others (F1, …) with questions drawn again."""
    found = figures_of(rows, [], seed=seed)
    return {name: _wilson(one.value, one.n) if name in SHARES else one for name, one in found.items()}


def perplexities(spent: Mapping[str, Sequence[tuple[float, int]]], *, seed: int = 0, resamples: int = 1000) -> dict[str, float]:
    """Perplexity by side, and its rise, with percentile bootstrap intervals: passages are drawn again, with replacement, the same ones
    on both sides, so that the rise's interval is not widened by how hard the passages are.

    spent: by side ("before", "after"), of each passage the negative log-likelihood and the number of tokens.
    """
    import numpy as np

    sides = {name: np.array(rows, dtype=float) for name, rows in spent.items()}
    count = min(map(len, sides.values()), default=0)
    rng = np.random.default_rng(seed)
    drawn = np.concatenate([np.arange(count)[None], rng.integers(0, max(1, count), (resamples, count))])  # first all of them as they are
    values = {name: np.exp(np.minimum(rows[drawn, 0].sum(1) / np.maximum(1, rows[drawn, 1].sum(1)), 700.0)) for name, rows in sides.items()}
    values = {f"perplexity_{name}": one for name, one in values.items()}
    if len(values) > 1:
        values["perplexity_rise"] = values["perplexity_after"] / values["perplexity_before"] - 1
    found: dict[str, float] = {}
    for name, one in values.items():
        low, high = np.quantile(one[1:], (0.025, 0.975))
        found |= {name: float(one[0]), f"{name}_low": float(low), f"{name}_high": float(high)}
    return found
