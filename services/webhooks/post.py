"""One attempt: a POST under a total deadline, and what came of it."""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

from models.errors import TargetRefused

DEADLINE_SECONDS = 15.0
MOST_READ = 16 * 1_024
MOST_STORED = 2 * 1_024
_STORED_HEADERS = ("content-type", "location", "retry-after")
_ERRORS: tuple[tuple[str, type[Exception] | tuple[type[Exception], ...]], ...] = (
    ("target_refused", TargetRefused),
    ("timeout", (TimeoutError, httpcore2.TimeoutException, httpx2.TimeoutException)),
    ("name_not_found", socket.gaierror),
    ("connection_refused", httpcore2.ConnectError),
    ("connection_lost", (httpcore2.NetworkError, OSError)),
    ("not_http", (httpcore2.ProtocolError, httpx2.HTTPError, httpx2.InvalidURL)),
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an attempt met. `error` says why no whole answer came; `status` may be known even so."""

    status: int | None
    error: str | None
    duration_ms: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """A 2xx that came whole, or its first 16 KiB, within the deadline."""
        return self.error is None and self.status is not None and httpx2.codes.is_success(self.status)

    def stored(self) -> dict[str, Any]:
        """What the log keeps: a few headers and at most 2 KiB of the body, without NUL for Postgres."""
        text = self.body.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
        kept = text.encode()[:MOST_STORED].decode("utf-8", "ignore")
        return {"headers": dict(self.headers), "body": kept}


async def post(
    client: httpx2.AsyncClient,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes,
    deadline: float = DEADLINE_SECONDS,
) -> Answer:
    """Send `body` once. Looking the name up, TLS and reading the answer share `deadline` seconds."""
    started = time.monotonic()
    status, kept, received, error = None, {}, bytearray(), None
    try:
        async with (
            asyncio.timeout(deadline),
            client.stream("POST", url, content=body, headers=dict(headers)) as response,
        ):
            status = response.status_code
            kept = {name: response.headers[name] for name in _STORED_HEADERS if name in response.headers}
            await _read(response, received)
    except Exception as failure:  # noqa: BLE001 - whatever a receiver does must end as a logged attempt
        error = name_of(failure)
    return Answer(status, error, round((time.monotonic() - started) * 1_000), kept, bytes(received))


async def _read(response: httpx2.Response, received: bytearray) -> None:
    async with aclosing(response.aiter_raw()) as parts:
        async for part in parts:
            received += part[: MOST_READ - len(received)]
            if len(received) >= MOST_READ:
                return


def name_of(failure: Exception) -> str:
    """What went wrong with a request, in a word."""
    if isinstance(failure.__cause__ or failure.__context__, ssl.SSLError):
        return "tls"
    for name, kinds in _ERRORS:
        if isinstance(failure, kinds):
            return name
    logger.error("a request failed in an unexpected way", exc_info=failure)
    return "internal"
