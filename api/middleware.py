"""What happens around every request: an id, one log line, metrics, the last resort for bugs, body limits."""

import asyncio
import re
import secrets
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, bound_contextvars, unbind_contextvars

from api.admission import rate_headers
from api.errors import internal
from api.metrics import Metrics, known_method
from api.problems import CODE
from api.traces import BOUND, finish, named, traced
from services.infra.tracing import Span

REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
LONGEST_PATH = 500
LEAST_RATE = 1024
"""Bytes a second of a body, in the mean: less is nobody's line, and holds a connection for ever."""

CLIENT_CLOSED = 499
"""What the log says, as proxies do, when the caller left before the answer."""

log = structlog.stdlib.get_logger("kerf.api")


@dataclass(slots=True)
class Exchange:
    """What is known of one request while it is answered."""

    started: float
    status: int | None = None


class Observation:
    """Gives each request an id, writes its line, counts it, and answers 500 to what nobody caught."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        exchange = Exchange(started=time.perf_counter())
        with bound_contextvars(request_id=request_id), traced(scope, request_id) as span:
            try:
                await self._answer(scope, receive, _noting(scope, send, exchange, request_id), exchange)
            finally:
                self._record(scope, exchange, span)
                unbind_contextvars(*BOUND)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, exchange: Exchange) -> None:
        try:
            await self.app(scope, receive, send)
        except ClientDisconnect:
            exchange.status = CLIENT_CLOSED
        except Exception as error:
            _report(error)
            if exchange.status is not None:
                raise  # half an answer is out: only closing the connection tells the caller
            await internal()(scope, receive, send)

    def _record(self, scope: Scope, exchange: Exchange, span: Span) -> None:
        seconds = time.perf_counter() - exchange.started
        status = exchange.status or CLIENT_CLOSED
        route = getattr(scope.get("route"), "path", None) or "unmatched"
        method, code = known_method(scope["method"]), scope.get(CODE)
        bind_contextvars(**named(scope, status))
        finish(span, method, route, status, code)
        self.metrics.answered(method, route, status, seconds)
        if code is not None:
            self.metrics.refused(status, code)
        log.info(
            "request",
            method=scope["method"],
            path=_path(scope),
            route=route,
            status=status,
            **({} if code is None else {"code": code}),
            milliseconds=round(seconds * 1000, 1),
            client=(scope.get("client") or (None,))[0],
        )


def _noting(scope: Scope, send: Send, exchange: Exchange, request_id: str) -> Send:
    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = request_id
            headers.update(rate_headers(scope))
        await send(message)

    return noting


def _path(scope: Scope) -> str:
    """The path as it came, still percent-encoded: no character of it can forge a line. Never the query."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"], errors="replace").encode()
    return raw[:LONGEST_PATH].decode("ascii", "backslashreplace")


def _report(error: Exception) -> None:
    """What and where, without the text of a trace: that may quote documents and secrets."""
    log.error("unhandled", error=type(error).__name__, summary=_summary(error), where=_frames(error))


def _summary(error: Exception) -> str:
    """The first line of what the innermost library said: no statement, no parameters, no row contents."""
    lines = str(getattr(error, "orig", None) or error).splitlines()
    return lines[0][:200] if lines else ""


def _frames(error: Exception) -> list[str]:
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]


class BodyLimits:
    """Refuses a body that is declared too large, grows too large (413), stops arriving or drips (408).

    `idle_seconds` may pass without a byte, and as many more than LEAST_RATE takes for the bytes that came.
    """

    def __init__(self, app: ASGIApp, limit_of: Callable[[Scope], int], idle_seconds: float) -> None:
        self.app = app
        self.limit_of = limit_of
        self.idle_seconds = idle_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope)
        declared = Headers(scope=scope).get("content-length", "0")
        too_long = declared.isdecimal() and (len(declared) > len(str(limit)) or int(declared) > limit)
        await self.app(scope, self._limited(receive, limit, refused=too_long), send)

    def _limited(self, receive: Receive, limit: int, *, refused: bool) -> Receive:
        read = 0
        finished = False
        began = time.monotonic()

        async def limited() -> Message:
            nonlocal read, finished
            if refused or read > limit:
                raise _too_large(limit)
            if finished:
                return await receive()  # waits for the caller to leave; that may take as long as it likes
            allowed = self.idle_seconds + read / LEAST_RATE - (time.monotonic() - began)
            message = await self._timely(receive, allowed)
            read += len(message.get("body", b""))
            finished = not message.get("more_body", False)
            if read > limit:
                raise _too_large(limit)
            return message

        return limited

    async def _timely(self, receive: Receive, allowed: float) -> Message:
        try:
            async with asyncio.timeout(min(self.idle_seconds, allowed)):
                return await receive()
        except TimeoutError:
            detail = f"The body stopped arriving, or comes with less than {LEAST_RATE} bytes a second."
            raise HTTPException(408, detail, {"Connection": "close"}) from None


def _too_large(limit: int) -> HTTPException:
    """The connection stays open: closing it under a caller who still sends would lose the answer."""
    return HTTPException(413, f"The body is larger than {limit} bytes, the limit here.")
