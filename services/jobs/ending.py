"""How a job ends: its document and row locked, the final state, one event. Shared by all who end jobs.

Locks are always taken document first, job second, page range third: no two endings wait for each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Stage, StorageError
from models.events import Event, EventType
from models.tables.documents import DocumentRecord, VersionRecord
from models.tables.fetches import FetchRecord
from models.tables.jobs import JobRecord, JobState, Leased
from models.tables.ranges import RangeRecord, RangeState
from services.infra import counters, tracing
from services.jobs.claims import Claim
from services.jobs.failures import Failure, Place, Reached
from services.jobs.measuring import of_ending
from services.jobs.ranges import RangeClaim
from services.webhooks.outbox import publish

FOUND = ("no_text", "pages_failed", "members")
"""What job and document say of the version."""


class Ending(StrEnum):
    """What became of the end of an attempt.

    PLANNED: the job's pages are read in ranges, or have been, and it waits for them, uncounted.
    CANCELLING: nothing was written, the job waits for `confirm_cancel`. LOST: nothing was written; the
    job belongs to another attempt, is final already, or was deleted.
    """

    SUCCEEDED = "succeeded"
    PLANNED = "planned"
    RETRYING = "retrying"
    FAILED = "failed"
    RELEASED = "released"
    CANCELLED = "cancelled"
    CANCELLING = "cancelling"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Locked:
    """A job with its document, both locked until the commit, and the database's time.

    `part` is the page range that an attempt holds, locked as well, when it holds no more than that.
    """

    document: DocumentRecord
    job: JobRecord
    now: datetime
    part: RangeRecord | None = None

    @property
    def held(self) -> Leased:
        """The row that the attempt holds."""
        return self.job if self.part is None else self.part

    @property
    def reached(self) -> Reached:
        """How far the attempt was when it was last heard of."""
        if self.part is None:
            return Place(self.job.stage, self.job.pages_done, self.job.pages_total)
        return Place(Stage.PARSING, self.part.pages_done, self.part.pages)


async def lock(session: AsyncSession, job_id: str, *, wait: bool = True) -> Locked | None:
    """Lock the job's document, then the job; None if it is gone, or held elsewhere and `wait` is off."""
    fresh = {"populate_existing": True}
    of_job = select(JobRecord.document_id).where(JobRecord.id == job_id).scalar_subquery()
    documents = select(DocumentRecord, func.clock_timestamp()).where(DocumentRecord.id == of_job)
    locking = documents.with_for_update(key_share=True, skip_locked=not wait)
    found = (await session.execute(locking, execution_options=fresh)).one_or_none()
    if found is None:
        return None
    jobs = select(JobRecord).where(JobRecord.id == job_id)
    job = await session.scalar(
        jobs.with_for_update(key_share=True, skip_locked=not wait), execution_options=fresh
    )
    document, now = found
    return None if job is None else Locked(document, job, now)


async def lock_owned(session: AsyncSession, claim: Claim) -> Locked | Ending:
    """The claim's job or page range, locked while the attempt holds it; else why nothing may be written."""
    locked = await lock(session, claim.job_id)
    if isinstance(claim, RangeClaim) and locked is not None:
        locked = await lock_range(session, locked, claim.range_id)
    if locked is None or locked.held.token != claim.token:
        return Ending.LOST
    return locked if locked.held.state == JobState.RUNNING else Ending.CANCELLING


async def lock_range(
    session: AsyncSession, locked: Locked, range_id: str, *, wait: bool = True
) -> Locked | None:
    """The locked job with one of its ranges; None if that is gone, or held elsewhere and `wait` is off."""
    query = select(RangeRecord).where(RangeRecord.id == range_id, RangeRecord.job_id == locked.job.id)
    part = await session.scalar(
        query.with_for_update(skip_locked=not wait), execution_options={"populate_existing": True}
    )
    return None if part is None else replace(locked, part=part)


async def succeed(session: AsyncSession, locked: Locked, *, version: VersionRecord, chunks: int) -> None:
    """The job has its version; `current` tells whether readers find it from this commit on.

    One that finds it made already has changed nothing.
    """
    document, job = locked.document, locked.job
    job.version = version.number
    is_current = document.current_version == version.number
    data = {
        "version": version.number,
        "chunks": chunks,
        "no_text": version.no_text,
        "pages": version.page_count,
        "pages_failed": version.pages_failed,
        "url": url_of(version),
        "current": is_current,
        "external_id": document.external_id,
        "diff": version.diff if version.job_id == job.id else unchanged(version, chunks),
        "archive": document.archive_id,
        "members": version.members,
    }
    for column in FOUND:
        setattr(locked.job, column, getattr(version, column))
    await end(session, locked, JobState.SUCCEEDED, EventType.DOCUMENT_SUCCEEDED, data)


def unchanged(version: VersionRecord, chunks: int) -> dict[str, int]:
    """Counts of what differs between a version and itself."""
    still = chunks if version.members is None else version.members
    return {"from": version.number, "removed": 0, "added": 0, "moved": 0, "unchanged": still}


def url_of(version: VersionRecord) -> str:
    """Where to find what was made: chunks, or the members of an archive."""
    if version.members is None:
        return f"/v1/documents/{version.document_id}/chunks"
    return f"/v1/documents?archive={version.document_id}"


async def fail_for_good(session: AsyncSession, locked: Locked, failure: Failure) -> None:
    """No more attempts. Page ranges are not kept for another try if it was the store that failed."""
    if failure.code == StorageError.code:
        await session.execute(delete(RangeRecord).where(RangeRecord.job_id == locked.job.id))
    told = failure.on(locked.part).as_json()
    locked.job.failure = told
    data = {"failure": told, "url": f"/v1/jobs/{locked.job.id}"}
    await end(session, locked, JobState.FAILED, EventType.DOCUMENT_FAILED, data)


async def cancel(session: AsyncSession, locked: Locked) -> None:
    """The job was not wanted any more."""
    data = {"url": f"/v1/jobs/{locked.job.id}"}
    await end(session, locked, JobState.CANCELLED, EventType.DOCUMENT_CANCELLED, data)


async def end(
    session: AsyncSession, locked: Locked, state: JobState, kind: EventType, data: Mapping[str, Any]
) -> None:
    """Set the final state and publish the event, with the document's next sequence number.

    Page ranges still open are gone with it, so that whoever reads them stops; read ones wait for the sweep.
    Whoever fetches its bytes stops too; only after a failure it stays known where they are.
    """
    document, job = locked.document, locked.job
    job.state, job.in_ranges, job.token, job.lease_until = state, False, None, None
    is_open = RangeRecord.state != RangeState.DONE
    await session.execute(delete(RangeRecord).where(RangeRecord.job_id == job.id, is_open))
    if job.url is not None:
        await stop_fetching(session, job.id, for_good=state is not JobState.FAILED)
    job.finished_at = locked.now
    document.sequence += 1
    await session.flush()
    await counters.add(session, of_ending(job, locked.now))
    event = Event(kind, document.id, document.sequence, locked.now, {"job": job.id, **data})
    await publish(
        session,
        tenant_id=job.tenant_id,
        event=event,
        endpoint_id=job.endpoint_id,
        traceparent=tracing.traceparent() or job.traceparent,
    )


async def stop_fetching(session: AsyncSession, job_id: str, *, for_good: bool) -> None:
    """Take the job's fetch from whoever holds it, if its bytes are not here."""
    mine = FetchRecord.job_id == job_id
    parked = update(FetchRecord).where(mine).values(next_at=None, token=None)
    stopped = delete(FetchRecord).where(mine) if for_good else parked
    await session.execute(stopped, execution_options={"synchronize_session": False})
