"""Which layers of a model adapters sit on."""

from __future__ import annotations

from typing import Any

from kgllm.errors import ConfigError, require

TARGETS = ("all", "attention", "mlp")


def linear_layers(model: Any, targets: str = "all") -> list[str]:
    """The last names of the linear layers of a transformers model, the head left out: all, those of the attention, or the others.

    Experts of a mixture are no linear layers of PyTorch: they stay as they are.

    Raises:
        ConfigError: an unknown choice, or a model without such layers.
    """
    torch = require("torch", "train")
    if targets not in TARGETS:
        raise ConfigError(f"targets must be one of {', '.join(TARGETS)}, not {targets!r}")
    head = model.get_output_embeddings()
    names = {
        name
        for name, one in model.named_modules()
        if one is not head and (isinstance(one, torch.nn.Linear) or type(one).__name__ == "Conv1D")
    }
    chosen = {
        name.rpartition(".")[2] for name in names if targets == "all" or (targets == "attention") == ("attn" in name or "attention" in name)
    }
    if not chosen:
        raise ConfigError(f"{type(model).__name__} has no linear layers to adapt ({targets})")
    return sorted(chosen)
