"""Fetching what is due: claim, download outside any transaction, settle. Any number of fetchers may run."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.errors import KerfError
from models.fetching import FetchFailed
from models.limits import Limits
from models.quotas import Quota
from models.refusals import QuotaExceeded
from services import tenants
from services.fetches.claims import Fetch, Share, claim, hand_back, renew
from services.fetches.download import Download, Downloader
from services.fetches.settling import Settled, arrive, give_up_or_wait, outcome_of
from services.infra import tracing

LOG = structlog.get_logger(__name__)

Sessions = async_sessionmaker[AsyncSession]

MOST_LOST = 10
"""Attempts that may vanish with their fetcher: the next one ends the job."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many fetches at a time in all and of whom, and for how long a silent one is nobody else's."""

    flights: int = 16
    share: Share = field(default_factory=Share)
    lease: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Usual:
    """Limits and quota of tenants that have none of their own."""

    limits: Limits
    quota: Quota


class Fetcher:
    """Keeps fetches under way. Whatever stops it, another fetches what it had claimed, after the lease."""

    def __init__(self, sessions: Sessions, downloader: Downloader, usual: Usual, pace: Pace) -> None:
        self._sessions = sessions
        self._downloader = downloader
        self._usual = usual
        self._pace = pace
        self._flights: dict[asyncio.Task[None], Fetch] = {}
        self._renewed = 0.0

    async def run(self, stopping: asyncio.Event, *, poll: float) -> None:
        """Fetch until `stopping` is set, then hand back what is under way; looks every `poll` seconds."""
        stop = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                await self._take_off()
                await self._keep()
                await asyncio.wait({stop, *self._flights}, timeout=poll, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            await self._land()

    async def drain(self) -> None:
        """Fetch what is due now, to its end."""
        try:
            while await self._take_off() or self._flights:
                await asyncio.wait(self._flights, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._land()

    async def _take_off(self) -> int:
        room = self._pace.flights - len(self._flights)
        if room <= 0:
            return 0
        async with self._sessions.begin() as session:
            claimed = await claim(session, limit=room, share=self._pace.share, lease=self._pace.lease)
        for fetch in claimed:
            flight = asyncio.create_task(self._attempt(fetch))
            self._flights[flight] = fetch
            flight.add_done_callback(self._flights.pop)
        return len(claimed)

    async def _keep(self) -> None:
        """Renew the leases three times as often as they run out; a flight without one ends."""
        if not self._flights or time.monotonic() - self._renewed < self._pace.lease.total_seconds() / 3:
            return
        held = {fetch.token for fetch in self._flights.values()}
        async with self._sessions.begin() as session:
            kept = await renew(session, held, lease=self._pace.lease)
        self._renewed = time.monotonic()
        for flight, fetch in self._flights.items():
            if fetch.token in held - kept:
                flight.cancel()

    async def _land(self) -> None:
        """Stop what is under way and let others go on with it."""
        tokens = {fetch.token for fetch in self._flights.values()}
        for flight in self._flights:
            flight.cancel()
        if not tokens:
            return
        await asyncio.wait(self._flights)
        try:
            async with self._sessions.begin() as session:
                await hand_back(session, tokens)
        except (SQLAlchemyError, OSError) as error:
            LOG.debug("fetches_not_handed_back", error=type(error).__name__)

    async def _attempt(self, fetch: Fetch) -> None:
        names = {"kerf.job": fetch.job_id, "kerf.tenant": fetch.tenant_id}
        told: tracing.Attributes = {**names, "kerf.attempt": fetch.attempt}
        with tracing.arriving("fetch", "client", fetch.traceparent, told) as span:
            await self._try(fetch, span)

    async def _try(self, fetch: Fetch, span: tracing.Span) -> None:
        began = time.monotonic()
        found: Download | KerfError
        try:
            found = await self._download(fetch)
        except KerfError as error:
            found = error
            span.fail(outcome_of(error))
        except (SQLAlchemyError, OSError) as error:
            LOG.warning("fetch_not_begun", job=fetch.job_id, error=type(error).__name__)
            return
        seconds = time.monotonic() - began
        try:
            settled = await self._settle(fetch, found, seconds)
        except (SQLAlchemyError, OSError) as error:
            LOG.warning("fetch_not_recorded", job=fetch.job_id, error=type(error).__name__)
            return
        LOG.info(
            "fetch_attempt",
            job=fetch.job_id,
            attempt=fetch.attempt,
            outcome=outcome_of(found if isinstance(found, KerfError) else None),
            settled=settled.value,
            milliseconds=round(seconds * 1_000),
        )

    async def _download(self, fetch: Fetch) -> Download:
        if fetch.lost >= MOST_LOST:
            told = f"The service was interrupted {fetch.lost} times while it fetched the document."
            raise FetchFailed(told, cause="lost")
        async with self._sessions.begin() as session:
            terms = await tenants.terms(session, fetch.tenant_id)
        limit = self._usual.limits.lowered(terms.lowered).max_bytes
        return await self._downloader.download(fetch.url, limit=limit)

    async def _settle(self, fetch: Fetch, found: Download | KerfError, seconds: float) -> Settled:
        if isinstance(found, KerfError):
            async with self._sessions.begin() as session:
                return await give_up_or_wait(session, fetch, found, seconds=seconds)
        try:
            async with self._sessions.begin() as session:
                terms = await tenants.terms(session, fetch.tenant_id)
                quota = self._usual.quota.own(terms.quotas)
                return await arrive(session, fetch, found, quota, seconds=seconds)
        except QuotaExceeded as refused:
            return await self._settle(fetch, refused, seconds)
