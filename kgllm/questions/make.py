"""Makes one question of each kind from what is drawn: the wording, the complete answer, and the proof."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kgllm.questions import measure
from kgllm.questions.chinese import Chinese
from kgllm.questions.draw import Drawn, Draws, Key, askable, topical
from kgllm.questions.ends import ANYTHING, of_several_types, types_of
from kgllm.questions.english import Hop
from kgllm.questions.english_kinds import EnglishKinds
from kgllm.questions.noise import doubled, mention, skeleton
from kgllm.questions.phrases import About, Parts, Phrases, of_step
from kgllm.questions.values import Question, identity
from kgllm.retrieval.ranking.combine import within
from kgllm.types import Entity, Fact, Node

OPTIONS = 4
ALIKE = 20  # namesakes that are looked at
_YES = {"en": ("yes", "no"), "zh": ("是", "不是")}


@dataclass(frozen=True, slots=True)
class Draft:
    """A question before it has an id and a split."""

    question: str
    kind: str
    topics: tuple[Node, ...]
    answers: tuple[str, ...]
    ends: tuple[Node, ...]
    paths: tuple[tuple[Any, ...], ...]
    facts: tuple[Fact, ...]
    hops: int
    choices: tuple[str, ...] = ()
    reason: str = ""
    mentions: tuple[str, ...] = ()


class Maker:
    """Makes drafts in one language. `written`: the user's templates by relation id, (out, in)."""

    def __init__(
        self, draws: Draws, language: str, written: Mapping[str, tuple[Phrases, Phrases]], rng: random.Random, *, noise: float = 0.0
    ) -> None:
        self.draws, self.language, self.written, self.rng, self.noise = draws, language, written, rng, noise
        self._said: dict[Node, str] = {}
        self.speaker: Any = Chinese(rng) if language == "zh" else EnglishKinds(rng)
        self._phrases: dict[tuple[Any, ...], Phrases] = {}
        self.held: dict[str, frozenset[frozenset[str]]] = {}  # wordings of all that things with a relation have, for what they lack
        self._makers: dict[str, Callable[[], Draft | None]] = {
            "one_hop": lambda: self._path("one_hop", 1, 0),
            "inverse": lambda: self._path("inverse", 1, 1),
            "two_hop": lambda: self._path("two_hop", 2),
            "three_hop": lambda: self._path("three_hop", 3),
            "list": self._list,
            "count": self._count,
            "intersection": self._both,
            "comparison": self._compare,
            "superlative": self._superlative,
            "yes_no": self._whether,
            "choice": self._choice,
        }

    def make(self, kind: str) -> Draft | None:
        """A draft of a kind, or None where the draw did not serve."""
        from kgllm.questions.unanswerable import make

        self._said = {}
        draft = make(self) if kind == "unanswerable" else self._makers[kind]()
        if draft is None or doubled(skeleton(draft.question, tuple(self.say(topic) for topic in draft.topics))) or self._unclear(draft):
            return None
        return replace(draft, mentions=tuple(self.say(topic) for topic in draft.topics))

    def say(self, node: Node) -> str:
        """How the question at hand writes a thing: always the same way."""
        if node not in self._said:
            self._said[node] = mention(node, self.language, self.rng, self.noise)
        return self._said[node]

    def namesake(self, topic: Node, key: Key) -> bool:
        """Whether another thing that is called as the question calls this one has a relation: then it is asked for just as well."""
        found = self.draws.graph.find([self.say(topic)])[0]
        mine = max((match.score for match in found if identity(match.node) == identity(topic)), default=0.0)
        others = [match.node for match in found if match.score >= mine and identity(match.node) != identity(topic)]
        return any(key in self.draws.relations_of(node) for node in others[:ALIKE])

    def _unclear(self, draft: Draft) -> bool:
        """Whether a namesake of a topic has other answers to a question."""
        firsts = [(path[0][0].id, 0 if path[0][1] == "out" else 1) for path in draft.paths]
        return any(self.namesake(topic, key) for topic, key in zip(draft.topics, firsts, strict=False))

    def reverse(self, draft: Draft) -> Draft | None:
        """The question that asks back, from one of the answers."""
        ((relation, way),) = draft.paths[0] if len(draft.paths[0]) == 1 else ((None, None),)
        if relation is None or not draft.ends:
            return None
        self._said = {}
        topic = self.rng.choice(draft.ends)
        parts: Parts = ((relation, 1 if way == "out" else 0),)
        drawn = self.draws.follow(topic, (parts,)) if topical(topic) else None
        if drawn is None or not self.sayable(parts):
            return None
        made = self.draft("inverse" if way == "out" else "one_hop", self.speaker.path(self.say(drawn.topic), self.hops(drawn)), drawn)
        if doubled(skeleton(made.question, (self.say(topic),))) or self._unclear(made):
            return None
        return replace(made, mentions=(self.say(topic),))

    # --- wordings

    def phrases(self, parts: Parts) -> Phrases:
        """The wordings of a step."""
        key = tuple((relation.id, way) for relation, way in parts)
        if key not in self._phrases:
            relation, way = parts[0]
            ends = self.draws.ends
            about = About(ends.kinds(relation.id, 1 if way == 0 or len(parts) == 1 else 0), ends.kinds(relation.id, 0))
            self._phrases[key] = of_step(parts, self.language, about, self.written)
        return self._phrases[key]

    def hop(self, parts: Parts, ends: Sequence[Node], topics: Sequence[Node] = (), *, count: int | None = None, back: bool = False) -> Hop:
        """What the speaker needs to know of a step."""
        phrases, (relation, way) = self.phrases(parts), parts[-1]
        types = types_of(list(ends), self.language)
        general = ANYTHING[self.language] if of_several_types(list(ends)) else self.draws.ends.nouns(parts, self.language)
        things = types or general  # where a relation is said of dishes and of cooks, these are cooks
        nouns = (*phrases.noun[:2], *things) if way == 0 and phrases.noun else things
        first, first_way = parts[0]
        topic = types_of(list(topics)[:5], self.language) or self.draws.ends.nouns(((first, 1 - first_way),), self.language)
        return Hop(
            phrases,
            len(ends) if count is None else count,
            self.draws.ends.kind(relation.id, way),
            tuple(dict.fromkeys(nouns)),
            tuple(dict.fromkeys(things)),
            topic,
            back,
            False if not back and (len(ends) if count is None else count) == 1 and not self.draws.several((parts,)) else None,
        )

    def hops(self, drawn: Drawn) -> list[Hop]:
        """The steps of a path as told."""
        out = []
        for n, parts in enumerate(drawn.steps):
            last = n + 1 == len(drawn.steps)
            back = n > 0 and [(r.id, w) for r, w in parts] == [(r.id, 1 - w) for r, w in reversed(drawn.steps[n - 1])]
            ends = drawn.ends if last else drawn.reached[n]
            out.append(self.hop(parts, ends, (drawn.topic,) if n == 0 else (), count=drawn.counts[n], back=back))
        return out

    def sayable(self, *steps: Parts) -> bool:
        """Whether every step has wordings in this language."""
        return all(bool(self.phrases(parts)) for parts in steps)

    # --- kinds

    def draft(self, kind: str, question: str, drawn: Drawn, **more: Any) -> Draft:
        """A draft of a drawn path."""
        given: dict[str, Any] = {
            "topics": (drawn.topic,),
            "answers": tuple(end.name for end in drawn.ends),
            "ends": drawn.ends,
            "paths": (drawn.path,),
            "facts": self.draws.facts(drawn.ground),
            "hops": len(drawn.steps),
            **more,
        }
        return Draft(question=question, kind=kind, **given)

    def _path(self, kind: str, hops: int, way: int | None = None) -> Draft | None:
        drawn = self.draws.path(hops, way)
        if drawn is None or not self.sayable(*drawn.steps):
            return None
        return self.draft(kind, self.speaker.path(self.say(drawn.topic), self.hops(drawn)), drawn)

    def _list(self) -> Draft | None:
        drawn = self.draws.path(self.rng.choice((1, 1, 2)), least=3, most=60)
        if drawn is None or not self.sayable(*drawn.steps) or self.draws.valued(drawn.steps[-1]):
            return None
        return self.draft("list", self.speaker.every(self.say(drawn.topic), self.hops(drawn)), drawn)

    def _count(self) -> Draft | None:
        drawn = self.draws.path(self.rng.choice((1, 1, 2)), most=200)
        if drawn is None or not self.sayable(*drawn.steps) or not self.draws.several(drawn.steps) or self.draws.valued(drawn.steps[-1]):
            return None
        return self.draft("count", self.speaker.count(self.say(drawn.topic), self.hops(drawn)), drawn, answers=(str(len(drawn.ends)),))

    def _both(self) -> Draft | None:
        pair = self.pair()
        if pair is None:
            return None
        one, other, both = pair
        keep = np.isin(one.ground.ends, both)
        ends = tuple(end for end, kept in zip(one.ends, keep.tolist(), strict=True) if kept)
        question = self.speaker.both(
            (self.say(one.topic), self.hop(one.steps[0], ends)), (self.say(other.topic), self.hop(other.steps[0], ends))
        )
        facts = self.draws.facts(within(one.ground, both), within(other.ground, both))
        return Draft(
            question, "intersection", (one.topic, other.topic), tuple(end.name for end in ends), ends, (one.path, other.path), facts, 1
        )

    def pair(self) -> tuple[Drawn, Drawn, Any] | None:
        """Two one-step paths with ends in common, and those; each leads to more than both do."""
        one = self.draws.path(1, least=2, most=200)
        if one is None or len(one.steps[0]) > 1 or not self.sayable(one.steps[0]):
            return None
        end = self.rng.choice(one.ends)
        keys = [key for key in self.draws.relations_of(end) if self.sayable(((self.draws.relations[key[0]], key[1]),))]
        self.rng.shuffle(keys)
        for name, way in keys[:4]:
            relation = self.draws.relations[name]
            found = [
                node for node in self.draws.view.nodes(self.draws._along(self.draws.view.handles([end]), (relation, way))) if topical(node)
            ]
            topic = self.rng.choice(found) if found else None
            if topic is None or topic in (one.topic, end) or not self.sayable(((relation, 1 - way),)):
                continue
            other = self.draws.follow(topic, (((relation, 1 - way),),), most=2000)
            if other is None:
                continue
            both = np.intersect1d(one.ground.ends, other.ground.ends)
            if 0 < len(both) < min(len(one.ends), len(other.ends)):
                return one, other, both
        return None

    def _measured(self) -> Key | None:
        """A relation that leads to numbers or times."""
        keys = [key for key in self.draws.keys if self.draws.ranks(key)]
        return self.rng.choice(keys) if keys else None

    def _compare(self) -> Draft | None:
        key = self._measured()
        if key is None or len(self.draws.starts[key]) < 2:
            return None
        parts: Parts = ((self.draws.relations[key[0]], 0),)
        topics = self.rng.sample(self.draws.starts[key], 2)
        drawn = [self.draws.follow(topic, (parts,), most=1) for topic in topics]
        if not all(drawn) or not self.sayable(parts):
            return None
        one, other = (one for one in drawn if one is not None)
        values = [measure.value_of(one.ends[0]), measure.value_of(other.ends[0])]
        sense = self.rng.choice(("most", "least"))
        winner = measure.best(values, sense)
        if winner is None or self.say(one.topic) == self.say(other.topic):
            return None
        chosen = (one, other)[winner]
        question = self.speaker.compare(
            self.say(one.topic), self.say(other.topic), self.hop(parts, one.ends, (one.topic, other.topic)), sense
        )
        facts = self.draws.facts(one.ground, other.ground)
        return Draft(
            question, "comparison", (one.topic, other.topic), (chosen.topic.name,), (chosen.topic,), (one.path, other.path), facts, 1
        )

    def _superlative(self) -> Draft | None:
        drawn = self.draws.path(1, least=2, most=15)
        if drawn is None or not self.sayable(*drawn.steps):
            return None
        keys = [key for key in self.draws.relations_of(drawn.ends[0]) if self.draws.ranks(key)]
        if not keys:
            return None
        parts: Parts = ((self.draws.relations[self.rng.choice(keys)[0]], 0),)
        if not self.sayable(parts) or (parts[0][0].id, 1) == (drawn.steps[0][0][0].id, drawn.steps[0][0][1]):
            return None
        rows = [self.draws.follow(end, (parts,), most=1) for end in drawn.ends]
        if not all(rows):
            return None
        known = [row for row in rows if row is not None]
        sense = self.rng.choice(("most", "least"))
        best = measure.best([measure.value_of(row.ends[0]) for row in known], sense)
        if best is None:
            return None
        winner = drawn.ends[best]
        if [end.name for end in drawn.ends].count(winner.name) > 1:
            return None
        question = self.speaker.superlative(self.say(drawn.topic), self.hops(drawn), self.hop(parts, known[0].ends, drawn.ends), sense)
        facts = self.draws.facts(drawn.ground, *(row.ground for row in known))
        return Draft(question, "superlative", (drawn.topic,), (winner.name,), (winner,), ((*drawn.path, (parts[0][0], "out")),), facts, 2)

    def _whether(self) -> Draft | None:
        drawn = self.draws.path(1, 0, most=20)
        if drawn is None or len(drawn.steps[0]) > 1 or not self.sayable(drawn.steps[0]):
            return None
        ((relation, _),) = drawn.steps[0]
        true = self.rng.random() < 0.5
        others = self.draws.siblings((relation.id, 0), 1, drawn.ends)
        values = list(drawn.ends) if true else others
        if not values or not askable(values[0]):
            return None
        value = self.rng.choice(values)
        if not true and self._holds_by_way(drawn, value):
            return None
        hop = self.hop(drawn.steps[0], (value,), (drawn.topic,))
        back = self.hop(((relation, 1),), (drawn.topic,), (value,))
        question = self.speaker.whether(self.say(drawn.topic), hop, back, self.say(value))
        if not question:
            return None
        facts = self.draws.facts(drawn.ground)
        if true:
            facts = tuple(fact for fact in facts if value in (fact.subject, fact.object))
        more = {"topics": (drawn.topic, value), "answers": (_YES[self.language][not true],), "ends": (), "facts": facts}
        return self.draft("yes_no", question, drawn, **more)

    def _holds_by_way(self, drawn: Drawn, value: Node) -> bool:
        """Whether a value that the graph does not state holds all the same: one of an end's own (a city's country, of a street), or one that
        is called the same."""
        names = {end.name.casefold() for end in drawn.ends}
        further = [self.draws.follow(end, drawn.steps, most=200) for end in drawn.ends if isinstance(end, Entity)]
        return value.name.casefold() in names or any(value in step.ends for step in further if step is not None)

    def _choice(self) -> Draft | None:
        drawn = self.draws.path(1, 0, most=3)
        if drawn is None or len(drawn.steps[0]) > 1 or not self.sayable(drawn.steps[0]):
            return None
        others = self.draws.siblings((drawn.steps[0][0][0].id, 0), OPTIONS - 1, drawn.ends)
        if len(others) < OPTIONS - 1:
            return None
        right = self.rng.choice(drawn.ends)
        options = [right.name, *(node.name for node in others)]
        if len(set(options)) < OPTIONS:
            return None
        self.rng.shuffle(options)
        stem = self.speaker.path(self.say(drawn.topic), self.hops(drawn))
        facts = tuple(fact for fact in self.draws.facts(drawn.ground) if right in (fact.subject, fact.object))
        question = self.speaker.chosen(stem, options)
        return self.draft("choice", question, drawn, answers=(right.name,), ends=(right,), choices=tuple(options), facts=facts)


def question_of(draft: Draft, *, number: int, language: str, split: str, text: str, mentions: tuple[str, ...], phrasing: str) -> Question:
    """The finished question."""
    return Question(
        id=f"{language}-{draft.kind}-{number}",
        question=text,
        answers=draft.answers,
        kind=draft.kind,
        language=language,
        split=split,
        hops=draft.hops,
        topics=tuple(topic.name for topic in draft.topics),
        topic_ids=tuple(identity(topic) for topic in draft.topics),
        mentions=mentions,
        answer_ids=tuple(identity(end) for end in draft.ends),
        path=draft.paths[0] if draft.paths else (),
        paths=draft.paths,
        facts=draft.facts,
        choices=draft.choices,
        reason=draft.reason,
        phrasing=phrasing,
    )
