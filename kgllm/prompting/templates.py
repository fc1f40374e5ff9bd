"""The words around the facts: question answering in English and Chinese, for chat models and for base models.

Only the files in `data/` are templates. Questions, facts and answers are values that they hold, never templates.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from kgllm.errors import ConfigError
from kgllm.prompting.serialize import in_language, words_of
from kgllm.types import Entity, Fact, Node, Way

if TYPE_CHECKING:
    import jinja2

    from kgllm.graphs.base import Graph

LANGUAGES = ("en", "zh")
NOT_IN_FACTS: Mapping[str, str] = {"en": "not in the facts", "zh": "事实中没有"}
"""What the templates ask a model to say when the facts hold no answer."""

_LEADING = re.compile(r"^(has|have|is|are|was|were|in|with|of) ")
_ENDS_OPEN = re.compile(r" (by|of|in|at|to|from|with|for|on)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question answered from facts, shown before the real one. `answer` cites the facts by their place: "Paris [1]"."""

    question: str
    facts: tuple[Fact, ...]
    answer: str
    about: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One task in one language. chat_format, base_format: how facts are written unless the caller says.

    chat_best, base_best: whether the best path's facts stand first or last; their ids are the lowest either way. A small base
    model copies from what stands next to the question, and mistakes long ids (docs/models.md).
    """

    name: str
    language: str
    chat_format: str = "arrows"
    base_format: str = "lists"
    chat_best: Literal["first", "last"] = "first"
    base_best: Literal["first", "last"] = "last"
    stop: tuple[str, ...] = ("\n",)

    def messages(self, question: str, facts: str, examples: Sequence[tuple[str, str, str]] = ()) -> tuple[dict[str, str], ...]:
        """For a chat model: every (facts, question, answer) as a turn of its own, then the question. Instructions stand in the
        first turn, since some models take no system message."""
        page = _page(f"{self.name}.{self.language}.chat.jinja")
        turns: list[dict[str, str]] = []
        for shown, asked, answer in examples:
            turns.append({"role": "user", "content": page.render(first=not turns, facts=shown, question=asked).strip()})
            turns.append({"role": "assistant", "content": answer})
        turns.append({"role": "user", "content": page.render(first=not turns, facts=facts, question=question).strip()})
        return tuple(turns)

    def text(self, question: str, facts: str, examples: Sequence[tuple[str, str, str]] = ()) -> str:
        """For a base model: one text that its answer continues."""
        shots = [{"facts": shown, "question": asked, "answer": answer} for shown, asked, answer in examples]
        page = _page(f"{self.name}.{self.language}.base.jinja")
        return page.render(facts=facts, question=question, examples=shots).strip()


def template(name: str = "qa", *, language: str = "en") -> Template:
    """A template by name.

    Raises:
        ConfigError: no such template or language.
    """
    if language not in LANGUAGES:
        raise ConfigError(f"there is no template in {language!r}", hint=f"one of {', '.join(LANGUAGES)}")
    if not (files("kgllm.prompting") / "data" / f"{name}.{language}.chat.jinja").is_file():
        raise ConfigError(f"there is no template {name!r}", hint="use 'qa', or pass a Template")
    return Template(name=name, language=language)


def examples_from(graph: Graph, n: int = 4, seed: int = 0, *, language: str = "en", facts: int = 4) -> tuple[Example, ...]:
    """n examples drawn from the graph's own facts, the same for the same seed.

    Each asks for one relation of one entity, either way round, answers with every end that it has, and shows facts of other
    relations of the same entity beside it, so that a model sees what choosing looks like. Fewer where the graph is too small.
    """
    rng = random.Random(seed)
    examples: list[Example] = []
    used: set[Entity] = set()
    ways: tuple[Way, ...] = ("out", "in") * n
    for way in ways:
        drawn = graph.sample(40, rng.randrange(1 << 30))
        for fact in drawn:
            made = _example(graph, fact, way, language, facts, used)
            if made is not None:
                examples.append(made)
                used.update(one for one in (fact.subject, fact.object) if isinstance(one, Entity))
                break
        if len(examples) == n:
            break
    return tuple(examples)


def _example(graph: Graph, fact: Fact, way: Way, language: str, most: int, used: set[Entity]) -> Example | None:
    topic = fact.subject if way == "out" else fact.object
    if not isinstance(topic, Entity) or not fact.subject.named or getattr(fact.object, "named", True) is False:
        return None
    if used & {topic, fact.subject} or len(topic.name) > 60 or len(fact.object.name) > 60 or len(fact.subject.name) > 60:
        return None
    counts = graph.relations([topic])[0]
    ends = next((one.count for one in counts if one.relation == fact.relation and one.way == way), 0)
    if not 1 <= ends <= 3:
        return None
    gold = [step.fact for each in graph.expand([topic], [(fact.relation, way)], 3) for step in each.steps]
    others = [(one.relation, one.way) for one in counts if one.relation != fact.relation]
    beside = [each.steps[0].fact for each in graph.expand([topic], others, 1) if each.steps]
    beside = [one for one in beside if one.subject.named and getattr(one.object, "named", True) and len(str(one)) < 200]
    shown = (*gold, *beside[: max(0, most - len(gold))])
    if len(shown) < 2 or (way == "out" and len(shown) == len(gold)):
        return None

    def named(node: Node) -> str:
        return in_language(node.name, getattr(node, "aliases", ()), language)

    relation = in_language(fact.relation.name, fact.relation.aliases, language)
    if way == "in" and fact.relation.inverse_name:
        relation = in_language(fact.relation.inverse_name, fact.relation.inverse_aliases, language)
    question = _asked(words_of(relation), named(topic), "out" if fact.relation.inverse_name else way, language)
    ending = (one.object if way == "out" else one.subject for one in gold)
    answer = ", ".join(f"{named(end)} [{place}]" for place, end in enumerate(ending, start=1))
    return Example(question=question, facts=shown, answer=answer, about=(topic,))


def _asked(relation: str, topic: str, way: str, language: str) -> str:
    """A plain question for one relation, either way round."""
    if language == "zh":
        return f"{topic}的{relation}是什么？" if way == "out" else f"哪些的{relation}是{topic}？"
    noun = _LEADING.sub("", relation) or relation
    if _ENDS_OPEN.search(relation):
        return f"What is {topic} {relation}?" if way == "out" else f"What is {relation} {topic}?"
    return f"What is the {noun} of {topic}?" if way == "out" else f"What has the {noun} {topic}?"


@cache
def _page(name: str) -> jinja2.Template:
    import jinja2

    env = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    return env.from_string((files("kgllm.prompting") / "data" / name).read_text(encoding="utf-8"))
