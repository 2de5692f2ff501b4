"""One document from a URL: each hop checked, its bytes under a limit, a deadline and a least rate."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

import httpx2

from models.errors import StorageError, TargetRefused, TooLarge
from models.fetching import FetchDenied, FetchError, FetchFailed, FetchRefused
from services.fetches.names import name_of
from services.fetches.policy import USUAL, FetchPolicy, Patience
from services.infra.storage import Storage, Stored
from services.webhooks.backoff import seconds_of
from services.webhooks.client import CONNECT_SECONDS, CheckedTransport
from services.webhooks.network import Reading
from services.webhooks.post import name_of as cause_of

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HERE = frozenset({200, 203})
PASSING = frozenset({408, 425, 429})
"""Statuses besides 5xx after which the same request may do better."""

PIECE = 1 << 16
OVERHEAD = 8
"""So many times the limit is read at most, with heads and the frames of chunks."""

HEADERS = {
    "user-agent": "Kerf-Fetch/1",
    "accept": "*/*",
    "accept-encoding": "identity",
    "connection": "close",
}
TIMEOUTS = {"connect": CONNECT_SECONDS, "read": None, "write": None, "pool": None}
TOLD: Mapping[str, str] = {
    "timeout": "The source did not answer in time, or sent too slowly.",
    "name_not_found": "The host of the URL was not found.",
    "connection_refused": "The source could not be connected to.",
    "connection_lost": "The connection to the source was lost.",
    "not_http": "The answer of the source broke off, or is not HTTP.",
    "tls": "The source could not prove who it is (TLS).",
}


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes that were fetched and stored, and what they are called."""

    stored: Stored
    name: str


class Downloader:
    """Fetches into one store; close it with `aclose`."""

    def __init__(
        self,
        storage: Storage,
        policy: FetchPolicy,
        patience: Patience = USUAL,
        *,
        most_bytes: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._storage = storage
        self._policy = policy
        self._patience = patience
        self._transport = CheckedTransport(
            allow_private=policy.allow_private,
            own=policy.own,
            tls=tls,
            reading=Reading(PIECE, OVERHEAD * most_bytes + (1 << 20)),
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    async def download(self, url: str, *, limit: int) -> Download:
        """The document, kept; FetchError, TooLarge beyond `limit` bytes, StorageError."""
        if not self._policy.is_on:
            raise FetchRefused("This installation does not fetch documents from URLs.")
        try:
            async with asyncio.timeout(self._patience.deadline):
                return await self._download(url, limit)
        except (FetchError, TooLarge, StorageError):
            raise
        except Exception as failure:  # noqa: BLE001 - whatever a source does must end as a typed attempt
            raise failed(failure) from None

    async def _download(self, url: str, limit: int) -> Download:
        response, last = await self._follow(url)
        try:
            refuse(response, limit)
            stored = await self._storage.put_stream(body(response, self._patience), limit=limit)
        finally:
            await response.aclose()
        return Download(stored, name_of(response.headers.get("content-disposition"), last, url))

    async def _follow(self, url: str) -> tuple[httpx2.Response, str]:
        """The answer behind all redirects, still to be read, and the URL that gave it."""
        for _ in range(MOST_REDIRECTS + 1):
            request = httpx2.Request("GET", url, headers=HEADERS, extensions={"timeout": TIMEOUTS})
            async with asyncio.timeout(self._patience.head):
                response = await self._transport.handle_async_request(request)
            location = response.headers.get("location")
            if response.status_code not in REDIRECTS or location is None:
                return response, url
            await response.aclose()
            url = self._policy.hop(url, location)
        raise FetchRefused(f"The source redirects more than {MOST_REDIRECTS} times.")


def refuse(response: httpx2.Response, limit: int) -> None:
    """What the head of an answer tells against it: FetchError, TooLarge."""
    status = response.status_code
    if status not in HERE:
        raise unwanted(status, response.headers.get("retry-after"))
    if response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise FetchFailed("The source sends the document packed, which was not asked for.", cause="encoded")
    declared = response.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise TooLarge(f"The document is larger than {limit:,} bytes.")


def unwanted(status: int, retry_after: str | None) -> FetchError:
    """What an answer of this status means, which has no document."""
    told, cause = f"The source answered with status {status}.", f"http_{status // 100}xx"
    if status in PASSING or status // 100 == 5:  # noqa: PLR2004 - the class of errors of servers
        return FetchFailed(told, cause=cause, retryable=True, retry_after=seconds_of(retry_after))
    if status // 100 == 4:  # noqa: PLR2004 - of errors of callers
        return FetchDenied(told, cause=cause)
    return FetchFailed(told, cause=cause)


async def body(response: httpx2.Response, patience: Patience) -> AsyncIterator[bytes]:
    """The bytes as they come; FetchFailed where they come too slowly, or not to their end.

    Only time in which the source is waited for counts against it.
    """
    waited, came = 0.0, 0
    async with aclosing(response.aiter_raw()) as parts:
        while True:
            began = time.monotonic()
            try:
                async with asyncio.timeout(patience.window - waited):
                    piece = await anext(parts, None)
            except Exception as failure:  # noqa: BLE001 - an OSError would be taken for one of the store
                raise failed(failure, is_open=True) from None
            if piece is None:
                return
            waited, came = waited + time.monotonic() - began, came + len(piece)
            if came >= patience.least:
                waited, came = 0.0, 0
            yield piece


def failed(failure: Exception, *, is_open: bool = False) -> FetchError:
    """What an error of the network means. A source that has proven who it is may do better another time."""
    if isinstance(failure, TargetRefused):
        return FetchRefused(failure.detail)
    cause = cause_of(failure)
    if cause == "tls" and is_open:
        cause = "connection_lost"
    return FetchFailed(TOLD.get(cause), cause=cause, retryable=cause != "tls")
