"""Waiting for servers, with a deadline that holds.

A client that reads from a silent server may block for ever, whatever it is configured to. So everything that waits runs as a
coroutine on one private event loop, in a thread of its own, and is cancelled there when its time is over. The thread starts
with its first user and ends with its last.

`governed` says which deadline a whole ask is under; a backend asks `seconds_left` how long its next call may take. `in_thread`
is the way back: it runs a whole synchronous stage for a caller that awaits it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import logging
import os
import socket
import threading
import weakref
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from kgllm.errors import ConfigError, GraphError, GraphTimeout
from kgllm.limits import Deadline

log = logging.getLogger("kgllm.waiting")

T = TypeVar("T")

GRACE = 0.25  # seconds in which a cancelled coroutine may tidy up before the caller goes on without it


class Asking:
    """One whole ask: its deadline, what backends keep while it lasts, and the calls in flight, so that it can be given up."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.memo: dict[Any, Any] = {}
        self._lock = threading.Lock()
        self._given_up = False
        self._in_flight: set[concurrent.futures.Future[Any]] = set()

    def give_up(self) -> None:
        """Cancel what is in flight, and refuse what would follow."""
        with self._lock:
            self._given_up = True
            self.deadline.end()  # a stage that computes ends at its next look at it
            waiting = list(self._in_flight)
        for future in waiting:
            future.cancel()

    @contextmanager
    def flying(self, future: concurrent.futures.Future[Any]) -> Iterator[None]:
        """While a call is in flight, `give_up` cancels it."""
        with self._lock:
            self._in_flight.add(future)
            given_up = self._given_up
        if given_up:
            future.cancel()
        try:
            yield
        finally:
            with self._lock:
                self._in_flight.discard(future)


_ASKING: ContextVar[Asking | None] = ContextVar("kgllm_asking", default=None)


def asking() -> Asking | None:
    """The ask that the current call belongs to; None outside of one."""
    return _ASKING.get()


@contextmanager
def governed(deadline: Deadline) -> Iterator[Asking]:
    """Everything inside is one ask under this deadline; an ask inside an ask keeps the outer one.

    >>> with governed(Deadline(2)):
    ...     seconds_left(30) <= 2
    True
    """
    outer = _ASKING.get()
    if outer is not None:
        yield outer
        return
    mine = Asking(deadline)
    token = _ASKING.set(mine)
    try:
        yield mine
    finally:
        _ASKING.reset(token)


def seconds_left(most: float) -> float:
    """How long the next call to a server may take: `most`, or less where the ask that it belongs to ends sooner.

    >>> seconds_left(30)
    30
    """
    now = _ASKING.get()
    return most if now is None else min(most, now.deadline.left())


_CONNECTING: contextvars.ContextVar[bool] = contextvars.ContextVar("kgllm-connecting", default=False)


class _Tidy(asyncio.SelectorEventLoop):
    """Closes a socket whose opening was given up. The neo4j driver leaves such a one to the garbage collector where its task is
    cancelled before, while or just after the socket connects: its `_connect_secure` tidies up after an `Exception`, which
    `CancelledError` is none."""

    def __init__(self) -> None:
        super().__init__()
        self._opening: set[socket.socket] = set()

    def sock_connect(self, sock: socket.socket, address: Any) -> Coroutine[Any, Any, None]:
        # Not a coroutine itself: one that is cancelled before it begins does nothing.
        if not _CONNECTING.get() and (task := asyncio.current_task(self)) is not None:
            self._opening.add(sock)
            task.add_done_callback(lambda _: self._give_up(sock))
        return super().sock_connect(sock, address)

    async def create_connection(self, *args: Any, sock: socket.socket | None = None, **options: Any) -> Any:
        if sock is not None:
            self._opening.discard(sock)  # from here on the transport closes it
        before = _CONNECTING.set(True)  # a socket that the loop opens itself it closes itself
        try:
            return await super().create_connection(*args, sock=sock, **options)
        finally:
            _CONNECTING.reset(before)

    def _give_up(self, sock: socket.socket) -> None:
        if sock in self._opening:
            self._opening.remove(sock)
            sock.close()


class Loop:
    """An event loop in a private thread. `shared()` gives the process's own, to be closed by each of its users.

    >>> async def answer():
    ...     return 42
    >>> loop = Loop.shared()
    >>> loop.run(answer, seconds=5, what="the answer")
    42
    >>> loop.close()
    """

    _lock = threading.Lock()
    _shared: Loop | None = None

    def __init__(self) -> None:
        self._users, self._process = 0, os.getpid()
        self._loop = _Tidy()
        self._resolving = concurrent.futures.ThreadPoolExecutor(4, thread_name_prefix="kgllm-resolving")  # host names, by the loop
        self._loop.set_default_executor(self._resolving)
        # What fails after it was cancelled has nobody left to tell; who waited got a GraphTimeout.
        self._loop.set_exception_handler(lambda _, context: log.debug("after its caller went: %s", context.get("message")))
        self._thread = threading.Thread(target=self._turn, name="kgllm-waiting", daemon=True)
        self._thread.start()

    @classmethod
    def shared(cls) -> Loop:
        """The loop of this process, started if there is none. Every call needs a `close`."""
        with cls._lock:
            if cls._shared is None or cls._shared._process != os.getpid():  # a thread does not survive a fork
                cls._shared = cls()
            cls._shared._users += 1
            return cls._shared

    def close(self) -> None:
        """One user less; the last one ends the thread."""
        with self._lock:
            self._users -= 1
            if self._users > 0 or self._process != os.getpid():
                return
            if Loop._shared is self:
                Loop._shared = None
        self._loop.call_soon_threadsafe(self._loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join(5)

    def run(self, make: Callable[[], Coroutine[Any, Any, T]], *, seconds: float, what: str) -> T:
        """The result of a coroutine, made and awaited on the loop.

        Raises:
            GraphTimeout: it did not finish in time; it has been cancelled. Whatever else it raises.
        """
        if threading.current_thread() is self._thread:
            raise GraphError(f"{what} was asked for from inside kgllm's own loop", hint="await the async twin instead")
        if self._process != os.getpid():
            raise GraphError("a graph on a server does not survive a fork", hint="load it again in the child process")
        if seconds <= 0:
            raise _too_late(what, 0)
        future = asyncio.run_coroutine_threadsafe(_within(make, seconds, what), self._loop)
        now = _ASKING.get()
        try:
            if now is None:
                return future.result(seconds + GRACE)
            with now.flying(future):
                return future.result(seconds + GRACE)
        except concurrent.futures.CancelledError:
            raise GraphTimeout(f"{what} was given up", hint="the task that asked was cancelled") from None
        except TimeoutError as error:
            if isinstance(error, GraphTimeout):
                raise
            raise _too_late(what, seconds) from None
        finally:
            future.cancel()  # nothing where it has ended; on a timeout or an interrupt it ends what is still running

    def later(self, make: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Start a coroutine on the loop and do not wait for it (closing what nobody asks any more)."""
        if self._process == os.getpid() and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(lambda: self._loop.create_task(make()))

    def _turn(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            for end in (lambda task: None, asyncio.Task.cancel):  # what is closing may finish; then all is cancelled
                if left := asyncio.all_tasks(self._loop):
                    for task in left:
                        end(task)
                    self._loop.run_until_complete(asyncio.wait(left, timeout=GRACE))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._resolving.shutdown(wait=False, cancel_futures=True)
            self._loop.close()


async def _within(make: Callable[[], Awaitable[T]], seconds: float, what: str) -> T:
    try:
        async with asyncio.timeout(seconds) as timeout:
            return await make()
    except TimeoutError:
        if timeout.expired():
            raise _too_late(what, seconds) from None
        raise


def _too_late(what: str, seconds: float) -> GraphTimeout:
    return GraphTimeout(f"{what} did not finish within {seconds:.3g} s", hint="raise Limits(seconds=…) or the graph's timeout=…")


class _Slots(asyncio.Semaphore):
    """How many threads may run for one event loop. left_behind: those whose callers went, and that still run: as many again."""

    left_behind = 0


_SLOTS: weakref.WeakKeyDictionary[Any, dict[int, _Slots]] = weakref.WeakKeyDictionary()  # by event loop, then size


async def in_thread(stage: Callable[[], T], *, at_once: int, deadline: Deadline) -> T:
    """Run a synchronous stage in a thread of its own and await it; at most `at_once` of them for one event loop.

    A thread ends with its stage. When the caller is cancelled, what the stage has in flight is cancelled too, its time is over, and the next
    caller need not wait for it: a model of the user's own cannot be interrupted.

    >>> asyncio.run(in_thread(lambda: 6 * 7, at_once=4, deadline=Deadline(5)))
    42

    Raises:
        GraphTimeout: no thread was free before the deadline. Whatever the stage raises.
    """
    if at_once < 1:
        raise ConfigError(f"at_once must be at least 1, not {at_once!r}")
    loop = asyncio.get_running_loop()
    slots = _SLOTS.setdefault(loop, {}).setdefault(at_once, _Slots(at_once))
    try:
        async with asyncio.timeout(deadline.left()):
            await slots.acquire()
    except TimeoutError:
        raise _too_late("waiting for a free thread", deadline.seconds) from None
    ask, done = Asking(deadline), loop.create_future()
    left = ended = False
    context = contextvars.copy_context()
    context.run(_ASKING.set, ask)

    def tell(result: Any, error: BaseException | None) -> None:
        nonlocal ended
        ended = True
        if left:
            slots.left_behind -= 1
        else:
            slots.release()
        if not done.done():
            done.set_result(result) if error is None else done.set_exception(error)

    def work() -> None:
        result, error = None, None
        try:
            result = context.run(stage)
        except BaseException as raised:  # noqa: BLE001 - it is raised where it is awaited
            error = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, result, error)

    threading.Thread(target=work, name="kgllm-asking", daemon=True).start()
    try:
        return await done
    except asyncio.CancelledError:
        ask.give_up()
        if not ended and slots.left_behind < at_once:
            left = True
            slots.left_behind += 1
            slots.release()
        raise
