"""The label doctor: what is trained, token by token, and the failures that are otherwise silent, refused before the first step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError
from kgllm.tuning.encoding.encode import IGNORED, Encoded, Encoder

if TYPE_CHECKING:
    from rich.console import RenderableType

_MOST_CUT = 0.02
"""More answers than this cut by the length, and the model would learn not to finish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """problems: failures that stop training, each a sentence; shown: (token text, trained) of a few rows; counts over all rows."""

    problems: tuple[str, ...]
    notes: tuple[str, ...]
    shown: tuple[tuple[tuple[str, bool], ...], ...]
    rows: int
    tokens: int
    labelled: int

    def raise_if_ill(self) -> None:
        """Refuse to train on what would fail in silence.

        Raises:
            ConfigError: with the first problem; the others are in its hint.
        """
        if self.problems:
            raise ConfigError(
                self.problems[0], hint="; ".join(self.problems[1:]) or "kgllm tune … --dry shows what would be trained, token by token"
            )

    def __rich__(self) -> RenderableType:
        from rich.console import Group
        from rich.text import Text

        lines: list[RenderableType] = [f"{self.rows:,} rows, {self.tokens:,} tokens, {self.labelled:,} trained"]
        for row in self.shown:
            line = Text()
            for text, on in row:
                line.append(text.replace("\n", "⏎"), style="bold green" if on else "dim")
            lines.append(line)
        lines += [Text(f"problem: {one}", style="red") for one in self.problems] + [Text(f"note: {one}") for one in self.notes]
        return Group(*lines)


def diagnose(encoded: Sequence[Encoded], encoder: Encoder, *, loss: str = "completion", show: int = 3) -> Diagnosis:
    """Look at what would be trained."""
    problems, notes = [], []
    asked = [one for one in encoded if not one.row.text]
    if not encoded:
        problems.append("there are no rows to train on")
    if asked:
        problems += _of_questions(asked, encoder, loss)
    unlabelled = [one for one in encoded if not one.labelled]
    if unlabelled and not problems:
        problems.append(f"nothing is trained in {len(unlabelled)} of {len(encoded)} rows, the first of them {_named(unlabelled[0])}")
    tokens = sum(len(one.ids) for one in encoded)
    labelled = sum(one.labelled for one in encoded)
    long = [one for one in encoded if one.row.text and len(one.ids) == encoder.length]
    if long:
        notes.append(f"{len(long)} texts are cut at {encoder.length} tokens")
    return Diagnosis(
        problems=tuple(problems),
        notes=tuple(notes),
        shown=tuple(_tokens(one, encoder.tokenizer) for one in encoded[:show]),
        rows=len(encoded),
        tokens=tokens,
        labelled=labelled,
    )


def _of_questions(asked: Sequence[Encoded], encoder: Encoder, loss: str) -> list[str]:
    found = []
    if encoder.chat and (other := next((one for one in asked if not encoder.completion(one.row)), None)):
        before = f"the chat template writes a question otherwise before an answer than when it asks for one, in {_named(other)}"
        return [f"{before}: a model trained so would meet another prompt at inference"]
    different = next((one for one in {id(one): one for one in asked}.values() if not _same_prompt(one, encoder)), None)
    if different:
        found.append(f"the prompt trained on is not the prompt asked with, in {_named(different)}")
    empty = [one for one in asked if not one.labelled]
    if len(empty) == len(asked):
        found.append("nothing is trained: no row has a label (the prompts alone fill the length, or the answers are empty)")
    elif empty:
        found.append(f"nothing is trained in {len(empty)} of {len(asked)} rows, the first of them {_named(empty[0])}")
    if loss == "completion" and any(one.labelled >= len(one.ids) - 1 and len(encoder.prompt(one.row)) > 1 for one in asked):
        found.append("everything is trained: the prompts have labels too")
    cut = [one for one in asked if one.cut]
    if len(cut) > _MOST_CUT * len(asked):
        found.append(f"{len(cut)} of {len(asked)} answers are cut off at {encoder.length} tokens: raise length, or shorten the rows")
    endless = [one for one in asked if not one.cut and one.labelled and one.ids[-1] not in encoder.ends]
    if endless:
        found.append(f"{len(endless)} rows do not end with a token that stops the model, the first of them {_named(endless[0])}")
    unseen = [one for one in asked if not one.cut and one.labelled and one.labels[-1] == IGNORED]
    if unseen:
        found.append(f"the end of {len(unseen)} rows is not trained: the model would not learn to stop")
    return found


def _same_prompt(one: Encoded, encoder: Encoder) -> bool:
    prompt = tuple(encoder.prompt(one.row))[: len(one.ids) - 1]
    return one.ids[: len(prompt)] == prompt


def _named(one: Encoded) -> str:
    text = one.row.question or (one.row.prompt[-1]["content"] if one.row.prompt else one.row.completion)
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _tokens(one: Encoded, tokenizer: Any) -> tuple[tuple[str, bool], ...]:
    """The texts of the tokens; those that are bytes of one character come together, for none of them can be read alone."""
    found: list[tuple[str, bool]] = []
    held: list[int] = []
    for token, on, after in zip(one.ids, _on(one), (*_on(one)[1:], None), strict=True):
        held.append(token)
        text = tokenizer.decode(held)
        if on == after and len(held) < _BYTES and text.endswith(_PART):
            continue
        found.append((text, on))
        held = []
    return tuple(found)


def _on(one: Encoded) -> list[bool]:
    return [label != IGNORED for label in one.labels]


_PART, _BYTES = "\ufffd", 4
"""What a decoder gives for a piece of a character, and the most bytes that one has in UTF-8."""
