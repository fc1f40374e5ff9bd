"""A real small model with the graph and without it, side by side: Gemma 3 270M on the CPU.

    python -m benchmarks models -- [--split dev|test] [--n 100] [--model gemma3-270m] [--tokens 512] [--facts 12] [--only NAME …]
        [--save FOLDER [--minutes 9]]

With --save every answer is kept as soon as it is there, and the same command goes on where it was stopped; --minutes stops it.

Both columns get the same questions, drawn with a seed, and as many question and answer shots. With the graph: kgllm links,
retrieves, writes the prompt and checks the answer. Without: the same shots without facts, and the model's memory.

hits@1: the first thing that the text names (up to its first bracket, comma, semicolon or line break) is a gold answer, or one
of its aliases, normalised as names are. An abstention is a miss. cited: answers with an id. served: cited ids that the prompt
held. hold: cited ids whose fact holds the name that stands before them. unsupported: answers that claim what the evidence lacks.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import kgllm
from benchmarks.sets import Clock, Stopped, data_folder
from kgllm.evaluation import Question, read_questions
from kgllm.evaluation.datasets import questions_of
from kgllm.graphs.base import Graph
from kgllm.llms import LLM, as_llm
from kgllm.prompting.templates import examples_from
from kgllm.types import Answer
from kgllm.words.language import language_of
from kgllm.words.names import normalise

_ENDS = re.compile(r"[\[\]【】(（,，;；、\n]")
_MOST_TOKENS = 32
BATCH = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One question, answered both ways."""

    question: str
    gold: list[str]
    text: str
    hit: bool
    abstained: bool
    cited: int
    served: int
    hold: int
    unsupported: list[str]
    tokens: int
    alone: str
    hit_alone: bool
    seconds: float


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks models", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--n", type=int, default=100, help="questions of each set")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", default="gemma3-270m")
    parser.add_argument("--tokens", type=int, default=512, help="the prompt's budget")
    parser.add_argument("--facts", type=int, default=12, help="facts retrieved for a question")
    parser.add_argument("--only", nargs="+", default=[], help="sets whose name contains one of these")
    parser.add_argument("--save", type=Path, help="keep every answer in this folder; the same command goes on from there")
    parser.add_argument("--minutes", type=float, help="begin nothing new after so many minutes (with --save)")
    args = parser.parse_args(arguments)
    clock = Clock(args.minutes)
    llm = as_llm(args.model)
    print(f"{llm.name}: hits@1 with the graph and without, and what its citations are worth ({args.split})\n")
    print("| set | n | with the graph | without | cited | served | hold | unsupported | abstained | tokens | s a question |")
    print("|---" * 11 + "|")
    unfinished = False
    for name, graph, questions in _sets(args.split, args.only):
        drawn = random.Random(args.seed).sample(questions, min(args.n, len(questions)))
        kept = args.save and args.save / f"{name}, {llm.name}, {args.split}, {args.tokens}, {args.facts}.jsonl".replace(" ", "-").replace(
            ",", ""
        )
        rows, done = [], _kept(kept)
        ask = Asker(graph, llm, tokens=args.tokens, facts=args.facts)
        try:
            for at in range(0, len(drawn), BATCH):
                rows += _piece(drawn[at : at + BATCH], done, ask, kept, clock)
        except Stopped:
            unfinished = True
        if rows:
            seconds = sum(row.seconds for row in rows) / len(rows)
            print(f"| {name} | {len(rows)} of {len(drawn)} | {' | '.join(_cells(rows))} | {seconds:.2f} |", flush=True)
    if unfinished:
        print("\nThe time is over: the same command goes on from here.")
    return 0


def _piece(questions: Sequence[Question], done: dict[str, Row], ask: Asker, kept: Path | None, clock: Clock) -> list[Row]:
    """The rows of some questions: those that are kept, and the others asked and kept."""
    fresh = [one for one in questions if one.question not in done]
    if fresh:
        clock.check()
        rows = ask(fresh)
        done |= {row.question: row for row in rows}
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with kept.open("a", encoding="utf-8") as file:
                file.writelines(f"\n{json.dumps(asdict(row), ensure_ascii=False)}" for row in rows)  # after a line that a kill cut off, too
    return [done[one.question] for one in questions]


def _kept(file: Path | None) -> dict[str, Row]:
    """The rows of a file by question; a last line that was cut off by a kill is asked again."""
    rows: dict[str, Row] = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file and file.is_file() else []:
        with suppress(json.JSONDecodeError):
            row = Row(**json.loads(line))
            rows[row.question] = row
    return rows


class Asker:
    """Asks questions with the graph and without it, the graph's side made when it is first needed."""

    def __init__(self, graph: Graph, llm: LLM, *, tokens: int, facts: int) -> None:
        self.graph, self.llm, self._tokens, self._facts = graph, llm, tokens, facts
        self._qa: kgllm.GraphQA | None = None

    def __call__(self, questions: Sequence[Question]) -> list[Row]:
        """The rows of the questions, one batch each way."""
        if self._qa is None:
            self._qa = kgllm.GraphQA(self.graph, llm=self.llm, tokens=self._tokens, limits=kgllm.Limits(facts=self._facts, seconds=36_000))
        start = time.perf_counter()
        answers = self._qa.ask_many([one.question for one in questions])
        seconds = (time.perf_counter() - start) / len(questions)
        alone = self.llm.generate([_bare(self.graph, one.question) for one in questions], max_tokens=_MOST_TOKENS, stop=["\n"])
        return [_row(*row, self.graph, seconds) for row in zip(questions, answers, alone, strict=True)]


def _bare(graph: Graph, question: str) -> str:
    """The shots of the graph's prompt, without facts and ids."""
    language = language_of(question)
    asks, says = ("问题：", "答案：") if language == "zh" else ("Question: ", "Answer: ")
    shots = [(one.question, re.sub(r" ?\[\d+\]", "", one.answer)) for one in examples_from(graph, language=language)]
    return "\n\n".join([*(f"{asks}{asked}\n{says}{said}" for asked, said in shots), f"{asks}{question}\n{says.strip()}"])


def _row(question: Question, answer: Answer, alone: str, graph: Graph, seconds: float = 0.0) -> Row:
    gold = {normalise(name) for name in question.answers}
    for matches in graph.find(list(question.answers)):
        for match in matches:
            gold |= {normalise(name) for name in (match.node.name, *getattr(match.node, "aliases", ()))}
    return Row(
        question=question.question,
        gold=list(question.answers),
        text=answer.text,
        hit=not answer.abstained and first_name(answer.text) in gold,
        abstained=answer.abstained,
        cited=len(answer.citations),
        served=sum(one.served for one in answer.citations),
        hold=sum(_holds(answer, place) for place in range(len(answer.citations))),
        unsupported=list(answer.unsupported),
        tokens=answer.prompt.tokens if answer.prompt else 0,
        alone=alone,
        hit_alone=first_name(alone) in gold,
        seconds=seconds,
    )


def first_name(text: str) -> str:
    """The first thing that a text names, normalised."""
    return normalise(_ENDS.split(text.strip(), maxsplit=1)[0])


def _holds(answer: Answer, place: int) -> bool:
    """Does the cited fact hold the name before its id?"""
    citation = answer.citations[place]
    if citation.fact is None:
        return False
    before = answer.text[: citation.span[0]].rstrip("[【 ")
    name = normalise(_ENDS.split(before)[-1])
    return bool(name) and name in {normalise(one) for node in citation.fact.nodes for one in (node.name, *getattr(node, "aliases", ()))}


def _cells(rows: Sequence[Row]) -> list[str]:
    total = len(rows)
    cited = sum(row.cited for row in rows)
    cells = [f"{sum(row.hit for row in rows) / total:.2f}", f"{sum(row.hit_alone for row in rows) / total:.2f}"]
    cells.append(f"{sum(row.cited > 0 for row in rows) / total:.2f}")
    cells += [f"{sum(part(row) for row in rows)} of {cited}" for part in (lambda row: row.served, lambda row: row.hold)]
    cells += [str(sum(bool(row.unsupported) for row in rows)), str(sum(row.abstained for row in rows))]
    return [*cells, f"{sum(row.tokens for row in rows) / total:.0f}"]


def _sets(split: str, only: Sequence[str]) -> list[tuple[str, Graph, list[Question]]]:
    wanted = lambda name: not only or any(part.lower() in name.lower() for part in only)
    sets: list[tuple[str, Graph, list[Question]]] = []
    metaqa = data_folder() / "metaqa"
    if wanted("MetaQA, 1 hop"):
        if (metaqa / "kb.txt").is_file():
            sets.append(("MetaQA, 1 hop", kgllm.load(metaqa / "kb.txt"), read_questions(metaqa / f"1hop.{split}.jsonl")))
        else:
            print(f"MetaQA is left out: no data in {data_folder()}")
    for language, name in (("en", "gpu, English"), ("zh", "gpu, Chinese")):
        if wanted(name):
            sets.append((name, kgllm.datasets.load("gpu"), questions_of(kgllm.datasets.questions("gpu", language=language))))
    return sets
