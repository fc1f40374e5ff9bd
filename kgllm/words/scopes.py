"""What a word that denies takes with it: "Which red lamps does Olm not make?" asks for red ones, 奥姆的灯具中哪些不是红色 for Olm's.

In English the verb that carries the denial, and all that follows or stands between; what was said of the things before stays said. In
Chinese the clause around it: from what ends before it (的, 中, the noun for the things) to the 的 that leads to them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from kgllm.words.conditions import scope_words
from kgllm.words.language import language_of
from kgllm.words.questions import Span

_SAID = scope_words()
_VERB = re.compile(rf"\b{_SAID['verbs']}(?=\b|n['’]t)", re.IGNORECASE)
_ENDS = re.compile(rf",?\s+{_SAID['joins']}\s+(?={_SAID['clauses']}\b)|\s+{_SAID['relatives']}\s+", re.IGNORECASE)
_NOUN_ENDS = re.compile(rf",?\s+{_SAID['joins']}\s+(?={_SAID['nouns']}\b)", re.IGNORECASE)
_OF_NOUN = re.compile(r"\W*(?:no|without|lack\w*)\b", re.IGNORECASE)  # "no garden and a price under 100": only the garden is denied
_JOINED = re.compile(r",?\s+\b(?:and|but)\s+$", re.IGNORECASE)  # "with a lift and no stairs"
_RELATIVE = re.compile(rf"\b{_SAID['subjects']}\s+(?P<who>(?:[^\s,]+\s+){{0,6}})$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_BEGINS_HAN = re.compile(rf"{_SAID['begins_han']}|{_SAID['asks_han']}|也(?=[不没非未])")
_ENDS_HAN = re.compile(rf"{_SAID['ends_han']}|的(?=\s*[^\s？?。！!])|{_SAID['asks_han']}|也(?=[不没非未])")
_OR = re.compile(r"\s*,?\s*(?:\b(?:or|nor|either)\b|或者?|或是|还是)\s*(?:\b(?:by|in|the|of|a|an)\b\s*)*", re.IGNORECASE)
_AND = re.compile(r"\s*,?\s*(?:\band\b|&|和|与|及|以及|跟)\s*(?:\b(?:by|in|the|of)\b\s*)*", re.IGNORECASE)
_CUT = re.compile(r"\b(?:nor|or|either)\b|[,、]|或者?|或是|还是", re.IGNORECASE)
_NOR = re.compile(r"\s*,?\s*(?:[a-z]+\s+){0,3}\bnor\b\s*(?:[a-z]+\s+){0,4}")  # "neither red nor made by Olm"
_LISTED = re.compile(r"\s*[,、]\s*(?:\b(?:the|a|an)\b\s*)?", re.IGNORECASE)


def scope(question: str, denial: Span, kind: Span, *, word: bool = False, begin: int = 0) -> Span:
    """What is denied by the words at `denial`; `kind`: the noun for what is asked for; `word`: only the next word is ("non-red"); `begin`:
    where what is denied before it ends.

    >>> text = "Which red lamps does Olm not make?"
    >>> text[slice(*scope(text, (25, 28), (10, 15)))]
    'does Olm not make?'
    >>> text = "lamps which have a switch and no plug"
    >>> text[slice(*scope(text, (30, 32), (0, 5)))]
    ' and no plug'
    >>> text = "奥姆的灯具中哪些不是红色？"
    >>> text[slice(*scope(text, (8, 9), (3, 5)))]
    '不是红色'
    """
    if word:
        found = _WORD.search(question, denial[1])
        return denial[0], denial[1] if found is None else found.end()
    if language_of(question) == "zh":
        begins = [found.end() for found in _BEGINS_HAN.finditer(question, begin, denial[0])]
        start = max([begin, *begins, *([kind[1]] if kind[1] <= denial[0] else [])])
        ends = _ENDS_HAN.search(question, denial[1])
        end = len(question) if ends is None else ends.start()
        return start, min(end, kind[0]) if kind[0] >= denial[1] else end
    verbs = [found.start() for found in _VERB.finditer(question, max(begin, kind[1] if kind[1] <= denial[0] else 0), denial[0] + 1)]
    start = verbs[-1] if verbs and verbs[-1] <= denial[0] else denial[0]
    joined = _JOINED.search(question, max(start, begin), denial[0])
    start = start if joined is None else joined.start()
    clause = _RELATIVE.search(question, max(begin, kind[1]), start)  # "lamps that Olm does not make are red"
    overs = [_ENDS.search(question, denial[1]), _NOUN_ENDS.search(question, denial[1]) if _OF_NOUN.match(question, denial[0]) else None]
    end = min((over.start() for over in overs if over is not None), default=len(question))
    if clause is not None and kind[1]:
        start = clause.start("who") if _ENDS.search(clause["who"]) is None else start
        after = _VERB.search(question, denial[1], end)
        end = end if after is None else after.start()
    return start, min(end, kind[0]) if kind[0] >= denial[1] else end


def together(question: str, names: Sequence[Span]) -> bool:
    """Whether "and" stands between two of the names: "not made by Olm and Vass" may deny both, or each.

    >>> together("lamps which Olm and Vass do not make", [(12, 15), (20, 24)])
    True
    """
    return any(_AND.fullmatch(question, one[1], other[0]) is not None for one, other in pairwise(names))


def apart(question: str, group: Sequence[Span], begin: int) -> list[Span]:
    """Where each of the alternatives is said, with what is said of it alone; `begin`: where what is denied begins.

    >>> question = "Which lamps are neither sold in Olm nor made by Vass?"
    >>> [question[slice(*one)].strip() for one in apart(question, [(32, 35), (48, 52)], 23)]
    ['sold in Olm', 'made by Vass']
    >>> question = "Which lamps are not made by Olm or Vass?"
    >>> [question[slice(*one)].strip() for one in apart(question, [(28, 31), (35, 39)], 19)]
    ['Olm', 'Vass']
    """
    ties = [(one[1], other[0]) for one, other in pairwise(group)]
    cuts = [_CUT.search(question, *tie) for tie in ties]
    told = any(_OR.fullmatch(question, *tie) is None and _LISTED.fullmatch(question, *tie) is None for tie in ties)
    starts = [begin if told else group[0][0], *(cut.end() if cut else tie[1] for cut, tie in zip(cuts, ties, strict=True))]
    ends = [*(cut.start() if cut else tie[0] for cut, tie in zip(cuts, ties, strict=True)), group[-1][1]]
    return list(zip(starts, ends, strict=True))


def alternatives(question: str, names: Sequence[Span]) -> list[list[Span]]:
    """The names (in their order) that stand beside each other with "or" between them.

    >>> question = "Which lamps do Olm, Vass or Kerr make in red?"
    >>> [[question[a:b] for a, b in group] for group in alternatives(question, [(15, 18), (20, 24), (28, 32), (41, 44)])]
    [['Olm', 'Vass', 'Kerr']]
    """
    groups: list[list[Span]] = []
    group: list[Span] = []
    said = False
    for name in names:
        between = question[group[-1][1] : name[0]] if group else None
        either = between is not None and (_OR.fullmatch(between) or _NOR.fullmatch(between)) is not None
        if group and not either and not (between is not None and not said and _LISTED.fullmatch(between)):
            groups += [group] if said else []
            group, said = [], False
        group.append(name)
        said |= either
    return [*groups, group] if said else groups
