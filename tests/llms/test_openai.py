"""A server that speaks the OpenAI protocol, well and badly."""

from __future__ import annotations

import contextlib
import gc
import json
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import kgllm
from kgllm.errors import ConfigError, ModelAuthError, ModelError, ModelTimeout, ModelUnavailable, WrongTypeError
from kgllm.limits import Deadline
from kgllm.llms import LLM
from kgllm.llms import openai as module
from kgllm.llms.base import CutShort
from kgllm.types import Prompt

pytest.importorskip("openai")
SECRET = "sk-very-secret-4711"


class Server:
    """A scripted server: `script[i]` answers request i, the last one all later requests."""

    def __init__(self, *script: Callable[[Any], None]) -> None:
        self.script, self.seen, self.lock = list(script), [], threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with outer.lock:
                    outer.seen.append({"path": self.path, "body": body, "headers": {k.lower(): v for k, v in self.headers.items()}})
                    act = outer.script[min(len(outer.seen), len(outer.script)) - 1]
                self.body = body
                act(self)

            def log_message(self, *_: Any) -> None: ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def serve(monkeypatch) -> Iterator[Callable[..., tuple[Server, module.OpenAILLM]]]:
    monkeypatch.setattr(module, "_FIRST_WAIT", 0.01)
    running = []

    def start(*script, **options):
        running.append(Server(*script))
        return running[-1], module.OpenAILLM("m", **{"base_url": running[-1].url, "api_key": SECRET, "timeout": 5.0} | options)

    yield start
    for one in running:
        one.close()


def send(handler: Any, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
    handler.send_response(status)
    handler.close_connection = True
    for name, value in {"content-type": kind, "content-length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    with contextlib.suppress(BrokenPipeError):  # the client may have given up
        handler.wfile.write(body)


def says(text: str) -> Callable[[Any], None]:
    """The text, as the protocol has it: chat or plain, whole or streamed."""

    def act(handler: Any) -> None:
        chat = "messages" in handler.body
        if handler.body.get("stream"):
            events = []
            for at in range(0, len(text), 3):
                piece = text[at : at + 3]
                events.append({"choices": [{"index": 0, "delta": {"content": piece}} if chat else {"index": 0, "text": piece}]})
            events.append({"choices": []})
            body = "".join(f"data: {json.dumps({'id': 'x', 'object': 'x', 'created': 1, 'model': 'm'} | event)}\n\n" for event in events)
            send(handler, 200, (body + "data: [DONE]\n\n").encode(), "text/event-stream")
        else:
            one = {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
            send(handler, 200, json.dumps({"id": "x", "object": "x", "choices": [{"index": 0, "finish_reason": "stop"} | one]}).encode())

    return act


def fails(status: int, message: str = "no", **headers: str) -> Callable[[Any], None]:
    return lambda handler: send(handler, status, json.dumps({"error": {"message": message}}).encode(), **headers)


def drops(handler: Any) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def sleeps(seconds: float) -> Callable[[Any], None]:
    def act(handler: Any) -> None:
        time.sleep(seconds)
        says("late")(handler)

    return act


def test_it_is_an_llm(serve):
    _, llm = serve(says("x"))
    assert isinstance(llm, LLM)


@pytest.mark.parametrize("chat", [True, False])
def test_generates_in_order_and_streams_the_same(serve, chat):
    server, llm = serve(lambda handler: says(f"said {json.dumps(handler.body)[-40:]}")(handler), chat=chat)
    prompts = [f"question {n}" for n in range(9)]
    texts = llm.generate(prompts, max_tokens=7, seed=3)
    assert len(texts) == 9
    assert len({one["path"] for one in server.seen}) == 1
    asked = sorted(one["body"]["messages"][0]["content"] if chat else one["body"]["prompt"] for one in server.seen)
    assert asked == sorted(prompts)
    assert {(one["body"]["max_tokens"], one["body"]["seed"], one["body"]["temperature"]) for one in server.seen} == {(7, 3, 0.0)}
    _, llm = serve(says("流浪 地球 [1]\nQuestion: next"), chat=chat)
    assert llm.generate(["q"], stop=["\nQ"]) == ["流浪 地球 [1]"]
    assert "".join(llm.stream("q", stop=["\nQ"])) == "流浪 地球 [1]"


def test_a_prompt_brings_its_messages_or_its_text_and_stops(serve):
    prompt = Prompt(messages=({"role": "user", "content": "hi"},), text="hi there", served={}, tokens=1, exact=True, stop=("\n",))
    server, llm = serve(says("a\nb"))
    assert llm.generate([prompt]) == ["a"]
    assert server.seen[0]["body"]["messages"] == [{"role": "user", "content": "hi"}]
    server, llm = serve(says("a\nb"), chat=False)
    assert llm.generate([prompt]) == ["a"]
    assert server.seen[0]["body"]["prompt"] == "hi there"
    assert server.seen[0]["body"]["stop"] == ["\n"]


def test_the_key_travels_in_the_header_and_nowhere_else(serve):
    server, llm = serve(says("x"))
    llm.generate(["q"])
    assert server.seen[0]["headers"]["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in repr(llm) + str(llm) + json.dumps(server.seen[0]["body"])


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (fails(401, f"Incorrect API key provided: {SECRET}"), ModelAuthError),
        (fails(403, SECRET), ModelAuthError),
        (fails(404, SECRET), ModelError),
        (fails(400, SECRET), ModelError),
        (fails(429, SECRET), ModelUnavailable),
        (fails(500, SECRET), ModelUnavailable),
        (lambda handler: send(handler, 200, f"<html>{SECRET}".encode(), "text/html"), ModelError),
        (lambda handler: send(handler, 200, b"{", "application/json"), ModelError),
        (lambda handler: send(handler, 200, b"{}"), ModelError),
        (lambda handler: send(handler, 200, b"[]"), ModelError),
        (lambda handler: send(handler, 200, b'"text"'), ModelError),
        (lambda handler: send(handler, 200, b'{"choices": [{"message": {"content": null}, "finish_reason": "length"}]}'), ModelError),
        (drops, ModelUnavailable),
    ],
)
@pytest.mark.parametrize("way", ["generate", "stream"])
def test_every_failure_is_ours_and_never_shows_the_key(serve, script, kind, way, caplog):
    _, llm = serve(script, retries=1)
    caplog.set_level("DEBUG")
    with pytest.raises(kind) as caught:
        llm.generate(["q"]) if way == "generate" else list(llm.stream("q"))
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in caplog.text


def test_busy_then_ok(serve):
    server, llm = serve(fails(429, retry_after="0.05"), fails(503), says("fine"))
    start = time.monotonic()
    assert llm.generate(["q"]) == ["fine"]
    assert len(server.seen) == 3
    assert time.monotonic() - start > 0.05


def test_its_connections_are_closed_with_it(serve):
    def keeps(handler: Any) -> None:
        said = json.dumps({"id": "x", "object": "x", "choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "ok"}}]})
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said.encode())

    _, llm = serve(keeps)
    assert llm.generate(["x"]) == ["ok"]
    http = llm._client._client
    llm.itself = llm  # as the traceback of an error holds it: only the collector finds it
    del llm
    assert not http.is_closed
    gc.collect()
    assert http.is_closed


def test_a_dropped_connection_is_tried_again(serve):
    server, llm = serve(drops, says("fine"))
    assert llm.generate(["q"]) == ["fine"]
    assert len(server.seen) == 2


def test_a_refused_key_is_not_tried_again(serve):
    server, llm = serve(fails(401))
    with pytest.raises(ModelAuthError):
        llm.generate(["q"])
    assert len(server.seen) == 1


def test_timeout_and_deadline(serve):
    _, llm = serve(sleeps(2), timeout=0.2, retries=0)
    with pytest.raises(ModelTimeout):
        llm.generate(["q"])
    server, llm = serve(sleeps(2), retries=5)
    start = time.monotonic()
    with pytest.raises(ModelTimeout):
        llm.generate(["q"], deadline=Deadline(0.3))
    assert time.monotonic() - start < 1
    with pytest.raises(ModelTimeout):
        llm.generate(["q"], deadline=Deadline(0))
    assert len(server.seen) == 1


def test_waiting_never_passes_the_deadline(serve):
    _, llm = serve(fails(429, retry_after="10"))
    start = time.monotonic()
    with pytest.raises(ModelUnavailable):
        llm.generate(["q"], deadline=Deadline(1))
    assert time.monotonic() - start < 1


def test_a_stream_that_breaks_off(serve):
    def half(handler):
        event = {"id": "x", "object": "x", "created": 1, "model": "m", "choices": [{"index": 0, "delta": {"content": "half of it"}}]}
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("content-length", "5000")
        handler.end_headers()
        handler.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        handler.wfile.flush()
        drops(handler)

    _, llm = serve(half)
    pieces = llm.stream("q")
    with pytest.raises(ModelUnavailable):
        list(pieces)


def streams(*events: object, last: str = "data: [DONE]\n\n") -> Callable[[Any], None]:
    """A stream of these events; dicts are written as JSON, with what every event has."""
    same = {"id": "x", "object": "x", "created": 1, "model": "m"}
    body = "".join(f"data: {json.dumps(same | event) if isinstance(event, dict) else event}\n\n" for event in events)
    return lambda handler: send(handler, 200, (body + last).encode(), "text/event-stream")


def delta(text: str | None, **more: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": {"content": text}} | more]}


@pytest.mark.parametrize("text", ["Ann Cole [1]", "郭帆 [1]"])
@pytest.mark.parametrize("ends", [{"last": ""}, {}])
def test_a_stream_is_whole_by_its_finish_or_its_mark(serve, text, ends):
    _, llm = serve(streams(delta(text[:2]), delta(text[2:]), *([delta("", finish_reason="stop")] if ends else []), **ends))
    assert "".join(llm.stream("q")) == text


def said(text: str, reason: str, *, chat: bool = True) -> Callable[[Any], None]:
    one = {"message": {"content": text}} if chat else {"text": text}
    return lambda handler: send(handler, 200, json.dumps({"choices": [{"finish_reason": reason} | one]}).encode())


@pytest.mark.parametrize(("text", "short"), [("Ann Cole [1], Ben", "length"), ("郭帆 [1], 吴", "length"), ("Ann Cole [1]", "stop")])
@pytest.mark.parametrize("chat", [True, False])
def test_an_answer_whose_tokens_were_used_up_says_so(serve, text, short, chat):
    _, llm = serve(said(text, short, chat=chat), chat=chat)
    [whole] = llm.generate(["q"])
    assert (whole, isinstance(whole, CutShort)) == (text, short == "length")


def test_what_stands_before_a_stop_is_whole(serve):
    _, llm = serve(said("Ann Cole [1]\nQuestion: Wh", "length"))
    assert not isinstance(llm.generate(["q"], stop=["\n"])[0], CutShort)


@pytest.mark.parametrize(("reason", "short"), [("length", True), ("stop", False)])
def test_an_answer_cut_short_is_shown(serve, reason, short):
    graph = kgllm.load([("青瓷碗", "窑", "龙泉窑"), ("青瓷碗", "朝代", "宋")])
    whole = kgllm.GraphQA(graph, llm=serve(said("龙泉窑 [1]，还有", reason))[1]).ask("青瓷碗的窑是什么？")
    streamed = kgllm.GraphQA(graph, llm=serve(streams(delta("龙泉窑 "), delta("[1]", finish_reason=reason)))[1]).stream(
        "青瓷碗的窑是什么？"
    )
    assert "".join(streamed) == "龙泉窑 [1]"
    for answer in (whole, streamed.answer):
        assert answer.settings["cut_short"] is short
        assert ("cut off" in answer._repr_html_()) is short


def test_a_stream_that_ends_in_the_middle_is_no_answer(serve):
    _, llm = serve(streams(delta("Christopher "), last=""))
    with pytest.raises(ModelUnavailable, match="in the middle"):
        list(llm.stream("q"))


@pytest.mark.parametrize("events", [(), ({"choices": []},), (delta(None, finish_reason="length"),)])
def test_a_stream_without_text_is_an_error_as_an_answer_without_it_is(serve, events):
    _, llm = serve(streams(*events))
    with pytest.raises(ModelError, match="holds no text"):
        list(llm.stream("q"))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "overloaded"}, ModelUnavailable),
        ({"message": "try later", "code": 503}, ModelUnavailable),
        ({"message": "the engine died", "type": "server_error"}, ModelUnavailable),
        ({"message": "too long", "code": "context_length_exceeded"}, ModelError),
        ({"message": f"no {SECRET}"}, ModelError),
    ],
)
def test_an_error_that_is_told_within_a_stream(serve, error, kind):
    _, llm = serve(streams(delta("Chris"), {"error": error}))
    with pytest.raises(kind, match="broke off its answer") as caught:
        list(llm.stream("q"))
    assert caught.value.retryable is (kind is ModelUnavailable)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    llm = module.OpenAILLM("m", base_url=f"http://127.0.0.1:{port}/v1", retries=0)
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        llm.generate(["q"])


def test_the_environment_is_not_asked(serve, monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "from-outside")
    server, llm = serve(says("x"), api_key=None)
    llm.generate(["q"])
    assert "from-outside" not in json.dumps(server.seen[0]["headers"])


def test_counts_are_upper_bounds_without_a_tokenizer(serve):
    _, llm = serve(says("x"))
    assert llm.count("谁是导演?") == (len("谁是导演?".encode()) + 16, False)


@pytest.mark.parametrize(
    "options",
    [
        {"base_url": "ftp://x"},
        {"base_url": "127.0.0.1:80"},
        {"base_url": f"http://me:{SECRET}@127.0.0.1/v1"},
        {"base_url": f"http://127.0.0.1/v1?key={SECRET}"},
        {"timeout": 0},
        {"retries": -1},
        {"parallel": 0},
    ],
)
def test_bad_settings(options):
    with pytest.raises(ConfigError) as caught:
        module.OpenAILLM("m", **options)
    assert SECRET not in str(caught.value)


def test_one_prompt_instead_of_a_list(serve):
    _, llm = serve(says("x"))
    with pytest.raises(WrongTypeError):
        llm.generate("q")


def drips(text: str, every: float) -> Callable[[Any], None]:
    """A good answer, behind blanks that keep the connection alive."""

    def act(handler: Any) -> None:
        one = {"message": {"role": "assistant", "content": text}}
        body = json.dumps({"id": "x", "object": "x", "choices": [{"index": 0, "finish_reason": "stop"} | one]}).encode()
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.close_connection = True
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(30):
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(every)
            handler.wfile.write(body)

    return act


def test_a_server_that_drips_is_held_to_the_deadline(serve):
    """Each read is in time, and the answer is not."""
    _, llm = serve(drips("late", 0.1), retries=0)
    begin = time.monotonic()
    with pytest.raises(ModelTimeout, match="within"):
        llm.generate(["Who?"], deadline=Deadline(0.6))
    assert time.monotonic() - begin < 1.5
    _, llm = serve(drips("late", 0.1), retries=0, timeout=0.6)
    with pytest.raises(ModelTimeout, match=r"within 0\.6 s") as raised:
        llm.generate(["Who?"])
    assert "timeout=" in raised.value.hint


def test_blanks_that_keep_a_connection_alive_are_no_answer(serve):
    _, llm = serve(drips("Paris [1]", 0.005))
    assert llm.generate(["Where?"]) == ["Paris [1]"]


def test_a_stream_of_comments_is_held_to_the_deadline(serve):
    def act(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.close_connection = True
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for at in range(30):
                event = {"id": "x", "object": "x", "created": 1, "model": "m", "choices": [{"index": 0, "delta": {"content": "流浪"}}]}
                handler.wfile.write(f"data: {json.dumps(event)}\n\n".encode() if at == 1 else b": keep-alive\n\n")
                handler.wfile.flush()
                time.sleep(0.1)

    _, llm = serve(act, retries=0)
    begin, pieces = time.monotonic(), []
    with pytest.raises(ModelTimeout, match="within"):
        pieces.extend(llm.stream("Who?", deadline=Deadline(0.6)))
    assert "".join(pieces) == "流浪"
    assert time.monotonic() - begin < 1.5


def test_fields_of_the_caller_go_along_and_none_leaves_one_out(serve):
    extra = {"max_tokens": None, "max_completion_tokens": 900, "temperature": None, "chat_template_kwargs": {"enable_thinking": False}}
    server, llm = serve(says("<think>\n\n</think>\n\nNolan [1]"), extra=extra)
    assert llm.generate(["Who?"]) == ["Nolan [1]"]
    assert "".join(llm.stream("Who?")) == "Nolan [1]"
    for one in server.seen:
        body = one["body"]
        assert (body["max_completion_tokens"], body["chat_template_kwargs"], body["seed"]) == (900, {"enable_thinking": False}, 0)
        assert not {"max_tokens", "temperature", "extra_body"} & body.keys()
    with pytest.raises(ConfigError, match="'messages'"):
        serve(says("x"), extra={"messages": []})


def test_a_model_that_spent_all_its_tokens_on_thinking(serve):
    _, llm = serve(says("<think>Let me see. The film is"))
    with pytest.raises(ModelError, match="while it was thinking") as raised:
        llm.generate(["Who?"])
    assert "max_tokens" in raised.value.hint
