"""Bottleneck adapters (Houlsby et al. 2019, 1902.00751): a small layer down, a nonlinearity, a layer up, after the attention and
after the MLP of each block, with a skip connection; the layer up starts at zero, so that the model starts as it was.

PEFT has none, and the `adapters` package is for another generation of transformers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kgllm.errors import ConfigError, require

_ATTENTION = ("self_attn", "attn", "attention", "self_attention")
_MLP = ("mlp", "feed_forward", "block_sparse_moe", "ffn")
NAMES = ("kgllm_adapter_attention", "kgllm_adapter_mlp")


def attach(model: Any, width: int) -> Any:
    """Freeze the model and give every block its two adapters. The model itself is changed, and returned.

    Raises:
        ConfigError: its blocks are not known, or it has adapters already.
    """
    torch = require("torch", "train")
    blocks = blocks_of(model)
    if any(hasattr(block, name) for block in blocks for name in NAMES):
        raise ConfigError("the model has bottleneck adapters already", hint="load the base model anew")
    model.requires_grad_(False)
    hidden = model.config.get_text_config().hidden_size
    for block in blocks:
        for name, places in zip(NAMES, (_ATTENTION, _MLP), strict=True):
            part = next((getattr(block, place) for place in places if hasattr(block, place)), None)
            if part is None:
                raise ConfigError(f"no {name.rpartition('_')[2]} in the blocks of {type(model).__name__}", hint="use lora")
            anchor = next(part.parameters())
            small = _bottleneck(torch, hidden, width).to(device=anchor.device)
            setattr(block, name, small)
            part.register_forward_hook(_after(small))
    return model


def adapters_of(model: Any) -> Iterator[Any]:
    """Every adapter of the model, block by block."""
    for block in blocks_of(model):
        for name in NAMES:
            if hasattr(block, name):
                yield getattr(block, name)


def state_of(model: Any) -> dict[str, Any]:
    """The adapters' tensors by name."""
    return {name: value.detach() for name, value in model.state_dict().items() if any(f".{one}." in f".{name}" for one in NAMES)}


def blocks_of(model: Any) -> list[Any]:
    """The decoder blocks: the list of modules as long as the config says.

    Raises:
        ConfigError: there is no such list.
    """
    torch = require("torch", "train")
    layers = model.config.get_text_config().num_hidden_layers
    for one in model.modules():
        if isinstance(one, torch.nn.ModuleList) and len(one) == layers and any(hasattr(one[0], name) for name in _ATTENTION):
            return list(one)
    raise ConfigError(f"the blocks of {type(model).__name__} are not known", hint="use lora, which needs only linear layers")


def _bottleneck(torch: Any, hidden: int, width: int) -> Any:
    class Bottleneck(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.down, self.up, self.scale = torch.nn.Linear(hidden, width), torch.nn.Linear(width, hidden), 1.0
            torch.nn.init.zeros_(self.up.weight)
            torch.nn.init.zeros_(self.up.bias)

        def forward(self, x: Any) -> Any:
            small = self.up(torch.nn.functional.gelu(self.down(x.to(self.down.weight.dtype))))
            return x + (self.scale * small).to(x.dtype)

    return Bottleneck()


def _after(small: Any) -> Any:
    """A hook that sends what a part gives through its adapter. Attention gives a tuple."""

    def hook(_module: Any, _inputs: Any, output: Any) -> Any:
        return (small(output[0]), *output[1:]) if isinstance(output, tuple) else small(output)

    return hook
