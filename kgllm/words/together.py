"""Questions for several fields of a thing: "the capital and the population of Peru", "who made Olm and when was it built?", 秘鲁的首都和人口.

Each is read into a question of its own for every field. What looks like fields need not be some ("salt and pepper"): whether each is one
is for those to find out who know the thing (`kgllm.answering.fields`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kgllm.words.language import language_of
from kgllm.words.questions import Span
from kgllm.words.saying import (
    CALLED,
    CLOSE,
    HAN,
    HAN_TAIL,
    LINK,
    OPEN,
    OWN,
    SEPARATES,
    WORDS,
    Known,
    bare,
    chinese,
    ended,
    english,
    led,
    until,
    word,
)

_MOST = 6  # fields of one question
_WORDS = 5  # of a field that is not known by its whole name
_LONGEST = 300  # characters of a question: a longer one is told, not asked
_JOINS, _AND = english("joins"), english("and")
_CLAUSE = re.compile(
    rf"^(?P<first>.*?)\s*(?:[,;]\s*(?:{_JOINS}\s+)?|[?.]\s+(?:{_AND}\s+)?|\s{_JOINS}\s+)(?P<second>(?:{english('also')}\s+)?(?:\S+\s+){{0,4}}?(?P<whose>{english('whose')})\s+(?P<fields>.+))$",
    re.IGNORECASE | re.DOTALL,
)
_OWNER = re.compile(
    rf"^(?P<field>.+?)\s+{english('owner')}\s+(?P<owner>[a-z].*)$|^(?P<owns>[a-z][\w ]*)['’]s\s+(?P<first>.+)$", re.IGNORECASE
)
_AFTER = re.compile(r"^\s*(?P<mark>[,:;–-])?\s*(?P<fields>.+)$", re.DOTALL)
_ASKING = rf"(?:{english('asks')}|{english('asks_which')}\s+[a-z]+)"
_ASKED_TWICE = re.compile(
    rf"^(?P<lead>\W*(?:[a-z']+\s+){{0,5}}?)(?P<one>{_ASKING})\s*(?:,\s*|\s+){_AND}\s+(?P<other>{_ASKING})\s+(?P<rest>{english('be')}\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NEXT = re.compile(rf"\s*(?:[,;?.]\s*(?:{_AND}\s+)?|\s{_AND}\s+)(?P<asks>{_ASKING})\b", re.IGNORECASE)
_QUESTION = re.compile(rf"^\W*(?:{english('asks_first')}|{english('asks_how')}\s+[a-z]+)\b", re.IGNORECASE)
_REFERRING = re.compile(rf"\b{english('referring')}\b", re.IGNORECASE)
_PRONOUN = re.compile(rf"\b{english('pronouns')}\b", re.IGNORECASE)

_HAN_SEP = re.compile(rf"\s*{chinese('joins')}\s*")
_HAN_CLAUSE = re.compile(r"[，,；;？?。]\s*")
_SPACES = re.compile(r"\s{2,}")
_THIS_ONE = f"这{chinese('few_units')}"
_HAN_REFERRING = re.compile(rf"(?!{_THIS_ONE}){chinese('this')}")
_HAN_LEAD = re.compile(rf"^{chinese('then')}?(?:{chinese('its')}|{_THIS_ONE}的?)?(?=\S)")
_HAN_THING = re.compile(
    rf"^(?:[，,]?{chinese('this')}{chinese('units')}?[^的，,、]{{0,6}}?)?{chinese('says')}?\s*(?P<of>的(?P<noun>(?:(?!{chinese('asks')})[^的，,、]){{1,8}})[，,]\s*{chinese('whose')}|的|之|[，,：:]\s*{chinese('whose')}?|\s*)"
)
_HAN_TWICE = re.compile(
    rf"(?P<one>{chinese('asks_when')})[、，,和与及]?(?P<other>(?:在|于)?(?:{chinese('asks_where')}|哪个[\u4e00-\u9fff]{{1,2}}?))(?P<rest>[^，,？?]+)"
)
_HAN_QUESTION = re.compile(f"{chinese('asks')}|{chinese('asks_when')}|{chinese('asks_how')}")
_HAN_AGAIN = re.compile(rf"^{chinese('again')}?(?:{chinese('it')}|{_THIS_ONE})?(?P<of>的)?")
_MAY_JOIN = re.compile(rf"\b{_JOINS}\b|[,&、，；]|{chinese('may_join')}|[?？]\s*\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question for one field of one thing. `label`: the field as it is said, the word that asks ("when"), or nothing; `thing`: where the
    thing is named; `named`: the field is said by a name; `whose`: the word that stands for the thing, where one does."""

    label: str
    thing: Span
    text: str
    named: bool = True
    whose: str = ""


def fields_asked(text: str, names: Sequence[Span], known: Callable[[Span], Known]) -> list[Asking]:
    """A question for several fields as one for each; none where it asks for one. `names`: where things are named; `known`: the names of the
    fields of the thing at a place.

    >>> def none(span): return lambda text: False
    >>> [(one.label, one.text) for one in fields_asked("Tell me the capital and the population of Peru.", [(42, 46)], none)]
    [('capital', 'What is the capital of Peru?'), ('population', 'What is the population of Peru?')]
    >>> [one.text for one in fields_asked("秘鲁的首都和人口分别是多少？", [(0, 2)], none)]
    ['秘鲁的首都是什么？', '秘鲁的人口是什么？']
    >>> [one.text for one in fields_asked("Who wrote Olm and when was it printed?", [(10, 13)], none)]
    ['Who wrote Olm?', 'when was Olm printed?']
    >>> fields_asked("films with Ann and Bob", [(11, 14), (19, 22)], none)
    []
    """
    if len(text) > _LONGEST or not may_join(text):
        return []
    read = _chinese if language_of(text) == "zh" else _english
    for thing in sorted(names, key=lambda span: (span[0] - span[1], -span[0])):
        found = read(text, thing, names, known(thing))
        if found and len({one.text for one in found}) == len(found) <= _MOST:
            return found
    return []


def may_join(text: str) -> bool:
    """Whether anything in a question may put two fields together."""
    return _MAY_JOIN.search(text) is not None


def _english(text: str, thing: Span, names: Sequence[Span], known: Known) -> list[Asking]:
    """By the place of the fields: before the thing, behind it, on both sides of it; or two clauses."""
    first, last = _run(text, thing, names)
    before, after = text[: first[0]].rstrip(OPEN), text[last[1] :]
    after = after if OWN.match(after) else after.lstrip(CLOSE)
    said = _things(text, (first[0], last[1]), names)
    return (
        _of(before, after, said, known)
        or _has(after, said, known)
        or _behind(before, after, said, known)
        or _twice(text, thing)
        or _clauses(text, thing, names)
    )


def _run(text: str, thing: Span, names: Sequence[Span]) -> tuple[Span, Span]:
    """The first and the last of the things that are named beside each other."""
    first = last = thing
    for name in sorted(names):
        if name[0] > last[1] and _beside(text[last[1] : name[0]]):
            last = name
    for name in sorted(names, reverse=True):
        if name[1] < first[0] and _beside(text[name[1] : first[0]]):
            first = name
    return first, last


def _beside(gap: str) -> bool:
    between = gap.strip(OPEN + CLOSE)
    return any(sep.fullmatch(re.sub(r"\bthe\s*$", "", between) or " ") is not None for sep in (SEPARATES, _HAN_SEP))


def _things(text: str, run: Span, names: Sequence[Span]) -> list[tuple[Span, str]]:
    """The things of a run and their names, with the marks that stand around them."""
    return [(name, text[slice(*name)]) for name in sorted(names) if run[0] <= name[0] and name[1] <= run[1]]


def _of(before: str, after: str, things: list[tuple[Span, str]], known: Known) -> list[Asking]:
    """ "the capital and the population of Peru", "the capital of Peru and its population"."""
    link = LINK.match(before)
    if link is None or SEPARATES.search(link["kind"].strip()):
        return []
    kind = CALLED.sub(" ", f" {link['kind']}").lstrip()
    clause = None if ended(after) else _CLAUSE.match(after)
    if clause is not None and ended(clause["first"]):
        one, others = led(link["fields"], known), _pieces(until(clause["fields"], known), known)
        if not one or not others or SEPARATES.search(one) or not _may_be(one, known) or not _asks_only(clause["second"], clause["whose"]):
            return []
        return _each([(one, ""), *((other, clause["whose"].lower()) for other in others)], things, kind)
    if not ended(after):
        return []
    said = led(link["fields"], known)
    if (
        (owner := _OWNER.match(said)) is not None and owner["owner"] and not known(SEPARATES.split(said)[-1])
    ):  # "the age and height of the head of Olm"
        said, kind = owner["field"], f"the {owner['owner']} of {kind}"
    pieces = _pieces(said, known)
    return _each([(piece, "") for piece in pieces], things, kind) if len(pieces) > 1 else []


def _has(after: str, things: list[tuple[Span, str]], known: Known) -> list[Asking]:
    """ "Peru's capital and population"."""
    if not (own := OWN.match(after)) or len(things) > 1:
        return []
    rest = after[own.end() :]
    clause = _CLAUSE.match(rest)
    if clause is not None and _asks_only(clause["second"], clause["whose"]):
        rest = f"{clause['first']}, {clause['fields']}"
    owner = _OWNER.match(rest)
    if owner is not None and owner["owns"]:  # "Olm's head's age and height"
        rest = owner["first"]
    pieces = _pieces(until(rest, known), known)
    kind = f"the {owner['owns']} of " if owner is not None and owner["owns"] else ""
    return _each([(piece, "") for piece in pieces], things, kind) if len(pieces) > 1 else []


def _behind(before: str, after: str, things: list[tuple[Span, str]], known: Known) -> list[Asking]:
    """ "As for Peru, what's the capital and the population?", "Peru: capital, population"; with nothing between them only whole names."""
    found = _AFTER.match(after)
    if found is None or len(before.split()) > _WORDS + 2 or SEPARATES.search(before.strip()) or len(things) > 1:
        return []
    said = led(until(found["fields"], known), known)
    pieces = _pieces(said, known)
    sure = found["mark"] is not None and after[0] in ",:;" and "," not in (found["mark"] if not before.strip() else "")
    return _each([(piece, "") for piece in pieces], things, "") if len(pieces) > 1 and (sure or all(map(known, pieces))) else []


def _each(fields: Sequence[tuple[str, str]], things: Sequence[tuple[Span, str]], kind: str) -> list[Asking]:
    kind = kind if len(things) == 1 else ""
    return [Asking(field, span, f"What is the {field} of {kind}{name}?", whose=whose) for span, name in things for field, whose in fields]


def _pieces(said: str, known: Known) -> list[str]:
    """The fields that are put together; none where something is no name of one."""
    if not said or known(said):
        return [said] if said else []
    found: list[str] = []
    parts = SEPARATES.split(said)
    if len(parts) > 2 * _MOST:
        return []
    at = 0
    while at < len(parts):
        size = next((n for n in range(len(parts) - at, 1, -1) if known(bare(" and ".join(parts[at : at + n])))), 1)
        found.append(bare(" and ".join(parts[at : at + size])))
        at += size
    last = found[-1].split()
    found = [_with_head(piece, [" ".join(["", *last[at:]]) for at in range(1, len(last))], known) for piece in found]
    return found if all(_may_be(piece, known) for piece in found) else []


def _with_head(piece: str, heads: Sequence[str], known: Known) -> str:
    """A field with what it shares with the last of them: "birth date" of "birth and death date", 出生日期 of 出生和死亡日期."""
    return piece if known(piece) else next((piece + head for head in heads if known(piece + head)), piece)


def _may_be(piece: str, known: Known) -> bool:
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", piece.lower())
    return known(piece) or (0 < len(words) <= _WORDS and WORDS["grammar"].isdisjoint(words) and not piece[:1].isdigit())


def _asks_only(second: str, whose: str) -> bool:
    """Whether nothing but words that lead to a field stands before "its"."""
    before = second[: re.search(rf"\b{whose}\b", second, re.IGNORECASE).start()]  # type: ignore[union-attr]
    return all(word(one) in WORDS["lead"] for one in before.split())


def _twice(text: str, thing: Span) -> list[Asking]:
    """ "When and where was Ann born?"."""
    found = _ASKED_TWICE.match(text)
    if found is None or thing[0] < found.start("rest"):
        return []
    if any(word(one) not in WORDS["lead"] for one in found["lead"].split()):
        return []
    rest = found["rest"].rstrip("?.! ")
    return [Asking(said.lower(), thing, f"{said.capitalize()} {rest}?", named=False) for said in (found["one"], found["other"])]


def _clauses(text: str, thing: Span, names: Sequence[Span]) -> list[Asking]:
    """ "Who wrote Olm and when was it printed?", "Who wrote Olm and who wrote Ulm?"."""
    cuts = [found for found in _NEXT.finditer(text) if found.start() >= thing[1]]
    if len(cuts) != 1 or not re.match(rf"\W*(?:\S+\s+){{0,5}}?{_ASKING}\b", text[: cuts[0].start()], re.IGNORECASE):
        return []
    first, second = text[: cuts[0].start()].rstrip("?.! "), text[cuts[0].start("asks") :].rstrip("?.! ")
    one = Asking("", thing, f"{first}?", named=False)
    pronouns = [*_PRONOUN.finditer(second)]
    own_names = [name for name in names if name[0] >= cuts[0].start("asks")]
    if _REFERRING.search(second) or len(pronouns) + len(own_names) != 1:
        return []
    if own_names:
        return [one, Asking("", own_names[0], f"{second}?", named=False)] if _QUESTION.match(first) and _QUESTION.match(second) else []
    [pronoun], said = pronouns, text[slice(*thing)]
    own = pronoun[0].lower() in ("its", "his") or (pronoun[0].lower() == "her" and re.match(r"\s+[a-z]", second[pronoun.end() :]))
    asked = f"{second[: pronoun.start()]}{said}{chr(39) + 's' if own else ''}{second[pronoun.end() :]}"
    return [one, Asking("", thing, f"{asked}?", named=False, whose=pronoun[0].lower())]


def _chinese(text: str, thing: Span, names: Sequence[Span], known: Known) -> list[Asking]:
    first, last = _run(text, thing, names)
    begin, end = first[0] - len(text[: first[0]]) + len(text[: first[0]].rstrip(OPEN)), last[1]
    end += len(text[end:]) - len(text[end:].lstrip(CLOSE))
    things = [(span, _marked(text, span)) for span, _ in _things(text, (first[0], last[1]), names)]
    if (both := _HAN_TWICE.search(text)) is not None and both.start() >= end:
        front, said = text[: both.start()], both["rest"].rstrip("？?。 ")
        return [Asking(one, thing, f"{front}{one}{said}？", named=False) for one in (both["one"], both["other"])]
    after = text[end:]
    lead = _HAN_THING.match(after)
    if lead is not None and not re.search("[和与及、]", text[:begin]):
        pieces = list(_han_pieces(after[lead.end() :], known))
        sure = lead["of"].strip() != ""
        owner, _, left = pieces[0].rpartition("的") if pieces and not known(pieces[0]) else ("", "", "")
        if owner and left:  # 三体的作者的籍贯和年龄
            pieces[0] = left
        elif lead["noun"] and known(lead["noun"]):  # 三体的作者，其籍贯和年龄
            owner = lead["noun"]
        things = [(span, f"{name}的{owner}" if owner else name) for span, name in things]
        pieces = [_with_head(piece, [pieces[-1][at:] for at in range(1, len(pieces[-1]))], known) for piece in pieces]
        if len(pieces) > 1 and all(_han_may_be(piece, known) for piece in pieces) and (sure or all(map(known, pieces))):
            return [Asking(piece, span, f"{name}的{piece}是什么？") for span, name in things for piece in pieces]
    return _han_clauses(text, thing, names) if len(things) == 1 else []


def _han_pieces(rest: str, known: Known) -> Iterator[str]:
    """The fields of all clauses: 首都是什么，人口是多少."""
    for clause in _HAN_CLAUSE.split(rest.strip("？?。！! ")):
        said = clause if known(clause) else HAN_TAIL.sub("", _SPACES.sub(" ", clause))
        if not said:
            continue
        parts = [said] if known(said) else _HAN_SEP.split(said)[: 2 * _MOST]
        at = 0
        while at < len(parts):
            size = next((n for n in range(len(parts) - at, 1, -1) if known("和".join(parts[at : at + n]))), 1)
            piece = "和".join(parts[at : at + size]).strip()
            yield piece if known(piece) else _HAN_LEAD.sub("", piece)
            at += size


def _han_may_be(piece: str, known: Known) -> bool:
    return known(piece) or (1 < len(piece) <= 10 and not any(word in piece for word in HAN["grammar"]))


def _han_clauses(text: str, thing: Span, names: Sequence[Span]) -> list[Asking]:
    """《三体》是谁写的，什么时候出版的？"""
    cuts = [found for found in _HAN_CLAUSE.finditer(text) if found.start() >= thing[1] and text[found.end() :].strip("？?。！! ")]
    if len(cuts) != 1:
        return []
    first, second = text[: cuts[0].start()], text[cuts[0].end() :].rstrip("？?。！! ")
    if not _HAN_QUESTION.search(first[thing[1] :]) or not _HAN_QUESTION.search(second) or _HAN_REFERRING.search(second):
        return []
    one = Asking("", thing, f"{first}？", named=False)
    own_names = [name for name in names if name[0] >= cuts[0].end()]
    if own_names:
        return [one, Asking("", own_names[0], f"{second}？", named=False)] if len(own_names) == 1 else []
    rest = _HAN_AGAIN.sub(r"\g<of>", second)
    return [one, Asking("", thing, f"{_marked(text, thing)}{rest}？", named=False, whose="其")]


def _marked(text: str, span: Span) -> str:
    said = text[slice(*span)].strip(OPEN + CLOSE)
    return f"《{said}》" if text[max(0, span[0] - 1) : span[0] + 1].find("《") >= 0 else said
