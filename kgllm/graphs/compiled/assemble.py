"""The columns of a store, sorted and packed, from numbered facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kgllm.graphs.columns import Column, smallest
from kgllm.graphs.compiled.store import Lists, Sources, Way, owners
from kgllm.graphs.nameindex import NameIndex


def ranked(keys: list[str]) -> tuple[Column, list[str]]:
    """The rank of each key among all, and the keys in that order (by code point, as Python compares text)."""
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return inverse(np.array(order, np.int32)), [keys[i] for i in order]


def inverse(order: Column) -> Column:
    """The place of each number in an order of all."""
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank


def order_of_facts(s: Column, r: Column, o: Column, kinds: Column | None, nodes: int, relations: int) -> Column:
    """The order by subject, relation, object and set of qualifiers; equal facts in the order given."""
    if kinds is None and (nodes + 1) ** 2 * (relations + 1) < 2**63:
        return np.argsort((s.astype(np.int64) * (relations + 1) + r) * (nodes + 1) + o, kind="stable")
    return np.lexsort((o, r, s) if kinds is None else (kinds, o, r, s))


def both_ways(s: Column, r: Column, o: Column, nodes: int) -> tuple[Way, Way]:
    """Ordered facts as groups out of and into nodes."""
    out = _way(s, r, o, None, nodes)
    many = int(r.max()) + 1 if len(r) else 1
    back = np.argsort(o.astype(np.int64) * many + r, kind="stable")
    return out, _way(o[back], r[back], s[back], back, nodes)


def _way(near: Column, r: Column, far: Column, facts: Column | None, nodes: int) -> Way:
    new = np.ones(len(near), bool)
    new[1:] = (near[1:] != near[:-1]) | (r[1:] != r[:-1])
    starts = np.append(np.flatnonzero(new), len(near))
    node_groups = np.searchsorted(near[starts[:-1]], np.arange(max(nodes, 1) + 1))
    return Way(smallest(node_groups), smallest(r[new]), smallest(starts), smallest(far), None if facts is None else smallest(facts))


def sources_of(files: Sequence[str], fact: Column, file: Column, line: Column, facts: int) -> Sources:
    """Sources of the facts, from rows (fact, file, line): each place of a fact once, in the order of the rows."""
    place = np.arange(len(fact))
    order = np.lexsort((place, line, file, fact))
    f, a, b = fact[order], file[order], line[order]
    again = np.zeros(len(order), bool)
    again[1:] = (f[1:] == f[:-1]) & (a[1:] == a[:-1]) & (b[1:] == b[:-1])
    keep = np.sort(place[order][~again])
    keep = keep[np.argsort(fact[keep], kind="stable")]
    fact, file, line = fact[keep], file[keep], line[keep]
    first = np.ones(len(fact), bool)
    first[1:] = fact[1:] != fact[:-1]
    rest = np.flatnonzero(~first)
    rest = rest[file[rest] != 0]  # 0 is the source that says nothing
    assert int(first.sum()) == facts
    return Sources(tuple(files), *map(smallest, (file[first], line[first], fact[rest], file[rest], line[rest])))


def lists_of(said: Mapping[int, list[str]], words: Mapping[str, int], rows: int) -> Lists:
    """The words of each row by number."""
    if not any(said.values()):
        return no_lists()
    return flat([[words[word] for word in said.get(row, ())] for row in range(rows)])


def no_lists() -> Lists:
    """Nothing for any row."""
    return Lists(np.zeros(1, np.uint8), np.zeros(0, np.uint8))


def flat(lists: Sequence[Sequence[int]]) -> Lists:
    """Lists end to end."""
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.fromiter(map(len, lists), np.int64, len(lists)))])
    return Lists(smallest(starts), smallest(np.array([x for one in lists for x in one], np.int64)))


def index_of(keys: list[str], entities: int, flags: Column, names: Column, words: Sequence[str], aliases: Lists) -> NameIndex:
    """The name index over ids, names, aliases and literals; nodes that only join others are found by their id alone."""
    handles, texts = [np.arange(len(keys))], list(keys)
    kinds = [np.concatenate([np.zeros(entities, np.uint8), np.ones(len(keys) - entities, np.uint8)])]
    is_named = (flags[:entities] & 2) == 0
    named = np.flatnonzero((names > 0) & is_named)
    handles.append(named)
    texts += [words[i] for i in names[named].tolist()]
    kinds.append(np.ones(len(named), np.uint8))
    if len(aliases.values):
        called = owners(aliases.starts)
        kept = is_named[called]
        handles.append(called[kept])
        texts += [words[i] for i in aliases.values[kept].tolist()]
        kinds.append(np.full(int(kept.sum()), 2, np.uint8))
    return NameIndex.build(np.concatenate(handles), texts, np.concatenate(kinds))
