"""Processes that answer questions beside one another, over one memory-mapped graph that they share."""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import signal
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError, GraphUnavailable
from kgllm.graphs.compiled import CompiledGraph

if TYPE_CHECKING:
    from kgllm.answering.bulk import Line, Row
    from kgllm.answering.qa import GraphQA

AHEAD = 3  # batches given out for each worker: one is answered, one waits, one is written


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What another process needs to make the same `GraphQA` again."""

    folder: Path  # of the compiled graph
    version: str | None  # the graph that must be there; None: it was put there for this
    scorer: Path | None  # what was learned, kept
    options: dict[str, Any]

    def make(self) -> GraphQA:
        """The same settings over the same graph.

        Raises:
            ConfigError: the folder holds another graph by now.
        """
        from kgllm.answering.qa import GraphQA
        from kgllm.linking.pipelines import import_spacy_alone

        if self.options.get("nlp") is None:
            import_spacy_alone()
        graph = CompiledGraph.open(self.folder)
        if self.version is not None and graph.version() != self.version:
            raise ConfigError(f"the graph in {self.folder} has changed since it was opened", hint="load it again")
        return GraphQA(graph, **self.options) if self.scorer is None else GraphQA.load(self.scorer, graph, **self.options)


def answered(qa: GraphQA, batches: Iterable[list[Line]], workers: int) -> Iterator[list[Row]]:
    """The rows of each batch, in the order of the batches; some batches a worker are under way, never more.

    Raises:
        ConfigError: a graph that is not compiled, a language model, or an encoder or pipeline that cannot be sent to another process.
        GraphUnavailable: a worker was ended from outside.
    """
    with ExitStack() as until:
        recipe = _recipe(qa, Path(until.enter_context(tempfile.TemporaryDirectory(prefix="kgllm-"))))
        pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _begin, (recipe,))
        until.callback(pool.shutdown, cancel_futures=True)
        waiting: deque[Future[list[Row]]] = deque()
        try:
            for batch in batches:
                waiting.append(pool.submit(_work, batch))
                if len(waiting) == AHEAD * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise GraphUnavailable("a worker process ended before its work did", hint="the same command goes on") from error


def shareable(qa: GraphQA) -> dict[str, Any]:
    """The settings with which another process makes the same `GraphQA`.

    Raises:
        ConfigError: as `answered` says.
    """
    if qa.llm is not None:
        raise ConfigError("workers answer without a language model", hint="leave one of the two out: a model gets whole batches as it is")
    if not isinstance(qa.graph, CompiledGraph):
        raise ConfigError("workers share a compiled graph, and this one is not", hint="kgllm.compile(graph, folder)")
    meaning, nlp = qa.retriever.meaning, qa.linker._nlp
    encoder = None if meaning is None else "minilm" if meaning.name == "minilm" else meaning.encoder
    options = {"encoder": encoder, "nlp": nlp, "limits": qa.limits, "threshold": qa.threshold}
    for name in ("encoder", "nlp"):
        try:
            pickle.dumps(options[name])
        except Exception as error:  # whatever an object of the user's raises when it is pickled
            raise ConfigError(f"{name}={options[name]!r} cannot be sent to another process: {error}") from error
    return options


def _recipe(qa: GraphQA, scratch: Path) -> Recipe:
    options, graph = shareable(qa), qa.graph
    assert isinstance(graph, CompiledGraph)
    folder, version = graph._path, None
    if folder is None:
        graph.save(folder := scratch / "graph")
    else:
        version = graph.version()
    scorer = None if qa.retriever.learned is None else qa.save(scratch / "scorer")
    return Recipe(folder=folder, version=version, scorer=scorer, options=options)


_recipes: list[Recipe] = []  # of a worker process: one


def _begin(recipe: Recipe) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process is told, and ends the others
    _recipes.append(recipe)


@cache
def _made() -> GraphQA:
    qa = _recipes[0].make()
    gc.freeze()  # what is made now stays: looking through it for cycles halts a question for 0.1 s now and then
    return qa


def _work(batch: list[Line]) -> list[Row]:
    from kgllm.answering.bulk import rows_of

    return rows_of(_made(), batch)
