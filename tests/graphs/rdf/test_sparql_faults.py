"""An endpoint that goes wrong in every phase: right rows or a typed error in time, the next call works, nothing leaks."""

from __future__ import annotations

import base64
import gc
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from scripted_http import ScriptedHttp

from kgllm.errors import GraphAuthError, GraphError, GraphQueryError, GraphTimeout, GraphUnavailable
from kgllm.graphs.rdf.client import SparqlClient
from kgllm.graphs.rdf.endpoint import SparqlGraph
from kgllm.graphs.waiting import governed
from kgllm.limits import Deadline

httpx = pytest.importorskip("httpx")

ACTS = ("close", "reset", "silence", "drip", "garbage", "restart")
PHASES = ("connect", "headers", 0, 30)
SLACK = 0.5


def asked(client, **options):
    return [row["x"].term.name for row in client.rows("SELECT ?x {}", **options)]


@pytest.fixture
def nothing_leaks():
    """Counts threads and sockets before and after."""
    gc.collect()
    before = _threads(), _sockets()
    yield
    end = time.monotonic() + 5
    while time.monotonic() < end:
        gc.collect()
        if _threads() <= before[0] and _sockets() <= before[1]:
            return
        time.sleep(0.05)
    raise AssertionError(f"before: {before}, after: {_threads(), _sockets()}: {[one.name for one in threading.enumerate()]}")


def _threads():
    return sum(not one.name.startswith("scripted-http") for one in threading.enumerate())


def _sockets():
    found = 0
    for one in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found += str(one.readlink()).startswith("socket:")
    return found


@pytest.mark.usefixtures("nothing_leaks")
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("phase", PHASES)
def test_a_fault_that_passes(phase, act):
    """What goes wrong once is repeated; what stalls ends with the deadline, and the next call is right."""
    with ScriptedHttp([(phase, act)]) as server:
        client = SparqlClient(server.url, timeout=1.2, retries=2)
        start = time.monotonic()
        try:
            assert asked(client) == ["right"]
            assert act != "silence"
        except GraphTimeout:
            assert act in ("silence", "drip")
        except GraphError:
            assert act == "garbage"  # in a body it is an answer, and no endpoint's
        assert time.monotonic() - start < 1.2 + SLACK
        assert asked(client, seconds=10) == ["right"]
        client.close()


@pytest.mark.usefixtures("nothing_leaks")
@pytest.mark.parametrize("act", [act for act in ACTS if act != "restart"])
@pytest.mark.parametrize("phase", PHASES)
def test_a_fault_that_stays(phase, act):
    with ScriptedHttp(always=(phase, act)) as server:
        client = SparqlClient(server.url, timeout=1.0, retries=1)
        start = time.monotonic()
        with pytest.raises(GraphError) as caught:
            asked(client)
        assert time.monotonic() - start < 1.0 + SLACK
        kind = type(caught.value)
        assert kind is (
            GraphTimeout if act in ("silence", "drip") else GraphUnavailable if act in ("close", "reset") or phase == "connect" else kind
        )
        server.always = None
        assert asked(client, seconds=10) == ["right"]
        client.close()


STATUSES = {
    "400 Bad Request": GraphQueryError, "401 Unauthorized": GraphAuthError, "403 Forbidden": GraphAuthError, "404 Not Found": GraphError,
    "413 Too Large": GraphError, "429 Too Many": GraphUnavailable, "500 Error": GraphUnavailable, "503 Unavailable": GraphUnavailable, "302 Found": GraphError,
    "204 No Content": GraphError, "599 Odd": GraphUnavailable,
}  # fmt: skip


@pytest.mark.usefixtures("nothing_leaks")
@pytest.mark.parametrize("status", STATUSES)
def test_statuses(status):
    with ScriptedHttp(always=("headers", status)) as server:
        client = SparqlClient(server.url, timeout=5, retries=2, auth=("user", "s3cret"))
        with pytest.raises(STATUSES[status]) as caught:
            asked(client)
        assert type(caught.value) is STATUSES[status] and "s3cret" not in str(caught.value)
        assert server.connections == (3 if status[:3] in ("429", "503") else 1)  # only these are asked again
        server.always = None
        assert asked(client) == ["right"]
        client.close()


def test_patience_is_rewarded():
    with ScriptedHttp([("headers", "503 Unavailable"), ("headers", "429 Too Many")]) as server:
        client = SparqlClient(server.url, timeout=10, retries=2)
        assert asked(client) == ["right"] and server.connections == 3
        client.close()


BODIES = [
    b"", b"null", b"[]", b"{}", b'"x"', b"\xff\xfe", b'{"results": {}}', b'{"results": {"bindings": 3}}', b'{"results": {"bindings": [3]}}',
    b'{"results": {"bindings": [{"x": 3}]}}', b'{"results": {"bindings": [{"x": {"type": "uri"}}]}}', b'{"results": {"bindings": [{"x": {"type": "uri", "value": 3}}]}}',
    b'{"results": {"bindings": [{"x": {"type": "triple", "value": {}}}]}}', b"[" * 100_000, b"<html>", b'{"boolean": true}', b"1" * 6000,
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bodies_that_are_no_results(body):
    with ScriptedHttp(body=body) as server:
        client = SparqlClient(server.url, timeout=10)
        with pytest.raises(GraphError, match="does not answer as a SPARQL"):
            asked(client)
        client.close()


def test_triple_terms_are_read():
    body = b'{"results": {"bindings": [{"x": {"type": "triple", "value": {"subject": {"type": "uri", "value": "e:a"}, "predicate": {"type": "uri", "value": "e:p"}, "object": {"type": "literal", "value": "b", "xml:lang": "en"}}}}]}}'
    with ScriptedHttp(body=body) as server:
        client = SparqlClient(server.url)
        (row,) = client.rows("SELECT ?x {}")
        assert str(row["x"].term.object) == "b" and row["x"].term[:2] == ("e:a", "e:p")
        client.close()


@pytest.mark.usefixtures("nothing_leaks")
def test_an_answer_without_end_is_cut_off():
    with ScriptedHttp(body=b" " * 5_000_000) as server:
        client = SparqlClient(server.url, most_bytes=1_000_000)
        with pytest.raises(GraphError, match="more than 1,000,000 bytes"):
            asked(client)
        client.close()


@pytest.mark.usefixtures("nothing_leaks")
def test_nobody_there():
    with ScriptedHttp() as server:
        pass
    client = SparqlClient(server.url, timeout=5, retries=1)
    with pytest.raises(GraphUnavailable, match="cannot be reached"):
        asked(client)
    client.close()
    with pytest.raises(GraphError, match="was closed"):
        asked(client)


def test_a_request_is_a_post_with_what_was_asked_for_and_no_more(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")  # nothing is taken from the environment
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with ScriptedHttp() as server:
        client = SparqlClient(server.url, auth="t0ken", headers={"X-Team": "films"})
        assert asked(client) == ["right"]
        head, body = server.requests[0]
        assert head.startswith("POST /q HTTP/1.1") and "authorization: bearer t0ken" in head.lower() and "X-Team: films" in head
        assert "accept-encoding: identity" in head.lower() and body == "query=SELECT+%3Fx+%7B%7D"
        client.close()
        client = SparqlClient(server.url, auth=("user", "päss"))
        assert asked(client) == ["right"]
        assert f"authorization: Basic {base64.b64encode('user:päss'.encode()).decode()}".lower() in server.requests[1][0].lower()
        client.close()


@pytest.mark.usefixtures("nothing_leaks")
def test_an_ask_ends_within_its_own_deadline():
    with ScriptedHttp(always=("headers", "silence")) as server:
        client = SparqlClient(server.url, timeout=60)
        graph = SparqlGraph(server.url, survey_seconds=0.5)
        start = time.monotonic()
        with governed(Deadline(0.5)), pytest.raises(GraphTimeout):
            asked(client)
        assert time.monotonic() - start < 0.5 + SLACK
        start = time.monotonic()
        with pytest.raises(GraphTimeout):
            graph.schema()
        assert time.monotonic() - start < 0.5 + SLACK
        client.close()
        graph.close()


@pytest.mark.usefixtures("nothing_leaks")
def test_a_client_that_is_let_go_leaves_nothing():
    with ScriptedHttp() as server:
        for _ in range(5):
            assert asked(SparqlClient(server.url)) == ["right"]


@pytest.mark.usefixtures("nothing_leaks")
def test_several_threads_share_a_client():
    from concurrent.futures import ThreadPoolExecutor

    with ScriptedHttp() as server:
        client = SparqlClient(server.url)
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda _: asked(client), range(64))) == [["right"]] * 64
        client.close()
