"""What tells one step of another: "the boss of the boss of Ann", "Ann's boss's boss", 安的上级的上级, "the same boss as Ann"."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from kgllm.words.patterns import either
from kgllm.words.questions import forms_of
from kgllm.words.saying import chinese


class Chains(NamedTuple):
    """Patterns of what stands between nouns that are told of one another."""

    of: re.Pattern[str]
    """Between a noun and what it is of."""
    own: re.Pattern[str]
    """Between what has something and the noun for that."""
    to: re.Pattern[str]
    """Between a noun that graphs have relations for and whom it leads to: "married to the"."""
    link: re.Pattern[str]
    """All that stands between two words of kinship."""
    noun_of: re.Pattern[str]
    """A noun and "of" right before a name."""
    does: re.Pattern[str]
    """The verb of "What does the daughter of X decay to?"."""
    same: re.Pattern[str]
    same_as: re.Pattern[str]
    """Before the name of what has the same."""
    again_han: re.Pattern[str]
    """A Chinese noun that is said again behind 的, or by a verb behind 又."""
    no_noun_han: re.Pattern[str]
    """In what stands between two 的 and is no noun."""


@cache
def chains() -> Chains:
    """The patterns, made once.

    >>> bool(chains().of.fullmatch(" of his ")), bool(chains().to.fullmatch(" to the ")), bool(chains().to.fullmatch(" to "))
    (True, True, False)
    >>> chains().again_han.search("的上级的上级是谁")["noun"], chains().no_noun_han.search("出生在")[0]
    ('上级', '在')
    """
    said = forms_of("chains")
    of, owners, will, again = (either(said[name]) for name in ("of", "owners", "will_han", "again_han"))
    marked = r"\W?$"
    return Chains(
        of=re.compile(rf"\s+{of}\s+(?:{owners}\s+)?", re.IGNORECASE),
        own=re.compile(r"['’]s?\s+"),
        to=re.compile(rf"\s+{either(said['to'])}\s+{owners}\s+", re.IGNORECASE),
        link=re.compile(rf"['’]s|{of}(?: {owners})?|{of}\b.*['’]s?|{either(said['of_han'])}", re.DOTALL),
        noun_of=re.compile(rf"(?P<noun>[^\W\d_]+(?: [^\W\d_]+)?)\s+{of}\s+(?:the\s+)?$", re.IGNORECASE),
        does=re.compile(rf"\b{either(said['does'])}\b", re.IGNORECASE),
        same=re.compile(rf"\b{either(said['same'])}\b|{either(said['same_han'])}", re.IGNORECASE),
        same_as=re.compile(
            rf"\b{either(said['same'])}\b[^?]*\b{either(said['as'])}\s+(?:the\s+)?{marked}|{either(said['as_han'])}{marked}", re.IGNORECASE
        ),
        again_han=re.compile(
            rf"(?P<noun>[\u4e00-\u9fff]{{2,6}}?)(?=的(?P=noun)|{will}?{again})(?P<more>(?:的(?P=noun))*)"
            rf"(?:{will}?{again}{will}?(?P<said>[\u4e00-\u9fff]{{2}}))?"
        ),
        no_noun_han=re.compile(f"{either(said['no_noun_han'])}|{chinese('asks')}"),
    )
