"""The type that a question asks for ("which GPUs …", "……的显卡有哪些"), where a path leads to things of several types."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.retrieval.paths.kinds import written
from kgllm.retrieval.ranking.combine import within
from kgllm.retrieval.ranking.conditions import explained
from kgllm.retrieval.reading.question import LIGHT
from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.matching import LEAST
from kgllm.types import Literal
from kgllm.words import is_han, lexicon, relation_words, respelled, singular, tokens
from kgllm.words.questions import sign, yes_or_no

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.ranking.rank import Ranked, Ranking
    from kgllm.retrieval.reading.question import Asked
    from kgllm.types import Node

MOST = 600  # ends whose types are looked at, of the best paths first; a path with more than are left keeps all of its ends
_WHAT = ("what", "什么")
_TIMES = frozenset(("year", "date", "day", "month", "time", "century", "decade", "hour", "moment", "number", "amount"))
_NEVER = 3.0  # how far a path is off that is never an answer
_CALLED = 0.5  # how well a noun names what a path ends at
_SIGNS = 3  # values that a path to a yes or a no leads to, at most
_NOUN = 2  # characters of a Chinese noun, at least
_REMEMBERED = 8192  # names of types that were taken apart
_OFFTYPE = NAMES.index("offtype")


def typed(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Keep of each path's ends those of the type that the question asks for, where it has any: they explain the words that name it.
    Where all of them are something else, although the graph has such things, the path is off."""
    if not ranking.asked.head or not ranking.steps.typed:
        return
    linked = _linked(ranking)
    wanted = _best(_named(ranking.asked, list(ranking.asked.head), ranking.steps.types) | linked)
    mine, left = [], MOST
    for one in ranked:
        if not one.ground.brief and len(one.ground.ends) <= left:
            mine.append(one)
            left -= len(one.ground.ends)
    joins = bool(wanted) and any(_through(ranking, one, wanted) for one in mine)  # rows of that type only join others
    nodes = iter(ranking.run.view.nodes(np.concatenate([one.ground.ends for one in mine]))) if mine else iter(())
    for one in mine:
        ends = list(islice(nodes, len(one.ground.ends)))
        types = [getattr(node, "types", ()) for node in ends]
        if _keep(ranking, one, types, linked) or not wanted:
            continue
        other = (all(types) and not joins) or (_other_value(ranking, one, ends) and not _through(ranking, one, wanted))
        if other or _values_of_nothing(ranking, one, ends):
            one.row[_OFFTYPE] = 1.0
            one.score = float(one.row @ ranking.weights)


def _through(ranking: Ranking, one: Ranked, wanted: set[str]) -> bool:
    """Whether the last step goes through rows of the type asked for that have no names, which themselves answer nothing: "the marriage of Ann"
    is to whom she is married."""
    if len(one.ground.hops) < 2 or not one.ground.hops[-2].middle:
        return False
    rows = ranking.run.view.nodes(one.ground.hops[-1].start[:1])
    return any(not wanted.isdisjoint(getattr(row, "types", ())) for row in rows)


def unanswered(ranking: Ranking, ranked: list[Ranked]) -> None:
    """Paths that end at a yes or a no are off where a question asks for something else: who, when, which team; and those that end at what
    something is asked of ("What is the bridge in Olm made of?")."""
    asked = ranking.asked
    for one in ranked if asked.subject >= 0 else ():
        if ranking.seen[one.seeds[0]].weights[asked.subject] > 0 and not _of_subject(ranking, one):
            one.row[_OFFTYPE] = _NEVER
            one.score = float(one.row @ ranking.weights)
    if not (asked.kinds or asked.count or asked.head) or yes_or_no(asked.text):
        return
    view = ranking.run.view
    for one in ranked:
        if one.steps[-1][-1][1] != "out" or (not asked.kinds and not asked.count and _of_head(ranking, one)):
            continue
        bare = ranking.steps.column("bare")[one.numbers[-1]]  # all that the relation leads to, or F is a letter
        if bare and len(one.ground.ends) <= _SIGNS and all(sign(node.name) is not None for node in view.nodes(one.ground.ends)):
            one.row[_OFFTYPE] = _NEVER
            one.score = float(one.row @ ranking.weights)


def _of_subject(ranking: Ranking, one: Ranked) -> bool:
    """Whether a path tells something of what the question names: it starts there, or goes through it, and does not end there."""
    match, at = ranking.match, ranking.asked.subject
    if float(match.nouns[one.numbers[-1], at]) >= _CALLED:
        return False
    noun = singular(ranking.asked.words[at].text.lower())
    seeds = [ranking.run.seeds[n].node for n in one.seeds]
    types = [getattr(node, "types", ()) for node in seeds]
    own = not all(types) or any(noun in _parts(kind) for of in types for kind in of)
    return own or any(max(match.nouns[n, at], match.explains[n, at]) >= _CALLED for n in one.numbers)


def _of_head(ranking: Ranking, one: Ranked) -> bool:
    """Whether what is asked for is what the last step says: "what is the active status of X"."""
    asked = ranking.asked
    what = asked.ask >= 0 and asked.text[asked.ask :].lower().startswith(_WHAT)
    return what and float(ranking.match.explains[one.numbers[-1], list(asked.head)].max(initial=0.0)) >= LEAST


def _other_value(ranking: Ranking, one: Ranked, ends: list[Node]) -> bool:
    """Whether a path ends at numbers or times that no number was asked for, and that are not called by the noun: a "first flight year" is no
    flight."""
    asked = ranking.asked
    nouns = {singular(asked.words[n].text.lower()) for n in asked.head}
    by_noun = asked.kinds == asked.words[asked.head[-1]].kinds and nouns.isdisjoint(_TIMES)  # an era is a time, and a type of the graph
    if asked.count or ({"number", "time"} & set(asked.kinds) and not by_noun) or not all(map(written, ends)):
        return False
    last = _parts(one.steps[-1][-1][0].name)[-1:]
    return not nouns & set(last) and not is_han("".join(last))


def _values_of_nothing(ranking: Ranking, one: Ranked, ends: list[Node]) -> bool:
    """Whether a path ends at values, and no word says its last step: "which lamps are there for Olm" asks for no language of Olm's."""
    asked, last = ranking.asked, one.numbers[-1]
    if asked.kinds or one.also or not all(isinstance(end, Literal) for end in ends):
        return False
    weights = ranking.seen[one.seeds[0]].weights
    left = [n for n in range(len(asked.words)) if weights[n] > LIGHT]
    said = np.maximum(ranking.match.explains[last, left], ranking.match.nouns[last, left])
    return bool(left) and float(said.max()) < LEAST


def _keep(ranking: Ranking, one: Ranked, types: list[tuple[str, ...]], linked: dict[str, list[int]]) -> bool:
    """Whether any end is of the type asked for."""
    seen = ranking.seen[one.seeds[0]]
    head = [n for n in ranking.asked.head if seen.weights[n] > 0]
    kinds = {kind for of in types for kind in of}
    named = _named(ranking.asked, head, kinds) | {kind: said for kind, said in linked.items() if kind in kinds}
    if not named:
        return False
    best = _best(named)
    chosen = np.array([not best.isdisjoint(of) for of in types])
    if not chosen.all():
        one.ground = within(one.ground, one.ground.ends[chosen])
    explained(ranking, one, {n for kind in best for n in named[kind]})
    return True


def _best(named: dict[str, list[int]]) -> set[str]:
    """Of "GPU architecture" the types that the second word names, or both."""
    last = max(((max(place), len(place)) for place in named.values()), default=(0, 0))
    return {kind for kind, place in named.items() if (max(place), len(place)) == last}


def _linked(ranking: Ranking) -> dict[str, list[int]]:
    """By type, the words of the noun asked for that are linked to it: a class may have names that its things do not tell."""
    asked, found = ranking.asked, {}
    for seed, seen in zip(ranking.run.seeds, ranking.seen, strict=True):
        start, end = seen.span
        said = [n for n in asked.head if start <= asked.words[n].start and asked.words[n].end <= end]
        if said and seed.node.name in ranking.steps.types:
            found[seed.node.name] = said
    return found


def _named(asked: Asked, head: list[int], kinds: Collection[str]) -> dict[str, list[int]]:
    """By type, the words of the noun asked for that its name ends with ("models": a "language model" is one); without those that the
    noun does not name."""
    words = [asked.words[n].text for n in head]
    joined, ends = "".join(words), np.cumsum([len(word) for word in words])
    place = {singular(piece.word): n for n, word in zip(head, words, strict=True) for piece in tokens(word)}
    place |= {other: n for word, n in place.items() if (other := respelled(word)) is not None and other not in place}
    named = {}
    across = {name: n for word, n in place.items() for name in lexicon().across(word)}
    for kind in kinds:
        if is_han(kind):
            said = [across[kind]] if kind in across else _within(kind, joined, head, ends)
        else:
            said = [place[part] for part in takewhile(place.__contains__, reversed(_parts(kind)))]
            if not said and is_han(joined):  # 工程师: an Engineer
                nouns = (noun for part in _parts(kind)[-1:] for noun in lexicon().across(part))
                said = max((_within(noun, joined, head, ends) for noun in nouns if noun in joined), key=len, default=[])
        if said:
            named[kind] = said
    return named


def _within(noun: str, joined: str, head: list[int], ends: NDArray[Any]) -> list[int]:
    """The words of the noun asked for that a Chinese noun, or its end, stands in."""
    size = next((size for size in range(len(noun), min(len(noun), _NOUN) - 1, -1) if noun[-size:] in joined), 0)
    at = joined.find(noun[-size:])
    first, last = (int(np.searchsorted(ends, letter, side="right")) for letter in (at, at + size - 1))
    return head[first : last + 1] if size else []


@lru_cache(maxsize=_REMEMBERED)
def _parts(kind: str) -> tuple[str, ...]:
    """The words of a type's name: a graph has the same types for every question."""
    return tuple(singular(word) for word in relation_words(kind).spoken)
