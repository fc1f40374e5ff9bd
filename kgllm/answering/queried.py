"""An answer from the rows of a user's own query: its first column is the answer, and the facts in the rows prove it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import kgllm
from kgllm.answering.symbolic import SHOWN
from kgllm.errors import GraphQueryError
from kgllm.graphs.base import Graph
from kgllm.graphs.rows import Rows
from kgllm.graphs.waiting import governed
from kgllm.limits import Deadline
from kgllm.types import Answer, Citation, Fact, Node, replace

NO_ROWS = "nothing_found: the query gave no rows"


def query(graph: Graph, text: str, parameters: Mapping[str, Any] | None, *, limit: int, seconds: float) -> Answer:
    """The answer to a query in the language of the graph's server.

    Raises:
        GraphQueryError: the graph takes no queries.
    """
    ask = getattr(graph, "query", None)
    if ask is None:
        raise GraphQueryError("this graph takes no queries", hint="a Neo4j database or a SPARQL endpoint does")
    start = time.perf_counter()
    with governed(Deadline(seconds)):
        rows = ask(text, parameters, limit=limit)
    answer = answer_from(text, rows, settings={"kgllm": kgllm.__version__, "query": text, "graph": graph.version()})
    spent = time.perf_counter() - start
    return replace(answer, timings={"query": spent, "total": spent})


def answer_from(question: str, rows: Rows, *, settings: Mapping[str, Any]) -> Answer:
    """The distinct nodes of the first column, each with what stands beside it and the number of a fact that it takes part in."""
    beside: dict[Node, list[str]] = {}
    for row in rows.cells:
        for node in row[0] if row else ():
            said = beside.setdefault(node, [])
            said += [other.name for cell in row[1:] for other in cell if other.name not in said and other != node]
    if not beside:
        return Answer(question=question, text="The query gave no rows.", entities=(), abstained=True, reason=NO_ROWS, settings=settings)
    text, citations = "", list[Citation]()
    reached = _facts_of(rows.facts)
    for i, (node, others) in enumerate(list(beside.items())[:SHOWN]):
        text += (", " if i else "") + node.name + (f" ({', '.join(others[:SHOWN])})" if others else "")
        if (number := reached.get(node)) is not None:
            start = len(text) + 1
            text += f" [{number}]"
            citations.append(Citation(id=str(number), span=(start, len(text)), fact=rows.facts[number - 1], served=True))
    more = len(beside) - SHOWN
    text += f", and {more:,} more" if more > 0 else ""
    first = next(iter(beside))
    value = getattr(first, "value", None)
    number_only = len(beside) == 1 and isinstance(value, (int, float)) and not isinstance(value, bool)
    return Answer(
        question=question,
        text=text,
        entities=tuple(beside),
        value=value if number_only else None,
        facts=rows.facts,
        citations=tuple(citations),
        confidence=1.0,
        settings={**settings, "columns": rows.columns, "truncated": rows.truncated},
    )


def _facts_of(facts: tuple[Fact, ...]) -> dict[Node, int]:
    """For each node the number (from 1) of the last fact that it takes part in."""
    return {node: number for number, fact in enumerate(facts, 1) for node in fact.nodes}
