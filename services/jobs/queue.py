"""The queue of record: which jobs and page ranges wait, and the hints that go out for them.

Any number of relays may run at once: rows another one works on are skipped.
"""

import inspect
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.jobs import JobRecord, JobState
from models.tables.ranges import RangeRecord, RangeState
from services.jobs import presence
from services.jobs.leases import CLOCK, is_hinted, is_queued
from services.jobs.turns import PERIOD, TABLES, Room, Table, Turns, fitting, next_hints, under_way

Send = Callable[[str], Awaitable[object] | None]
"""Gives a worker the hint that names a row. It must not work on it: the row is locked meanwhile."""

HUNG_SECONDS = 30
"""A relay that freezes while sending loses its locks after this time."""

OPEN_STATES: Mapping[Table, tuple[str, ...]] = {
    JobRecord: tuple(state.value for state in JobState if not state.is_final),
    RangeRecord: (RangeState.QUEUED.value, RangeState.RUNNING.value),
}
"""Where work is still to be done."""


async def dispatch(
    session: AsyncSession,
    *,
    window: int,
    resend_after: timedelta,
    send: Send,
    max_running: int | None = None,
    phase: int | None = None,
) -> int:
    """Send hints until `window` of them are unanswered, or what they name keeps the workers busy; how many.

    A hint unanswered for `resend_after` counts as lost. Hints go out before the transaction that
    stamps them commits, so a crash repeats hints and never forgets one; if `send` raises, none of
    this round is stamped. A tenant without a quota of its own has `max_running` in hand at most. `phase` is
    where the places of the patient begin (services.jobs.turns); by chance if it is not given.
    """
    await session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{HUNG_SECONDS}s'"))
    hinted = await under_way(session, resend_after)
    room = Room(window, await presence.slots(session), hinted.running, hinted.hints, hinted.cost)
    if room.places <= 0:
        return 0
    begin = secrets.randbelow(PERIOD) if phase is None else phase
    turns = Turns(room.places, resend_after, begin, max_running)
    found = (await session.execute(next_hints(turns))).all()
    chosen = [row_id for row_id, _ in found[: fitting([cost for _, cost in found], room)]]
    for row_id in chosen:
        pending = send(row_id)
        if inspect.isawaitable(pending):
            await pending
    for table in TABLES:
        stamp = update(table).where(table.id.in_(chosen)).values(dispatched_at=CLOCK)
        await session.execute(stamp.execution_options(synchronize_session=False))
    return len(chosen)


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
