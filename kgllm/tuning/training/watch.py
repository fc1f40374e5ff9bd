"""What stops a training in time: held-out rows, and what was there before with its budgets; and what keeps the best state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kgllm.tuning.encoding.encode import Encoded
from kgllm.tuning.rows import by_language
from kgllm.tuning.training.grade import grade, perplexity_of

PATIENCE_OVER_BUDGET = 2
"""Looks in a row over the budget and its reach, none lower than the one before, until training stops: perplexity is highest while the
rate is, and comes down with it (+19% in the middle of a run that ended at +2%). The best state within the budget is kept all the same.
What a dial brings back afterwards is no reason to stop: three runs over 1,784 facts stood at +8 to +11% from their third look on, with
.6 to .7 of the held-out wordings there and .99 at the end, and the dial brought them to +6 to +8%."""


@dataclass(kw_only=True)
class Watch:
    """Looks at the model every so often. held: rows it should come to answer; general: texts it should keep; known: questions that it
    answered before and should go on answering, trained nowhere.

    budget: how much perplexity of the general texts (of several languages: of those of each) may rise: a limit. known_budget: how far the share of the known questions that it
    answers may fall: of states that answer as many held-out rows one within it goes before one over it. reach, known_reach: a state may
    stand so many times over them and be kept, where a dial brings it back afterwards; patience: looks without gain. After `look`, `stop` says why to
    stop, or is empty. `best` are the trained tensors of the best look; where none was within the budget's reach, of the one that forgot
    least, whose rise of perplexity is `least`.
    """

    held: Sequence[Encoded]
    general: Sequence[Encoded] = ()
    known: Sequence[Encoded] = ()
    pad: int = 0
    budget: float | None = None
    known_budget: float | None = None
    reach: float = 1.0
    known_reach: float = 1.0
    patience: int = 4
    base_perplexity: float | None = None
    base_known: float | None = None
    history: list[dict[str, float]] = field(default_factory=list)
    best: dict[str, Any] | None = None
    best_step: int = 0
    best_score: tuple[float, float] = (-1.0, float("-inf"))
    best_share: float = -1.0
    best_keeps: bool = False
    least: float | None = None
    most: tuple[float, float] = (-1.0, float("-inf"))
    without_gain: int = 0
    over: int = 0
    stop: str = ""

    def measure(self, model: Any) -> dict[str, float]:
        """The figures of one look."""
        found: dict[str, float] = {}
        if self.held:
            held = grade(model, self.held, pad=self.pad)
            found |= {"held_out": held.share, "held_out_loss": held.nll}
        if self.known:
            known = grade(model, self.known, pad=self.pad)
            found |= {"known": known.share, "known_loss": known.nll}
            if self.base_known is not None:
                found["known_fall"] = self.base_known - known.share
        if self.general:
            text = grade(model, self.general, pad=self.pad, batch=8)
            found["perplexity"] = text.perplexity
            for language, places in by_language([one.row for one in self.general]).items():
                found[f"perplexity_{language}"] = perplexity_of([text.spent[i] for i in places])
            if self.base_perplexity:
                found["perplexity_rise"] = self._rise(found)
        return found

    def _rise(self, found: Mapping[str, float]) -> float:
        """Of perplexity over all texts, or of one language's where that is more: none is paid for with another."""
        first = {**(self.history[0] if self.history else {}), "perplexity": self.base_perplexity or 0.0}
        return max(found[name] / first[name] - 1 for name in found if name.startswith("perplexity") and first.get(name))

    def begin(self, model: Any) -> dict[str, float]:
        """The look before the first step."""
        found = self.measure(model)
        self.base_perplexity = self.base_perplexity or found.get("perplexity")
        if self.base_perplexity and "perplexity" in found:
            found["perplexity_rise"] = self._rise(found)
        if "known" in found:
            self.base_known, found["known_fall"] = found["known"], 0.0
        self.history.append({"step": 0, **found})
        return found

    def keeps(self, found: Mapping[str, float], reach: float = 1.0) -> bool:
        """Whether a look is within so many times the budget of known questions (a hair over it is rounding)."""
        return self.known_budget is None or found.get("known_fall", 0.0) <= self.known_budget * reach + 1e-9

    def look(self, model: Any, step: int) -> dict[str, float]:
        """Measure, keep the state where it is the best so far within the budget's reach, and say whether to stop."""
        found = self.measure(model)
        rise = found.get("perplexity_rise", 0.0)
        falling = bool(self.history) and rise < self.history[-1].get("perplexity_rise", 0.0)
        self.history.append({"step": step, **found})
        keepable = self.budget is None or rise <= self.budget * self.reach
        keeps = self.keeps(found, self.known_reach)
        self.over = 0 if keepable or falling else self.over + 1
        # without held-out rows nothing says which state is best: the latest within the budgets is
        score = (found["held_out"], -found["held_out_loss"]) if self.held else (0.0, float(step))
        if keepable and self._better(score, keeps):
            self.best_score, self.best_keeps, self.least = score, keeps, None
            self.best_share = max(self.best_share, score[0])
            self.best, self.best_step = trained_tensors(model), step
        elif self.best is None or (not keepable and self.least is not None and rise < self.least):
            self.best, self.best_step, self.least = trained_tensors(model), step, rise
        self.without_gain = 0 if score > self.most else self.without_gain + 1  # a gain over the budget is one: it may come down yet
        self.most = max(self.most, score)
        if self.over >= PATIENCE_OVER_BUDGET:
            self.stop = (
                f"forgetting: general perplexity rose by {rise:.1%}, over the budget of {self.budget:.1%} (more passages a step, `general`, or "
                "a lower `rate` hold it; `budget=None` goes on)"
            )
        elif self.held and self.without_gain >= self.patience:
            self.stop = f"no gain on held-out rows in {self.patience} looks"
        return found

    def ended(self) -> str:
        """Why the run is over, and, where that is so, that nothing within the budget could be kept."""
        said = self.stop or "all steps done"
        if self.least is None:
            return said
        return f"{said}; no look was within the budget of {self.budget or 0.0:.1%}: what forgot least is kept, step {self.best_step} ({self.least:+.1%})"

    def _better(self, score: tuple[float, float], keeps: bool) -> bool:
        """Whether a state is a better one than the best. A row more or less is chance: of states that near to each other one that keeps
        the known questions is taken, and of those the surest, by the loss (a state of 37 of 41 rows at .142 was kept, where the end of
        the run had 36 at .105)."""
        share, sure = score
        slack = 1 / len(self.held) + 1e-9 if self.held else 0.0
        if abs(share - self.best_score[0]) > slack:
            return share > self.best_score[0]
        return (keeps, sure) > (self.best_keeps, self.best_score[1]) and share >= self.best_share - slack

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps of it, the tensors aside."""
        names = (
            "base_perplexity",
            "base_known",
            "history",
            "best_step",
            "best_share",
            "best_keeps",
            "least",
            "without_gain",
            "over",
            "stop",
        )
        scores = {name: [str(one) for one in getattr(self, name)] for name in ("best_score", "most")}
        return {**{name: getattr(self, name) for name in names}, **scores}

    def restore(self, state: dict[str, Any], best: dict[str, Any] | None) -> None:
        """Take up where a checkpoint left."""
        for name, value in state.items():
            setattr(self, name, tuple(map(float, value)) if name in ("best_score", "most") else value)
        self.best = best


def trained_tensors(model: Any) -> dict[str, Any]:
    """A copy of every trained parameter, by name."""
    return {name: one.detach().clone() for name, one in model.named_parameters() if one.requires_grad}


def put_back(model: Any, tensors: dict[str, Any]) -> None:
    """Trained parameters as they were."""
    import torch

    with torch.no_grad():
        for name, one in model.named_parameters():
            if name in tensors:
                one.copy_(tensors[name])
