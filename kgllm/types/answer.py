"""What a model is asked, and what is answered: a prompt, the citations of a text, and the answer with its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from kgllm.display import amount
from kgllm.types.evidence import Evidence
from kgllm.types.facts import Fact, Node
from kgllm.types.values import code_of, value


@value
class Prompt:
    """The exact messages that a model gets. `served` maps the short id of each fact in it ("1", "2", …) to the fact.

    `tokens` counts the whole prompt; `exact` is False where it is an upper bound. `dropped` counts facts that did not fit.
    `messages` are empty for a base model, which gets `text`; `stop` ends its completion.

    >>> import kgllm
    >>> films = kgllm.load([("Alien", "directed by", "Ridley Scott")])
    >>> prompt = kgllm.GraphQA(films, llm=lambda prompts: ["Ridley Scott [1]"]).prompt("Who directed Alien?")
    >>> {number: str(fact) for number, fact in prompt.served.items()}, prompt.exact
    ({'1': 'Alien — directed by → Ridley Scott'}, False)
    """

    messages: tuple[Mapping[str, str], ...]
    text: str
    served: Mapping[str, Fact]
    tokens: int
    exact: bool
    dropped: int = 0
    notes: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()


@value
class Citation:
    """An id that a model cited, and where it stands in the answer's text (`span`, characters): `fact` is None, and `served` False, where no
    such id was in its prompt.

    >>> import kgllm
    >>> films = kgllm.load([("Alien", "directed by", "Ridley Scott")])
    >>> answer = kgllm.GraphQA(films, llm=lambda prompts: ["Ridley Scott [1], of Heat [7]"]).ask("Who directed Alien?")
    >>> [(one.id, one.served) for one in answer.citations]
    [('1', True), ('7', False)]
    """

    id: str
    span: tuple[int, int]
    fact: Fact | None
    served: bool


@value
class Answer:
    """An answer with its proof. Abstained answers have no entities; `reason` is a documented code, then words.

    `value` is the number that is asked for; `values`, of a question that compares or that asks for something of each group, are what each
    of the first entities has, as it is written. `verdict` what the graph says to a question for yes or no: None where it is none, or is
    answered by a thing. What a model's text claims without proof: `unsupported` are names and numbers that the evidence does not hold, `uncited` are
    answers that it holds, and no fact that the text cites. `confidence` is 0 to 1, `timings` are seconds by stage.

    >>> import kgllm
    >>> answer = kgllm.GraphQA(kgllm.load([("Alien", "directed by", "Ridley Scott")])).ask("Who directed Alien?")
    >>> answer.text, str(answer.facts[0]), answer.abstained
    ('Ridley Scott [1]', 'Alien — directed by → Ridley Scott', False)
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

    @property
    def code(self) -> str:
        """The code of the reason (`kgllm.answering.abstain`), empty where it answers.

        >>> import kgllm
        >>> kgllm.GraphQA(kgllm.load([("Memento", "directed by", "Christopher Nolan")])).ask("Who directed Alien?").code
        'nothing_linked'
        """
        return code_of(self.reason)

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
