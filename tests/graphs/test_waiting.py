"""A deadline that holds, and a thread that ends."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
import time
import warnings

import pytest

from kgllm.errors import GraphError, GraphTimeout
from kgllm.graphs.waiting import Loop, asking, governed, in_thread, seconds_left
from kgllm.limits import Deadline


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("kgllm")]


@pytest.fixture
def loop():
    one = Loop.shared()
    yield one
    one.close()


def test_what_hangs_ends_at_its_time_and_the_next_call_works(loop):
    cancelled = threading.Event()

    async def hang():
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    start = time.monotonic()
    with pytest.raises(GraphTimeout, match="hanging did not finish within 0.2 s"):
        loop.run(hang, seconds=0.2, what="hanging")
    assert time.monotonic() - start < 0.7
    assert cancelled.wait(1)

    async def fine():
        return 1

    assert loop.run(fine, seconds=1, what="fine") == 1


def test_what_swallows_its_cancellation_is_left_behind(loop):
    async def stubborn():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(1)

    start = time.monotonic()
    with pytest.raises(GraphTimeout):
        loop.run(stubborn, seconds=0.1, what="a stubborn call")
    assert time.monotonic() - start < 0.6


def test_errors_and_timeouts_of_the_coroutine_itself_come_out(loop):
    async def fails(error):
        raise error

    with pytest.raises(ValueError, match="mine"):
        loop.run(lambda: fails(ValueError("mine")), seconds=1, what="it")
    with pytest.raises(GraphTimeout):
        loop.run(lambda: fails(TimeoutError("its own")), seconds=5, what="it")


def test_the_thread_ends_with_its_last_user():
    assert threads() == []
    one, other = Loop.shared(), Loop.shared()
    assert one is other
    one.close()
    assert threads() == ["kgllm-waiting"]
    other.close()
    assert threads() == []


def test_no_time_left_is_a_timeout_at_once_and_the_own_loop_is_refused(loop):
    async def inner():
        loop.run(lambda: asyncio.sleep(0), seconds=1, what="a call")

    with pytest.raises(GraphTimeout):
        loop.run(inner, seconds=0, what="nothing")
    with pytest.raises(GraphError, match="own loop"):
        loop.run(inner, seconds=1, what="a call")


def test_an_ask_governs_what_is_inside_it():
    assert asking() is None and seconds_left(9) == 9
    with governed(Deadline(1)) as outer:
        assert seconds_left(9) <= 1 and asking() is outer
        with governed(Deadline(100)) as inner:
            assert inner is outer and seconds_left(9) <= 1
    assert asking() is None


def test_threads_are_bounded_and_end_and_a_deadline_holds_while_waiting_for_one():
    at_once, most = [0], [0]
    lock = threading.Lock()

    def stage():
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        time.sleep(0.02)
        with lock:
            at_once[0] -= 1
        return seconds_left(99)

    async def many():
        return await asyncio.gather(*(in_thread(stage, at_once=3, deadline=Deadline(5)) for _ in range(12)))

    assert all(left <= 5 for left in asyncio.run(many()))
    assert most[0] == 3

    async def crowded():
        first = asyncio.ensure_future(in_thread(lambda: time.sleep(0.4), at_once=1, deadline=Deadline(5)))
        await asyncio.sleep(0.05)
        with pytest.raises(GraphTimeout, match="free thread"):
            await in_thread(lambda: 1, at_once=1, deadline=Deadline(0.1))
        await first
        assert await in_thread(lambda: 2, at_once=1, deadline=Deadline(1)) == 2
        with pytest.raises(ZeroDivisionError):
            await in_thread(lambda: 1 / 0, at_once=1, deadline=Deadline(1))

    asyncio.run(crowded())
    time.sleep(0.05)
    assert threads() == []


def test_a_cancelled_task_gives_up_what_is_in_flight(loop):
    ended = threading.Event()
    raised: list[Exception] = []

    def stage():
        try:
            loop.run(lambda: asyncio.sleep(60), seconds=50, what="a long call")
        except GraphTimeout as error:
            raised.append(error)
        ended.set()

    async def main():
        task = asyncio.ensure_future(in_thread(stage, at_once=2, deadline=Deadline(50)))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert ended.wait(1)
    assert "given up" in str(raised[0])


def test_what_cancelled_tasks_left_behind_is_not_waited_for():
    free, running, late = threading.Event(), threading.Semaphore(0), Deadline(60)

    def busy():
        running.release()
        free.wait(20)

    async def main():
        for _ in range(2):  # of four threads that nobody can interrupt, the first two are left behind; the others keep their turns
            tasks = [asyncio.ensure_future(in_thread(busy, at_once=2, deadline=late)) for _ in range(5)]
            for _ in range(2):
                await asyncio.to_thread(running.acquire)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if len(threads()) == 2:
                assert await in_thread(lambda: 6, at_once=2, deadline=Deadline(5)) == 6
        assert (late.left(), len(threads())) == (0, 4)
        with pytest.raises(GraphTimeout, match="free thread"):
            await in_thread(lambda: 7, at_once=2, deadline=Deadline(0.05))
        free.set()
        assert await asyncio.gather(*(in_thread(lambda: 8, at_once=2, deadline=Deadline(5)) for _ in range(4))) == [8] * 4

    asyncio.run(main())
    time.sleep(0.05)
    assert threads() == []


@pytest.mark.parametrize("turns", range(4))
def test_a_turn_is_given_back_once(turns):
    async def main():
        for _ in range(20):
            task = asyncio.ensure_future(in_thread(lambda: 1, at_once=1, deadline=Deadline(5)))
            for _ in range(turns):
                await asyncio.sleep(0.0005)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        together = [0, 0]

        def stage():
            together[0] += 1
            together[1] = max(together)
            time.sleep(0.005)
            together[0] -= 1

        await asyncio.gather(*(in_thread(stage, at_once=1, deadline=Deadline(5)) for _ in range(5)))
        assert together == [0, 1]

    asyncio.run(main())


@pytest.mark.parametrize("turns", range(8))
def test_a_socket_whose_opening_is_given_up_is_closed(loop, turns):
    """As the neo4j driver opens one, cancelled after so many turns of the loop: before it connects, and just after."""
    wait_for = pytest.importorskip("neo4j._async_compat.shims").wait_for

    async def opened(address):
        loop, one = asyncio.get_running_loop(), socket.socket()
        one.setblocking(False)
        await wait_for(loop.sock_connect(one, address), 5)
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=one)
        transport.close()

    async def given_up(address):
        task = asyncio.ensure_future(opened(address))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(0.01)  # a transport closes its socket in a turn of its own

    gc.collect()
    with socket.create_server(("127.0.0.1", 0)) as server, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        loop.run(lambda: given_up(server.getsockname()), seconds=5, what="opening a socket")
        gc.collect()
    assert [str(one.message) for one in told] == []


def test_a_connection_outlives_the_task_that_opened_it(loop):
    async def opened(address):
        _, writer = await asyncio.open_connection(*address)
        return writer

    async def used(server):
        writer = await asyncio.create_task(opened(server.getsockname()))
        await asyncio.sleep(0.01)
        writer.write(b"still here")
        await writer.drain()
        there, _ = server.accept()
        with there:
            there.settimeout(1)
            got = there.recv(10)
        writer.close()
        await writer.wait_closed()
        return got

    with socket.create_server(("127.0.0.1", 0)) as server:
        assert loop.run(lambda: used(server), seconds=5, what="a connection") == b"still here"
