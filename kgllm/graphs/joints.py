"""Which nodes only join others? Compound values and events, told by structure and by what their ids look like as a group.

A role is an end of a relation. In some roles nearly every member is a small node of its own (few facts lead to it, it has
several kinds of facts) and is called by nothing but an opaque id (a UUID, a blank node, a database's key). Members of such a
role with an id without a word are joints. No pattern of one data set: a role of years, versions or short names does not pass,
since these are shared, or bare values, or look like what people write.
"""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np

from kgllm.graphs.columns import Column, Strings
from kgllm.graphs.store import Way

_SAMPLE = 64
_NEARLY_ALL = 0.9
_MOST_IN, _MOST = 3, 20  # facts into a joint, and in all
_TOKEN = re.compile(r"\w+")
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


def joints(keys: Strings, nameless: Column, out: Way, into: Way) -> Column:
    """For each entity whether it only joins others. `nameless`: those that are called by nothing but their id."""
    entities = len(nameless)
    kinds = sum(np.diff(way.node_groups.astype(np.int64))[:entities] for way in (out, into))
    incoming, outgoing = (np.diff(way.starts[way.node_groups].astype(np.int64))[:entities] for way in (into, out))
    small = nameless & (incoming <= _MOST_IN) & (incoming + outgoing <= _MOST)
    joining = small & (np.asarray(kinds) >= 2)
    found = np.zeros(entities, bool)
    if not joining.any():
        return found
    for way in (out, into):
        node = way.node_of_groups()
        mine = np.flatnonzero(node < entities)
        node, relation = node[mine], way.relations[mine]
        many = int(relation.max()) + 1 if len(relation) else 0
        members, fit, join = (np.bincount(relation[kept], minlength=many) for kept in (slice(None), small[node], joining[node]))
        roles = np.flatnonzero((fit >= _NEARLY_ALL * members) & (2 * join >= members) & (members > 0))
        if not len(roles):
            continue
        order = np.argsort(relation, kind="stable")
        ends = np.cumsum(members)
        for role in roles.tolist():
            those = node[order[ends[role] - members[role] : ends[role]]]
            if _called_by_ids([keys[i] for i in those[:: max(1, len(those) // _SAMPLE)].tolist()]):
                found[[i for i in those[nameless[those]].tolist() if wordless(keys[i])]] = True
    return found


def _called_by_ids(sample: list[str]) -> bool:
    """Whether nearly all have no word, and most are opaque."""
    return sum(map(wordless, sample)) >= _NEARLY_ALL * len(sample) and 2 * sum(map(opaque, sample)) > len(sample)
