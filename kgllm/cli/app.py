"""The commands, and the one place where their errors become messages and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

import kgllm
from kgllm.cli import learning, tuning
from kgllm.cli.options import (
    GraphArgument,
    JsonOption,
    LinkOptions,
    LoadOptions,
    ModelOptions,
    QuestionArgument,
    SearchOptions,
    not_empty,
    takes_options,
)
from kgllm.cli.output import complain, show, working
from kgllm.cli.sources import graph_qa, load_graph, questions_in, source_of, tell_notes, without_torch
from kgllm.display import amount
from kgllm.errors import ConfigError, KGLLMError, ModelError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from kgllm.retrieval.ranking.why import Why
    from kgllm.types import Answer, Link

BAD_INPUT, TRY_LATER, MODEL_FAILED, INTERRUPTED = 2, 3, 4, 130
_GO_ON = ("tune", "teach")


class Commands(TyperGroup):
    """Turns what kgllm raises on purpose into a message on stderr and an exit code; a bug still shows its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KGLLMError as error:
            code = TRY_LATER if error.retryable else MODEL_FAILED if isinstance(error, ModelError) else BAD_INPUT
            complain(str(error))
        except BrokenPipeError:  # the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 0
        except OSError as error:
            complain(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))
            code = BAD_INPUT
        except KeyboardInterrupt:
            again = ctx.invoked_subcommand in _GO_ON
            complain(
                "interrupted" + ("\n  hint: the same command goes on from its last checkpoint, if it had come to one" if again else "")
            )
            code = INTERRUPTED
        raise typer.Exit(code)


app = typer.Typer(
    name="kgllm",
    cls=Commands,
    help="Ask the knowledge graph that you already have. GRAPH is a file, a compiled folder, an address (neo4j://…), or a built-in graph (gpu).",
    epilog="Exit codes: 0 found, 1 nothing found, 2 bad input, 3 try later, 4 the language model failed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kgllm {kgllm.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    pass


@app.command("compile")
@takes_options
def compile_(
    graph: GraphArgument,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the compiled graph goes.", show_default=False)],
    load: LoadOptions,
    json: JsonOption = False,
) -> None:
    """Write a graph in the columnar form that opens in milliseconds and is shared by processes."""
    from rich import filesize

    with working("compiling, facts:") as progress:
        made = kgllm.compile(source_of(graph), folder, progress=progress, **load.given())
    tell_notes(made)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    facts = made.schema().facts
    show(
        {"folder": str(folder), "facts": facts, "bytes": size},
        lambda: f"{facts:,} facts in {folder}, {filesize.decimal(size)} ({size / max(1, facts):.0f} bytes a fact)",
        json,
    )


@app.command("import")
@takes_options
def import_(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A file, a compiled folder, or a built-in graph (gpu).", show_default=False)
    ],
    target: Annotated[str, typer.Argument(metavar="ADDRESS", help="neo4j://HOST:PORT of the server to write to.", show_default=False)],
    load: LoadOptions,
    database: Annotated[str | None, typer.Option(help="Which database; the user's own without.", show_default=False)] = None,
    sources: Annotated[bool, typer.Option(help="Keep where each fact was read.")] = True,
    json: JsonOption = False,
) -> None:
    """Write a graph to a Neo4j database, in batches, with constraints; doing it again changes nothing."""
    from kgllm.graphs.neo4j import import_into

    options = load.given()
    auth = options.pop("auth", None)
    with working("importing, facts:") as progress:
        done = import_into(target, source_of(source), auth=auth, database=database, sources=sources, progress=progress, **options)
    show(
        {"facts": done.facts, "entities": done.entities, "literals": done.literals, "seconds": done.seconds},
        lambda: f"{done.facts:,} facts, {done.entities:,} entities, {sum(done.seconds.values()):.1f} s ({done.rate:,.0f} facts a second)",
        json,
    )


@app.command()
@takes_options
def stats(graph: GraphArgument, load: LoadOptions, json: JsonOption = False) -> None:
    """Show how many facts, entities, relations and types a graph has, with a fact of each relation."""
    found = kgllm.overview(load_graph(graph, load))

    def table() -> RenderableType:
        from kgllm.cli.render import statistics

        return statistics(found)

    show(found, table, json)


@app.command()
@takes_options
def link(graph: GraphArgument, question: QuestionArgument, load: LoadOptions, linking: LinkOptions, json: JsonOption = False) -> None:
    """Show which entities a question names, and why. Exit code 1: none."""
    without_torch(linking.nlp)
    qa = kgllm.GraphQA(load_graph(graph, load), nlp=linking.nlp)
    found = qa.link(question)

    def table() -> RenderableType:
        from kgllm.cli.render import links

        return links(found)

    show(list(found), table, json, found=bool(found))


@app.command()
@takes_options
def retrieve(
    graph: GraphArgument,
    question: QuestionArgument,
    load: LoadOptions,
    search: SearchOptions,
    strategy: Annotated[str, typer.Option(help="relations, khop, shortest or ppr.")] = "relations",
    why: Annotated[
        bool, typer.Option("--why", help="Show instead what the best paths' scores are made of, and which words spoke for them.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show the paths and facts that answer a question. Exit code 1: none."""
    qa = graph_qa(graph, load, search)
    if why:
        if strategy != "relations":
            raise ConfigError("--why is of scored paths: only --strategy relations has them")
        said = qa.why(question, seeds=search.seed or None)
        show([one.to_dict() for one in said], lambda: _told(said), json, found=bool(said))
        return
    evidence = qa.retrieve(question, seeds=search.seed or None, max_facts=search.max_facts, strategy=strategy)

    def table() -> RenderableType:
        from kgllm.cli.render import evidence as drawn

        return drawn(evidence)

    show(evidence, table, json, found=bool(evidence.facts))


@app.command()
@takes_options
def ask(
    graph: GraphArgument,
    load: LoadOptions,
    model: ModelOptions,
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="A question, unless --batch.", show_default=False, callback=not_empty)
    ] = None,
    batch: Annotated[
        Path | None, typer.Option(help="Answer every question of this file (JSON lines, or one a line).", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="With --batch: a new file of JSON lines; the same command goes on after a stop.", show_default=False),
    ] = None,
    workers: Annotated[
        int, typer.Option(help="With --batch: processes that answer beside one another, over one compiled graph.", min=1)
    ] = 1,
    page: Annotated[
        Path | None, typer.Option(help="Also write the answer, its facts and a picture of them, as a page of HTML.", show_default=False)
    ] = None,
    json: JsonOption = False,
) -> None:
    """Answer a question from the graph, with the facts that prove it. Exit code 1: abstained; of a --batch: none was answered."""
    if (question is None) == (batch is None) or (batch is None) != (out is None):
        raise ConfigError("give a QUESTION, or --batch FILE and --out FILE")
    if batch is None and workers != 1:
        raise ConfigError("--workers is for a --batch of questions")
    if batch is not None and page is not None:
        raise ConfigError("--page is for one QUESTION, not for a --batch of them")
    if batch is not None and model.seed:
        raise ConfigError("--seed is for one QUESTION, not for a --batch of them", hint="leave it out, and what each names is linked")
    qa = graph_qa(graph, load, model)
    if batch is not None and out is not None:
        from kgllm.answering.bulk import answer_file

        with working("asking") as progress:
            told = answer_file(qa, batch, out, workers=workers, progress=progress)
        counts = {name: getattr(told, name) for name in told.__slots__}
        said = f"{amount(told.questions, 'question')} in {out}: {told.abstained:,} abstained, {told.failed:,} failed, {told.before:,} done before"
        show(counts | {"out": str(out)}, lambda: said, json, found=told.answered > 0 or told.questions == 0)
        return
    with working("asking"):
        answer = qa.ask(str(question), seeds=model.seed or None)
    if page is not None:
        from kgllm.viz import html_page

        page.write_text(html_page(answer), encoding="utf-8", errors="backslashreplace")

    def table() -> RenderableType:
        from rich.console import Group

        from kgllm.cli import render

        links = _links(answer)  # of none, the answer's reason says so
        return Group(render.answer(answer), *(["", render.links(links)] if links else []))

    show(answer, table, json, found=not answer.abstained)


@app.command()
@takes_options
def explain(
    graph: GraphArgument,
    question: QuestionArgument,
    gold: Annotated[list[str], typer.Option(help="A right answer (name or id); repeatable.", show_default=False)],
    load: LoadOptions,
    search: SearchOptions,
    json: JsonOption = False,
) -> None:
    """Show which stage found the right answer, or lost it. Exit code 1: lost."""
    qa, seeds = graph_qa(graph, load, search), search.seed or None
    said = qa.explain(question, gold=gold, seeds=seeds)
    why = qa.why(question, seeds=seeds)

    def table() -> RenderableType:
        from rich.console import Group

        from kgllm.cli import render
        from kgllm.display import as_text

        return Group(as_text(said, "bold"), "", render.answer(said.answer), "", render.links(_links(said.answer)), "", _told(why))

    found = {"stage": said.stage, "words": said.words, "answer": said.answer, "why": [one.to_dict() for one in why]}
    show(found, table, json, found=said.stage == "found")


@app.command("eval")
@takes_options
def eval_(
    graph: GraphArgument,
    questions: Annotated[
        list[str], typer.Argument(metavar="QUESTIONS…", help="Files of JSON lines, or built-in ones (gpu:en, gpu:zh).", show_default=False)
    ],
    load: LoadOptions,
    model: ModelOptions,
    n: Annotated[int | None, typer.Option("--n", help="So many questions of each file, drawn at random.", show_default=False)] = None,
    draw: Annotated[int, typer.Option("--draw-seed", help="Seed of the draw and of the intervals.")] = 0,
    gold: Annotated[bool, typer.Option("--gold", help="Start from the gold topics instead of linking.")] = False,
    why: Annotated[bool, typer.Option("--explain", help="Find out which stage lost each miss.")] = False,
    tuned: Annotated[
        str | None,
        typer.Option(
            "--model", help="An adapter's folder: untuned and tuned, from memory and with facts, side by side.", show_default=False
        ),
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Keep the run in a new folder.", show_default=False)] = None,
    compare: Annotated[Path | None, typer.Option(help="Hold it against the run saved in this folder.", show_default=False)] = None,
    json: JsonOption = False,
) -> None:
    """Ask many questions and measure linking, retrieval, answers, abstention and time, with 95 % intervals."""
    from kgllm.evaluation import compare as held_against
    from kgllm.evaluation import load_run
    from kgllm.evaluation.datasets import questions_of
    from kgllm.tuning.weights.base import must_be_there

    earlier = load_run(compare) if compare else None
    if save and save.exists():
        raise ConfigError(f"there is already something at {save}", hint="save a run to a new folder")
    if tuned:
        tuning.not_with_model(model, gold=gold, explain=why, compare=compare)
        must_be_there()
        rows = {source: questions_of(questions_in(source), n=n, seed=draw) for source in questions}
        tuning.prove(load_graph(graph, load), tuned, rows, save, seed=draw, json=json)
        return
    asked = [question for source in questions for question in questions_of(questions_in(source), n=n, seed=draw)]
    qa = graph_qa(graph, load, model)
    with working("asking", len(asked)) as progress:
        report = kgllm.evaluate(qa, asked, gold_topics=gold, explain=why, seed=draw, progress=progress)
    if save:
        report.save(save)
    comparison = held_against(earlier, report) if earlier else None
    found = report.to_dict() | ({"comparison": comparison.to_dict()} if comparison else {})

    def table() -> RenderableType:
        from rich.console import Group

        lost = [f"misses by stage: {', '.join(f'{stage} {n}' for stage, n in report.stages.items())}"] if report.stages else []
        return Group(report, *lost, *([comparison] if comparison else []))

    show(found, table, json)


def _told(why: Sequence[Why]) -> RenderableType:
    from rich.text import Text

    return Text("\n\n".join(map(str, why)))  # no markup: what they quote is made visible already


def _links(answer: Answer) -> tuple[Link, ...]:
    return answer.evidence.links if answer.evidence else ()


learning.add_to(app)
tuning.add_to(app)
