"""Columns that grow, and rows by key: what is kept of the steps of a graph."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Growing:
    """Named numpy columns that are appended to, a row at a time."""

    def __init__(self, **columns: tuple[Any, int]) -> None:
        self._size = 0
        self._arrays = {name: np.zeros((64, width) if width else 64, dtype) for name, (dtype, width) in columns.items()}

    def append(self, **row: Any) -> None:
        for name, array in self._arrays.items():
            if self._size == len(array):
                self._arrays[name] = array = np.concatenate([array, np.zeros_like(array)])
            array[self._size] = row[name]
        self._size += 1

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._arrays[name][: self._size]


class Postings:
    """Rows of each key, kept as lists and handed out as columns."""

    def __init__(self) -> None:
        self._rows: dict[Any, list[tuple[int, int, float, float]]] = {}
        self._ready: dict[Any, tuple[int, tuple[NDArray[Any], ...]]] = {}
        self.last = -1  # the largest number of a row

    def append(self, key: Any, row: tuple[int, int, float, float]) -> None:
        self.last = max(self.last, row[0])  # first: who finds the row knows it
        self._rows.setdefault(key, []).append(row)

    def get(self, key: Any, lock: threading.RLock) -> tuple[NDArray[Any], ...] | None:
        rows = self._rows.get(key)
        if rows is None:
            return None
        ready = self._ready.get(key)
        if ready is None or ready[0] != len(rows):
            with lock:
                columns = np.array(rows, dtype=np.float64)
                columns = columns[np.argsort(columns[:, 3], kind="stable")]  # the strongest last: of a step's it is kept
                ready = (len(rows), (columns[:, 0].astype(np.int64), columns[:, 1].astype(np.int8), *columns[:, 2:].T.astype(np.float32)))
                self._ready[key] = ready
        return ready[1]
