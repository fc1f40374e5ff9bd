"""A light stemmer for English: the forms of one verb or noun, and its agent ("director", "directed"), share a stem.

Rules and a table of irregular forms; stems need not be words. Chinese text is returned as it is.
"""

from __future__ import annotations

from functools import lru_cache

_IRREGULAR = {
    form: base
    for base, forms in {
        "write": "wrote written writ",
        "sing": "sang sung song songs singer",
        "marry": "marriage marriages married",
        "die": "dead death deaths died dying dies",
        "birth": "born births birthed",
        "wife": "wives",
        "child": "children",
        "man": "men",
        "woman": "women",
        "person": "people persons peoples",
        "life": "lives live living lived alive",
        "speak": "spoke spoken speech speeches",
        "begin": "began begun beginning",
        "build": "built building buildings",
        "buy": "bought",
        "sell": "sold sale sales seller",
        "win": "won winner winners winning wins",
        "run": "ran running",
        "make": "made maker makers making",
        "find": "found finding findings",
        "found": "founded founder founders founding foundation",
        "lead": "led leader leaders leadership",
        "teach": "taught",
        "hold": "held",
        "give": "gave given",
        "take": "took taken",
        "draw": "drew drawn",
        "know": "knew known",
        "grow": "grew grown growth",
        "fight": "fought",
        "choose": "chose chosen choice",
        "bear": "bore",
        "shoot": "shot",
        "spend": "spent",
        "feed": "fed food foods",
        "fly": "flew flown flight flights",
        "lie": "lay lain",
        "leave": "left",
        "lose": "lost loss losses loser",
        "mean": "meant meaning meanings",
        "pay": "paid payment",
        "think": "thought",
        "foot": "feet",
        "tooth": "teeth",
        "mouse": "mice",
        "series": "series",
        "species": "species",
        "genius": "genius",
        "movie": "movies",
        "discover": "discovery discoveries",
        "analyse": "analysis analyses",
        "produce": "production productions product products producer producers produced",
        "describe": "description descriptions",
        "publish": "publication publications",
        "nation": "nationality nationalities national",
        "locate": "location locations locality",
        "perform": "performance performances performer performers",
        "high": "height heights",
        "long": "length lengths",
        "wide": "width widths",
        "deep": "depth depths",
        "weigh": "weight weights",
        "compose": "composition compositions composer",
        "compete": "competition competitions competitor competitors",
        "inherit": "inheritance",
        "invade": "invasion",
        "destroy": "destruction",
        "treat": "treatment treatments",
        "govern": "government governments governor governors",
        "succeed": "successor successors succession",
        "precede": "predecessor predecessors",
        "require": "requirement requirements",
        "depend": "dependency dependencies dependence dependent",
        "belief": "believe believes believed beliefs",
        "number": "numbers",
        "member": "members membership",
        "act": "acting acted actors",
        "state": "states",
        "station": "stations",
        "university": "universities",
        "universe": "universes",
        "college": "colleges",
        "colleague": "colleagues",
        "country": "countries",
        "county": "counties",
        "party": "parties",
        "part": "parts",
        "general": "generals",
        "generation": "generations",
        "organ": "organs",
        "organization": "organisation organizations organisations organize organise organizes organizer organiser organized organised",
        "neighbour": "neighbor neighbors neighbours neighboring neighbouring neighbourhood neighborhood",
        "colour": "color colors colours colored coloured",
        "theatre": "theater theaters theatres",
        "licence": "license licenses licences licensed licensing",
        "programme": "program programs programmes",
        "centre": "center centers centres",
    }.items()
    for form in forms.split()
}

# suffix, what replaces it, letters that must be left; the first that fits is taken
_SUFFIXES = (
    ("izations", "ize", 3), ("ization", "ize", 3), ("ations", "", 4), ("ation", "", 4), ("itions", "", 4), ("ition", "", 4),
    ("ings", "", 3), ("ing", "", 3), ("edly", "", 3), ("resses", "", 3), ("ress", "", 3), ("iers", "y", 2), ("ier", "y", 2), ("ied", "y", 2),
    ("ers", "", 3), ("er", "", 3), ("ors", "", 3), ("or", "", 3), ("eds", "", 3), ("ed", "", 3), ("ists", "", 4), ("ist", "", 4),
    ("ments", "", 4), ("ment", "", 4), ("ships", "", 4), ("ship", "", 4), ("ness", "", 4), ("ious", "", 4), ("ous", "", 4),
    ("ally", "", 4), ("als", "", 4), ("al", "", 4), ("ives", "", 4), ("ive", "", 4), ("ions", "", 4), ("ion", "", 4),
    ("ances", "", 4), ("ance", "", 4), ("ences", "", 4), ("ence", "", 4), ("able", "", 4), ("ible", "", 4), ("ly", "", 4), ("ic", "", 4),
)  # fmt: skip
# Words that only look like an inflected form.
_WHOLE = frozenset(
    """king ring wing thing spring string ceiling wedding evening morning river over under after other mother father brother sister daughter
    water paper letter order summer winter power tower former user center master minister number member chapter character theater matter
    quarter corner flower computer lawyer officer gender border layer answer offer ever never later career disorder cancer fever liver
    color author doctor minor major floor door mayor factor sector motor error mirror tutor senator ancestor honor seed red bed need speed
    breed hundred sacred address press stress dress express congress princess mattress metal animal hospital capital festival journal
    material mineral signal total final local cathedral rival region religion million champion opinion union religion music public topic
    logic basic clinic fabric epic olive native motive active archive address family assembly only early supply ally fly comic
    element moment document cement instrument monument department comment segment parliament element apartment experiment environment distance
    science audience sentence reference science province experience table cable bible position opposition""".split()
)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a word in lower case.

    >>> [stem(word) for word in ("wrote", "writers", "cities", "actress", "导演")]
    ['writ', 'writ', 'city', 'act', '导演']
    """
    if not word.isascii() or not word.isalpha():
        return word
    if word in _IRREGULAR:
        return _final(_IRREGULAR[word])
    word = _singular(word)
    if word in _IRREGULAR:
        return _final(_IRREGULAR[word])
    if word not in _WHOLE:
        for suffix, instead, least in _SUFFIXES:
            rest = word[: -len(suffix)]
            if word.endswith(suffix) and len(rest) >= least and any(letter in "aeiouy" for letter in rest):
                word = rest + instead
                break
        word = _IRREGULAR.get(word + "e", _IRREGULAR.get(word, word))
    return _final(word)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _final(word: str) -> str:
    """The same end whether or not a form doubled its consonant or kept its e."""
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiousl":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word
