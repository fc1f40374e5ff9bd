"""Questions for the proper name of a thing that goes by another (proper.toml)."""

from __future__ import annotations

from functools import lru_cache

from kgllm.words.patterns import longest_first
from kgllm.words.questions import Span
from kgllm.words.relations import relation_words
from kgllm.words.tables import read_table
from kgllm.words.tokens import is_han, tokens


def asks_for_the_name(question: str, name: Span) -> bool:
    """Whether a question asks for nothing but the proper name of what it names at this place.

    >>> asks_for_the_name("What is Old Baldy really called?", (8, 17)), asks_for_the_name("What else is Old Baldy called?", (13, 22))
    (True, False)
    >>> asks_for_the_name("秃山的本名是什么", (0, 2)), asks_for_the_name("秃山的别名是什么", (0, 2))
    (True, False)
    """
    before, after = question[: name[0]].lower(), question[name[1] :].lower()
    if is_han(before + after):
        data = _words()["chinese"]
        rest = "".join(letter for letter in before + after if is_han(letter))
        noun = next((word for word in data["names"] if word in rest), None)
        for word in (noun, *data["small"]) if noun else ():
            rest = rest.replace(word, "")
        return noun is not None and not rest
    data = _words()["english"]
    words = {piece.word for piece in (*tokens(before), *tokens(after)) if piece.word[0].isalnum()}
    return (
        not words.isdisjoint(data["names"])
        and not words.isdisjoint(data["proper"])
        and words <= {*data["names"], *data["proper"], *data["small"]}
    )


def asks_in_full(question: str, name: Span) -> bool:
    """Whether a question asks for nothing but the whole name of what it names at this place by a short one.

    >>> asks_in_full("What does OLM stand for?", (10, 13)), asks_in_full("OLM: what is its full name?", (0, 3))
    (True, True)
    >>> asks_in_full("OLM的全称是什么？", (0, 3)), asks_in_full("What is OLM?", (8, 11)), asks_in_full("What does OLM make?", (10, 13))
    (True, False, False)
    """
    before, after = question[: name[0]].lower(), question[name[1] :].lower()
    if is_han(before + after):
        data = _words()["chinese"]
        rest = "".join(letter for letter in before + after if is_han(letter))
        said = next((word for word in (*data["stands"], *data["full"]) if word in rest), None)
        for word in (said, *data["small"]) if said else ():
            rest = rest.replace(word, "")
        return said is not None and not rest
    data = _words()["english"]
    text = "_".join(piece.word for piece in (*tokens(before), *tokens(after)) if piece.word[0].isalnum())
    stands = next((said for said in data["stands"] if f"_{said}_" in f"_{text}_"), None)
    words = set((text if stands is None else f"_{text}_".replace(f"_{stands}_", "_").strip("_")).split("_")) - {""}
    if stands is not None:
        return words <= {*data["small"], "of"}
    full = not words.isdisjoint(data["full"]) and not words.isdisjoint(data["names"])
    return full and words <= {*data["full"], *data["names"], *data["small"]}


def names_properly(relation: str) -> bool:
    """Whether a relation by its name leads to the proper name of a thing: `real_name`, 本名.

    >>> names_properly("real_name"), names_properly("原名"), names_properly("unit_name"), names_properly("height")
    (True, True, False, False)
    """
    data = _words()
    spoken = relation_words(relation).spoken
    told = spoken[-1:] == ("name",) and {*spoken[:-1]} <= {*data["english"]["proper"], *data["english"]["before"]}
    return told or any(word in relation for word in data["chinese"]["names"])


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, tuple[str, ...]]]:
    data = read_table("proper")
    return {language: {part: longest_first(words.split()) for part, words in parts.items()} for language, parts in data.items()}
