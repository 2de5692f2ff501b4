"""How an attempt settles its job: each function is one transaction's work, fenced by the claim's token.

All may be called again after a commit whose outcome is unknown: nothing is ever written twice.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.diff import compare
from models.tables.documents import ChunkRecord, DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord, JobState
from models.tables.ranges import RangeRecord, RangeState
from services.infra import counters
from services.infra.chunk_rows import insert_chunks
from services.jobs import ending, failures, members, pages
from services.jobs.claims import Claim
from services.jobs.ending import FOUND, Ending, Locked
from services.jobs.failures import Failure
from services.jobs.leases import requeue
from services.jobs.measuring import of_result
from services.jobs.members import Kept
from services.jobs.ranges import RangeClaim

LAST_STATES = {
    JobState.SUCCEEDED: Ending.SUCCEEDED,
    JobState.FAILED: Ending.FAILED,
    JobState.CANCELLED: Ending.CANCELLED,
    RangeState.DONE: Ending.SUCCEEDED,
}
"""What the last attempt at a job or page range came to, by the state it left."""


@dataclass(frozen=True, slots=True)
class ChunkSet:
    """What a finished attempt hands in: chunks in wire form, what was measured, and the stored parse.

    `artifact` None keeps the one that the claim found; `seconds` is how long each stage took. Of an archive
    there are no chunks but `members`.
    """

    chunks: Sequence[Mapping[str, Any]]
    manifest: Mapping[str, Any]
    media_type: str
    page_count: int
    artifact: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    members: Sequence[Kept] = ()


async def complete(session: AsyncSession, claim: Claim, result: ChunkSet) -> Ending:
    """Store the chunks as a version, make it the current one and tell the webhooks, all or nothing.

    It does not become current when a job that was submitted later has been faster.
    SUCCEEDED also when an earlier call of the same attempt did it; CANCELLING or LOST wrote nothing.
    """
    began = time.monotonic()
    locked = await ending.lock_owned(session, claim)
    if not isinstance(locked, Locked):
        done = await outcome(session, claim) is Ending.SUCCEEDED
        return Ending.SUCCEEDED if done else locked
    document, job = locked.document, locked.job
    version = version_of(job, result, kept=claim.artifact)
    if document.current_version is None or version.number > document.current_version:
        version.diff = await changes(session, locked, result)
        show(document, version)
    session.add(version)
    await session.flush()
    await insert_chunks(session, result.chunks, document, version=version.number)
    await ending.succeed(session, locked, version=version, chunks=len(result.chunks))
    storing = time.monotonic() - began
    await counters.add(session, of_result(result.page_count, result.seconds, storing=storing))
    if job.artifact is not None or result.artifact != claim.artifact:  # it was read now, not only cut
        await pages.count(session, job.tenant_id, result.page_count)
    return Ending.SUCCEEDED


def version_of(job: JobRecord, result: ChunkSet, *, kept: str | None) -> VersionRecord:
    """The version that the job makes, numbered by its place among the document's submissions."""
    sha256, size = job.stored
    return VersionRecord(
        tenant_id=job.tenant_id,
        document_id=job.document_id,
        number=job.ordinal,
        job_id=job.id,
        name=job.name,
        sha256=sha256,
        size=size,
        parsing=job.parsing,
        options=job.options,
        manifest=dict(result.manifest),
        media_type=result.media_type,
        page_count=result.page_count,
        artifact=result.artifact or kept,
    )


async def changes(session: AsyncSession, locked: Locked, result: ChunkSet) -> dict[str, Any]:
    """Counts of what differs from the version that is current until now; `from` 0 if there is none.

    Of an archive the members count, and change here and now: those of a version that comes late never do.
    """
    document = locked.document
    before = document.current_version or 0
    if result.members or document.members:
        counts = await members.enqueue(session, locked.job, result.members)
        if result.members:
            return {"from": before, **counts}
    known = (
        select(ChunkRecord.id)
        .where(ChunkRecord.document_id == document.id, ChunkRecord.version == before)
        .order_by(ChunkRecord.index)
    )
    ids = (await session.scalars(known)).all()
    return {"from": before, **compare(ids, [chunk["id"] for chunk in result.chunks]).counts()}


def show(document: DocumentRecord, version: VersionRecord) -> None:
    """From this commit on readers of the document find this version, and its source, whole."""
    document.current_version = version.number
    for column in ("name", "sha256", "size", "parsing", "media_type", "page_count", "artifact", *FOUND):
        setattr(document, column, getattr(version, column))


async def fail(session: AsyncSession, claim: Claim, failure: Failure) -> Ending:
    """End the attempt by its cause: RETRYING while the cause has attempts left, else FAILED and told."""
    locked = await ending.lock_owned(session, claim)
    if not isinstance(locked, Locked):
        return locked
    if failures.count(locked.held, failure):
        requeue(locked.held)
        await session.flush()
        return Ending.RETRYING
    await ending.fail_for_good(session, locked, failure)
    await pages.count_reached(session, locked.job)
    return Ending.FAILED


async def release(session: AsyncSession, claim: Claim, *, rest: timedelta | None = None) -> Ending:
    """Hand job or range back unfinished, as a worker told to stop does: the attempt is not counted.

    It rests so long before it is hinted at again.
    """
    locked = await ending.lock_owned(session, claim)
    if not isinstance(locked, Locked):
        return locked
    locked.held.attempt -= 1
    requeue(locked.held, rests_until=locked.now + rest if rest else None)
    await session.flush()
    return Ending.RELEASED


async def confirm_cancel(session: AsyncSession, claim: Claim) -> Ending:
    """The work is dead: the cancelled job is final. LOST when it was not waiting for this attempt."""
    locked = await ending.lock(session, claim.job_id)
    if locked is None or locked.job.token != claim.token or locked.job.state != JobState.CANCELLING:
        return Ending.LOST
    await ending.cancel(session, locked)
    await pages.count_reached(session, locked.job)
    return Ending.CANCELLED


async def outcome(session: AsyncSession, claim: Claim) -> Ending | None:
    """What an attempt came to, read again after a commit that may or may not have happened.

    None: nothing was committed, the attempt still holds its job. Of an attempt that no longer holds
    it, SUCCEEDED, FAILED or CANCELLED if it was the last one, else LOST.
    """
    held, row_id = (
        (RangeRecord, claim.range_id) if isinstance(claim, RangeClaim) else (JobRecord, claim.job_id)
    )
    query = select(held.state, held.token, held.attempt).where(held.id == row_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return Ending.LOST
    if row.token == claim.token:
        return None if row.state == JobState.RUNNING else Ending.CANCELLING
    if row.attempt != claim.attempt or row.state not in LAST_STATES:
        return Ending.LOST
    return LAST_STATES[row.state]
