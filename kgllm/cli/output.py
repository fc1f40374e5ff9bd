"""What a command prints: results on stdout, progress and complaints on stderr."""

from __future__ import annotations

import datetime
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

NOTHING = 1
EVERY = 30.0
"""Seconds between lines of progress in a file."""
_PIPED = 10_000  # columns: what another program reads line by line is not folded


def show(value: Any, drawn: Callable[[], Any], json: bool, *, found: bool = True) -> None:
    """Print a result and end with its exit code."""
    if json:
        print_json(value)
    else:
        from rich.console import Console

        console = Console()
        if not console.is_terminal and "COLUMNS" not in os.environ:
            console.width = _PIPED
        console.print(drawn(), highlight=False)
    if not found:
        raise typer.Exit(NOTHING)


def print_json(value: Any) -> None:
    """One JSON document on stdout, in UTF-8 whatever the terminal's encoding; lone surrogates as their JSON escapes."""
    import json

    from kgllm.jsonable import jsonable

    text = json.dumps(jsonable(value), ensure_ascii=False, allow_nan=False, indent=1)
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


@contextmanager
def working(what: str, total: int | None = None, *, long: bool = False) -> Iterator[Callable[..., None]]:
    """Progress on stderr, where that is a terminal; gives the function to call with how much is done (of how much, of what).

    long: it may take hours, in several parts; where stderr is a file it gets a line of its own every half minute.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    counted = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) if total or long else (TextColumn("{task.fields[done]}"),)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), *counted, TimeElapsedColumn())
    console = _stderr()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total, done="")
        lines = _Lines(console) if long and not console.is_terminal else None
        part: list[str] = []

        def tell(done: int, of: int | None = total, now: str = what) -> None:
            if lines is not None:
                lines.tell(done, of, now)
            if part != [now]:  # the time left is that of this part, and a run that goes on has not done the first steps in no time
                part[:] = [now]
                bar.reset(task, description=now, total=of, completed=done, done=f"{done:,}")
            bar.update(task, completed=done, total=of, done=f"{done:,}")

        yield tell


class _Lines:
    """Progress for a file: a line at the begin of each part, and then every half minute, with the time that is left."""

    def __init__(self, console: Console) -> None:
        self._console, self._part, self._said = console, "", 0.0
        self._began, self._first = 0.0, 0

    def tell(self, done: int, of: int | None, part: str) -> None:
        now = time.monotonic()
        if part != self._part:
            self._part, self._began, self._first = part, now, done
        elif now - self._said < EVERY:
            return
        self._said = now
        left = (of - done) * (now - self._began) / (done - self._first) if of and done > self._first else None
        until = "" if left is None else f", {datetime.timedelta(seconds=round(left))} left"
        self._console.print(f"{part}: {done:,} of {of:,}{until}" if of else f"{part}: {done:,}" if done else part, soft_wrap=True)


def note(message: str) -> None:
    """Something worth knowing, on stderr."""
    from kgllm.display import as_text

    _stderr().print("[yellow]note:[/]", as_text(message), soft_wrap=True)


def complain(message: str) -> None:
    """An error on stderr, its first line marked; what it quotes is no markup."""
    from kgllm.display import as_text

    console = _stderr()
    for i, line in enumerate(message.split("\n")):
        console.print(*(["[bold red]error:[/]"] if i == 0 else []), as_text(line), soft_wrap=True)


def _stderr() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False)
