"""Train, retrieve, or both? Read off the figures of a proof, with the figures behind each sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kgllm.tuning.proving.proof import Proof

MARGIN = 0.05
"""Columns nearer than this are held equal, and the cheaper way wins."""
LEAST = 0.3
"""No way that answers less than this is worth having."""
KNOWN_LOSS, PERPLEXITY_RISE = 0.05, 0.08
LANGUAGES = {"en": "English", "zh": "Chinese"}


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
    group = _group(proof)
    columns = {"retrieve": "untuned + facts", "train": "tuned", "both": "tuned + facts"}
    values = {way: proof.value(column, group) for way, column in columns.items()}
    measured = {way: value for way, value in values.items() if value is not None}
    if not measured:
        said = ["No question that has an answer was asked, so nothing says which way is best.", *_invented(proof), *_kept(proof, [])]
        return Verdict(way="neither", sentences=tuple(said))
    asked = "unseen wordings" if group == "unseen" else group.replace("_", " ")
    said = [f"Hits@1 on {asked}: " + ", ".join(f"{way} {value:.2f}" for way, value in measured.items()) + "."]
    untuned = proof.value("untuned", group)
    if untuned is not None:
        said.append(f"The untuned model alone: {untuned:.2f}.")
    best = max(measured.values())
    way = next(one for one in measured if measured[one] >= best - MARGIN)  # the first that is near the best: retrieval forgets nothing
    if untuned is not None and best <= untuned + MARGIN:
        way = "neither"
        said.append("No way answers much better than the untuned model does.")
    elif best < LEAST:
        way = "neither"
        said.append(f"No way answers {LEAST:.0%}: teach for more steps, or fewer facts, and look at what retrieval misses (qa.explain).")
    harms = list(_harms(proof))
    said += [*_invented(proof), *_kept(proof, harms)]
    if harms and way in ("train", "both") and measured.get("retrieve", 0.0) >= best - 2 * MARGIN:
        said.append(f"Retrieval alone comes within {2 * MARGIN:.2f} of the best and forgets nothing: it is preferred.")
        way = "retrieve"
    return Verdict(way=way, sentences=tuple(said))


def _group(proof: Proof) -> str:
    """The questions by which the ways are held against each other: other wordings of what was taught, else the first with answers."""
    groups = dict.fromkeys(name for found in proof.figures.values() for name in found)
    return next((name for name in ("unseen", *groups) if any(proof.value(column, name) is not None for column in proof.figures)), "")


def _harms(proof: Proof) -> Iterator[str]:
    """What was forgotten beyond the limits, each with what would mend it."""
    kept = proof.kept
    for name in [one.removesuffix("_before") for one in kept if one.startswith("known_") and one.endswith("_before")]:
        lost = kept[f"{name}_before"] - kept.get(f"{name}_after", kept[f"{name}_before"])
        if lost > KNOWN_LOSS:
            what, _, asked = title_of(name, kept).partition(", ")
            yield f"{lost:.0%} of the {what} were lost ({asked}; more of them beside the rows: `known`)"
    for name in [one.removesuffix("_rise") for one in kept if one.endswith("_rise")]:
        if kept[f"{name}_rise"] > PERPLEXITY_RISE:
            yield f"{title_of(name, kept)} rose by {kept[f'{name}_rise']:.1%} (more passages a step, `general`, or fewer `steps`)"


def title_of(name: str, kept: Mapping[str, float]) -> str:
    """What a figure of what was kept is of: `known_2_shots`, `known_zh_2_shots`, `perplexity`, `perplexity_zh`.

    >>> title_of("known_zh_2_shots", {"known_zh_n": 120.0}), title_of("perplexity", {})
    ('known questions in Chinese (120), after 2 others with answers', 'perplexity of general text')
    """
    what, *rest = name.removesuffix("_shots").split("_")
    language = rest.pop(0) if rest and rest[0] in LANGUAGES else ""
    said = f" in {LANGUAGES[language]}" if language else ""
    if what == "perplexity":
        return f"perplexity of general text{said}"
    count = kept.get(f"known_{language}_n" if language else "known_n")
    return f"known questions{said}{'' if count is None else f' ({count:.0f})'}, after {' '.join(rest)} others with answers"


def _invented(proof: Proof) -> Iterator[str]:
    invented, before = proof.invented("tuned"), proof.invented("untuned")
    if invented is not None:
        was = "" if before is None else f" (untuned: {before:.0%})"
        declined = proof.value("tuned", "untaught", "abstained") or 0.0
        yield f"Asked for facts never taught, it invented an answer to {invented:.0%}{was} and declined {declined:.0%}."


def _kept(proof: Proof, harms: list[str]) -> Iterator[str]:
    unknown = _unknown(proof.kept)
    known = any(one.startswith("known_") for one in proof.kept) and "" not in unknown
    looked = [
        f"no more than {KNOWN_LOSS:.0%} of the known questions were lost" if known else "",
        f"general perplexity rose by no more than {PERPLEXITY_RISE:.0%}" if "perplexity_rise" in proof.kept else "",
    ]
    if harms:
        yield f"But {' and '.join(harms)}."
    elif any(looked) and any(name.endswith("_before") for name in proof.kept):
        yield f"What it knew before is kept: {' and '.join(filter(None, looked))}."
    elif not unknown:
        yield "What was forgotten was not measured: that takes `known` or `texts`, the model before and after, and its weights."
    for language, share in unknown.items():
        where = f" in {LANGUAGES[language]}" if language else ""
        yield f"The untuned model answered {share:.0%} of the known questions{where}: whether it lost any that it knew could not be measured."


def _unknown(kept: Mapping[str, float]) -> dict[str, float]:
    """The share of the known questions that was answered before, where it is so small that no loss beyond the limit could be seen: of all
    ("") or else of a language."""
    before: dict[str, float] = {}
    for name, value in kept.items():
        if name.startswith("known_") and name.endswith("_before"):
            language = name.split("_")[1] if name.split("_")[1] in LANGUAGES else ""
            before[language] = max(value, before.get(language, 0.0))
    few = {language: value for language, value in before.items() if value <= KNOWN_LOSS}
    return {"": few[""]} if "" in few else few
