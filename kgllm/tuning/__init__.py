"""Teach a model from the graph: what fits which GPU, which method, training that forgets little, and the proof.

>>> from kgllm.tuning import plan
>>> plan("qwen2.5-0.5b", gpu="T4", length=512).fits
True

planning    what fits which GPU, and whether to tune at all
settings    everything that a run can be told; rows: what is taught, in every common form
encoding    rows as token ids and labels
weights     the model, what a method adds to it, and the folders that hold both
training    the run: loss, looks, the dial, checkpoints
courses     what is asked and taught, of a graph and of what a model knows already
proving     what came of it, with figures

Each imports only from those above it (tests/test_layers.py). `teaching` and `updating` are the ways through them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_WHERE = {
    "Adapters": "weights.adapters",
    "Lessons": "courses.curriculum",
    "Proof": "proving.proof",
    "TuneSettings": "settings",
    "Tuned": "training.runs",
    "advise": "planning.advice",
    "changes": "updating",
    "diagnose": "encoding.doctor",
    "evaluate": "proving.proof",
    "export": "weights.exporting",
    "fits": "planning.planner",
    "lessons": "courses.curriculum",
    "load": "weights.adapters",
    "mix": "courses.mixing",
    "plan": "planning.planner",
    "probe": "courses.probing",
    "read_rows": "rows",
    "teach": "teaching",
    "tune": "training.runs",
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
    from kgllm.tuning.courses.curriculum import Lessons, lessons
    from kgllm.tuning.courses.mixing import mix
    from kgllm.tuning.courses.probing import probe
    from kgllm.tuning.encoding.doctor import diagnose
    from kgllm.tuning.planning.advice import advise
    from kgllm.tuning.planning.planner import fits, plan
    from kgllm.tuning.proving.proof import Proof, evaluate
    from kgllm.tuning.rows import read_rows
    from kgllm.tuning.settings import TuneSettings
    from kgllm.tuning.teaching import teach
    from kgllm.tuning.training.runs import Tuned, tune
    from kgllm.tuning.updating import changes, update
    from kgllm.tuning.weights.adapters import Adapters, load
    from kgllm.tuning.weights.exporting import export
