"""Where the nodes of a small graph go: layers from left to right by distance from the seeds, few crossings within.

A layered drawing (Sugiyama, Tagawa and Toda 1981) with the layers given by breadth-first search, so that no edge spans
more than one layer, and crossings reduced by barycentres.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from kgllm.viz.subgraph import Subgraph

FONT = 13.0
SMALL = 11.0
HEIGHT = 28.0
ROW = 44.0
MARGIN = 14.0
LABEL = 30
"""Characters of a relation's name that are written on its edge; the whole is in the tooltip."""

_SWEEPS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node's place: the middle of its left edge, and its width."""

    x: float
    y: float
    width: float

    @property
    def right(self) -> float:
        return self.x + self.width


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A box for each node, the layer of each node, and the size of the whole."""

    boxes: tuple[Box, ...]
    layers: tuple[int, ...]
    width: float
    height: float


def text_width(text: str, size: float = FONT) -> float:
    """About how wide a text is drawn, in pixels: East Asian characters are square, others a little over half as wide."""
    return sum(size if unicodedata.east_asian_width(c) in "WF" else size * (0.66 if c.isupper() else 0.56) for c in text)


def layout(graph: Subgraph, labels: Sequence[str]) -> Layout:
    """Boxes for the nodes; `labels` are what is written in them."""
    layers = _layers(graph)
    columns = _ordered(graph, layers)
    widths = [text_width(label) + 24 for label in labels]
    boxes: list[Box | None] = [None] * len(labels)
    tallest = max((len(column) for column in columns), default=1)
    x = MARGIN
    for layer, column in enumerate(columns):
        widest = max(widths[node] for node in column)
        top = MARGIN + HEIGHT / 2 + (tallest - len(column)) * ROW / 2
        for row, node in enumerate(column):
            boxes[node] = Box(x=x, y=top + row * ROW, width=widest)
        x += widest + (_gap(graph, layers, layer) if layer + 1 < len(columns) or _inside(graph, layers, layer) else 0)
    return Layout(
        boxes=tuple(box for box in boxes if box is not None),
        layers=tuple(layers),
        width=x + MARGIN,
        height=2 * MARGIN + HEIGHT + (tallest - 1) * ROW,
    )


def _layers(graph: Subgraph) -> list[int]:
    """Steps from the nearest seed, whatever the direction; a part without a seed starts at its first node."""
    beside: list[set[int]] = [set() for _ in graph.nodes]
    for edge in graph.edges:
        beside[edge.source].add(edge.target)
        beside[edge.target].add(edge.source)
    layers = [-1] * len(graph.nodes)
    starts = [sorted(graph.seeds), *([node] for node in range(len(graph.nodes)))]
    for start in starts:
        queue = deque(node for node in start if layers[node] < 0)
        for node in queue:
            layers[node] = 0
        while queue:
            node = queue.popleft()
            for other in sorted(beside[node]):
                if layers[other] < 0:
                    layers[other] = layers[node] + 1
                    queue.append(other)
    return layers


def _ordered(graph: Subgraph, layers: Sequence[int]) -> list[list[int]]:
    """The nodes of each layer from top to bottom: each near the mean place of its neighbours, marked edges weighing more."""
    columns = [[node for node in range(len(layers)) if layers[node] == layer] for layer in range(max(layers, default=0) + 1)]
    beside: list[list[tuple[int, float]]] = [[] for _ in layers]
    for edge in graph.edges:
        weight = 3.0 if edge.marked else 1.0
        beside[edge.source].append((edge.target, weight))
        beside[edge.target].append((edge.source, weight))
    place = {node: row - len(column) / 2 for column in columns for row, node in enumerate(column)}

    def middle(node: int) -> float:
        others = [(place[other], weight) for other, weight in beside[node] if layers[other] != layers[node]]
        total = sum(weight for _, weight in others)
        return sum(where * weight for where, weight in others) / total if total else place[node]

    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            column.sort(key=lambda node: (middle(node), node))
            place.update({node: row - len(column) / 2 for row, node in enumerate(column)})
    return columns


def _inside(graph: Subgraph, layers: Sequence[int], layer: int) -> bool:
    return any(layers[edge.source] == layers[edge.target] == layer for edge in graph.edges)


def _gap(graph: Subgraph, layers: Sequence[int], layer: int) -> float:
    """Room for the longest relation between a layer and the next, or within the layer."""
    crossing = [edge.label for edge in graph.edges if min(layers[edge.source], layers[edge.target]) == layer]
    return max((text_width(label[:LABEL], SMALL) for label in crossing), default=0.0) + 84
