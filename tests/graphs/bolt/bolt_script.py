"""A Bolt server that does what it is told to: it answers as Neo4j does until a phase, and then closes, resets, falls silent, drips,
speaks garbage, or fails. Bolt 5.3, one thread a connection, loopback only.

Phases: connect (the handshake), login, run (where a transaction begins: kgllm's reads are auto-commit), pull (after so many
records), commit (the summary, which ends the transaction).
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import suppress

RECORDS = 5
PHASES = ("connect", "login", "run", "pull", "commit")
ACTIONS = ("close", "reset", "silence", "drip", "garbage", "failure", "restart")


def pack(value) -> bytes:
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return struct.pack(">b", value) if -16 <= value < 128 else b"\xcb" + struct.pack(">q", value)
    if isinstance(value, str):
        data = value.encode()
        return (bytes([0x80 + len(data)]) if len(data) < 16 else b"\xd1" + struct.pack(">H", len(data))) + data
    if isinstance(value, list):
        return bytes([0x90 + len(value)]) + b"".join(map(pack, value))
    return bytes([0xA0 + len(value)]) + b"".join(pack(key) + pack(one) for key, one in value.items())


def message(tag: int, field) -> bytes:
    data = b"\xb1" + bytes([tag]) + pack(field)
    return struct.pack(">H", len(data)) + data + b"\x00\x00"


SUCCESS, RECORD, FAILURE, IGNORED = 0x70, 0x71, 0x7F, 0x7E
HELLO, GOODBYE, RESET, RUN, DISCARD, PULL, LOGON = 0x01, 0x02, 0x0F, 0x10, 0x2F, 0x3F, 0x6A


class Script:
    """A server with a fault. `times`: how many connections have it, then all is well (None: all have it)."""

    def __init__(
        self, phase: str = "", action: str = "", *, times: int | None = None, code: str = "Neo.TransientError.General.DatabaseUnavailable"
    ):
        self.phase, self.action, self.times, self.code = phase, action, times, code
        self.connections = 0
        self._open: set[socket.socket] = set()
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.address = f"bolt://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def heal(self) -> None:
        """No fault any more."""
        self.phase = ""

    def close(self) -> None:
        self._ended.set()
        self._listener.close()
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    @property
    def open(self) -> int:
        return len(self._open)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            faulty = self.times is None or self.connections <= self.times
            thread = threading.Thread(target=self._serve, args=(client, faulty), daemon=True)
            thread.start()

    def _serve(self, client: socket.socket, faulty: bool) -> None:
        self._open.add(client)
        try:
            self._talk(client, faulty)
        except (OSError, _Over):
            pass
        finally:
            self._open.discard(client)
            client.close()

    def _talk(self, client: socket.socket, faulty: bool) -> None:
        def send(phase: str, data: bytes) -> None:
            if faulty and phase and phase == self.phase:
                self._fault(client, data)
            else:
                client.sendall(data)

        _exactly(client, 20)
        send("connect", b"\x00\x00\x03\x05")
        while True:
            tag = _message(client)[1]
            if tag == HELLO:
                send("", message(SUCCESS, {"server": "Neo4j/5.26.12", "connection_id": "bolt-1", "hints": {}}))
            elif tag == LOGON:
                send("login", message(SUCCESS, {}))
            elif tag == RUN:
                send("run", message(SUCCESS, {"fields": ["x"], "t_first": 1}))
            elif tag == PULL:
                for i in range(RECORDS):
                    send("pull" if i == 3 else "", message(RECORD, [i]))
                send("commit", message(SUCCESS, {"type": "r", "t_last": 1, "db": "neo4j"}))
            elif tag == GOODBYE:
                return
            else:
                send("", message(SUCCESS, {}))

    def _fault(self, client: socket.socket, data: bytes) -> None:
        if self.action == "silence":
            while not self._ended.wait(0.02) and self.phase:
                pass
        elif self.action == "drip":
            for byte in data * 1000:  # never whole: the next byte comes before any timeout between bytes
                client.sendall(bytes([byte]) if not self.phase else b"\x00")
                time.sleep(0.05)
                if self._ended.is_set() or not self.phase:
                    break
        elif self.action == "garbage":
            client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" * 3)
        elif self.action == "failure":
            client.sendall(message(FAILURE, {"code": self.code, "message": "as the script says"}))
            while (tag := _message(client)[1]) not in (RESET, GOODBYE):
                client.sendall(message(IGNORED, {})) if tag in (PULL, DISCARD, RUN) else None
            client.sendall(message(SUCCESS, {}))
            return
        elif self.action == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise _Over


class _Over(Exception):
    pass


def _exactly(client: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = client.recv(size - len(data))
        if not part:
            raise _Over
        data += part
    return data


def _message(client: socket.socket) -> bytes:
    data = b""
    while True:
        (size,) = struct.unpack(">H", _exactly(client, 2))
        if not size:
            if data:
                return data
            continue
        data += _exactly(client, size)
