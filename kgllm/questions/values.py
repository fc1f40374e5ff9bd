"""The questions themselves, as values: what is asked, what the answer is, and what proves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kgllm.types import Entity, Fact, Node, Relation, Way

KINDS = (
    "one_hop", "inverse", "two_hop", "three_hop", "intersection", "count", "comparison", "superlative", "yes_no", "list", "choice", "unanswerable",
)  # fmt: skip
"""Every kind of question that is written. "one_hop" follows a relation, "inverse" goes against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with its answer and the proof.

    `answers` are complete: every end of the gold path in the graph, in the graph's order. `facts` are all the facts that prove
    them, `path` is the way from the (first) topic. An unanswerable question has no answers, and its `reason` says why.
    `mentions` are the topics as they stand in the question. `phrasing` is the question without its names.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    kind: str
    language: str
    split: str = "train"
    hops: int = 1
    topics: tuple[str, ...] = ()
    topic_ids: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    answer_ids: tuple[str, ...] = ()
    path: tuple[tuple[Relation, Way], ...] = ()
    paths: tuple[tuple[tuple[Relation, Way], ...], ...] = field(default=(), compare=False)  # of every topic
    facts: tuple[Fact, ...] = ()
    choices: tuple[str, ...] = ()
    reason: str = ""
    phrasing: str = ""
    context: tuple[Fact, ...] = ()

    @property
    def answer(self) -> str:
        """The answers as one text.

        >>> Question(id="1", question="?", answers=("a", "b", "c"), kind="list", language="en").answer
        'a, b and c'
        """
        if not self.answers:
            return NOT_IN_GRAPH[self.language]
        if self.language == "zh":
            return "、".join(self.answers)
        *most, last = self.answers
        return f"{', '.join(most)} and {last}" if most else last

    def to_dict(self) -> dict[str, Any]:
        """Plain values of the same shape for every question: a row of a dataset, which `kgllm.evaluate` and `qa.fit` read too."""
        gold = {fact.id for fact in self.facts}
        return {
            "id": self.id,
            "question": self.question,
            "answer": self.answer,
            "answers": list(self.answers),
            "answer_ids": list(self.answer_ids),
            "kind": self.kind,
            "language": self.language,
            "split": self.split,
            "hops": self.hops,
            "topics": list(self.topics),
            "topic_ids": list(self.topic_ids),
            "mentions": list(self.mentions),
            "relations": [relation.id for relation, _ in self.path],
            "ways": [way for _, way in self.path],
            "facts": [_row(fact) for fact in self.facts],
            "choices": list(self.choices),
            "reason": self.reason,
            "phrasing": self.phrasing,
            "context": [{**_row(fact), "gold": fact.id in gold} for fact in self.context],
        }


NOT_IN_GRAPH: Mapping[str, str] = {"en": "The graph does not hold the answer.", "zh": "图谱中没有答案。"}
"""What is answered to an unanswerable question."""


def identity(node: Node) -> str:
    """A node's id as text; a literal's is what was written."""
    return str(node.id) if isinstance(node, Entity) else node.name


def _row(fact: Fact) -> dict[str, str]:
    qualifiers = "; ".join(f"{relation}: {value}" for relation, value in fact.qualifiers)
    return {
        "id": fact.id,
        "subject": fact.subject.name,
        "relation": fact.relation.name,
        "object": fact.object.name,
        "subject_id": identity(fact.subject),
        "object_id": identity(fact.object),
        "qualifiers": qualifiers,
    }
