"""One short training, graded without generating: what `benchmarks tuning -- forgetting | methods | curves` and `benchmarks gpu -- curves`
are made of. Each line is written as soon as it is there; a line that is there already is not made again.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from kgllm.llms.transformers import TransformersLLM
from kgllm.tuning import TuneSettings, load, tune
from kgllm.tuning.courses.general import prose
from kgllm.tuning.courses.general import written as write
from kgllm.tuning.courses.probing import with_shots
from kgllm.tuning.encoding.encode import Encoder
from kgllm.tuning.rows import Row
from kgllm.tuning.training.grade import grade
from kgllm.tuning.weights.adapters import INFO
from kgllm.tuning.weights.base import Base
from kgllm.tuning.weights.methods import DIAL, set_scale

NEVER = 10**6


def written(base: Base, n: int = 192, keep: Path | None = None, languages: Sequence[str] = ("en",)) -> list[Row]:
    """Passages that the model itself writes, kept in a file."""
    if keep is not None and keep.is_file():
        return [Row(completion=text, source="written") for text in json.loads(keep.read_text(encoding="utf-8"))]
    found = write(base, n, languages=languages)
    if keep is not None:
        keep.parent.mkdir(parents=True, exist_ok=True)
        work = keep.with_suffix(f".writing-{os.getpid()}")
        work.write_text(json.dumps([row.completion for row in found], ensure_ascii=False), encoding="utf-8")
        work.rename(keep)
    return found


class Remembering(TransformersLLM):
    """Keeps what it said in a file: asked the same again, also by another process, it says the same without computing it."""

    def __init__(self, source: Any, file: Path) -> None:
        super().__init__(source)
        self._file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        self._said: dict[str, str] = dict(json.loads(line) for line in lines)

    def generate(self, prompts: Sequence[Any], *, max_tokens: int = 128, stop: Sequence[str] = (), **more: Any) -> list[str]:
        """What was said before, or is said now."""
        keys = [f"{max_tokens}/{one if isinstance(one, str) else one.text}" for one in prompts]
        fresh = {key: one for key, one in zip(keys, prompts, strict=True) if key not in self._said}
        if fresh:
            texts = super().generate(list(fresh.values()), max_tokens=max_tokens, stop=stop, **more)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as out:
                for key, text in zip(fresh, texts, strict=True):
                    self._said[key] = text
                    out.write(json.dumps([key, text], ensure_ascii=False) + "\n")
        return [self._said[key] for key in keys]


def looked_at(
    model: Any, base: Base, asked: Mapping[str, Sequence[Row]], known: Sequence[Row], languages: Sequence[str] = ("en",)
) -> dict[str, float]:
    """Word for word, the end included: the share of each group that is answered, the known questions with two examples and with
    none, and perplexity on prose of these languages."""
    encoder = Encoder(base.tokenizer, length=1024)
    found = {}
    for name, rows in asked.items():
        if rows:
            found[name] = grade(model, [encoder.graded(row) for row in rows], pad=base.pad).share
    for shots, name in ((2, "known, two shots"), (0, "known, none")):
        if known:
            found[name] = grade(model, [encoder.graded(with_shots(row, known, shots)) for row in known], pad=base.pad).share
    text = grade(model, [encoder.encode(row) for row in prose("test", languages=languages)], pad=base.pad, batch=8)
    return {**{name: round(value, 4) for name, value in found.items()}, "perplexity": round(text.perplexity, 3)}


def trial(
    base: Base,
    rows: Sequence[Row],
    *,
    name: str,
    settings: TuneSettings,
    asked: Mapping[str, Sequence[Row]],
    known: Sequence[Row] = (),
    kept: Sequence[Row] = (),
    passages: Sequence[Row] = (),
    scales: Sequence[float] = (1.0,),
    held_out: Sequence[Row] = (),
    known_held_out: Sequence[Row] = (),
    watched: Sequence[Row] = (),
    ordered: bool = False,
    only_train: bool = False,
    more: Mapping[str, Any] | None = None,
    out: Path,
) -> dict[str, Any]:
    """Train, look at every scale of the dial, and append one line to the file `out`. Cut off, the same call goes on from the last
    checkpoint, or looks at what was trained; with `only_train` it stops before it looks. With `held_out` rows the run chooses its
    best state and the dial by them, by `known_held_out` and by the `watched` passages, and that scale is the one looked at."""
    if (done := lines_of(out).get(name)) is not None:
        return done
    folder = out.parent / "adapters" / f"{out.stem}-{name.translate(_PLAIN)}"
    _begin_memory()
    if (folder / INFO).is_file():  # trained already, and cut off while it was looked at
        found = load(folder, base=(base.model, base.tokenizer))
        model, run = found.model, json.loads((folder.parent / f"{folder.name}.json").read_text(encoding="utf-8"))
    else:
        marks: list[tuple[float, float]] = []
        tuned = tune(
            base, list(rows), folder, settings=settings, known=known if settings.known else (), general=passages if settings.general else (),
            general_held_out=watched, held_out=held_out, known_held_out=known_held_out, ordered=ordered, progress=lambda *_: marks.append((time.process_time(), time.perf_counter())),
        )  # fmt: skip
        steps = [[after[i] - before[i] for before, after in pairwise(marks)] or [0.0] for i in (0, 1)]
        processor, clock = map(statistics.median, steps)  # a step that wrote a checkpoint is not the usual one
        model, run = tuned.model, {**tuned.to_dict(), **_memory(), "processor_seconds_a_step": processor, "seconds_a_step": clock}
        (folder.parent / f"{folder.name}.json").write_text(json.dumps(run), encoding="utf-8")
    if only_train:
        return {"name": name, **run}
    dial = settings.method in DIAL
    looks = []
    for scale in (run["scale"],) if held_out else scales if dial else (1.0,):
        if dial:
            set_scale(model, settings.method, scale)
        looks.append({"scale": scale, **looked_at(model, base, asked, kept)})
    line = {
        "name": name, "rows": len(rows), "rate": settings.rate, "batch": settings.batch, **(more or {}),
        **({key: run[key] for key in ("best_step", "stopped", "scale", "history")} if held_out else {}),
        **{key: round(run[key], 2) for key in ("trained", "steps", "processor_seconds_a_step", "seconds_a_step", "seconds", "tokens", "tokens_per_second", "peak_GB")},
        "looks": looks,
    }  # fmt: skip
    add(out, line)
    del model
    gc.collect()
    return line


def lines_of(file: Path) -> dict[str, dict[str, Any]]:
    """What a file holds, by name."""
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines()) if file.is_file() else ()
    return {line["name"]: line for line in lines}


def add(file: Path, line: dict[str, Any]) -> None:
    """One more line of a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")


_PLAIN = {ord(sign): to for sign, to in ((" ", "-"), (":", "to"), *((sign, "") for sign in '"{}[],/'))}


def parts(text: str) -> list[str]:
    """Passages in pieces of `GENERAL_WORDS`, so that a run meets as many different ones as there can be."""
    words = text.split()
    return [" ".join(words[i : i + GENERAL_WORDS]) for i in range(0, max(1, len(words) - GENERAL_WORDS // 2), GENERAL_WORDS)]


GENERAL_WORDS = 16
"""Of a passage that is mixed in as a row: as long as a question with its answer, so that a ratio of rows is one of tokens."""


def _begin_memory() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def _memory() -> dict[str, float]:
    """Peak of the GPU's memory, or of this process's (which holds what came before, too: one process a method for that)."""
    import resource

    import torch

    if torch.cuda.is_available():
        return {"peak_GB": round(torch.cuda.max_memory_allocated() / 1e9, 2)}
    return {"peak_GB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)}
