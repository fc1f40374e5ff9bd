"""The commands of tuning: `kgllm plan | advise | probe | tune | teach | export`."""

from __future__ import annotations

import dataclasses
import os
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgllm.cli.options import GraphArgument, JsonOption, LoadOptions, takes_options
from kgllm.cli.output import note, show, working
from kgllm.cli.sources import load_graph
from kgllm.display import amount
from kgllm.errors import CheckpointError, ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from kgllm.graphs.base import Graph


def add_to(app: typer.Typer) -> None:
    """Give the program these commands."""
    for command in (plan, advise, probe, tune, teach, export):
        app.command(command.__name__)(takes_options(command))


ModelArgument = Annotated[
    str,
    typer.Argument(metavar="MODEL", help="A folder with config.json, a known model (llama-3.1-8b, …), or a hub name.", show_default=False),
]


def plan(
    model: ModelArgument,
    method: Annotated[
        str | None,
        typer.Option(
            help="lora (for one GPU, if none is given), qlora, dora, rslora, prefix, prompt, p-tuning, p-tuning-v2, adapter, freeze, full.",
            show_default=False,
        ),
    ] = None,
    gpu: Annotated[
        list[str] | None, typer.Option(help="A GPU by name (A100, RTX 4090, …); repeatable: more than one gives a table.")
    ] = None,
    length: Annotated[int, typer.Option(help="Tokens of a row.")] = 1024,
    batch: Annotated[int, typer.Option(help="Rows side by side.")] = 1,
    known_rows: Annotated[int | None, typer.Option(help="Known questions beside them; teach's, if not given.", show_default=False)] = None,
    passages: Annotated[int | None, typer.Option(help="General passages beside them; teach's, if not given.", show_default=False)] = None,
    packing: Annotated[
        bool | None, typer.Option("--packing/--no-packing", help="Rows end to end; as teach does, if not given.", show_default=False)
    ] = None,
    rank: Annotated[int | None, typer.Option(help="Rank of LoRA and its kin; 16 if not given.", show_default=False)] = None,
    targets: Annotated[
        str | None, typer.Option(help="Layers with adapters: all (if not given), attention or mlp.", show_default=False)
    ] = None,
    checkpointing: Annotated[
        bool | None,
        typer.Option("--checkpointing/--no-checkpointing", help="Compute activations twice instead of keeping them.", show_default=False),
    ] = None,
    dropout: Annotated[float | None, typer.Option(help="Dropout in LoRA and its kin.", show_default=False)] = None,
    labelled: Annotated[float, typer.Option(help="Share of positions with a loss.")] = 1.0,
    loss: Annotated[str, typer.Option(help="pieces (kgllm's trainer), usual, chunked or cut.")] = "pieces",
    devices: Annotated[int, typer.Option(help="GPUs.")] = 1,
    sharded: Annotated[bool, typer.Option("--sharded", help="Weights and states spread over them (FSDP).")] = False,
    tokens: Annotated[
        int | None, typer.Option("--train-tokens", help="Tokens of the whole training, for its time.", show_default=False)
    ] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Count activations by one step on the meta device.")] = False,
    json: JsonOption = False,
) -> None:
    """Say what tuning MODEL takes: memory by part, what fits which GPU, time, what hurts. No weights are loaded. Exit code 1: does not fit."""
    from kgllm.tuning.planning import planner

    load: dict[str, Any] = {"length": length, "labelled": labelled, "loss": loss, "devices": devices, "sharded": sharded}
    load |= _given(
        rank=rank, targets=targets, dropout=dropout, checkpointing=checkpointing, known=known_rows, passages=passages, packing=packing
    )
    if gpu and len(gpu) == 1:
        with working("counting"):
            found = planner.plan(model, gpu=gpu[0], tokens=tokens, exact=exact, method=method or "lora", batch=batch, **load)
        show(found.to_dict(), lambda: found, json, found=found.fits)
        return
    if exact or tokens:
        raise ConfigError("--exact and --train-tokens are for one GPU", hint="--gpu A100")
    table = planner.fits(model, names=tuple(gpu or ()), **({"methods": (method,)} if method else {}), **load)

    def drawn() -> RenderableType:
        from kgllm.tuning.planning.plantable import fit_table

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
    from kgllm.tuning.planning.advice import advise as advice

    found = advice(rows=rows, changes=changes, citations=citations, task=task, offline=offline, gpu=gpu, model=model)
    show(found.to_dict(), lambda: found, json)


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _option(help: str, *names: str) -> Any:
    return typer.Option(*names, help=help, rich_help_panel="Training", show_default=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """The settings of a run; what is not given is `TuneSettings`' own."""

    method: Annotated[str | None, _option("lora, qlora, dora, rslora, prefix, prompt, p-tuning, p-tuning-v2, adapter, freeze, full.")] = (
        None
    )
    rank: Annotated[int | None, _option("Rank of LoRA and its kin.")] = None
    alpha: Annotated[int | None, _option("What LoRA's part is multiplied by, over its rank.")] = None
    targets: Annotated[str | None, _option("Layers with adapters: all, attention or mlp.")] = None
    virtual: Annotated[int | None, _option("Virtual tokens of prefix, prompt and p-tuning.")] = None
    width: Annotated[int | None, _option("Numbers in the bottleneck of an adapter.")] = None
    top: Annotated[int | None, _option("Layers, from the top, that freeze trains.")] = None
    steps: Annotated[int | None, _option("Steps of the optimizer.")] = None
    rate: Annotated[float | None, _option("Learning rate.")] = None
    batch: Annotated[int | None, _option("Domain rows a step.")] = None
    known_rows: Annotated[int | None, _option("Known questions beside them in every step.")] = None
    passages: Annotated[int | None, _option("General passages held to the base model in every step.")] = None
    kl: Annotated[float | None, _option("Weight of that.")] = None
    accumulation: Annotated[int | None, _option("Batches of gradient before a step.")] = None
    warmup: Annotated[float | None, _option("Share of the steps in which the rate rises.")] = None
    dropout: Annotated[float | None, _option("Dropout of LoRA and its kin.")] = None
    loss: Annotated[str | None, _option("completion, or all: the prompts, too.")] = None
    length: Annotated[int | None, _option("Tokens of a row at most.")] = None
    packing: Annotated[bool | None, _option("Rows end to end in one sequence, kept apart.", "--packing")] = None
    checkpointing: Annotated[bool | None, _option("Compute activations twice instead of keeping them.", "--checkpointing")] = None
    budget: Annotated[float | None, _option("How much general perplexity may rise (0.08: 8%).")] = None
    known_budget: Annotated[float | None, _option("How far held-out known questions may fall (0.03: 3 points).")] = None
    check_every: Annotated[int | None, _option("Steps between looks at held-out rows and general texts.")] = None
    patience: Annotated[int | None, _option("Looks without gain before training stops.")] = None
    scales: Annotated[list[float] | None, _option("A scale to try the adapter at afterwards; repeatable.", "--scale")] = None
    save_every: Annotated[int | None, _option("Steps between checkpoints.")] = None
    keep: Annotated[int | None, _option("How many checkpoints stay.")] = None
    dtype: Annotated[str | None, _option("float32, bfloat16 or float16.")] = None
    train_seed: Annotated[int | None, _option("Seed of the run.")] = None
    report_to: Annotated[list[str] | None, _option("tensorboard, or another reporter of transformers; repeatable.")] = None

    def settings(self) -> Any:
        """What was given, as settings."""
        from kgllm.tuning import TuneSettings

        return TuneSettings.from_dict(self.given())

    def given(self) -> dict[str, Any]:
        """What was given, by the names of the settings."""
        names = {"known_rows": "known", "passages": "general", "train_seed": "seed"}
        given = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return _given(**{names.get(name, name): value for name, value in given.items()})


BaseArgument = Annotated[str, typer.Argument(metavar="MODEL", help="A model's folder, gemma3-270m, or a hub name.", show_default=False)]
OutArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder.", show_default=False)]


def probe(
    model: BaseArgument,
    questions: Annotated[str, typer.Argument(metavar="QUESTIONS", help="Rows with a question and its answers.", show_default=False)],
    shots: Annotated[int, typer.Option(help="Answered questions that are shown first.")] = 2,
    json: JsonOption = False,
) -> None:
    """Say which facts MODEL knows, might know, or does not know."""
    from kgllm.tuning import probe as probed

    with working("probing"):
        found = probed(model, questions, shots=shots, cache=True)
    counts = found.counts()
    show({"facts": counts, "levels": found.levels}, lambda: ", ".join(f"{level} {count}" for level, count in counts.items()), json)


def tune(
    model: BaseArgument,
    rows: Annotated[
        str, typer.Argument(metavar="ROWS", help="Rows of any common form: a file, a datasets folder, a hub name.", show_default=False)
    ],
    folder: OutArgument,
    train: TrainOptions,
    known: Annotated[str | None, typer.Option(help="Questions that MODEL answers and should go on answering.", show_default=False)] = None,
    general: Annotated[str | None, typer.Option(help="General texts at which MODEL is held.", show_default=False)] = None,
    held_out: Annotated[str | None, typer.Option(help="Rows not trained, to choose the best state by.", show_default=False)] = None,
    known_held_out: Annotated[
        str | None, typer.Option(help="Known questions not trained, of which few should be lost.", show_default=False)
    ] = None,
    mix: Annotated[str | None, typer.Option(help="General rows to mix in, at --ratio.", show_default=False)] = None,
    ratio: Annotated[str | None, typer.Option(help="Domain : general, for --mix; 1:5 if not given.", show_default=False)] = None,
    start: Annotated[Path | None, typer.Option(help="An adapter to go on from.", show_default=False)] = None,
    dry: Annotated[bool, typer.Option("--dry", help="Only show, token by token, what would be trained.")] = False,
    json: JsonOption = False,
) -> None:
    """Tune MODEL on rows; the adapter goes to FOLDER. Killed, it goes on where it was."""
    from kgllm.tuning import mix as mixed
    from kgllm.tuning import read_rows
    from kgllm.tuning import tune as tuned

    settings = train.settings()
    if ratio and not mix:
        raise ConfigError("--ratio is of general rows to mix in, and none are given", hint="--mix FILE")
    _needed(train, known=known, general=general, held_out=held_out, known_held_out=known_held_out)
    among = mixed(rows, mix, ratio=_ratio(ratio or "1:5"), seed=settings.seed) if mix else None
    taught = list(among.rows) if among else read_rows(rows)
    if dry:
        from kgllm.tuning.encoding.doctor import diagnose
        from kgllm.tuning.encoding.encode import Encoder, encode_all
        from kgllm.tuning.weights.base import load_tokenizer

        encoder = Encoder(load_tokenizer(model), length=settings.length)
        found = diagnose(encode_all(taught, encoder, loss=settings.loss), encoder, loss=settings.loss)
        show({"problems": found.problems, "rows": found.rows, "tokens": found.tokens, "trained": found.labelled}, lambda: found, json, found=not found.problems)  # fmt: skip
        return
    first = os.environ.get("RANK", "0") == "0"  # of several processes one speaks
    with working("training", settings.steps, long=True) if first else nullcontext() as progress:
        try:
            run = tuned(
                model, taught, folder, settings=settings, known=known or (), general=general or (), held_out=held_out or (),
                known_held_out=known_held_out or (), start=start, info={"mix": among.report} if among else None, ordered=bool(mix), progress=progress,
            )  # fmt: skip
        except SystemExit:  # SIGTERM came, and the step in hand was saved
            note(f"stopped, and saved in {folder}.run: the same command goes on from there")
            raise
    said = f"{amount(run.steps, 'step')} in {run.seconds:.0f} s, {run.tokens_per_second:,.0f} tokens a second; {run.stopped}; the adapter is in {folder}"
    if run.skipped:
        said += f"\n{amount(run.skipped, 'step')} skipped: the loss or its gradient was no number"
    if among:
        said += f"\nmixed: {among.report['domain']:,} rows of the domain and {among.report['general']:,} general ones"
        said += f", each of {among.report['general_rows_given']:,} {among.report['each_general_row_stands']:g} times"
    if first:
        show({**run.to_dict(), **({"mix": among.report} if among else {})}, lambda: said, json)


def teach(
    graph: GraphArgument,
    model: BaseArgument,
    folder: OutArgument,
    load: LoadOptions,
    train: TrainOptions,
    facts: Annotated[int, typer.Option(help="How many facts are taught.")] = 200,
    general: Annotated[str | None, typer.Option(help="General rows to mix in, at --ratio.", show_default=False)] = None,
    ratio: Annotated[str | None, typer.Option(help="Domain : general, for --general; 1:5 if not given.", show_default=False)] = None,
    texts: Annotated[
        str | None,
        typer.Option(help="General prose at which MODEL is held, in its language; kgllm's own, if not given.", show_default=False),
    ] = None,
    language: Annotated[list[str] | None, typer.Option(help="en or zh; repeatable.", show_default=False)] = None,
    served: Annotated[float, typer.Option(help="Share of the questions trained a second time with the facts that would be served.")] = 0.25,
    with_facts: Annotated[int, typer.Option(help="Questions of each group asked with the graph's facts.")] = 40,
    json: JsonOption = False,
) -> None:
    """Teach MODEL facts of GRAPH, and prove what came of it: probe, questions, tune, evaluate, report."""
    from kgllm.tuning import teach as taught
    from kgllm.tuning.weights.base import must_be_there

    if ratio and not general:
        raise ConfigError("--ratio is of general rows to mix in, and none are given", hint="--general FILE")
    must_be_there(model)  # before a graph is read, which may take minutes
    settings = train.given() | ({"ratio": _ratio(ratio)} if ratio else {})
    source = load_graph(graph, load)
    with working("teaching", long=True) as progress:
        try:
            found = taught(
                source, model, folder, facts=facts, settings=settings, general=general, texts=texts, languages=language,
                served=served, with_facts=with_facts, tell=lambda what, done, of: progress(done, of, what),
            )  # fmt: skip
        except SystemExit:
            note(f"stopped, and saved in {folder}: the same command goes on from there")
            raise
    show(found.proof.to_dict(), lambda: found.proof, json)


def export(
    adapter: Annotated[Path, typer.Argument(metavar="ADAPTER", help="An adapter's folder.", show_default=False)],
    folder: OutArgument,
    base: Annotated[str | None, typer.Option(help="Where the base model is, if it is not found.", show_default=False)] = None,
    to: Annotated[str, typer.Option(help="safetensors or gguf.")] = "safetensors",
    quant: Annotated[str, typer.Option(help="Of the GGUF: F32, F16, BF16, Q8_0, Q5_1, Q5_0, Q4_1, Q4_0.")] = "Q8_0",
    json: JsonOption = False,
) -> None:
    """Merge an adapter into its base, and write a model folder or GGUF."""
    from kgllm.tuning import export as exported

    with working("merging"):
        made = exported(adapter, folder, base=base, format=to, quant=quant)
    show({"made": str(made)}, lambda: str(made), json)


def prove(graph: Graph, adapter: str, questions: Mapping[str, Sequence[Any]], save: Path | None, *, seed: int, json: bool) -> None:
    """`kgllm eval --model`: the four columns of a tuned model, for questions from files."""
    from kgllm.tuning import evaluate
    from kgllm.tuning.courses.general import general_questions, prose, spoken
    from kgllm.tuning.proving.report import into_card, save_report
    from kgllm.tuning.rows import row_of
    from kgllm.words.language import language_of

    rows = {
        name: [
            row_of({"question": one.question, "answers": list(one.answers), "language": language_of(one.question), "id": one.id})
            for one in asked
        ]
        for name, asked in questions.items()
    }
    languages = spoken(row for asked in rows.values() for row in asked)
    total = sum(map(len, rows.values()))
    with working("asking", 2 * total, long=True) as progress:
        kept = general_questions("test", languages=languages)  # of common knowledge: before and after, known or not
        texts = prose("test", languages=languages)
        proof = evaluate(adapter, rows, graph=graph, known=kept, texts=texts, with_facts=total, seed=seed, progress=progress)
    if save:
        save_report(proof, save, card=False)
        try:
            into_card(proof, save)
        except CheckpointError as error:  # the report is there; an adapter may stand where nobody may write
            note(str(error))
    show(proof.to_dict(), lambda: proof, json)


def not_with_model(options: Any, **others: object) -> None:
    """What `kgllm eval` takes and does not use where it measures a tuned model is refused, not passed over.

    Raises:
        ConfigError: some of it was given.
    """
    given = [*(field.name for field in dataclasses.fields(options) if getattr(options, field.name) is not None)]
    given += [name for name, value in others.items() if value]
    if given:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise ConfigError(f"{names} cannot be used with --model, which asks one adapter in four ways", hint="leave it out, or --model")


def _needed(train: TrainOptions, **files: str | None) -> None:
    """A setting of rows that are not given would change nothing: it is refused.

    Raises:
        ConfigError: there are such settings.
    """
    for name, needs in _NEEDS.items():
        if getattr(train, name) is not None and not any(files[one] for one in needs):
            options = " or ".join(f"--{one.replace('_', '-')} FILE" for one in needs)
            said = {"scales": "scale"}.get(name, name.replace("_", "-"))
            raise ConfigError(f"--{said} changes nothing without {options}", hint=f"give {options}, or leave it out")


_NEEDS = {
    "known_rows": ("known",), "passages": ("general",), "kl": ("general",), "budget": ("general",), "patience": ("held_out",), "scales": ("held_out",),
    "check_every": ("held_out", "general", "known_held_out"), "known_budget": ("known_held_out",),
}  # fmt: skip
"""Which rows an option of training is about."""


def _ratio(text: str) -> tuple[int, int]:
    try:
        domain, general = (int(part) for part in text.split(":"))
    except ValueError as error:
        raise ConfigError(f"ratio is two whole numbers with a colon, like 1:5, not {text!r}") from error
    return domain, general
