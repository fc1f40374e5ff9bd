"""Any server that speaks the OpenAI protocol: the official one, vLLM, Ollama, llama.cpp, `transformers serve`."""

from __future__ import annotations

import json
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

from kgllm.errors import ConfigError, KGLLMError, ModelAuthError, ModelError, ModelTimeout, ModelUnavailable, require, shorten
from kgllm.limits import Deadline
from kgllm.llms.base import (
    CutShort,
    Request,
    as_messages,
    as_text,
    checked,
    finished,
    stops_of,
    stream_cut,
    stream_without_thoughts,
    upper_bound,
)

T = TypeVar("T")
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 20.0
_OURS = frozenset(("model", "messages", "prompt", "stream", "stop", "timeout"))
_FIELDS = frozenset(
    ("max_tokens", "temperature", "seed", "max_completion_tokens", "reasoning_effort", "top_p", "presence_penalty", "frequency_penalty")
)  # of the client itself
_DONE = b"[DONE]"
_USED_UP = "length"  # the finish_reason of an answer that was cut off
_SERVER_STOPS = 4  # the protocol takes no more; all of them are cut here anyway


class OpenAILLM:
    """A model behind an OpenAI-compatible server.

    model: its name there. base_url: where the server is. api_key: from the caller, never read from the environment and
    never shown; servers without keys need none. chat: chat completions, or plain ones for a base model. timeout: seconds
    of one try; retries: further tries after a failure that may pass, each after a longer wait (0.5 s, 1 s, … or what the
    server asks for), never past the deadline. parallel: requests in flight at once. tokenizer: one of transformers, to
    count with; without it counts are upper bounds. context: how many tokens fit. extra: more fields of each request, such as
    {"chat_template_kwargs": {"enable_thinking": False}} for a server of Qwen3, or others than kgllm's ("max_tokens": 128,
    "temperature", "seed"); None leaves one out: {"max_tokens": None, "max_completion_tokens": 4096, "temperature": None}.

    >>> llm = OpenAILLM("qwen3", base_url="http://127.0.0.1:8000/v1", api_key="secret")
    >>> llm
    OpenAILLM('qwen3', base_url='http://127.0.0.1:8000/v1')

    Raises:
        MissingExtraError: the openai package is not installed. ConfigError: an address that is none, or that holds a password.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str = "https://api.openai.com/v1",
        api_key: str | None = None,
        chat: bool = True,
        timeout: float = 30.0,
        retries: int = 3,
        parallel: int = 4,
        temperature: float = 0.0,
        tokenizer: Any = None,
        context: int | None = None,
        special_tokens: Sequence[str] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        where = urlsplit(base_url)
        if where.scheme not in ("http", "https") or not where.hostname:
            raise ConfigError("base_url must be an http or https address", hint='such as "http://127.0.0.1:8000/v1"')
        if where.username or where.password or where.query:
            raise ConfigError("base_url must hold no user, password or query", hint="give the key as api_key")
        if not timeout > 0 or retries < 0 or parallel < 1:
            raise ConfigError(
                f"timeout must be more than 0, retries 0 or more, parallel 1 or more; not {timeout!r}, {retries!r}, {parallel!r}"
            )
        if not model:
            raise ConfigError("model is an empty name")
        if taken := _OURS & set(extra or ()):
            raise ConfigError(f"extra may not hold {min(taken)!r}, which kgllm fills in")
        self._api: Any = require("openai", "llm")
        # The client's transport has been httpx and is httpx2: its own class says which, since its errors come through as they are
        self._http: Any = require(self._api.DefaultHttpxClient.__mro__[1].__module__.partition(".")[0], "llm")
        self._foreign = (self._api.OpenAIError, self._http.HTTPError, self._http.StreamError, ValueError, KGLLMError)
        self._key = api_key or ""
        # The client's own retries know no deadline, so they stay off. A key must be there, or it looks into the environment.
        self._client = self._api.OpenAI(api_key=self._key or "none", base_url=base_url, timeout=timeout, max_retries=0)
        # Its connections are closed with this object, before the collector can meet one of them by itself.
        weakref.finalize(self, self._client.close)
        self._client.organization = self._client.project = None  # read from the environment by the client, and not asked for
        self.name = model
        self.base_url = base_url
        self.chat = chat
        self.timeout = timeout
        self.retries = retries
        self.parallel = parallel
        self.temperature = temperature
        self.context = context
        self.extra = dict(extra or {})
        self._tokenizer = tokenizer
        self.special_tokens = tuple(special_tokens)
        if tokenizer is not None:
            from kgllm.llms.transformers import special_tokens_of

            self.special_tokens += special_tokens_of(tokenizer)

    def __repr__(self) -> str:
        return f"OpenAILLM({self.name!r}, base_url={self.base_url!r})"

    def generate(
        self,
        prompts: Sequence[Request],
        *,
        max_tokens: int = 128,
        stop: Sequence[str] = (),
        seed: int = 0,
        deadline: Deadline | None = None,
    ) -> list[str]:
        """One completion for each prompt, in order, `parallel` at a time."""
        requests = checked(prompts)

        def one(request: Request) -> str:
            stops = stops_of(request, stop)
            said = self._tried(lambda: self._asked(request, max_tokens, stops, seed, deadline, stream=False), deadline)
            text, short = self._text_of(said)
            return finished(text, stops, short=short)

        if len(requests) <= 1:
            return [one(request) for request in requests]
        with ThreadPoolExecutor(min(self.parallel, len(requests))) as pool:
            return list(pool.map(one, requests))

    def stream(
        self, prompt: Request, *, max_tokens: int = 128, stop: Sequence[str] = (), seed: int = 0, deadline: Deadline | None = None
    ) -> Iterator[str]:
        """The completion as the server sends it. Only the beginning is tried again: what was yielded stands."""
        request = checked([prompt])[0]
        stops = stops_of(request, stop)
        yield from stream_cut(stream_without_thoughts(self._pieces(request, max_tokens, stops, seed, deadline)), stops)

    def count(self, prompt: Request) -> tuple[int, bool]:
        """The tokenizer's count, where one was given; else an upper bound: bytes, and 16 tokens a message."""
        if self._tokenizer is None:
            return upper_bound(prompt if self.chat else as_text(prompt)), False
        if self.chat and getattr(self._tokenizer, "chat_template", None):
            text = self._tokenizer.apply_chat_template(
                as_messages(prompt), tokenize=False, add_generation_prompt=True, enable_thinking=False
            )
            return len(self._tokenizer(text, add_special_tokens=False)["input_ids"]), True
        return len(self._tokenizer(as_text(prompt))["input_ids"]), not self.chat

    def _asked(
        self, request: Request, max_tokens: int, stops: tuple[str, ...], seed: int, deadline: Deadline | None, *, stream: bool
    ) -> Any:
        seconds = self.timeout if deadline is None else min(self.timeout, deadline.left())
        if seconds <= 0:
            raise self._too_late(deadline)
        shared: dict[str, Any] = {"model": self.name, "max_tokens": max_tokens, "temperature": self.temperature, "seed": seed}
        shared |= {"stream": stream, "timeout": seconds} | ({"stop": list(stops[:_SERVER_STOPS])} if stops else {})
        calls = self._client.chat.completions if self.chat else self._client.completions
        shared |= {"messages": as_messages(request)} if self.chat else {"prompt": as_text(request)}
        shared |= {name: value for name, value in self.extra.items() if name in _FIELDS}
        shared = {name: value for name, value in shared.items() if value is not None}
        if more := {name: value for name, value in self.extra.items() if name not in _FIELDS and value is not None}:
            shared["extra_body"] = more
        if stream:
            return calls.create(**shared)
        # The client's timeout is of one read: a server that sends a blank every second is never too late for it
        end, parts = time.monotonic() + seconds, []
        with calls.with_streaming_response.create(**shared) as answer:
            for part in answer.iter_bytes():
                parts.append(part)
                if time.monotonic() > end:
                    raise self._too_late(deadline, seconds)
        return json.loads(b"".join(parts))

    def _text_of(self, said: Any) -> tuple[str, bool]:
        """What the server said, and whether its tokens were used up before the end."""
        choices = said.get("choices") if isinstance(said, dict) else None
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            shown = shorten(self._without_key(str(said)))
            raise ModelError(
                f"the server's answer holds no completion: {shown}", hint="does it speak the OpenAI protocol, and base_url end in /v1?"
            )
        message = choices[0].get("message")
        text = (message.get("content") if isinstance(message, dict) else None) if self.chat else choices[0].get("text")
        if not isinstance(text, str):
            raise ModelError(
                f"the server's answer holds no text (it ended with {shorten(choices[0].get('finish_reason'))})",
                hint='a model that thinks may need more tokens: extra={"max_tokens": 4096}',
            )
        return text, choices[0].get("finish_reason") == _USED_UP

    def _pieces(self, request: Request, max_tokens: int, stops: tuple[str, ...], seed: int, deadline: Deadline | None) -> Iterator[str]:
        answer = self._tried(lambda: self._asked(request, max_tokens, stops, seed, deadline, stream=True), deadline)
        told = _Told()
        try:
            with answer:
                answer.response.stream = self._watched(answer.response, told, deadline)
                for event in answer:
                    if piece := told.piece_of(event, chat=self.chat):
                        yield piece
        except self._foreign as error:
            raise self._own(error) from self._cause(error)
        where = f"{self.name!r} at {self.base_url}"
        if not told.begun:
            raise ModelError(
                f"the server's stream for {where} holds no text (it ended with {shorten(told.finish)})",
                hint='does it speak the OpenAI protocol? A model that thinks may need more tokens: extra={"max_tokens": 4096}',
            )
        if not told.finish and not told.done:
            raise ModelUnavailable(f"the connection to {where} broke off: its stream ended in the middle of the answer", hint="try again")
        if told.finish == _USED_UP:
            yield CutShort()

    def _watched(self, response: Any, told: _Told, deadline: Deadline | None) -> Any:
        """The body of a stream under the deadline: comments that keep a connection alive make no event, and take their time."""
        stream, too_late = response.stream, self._too_late
        told.done = bool(response.headers.get("content-encoding"))  # a packed body does not show how it ends

        class Watched(self._http.SyncByteStream):  # type: ignore[name-defined, misc]  # whichever of the two the client has
            def __iter__(self) -> Iterator[bytes]:
                tail = b""
                for part in stream:
                    if deadline is not None and deadline.left() <= 0:
                        raise too_late(deadline)
                    tail = tail[-len(_DONE) :] + part
                    told.done = told.done or _DONE in tail
                    yield part

            def close(self) -> None:
                stream.close()

        return Watched()

    def _tried(self, call: Callable[[], T], deadline: Deadline | None) -> T:
        """The call, again after a failure that may pass, with growing waits that end before the deadline."""
        wait = _FIRST_WAIT
        for left in range(self.retries, -1, -1):
            try:
                return call()
            except self._foreign as error:
                own = self._own(error)
                pause = min(_asked_to_wait(error) or wait, _LONGEST_WAIT)
                if not own.retryable or not left or (deadline is not None and deadline.left() <= pause):
                    raise own from self._cause(error)
            time.sleep(pause)
            wait *= 2
        raise AssertionError("unreachable: the last try returns or raises")

    def _own(self, error: Exception) -> KGLLMError:
        """The one place where foreign errors become ours. The key never comes along, whatever the server echoes."""
        if isinstance(error, KGLLMError):
            return error
        api = self._api
        where = f"{self.name!r} at {self.base_url}"
        said = shorten(self._without_key(str(error)), 200)
        if isinstance(error, api.APITimeoutError):
            return ModelTimeout(f"the model {where} did not answer in time", hint="raise timeout=…, or Limits(seconds=…)")
        if isinstance(error, api.APIConnectionError):
            return ModelUnavailable(f"the model {where} cannot be reached: {said}", hint="is the server up, and base_url right?")
        if isinstance(error, (api.AuthenticationError, api.PermissionDeniedError)):
            return ModelAuthError(f"the server refuses the key for {where}", hint="pass another api_key=…")
        if isinstance(error, (api.RateLimitError, api.InternalServerError)):
            return ModelUnavailable(f"the model {where} is not available now (HTTP {error.status_code}): {said}", hint="try again later")
        if isinstance(error, api.NotFoundError):
            return ModelError(
                f"the server does not know {where}: {said}", hint="check the model's name, base_url (does it end in /v1?) and chat=…"
            )
        if isinstance(error, api.APIStatusError):
            return ModelError(
                f"the server refuses the request to {where} (HTTP {error.status_code}): {said}",
                hint="if the prompt is too long for the model: GraphQA(…, tokens=…); if it knows no such field: extra={'FIELD': None}",
            )
        if isinstance(error, self._http.TransportError):
            return ModelUnavailable(f"the connection to {where} broke off: {said}", hint="try again")
        if type(error) is api.APIError:  # it was told within a stream
            kind = ModelUnavailable if _may_pass(getattr(error, "body", None)) else ModelError
            return kind(f"the server broke off its answer for {where}: {said}", hint="try again later" if kind.retryable else "")
        return ModelError(
            f"the server's answer for {where} cannot be read: {type(error).__name__}: {said}", hint="does it speak the OpenAI protocol?"
        )

    def _cause(self, error: Exception) -> Exception | None:
        """The foreign error, for the traceback, unless it or anything behind it holds the key."""
        seen: BaseException | None = error
        while seen is not None:
            if self._key and self._key in f"{seen}{getattr(seen, 'body', '')}":
                return None
            seen = seen.__cause__ or seen.__context__
        return error

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "…") if self._key else text

    def _too_late(self, deadline: Deadline | None, tried: float | None = None) -> ModelTimeout:
        """Past the deadline, or past one try's own time."""
        whole = deadline is not None and deadline.left() <= 0
        seconds = deadline.seconds if deadline is not None and whole else tried or self.timeout
        return ModelTimeout(
            f"the model {self.name!r} did not answer within {seconds:.3g} s",
            hint="raise Limits(seconds=…), or lower max_tokens" if whole else "raise timeout=…, or lower max_tokens",
        )


class _Told:
    """What a stream said of itself: whether any text came, how the answer ended, and that all of it was sent."""

    def __init__(self) -> None:
        self.begun = self.done = False
        self.finish: str | None = None

    def piece_of(self, event: Any, *, chat: bool) -> str:
        choices = getattr(event, "choices", None)
        if not choices:  # a last event may hold nothing but usage
            return ""
        self.finish = getattr(choices[0], "finish_reason", None) or self.finish
        text = getattr(getattr(choices[0], "delta", None), "content", None) if chat else getattr(choices[0], "text", None)
        self.begun = self.begun or isinstance(text, str)
        return text if isinstance(text, str) else ""


def _may_pass(body: object) -> bool:
    """Whether an error that a server sends within a stream, by its code or type, is one of load and not of the request."""
    said = body if isinstance(body, Mapping) else {}
    codes = [str(said.get(name) or "").lower() for name in ("code", "type", "message")]
    return any(
        code in ("429", "500", "502", "503", "504") or "overload" in code or "rate_limit" in code or "server_error" in code
        for code in codes
    )


def _asked_to_wait(error: Exception) -> float | None:
    """Seconds that a busy server asks for, in its Retry-After."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None
