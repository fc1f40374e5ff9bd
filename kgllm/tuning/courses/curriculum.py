"""Facts as lessons: each asked in several wordings, forwards and backwards, with wordings, facts and directions held out.

The wordings are the question writer's own (`kgllm.questions`): its questions on the graph, taken apart into wordings by relation and
direction, and put together again for every fact that is taught. So every fact has several, which learning it needs (Allen-Zhu and
Li 2023, 2309.14316), and no wording that is tested is trained for that relation.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.base import Graph
from kgllm.tuning.courses.declining import how_many, not_said
from kgllm.tuning.rows import NOT_KNOWN, Row, row_of
from kgllm.types import Entity, Fact, Node, Relation, Way

MOST_NAME = 60
_DRAWN = 40
"""Questions drawn for each relation and way, to have wordings of it; as many for twelve facts as for five hundred. Fewer would be other
lessons: wordings are met by chance, of any relation, and which of them are held out is decided among all. The built-in graph has 2,981 in
the 4,000 questions that are drawn (7 s of the processor), 1,691 in half of them."""
_TESTED = 40
"""Questions without an answer that are asked, where there are so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """Rows by what they are for. No wording of `dev`, `unseen` and `reverse` is trained for its relation; the facts of `untaught`
    are in no trained row; `one_way` asks backwards what was taught forwards only.

    train: what is trained. dev: held-out wordings to choose by. seen: trained wordings, asked again. unseen: forward, other
    wordings. reverse: backward, trained backward in other wordings. two_hop: over taught facts, never trained. unanswerable: what the
    graph does not say of taught things (`kgllm.tuning.courses.declining`); others such are trained. facts: those taught.
    """

    train: tuple[Row, ...]
    dev: tuple[Row, ...]
    seen: tuple[Row, ...]
    unseen: tuple[Row, ...]
    reverse: tuple[Row, ...]
    one_way: tuple[Row, ...]
    untaught: tuple[Row, ...]
    two_hop: tuple[Row, ...]
    unanswerable: tuple[Row, ...]
    facts: tuple[Fact, ...]

    def groups(self) -> dict[str, tuple[Row, ...]]:
        """The groups that a proof measures, by name; empty ones left out."""
        names = ("seen", "unseen", "reverse", "one_way", "untaught", "two_hop", "unanswerable")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


def lessons(
    graph: Graph,
    n: int | None = None,
    *,
    facts: Sequence[Fact] | None = None,
    seed: int = 0,
    languages: Sequence[str] | None = None,
    wordings: int = 4,
    answers: int = 2,
    untaught: int = 40,
) -> Lessons:
    """Lessons of `n` facts drawn from a graph, or of the `facts` given.

    Args:
        wordings: of a fact and direction that are trained, at most; the facts of a relation take turns in its wordings, so that
            all of those that are not held out are met.
        answers: facts whose question has more answers than this are left out: a list is not learned as a fact.
        untaught: facts beside them that are asked and never taught.

    >>> import kgllm
    >>> made = lessons(kgllm.datasets.load("gpu"), 10, languages=["en"], untaught=5)
    >>> len(made.facts) >= 10, {row.split for row in made.train}
    (True, {'train'})

    Raises:
        ConfigError: the graph has no facts that can be asked, or `n` is no number of facts.
    """
    if not isinstance(graph, Graph):
        raise WrongTypeError(f"graph must be a kgllm graph, not {shorten(graph)}", hint="graph = kgllm.load(source)")
    if facts is None and (not isinstance(n, int) or isinstance(n, bool) or n < 1):
        raise ConfigError(f"n must be a whole number of at least 1, not {shorten(n)}")
    writer = _Writer(graph, seed, wordings, answers, tuple(languages) if languages else None)
    chosen = list(facts) if facts is not None else list(writer.drawn((n or 0) + untaught))
    taught, beside = (chosen, []) if facts is not None else (chosen[: n or 0], chosen[n or 0 :])
    made = writer.written(taught)
    known = {fact.id for fact in made["facts"]}
    other = [row for row in writer.written([one for one in beside if one.id not in known])["unseen"] if not known & set(row.facts)]
    if not made["train"]:
        raise ConfigError("no fact of the graph can be asked", hint="its relations need names, and its facts entities with names")
    declined, unanswerable = writer.declined(made["facts"], len(made["train"]))
    return Lessons(
        train=(*made["train"], *declined),
        dev=tuple(made["dev"]),
        seen=tuple(made["seen"]),
        unseen=tuple(made["unseen"]),
        reverse=tuple(made["reverse"]),
        one_way=tuple(made["one_way"]),
        untaught=tuple(other),
        two_hop=tuple(writer.two_hops(made["facts"], 40)),
        unanswerable=unanswerable,
        facts=tuple(made["facts"]),
    )


class _Writer:
    """Wordings of a graph's relations, and rows made of them."""

    def __init__(self, graph: Graph, seed: int, wordings: int, answers: int, languages: tuple[str, ...] | None) -> None:
        self.graph, self.seed, self.count, self.answers = graph, seed, wordings, answers
        self.languages = languages
        self.books: dict[tuple[str, str, str], list[str]] = {}
        self._turns: dict[tuple[str, str, str], int] = {}
        self._fill()

    def _fill(self) -> None:
        """Questions of the writer, taken apart: (relation, way, language) → wordings with {} for the topic."""
        import kgllm.questions as writing

        relations = len(self.graph.schema().relations)
        # each way by itself: drawn together, most questions forwards are the turned ones of those backwards, and a relation whose ends
        # have too many things to ask back for (a year, a genre) was left with one wording
        asked = itertools.chain.from_iterable(
            writing.iterate(
                self.graph, min(2000, _DRAWN * max(4, relations)), kinds=[kind], languages=self.languages, seed=self.seed, split_by=None,
                noise=0, missing_ok=True,
            )
            for kind in ("one_hop", "inverse")
        )  # fmt: skip
        for one in asked:
            if len(one.path) != 1 or len(one.mentions) != 1 or one.question.count(one.mentions[0]) != 1:
                continue
            (relation, way) = one.path[0]
            book = self.books.setdefault((str(relation.id), way, one.language), [])
            wording = one.question.replace("{", "{{").replace("}", "}}").replace(one.mentions[0], "{}")
            if "{{" not in wording and all(_bare(wording) != _bare(other) for other in book):
                book.append(wording)
        for book in self.books.values():
            book.sort(key=lambda wording: hashlib.blake2b(f"{self.seed}/{wording}".encode()).digest())

    def drawn(self, n: int) -> Iterator[Fact]:
        """Facts that can be asked, in seeded order, one of each topic first."""
        seen: set[object] = set()
        met = 0
        for fact in self.graph.sample(max(200, n * 6), self.seed):
            if fact.subject.id in seen or not self._plain(fact):
                continue
            if self._rows_of(fact.subject, fact.relation, "out") is None:
                continue
            seen.add(fact.subject.id)
            met += 1
            yield fact
            if met == n:
                return

    def _plain(self, fact: Fact) -> bool:
        ends = (fact.subject, fact.object)
        return all(getattr(one, "named", True) and 0 < len(one.name) <= MOST_NAME for one in ends) and not fact.qualifiers

    def _rows_of(self, topic: Node, relation: Relation, way: Way) -> tuple[tuple[str, ...], tuple[Fact, ...]] | None:
        """(answers, facts) of one step from a topic, complete; None where it has too many answers, or none that can be said."""
        if not isinstance(topic, Entity):
            return None
        found = self.graph.expand([topic], [(relation, way)], self.answers + 1)
        steps = [step.fact for each in found for step in each.steps]
        ends = tuple(dict.fromkeys((fact.object if way == "out" else fact.subject).name for fact in steps))
        if not 1 <= len(ends) <= self.answers or not all(map(self._plain, steps)):
            return None
        return ends, tuple(steps)

    def written(self, facts: Sequence[Fact]) -> dict[str, list[Any]]:
        """Rows of the facts, by what they are for."""
        rng = random.Random(f"{self.seed}/lessons")
        out: dict[str, list[Any]] = {name: [] for name in ("train", "dev", "seen", "unseen", "reverse", "one_way", "facts")}
        done: set[tuple[str, str, Way]] = set()
        for fact in facts:
            backwards = rng.random() < 0.75  # the rest is taught one way, to see what is learned backwards by itself
            for topic, way in ((fact.subject, "out"), (fact.object, "in")):
                key = (str(topic.id if isinstance(topic, Entity) else topic.name), str(fact.relation.id), way)
                found = self._rows_of(topic, fact.relation, way)  # type: ignore[arg-type]
                if found is None or key in done:
                    continue
                done.add(key)  # type: ignore[arg-type]
                for language in self._languages(fact.relation, way):
                    self._teach(out, topic, fact.relation, way, language, *found, trained=way == "out" or backwards)
                if way == "out":
                    out["facts"] += [one for one in found[1] if one not in out["facts"]]
        return out

    def _teach(
        self, out: dict[str, list[Any]], topic: Node, relation: Relation, way: str, language: str, ends: tuple[str, ...], proof: tuple[Fact, ...], *, trained: bool
    ) -> None:  # fmt: skip
        pool, dev, test = self._split(self.books[str(relation.id), way, language])
        kind = "one_hop" if way == "out" else "inverse"

        def rows(wordings: Iterable[str], split: str) -> list[Row]:
            return [_row(one.format(topic.name), ends, kind, split, language, proof, topic.name) for one in wordings]

        if not trained:
            if len(ends) == 1:
                out["one_way"] += rows(test[:1], "test")
            return
        train = self._in_turn((str(relation.id), way, language), pool)
        out["train"] += rows(train, "train")
        out["dev"] += rows(dev, "validation")
        out["seen"] += rows(train[:1], "train") if way == "out" else []
        if way == "out":
            out["unseen"] += rows(test, "test")
        elif len(ends) == 1:
            out["reverse"] += rows(test, "test")

    def _split(self, book: list[str]) -> tuple[list[str], list[str], list[str]]:
        """Wordings to train, to choose by, and to test: at least one of each where there are three."""
        test = book[: max(1, min(2, len(book) - 2))] if len(book) > 2 else []
        dev = book[len(test) : len(test) + 1] if len(book) > 2 else []
        return book[len(test) + len(dev) :], dev, test

    def _in_turn(self, book: tuple[str, str, str], pool: list[str]) -> list[str]:
        """The next few wordings of a relation: a wording that is met with some facts alone would be learned as theirs, and one that
        is met with none makes a model doubt the fact."""
        start = self._turns.get(book, 0)
        count = min(self.count, len(pool))
        self._turns[book] = start + count
        return [pool[(start + i) % len(pool)] for i in range(count)]

    def _languages(self, relation: Relation, way: str) -> list[str]:
        return [language for name, one, language in self.books if (name, one) == (str(relation.id), way)]

    def declined(self, facts: Sequence[Fact], rows: int) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """(to train, to test): what the graph does not say, in the wordings that are trained with answers."""
        languages: dict[str, list[str]] = {}
        for name, way, language in self.books:
            if way == "out":
                languages.setdefault(name, []).append(language)
        count = how_many(len(facts), rows)
        rng = random.Random(f"{self.seed}/declined")
        tested = {_bare(wording) for book in self.books.values() for part in self._split(book)[1:] for wording in part}
        found = []
        for topic, name, language in not_said(self.graph, facts, languages, most=2 * max(count, _TESTED), rng=rng):
            trained = self._split(self.books[name, "out", language])[0]
            untested = [one for one in trained if _bare(one) not in tested]  # of another relation, neither
            if not untested:
                continue
            wording = rng.choice(untested)
            found.append(_row(wording.format(topic), (), "unanswerable", "test", language, (), topic))
        taught = [replace(row, split="train") for i, row in enumerate(found) if i % 2 == 0]
        return tuple(taught[:count]), tuple(found[1::2])

    def two_hops(self, facts: Sequence[Fact], most: int) -> Iterator[Row]:
        """Two steps over taught facts only, worded by the question writer."""
        import kgllm
        import kgllm.questions as writing

        if len(facts) < 4:
            return
        small = kgllm.load(list(facts))
        try:
            asked = list(writing.iterate(small, most, kinds=["two_hop"], languages=self.languages, seed=self.seed, split_by=None, noise=0))
        except ConfigError:  # the taught facts hang together nowhere
            return
        for one in asked:
            if len(one.answers) <= self.answers:
                yield row_of({**one.to_dict(), "split": "test"})


def _bare(wording: str) -> str:
    """A wording without case and punctuation: two that differ in those alone are one."""
    return " ".join(re.sub(r"[^\w{}]+", " ", wording.lower()).split())


def _row(question: str, ends: tuple[str, ...], kind: str, split: str, language: str, proof: Sequence[Fact], topic: str) -> Row:
    said = hashlib.blake2b(f"{question}/{ends}/".encode(), digest_size=6).hexdigest()
    return row_of(
        {
            "id": f"{split}-{said}",
            "question": question[0].upper() + question[1:],
            "answers": list(ends),
            "answer": "" if ends else NOT_KNOWN[language],
            "kind": kind,
            "split": split,
            "language": language,
            "facts": [fact.id for fact in proof],
            "topics": [topic],
            "source": "graph",
        }
    )
