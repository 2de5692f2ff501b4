"""The delivery log: what was sent where, and what every attempt met."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import NotFound
from models.tables.webhooks import DeliveryAttemptRecord, DeliveryRecord, EndpointRecord, EventRecord
from services.webhooks import endpoints
from services.webhooks.endpoints import Position


class Backlog(NamedTuple):
    """Deliveries of all tenants that are due, and for how long the first has been; and those that wait."""

    due: int
    oldest_seconds: float
    waiting: int


class Endpoints(NamedTuple):
    """How many addresses of all tenants take what comes, fail since their last success, are switched off."""

    good: int
    failing: int
    disabled: int


class Entry(NamedTuple):
    """One delivery and the event it carries."""

    delivery: DeliveryRecord
    event: EventRecord


async def backlog(session: AsyncSession) -> Backlog:
    """What is still on the schedule, without what is parked for endpoints that are switched off."""
    is_due = DeliveryRecord.next_at <= func.clock_timestamp()
    age = func.extract("epoch", func.clock_timestamp() - func.min(DeliveryRecord.next_at))
    query = select(
        func.count().filter(is_due),
        func.greatest(func.coalesce(age, 0), 0),
        func.count().filter(~is_due),
    ).where(DeliveryRecord.delivered_at.is_(None), DeliveryRecord.next_at.is_not(None))
    due, oldest, waiting = (await session.execute(query)).one()
    return Backlog(due, float(oldest), waiting)


async def endpoint_counts(session: AsyncSession) -> Endpoints:
    """All endpoints, those of single uploads too."""
    is_off, fails = EndpointRecord.disabled_at.is_not(None), EndpointRecord.failing_since.is_not(None)
    query = select(
        func.count().filter(~is_off, ~fails), func.count().filter(~is_off, fails), func.count().filter(is_off)
    ).select_from(EndpointRecord)
    return Endpoints(*(await session.execute(query)).one())


async def deliveries(
    session: AsyncSession,
    *,
    tenant_id: str,
    endpoint_id: str,
    after: Position | None = None,
    limit: int = 100,
) -> list[Entry]:
    """Deliveries to one endpoint, newest first; `after` is the last one's (created_at, id)."""
    await endpoints.get(session, tenant_id, endpoint_id)
    query = (
        select(DeliveryRecord, EventRecord)
        .join(EventRecord, EventRecord.id == DeliveryRecord.event_id)
        .where(DeliveryRecord.tenant_id == tenant_id, DeliveryRecord.endpoint_id == endpoint_id)
        .order_by(DeliveryRecord.created_at.desc(), DeliveryRecord.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(DeliveryRecord.created_at, DeliveryRecord.id) < after)
    return [Entry(*row) for row in await session.execute(query)]


async def entry(session: AsyncSession, *, tenant_id: str, delivery_id: str) -> Entry:
    """One delivery; NotFound."""
    delivery = await _delivery(session, tenant_id, delivery_id)
    return Entry(delivery, await session.get_one(EventRecord, delivery.event_id))


async def attempts(
    session: AsyncSession, *, tenant_id: str, delivery_id: str, after: int = 0, limit: int = 100
) -> list[DeliveryAttemptRecord]:
    """Attempts of one delivery, oldest first; `after` is the last one's id."""
    await _delivery(session, tenant_id, delivery_id)
    query = (
        select(DeliveryAttemptRecord)
        .where(DeliveryAttemptRecord.delivery_id == delivery_id, DeliveryAttemptRecord.id > after)
        .order_by(DeliveryAttemptRecord.id)
        .limit(limit)
    )
    return list(await session.scalars(query))


async def histories(
    session: AsyncSession, *, tenant_id: str, delivery_ids: Sequence[str]
) -> Mapping[str, Sequence[DeliveryAttemptRecord]]:
    """The attempts of several deliveries in one query, oldest first; no entry is missing, some are empty."""
    found: dict[str, list[DeliveryAttemptRecord]] = {delivery_id: [] for delivery_id in delivery_ids}
    query = (
        select(DeliveryAttemptRecord)
        .where(
            DeliveryAttemptRecord.tenant_id == tenant_id, DeliveryAttemptRecord.delivery_id.in_(delivery_ids)
        )
        .order_by(DeliveryAttemptRecord.id)
    )
    for attempt in await session.scalars(query):
        found[attempt.delivery_id].append(attempt)
    return found


async def _delivery(session: AsyncSession, tenant_id: str, delivery_id: str) -> DeliveryRecord:
    query = select(DeliveryRecord).where(
        DeliveryRecord.tenant_id == tenant_id, DeliveryRecord.id == delivery_id
    )
    record = await session.scalar(query)
    if record is None:
        raise NotFound("There is no such webhook delivery.")
    return record
