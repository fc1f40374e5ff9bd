"""What an evaluation found: figures with intervals by hop count, every question's row, saved runs, and two runs side by side."""

from __future__ import annotations

import hashlib
import html
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgllm.display import amount, as_text
from kgllm.errors import CheckpointError, ConfigError, shorten
from kgllm.evaluation.datasets import Question, question_of
from kgllm.evaluation.metrics import Figure, difference, figures_of

if TYPE_CHECKING:
    from rich.console import RenderableType

ROWS, SUMMARY = "rows.jsonl", "summary.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question: its figures (see `kgllm.evaluation.metrics`), and what was linked, walked and answered.

    `ms` is None where an error came instead of an answer; `stage` says which stage lost a miss, where that was asked for.
    """

    question: Question
    figures: Mapping[str, float]
    got: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    path: str = ""
    ms: float | None = None
    reason: str = ""
    stage: str | None = None
    error: str | None = None

    @property
    def right(self) -> bool:
        """A gold answer first; or an abstention, where there is no answer."""
        return bool(self.figures["hits1"] if self.question.answerable else self.figures["abstain_recall"])


@dataclass(frozen=True, kw_only=True)
class Report:
    """Figures over all questions (`figures`) and by hop count (`hops`), from the rows.

    Prints as a table (rich, notebooks), `to_dict()` for JSON, `save(folder)` and `load_run(folder)` to keep it.
    """

    rows: tuple[Row, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0

    @property
    def errors(self) -> int:
        """How many questions raised."""
        return sum(row.error is not None for row in self.rows)

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every figure over all questions."""
        return _figures(self.rows, self.seed)

    @cached_property
    def hops(self) -> dict[int, dict[str, Figure]]:
        """Every figure by hop count; empty where the questions do not differ in it."""
        groups = sorted({row.question.hops for row in self.rows if row.question.hops is not None})
        if len(groups) < 2:
            return {}
        return {hops: _figures([row for row in self.rows if row.question.hops == hops], self.seed) for hops in groups}

    @property
    def stages(self) -> dict[str, int]:
        """How many misses each stage lost, most first; empty unless the run explained its misses."""
        return dict(Counter(row.stage for row in self.rows if row.stage and not row.right).most_common())

    def to_dict(self) -> dict[str, Any]:
        """Plain values: figures by name, and each one's 95 % interval under "intervals"."""
        first = next((row.ms for row in self.rows if row.ms is not None), None)
        return {
            "n": len(self.rows),
            "errors": self.errors,
            **_plain(self.figures),
            "first_ms": None if first is None else round(first, 1),
            "hops": {str(hops): _plain(figures) for hops, figures in self.hops.items()},
            "stages": self.stages,
            "settings": dict(self.settings),
        }

    def __str__(self) -> str:
        shown = ("hits1", "f1", "exact", "recall_100", "link_first", "abstain_recall", "p50_ms", "p95_ms")
        return f"{self._asked}: " + ", ".join(f"{name} {self.figures[name].value:.3f}" for name in shown if name in self.figures)

    __repr__ = __str__  # at a prompt, too

    def __rich__(self) -> RenderableType:
        from rich.console import Group
        from rich.table import Table

        table = Table(box=None, padding=(0, 2, 0, 0))  # three hop counts fit in 80 columns
        header, *body = _cells(self)
        for i, name in enumerate(header):
            table.add_column(name, justify="right" if i else "left")
        for row in body:
            table.add_row(*row)
        return Group(f"{self._asked}; mean ± half of its 95 % interval", table)  # a table's title is folded at the table's width

    @property
    def _asked(self) -> str:
        return f"{amount(len(self.rows), 'question')}, {amount(self.errors, 'error')}"

    def _repr_html_(self) -> str:
        rows = [[html.escape(cell) for cell in row] for row in _cells(self)]
        head = "".join(f"<th>{cell}</th>" for cell in rows[0])
        body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[1:])
        return f"<table><caption>{html.escape(str(self))}</caption><tr>{head}</tr>{body}</table>"

    def save(self, folder: str | Path) -> Path:
        """Write rows and summary as a new folder, whole or not at all.

        Raises:
            ConfigError: the folder is there already; a run is never overwritten.
        """
        folder = Path(folder)
        if folder.exists():
            raise ConfigError(f"there is already something at {shorten(str(folder), 200)}", hint="save a run to a new folder")
        rows = "".join(json.dumps(asdict(row), ensure_ascii=False, sort_keys=True) + "\n" for row in self.rows)
        summary = {**self.to_dict(), "seed": self.seed, "rows_blake2": hashlib.blake2b(rows.encode()).hexdigest()}
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            _write(scratch / ROWS, rows)
            _write(scratch / SUMMARY, json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
            scratch.chmod(0o755)
            scratch.rename(folder)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        return folder


def load_run(folder: str | Path) -> Report:
    """A saved run.

    Raises:
        ConfigError: there is no such folder.
        CheckpointError: it holds no whole run, or was altered.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ConfigError(f"there is no saved run at {shorten(str(folder), 200)}", hint="kgllm eval … --save FOLDER makes one")
    try:
        text = (folder / ROWS).read_text(encoding="utf-8")
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        if summary["rows_blake2"] != hashlib.blake2b(text.encode()).hexdigest():
            raise CheckpointError(f"the rows of the run at {folder} are not those that were saved")
        rows = tuple(_row(json.loads(line)) for line in text.split("\n") if line)
        return Report(rows=rows, settings=summary["settings"], seed=summary["seed"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{folder} does not hold a whole run of kgllm eval: {shorten(str(error))}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs on the questions that both have: what was gained and what was lost, and by which stage."""

    gained: tuple[tuple[Row, Row], ...]
    lost: tuple[tuple[Row, Row], ...]
    both: int
    differences: Mapping[str, Figure]

    @property
    def lost_by(self) -> dict[str, int]:
        """Which stage of the later run lost what the earlier one had, where that run explained its misses."""
        return dict(Counter(after.stage or "not explained" for _, after in self.lost).most_common())

    @property
    def gained_from(self) -> dict[str, int]:
        """Which stage of the earlier run had lost what the later one has."""
        return dict(Counter(before.stage or "not explained" for before, _ in self.gained).most_common())

    def to_dict(self) -> dict[str, Any]:
        """Plain values, with each question gained or lost."""
        return {
            "questions": self.both,
            "gained": _pairs(self.gained),
            "lost": _pairs(self.lost),
            "gained_from": self.gained_from,
            "lost_by": self.lost_by,
            "differences": _plain(dict(self.differences)),
        }

    def __rich__(self) -> RenderableType:
        from rich.console import Group
        from rich.table import Table

        table = Table(box=None, padding=(0, 2, 0, 0))
        for name in ("", "question", "gold", "before", "after", "stage"):
            table.add_column(name, overflow="fold")
        for sign, pairs in (("[red]-[/]", self.lost), ("[green]+[/]", self.gained)):
            for before, after in pairs:
                names = [_few(names) for names in (before.question.answers, before.got, after.got)]
                stage = (after if pairs is self.lost else before).stage or ""
                table.add_row(sign, as_text(before.question.question), *map(as_text, names), stage)
        changed = Table(box=None, padding=(0, 2, 0, 0))
        changed.add_column("figure")
        changed.add_column("after − before [95 % interval]", justify="right")
        for name, figure in self.differences.items():
            changed.add_row(name, str(figure))
        head = f"{amount(self.both, 'question')} in both runs: {len(self.gained)} gained, {len(self.lost)} lost"
        return Group(head, *([table] if table.row_count else []), changed)


def compare(before: Report, after: Report) -> Comparison:
    """The later run against the earlier one, question by question (by id and text).

    Raises:
        ConfigError: they have no question in common.
    """
    earlier = {(row.question.id, row.question.question): row for row in before.rows}
    pairs = [(earlier[name], row) for row in after.rows if (name := (row.question.id, row.question.question)) in earlier]
    if not pairs:
        raise ConfigError("the two runs have no question in common", hint="compare runs of the same files, with the same --n and --seed")
    names = [name for name in after.figures if all((name in b.figures) == (name in a.figures) for b, a in pairs)]
    return Comparison(
        gained=tuple((b, a) for b, a in pairs if a.right and not b.right),
        lost=tuple((b, a) for b, a in pairs if b.right and not a.right),
        both=len(pairs),
        differences={
            name: difference(
                *zip(*((b.figures[name], a.figures[name]) for b, a in pairs if name in b.figures), strict=True), seed=after.seed
            )
            for name in names
            if any(name in b.figures for b, _ in pairs)
        },
    )


def _figures(rows: Sequence[Row], seed: int) -> dict[str, Figure]:
    return figures_of([row.figures for row in rows], [row.ms for row in rows if row.ms is not None], seed=seed)


def _plain(figures: Mapping[str, Figure]) -> dict[str, Any]:
    out: dict[str, Any] = {name: round(figure.value, 4) for name, figure in figures.items()}
    out["intervals"] = {name: [round(figure.low, 4), round(figure.high, 4)] for name, figure in figures.items()}
    return out


def _cells(report: Report) -> list[list[str]]:
    groups = [("all", report.figures), *((f"{hops} hops" if hops > 1 else "1 hop", found) for hops, found in report.hops.items())]
    rows = [["", *(name for name, _ in groups)]]
    for name in report.figures:
        rows.append([name, *(_cell(found.get(name), digits=1 if name.endswith("_ms") else 3) for _, found in groups)])
    return rows


def _cell(figure: Figure | None, *, digits: int) -> str:
    return "" if figure is None else f"{figure.value:.{digits}f} ±{(figure.high - figure.low) / 2:.{digits}f}"


def _pairs(found: Sequence[tuple[Row, Row]]) -> list[dict[str, Any]]:
    return [
        {"id": b.question.id, "question": b.question.question, "gold": b.question.answers, "before": b.got, "after": a.got}
        for b, a in found
    ]


def _few(names: Sequence[str], most: int = 3) -> str:
    return "; ".join(names[:most]) + (f"; … ({len(names)})" if len(names) > most else "") or "–"


def _row(row: dict[str, Any]) -> Row:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Row(**{**values, "question": question_of(row["question"])})


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
