"""What a folder with weights must be before anything of it is loaded."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from kgllm.errors import CheckpointError, ConfigError, shorten

_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
    "I64": 64, "U64": 64, "F64": 64,
}  # fmt: skip
_HEADER = 100 << 20
_UNSAFE = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".npy", ".npz", ".joblib", ".py", ".so", ".h5", ".msgpack")
_FORBIDDEN = ("auto_mapping", "auto_map", "trust_remote_code", "custom_pipelines", "custom_generate", "corda_config", "eva_config", "megatron_config", "loftq_config")  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def check_name(name: str) -> str:
    """A name for an adapter: letters, digits, dot, hyphen and underscore, never a path.

    >>> check_name("films-v2")
    'films-v2'

    Raises:
        ConfigError: it could leave its folder.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name) or ".." in name:
        raise ConfigError(
            f"an adapter's name is letters, digits, dots, hyphens and underscores, not {shorten(name)}", hint="a name, not a path"
        )
    return name


def check_folder(folder: Path) -> dict[str, Any]:
    """The adapter_config of a folder from which it is safe to load: safetensors only, no links, no code, no keys that import.

    Raises:
        CheckpointError: it holds what kgllm never loads. ConfigError: it is a link, or not there.
    """
    if folder.is_symlink():
        raise ConfigError(f"{folder} is a link", hint="give the folder itself")
    if not folder.is_dir():
        raise ConfigError(f"there is no adapter folder {shorten(str(folder))}")
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise CheckpointError(f"{path.name} in the adapter folder is a link", hint="copy the file itself")
        if path.suffix.lower() in _UNSAFE:
            raise CheckpointError(
                f"the adapter folder holds {path.name}: kgllm loads weights from safetensors only", hint="convert it, or remove it"
            )
    file = folder / "adapter_config.json"
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{folder} has no adapter_config.json that can be read") from error
    if not isinstance(config, dict):
        raise CheckpointError("adapter_config.json holds no JSON object")
    refused = sorted(key for key in _FORBIDDEN if config.get(key))
    if refused:
        raise CheckpointError(f"adapter_config.json may not set {', '.join(refused)}: it would import or run code", hint="remove the key")
    for path in sorted(folder.glob("*.safetensors")):
        check_tensors(path)
    if not (folder / "adapter_model.safetensors").is_file():
        raise CheckpointError(f"{folder} has no adapter_model.safetensors")
    return config


def check_tensors(path: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
    """(dtype, shape) of every tensor of a safetensors file whose header and size agree; the data are not read.

    Raises:
        CheckpointError: cut short, overlapping, with holes or something behind, two tensors of one name, a shape that cannot be.
    """

    def bad(why: str) -> CheckpointError:
        return CheckpointError(f"{path.name} is no whole safetensors file: {why}", hint="copy it anew, or take an older one")

    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
            length = int.from_bytes(start, "little")
            if len(start) < 8 or length > min(_HEADER, size - 8):
                raise bad("its header is longer than the file")
            header = json.loads(file.read(length), object_pairs_hook=_once)
    except OSError as error:
        raise bad(error.strerror or "it cannot be read") from error
    except (ValueError, RecursionError) as error:
        raise bad("its header cannot be read") from error
    if not isinstance(header, dict):
        raise bad("its header is no object")
    header.pop("__metadata__", None)
    found, spans = {}, []
    for name, one in header.items():
        try:
            dtype, shape, (begin, end) = one["dtype"], tuple(one["shape"]), one["data_offsets"]
            count = 1
            for width in shape:
                if not isinstance(width, int) or isinstance(width, bool) or width < 0:
                    raise bad(f"{shorten(name)} has a shape that cannot be")
                count *= width
            if not 0 <= begin <= end or count * _BITS[dtype] != (end - begin) * 8:
                raise bad(f"{shorten(name)} is not as long as its shape")
        except (KeyError, TypeError, ValueError) as error:
            raise bad(f"{shorten(name)} is not described") from error
        found[name] = (dtype, shape)
        spans.append((begin, end))
    at = 0
    for begin, end in sorted(spans):
        if begin != at:
            raise bad("its tensors overlap or leave holes")
        at = end
    if at != size - 8 - length:
        raise bad("it is cut short, or something stands behind its tensors")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)
