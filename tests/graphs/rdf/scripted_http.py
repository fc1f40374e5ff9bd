"""An HTTP server that follows a script: what it does wrong, in which phase, for how many connections; then it does right."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time

RIGHT = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "right"}}]}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: %d\r\n\r\n"


class ScriptedHttp:
    """faults: (phase, act) for each connection to come; phase "connect", "headers" or a number of bytes of the body.

    acts: close, reset, silence, drip, garbage, restart, or a status with its reason ("503 Service Unavailable").
    """

    def __init__(self, faults=(), *, always=None, body=RIGHT):
        self.faults, self.always, self.body = list(faults), always, body
        self.requests, self.connections = [], 0
        self._open, self._ended, self._lock = set(), threading.Event(), threading.Lock()
        self._listen(0)

    @property
    def url(self):
        return f"sparql+http://127.0.0.1:{self.port}/q"

    def _listen(self, port):
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, args=(self._listener,), daemon=True, name="scripted-http")
        self._thread.start()

    def _accept(self, listener):
        while not self._ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True, name="scripted-http").start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection:
            fault = self.always or (self.faults.pop(0) if self.faults else None)
            if fault and fault[0] == "connect":
                self._act(connection, fault[1], b"HTTP/1.1 200 OK\r\n\r\n")
                return
            while self._request(connection):
                whole = (HEAD % len(self.body)) + self.body
                if fault and fault[1][:1].isdigit():
                    connection.sendall(f"HTTP/1.1 {fault[1]}\r\nContent-Length: 6\r\nRetry-After: 0\r\n\r\nsorry!".encode())
                    return
                if fault:
                    at = 20 if fault[0] == "headers" else len(whole) - len(self.body) + fault[0]
                    connection.sendall(whole[:at])
                    self._act(connection, fault[1], whole[at:])
                    return
                connection.sendall(whole)
        self._open.discard(connection)

    def _request(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return False
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        while len(body) < length:
            body += connection.recv(65536)
        self.requests.append((head.decode(), body.decode()))
        return True

    def _act(self, connection, act, rest):
        if act == "close":
            return
        if act == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif act == "silence":
            self._ended.wait(20)
        elif act == "drip":
            for i in range(len(rest)):
                connection.sendall(rest[i : i + 1])
                if self._ended.wait(0.1):
                    return
        elif act == "garbage":
            connection.sendall(b"\x00\xff\xfe{]" * (len(rest) // 5 + 20))
        elif act == "restart":
            self.down()
            threading.Timer(0.2, self.up).start()
        else:
            raise AssertionError(act)

    def down(self):
        """Stop listening, and drop every connection."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            left, self._open = list(self._open), set()
        for one in left:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
                one.close()

    def up(self):
        """Listen again, on the same port."""
        for _ in range(50):
            with contextlib.suppress(OSError):
                self._listen(self.port)
                return
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._ended.set()
        self.down()
