"""Folders that are whole or not there: written beside their place, synced, described by a manifest of hashes, then renamed.

A process may be killed at any moment, or the disk be full: what stands under the final name verifies, and resuming takes the
newest that does. Tensors are safetensors, all else is JSON; nothing is pickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kgllm.errors import CheckpointError, require
from kgllm.tuning.weights.safety import check_tensors

MANIFEST, CARD = "manifest.json", "README.md"
_PREFIX, _WORK = "step-", ".writing-"


@contextmanager
def written(target: Path) -> Iterator[Path]:
    """A folder to write into; under its final name, with its manifest, once the block has ended well.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     with written(Path(root) / "step-1") as work:
    ...         _ = (work / "state.json").write_text("{}")
    ...     sorted(verify(Path(root) / "step-1"))
    ['state.json']

    Raises:
        CheckpointError: it is there already, or cannot be written; nothing half-written is left.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise CheckpointError(f"there is already something at {target}", hint="give a new folder")
    work = Path(tempfile.mkdtemp(prefix=_WORK, dir=target.parent))
    try:
        yield work
        files = sorted(path for path in work.rglob("*") if path.is_file())
        entries = {str(path.relative_to(work)): {"bytes": path.stat().st_size, "sha256": _hash(path)} for path in files}
        (work / MANIFEST).write_text(json.dumps({"version": 1, "files": entries}, indent=1), encoding="utf-8")
        for path in (*files, work / MANIFEST):
            _sync(path)
        _sync(work)
        work.chmod(0o755)
        work.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise CheckpointError(f"{target} cannot be written: {error.strerror or error}", hint="make room, or save elsewhere") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def verify(folder: Path) -> dict[str, Path]:
    """The files of a folder, each checked against its manifest; its card is a person's to edit, and not one of them.

    Raises:
        CheckpointError: no manifest, or a file that is missing, altered or not listed.
    """
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        wanted = {str(name): (int(one["bytes"]), str(one["sha256"])) for name, one in said.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{folder} has no manifest that can be read", hint="it was not finished, or is not one of kgllm's") from error
    wanted.pop(CARD, None)
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    found = {name: path for name, path in found.items() if name not in (MANIFEST, CARD)}
    if set(found) != set(wanted):
        raise CheckpointError(f"{folder} does not hold the files of its manifest: {', '.join(sorted(set(found) ^ set(wanted)))}")
    for name, (size, digest) in wanted.items():
        if found[name].is_symlink() or found[name].stat().st_size != size or _hash(found[name]) != digest:
            raise CheckpointError(f"{folder / name} is not what was saved: its hash differs", hint="take an older checkpoint")
    return found


def newest(root: Path) -> Path | None:
    """The newest checkpoint under `root` that verifies; None where none does."""
    for folder in sorted(root.glob(f"{_PREFIX}*"), reverse=True):
        try:
            verify(folder)
        except CheckpointError:
            continue
        return folder
    return None


def step_folder(root: Path, step: int) -> Path:
    """Where the checkpoint of a step stands."""
    return root / f"{_PREFIX}{step:08d}"


def tidy(root: Path, keep: int) -> None:
    """Remove what killed processes left, and all but the newest checkpoints."""
    if not root.is_dir():
        return
    for work in root.glob(f"{_WORK}*"):
        shutil.rmtree(work, ignore_errors=True)
    for folder in sorted(root.glob(f"{_PREFIX}*"), reverse=True)[keep:]:
        gone = folder.with_name(f"{_WORK}old-{folder.name}")  # renamed first: half a removal is no checkpoint either
        try:
            folder.rename(gone)
        except OSError:
            continue
        shutil.rmtree(gone, ignore_errors=True)


def save_tensors(path: Path, tensors: Mapping[str, Any], note: Mapping[str, str] | None = None) -> None:
    """Tensors as safetensors, on the CPU and contiguous."""
    torch = require("torch", "train")
    saving = require("safetensors.torch", "train")
    plain = {name: one.detach().to("cpu", copy=True).contiguous() for name, one in tensors.items()}
    saving.save_file(plain or {"nothing": torch.zeros(1)}, str(path), metadata=dict(note or {}))


def load_tensors(path: Path, *, finite: bool = True) -> dict[str, Any]:
    """Tensors of a safetensors file, checked first.

    Raises:
        CheckpointError: it is damaged, or `finite` and holds a value that is no number.
    """
    check_tensors(path)
    loading = require("safetensors.torch", "train")
    found: dict[str, Any] = loading.load_file(str(path))
    if finite:
        for name, one in found.items():
            if one.is_floating_point() and not bool(one.isfinite().all()):
                raise CheckpointError(
                    f"{path.name}: {name} holds values that are no numbers", hint="an earlier checkpoint, or allow_nonfinite=True"
                )
    return found


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
