"""From a question and its links to ranked paths and facts.

reading     what the question says
paths       the graph's steps, and where paths of them lead
scoring     how well a path fits the question
ranking     which of the walked paths answer, and what is served of them
computed    answers that no path leads to: counted, compared, put together
wide        what a language model is shown where no path explains a question
learning    teaching the scorer from labelled questions

Each imports only from those above it (tests/test_layers.py). `retriever` is the way through them; `minilm` and `onnx` are encoders;
`clock` and `threads` are for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["Retriever"]


def __getattr__(name: str) -> Any:
    if name != "Retriever":
        raise AttributeError(f"module 'kgllm.retrieval' has no attribute {name!r}")
    from kgllm.retrieval.retriever import Retriever

    return Retriever


if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Retriever
