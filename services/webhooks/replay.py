"""Sending again what was sent before, or was never sent: one delivery, or those of a time range."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Conflict, NotFound
from models.refusals import QuotaExceeded
from models.tables.webhooks import DeliveryRecord, EndpointRecord
from services.webhooks import endpoints

MOST = 10_000
MOST_DUE = 5 * MOST
"""So many deliveries of one endpoint may be due when more are asked for."""

AGAIN_SECONDS = 60.0

# Locks are taken as whoever records an attempt takes them: the endpoint (by the caller), then deliveries.
_REPLAY = text("""
WITH chosen AS (
    SELECT v.id AS event_id, v.created_at, d.id AS delivery_id
      FROM events v
      LEFT JOIN webhook_deliveries d ON d.event_id = v.id AND d.endpoint_id = :endpoint
     WHERE v.tenant_id = :tenant AND v.created_at >= :since AND v.created_at < :until
       AND (d.id IS NOT NULL
            OR (:takes_new AND v.created_at >= :registered
                AND (cardinality(CAST(:types AS text[])) = 0 OR v.type = ANY(CAST(:types AS text[])))))
       AND NOT (:only_failed AND d.delivered_at IS NOT NULL)
     ORDER BY v.created_at, v.id
     LIMIT :limit
), again AS (
    UPDATE webhook_deliveries d
       SET attempts = 0, delivered_at = NULL, next_at = clock_timestamp()
      FROM chosen WHERE d.id = chosen.delivery_id
), missed AS (
    INSERT INTO webhook_deliveries (id, tenant_id, event_id, endpoint_id)
    SELECT 'dlv_' || left(replace(CAST(gen_random_uuid() AS text), '-', ''), 24), :tenant, event_id, :endpoint
      FROM chosen WHERE delivery_id IS NULL
    ON CONFLICT (event_id, endpoint_id) DO NOTHING
)
SELECT count(*) AS chosen, max(created_at) AS latest FROM chosen
""")


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` to before `until`, by the time of the events. `only_failed` leaves out what arrived."""

    since: datetime
    until: datetime
    only_failed: bool = True


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many deliveries were put on the schedule; `rest_since` is where to go on, None at the end."""

    count: int
    rest_since: datetime | None


async def replay(
    session: AsyncSession, *, tenant_id: str, endpoint_id: str, delivery_id: str
) -> DeliveryRecord:
    """Put one delivery on the schedule again, at once and from its beginning, delivered before or not.

    The receiver sees the same webhook-id and body. NotFound; Conflict when its endpoint is switched off.
    """
    await _switched_on(session, tenant_id, endpoint_id)
    query = select(DeliveryRecord).where(
        DeliveryRecord.tenant_id == tenant_id,
        DeliveryRecord.endpoint_id == endpoint_id,
        DeliveryRecord.id == delivery_id,
    )
    delivery = await session.scalar(query.with_for_update(key_share=True))
    if delivery is None:
        raise NotFound("There is no such webhook delivery.")
    delivery.attempts = 0
    delivery.delivered_at = None
    delivery.next_at = await session.scalar(select(func.clock_timestamp()))
    await session.flush()
    return delivery


async def replay_span(
    session: AsyncSession, span: Span, *, tenant_id: str, endpoint_id: str, limit: int = MOST
) -> Replayed:
    """Do the same for the endpoint's deliveries of a time range, oldest first, `limit` of them at most.

    Events that it subscribed to and that happened while it was switched off count as failed: they are sent
    now for the first time. NotFound; Conflict when the endpoint is switched off, QuotaExceeded while MOST_DUE
    of its deliveries wait.
    """
    endpoint = await _switched_on(session, tenant_id, endpoint_id)
    await _refuse_more(session, endpoint_id)
    values = {
        "endpoint": endpoint.id,
        "tenant": tenant_id,
        "since": span.since,
        "until": span.until,
        "only_failed": span.only_failed,
        "takes_new": not endpoint.per_upload,
        "registered": endpoint.created_at,
        "types": endpoint.events,
        "limit": limit,
    }
    row = (await session.execute(_REPLAY, values)).one()
    return Replayed(row.chosen, row.latest if row.chosen >= limit else None)


async def _switched_on(session: AsyncSession, tenant_id: str, endpoint_id: str) -> EndpointRecord:
    endpoint = await endpoints.locked(session, tenant_id, endpoint_id)
    if endpoint.disabled_at is not None:
        raise Conflict("The webhook endpoint is disabled.")
    return endpoint


async def _refuse_more(session: AsyncSession, endpoint_id: str) -> None:
    waiting = (
        select(DeliveryRecord.id)
        .where(
            DeliveryRecord.endpoint_id == endpoint_id,
            DeliveryRecord.delivered_at.is_(None),
            DeliveryRecord.next_at.is_not(None),
        )
        .limit(MOST_DUE)
        .subquery()
    )
    due = await session.scalar(select(func.count()).select_from(waiting)) or 0
    if due >= MOST_DUE:
        detail = f"{due:,} deliveries of this endpoint wait already; go on when some have been made."
        members = {"quota": "deliveries", "limit": MOST_DUE, "used": due}
        raise QuotaExceeded(detail, retry_after=AGAIN_SECONDS, members=members)
