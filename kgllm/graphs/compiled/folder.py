"""The folder of a compiled graph: immutable generations, and one manifest that says which of them counts.

    MANIFEST.json              format, generation, every file with its size and digests; replaced in one step
    gen-000001/                columns (.npy) and small tables (.json), written once
    gen-000001.delta-0001.jsonl    what one update added and removed

A reader keeps what it opened. A writer that is killed leaves the manifest, and with it the graph, as it was; what it had
written by then is swept away by the next writer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kgllm.errors import CheckpointError, ConfigError, GraphError, GraphParseError, shorten

FORMAT = 1
_MANIFEST = "MANIFEST.json"
_LOCK = "LOCK"
_OURS = re.compile(r"gen-\d{6}(\.delta-\d{4}\.jsonl)?|MANIFEST\.json(\.new)?|LOCK")
_BLOCK, _BLOCKS = 4096, 64  # a fingerprint reads this much, however large the file


@dataclass(frozen=True, slots=True)
class Manifest:
    """What counts in a folder. `files`: path → (bytes, fingerprint, digest of the whole)."""

    generation: str
    files: dict[str, tuple[int, str, str]]
    deltas: tuple[str, ...] = ()
    format: int = FORMAT
    kgllm: str = field(default="compiled graph")


def is_compiled(folder: Path) -> bool:
    """Whether the folder says that it is a compiled graph."""
    return (folder / _MANIFEST).is_file()


def read(folder: Path) -> Manifest:
    """The manifest of a folder.

    Raises:
        GraphParseError: the folder is none of a compiled graph.
        CheckpointError: its manifest is damaged, or of another format.
    """
    try:
        found = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if found["kgllm"] != "compiled graph":
            raise GraphParseError(f"{shorten(str(folder))} was not written by kgllm.compile")
        if found["format"] != FORMAT:
            raise CheckpointError(f"{shorten(str(folder))} is of format {found['format']!r}, this kgllm reads {FORMAT}", hint=_AGAIN)
        files = {str(path): (int(size), str(print_), str(digest)) for path, (size, print_, digest) in found["files"].items()}
        return Manifest(str(found["generation"]), files, tuple(map(str, found["deltas"])))
    except FileNotFoundError:
        hint = "kgllm.compile(source, folder) writes one; a single file is loaded by its own path"
        raise GraphParseError(f"{shorten(str(folder))} is not the folder of a compiled graph: it has no {_MANIFEST}", hint=hint) from None
    except GraphParseError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{shorten(str(folder / _MANIFEST))} is damaged", hint=_AGAIN) from error


_AGAIN = "write the folder again with kgllm.compile"


def check(folder: Path, manifest: Manifest, *, whole: bool = False) -> None:
    """Compare every file with the manifest: size and fingerprint, or every byte (`whole`).

    Raises:
        CheckpointError: a file is missing or is not as it was written.
    """
    for name, (size, fingerprint, digest) in manifest.files.items():
        path = folder / name
        try:
            good = path.stat().st_size == size and (digest == _digest(path) if whole else fingerprint == _fingerprint(path, size))
        except FileNotFoundError:
            raise CheckpointError(f"{shorten(str(path))} is missing", hint=_AGAIN) from None
        if not good:
            raise CheckpointError(f"{shorten(str(path))} is not as it was written: truncated or altered", hint=_AGAIN)


def publish(folder: Path, write: Callable[[Path], None], *, after: Manifest | None = None) -> Manifest:
    """A new generation, made by `write(its folder)`, in the place of the one before; `after`: only if that is the one.

    Raises:
        ConfigError: the folder holds something else.
        GraphError: it cannot be written; what was there still counts.
    """
    refuse_foreign(folder)
    with _writing(folder):
        if after is not None:
            _expect(folder, after)
        taken = [int(path.name[4:10]) for path in folder.glob("gen-*")]
        generation = folder / f"gen-{max(taken, default=0) + 1:06d}"
        try:
            write(generation)
            written = sorted(generation.rglob("*"))
            files = {path.relative_to(folder).as_posix(): _sealed(path) for path in written if path.is_file()}
            for path in (generation, *(path for path in written if path.is_dir())):
                _sync(path)
            manifest = Manifest(generation.name, files)
            _replace(folder, manifest)
        except BaseException:
            shutil.rmtree(generation, ignore_errors=True)
            raise
        _sweep(folder, manifest)
    return manifest


def append(folder: Path, manifest: Manifest, text: str) -> Manifest:
    """The manifest after one more delta of this text.

    Raises:
        GraphError: the folder has been changed by someone else since `manifest` was read, or cannot be written.
    """
    with _writing(folder):
        _expect(folder, manifest)
        name = f"{manifest.generation}.delta-{len(manifest.deltas) + 1:04d}.jsonl"
        (folder / name).write_text(text, encoding="utf-8")
        after = Manifest(manifest.generation, {**manifest.files, name: _sealed(folder / name)}, (*manifest.deltas, name))
        _replace(folder, after)
    return after


def _expect(folder: Path, manifest: Manifest) -> None:
    if read(folder) != manifest:
        raise GraphError(f"{shorten(str(folder))} was changed by another writer", hint="load the folder again, then change it")


def refuse_foreign(folder: Path) -> None:
    """Raise ConfigError where the folder holds something that kgllm did not write."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{shorten(str(folder))} is a file, not a folder")
    foreign = [path.name for path in folder.iterdir() if not _OURS.fullmatch(path.name)] if folder.exists() else []
    if foreign:
        hint = "give a new or empty folder, or one that kgllm.compile wrote"
        raise ConfigError(f"{shorten(str(folder))} holds something else ({shorten(min(foreign))}), so nothing is written there", hint=hint)
    if is_compiled(folder):
        with contextlib.suppress(CheckpointError):  # a damaged one may be written anew, another program's may not
            read(folder)


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """One writer at a time; the system's own errors as errors of the graph."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / _LOCK).open("w") as lock:
            if sys.platform != "win32":  # there, the comparison of manifests alone keeps two writers apart
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise GraphError(f"cannot write {shorten(str(folder))}: {error}", hint="the graph in it is as it was before") from error


def _sealed(path: Path) -> tuple[int, str, str]:
    _sync(path)
    size = path.stat().st_size
    return size, _fingerprint(path, size), _digest(path)


def _sync(path: Path) -> None:
    if path.is_dir() and sys.platform == "win32":
        return  # has no such thing for folders
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace(folder: Path, manifest: Manifest) -> None:
    new = folder / f"{_MANIFEST}.new"
    new.write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False), encoding="utf-8")
    _sync(new)
    os.replace(new, folder / _MANIFEST)
    _sync(folder)


def _sweep(folder: Path, manifest: Manifest) -> None:
    """Remove what no longer counts. On POSIX, who has it mapped keeps it; elsewhere what is in use stays until the next time."""
    for path in folder.glob("gen-*"):
        if not path.name.startswith(manifest.generation):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    path.unlink()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _fingerprint(path: Path, size: int) -> str:
    """A digest of blocks spread over the file; of the whole where that is no more."""
    digest = hashlib.blake2b(digest_size=8)
    with path.open("rb") as file:
        if size <= _BLOCK * _BLOCKS:
            digest.update(file.read())
        else:
            for i in range(_BLOCKS):
                file.seek((size - _BLOCK) * i // (_BLOCKS - 1))
                digest.update(file.read(_BLOCK))
    return digest.hexdigest()
