"""kgllm: ground language models in the knowledge graph that you already have.

>>> import kgllm
>>> graph = kgllm.load([("Inception", "directed by", "Christopher Nolan")])
>>> kgllm.GraphQA(graph).ask("Who directed Inception?").text
'Christopher Nolan [1]'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_WHERE = {
    "Answer": "types",
    "Citation": "types",
    "Entity": "types",
    "Evidence": "types",
    "Fact": "types",
    "GraphQA": "answering.qa",
    "Limits": "limits",
    "Link": "types",
    "Literal": "types",
    "Mention": "types",
    "Path": "types",
    "Prompt": "types",
    "Relation": "types",
    "compile": "graphs.open",
    "datasets": "datasets",
    "errors": "errors",
    "evaluate": "evaluation.run",
    "load": "graphs.open",
    "overview": "graphs.overview",
    "questions": "questions",
    "teach": "tuning.teaching",
    "testing": "testing",
    "tune": "tuning.training.runs",
    "tuning": "tuning",
}
_MODULES = {"datasets", "errors", "questions", "testing", "tuning"}

__all__ = [
    "Answer",
    "Citation",
    "Entity",
    "Evidence",
    "Fact",
    "GraphQA",
    "Limits",
    "Link",
    "Literal",
    "Mention",
    "Path",
    "Prompt",
    "Relation",
    "__version__",
    "compile",
    "datasets",
    "errors",
    "evaluate",
    "load",
    "overview",
    "questions",
    "teach",
    "testing",
    "tune",
    "tuning",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'kgllm' has no attribute {name!r}")
    module = import_module(f"kgllm.{_WHERE[name]}")
    value = module if name in _MODULES else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(_WHERE))


if TYPE_CHECKING:
    from kgllm import datasets, errors, questions, testing, tuning
    from kgllm.answering.qa import GraphQA
    from kgllm.evaluation.run import evaluate
    from kgllm.graphs.open import compile, load
    from kgllm.graphs.overview import overview
    from kgllm.limits import Limits
    from kgllm.tuning.teaching import teach
    from kgllm.tuning.training.runs import tune
    from kgllm.types import Answer, Citation, Entity, Evidence, Fact, Link, Literal, Mention, Path, Prompt, Relation
