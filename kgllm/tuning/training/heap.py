"""The memory that a C library keeps for itself: on a CPU, steps of different shapes leave holes in its heap, and the process grows."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any


def give_back() -> bool:
    """Hand what is free in the heap back to the system; whether that can be done here (glibc, so Linux).

    >>> give_back() in (True, False)
    True
    """
    trim = _trim()
    if trim is None:
        return False
    trim(0)
    return True


@cache
def _trim() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
