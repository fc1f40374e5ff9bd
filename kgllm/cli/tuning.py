"""The commands of tuning: `kgllm plan | advise`, and what teaches a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgllm.cli.options import JsonOption
from kgllm.cli.output import show, working
from kgllm.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import RenderableType


def add_to(app: typer.Typer) -> None:
    """Give the program these commands."""
    for command in (plan, advise):
        app.command(command.__name__)(command)


ModelArgument = Annotated[
    str,
    typer.Argument(metavar="MODEL", help="A folder with config.json, a known model (llama-3.1-8b, …), or a hub name.", show_default=False),
]


def plan(
    model: ModelArgument,
    method: Annotated[
        str, typer.Option(help="lora, qlora, dora, rslora, prefix, prompt, p-tuning, p-tuning-v2, adapter, freeze, full.")
    ] = "lora",
    gpu: Annotated[
        list[str] | None, typer.Option(help="A GPU by name (A100, RTX 4090, …); repeatable: more than one gives a table.")
    ] = None,
    length: Annotated[int, typer.Option(help="Tokens of a row.")] = 1024,
    batch: Annotated[int, typer.Option(help="Rows side by side.")] = 1,
    rank: Annotated[int, typer.Option(help="Rank of the adapters.")] = 16,
    targets: Annotated[str, typer.Option(help="Layers with adapters: all, attention or mlp.")] = "all",
    checkpointing: Annotated[
        bool | None,
        typer.Option("--checkpointing/--no-checkpointing", help="Compute activations twice instead of keeping them.", show_default=False),
    ] = None,
    dropout: Annotated[float, typer.Option(help="Dropout in the adapters.")] = 0.0,
    labelled: Annotated[float, typer.Option(help="Share of positions with a loss.")] = 1.0,
    loss: Annotated[str, typer.Option(help="usual, chunked or cut.")] = "usual",
    devices: Annotated[int, typer.Option(help="GPUs.")] = 1,
    sharded: Annotated[bool, typer.Option("--sharded", help="Weights and states spread over them (FSDP).")] = False,
    tokens: Annotated[
        int | None, typer.Option("--train-tokens", help="Tokens of the whole training, for its time.", show_default=False)
    ] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Count activations by one step on the meta device.")] = False,
    json: JsonOption = False,
) -> None:
    """Say what tuning MODEL takes: memory by part, what fits which GPU, time, what hurts. No weights are loaded. Exit code 1: does not fit."""
    from kgllm.tuning import planner

    load: dict[str, Any] = {
        "rank": rank, "targets": targets, "length": length, "dropout": dropout, "labelled": labelled, "loss": loss,
        "devices": devices, "sharded": sharded,
    }  # fmt: skip
    if checkpointing is not None:
        load["checkpointing"] = checkpointing
    if gpu and len(gpu) == 1:
        with working("counting"):
            found = planner.plan(model, gpu=gpu[0], tokens=tokens, exact=exact, method=method, batch=batch, **load)
        show(found.to_dict(), lambda: found, json, found=found.fits)
        return
    if exact or tokens:
        raise ConfigError("--exact and --train-tokens are for one GPU", hint="--gpu A100")
    table = planner.fits(model, names=tuple(gpu or ()), **load)

    def drawn() -> RenderableType:
        from kgllm.tuning.plantable import fit_table

        return fit_table(table, f"{model}, length {length}")

    show({"model": model, "length": length, "largest_batch": table}, drawn, json)


def advise(
    rows: Annotated[int, typer.Option(help="Labelled questions and answers, written ones included.")] = 0,
    changes: Annotated[str, typer.Option(help="How often the facts change: never, rarely or often.")] = "rarely",
    citations: Annotated[bool, typer.Option("--citations", help="Every answer must show its facts.")] = False,
    task: Annotated[bool, typer.Option("--task", help="The model must also learn a way of answering.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Nothing can be looked up when a question is asked.")] = False,
    gpu: Annotated[str | None, typer.Option(help="The GPU that there is.", show_default=False)] = None,
    model: Annotated[str | None, typer.Option(help="The model that it is about.", show_default=False)] = None,
    json: JsonOption = False,
) -> None:
    """Say whether to prompt, to retrieve or to tune, and how, with the rule and its source behind each sentence."""
    from kgllm.tuning.advice import advise as advice

    found = advice(rows=rows, changes=changes, citations=citations, task=task, offline=offline, gpu=gpu, model=model)
    show(found.to_dict(), lambda: found, json)
