"""Amounts that a question asks for and its best path does not lead to: another measure of the thing, or what is only the kind of it.

"身高" (a height) of somebody of whom the graph knows the weight, a "phone number" beside a room number, "the heaviest hill" where no
hill has a weight: a path is found by what else the question says, and is no answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kgllm.retrieval.paths.amounts import amount_of
from kgllm.types import Evidence, Path
from kgllm.words import is_han, lexicon, relation_words, singular, stem
from kgllm.words.comparisons import Degree
from kgllm.words.extremes import compares, joined, measured_by, names_measure
from kgllm.words.fields import may_be_short, stands_for
from kgllm.words.ordinals import other_ordinal
from kgllm.words.patterns import either
from kgllm.words.questions import Span, forms_of, longest, overlap, without_names, yes_or_no

_MARKS = " ?？。.《》「」“”\"'"
_SAID = 0.5  # weight of words that are asked for and that nothing explains, and how well a step is mentioned at least
_OF_ANOTHER = 0.6  # how far the end of a path is of another kind than is asked for
_HARDLY = 0.3  # … and hardly of the kind asked for
_SURE_OF_ANOTHER = 0.75  # a path less sure is no answer where it goes on to what something else has


def another_measure(evidence: Evidence) -> bool:
    """Whether a question names a measure, and its best path leads to the values of another; or the third of something, and it leads to
    the first."""
    best = evidence.paths[0]
    if any(other_ordinal(evidence.question, relation.name) for relation, _ in best.relations):
        return True
    if not any(letter.isdigit() for end in best.endpoints[:1] for letter in end.name):
        return False
    stop = {*forms_of("measured")["general"], *lexicon().english.stop}
    rest = without_names(evidence.question, [link.mention.span for link in evidence.links])
    names = [name for relation, _ in best.relations for name in (relation.name, *relation.aliases)]
    asked = [word for word in measured_by(rest) if not any(_says(name, word) for name in names)]
    if asked == ["long"] and _lasts(best) and not yes_or_no(evidence.question):
        return False
    if asked and all(not names_measure(names, word) for word in asked) and len(asked) == len(measured_by(rest)):
        return True
    return any(
        not any(_qualified(name, found[1] or found[2].lstrip("之")) for name in names)
        for found in _patterns().number.finditer(rest)
        if found[1] not in stop
    )


def _lasts(path: Path) -> bool:
    """Whether a path ends at a time that something takes: "134 days" are as long as they are, whatever the relation is called."""
    amount = amount_of(path.endpoints[0])
    return amount is not None and {unit.kind for unit in amount.units} == {"duration"}


def another_address(evidence: Evidence) -> bool:
    """Whether a question asks for an address in a network, and its best path leads to where something stands: 邮箱地址 is no 地址.

    >>> import kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([("Ann", "address", "3 Mill Lane"), ("Bob", "address", "5 Mill Lane")]))
    >>> qa.ask("What is Ann's email address?").abstained, qa.ask("What is Ann's home address?").text
    (True, '3 Mill Lane [1]')
    """
    found = _patterns().network.search(without_names(evidence.question, [link.mention.span for link in evidence.links]))
    if found is None:
        return False
    names = [name for relation, _ in evidence.paths[0].relations for name in (relation.name, *relation.aliases)]
    spoken = {word for name in names for word in relation_words(name).spoken}
    families = {family for word in spoken for family in lexicon().families_of(word)}
    own = any(word in found[0].lower() and "address" not in lexicon().families_of(word) for word in spoken)  # "ip address"
    return "address" in families and not own and not families & {"email", "website"}


def of_another(evidence: Evidence, confidence: float) -> bool:
    """Whether the best path goes by a step that nothing mentions to an amount of something else: what one's manager earns is not what one
    earns oneself.

    >>> import kgllm
    >>> firm = [("Ann", "reports to", "Bob"), ("Bob", "annual salary (EUR)", 9000), ("Cid", "annual salary (EUR)", 7000)]
    >>> kgllm.GraphQA(kgllm.load(firm)).ask("How much does Ann earn?").abstained
    True
    """
    best = evidence.paths[0]
    silent = len(best.relations) == 2 and best.features.get("silent", 0.0) > 0
    return silent and confidence < _SURE_OF_ANOTHER and amount_of(best.endpoints[0]) is not None


def another_noun(evidence: Evidence) -> bool:
    """Whether a question asks for the so-and-so of a thing and no more, and no step of its best path speaks of that: who plays for a country
    is not the coach of it.

    >>> import kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([("Ann", "country", "Peru"), ("Bob", "country", "Peru"), ("Peru", "continent", "America")]))
    >>> qa.ask("Who is the coach of Peru?").abstained, qa.ask("Who is from Peru?").text
    (True, 'Ann [1], Bob [2]')
    """
    best, question = evidence.paths[0], evidence.question
    if best.features.get("weakest", 0.0) >= _SAID or best.features.get("unexplained", 0.0) < _SAID or "form" in evidence.settings:
        return False
    for start, end in longest(link.mention.span for link in evidence.links):
        noun = _patterns().of.match(question[:start]) if not question[end:].strip(_MARKS) else None
        if noun is None and not question[:start].strip(_MARKS):
            noun = _patterns().of_han.match(question[end:])
        if noun is not None and not _is_kind(noun[1].lower(), best):
            return True
        if (
            not question[:start].strip(_MARKS)
            and (noun := _patterns().of_han_what.match(question[end:]))
            and _by_a_character(noun[1], best)
        ):
            return True
    return False


def _by_a_character(noun: str, path: Path) -> bool:
    """Whether a Chinese noun that means one thing shares no more than a character with the relation that a path takes for it, which means
    another: a 近义词 is no 释义."""
    last = path.relations[-1][0].name
    mine, known = set(lexicon().by_han.get(noun, ())), lexicon().by_han
    theirs = {family for n in range(len(last)) for m in range(n + 1, len(last) + 1) for family in known.get(last[n:m], ())}
    return bool(mine and theirs) and mine.isdisjoint(theirs) and is_han(last) and not set(noun).isdisjoint(last)


def _is_kind(noun: str, path: Path) -> bool:
    """Whether the ends of a path are of a type that a noun names."""
    words = {singular(word) for word in noun.split()} | {noun}
    types = {kind.lower() for end in path.endpoints for kind in getattr(end, "types", ())}
    return any(singular(kind) in words or any(is_han(word) and word in kind for word in words) for kind in types)


def no_time(evidence: Evidence) -> bool:
    """Whether a question asks when, and its best path leads to what is of another kind and holds no number: who founded it does not say
    when.

    >>> import kgllm
    >>> kgllm.GraphQA(kgllm.load([("Acme", "founded by", "Jo Bloggs"), ("Jo Bloggs", "born in", "Oslo")])).ask("When was Acme founded?").abstained
    True
    """
    best = evidence.paths[0]
    if (
        _patterns().when.search(evidence.question) is None
        or best.features.get("kind", 0.0) >= _HARDLY
        or best.features.get("unkind", 0.0) < _OF_ANOTHER
    ):
        return False
    return not any(letter.isnumeric() for end in best.endpoints for letter in end.name)


def unmeasured(evidence: Evidence) -> bool:
    """Whether a question asks for the most of something, or for a number made of values, and its best path says nothing of that."""
    form, best = compares(evidence.question), evidence.paths[0]
    names = [link.mention.span for link in evidence.links]
    if (
        form is not None
        and best.features.get("timed", 0.0) <= 0
        and any(not any(overlap(one.span, name) for name in names) for one in form.bounds)
    ):
        return True
    return form is not None and any(
        _unsaid(evidence.question.lower(), one, best, names) for one in form.degrees if not any(overlap(one.span, name) for name in names)
    )


def _unsaid(question: str, one: Degree, best: Path, names: list[Span]) -> bool:
    if one.asks in ("total", "average"):
        return (best.count > 1 and not one.loose) or (len(joined(question, names)) > 1 and amount_of(best.endpoints[0]) is not None)
    if one.asks in ("ratio", "times") and len(longest(names)) < 2:  # "变焦可达多少倍": a value of one thing
        return False
    if one.asks:
        return True
    if one.loose or not one.superlative or ("late" in one.dimensions and best.features.get("timed", 0.0) > 0):
        return False
    said = question[one.span[0] : one.span[1]]
    return not any(
        _says(name, word) for relation, _ in best.relations for name in (relation.name, *relation.aliases) for word in said.split()
    )


def _says(relation: str, word: str) -> bool:
    """Whether the name of a relation holds a word; a Chinese one by what it measures: 枪管长 a 长度, 速率 a 速度, "身 高" a 身高."""
    if is_han(word):
        return word in (name := "".join(relation.split())) or any(
            letter in name for letter in word if letter not in forms_of("measured")["sized_han"]
        )
    parts = relation_words(relation).spoken
    return stem(word) in {stem(part) for part in parts} or any(may_be_short(part) and stands_for(part, word) for part in parts)


def _qualified(relation: str, word: str) -> bool:
    """Whether the name of a relation may be of what a number is of: "phone" of "telephone", and of no room."""
    if _says(relation, word):
        return True
    mine = set(lexicon().families_of(word))
    words = [part for part, _ in relation_words(relation).words]
    plain = all(part in forms_of("measured")["plain"] for part in words)
    return plain or any(mine & set(lexicon().families_of(part)) for part in words) or any(word in part or part in word for part in words)


@dataclass(frozen=True, slots=True)
class _Patterns:
    number: re.Pattern[str]
    network: re.Pattern[str]
    when: re.Pattern[str]
    of: re.Pattern[str]
    of_han: re.Pattern[str]
    of_han_what: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    said, han = {name: either(words) for name, words in forms_of("measured").items()}, "[\u4e00-\u9fff]"
    return _Patterns(
        number=re.compile(rf"([a-z]+)[\s-]numbers?\b|((?:(?!的){han}){{2}})的?{said['number_han']}"),
        network=re.compile(rf"\b{said['network']}\s+address|{said['network_han']}的?地址", re.IGNORECASE),
        when=re.compile(rf"^\W*(?:since )?when\b|{said['when_han']}", re.IGNORECASE),
        of=re.compile(rf"^\W*{said['who']}(?:\s+|'){said['be']}\s+(?:the\s+)?([\w-]+(?:\s[\w-]+)?)\s+of\s+(?:the\s+)?\W*$", re.IGNORECASE),
        of_han=re.compile(rf"^[》」”\s]*的({han}{{2,4}}){said['is_who_han']}[\s?？。]*$"),
        of_han_what=re.compile(rf"^[》」”\s]*的({han}{{2,4}}?)(?:{said['be_han']}{said['what_han']})?[\s?？。]*$"),
    )
