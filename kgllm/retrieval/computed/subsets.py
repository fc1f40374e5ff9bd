"""Questions for a part of all things of a kind: "Which towns do not lie on the coast?", "All towns except Olm", "contagious illnesses",
"哪些城市不靠海？", "What share of the films did Nolan direct?", "Are all illnesses contagious?".

Those that are so are the ends of the path that the question finds without the words that deny or count, those that have a relation at
all ("have no employer"), or those of which a relation says yes ("is contagious: true"). What a graph does not say of a thing of the
kind is taken not to be so (as in `docs/decisions/0010`), but for what a relation says yes or no to: there only a no is one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.graphs.ascending import by_key, distinct
from kgllm.retrieval.clock import Clock
from kgllm.retrieval.computed.compared import facts_of, kept, path_of, settings_of, too_many
from kgllm.retrieval.computed.denied import Denied, denials_of, names_of, what_is_denied
from kgllm.retrieval.computed.described import things_without
from kgllm.retrieval.computed.flags import Flag, flag_of, flags
from kgllm.retrieval.computed.placing import Places
from kgllm.retrieval.computed.sets import Sets, classes_named
from kgllm.retrieval.computed.wholes import TooMany, column, of_kind
from kgllm.retrieval.reading.question import LIGHT, Asked
from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.matching import KIND_PART, LEAST, SPOKEN
from kgllm.retrieval.scoring.score import KNOWN_WHOLE
from kgllm.retrieval.scoring.understood import understood
from kgllm.types import Evidence
from kgllm.words import is_han, lexicon
from kgllm.words.extremes import compares, filler, says_where
from kgllm.words.generic import generic
from kgllm.words.parted import Parted
from kgllm.words.questions import Span, overlap, yes_or_no
from kgllm.words.relations import mutual

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.retriever import Run
    from kgllm.types import Relation, Way

_WEAKEST, _UNSAID_STEPS = (NAMES.index(name) for name in ("weakest", "unsaid"))
_SURE = 0.9
_LONGEST = 160  # characters of a question
_WHOLE = 0.6  # how much of a relation's name must be said
_MOST = 0.5  # share of what is so that must be of the kind
_PATH = 0.5  # how sure a path must be
_CHARACTERS = 1  # of a Chinese noun for the kind that nothing explains


@dataclass(frozen=True, slots=True)
class So:
    """What is so: handles, the facts that say it, and of what it is known that it is not so (None: of all others)."""

    handles: NDArray[Any]
    facts: NDArray[Any]
    steps: tuple[tuple[Relation, Way], ...]
    sure: float
    others: NDArray[Any] | None = None
    other_facts: NDArray[Any] | None = None
    seeds: tuple[int, ...] = ()


def part_of_kind(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for a part of a kind; None for every other, and where the kind or what is so cannot be told."""
    if len(run.question) > _LONGEST:
        return None
    form = denials_of(run)
    whether = yes_or_no(run.question)
    if (form is None and (whether or not flags(run.wholes, run.view))) or (whether and (form is None or form.asks not in ("every", "any"))):
        return None
    if form is None and compares(run.question) is not None:
        return None
    try:
        return Parts.of(run, form or Parted(run.question)).told(max_facts, denied=form is not None)
    except TooMany:
        return too_many(run, "part") if form is not None else None


@dataclass(slots=True)
class Parts:
    """A question for a part of a kind, on its way."""

    run: Run
    form: Parted
    asked: Asked
    sets: Sets
    kind: Any
    kind_span: Span
    names: list[Span]

    @classmethod
    def of(cls, run: Run, form: Parted) -> Parts:
        steps = run.steps
        steps.of(run.view.relations)
        asked = understood(form.text, steps)
        sets = Sets(run, asked)
        kinds = classes_named(sets, [form.but] if form.but else [])
        kinds = {span: kind for span, kind in kinds.items() if form.text[slice(*span)].strip()}
        span = _first(form.text, kinds)
        names = [one for one in names_of(run) if not overlap(one, span) and form.text[slice(*one)].strip()]
        return cls(run, form, asked, sets, kinds.get(span), span, names)

    def told(self, max_facts: int, *, denied: bool) -> Evidence | None:
        """The evidence, where the question's kind and what is so are known."""
        members = self._members()
        taken = what_is_denied(self.run.question, self.form, self.asked, self.kind_span, self.names)
        if self._compares(taken) or (taken is not None and taken.mixed):
            return self._none("unchecked")
        if taken is not None and (taken.said or len(taken.parts) > 1):
            return self._without(taken, members, max_facts)
        so = self._flagged(members)
        if so is None and (not denied or members is None):
            return None
        if so is None and members is not None:
            bare = self.form.but is not None and not self._left() and not self.names
            so = self._all(members) if bare else self._led(members) if self.names else self._having(members)
        if so is None:
            return self._none() if self.form.asks == "any" else None
        if members is None:
            members = distinct(np.concatenate([so.handles, so.others if so.others is not None else so.handles]))
        inside = np.intersect1d(so.handles, members)
        if len(inside) < _MOST * len(so.handles) or (not len(inside) and so.others is None):
            return None
        outside = np.setdiff1d(members, inside) if so.others is None else np.intersect1d(so.others, members)
        left_out = self._left_out(members)
        if left_out is None:
            return None
        inside, outside = np.setdiff1d(inside, left_out), np.setdiff1d(outside, left_out)
        return self._evidence(so, inside, outside, members, max_facts)

    def _compares(self, taken: Denied | None) -> bool:
        """Whether a part of what is asked for is to be more or less than something, where that is not held against all: it is denied, or the
        most is asked for."""
        form = compares(self.run.question) if self.form.denials or self.form.but is not None else None
        if form is None:
            return False
        spans = taken.spans if taken is not None and taken.said else None
        limits = [one.span for one in form.bounds if spans is None or any(overlap(one.span, span) for span in spans)]
        return bool(limits) or any(one.superlative and not one.loose for one in form.degrees)

    def _without(self, taken: Denied, kind: NDArray[Any] | None, max_facts: int) -> Evidence | None:
        """The evidence where what is denied stands beside what is said of all, or is several things."""
        members = self._said(taken, kind)
        if members is None:
            return self._none("unchecked")
        found: list[So] = []
        for text, names in taken.parts:
            asked = understood(text, self.run.steps)
            part = replace(self, form=replace(self.form, text=text), asked=asked, names=list(names))
            so = part._flagged(kind)
            if so is None:
                so = part._path(text, list(names), kind) if names else part._having(kind) if kind is not None else None
            if so is None and len(names) == 1:
                so = part._placed(names[0], members if kind is None else kind)
            if so is None:
                return self._none("unchecked")
            found.append(so)
        alone = found[0] if len(found) == 1 else _together(found, members)
        inside = np.intersect1d(alone.handles, members)
        outside = np.setdiff1d(members, inside) if alone.others is None else np.intersect1d(alone.others, members)
        outside = np.setdiff1d(outside, np.array(alone.seeds, np.int64))  # who is no neighbour of X is not X
        return replace(self, form=replace(self.form, negative=True))._evidence(alone, inside, outside, members, max_facts)

    def _said(self, taken: Denied, kind: NDArray[Any] | None) -> NDArray[Any] | None:
        """The things of which holds what is not denied; None where that cannot be told."""
        if not taken.said:
            return kind
        met = things_without(self.run, list(taken.spans)) if kind is not None else None
        if met is not None:
            return distinct(met.ends)
        names = [name for name in self.names if name in taken.said]
        if kind is None:
            found = self._path(taken.rest(self.form.text), names, kind) if names else None
            return None if found is None else distinct(found.handles)
        if len(names) < len(taken.said):
            return None
        for name in names:
            so = self._placed(name, kind)
            if so is None:
                return None
            kind = np.intersect1d(kind, so.handles)
        return kind

    def _placed(self, name: Span, members: NDArray[Any]) -> So | None:
        """Those of some things to which a relation leads from a name: the one that the words say, or the only one."""
        condition = Places(self.run, self.asked, members, self.kind_span).named(name)
        ways = [] if condition is None else list(condition.ways)
        most = max((way.weight for way in ways), default=0.0)
        ways = [way for way in ways if way.weight >= most]
        if len({way.ends.tobytes() for way in ways}) != 1:
            return None
        way = ways[0]
        step = (self.run.view.relations[way.relation], "in" if way.way else "out")
        return So(way.ends, way.facts, (step,), _SURE, seeds=way.values)  # type: ignore[arg-type]  # a way

    # --- the kind

    def _members(self) -> NDArray[Any] | None:
        """All things of the kind that is named; where "who" asks, of the only kind of persons."""
        wholes, kind = self.sets.wholes, self.kind
        if kind is None and "person" in self.asked.kinds:
            persons = [name for words, name in wholes.types.items() if len(words) == 1 and "person" in lexicon().kinds_of(words[0])]
            kind = persons[0] if len(set(persons)) == 1 else None
        if kind is None:
            return None
        found = of_kind(self.run, kind)
        return distinct(found) if len(found) else None

    # --- what is so

    def _long(self) -> list[Span]:
        """The names but for those of one Chinese character, which may be a part of a word: "金" of 金属."""
        return [span for span in self.names if span[1] - span[0] > 1 or not is_han(self.form.text[slice(*span)])]

    def _left(self) -> list[int]:
        """The words that say what is so: no part of the kind or of a name."""
        taken = [self.kind_span, *self._long()]
        words = enumerate(self.asked.words)
        return [
            n
            for n, word in words
            if word.around is None
            and word.weight > LIGHT
            and not any(overlap(word.span, span) for span in taken)
            and (not filler(word.text.lower()) or says_where(word.text.lower()))
            and not (generic(word.text) and not is_han(word.text))
        ]

    def _flagged(self, members: NDArray[Any] | None) -> So | None:
        """Those of which a relation says yes, where the words name it."""
        left = self._left()
        if self._long() or not left:
            return None
        found = self._spoken(left, flags(self.sets.wholes, self.run.view), slack=members is None or self.kind is None)
        for relation, _ in found:
            flag = flag_of(self.sets.wholes, self.run.view, relation, self.sets.limit, self.run.deadline)
            if flag is not None and (members is None or len(np.intersect1d(flag.subjects, members))):
                return _of_flag(flag, self.run.view.relations[relation])
        return None

    def _having(self, members: NDArray[Any]) -> So | None:
        """Those that have what the words name, of anything."""
        left = self._left()
        stats = {row.relation.id for row in self.sets.wholes.graph.schema().relations}
        for relation, _ in self._spoken(left, frozenset(stats) - self.sets.wholes.classes, slack=False):
            rows = column(self.sets.wholes, self.run.view, relation, self.sets.limit, self.run.deadline)
            sides = [np.isin(rows.subjects, members), np.isin(rows.objects, members)]
            both = mutual(self.run.view.relations[relation].name)
            way = int(sides[1].sum() > sides[0].sum())
            if not sides[way].any():
                continue
            ends = [(rows.subjects, rows.objects)[side][sides[side]] for side in ((0, 1) if both else (way,))]
            step = (self.run.view.relations[relation], "in" if way else "out")
            return So(distinct(np.concatenate(ends)), rows.facts[sides[way]], (step,), _SURE)  # type: ignore[arg-type]  # a way
        return None

    def _spoken(self, left: list[int], wanted: frozenset[str], *, slack: bool) -> list[tuple[int, float]]:
        """The relations of these whose names the words say, and that leave no word unsaid."""
        run = self.run
        steps = run.steps
        match = run.matched(self.asked, steps) if self.asked.text == run.question else _matched(self.asked, steps)
        numbers = steps.of(run.view.relations)
        out = []
        handles = {one.id: handle for handle, one in enumerate(run.view.relations)}
        for relation in sorted(handles[name] for name in wanted if name in handles) if left else ():
            both = numbers[2 * relation : 2 * relation + 2]
            explains = match.explains[both][:, left].max(axis=0)
            named = (explains >= SPOKEN) & (match.part[both][:, left] != KIND_PART).any(axis=0)
            unsaid = [n for n, value in zip(left, explains.tolist(), strict=True) if value < LEAST]
            if not named.any() or len(unsaid) > (_CHARACTERS if slack and self.asked.chinese else 0):
                continue
            share = float((match.share[both][:, left].max(axis=0) * named).sum())
            out.append((relation, share + float(explains.sum()) / len(left) - len(unsaid)))
        out.sort(key=lambda pair: (-pair[1], pair[0]))
        return out

    def _led(self, members: NDArray[Any]) -> So | None:
        """The ends of the path that the question finds without what denies or counts."""
        return self._path(self.form.text, self.names, members)

    def _path(self, text: str, names: list[Span], members: NDArray[Any] | None) -> So | None:
        run = self.run
        links = [link for link in run.links if any(overlap(link.mention.span, span) for span in [*names, self.kind_span])]
        again = run.retriever.run(text, links, None, run.deadline, part_of=run)
        for one in again.ranked(Clock())[0][:3] if again.seeds else []:
            said = len(one.steps) == 1 or (one.row[_WEAKEST] >= _PATH and one.row[_UNSAID_STEPS] <= 0)
            if one.confidence < _PATH or one.ground.brief or one.ground.truncated or not said:
                continue
            mine = distinct(one.ground.ends) if members is None else np.intersect1d(one.ground.ends, members)
            if len(mine) >= _MOST * len(one.ground.ends) and len(mine):
                hop = one.ground.hops[-1]
                facts = hop.fact[np.isin(hop.end, mine)]
                steps = tuple((relation, "in" if move == "in" else "out") for step in one.steps for relation, move in step)
                return So(mine, facts, steps, min(_SURE, one.confidence), seeds=tuple(one.ground.seeds.tolist()))  # type: ignore[arg-type]
        return None

    def _all(self, members: NDArray[Any]) -> So:
        return So(members, self._saying(members), (), _SURE)

    def _left_out(self, members: NDArray[Any]) -> NDArray[Any] | None:
        """The things that are left out by name, or that a clause tells; None where they are not known."""
        if self.form.but is None:
            return np.zeros(0, np.int64)
        start, end = self.form.but
        named = {handle for seed, handle in self.run.seeded if start <= seed.start and seed.end <= end}
        mine = np.intersect1d(np.array(sorted(named), np.int64), members)
        if len(mine):
            return mine
        noun = self.run.question[slice(*self.kind_span)]
        text = f"{noun} {self.run.question[start:end]}".ljust(end)
        clause = " " * start + self.run.question[start:end]
        text = clause[: self.kind_span[0]] + noun + clause[self.kind_span[1] :] if self.kind_span[1] <= start else text
        found = self._path(text, [span for span in names_of(self.run) if start <= span[0] and span[1] <= end], members)
        return None if found is None else found.handles

    # --- what is told

    def _evidence(self, so: So, inside: NDArray[Any], outside: NDArray[Any], members: NDArray[Any], max_facts: int) -> Evidence | None:
        run, form = self.run, self.form
        settings = settings_of(run, "part")
        wanted, others = (outside, inside) if form.negative else (inside, outside)
        sure = so.sure * (KNOWN_WHOLE if so.others is None and (form.negative or form.asks) else 1.0)
        if form.asks == "any":
            settings["verdict"] = bool(len(wanted))
        elif form.asks == "every":
            settings["verdict"] = not len(others)
            wanted = others if len(others) else wanted
        elif form.asks == "share":
            settings["value"], settings["unit"] = float(f"{100 * len(wanted) / len(members):.12g}"), "%"
        if not len(wanted):
            return None
        proof = [so.facts] if so.other_facts is None else [so.facts, so.other_facts]
        told = np.concatenate(proof)
        subjects = set(wanted.tolist())
        saying = self._saying(wanted) if so.others is None and form.negative else np.zeros(0, np.int64)
        made, cuts = facts_of(run, [*saying.tolist(), *told.tolist()], max_facts)
        nodes = set(run.view.nodes(wanted[: run.retriever.limits.endpoints])) if subjects else set()
        made = tuple(sorted(made, key=lambda fact: fact.subject not in nodes and fact.object not in nodes))
        ordered = by_key(run.view, wanted)
        steps: list[tuple[Relation, Way]] = list(so.steps) or [(fact.relation, "in") for fact in made[:1]]
        path = path_of(run, so.seeds, steps, ordered, made, sure)
        said = (f"part: {len(inside)} of {len(members)} of the kind are so; what the graph does not say is taken not to be so",)
        return kept(run, (path,), made, cuts, settings, said=said if so.others is None else ())

    def _none(self, why: str = "nothing_found") -> Evidence:
        """Nothing of the kind was found to be so, or a condition could not be looked into; what a path leads to instead is no answer."""
        return kept(self.run, (), (), (), {**settings_of(self.run, "part"), "declined": why})

    def _saying(self, members: NDArray[Any]) -> NDArray[Any]:
        """The facts that say of what kind things are."""
        view, wholes = self.run.view, self.sets.wholes
        relations = [handle for handle, relation in enumerate(view.relations) if relation.id in wholes.classes]
        out: list[NDArray[Any]] = [np.zeros(0, np.int64)]
        for relation in relations:
            edges = view.edges(members, np.full(len(members), relation), np.zeros(len(members), np.int64), 1)
            out.append(edges.fact)
        return np.concatenate(out)


def _of_flag(flag: Flag, relation: Relation) -> So:
    return So(flag.yes, flag.yes_facts, ((relation, "out"),), _SURE, flag.no, flag.no_facts)


def _together(found: list[So], members: NDArray[Any]) -> So:
    """What any of several is so of."""
    wrong = [np.setdiff1d(members, one.others) if one.others is not None else one.handles for one in found]
    steps = next((one.steps for one in found if one.steps), ())
    seeds = tuple(dict.fromkeys(seed for one in found for seed in one.seeds))
    facts = np.concatenate([one.facts for one in found])
    return So(distinct(np.concatenate(wrong)), facts, steps, min(one.sure for one in found), seeds=seeds)


def _first(text: str, kinds: dict[Span, Any]) -> Span:
    """Which of the kinds that a question names it asks for: in Chinese the one beside what asks, else the first."""
    spans = sorted(kinds)
    if not spans:
        return (0, 0)
    for span in spans:
        before, after = text[: span[0]].rstrip(), text[span[1] :].lstrip()
        if before.endswith(("哪些", "哪个", "哪种", "哪座", "哪部", "几个", "多少", "什么", "所有")) or after.startswith(
            ("有哪", "是哪", "有多少", "有几", "有什么")
        ):
            return span
    return spans[0]


def _matched(asked: Asked, steps: Any) -> Any:
    from kgllm.retrieval.scoring.matching import match

    return match(asked, steps)
