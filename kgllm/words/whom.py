"""What a question with a question word says of the one thing that it names: "Who acquired A?", "Who did A acquire?", "谁收购了A？".

Only plain questions are read: one verb or one noun between what is asked for and the name, and nothing else. Of any other there is
nothing to tell, and both directions of a relation may answer it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kgllm.words.ends import data_of
from kgllm.words.language import language_of
from kgllm.words.lexicon import lexicon
from kgllm.words.questions import Span
from kgllm.words.readings import Kind, Said
from kgllm.words.stems import singular
from kgllm.words.tokens import ASKED, is_han, tokens

_NAME, _ASKED = "*", "?"  # the name and the question word among the words of a question
_OF_A_NOUN = frozenset(("which", "what", "whose", "many", "much"))
_DOERS = frozenset(("person", "organization"))
_PLACES = frozenset(("where", "when", "why"))
_WORDS = frozenset(("who", "whom", "what", "which", "whose", "where", "when", "how"))
_PARTICLES = frozenset(("up", "out", "off", "down", "away", "together"))
_SHOW = frozenset(("list", "show", "name", "give", "find", "me", "all", "every"))
_NOUN = 3  # words of a noun, at most
_HAN_ASKED = re.compile(
    r"谁|何人|什么人|哪里|哪儿|哪(?!一?[年天月日])一?[家个位些支部座本款种所条名只类项张首件艘架辆]?人?|什么地方|什么(?!时)|何处|何地"
)
_HAN_HAS = ("有", "都有", "共有", "一共有")
_HAN_ALONE = "谁人家位里儿方处地"  # end what asks without a noun: 谁, 哪家
_HAN_PLACES = ("哪里", "哪儿", "什么地方", "何处", "何地")
_HAN_MARKS = " 《》“”\"'「」『』，,。.？?！!、：:"
_HAN_OPENS = re.compile(r"^(?:请问|请告诉我|告诉我|我想知道|想知道|你知道)+")
_HAN_NOUN = 6  # characters of a noun that stands with a question word, at most
_Read = tuple[Kind, bool | None, str]
"""Noun or verb; whether what is asked for comes first, None where that is not said; the words."""


def asks(question: str, name: Span) -> Said | None:
    """What a question says of what it asks for and the name at a place; None where that cannot be told.

    >>> asks("Who did Acme acquire?", (8, 12))
    Said(kind='verb', first=(8, 12), second=(0, 3), text='acquire')
    >>> asks("Who was acquired by Acme?", (20, 24)).first, asks("Who acquired Acme?", (13, 17)).first
    ((20, 24), (0, 3))
    >>> asks("甲公司被谁收购了？", (0, 3))
    Said(kind='verb', first=(4, 5), second=(0, 3), text='收购')
    """
    found = _read(question, name)
    if found is None or found[0][1] is None:
        return None
    (kind, asked_first, text), asked = found
    return Said(kind, asked if asked_first else name, name if asked_first else asked, text) if text.strip() else None


def is_plain(question: str, name: Span) -> bool:
    """Whether a question says one verb or noun of the name at a place, and nothing else.

    >>> is_plain("Where was Acme founded?", (10, 14)), is_plain("Who owns the firm that bought Acme?", (30, 34))
    (True, False)
    """
    return _read(question, name) is not None


@lru_cache(maxsize=ASKED)
def _read(question: str, name: Span) -> tuple[_Read, Span] | None:
    return _chinese(question, name) if language_of(question) == "zh" else _english(question, name)


def sure_of(asked: Said, relation: str, *, alike: bool = False, values: bool = False) -> bool:
    """Whether the name of a relation is read like a question says it: of a Chinese verb that is a noun, too ("配音"), nothing is sure but
    where it is the very verb of the question, and ties like to like: 研发 of a game leads to its maker, in most tables. `alike`: the same
    things stand at both its ends. `values`: it leads to what has no facts of its own, as a column of a table does (作品, 录音, 某人). Nor is
    anything sure of a verb with 于 that the question says without: of 甲是哪所大学毕业的 the 大学 does nothing.

    >>> asked = asks("谁收购了甲公司？", (4, 7))
    >>> sure_of(asked, "收购"), sure_of(asked, "收购方")
    (True, True)
    >>> sure_of(asks("谁配音了甲片？", (4, 6)), "配音"), sure_of(asks("谁追赶狐狸？", (3, 5)), "追赶")
    (False, True)
    >>> sure_of(asks("甲片由谁录音？", (0, 2)), "录音"), sure_of(asks("甲片由谁录音？", (0, 2)), "录音", values=True)
    (True, False)
    """
    data = data_of("chinese")
    if relation.endswith("于") and relation != "于" and asked.kind == "verb" and asked.text == relation[:-1]:
        return False
    ended = relation.endswith((*data["verb"], *data["doer"])) and relation not in data["either"]
    if not is_han(relation) or relation.startswith(data["done"]) or ended:
        return True
    families = [lexicon().families[family] for family in lexicon().families_of(relation)]
    if asked.kind == "noun":
        held = len(asked.text) > 1 and (relation in asked.text or asked.text in relation)
        return held or relation == asked.text or any(family.apart for family in families)
    between_likes = alike or (bool(families) and all(set(family.to) & set(family.of) for family in families))
    # it is no noun for who does it: 捕食, 追赶
    does = len(relation) > 1 and all(family.to and not _DOERS & set(family.to) for family in families) and not (values and not families)
    return relation == asked.text and (between_likes or does)


# --- English


@dataclass(frozen=True, slots=True)
class _Line:
    """The words of a question without what says nothing of the direction; where the name and the question word stand among them."""

    words: list[str]
    name: int
    asked: int
    word: str  # the question word: of "how many" the second


def _english(question: str, name: Span) -> tuple[_Read, Span] | None:
    line, span = _line(question, name)
    if line is None:
        return None
    if line.asked < 0:
        read = _unasked(line)
    elif line.asked < line.name:
        read = _asked_before(line)
    else:
        read = _asked_after(line)
    return None if read is None else (read, span)


def _line(question: str, name: Span) -> tuple[_Line | None, Span]:
    small = data_of("english")["small"]
    pieces = tokens(question)
    inside = [piece for piece in pieces if piece.start < name[1] and piece.end > name[0]]
    words: list[str] = []
    asked, span, many = -1, (0, 0), ""
    for piece in pieces:
        if piece in inside:
            words += [_NAME] if piece == inside[0] else []
        elif asked < 0 and piece.word in _WORDS:
            asked, span, many = len(words), piece.span, piece.word
            words.append(_ASKED)
        elif asked >= 0 and piece.word in _WORDS:
            return None, span
        elif piece.word in ("many", "much") and asked == len(words) - 1:
            many = piece.word
        elif (piece.shape != "mark" or piece.word == "'s") and piece.word not in small:
            words.append(piece.word)
    if _NAME not in words:
        return None, span
    words = _without_year(words)
    if asked == 1 and words[0] in (*data_of("english")["ties"], "by"):  # "in which city was X born"
        words = [*words[1:], words[0]]
        asked = 0
    return _Line(words, words.index(_NAME), asked, many), span


def _without_year(words: list[str]) -> list[str]:
    """ "… in 1990" says when, and nothing of who did it."""
    if len(words) > 2 and words[-1].isdigit() and words[-2] in ("in", "on", "since", "during"):
        return words[:-2]
    return words


def _asked_before(line: _Line) -> _Read | None:
    data = data_of("english")
    middle, end = line.words[line.asked + 1 : line.name], line.words[line.name + 1 :]
    if line.asked > 0:
        return None
    at = next((n for n, word in enumerate(middle) if word in data["be"] or word in data["aux"] or word == "by"), None)
    noun, rest = (middle, []) if at is None else (middle[:at], middle[at:])
    if noun and line.word not in _OF_A_NOUN:
        return _verb(noun, asked_first=True) if at is None and not end else None
    if at is None:
        if end or not noun:
            return None
        return None if "of" in noun else _verb(_last_of(noun), asked_first=True)
    if rest[0] == "by":
        return _verb(noun[-1:], asked_first=False) if len(noun) > 1 and not end and len(rest) == 1 else None
    while len(rest) > 1 and rest[1] in data["be"]:  # "has been acquired by"
        rest = rest[1:]
    if rest[0] in data["aux"]:
        return _verb(end, asked_first=False) if len(rest) == 1 else None
    if line.word == "whose" and len(rest) == 1 and not end:
        return _noun(noun, asked_first=False)
    if len(rest) == 1:
        return _after_be(end, place=line.word in _PLACES)
    if end:
        return None
    return _between(rest[1:], asked_first=True)


def _last_of(words: list[str]) -> list[str]:
    """The verb of "company acquired", "rivers flow through"."""
    free = [n for n, word in enumerate(words) if word not in data_of("english")["ties"] and word not in _PARTICLES]
    plural = next((n for n in free[:_NOUN] if n < free[-1] and singular(words[n]) != words[n]), None)
    if plural is not None:
        return words[plural + 1 :]
    return words[free[-1] :] if free and free[-1] <= _NOUN else []


def _after_be(end: list[str], *, place: bool) -> _Read | None:
    """What follows the name of "who is X …"."""
    data = data_of("english")
    if end[:1] == ["'s"]:
        return _noun(end[1:], asked_first=True)
    if end[:1] and end[0] in data["be"]:
        end = end[1:]
    if len(end) < 2:
        return ("verb", False if end[0] in data["ties"] and not place else None, end[0]) if end else None
    if end[-1] == "by":
        return _verb(end[:-1], asked_first=True)
    if end[-1] == "of":
        verb = end[-2] in data["of_verbs"] or end[-2].endswith("ed")
        return _verb(end[:-1], asked_first=False) if verb else _noun(end[:-1], asked_first=False)
    return _verb(end, asked_first=False) if end[-1] in data["ties"] else None


def _between(words: list[str], *, asked_first: bool) -> _Read | None:
    """What stands between "is" and the second of the two: "the capital of", "acquired by", "located in"."""
    data = data_of("english")
    if words[-1] == "by":
        return _verb(words[:-1], asked_first=not asked_first)
    if words[-1] == "of":
        verb = len(words) > 1 and (words[-2] in data["of_verbs"] or words[-2].endswith("ed"))
        return _verb(words[:-1], asked_first=asked_first) if verb else _noun(words[:-1], asked_first=asked_first)
    if words[-1] not in data["ties"]:
        return None
    if len(words) == 1 or words[-2].endswith(("ed", "ing", "n", "t")):
        return _verb(words, asked_first=asked_first)
    known, noun = lexicon(), words[-2]
    named = noun.endswith((*data["doer"], *data["done"])) or known.kinds_of(noun) or noun in known.end_nouns
    return _noun(words[:-1], asked_first=asked_first) if named else None


def _asked_after(line: _Line) -> _Read | None:
    data = data_of("english")
    before, middle, end = line.words[: line.name], line.words[line.name + 1 : line.asked], line.words[line.asked + 1 :]
    if any(word in data["be"] or word in data["aux"] or word in ("by", "of", "'s") for word in end):
        return None
    if before:
        is_ = len(middle) == 1 and middle[0] in data["be"]
        return _noun(before[:-1], asked_first=True) if is_ and before[-1] == "of" else None
    if not middle:
        return None
    if middle[0] == "'s" and middle[-1] in data["be"]:
        return _noun(middle[1:-1], asked_first=True)
    if middle[0] in data["be"]:
        return _between(middle[1:], asked_first=False) if len(middle) > 1 else None
    return _verb(middle, asked_first=False)


def _unasked(line: _Line) -> _Read | None:
    """ "the supplier of X", "X's supplier", "towns in X"."""
    before, end = line.words[: line.name], line.words[line.name + 1 :]
    if not before and end[:1] == ["'s"]:
        return _noun(end[1:], asked_first=True)
    if end or before[-1:] not in (["of"], ["in"]):
        return None
    noun = [word for word in before[:-1] if word not in _SHOW]
    if before[-1] == "in":  # "towns in X"
        return ("verb", True, "in") if 0 < len(noun) <= _NOUN and singular(noun[-1]) != noun[-1] else None
    return _noun(noun, asked_first=True)


def _noun(words: Sequence[str], *, asked_first: bool) -> _Read | None:
    data = data_of("english")
    mixed = any(word in data["be"] or word in data["aux"] or word in ("of", "by", "'s", _NAME, _ASKED) for word in words)
    return None if mixed or not 0 < len(words) <= _NOUN else ("noun", asked_first, " ".join(words))


def _verb(words: Sequence[str], *, asked_first: bool) -> _Read | None:
    """One verb with what it is tied by ("works for", "grew up in")."""
    data = data_of("english")
    verbs = [word for word in words if word not in data["ties"] and word not in _PARTICLES]
    odd = any(word in data["be"] or word in data["aux"] or word in ("of", "by", "'s", _NAME, _ASKED) for word in verbs)
    if odd or len(verbs) > 1 or not words or (verbs and words[0] != verbs[0]):
        return None
    return "verb", asked_first, " ".join(words)


# --- Chinese


def _chinese(question: str, name: Span) -> tuple[_Read, Span] | None:
    before, after = _HAN_OPENS.sub("", _plain(question[: name[0]])), _plain(question[name[1] :])
    found = [match for part in (question[: name[0]], question[name[1] :]) for match in _HAN_ASKED.finditer(part)]
    if len(found) != 1:
        return None
    later = _HAN_ASKED.search(after)
    offset = name[1] if later is not None else 0
    span = (offset + found[0].start(), offset + found[0].end())
    if later is not None:
        read = _han_asked_after(
            before, after[: later.start()], after[later.end() :], whose=later[0][-1] not in "种类项么", alone=later[0][-1] in _HAN_ALONE
        )
    else:
        asked = _HAN_ASKED.search(before)
        read = None if asked is None or asked.start() > 0 else _han_asked_before(before[asked.end() :], after, noun=asked[0][0] in "哪什")
    if read is not None and read[0] == "verb" and found[0][0] in _HAN_PLACES and _plain(question).endswith("的"):
        return None  # "X是哪里发行的": where something is done is nobody who does it
    return None if read is None or "的" in read[2] else (read, span)


def _plain(part: str) -> str:
    """A part of a question without marks and fillers."""
    data = data_of("chinese")
    part = "".join(letter for letter in part if letter not in _HAN_MARKS)
    for word in data["small"]:
        part = part.replace(word, "") if len(word) > 1 else _without(part, word)
    while part.endswith(data["tail"]) and not part.endswith("什么"):
        part = part[: -len(next(word for word in data["tail"] if part.endswith(word)))]
    return part


def _without(part: str, letter: str) -> str:
    """A text without a character, but where it is a part of a word: the 都 of 首都."""
    known = lexicon().by_han
    kept = (n for n, one in enumerate(part) if one != letter or part[max(0, n - 1) : n + 1] in known or part[n : n + 2] in known)
    return "".join(part[n] for n in kept)


def _han_asked_before(between: str, end: str, *, noun: bool) -> _Read | None:
    """ "谁收购了X", "谁是X的老板", "谁的老板是X", "哪家公司被X收购了", "谁把X打败了"."""
    data = data_of("chinese")
    rest = _without_noun(between) if noun else between
    if rest in data["be"] or rest == "":
        return ("noun", True, end[1:]) if end.startswith("的") and rest else None
    if rest.startswith("的"):
        be = next((word for word in data["be"] if rest.endswith(word)), "")
        return ("noun", False, rest[1:].removesuffix(be)) if be and not end else None
    if rest.removeprefix("是") in data["passive"]:
        return "verb", False, _verb_of(end)
    if rest in data["theme"]:
        return "verb", True, _verb_of(end)
    if rest in data["toward"]:  # "谁给X供货"
        return ("verb", True, _verb_of(end)) if end else None
    odd = rest.endswith((*data["with"], *data["passive"], *data["theme"], "对", "向", "替", "比")) or rest.startswith("在")
    return None if end or odd else ("verb", True, _verb_of(rest))


def _han_asked_after(before: str, between: str, end: str, *, whose: bool, alone: bool) -> _Read | None:
    """`whose`: "是谁的…", "是哪个国家的…", but not "是哪种类型的…"; `alone`: "是谁收购的", but not "是哪个文库的"."""
    data = data_of("chinese")
    named = bool(between) and between[-1] in "是为叫有"  # what is asked for stands alone
    stem = re.sub(r"(?:是|为|叫|有|包括|分别是|都有|都是)$", "", between)
    if between.endswith(("都是", "都有")) and between[-3:-1] in lexicon().by_han:  # the 都 of 首都
        stem = between[:-1]
    if before:
        if not (named or between.startswith("的")):
            return None
        verb, of, noun = stem.partition("的")
        if before.removeprefix("是") in data["passive"]:
            return ("verb", False, verb) if of and verb and "的" not in noun else None
        return ("verb", True, _verb_of(before)) if not verb and of and "的" not in noun else None
    if between.startswith("的"):
        return ("noun", True, stem[1:]) if len(_without_noun(end)) == 0 or len(stem) < len(between) else None
    if between in _HAN_HAS:  # "X有哪些股东"
        return ("noun", True, end) if 1 < len(end) <= _HAN_NOUN and "的" not in end else None
    if between in data["be"]:
        noun = _without_noun(end)
        if noun.startswith("的"):
            return ("noun", False, noun[1:]) if whose else None
        stands_alone = (whose and alone) or noun != end  # "是谁收购的", "是什么公司收购的"; "是什么架构的" says no verb
        return ("verb", True, noun[:-1]) if noun.endswith("的") and stands_alone else None
    if between.removeprefix("是") in data["passive"]:
        return "verb", True, _verb_of(_without_noun(end))
    if between in data["theme"] or (between in data["toward"] and _without_noun(end)):
        return "verb", False, _verb_of(_without_noun(end))
    verb, of, noun = stem.partition("的")
    if of:  # "X收购的公司是哪家"
        if verb.startswith("在"):  # "X在某处的编号是什么"
            return None
        return ("verb", False, verb) if named and verb and "的" not in noun else None
    if between.startswith(("在", "是")):
        return "verb", None, _verb_of(between.lstrip("是在") + end)
    if between.endswith(("是", "为")):  # "X使用者是谁"
        return None if _without_noun(end) else ("noun", True, stem)
    odd = between.endswith((*data["with"], *data["passive"], *data["theme"]))
    return None if odd or _without_noun(end) else ("verb", False, _verb_of(between))


def _without_noun(text: str) -> str:
    """What follows the noun that a question word stands with: "收购了" of "公司收购了"."""
    known = lexicon()
    sizes = range(min(len(text), _HAN_NOUN), 0, -1)
    return text[next((n for n in sizes if text[:n] in known.kind_of_noun or text[:n] in known.nouns_across), 0) :]


def _verb_of(text: str) -> str:
    return text.removesuffix("的").rstrip("了过着")
