"""One Neo4j server (or cluster) as kgllm speaks to it: reads with a deadline that holds, retried, and errors of its own kind.

The driver has no read timeout, so every call runs on kgllm's private loop and is cancelled there (`kgllm.graphs.waiting`). Reads
are auto-commit queries in READ access mode: one round trip each, routed to readers in a cluster, with the server's own timeout
beside the client's. They are retried; writes never are.
"""

from __future__ import annotations

import asyncio
import logging
import re
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self, TypeAlias
from urllib.parse import urlsplit

from kgllm.errors import (
    ConfigError,
    GraphAuthError,
    GraphError,
    GraphQueryError,
    GraphTimeout,
    GraphUnavailable,
    UnsafeQueryError,
    WrongTypeError,
    require,
    shorten,
)
from kgllm.graphs.waiting import GRACE, Loop, seconds_left

log = logging.getLogger("kgllm.neo4j")

SCHEMES = ("neo4j", "neo4j+s", "bolt", "bolt+s")
_SERVER_LEEWAY = 0.5  # seconds that the server's own timeout lies behind the client's
_MOST_NOTICES = 50

Statement: TypeAlias = "tuple[str, Mapping[str, Any]]"
Rows: TypeAlias = "list[list[Any]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a server is asked.

    timeout: seconds of one call, unless the ask that it belongs to ends sooner. retries: how often a read is tried again.
    pool: connections at most. connect: seconds for opening one.
    """

    database: str | None = None
    impersonate: str | None = None
    timeout: float = 30.0
    retries: int = 3
    pool: int = 32
    connect: float = 5.0

    def __post_init__(self) -> None:
        for name in ("database", "impersonate"):
            if not isinstance(getattr(self, name), (str, type(None))):
                raise WrongTypeError(f"{name} must be text, not {shorten(getattr(self, name))}")
        for name, least in (("timeout", 0.001), ("retries", 0), ("pool", 1), ("connect", 0.001)):
            value = getattr(self, name)
            whole = name in ("retries", "pool")
            if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
                raise WrongTypeError(f"{name} must be a {'whole ' if whole else ''}number, not {shorten(value)}")
            if not least <= value < 1e6:
                raise ConfigError(f"{name} must be at least {least:g}, not {value!r}")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the server had to say of a query: a code, words, and the query."""

    code: str
    words: str
    text: str


def check_address(address: str) -> str:
    """The address, without what does not belong in one.

    Raises:
        ConfigError: another scheme, or a user or password inside (drivers repeat addresses in their messages).
    """
    try:
        parts = urlsplit(address)
        host, user, secret = parts.hostname, parts.username, parts.password
        _ = parts.port
    except ValueError:
        raise ConfigError("this is not the address of a server", hint="neo4j://HOST:PORT") from None
    if parts.scheme not in SCHEMES:
        raise ConfigError(f"{parts.scheme}: is none of {', '.join(SCHEMES)}")
    if user is not None or secret is not None or re.search(r"[/:]\S*:\S*@", address):
        raise ConfigError(
            f"an address of {parts.scheme} must not hold a user or password", hint='load("neo4j://HOST:PORT", auth=(user, password))'
        )
    if not host:
        raise ConfigError(f"{shorten(address)} names no host", hint="neo4j://HOST:PORT")
    return address


class Server:
    """A driver of the user's, sync or async, or one that is made for an address and closed with the server.

    `observe`, where set, is called with every text that is sent; `sent` counts these, `trips` the times that an answer was waited for.
    """

    def __init__(self, driver: Any, *, access: Access, owned: bool = False) -> None:
        neo4j = require("neo4j", "neo4j")
        self.access, self.owned = access, owned
        self.notices: list[Notice] = []
        self.sent = self.trips = 0
        self.observe: Callable[[str], None] | None = None
        if not isinstance(driver, (neo4j.Driver, neo4j.AsyncDriver)):
            raise WrongTypeError(f"driver must be a neo4j Driver or AsyncDriver, not {shorten(driver)}")
        self._driver, self._neo4j = driver, neo4j
        self._is_async = isinstance(driver, neo4j.AsyncDriver)
        self._threads = None if self._is_async else ThreadPoolExecutor(access.pool, thread_name_prefix="kgllm-bolt")
        self._loop = Loop.shared()
        self._end = weakref.finalize(self, _close, self._loop, driver if owned else None, self._threads)

    @classmethod
    def at(cls, address: str, *, auth: Any = None, access: Access | None = None) -> Server:
        """The server at an address. `auth`: (user, password), or what the driver takes."""
        neo4j, access = require("neo4j", "neo4j"), access or Access()
        if isinstance(auth, list):
            auth = tuple(auth)
        if isinstance(auth, tuple) and not (len(auth) == 2 and all(isinstance(one, str) for one in auth)):
            raise WrongTypeError("auth must be a pair of texts: (user, password)")
        try:
            driver = neo4j.AsyncGraphDatabase.driver(
                check_address(address),
                auth=auth,
                max_connection_pool_size=access.pool,
                connection_timeout=access.connect,
                connection_acquisition_timeout=access.timeout,
                max_transaction_retry_time=0,
                keep_alive=True,
                user_agent="kgllm",
                telemetry_disabled=True,
            )
        except (neo4j.exceptions.DriverError, ValueError, TypeError) as error:
            raise ConfigError(f"the driver refuses this address or auth: {type(error).__name__}") from None
        return cls(driver, access=access, owned=True)

    def close(self) -> None:
        """Close the driver where it is kgllm's own, and give back the loop."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- asked ---

    def read(self, *statements: Statement, what: str, seconds: float | None = None) -> list[Rows]:
        """The rows of each statement; all are under way at once, so that they cost one round trip.

        Raises:
            GraphTimeout, GraphUnavailable, GraphAuthError, GraphQueryError, UnsafeQueryError, GraphError.
        """
        time = seconds_left(self.access.timeout) if seconds is None else seconds
        if not self._end.alive:
            raise GraphUnavailable("this graph was closed", hint="load it again")
        self.trips += 1
        return self._loop.run(lambda: self._read_all(statements, time, what), seconds=time, what=what)

    def write(self, text: str, parameters: Mapping[str, Any], *, what: str, seconds: float | None = None) -> Rows:
        """Run one writing statement in its own transaction, once."""
        time = self.access.timeout if seconds is None else seconds
        if not self._end.alive:
            raise GraphUnavailable("this graph was closed", hint="load it again")
        return self._loop.run(lambda: self._once((text, parameters), time, what, access="WRITE"), seconds=time, what=what)

    def own_query(self, text: str, parameters: Mapping[str, Any], *, limit: int, what: str) -> tuple[list[str], Rows, str]:
        """Columns, at most so many rows, and the kind of a user's own query ("r" reads); not retried, notices are kept."""
        time = seconds_left(self.access.timeout)
        if not self._end.alive:
            raise GraphUnavailable("this graph was closed", hint="load it again")
        given = (text, parameters)
        columns, rows, kind = self._loop.run(lambda: self._once(given, time, what, access="READ", most=limit), seconds=time, what=what)
        return columns, rows, kind

    async def _read_all(self, statements: Sequence[Statement], seconds: float, what: str) -> list[Rows]:
        if len(statements) == 1:
            return [await self._read(statements[0], seconds, what)]
        tasks = [asyncio.ensure_future(self._read(one, seconds, what)) for one in statements]
        try:
            return list(await asyncio.gather(*tasks))
        finally:  # one that failed ends the others
            for task in tasks:
                task.cancel()

    async def _read(self, statement: Statement, seconds: float, what: str) -> Rows:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        for attempt in range(self.access.retries + 1):
            try:
                return await self._once(statement, max(0.001, end - loop.time()), what, access="READ")
            except (GraphUnavailable, GraphTimeout) as error:
                pause = 0.05 * 4**attempt
                if attempt == self.access.retries or loop.time() + pause >= end or isinstance(error, GraphTimeout):
                    raise
                await asyncio.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    async def _once(self, statement: Statement, seconds: float, what: str, *, access: str, most: int | None = None) -> Any:
        """Run a statement. Of a user's own at most so many rows are pulled, and columns and kind come along."""
        text, parameters = statement
        self.sent += 1
        if self.observe:
            self.observe(text)
        # One map, since plans are kept by the sizes of lists among parameters: a text is planned once.
        query, given = self._neo4j.Query(text, timeout=seconds + _SERVER_LEEWAY), {"p": parameters} if most is None else parameters
        session = self._driver.session(
            default_access_mode=access,
            database=self.access.database,
            impersonated_user=self.access.impersonate,
            bookmark_manager=self._driver.execute_query_bookmark_manager,
            notifications_min_severity="WARNING",
            notifications_disabled_classifications=["UNRECOGNIZED"] if most is None else [],  # properties that no node has yet
            fetch_size=100_000 if most is None else most,
        )
        try:
            ask = self._await if self._is_async else self._in_thread
            columns, rows, summary = await ask(session, query, given, most)
        except Exception as error:
            translated = self._translate(error, what, seconds)
            if translated is None:
                raise
            raise translated from error
        self._note(summary, text)
        return rows if most is None else (columns, rows, summary.query_type)

    @staticmethod
    async def _await(session: Any, query: Any, parameters: Mapping[str, Any], most: int | None) -> tuple[list[str], Rows, Any]:
        try:
            result = await session.run(query, parameters)
            records = [record async for record in result] if most is None else await result.fetch(most)
            return list(result.keys()), [record.values() for record in records], await result.consume()
        except asyncio.CancelledError:
            session.cancel()  # the connection is thrown away, so that closing waits for nothing
            raise
        finally:
            try:
                await session.close()
            except asyncio.CancelledError:
                session.cancel()
                await session.close()
                raise

    async def _in_thread(self, session: Any, query: Any, parameters: Mapping[str, Any], most: int | None) -> tuple[list[str], Rows, Any]:
        def work() -> tuple[list[str], Rows, Any]:
            with session:
                result = session.run(query, parameters)
                records = list(result) if most is None else result.fetch(most)
                return list(result.keys()), [record.values() for record in records], result.consume()

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except asyncio.CancelledError:
            _hang_up(session)
            raise

    # --- what comes back beside rows ---

    def _note(self, summary: Any, text: str) -> None:
        for told in getattr(summary, "gql_status_objects", ()):
            if not told.is_notification:
                continue
            notice = Notice(told.gql_status, told.status_description, text)
            if len(self.notices) < _MOST_NOTICES and notice not in self.notices:
                self.notices.append(notice)
                log.warning("the server says of a query: %s (%s)", notice.words, shorten(text, 200))

    def _translate(self, error: Exception, what: str, seconds: float) -> Exception | None:
        """The one place where the driver's errors become kgllm's; messages repeat nothing but codes and the server's own words."""
        known = self._neo4j.exceptions
        code = getattr(error, "code", None) or ""
        told = shorten(getattr(error, "message", None) or type(error).__name__, 300)
        if isinstance(error, GraphError):
            return None
        if isinstance(error, (known.AuthError, known.Forbidden)) or ".Security." in code:
            return GraphAuthError(f"the server refuses {what}: {told}", hint="check auth=…, and what this user may read")
        if "TransactionTimedOut" in code or "Terminated" in code:
            return GraphTimeout(f"the server ended {what} after {seconds:.3g} s", hint="raise timeout=…")
        if isinstance(error, known.Neo4jError):
            if isinstance(error, known.TransientError):
                return GraphUnavailable(f"the server cannot do {what} now: {told}", hint="try again")
            if "AccessMode" in code or "ForbiddenOnReadOnly" in code or "read access mode" in told.lower():
                return UnsafeQueryError(f"the server refuses to write in {what}", hint="only reading is asked for here")
            if ".Statement." in code or ".Procedure." in code:  # as a vector of another length than those of an index
                return GraphQueryError(f"the server does not take the query of {what}: {told}")
            if "Database.DatabaseNotFound" in code:
                return ConfigError(f"the server has no database {self.access.database!r}")
            return GraphError(f"the server failed {what}: {code or told}")
        if isinstance(error, (known.ServiceUnavailable, known.SessionExpired, known.ConnectionPoolError, known.ResultError, OSError)):
            return GraphUnavailable(
                f"the server went away, or cannot be reached, during {what}", hint="check the address, and that it is a Bolt port"
            )
        if isinstance(error, (known.DriverError, ValueError, TypeError, LookupError, AssertionError, ArithmeticError, EOFError)):
            if isinstance(error, (UnicodeEncodeError, OverflowError)):
                return ConfigError(f"a value of {what} cannot be sent: {type(error).__name__}")
            return GraphError(f"the server's answer to {what} cannot be read", hint="is this a Bolt port of a Neo4j server?")
        return None


def _hang_up(session: Any) -> None:
    """End the connection of a sync session from another thread, so that the thread that reads from it comes back."""
    connection = getattr(session, "_connection", None)
    bolt = getattr(connection, "socket", None)
    raw = getattr(bolt, "_socket", None)
    if raw is not None:
        bolt.close_socket(bolt)  # type: ignore[union-attr]  # as `raw` shows


def _close(loop: Loop, driver: Any, threads: ThreadPoolExecutor | None) -> None:
    """End what a server holds; called once, by `close` or when nobody holds the server any more."""
    if driver is not None:
        loop.later(lambda: asyncio.wait_for(driver.close(), GRACE))
    if threads is not None:
        threads.shutdown(wait=False, cancel_futures=True)
    loop.close()
