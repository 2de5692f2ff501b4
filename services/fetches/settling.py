"""What follows from an attempt to fetch: the job is queued with its bytes, waits for another, or ends.

Each is one short transaction that the caller commits, fenced by the token of the attempt.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import costs
from models.errors import KerfError, Stage
from models.fetching import FetchError
from models.quotas import Quota
from models.refusals import Refusal
from models.tables.documents import DocumentRecord, VersionRecord
from models.tables.fetches import FetchRecord
from models.tables.jobs import JobRecord, JobState
from models.urgency import Urgency, priority_of
from services.documents.sources import Source, is_parsed, same_work, wait_for_equal
from services.documents.submission import next_ordinal, show_unread
from services.fetches.claims import Fetch
from services.fetches.download import Download
from services.infra import counters
from services.infra.counters import Meter, Sample, counted, timed
from services.jobs import capacity, ending
from services.jobs.ending import Locked
from services.jobs.failures import Failure
from services.jobs.leases import requeue

WAITS = (2.0, 10.0, 60.0, 300.0, 900.0, 1800.0)
"""Seconds before what may have been bad luck is tried again: some fifty minutes in all."""

JITTER = 0.2
LONGEST_WAIT = 3600.0
"""A source may ask for more patience than the schedule has, but for no more than this."""

FETCHED = "fetched"


class Settled(StrEnum):
    """What became of an attempt. LOST: the job is another's, final or gone, and nothing was written."""

    QUEUED = "queued"
    KNOWN = "known"
    RETRYING = "retrying"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Owned:
    """The job of an attempt and its document, both locked, with the fetch."""

    locked: Locked
    fetch: FetchRecord


async def arrive(
    session: AsyncSession, fetch: Fetch, download: Download, quota: Quota, *, seconds: float
) -> Settled:
    """The bytes are here: the job is queued, or ends with the version that these bytes have. QuotaExceeded.

    Without an external id equal bytes are one document, so the job may move to the one that has them.
    """
    stored = download.stored
    of_bytes = Quota(max_bytes=quota.max_bytes)  # the others were asked for with the URL
    await capacity.keep_quota(session, fetch.tenant_id, of_bytes, more_bytes=stored.size, alone=True)
    if not await is_named(session, fetch.job_id):  # a batch locks named ones before it waits for these
        await wait_for_equal(session, fetch.tenant_id, stored.sha256)
    owned = await own(session, fetch)
    if owned is None:
        return Settled.LOST
    source = Source(download.name, stored.sha256, stored.size, owned.locked.job.parsing)
    locked, known = await place(session, owned.locked, source)
    await equip(session, locked, source, Urgency(owned.fetch.urgency))
    await ending.stop_fetching(session, locked.job.id, for_good=True)
    await counters.add(session, of_attempt(None, seconds, stored.size))
    if known is None:
        return Settled.QUEUED
    await ending.succeed(session, locked, version=known, chunks=int(known.manifest.get("chunks", 0)))
    return Settled.KNOWN


async def give_up_or_wait(
    session: AsyncSession, fetch: Fetch, error: KerfError, *, seconds: float
) -> Settled:
    """The attempt came to nothing: another one follows, later each time, or the job fails with this error."""
    owned = await own(session, fetch)
    if owned is None:
        return Settled.LOST
    await counters.add(session, of_attempt(error, seconds))
    row = owned.fetch
    may_pass = error.retryable and not isinstance(error, Refusal)  # a quota is asked at the end of a download
    if may_pass and row.failed < len(WAITS):
        row.token, row.next_at = None, due_after(error, row.failed, owned.locked.now)
        row.failed += 1
        return Settled.RETRYING
    failure = replace(Failure.of(error), stage=Stage.FETCHING.value)
    await ending.fail_for_good(session, owned.locked, failure)
    return Settled.FAILED


def outcome_of(error: KerfError | None) -> str:
    """A word for metrics and logs."""
    if error is None:
        return FETCHED
    return error.cause if isinstance(error, FetchError) else error.code


def of_attempt(error: KerfError | None, seconds: float, size: int = 0) -> Iterator[Sample]:
    """What the metrics count of an attempt."""
    yield counted(Meter.FETCH_ATTEMPTS, outcome_of(error))
    yield timed(Meter.FETCH_DURATION, seconds)
    if size:
        yield counted(Meter.FETCHED_BYTES, by=size)


def due_after(error: KerfError, failed: int, now: datetime) -> datetime:
    """When to try again after so many failures before this one."""
    wait = WAITS[failed] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, guards nothing
    asked = error.retry_after if isinstance(error, FetchError) else None
    return now + timedelta(seconds=min(max(wait, asked or 0.0), LONGEST_WAIT))


async def own(session: AsyncSession, fetch: Fetch) -> Owned | None:
    """The job and its fetch, locked, as long as the attempt holds them."""
    locked = await ending.lock(session, fetch.job_id)
    query = select(FetchRecord).where(FetchRecord.job_id == fetch.job_id, FetchRecord.token == fetch.token)
    row = await session.scalar(query.with_for_update(), execution_options={"populate_existing": True})
    if locked is None or row is None or locked.job.state != JobState.FETCHING:
        return None
    return Owned(locked, row)


async def is_named(session: AsyncSession, job_id: str) -> bool:
    """Whether the job's document has an external id, which it keeps for good."""
    named = DocumentRecord.external_id.is_not(None)
    query = select(named).join(JobRecord, JobRecord.document_id == DocumentRecord.id)
    return bool(await session.scalar(query.where(JobRecord.id == job_id)))


async def place(session: AsyncSession, locked: Locked, source: Source) -> tuple[Locked, VersionRecord | None]:
    """The job in the document that its bytes belong to, and the version that they have there by now."""
    job, document = locked.job, locked.document
    wanted = {"options": job.options, "endpoint_id": job.endpoint_id}
    if document.external_id is None:
        known = await same_work(session, job.tenant_id, source, wanted, document_id=None, asking=job.id)
        if known is not None and known.document_id != document.id:
            locked = await moved(session, locked, known.document_id) or locked
    # Nobody submits to a locked document, so this is how it stands when the job ends.
    at_home = locked.document.id
    known = await same_work(session, job.tenant_id, source, wanted, document_id=at_home, asking=job.id)
    if known is None or known.state != JobState.SUCCEEDED:
        return locked, None
    return locked, await session.get(VersionRecord, (at_home, known.version))


async def moved(session: AsyncSession, locked: Locked, document_id: str) -> Locked | None:
    """The job as the latest of another document, locked; its own, of which nothing is known, goes.

    None if the other one is gone.
    """
    query = select(DocumentRecord).where(DocumentRecord.id == document_id).with_for_update(key_share=True)
    home = await session.scalar(query, execution_options={"populate_existing": True})
    if home is None:
        return None
    ordinal = await next_ordinal(session, home.id)
    locked.job.document_id, locked.job.ordinal = home.id, ordinal
    await session.flush()
    gone = delete(DocumentRecord).where(DocumentRecord.id == locked.document.id)
    await session.execute(gone, execution_options={"synchronize_session": False})
    session.expunge(locked.document)
    await session.refresh(home)
    return replace(locked, document=home)


async def equip(session: AsyncSession, locked: Locked, source: Source, urgency: Urgency) -> None:
    """Queue the job with its bytes; a document of which nothing was read shows them, too."""
    job, document = locked.job, locked.document
    known = await is_parsed(session, job.tenant_id, source)  # asked first: no flush of half a change
    for column, value in source.columns().items():
        setattr(job, column, value)
    show_unread(document, source)
    job.priority = priority_of(urgency, source.size, is_parsed=known)
    job.cost = costs.of_upload(source.name, source.size)
    job.stage = None
    requeue(job)
    await session.flush()
