"""Small graphs of everyday things, asked as people speak: what share of the questions is answered wholly right.

    python -m benchmarks everyday -- [--split dev|test] [--with words|minilm] [--misses]

64 graphs of some 34 facts, each of its own domain (28 English, 28 Chinese, 8 of both), with 14 questions each: eight for one fact,
mostly in other words than the field's name, two for two hops, one the other way round, a count or a superlative, a yes or no, and one
that the graph does not answer. They were written by an engineer who had not seen kgllm. Every second graph is looked at while
kgllm is made (`dev`); the others are only counted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import kgllm
from benchmarks.fresh import key, right
from kgllm.types import Answer

HERE = Path(__file__).resolve().parent / "everyday"
KINDS = (*["one fact"] * 8, *["two hops"] * 2, "the other way", "whole kind", "yes or no", "unanswerable")
"""What the questions of a graph are, in their order."""


def is_right(answer: Answer, gold: Sequence[str]) -> bool:
    """Whether an answer is wholly right. A number may be that of the things counted."""
    if len(gold) == 1 and answer.value is not None and not answer.abstained and f"{answer.value:g}" == key(gold[0]):
        return True
    return right(answer, {"answers": list(gold), "kind": ""})


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks everyday", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--with", choices=("words", "minilm"), default="words", dest="configuration")
    parser.add_argument("--misses", action="store_true", help="print what is missed")
    given = parser.parse_args(list(arguments))
    good, of, wrong = Counter[str](), Counter[str](), Counter[str]()
    lines = (HERE / "graphs.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines[given.split == "test" :: 2]:
        graph = json.loads(line)
        qa = kgllm.GraphQA(
            kgllm.load([tuple(fact) for fact in graph["facts"]]), encoder=None if given.configuration == "words" else given.configuration
        )
        for kind, question in zip(KINDS, graph["questions"], strict=True):
            answer = qa.ask(question["q"])
            one = is_right(answer, question["a"])
            for counted in (kind, graph["lang"]):
                of[counted] += 1
                good[counted] += one
                wrong[counted] += not (one or answer.abstained)
            if given.misses and not one:
                said = answer.text if not answer.abstained else f"({answer.reason})"
                print(f"  {graph['domain']}, {kind}: {question['q']} | {', '.join(question['a'])} | {said}", flush=True)
    print("| | right | of | answered wrongly |\n|---|---|---|---|")
    for counted in dict.fromkeys((*KINDS, "en", "zh", "mixed")):
        print(f"| {counted} | {good[counted]} | {of[counted]} | {wrong[counted]} |")
    print(
        f"| all | {sum(good[kind] for kind in set(KINDS))} | {sum(of[kind] for kind in set(KINDS))} | {sum(wrong[kind] for kind in set(KINDS))} |"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
