"""One thread of linear algebra for a question.

The matrices of a question are small. Spread over both cores of an idle machine they gain a tenth (14 ms in place of 16 for the median
question), but where other processes work as well the threads wait for one another: 135 ms in place of 17 (docs/decisions/0009).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold the process's BLAS to one thread; afterwards it is as it was.

    OpenBLAS has one number for a whole process, and threadpoolctl lets one thread at a time change it: of questions that overlap
    the first one's end may give the others several threads again. They are slower then, never wrong.

    >>> with one_thread(), one_thread():
    ...     all(library["num_threads"] == 1 for library in _libraries().info())
    True
    """
    several = [(one, threads) for one in _libraries().lib_controllers if (threads := one.get_num_threads()) not in (1, None)]
    for one, _ in several:
        one.set_num_threads(1)
    try:
        yield
    finally:
        for one, threads in several:
            one.set_num_threads(threads)


def multiplies_as_it_lies() -> bool:
    """Whether the process's BLAS has kernels for small products, which do not pack what they multiply: OpenBLAS for AVX-512.

    >>> multiplies_as_it_lies() in (True, False)
    True
    """
    return any(library.get("architecture") in ("SkylakeX", "Cooperlake", "SapphireRapids") for library in _libraries().info())


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")
