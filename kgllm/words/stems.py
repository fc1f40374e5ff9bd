"""A light stemmer for English: the forms of one verb or noun, and its agent ("director", "directed"), share a stem.

Rules and a table of irregular forms; stems need not be words. Chinese text is returned as it is.
"""

from __future__ import annotations

from functools import lru_cache

from kgllm.words.tables import read_table

# suffix, what replaces it, letters that must be left; the first that fits is taken
_SUFFIXES = (
    ("izations", "ize", 3), ("ization", "ize", 3), ("ations", "", 4), ("ation", "", 4), ("itions", "", 4), ("ition", "", 4),
    ("ings", "", 3), ("ing", "", 3), ("edly", "", 3), ("resses", "", 3), ("ress", "", 3), ("iers", "y", 2), ("ier", "y", 2), ("ied", "y", 2),
    ("ers", "", 3), ("er", "", 3), ("ors", "", 3), ("or", "", 3), ("eds", "", 3), ("ed", "", 3), ("ists", "", 4), ("ist", "", 4),
    ("ments", "", 4), ("ment", "", 4), ("ships", "", 4), ("ship", "", 4), ("ness", "", 4), ("ious", "", 4), ("ous", "", 4),
    ("ally", "", 4), ("als", "", 4), ("al", "", 4), ("ives", "", 4), ("ive", "", 4), ("ions", "", 4), ("ion", "", 4),
    ("ances", "", 4), ("ance", "", 4), ("ences", "", 4), ("ence", "", 4), ("able", "", 4), ("ible", "", 4), ("ly", "", 4), ("ic", "", 4),
)  # fmt: skip
_ENDINGS = tuple(suffix for suffix, _, _ in _SUFFIXES)
_FORMS = read_table("forms")
_IRREGULAR = {form: base for base, forms in _FORMS["irregular"].items() for form in forms.split()}
PLURALS = {plural: noun for noun, plural in _FORMS["plurals"].items()}
# "lens" is no plural, and "menus" one, which the rules for an s do not tell
_IN_S = {form: noun for plural, noun in PLURALS.items() if noun.endswith("s") or plural.endswith("us") for form in (noun, plural)}
_WITH_E = frozenset(("canoes", "oboes", "throes", "tiptoes", "mistletoes"))  # and shoes; but volcanoes, heroes, potatoes
_VOWELS, _NO_INITIALS = frozenset("aeiouy"), frozenset(("this", "chris", "kris"))
_SHORT = 4  # letters of a stem: "labor" has that of "lab"
_AGENT = 4  # letters of a verb that ends like who does it
_WHOLE = frozenset(_FORMS["whole"].split())  # only look like an inflected form
_KEPT = frozenset(_FORMS["kept"].split())  # keep their e: without it they would be another word


def _stem(word: str) -> str:
    """The stem of a word as it is spelled."""
    if not word.isascii() or not word.isalpha():
        return word
    if word in _IRREGULAR:
        return _final(_IRREGULAR[word])
    word = _singular(word)
    if word in _IRREGULAR:
        return _final(_IRREGULAR[word])
    if word not in _WHOLE and word.endswith(_ENDINGS):
        for suffix, instead, least in _SUFFIXES:
            if not word.endswith(suffix):
                continue
            rest = word[: -len(suffix)]
            if len(rest) >= least and any(letter in "aeiouy" for letter in rest):
                word = rest + instead
                if suffix in ("ed", "ing") and rest.endswith(("er", "or")) and rest not in _WHOLE and len(rest) > _AGENT:
                    word = rest[:-2]  # "mentored" is of one stem with "mentor"
                break
        word = _IRREGULAR.get(word + "e", _IRREGULAR.get(word, word))
    return _final(word)


def _singular(word: str) -> str:
    if word in _IN_S:
        return _IN_S[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    if len(word) > 5 and word.endswith("oes") and not (word in _WITH_E or word.endswith("shoes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _final(word: str) -> str:
    """The same end whether or not a form doubled its consonant or kept its e."""
    if word in _KEPT:
        return word
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiousl":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _two_spellings(kind: str) -> list[tuple[str, str]]:
    return [(one, other) for one, other in (pair.split() for pair in _FORMS["spellings"][kind].split(","))]


_NOUNS = _two_spellings("nouns")
_RESPELLED = dict(_NOUNS) | {other: one for one, other in _NOUNS}
_OF_TWO = {
    one: other for one, other in ((_stem(one), _stem(other)) for one, other in (*_NOUNS, *_two_spellings("others"))) if len(other) >= _SHORT
}


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a word in lower case, as a rule the same however it is spelled.

    >>> [stem(word) for word in ("wrote", "writers", "cities", "actress", "sits", "sites", "defence", "导演")]
    ['writ', 'writ', 'city', 'act', 'sit', 'site', 'defens', '导演']
    """
    found = _stem(word)
    return _OF_TWO.get(found, found)


def respelled(noun: str) -> str | None:
    """The other spelling of a noun in the singular; None of most.

    >>> respelled("licence"), respelled("license"), respelled("river")
    ('license', 'licence', None)
    """
    return _RESPELLED.get(noun)


def irregular(word: str) -> bool:
    """Whether a word in lower case is a form that no rule makes.

    >>> irregular("held"), irregular("holds"), irregular("hold")
    (True, False, False)
    """
    return word in _IRREGULAR


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """A noun in the singular; other words as they are.

    >>> [singular(word) for word in ("films", "cities", "children", "filmed", "volcanoes", "gumshoes", "throes", "kpis", "axis")]
    ['film', 'city', 'child', 'filmed', 'volcano', 'gumshoe', 'throe', 'kpi', 'axis']
    >>> [singular(word) for word in ("lens", "lenses", "alias", "menus")]
    ['lens', 'lens', 'alias', 'menu']
    """
    if not word.isascii() or not word.isalpha():
        return word
    if len(word) > 3 and word.endswith("is") and _VOWELS.isdisjoint(word[:-2]) and word not in _NO_INITIALS:
        return word[:-1]  # initials in small letters
    return PLURALS.get(word) or _singular(word)
