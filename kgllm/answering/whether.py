"""Questions for yes or no that claim several things at once: "Did Nolan direct Memento and Avatar?", "… in 2005?", "… before Selby?".

Each claim is asked alone, and all must be so. What the question states and nothing checks is no silent yes: then the answer says that it
abstains, and why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kgllm.answering.dated import Dated, dated
from kgllm.answering.excluded import others
from kgllm.answering.fields import several_fields
from kgllm.answering.forms import confirms, refutes, takes_part
from kgllm.answering.several import beside, of_each, shared
from kgllm.answering.symbolic import number_first, number_of, said_of, told
from kgllm.retrieval.scoring.score import KNOWN_WHOLE
from kgllm.types import Answer, Entity, Evidence, Fact, Literal, Node, replace
from kgllm.words import lexicon
from kgllm.words.alike import Alike, alike
from kgllm.words.asked import meaning_said, plainly_asked, what_it_has
from kgllm.words.bounds import how_many
from kgllm.words.conjuncts import both_said, same_said
from kgllm.words.grouped import each_first
from kgllm.words.joined import conjoined, described, each, of_field, stands_for_a_relation
from kgllm.words.language import language_of
from kgllm.words.moments import Stated, moment_of, stated
from kgllm.words.questions import Span, longest, overlap, yes_or_no
from kgllm.words.relations import mutual
from kgllm.words.shared import shared_said
from kgllm.words.timed import ordered, stated_years, when

if TYPE_CHECKING:
    from kgllm.graphs.base import View

Ask = Callable[[str], Answer]
Abstain = Callable[[Evidence, float], Answer]
_WHOLLY = ("claim",)  # forms that leave nothing of a question unread
_NAME = re.compile(r"\b[A-Z][^\W\d_]+|《[^》]+》")
_LONGEST = 1_000  # characters of a question that is taken apart
_NOTHING = 0.1  # weight of words that nothing of what was found explains, below which nothing is left to check
_STRANGE = 0.6  # weight of words that the graph knows nothing of: one of them is likely a name


def settled(question: str, ask: Ask, view: Callable[[], View], unchecked: Abstain, is_field: Callable[[str], bool]) -> Answer:
    """The answer to a question; of one for yes or no, by all that it claims. `ask` answers a text as it stands, `unchecked` abstains;
    `is_field`: whether a text is the name of a field of the graph."""
    text = question
    if isinstance(question, str) and len(question) <= _LONGEST:  # others are refused later
        text = meaning_said(each_first(shared_said(plainly_asked(question), is_field)), is_field)
    answer = Whether(ask, view, unchecked, is_field).answer(text)
    return answer if text == question else replace(answer, question=question)


class Whether:
    """Asks what a question for yes or no claims, claim by claim."""

    def __init__(self, ask: Ask, view: Callable[[], View], unchecked: Abstain, is_field: Callable[[str], bool]) -> None:
        self._ask, self._view, self._unchecked, self._is_field = ask, view, unchecked, is_field

    def answer(self, text: str) -> Answer:
        """The answer to a plain question."""
        draft = self._ask(text)
        if draft.evidence is None or draft.evidence.settings.get("form") in _WHOLLY:
            return draft
        names = _names(draft.evidence)
        if not yes_or_no(text):
            found = several_fields(text, draft, names, self._ask, self._view, self._is_field)
            found = found or others(text, draft, names, self._ask)
            asked = [] if found or "form" in draft.evidence.settings else each(text, names)
            found = found or (of_each(draft, [name for name, _ in asked], [self._ask(part) for _, part in asked]) if asked else None)
            found = found or self._fields(text, draft, names)
            return draft if found is None else found
        time = stated(text, names)
        found = None if time is None else self._when(text, draft, time)
        if found is not None or "form" in draft.evidence.settings:
            return draft if found is None else found
        if time is not None and time.moment.month is not None:  # its year alone says nothing
            held = any((moment := moment_of(node.name)) is not None and time.holds(moment) for node in draft.entities)
            return self._unchecked(draft.evidence, draft.confidence) if _so(draft) and not held else draft
        same = alike(text, names) or _same_of_one(text, names)
        steps = draft.evidence.paths[0].relations if draft.verdict is not None and draft.evidence.paths else ()
        alone = len(steps) == 1 and mutual(steps[0][0].name)  # "share a border"
        if same is not None and not alone:
            return self._alike(draft, same)
        parts = conjoined(text, names) or described(text, names)
        if parts:
            return self._all(text, draft, [self.answer(part) for part in parts])
        found = self._both(text, draft, names)
        found = found or self._counted(text, draft, names) or self._ordered(text, draft, names) or self._in_year(text, draft, names)
        if found is not None:
            return found
        if (_so(draft) and not _told(draft, names)) or not self._has(text, draft, names):
            return self._unchecked(draft.evidence, draft.confidence)
        return draft

    def _fields(self, text: str, draft: Answer, names: Sequence[Span]) -> Answer | None:
        """A field of several things, of each; None where they have it in common ("the director of Alien and Heat" may be one who made both)."""
        asked = of_field(text, names, self._is_field)
        parts = [self._ask(part) for _, part in asked]
        if any(part.abstained or not part.entities or part.verdict is not None for part in parts):
            return None
        if set.intersection(*(set(part.entities) for part in parts)) and isinstance(parts[0].entities[0], Entity) if parts else True:
            return None
        return of_each(draft, [name for name, _ in asked], parts)

    def _has(self, text: str, draft: Answer, names: Sequence[Span]) -> bool:
        """Whether that something is there, where it is asked for, is there the right way round: what has a prequel need have no sequel."""
        assert draft.evidence is not None
        there = len(names) == 1 and not draft.abstained and not _not_so(draft) and not confirms(draft.evidence)
        plain = what_it_has(text, names[0]) if there else None
        return plain is None or not self._ask(plain).abstained

    def _all(self, text: str, draft: Answer, parts: list[Answer]) -> Answer:
        """Yes where all parts are so, no where one is not; else why that part is not known."""
        assert draft.evidence is not None
        denied = next((part for part in parts if _not_so(part)), None)
        if denied is not None:
            return replace(denied, question=text)
        if all(map(_so, parts)):
            nodes = [node for part in parts for node in part.entities]
            return _say(draft, verdict=True, nodes=nodes, parts=parts)
        return self._unchecked(draft.evidence, min(part.confidence for part in parts))

    def _both(self, text: str, draft: Answer, names: Sequence[Span]) -> Answer | None:
        """Whether both are so that a question says of one thing ("the director and the writer of"), each by a relation of its own."""
        parts = [self.answer(one.text) for one in both_said(text, names)]
        if not parts or _same_way(parts):
            return None
        if any(map(_not_so, parts)) or all(map(_so, parts)) or _so(draft):
            return self._all(text, draft, parts)
        return None

    def _alike(self, draft: Answer, same: Alike) -> Answer:
        """Whether several things have the same of something."""
        parts = [self._ask(part) for part in same.parts]
        found = (beside(parts) if same.shares else None) or shared(parts, same.unit)
        if found is None:
            assert draft.evidence is not None
            return self._unchecked(draft.evidence, draft.confidence) if _so(draft) else draft
        verdict, nodes, sure = found
        return _say(draft, verdict=verdict, nodes=nodes, parts=parts, sure=sure)

    def _when(self, text: str, draft: Answer, found: Stated) -> Answer | None:
        """Whether something was so on a day, in a month, or before or after one, by when it was so."""
        if found.moment.month is None and not (draft.abstained and found.bound == 0):
            return None
        question = when(text, found.span)
        part = None if question is None else self._ask(question)
        if part is None or part.abstained or part.verdict is not None:
            return None
        times = [moment for node in part.entities if (moment := moment_of(node.name)) is not None]
        holds = {found.holds(moment) for moment in times}
        if len(times) < len(part.entities) or len(holds) != 1:
            return None
        [so] = holds
        assert draft.evidence is not None
        if so is None:
            return self._unchecked(draft.evidence, draft.confidence)
        return _say(draft, verdict=so, nodes=list(part.entities), parts=[part])

    def _in_year(self, text: str, draft: Answer, names: Sequence[Span]) -> Answer | None:
        """Whether what is claimed was so in the year that the question states."""
        years = stated_years(text, names)
        if not years or (_so(draft) and _told(draft, names) and all(_holds_year(draft, year.value) for year in years)):
            return None
        assert draft.evidence is not None
        [year, *more] = years
        part = self.answer(year.without)
        if _not_so(part) and not more:
            return replace(part, question=text)
        if not part.abstained and not more and not year.bound:
            found = dated(part, year.value, self._view())
            if found is not None and (_so(part) or found.asked):
                sure = part.confidence * (1.0 if found.stated or found.verdict else KNOWN_WHOLE)
                return _with_date(draft, part, found, sure)
        return self._unchecked(draft.evidence, draft.confidence) if _so(draft) or _so(part) else None

    def _ordered(self, text: str, draft: Answer, names: Sequence[Span]) -> Answer | None:
        """Whether one of two things that are so was so before the other."""
        found = ordered(text, names)
        if found is None:
            return None
        assert draft.evidence is not None
        first, second = self.answer(found.first), self.answer(found.second)
        if _not_so(first):
            return replace(first, question=text)
        if _so(first) and _so(second):
            times = [dated(part, None, self._view()) for part in (first, second)]
            one, other = (set(time.years) if time is not None and time.stated else set() for time in times)
            if len(one) == len(other) == 1 and one != other:
                verdict = (min(one) < min(other)) == found.before
                return _say(draft, verdict=verdict, nodes=[*first.entities, *second.entities], parts=[first, second])
        return self._unchecked(draft.evidence, draft.confidence)

    def _counted(self, text: str, draft: Answer, names: Sequence[Span]) -> Answer | None:
        """Whether something has as many of what a question names as it says."""
        assert draft.evidence is not None
        said = how_many(text, [*names, *_called_by_number(draft.evidence)])
        if said is None:
            return None
        part = self._ask(said.without)
        best = part.evidence.paths[0] if part.evidence is not None and part.evidence.paths else None
        if part.abstained or best is None or refutes(best) or (part.evidence is not None and confirms(part.evidence)):
            return self._unchecked(draft.evidence, draft.confidence) if _so(draft) else None
        ends = best.endpoints
        if any(isinstance(end, Literal) and end.value is not None and not isinstance(end.value, str) for end in ends):
            return None
        count = number_of(best, text)
        if count is None or not float(count).is_integer():
            return self._unchecked(draft.evidence, draft.confidence) if _so(draft) else None
        return _say(draft, verdict=said.bound.holds(count), nodes=list(part.entities), parts=[part], count=int(count))


def _names(evidence: Evidence) -> list[Span]:
    """The names in a question, but for numbers, and small words that something is called like ("a")."""
    small = lexicon().english.stop
    told = (link.mention for link in evidence.links if link.mention.text not in small and moment_of(link.mention.text) is None)
    spans = longest(mention.span for mention in told)
    return [span for span in spans if not re.fullmatch(r"[\d.,年\s]+", evidence.question[slice(*span)])]


def _called_by_number(evidence: Evidence) -> list[Span]:
    """The numbers in a question that are names of what the best path leads from, or to: "Does the 12 stop at Olm?" counts nothing."""
    if not evidence.paths:
        return []
    held = {*evidence.paths[0].seeds, *evidence.paths[0].endpoints}
    return [link.mention.span for link in evidence.links if isinstance(link.entity, Entity) and link.entity in held]


def _so(answer: Answer) -> bool:
    return answer.verdict is True


def _not_so(answer: Answer) -> bool:
    return answer.verdict is False


def _same_of_one(text: str, names: Sequence[Span]) -> Alike | None:
    """What a question says to be the same of one thing: the director and the writer of Olm."""
    parts = same_said(text, names)
    return Alike(tuple(parts)) if parts else None


def _same_way(parts: Sequence[Answer]) -> bool:
    """Whether two answers rest on one way between the same things: then no two relations were said."""
    best = [part.evidence.paths[0] for part in parts if part.evidence is not None and part.evidence.paths]
    return len(best) == len(parts) and len({(path.relations, path.seeds, path.endpoints) for path in best}) < len(best)


def _told(draft: Answer, names: Sequence[Span]) -> bool:
    """Whether everything that a question names takes part in what a yes rests on, and it names nothing that the graph does not know."""
    evidence = draft.evidence
    assert evidence is not None
    if not evidence.paths or refutes(evidence.paths[0]) or not confirms(evidence):
        return True
    best = evidence.paths[0]
    if best.features.get("unexplained", 0.0) < _NOTHING:
        return True
    if best.features.get("strange", 0.0) >= _STRANGE and _name_like(evidence.question, names):
        return False
    return all(takes_part(evidence, best, span) or stands_for_a_relation(evidence.question, span) for span in names)


def _name_like(question: str, names: Sequence[Span]) -> bool:
    """Whether something is written like a name that no name of the graph was found for."""
    like = [match.span() for match in _NAME.finditer(question)]
    return any(span[0] > 0 and not any(overlap(span, name) for name in names) for span in like)


def _holds_year(draft: Answer, year: int) -> bool:
    """Whether the year takes part in what an answer rests on."""
    from kgllm.retrieval.ranking.when import years_of

    assert draft.evidence is not None
    best = draft.evidence.paths[0]
    nodes = [*best.seeds, *best.endpoints, *(value for _, value in best.constraints)]
    nodes += [node for fact in best.facts for node in (*fact.nodes, *(value for _, value in fact.qualifiers))]
    return any(year in years_of(node) for node in nodes)


def _with_date(draft: Answer, part: Answer, found: Dated, sure: float) -> Answer:
    """Yes, with the date that says so; or no, with that which it is instead."""
    facts = [] if found.fact is None else [found.fact]
    if found.verdict:
        return _say(draft, verdict=True, nodes=list(part.entities), parts=[part], more=facts, sure=sure)
    return _say(draft, verdict=False, nodes=list(found.nodes), parts=[part] if found.stated else [], more=facts, sure=sure)


def _say(
    draft: Answer,
    *,
    verdict: bool,
    nodes: list[Node],
    parts: Sequence[Answer],
    more: Sequence[Fact] = (),
    count: int | None = None,
    sure: float | None = None,
) -> Answer:
    """Yes or no, with the answers of the parts and their facts."""
    assert draft.evidence is not None
    chinese = language_of(draft.question) == "zh"
    facts = tuple(dict.fromkeys([*(fact for part in parts for fact in part.facts), *more]))
    ends = tuple(dict.fromkeys(nodes))
    before = told(verdict, chinese=chinese) + number_first(count, ends, chinese=chinese)
    text, citations = said_of(ends, facts, before, chinese=chinese)
    evidence = replace(draft.evidence, facts=tuple(dict.fromkeys([*facts, *draft.evidence.facts])))
    return Answer(
        question=draft.question,
        text=text,
        entities=ends,
        verdict=verdict,
        facts=facts,
        citations=citations,
        confidence=min([part.confidence for part in parts], default=draft.confidence) if sure is None else sure,
        evidence=evidence,
        timings=draft.timings,
        settings=draft.settings,
    )
