"""Whose turn it is: what the relay hands to the workers next (decision 20).

Between tenants: whoever has least in hand for its weight gets the next place, however long the queues of the
others are. Within a tenant the urgent go first, and every PERIOD-th place belongs to the patient.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.jobs import JobRecord, JobState
from models.tables.ranges import RangeRecord
from models.tables.tenants import TenantRecord
from models.urgency import FIRST
from services.jobs.leases import is_hinted, is_unhinted

Table = type[JobRecord] | type[RangeRecord]

TABLES: tuple[type[JobRecord], type[RangeRecord]] = (JobRecord, RangeRecord)
"""What hints may name."""

PERIOD = 10
"""One place of so many belongs to a tenant's patient work, while it has urgent work as well."""

SPARE = 4
"""So many times the rows that are wanted are looked at."""

AHEAD_SECONDS = 2.0
"""What each slot may have waiting for it: who comes next, however urgent, waits for that much."""


@dataclass(frozen=True, slots=True)
class Turns:
    """What is asked for: the next `places` rows, with the patient's places beginning at `phase`.

    `phase` is from 0 to PERIOD - 1; taken by chance it gives the patient their part also one place at a time.
    """

    places: int
    resend_after: timedelta
    phase: int = 0
    max_running: int | None = None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """How many rows are worked on, how many are hinted at and wait for a worker, and the cost of these."""

    running: int
    hints: int
    cost: float


@dataclass(frozen=True, slots=True)
class Room:
    """How much the workers may still be handed: `window` hints, and AHEAD_SECONDS of work for each slot."""

    window: int
    slots: int
    running: int
    hints: int
    cost: float

    @property
    def places(self) -> int:
        """How many hints may go out at most."""
        return self.window - self.hints


def fitting(costs: Sequence[float], room: Room) -> int:
    """How many of the next rows, in their order, are handed out now.

    A slot that would be idle always gets its row; beyond that no more than keeps the slots busy for a moment,
    so that what comes next and is urgent does not wait behind it. Workers that have not said how many slots
    they have get the whole window.
    """
    waiting = room.cost
    for index, cost in enumerate(costs):
        waiting += cost
        is_idle = room.running + room.hints + index < room.slots
        if index >= room.places or (room.slots and waiting > AHEAD_SECONDS * room.slots and not is_idle):
            return index
    return len(costs)


async def under_way(session: AsyncSession, resend_after: timedelta) -> UnderWay:
    """What workers have in hand."""
    parts = [
        select(literal(waits).label("waits"), table.cost).where(rows)
        for table in TABLES
        for waits, rows in ((True, is_hinted(table, resend_after)), (False, is_worked_on(table)))
    ]
    rows = union_all(*parts).subquery()
    hinted = func.count().filter(rows.c.waits)
    cost = func.coalesce(func.sum(rows.c.cost).filter(rows.c.waits), 0.0)
    return UnderWay(*(await session.execute(select(func.count() - hinted, hinted, cost))).one())


def is_worked_on(table: Table) -> ColumnElement[bool]:
    """Whether an attempt holds a row; not a job that waits for its ranges."""
    if table is JobRecord:
        states = JobRecord.state.in_((JobState.RUNNING, JobState.CANCELLING))
        return and_(states, JobRecord.in_ranges.is_(False))
    return table.state == JobState.RUNNING


def next_hints(turns: Turns) -> Select[str, float]:
    """Ids and costs of the rows to hint at next, in their order, locked."""
    waiting = candidates(turns)
    locked = [
        select(waiting.c.id, waiting.c.cost, waiting.c.turn, waiting.c.is_patient, waiting.c.created_at)
        .join(table, table.id == waiting.c.id)
        .where(is_unhinted(table, turns.resend_after))  # again, for rows another relay has just stamped
        .order_by(*order_of(waiting))
        .limit(turns.places)
        .with_for_update(of=table, skip_locked=True, key_share=True)
        .cte()
        for table in TABLES
    ]
    found = union_all(*map(select, locked)).subquery()
    return select(found.c.id, found.c.cost).order_by(*order_of(found)).limit(turns.places)


def order_of(rows: FromClause) -> tuple[ColumnElement[Any], ...]:
    """Whose turn it is; of two with the same turn the urgent one first, then the older one."""
    return rows.c.turn, rows.c.is_patient, rows.c.created_at, rows.c.id


def candidates(turns: Turns) -> CTE:
    """The first waiting rows of each tenant with their turns: their place, after what the tenant has in hand.

    What a tenant has in hand counts as much less as its weight is more. Rows beyond what it may have in hand
    are left out. They are more than the places, for those that another relay has locked meanwhile.
    """
    placed = places(turns)
    busy = in_hand(turns.resend_after)
    place = func.row_number().over(partition_by=placed.c.tenant_id, order_by=(placed.c.position, placed.c.id))
    number = (place + func.coalesce(busy.c.rows, 0)).label("number")
    rows = select(placed, number).outerjoin(busy, busy.c.tenant_id == placed.c.tenant_id).subquery()
    most = func.coalesce(cast(rows.c.quotas["max_running"].astext, Integer), turns.max_running)
    weight = func.coalesce(cast(rows.c.quotas["weight"].astext, Float), 1.0)
    found = (
        select(rows.c.id, rows.c.cost, rows.c.is_patient, rows.c.created_at)
        .add_columns((rows.c.number / weight).label("turn"))
        .where(or_(most.is_(None), rows.c.number <= most))
        .subquery()
    )
    return select(found).order_by(*order_of(found)).limit(SPARE * turns.places).cte()


def places(turns: Turns) -> Subquery:
    """The first waiting rows of each tenant, urgent ones and patient ones, with their positions in its list.

    The n-th patient one stands at n times PERIOD less the phase, urgent ones at the positions between.
    """
    kinds = [waiting_of_tenant(table, turns, is_patient=late) for table in TABLES for late in (False, True)]
    first = union_all(*kinds).lateral()
    order = (first.c.priority, first.c.created_at, first.c.id)
    nth = func.row_number().over(partition_by=(TenantRecord.id, first.c.is_patient), order_by=order)
    between = nth + (nth + (turns.phase - 1)) // (PERIOD - 1)
    return (
        select(TenantRecord.id.label("tenant_id"), TenantRecord.quotas, first.c.id, first.c.cost)
        .add_columns(first.c.is_patient, first.c.created_at)
        .add_columns(case((first.c.is_patient, PERIOD * nth - turns.phase), else_=between).label("position"))
        .select_from(TenantRecord)
        .join(first, true())
        .subquery()
    )


def waiting_of_tenant(
    table: Table, turns: Turns, *, is_patient: bool
) -> Select[str, int, float, datetime, bool]:
    """The first waiting rows of a table, of one kind and of the tenant of the enclosing query."""
    kind = table.priority > FIRST if is_patient else table.priority == FIRST
    return (
        select(
            table.id, table.priority, table.cost, table.created_at, literal(is_patient).label("is_patient")
        )
        .where(table.tenant_id == TenantRecord.id, kind, is_unhinted(table, turns.resend_after))
        .order_by(table.priority, table.created_at, table.id)
        .limit(turns.places)
        .correlate(TenantRecord)
    )


def in_hand(resend_after: timedelta) -> Subquery:
    """How many jobs and ranges of each tenant are worked on or hinted at; not those that wait for ranges."""
    held = [
        select(table.tenant_id).where(is_held)
        for table in TABLES
        for is_held in (is_worked_on(table), is_hinted(table, resend_after))
    ]
    rows = union_all(*held).subquery()
    return select(rows.c.tenant_id, func.count().label("rows")).group_by(rows.c.tenant_id).subquery()
