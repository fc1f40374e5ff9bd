"""Whether a thing has a value in a field that the question calls by its whole name: "Is the crystal system of quartz trigonal?".

The question says the field, the thing, a value and nothing else; so it is answered by what the thing has there. What is known of it there
is known whole (decision 10), if what is said instead is a value that others have there, or a number where it has a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of
from kgllm.retrieval.computed.wholes import noun_words
from kgllm.retrieval.paths.amounts import amount_of
from kgllm.retrieval.ranking.confirm import may_lie_within
from kgllm.retrieval.ranking.contained import lie_together
from kgllm.types import Literal
from kgllm.words import singular
from kgllm.words.moments import Moment, stated
from kgllm.words.names import clean, fold
from kgllm.words.questions import Span, asks_if_so, forms_of, yes_or_no
from kgllm.words.relations import mutual, says_of_object, transitive
from kgllm.words.tokens import Token, is_han, tokens
from kgllm.words.units import PLAIN
from kgllm.words.whole import says_nothing

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence, Node

_SURE = 0.9
_LONGEST_QUESTION = 300  # characters
_TRIED = 4  # names of fields that a question may say
_GAP = 8  # tokens between a field and the thing
_LONGEST = 24  # tokens of a thing's name
_SMALL = 8  # small words before what is said of it, or behind it
_MOST = 200  # values of one thing
_AT_ONCE = 400  # names that are looked up at once, at most


def claim(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for whether a thing has a value in a field; None for every other question."""
    question = run.question
    if len(question) > _LONGEST_QUESTION:
        return None
    asks = asks_if_so(question)
    if not (asks or (question.rstrip().endswith(("?", "？")) and yes_or_no(f"is {question}"))):
        return None
    said = run.spoken.telling[:_TRIED]
    handles = run.steps.handles(run.view.relations) if said else {}
    for span, called in said:
        relations = [handles[name] for name in called if name in handles and not says_of_object(name)]
        asked = _Claim(run, span, relations)
        found = asked.decided() if relations else None
        if found is not None:
            return _told(run, found, max_facts)
        if asked.open and not asks:  # "Ann's town Oslo?": no other reading asks for a yes or no
            return kept(run, (), (), (), {**settings_of(run, "claim"), "declined": "yes_or_no"})
    return None


@dataclass(frozen=True, slots=True)
class _Thing:
    """A thing with the field, and the texts of which one is what the question says of it."""

    handle: int
    node: Node
    relation: int
    pieces: tuple[tuple[Token, ...], ...]
    size: int


@dataclass(frozen=True, slots=True)
class _Decided:
    thing: _Thing
    verdict: bool
    ends: tuple[int, ...]
    facts: tuple[int, ...]


@dataclass(slots=True)
class _Claim:
    """A question that says a field at a place."""

    run: Run
    span: Span
    relations: list[int]
    open: bool = False  # what is said is a value of the field, and whether the thing has it cannot be told

    def decided(self) -> _Decided | None:
        """What is so of the thing with the longest name; of several that are called so, yes if it is so of one."""
        found, unsure = list[_Decided](), False
        for thing in self._things():
            if found and thing.size < found[0].thing.size:
                break
            one = self._so(thing)
            if one is not None:
                found.append(one)
            unsure |= one is None
        return next((one for one in found if one.verdict), found[0] if found and not unsure else None)

    # --- the thing

    def _things(self) -> Iterator[_Thing]:
        """The things that have the field whose names stand right beside it, those with the longest names first."""
        places = list(self._places())[:_AT_ONCE]
        question, view = self.run.question, self.run.view
        texts = list(dict.fromkeys(question[inner[0].start : inner[-1].end] for _, inner, _ in places))
        matches = dict(zip(texts, self.run.spoken.find(texts), strict=True))
        nodes = list(dict.fromkeys(match.node for found in matches.values() for match in found))
        if not nodes:
            return
        handles = view.handles(nodes)
        groups = view.groups(handles[handles >= 0])
        origins = handles[handles >= 0][groups.origin]
        mine = (groups.way == 0) & np.isin(groups.relation, self.relations)
        has: dict[int, list[int]] = {}
        for origin, relation in zip(origins[mine].tolist(), groups.relation[mine].tolist(), strict=True):
            has.setdefault(origin, []).append(relation)
        by_node = dict(zip(nodes, handles.tolist(), strict=True))
        for gap, inner, rest in sorted(places, key=lambda one: one[1][0].start - one[1][-1].end):
            for match in matches[question[inner[0].start : inner[-1].end]]:
                handle = by_node[match.node]
                for relation in has.get(handle, ()) if self._only_kind(gap, match.node) else ():
                    yield _Thing(handle, match.node, relation, self._without_kind(rest, match.node), inner[-1].end - inner[0].start)

    def _places(self) -> Iterator[tuple[list[Token], list[Token], list[list[Token]]]]:
        """Where the thing may stand: the tokens between it and the field, its own, and those that are left on either side."""
        pieces = tokens(self.run.question)
        left = [piece for piece in pieces if piece.end <= self.span[0]]
        right = [piece for piece in pieces if piece.start >= self.span[1]]
        if right and right[0].word in forms_of("claim")["behind"]:
            for start in range(1, min(_GAP, len(right))):
                for end in range(start + 1, min(len(right), start + _LONGEST) + 1):
                    yield right[:start], right[start:end], [left, right[end:]]
            return
        for end in range(len(left), max(0, len(left) - _GAP), -1):
            for start in range(max(0, end - _LONGEST), end):
                yield left[end:], left[start:end], [left[:start], right]

    def _only_kind(self, gap: list[Token], node: Node) -> bool:
        """Whether nothing stands between a thing and the field but small words and the noun for what it is."""
        kinds = self._kinds(node)
        return says_nothing(piece for piece in gap if singular(piece.word) not in kinds)

    def _kinds(self, node: Node) -> set[str]:
        words = {word for kind in getattr(node, "types", ()) for word in noun_words(kind)}
        return words | {letter for word in words if is_han(word) for letter in word}

    def _without_kind(self, rest: list[list[Token]], node: Node) -> tuple[tuple[Token, ...], ...]:
        """What is left in the question, without the noun for what a thing is, where the value is said elsewhere."""
        kinds = self._kinds(node)
        said = [tuple(pieces) for pieces in rest if not says_nothing(pieces)]
        if len(said) > 1 and says_nothing(piece for piece in said[0] if singular(piece.word) not in kinds):
            said = said[1:]
        return tuple(said)

    # --- the value

    def _so(self, thing: _Thing) -> _Decided | None:
        if len(thing.pieces) != 1:
            return None
        view, [pieces] = self.run.view, thing.pieces
        said = [self.run.question[some[0].start : some[-1].end] for some in _readings(list(pieces))]
        edges = view.edges(np.array([thing.handle]), np.array([thing.relation]), np.array([0]), _MOST)
        values = view.nodes(edges.neighbour)
        same = [n for n, value in enumerate(values) if any(_same(text, value) for text in said)]
        if same:
            ends, facts = edges.neighbour[same].tolist(), edges.fact[same].tolist()
            return _Decided(thing, verdict=True, ends=tuple(ends), facts=tuple(facts))
        if edges.truncated.any() or not self._otherwise(thing, values, edges.neighbour, said):
            self.open |= self._known(thing, said) is not None
            return None
        return _Decided(thing, verdict=False, ends=tuple(edges.neighbour.tolist()), facts=tuple(edges.fact.tolist()))

    def _otherwise(self, thing: _Thing, values: list[Node], ends: Any, said: list[str]) -> bool:
        """Whether what is said is what the field may hold and none of what the thing has there is a part of it, nor it of that."""
        view, relation = self.run.view, self.run.view.relations[thing.relation]
        if any(_within(text, value.name) for text in said for value in values):
            return False
        if _numbers(values) and any(_number(text) is not None for text in said):
            return True
        times = [_moment(value.name) for value in values]
        for text in said:
            asked = _moment(text)
            if asked is not None and all(time is not None and time.compare(asked) not in (None, 0) for time in times):
                return True
        known = self._known(thing, said)
        if known is None:
            return False
        things = known[~view.literal(known)]
        if not len(things):
            return True
        if transitive(relation.name) or mutual(relation.name):  # it may be so by what it goes on to, or the other way round
            return False
        step = int(self.run.steps.of(view.relations)[2 * thing.relation])
        if may_lie_within(self.run.steps, step, relation.name):
            return False
        return not lie_together(self.run, ends, things, relation)

    def _known(self, thing: _Thing, said: list[str]) -> Any | None:
        """What is called by one of some texts that a thing has in the field; None where there is none."""
        view = self.run.view
        nodes = [match.node for found in self.run.spoken.find(said) for match in found]
        handles = view.handles(nodes) if nodes else np.zeros(0, np.int64)
        handles = handles[handles >= 0]
        groups = view.groups(handles)
        known = handles[np.unique(groups.origin[(groups.way == 1) & (groups.relation == thing.relation)])]
        return known if len(known) else None


def _readings(pieces: list[Token]) -> list[list[Token]]:
    """What may be meant of what is left: with or without small words at its ends."""
    out: list[list[Token]] = []
    for start in range(min(len(pieces), _SMALL)):
        if says_nothing(pieces[:start]):
            ends = (end for end in range(len(pieces), max(start, len(pieces) - _SMALL), -1) if says_nothing(pieces[end:]))
            out += [pieces[start:end] for end in ends]
    return out


def _same(text: str, value: Node) -> bool:
    """Whether a text says a value: by one of its names, as the same number or as a time that holds it."""
    names = (value.name, *getattr(value, "aliases", ()))
    plain = clean(text).casefold().strip()
    if any(clean(name).casefold().strip() == plain for name in names):
        return True
    if any(letter.isalpha() for letter in text) and fold(text) in map(fold, names):
        return True
    mine, theirs = _number(text), _numbers([value])
    if mine is not None and theirs:
        return abs(mine - theirs[0]) <= 1e-9 * max(1.0, abs(mine))
    asked, time = _moment(text), _moment(value.name)
    return asked is not None and time is not None and time.compare(asked) == 0


def _moment(text: str) -> Moment | None:
    """The time that a text is, and no limit."""
    found = stated(text.strip())
    return found.moment if found is not None and not found.bound and found.span == (0, len(text.strip())) else None


def _number(text: str) -> float | None:
    """The plain number that a text is."""
    found = amount_of(Literal(text.strip()))
    return None if found is None or found.dated or found.rough or found.units != (PLAIN,) else found.value


def _numbers(values: list[Node]) -> list[float]:
    """The plain numbers that values are; none where one is no number."""
    found = [_number(value.name) for value in values]
    return [one for one in found if one is not None] if None not in found else []


def _within(text: str, name: str) -> bool:
    """Whether the words of one are some of the other's: "Nolan" may be short for "Christopher Nolan"."""
    if is_han(text) or is_han(name):
        return text in name or name in text
    one, other = set(fold(text).split()), set(fold(name).split())
    return bool(one and other) and (one <= other or other <= one)


def _told(run: Run, found: _Decided, max_facts: int) -> Evidence:
    made, notes = facts_of(run, list(found.facts), max_facts)
    ends = np.array(list(dict.fromkeys(found.ends)), np.int64)
    steps = [(run.view.relations[found.thing.relation], "out")]
    path = path_of(run, (found.thing.handle,), steps, ends, made, _SURE)  # type: ignore[arg-type]
    return kept(run, (path,), made, notes, {**settings_of(run, "claim"), "verdict": found.verdict})
