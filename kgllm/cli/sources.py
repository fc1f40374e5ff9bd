"""What commands are told to read: graphs, questions, and graphs ready to be asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import kgllm
from kgllm.cli.options import LoadOptions, ModelOptions, SearchOptions, model_of
from kgllm.cli.output import note, working

if TYPE_CHECKING:
    from kgllm.graphs.base import Graph


def source_of(graph: str) -> Any:
    """A path, or the built-in graph of that name."""
    if not Path(graph).exists() and graph in kgllm.datasets.names():
        return kgllm.datasets.load(graph)
    return graph


def questions_in(source: str) -> Any:
    """A path, or the built-in questions NAME:LANGUAGE."""
    name, _, language = source.partition(":")
    if not Path(source).exists() and language and name in kgllm.datasets.names():
        return kgllm.datasets.questions(name, language=language)
    return source


def load_graph(graph: str, options: LoadOptions) -> Graph:
    with working("reading the graph, facts:") as progress:
        loaded = kgllm.load(source_of(graph), progress=progress, **options.given())
    tell_notes(loaded)
    return loaded


def tell_notes(graph: Graph) -> None:
    """What the reader of a source had to say: rows that it skipped, and why."""
    for said in getattr(graph, "notes", ()):
        note(said)


def graph_qa(graph: str, load: LoadOptions, search: SearchOptions) -> kgllm.GraphQA:
    given: dict[str, Any] = {"hops": search.hops, "seconds": search.seconds, "facts": search.max_facts}
    limits = kgllm.Limits(**{name: value for name, value in given.items() if value is not None})
    loaded = load_graph(graph, load)
    with working("preparing"):
        without_torch(search.nlp)
        options: dict[str, Any] = {"nlp": search.nlp, "limits": limits} | ({"encoder": search.encoder} if search.encoder else {})
        llm = None
        if isinstance(search, ModelOptions):
            llm = model_of(search)
            options |= {"tokens": search.tokens, "unsure": search.unsure}
        return kgllm.GraphQA.load(search.scorer, loaded, llm, **options) if search.scorer else kgllm.GraphQA(loaded, llm, **options)


def without_torch(nlp: str | None) -> None:
    """Spare the process torch, which a named pipeline may need."""
    if nlp is None:
        from kgllm.linking.pipelines import import_spacy_alone

        import_spacy_alone()
