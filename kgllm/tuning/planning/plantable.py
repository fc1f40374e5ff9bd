"""A plan as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from kgllm.tuning.planning.planner import Plan


def drawn(plan: Plan) -> RenderableType:
    """Tables of the parts and the largest sizes, and sentences on what hurts."""
    from rich.console import Group
    from rich.table import Table

    load, card = plan.load, plan.gpu
    title = f"{plan.shape.name} · {load.method} · {card.name} {card.memory:g} GB · length {load.length} × batch {load.batch}"
    parts = Table(box=None, padding=(0, 2, 0, 0))
    parts.add_column("part")
    parts.add_column("GB", justify="right")
    for name, size in plan.parts.items():
        parts.add_row(name, f"{size:.2f}")
    parts.add_row("peak", f"{plan.peak:.2f}", style="bold")
    twice = ", activations computed twice" if load.checkpointing else ""
    trained = f"Trained: {plan.trained:,} of {plan.shape.parameters:,} parameters."
    lines = [
        f"{'Fits' if plan.fits else 'Does not fit'}: {plan.peak:.1f} of {card.memory:g} GB, in {load.dtype}{twice}. {trained}",
        f"Largest batch at this length: {plan.batch:,}. Largest length at this batch: {plan.length:,}.",
        f"About {plan.time.tokens_per_second:,.0f} tokens a second ({plan.time.utilisation:.0%} of the dense peak)"
        + (f", {_span(plan.time.seconds)} in all." if plan.time.seconds else "."),
        f"What takes most: {plan.hurts}." + (" What would help:" if plan.mends else ""),
        *(f"  −{one.saves:.1f} GB  {one.what}" for one in plan.mends),
        *(f"Note: {one}." for one in plan.notes),
        f"Figures of the GPU: {card.source}.",
    ]
    return Group(title, parts, *lines)  # a table's own title is folded at the table's width


def fit_table(table: dict[str, dict[str, int]], title: str) -> Table:
    """Methods by GPU; GPUs on which nothing fits stand in one line below."""
    from rich.table import Table

    names = list(next(iter(table.values())))
    none = [name for name in names if not any(row[name] for row in table.values())]
    caption = "the largest batch that fits; – where nothing does, or the GPU cannot" + (f"\nnothing on: {', '.join(none)}" if none else "")
    found = Table(title=title, caption=caption, box=None, padding=(0, 1, 0, 0), title_justify="left", caption_justify="left")
    found.add_column("GPU", no_wrap=True)
    for method in table:
        found.add_column(method, justify="right", overflow="fold")
    for name in names:
        if name not in none:
            found.add_row(name, *(f"{row[name]:,}" if row[name] else "–" for row in table.values()))
    return found


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
