"""In which order a question tells the steps of a path from one of its mentions."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from kgllm.retrieval.reading.question import LIGHT

if TYPE_CHECKING:
    from kgllm.retrieval.reading.question import Asked


_DOES = re.compile(r"\b(?:do|does|did)\b", re.IGNORECASE)


def clause(asked: Asked, start: int, end: int) -> bool:
    """Whether what is said before a mention in Chinese says which things the question goes on with: "治疗X的药物有什么副作用"."""
    if not asked.chinese or start == end or -1 < asked.ask < end:
        return False
    before, after = asked.text[:start].rstrip(" 《“\"'「"), asked.text[end:].lstrip(" 》”\"'」")
    said = any(word.end <= start and word.weight > LIGHT for word in asked.words)
    return said and after.startswith("的") and not before.endswith(("的", "之", "是", "为"))


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
    does = None if asked.chinese or asked.ask < 0 else _DOES.search(asked.text, asked.ask, start)
    # "What do the parts of X cost?": the verb is of what is told of X, and not of X itself
    subject = does is not None and any(asked.words[n].start >= does.end() for n in before)
    chain: list[int] = []
    for n in after:
        word = asked.words[n]
        if subject and not word.possessive:
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
