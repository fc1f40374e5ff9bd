"""Events that are called by their kind and a number: "transfer_17", "合同0042", "season_Premier_League_2022-23", "LND-001".

The kind is said by the id, by the type, or by the relation that leads there, and is a noun for an event (`kgllm.words.events`):
"Apollo 11" and "Boeing 747" are no kind of event, "customer_17" is none, and "scene 3" is what people write.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from kgllm.types import Entity, Node
from kgllm.words.events import is_event
from kgllm.words.relations import relation_words

_NEARLY_ALL = 0.9
_LEAD = 3  # words before the number, at most
_CODE = 4  # letters of a code, at most
_AGAINST = frozenset(("vs", "v", "versus", "against", "对", "对阵"))
_SMALL = frozenset(("a", "an", "the", "of", "at", "in", "on", "by", "for", "from", "to", "between", "and", "with", "as", "no", "nr"))
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+")
_WORD = re.compile(r"[^\W\d_]{3}")
_NUMBER = re.compile(r"^[A-Z]{1,4}[-_]?\d{2,}$")


def parts(key: str) -> list[str]:
    """The words and numbers of an id, of its last part where it is an IRI.

    >>> parts("http://example.org/id/LeagueMatch_2021-34"), parts("转会17")
    (['League', 'Match', '2021', '34'], ['转会', '17'])
    """
    return _PART.findall(re.split(r"[/#]", key.rstrip("/#"))[-1])


def lead(key: str) -> tuple[str, ...]:
    """The words before the first number; none where there is no number, or where words follow it.

    >>> lead("league_match_7"), lead("match_7_final"), lead("match")
    (('league', 'match'), (), ())
    """
    pieces = parts(key)
    first = next((i for i, piece in enumerate(pieces) if piece.isdigit()), 0)
    if not 0 < first <= _LEAD or any(_WORD.match(piece) for piece in pieces[first:]):
        return ()
    return tuple(pieces[:first])


def noun_of(key: str) -> str:
    """The noun for an event that an id, or a type, calls its node by; "" where there is none.

    >>> [noun_of(key) for key in ("league_match_7", "season_Serie_A_2021-22", "PlayerTransfer", "Apollo 11")]
    ['match', 'season', 'Transfer', '']
    """
    pieces = parts(key) or [""]
    return next((word for word in (*lead(key)[-1:], pieces[-1], pieces[0]) if is_event(word)), "")


def kinds_of(node: Node) -> list[str]:
    """The nouns for an event that a node is called by: by its id, its types, and a name of its own.

    >>> kinds_of(Entity("m.0x1", "Transfer of Neymar", types=("football deal",)))
    ['deal', 'Transfer']
    """
    if not isinstance(node, Entity):
        return []
    name = node.name if node.name != str(node.id) else ""
    return [noun for noun in (*map(noun_of, (str(node.id), *node.types)), *filter(is_event, _label_words(name))) if noun]


def may_be_event(key: str) -> bool:
    """Whether an id alone does not say that its node is no event.

    >>> [may_be_event(key) for key in ("transfer_17", "LND-001", "season_Serie_A_2021-22", "Apollo 11")]
    [True, True, True, False]
    """
    pieces = parts(key) or [""]  # "24/?" has none
    return any(map(str.isdigit, key)) and (bool(_NUMBER.match(key)) or is_event(pieces[0]) or any(map(is_event, lead(key)[-1:])))


def called_as_events(
    keys: Sequence[str], relation: str, *, into: bool, beside: Callable[[int], Collection[str]], types: Callable[[int], Sequence[str]]
) -> bool:
    """Whether nearly all of some ids call their nodes by a kind of event.

    relation: what leads to the nodes (`into`), or leaves them. beside, types: names of the neighbours of the node with the n-th id, its types.
    """
    if len(keys) < 2 or not all(any(map(str.isdigit, key)) for key in keys[:2]):
        return False
    return _by_the_id(keys, beside) or _by_code(keys, relation, into=into, types=types)


def _by_the_id(keys: Sequence[str], beside: Callable[[int], Collection[str]]) -> bool:
    """An event's noun and a number; or that noun, and else what the neighbours are called."""
    leads = [lead(key) for key in keys]
    [(common, count)] = Counter(leads).most_common(1)
    if common and count >= _NEARLY_ALL * len(keys):
        return is_event(common[-1])
    words = [parts(key) for key in keys]
    [(first, count)] = Counter(pieces[0] for pieces in words if pieces).most_common(1) or [("", 0)]
    if count < _NEARLY_ALL * len(keys) or not is_event(first):
        return False
    made = sum(_made_of(pieces[1:], beside(n)) for n, pieces in enumerate(words))
    return made >= _NEARLY_ALL * len(keys)


def labelled_as_events(labels: Sequence[str], beside: Callable[[int], Collection[str]]) -> bool:
    """Whether nearly all of some names are made of an event's noun and what takes part ("Transfer of Neymar", "张伟的任职"), or of two that
    do ("Leeds vs Derby"). beside: names of the neighbours of the node with the n-th name."""
    if len(labels) < 2:
        return False
    tried = [_label(label) for label in labels]
    if sum(map(bool, tried)) < _NEARLY_ALL * len(labels):
        return False
    made = 0
    for n, pieces in enumerate(tried):
        said = {piece.lower() for name in beside(n) for piece in _label_words(name)} if pieces else set()
        made += bool(pieces) and any(piece in said for piece in pieces) and all(piece in said or _small(piece) for piece in pieces)
    return made >= _NEARLY_ALL * len(labels)


def _label(label: str) -> list[str]:
    """The words of a name beside a noun for an event, or around "vs"; none where it has neither."""
    words = [word.lower() for word in _label_words(label)]
    nouns = [word for word in words if is_event(word)]
    if len(words) > 1 and nouns:
        return [word for word in words if word != nouns[0]]
    return [word for word in words if word not in _AGAINST] if any(word in _AGAINST for word in words[1:-1]) else []


def _label_words(label: str) -> list[str]:
    """Words; of Chinese ones, what stands between "的" and the like."""
    return [word for word in re.split(r"[\W_的与和在]+", label) if word]


def _small(word: str) -> bool:
    return word.isdigit() or word in _SMALL


def _made_of(pieces: Sequence[str], names: Collection[str]) -> bool:
    """Whether the words of an id are small ones, or words of some names."""
    said = {piece.lower() for name in names for piece in parts(name)}
    return all(piece.isdigit() or len(piece) < _CODE or piece.lower() in said for piece in pieces)


def _by_code(keys: Sequence[str], relation: str, *, into: bool, types: Callable[[int], Sequence[str]]) -> bool:
    """A code and a number ("LND-001"), where the type or the relation that leads there names an event."""
    if sum(bool(_NUMBER.match(re.split(r"[/#]", key)[-1])) for key in keys) < _NEARLY_ALL * len(keys):
        return False
    if any(types(n) for n in range(len(keys))):
        return sum(any(is_event(part) for kind in types(n) for part in parts(kind)[-1:]) for n in range(len(keys))) >= _NEARLY_ALL * len(
            keys
        )
    words = relation_words(relation).words
    return into and bool(words) and is_event(words[-1][0])
