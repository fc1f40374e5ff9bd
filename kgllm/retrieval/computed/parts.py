"""What a value or a name holds of the words of a question: one of its parts, its number, the year of its date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgllm.linking.dates import is_date_of
from kgllm.words import stem, tokens

if TYPE_CHECKING:
    from kgllm.retrieval.computed.placing import Placed

_PARTS = re.compile(r"\s*(?:[/,;|&()（）、，；]|\band\b|\bor\b)\s*", re.IGNORECASE)


def holds_words(name: list[str], wanted: list[str]) -> bool:
    """Whether a name holds some words one after the other."""
    return any(name[at : at + len(wanted)] == wanted for at in range(len(name) - len(wanted) + 1))


def is_part(value: str, text: str) -> bool:
    """Whether what words say is one of the parts of a value, or the number in it.

    >>> is_part("Concert/Performance", "concert"), is_part("2025 CE", "2025"), is_part("Live Action", "action"), is_part("1 2025", "2025")
    (True, True, False, False)
    >>> is_part("2025-03-09", "2025"), is_part("2025-03-09", "2025-03"), is_part("2025-03-09", "2025-0")
    (True, True, False)
    """
    if is_date_of(value, text):
        return True
    if text.isdigit():
        return [piece.word for piece in tokens(value) if piece.shape == "number"] == [text]
    wanted = [stem(piece.word) for piece in tokens(text)]
    return any([stem(piece.word) for piece in tokens(part)] == wanted for part in _PARTS.split(value))


def of_number(ways: tuple[Placed, ...], *, dates: bool) -> tuple[Placed, ...]:
    """The relations that the question says a number is of; of things' only date a year need not say it."""
    own = tuple(way for way in ways if way.said)
    return ways if dates and not own and len({way.relation for way in ways}) == 1 else own
