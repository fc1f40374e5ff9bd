"""Columns that memory-map: many strings in one block of bytes, lists of integers end to end, and their hashes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
_CHUNK = 100_000
_BASE = 0x9E3779B97F4A7C15  # odd, so that it can be divided by, modulo 2**64
_INVERSE = pow(_BASE, -1, 1 << 64)


class Strings:
    """An immutable sequence of texts as UTF-8 end to end, which a memory map serves without reading it.

    >>> list(Strings.of(["流浪", "", "Heat"]))
    ['流浪', '', 'Heat']
    """

    __slots__ = ("blob", "ends")

    def __init__(self, blob: Column, ends: Column) -> None:
        self.blob, self.ends = blob, ends

    @classmethod
    def of(cls, texts: Sequence[str]) -> Strings:
        blobs, lengths = [], [np.zeros(1, np.int64)]
        for start in range(0, len(texts), _CHUNK):
            encoded = [text.encode("utf-8", "surrogatepass") for text in texts[start : start + _CHUNK]]
            blobs.append(b"".join(encoded))
            lengths.append(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        ends = np.concatenate(lengths).cumsum()
        return cls(np.frombuffer(b"".join(blobs), np.uint8), smallest(ends))

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, index: int) -> str:
        return self.blob[int(self.ends[index]) : int(self.ends[index + 1])].tobytes().decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))

    def several(self, places: Column) -> list[str]:
        """The texts at some places."""
        bounds = zip(self.ends[places].tolist(), self.ends[places + 1].tolist(), strict=True)
        blob = self.blob.data  # a slice of which costs a fifth of numpy's
        return [str(blob[start:end], "utf-8", "surrogatepass") for start, end in bounds]


def smallest(values: Column) -> Column:
    """The values in the narrowest unsigned (or signed, where one is negative) integers that hold them."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    for kind in (np.uint8, np.uint16, np.uint32) if low >= 0 else (np.int32,):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return values.astype(kind)
    return values.astype(np.int64)


def grouped(keys: Column, values: Column, groups: int) -> tuple[Column, Column]:
    """(starts, values) so that `values[starts[k]:starts[k + 1]]` are the values of key k, in the order given."""
    order = keys.argsort(kind="stable")
    starts = np.concatenate([np.zeros(1, np.int64), np.bincount(keys, minlength=groups).cumsum()])
    return smallest(starts), smallest(values[order])


@cache
def _powers() -> Column:
    return np.concatenate([np.ones(1, np.uint64), np.cumprod(np.full(1 << 15, _BASE, np.uint64))])


def code_points(texts: Sequence[str]) -> tuple[Column, Column]:
    """The code points of all texts end to end, and the length of each text."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32), lengths


def _prefix_sums(codes: Column, lengths: Column) -> tuple[Column, Column]:
    """Running sums of (code + 1) · base**position over all texts, one longer than `codes`; and the texts' starts."""
    starts = np.concatenate([np.zeros(1, np.int64), lengths.cumsum()])
    position = np.arange(len(codes)) - starts[:-1].repeat(lengths)
    terms = (codes.astype(np.uint64) + np.uint64(1)) * _powers()[position]
    return np.concatenate([np.zeros(1, np.uint64), terms.cumsum(dtype=np.uint64)]), starts


def _mixed(values: Column) -> Column:
    """The finaliser of splitmix64 (Steele et al., 2014): spreads a polynomial's weak low bits over the word."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def hashes(texts: Sequence[str]) -> Column:
    """A 64-bit hash of each text (at most `names.LONGEST` characters). Equal texts have equal hashes, here and elsewhere."""
    out = []
    for start in range(0, len(texts), _CHUNK):
        sums, starts = _prefix_sums(*code_points(texts[start : start + _CHUNK]))
        out.append(_mixed(sums[starts[1:]] - sums[starts[:-1]]))
    return np.concatenate(out) if out else np.zeros(0, np.uint64)


def deletion_hashes(texts: Sequence[str]) -> tuple[Column, Column]:
    """(row, hash) of every text with one character left out; the hash equals `hashes` of that text.

    Two words within one edit (a letter too much, too little or another, two letters swapped) share a text or a deletion.
    """
    rows, out = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    for start in range(0, len(texts), _CHUNK):
        codes, lengths = code_points(texts[start : start + _CHUNK])
        sums, starts = _prefix_sums(codes, lengths)
        row = np.arange(len(lengths)).repeat(lengths)
        at = np.arange(len(codes))
        before, after = sums[at] - sums[starts[row]], sums[starts[row + 1]] - sums[at + 1]
        rows.append(row + start)
        out.append(_mixed(before + after * np.uint64(_INVERSE)))
    return np.concatenate(rows), np.concatenate(out)


def distinct(texts: Iterable[str]) -> tuple[list[str], Column]:
    """The distinct texts in order of first appearance, and for each text given the position of its own."""
    place: defaultdict[str, int] = defaultdict(count().__next__)
    at = np.fromiter(map(place.__getitem__, texts), np.int64)
    return list(place), at
