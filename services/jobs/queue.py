"""The queue of record: which jobs and page ranges wait, and the hints that go out for them.

Any number of relays may run at once: rows another one works on are skipped.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    func,
    or_,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.jobs import JobRecord, JobState
from models.tables.ranges import RangeRecord, RangeState
from models.tables.tenants import TenantRecord
from services.jobs.leases import CLOCK, is_hinted, is_queued, is_unhinted

Table = type[JobRecord] | type[RangeRecord]

Send = Callable[[str], Awaitable[object] | None]
"""Gives a worker the hint that names a row. It must not work on it: the row is locked meanwhile."""

HEAD_START = 10
"""How many jobs a tenant may have in hand before its urgent ones wait for another's first patient one."""

HUNG_SECONDS = 30
"""A relay that freezes while sending loses its locks after this time."""

TABLES: tuple[type[JobRecord], type[RangeRecord]] = (JobRecord, RangeRecord)
"""What hints may name."""

OPEN_STATES: Mapping[Table, tuple[str, ...]] = {
    JobRecord: tuple(state.value for state in JobState if not state.is_final),
    RangeRecord: (RangeState.QUEUED.value, RangeState.RUNNING.value),
}
"""Where work is still to be done."""


async def dispatch(session: AsyncSession, *, window: int, resend_after: timedelta, send: Send) -> int:
    """Send hints until `window` of them are unanswered; the number sent.

    A hint unanswered for `resend_after` counts as lost. Hints go out before the transaction that
    stamps them commits, so a crash repeats hints and never forgets one; if `send` raises, none of
    this round is stamped.
    """
    await session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{HUNG_SECONDS}s'"))
    room = window - await on_their_way(session, resend_after)
    if room <= 0:
        return 0
    chosen = (await session.scalars(next_hints(room, resend_after))).all()
    for row_id in chosen:
        pending = send(row_id)
        if inspect.isawaitable(pending):
            await pending
    for table in TABLES:
        stamp = update(table).where(table.id.in_(chosen)).values(dispatched_at=CLOCK)
        await session.execute(stamp.execution_options(synchronize_session=False))
    return len(chosen)


async def on_their_way(session: AsyncSession, resend_after: timedelta) -> int:
    """How many hints are unanswered."""
    counts = [select(func.count()).where(is_hinted(table, resend_after)) for table in TABLES]
    return sum([await session.scalar(count) or 0 for count in counts])


def next_hints(room: int, resend_after: timedelta) -> Select[str]:
    """Ids of the jobs and ranges to hint at next, locked: urgent first within a tenant, fair between tenants.

    A tenant's n-th row competes as number n plus what the tenant has in hand, patient ones with
    HEAD_START more: whoever has least gets the next place, however long the others' queues are.
    """
    waiting = candidates(room, resend_after)
    locked = [
        select(waiting.c.id, waiting.c.turn, waiting.c.created_at)
        .join(table, table.id == waiting.c.id)
        .where(is_unhinted(table, resend_after))  # again, for rows that another relay has just stamped
        .order_by(*order_of(waiting))
        .limit(room)
        .with_for_update(of=table, skip_locked=True, key_share=True)
        .cte()
        for table in TABLES
    ]
    found = union_all(*map(select, locked)).subquery()
    return select(found.c.id).order_by(*order_of(found)).limit(room)


def order_of(rows: FromClause) -> tuple[ColumnElement[Any], ...]:
    """Whose turn it is."""
    return rows.c.turn, rows.c.created_at, rows.c.id


def candidates(room: int, resend_after: timedelta) -> CTE:
    """The first `room` waiting rows of each tenant, with their turns."""
    first = union_all(*(waiting_of_tenant(table, room, resend_after) for table in TABLES)).lateral()
    order = (first.c.priority, first.c.created_at, first.c.id)
    place = func.row_number().over(partition_by=TenantRecord.id, order_by=order)
    busy = in_hand(resend_after)
    turn = place + func.coalesce(busy.c.rows, 0) + HEAD_START * first.c.priority
    return (
        select(first.c.id, first.c.created_at, turn.label("turn"))
        .select_from(TenantRecord)
        .join(first, true())
        .outerjoin(busy, busy.c.tenant_id == TenantRecord.id)
        .cte()
    )


def waiting_of_tenant(table: Table, room: int, resend_after: timedelta) -> Select[str, int, datetime]:
    """The first waiting rows of a table, of the tenant of the enclosing query."""
    order = (table.priority, table.created_at, table.id)
    return (
        select(table.id, table.priority, table.created_at)
        .where(table.tenant_id == TenantRecord.id, is_unhinted(table, resend_after))
        .order_by(*order)
        .limit(room)
        .correlate(TenantRecord)
    )


def in_hand(resend_after: timedelta) -> Subquery:
    """How many jobs and ranges of each tenant are worked on or hinted at; not those that wait for ranges."""
    held = [
        select(table.tenant_id).where(or_(table.token.is_not(None), is_hinted(table, resend_after)))
        for table in TABLES
    ]
    rows = union_all(*held).subquery()
    return select(rows.c.tenant_id, func.count().label("rows")).group_by(rows.c.tenant_id).subquery()


async def recall(session: AsyncSession, *, older_than: timedelta) -> None:
    """Count hints of that age as lost: those that a worker had fetched have died with it. Busy rows wait."""
    for table in TABLES:
        is_old = and_(is_queued(table), table.dispatched_at < CLOCK - older_than)
        query = select(table.id).where(is_old).with_for_update(skip_locked=True, key_share=True)
        ids = (await session.scalars(query)).all()
        forgotten = update(table).where(table.id.in_(ids)).values(dispatched_at=None)
        await session.execute(forgotten.execution_options(synchronize_session=False))


async def unanswered(session: AsyncSession, *, resend_after: timedelta, limit: int = 100) -> frozenset[str]:
    """Rows that wait though a relay sends hints for them: the oldest, `limit` of each kind at most."""
    found: set[str] = set()
    for table in TABLES:
        is_fresh = is_hinted(table, 2 * resend_after)
        query = select(table.id).where(is_fresh).order_by(table.dispatched_at).limit(limit)
        found.update((await session.scalars(query)).all())
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Depth:
    """How many jobs (or page ranges) are in a state, and for how long the oldest has existed."""

    state: str
    rows: int
    oldest_seconds: float


async def depths(session: AsyncSession, table: Table = JobRecord) -> list[Depth]:
    """The states in which a job (or page range) still has a way to go, empty ones too."""
    age = func.extract("epoch", CLOCK - func.min(table.created_at))
    open_states = OPEN_STATES[table]
    query = select(table.state, func.count(), age).where(table.state.in_(open_states)).group_by(table.state)
    found = {state: (rows, float(seconds)) for state, rows, seconds in await session.execute(query)}
    return [Depth(state, *found.get(state, (0, 0.0))) for state in open_states]
