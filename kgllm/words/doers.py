"""Nouns for who does what a relation's verb says: the owner of `owns`, the investors of "invests in", the 供应商 of 供应, the 股东 of 持股.

Such a noun asks for the subject of the relation, where a noun that the relation is called by asks for its object.
"""

from __future__ import annotations

from functools import cache

from kgllm.words.ends import data_of
from kgllm.words.lexicon import lexicon
from kgllm.words.relations import relation_words
from kgllm.words.stems import singular, stem
from kgllm.words.tokens import is_han


def doer_first(noun: str, relation: str, *, alike: bool = False) -> bool | None:
    """Whether a noun is one for who does what the verb of a relation says (True), or for whom it is done to (False); None of any other.
    `alike`: the same things stand at both ends of the relation. Without that a Chinese verb may as well be the noun: (film, 发行, studio).

    >>> doer_first("owners", "owns"), doer_first("investor", "invests in"), doer_first("employee", "employs"), doer_first("mentor", "mentors")
    (True, True, False, None)
    >>> doer_first("manager", "manages team"), doer_first("winner", "wins"), doer_first("painter", "painted"), doer_first("owner", "owned by")
    (True, True, True, None)
    >>> doer_first("dependents", "depends on"), doer_first("dependencies", "depends on"), doer_first("inhabitants", "inhabits")
    (True, None, True)
    >>> doer_first("供应商", "供应", alike=True), doer_first("供应商", "供应"), doer_first("股东", "持股", alike=True), doer_first("被告", "起诉", alike=True)
    (True, None, True, False)
    >>> doer_first("供应商", "SUPPLIES"), doer_first("产品", "SUPPLIES"), doer_first("参与者", "participants")
    (True, None, None)
    """
    if is_han(relation):
        return _han(noun, relation) if alike else None
    named = relation_words(relation)
    data, spoken = data_of("english"), named.spoken
    words = noun.lower().split()
    if not words or not spoken or not _active(spoken[0], alone=len(spoken) == 1):
        return None
    if is_han(noun):
        does = named.form in ("does", "verb") and noun.endswith(data_of("chinese")["doer"])
        return True if does and _meet(noun, spoken[0]) else None
    verb, said = spoken[0], singular(words[-1])
    if singular(verb) == said:
        return None
    if said.endswith(data["done"]) and stem(verb) == stem(said[:-2]):
        return False
    endings = (*data["doer"], *data["doer_of_verb"])
    return True if any(said.endswith(one) and stem(verb) in (stem(said), stem(said[: -len(one)])) for one in endings) else None


def only_verb(name: str) -> bool:
    """Whether the Chinese name of a relation is a verb and no noun, so that who does it stands first.

    >>> only_verb("讲授"), only_verb("执导过"), only_verb("导演")
    (True, True, False)
    """
    return name.rstrip("了过") in data_of("chinese")["only_verbs"]


def _active(verb: str, *, alone: bool) -> bool:
    """Whether a verb says what its subject does, or did ("painted", which before "by" or "in" may be said of what is painted)."""
    return (verb.endswith("s") and not verb.endswith("ss")) or (alone and verb.endswith("ed"))


def _meet(noun: str, verb: str) -> bool:
    """Whether a Chinese noun and an English verb speak of one relation."""
    return not set(lexicon().families_of(noun)).isdisjoint(lexicon().families_of(verb))


def _han(noun: str, relation: str) -> bool | None:
    data = data_of("chinese")
    if noun.startswith(relation) and noun != relation:
        return True if noun[len(relation) :] in data["doer"] else None
    said = relation.rstrip("了过")
    return True if said in _pairs("does").get(noun, ()) else False if said in _pairs("gets").get(noun, ()) else None


@cache
def _pairs(name: str) -> dict[str, tuple[str, ...]]:
    """The verbs of each noun."""
    return {noun: tuple(verbs.split("/")) for noun, _, verbs in (pair.partition("=") for pair in data_of("chinese")[name])}
