"""Questions about a thing that is told by what it holds: "When did the epoch that the Campanian belongs to begin?", 洪武那个朝代什么时候灭亡.

The thing is the only one of what the noun says to which the name leads, or that further up the same relation. The question is then asked
of it by its own name; the fact that leads to it is part of the proof.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kgllm.graphs.ascending import among, distinct
from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.retrieval.computed.leading import Leading
from kgllm.retrieval.computed.wholes import TooMany, of_kind
from kgllm.retrieval.paths.seeds import moved
from kgllm.retrieval.reading.outside import counts
from kgllm.retrieval.scoring.score import confidence
from kgllm.types import Entity, Link, Mention
from kgllm.words import singular, tokens
from kgllm.words.queries import says_no_more
from kgllm.words.questions import overlap, yes_or_no
from kgllm.words.referring import Referred, referred

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Relation, Way
    from kgllm.words.questions import Span

_LONGEST = 200  # characters of a question
_UP = 3  # steps of one relation
_KNOWN = 0.9
_SURE = 0.6  # a path that is less sure answers nothing


def of_referred(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question about a thing that is told by what it holds; None for every other, and where it cannot be told which."""
    question = run.question
    if len(question) > _LONGEST or yes_or_no(question):
        return None
    for seed, handle in run.seeded:
        span = seed.span
        for one in referred(question, span) if span[0] < span[1] else ():
            found = _thing(run, handle, one.noun)
            if found is None:
                continue
            named = run.view.named(np.array([found[0]])).all()
            # "the number of the quarter that …" is none of the quarter itself
            if named and not counts(question) and says_no_more(question, [one.whole]) and not one.verb:
                return _itself(run, handle, found, max_facts)
            told = _told(run, found, one, max_facts)
            if told is not None:
                return told
    return None


def _thing(run: Run, handle: int, place: Span) -> tuple[int, list[int]] | None:
    """The only thing of the noun at a place to which another leads, and the facts that lead there."""
    noun, start = run.question[slice(*place)], np.array([handle])
    words = tuple(singular(piece.word) for piece in tokens(noun)) if noun.isascii() else (noun,)
    leading, kind = Leading(run), run.wholes.called(noun)
    found: dict[int, list[int]] = {}
    try:
        run.steps.of(run.view.relations)
        of = None if kind is None else distinct(of_kind(run, kind))
        for way in leading.ways(start, words, (0, 0)) or leading.meant(start, place):
            at, proof = start, list[int]()
            for _ in range(0 if way.between is not None else _UP if kind is not None else 1):
                owners, _, facts = leading.pairs(at, way)
                good = owners if of is None else owners[among(owners, of)]
                proof = [*proof, *facts.tolist()]
                if len(distinct(good)) == 1:
                    found.setdefault(int(good[0]), proof)
                if len(distinct(owners)) != 1 or len(good):
                    break
                at = distinct(owners)
    except TooMany:
        return None
    return next(iter(found.items())) if len(found) == 1 else None


def _itself(run: Run, handle: int, found: tuple[int, list[int]], max_facts: int) -> Evidence:
    """The thing, where it is what is asked for."""
    made, _ = facts_of(run, found[1], max_facts)
    steps: list[tuple[Relation, Way]] = [(one.relation, "out") for one in made]
    path = path_of(run, (handle,), steps, np.array([found[0]], np.int64), made, _KNOWN)
    return kept(run, (path,), made, (), settings_of(run, "referred"))


def _told(run: Run, found: tuple[int, list[int]], one: Referred, max_facts: int) -> Evidence | None:
    """The question asked of the thing by its name."""
    [thing] = run.view.nodes(np.array([found[0]], np.int64))
    if not isinstance(thing, Entity) or not thing.named:  # a row that only joins others
        return None
    whole = one.whole
    text = run.question[: whole[0]] + thing.name + one.verb + run.question[whole[1] :]
    by = len(text) - len(run.question)
    links = [
        Link(
            mention=Mention(text=thing.name, start=whole[0], end=whole[0] + len(thing.name)), entity=thing, score=1.0, reason="referred to"
        )
    ]
    links += [moved(link, by if link.mention.start >= whole[1] else 0) for link in run.links if not overlap(link.mention.span, whole)]
    again = run.retriever.run(text, links, None, run.deadline, part_of=run)
    evidence = again.relations(max_facts)
    if confidence(evidence) < _SURE or evidence.settings.get("declined"):
        return None
    proof, _ = facts_of(run, found[1], max_facts)
    return replace(evidence, question=run.question, links=run.links, facts=(*proof, *evidence.facts)[:max_facts])
