"""Curves drawn from their figures: `docs/figures/tuning.json` → `docs/figures/tuning.svg` (`benchmarks tuning -- plot`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def draw(file: Path) -> Path:
    """One panel for each entry of `panels`: lines of shares on the left, of perplexity (in % over the base) on the right."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    panels: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["panels"]
    rows = -(-len(panels) // 2)
    with mpl.rc_context({"svg.hashsalt": "kgllm", "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=(9, 3.1 * rows), layout="constrained")
        for place, panel in enumerate(panels):
            left = figure.add_subplot(rows, 2, place + 1)
            right = left.twinx()
            for line in panel["lines"]:
                perplexity = line.get("axis") == "right"
                axes = right if perplexity else left
                style = {"linestyle": "--", "color": "tab:red"} if perplexity else {}
                axes.plot(line["x"], line["y"], marker="o", markersize=3, label=line["label"], **style)
            if panel.get("log"):
                left.set_xscale("log")
                left.set_xticks(panel["lines"][0]["x"], [str(one) for one in panel["lines"][0]["x"]])
                left.minorticks_off()
            left.set(xlabel=panel["x"], ylabel="share right", ylim=(0, 1.03), title=panel["title"])
            right.set_ylabel("perplexity of prose, % over the base")
            handles, labels = (a + b for a, b in zip(left.get_legend_handles_labels(), right.get_legend_handles_labels(), strict=True))
            left.legend(handles, labels, fontsize=7, loc="lower right")
        target = file.with_suffix(".svg")
        figure.savefig(target, metadata={"Date": None})
    return target
