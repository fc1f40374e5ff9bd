"""How users really write: other names, parentheses left out, lower case, a slip of the finger, no question mark."""

from __future__ import annotations

import random
import re

from kgllm.types import Entity, Node
from kgllm.words import is_han, stem

_PARENTHESIS = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
_IMPERATIVE = ("list", "name", "show", "tell", "give", "find", "count", "i ", "i'm", "请列", "列出", "把", "告诉", "帮我", "我想")


def mention(node: Node, language: str, rng: random.Random, noise: float) -> str:
    """A thing as a question names it: by a name in the question's language, as written or as people write it.

    >>> mention(Entity("m_nolan", "christopher_nolan"), "en", random.Random(0), 0.0)
    'christopher nolan'
    """
    names = [node.name, *(getattr(node, "aliases", ()) if isinstance(node, Entity) else ())]
    fitting = [name for name in names if is_han(name) == (language == "zh")] or names[:1]
    name = fitting[0]
    if len(fitting) > 1 and rng.random() < noise:
        name = rng.choice(fitting[1:])
    if "_" in name and " " not in name:
        name = name.replace("_", " ").strip() or name
    if rng.random() >= noise:
        return name
    shorter = _PARENTHESIS.sub("", name)
    if shorter and shorter != name:
        return shorter
    way = rng.random()
    if not is_han(name):
        if way < 0.5:
            return name.lower()
        if way < 0.65 and name.islower():
            return name.title()
        if way < 0.8 and len(name) > 7 and isinstance(node, Entity):
            return typo(name, rng)
    return name


def typo(name: str, rng: random.Random) -> str:
    """One slip inside a word: a letter left out, doubled, or two changed over.

    >>> typo("Christopher Nolan", random.Random(1)) != "Christopher Nolan"
    True
    """
    at = [i for i in range(1, len(name) - 2) if name[i - 1 : i + 2].isalpha() and name[i] != name[i + 1]]
    if not at:
        return name
    i = rng.choice(at)
    way = rng.randrange(3)
    if way == 0:
        return name[:i] + name[i + 1 :]
    return name[: i + 1] + name[i] + name[i + 1 :] if way == 1 else name[:i] + name[i + 1] + name[i] + name[i + 2 :]


def styled(text: str, language: str, rng: random.Random) -> str:
    """A finished question: with a capital and a mark, or as it is typed in a hurry."""
    first, newline, rest = text.partition("\n")
    order = first.lower().startswith(_IMPERATIVE)
    if language == "zh":
        mark = "" if rng.random() < 0.3 else ("。" if order else "？")
        return first + mark + newline + rest
    way = rng.random()
    if way < 0.65 and first[0].islower():
        first = first[0].upper() + first[1:]
    mark = ("." if rng.random() < 0.5 else "") if order else ("?" if way < 0.5 or rng.random() < 0.4 else "")
    return first + mark + newline + rest


def skeleton(text: str, mentions: tuple[str, ...]) -> str:
    """A question without its names, case and closing marks: what its wording is.

    >>> skeleton("Who directed Inception?", ("Inception",))
    'who directed {x}'
    """
    for name in sorted(mentions, key=len, reverse=True):
        text = text.replace(name, "{x}")
    return text.partition("\n")[0].lower().rstrip("?？.。! ")


_PIECE = re.compile(r"\{x\}|[a-z]+|[^a-z\s]")
_JOINTS = frozenset(("of", "the", "a", "an", "that", "are", "is", "was", "were", "have", "has", "who", "with", "for", "on", "by", "as"))
_TWICE = re.compile(r"([\u4e00-\u9fff]{2,})\1")


def doubled(wording: str) -> bool:
    """Whether a question without its names says a word twice with next to nothing between: "the number of number of cores".

    >>> doubled("the smallest number of number of cores"), doubled("starred in in"), doubled("{x}的数量数量是多少"), doubled("films of films by {x}")
    (True, True, True, True)
    >>> doubled("the type of {x} and its type"), doubled("films that {x} and {x} made")
    (False, False)
    """
    last = ""
    before = ""
    for piece in _PIECE.findall(wording):
        if piece.isalpha() and piece == before and piece != "that":
            return True
        before = piece
        if piece in _JOINTS:
            continue
        if piece.isascii() and piece.isalpha() and len(piece) > 1 and stem(piece) == last:
            return True
        last = stem(piece) if piece.isascii() and piece.isalpha() else ""
    return bool(_TWICE.search(wording))
