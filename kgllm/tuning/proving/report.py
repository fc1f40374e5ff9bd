"""A proof as a person reads it: Markdown, JSON, and plots."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError, require
from kgllm.tuning.proving.verdict import LANGUAGES, title_of, verdict
from kgllm.tuning.weights.base import seen_from
from kgllm.tuning.weights.cards import put_results
from kgllm.tuning.weights.checkpoint import written

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from kgllm.tuning.proving.proof import Proof

_GROUPS = {
    "seen": "seen wording",
    "unseen": "unseen wording",
    "reverse": "reversed, trained in reverse",
    "one_way": "reversed, taught one way only",
    "untaught": "facts not taught",
    "two_hop": "two hops over taught facts",
    "unanswerable": "unanswerable: declined",
}

_CURVES = {"held_out": "held out", "known": "known, held out"}

_NAMED = 10
"""Facts of a kind that the report names."""
_INVENTED = "facts not taught: answered, and wrongly"


def save_report(proof: Proof, folder: str | Path, *, run: Mapping[str, Any] | None = None, plots: bool = True, card: bool = True) -> Path:
    """Write report.json, report.md, facts.jsonl, rows.jsonl (what was trained), answers.jsonl and, with matplotlib, plots into a new folder; and, where the proof is of an
    adapter's folder, its results into the adapter's card (README.md), in a section of their own (`card=False`: not there).

    Raises:
        CheckpointError: there is something already, or the report was written and the card cannot be.
    """
    target = Path(folder).expanduser().absolute()
    with written(target) as work:
        (work / "report.json").write_text(json.dumps({**proof.to_dict(), "run": run or {}}, ensure_ascii=False, indent=1), encoding="utf-8")
        drawn = _plots(proof, (run or {}).get("history", ()), work) if plots else []
        (work / "report.md").write_text(markdown(proof, run, drawn), encoding="utf-8")
        with (work / "facts.jsonl").open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(one.to_dict(), ensure_ascii=False) + "\n" for one in proof.cards)
        with (work / "rows.jsonl").open("w", encoding="utf-8") as out:
            for row in proof.trained:
                line: dict[str, Any] = {
                    "id": row.id,
                    "question": row.question,
                    "answers": row.answers,
                    "kind": row.kind,
                    "language": row.language,
                    "facts": row.facts,
                }
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
        with (work / "answers.jsonl").open("w", encoding="utf-8") as out:
            for where, rows in proof.said.items():
                for one in rows:
                    line = {"where": where, "question": one.row.question, "answers": one.row.answers, "said": one.text, "right": one.right}
                    out.write(json.dumps(line, ensure_ascii=False) + "\n")
    if card:
        into_card(proof, target)
    return target


def into_card(proof: Proof, report: Path) -> None:
    """Write into the card of the adapter that was asked: the verdict, the figures with their intervals, what was kept, and where the
    report's folder lies.

    Raises:
        CheckpointError: the card cannot be read or written.
    """
    if proof.adapter is not None:
        where = seen_from(proof.adapter, report.expanduser().absolute()) or report.name  # no absolute path: it may be handed on
        put_results(proof.adapter, _results(proof, f"{where}/report.md"))


def _results(proof: Proof, report: str) -> list[str]:
    found = verdict(proof)
    lines = [
        "## Results",
        "",
        f"Verdict: **{found.way}**. {' '.join(found.sentences)}",
        "",
        "Hits@1 with 95 % intervals:",
        "",
        *_figures(proof),
        "",
    ]
    lines += [*(_kept(proof.kept) if proof.kept else ()), *([""] if proof.kept else [])]
    graph = f", with the facts of graph `{proof.settings['graph']}`" if proof.settings.get("graph") else ""
    return [
        *lines,
        f"Asked by kgllm {proof.settings.get('kgllm', '')}{graph}. The whole report, as seen from the adapter's folder: `{report}`",
    ]


def markdown(proof: Proof, run: Mapping[str, Any] | None = None, plots: Sequence[str] = ()) -> str:
    """The report card on one page; the verdict first."""
    found = verdict(proof)
    lines = [f"# Verdict: {found.way}", "", *found.sentences, "", "## Hits@1 with 95 % intervals", "", *_figures(proof)]
    lines += ["| seconds a question | | " + " | ".join(f"{proof.cost.get(column, 0.0):.2f}" for column in proof.figures) + " |", ""]
    lines += ["## F1 with 95 % intervals", "", *_figures(proof, "f1"), ""] if _has(proof, "f1") else []
    for language, figures in proof.apart.items():
        lines += [f"### In {LANGUAGES.get(language, language)}", "", *_figures(replace(proof, figures=figures)), ""]
    if proof.kept:
        lines += ["## What was kept", "", *_kept(proof.kept), ""]
    status = Counter(one.status for one in proof.cards)
    lines += ["## Facts", "", *(f"- {name}: {count}" for name, count in status.most_common())]
    lines.append(f"- right before and wrong after: {sum(one.forgotten for one in proof.cards)}")
    for what, some in (("Not learned", [one for one in proof.cards if one.status == "not learned"]), ("Right before, wrong after", [one for one in proof.cards if one.forgotten])):  # fmt: skip
        if some:
            lines += ["", f"{what}" + (f" (the first {_NAMED} of {len(some)})" if len(some) > _NAMED else "") + ":", ""]
            lines += [f"- {one.question} {', '.join(one.answers)}" for one in some[:_NAMED]]
    lines += ["", "Every fact, with the ids of the rows that taught it, is in `facts.jsonl`, those rows in `rows.jsonl`."]
    if run:
        lines += ["", "## Run", ""]
        lines += [f"- {name}: {run[name]}" for name in ("steps", "best_step", "stopped", "scale", "trained", "seconds") if name in run]
        lines += [f"- skipped, their loss or gradient no number: {run['skipped']}"] if run.get("skipped") else []
    lines += ["", *(f"![{name}]({name})" for name in plots), ""]
    return "\n".join(lines)


def _has(proof: Proof, figure: str) -> bool:
    return any(figure in found for groups in proof.figures.values() for found in groups.values())


def _figures(proof: Proof, figure: str = "") -> Iterator[str]:
    """The lines of a table: groups of questions by column. figure: of those that have it; else what counts in each group."""
    columns = list(proof.figures)
    yield "| questions | n | " + " | ".join(columns) + " |"
    yield "|---|--:|" + "---|" * len(columns)
    for group in dict.fromkeys(name for groups in proof.figures.values() for name in groups):
        shown = [(_named(proof, group), figure or _counted(proof, group))]
        for title, name in shown + ([(_INVENTED, "invented")] if group == "untaught" and not figure else []):
            found = [proof.figures[column].get(group, {}).get(name) for column in columns]
            if not any(found):
                continue
            count = max((one.n for one in found if one is not None), default=0)
            cells = ["" if one is None else f"{one}" + (f" (n {one.n})" if one.n != count else "") for one in found]
            yield f"| {title} | {count} | " + " | ".join(cells) + " |"


def _kept(kept: Mapping[str, float]) -> Iterator[str]:
    """Known questions and perplexity before and after, each with its interval where it has one."""

    def shown(name: str, form: str = "{:.3f}") -> str:
        value, low, high = (kept.get(f"{name}{end}") for end in ("", "_low", "_high"))
        if value is None:
            return ""
        return form.format(value) + ("" if low is None or high is None else f" [{form.format(low)}, {form.format(high)}]")

    yield "| | before | after |"
    yield "|---|---|---|"
    for name in dict.fromkeys(one.removesuffix("_before").removesuffix("_after") for one in kept if one.endswith(("_before", "_after"))):
        yield f"| {title_of(name, kept)} | {shown(f'{name}_before')} | {shown(f'{name}_after')} |"
        if f"{name}_rise" in kept:
            yield f"| … its rise | | {shown(f'{name}_rise', '{:+.1%}')} |"


def _counted(proof: Proof, group: str) -> str:
    """What counts in a group: right answers, or, where there is nothing to answer, that it was declined."""
    return "hits1" if any("hits1" in found.get(group, {}) for found in proof.figures.values()) else "abstain_recall"


def _named(proof: Proof, group: str) -> str:
    name = _GROUPS.get(group, group)
    return name if _counted(proof, group) == "hits1" or name.endswith(": declined") else f"{name}: declined"


def drawn(proof: Proof) -> RenderableType:
    """The figures as a table for a terminal or a notebook, and what follows from them."""
    from rich.console import Group

    found = verdict(proof)
    return Group(f"verdict: {found.way}", _table(proof), *found.sentences)  # a table's own title is folded at the table's width


def _table(proof: Proof) -> Table:
    from rich.table import Table

    drawn = Table(box=None, padding=(0, 2, 0, 0))
    drawn.add_column("hits@1")
    for column in proof.figures:
        drawn.add_column(column, justify="right")
    for group in dict.fromkeys(name for groups in proof.figures.values() for name in groups):
        name = _counted(proof, group)
        values = [proof.value(column, group, name) for column in proof.figures]
        drawn.add_row(_named(proof, group), *("" if value is None else f"{value:.3f}" for value in values))
        if group == "untaught":
            shares = [proof.invented(column) for column in proof.figures]
            drawn.add_row(_INVENTED, *("" if value is None else f"{value:.3f}" for value in shares))
    return drawn


def _plots(proof: Proof, history: Sequence[Mapping[str, float]], work: Path) -> list[str]:
    try:
        require("matplotlib", "viz")
    except ConfigError:
        return []
    from matplotlib.figure import Figure

    made = []
    looks = [one for one in history if "scale" not in one]
    if len(looks) > 1:
        figure = Figure(figsize=(6, 3.4), layout="constrained")
        left = figure.subplots()
        steps = [one["step"] for one in looks]
        for name, label in _CURVES.items():
            if all(name in one for one in looks):
                left.plot(steps, [one[name] for one in looks], marker="o", label=label)
        left.set(xlabel="steps", ylabel="share right", ylim=(0, 1.02))
        if all("perplexity_rise" in one for one in looks):
            right = left.twinx()
            right.plot(steps, [100 * one["perplexity_rise"] for one in looks], color="tab:red", linestyle="--", label="perplexity")
            right.set_ylabel("general perplexity, % over the base")
        figure.legend(loc="outside upper center", ncols=3, fontsize=8)  # of both axes; over them it would hide what is drawn
        figure.savefig(work / "curve.png", dpi=110)
        made.append("curve.png")
    groups = [
        name for name in dict.fromkeys(name for found in proof.figures.values() for name in found) if _counted(proof, name) == "hits1"
    ]
    if groups:
        figure = Figure(figsize=(7, 3.4), layout="constrained")
        axes = figure.subplots()
        width = 0.8 / len(proof.figures)
        for place, column in enumerate(proof.figures):
            values = [proof.value(column, group) or 0.0 for group in groups]
            axes.bar([i + place * width for i in range(len(groups))], values, width, label=column)
        axes.set_xticks([i + 0.4 - width / 2 for i in range(len(groups))], [group.replace("_", "\n") for group in groups])
        axes.set(ylabel="hits@1", ylim=(0, 1.02))
        figure.legend(loc="outside upper center", ncols=4, fontsize=8)
        figure.savefig(work / "columns.png", dpi=110)
        made.append("columns.png")
    return made
