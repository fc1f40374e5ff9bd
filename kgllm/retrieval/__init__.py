"""From a question and its links to ranked paths and facts."""

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
