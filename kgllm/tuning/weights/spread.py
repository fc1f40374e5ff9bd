"""Tensors that are spread over the processes of a run (FSDP2's DTensors): gathered to be saved, and spread again when they are loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kgllm.errors import require


def gathered(tensors: Mapping[str, Any], *, keep: bool = True) -> dict[str, Any]:
    """Every tensor whole, one after the other, on the CPU where it was spread; nothing where it is not to be kept. Every process must call
    it, with the same names in the same order.

    >>> gathered({"steps": 3})
    {'steps': 3}
    """
    found = {}
    for name, one in tensors.items():
        whole = one.detach().full_tensor() if is_spread(one) else one
        if keep:
            found[name] = whole.cpu() if is_spread(one) else whole
    return found


def spread_as(tensor: Any, like: Any) -> Any:
    """A whole tensor spread as another one is; as it is where that one is whole, too, or of another shape."""
    if not is_spread(like) or tensor.shape != like.shape:
        return tensor
    distributed = require("torch", "train").distributed.tensor
    return distributed.distribute_tensor(tensor.to(like.to_local().device), like.device_mesh, like.placements)


def is_spread(tensor: Any) -> bool:
    """Whether each process has a part of it alone."""
    return hasattr(tensor, "full_tensor")
