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
    "Lessons": "curriculum",
    "Proof": "proof",
    "TuneSettings": "settings",
    "Tuned": "runs",
    "advise": "advice",
    "changes": "updating",
    "diagnose": "doctor",
    "evaluate": "proof",
    "export": "exporting",
    "fits": "planner",
    "lessons": "curriculum",
    "load": "adapters",
    "mix": "mixing",
    "plan": "planner",
    "probe": "probing",
    "read_rows": "rows",
    "teach": "teaching",
    "tune": "runs",
    "update": "updating",
}

__all__ = [
    "Adapters",
    "Lessons",
    "Proof",
    "TuneSettings",
    "Tuned",
    "advise",
    "changes",
    "diagnose",
    "evaluate",
    "export",
    "fits",
    "lessons",
    "load",
    "mix",
    "plan",
    "probe",
    "read_rows",
    "teach",
    "tune",
    "update",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'kgllm.tuning' has no attribute {name!r}")
    value = getattr(import_module(f"kgllm.tuning.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


if TYPE_CHECKING:
    from kgllm.tuning.adapters import Adapters, load
    from kgllm.tuning.advice import advise
    from kgllm.tuning.curriculum import Lessons, lessons
    from kgllm.tuning.doctor import diagnose
    from kgllm.tuning.exporting import export
    from kgllm.tuning.mixing import mix
    from kgllm.tuning.planner import fits, plan
    from kgllm.tuning.probing import probe
    from kgllm.tuning.proof import Proof, evaluate
    from kgllm.tuning.rows import read_rows
    from kgllm.tuning.runs import Tuned, tune
    from kgllm.tuning.settings import TuneSettings
    from kgllm.tuning.teaching import teach
    from kgllm.tuning.updating import changes, update
