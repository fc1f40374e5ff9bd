"""A process of its own in which a user's query runs, so that it can be ended: `python worker.py`, nothing of kgllm in it.

It reads frames from its input (8 bytes of length, then the bytes): first the limit of its memory and the statements as N-Quads,
then queries; to each it answers with a frame of JSON results, or of {"error": …}.
"""

from __future__ import annotations

import json
import struct
import sys
from typing import Any, BinaryIO


def take(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end."""
    head = stream.read(8)
    return stream.read(struct.unpack("<q", head)[0]) if len(head) == 8 else None


def give(stream: BinaryIO, frame: bytes) -> None:
    """Write a frame."""
    stream.write(struct.pack("<q", len(frame)) + frame)
    stream.flush()


def main() -> None:
    """Load, then answer until the input ends."""
    import pyoxigraph as ox

    source, sink = sys.stdin.buffer, sys.stdout.buffer
    memory, data = take(source), take(source)
    if sys.platform != "win32" and memory:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    store = ox.Store()
    store.load(data or b"", format=ox.RdfFormat.N_QUADS, lenient=True)
    give(sink, b"{}")
    while (text := take(source)) is not None:
        try:
            found: Any = store.query(text.decode(), use_default_graph_as_union=True)
            frame = found.serialize(format=ox.QueryResultsFormat.JSON) or b""
        except (SyntaxError, ValueError, RuntimeError, OSError, MemoryError) as error:
            frame = json.dumps({"error": str(error)[:300]}).encode()
        give(sink, frame)


if __name__ == "__main__":
    main()
