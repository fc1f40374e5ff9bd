"""What goes wrong on the way to a server: right rows, or a typed error within the deadline and half a second; nothing leaks."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import threading
import time
import warnings
from contextlib import suppress

import psutil
import pytest
from bolt_places import running, wipe
from bolt_script import ACTIONS, PHASES, RECORDS, Script

import kgllm
from kgllm.errors import GraphAuthError, GraphError, GraphQueryError, GraphTimeout, GraphUnavailable, KGLLMError
from kgllm.graphs.neo4j import import_into
from kgllm.graphs.neo4j.server import Access, Server

ROWS = [[i] for i in range(RECORDS)]
PASSING = ("close", "reset", "restart")
SECONDS = 1.0
PATIENT = 8.0  # where the answer comes long before: what is shown does not hang on how busy the machine is


def connections(port: int) -> int:
    mine = psutil.Process().net_connections("tcp")
    return sum(one.raddr != () and one.raddr.port == port and one.status == "ESTABLISHED" for one in mine)


def threads() -> list[str]:
    return sorted(one.name for one in threading.enumerate() if one.name.startswith("kgllm"))


def settled(ask, wanted, seconds=2.0):
    end = time.monotonic() + seconds
    while ask() != wanted and time.monotonic() < end:
        time.sleep(0.02)
    return ask()


def ask(server: Server, seconds: float = SECONDS) -> object:
    """Rows or the error, within the deadline and half a second."""
    start = time.monotonic()
    try:
        return server.read(("RETURN 1", {}), what="a read")[0]
    except KGLLMError as error:
        return error
    finally:
        assert time.monotonic() - start < seconds + 0.5


@pytest.mark.parametrize("access", [Access(timeout=0.5, retries=0), Access(timeout=5, retries=0, connect=0.3)], ids=["deadline", "connect"])
def test_a_connection_that_is_cut_while_it_connects_leaves_no_socket(access):
    """A server whose queue of connections is full answers no handshake of TCP."""
    queue = [socket.socket() for _ in range(5)]
    try:
        queue[0].bind(("127.0.0.1", 0))
        queue[0].listen(0)
        for one in queue[1:]:
            one.setblocking(False)
            with suppress(BlockingIOError):
                one.connect(queue[0].getsockname())
        gc.collect()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            port = queue[0].getsockname()[1]
            with (
                pytest.raises((GraphTimeout, GraphUnavailable)),
                Server.at(f"bolt://127.0.0.1:{port}", auth=("neo4j", "x"), access=access) as server,
            ):
                server.read(("RETURN 1", {}), what="a read")
            assert settled(threads, []) == []
            gc.collect()
        assert [str(one.message) for one in told if issubclass(one.category, ResourceWarning)] == []
    finally:
        for one in queue:
            one.close()


@pytest.mark.parametrize("kind", ["async", "sync"])
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("phase", PHASES)
def test_every_fault_at_every_phase(phase, action, kind):
    if (phase, action) == ("connect", "failure"):
        pytest.skip("there are no messages before the handshake")
    script = Script(phase, "close" if action == "restart" else action, times=1 if action == "restart" else None)
    seconds = SECONDS if action in ("silence", "drip") else PATIENT
    server = _server(script, kind, seconds)
    try:
        found = ask(server, seconds)
        if action == "restart":
            assert found == ROWS
        elif (phase, action) == ("connect", "drip"):  # four bytes are the whole of an answer: no version in common
            assert isinstance(found, GraphUnavailable), found
        elif action in ("silence", "drip"):
            assert isinstance(found, GraphTimeout) and found.retryable, found
        elif action in PASSING or action == "failure":
            assert isinstance(found, GraphUnavailable) and found.retryable, found
        else:
            assert isinstance(found, GraphError), found
        script.heal()
        assert ask(server, seconds) == ROWS  # the next question works
    finally:
        server.close()
        if kind == "sync":
            server._driver.close()
    assert settled(lambda: connections(script.port), 0) == 0
    assert settled(threads, []) == []
    script.close()


def _server(script: Script, kind: str, seconds: float) -> Server:
    access = Access(timeout=seconds, retries=2, connect=seconds)
    if kind == "async":
        return Server.at(script.address, auth=("neo4j", "x"), access=access)
    import neo4j

    driver = neo4j.GraphDatabase.driver(
        script.address,
        auth=("neo4j", "x"),
        connection_timeout=seconds,
        connection_acquisition_timeout=seconds,
        max_transaction_retry_time=0,
    )
    return Server(driver, access=access)


@pytest.mark.parametrize(
    "code, error",
    [
        ("Neo.ClientError.Security.Unauthorized", GraphAuthError),
        ("Neo.ClientError.Security.Forbidden", GraphAuthError),
        ("Neo.ClientError.Security.AuthenticationRateLimit", GraphAuthError),
        ("Neo.ClientError.Statement.SyntaxError", GraphQueryError),
        ("Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration", GraphTimeout),
        ("Neo.TransientError.Transaction.DeadlockDetected", GraphUnavailable),
        ("Neo.DatabaseError.General.UnknownError", GraphError),
    ],
)
def test_failure_codes_become_errors_of_their_kind(code, error):
    script = Script("run", "failure", code=code)
    with Server.at(script.address, auth=("neo4j", "sentinel-s3cret"), access=Access(timeout=SECONDS, retries=1)) as server:
        found = ask(server)
        assert type(found) is error and "s3cret" not in str(found) + repr(server)
        tries = script.connections
        assert server.sent == (2 if error is GraphUnavailable else 1), tries  # only what passes is tried again
        assert found.__cause__ is not None
    script.close()


def test_a_write_is_never_tried_again():
    script = Script("run", "close")
    with Server.at(script.address, auth=("neo4j", "x"), access=Access(timeout=SECONDS, retries=5)) as server:
        with pytest.raises(GraphUnavailable):
            server.write("CREATE (n)", {}, what="a write")
        assert server.sent == 1
    script.close()


def test_several_statements_end_together_when_one_fails():
    script = Script("pull", "silence", times=1)
    with Server.at(script.address, auth=("neo4j", "x"), access=Access(timeout=SECONDS, retries=0)) as server:
        start = time.monotonic()
        with pytest.raises(GraphTimeout):
            server.read(*[("RETURN 1", {})] * 5, what="five reads")
        assert time.monotonic() - start < SECONDS + 0.5
        script.heal()
        assert server.read(*[("RETURN 1", {})] * 5, what="five reads") == [ROWS] * 5
    script.close()


def test_a_closed_graph_says_so():
    script = Script()
    server = Server.at(script.address, auth=("neo4j", "x"))
    assert ask(server) == ROWS
    server.close()
    with pytest.raises(GraphUnavailable, match="closed"):
        server.read(("RETURN 1", {}), what="a read")
    script.close()


# --- a real server, stopped, paused and started again ---

FILMS = [(f"Film {i}", "directed by", f"Director {i % 9}") for i in range(60)]


@pytest.fixture(scope="module")
def own():
    """A server of this module's own: it is stopped and started."""
    server = running()
    yield server
    server.stop()


@pytest.fixture
def qa(own):
    wipe(own).close()
    import_into(own.address, FILMS, auth=own.auth)
    graph = kgllm.load(own.address, auth=own.auth, timeout=20, retries=2)
    qa = kgllm.GraphQA(graph, limits=kgllm.Limits(seconds=2.0))
    end = time.monotonic() + 60
    while isinstance(answered(qa), GraphTimeout) and time.monotonic() < end:  # a server that has just started reads its plans
        pass
    yield qa
    graph.close()


def answered(qa, question="Who directed Film 7?"):
    start = time.monotonic()
    try:
        return qa.ask(question)
    except KGLLMError as error:
        return error
    finally:
        assert time.monotonic() - start < qa.limits.seconds + 0.5


@pytest.mark.neo4j
def test_a_paused_server_is_a_timeout_and_then_works_again(own, qa):
    assert answered(qa).entities[0].name == "Director 7"
    os.kill(own.pid, signal.SIGSTOP)
    try:
        assert isinstance(answered(qa), GraphTimeout)
    finally:
        os.kill(own.pid, signal.SIGCONT)
    end = time.monotonic() + 20
    while isinstance(found := answered(qa), KGLLMError) and time.monotonic() < end:
        pass
    assert found.entities[0].name == "Director 7"


@pytest.mark.neo4j
def test_a_stopped_server_is_unavailable_and_started_again_it_answers(own, qa):
    assert answered(qa).entities[0].name == "Director 7"
    own.program.stop()
    assert isinstance(answered(qa), (GraphUnavailable, GraphTimeout))
    own.start()
    end = time.monotonic() + 30
    while isinstance(found := answered(qa), KGLLMError) and time.monotonic() < end:
        time.sleep(0.2)
    assert found.entities[0].name == "Director 7"


@pytest.mark.neo4j
def test_two_hundred_questions_at_once_and_the_server_killed_in_the_middle(own, qa):
    qa.at_once = 16
    slow = kgllm.GraphQA(qa.graph, limits=kgllm.Limits(seconds=60))

    async def all_of_them(asked, kill):
        async def one(i):
            try:
                return await asked.aask(f"Who directed Film {i % 60}?")
            except KGLLMError as error:
                return error

        tasks = [asyncio.ensure_future(one(i)) for i in range(200)]
        if kill:
            await asyncio.sleep(0.5)
            own.program.process.kill()
        return await asyncio.gather(*tasks)

    for i, answer in enumerate(asyncio.run(all_of_them(slow, kill=False))):
        assert answer.entities[0].name == f"Director {i % 60 % 9}"
    assert connections(own.port) <= 32
    for i, answer in enumerate(asyncio.run(all_of_them(qa, kill=True))):
        assert isinstance(answer, KGLLMError) or answer.entities[0].name == f"Director {i % 60 % 9}", answer
    own.program.process.wait(10)
    gc.collect()  # a socket that was left would be found here
    assert settled(lambda: connections(own.port), 0) == 0
    left = lambda: [one for one in threads() if "resolving" not in one]  # a few that look up hosts stay as long as the loop
    assert settled(left, ["kgllm-waiting"], 5) == ["kgllm-waiting"]
    own.start()
    assert answered(slow).entities[0].name == "Director 7"


@pytest.mark.neo4j
def test_no_transaction_is_left_behind_by_a_cancelled_question(own, qa):
    with Server.at(own.address, auth=own.auth, access=Access(timeout=0.5, retries=0)) as impatient:
        with pytest.raises(GraphTimeout):
            impatient.read(("UNWIND range(1, 100000000) AS a WITH a WHERE a = -1 RETURN a", {}), what="an endless read")
        running_now = ("SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH 'UNWIND range' RETURN currentQuery", {})
        assert settled(lambda: qa.graph.server.read(running_now, what="looking")[0], [], 5) == []


@pytest.mark.neo4j
def test_a_wrong_password_is_refused_once_and_not_repeated(own):
    with pytest.raises(GraphAuthError) as caught:
        kgllm.load(own.address, auth=("neo4j", "sentinel-wrong"))
    assert "sentinel" not in str(caught.value)
