"""Kinship as graphs have it: told in both directions, by several relations, and a son's relation does not say who is his mother.

"Children" are whom a thing is the mother of, and who is said to be its son. "Mother" is asked of "is the son of", which leads to both
parents: those known to be men, by their own relations, their gender or their type, are left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.paths.ground import Ground, Hop
from kgllm.retrieval.ranking.combine import within
from kgllm.retrieval.ranking.confirm import asks_whether
from kgllm.retrieval.ranking.twins import followed_whole, together
from kgllm.words import is_han, lexicon, relation_words, singular, stem, tokens
from kgllm.words.relations import KEPT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.retrieval.reading.question import Word

MOST = 64  # ends whose sex is looked up
_SURE = 0.7  # how well a relation must answer to a family of kinship
_SAID = 0.5  # … and a word of the question to it; the wrong way is at .43
_KNOWN = 0.55  # how well a step answers to a word of kinship that it is said by: a parent's way back to "son" by .65
_AS_SURELY = 0.7  # of what a word says at most
_HAN = 3  # characters of a word of kinship
_COMPANIONS = re.compile(r"\b(?:with|for)\s+(?:(?:my|your|our|the|small|young|little)\s+)*$|(?:带|陪|适合)$", re.IGNORECASE)
_VALUES = 2  # genders of one thing that are read


def kindred(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The best path, led to the ends of those that answer to the same word of kinship, without those of the other sex.

    So are one step from the mention, and the steps that one word stands for ("grandmother"); not those of a longer chain (decision 11).
    """
    if not ranked or not followed_whole(ranked[0]):
        return ranked
    best = ranked[0]
    if _unsaid(ranking, best):
        best.refuse("other_kin")
        return ranked
    asked = _asked(ranking, best)
    if asked[-1][0]:
        _gather(ranking, best, ranked[1:], asked[-1][0])
    for hop, (name, whole) in enumerate(asked):
        sex = lexicon().sexes.get(name, "")
        last = hop == len(asked) - 1
        if not sex or not (whole or len(asked) == 1) or _exact(ranking, best, hop, name):
            continue
        if last and len(best.ground.ends) == 1 and asks_whether(ranking):  # "is Homer Bart's mother?"
            best.refutes |= _sexes(ranking, best.ground.ends)[0] == {_OTHER[sex]}
        else:
            _sort_out(ranking, best, hop, sex)
    return ranked


def _asked(ranking: Ranking, best: Ranked) -> list[tuple[str, bool]]:
    """For each step the family of kinship, or the group of one, named by the word that the step answers best; "" for none. And whether
    that word stands for several steps."""
    seen, found = ranking.seen[best.seeds[0]], []
    kin = {n: name for n, word in enumerate(ranking.asked.words) for name in _kin_said(word)}
    for number in best.numbers:
        rows = [(-float(ranking.match.explains[number, n]), float(seen.told[n]), n) for n in kin]
        worth, _, n = min(rows, default=(0.0, 0.0, -1))
        found.append((kin.pop(n), ranking.asked.words[n].step >= 0) if -worth >= _SAID and n >= 0 else ("", False))
    return found


def _unsaid(ranking: Ranking, best: Ranked) -> bool:
    """Whether a question asks for kin, by one word or a chain, of whom the path says nothing, though the graph knows of such: a parent is
    no wife."""
    seen, words, explains = ranking.seen[best.seeds[0]], ranking.asked.words, ranking.match.explains
    kin = [n for n, word in enumerate(words) if _kin_said(word)]
    if (
        not seen.chain
        and len({words[n].start for n in kin}) != 1
        and not (kin and ranking.asked.chinese and kin[-1] - kin[0] < len(kin) <= _HAN)
    ):
        return False
    if any(is_han(relation.name) and relation.name in ranking.asked.text for step in best.steps for relation, _ in step):
        return False
    free = [n for n in kin if seen.weights[n] > 0 and words[n].way != 0 and not _companions(ranking.asked.text, words[n].start)]
    if not is_han(words[kin[-1]].text) and words[kin[-1] + 1 : kin[-1] + 2] and words[kin[-1] + 1].close:  # a mother tongue is no mother
        return False
    return any(explains[list(best.numbers), n].max() < _KNOWN <= explains[:, n].max() for n in free)


def _companions(text: str, start: int) -> bool:
    """Whether a word stands behind "with" or "for": whom one comes with ("what to do with kids in Essex") is not asked for."""
    return _COMPANIONS.search(text[:start]) is not None


def _kin_said(word: Word) -> list[str]:
    """The families of kinship that a word names, where it is of none more surely: 弟 of 徒弟 is no brother."""
    said = [(name, how) for (kind, name), how in word.terms if kind == "f"]
    most = max((how for _, how in said), default=0.0)
    return [name for name, how in said if how >= _AS_SURELY * most and _of_kin(name)]


def _of_kin(name: str) -> bool:
    family = lexicon().families.get(name.split("/", maxsplit=1)[0])
    return family is not None and bool(family.inverse and family.apart)


def _gather(ranking: Ranking, best: Ranked, others: list[Ranked], name: str) -> None:
    """Add the ends of paths that differ in the last step only, and there answer to the same word."""
    family = lexicon().families[name.split("/", maxsplit=1)[0]]
    if family.inverse == family.id:  # of whom is loved not all are married
        return
    rows = ranking.steps.with_term(("f", name))
    sure = frozenset() if rows is None else frozenset(rows[0][rows[3] >= _SURE].tolist())
    exact = "/" in name and _exact(ranking, best, -1, name)
    for other in others if best.numbers[-1] in sure else ():
        alike = other.seeds == best.seeds and other.numbers[:-1] == best.numbers[:-1] and other.numbers[-1] in sure
        alike = alike and followed_whole(other) and [hop.middle for hop in other.ground.hops] == [hop.middle for hop in best.ground.hops]
        if alike and (not exact or _exact(ranking, other, -1, name)):
            best.ground = together(best.ground, other.ground)


def _sort_out(ranking: Ranking, best: Ranked, step: int, sex: str) -> None:
    """Leave out what the step leads to and is known to be of the other sex; where nothing is left, there is no such thing."""
    hops = best.ground.hops
    at = len(hops) - 1 if step == len(best.numbers) - 1 else step
    ends = best.ground.ends if at == len(hops) - 1 else np.unique(hops[at].end)
    if (len(hops) != len(best.numbers) and at == step) or not 0 < len(ends) <= MOST:  # through unnamed nodes a step is two hops
        return
    known = _sexes(ranking, ends)
    keep = np.array([not of or sex in of for of in known])
    if not keep.any():
        best.refuse("other_sex")
    if not keep.any() or keep.all():
        return
    kept, wanted = list(hops[:at]), ends[keep]
    for hop in hops[at:]:
        rows = np.isin(hop.end if hop is hops[at] else hop.start, wanted)
        kept.append(Hop(hop.start[rows], hop.end[rows], hop.fact[rows], hop.middle))
        wanted = np.unique(kept[-1].end)
    left = best.ground.ends[np.isin(best.ground.ends, wanted)]
    if len(left):
        ground = Ground(best.ground.seeds, kept, best.ground.ends, len(best.ground.ends), best.ground.truncated)
        best.ground = within(ground, left)


def _exact(ranking: Ranking, one: Ranked, step: int, name: str) -> bool:
    """Whether a step's relation is named by the very word: "father" leads to fathers, "is the son of" to parents."""
    number = one.numbers[step]
    (relation, _), (_, way) = ranking.steps.relations[number][-1], ranking.steps.keys[number][-1]
    own, _ = _named(relation.name)
    return name in own and way == own[name]


@lru_cache(maxsize=KEPT)
def _named(relation: str) -> tuple[dict[str, int], dict[int, str]]:
    """The families and groups of kinship that a relation is named by, each with the way that leads to whom the word names; and the sex
    of what stands at the end of each way."""
    words, known = relation_words(relation), lexicon()
    way = 1 if words.form == "of" else 0
    own: dict[str, int] = {}
    sexes: dict[int, str] = {}
    for word, _ in words.words[-1:]:
        key = word if is_han(word) else stem(word)
        for family in known.families_of(word):
            entry = known.families[family]
            groups = entry.groups(key)
            if not (entry.inverse and entry.apart):
                continue
            own |= dict.fromkeys((family, *(f"{family}/{n}" for n in groups)), way)
            if len(groups) == 1:
                sex = known.sexes.get(f"{family}/{groups[0]}", "")
                sexes[way] = sex
                if sex and entry.inverse == family and entry.turns:  # whom a wife is the wife of
                    sexes[1 - way] = _OTHER[sex]
    return own, sexes


_OTHER = {"male": "female", "female": "male"}


def _sexes(ranking: Ranking, ends: NDArray[np.int64]) -> list[set[str]]:
    """What is known of the sex of each end: by a relation of kinship that it has, by its gender, by a type that names one."""
    view, known = ranking.run.view, lexicon()
    words = {word: sex for sex in _OTHER for word in known.sex_words[sex]}
    groups = view.groups(ends)
    found: list[set[str]] = [set() for _ in ends]
    genders = []
    for row, (origin, relation, way) in enumerate(zip(groups.origin.tolist(), groups.relation.tolist(), groups.way.tolist(), strict=True)):
        name = view.relations[relation].name
        # A thing has the relation by the way out of it; what stands there is at the end of the other way.
        sex = _named(name)[1].get(1 - way, "")
        if sex:
            found[origin].add(sex)
        if way == 0 and any("gender" in known.families_of(word) for word, _ in relation_words(name).words):
            genders.append(row)
    if genders:
        edges = view.edges(ends[groups.origin[genders]], groups.relation[genders], groups.way[genders], _VALUES)
        for row, node in zip(edges.row.tolist(), view.nodes(edges.neighbour), strict=True):
            found[int(groups.origin[genders[row]])] |= {words[node.name.lower()]} if node.name.lower() in words else set()
    for of, node in zip(found, view.nodes(ends), strict=True):
        if not of:
            named = {piece.word for kind in getattr(node, "types", ()) for piece in tokens(kind)} | set(getattr(node, "types", ()))
            of |= {words[word] for word in map(singular, named) if word in words}
    return found
