"""Verbs that say only that something takes place (happening.toml): "games that were played on Sunday", 周日举行的比赛."""

from __future__ import annotations

import re
from functools import cache

from kgllm.words.questions import Span
from kgllm.words.stems import singular
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han


def only_happens(question: str, noun: Span) -> list[Span]:
    """Where a verb says of what a noun names only that it takes place, which all such things do; not where "by" tells who does it.

    >>> text = "Which games were played on Saturday?"
    >>> [text[slice(*one)] for one in only_happens(text, (6, 11))], only_happens("Which games were played by Ann?", (6, 11))
    (['played'], [])
    """
    said = question[slice(*noun)].lower()
    verbs = _verbs().get(said) or _verbs().get(singular(said.split()[-1]) if said.split() else "")
    return [] if verbs is None else [found.span() for found in verbs.finditer(question)]


@cache
def _verbs() -> dict[str, re.Pattern[str]]:
    data = read_table("happening")
    out: dict[str, re.Pattern[str]] = {}
    for row in (*data["en"], *data["zh"]):
        nouns, verbs = (one.split() for one in row.split("|"))
        said = "|".join(verbs)
        pattern = re.compile(said if is_han(said) else rf"\b(?:{said})\b(?!\s+by\b)", re.IGNORECASE)
        out.update(dict.fromkeys(nouns, pattern))
    return out
