"""What jobs and page ranges have in common: one attempt at a time, held by a lease, missed when silent."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Update, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.jobs import JobState, Leased
from services.jobs.failures import MOST_LOST

CLOCK = func.clock_timestamp()
"""The moment of the statement; `now()` would be when its transaction began."""

Table = type[Leased]
"""The rows meant: JobRecord or RangeRecord. Their states have the same names as far as a lease goes."""


def is_queued(table: Table) -> ColumnElement[bool]:
    """Whether a row waits to be taken."""
    return table.state == JobState.QUEUED


def is_running(table: Table) -> ColumnElement[bool]:
    """Whether an attempt was at work on a row when it was last heard of."""
    return table.state == JobState.RUNNING


def is_silent(table: Table) -> ColumnElement[bool]:
    """Whether the lease of a row ran out."""
    return table.lease_until < CLOCK


def is_free(table: Table) -> ColumnElement[bool]:
    """Whether a claim may take a row; one that lost too many leases is left to the reconciler."""
    abandoned = and_(is_running(table), is_silent(table), table.lost + 1 < MOST_LOST)
    return or_(is_queued(table), abandoned)


def is_given_up(table: Table) -> ColumnElement[bool]:
    """Whether a row has lost its last lease."""
    return and_(is_running(table), is_silent(table), table.lost + 1 >= MOST_LOST)


def is_unhinted(table: Table, resend_after: timedelta) -> ColumnElement[bool]:
    """Whether a row waits, no hint is on its way, and it does not rest."""
    lost = or_(table.dispatched_at.is_(None), table.dispatched_at < CLOCK - resend_after)
    return and_(is_queued(table), lost, or_(table.lease_until.is_(None), is_silent(table)))


def is_hinted(table: Table, resend_after: timedelta) -> ColumnElement[bool]:
    """Whether a row waits and was hinted at not long ago."""
    return and_(is_queued(table), table.dispatched_at >= CLOCK - resend_after)


def taking(table: Table, row_id: str, *, lease: timedelta) -> Update:
    """Gives a free row to a new attempt. Of any number of simultaneous ones exactly one finds it free."""
    return (
        update(table)
        .where(table.id == row_id, is_free(table))
        .values(
            state=JobState.RUNNING,
            token=uuid4(),
            attempt=table.attempt + 1,
            lost=table.lost + case((is_running(table), 1), else_=0),
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


def requeue(row: Leased) -> None:
    """Let a row wait for its next attempt, to be hinted at at once."""
    row.state, row.token, row.lease_until, row.dispatched_at = JobState.QUEUED, None, None, None


async def requeue_silent(session: AsyncSession, table: Table, limit: int, *, rest: timedelta) -> int:
    """Put rows whose lease ran out back into the queue; busy ones are skipped.

    After the first loss a row is hinted at at once; after the second, third, fourth it rests for one, four,
    nine times `rest`, so that one bad minute of the workers never takes all the attempts of a good document.
    """
    losses = table.lost + 1
    seconds = rest.total_seconds() * (losses - 1) * (losses - 1)
    until = CLOCK + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    expired = (
        select(table.id)
        .where(is_running(table), is_silent(table), table.lost + 1 < MOST_LOST)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    ids: Sequence[str] = (await session.scalars(expired)).all()
    returned = (
        update(table)
        .where(table.id.in_(ids))
        .values(
            state=JobState.QUEUED,
            token=None,
            lease_until=case((losses > 1, until), else_=None),
            dispatched_at=None,
            lost=losses,
        )
        .execution_options(synchronize_session=False)
    )
    if ids:
        await session.execute(returned)
    return len(ids)
