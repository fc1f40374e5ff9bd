"""What a command prints: results on stdout, progress and complaints on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

NOTHING = 1


def show(value: Any, drawn: Callable[[], Any], json: bool, *, found: bool = True) -> None:
    """Print a result and end with its exit code."""
    if json:
        from kgllm.cli.jsonable import print_json

        print_json(value)
    else:
        from rich.console import Console

        Console().print(drawn(), highlight=False)
    if not found:
        raise typer.Exit(NOTHING)


@contextmanager
def working(what: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """Progress on stderr, where that is a terminal; gives the function to call with how much is done (of how much, of what)."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    counted = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) if total else (TextColumn("{task.fields[done]}"),)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), *counted, TimeElapsedColumn())
    console = _stderr()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total, done="")
        yield lambda done, of=total, now=what: bar.update(task, description=now, completed=done, total=of, done=f"{done:,}")


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
