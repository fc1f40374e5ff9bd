"""Teach a model from the graph: what fits which GPU, which method, training that forgets little, and the proof.

>>> from kgllm.tuning import plan
>>> plan("qwen2.5-0.5b", gpu="T4", length=512).fits
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_WHERE = {
    "advise": "advise",
    "fits": "planner",
    "plan": "planner",
}

__all__ = ["advise", "fits", "plan"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'kgllm.tuning' has no attribute {name!r}")
    value = getattr(import_module(f"kgllm.tuning.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


if TYPE_CHECKING:
    from kgllm.tuning.advise import advise
    from kgllm.tuning.planner import fits, plan
