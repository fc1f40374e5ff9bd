"""Small graphs that come with kgllm, to try everything on: each with questions in English and Chinese.

`gpu` is the field that kgllm serves: NVIDIA's architectures from Fermi to Blackwell with their chips and cards, what a
graphics card is made of, kinds of large models, domain techniques, parameter-efficient fine-tuning, rules of thumb.
It is three readable files (entities.jsonl, relations.tsv, facts.tsv); every fact says where it is from.

>>> from kgllm import datasets
>>> datasets.names()
('gpu',)
>>> datasets.questions("gpu", language="zh")[0]["lang"]
'zh'
"""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from kgllm.datasets.files import read_records
from kgllm.errors import ConfigError, shorten

if TYPE_CHECKING:
    from kgllm.graphs.base import Graph

__all__ = ["load", "names", "questions"]

_LANGUAGES = ("en", "zh")


def names() -> tuple[str, ...]:
    """The built-in data sets."""
    return ("gpu",)


def load(name: str) -> Graph:
    """A built-in graph, ready to be asked.

    >>> graph = load("gpu")
    >>> [str(match.node) for match in graph.find(["安培架构"])[0]]
    ['Ampere']

    Raises:
        ConfigError: there is no data set of that name.
    """
    folder = _folder(name)
    from kgllm.graphs.compiled.graph import build

    return build(read_records(folder))


def questions(name: str, *, language: str = "en") -> list[dict[str, Any]]:
    """Questions on a built-in graph: `id`, `question`, `topics`, `answers`, `hops`, `lang`, as `kgllm.evaluate` reads them.

    `topics` and `answers` are names in the graph.

    Raises:
        ConfigError: there is no data set of that name, or no questions in that language.
    """
    folder = _folder(name)
    if language not in _LANGUAGES:
        raise ConfigError(f"no questions in {shorten(language)}", hint=f"languages: {', '.join(_LANGUAGES)}")
    text = folder.joinpath(f"questions.{language}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _folder(name: str) -> resources.abc.Traversable:
    if name not in names():
        raise ConfigError(f"no built-in data set {shorten(name)}", hint=f"there are: {', '.join(names())}")
    return resources.files(__name__).joinpath(name)
