"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07) for requests that make something."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import SessionsDep, TenantDep
from api.negotiation import JSON
from models.options import canonical_json
from services import idempotency
from services.idempotency import Answer, Hold, Kept, MalformedKey
from services.infra.tenancy import TenantSessions

PATTERN = r'^"([\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255}"$'
"""A String of RFC 9651: visible ASCII and spaces in quotes, quotes and backslashes escaped."""

LEASE = timedelta(seconds=10)
"""How long a key stays taken after the process that answers its request has died."""

Work = Callable[[AsyncSession], Awaitable[Answer]]
"""What a request is to do, in one transaction, and its answer."""

HELP = (
    "A new one for each new request, such as a UUID, in quotes. A repetition of the request within 24 hours"
    " does nothing and gets the first answer again, with `Idempotency-Replayed: true`. 409 while the first"
    " request is still being answered, 422 when the key was sent with another request. A request that was"
    " refused leaves its key free."
)


class Once:
    """Lets one of several equal requests do its work."""

    def __init__(self, request: Request, sessions: TenantSessions, found: Hold | Kept | None) -> None:
        self._request = request
        self._sessions = sessions
        self._found = found

    @property
    def is_repeated(self) -> bool:
        """Whether the answer is known already."""
        return isinstance(self._found, Kept)

    async def answer(self, content: Any, work: Work) -> Response:
        """The answer of `work`, or the one that an equal request got; equal in method, path and `content`."""
        fingerprint = self._fingerprint(content)
        if isinstance(self._found, Kept):
            return _response(self._found.of(fingerprint), {"Idempotency-Replayed": "true"})
        async with self._sessions.begin() as session:
            made = await work(session)
            if self._found is not None:
                await idempotency.keep(session, self._found, fingerprint, made)
        return _response(made)

    def _fingerprint(self, content: Any) -> str:
        request = [self._request.method, self._request.url.path, content]
        return hashlib.sha256(canonical_json(request).encode()).hexdigest()


def read_key(header: str) -> str:
    """The key between its quotes, as it was sent; MalformedKey."""
    if not re.fullmatch(PATTERN, header.strip(" \t")):
        raise MalformedKey
    return header.strip(" \t")[1:-1]


async def once(
    request: Request,
    sessions: SessionsDep,
    tenant: TenantDep,
    idempotency_key: Annotated[
        str | None, Header(description=HELP, json_schema_extra={"pattern": PATTERN})
    ] = None,
) -> AsyncIterator[Once]:
    """Takes the key before the body is read, keeps it while it is, frees it if the request is refused."""
    if idempotency_key is None:
        yield Once(request, sessions, None)
        return
    key = read_key(idempotency_key)
    async with sessions.begin() as session:
        found = await idempotency.hold(session, tenant_id=tenant, key=key, lease=LEASE)
    if isinstance(found, Kept):
        yield Once(request, sessions, found)
        return
    async with _held(sessions, found):
        yield Once(request, sessions, found)


@asynccontextmanager
async def _held(sessions: TenantSessions, found: Hold) -> AsyncIterator[None]:
    """Renews the hold until the request is over. What has its answer by then is not freed by `let_go`."""
    renewing = asyncio.create_task(_renew(sessions, found))
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
        with suppress(SQLAlchemyError, OSError):
            async with sessions.begin() as session:
                await idempotency.let_go(session, found)


async def _renew(sessions: TenantSessions, found: Hold) -> None:
    """Three times a lease. A database that is away costs nothing before the lease has run out."""
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 3)
        with suppress(SQLAlchemyError, OSError):
            async with sessions.begin() as session:
                await idempotency.renew(session, found, LEASE)


def _response(answer: Answer, more: dict[str, str] | None = None) -> Response:
    headers = {**answer.headers, **(more or {})}
    return Response(answer.body, answer.status, headers, media_type=JSON)


OnceDep = Annotated[Once, Depends(once, scope="function")]
