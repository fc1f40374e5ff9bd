"""Languages: their names in a question ("the French name", "what do Germans call", 法语名称), and the codes that fields are named by (tongues.toml).

>>> tongue("french"), tongue("germans"), tongues_in("天津四的法语名称是什么")
('fr', 'de', [((4, 6), 'fr')])
>>> coded(["name_fr", "label:de", "birthday"]), coded(["en", "fr", "ja", "it", "mag"])["it"], coded(["it", "id", "is"])
({'name_fr': 'fr', 'label:de': 'de'}, 'it', {})
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from kgllm.words.patterns import longest_first
from kgllm.words.relations import relation_words
from kgllm.words.tables import read_table

_NAMING = frozenset(
    ("name", "names", "label", "title", "text", "description", "desc", "alias", "aliases", "translation", "trans", "word", "term")
)
_ELSE = frozenset(("id", "no"))  # beside a word for a name more often an identifier and a number
_CLEAR = frozenset(
    ("en", "fr", "de", "es", "ru", "zh", "ja", "ko", "pt", "ar", "nl", "pl", "sv", "tr", "cs", "eng", "fra", "deu", "spa", "rus")
)
_FEWEST = 3  # fields that are named by a code alone, before they are taken for languages, and of these …
_FEWEST_CLEAR = 2  # … those that are hardly anything else


@dataclass(frozen=True, slots=True)
class _Tongues:
    by_code: dict[str, str]
    by_name: dict[str, str]
    han: re.Pattern[str]


@lru_cache(maxsize=1)
def _tongues() -> _Tongues:
    data = read_table("tongues")["tongues"]
    by_code: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for code, row in data.items():
        codes, english, chinese = (part.split() for part in row.split("|"))
        by_code |= dict.fromkeys((code, *codes), code)
        by_name |= dict.fromkeys((*english, *(f"{name}s" for name in english), *chinese), code)
    han = longest_first(name for name in by_name if not name.isascii())
    return _Tongues(by_code, by_name, re.compile("|".join(han)))


def tongue(word: str) -> str | None:
    """The code of the language that a word in small letters, or in Chinese, names, by itself or by the people whose it is."""
    return _tongues().by_name.get(word)


def tongues_in(text: str) -> list[tuple[tuple[int, int], str]]:
    """The Chinese names of languages in a text, by their places."""
    known = _tongues()
    return [(found.span(), known.by_name[found[0]]) for found in known.han.finditer(text)]


def coded(names: Collection[str]) -> dict[str, str]:
    """Of the names of a graph's relations those that say in which language something is named, each with its code: `name_fr`, `label:de`,
    and codes alone, where several fields are named so."""
    known = _tongues().by_code
    out: dict[str, str] = {}
    bare: dict[str, str] = {}
    for name in names:
        pieces = relation_words(name.replace(":", "_")).spoken
        codes = [piece for piece in pieces if piece in known]
        if len(codes) != 1:
            continue
        [code] = codes
        if len(pieces) == 1:
            bare[name] = known[code]
        elif code not in _ELSE and code in (pieces[0], pieces[-1]) and _NAMING.issuperset(piece for piece in pieces if piece != code):
            out[name] = known[code]
    if len(bare) >= _FEWEST and len(_CLEAR.intersection(name.lower() for name in bare)) >= _FEWEST_CLEAR:
        out |= bare
    return out
