"""The values that travel between the stages: small, frozen, comparable, drawn in notebooks by `kgllm.viz`.

Entities compare by id and literals by what was written, so that sets of either behave as a user expects; names,
scores and sources never take part in a comparison.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar, dataclass_transform
from typing import Literal as Choice

from kgllm.display import amount

Way: TypeAlias = Choice["out", "in"]
Key: TypeAlias = str | int

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def _value(cls: type[T]) -> type[T]:
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


_aside: Any = lambda default: field(default=default, compare=False)  # carried, never compared


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with an identity in the graph.

    `id` is the user's own key (an id property, an IRI, the name in a triple file), never a database's internal id.
    `named` is False for a node that only joins others (an event, a compound value): it gets a display name, and
    is walked through but never linked.

    >>> Entity("Q25191", "Christopher Nolan") == Entity("Q25191", "克里斯托弗·诺兰")
    True
    """

    id: Key
    name: str = _aside("")
    aliases: tuple[str, ...] = _aside(())
    types: tuple[str, ...] = _aside(())
    named: bool = _aside(True)

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", str(self.id))

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Literal:
    """A value at the end of a fact: `name` is the text as written, `value` what it means (int, float, bool, date, str).

    >>> Literal("1970", value=1970).name
    '1970'
    """

    name: str
    value: Any = field(default=None, compare=False)
    datatype: str | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        if self.value is None:
            object.__setattr__(self, "value", self.name)

    def __str__(self) -> str:
        return self.name


Node: TypeAlias = Entity | Literal


@dataclass(frozen=True, slots=True)
class Relation:
    """A kind of fact. `id` identifies it, `name` is what people read (two relations of an RDF graph may share one).

    `aliases` and `inverse_aliases` are other wordings of the two names, in any language; questions are matched against
    them as against the names.

    >>> Relation("architecture", aliases=("GPU architecture", "架构")).name
    'architecture'
    """

    id: str
    name: str = _aside("")
    inverse_name: str | None = _aside(None)
    aliases: tuple[str, ...] = _aside(())
    inverse_aliases: tuple[str, ...] = _aside(())

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.id)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Fact:
    """(subject, relation, object, qualifiers). Equal facts are one fact with several sources.

    `source` holds where it was read ("movies.tsv:12", a named graph's IRI), `score` how well it serves the question
    that fetched it. `id` is made from the content alone, so the same fact has the same id on every backend.

    >>> str(Fact(Entity("Inception"), Relation("directed by"), Entity("Christopher Nolan")))
    'Inception — directed by → Christopher Nolan'
    """

    subject: Entity
    relation: Relation
    object: Node
    qualifiers: tuple[tuple[Relation, Node], ...] = ()
    source: tuple[str, ...] = _aside(())
    score: float | None = _aside(None)

    @property
    def id(self) -> str:
        """12 hexadecimal digits of the content's BLAKE2 hash."""
        parts = [_identity(self.subject), self.relation.id, _identity(self.object)]
        for relation, value in self.qualifiers:
            parts += [relation.id, _identity(value)]
        return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Everything that takes part: the subject, the object, and the values of the qualifiers."""
        return (self.subject, self.object, *(value for _, value in self.qualifiers))

    def __str__(self) -> str:
        more = "; ".join(f"{relation}: {value}" for relation, value in self.qualifiers)
        return f"{self.subject} — {self.relation} → {self.object}" + (f" ({more})" if more else "")


def _identity(node: Node) -> str:
    if isinstance(node, Entity):
        return f"e{node.id}"
    return f"l{node.name}\x1e{node.datatype or ''}\x1e{node.language or ''}"


@_value
class Mention:
    """A piece of the question that may name an entity: `text == question[start:end]` (characters)."""

    text: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


@_value
class Candidate:
    """One thing that a mention may mean, how well it fits (0 to 1) and why (a short code, then words)."""

    entity: Node
    score: float
    reason: str


@_value
class Link:
    """A mention decided: the chosen entity, and every candidate that was considered, best first."""

    mention: Mention
    entity: Node
    score: float
    reason: str
    candidates: tuple[Candidate, ...] = ()


@_value
class Path:
    """A relation path from the seeds, with everything that it reaches.

    `relations` are the steps ((relation, "out" | "in"), …); a step through an unnamed node counts as two entries and one
    hop. `endpoints` are in answer order; `count` is how many there are in the graph, also where fewer are listed.
    `constraints` are the conditions that the rest of the question put on the way ((relation, node), …).
    `features` say what the score is made of.
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

    >>> conditions_text([(Relation("year"), Literal("1970"))])
    ' [year: 1970]'
    """
    return "".join(f" [{relation}: {node}]" for relation, node in constraints)


@_value
class Told:
    """How many there are of what a chain of steps ends at, or passes, where the facts beside it may be only some of them.

    `ends` are what the chain goes through, one more than `steps`; None stands for what is counted, or for anything. Two ends without a step:
    nothing is linked to both. `kind` is the type of what is counted, where it is said; `by` says whose facts are counted, those of the one
    step's objects (in) or subjects (out); `within` are the words of the question that say a number which the last end is held against.
    `names` are all that are counted, where they are few; `amounts` values or things, each with how many there are. `exact`: there are so many,
    and not at least so many.
    """

    ends: tuple[Node | None, ...] = (None,)
    steps: tuple[tuple[Relation, Way], ...] = ()
    count: int = 0
    kind: str = ""
    within: str = ""
    by: Way | None = None
    names: tuple[Node, ...] = ()
    amounts: tuple[tuple[Node, int], ...] = ()
    exact: bool = True

    @property
    def named(self) -> tuple[Node, ...]:
        """What is counted, and what there are so many of."""
        return (*self.names, *(node for node, _ in self.amounts))


@_value
class Wide:
    """What a language model is told beside facts that it was shown because no path explains the question, or its answer leaves a doubt.

    `shown` says what the facts are, in the order of their use: those around what is named, or, where nothing is, those with most and least
    ("extremes"); `compares` whether those of each measure of the graph are among them. `told` is how many there are of what, `groups` the same of each relation of
    what is named.
    """

    shown: Choice["around", "extremes"]
    told: tuple[Told, ...] = ()
    groups: tuple[Told, ...] = ()
    compares: bool = False


@_value
class Evidence:
    """What was found for a question: ranked paths and facts, and what was cut and why.

    `wide` is there where a language model is shown more than the facts of the best paths (docs/models.md).
    """

    question: str
    links: tuple[Link, ...]
    seeds: tuple[Node, ...]
    paths: tuple[Path, ...]
    facts: tuple[Fact, ...]
    truncated: bool = False
    notes: tuple[str, ...] = ()
    wide: Wide | None = _aside(None)
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


@_value
class Prompt:
    """The exact messages that a model gets. `served` maps the short id of each fact in it ("1", "2", …) to the fact.

    `tokens` counts the whole prompt; `exact` is False where it is an upper bound. `dropped` counts facts that did not fit.
    `messages` are empty for a base model, which gets `text`; `stop` ends its completion.
    """

    messages: tuple[Mapping[str, str], ...]
    text: str
    served: Mapping[str, Fact]
    tokens: int
    exact: bool
    dropped: int = 0
    notes: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()


@_value
class Citation:
    """An id that a model cited: `fact` is None, and `served` False, where no such id was in its prompt."""

    id: str
    span: tuple[int, int]
    fact: Fact | None
    served: bool


@_value
class Answer:
    """An answer with its proof. Abstained answers have no entities; `reason` is a documented code, then words.

    `value` is the number that is asked for; `values`, of a question that compares or that asks for something of each group, are what each
    of the first entities has, as it is written. `verdict` what the graph says to a question for yes or no: None where it is none, or is
    answered by a thing. What a model's text claims without proof: `unsupported` are names and numbers that the evidence does not hold, `uncited` are
    answers that it holds, and no fact that the text cites.
    """

    question: str
    text: str
    entities: tuple[Node, ...]
    value: float | int | None = None
    verdict: bool | None = None
    values: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    citations: tuple[Citation, ...] = ()
    unsupported: tuple[str, ...] = ()
    uncited: tuple[Node, ...] = ()
    confidence: float = 0.0
    abstained: bool = False
    reason: str = ""
    evidence: Evidence | None = None
    prompt: Prompt | None = None
    timings: Mapping[str, float] = field(default_factory=dict, hash=False, compare=False)
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        """A line: the evidence of a small graph alone is some 200,000 characters."""
        return f"<Answer to {self.question!r}: {self.text!r}, confidence {self.confidence:.2f}, {amount(len(self.facts), 'fact')}>"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, as `kgllm ask --json` prints them: the answer, its proof and what was linked; not all evidence.

        >>> import kgllm
        >>> answer = kgllm.GraphQA(kgllm.load([("Memento", "directed by", "Christopher Nolan")])).ask("Who directed Memento?")
        >>> answer.to_dict()["answer"], answer.to_dict()["facts"][0]["text"]
        ('Christopher Nolan [1]', 'Memento — directed by → Christopher Nolan')
        """
        from kgllm.jsonable import jsonable

        return dict(jsonable(self))

    def _repr_html_(self) -> str:
        from kgllm.viz import answer_html

        return answer_html(self)


def replace(value: T, /, **changes: Any) -> T:
    """`dataclasses.replace`, under the name that the stages use for "the same, but"."""
    return dataclasses.replace(value, **changes)  # type: ignore[type-var]  # any of the values above
