"""What the facts of plain triples say of types and other names: `instance_of`, `is a`, `类型`, `also known as`, `chinese_name`, `short name`.

A file of triples has no other way to say what something is, or what else it is called. The facts stay facts, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kgllm.graphs.columns import Column, smallest
from kgllm.graphs.compiled.store import Lists
from kgllm.words.relations import relation_words

_TYPES = frozenset(
    ("instance of", "is instance of", "is a", "is an", "isa", "type", "types", "rdf type", "has type", "is of type", "entity type", "node type")
    + ("kind", "class", "类型", "类别", "种类", "类", "是一种", "是一个", "实例", "实体类型", "所属类型")
)  # fmt: skip
_ALIASES = frozenset(
    ("alias", "aliases", "also known as", "aka", "known as", "is also known as", "alternative name", "alternate name", "alt name", "alt label")
    + ("other name", "other names", "synonym", "synonyms", "has alias", "has synonym", "chinese name", "english name", "name zh", "name en")
    + ("zh name", "en name", "label zh", "label en", "别名", "又名", "又称", "别称", "中文名", "英文名", "外文名", "中文名称", "英文名称", "也称", "亦称")
    + ("short name", "chinese short name", "english short name", "abbreviation", "abbreviated name", "acronym", "iata code", "icao code")
    + ("ticker", "ticker symbol", "简称", "缩写", "中文简称", "英文简称", "英文缩写")
)  # fmt: skip
_MEMBERS = 3  # things of a type, in the mean, at least: else the values are descriptions
_ONE_OWNER = 0.8  # of other names lead to one thing


def types_told(ids: Sequence[str], s: Column, r: Column, o: Column) -> Column:
    """Rows of the facts that say of which type something is. ids: of the relations; s, r, o: subject, relation, object of every fact."""
    return _rows(ids, r, _TYPES, lambda rows: len(np.unique(o[rows])) * _MEMBERS <= len(np.unique(s[rows])))


def aliases_told(ids: Sequence[str], s: Column, r: Column, o: Column) -> Column:
    """Rows of the facts that say what else something is called."""
    return _rows(ids, r, _ALIASES, lambda rows: len(np.unique(o[rows])) >= _ONE_OWNER * len(rows))


def lists_by_subject(s: Column, words: Column, entities: int) -> Lists:
    """For each entity its words, from rows (subject, word) in the order given; equal rows once."""
    _, first = np.unique(s.astype(np.int64) * (int(words.max()) + 1) + words, return_index=True)
    order = np.sort(first)
    order = order[np.argsort(s[order], kind="stable")]
    starts = np.searchsorted(s[order], np.arange(entities + 1))
    return Lists(smallest(starts), smallest(words[order]))


def _rows(ids: Sequence[str], r: Column, names: frozenset[str], fits: Callable[[Column], bool]) -> Column:
    found = []
    for number, name in enumerate(ids):
        if " ".join(relation_words(name).spoken) in names:
            rows = np.flatnonzero(r == number)
            if len(rows) and fits(rows):
                found.append(rows)
    return np.concatenate(found) if found else np.zeros(0, np.int64)
