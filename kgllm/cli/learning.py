"""The commands that write questions and learn from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

import kgllm
from kgllm.cli.options import GraphArgument, JsonOption, LoadOptions, SearchOptions, takes_options
from kgllm.cli.output import show, working
from kgllm.cli.sources import graph_qa, load_graph, questions_in
from kgllm.display import amount
from kgllm.errors import ConfigError


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(takes_options(questions))
    app.command()(takes_options(fit))


def questions(
    graph: GraphArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new .jsonl or .parquet file, or a new folder.", show_default=False)],
    load: LoadOptions,
    n: Annotated[int, typer.Option("--n", help="How many.")] = 1000,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind; repeatable.", show_default=False)] = None,
    language: Annotated[list[str] | None, typer.Option(help="en or zh; repeatable.", show_default=False)] = None,
    as_: Annotated[str, typer.Option("--as", help="questions, prompt_completion, messages, alpaca or sharegpt.")] = "questions",
    split_by: Annotated[str, typer.Option(help="What no two splits share: entity, path, phrasing or none.")] = "entity",
    noise: Annotated[float, typer.Option(help="How often names are written as users write them (0 to 1).")] = 0.15,
    templates: Annotated[Path | None, typer.Option(help="A file of wordings.", show_default=False)] = None,
    distractors: Annotated[int | None, typer.Option(help="Show each proof among so many other facts.", show_default=False, min=0)] = None,
    draw: Annotated[int, typer.Option("--draw-seed", help="Seed of the draws.")] = 0,
    json: JsonOption = False,
) -> None:
    """Write questions from a graph, with their answers and the facts that prove them."""
    from collections import Counter

    from kgllm.questions.formats import FORMATS, write
    from kgllm.questions.splits import SplitBy

    if as_ not in FORMATS:
        raise ConfigError(f"--as must be one of {', '.join(FORMATS)}, not {as_!r}")
    by: dict[str, SplitBy | None] = {"entity": "entity", "path": "path", "phrasing": "phrasing", "none": None}
    if split_by not in by:
        raise ConfigError(f"--split-by must be one of {', '.join(by)}, not {split_by!r}")
    loaded = load_graph(graph, load)
    kinds: Counter[str] = Counter()
    with working("writing questions", n) as progress:

        def counted() -> Iterator[kgllm.questions.Question]:
            rows = kgllm.questions.iterate(
                loaded,
                n,
                kinds=kind or None,
                languages=language or None,
                seed=draw,
                split_by=by[split_by],
                noise=noise,
                templates=templates,
                distractors=distractors,
            )
            for done, question in enumerate(rows, 1):
                kinds[question.kind] += 1
                progress(done, n)
                yield question

        written = write(counted(), out, format=as_)
    told = ", ".join(f"{count} {name}" for name, count in kinds.most_common())
    show(
        {"questions": written, "kinds": dict(kinds), "out": str(out)},
        lambda: f"{amount(written, 'question')} in {out}" + (f": {told}" if told else ""),
        json,
        found=written > 0,
    )


def fit(
    graph: GraphArgument,
    load: LoadOptions,
    search: SearchOptions,
    out: Annotated[Path, typer.Option("--out", help="A new folder for what was learned.", show_default=False)],
    questions: Annotated[
        str | None,
        typer.Argument(metavar="[QUESTIONS]", help="A file of labelled questions; without one the graph teaches.", show_default=False),
    ] = None,
    n: Annotated[int | None, typer.Option("--n", help="So many questions at most.", show_default=False)] = None,
    draw: Annotated[int, typer.Option("--draw-seed", help="Seed of every draw.")] = 0,
    json: JsonOption = False,
) -> None:
    """Teach the scorer from the graph's own questions or from labelled ones, and show what changed on questions held out."""

    if out.exists():
        raise ConfigError(f"there is already something at {out}", hint="learn into a new folder")
    qa = graph_qa(graph, load, search)
    with working("learning", 1) as progress:
        asked = None if questions is None else questions_in(questions)
        report = qa.fit(asked, n=n, seed=draw, progress=lambda what, done, of: progress(done, of, what))
    qa.save(out)
    curve = "epoch,loss\n" + "".join(f"{epoch},{loss}\n" for epoch, loss in enumerate(report.curve, 1))
    (out / "curve.csv").write_text(curve, encoding="utf-8")
    (out / "curve.svg").write_text(report.to_svg(), encoding="utf-8")
    show(report.to_dict() | {"out": str(out)}, lambda: f"{report}\nkept in {out}, its curves in {out / 'curve.svg'}", json)
