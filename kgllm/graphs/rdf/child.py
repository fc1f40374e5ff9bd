"""The side of kgllm of a query's own process (`kgllm.graphs.rdf.worker`): started when needed, ended when it takes too long."""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import Any

from kgllm.errors import GraphError, GraphQueryError, GraphTimeout, require, shorten

_MEMORY = 2 << 30  # beside ten times the statements
_LARGEST = 1 << 28


class Child:
    """A process that holds a copy of the statements and answers queries, one at a time."""

    def __init__(self, data: bytes) -> None:
        require("pyoxigraph", "rdf")
        command = [sys.executable, "-I", str(Path(__file__).with_name("worker.py"))]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)  # noqa: S603 - our own file
        self._end = weakref.finalize(self, _ended, self._process)
        self._lock = threading.Lock()
        self._loading: bytes | None = data

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._end.alive and self._process.poll() is None

    def answer(self, text: str, seconds: float) -> Any:
        """The JSON of an answer.

        Raises:
            GraphTimeout: not in time; the process is ended. GraphQueryError: the text is wrong, or takes too much memory.
        """
        end = time.monotonic() + seconds
        with self._lock:
            try:
                if self._loading is not None:
                    data, self._loading = self._loading, None
                    self._send(str(_MEMORY + 10 * len(data)).encode(), end)
                    self._send(data, end)
                    self._receive(end)
                self._send(text.encode(), end)
                found = json.loads(self._receive(end))
            except (BrokenPipeError, EOFError) as error:
                self.close()
                raise GraphQueryError("the query took more memory than there is for it, and was ended") from error
            except GraphTimeout as error:
                self.close()
                raise GraphTimeout(
                    f"the query did not finish within {seconds:.3g} s, and was ended", hint="raise Limits(seconds=…)"
                ) from error
        if "error" in found:
            raise GraphQueryError(f"the query fails: {shorten(found['error'], 200)}")
        return found

    def close(self) -> None:
        """End the process."""
        self._end()

    def _send(self, frame: bytes, end: float) -> None:
        assert self._process.stdin is not None
        handle = self._process.stdin.fileno()
        os.set_blocking(handle, False)  # a part is taken, whatever room there is
        left = memoryview(struct.pack("<q", len(frame)) + frame)
        while left:
            _wait(end, writing=handle)
            left = left[os.write(handle, left[:65536]) :]

    def _receive(self, end: float) -> bytes:
        size = struct.unpack("<q", self._read(8, end))[0]
        if size > _LARGEST:
            self.close()
            raise GraphError(f"the query's rows take more than {_LARGEST:,} bytes", hint="select less, or lower limit=")
        return self._read(size, end)

    def _read(self, size: int, end: float) -> bytes:
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        found = bytearray()
        while len(found) < size:
            _wait(end, reading=handle)
            piece = os.read(handle, min(1 << 20, size - len(found)))
            if not piece:
                raise EOFError
            found += piece
        return bytes(found)


def _wait(end: float, *, reading: int | None = None, writing: int | None = None) -> None:
    left = max(0.0, end - time.monotonic())
    ready = select.select([reading] if reading is not None else [], [writing] if writing is not None else [], [], left)
    if not (ready[0] or ready[1]):
        raise GraphTimeout("too late")


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except BrokenPipeError:
                continue
