"""The drawing itself: SVG text with everything escaped, readable on light and dark pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kgllm.display import visible
from kgllm.types import Entity, Evidence, Node
from kgllm.viz.layout import HEIGHT, LABEL, MARGIN, SMALL, Box, Layout, layout, text_width
from kgllm.viz.subgraph import Edge, Subgraph, subgraph
from kgllm.viz.theme import STYLE, escape

NAME = 34
"""Characters of a node's name that are written in its box; the whole is in the tooltip."""

_PLACES = (0.5, 0.36, 0.64, 0.26, 0.74, 0.18, 0.82)  # where along an edge its label may stand, the best first
_BESIDE = 14  # between a label that stands at an end of its edge and the box there


def evidence_svg(evidence: Evidence, *, most: int = 24, answers: Iterable[Node] | None = None) -> str:
    """The evidence as an SVG element: seeds, facts, the best path marked, its ends.

    `most` is how many facts are drawn, the best first; `answers` are the nodes to mark as found (the best path's ends).
    """
    graph = subgraph(evidence, most=most, answers=answers)
    plan = layout(graph, [visible(node.name, NAME) for node in graph.nodes])
    drawn = _edges(graph, plan)
    nodes = "".join(_node(graph, box, index) for index, box in enumerate(plan.boxes))
    height, caption = plan.height, ""
    if graph.left_out:
        height += 18
        caption = f'<text class="caption" x="{MARGIN:.0f}" y="{height - 10:.0f}">and {graph.left_out:,} more facts</text>'
    return (
        f'<svg class="kgllm-svg" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {plan.width:.0f} {height:.0f}" '
        f'width="{plan.width:.0f}" height="{height:.0f}"><title>{escape(evidence.question)}</title>'
        f"<style>{STYLE}</style>{drawn}{nodes}{caption}</svg>"
    )


def _node(graph: Subgraph, box: Box, index: int) -> str:
    node = graph.nodes[index]
    kinds = ["node"] + ["seed"] * (index in graph.seeds) + ["end"] * (index in graph.ends)
    corner, about = HEIGHT / 2, node.name
    if not isinstance(node, Entity):
        kinds.append("literal")
        corner = 4
    else:
        kinds += [] if node.named else ["unnamed"]
        about = f"{node.name} [{node.id}] {', '.join(node.types)}"
    return (
        f'<g class="{" ".join(kinds)}"><title>{escape(about, 300)}</title>'
        f'<rect x="{box.x:.1f}" y="{box.y - HEIGHT / 2:.1f}" width="{box.width:.1f}" height="{HEIGHT:.0f}" rx="{corner:g}"/>'
        f'<text x="{box.x + box.width / 2:.1f}" y="{box.y + 4.5:.1f}">{escape(node.name, NAME)}</text></g>'
    )


@dataclass(frozen=True, slots=True)
class _Curve:
    """A cubic curve that leaves and arrives level; `tip` is 1 where it arrives from the left, -1 from the right."""

    xs: tuple[float, float, float, float]
    start: float
    end: float
    tip: int

    def at(self, t: float) -> tuple[float, float]:
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        return (
            sum(w * x for w, x in zip(weights, self.xs, strict=True)),
            self.start * (weights[0] + weights[1]) + self.end * (weights[2] + weights[3]),
        )


def _edges(graph: Subgraph, plan: Layout) -> str:
    """Marked edges last, so that they lie on top; labels never on one another where there is room."""
    curves = _curves(graph, plan)
    taken: list[tuple[float, float, float]] = []
    degree = Counter(end for edge in graph.edges for end in (edge.source, edge.target))
    texts = {}
    for index in sorted(range(len(curves)), key=lambda index: not graph.edges[index].marked):
        edge = graph.edges[index]
        texts[index] = _label(edge, curves[index], degree[edge.target] - degree[edge.source], taken)
    order = sorted(range(len(curves)), key=lambda index: graph.edges[index].marked)
    lines = "".join(_line(graph.edges[index], curves[index]) for index in order)
    return lines + "".join(f'<g class="edge{" marked" * graph.edges[index].marked}">{texts[index]}</g>' for index in order)


def _curves(graph: Subgraph, plan: Layout) -> list[_Curve]:
    """A curve for each edge; edges between the same two nodes lie beside one another."""
    pairs = [frozenset((edge.source, edge.target)) for edge in graph.edges]
    many, seen = Counter(pairs), Counter[frozenset[int]]()
    curves = []
    for edge, pair in zip(graph.edges, pairs, strict=True):
        shift = (seen[pair] - (many[pair] - 1) / 2) * min(12.0, 22 / many[pair])
        seen[pair] += 1
        source, target = plan.boxes[edge.source], plan.boxes[edge.target]
        before = plan.layers[edge.source] - plan.layers[edge.target]
        if before == 0:  # within a layer, or from a node to itself: an arc on the right side
            apart = 7.0 if edge.source == edge.target else 0.0
            x, out = source.right, 30 + abs(source.y - target.y) * 0.12
            curves.append(_Curve((x, x + out, x + out, x), source.y + shift - apart, target.y + shift + apart, -1))
        else:
            left, right = (source, target) if before < 0 else (target, source)
            middle = (left.right + right.x) / 2
            xs = (left.right, middle, middle, right.x) if before < 0 else (right.x, middle, middle, left.right)
            curves.append(_Curve(xs, source.y + shift, target.y + shift, 1 if before < 0 else -1))
    return curves


def _line(edge: Edge, curve: _Curve) -> str:
    (x0, x1, x2, x3), tip = curve.xs, curve.tip
    about = "\n".join(str(fact) for fact in edge.facts[:8])
    return (
        f'<g class="edge{" marked" * edge.marked}"><title>{"&#10;".join(escape(line, 300) for line in about.split(chr(10)))}</title>'
        f'<path d="M{x0:.1f},{curve.start:.1f} C{x1:.1f},{curve.start:.1f} {x2:.1f},{curve.end:.1f} {x3 - 6 * tip:.1f},{curve.end:.1f}"/>'
        f'<polygon points="{x3:.1f},{curve.end:.1f} {x3 - 9 * tip:.1f},{curve.end - 4:.1f} {x3 - 9 * tip:.1f},{curve.end + 4:.1f}"/></g>'
    )


def _label(edge: Edge, curve: _Curve, busier: int, taken: list[tuple[float, float, float]]) -> str:
    """The relation's name, at the first free place: beside the end that fewer edges share, else along the curve.

    `busier` is how many more edges the target has than the source; `taken` grows by the place chosen.
    """
    text = visible(edge.label, LABEL)
    half = text_width(text, SMALL) / 2
    spots = [curve.at(t) for t in _PLACES]
    if curve.xs[0] == curve.xs[3]:  # an arc within a layer: its label stands outside of it
        spots = [(x + half + 3, y + 8) for x, y in spots]
    elif busier:
        x, y, inwards = (curve.xs[3], curve.end, -curve.tip) if busier < 0 else (curve.xs[0], curve.start, curve.tip)
        spots.insert(0, (x + inwards * (_BESIDE + half), y))
    free = [(x, y) for x, y in spots if not any(abs(y - other) < 13 and abs(x - at) < half + reach + 4 for at, other, reach in taken)]
    x, y = (free or spots)[0]
    taken.append((x, y, half))
    return f'<text x="{x:.1f}" y="{y - 4:.1f}">{escape(text)}</text>'
