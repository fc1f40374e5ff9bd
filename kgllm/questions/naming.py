"""What the name of a relation allows to say, by the form in which it was named: `directed_by`, `hasGenre`, `located in`, `treats`, `出版时间`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from kgllm.words import is_han, lexicon, relation_words, singular, stem
from kgllm.words.tables import read_table
from kgllm.words.units import said_by, units_of

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_IRI = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:(?://|[^\s]*[/#:])")
_PREPOSITIONS = frozenset(("in", "to", "for", "from", "with", "at", "on", "into", "of", "as", "through", "over"))
_PLACES = frozenset(("inside", "within", "near", "under", "above", "below", "behind", "beside", "outside", "opposite"))
_LATER = frozenset(("after", "before"))
_SHORT = frozenset(("s",))
_UNFIT = re.compile(r"(?:[该此它]|其(?!他|它))[^的]{0,12}的|[由以]其|^(?:第几|哪|什么|谁|为何|为什么|如何|怎么|怎样)")
_VERBAL = re.compile(r"[\u4e00-\u9fff]{1,3}[于自]|[\u4e00-\u9fff]{2}在|是[\u4e00-\u9fff]{1,4}")  # 位于, 扩展自, 建立在, 是一种

Made = dict[str, Sequence[str]]


def as_words(name: str) -> str:
    """A relation's name as words.

    >>> as_words("http://example.org/placeOfBirth"), as_words("film.film.directed_by"), as_words("spouse_s"), as_words("CUDA cores")
    ('place of birth', 'directed by', 'spouse', 'CUDA cores')
    >>> as_words("countrycode")
    'country code'
    """
    if _IRI.match(name):
        name = re.split(r"[/#:]", name.rstrip("/#"))[-1] or name
    parts = [part for part in name.split(".") if part]
    if len(parts) > 1 and all(re.fullmatch(r"[A-Za-z0-9_]+", part) for part in parts):
        name = parts[-1]
    if is_han(name):
        return " ".join(name.replace("_", " ").split())
    words = (name.replace("_", " ") if {" ", "_"} & set(name) else _CAMEL.sub(" ", name)).split()
    if len(words) > 1 and words[-1] in _SHORT:
        words = words[:-1]
    kept = [part for word in words for part in ([word] if sum(c.isupper() for c in word) > 1 else _parts(word.lower()))]
    if kept and len(kept[-1]) > 6 and kept[-1].endswith("by") and is_past(kept[-1][:-2]):  # "containedby"
        kept[-1:] = [kept[-1][:-2], "by"]
    return " ".join(kept) or name


@cache
def _parts(word: str) -> list[str]:
    """ "countrycode" as it is spoken: "country code"."""
    spoken = relation_words(word).spoken if word.isascii() else ()
    return list(spoken) if "".join(spoken) == word else [word]


def qualifying(name: str) -> str:
    """What a dotted name says before its last part: "actor" of "film.actor.film".

    >>> qualifying("film.actor.film"), qualifying("genre")
    ('actor', '')
    """
    words = relation_words(name).qualifying
    return words[-1] if words else ""


@cache
def listed(name: str) -> frozenset[str]:
    """The words of a list of `words/naming.toml`."""
    return frozenset(read_table("naming")[name].split())


@cache
def _forms() -> tuple[frozenset[str], dict[str, str]]:
    """Every English word of the lexicon, and the base of each past form."""
    words = {word.lower() for family in lexicon().families.values() for word in family.words if word.isascii()}
    bases = {}
    for word in words:
        for past in (word + "ed", word + "d") if word.endswith("e") else (word + "ed", word + word[-1] + "ed"):
            if past in words:
                bases[past] = word
    pairs = read_table("naming")["pasts"].split()
    return frozenset(words), bases | dict(zip(pairs[::2], pairs[1::2], strict=True))


def keyed(name: str) -> bool:
    """Whether a field holds keys, codes or places in a row: their order says nothing that a person would ask.

    >>> [keyed(name) for name in ("geonameid", "volcano_number", "序号", "number of seats", "population")]
    [True, True, True, False, False]
    """
    last = as_words(name).lower().split()[-1]
    return last in listed("keys") or (is_han(name) and name.endswith(tuple(word for word in listed("keys") if is_han(word))))


def is_past(word: str) -> bool:
    """Whether a word reads as a past participle.

    >>> is_past("directed"), is_past("written"), is_past("genre")
    (True, True, False)
    """
    return (len(word) > 4 and word.endswith("ed") and word not in ("breed", "speed", "sacred", "hundred", "seed")) or word in listed(
        "participles"
    )


def verb_of(word: str) -> str:
    """The base of a verb in the third person, "" for what is none.

    >>> verb_of("treats"), verb_of("requires"), verb_of("parents"), verb_of("languages")
    ('treat', 'require', '', '')
    """
    for ending in ("es", "s"):
        if word.endswith(ending) and word.removesuffix(ending) in listed("verbs"):
            return word.removesuffix(ending)
    return ""


def past_of(word: str) -> str:
    """The base of a past form, "" for what is none.

    >>> past_of("directed"), past_of("wrote"), past_of("written"), past_of("seed")
    ('direct', 'write', '', '')
    """
    return _forms()[1].get(word, "") if is_past(word) or not word.endswith("ed") else ""


def acts(name: str, inverses: Sequence[str]) -> bool:
    """Whether a name is a verb because the way back is its passive.

    >>> acts("addresses", ["addressed by"]), acts("addresses", [])
    (True, False)
    """
    first = as_words(name).split()[0].lower()
    backs = [as_words(back).lower().split() for back in inverses]
    return first.endswith("s") and any(len(back) == 2 and back[1] == "by" and stem(back[0]) == stem(first) for back in backs)


def english(name: str, *, number: bool = False, verbal: bool = False) -> tuple[Made, Made]:
    """Wordings of a relation by its name: of what it leads to, and of what it is said of. `number`: it leads to numbers. `verbal`: its
    names in the third person are verbs, also where they could be nouns.

    >>> english("directed_by")[1]["part"], english("has_genre")[0]["noun"], english("treats")[0]["did"]
    (['directed by {x}'], ['genre'], ['does {x} treat'])
    """
    words = _without_unit(as_words(name)).split()
    if len(words) > 1 and words[0].lower() in ("is", "are", "was", "were"):
        words = words[1:]
    if words[0].lower() in ("a", "an"):  # "is a": nothing that an end could be called by
        words = words[1:]
    if not words:
        return {}, {}
    lower = [word.lower() for word in words]
    if len(words) > 1 and lower[0] in ("has", "have") and not is_past(lower[1]):
        return _noun(words[1:])
    if len(words) > 1 and lower[0] in ("in", "on", "at", "from"):
        out, back = _noun(words[1:])
        return {**out, "did": [f"{{is}} {{x}} {lower[0]}"]}, {**back, "part": [f"{lower[0]} {{x}}"]}
    if len(words) > 1 and lower[-1] == "by" and is_past(lower[-2]):
        return _by(words)
    if lower[-1] == "of" and len(words) > 1:
        noun = " ".join(words[:-1])
        return (
            {"that": [f"{{x}} is {_article(noun)}{noun} of"], "did": [f"{{is}} {{x}} {_article(noun)}{noun} of"]},
            {"noun": [one_of(noun)], "rel": [f"{{are}} {_article(noun)}{noun} of {{x}}"]},
        )
    if len(words) > 1 and lower[-1] in _PREPOSITIONS | _LATER:
        return _prepositional(words, lower)
    if len(words) == 1 and lower[0] in _PLACES:
        return {"that": [f"{{x}} is {lower[0]}"], "did": [f"{{is}} {{x}} {lower[0]}"]}, {"part": [f"{lower[0]} {{x}}"]}
    if lower[0] in listed("no_noun") or lower[-1] in ("by", "when", "than"):
        return {}, {}
    counts = number and len(words) == 1 and lower[0] in listed("counted")
    if not counts and (verb_of(lower[0]) or (verbal and singular(lower[0]) != lower[0])):
        base, rest = verb_of(lower[0]) or singular(lower[0]), " ".join(words[1:])
        rest = f" {rest}" if rest else ""
        return (
            {"that": [f"{{x}} {lower[0]}{rest}"], "did": [f"does {{x}} {base}{rest}"]},
            {"rel": [f"{base}{{s}}{rest} {{x}}"]},
        )
    if number and singular(lower[-1]) != lower[-1]:
        many = " ".join(words)
        return (
            {"noun": [f"number of {many}"], "ask": [f"how many {many} {{does}} {{x}} have", f"how many {many} are there in {{x}}"]},
            {"part": [f"with {{x}} {many}"], "rel": [f"{{have}} {{x}} {many}"]},
        )
    base = past_of(lower[0])
    if len(words) == 1 and (base or is_past(lower[0])):
        did = [f"did {{x}} {base}"] if base else []
        return {"part": [f"{lower[0]} by {{x}}"], "that": [f"{{x}} {lower[0]}"], "did": did}, {"rel": [f"{lower[0]} {{x}}"]}
    return _noun(words)


def _without_unit(words: str) -> str:
    """ "length m" → "length", "height (cm)" → "height": a unit is no word of what is measured."""
    *before, last = words.split()
    bare = last.strip("()[]").lower()
    return " ".join(before) if before and units_of(bare) and (bare != last or said_by(words)[0] is not None) else words


def _by(words: list[str]) -> tuple[Made, Made]:
    past, before = words[-2], words[:-2]
    base = _forms()[1].get(past.lower(), "")
    active = past.endswith("ed")
    head = f"{' '.join(before)} " if before else ""
    out: Made = {"did": [f"{{was}} {{x}} {head}{past} by"], "rel": [f"{past} {{x}}"] if active and not before else []}
    back: Made = {"part": [f"{head}{past} by {{x}}"]}
    if active and not before:
        back = {**back, "that": [f"{{x}} {past}"], "did": [f"did {{x}} {base}"] if base else []}
    return out, back


def _prepositional(words: list[str], lower: list[str]) -> tuple[Made, Made]:
    """ "located in", "depends on", "countries spoken in"."""
    rest, place = " ".join(words[1:]), lower[-1]
    if is_past(lower[0]):
        whole = " ".join(words)
        return {"that": [f"{{x}} is {whole}"], "did": [f"{{is}} {{x}} {whole}"]}, {
            "part": [f"{whole} {{x}}"],
            "rel": [f"{{are}} {whole} {{x}}"],
        }
    base = verb_of(lower[0]) or (singular(lower[0]) if singular(lower[0]) != lower[0] and not lexicon().kinds_of(lower[0]) else "")
    if base:
        return {"that": [f"{{x}} {lower[0]} {rest}"], "did": [f"does {{x}} {base} {rest}"]}, {"rel": [f"{base}{{s}} {rest} {{x}}"]}
    past = next((n for n, word in enumerate(lower) if n and is_past(word)), None)
    if past is not None:
        tail = " ".join(words[past:])
        return {"did": [f"{{is}} {{x}} {tail}"], "that": [f"{{x}} is {tail}"]}, {"part": [f"{tail} {{x}}"]}
    noun = " ".join(words[:-1])
    if place in _LATER:  # "architecture after": no word of this one's own
        return {}, {}
    return {"did": [f"{{is}} {{x}} the {noun} {place}"]}, {"part": [f"with {noun} {place} {{x}}"]}


def _noun(words: list[str]) -> tuple[Made, Made]:
    """A name that is a noun, or a noun with a participle behind it ("languages spoken")."""
    lower = [word.lower() for word in words]
    if len(words) > 1 and is_past(lower[-1]) and not is_past(lower[0]):
        noun = one_of(" ".join(words[:-1]))
        return {"noun": [noun]}, {"part": [f"with {{x}} as {noun}"], "rel": [f"{{have}} {{x}} as {noun}"]}
    noun = one_of(" ".join(words))
    return {"noun": [noun]}, {"part": [f"with {{x}} as {noun}"], "rel": [f"{{have}} {{x}} as {noun}", f"{{have}} the {noun} {{x}}"]}


def one_of(noun: str) -> str:
    """A noun phrase with its last word in the singular: what one row of a table, or one thing of a type, is called.

    >>> one_of("film festivals"), one_of("people"), one_of("电影")
    ('film festival', 'person', '电影')
    """
    *before, last = noun.split()
    return " ".join([*before, singular(last) if last.islower() else last])


def _article(noun: str) -> str:
    return "" if noun.split(maxsplit=1)[0] in ("part", "the", "a") else f"{article(noun)} "


_INITIALS = re.compile(r"[AEFHILMNORSX](?:[A-Z0-9]|\b)")
_AS_VOWEL = re.compile(r"(?i:hour|honou?r|heir|honest)|[aeiouAEIOU](?![A-Z]*\b)")
_AS_CONSONANT = re.compile(r"(?i:uni|use|usu|eu|one\b|once\b)|ut(?=il)")


def article(noun: str) -> str:
    """ "a" or "an", by how the noun sounds.

    >>> [article(noun) for noun in ("SM count", "NVLink version", "use", "hour", "award", "EU law", "UN body", "GPU")]
    ['an', 'an', 'a', 'an', 'an', 'an', 'a', 'a']
    """
    if _INITIALS.match(noun):
        return "an"
    return "an" if _AS_VOWEL.match(noun) and not _AS_CONSONANT.match(noun) else "a"


def chinese(name: str) -> tuple[Made, Made]:
    """The same in Chinese, for a name in Chinese.

    >>> chinese("出版时间")[0]["noun"], chinese("开发的产品")[0]["ask"]
    (['出版时间'], ['{x}开发的产品有哪些', '{x}开发的产品是什么'])
    >>> chinese("导致")[0]["ask"], chinese("导致")[1]["mod"]
    (['{x}导致什么', '{x}导致哪些{N}'], ['导致{x}的'])
    """
    name = "".join(name.split()) if is_han(name) and not re.search("[A-Za-z]", name) else name
    if _UNFIT.search(name) or name in listed("zh_no_noun"):
        return {}, {}
    if name in listed("zh_verbs") or _VERBAL.fullmatch(name):
        described = [] if name.startswith("是") else [f"{{x}}{name}的"]
        return {"ask": [f"{{x}}{name}什么", f"{{x}}{name}哪些{{N}}"], "mod": described}, {
            "mod": [f"{name}{{x}}的"],
            "rel": [f"{name}{{x}}"],
        }
    if "的" in name[1:-1]:
        return {"ask": [f"{{x}}{name}有哪些", f"{{x}}{name}是什么"]}, {}
    return {"noun": [name]}, {"mod": [f"{name}为{{x}}的", f"{name}是{{x}}的"]}
