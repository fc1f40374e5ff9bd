"""Where something is: "where" is answered by places, and by those for whom one works or where one studies, but by no person and no date.

"Where is Acme?" goes to the place that Acme is said to be at, and from there no farther; where that is not known, the place of whoever
has to do with Acme is no answer. Of an address (a node without a name that joins a city, a state and a country) it asks for the city.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgllm.retrieval.paths.kinds import KINDS
from kgllm.retrieval.scoring.features import NAMES
from kgllm.words import is_han, lexicon, relation_words, singular
from kgllm.words.relations import transitive

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_PLACE, _ORGANIZATION = KINDS.index("place"), KINDS.index("organization")
_OTHERS = [KINDS.index(kind) for kind in ("person", "time", "language", "sex")]
_SURE, _HARDLY = 0.5, 0.3  # how far ends are of a kind: surely, or hardly so
_AGAINST = 2.0  # unsaid steps that a path counts for which leads to no place
_WIDER = 0.5  # … which leads to the state or the country of an address
_WIDE = frozenset(("state", "region", "country"))  # families of what is wider than a city
_WHERE = ("哪里", "哪儿", "什么地方", "何处")
_WHERE_ONE_IS = frozenset(("place", "organization"))
_LOOKED_AT = 3  # ends whose names are looked at
_NOUN = 4  # characters of a noun that a Chinese name ends with, at most
_UNSAID, _WEAKEST, _OFFTYPE = (NAMES.index(name) for name in ("unsaid", "weakest", "offtype"))


def located(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Judge what "where" is not answered by."""
    asked = ranking.asked
    if asked.kinds != ("place",) or asked.head or any(f"{word}的" in asked.text for word in _WHERE):  # "哪里的名人" asks for people
        return
    for one in ranked:
        weights = ranking.seen[one.seeds[0]].weights
        bare = all(word.around is not None for word, weight in zip(asked.words, weights, strict=True) if weight > 0)
        if _elsewhere(ranking, one, bare=bare) and not called_places(ranking, one):
            one.row[_OFFTYPE] = 1.0
            one.row[_UNSAID] += _AGAINST
            one.score = float(one.row @ ranking.weights)
    for one in ranked:
        if _level(one) == "wide" and any(_level(other) == "city" and _of_one_address(one, other) for other in ranked):
            one.row[_UNSAID] += _WIDER
            one.score = float(one.row @ ranking.weights)


def _level(one: Ranked) -> str:
    """Whether the last part of an address that a path leads to is a city, or wider than one; "" for anything else."""
    parts = one.steps[-1]
    if len(parts) < 2:
        return ""
    families = {family for word in relation_words(parts[-1][0].name).spoken for family in lexicon().families_of(word)}
    return "city" if "city" in families else "wide" if families & _WIDE else ""


def _of_one_address(one: Ranked, other: Ranked) -> bool:
    """Whether two paths come through the same address."""
    same = one.seeds == other.seeds and one.numbers[:-1] == other.numbers[:-1]
    return same and len(other.steps[-1]) > 1 and one.steps[-1][0] == other.steps[-1][0]


def _elsewhere(ranking: Ranking, one: Ranked, *, bare: bool) -> bool:
    kinds, unsaid = ranking.steps.column("kinds"), bool(one.row[_UNSAID] > 0 or (bare and one.row[_WEAKEST] < _SURE))
    last = kinds[one.numbers[-1]]
    if last[_PLACE] < _HARDLY:
        if unsaid and (bare or last.max() >= _HARDLY > last[_ORGANIZATION]):  # of what is known to be of no kind nothing is told
            return True
        return bool(last[_OTHERS].max() >= _SURE > last[_ORGANIZATION])
    return bare and len(one.numbers) > 1 and unsaid and not leads_on(ranking, one)


def called_places(ranking: Ranking, one: Ranked) -> bool:
    """Whether the things that a path leads to are places by their own names: 南京博物院, "British Museum", "University of Oslo"."""
    ends = one.ground.ends
    return 0 < len(ends) <= _LOOKED_AT and all(_is_called_place(node.name) for node in ranking.run.view.nodes(ends))


def _is_called_place(name: str) -> bool:
    known = lexicon()
    if is_han(name):
        nouns = [name[-size:] for size in range(min(len(name) - 1, _NOUN), 0, -1)]
    else:
        nouns = [singular(word) for word in re.split(r"[ ,]+of\b|,", name.lower())[0].split()[-1:]]
    kinds = next((known.kind_of_noun[noun] for noun in nouns if noun in known.kind_of_noun), ())
    return not _WHERE_ONE_IS.isdisjoint(kinds)


def leads_on(ranking: Ranking, one: Ranked) -> bool:
    """Whether a path first goes to the place where a thing is, or to what it is in: what holds there holds of it."""
    [(relation, _), *more] = one.steps[0]
    return not more and (bool(ranking.steps.column("kinds")[one.numbers[0], _PLACE] >= _SURE) or transitive(relation.name))
