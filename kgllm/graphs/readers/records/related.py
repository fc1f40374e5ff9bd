"""Columns with headings of their own that hold facts: `who, relation, what, since`. A column called `relation` between two of things, with
few words that come again and again, says what joins them; what follows qualifies the fact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kgllm.graphs.readers.records.cells import NO_VALUE, reader_of
from kgllm.graphs.readers.records.words import spoken

_WORDS = frozenset({"relation", "relationship", "rel", "predicate", "关系", "關係", "谓词", "谓语", "謂詞"})
"""Not `type`, `label` or `property`, which records have, too."""
_COMES_AGAIN = 2  # times a relation stands in a table, at least, in the mean


def relation_among(names: Sequence[Any]) -> int | None:
    """The place of a column called a relation, between two others.

    >>> relation_among(["who", "relation", "what", "since"]), relation_among(["relation", "who"]), relation_among(["甲", "关系", "乙"])
    (1, None, 1)
    """
    return next((at for at, name in enumerate(names) if 0 < at < len(names) - 1 and spoken(str(name).strip()) in _WORDS), None)


def hold_facts(names: Sequence[Any], rows: Sequence[Sequence[Any]]) -> bool:
    """Whether rows of three columns and more are facts: the second is called a relation and has few texts, texts stand on both sides of it,
    and what these are comes again: as subject, or at the other end.

    >>> rows = [("Ann", "knows", "Bob", "2001"), ("Bob", "knows", "Cid", "2004")]
    >>> hold_facts(["who", "relation", "what", "since"], rows), hold_facts(["guest", "relation", "phone", "city"], rows[:1])
    (True, False)
    """
    if relation_among(names) != 1:
        return False
    whole = [texts for row in rows if len(row) == len(names) and all(texts := [_text(one) for one in row[:3]])]
    subjects, relations, objects = ([row[place] for row in whole] for place in range(3))
    if not whole or len(set(relations)) * _COMES_AGAIN > len(relations) or not all(map(_are_things, (subjects, relations, objects))):
        return False
    return len(set(subjects)) < len(subjects) or not set(subjects).isdisjoint(objects)


def _text(value: Any) -> str:
    text = "" if value is None else str(value).strip()
    return "" if text in NO_VALUE else text


def _are_things(texts: Sequence[str]) -> bool:
    """Whether these are neither numbers nor dates."""
    return reader_of(list(dict.fromkeys(texts))) is None
