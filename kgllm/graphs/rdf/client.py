"""One SPARQL 1.1 endpoint over HTTP: a text in, rows out, within a time and a size, or an error that says what to do.

Requests are POSTs that only read, so they are repeated where the server was not reached, broke off, or asks for patience; never
once the time is over. Nothing is taken from the environment, no redirect is followed, and no credential gets into a message.
"""

from __future__ import annotations

import asyncio
import json
import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from kgllm.errors import ConfigError, GraphAuthError, GraphError, GraphQueryError, GraphUnavailable, WrongTypeError, require, shorten
from kgllm.graphs.rdf.terms import Stated, Term, literal_of
from kgllm.graphs.waiting import Loop, seconds_left

SCHEMES = {"sparql+http": "http", "sparql+https": "https"}
_RESULTS = "application/sparql-results+json"
_PATIENCE = (429, 502, 503, 504)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


class Raw(NamedTuple):
    """A literal as the endpoint wrote it."""

    text: str
    datatype: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A term of a row: what it is, and for a literal how it was written."""

    term: Term | Stated
    raw: Raw | None = None


Rows = list[dict[str, Found]]


def http_url(url: str) -> str:
    """The address of an endpoint, from "sparql+https://…" or "https://…".

    >>> http_url("sparql+http://localhost:3030/ds/sparql")
    'http://localhost:3030/ds/sparql'

    Raises:
        ConfigError: another scheme, or a user or password in it (which would get into logs).
    """
    if not isinstance(url, str):
        raise WrongTypeError(f"the address of an endpoint must be text, not {shorten(type(url).__name__)}")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ConfigError("the address of the endpoint is none", hint="sparql+https://HOST/PATH") from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise ConfigError("the address of the endpoint holds a user or a password", hint='give auth=("user", "password") instead')
    scheme = SCHEMES.get(parts.scheme.lower(), parts.scheme.lower())
    if scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"not the address of an endpoint: {shorten(url)}", hint="sparql+https://HOST/PATH, or sparql+http://HOST/PATH")
    return parts._replace(scheme=scheme, fragment="").geturl()


class SparqlClient:
    """Asks one endpoint. Threads may share it; `close` it, or let it go.

    auth: None, (user, password), a bearer token, or an `httpx.Auth`. headers: more of them. timeout: seconds of one call with all
    its repetitions, less where the ask that it belongs to ends sooner. retries: repetitions of a request. most_bytes: of an answer.
    http: more options of `httpx.AsyncClient` (`verify`, `cert`, `proxy`, `limits`).
    """

    def __init__(
        self,
        url: str,
        *,
        auth: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
        retries: int = 2,
        most_bytes: int = 1 << 28,
        http: Mapping[str, Any] | None = None,
    ) -> None:
        self._httpx: Any = require("httpx", "rdf")
        self.url = http_url(url)
        self.timeout, self.retries, self.most_bytes = timeout, retries, most_bytes
        if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or timeout <= 0:
            raise ConfigError(f"timeout must be more than 0 seconds, not {shorten(timeout)}")
        for name, number, least in (("retries", retries, 0), ("most_bytes", most_bytes, 1)):
            if isinstance(number, bool) or not isinstance(number, int) or number < least:
                raise ConfigError(f"{name} must be a whole number of at least {least}, not {shorten(number)}")
        self._auth = self._checked_auth(auth)
        self._headers = {"Accept": _RESULTS, "Accept-Encoding": "identity", "User-Agent": "kgllm", **(headers or {})}
        self._http = dict(http or {})
        self._loop = Loop.shared()
        self._clients: list[Any] = []  # the one that is made with the first call, on the loop
        self._end = weakref.finalize(self, _let_go, self._loop, self._clients)

    def __repr__(self) -> str:
        return f"SparqlClient({self.url!r})"

    def close(self) -> None:
        """Close the connections; asking again is an error."""
        if self._end.alive:
            with suppress(GraphError):
                self._loop.run(lambda: _closed(self._clients), seconds=1, what="closing")
            self._end()

    def _checked_auth(self, auth: Any) -> Any:
        if auth is None or isinstance(auth, self._httpx.Auth):
            return auth
        if isinstance(auth, str) and auth and auth.isascii() and auth.isprintable():
            return _bearer(self._httpx, auth)
        if isinstance(auth, (tuple, list)) and len(auth) == 2 and all(isinstance(one, str) for one in auth):
            return self._httpx.BasicAuth(*auth)
        raise WrongTypeError("auth must be (user, password), a bearer token, or an httpx.Auth")  # never what was given

    def rows(self, text: str, *, seconds: float | None = None) -> Rows:
        """The rows of a SELECT.

        Raises:
            GraphTimeout: not in time. GraphUnavailable: not reached, or broken off. GraphAuthError: not let in.
            GraphQueryError: the endpoint refuses the text. GraphError: it answers with something else, or too much.
        """
        answer = self.answer(text, seconds=seconds)
        try:
            bindings = answer["results"]["bindings"]
            known = _Known()  # an answer says the same predicates and numbers many times
            return [
                {
                    name: known[one["type"], one["value"]] if len(one) == 2 and one["type"] != "triple" else _found(one, known)
                    for name, one in row.items()
                }
                for row in bindings
            ]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise self._no_results("its rows are not those of SPARQL 1.1") from error

    def answer(self, text: str, *, seconds: float | None = None) -> Any:
        """The whole JSON of an answer (`rows` raises as this does)."""
        if not self._end.alive:
            raise GraphError("the endpoint's client was closed", hint="make a new SparqlGraph")
        allowed = seconds_left(self.timeout if seconds is None else seconds)
        return self._loop.run(lambda: self._asked(text), seconds=allowed, what=f"the SPARQL endpoint {self.url}")

    async def _asked(self, text: str) -> Any:
        if not self._clients:
            transport = self._httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=None, **self._http)
            self._clients.append(transport)
        pause = _FIRST_PAUSE
        for attempt in range(self.retries + 1):
            try:
                return await self._once(text)
            except GraphUnavailable as error:
                if attempt == self.retries or getattr(error, "final", False):
                    raise
                wait = min(max(pause, getattr(error, "patience", 0.0)), _LONGEST_PAUSE)
            await asyncio.sleep(wait)
            pause *= 3
        raise AssertionError("unreachable")

    async def _once(self, text: str) -> Any:
        client = self._clients[0]
        try:
            async with client.stream("POST", self.url, data={"query": text}, headers=self._headers, auth=self._auth) as response:
                body = bytearray()
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > self.most_bytes:
                        raise GraphError(
                            f"the SPARQL endpoint {self.url} answers with more than {self.most_bytes:,} bytes",
                            hint="raise most_bytes=…, or compile a dump of the graph instead",
                        )
        except self._httpx.InvalidURL as error:
            raise ConfigError(f"not the address of an endpoint: {shorten(self.url)}") from error
        except (self._httpx.HTTPError, self._httpx.StreamError, OSError) as error:
            raise GraphUnavailable(
                f"the SPARQL endpoint {self.url} cannot be reached or broke off ({type(error).__name__})",
                hint="is the server running, and the address right?",
            ) from error
        self._check(response, bytes(body))
        try:
            return json.loads(bytes(body).decode("utf-8"))
        except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, a number of thousands of digits, a list in a list …
            raise self._no_results(f"its answer is no JSON: {shorten(bytes(body[:40]))}") from error

    def _check(self, response: Any, body: bytes) -> None:
        status = response.status_code
        if status == 200 and response.headers.get("content-encoding", "identity").lower() == "identity":
            return
        said = shorten(body[:160].decode("utf-8", "replace"), 160)
        if status in (401, 403):
            raise GraphAuthError(f"the SPARQL endpoint {self.url} refuses the credentials ({status})", hint="check auth=…")
        if status in (400, 414, 422):
            raise GraphQueryError(f"the SPARQL endpoint {self.url} refuses the query ({status}): {said}")
        if status in (413,):
            raise GraphError(f"the SPARQL endpoint {self.url} takes no query as long as this ({status})", hint="lower Limits(frontier=…)")
        if status in _PATIENCE or status >= 500:
            error = GraphUnavailable(f"the SPARQL endpoint {self.url} fails ({status}): {said}", hint="try again later")
            error.final = status not in _PATIENCE  # type: ignore[attr-defined]
            error.patience = _seconds(response.headers.get("retry-after"))  # type: ignore[attr-defined]
            raise error
        raise self._no_results(f"status {status}")

    def _no_results(self, what: str) -> GraphError:
        return GraphError(f"{self.url} does not answer as a SPARQL 1.1 endpoint: {what}", hint="is this the address of its queries?")


def _bearer(httpx: Any, token: str) -> Any:
    class Bearer(httpx.Auth):  # type: ignore[misc]
        """A token, sent with every request."""

        def auth_flow(self, request: Any) -> Any:
            """Add the header."""
            request.headers["Authorization"] = f"Bearer {token}"
            yield request

    return Bearer()


async def _closed(clients: list[Any]) -> None:
    while clients:
        await clients.pop().aclose()


def _let_go(loop: Loop, clients: list[Any]) -> None:
    if clients:
        loop.later(lambda: _closed(clients))
    loop.close()


def _seconds(text: str | None) -> float:
    return float(text) if text is not None and text.isdecimal() and len(text) < 6 else 0.0


class _Known(dict[tuple[Any, ...], Found]):
    """Terms of an answer, equal ones made once, by (type, value) where that is all that is said of them."""

    def __missing__(self, key: tuple[Any, ...]) -> Found:
        made = self[key] = found({"type": key[0], "value": key[1]})
        return made


def _found(one: Mapping[str, Any], known: _Known) -> Found:
    if one["type"] == "triple":
        return found(one)
    key = (one["type"], one["value"], one.get("datatype"), one.get("xml:lang"))
    had = known.get(key)
    if had is None:
        had = known[key] = found(one)
    return had


def found(one: Mapping[str, Any]) -> Found:
    """A term of SPARQL's JSON results."""
    kind, value = one["type"], one["value"]
    if kind == "triple":
        parts = [found(value[part]).term for part in ("subject", "predicate", "object")]
        return Found(Stated(*parts))  # type: ignore[arg-type]
    if not isinstance(value, str):
        raise TypeError(kind)
    if kind == "uri":
        return Found(value)
    if kind == "bnode":
        return Found(f"_:{value}")
    raw = Raw(value, one.get("datatype"), one.get("xml:lang"))
    return Found(literal_of(*raw), raw)
