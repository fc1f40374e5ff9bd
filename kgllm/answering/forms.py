"""Questions whose answer is not the end of a path: yes or no, and what something is not.

A path is found for such a question too ("Did Nolan direct Inception?" → the other film of his), and is no answer to it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from kgllm.types import Evidence, Link, Mention

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def form_of(evidence: Evidence) -> str | None:
    """ "yes_or_no", "negation", or None: what the best path may answer.

    A question for yes or no names both ends of what it asks about; where the best path ends at one of them, it says yes.
    """
    if _negated(_without_names(evidence.question, evidence.links)):
        return "negation"
    named = {link.entity for link in _apart(evidence.links)}
    if len(named) > 1 and _yes_or_no(evidence.question.lower()) and not (evidence.paths and named & set(evidence.paths[0].endpoints)):
        return "yes_or_no"
    return None


def _yes_or_no(question: str) -> bool:
    """Question words count wherever they stand, in a name too: what may be asked for a thing is taken to be."""
    form = _forms()["yes_or_no"]
    words = _WORD.findall(question)
    said = set(words)
    if any(one in said or (not one.isascii() and one in question) for one in form["without"]):
        return False
    begins = bool(words) and words[0] in form["first"]
    return begins or question.rstrip("?？。!！ ").endswith(form["ends"]) or any(one in question for one in form["within"])


def _negated(rest: str) -> bool:
    form = _forms()["negation"]
    if any(one in rest for one in form["without"]):
        return False
    words = _WORD.findall(rest)
    return any(word in form["words"] or word.endswith(form["ends"]) for word in words) or any(one in rest for one in form["within"])


def _without_names(question: str, links: Sequence[Link]) -> str:
    """The question in lower case, a blank where a name stands."""
    left = list(question)
    for link in links:
        left[link.mention.start : link.mention.end] = " " * (link.mention.end - link.mention.start)
    return "".join(left).strip().lower()


def _apart(links: Sequence[Link]) -> list[Link]:
    """The best links that do not overlap."""
    kept: list[Link] = []
    for link in links:
        if not any(_overlap(link.mention, one.mention) for one in kept):
            kept.append(link)
    return kept


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


@cache
def _forms() -> dict[str, dict[str, tuple[str, ...]]]:
    data = tomllib.loads((files("kgllm.answering") / "data" / "forms.toml").read_text(encoding="utf-8"))
    return {form: {name: tuple(words.split()) for name, words in parts.items()} for form, parts in data.items()}
