"""Text of a graph, of a question or of a model, made safe to show in a terminal: data never moves the cursor or the reading order."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, format marks (bidi, zero width), surrogates, line separators
_SPACES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_JOINS = "\u200c\u200d"  # Persian and Indic words, and emoji, are spelled with these


def visible(text: object, most: int | None = None) -> str:
    """One line: controls and marks that change the reading order as `\\uXXXX`, at most `most` characters.

    >>> visible("a\\x1b[31mb\\u202ec")
    'a\\\\u001b[31mb\\\\u202ec'
    """
    start = str(text) if most is None else str(text)[: most + 1]  # a literal may have megabytes
    shown = "".join(c if c in _JOINS or unicodedata.category(c) not in _HIDDEN else _SPACES.get(c, f"\\u{ord(c):04x}") for c in start)
    return shown if most is None or len(shown) <= most else shown[: most - 1] + "…"


def amount(n: int, one: str) -> str:
    """So many of something.

    >>> amount(1, "question"), amount(1200, "question")
    ('1 question', '1,200 questions')
    """
    return f"{n:,} {one}{'' if n == 1 else 's'}"


def as_text(text: object, style: str = "", most: int | None = None) -> Text:
    """`visible` text for rich: square brackets are no markup."""
    from rich.text import Text

    return Text(visible(text, most), style=style)
