"""What each step sees, decided before the first: domain rows, known questions beside them in every batch, and general passages."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.errors import ConfigError, require
from kgllm.tuning.encoding.encode import IGNORED, Encoded


@dataclass(frozen=True, slots=True)
class Passage:
    """A general passage: ids, the places whose next word is held to the base model's, and where their states stand in the table."""

    ids: tuple[int, ...]
    places: tuple[int, ...]
    first: int


class Batches:
    """A dataset whose item i is the whole micro-batch i, as tensors; the same for the same seed, so that resuming needs no memory.

    Rows come in seeded order, all once before any twice; `shuffle` False keeps the order given (that of a mix).
    packing: rows end to end in sequences of `length`, kept apart by position ids that begin anew; otherwise padded on the right.
    """

    def __init__(
        self,
        rows: Sequence[Encoded],
        *,
        known: Sequence[Encoded] = (),
        general: Sequence[Passage] = (),
        sizes: tuple[int, int, int] = (12, 4, 4),
        count: int,
        pad: int,
        length: int = 512,
        packing: bool = False,
        shuffle: bool = True,
        seed: int = 0,
    ) -> None:
        self.pad, self.length, self.packing, self.count = pad, length, packing, count
        size, beside, passages = sizes
        self._rows, self._known, self._general = rows, known, general
        self._plan = list(
            zip(
                _in_turn(len(rows), size, count, f"{seed}/rows", shuffle),
                _in_turn(len(known), beside, count, f"{seed}/known", True),
                _in_turn(len(general), passages, count, f"{seed}/general", True),
                strict=True,
            )
        )

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, place: int) -> dict[str, Any]:
        rows, known, general = self._plan[place]
        taken = [self._rows[i] for i in rows] + [self._known[i] for i in known]
        return collate(
            [(one.ids, one.labels) for one in taken],
            [self._general[i] for i in general],
            pad=self.pad,
            length=self.length,
            packing=self.packing,
        )

    def tokens(self) -> int:
        """Tokens of all batches, padding left out."""
        return sum(
            sum(len(self._rows[i].ids) for i in rows)
            + sum(len(self._known[i].ids) for i in known)
            + sum(len(self._general[i].ids) for i in general)
            for rows, known, general in self._plan
        )


def collate(
    rows: Sequence[tuple[Sequence[int], Sequence[int]]],
    passages: Sequence[Passage] = (),
    *,
    pad: int,
    length: int = 512,
    packing: bool = False,
) -> dict[str, Any]:
    """One batch: input_ids, labels, `states` (where a base state is held: its place in the table, else −1), and either
    attention_mask (padded) or position_ids (packed: no mask, which is what keeps documents apart in transformers).

    Besides, flat places in input_ids, so that a GPU need not be asked for them: `taught` (whose state speaks of a labelled token)
    and `wanted` (those tokens), `holding` (that are held to the base) and `kept` (their places in the table).
    """
    torch = require("torch", "train")
    pieces = [(list(ids), list(labels), [-1] * len(ids)) for ids, labels in rows]
    for one in passages:
        held = [-1] * len(one.ids)
        for offset, place in enumerate(one.places):
            held[place] = one.first + offset
        pieces.append((list(one.ids), [IGNORED] * len(one.ids), held))
    bins = evenly_packed([len(ids) for ids, _, _ in pieces], length) if packing else [[i] for i in range(len(pieces))]
    width = max(sum(len(pieces[i][0]) for i in one) for one in bins)
    columns: dict[str, list[list[int]]] = {"input_ids": [], "labels": [], "states": [], "position_ids": [], "attention_mask": []}
    for places in bins:
        inside = [pieces[i] for i in places]
        used = sum(len(ids) for ids, _, _ in inside)
        rest = width - used
        columns["input_ids"].append([token for ids, _, _ in inside for token in ids] + [pad] * rest)
        # the first token of a document follows nothing: it has no label, whatever stood before it in the sequence
        columns["labels"].append([label for _, labels, _ in inside for label in (IGNORED, *labels[1:])] + [IGNORED] * rest)
        columns["states"].append([state for _, _, held in inside for state in held] + [-1] * rest)
        columns["position_ids"].append([at for ids, _, _ in inside for at in range(len(ids))] + list(range(rest)))
        columns["attention_mask"].append([1] * used + [0] * rest)
    del columns["attention_mask" if packing else "position_ids"]
    made = {name: torch.tensor(values, dtype=torch.long) for name, values in columns.items()}
    labels, states = made["labels"].flatten(), made["states"].flatten()
    following = (labels != IGNORED).nonzero()[:, 0]  # never the first of a row: it has no label
    holding = (states >= 0).nonzero()[:, 0]
    return {**made, "taught": following - 1, "wanted": labels[following], "holding": holding, "kept": states[holding]}


def packed(lengths: Sequence[int], length: int) -> list[list[int]]:
    """Which rows go together into sequences of at most `length`: the longest first, each into the fullest where it fits.

    >>> packed([5, 3, 4, 2, 1], 8)
    [[0, 1], [2, 3, 4]]

    Raises:
        ConfigError: a row is longer.
    """
    bins: list[list[int]] = []
    room: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if lengths[i] > length:
            raise ConfigError(f"a row of {lengths[i]} tokens does not fit {length}", hint="raise length")
        fitting = [place for place, left in enumerate(room) if left >= lengths[i]]
        if fitting:
            place = min(fitting, key=lambda place: (room[place], place))
            bins[place].append(i)
            room[place] -= lengths[i]
        else:
            bins.append([i])
            room.append(length - lengths[i])
    return bins


def evenly_packed(lengths: Sequence[int], length: int) -> list[list[int]]:
    """The same, in as many sequences and no more, as short as they can be found: what fills up the shorter ones is computed for nothing.

    >>> packed([300, 20, 20, 20], 320), evenly_packed([300, 20, 20, 20], 320)
    ([[0, 1], [2, 3]], [[0], [1, 2, 3]])
    """
    best = packed(lengths, length)
    low, high = max(*lengths, -(-sum(lengths) // len(best))), length
    while low < high:
        middle = (low + high) // 2
        tried = packed(lengths, middle)
        if len(tried) <= len(best):
            best, high = tried, middle
        else:
            low = middle + 1
    return best


def _in_turn(total: int, size: int, count: int, seed: str, shuffle: bool) -> list[list[int]]:
    """`count` groups of `size` places out of `total`, all once before any twice."""
    if not total or not size:
        return [[] for _ in range(count)]
    rng = random.Random(seed)
    order: list[int] = []
    out: list[list[int]] = []
    for _ in range(count):
        while len(order) < size:
            again = list(range(total))
            if shuffle:
                rng.shuffle(again)
            order += again
        out.append(order[:size])
        order = order[size:]
    return out
