"""Which stage of the way from a question to its answer found the right answer, or lost it.

| stage | meaning |
|---|---|
| found | the first answer is a right one |
| not_in_graph | no right answer is in the graph |
| not_linked | the question names nothing of the graph |
| wrong_candidate | a mention means several things, and only another of them leads to a right answer |
| no_path | nothing that was linked leads to a right answer within the limits |
| wrong_path | another path was thought to fit better than those that reach a right answer |
| wrong_order | the best path reaches a right answer, and does not list it first |
| abstained | the answer would have been right, and was not sure enough |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgllm.types import Answer, Evidence, Link, Node

if TYPE_CHECKING:
    from kgllm.answering.qa import GraphQA
    from kgllm.answering.seeds import Seed

MOST_FACTS = 2_000
"""Facts looked through for a way from what was linked to a right answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What became of the right answers: the stage (a code of the module's table), in words, and the answer given."""

    stage: str
    words: str
    answer: Answer

    def __str__(self) -> str:
        return f"{self.stage}: {self.words}"


def explain(qa: GraphQA, question: str, *, gold: Sequence[str], seeds: Sequence[Seed] | None = None) -> Explanation:
    """Follow the gold answers (names or ids) through the stages."""
    answer = qa.ask(question, seeds=seeds)
    stage, words = _stage(qa, answer, list(dict.fromkeys(gold)))
    return Explanation(stage=stage, words=words, answer=answer)


def _stage(qa: GraphQA, answer: Answer, gold: list[str]) -> tuple[str, str]:
    evidence = answer.evidence
    assert evidence is not None
    wanted = {match.node for matches in qa.graph.find(gold) for match in matches if match.kind in ("id", "name", "alias")}
    names = ", ".join(gold[:3])
    if answer.entities and answer.entities[0] in wanted:
        return "found", f"{answer.entities[0]} is the first answer"
    if not wanted:
        return "not_in_graph", f"nothing in the graph is called {names}"
    if not evidence.seeds:
        return "not_linked", "the question names nothing of the graph"
    best = evidence.paths[0] if evidence.paths else None
    if best and best.endpoints and best.endpoints[0] in wanted:
        return "abstained", f"{best} is right, and its confidence of {answer.confidence:.2f} is below {qa.threshold:g}"
    if best and wanted & set(best.endpoints):
        return "wrong_order", f"{best} reaches {names} behind {best.endpoints[0]}"
    for rank, path in enumerate(evidence.paths[1:], 2):
        if wanted & set(path.endpoints):
            return "wrong_path", f"{path} (rank {rank}) is right, and {best} was preferred"
    return _unreached(qa, evidence, wanted, names)


def _unreached(qa: GraphQA, evidence: Evidence, wanted: set[Node], names: str) -> tuple[str, str]:
    if _leads(qa, evidence.question, list(evidence.seeds), wanted):
        return (
            "wrong_path",
            f"a way leads from {', '.join(map(str, evidence.seeds[:3]))} to {names}, and no path kept for the question takes it",
        )
    others = _others(evidence.links, evidence.seeds)
    for other in others:
        if _leads(qa, evidence.question, [other], wanted):
            return "wrong_candidate", f"{other} leads to {names}, and {', '.join(map(str, evidence.seeds[:3]))} was chosen"
    return "no_path", f"nothing that was linked leads to {names} within {qa.limits.hops} hops"


def _others(links: Sequence[Link], seeds: Sequence[Node]) -> list[Node]:
    everything = dict.fromkeys(candidate.entity for link in links for candidate in link.candidates)
    return [node for node in everything if node not in set(seeds)]


def _leads(qa: GraphQA, question: str, seeds: list[Node], wanted: set[Node]) -> bool:
    """Whether a bounded search around the seeds, whatever the question says, meets one of the wanted nodes."""
    if not seeds:
        return False
    around = qa.retrieve(question, seeds=seeds, strategy="khop", max_facts=MOST_FACTS)
    return any(node in wanted for fact in around.facts for node in (fact.subject, fact.object, *(value for _, value in fact.qualifiers)))
