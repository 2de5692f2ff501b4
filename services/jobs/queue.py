"""The queue of record: which jobs wait, and the hints that go out for them.

Any number of relays may run at once: rows another one works on are skipped.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.jobs import JobRecord, JobState
from models.tables.tenants import TenantRecord
from services.jobs.claims import CLOCK

Send = Callable[[str], Awaitable[object] | None]
"""Gives a worker the hint that names a job. It must not run the job: the row is locked meanwhile."""

HEAD_START = 10
"""How many jobs a tenant may have in hand before its urgent ones wait for another's first patient one."""

HUNG_SECONDS = 30
"""A relay that freezes while sending loses its locks after this time."""

IS_QUEUED = JobRecord.state == JobState.QUEUED


async def dispatch(session: AsyncSession, *, window: int, resend_after: timedelta, send: Send) -> int:
    """Send hints until `window` of them are unanswered; the number sent.

    A hint unanswered for `resend_after` counts as lost. Hints go out before the transaction that
    stamps them commits, so a crash repeats hints and never forgets one; if `send` raises, none of
    this round is stamped.
    """
    await session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{HUNG_SECONDS}s'"))
    unanswered = select(func.count()).where(IS_QUEUED, JobRecord.dispatched_at >= CLOCK - resend_after)
    room = window - (await session.scalar(unanswered) or 0)
    if room <= 0:
        return 0
    chosen = (await session.scalars(next_jobs(room, resend_after))).all()
    for job_id in chosen:
        pending = send(job_id)
        if inspect.isawaitable(pending):
            await pending
    stamp = update(JobRecord).where(JobRecord.id.in_(chosen)).values(dispatched_at=CLOCK)
    await session.execute(stamp.execution_options(synchronize_session=False))
    return len(chosen)


def next_jobs(room: int, resend_after: timedelta) -> Select[str]:
    """Ids of the jobs to hint at next, locked: urgent first within a tenant, fair between tenants.

    A tenant's n-th job competes as number n plus what the tenant has in hand, patient ones with
    HEAD_START more: whoever has least gets the next place, however long the others' queues are.
    """
    waiting = candidates(room, resend_after)
    return (
        select(JobRecord.id)
        .join(waiting, waiting.c.id == JobRecord.id)
        .where(is_unhinted(resend_after))  # again, for rows that another relay has just stamped
        .order_by(waiting.c.turn + HEAD_START * waiting.c.priority, waiting.c.created_at, JobRecord.id)
        .limit(room)
        .with_for_update(of=JobRecord, skip_locked=True, key_share=True)
    )


def candidates(room: int, resend_after: timedelta) -> Subquery:
    """The first `room` waiting jobs of each tenant, with their turns."""
    order = (JobRecord.priority, JobRecord.created_at, JobRecord.id)
    first = (
        select(JobRecord.id, JobRecord.priority, JobRecord.created_at)
        .add_columns(func.row_number().over(order_by=order).label("place"))
        .where(JobRecord.tenant_id == TenantRecord.id, is_unhinted(resend_after))
        .order_by(*order)
        .limit(room)
        .lateral()
    )
    busy = in_hand(resend_after)
    turn = first.c.place + func.coalesce(busy.c.jobs, 0)
    return (
        select(first.c.id, first.c.priority, first.c.created_at, turn.label("turn"))
        .select_from(TenantRecord)
        .join(first, true())
        .outerjoin(busy, busy.c.tenant_id == TenantRecord.id)
        .subquery()
    )


def in_hand(resend_after: timedelta) -> Subquery:
    """How many jobs of each tenant are running or hinted at."""
    hinted = and_(IS_QUEUED, JobRecord.dispatched_at >= CLOCK - resend_after)
    running = JobRecord.state.in_((JobState.RUNNING, JobState.CANCELLING))
    return (
        select(JobRecord.tenant_id, func.count().label("jobs"))
        .where(or_(running, hinted))
        .group_by(JobRecord.tenant_id)
        .subquery()
    )


def is_unhinted(resend_after: timedelta) -> ColumnElement[bool]:
    """Whether a job waits and no hint is on its way."""
    lost = or_(JobRecord.dispatched_at.is_(None), JobRecord.dispatched_at < CLOCK - resend_after)
    return and_(IS_QUEUED, lost)


async def unanswered(session: AsyncSession, *, resend_after: timedelta, limit: int = 100) -> frozenset[str]:
    """Jobs that wait though a relay sends hints for them: the oldest, `limit` at most."""
    fresh = JobRecord.dispatched_at >= CLOCK - 2 * resend_after
    query = select(JobRecord.id).where(IS_QUEUED, fresh).order_by(JobRecord.dispatched_at).limit(limit)
    return frozenset((await session.scalars(query)).all())


@dataclass(frozen=True, slots=True)
class Depth:
    """How many jobs are in a state, and for how long the oldest has existed."""

    state: JobState
    jobs: int
    oldest_seconds: float


async def depths(session: AsyncSession) -> list[Depth]:
    """The states in which a job still has a way to go, empty ones too."""
    age = func.extract("epoch", CLOCK - func.min(JobRecord.created_at))
    open_states = [state for state in JobState if not state.is_final]
    query = (
        select(JobRecord.state, func.count(), age)
        .where(JobRecord.state.in_(open_states))
        .group_by(JobRecord.state)
    )
    found = {state: (jobs, float(seconds)) for state, jobs, seconds in await session.execute(query)}
    return [Depth(state, *found.get(state, (0, 0.0))) for state in open_states]
