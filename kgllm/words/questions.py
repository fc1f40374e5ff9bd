"""Forms of questions, by their words (questions.toml): yes or no, a choice between names, a negation, a comparison with a number."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from kgllm.words.tables import read_table
from kgllm.words.tokens import ASKED

Span = tuple[int, int]
MEASURES = frozenset(
    "道款部位家种類类個个本卷首座颗项名条件支所张只艘架台辆门间场处片幅篇届段群次样册节堂份棵株头匹根块粒套枚朵则封桩宗列栋幢尊笔趟句盏"
)
"""What Chinese counts things by: "哪部电影" asks for a film."""
MEASURE = f"[{''.join(sorted(MEASURES))}]"
"""The same as a pattern."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NOUN = 4  # words of a noun with its article, at most
_END = " ?？。.!！"


def overlap(one: Span, other: Span) -> bool:
    """Whether two places have a character in common.

    >>> overlap((0, 5), (4, 9)), overlap((0, 5), (5, 9))
    (True, False)
    """
    return one[0] < other[1] and other[0] < one[1]


def longest(spans: Iterable[Span]) -> list[Span]:
    """The longest of places that overlap, in their order; empty ones are none.

    >>> longest([(0, 3), (0, 9), (12, 15), (4, 4)])
    [(0, 9), (12, 15)]
    """
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda span: (span[0] - span[1], span)):
        if span[0] < span[1] and not any(overlap(span, other) for other in kept):
            kept.append(span)
    return sorted(kept)


@lru_cache(maxsize=ASKED)
def yes_or_no(question: str) -> bool:
    """Whether a question asks if something is so. Question words count wherever they stand, in a name too: what may be asked for a
    thing is taken to be.

    >>> yes_or_no("Did Nolan direct Memento?"), yes_or_no("战狼的导演是不是吴京？"), yes_or_no("Do you know who directed Memento?")
    (True, True, False)
    >>> yes_or_no("Is Nolan a director who was born in London?"), yes_or_no("Is Ohio a US state?"), yes_or_no("Can you tell us Ohio's capital?")
    (True, True, False)
    """
    form, question = _forms()["yes_or_no"], question.lower()
    words = _WORD.findall(question)
    said = set(words) - _relative(words)
    if "us" in said and not any(word == "us" and before in form["us_after"] for before, word in itertools.pairwise(words)):
        said.remove("us")
    if any(one in said or (not one.isascii() and one in question) for one in form["without"]):
        return False
    return asks_if_so(question)


@lru_cache(maxsize=ASKED)
def asks_if_so(question: str) -> bool:
    """Whether a question begins or ends as one for yes or no, whatever else it asks.

    >>> asks_if_so("Does it list who directed it?"), asks_if_so("Who directed it?"), asks_if_so("谁是导演吗")
    (True, False, True)
    """
    form, question = _forms()["yes_or_no"], question.lower()
    words = _WORD.findall(question)
    begins = bool(words) and words[0] in form["first"]
    return begins or question.rstrip(_END).endswith(form["ends"]) or any(one in question for one in form["within"])


def _relative(words: Sequence[str]) -> set[str]:
    """The question words of a question that only follow a noun: "a director who", "the film which"."""
    form = _forms()["relative"]
    if words[1:2] and words[1] in form["before"]:  # "do we know the city which"
        return set()
    asked = {word: n for n, word in enumerate(words) if word in form["words"]}
    nouns = {word for word, n in asked.items() if words.count(word) == 1 and words[n - 1] not in form["not_after"]}
    return {word for word in nouns if set(words[max(1, asked[word] - _NOUN) : asked[word] - 1]) & set(form["articles"])}


def exists(rest: str) -> bool:
    """Whether a question for yes or no, without the names in it, asks if there is something of a kind, or if a thing has it.

    >>> exists("does  have a sequel?"), exists("有续集吗？"), exists("is there a sequel to ?"), exists("is  a film?"), exists("did  direct ?")
    (True, True, True, False, False)
    """
    form, words = _forms()["exists"], _WORD.findall(rest)
    there = len(words) > 1 and words[0] in form["be"] and words[1] == "there" and not set(words) & set(form["whom"])
    if not there and not yes_or_no(rest):
        return False
    if any(one in rest for one in form["within"]):
        return True
    if not words or words[0] not in form["first"]:
        return False
    said = form["after_be"] if words[0] in form["be"] else form["after"]
    return any(word in said for word in words[1:])


MARKS = "《》〈〉「」『』“”‘"
"""Marks around names. Of ’ and ' it is not known whether they are letters (Ann’s)."""


def choice(question: str, names: Sequence[Span]) -> tuple[Span, ...]:
    """The names, of those at these places, that a question gives to choose between; none where it gives none.

    >>> question = "Is Nolan British or American?"
    >>> [question[a:b] for a, b in choice(question, [(3, 8), (9, 16), (20, 28)])]
    ['British', 'American']
    >>> choice("films by Nolan or Bigelow", [(9, 14), (18, 25)]), choice("films by Nolan or Bigelow from 2010", [(9, 14), (18, 25)])
    ((), ())
    """
    form, question = _forms()["choice"], question.lower()
    apart = sorted(set(names))
    group: list[Span] = []
    for left, right in itertools.pairwise(apart):
        if left[1] <= right[0] and _or(between(question, left, right)):
            group += [span for span in (left, right) if span not in group]
    if not group:
        return ()
    words = _WORD.findall(question)
    last = not question[group[-1][1] :].strip(_END) and bool(re.search(r"[,，:：、]\s*(?:the\s+)?$", question[: group[0][0]]))
    asks = (bool(words) and words[0] in _forms()["yes_or_no"]["first"]) or any(one in question for one in form["within"]) or last
    return tuple(group) if asks else ()


@lru_cache(maxsize=ASKED)
def negated(rest: str) -> bool:
    """Whether a question, without the names in it, asks for what something is not.

    >>> negated("who did not direct ?"), negated("有没有人知道 的导演？"), negated("which towns have no port?"), negated("track no 5")
    (True, False, True, False)
    """
    form = _forms()["negation"]
    rest = rest.replace("可以", "可")  # 可以外借 leaves nothing out
    if any(one in rest for one in form["without"]):
        return False
    words = _WORD.findall(rest)
    lacking = any(
        one == "no" and before in form["has"] and after not in form["no"]
        for before, one, after in zip(words, words[1:], words[2:], strict=False)
    )
    return (
        lacking or any(word in form["words"] or word.endswith(form["ends"]) for word in words) or any(one in rest for one in form["within"])
    )


def without_names(question: str, names: Sequence[Span]) -> str:
    """The question in lower case, a blank where a name stands.

    >>> without_names("Not Fade Away: who played in it?", [(0, 13)])
    ': who played in it?'
    """
    left = list(question)
    for start, end in names:
        left[start:end] = " " * (end - start)
    return "".join(left).strip().lower()


def blank(text: str, *spans: Span) -> str:
    """A text with blanks at some places.

    >>> blank("red lamps", (0, 3))
    '    lamps'
    """
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def denies(relation: str) -> bool:
    """Whether the name of a relation says what something is not.

    >>> denies("does not have phenotype"), denies("不属于"), denies("notable work")
    (True, True, False)
    """
    words = set(_WORD.findall(relation.replace("_", " ").lower()))
    return any(one in words if one.isascii() else one in relation for one in _forms()["negation"]["relation"])


def compared(question: str, name: Span) -> bool:
    """Whether what is asked for is more, less, earlier or later than the number or year at this place.

    >>> compared("Which films came out after 2010?", (27, 31)), compared("Which films came out in 2010?", (24, 28))
    (True, False)
    """
    form, said = _forms()["comparison"], question[name[0] : name[1]]
    if not said[:1].isdigit():
        return False
    before, after = question[: name[0]].lower().rstrip(), question[name[1] :].lstrip()
    words = _WORD.findall(before)
    asks = (words and before.endswith(words[-1]) and words[-1] in form["before"]) or before.endswith(
        tuple(one for one in form["before"] if not one.isascii())
    )
    return bool(asks) or after.lower().startswith(tuple(one.replace("_", " ") for one in form["after"]))


def more_of_two(question: str) -> bool:
    """Whether a Chinese question asks which of two is more of something.

    >>> more_of_two("腾讯和华为哪个成立更早？"), more_of_two("它何时更名？")
    (True, False)
    """
    return any(one in question for one in _forms()["comparison"]["within"])


_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
BITS = frozenset(("0", "1", "0.0", "1.0"))
"""How tables write no and yes, where the name of the field says that it is one."""
_LONGER, _SHORT = 2, 4  # characters that a Chinese verdict has more than, and at most: "不办理"; 不丹 is a country


def verdict(text: str) -> bool:
    """Whether a value says yes or no itself.

    >>> verdict("No"), verdict("否"), verdict("不办理"), verdict("Norway"), verdict("不丹")
    (True, True, True, False, False)
    """
    said, form = text.strip().lower(), _forms()["verdict"]
    return said in form["words"] or (_LONGER < len(said) <= _SHORT and said.startswith(form["begins"]))


def sign(text: str) -> bool | None:
    """Whether a value says yes, or no; None where it says neither.

    >>> sign("true"), sign("N"), sign("否"), sign("不办理"), sign("Norway")
    (True, False, False, False, None)
    """
    said, form = text.strip().lower(), _forms()["verdict"]
    if said in form["yes"]:
        return True
    return False if said in form["no"] or (verdict(text) and said.startswith(form["begins"])) else None


def sign_of(relation: str, text: str) -> bool | None:
    """The same of a value of a relation, whose name may say that 1 is a yes.

    >>> sign_of("closed", "1"), sign_of("is_active", "0.0"), sign_of("red_cards", "1"), sign_of("closed", "true")
    (True, False, None, True)
    """
    said = sign(text)
    if said is None and text in BITS and bears_sign(relation):
        return float(text) == 1
    return said


def bears_sign(relation: str) -> bool:
    """Whether by the name of a relation its values 1 and 0 say yes and no.

    >>> bears_sign("closed"), bears_sign("hasPool"), bears_sign("是否营业"), bears_sign("speed"), bears_sign("goals")
    (True, True, True, False, False)
    """
    form = _forms()["flags"]
    words = [word.lower() for word in _NAME.findall(relation)] or [relation]
    if words[0] in form["first"] or relation.startswith(tuple(one for one in form["first"] if not one.isascii())):
        return len(words) > 1 or not relation.isascii()
    return words[-1] in form["last"] or (words[-1].endswith(form["ends"]) and words[-1] not in form["not"])


def signs() -> tuple[str, ...]:
    """The words for yes and for no that a graph may hold."""
    form = _forms()["verdict"]
    return (*form["yes"], *form["no"])


def forms_of(table: str) -> dict[str, tuple[str, ...]]:
    """The words of one table of questions.toml."""
    return _forms()[table]


@lru_cache(maxsize=ASKED)
def meet(question: str) -> bool:
    """Whether a question sets things that it names against each other, and asks for what is between them.

    >>> meet("Who won the match between Olm and Vass?"), meet("奥姆和瓦斯交手谁赢了"), meet("Who lives in Olm?")
    (True, True, False)
    """
    form, question = _forms()["choice"], question.lower()
    return not set(form["meets"]).isdisjoint(_WORD.findall(question)) or any(one in question for one in form["meets_han"])


def between(text: str, first: Span, then: Span) -> str:
    """What stands between two names, without the marks around them.

    >>> between("《三体》和《球状闪电》哪部更长", (1, 3), (6, 10))
    '和'
    """
    return text[first[1] : then[0]].strip(MARKS)


def _or(said: str) -> bool:
    """Whether nothing but "or" and small words is said between two names."""
    form = _forms()["choice"]
    for one in form["between"]:
        left, found, right = said.partition(one)
        if found and all(not rest or all(word in form["beside"] for word in _small(rest)) for rest in (left, right)):
            return True
    return False


def _small(rest: str) -> list[str]:
    return re.findall(r"[a-z]+|[^\sa-z]", rest)


@cache
def _forms() -> dict[str, dict[str, tuple[str, ...]]]:
    data = read_table("questions")
    return {form: {name: tuple(words.split()) for name, words in parts.items()} for form, parts in data.items()}
