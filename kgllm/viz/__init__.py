"""Evidence and answers, drawn: what was found as a graph with the path marked, as tables, as a networkx graph.

svg, page           the drawing, and the page around it
subgraph, layout    what is drawn, and where
theme               colours and type
fitted              what fitting changed

In a notebook an `Evidence` or `Answer` at the end of a cell draws itself. The HTML and SVG are plain text without scripts
or anything to fetch; all text of graphs, questions and models is escaped. The same input always gives the same text.

>>> import kgllm
>>> qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan")]))
>>> evidence_svg(qa.retrieve("Who directed Inception?")).startswith("<svg")
True
"""

from __future__ import annotations

from kgllm.viz.page import answer_html, evidence_html, html_page, overview_html
from kgllm.viz.subgraph import to_networkx
from kgllm.viz.svg import evidence_svg

__all__ = ["answer_html", "evidence_html", "evidence_svg", "html_page", "overview_html", "to_networkx"]
