"""What is found for a question: the mentions of it, what they mean, the paths from there, and all of it as evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from kgllm.display import amount
from kgllm.types.facts import Fact, Node, Relation, Way
from kgllm.types.told import Wide
from kgllm.types.values import aside, code_of, value


@value
class Mention:
    """A piece of the question that may name an entity: `text == question[start:end]` (characters).

    >>> Mention(text="Alien", start=13, end=18).span
    (13, 18)
    """

    text: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


@value
class Candidate:
    """One thing that a mention may mean, how well it fits (0 to 1) and why (a short code, then words)."""

    entity: Node
    score: float
    reason: str

    @property
    def code(self) -> str:
        """How its name matched: a `kgllm.graphs.base.MatchKind`."""
        return code_of(self.reason)


@value
class Link:
    """A mention decided: the chosen entity, and every candidate that was considered, best first. `score` is 0 to 1; `reason` a code, then
    words.

    >>> import kgllm
    >>> [link] = kgllm.GraphQA(kgllm.load([("Alien", "directed by", "Ridley Scott")])).link("Who directed Alien?")
    >>> link.mention.text, link.entity.name, link.code
    ('Alien', 'Alien', 'id')
    """

    mention: Mention
    entity: Node
    score: float
    reason: str
    candidates: tuple[Candidate, ...] = ()

    @property
    def code(self) -> str:
        """How the name of the chosen entity matched: a `kgllm.graphs.base.MatchKind`; another linker may have others."""
        return code_of(self.reason)


@value
class Path:
    """A relation path from the seeds, with everything that it reaches.

    `relations` are the steps ((relation, "out" | "in"), …); a step through an unnamed node counts as two entries and one
    hop. `endpoints` are in answer order; `count` is how many there are in the graph, also where fewer are listed.
    `constraints` are the conditions that the rest of the question put on the way ((relation, node), …).
    `features` say what the score is made of, which has no unit and no bounds: of two paths the greater fits better.

    >>> import kgllm
    >>> found = kgllm.GraphQA(kgllm.load([("Alien", "directed by", "Ridley Scott")])).retrieve("Who directed Alien?")
    >>> str(found.paths[0]), [end.name for end in found.paths[0].endpoints]
    ('Alien —directed by→ (1 found)', ['Ridley Scott'])
    """

    seeds: tuple[Node, ...]
    relations: tuple[tuple[Relation, Way], ...]
    endpoints: tuple[Node, ...]
    facts: tuple[Fact, ...]
    score: float
    count: int
    constraints: tuple[tuple[Relation, Node], ...] = ()
    features: Mapping[str, float] = field(default_factory=dict, hash=False, compare=False)
    truncated: bool = False

    @property
    def walk(self) -> str:
        """The path in words: where it starts, its steps, and the conditions on the way."""
        return f"{' & '.join(map(str, self.seeds))} {steps_text(self.relations)}{conditions_text(self.constraints)}"

    def __str__(self) -> str:
        return f"{self.walk} ({self.count:,} found)"

    def __repr__(self) -> str:
        return f"<Path: {self}, score {self.score:.2f}>"


def steps_text(relations: Iterable[tuple[Relation, Way]]) -> str:
    """Steps one after another, each in its direction.

    >>> steps_text([(Relation("successor"), "in"), (Relation("release year"), "out")])
    '←successor— • —release year→'
    """
    return " • ".join(f"—{relation}→" if way == "out" else f"←{relation}—" for relation, way in relations)


def conditions_text(constraints: Iterable[tuple[Relation, Node]]) -> str:
    """The conditions on a path's way, to stand behind its steps.

    >>> from kgllm.types import Literal
    >>> conditions_text([(Relation("year"), Literal("1970"))])
    ' [year: 1970]'
    """
    return "".join(f" [{relation}: {node}]" for relation, node in constraints)


@value
class Evidence:
    """What was found for a question: ranked paths and facts, and what was cut and why.

    `wide` is there where a language model is shown more than the facts of the best paths (docs/models.md). `timings` are seconds by stage.

    >>> import kgllm
    >>> print(kgllm.GraphQA(kgllm.load([("Alien", "directed by", "Ridley Scott")])).retrieve("Who directed Alien?"))
    Who directed Alien?
    link: 'Alien': Alien (...)
    path: Alien —directed by→ (1 found)
    fact: Alien — directed by → Ridley Scott
    """

    question: str
    links: tuple[Link, ...]
    seeds: tuple[Node, ...]
    paths: tuple[Path, ...]
    facts: tuple[Fact, ...]
    truncated: bool = False
    notes: tuple[str, ...] = ()
    wide: Wide | None = aside(None)
    timings: Mapping[str, float] = field(default_factory=dict, hash=False, compare=False)
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)

    def __str__(self) -> str:
        """The links, paths and facts, one a line: what a person looks for."""
        links = [f"{link.mention.text!r}: {link.entity} ({link.score:.2f})" for link in self.links]
        lines = [
            f"{what}: {one}"
            for what, all in (("link", links), ("path", self.paths), ("fact", self.facts), ("note", self.notes))
            for one in all
        ]
        return "\n".join([self.question, *lines])

    def __repr__(self) -> str:
        return f"<Evidence for {self.question!r}: {amount(len(self.links), 'link')}, {amount(len(self.paths), 'path')}, {amount(len(self.facts), 'fact')}>"

    def to_networkx(self) -> Any:
        """A `networkx.MultiDiGraph` of the facts: nodes by id with `name`, edges keyed by relation id."""
        from kgllm.viz import to_networkx

        return to_networkx(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, as `kgllm retrieve --json` prints them."""
        from kgllm.jsonable import jsonable

        return dict(jsonable(self))

    def _repr_html_(self) -> str:
        from kgllm.viz import evidence_html

        return evidence_html(self)
