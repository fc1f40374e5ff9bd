"""In which order a question tells the steps of a path from one of its mentions."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from kgllm.retrieval.reading.question import LIGHT
from kgllm.words.chains import chains
from kgllm.words.saying import CLOSE, OPEN

if TYPE_CHECKING:
    from kgllm.retrieval.reading.question import Asked, Word


_MEASURED = frozenset(("number", "time"))  # kinds of what verbs name, too: "cost"
_IS = re.compile(r"\b(?:is|are|was|were)\b", re.IGNORECASE)
_OF = re.compile(r"\b(?:of|for|by|in|at|on|from|with)\s+(?:(?:the|an?)\s+)?[\"'“‘]?$", re.IGNORECASE)


def clause(asked: Asked, start: int, end: int) -> bool:
    """Whether what is said before a mention in Chinese says which things the question goes on with: "治疗X的药物有什么副作用"."""
    if not asked.chinese or start == end or -1 < asked.ask < end:
        return False
    before, after = asked.text[:start].rstrip(" " + OPEN), asked.text[end:].lstrip(" " + CLOSE)
    said = any(word.end <= start and word.weight > LIGHT for word in asked.words)
    return said and after.startswith("的") and not before.endswith(("的", "之", "是", "为"))


def asked_of(asked: Asked, start: int, end: int) -> tuple[list[int], int]:
    """What a question asks something of, and the verb that asks it, as places among its words, seen from a mention; none, and -1, where
    the mention itself is asked of, or no verb is left. What is asked of is no answer.

    >>> from kgllm.retrieval.reading.question import read
    >>> def told(text):
    ...     asked = read(text)
    ...     of, verb = asked_of(asked, text.index("Olm"), text.index("Olm") + 3)
    ...     return [asked.words[n].text for n in of], verb >= 0 and asked.words[verb].text
    >>> told("How is the parent court of Olm cited?"), told("What do Olm's towns export?"), told("What does Olm export?")
    ((['parent', 'court'], 'cited'), (['towns'], 'export'), ([], False))
    """
    does = _asking(asked, start)
    if does is None:
        return [], -1
    after = [n for n, word in enumerate(asked.words) if end <= word.start < len(asked.text) and not _is_noun(word, end)]
    own = [n for n in after if asked.words[n].possessive]
    of = [n for n, word in enumerate(asked.words) if does.end() <= word.start and word.end <= start] or own
    verb = next((n for n in after if n not in own), -1)
    if verb < 0 and len(own) > 1 and of == own and chains().does.fullmatch(does[0]):  # "do Olm's towns export": there has to be a verb
        of, verb = own[:-1], own[-1]
    return (of, verb) if of and verb >= 0 else ([], -1)


def _is_noun(word: Word, end: int) -> bool:
    """Whether a word right behind a mention is the noun for what it is: "the runway at Brask airport"."""
    return word.start - end <= 1 and not _MEASURED.issuperset(word.kinds)


def _asking(asked: Asked, start: int) -> re.Match[str] | None:
    """The verb before a mention that makes another behind it say something of what stands between: "What do the parts of X cost?", "How is
    the parent of X cited?", but not "the films Nolan directed"."""
    if asked.chinese or asked.ask < 0:
        return None
    does = chains().does.search(asked.text, asked.ask, start)
    return _IS.search(asked.text, asked.ask, start) if does is None and _OF.search(asked.text, 0, start) else does


def order(asked: Asked, start: int, end: int) -> list[float]:
    """For each content word, when a path from the mention at start:end would tell of it (smaller first).

    A possessive chain after the mention is told first ("X's mother's father"), then what stands before it from right to left
    ("the father of the mother of X"), then the rest. In Chinese what follows the mention comes first.
    """
    before = [n for n, word in enumerate(asked.words) if word.end <= start]
    after = [n for n, word in enumerate(asked.words) if word.start >= end]
    if before and clause(asked, start, end):
        told = [*reversed(before), *after]
        return [float(told.index(n)) if n in told else -1.0 for n in range(len(asked.words))]
    does = _asking(asked, start)
    subject = does is not None and any(asked.words[n].start >= does.end() for n in before)
    chain: list[int] = []
    for n in after:
        word = asked.words[n]
        if subject and not word.possessive and not _is_noun(word, end):
            break
        beside = (chain or word.start - end <= 1) and asked.ask < end  # "X directed films", but not "X starred who"
        if not asked.chinese and not word.possessive and not (word.close and beside):
            break
        chain.append(n)
    back = [
        n for _, same in groupby(reversed(before), key=lambda n: asked.words[n].start) for n in sorted(same)
    ]  # steps of one word as they are
    told = [*chain, *back, *(n for n in after if n not in chain)]
    place = {n: float(i) for i, n in enumerate(told)}
    return [place.get(n, -1.0) for n in range(len(asked.words))]
