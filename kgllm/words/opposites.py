"""Words of which a field's name says one and a question the other: first and last, arrival and departure, 首班 and 末班."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from kgllm.words.questions import Span, blank, forms_of
from kgllm.words.relations import relation_words
from kgllm.words.stems import stem
from kgllm.words.tokens import is_han, tokens


def says_opposite(question: str, names: Sequence[Span], relation: str) -> bool:
    """Whether a question says of a relation's name the opposite of one of its words, and not the word itself.

    >>> says_opposite("When does the last train leave?", [], "first train"), says_opposite("1号线末班车几点？", [(0, 3)], "首班车")
    (True, True)
    >>> says_opposite("When is the first train?", [], "first train"), says_opposite("Whose last name is Finch?", [], "first person")
    (False, False)
    """
    said = blank(question, *names).lower()
    if is_han(relation):
        return any(one in relation and one not in said and relation.replace(one, other) in said for one, other in _pairs("han"))
    name = {stem(word) for word in relation_words(relation).spoken}
    found: set[str] | None = None
    for one, other in _pairs("english"):
        if one in name and other not in name:
            found = {stem(piece.word) for piece in tokens(said) if piece.shape == "word"} if found is None else found
            if other in found and one not in found and (len(name) == 1 or not found.isdisjoint(name)):
                return True
    return False


@cache
def _pairs(language: str) -> tuple[tuple[str, str], ...]:
    """Both ways."""
    found = [tuple(pair.split("/")) for pair in forms_of("opposites")[language]]
    if language == "english":
        found = [(stem(one), stem(other)) for one, other in found]
    return tuple((a, b) for one, other in found for a, b in ((one, other), (other, one)))
