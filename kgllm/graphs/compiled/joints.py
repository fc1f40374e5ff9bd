"""Which nodes only join others? Compound values and events, told by structure and by what their ids look like as a group.

A role is an end of a relation. In some roles nearly every member is a small node of its own (few facts lead to it, it has
several kinds of facts) and is called by nothing but an opaque id (a UUID, a blank node, a database's key). Members of such a
role with an id without a word are joints. No pattern of one data set: a role of years, versions or short names does not pass,
since these are shared, or bare values, or look like what people write. Where the ids of nearly all members name a kind of event and
a number ("transfer_17"), members that join three things or more are joints, too (`kgllm.graphs.serials`). Where nearly all that begin
with one prefix ("m.0n1v8cy", "m.01032909") are joints, so are the few that are left: what a graph tells only a part of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from kgllm.graphs.columns import Column, Strings
from kgllm.graphs.compiled.store import Way
from kgllm.graphs.serials import called_as_events, labelled_as_events
from kgllm.types import Relation

_SAMPLE = 64
_NEARLY_ALL = 0.9
_MOST_IN, _MOST = 3, 20  # facts into a joint, and in all
_MOST_OF_EVENT, _OF_EVENT = (8, 64), 3  # … of an event that is called one, and relations that it has
_TOKEN = re.compile(r"\w+")
_PREFIX = re.compile(r"([^\W\d]+)[^\w]")  # letters before the first mark
_LETTERS = re.compile(r"[^\W\d_]{3}")


def wordless(key: str) -> bool:
    """Whether an id has digits and no word: no part of it is letters alone, three or more of them.

    >>> [wordless(key) for key in ("m.0n1v8cy", "m.01032909", "Q42$8419C20C-8C33", "City2Surf", "Blade Runner 2049", "流浪地球2")]
    [True, True, True, True, False, False]
    """
    digits = False
    for token in _TOKEN.findall(key):
        if not token.isascii():
            return False
        if any(map(str.isdigit, token)):
            digits = True
        elif _LETTERS.search(token):
            return False
    return digits


def opaque(key: str) -> bool:
    """Whether an id without a word also mixes letters and digits as nobody does who wants to be understood.

    >>> [opaque(key) for key in ("m.0n1v8cy", "b1946ac9-2490-4f2e", "1940s", "python3", "70mm", "City2Surf")]
    [True, True, False, False, False, False]
    """
    return wordless(key) and any(_scrambled(token) for token in _TOKEN.findall(key))


def _scrambled(token: str) -> bool:
    switches = sum(one.isdigit() != other.isdigit() for one, other in pairwise(token))
    runs = re.findall(r"[^\W\d_]+", token)
    if len(token) < 4 or not switches or not runs:
        return False
    if switches == 1:  # "0wpzgwl", and not "1940s" or "python3"
        return token[0].isdigit() and len(runs[0]) > 4
    return not any(run[1:].islower() and len(run) > 3 for run in runs) or switches > 3


def joints(
    keys: Strings,
    nameless: Column,
    out: Way,
    into: Way,
    *,
    relations: Sequence[Relation],
    types: Callable[[int], Sequence[str]] = lambda _: (),
) -> Column:
    """For each entity whether it only joins others. `nameless`: those that are called by nothing but their id; `relations`: by their
    numbers; `types`: of an entity."""
    entities = len(nameless)
    kinds = sum(np.diff(way.node_groups.astype(np.int64))[:entities] for way in (out, into))
    incoming, outgoing = (np.diff(way.starts[way.node_groups].astype(np.int64))[:entities] for way in (into, out))
    small = nameless & (incoming <= _MOST_IN) & (incoming + outgoing <= _MOST)
    events = nameless & (incoming <= _MOST_OF_EVENT[0]) & (incoming + outgoing <= _MOST_OF_EVENT[1])
    found = np.zeros(entities, bool)
    if not (events & (np.asarray(kinds) >= 2)).any():
        return found
    for way in (out, into):
        for _, those in _members(way, entities, small, small & (np.asarray(kinds) >= 2)):
            if _called_by_ids([keys[i] for i in _some(those)]):
                found[[i for i in those[nameless[those]].tolist() if wordless(keys[i])]] = True
        joining = events & (np.asarray(kinds) >= _OF_EVENT)
        for role, those in _members(way, entities, events, joining):
            some = _some(those)
            beside = lambda n: _beside(keys.__getitem__, (out, into), some[n])  # noqa: B023 - used within the turn
            of = lambda n: types(some[n])  # noqa: B023 - used within the turn
            if called_as_events([keys[i] for i in some], relations[role].name, into=way is into, beside=beside, types=of):
                found[those[joining[those]]] = True
    _add_of_their_prefix(found, keys, nameless)
    return found


def _add_of_their_prefix(found: Column, keys: Strings, nameless: Column) -> None:
    """Add the nodes whose ids are made as those of the joints are: by one prefix, of whose nodes nearly all are found."""
    prefixes = {before[1] for i in np.flatnonzero(found).tolist() if (before := _PREFIX.match(keys[i]))}
    if not prefixes:
        return
    alike: dict[str, list[int]] = {prefix: [] for prefix in prefixes}
    for i in np.flatnonzero(nameless).tolist():
        key = keys[i]
        if (before := _PREFIX.match(key)) and before[1] in alike and wordless(key):
            alike[before[1]].append(i)
    for those in (np.array(ones, np.int64) for ones in alike.values()):
        if len(those) and found[those].sum() >= _NEARLY_ALL * len(those) and _called_by_ids([keys[i] for i in _some(those)]):
            found[those] = True


def _some(those: Column) -> list[int]:
    """Some of the members of a role, from all over it."""
    return those[:: max(1, len(those) // _SAMPLE)].tolist()


def labelled(called: Callable[[int], str], named: Column, out: Way, into: Way) -> Column:
    """For each entity whether it joins others though it has a name: one that says what takes part ("Transfer of Neymar"). `called`: the
    name of any node; `named`: those that have one of their own."""
    entities = len(named)
    kinds = np.asarray(sum(np.diff(way.node_groups.astype(np.int64))[:entities] for way in (out, into)))
    incoming, outgoing = (np.diff(way.starts[way.node_groups].astype(np.int64))[:entities] for way in (into, out))
    events = named & (incoming <= _MOST_OF_EVENT[0]) & (incoming + outgoing <= _MOST_OF_EVENT[1])
    joining = events & (kinds >= _OF_EVENT)
    found = np.zeros(entities, bool)
    if not joining.any():
        return found
    for way in (out, into):
        for _, those in _members(way, entities, events, joining):
            some = _some(those)
            beside = lambda n: _beside(called, (out, into), some[n])  # noqa: B023 - used within the turn
            if labelled_as_events([called(i) for i in some], beside):
                found[those[joining[those]]] = True
    return found


def _members(way: Way, entities: int, fitting: Column, joining: Column) -> Iterator[tuple[int, Column]]:
    """The relations nearly all of whose members fit, and half of which join others; each with its members."""
    node = way.node_of_groups()
    mine = np.flatnonzero(node < entities)
    node, relation = node[mine], way.relations[mine]
    if not len(relation):
        return
    members = np.bincount(relation)
    fit, join = (np.bincount(relation[kept[node]], minlength=len(members)) for kept in (fitting, joining))
    order, ends = np.argsort(relation, kind="stable"), np.cumsum(members)
    for role in np.flatnonzero((fit >= _NEARLY_ALL * members) & (2 * join >= members) & (members > 0)).tolist():
        yield role, node[order[ends[role] - members[role] : ends[role]]]


def _beside(called: Callable[[int], str], ways: tuple[Way, Way], node: int) -> set[str]:
    """What the neighbours are called."""
    out: set[str] = set()
    for way in ways:
        first, last = way.starts[way.node_groups[node]], way.starts[way.node_groups[node + 1]]
        out |= {called(i) for i in way.neighbours[int(first) : int(last)].tolist()}
    return out


def _called_by_ids(sample: list[str]) -> bool:
    """Whether nearly all have no word, and most are opaque."""
    return sum(map(wordless, sample)) >= _NEARLY_ALL * len(sample) and 2 * sum(map(opaque, sample)) > len(sample)
