"""Claims: an attempt takes a job and keeps it by beating. Each call is a short transaction of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Stage
from models.tables.jobs import JobRecord, JobState
from models.tables.ranges import RangeRecord, RangeState
from services.infra.parse_rows import kept_parse
from services.infra.plain import is_plain
from services.jobs.leases import CLOCK, extending, taking


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at one job: what the work needs, and the token that fences all its writes.

    `artifact` is the address of what the same bytes were parsed into before, if they were; `traceparent` the
    request that asked for the work.
    """

    job_id: str
    tenant_id: str
    document_id: str
    name: str
    sha256: str
    artifact: str | None
    options: Mapping[str, Any]
    parsing: Mapping[str, Any]
    attempt: int
    token: UUID
    traceparent: str | None = field(default=None, kw_only=True)


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


async def claim(
    session: AsyncSession, job_id: str, *, lease: timedelta, holder: str | None = None
) -> Claim | None:
    """Take a queued job; None when there is nothing to take. `holder` is the instance that works on it.

    The only way a job becomes running. Of any number of simultaneous hints exactly one gets it.
    """
    if not is_plain(job_id):
        return None
    taken = (
        taking(JobRecord, job_id, holder=holder, lease=lease)
        .values(
            started_at=func.coalesce(JobRecord.started_at, CLOCK),
            stage=None,
            reading_at=None,
            pages_at=None,
            progress_at=None,
            pages_done=pages_kept(),
        )
        .returning(
            JobRecord.id,
            JobRecord.tenant_id,
            JobRecord.document_id,
            JobRecord.name,
            JobRecord.sha256,
            func.coalesce(
                JobRecord.artifact,
                kept_parse(JobRecord.tenant_id, JobRecord.sha256, JobRecord.name, JobRecord.parsing),
            ),
            JobRecord.options,
            JobRecord.parsing,
            JobRecord.attempt,
            JobRecord.token,
            JobRecord.traceparent,
        )
    )
    row = (await session.execute(taken)).one_or_none()
    return None if row is None else Claim(*row[:-1], traceparent=row[-1])


def pages_kept() -> ColumnElement[int]:
    """How many pages of a job were read in ranges already."""
    pages = func.coalesce(func.sum(RangeRecord.pages_done), 0)
    kept = (RangeRecord.job_id == JobRecord.id, RangeRecord.state == RangeState.DONE)
    return select(pages).where(*kept).correlate(JobRecord).scalar_subquery()


async def beat(
    session: AsyncSession, claim: Claim, *, lease: timedelta, progress: Progress | None = None
) -> Held:
    """Extend the lease and show the progress. Anything but HELD: kill the work at once."""
    extended = extending(JobRecord, claim.job_id, claim.token, lease=lease).returning(JobRecord.state)
    if progress is not None:
        extended = extended.values(
            stage=progress.stage,
            pages_done=progress.pages_done,
            pages_total=func.coalesce(progress.pages_total, JobRecord.pages_total),
            **clocked(progress.stage, literal(progress.pages_done)),
        )
    state = await session.scalar(extended)
    if state is None:
        return Held.LOST
    return Held.HELD if state == JobState.RUNNING else Held.CANCELLING


def clocked(stage: str, pages_done: ColumnElement[int]) -> dict[str, Any]:
    """Values that keep the pace of an attempt, for a beat that finds it in `stage` with so many pages."""
    still = and_(JobRecord.pages_at.is_not(None), JobRecord.pages_done == pages_done)
    pace = {"progress_at": CLOCK, "pages_at": case((still, JobRecord.pages_at), else_=CLOCK)}
    if stage != Stage.PARSING:
        return pace
    before = case((JobRecord.reading_at.is_(None), pages_done), else_=JobRecord.pages_before)
    return {**pace, "reading_at": func.coalesce(JobRecord.reading_at, CLOCK), "pages_before": before}
