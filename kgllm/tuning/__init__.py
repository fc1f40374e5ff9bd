"""Teach a model from the graph: what fits which GPU, which method, training that forgets little, and the proof.

>>> from kgllm.tuning import plan
>>> plan("qwen2.5-0.5b", gpu="T4", length=512).fits
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_WHERE = {
    "Adapters": "adapters",
    "TuneSettings": "settings",
    "Tuned": "runs",
    "advise": "advice",
    "diagnose": "doctor",
    "export": "exporting",
    "fits": "planner",
    "load": "adapters",
    "mix": "mixing",
    "plan": "planner",
    "read_rows": "rows",
    "tune": "runs",
}

__all__ = ["Adapters", "TuneSettings", "Tuned", "advise", "diagnose", "export", "fits", "load", "mix", "plan", "read_rows", "tune"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'kgllm.tuning' has no attribute {name!r}")
    value = getattr(import_module(f"kgllm.tuning.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


if TYPE_CHECKING:
    from kgllm.tuning.adapters import Adapters, load
    from kgllm.tuning.advice import advise
    from kgllm.tuning.doctor import diagnose
    from kgllm.tuning.exporting import export
    from kgllm.tuning.mixing import mix
    from kgllm.tuning.planner import fits, plan
    from kgllm.tuning.rows import read_rows
    from kgllm.tuning.runs import Tuned, tune
    from kgllm.tuning.settings import TuneSettings
