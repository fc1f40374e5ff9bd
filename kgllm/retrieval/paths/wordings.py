"""How the steps of a graph may be worded: by the names of their relations, of what they come through, and of what stands at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kgllm.retrieval.paths.kinds import Roles
from kgllm.types import Relation
from kgllm.words import is_han, lexicon, relation_words, singular, stem
from kgllm.words.dictionary import meanings, words_in
from kgllm.words.doers import only_verb
from kgllm.words.fields import initials, may_be_short, says_latest, spelled
from kgllm.words.tongues import tongue, tongues_in

if TYPE_CHECKING:
    from kgllm.retrieval.reading.question import Term

MOST_PARTS = 15  # words told apart within one step's wordings
_SUFFIXES = "子亲者员们"
_PART = (
    0.6  # of how well a name answers to the families of its words where the whole is a phrase of others: "flows through" of "flows into"
)
_KEY = frozenset(("id", "ids", "fk", "key"))
_SPELLED = 0.95  # of how well a name stands for its relation in which what is cut short is written out
_NO_HEAD = 0.85  # of how well what a Chinese name begins with says what it is
_AGAINST = 0.67  # of how well a relation answers to its own family where it is followed back and the way back has one
_QUALIFYING = 0.45  # how much the earlier part of a dotted name explains
_INITIALS = 0.9  # … and its initials for a name
_PASSED = 0.8  # how well what is passed through speaks of a step
_CODE, _NAMING = 0.6, 0.8  # share of a field's name that its language carries, and how well words for a name speak of it
_AGENTS = frozenset(("person", "organization"))
_SAYING = ("call", "mean", "meaning", "translation", "say", "word", "known")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one step: (term, part of the wording, share of the name, how well it explains)."""

    terms: tuple[tuple[Term, int, float, float], ...]
    nouns: tuple[tuple[str, float], ...]
    kinds: tuple[float, ...]
    toward: int  # +1 where "the R of X" follows the step, -1 where it goes against it
    text: str
    pairs: frozenset[str]
    short: frozenset[str]
    between: tuple[str, ...] = ()
    bare: bool = False


def wording_of(parts: Sequence[tuple[Relation, int]], roles: Roles) -> Wording:
    """Words of a step. Through an unnamed node the second relation says most; what the first adds is shared by both."""
    terms: dict[tuple[Term, int], tuple[float, float]] = {}
    texts, part = [], 0
    parts = [(roles.read(relation), way) for relation, way in parts]
    for n, (relation, way) in enumerate(parts):
        weight = 1.0 if len(parts) == 1 else (0.4, 0.6)[n]
        names = _names(relation, way)
        texts.append(names[0][0])
        first_part = part
        for number, (name, strength) in enumerate(names):
            # Other names of a relation stand for the whole of it: their parts share the numbers of the first.
            part = _name_terms(
                name, way if strength < 1 or relation.inverse_name is None else 0, weight, strength, first_part if number else part, terms
            )
        if (code := roles.tongues.get(relation.name)) is not None:
            part = _code_terms(code, weight, 1.0 if way != 1 else 0.9, part, terms)
    end = roles.end(tuple((relation.id, way) for relation, way in parts), *parts[-1])
    relation, way = parts[-1]
    between = _between(parts, roles)
    for noun in between:  # by a membership one is a member, belongs, and serves on
        for family in lexicon().families_of(noun) if noun not in roles.said else ():
            terms.setdefault((("f", family), part), (0.0, _PASSED))
    words = relation_words(relation.name)
    toward = (1 if way != 1 else -1) * (-1 if words.form == "of" else 1)
    if way == 1 and relation.inverse_name:
        toward = 1
    return Wording(
        tuple((term, min(p, MOST_PARTS), share, how) for (term, p), (share, how) in sorted(terms.items())),
        tuple(sorted(end.nouns.items())),
        end.kinds,
        toward,
        " ".join(texts),
        frozenset(pair for relation, way in parts for name, _ in _names(relation, way) for pair in _pairs(name)),
        frozenset(word for relation, _ in parts for word, _ in relation_words(relation.name).words if may_be_short(word)),
        between,
        end.bare and parts[-1][1] != 1,
    )


def _pairs(name: str) -> list[str]:
    """Stems of words that stand together in a name."""
    return [f"{one} {other}" for one, other in pairwise(stem(word) for word, _ in relation_words(name).words if not is_han(word))]


def _names(relation: Relation, way: int) -> list[tuple[str, float]]:
    """The names of a relation in one direction, and how well each stands for it."""
    aliases = [alias for alias in relation.aliases if not _of_key(relation.name, alias)]
    short = [(name, _SPELLED) for one in (relation.name, *aliases) for name in spelled(one)]
    if way != 1:
        return [(relation.name, 1.0), *((alias, 0.95) for alias in aliases), *short]
    back = [(name, 1.0) for name in ([relation.inverse_name] if relation.inverse_name else [])] + [
        (alias, 0.95) for alias in relation.inverse_aliases
    ]
    if back:
        return [*back, (relation.name, 0.5)]
    return [(relation.name, 0.9), *((alias, 0.85) for alias in aliases), *((name, how - 0.1) for name, how in short)]


def _of_key(name: str, alias: str) -> bool:
    """Whether an alias is a relation's name with what says that a column holds keys ("country_id" of "country"): it leads to what they are
    of, and to no number or code."""
    said = relation_words(alias).spoken
    return len(said) > 1 and said[-1] in _KEY and said[:-1] == relation_words(name).spoken


def _name_terms(name: str, way: int, weight: float, strength: float, part: int, terms: dict[tuple[Term, int], tuple[float, float]]) -> int:
    """Add the terms of one name; the number of the next part."""
    words, known = relation_words(name), lexicon()
    if words.form == "of" and way < 2:  # "X is the son of Y": it is the way back that leads to the son
        way = 1 - way

    def add(term: Term, number: int, share: float, how: float) -> None:
        have = terms.get((term, number), (0.0, 0.0))
        terms[term, number] = (max(have[0], share), max(have[1], how))

    if (short := initials(words.spoken)) is not None:
        add(("s", stem(short)), part, weight, strength * _INITIALS)
    stems = [stem(word) for word in words.spoken]
    phrase = known.by_phrase.get(tuple(stems), ())
    for size in range(min(len(stems), known.longest_phrase), 1, -1):
        for i in range(len(stems) - size + 1):
            for family in known.by_phrase.get(tuple(stems[i : i + size]), ()):
                for answered, how in _answered(" ".join(stems[i : i + size]), family, way):
                    add(("f", answered), part, weight * size / len(stems), strength * 0.95 * how)
    for word, share in _shares(words.words):
        share *= weight
        if is_han(word):
            _han_terms(word, way, part, share, strength, add)
            for (first, last), said in tongues_in(word):
                add(("t", said), part + first, share * (last - first) / len(word), strength)
            part += len(word) - 1  # every character is a part: a name that is only begun is not said in full
        else:
            against = (
                words.form == "of" and way == 1 and any(known.families[family].inverse for family in known.by_stem.get(stem(word), ()))
            )
            add(
                ("s", stem(word)), part, share, strength * (_AGAINST if against else 1.0)
            )  # a class has subclasses by the way back of "subclass of"
            if (code := tongue(word)) is not None:
                add(("t", code), part, share, strength)
            kind = "v" if way != 1 and words.form == "does" else "f"
            for family in known.by_stem.get(stem(word), ()) if not (word == "last" and says_latest(words.spoken)) else ():
                whole = _PART if phrase and family not in phrase else 1.0
                led = way < 2 and ((words.form == "does" and _leads_back(family)) or (words.form == "by" and _done_to(family)))
                for answered, how in _answered(stem(word), family, 1 - way if led else way):
                    add(("f" if led else kind, answered), part, share, strength * 0.9 * how * whole)
        part += 1
    for n, word in enumerate(reversed(words.qualifying)):
        how = strength * _QUALIFYING * (0.8**n)
        add(("s", stem(word)), part, 0.0, how)
        for family in known.by_stem.get(stem(word), ()):
            add(("f", family), part, 0.0, how * 0.8)
    return part + bool(words.qualifying)


def _leads_back(family: str) -> bool:
    """Whether it is the way back of a verb ("X manages Y") that leads to what a family is named for (the boss)."""
    known = lexicon().families[family]
    return bool(known.inverse) and "person" in known.to


def _done_to(family: str) -> bool:
    """Whether a family is named for what something is done to (products), so that "sold by" leads to what its way back does."""
    known = lexicon().families
    back = known[family].inverse
    return back is not None and _AGENTS.isdisjoint(known[family].to) and not _AGENTS.isdisjoint(known[back].to)


def _between(parts: Sequence[tuple[Relation, int]], roles: Roles) -> tuple[str, ...]:
    """The nouns for the unnamed nodes that a step goes through, by their type: a row of HallOfFame is of a hall, and of fame."""
    if len(parts) < 2 or parts[-1][1] > 1:
        return ()
    (first, way), (last, onward) = parts
    kinds = roles.between((first.id, way), (last.id, onward))
    return tuple(sorted({singular(word) for kind in kinds for word, _ in relation_words(kind).words}))


def _code_terms(code: str, weight: float, strength: float, part: int, terms: dict[tuple[Term, int], tuple[float, float]]) -> int:
    """Add what a field says that is named by the code of a language: the name in it; the number of the next part."""
    terms[("t", code), part] = weight * _CODE, strength
    for term in (("f", "name"), *(("s", stem(word)) for word in _SAYING)):
        terms[term, part + 1] = weight * (1 - _CODE), strength * _NAMING
    return part + 2


def _shares(words: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """What each word carries of a name. A word that only names a kind ("year" of "release year") carries less, and words of one
    family ("starred actors") each carry what they carry together."""
    if len(words) == 1:
        return list(words)
    known = lexicon()
    heavy = [0.4 if known.kinds_of(word) or word in known.english.light else 1.0 for word, _ in words]
    families = [set(known.families_of(word)) for word, _ in words]
    together = [sum(h for h, other in zip(heavy, families, strict=True) if other is mine or other & mine) for mine in families]
    return [(word, part / sum(heavy)) for (word, _), part in zip(words, together, strict=True)]


def _answered(word: str, family: str, way: int) -> list[tuple[str, float]]:
    """What a relation answers to by a word of its name, and how well: against its direction rather to the family of the way back."""
    known = lexicon()
    back = known.turned(word, family) if way == 1 else ()
    own = known.named(word, family) if not (back and known.families[family].turns) else ()
    return [*((name, _AGAINST if back else 1.0) for name in own if name not in back), *((name, 1.0) for name in back)]


def _han_terms(name: str, way: int, part: int, share: float, strength: float, add: Any) -> None:
    """Characters, pairs of them, and the families whose words the name holds. Latin words inside count as words."""
    known, size = lexicon(), max(1, len(name))
    verb = way < 2 and only_verb(name)
    if size == 1:
        add(("w", name), part, share, strength)
    for i, letter in enumerate(name):
        if size == 1 or letter not in _SUFFIXES:  # the 子 of 妻子 says nothing of a 孩子
            add(("h", letter), part + i, share / size, strength)
        if i + 1 < size:
            # Said of both its characters; the pair before it counts the first of them.
            add(("h", name[i : i + 2]), part + i, share * (2 if i == 0 else 1) / size, strength)
    for first in range(size):
        for last in range(first + 1, min(size, first + known.longest_han) + 1):
            for family in known.by_han.get(name[first:last], ()):
                # A name that ends in the word is of its family ("电影导演"); one that only begins with it is less so.
                how = strength * (0.5 + 0.45 * (last - first) / size) * (1.0 if last == size else _NO_HEAD)
                for answered, well in _answered(name[first:last], family, 1 - way if verb and _leads_back(family) else way):
                    add(("f", answered), part, share * (last - first) / size, how * well)
    for start, word in words_in(name):
        for said, how in meanings(word):
            add(("g", said), part, share * len(word) / size, strength * how * (1.0 if start + len(word) == size else _NO_HEAD))
