"""Questions whose answers are left out of the graph: how many are abstained on, beside how many right answers are lost to that.

    python -m benchmarks holes -- [--split dev|test] [--n 400] [--only NAME …] [--with words minilm]

For every question the relations that lead from its topic to an answer (over an unnamed node, too) lose all facts at that topic: the
graph still has the relation, and the topic still has others. A question whose topic has nothing left is not asked.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import kgllm
from benchmarks.linking import called, key
from benchmarks.sets import CONFIGURATIONS, SETS, Set, data_folder, parser
from kgllm.evaluation import Question, read_questions
from kgllm.graphs.base import Expansion
from kgllm.graphs.compiled import CompiledGraph
from kgllm.types import Entity, Fact, Node

MOST = 500  # facts of one relation of a topic that are looked at
NAMES = ("MetaQA, 1 hop", "WebQSP on freebase_lite", "NLPCC 2016")


def leading(graph: CompiledGraph, topic: Node, gold: set[str]) -> tuple[list[Fact], bool]:
    """The facts at a topic of the relations that lead to an answer, and whether the topic has others."""
    found: list[Fact] = []
    others = False
    for part in _around(graph, topic):
        ends = [step.neighbour for step in part.steps]
        unnamed = [end for end in ends if isinstance(end, Entity) and not end.named]
        beyond = (step.neighbour for node in unnamed for other in _around(graph, node) for step in other.steps)
        if any(called(end) & gold for end in (*ends, *beyond)):
            found += [step.fact for step in part.steps]
        else:
            others = True
    return found, others


def _around(graph: CompiledGraph, node: Node) -> list[Expansion]:
    return graph.expand([node], [(row.relation, row.way) for row in graph.relations([node])[0]], MOST)


def without_answers(graph: CompiledGraph, questions: Sequence[Question]) -> list[Question]:
    """Take the answers of questions out of the graph; the questions that are left without."""
    removed: dict[str, Fact] = {}
    left = []
    for question in questions:
        gold = {key(answer) for answer in question.answers}
        topics = [match.node for found in graph.find(list(question.topics)) for match in found[:1]]
        parts = [leading(graph, topic, gold) for topic in topics]
        if gold and parts and all(facts and others for facts, others in parts):
            removed |= {fact.id: fact for facts, _ in parts for fact in facts}
            left.append(question)
    graph.update(remove=removed.values())
    graph.compact()
    return left


def measure(one: Set, split: str, n: int | None, configuration: str) -> tuple[int, float, float]:
    """Questions asked without their answers, the share abstained on, and the share of right answers that the whole graph loses to
    abstaining."""
    questions = [question for question in read_questions(data_folder() / one.file.format(split), n=n) if question.answers]
    graph = kgllm.load(data_folder() / one.graph)
    whole = kgllm.GraphQA(graph, threshold=0.0, **CONFIGURATIONS[configuration])
    usual = kgllm.GraphQA(graph, **CONFIGURATIONS[configuration]).threshold
    right = [answer.confidence for question in questions for answer in [whole.ask(question.question)] if _right(answer, question)]
    lost = sum(sure < usual for sure in right) / max(1, len(right))
    asked = without_answers(graph, questions)
    qa = kgllm.GraphQA(graph, **CONFIGURATIONS[configuration])
    return len(asked), sum(qa.ask(question.question).abstained for question in asked) / max(1, len(asked)), lost


def _right(answer: kgllm.Answer, question: Question) -> bool:
    return bool(answer.entities) and bool(called(answer.entities[0]) & {key(gold) for gold in question.answers})


def main(arguments: list[str]) -> int:
    args = parser("holes", __doc__, configurations=("words", "minilm")).parse_args(arguments)
    print("| set | configuration | n | abstained on without their answers | right answers lost with them |\n|---|---|--:|--:|--:|")
    for one in (
        one for one in SETS if one.name in NAMES and (not args.only or any(part.lower() in one.name.lower() for part in args.only))
    ):
        if not (data_folder() / one.graph).is_file():
            print(f"{one.name}: left out, no data in {data_folder()}")
            continue
        for configuration in args.configurations:
            asked, share, lost = measure(one, args.split, args.n or 400, configuration)
            print(f"| {one.name} | {configuration} | {asked} | {share:.3f} | {lost:.3f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
