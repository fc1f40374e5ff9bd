"""The same questions with what people say around them: what share of right answers is lost to "Hi, …", "… thanks!", 《…》 around names, 请问…

    python -m benchmarks around [-- --only NAME …] [--each 30] [--misses]

Every question of `benchmarks real` (dev and check) that is answered right, at most so many of a graph, is asked again in each manner; what is not
answered right then is lost. Nothing is known of an answer but that the question stays the same.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import kgllm
from benchmarks._real_data import NotToBeHadError
from benchmarks.fresh import right
from benchmarks.real import GRAPHS, HERE, NEEDS, SPLITS

__all__ = ["NEEDS", "main"]

ENGLISH = {
    "Hi, …": "Hi, {low}",
    "Good morning! … Thanks!": "Good morning! {bare}? Thanks!",
    "According to the data, …": "According to the data, {low}",
    "I was wondering …": "I was wondering, {low}",
    "… please?": "{bare}, please?",
    "no mark": "{bare}",
    "…??": "{bare}??",
    "small letters": "{small}",
}
CHINESE = {
    "你好，…": "你好，{text}",
    "请问…": "请问{text}",
    "根据图谱，…": "根据图谱，{text}",
    "…谢谢！": "{bare}？谢谢！",
    "…呢？": "{bare}呢？",
    "no mark": "{bare}",
    "告诉我…": "告诉我{text}",
}
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ASKS = re.compile(r"^(?:who|whom|whose|what|which|when|where|how)\b", re.IGNORECASE)
_ASKS_HAN = re.compile(r"[谁哪几多什怎]")


def manners(question: str, names: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """A question in each manner that fits it: one that asks whether is no "I was wondering", nor one with 吗 a …呢."""
    chinese = len(_HAN.findall(question)) > 2
    bare = question.rstrip("?？")
    if (_ASKS_HAN.search(question) if chinese else _ASKS.match(question)) is None or question.endswith(("吗？", "吗")):
        return
    said = {"text": question, "bare": bare, "low": question[0].lower() + question[1:], "small": question.lower()}
    for manner, form in (CHINESE if chinese else ENGLISH).items():
        yield manner, form.format(**said)
    marked = question
    for start, end in sorted(names, reverse=True):
        marked = f"{marked[:start]}“{marked[start:end]}”{marked[end:]}"
    if names and "“" not in question:
        yield "“name”", marked


def names_in(answer: kgllm.Answer) -> list[tuple[int, int]]:
    """Where the things stand that a question names, the longest of those within each other; those in capitals or Chinese."""
    links = () if answer.evidence is None else answer.evidence.links
    spans = {(one.mention.start, one.mention.end) for one in links if one.mention.text[:1].isupper() or _HAN.match(one.mention.text)}
    return [one for one in spans if not any(one != other and other[0] <= one[0] and one[1] <= other[1] for other in spans)]


def asked(name: str, each: int, misses: bool) -> tuple[Counter[str], Counter[str]]:
    """Of one graph: answers lost, and questions asked, by manner."""
    qa = kgllm.GraphQA(GRAPHS[name]())
    lost, of, kept = Counter[str](), Counter[str](), 0
    for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        question: dict[str, Any] = json.loads(line)
        answer = qa.ask(question["question"])
        if kept >= each or not question["answers"] or not right(answer, question):
            continue
        kept += 1
        for manner, text in manners(question["question"], names_in(answer)):
            again = qa.ask(text)
            of[manner] += 1
            if not right(again, question):
                lost[manner] += 1
                if misses:
                    print(f"  {name}: {text} | {', '.join(question['answers'])} | {again.text}", flush=True)
    return lost, of


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks around", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=tuple(GRAPHS), default=[*SPLITS["dev"], *SPLITS["check"]])
    parser.add_argument("--each", type=int, default=30, help="questions of a graph, at most")
    parser.add_argument("--misses", action="store_true", help="print what is lost")
    given = parser.parse_args(list(arguments))
    lost, of = Counter[str](), Counter[str]()
    for name in given.only:
        try:
            mine = asked(name, given.each, given.misses)
        except NotToBeHadError as error:
            print(f"benchmarks around: its data could not be had: {error}", file=sys.stderr)
            return 2
        lost, of = lost + mine[0], of + mine[1]
    print("| manner | asked | lost |\n|---|--:|--:|")
    for manner, count in of.items():
        print(f"| {manner} | {count:,} | {lost[manner]:,} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
