"""Train, retrieve, or both? Read off the figures of a proof, with the figures behind each sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kgllm.tuning.proving.proof import Proof

MARGIN = 0.05
"""Columns nearer than this are held equal, and the cheaper way wins."""
KNOWN_LOSS, PERPLEXITY_RISE = 0.05, 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """way: train, retrieve, both, or neither; sentences with the figures behind it."""

    way: str
    sentences: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"way": self.way, "sentences": list(self.sentences)}


def verdict(proof: Proof) -> Verdict:
    """What the figures say to do for the facts that were taught."""
    group = "unseen" if any("unseen" in groups for groups in proof.figures.values()) else next(iter(next(iter(proof.figures.values()))))
    ways = {
        "retrieve": proof.value("untuned + facts", group),
        "train": proof.value("tuned", group),
        "both": proof.value("tuned + facts", group),
    }
    measured = {way: value for way, value in ways.items() if value is not None}
    asked = "unseen wordings" if group == "unseen" else group.replace("_", " ")
    said = [f"Hits@1 on {asked}: " + ", ".join(f"{way} {value:.2f}" for way, value in measured.items()) + "."]
    untuned = proof.value("untuned", group)
    if untuned is not None:
        said.append(f"The untuned model alone: {untuned:.2f}.")
    best = max(measured.values(), default=0.0)
    order = [way for way in ("retrieve", "train", "both") if way in measured]  # the first that is near the best: retrieval forgets nothing
    way = next((one for one in order if measured[one] >= best - MARGIN), "neither")
    if best < 0.3 or (untuned is not None and best <= untuned + MARGIN):
        way = "neither"
        said.append("No way answers much better than the untuned model does.")
    harms = []
    kept = proof.kept
    known = [(name.removesuffix("_before"), value - kept[name.replace("_before", "_after")]) for name, value in kept.items() if name.startswith("known_") and name.endswith("_before")]  # fmt: skip
    for name, lost in known:
        if lost > KNOWN_LOSS:
            harms.append(f"{lost:.0%} of the known questions were lost ({name.replace('_', ' ')})")
    if kept.get("perplexity_rise", 0.0) > PERPLEXITY_RISE:
        harms.append(f"general perplexity rose by {kept['perplexity_rise']:.1%}")
    invented, before = proof.invented("tuned"), proof.invented("untuned")
    if invented is not None:
        was = "" if before is None else f" (untuned: {before:.0%})"
        declined = proof.value("tuned", "untaught", "abstained") or 0.0
        said.append(f"Asked for facts never taught, it invented an answer to {invented:.0%}{was} and declined {declined:.0%}.")
    if harms:
        said.append("But " + " and ".join(harms) + ": turn the dial down, or mix in more.")
        if way in ("train", "both") and "retrieve" in measured and measured["retrieve"] >= best - 2 * MARGIN:
            way = "retrieve"
    elif kept:
        said.append("What it knew before is kept, within the limits.")
    return Verdict(way=way, sentences=tuple(said))
