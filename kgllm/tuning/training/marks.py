"""What tells one run from another: the mark of its settings, base and rows, beside its checkpoints and in the adapter it made."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError
from kgllm.tuning.encoding.encode import Encoded
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.weights.base import Base, load_base
from kgllm.tuning.weights.checkpoint import newest

if TYPE_CHECKING:
    from kgllm.tuning.training.runs import Tuned

MARK = "mark"
"""Its key in an adapter's `kgllm.json`."""


def mark_of(given: TuneSettings, base: Base, rows: Iterable[Encoded]) -> str:
    """The mark of a run of these settings over these rows (taught, known and held out)."""
    digest = hashlib.sha256(json.dumps([given.to_dict(), base.fingerprint], sort_keys=True).encode())
    for one in rows:
        digest.update(repr((one.ids, one.labels)).encode())
    return digest.hexdigest()


def put_mark(root: Path, mark: str) -> None:
    """Mark the folder of a run's checkpoints; those there that are of other settings or rows are not taken up.

    Raises:
        ConfigError: they are of another run.
    """
    file = root / "run.json"
    if file.is_file() and json.loads(file.read_text(encoding="utf-8")) != {"run": mark} and newest(root) is not None:
        raise ConfigError(f"{root} holds checkpoints of another run", hint="remove it, or tune into another folder")
    root.mkdir(parents=True, exist_ok=True)
    work = root / f"run.writing-{os.getpid()}"
    work.write_text(json.dumps({"run": mark}), encoding="utf-8")
    work.rename(file)


def made_before(folder: Path, base: Base, mark: str) -> Tuned:
    """The run that made an adapter, where it is the run of this mark: what came after it was cut off, and need not train again.

    Raises:
        ConfigError: it was made by another run, or by none. CheckpointError: see `kgllm.tuning.load`.
    """
    from kgllm.tuning.training.runs import Tuned
    from kgllm.tuning.weights.adapters import INFO, load

    file = folder / INFO
    said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if said.get(MARK) != mark:
        raise ConfigError(f"what is at {folder} was made by another run", hint="tune into a new folder")
    run = {name: value for name, value in said["run"].items() if name not in ("settings", "tokens_per_second", "history")}
    settings = TuneSettings.from_dict(said["run"]["settings"])
    found = load_base(folder, dtype=settings.dtype) if settings.method == "full" else load(folder, base=(base.model, base.tokenizer))
    found.model.eval()
    return Tuned(
        folder=folder, model=found.model, tokenizer=base.tokenizer, settings=settings, history=tuple(said["run"]["history"]), **run
    )
