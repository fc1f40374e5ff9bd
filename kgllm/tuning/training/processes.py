"""Several processes: the group that they train in is left before Python ends."""

from __future__ import annotations

import atexit
import gc
import time

from kgllm.errors import require

_LATE = 0.25
"""Seconds for a thread of a group that is held still (DTensor's caches hold what shards a model) to end what it is about."""


def leave() -> None:
    """Leave the group that this process trains in, if there is one, and end its threads.

    A thread of gloo that gives back the tensors of its last collective takes Python's lock for it. Where Python is ending it is killed
    in the midst of that, and the process with it ("terminate called without an active exception"). A group's threads end with the group
    itself, so what holds it must have gone: a trainer, which stands in circles, or a wrapped model.
    """
    distributed = require("torch", "train").distributed
    if distributed.is_available() and distributed.is_initialized():
        distributed.destroy_process_group()
        gc.collect()
        time.sleep(_LATE)


def leave_at_exit() -> None:
    """Leave the group, if there is one then, when the program ends and before Python does. Not for a training that failed: others may be
    waiting in a collective, and this process's end is what tells the launcher."""
    atexit.unregister(leave)
    atexit.register(leave)
