"""Claims: an attempt takes a job and keeps it by beating. Each call is a short transaction of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, case, func, or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord, JobState
from services.infra.plain import is_plain
from services.jobs.failures import MOST_LOST

CLOCK = func.clock_timestamp()
"""The moment of the statement; `now()` would be when its transaction began."""

IS_RUNNING = JobRecord.state == JobState.RUNNING
IS_EXPIRED = JobRecord.lease_until < CLOCK


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at one job: what the work needs, and the token that fences all its writes."""

    job_id: str
    tenant_id: str
    document_id: str
    name: str
    sha256: str
    artifact: str | None
    options: Mapping[str, Any]
    attempt: int
    token: UUID


class Held(StrEnum):
    """What a beat found: go on, stop because somebody cancelled, or stop because the lease is gone."""

    HELD = "held"
    CANCELLING = "cancelling"
    LOST = "lost"


class Progress(Protocol):
    """How far an attempt is; services.runner reports values of this shape."""

    @property
    def stage(self) -> str:
        """The stage's name."""
        ...

    @property
    def pages_done(self) -> int:
        """Pages read so far."""
        ...

    @property
    def pages_total(self) -> int | None:
        """Pages to read; None while unknown."""
        ...


async def claim(session: AsyncSession, job_id: str, *, lease: timedelta) -> Claim | None:
    """Take a queued job, or a running one whose lease ran out; None when there is nothing to take.

    The only way a job becomes running. Of any number of simultaneous hints exactly one gets it.
    """
    if not is_plain(job_id):
        return None
    taken = (
        update(JobRecord)
        .where(JobRecord.id == job_id, is_free(), JobRecord.document_id == DocumentRecord.id)
        .values(
            state=JobState.RUNNING,
            token=uuid4(),
            attempt=JobRecord.attempt + 1,
            lost=JobRecord.lost + case((IS_RUNNING, 1), else_=0),
            lease_until=CLOCK + lease,
            started_at=func.coalesce(JobRecord.started_at, CLOCK),
            stage=None,
            pages_done=0,
        )
        .returning(
            JobRecord.id,
            JobRecord.tenant_id,
            JobRecord.document_id,
            DocumentRecord.name,
            DocumentRecord.sha256,
            DocumentRecord.artifact,
            JobRecord.options,
            JobRecord.attempt,
            JobRecord.token,
        )
        .execution_options(synchronize_session=False)
    )
    row = (await session.execute(taken)).one_or_none()
    return None if row is None else Claim(*row)


def is_free() -> ColumnElement[bool]:
    """Whether a claim may take the job; one that lost too many leases is left to the reconciler."""
    abandoned = and_(IS_RUNNING, IS_EXPIRED, JobRecord.lost + 1 < MOST_LOST)
    return or_(JobRecord.state == JobState.QUEUED, abandoned)


async def beat(
    session: AsyncSession, claim: Claim, *, lease: timedelta, progress: Progress | None = None
) -> Held:
    """Extend the lease and show the progress. Anything but HELD: kill the work at once."""
    extended = (
        update(JobRecord)
        .where(*owned_by(claim))
        .values(lease_until=case((IS_RUNNING, CLOCK + lease), else_=JobRecord.lease_until))
        .returning(JobRecord.state)
        .execution_options(synchronize_session=False)
    )
    if progress is not None:
        extended = extended.values(
            stage=progress.stage,
            pages_done=progress.pages_done,
            pages_total=func.coalesce(progress.pages_total, JobRecord.pages_total),
        )
    state = await session.scalar(extended)
    if state is None:
        return Held.LOST
    return Held.HELD if state == JobState.RUNNING else Held.CANCELLING


def owned_by(claim: Claim) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The fence: the job, while this attempt is the one that holds it."""
    return JobRecord.id == claim.job_id, JobRecord.token == claim.token
