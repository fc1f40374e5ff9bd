"""The whole way, on the built-in graph, in English and Chinese, with a small real model on the CPU: `make demo`.

python examples/demo.py [--no-model] [QUESTION …]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from rich.console import Console
from rich.panel import Panel

import kgllm
from kgllm.cli import render
from kgllm.display import as_text, visible
from kgllm.errors import ModelError

QUESTIONS = (
    "When did NVIDIA launch the Hopper architecture?",
    "Which NVIDIA card is the Ascend 910B the counterpart of?",
    "Who developed the rival of the Ascend 910B?",
    "Who painted the Mona Lisa?",
    "帕斯卡架构有什么代表显卡？",
    "昇腾910B是哪家公司开发的？",
    "T4的架构的下一代是哪一年发布的？",
)
MODEL = "gemma3-270m"


def main(arguments: Sequence[str]) -> int:
    console = Console(highlight=False)
    asked = [one for one in arguments if one != "--no-model"] or QUESTIONS
    graph = timed(console, "graph", lambda: kgllm.datasets.load("gpu"))
    schema = graph.schema()
    console.print(f"  {schema.facts} facts, {schema.entities} entities, {len(schema.relations)} relations\n")
    symbolic = kgllm.GraphQA(graph)
    worded = None
    if "--no-model" not in arguments:
        from transformers.utils import logging

        logging.disable_progress_bar()
        with console.status(f"{MODEL}: the first time, a minute or two are spent on converting it into ~/.cache/kgllm"):
            worded = timed(console, MODEL, lambda: kgllm.GraphQA(graph, llm=MODEL, tokens=512, limits=kgllm.Limits(seconds=300)))
    for question in asked:
        console.rule(as_text(question, "bold"), align="left")
        show(console, symbolic, worded, question)
    return 0


def show(console: Console, symbolic: kgllm.GraphQA, worded: kgllm.GraphQA | None, question: str) -> None:
    """One question, stage by stage."""
    begin = time.perf_counter()
    answer = symbolic.ask(question)
    spent = time.perf_counter() - begin
    if answer.evidence is not None:
        console.print(render.links(answer.evidence.links))
        if answer.facts:
            console.print(render.facts(answer.facts[: render.SHOWN]))
    console.print(
        "[bold]Without a model[/]", as_text(answer.text, "green" if not answer.abstained else "yellow"), f"[dim]{spent * 1e3:.1f} ms[/]"
    )
    if worded is None:
        return
    if answer.abstained:
        console.print("[dim]No facts, no prompt: the model is not asked, so it cannot make something up.[/]\n")
        return
    begin = time.perf_counter()
    try:
        said = worded.ask(question)
    except ModelError as error:  # a busy machine: the next question may do better
        console.print(f"[bold]{MODEL}[/]", as_text(str(error).partition("\n")[0], "red"))
        console.print()
        return
    spent = time.perf_counter() - begin
    if said.prompt is not None:
        text = "\n".join(visible(line) for line in said.prompt.text.splitlines())
        title = f"prompt: {said.prompt.tokens} tokens, {len(said.prompt.served)} facts, {said.prompt.dropped} dropped"
        console.print(Panel(plain_lines(text), title=title, title_align="left", border_style="dim"))
    console.print(f"[bold]{MODEL}[/]", as_text(said.text, "green" if not said.abstained else "yellow"), f"[dim]{spent:.1f} s[/]")
    for citation in said.citations:
        held = as_text(citation.fact) if citation.fact is not None else as_text("no such fact was served", "red")
        console.print(f"  [{citation.id}]", held)
    if said.uncited:
        console.print("  [yellow]in the evidence, but in no fact that it cites:[/]", as_text(", ".join(node.name for node in said.uncited)))
    if said.unsupported:
        console.print("  [red]not in the evidence:[/]", as_text(", ".join(said.unsupported)))
    console.print()


def plain_lines(text: str) -> object:
    from rich.text import Text

    return Text(text, style="dim")


def timed(console: Console, what: str, make):
    begin = time.perf_counter()
    made = make()
    console.print(f"[bold]{what}[/] ready in {time.perf_counter() - begin:.2f} s")
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
