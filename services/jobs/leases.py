"""What jobs and page ranges have in common: one attempt at a time, held by a lease, missed when silent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Update, and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.instances import InstanceRecord
from models.tables.jobs import JobState, Leased
from services.jobs.failures import MOST_LOST, MOST_ORPHANED

CLOCK = func.clock_timestamp()
"""The moment of the statement; `now()` would be when its transaction began."""

Table = type[Leased]
"""The rows meant: JobRecord or RangeRecord. Their states have the same names as far as a lease goes."""

LONGEST_REST = 20
"""Leases that a row rests at most."""


def is_queued(table: Table) -> ColumnElement[bool]:
    """Whether a row waits to be taken."""
    return table.state == JobState.QUEUED


def is_running(table: Table) -> ColumnElement[bool]:
    """Whether an attempt was at work on a row when it was last heard of."""
    return table.state == JobState.RUNNING


def is_silent(table: Table) -> ColumnElement[bool]:
    """Whether the lease of a row ran out."""
    return table.lease_until < CLOCK


def was_outlived(table: Table, lease: timedelta) -> ColumnElement[bool]:
    """Whether the worker lived on while the lease of its row ran out: the row's work alone had ended.

    Alive is who gave signs of life from the last beat of the attempt until the lease was as good as over.
    A row whose holder is not known counts as outlived.
    """
    witness = exists().where(
        InstanceRecord.id == table.holder,
        InstanceRecord.since <= table.lease_until - lease,
        InstanceRecord.seen_at > table.lease_until - lease / 3,
    )
    return or_(table.holder.is_(None), witness.correlate(table))


def is_given_up(table: Table, lease: timedelta) -> ColumnElement[bool]:
    """Whether a row has lost its last lease."""
    last = case(
        (was_outlived(table, lease), table.lost + 1 >= MOST_LOST),
        else_=table.orphaned + 1 >= MOST_ORPHANED,
    )
    return and_(is_running(table), is_silent(table), last)


def is_unhinted(table: Table, resend_after: timedelta) -> ColumnElement[bool]:
    """Whether a row waits, no hint is on its way, and it does not rest."""
    lost = or_(table.dispatched_at.is_(None), table.dispatched_at < CLOCK - resend_after)
    return and_(is_queued(table), lost, or_(table.lease_until.is_(None), is_silent(table)))


def is_hinted(table: Table, resend_after: timedelta) -> ColumnElement[bool]:
    """Whether a row waits and was hinted at not long ago."""
    return and_(is_queued(table), table.dispatched_at >= CLOCK - resend_after)


def taking(table: Table, row_id: str, *, holder: str | None, lease: timedelta) -> Update:
    """Gives a queued row to a new attempt. Of any number of simultaneous ones exactly one finds it queued.

    One whose lease ran out is not taken over: it is taken back first, which is where losses are counted.
    """
    return (
        update(table)
        .where(table.id == row_id, is_queued(table))
        .values(
            state=JobState.RUNNING,
            token=uuid4(),
            attempt=table.attempt + 1,
            holder=holder,
            lease_until=CLOCK + lease,
            pages_done=0,
        )
        .execution_options(synchronize_session=False)
    )


def extending(table: Table, row_id: str, token: UUID, *, lease: timedelta) -> Update:
    """Extends the lease of a row that the attempt still holds; not of one that is to stop."""
    return (
        update(table)
        .where(table.id == row_id, table.token == token)
        .values(lease_until=case((is_running(table), CLOCK + lease), else_=table.lease_until))
        .execution_options(synchronize_session=False)
    )


def requeue(row: Leased, *, rests_until: datetime | None = None) -> None:
    """Let a row wait for its next attempt, to be hinted at at once or when it has rested."""
    row.state, row.token, row.lease_until, row.dispatched_at = JobState.QUEUED, None, rests_until, None


async def requeue_silent(session: AsyncSession, table: Table, limit: int, *, lease: timedelta) -> int:
    """Put rows whose lease ran out back into the queue; busy ones, and those that are over, are skipped.

    After the first loss a row is hinted at at once; after the second, third, fourth it rests for about one,
    four, nine leases, so that one bad minute of the workers never takes all the attempts of a good document.
    """
    over = is_given_up(table, lease)
    expired = (
        select(table.id)
        .where(is_running(table), is_silent(table), ~over)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    ids: Sequence[str] = (await session.scalars(expired)).all()
    outlived = was_outlived(table, lease)
    returned = (
        update(table)
        .where(table.id.in_(ids), ~over)
        .values(
            state=JobState.QUEUED,
            token=None,
            lease_until=rests_until(table, lease),
            dispatched_at=None,
            lost=table.lost + case((outlived, 1), else_=0),
            orphaned=table.orphaned + case((outlived, 0), else_=1),
        )
        .returning(table.id)
        .execution_options(synchronize_session=False)
    )
    return len((await session.scalars(returned)).all()) if ids else 0


def rests_until(table: Table, lease: timedelta) -> ColumnElement[datetime]:
    """Until when a row rests that has just lost one more lease; null if it does not.

    A quarter more or less, by chance: what died together does not come back together.
    """
    before = table.lost + table.orphaned
    leases = func.least(before * before, LONGEST_REST) * (0.75 + func.random() / 2)
    seconds = lease.total_seconds() * leases
    return case((before > 0, CLOCK + func.make_interval(0, 0, 0, 0, 0, 0, seconds)), else_=None)
