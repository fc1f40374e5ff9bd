"""Grading without generating: which rows a model would answer word for word, and how probable general text is to it.

Greedy decoding gives the trained answer exactly where every one of its tokens is the most probable after those before it, so one
forward pass decides it for many rows at once. The stop token counts: an answer that runs on is not that answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.errors import require
from kgllm.tuning.encoding.encode import IGNORED, Encoded
from kgllm.tuning.training.loss import logits_at
from kgllm.tuning.weights.methods import computing


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """right: for each row, whether greedy decoding would give exactly its answer; chance: how probable that answer is to be drawn;
    nll: mean negative log-likelihood of a token; spent: for each row, that of all its tokens, and how many they are."""

    right: tuple[bool, ...]
    chance: tuple[float, ...]
    nll: float
    tokens: int
    spent: tuple[tuple[float, int], ...]

    @property
    def share(self) -> float:
        return sum(self.right) / len(self.right) if self.right else 0.0

    @property
    def perplexity(self) -> float:
        return math.exp(min(self.nll, 700.0))


def perplexity_of(spent: Sequence[tuple[float, int]]) -> float:
    """Of so much negative log-likelihood over so many tokens, of each row."""
    return math.exp(min(sum(one for one, _ in spent) / max(1, sum(count for _, count in spent)), 700.0))


def grade(model: Any, rows: Sequence[Encoded], *, pad: int, batch: int = 32) -> Graded:
    """Grade rows by their labels. A model that was training goes on training afterwards."""
    torch = require("torch", "train")
    from kgllm.tuning.encoding.batches import collate

    right, chance = [False] * len(rows), [0.0] * len(rows)
    total, count = 0.0, 0
    each = [(0.0, 0)] * len(rows)
    training = model.training
    model.eval()
    device = next(model.parameters()).device
    order = sorted(range(len(rows)), key=lambda i: (len(rows[i].ids), i))
    try:
        with torch.no_grad(), computing(model):
            for start in range(0, len(order), batch):
                part = order[start : start + batch]
                fed = {k: v.to(device) for k, v in collate([(rows[i].ids, rows[i].labels) for i in part], pad=pad).items()}
                target = torch.full_like(fed["labels"], IGNORED)
                target[:, :-1] = fed["labels"][:, 1:]
                chosen = target != IGNORED
                logits, _ = logits_at(model, fed, chosen)
                wanted = target[chosen]
                losses = torch.nn.functional.cross_entropy(logits.float(), wanted, reduction="none")
                hits = torch.zeros_like(chosen)
                hits[chosen] = logits.argmax(-1) == wanted
                missed = (chosen & ~hits).any(1)
                spent = torch.zeros(chosen.shape, device=device)
                spent[chosen] = losses
                whole, sums = (chosen.any(1) & ~missed).tolist(), spent.sum(1).tolist()  # one answer of the device for all rows
                for row, i in enumerate(part):
                    right[i], chance[i] = whole[row], math.exp(-sums[row])
                    each[i] = (sums[row], sum(label != IGNORED for label in rows[i].labels[1:]))
                total += sum(sums)
                count += len(wanted)
    finally:
        model.train(training)
    return Graded(right=tuple(right), chance=tuple(chance), nll=total / count if count else 0.0, tokens=count, spent=tuple(each))
