"""The answer without a model: the end of the best path, all of it, with the facts that prove it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kgllm.answering.forms import confirms, denied_by, refutes
from kgllm.retrieval.paths.amounts import amount_of
from kgllm.types import Answer, Citation, Entity, Evidence, Fact, Node, Path, Relation
from kgllm.words import is_han, relation_words, stem, tokens
from kgllm.words.affirms import affirms
from kgllm.words.counting import HOW_MANY
from kgllm.words.language import language_of
from kgllm.words.questions import exists, negated, sign, sign_of, without_names, yes_or_no
from kgllm.words.units import counted

SHOWN = 10
"""Answers written out in the text; the others are counted there and all are in `Answer.entities`."""
_UNSAID = 0.55  # weight of words that nothing explains: then what there is may not be what is asked for
_LEFT = 0.4  # … and what is asked whether there is any is among them
_NAMED, _HALF = 0.8, 0.5  # how much of a relation's name is said, in whichever language
_YES, _NO, _YES_HAN, _NO_HAN = "Yes: ", "No: ", "是：", "否："
_VALUED = ("superlative", "grouped")  # forms whose answers have values of their own
_YEAR = re.compile(r"[12]\d{3}")
_COUNTED = re.compile(rf"(?:{HOW_MANY}|\d)\s+([^\W\d_]+)", re.IGNORECASE)


def answer_from(evidence: Evidence, *, confidence: float, counting: bool, settings: Mapping[str, Any]) -> Answer:
    """The best path as an answer: text with citations, entities in the path's order, the number where one is asked for."""
    path = evidence.paths[0]
    facts = path.facts
    value = number_of(path, evidence.question) if counting and evidence.settings.get("form") not in _VALUED else None
    chinese = language_of(evidence.question) == "zh"
    before = number_first(value, path.endpoints, chinese=chinese)
    before = (least(evidence.paths, value, chinese=chinese) if before else "") + before
    verdict = verdict_of(evidence)
    if "value" in evidence.settings:
        value = _whole(evidence.settings["value"])
        before = f"{value:,} {evidence.settings['unit']}".rstrip() + ("：" if chinese else ": ")
    if verdict is not None:
        before = told(verdict, chinese=chinese)
    turned = refutes(path) and set(path.endpoints) <= set(evidence.seeds)  # it is so the other way round
    says = verdict is not None and _says(path)
    if (turned or says) and len(facts) == 1:
        text, citations = _stated(facts[0], before)
    else:
        text, citations = _write(path, before, evidence.settings.get("values", ()), chinese=chinese)
    text = text if path.endpoints else text.rstrip(": ：")  # "0"
    text += _unread(evidence.settings.get("unread", ()), chinese=chinese)
    return Answer(
        question=evidence.question,
        text=text,
        entities=path.endpoints,
        value=value,
        verdict=verdict,
        values=tuple(evidence.settings.get("values", ())),
        facts=facts,
        citations=citations,
        confidence=confidence,
        evidence=evidence,
        timings=evidence.timings,
        settings=settings,
    )


def verdict_of(evidence: Evidence) -> bool | None:
    """Whether the best path says yes or no to a question for that; None where it says neither."""
    if "verdict" in evidence.settings:
        return bool(evidence.settings["verdict"])
    path, question = evidence.paths[0], evidence.question
    if refutes(path) or confirms(evidence):
        return not (refutes(path) or denied_by(path))
    rest = without_names(question, [link.mention.span for link in evidence.links])
    any_at_all = exists(rest)
    if not (any_at_all or yes_or_no(question)) or negated(rest) or not path.relations:
        return None
    (relation, move), own = path.relations[-1], {stem(piece.word) for piece in tokens(rest)}
    says = sign_of(relation.name, path.endpoints[0].name) if len(path.endpoints) == 1 else None
    told_so = affirms(rest, path.endpoints[0].name) if says is None and len(path.endpoints) == len(path.relations) == 1 else None
    if told_so is not None and move == "out" and path.features.get("weakest", 0.0) >= _HALF:  # the value takes up what is asked
        return told_so
    named = {stem(word) for word, _ in relation_words(relation.name).words} <= own or path.features.get("named", 0.0) >= _NAMED
    whole = len(path.relations) == 1 and (named or path.features.get("named", 0.0) >= _HALF)
    if path.features.get("unexplained", 0.0) >= _UNSAID and (says is None or not whole):  # "does it offer car rental" says "has" otherwise
        return None
    if says is not None:
        return says
    if len(path.relations) > 1 and path.features.get("unsaid", 0.0) > 0:  # a step that nothing mentions
        return None
    if move == "in" and any(stem(word) in own for word, _ in relation_words(relation.name).words):  # whose it is, not what it has
        return None
    if path.features.get("unexplained", 0.0) >= _LEFT and not whole:  # 红釉里有锰吗: that it has copper is no yes
        return None
    return True if any_at_all and not any(sign(end.name) is not None for end in path.endpoints) else None


def of_another_truth(evidence: Evidence) -> bool:
    """Whether a question for yes or no is left with a yes or a no that is not said of what it asks: of "Does it permit patent use?" that it
    is approved."""
    best = evidence.paths[0]
    other = _says(best) and best.features.get("named", 0.0) < _HALF and "form" not in evidence.settings
    return other and yes_or_no(evidence.question) and verdict_of(evidence) is None


def _says(path: Path) -> bool:
    """Whether what a path ends at says yes or no itself."""
    return len(path.endpoints) == 1 and sign_of(path.relations[-1][0].name if path.relations else "", path.endpoints[0].name) is not None


def told(verdict: bool, *, chinese: bool) -> str:
    """ "Yes: " or "No: ", before what proves it."""
    return ((_NO, _YES), (_NO_HAN, _YES_HAN))[chinese][verdict]


def _whole(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _unread(values: Sequence[tuple[str, str]], *, chinese: bool) -> str:
    """What could not be compared: what is said of the others may not hold of it."""
    if not values:
        return ""
    shown = ("、" if chinese else ", ").join(f"{name}（{text}）" if chinese else f"{name} ({text})" for name, text in values)
    return f"；未能比较：{shown}" if chinese else f"; not compared: {shown}"


def number_of(path: Path, question: str = "") -> float | int | None:
    """How many: the one number that the path ends at ("population"), else how many things it ends at, all of them counted. None where it
    ends at an amount of something else ("4806 m"), or one that is only about so much, or at several amounts of what is asked for."""
    if len(path.endpoints) > 1 and _are_amounts(path, question):
        return None
    if len(path.endpoints) == 1 and path.count == 1:
        end = path.endpoints[0]
        value = getattr(end, "value", None)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        read = amount_of(end) if path.relations and path.relations[-1][1] == "out" else None
        if read is not None and not read.dated and not _a_name(end, path.relations[-1][0], question):
            exact = not read.rough and all(map(counted, read.units))
            return _whole(read.value * (read.units[0].factor if read.units else 1.0)) if exact else None
    return path.count


def _are_amounts(path: Path, question: str) -> bool:
    """Whether a path ends at numbers of what is asked for: "how many credits" of the credits of several courses."""
    values = [getattr(end, "value", None) for end in path.endpoints]
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values) or path.relations[-1][1] != "out":
        return False
    years = any(_YEAR.fullmatch(end.name.strip()) for end in path.endpoints)
    return not years and _asks_for(path.relations[-1][0], question)


def number_first(value: float | None, ends: Sequence[Node], *, chinese: bool) -> str:
    """A number before what it was found by; nothing where that says it itself ("1200")."""
    if value is None or (len(ends) == 1 and ends[0].name.replace(",", "") == str(value)):
        return ""
    return f"{value:,}" + ("：" if chinese else ": ")


def least(paths: Sequence[Path], value: float | None, *, chinese: bool) -> str:
    """ "at least ", before how many things the best path ends at where it was not followed from all that it comes through; else nothing.
    What leads straight to them is counted in full."""
    best = paths[0] if paths else None
    some = best is not None and best.truncated and value == best.count and (len(best.relations) > 1 or bool(best.constraints))
    return ("至少" if chinese else "at least ") if some else ""


def _a_name(end: Node, relation: Relation, question: str) -> bool:
    """Whether a number may as well be the name of one thing: a film called 1984, but not where "how many employees" is of `employees`."""
    return _YEAR.fullmatch(end.name.strip()) is not None and not _asks_for(relation, question)


def _asks_for(relation: Relation, question: str) -> bool:
    """Whether a question asks for how many of what a relation is called by."""
    noun = _COUNTED.search(question)
    if noun is None:
        return is_han(relation.name) and relation.name in question
    return stem(noun[1].lower()) in map(stem, relation_words(relation.name).spoken)


def _stated(fact: Fact, text: str) -> tuple[str, tuple[Citation, ...]]:
    """'Vader — father_of → Luke [1]' after the text."""
    text += f"{fact.subject.name} — {fact.relation.name} → {fact.object.name} [1]"
    return text, (Citation(id="1", span=(len(text) - 3, len(text)), fact=fact, served=True),)


def _write(path: Path, text: str, values: Sequence[str], *, chinese: bool) -> tuple[str, tuple[Citation, ...]]:
    return said_of(path.endpoints, path.facts, text, values=values, count=path.count, chinese=chinese)


def said_of(
    nodes: Sequence[Node], facts: Sequence[Fact], text: str, *, values: Sequence[str] = (), count: int | None = None, chinese: bool
) -> tuple[str, tuple[Citation, ...]]:
    """'Inception [1], Memento [2]' after the text: each answer with the number of the fact that reaches it (its place in `Answer.facts`),
    and with its value where it was compared: 'Elbe (1094) [1]'; namesakes with their keys: 'NYSE (XNYS) [1]'. `count`: how many there
    are, where not all are given."""
    reached = _last_facts(nodes, facts)
    often = Counter(node.name for node in set(nodes))
    citations: list[Citation] = []
    for i, node in enumerate(nodes[:SHOWN]):
        text += (("、" if chinese else ", ") if i else "") + node.name
        if often[node.name] > 1 and isinstance(node, Entity) and (key := _key_said(node)):
            text += f"（{key}）" if chinese else f" ({key})"
        if i < len(values):
            text += f"（{values[i]}）" if chinese else f" ({values[i]})"
        number = reached.get(node)
        if number is not None:
            mark = f" [{number}]"
            start = len(text) + 1
            text += mark
            citations.append(Citation(id=str(number), span=(start, len(text)), fact=facts[number - 1], served=True))
    more = (len(nodes) if count is None else count) - min(SHOWN, len(nodes))
    if more > 0:
        text += f" 等，另有 {more:,} 个" if chinese else f", and {more:,} more"
    return text, tuple(citations)


def _key_said(entity: Entity) -> str:
    """What tells an entity from its namesakes: its id, without what rows or IRIs are kept under, unless only a number is left; "" where it
    has no name but that, or none at all.

    >>> _key_said(Entity("markets/XNYS", "NYSE", types=("markets",))), _key_said(Entity("markets/2", "NYSE", types=("markets",)))
    ('XNYS', 'markets/2')
    >>> _key_said(Entity("http://example.org/paris#2a", "Paris")), _key_said(Entity("Paris"))
    ('2a', '')
    """
    text = str(entity.id)
    if text == entity.name or not entity.named:
        return ""
    own = re.split(r"[/#]", text)[-1] if "://" in text else text
    own = next((text.removeprefix(f"{kind}/") for kind in entity.types if text.startswith(f"{kind}/")), own)
    return text if own.isdigit() or not own else own


def _last_facts(nodes: Sequence[Node], facts: Sequence[Fact]) -> dict[Node, int]:
    """For each answer, the number (from 1) of the last listed fact that it takes part in."""
    ends = set(nodes)
    reached: dict[Node, int] = {}
    for number, fact in enumerate(facts, 1):
        for node in (*fact.nodes, *(value for _, value in fact.qualifiers)):
            if node in ends:
                reached[node] = number
    return reached
