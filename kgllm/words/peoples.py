"""From a people, its language or its faith to the place or thing that the word comes from: "Russians" → "russia"."""

from __future__ import annotations

from functools import lru_cache

from kgllm.words.names import simplified
from kgllm.words.tables import read_table

# ending of the adjective → endings of the noun that it may come from
_ENDINGS = (
    ("ians", ("ia", "", "y")),
    ("ian", ("ia", "", "y")),
    ("ans", ("a", "o", "")),
    ("an", ("a", "o", "")),
    ("ese", ("a", "", "al")),
    ("ish", ("en", "")),
    ("ic", ("", "land")),
)


def by_one_character(name: str) -> str:
    """What a table calls by one character, where a sentence puts another behind it; "" where the name is no such.

    >>> by_one_character("唐朝"), by_one_character("漢族"), by_one_character("古代")
    ('唐', '汉', '')
    """
    said = simplified(name) if len(name) == 2 else ""
    return said[0] if said and said[0] in read_table("peoples")["one_character"].get(said[1], "") else ""


@lru_cache(maxsize=4096)
def origins(word: str) -> tuple[str, ...]:
    """Where a word for people, a language or a faith may come from; a guess, to be looked up.

    >>> origins("brazilians"), origins("greek"), origins("islamic")
    (('brazilia', 'brazil', 'brazily'), ('greece',), ('islam', 'islamland'))
    """
    for form in (word, word.removesuffix("s")):
        if place := read_table("peoples")["places"].get(form):
            return tuple(place.split(", "))
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return tuple(word[: -len(ending)] + last for last in instead)
    return ()
