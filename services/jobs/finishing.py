"""How an attempt settles its job: each function is one transaction's work, fenced by the claim's token.

All may be called again after a commit whose outcome is unknown: nothing is ever written twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.documents import DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord, JobState
from services.infra.chunk_rows import insert_chunks
from services.jobs import ending, failures
from services.jobs.claims import Claim
from services.jobs.ending import Ending, Locked
from services.jobs.failures import Failure


@dataclass(frozen=True, slots=True)
class ChunkSet:
    """What a finished attempt hands in: chunks in wire form, what was measured, and the stored parse.

    `artifact` None keeps the one the document has.
    """

    chunks: Sequence[Mapping[str, Any]]
    manifest: Mapping[str, Any]
    media_type: str
    page_count: int
    artifact: str | None = None


async def complete(session: AsyncSession, claim: Claim, result: ChunkSet) -> Ending:
    """Store the chunks as a new version, make it the current one and tell the webhooks, all or nothing.

    SUCCEEDED also when an earlier call of the same attempt did it; CANCELLING or LOST wrote nothing.
    """
    locked = await ending.lock_owned(session, claim)
    if not isinstance(locked, Locked):
        done = await outcome(session, claim) is Ending.SUCCEEDED
        return Ending.SUCCEEDED if done else locked
    document, job = locked.document, locked.job
    number = await next_number(session, document.id)
    session.add(
        VersionRecord(
            tenant_id=document.tenant_id,
            document_id=document.id,
            number=number,
            job_id=job.id,
            options=job.options,
            manifest=dict(result.manifest),
        )
    )
    describe(document, result)
    await session.flush()
    await insert_chunks(session, result.chunks, document, version=number)
    await ending.succeed(session, locked, version=number, chunks=len(result.chunks))
    return Ending.SUCCEEDED


async def next_number(session: AsyncSession, document_id: str) -> int:
    """The number of the document's next version; the document must be locked."""
    numbers = select(func.max(VersionRecord.number)).where(VersionRecord.document_id == document_id)
    return (await session.scalar(numbers) or 0) + 1


def describe(document: DocumentRecord, result: ChunkSet) -> None:
    """What reading the document told about it."""
    document.media_type, document.page_count = result.media_type, result.page_count
    if result.artifact is not None:
        document.artifact = result.artifact


async def fail(session: AsyncSession, claim: Claim, failure: Failure) -> Ending:
    """End the attempt by its cause: RETRYING while the cause has attempts left, else FAILED and told."""
    locked = await ending.lock_owned(session, claim)
    if not isinstance(locked, Locked):
        return locked
    if failures.count(locked.job, failure):
        ending.requeue(locked.job)
        await session.flush()
        return Ending.RETRYING
    await ending.fail_for_good(session, locked, failure)
    return Ending.FAILED


async def release(session: AsyncSession, claim: Claim) -> Ending:
    """Hand the job back unfinished, as a worker does that is told to stop: the attempt is not counted."""
    locked = await ending.lock_owned(session, claim)
    if not isinstance(locked, Locked):
        return locked
    locked.job.attempt -= 1
    ending.requeue(locked.job)
    await session.flush()
    return Ending.RELEASED


async def confirm_cancel(session: AsyncSession, claim: Claim) -> Ending:
    """The work is dead: the cancelled job is final. LOST when it was not waiting for this attempt."""
    locked = await ending.lock(session, claim.job_id)
    if locked is None or locked.job.token != claim.token or locked.job.state != JobState.CANCELLING:
        return Ending.LOST
    await ending.cancel(session, locked)
    return Ending.CANCELLED


async def outcome(session: AsyncSession, claim: Claim) -> Ending | None:
    """What an attempt came to, read again after a commit that may or may not have happened.

    None: nothing was committed, the attempt still holds its job. Of an attempt that no longer holds
    it, SUCCEEDED, FAILED or CANCELLED if it was the last one, else LOST.
    """
    query = select(JobRecord.state, JobRecord.token, JobRecord.attempt).where(JobRecord.id == claim.job_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return Ending.LOST
    if row.token == claim.token:
        return None if row.state == JobState.RUNNING else Ending.CANCELLING
    if row.attempt != claim.attempt or not JobState(row.state).is_final:
        return Ending.LOST
    return Ending(row.state)
