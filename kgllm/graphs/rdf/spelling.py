"""How people write the names that RDF has in a form of its own: words run together in an IRI, Chinese characters spaced apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kgllm.words.language import HAN

_RUN = re.compile(r"[A-Za-z]+[0-9]*(?:[A-Za-z0-9]*)")
_BORDERS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})|(?<=[a-z]{3})(?=[0-9])|(?<=[0-9])(?=[A-Z][a-z]{2})")
_WORD = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}|[0-9]+")
_SPACED = re.compile(f"(?<=[{HAN}])[ \u3000]+(?=[{HAN}])")
_LONGEST_NAME, _MOST_WORDS = 60, 9  # of a property; its label is a sentence beyond


def apart(name: str) -> str:
    """A name whose words run together as words; any other as it is.

    >>> apart("LowerCretaceous"), apart("CambrianStage10"), apart("HTTPServer"), apart("DNA"), apart("aB3xQ"), apart("Left wing")
    ('Lower Cretaceous', 'Cambrian Stage 10', 'HTTP Server', 'DNA', 'aB3xQ', 'Left wing')
    """
    if _RUN.fullmatch(name) is None:
        return name
    words = _BORDERS.sub(" ", name).split(" ")
    return " ".join(words) if all(map(_WORD.fullmatch, words)) else name


def joined(name: str) -> str:
    """A name without the blanks between its Chinese characters.

    >>> joined("二 叠 系"), joined("New 二 叠 系")
    ('二叠系', 'New 二叠系')
    """
    return _SPACED.sub("", name)


def written_otherwise(names: Iterable[str]) -> list[str]:
    """How names may be written that are written as nobody asks for them; without those that are among them already.

    >>> written_otherwise(["LowerCretaceous", "下 白 垩 统", "Rome"])
    ['Lower Cretaceous', '下白垩统']
    """
    had = list(names)
    return [one for one in dict.fromkeys(joined(apart(name)) for name in had) if one not in had]


def is_sentence(label: str) -> bool:
    """Whether the label of a property says more than what it is called: a definition, a help text, the foot of a table.

    >>> is_sentence("has spouse"), is_sentence("The date on which a person was entered into the register of the parish")
    (False, True)
    """
    return len(label) > _LONGEST_NAME or label.count(" ") >= _MOST_WORDS
