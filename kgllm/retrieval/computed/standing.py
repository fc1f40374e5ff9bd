"""What kind of things a noun stands for that is not its name: "textbooks" of a type `book`, "awards" of a table `AwardsPlayers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgllm.words import is_han, lexicon, singular
from kgllm.words.dictionary import SHORTEST, noun_glosses

if TYPE_CHECKING:
    from kgllm.retrieval.computed.wholes import Wholes

_OF_TWO = 0.75  # how well a word of the dictionary stands for a noun
_BEFORE, _NOUN = 3, 4  # letters of a compound before the noun for a type, and of that noun


def stands_for(wholes: Wholes, noun: str) -> str | None:
    """The type that a noun means by its name or another noun for it, as a compound, or as a word of the only type's name that holds it.

    >>> import kgllm
    >>> from kgllm.retrieval.computed.wholes import Wholes
    >>> tables = {"book": [{"name": "Sums"}], "AwardsPlayers": [{"year": 1999}], "membership": [{"rank": 1}]}
    >>> wholes = Wholes.of(kgllm.load(tables))
    >>> [stands_for(wholes, noun) for noun in ("books", "textbooks", "awards", "members", "cooks")]
    ['book', 'book', 'AwardsPlayers', 'membership', None]
    """
    own = wholes.called(noun)
    if own is not None:
        return own
    if is_han(noun):
        return _in_part(wholes, noun)
    one, known = singular(noun.lower()), lexicon()
    found = {name for words, name in wholes.types.items() if len(words) == 1 and words[0].removesuffix("ship") == one}
    if not found and not known.across(one):
        found = {
            name
            for words, name in wholes.types.items()
            for last in words[:1]
            if len(words) == 1
            and len(last) >= _NOUN
            and one.endswith(last)
            and len(one) >= len(last) + _BEFORE
            and not _sorted(wholes, name)
        }
    found = found or {name for words, name in wholes.types.items() if len(words) > 1 and one in words}
    return found.pop() if len(found) == 1 else None


def _in_part(wholes: Wholes, noun: str) -> str | None:
    """The only type of whose name in English the beginning of a Chinese noun says a word: 知识点 of `knowledge_point`."""
    for size in range(len(noun), SHORTEST - 1, -1):
        said = {singular(words[0]) for words, how in noun_glosses(noun[:size]) if len(words) == 1 and how >= _OF_TWO}
        said |= {singular(word) for word in lexicon().across(noun[:size])}
        found = {name for words, name in wholes.types.items() if len(words) > 1 and not said.isdisjoint(words)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _sorted(wholes: Wholes, kind: str) -> bool:
    """Whether the graph tells sorts of a kind: then a compound may be one of them, a "stratovolcano" a sort of volcano."""
    return any(row.relation.id in wholes.classes and kind in dict(row.domain) for row in wholes.graph.schema().relations)
