"""Giving a model what a method trains, and taking it apart again: PEFT's methods, the bottleneck adapters, freeze and full."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from kgllm.errors import ConfigError, require
from kgllm.tuning.planning.memory import LORA, PREFIX_WIDTH, VIRTUAL
from kgllm.tuning.planning.targets import linear_layers
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.weights import houlsby
from kgllm.tuning.weights.fused import fuse

PEFT = (*LORA, *VIRTUAL)
DIAL = (*LORA, "adapter")
"""What can be scaled after training."""


def apply(model: Any, settings: TuneSettings) -> Any:
    """The model with what the method trains; all else frozen. Trained parameters are in 32 bits, whatever the frozen ones are.

    Raises:
        ConfigError: the method does not go with this model or machine. MissingExtraError: PEFT is not installed.
    """
    torch = require("torch", "train")
    method = settings.method
    _check(model, settings)
    if method == "full":
        model.requires_grad_(True)
    elif method == "freeze":
        _freeze(model, settings.top)
    elif method == "adapter":
        houlsby.attach(model, settings.width)
    else:
        peft = require("peft", "train")
        with quiet():
            model = peft.get_peft_model(model, _peft_config(peft, model, settings))
            if settings.checkpointing and hasattr(model, "enable_input_require_grads"):
                model.enable_input_require_grads()
        if method in LORA:
            fuse(model)
    if method == "adapter" and settings.checkpointing:
        model.enable_input_require_grads()
    half = next((one.dtype for one in model.parameters() if one.dtype in (torch.bfloat16, torch.float16)), None)
    for one in model.parameters():
        if one.requires_grad and one.dtype != torch.float32:
            one.data = one.data.float()
    if method == "freeze" and half is not None:
        model._kgllm_half = half
    return model


@contextmanager
def computing(model: Any) -> Iterator[None]:
    """Weights of 32 bits beside ones of 16, with nothing between them that casts (freeze): what is computed outside of the
    trainer needs autocast, as the trainer has it."""
    torch = require("torch", "train")
    half = getattr(model, "_kgllm_half", None)
    with torch.autocast(next(model.parameters()).device.type, half) if half is not None else nullcontext():
        yield


def settle(model: Any) -> None:
    """After training: blocks that were trained in 32 bits come back to the 16 of the others, as a loaded adapter has them."""
    half = getattr(model, "_kgllm_half", None)
    if half is not None:
        for one in model.parameters():
            if one.requires_grad:
                one.data = one.data.to(half)
        del model._kgllm_half


def trained(model: Any) -> tuple[int, int]:
    """(trained, all) parameters."""
    counts = [(one.numel(), one.requires_grad) for one in model.parameters()]
    return sum(n for n, on in counts if on), sum(n for n, _ in counts)


def set_scale(model: Any, method: str, factor: float) -> None:
    """Turn the dial: the adapter's part counts `factor` times what it was trained at. Calls do not add up.

    Raises:
        ConfigError: the method has no dial.
    """
    if method == "adapter":
        for one in houlsby.adapters_of(model):
            one.scale = factor
        return
    if method not in LORA:
        raise ConfigError(f"{method} has no dial to scale it by", hint="lora, qlora, rslora, dora or adapter have")
    for one in model.modules():
        if hasattr(one, "set_scale") and hasattr(one, "scaling"):
            for name in list(one.scaling):
                one.set_scale(name, factor)


def merged(model: Any, method: str) -> Any:
    """The plain model with what was trained merged into its weights.

    Raises:
        ConfigError: the method cannot be merged.
    """
    if method in VIRTUAL:
        raise ConfigError(f"{method} cannot be merged: it adds tokens, not weights", hint="serve the adapter, or tune with lora")
    if method == "adapter":
        raise ConfigError(
            "a bottleneck adapter cannot be merged: it has a nonlinearity of its own", hint="serve the adapter, or tune with lora"
        )
    if method == "qlora":
        raise ConfigError(
            "merging into 4-bit weights rounds what was learned away", hint="load the adapter on the base model in 16 bits and merge there"
        )
    if method in ("freeze", "full"):
        return model
    with quiet():
        return model.merge_and_unload(safe_merge=True)


@contextmanager
def quiet() -> Iterator[None]:
    """PEFT asks transformers by names that are on their way out; a user can do nothing about that."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", category=UserWarning, module=r"(peft|transformers|torch)\..*")
        yield


def _check(model: Any, settings: TuneSettings) -> None:
    torch = require("torch", "train")
    quantised = bool(getattr(model, "is_quantized", False) or getattr(model, "is_loaded_in_4bit", False))
    if settings.method == "qlora" and not quantised:
        if not torch.cuda.is_available():
            raise ConfigError("qlora trains over 4-bit weights, whose kernels need a GPU, and there is none here", hint="method='lora'")
        raise ConfigError("qlora needs the model loaded in 4 bits", hint="give the model's name or folder, and kgllm loads it so")
    if quantised and settings.method in ("full", "freeze"):
        raise ConfigError(f"{settings.method} cannot train quantised weights", hint="qlora, or load the model unquantised")
    layers = model.config.get_text_config().num_hidden_layers
    if settings.method == "freeze" and settings.top > layers:
        raise ConfigError(f"top is {settings.top}, and the model has {layers} layers")


def _freeze(model: Any, top: int) -> None:
    """Only the top blocks are trained (the seed document's Freeze); embeddings, norm and head stay."""
    model.requires_grad_(False)
    for block in houlsby.blocks_of(model)[-top:]:
        block.requires_grad_(True)


def _peft_config(peft: Any, model: Any, settings: TuneSettings) -> Any:
    method = settings.method
    if method in LORA:
        return peft.LoraConfig(
            task_type="CAUSAL_LM",
            r=settings.rank,
            lora_alpha=settings.alpha,
            lora_dropout=settings.dropout,
            target_modules=linear_layers(model, settings.targets),
            use_rslora=method == "rslora",
            use_dora=method == "dora",
        )
    hidden = model.config.get_text_config().hidden_size
    if method in ("prefix", "p-tuning-v2"):
        # P-tuning v2 (2110.07602) is prefix tuning without the projection; prefix tuning (2101.00190) trains through one
        return peft.PrefixTuningConfig(
            task_type="CAUSAL_LM",
            num_virtual_tokens=settings.virtual,
            prefix_projection=method == "prefix",
            encoder_hidden_size=min(hidden, PREFIX_WIDTH),
        )
    if method == "prompt":
        return peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=settings.virtual)
    return peft.PromptEncoderConfig(
        task_type="CAUSAL_LM",
        num_virtual_tokens=settings.virtual,
        encoder_reparameterization_type="MLP",
        encoder_hidden_size=hidden,
    )
