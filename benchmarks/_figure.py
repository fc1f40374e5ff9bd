"""Curves drawn from their figures: `docs/figures/NAME.json` → `docs/figures/NAME.svg` (`benchmarks tuning -- plot`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
            if "ticks" in panel:
                left.set_xticks(panel["lines"][0]["x"], panel["ticks"])
            if "right" in panel:
                right.set_ylim(panel["right"])
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


_SHOWN = {"unseen": "unseen wordings", "reverse": "reversed", "known, two shots": "known questions, two shots"}
_VARIED = (
    ("weight of KL", "KL weight @", ("0", "0.25", "1", "4"), "1"),
    ("known questions beside 12 rows", "known @ to 12", ("0", "2", "4", "8"), "8"),
    ("steps, of the middle run's", "steps x@", ("0.5", "1", "2"), "1"),
    ("facts taught, as many passes", "facts @", ("18", "50", "100", "200"), "18"),
)
_ON_A_GPU = (
    ("weight of KL", 'curves {"kl": @}', ("0.0", "0.3", "1.0", "3.0"), "1.0"),
    ("known questions beside 12 rows", 'curves {"known": @}', ("0", "2", "4", "8"), "8"),
    ("steps", 'curves {"steps": @}', ("40", "80", "132", "300"), "132"),
    ("passages beside 12 rows", 'curves {"general": @}', ("1", "4", "12"), "4"),
    ("facts taught, as many passes", 'curves {"facts": @}', ("50", "200", "500", "1000", "2000"), "500"),
)
_RISE = (-5.0, 25.0)
"""Perplexity's rise, in %, that is drawn, the same in all panels: without KL it is ten times that, and all else would be a line."""


def panels_of(lines: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The panels of `benchmarks tuning -- curves`, or of the curves of `benchmarks gpu -- trials`: one for each thing that was
    varied, and one for the dial of the middle run."""
    usual = "middle" if "middle" in lines else "curves {}"
    base = lines["untuned"]["looks"][0]["perplexity"]
    found = []
    for title, name, values, middle in _VARIED if usual == "middle" else _ON_A_GPU:
        runs = [(value, lines.get(usual if value == middle else name.replace("@", value))) for value in values]
        looks = [(value, run["looks"][0]) for value, run in runs if run is not None]
        if len(looks) > 1:
            found.append(_panel(title, [value for value, _ in looks], [look for _, look in looks], base))
    dial = sorted(lines[usual]["looks"], key=lambda look: look["scale"])
    return [*found, _panel("scale of the adapter afterwards", [f"{look['scale']:g}" for look in dial], dial, base)]


def _panel(title: str, ticks: Sequence[str], looks: Sequence[Mapping[str, float]], base: float) -> dict[str, Any]:
    places = list(range(len(ticks)))
    rises = [round(100 * (look["perplexity"] / base - 1), 1) for look in looks]
    over = [f"{tick}: +{rise:.0f}%" for tick, rise in zip(ticks, rises, strict=True) if rise > _RISE[1]]
    lines = [{"label": label, "x": places, "y": [look[name] for look in looks]} for name, label in _SHOWN.items()]
    lines.append({"label": "perplexity", "axis": "right", "x": places, "y": rises})
    return {
        "title": title + (f" (off the scale: perplexity at {', '.join(over)})" if over else ""),
        "x": "",
        "ticks": list(ticks),
        "right": list(_RISE),
        "lines": lines,
    }
