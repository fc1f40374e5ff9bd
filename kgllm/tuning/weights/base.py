"""The base model of a tuning run: loaded as the method needs it, and named so that an adapter can find it again anywhere."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgllm.errors import CheckpointError, ConfigError, ModelUnavailable, require, shorten

_VOLATILE = ("_name_or_path", "transformers_version", "dtype", "torch_dtype", "use_cache")
_PIECE, _PIECES = 4096, 16
_NEAR = 4
"""Folders up that are still near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A model and its tokenizer. name: what to ask for later (a hub id or a kgllm model); folder: where it was loaded from, None for
    an object of the user; fingerprint: of its config and weights, "" where unknown."""

    model: Any
    tokenizer: Any
    name: str
    folder: Path | None = None
    fingerprint: str = ""

    @property
    def chat(self) -> bool:
        return bool(getattr(self.tokenizer, "chat_template", None))

    @property
    def pad(self) -> int:
        for one in (self.tokenizer.pad_token_id, self.tokenizer.eos_token_id, 0):
            if one is not None:
                return int(one)
        return 0


def must_be_there(model: Any = None) -> None:
    """Refuse now what would be found out after long work: a package of the extra that is not installed, or a model that cannot be had.

    Raises:
        MissingExtraError, ModelUnavailable: so it is.
    """
    for name in ("torch", "transformers", "accelerate", "peft", "safetensors"):
        require(name, "train")
    if isinstance(model, (str, Path)) and str(model).strip() and _place(model)[0] is None:
        from kgllm.llms.transformers import look_at_hub

        look_at_hub(str(model))


def load_base(source: Any, *, dtype: str | None = None, four_bits: bool = False, device: str | None = None) -> Base:
    """A base model: (model, tokenizer), "gemma3-270m", a folder, or a hub name.

    Raises:
        ConfigError: nothing that could be a model, or 4 bits without a GPU or bitsandbytes. ModelUnavailable: it cannot be had.
    """
    torch = require("torch", "train")
    if isinstance(source, Base):
        return source
    if isinstance(source, tuple) and len(source) == 2:
        model, tokenizer = source
        if not hasattr(model, "get_output_embeddings"):
            raise ConfigError(f"expected (model, tokenizer) of transformers, not ({shorten(model, 40)}, …)")
        name = str(getattr(model.config, "_name_or_path", "") or type(model).__name__)
        folder = Path(name) if Path(name).is_dir() else None
        return Base(model=model, tokenizer=tokenizer, name=name if folder is None else folder.name, folder=folder, fingerprint=fingerprint(folder) if folder else "")  # fmt: skip
    folder, name = _place(source)
    from kgllm.llms.transformers import no_bars, usual_device, usual_dtype

    where = torch.device(device or usual_device(torch))
    if where.type == "cuda" and where.index is None and "LOCAL_RANK" in os.environ:  # as torchrun says which GPU is whose
        where = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    kind = getattr(torch, dtype) if dtype else usual_dtype(torch, where)
    more = _four_bits(torch, kind) if four_bits else {}
    transformers = require("transformers", "train")
    with _read(source) as named:
        tokenizer = transformers.AutoTokenizer.from_pretrained(named, trust_remote_code=False)
        with no_bars():
            model = transformers.AutoModelForCausalLM.from_pretrained(
                named, dtype=kind, trust_remote_code=False, use_safetensors=True, **more
            )
    if not four_bits:
        model = model.to(where)
    return Base(model=model, tokenizer=tokenizer, name=name, folder=folder, fingerprint=fingerprint(folder) if folder else "")


def load_tokenizer(source: str | Path) -> Any:
    """The tokenizer of a base model without its weights: "gemma3-270m", a folder, or a hub name.

    Raises:
        ConfigError: nothing that could be a model. ModelUnavailable: it cannot be had.
    """
    transformers = require("transformers", "train")
    with _read(source) as named:
        return transformers.AutoTokenizer.from_pretrained(named, trust_remote_code=False)


@contextmanager
def _read(source: str | Path) -> Iterator[str]:
    """What transformers is to read a model from, for the time of the block; what it raises there is kgllm's own.

    Raises:
        ModelUnavailable: it cannot be had.
    """
    from kgllm.llms.transformers import look_at_hub

    folder, _ = _place(source)
    named = str(folder or source)
    if not folder:
        look_at_hub(named)
    try:
        yield named
    except (OSError, ValueError, KeyError) as error:
        said = str(error).strip().splitlines()
        raise ModelUnavailable(
            f"the model {shorten(named)} cannot be loaded: {said[0] if said else type(error).__name__}",
            hint="give a folder that holds config.json, safetensors and a tokenizer, or a hub name where the hub can be reached",
        ) from error


def _place(source: str | Path) -> tuple[Path | None, str]:
    from kgllm.llms.small import NAME, converted

    if not isinstance(source, (str, Path)) or not str(source).strip():
        raise ConfigError(f"model must be a name, a folder or (model, tokenizer), not {shorten(source)}")
    if str(source) == NAME:
        return converted(), NAME
    path = Path(source).expanduser()
    if path.is_dir():
        return path.resolve(), path.resolve().name
    if isinstance(source, Path) or str(source).startswith(("/", "./", "../", "~")) or str(source).count("/") > 1:  # no name of the hub
        raise ModelUnavailable(f"there is no model folder {shorten(str(path))}", hint="check the path")
    return None, source


def _four_bits(torch: Any, kind: Any) -> dict[str, Any]:
    if not torch.cuda.is_available():
        raise ConfigError("qlora trains over 4-bit weights, whose kernels need a GPU, and there is none here", hint="method='lora'")
    try:
        __import__("bitsandbytes")
    except ImportError as error:
        raise ConfigError("qlora needs the package bitsandbytes, which is not installed", hint="pip install bitsandbytes") from error
    from transformers import BitsAndBytesConfig

    said = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=kind)
    return {"quantization_config": said}


def fingerprint(folder: Path) -> str:
    """A hash of a model folder's config and of its weights: headers, sizes and pieces spread over each file, so that gigabytes
    cost milliseconds. Two folders of the same weights have the same."""
    digest = hashlib.sha256()
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    digest.update(json.dumps({k: v for k, v in config.items() if k not in _VOLATILE}, sort_keys=True).encode())
    for path in sorted(folder.glob("*.safetensors")):
        size = path.stat().st_size
        digest.update(f"{size}".encode())
        with path.open("rb") as file:
            head = int.from_bytes(file.read(8), "little")
            digest.update(file.read(min(head, 1 << 22)))
            for piece in range(_PIECES):
                file.seek(8 + head + (size - 8 - head) * piece // _PIECES)
                digest.update(file.read(_PIECE))
    return digest.hexdigest()[:32]


def seen_from(folder: Path, place: Path | None) -> str:
    """The way from a folder to a place near it, which holds wherever both are moved together; "" where they are not near.

    >>> seen_from(Path("/runs/taught/adapter"), Path("/runs/taught/report/report.md"))
    '../report/report.md'
    """
    if place is None:
        return ""
    try:
        way = os.path.relpath(place, folder)
    except ValueError:  # on Windows: on another drive
        return ""
    return Path(way).as_posix() if Path(way).parts.count("..") <= _NEAR else ""


def find_base(name: str, relative: str, print_: str, beside: Path, given: Any = None) -> Any:
    """Where the base of an adapter is: what the caller gives, the folder beside it that the adapter remembers, or the name itself.

    Raises:
        CheckpointError: the weights found are not those that the adapter was trained on. ModelUnavailable: it was a folder, and that is
            not there any more.
    """
    if given is not None and not isinstance(given, (str, Path)):
        return given
    from kgllm.llms.small import NAME

    known = Path(os.path.normpath(beside / relative)) if relative else None
    source = given if given is not None else known if known is not None and known.is_dir() else name
    if given is None and source == name != NAME and print_:  # a folder has a fingerprint, a name of the hub has none
        was = f"{relative!r}, as seen from the adapter" if relative else repr(name)
        raise ModelUnavailable(
            f"the base model of the adapter {beside.name} is not where it was: {was}",
            hint="put it there, or say where it is: loaded = kgllm.tuning.load(ADAPTER, base=FOLDER), then llm=(loaded.model, loaded.tokenizer)",
        )
    folder = _place(source)[0] if str(source) == NAME or Path(source).is_dir() else None
    if folder is not None and print_ and fingerprint(folder) != print_:
        raise CheckpointError(
            f"{folder} is not the model that the adapter was trained on", hint=f"it was {name}: give its folder as base=…"
        )
    return source
