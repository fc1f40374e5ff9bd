"""Which stage of the way from a question to its answer found the right answer, or lost it.

| stage | meaning |
|---|---|
| found | the first answer is a right one |
| not_in_graph | no right answer is in the graph |
| not_linked | neither the question nor a seed names anything of the graph |
| wrong_candidate | a mention means several things, and only another of them leads to a right answer |
| no_path | nothing that was linked leads to a right answer within the limits |
| wrong_path | another path was thought to fit better than those that reach a right answer |
| wrong_order | the best path reaches a right answer, and does not list it first |
| abstained | the answer would have been right, and was not sure enough |
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.retrieval.paths.ground import Walked, ground
from kgllm.types import Answer, Evidence, Link, Node, steps_text

if TYPE_CHECKING:
    from kgllm.answering.qa import GraphQA
    from kgllm.answering.seeds import Seed

MOST_PATHS = 600
"""Paths followed in search of one from what was linked to a right answer, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What became of the right answers: the stage (a code of the module's table), in words, and the answer given."""

    stage: str
    words: str
    answer: Answer

    def __str__(self) -> str:
        return f"{self.stage}: {self.words}"

    __repr__ = __str__  # at a prompt, too


def explain(qa: GraphQA, question: str, *, gold: Sequence[str], seeds: Sequence[Seed] | None = None) -> Explanation:
    """Follow the gold answers (names or ids) through the stages."""
    names = _names(gold)
    answer = qa.ask(question, seeds=seeds)
    stage, words = _stage(qa, answer, names)
    return Explanation(stage=stage, words=words, answer=answer)


def _names(gold: object) -> list[str]:
    if isinstance(gold, (str, bytes)) or not isinstance(gold, Iterable):
        raise WrongTypeError(f"gold must be a list of names or ids, not {shorten(gold)}", hint='gold=["…"]')
    names = [name for name in gold if name != ""]
    if not names:
        raise ConfigError("gold holds no right answer", hint="whether the graph answers a question at all: qa.ask(question).abstained")
    for name in names:
        if isinstance(name, bool) or not isinstance(name, (str, int, float)):
            raise WrongTypeError(f"gold must be names or ids, not {shorten(name)}", hint="of an entity: entity.id")
    return list(dict.fromkeys(map(str, names)))


def _stage(qa: GraphQA, answer: Answer, gold: list[str]) -> tuple[str, str]:
    evidence = answer.evidence
    assert evidence is not None
    wanted = {match.node for matches in qa.graph.find(gold) for match in matches if match.kind in ("id", "name", "alias")}
    names = ", ".join(gold[:3])
    if answer.entities and answer.entities[0] in wanted:
        return "found", f"{answer.entities[0]} is the first answer"
    if "fields" in evidence.settings and (told := [node for node in answer.entities if node in wanted]):
        return "found", f"{told[0]} answers one of the fields that are asked for"
    if not wanted:
        return "not_in_graph", f"nothing in the graph is called {names}"
    if not evidence.seeds:
        return "not_linked", "neither the question nor a seed names anything of the graph"
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
    """No path that was kept ends at a right answer: was one considered, or is there one from another candidate?"""
    chosen = ", ".join(map(str, evidence.seeds[:3]))
    way = _reaches(qa, evidence, evidence.seeds, wanted)
    if way is not None:
        return "wrong_path", f"{way} leads to {names}, and fits the question too little to be kept"
    way = _reaches(qa, evidence, _others(evidence.links, evidence.seeds), wanted)
    if way is not None:
        return "wrong_candidate", f"{way} leads to {names}, and {chosen} was chosen"
    return "no_path", f"no path from {chosen} leads to {names} within {qa.limits.hops} hops and a beam of {qa.limits.beam}"


def _others(links: Sequence[Link], seeds: Sequence[Node]) -> list[Node]:
    everything = dict.fromkeys(candidate.entity for link in links for candidate in link.candidates)
    return [node for node in everything if node not in set(seeds)]


def _reaches(qa: GraphQA, evidence: Evidence, seeds: Sequence[Node], wanted: set[Node]) -> str | None:
    """The best path, among all that were considered from the seeds, that leads to a wanted node."""
    run = qa.retriever.run(evidence.question, evidence.links, list(seeds))
    found = run.candidates()[0]
    if not len(found) or found.table is None:
        return None
    ends = run.view.handles(list(wanted))
    steps = run.steps
    handles = {relation.id: i for i, relation in enumerate(run.view.relations)}
    walked: Walked = {}
    for i in np.argsort(-(found.table @ qa.retriever.weights), kind="stable")[:MOST_PATHS].tolist():
        run.deadline.check("explain")
        path = tuple(steps.relations[step] for step in found.steps[i] if step >= 0)
        reached = ground(run.view, run.handles[[found.seed[i]]], path, qa.limits, handles, walked)
        if np.isin(reached.ends, ends).any():
            return f"{run.seeds[int(found.seed[i])].node} {steps_text(one for step in path for one in step)}"
    return None
