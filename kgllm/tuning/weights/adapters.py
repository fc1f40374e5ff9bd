"""Adapter folders: written portable and verified, loaded with care, several on one base, exchanged while they serve."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kgllm
from kgllm.errors import CheckpointError, ConfigError, require
from kgllm.llms.transformers import no_bars
from kgllm.tuning.planning.memory import LORA
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.weights import houlsby
from kgllm.tuning.weights.base import Base, find_base, load_base, seen_from
from kgllm.tuning.weights.checkpoint import CARD, load_tensors, save_tensors, verify, written
from kgllm.tuning.weights.methods import PEFT, quiet
from kgllm.tuning.weights.safety import check_folder, check_name
from kgllm.tuning.weights.virtual import set_tokens

if TYPE_CHECKING:
    from kgllm.llms.transformers import TransformersLLM

INFO, CONFIG, WEIGHTS = "kgllm.json", "adapter_config.json", "adapter_model.safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model with its adapter, ready to answer."""

    model: Any
    tokenizer: Any
    info: Mapping[str, Any]

    @property
    def chat(self) -> bool:
        return bool(self.info.get("chat"))


def save(
    model: Any,
    folder: str | Path,
    *,
    base: Base,
    settings: TuneSettings,
    scale: float = 1.0,
    card: str = "",
    info: Mapping[str, Any] | None = None,
    tensors: Mapping[str, Any] | None = None,
) -> Path:
    """Write what was trained into a new folder: weights (the dial's factor worked in), config, what made them, and a manifest.

    tensors: what `tensors_of` gives, gathered, where the model is spread over several processes.

    No absolute path is written: the base is known by its name, its place beside the folder, and its fingerprint.

    Raises:
        CheckpointError: there is something already, or it cannot be written.
    """
    target = Path(folder).expanduser().absolute()
    said = {
        "kgllm": kgllm.__version__,
        "method": settings.method,
        "base": {"name": base.name, "beside": seen_from(target, base.folder), "fingerprint": base.fingerprint},
        "chat": base.chat,
        "scale": scale,
        "settings": settings.to_dict(),
        **(info or {}),
    }
    with written(target) as work:
        if settings.method == "full":
            with no_bars():
                model.save_pretrained(work, state_dict=None if tensors is None else dict(tensors))
        else:
            _weights(model, work, settings, base, scale, tensors_of(model, settings) if tensors is None else tensors)
        base.tokenizer.save_pretrained(work)
        (work / INFO).write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        if card:
            (work / CARD).write_text(card, encoding="utf-8")
    return target


def tensors_of(model: Any, settings: TuneSettings) -> Mapping[str, Any]:
    """What a folder holds of a tuned model, by the names that it has there."""
    if settings.method in PEFT:
        peft = require("peft", "train")
        with quiet():
            found: Mapping[str, Any] = peft.get_peft_model_state_dict(model)
        return found
    if settings.method == "full":
        whole: Mapping[str, Any] = model.state_dict()
        return whole
    return houlsby.state_of(model) if settings.method == "adapter" else _top(model, settings.top)


def _weights(model: Any, work: Path, settings: TuneSettings, base: Base, scale: float, tensors: Mapping[str, Any]) -> None:
    if settings.method in PEFT:
        config = model.peft_config["default"].to_dict()
        config |= {"base_model_name_or_path": base.name, "inference_mode": True}
        plain = {
            name: sorted(value) if isinstance(value, (set, frozenset)) else getattr(value, "value", value) for name, value in config.items()
        }
        if settings.method in LORA and scale != 1.0:
            tensors = {name: one * scale if "lora_B" in name else one for name, one in tensors.items()}
    else:
        if settings.method == "adapter" and scale != 1.0:
            tensors = {name: one * scale if ".up." in name else one for name, one in tensors.items()}
        plain = {"kgllm_method": settings.method, "width": settings.width, "top": settings.top, "base_model_name_or_path": base.name}
    save_tensors(work / WEIGHTS, tensors, {"format": "pt"})
    (work / CONFIG).write_text(json.dumps(plain, indent=1, default=str), encoding="utf-8")


def _top(model: Any, top: int) -> dict[str, Any]:
    kept = {id(one) for block in houlsby.blocks_of(model)[-top:] for one in block.parameters()}
    return {name: one for name, one in model.named_parameters() if id(one) in kept}


def load(
    folder: str | Path, *, base: Any = None, trainable: bool = False, allow_nonfinite: bool = False, dtype: str | None = None
) -> Loaded:
    """An adapter on its base. base: where that is not found by itself: a folder, a name, or (model, tokenizer).

    Raises:
        CheckpointError: damaged, altered, unsafe, or made for another base. ConfigError: no such folder.
    """
    place = Path(folder).expanduser()
    if place.is_symlink():
        raise ConfigError(f"{place} is a link", hint="give the folder itself")
    place = place.absolute()
    config = check_folder(place)
    info = _info(place, config)
    tensors = load_tensors(place / WEIGHTS, finite=not allow_nonfinite)
    known = info["base"]
    found = load_base(find_base(known["name"], known.get("beside", ""), known.get("fingerprint", ""), place, base), dtype=dtype)
    model = _put_on(found.model, place, config, tensors, trainable)
    if not trainable:
        model.eval()
    return Loaded(model=model, tokenizer=found.tokenizer, info=info)


def _info(place: Path, config: Mapping[str, Any]) -> dict[str, Any]:
    file = place / INFO
    if not file.is_file():  # PEFT's own folder
        return {"base": {"name": str(config.get("base_model_name_or_path") or "")}, "method": str(config.get("peft_type", "")).lower()}
    verify(place)
    try:
        said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        str(said["base"]["name"])
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{file} cannot be read") from error
    return said


def _put_on(model: Any, place: Path, config: Mapping[str, Any], tensors: Mapping[str, Any], trainable: bool, name: str = "default") -> Any:
    own = config.get("kgllm_method")
    if own == "adapter":
        model = houlsby.attach(model, int(config["width"]))
        _fill(model, tensors, place)
        model.requires_grad_(False)
        if trainable:
            for one in houlsby.adapters_of(model):
                one.requires_grad_(True)
        return model
    if own == "freeze":
        _fill(model, tensors, place)
        model.requires_grad_(False)
        if trainable:
            for block in houlsby.blocks_of(model)[-int(config["top"]) :]:
                block.requires_grad_(True)
        return model
    if own is not None:
        raise CheckpointError(f"adapter_config.json names a method that kgllm does not know: {own!r}")
    peft = require("peft", "train")
    try:
        with quiet():
            return peft.PeftModel.from_pretrained(model, str(place), adapter_name=name, is_trainable=trainable)
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"the adapter does not fit its base: {str(error).splitlines()[0]}", hint="give the base it was trained on"
        ) from error


def _fill(model: Any, tensors: Mapping[str, Any], place: Path) -> None:
    known = model.state_dict()
    wrong = sorted(name for name, one in tensors.items() if name not in known or known[name].shape != one.shape)
    if wrong:
        raise CheckpointError(f"{place.name} does not fit its base: {wrong[0]}", hint="give the base it was trained on")
    model.load_state_dict(dict(tensors), strict=False)


def fill(model: Any, folder: str | Path) -> None:
    """Give a model to which the same method was applied an adapter's weights, to go on training.

    Raises:
        CheckpointError: another method, or other sizes. See also `load`.
    """
    place = Path(folder).expanduser().absolute()
    config = check_folder(place)
    _info(place, config)
    tensors = load_tensors(place / WEIGHTS)
    if config.get("kgllm_method"):
        _fill(model, tensors, place)
        return
    peft = require("peft", "train")
    virtual = tensors.get("prompt_embeddings")
    if (virtual is not None) != hasattr(model, "prompt_encoder"):
        raise CheckpointError(f"{place.name} is of another method", hint="go on with its own settings")
    try:
        if virtual is not None:
            set_tokens(model, virtual)
            return
        with quiet():
            found = peft.set_peft_model_state_dict(model, tensors)
    except (RuntimeError, KeyError, ValueError) as error:
        raise CheckpointError(f"{place.name} has other sizes: {str(error).splitlines()[0]}", hint="go on with its own settings") from error
    if getattr(found, "unexpected_keys", None):
        raise CheckpointError(f"{place.name} is of another method: {found.unexpected_keys[0]}", hint="go on with its own settings")


def as_llm(folder: str | Path, *, base: Any = None, **options: Any) -> TransformersLLM:
    """An adapter folder as an LLM: what `GraphQA(graph, llm="path/to/adapter")` makes.

    Raises:
        CheckpointError, ConfigError: see `load`.
    """
    from kgllm.llms.transformers import TransformersLLM

    found = load(folder, base=base)
    llm = TransformersLLM(
        (found.model, found.tokenizer), name=Path(folder).name, chat=found.chat and bool(found.tokenizer.chat_template), **options
    )
    if found.info.get("served"):
        llm.needs_examples = False  # it was taught to read facts without any shown first
    return llm


def served(folder: str | Path) -> bool:
    """Whether the model of a folder was taught to read facts that are served, without any shown first.

    Raises:
        CheckpointError: what kgllm wrote there of the model cannot be read.
    """
    file = Path(folder).expanduser() / INFO
    try:
        return bool(json.loads(file.read_text(encoding="utf-8")).get("served")) if file.is_file() else False
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{file} cannot be read", hint="copy it anew, or remove it") from error


class Adapters:
    """Several adapters on one base, exchanged in place. Only PEFT's methods; names are names, not paths.

    `add` loads one under a name, `use` switches to it (None: the base alone), `swap` exchanges the weights of a loaded one.
    """

    def __init__(self, base: Any) -> None:
        self._base = load_base(base)
        self.model: Any = self._base.model
        self.tokenizer = self._base.tokenizer
        self._names: list[str] = []
        self._off: Any = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._names)

    def add(self, name: str, folder: str | Path) -> None:
        """Load an adapter under a name, and use it.

        Raises:
            ConfigError: a name that is a path, or taken. CheckpointError: see `load`.
        """
        check_name(name)
        if name in self._names:
            raise ConfigError(f"there is an adapter {name!r} already", hint="swap exchanges its weights")
        place = Path(folder).expanduser().absolute()
        config = check_folder(place)
        if config.get("kgllm_method"):
            raise ConfigError(f"{config['kgllm_method']} cannot be switched: load it alone with kgllm.tuning.load")
        load_tensors(place / WEIGHTS)
        known = _info(place, config)["base"].get("fingerprint", "")
        if known and self._base.fingerprint and known != self._base.fingerprint:
            raise CheckpointError(
                f"{place.name} was trained on another base", hint=f"it was trained on {config.get('base_model_name_or_path')}"
            )
        self.use_all()
        if self._names:
            with quiet():
                self.model.load_adapter(str(place), adapter_name=name)
        else:
            self.model = _put_on(self.model, place, config, {}, trainable=False, name=name)
        self._names.append(name)
        self.use(name)

    def use(self, name: str | None) -> None:
        """Answer with this adapter; None: as the base."""
        self.use_all()
        if name is None:
            if self._names:
                self._off = self.model.disable_adapter()
                self._off.__enter__()
            return
        if name not in self._names:
            raise ConfigError(f"no adapter {name!r} is loaded", hint=f"loaded: {', '.join(self._names) or 'none'}")
        self.model.set_adapter(name)
        self.model.eval()

    def swap(self, name: str, folder: str | Path) -> None:
        """Exchange the weights of a loaded adapter for those of a folder, in place: nothing is built anew, requests go on.

        Raises:
            ConfigError: it is not loaded. CheckpointError: the folder is not safe, or of another shape.
        """
        if name not in self._names:
            raise ConfigError(f"no adapter {name!r} is loaded", hint=f"loaded: {', '.join(self._names) or 'none'}")
        place = Path(folder).expanduser().absolute()
        check_folder(place)
        load_tensors(place / WEIGHTS)
        hotswap = require("peft.utils.hotswap", "train")
        try:
            with quiet():
                hotswap.hotswap_adapter(self.model, str(place), adapter_name=name)
        except (ValueError, RuntimeError, KeyError) as error:
            raise CheckpointError(f"the adapter cannot be exchanged: {str(error).splitlines()[0]}", hint="same method and rank only; or add it under another name") from error  # fmt: skip

    def use_all(self) -> None:
        """Undo `use(None)`."""
        if self._off is not None:
            self._off.__exit__(None, None, None)
            self._off = None
