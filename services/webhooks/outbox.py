"""The outbox: an event and its deliveries, written in the transaction in which the event happened."""

import secrets

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.events import Event
from models.tables.webhooks import DeliveryRecord, EndpointRecord, EventRecord


async def publish(
    session: AsyncSession,
    *,
    tenant_id: str,
    event: Event,
    endpoint_id: str | None,
    traceparent: str | None = None,
) -> None:
    """Store `event`, with one delivery for each enabled endpoint that wants it.

    Those are the tenant's registered endpoints subscribed to its type, and `endpoint_id` (the
    `webhook_url` of an upload) when given; `traceparent` is what made it happen. Nothing is sent here and
    nothing is committed.
    """
    record = EventRecord(
        id=f"evt_{secrets.token_hex(12)}",
        tenant_id=tenant_id,
        type=event.type.value,
        document_id=event.document_id,
        sequence=event.sequence,
        body=event.body(),
        traceparent=traceparent,
    )
    session.add(record)
    await session.flush()
    for receiver in await _receivers(session, tenant_id, event, endpoint_id):
        session.add(_delivery(tenant_id, record.id, receiver))
    await session.flush()


async def _receivers(
    session: AsyncSession, tenant_id: str, event: Event, endpoint_id: str | None
) -> list[str]:
    """Ids of the endpoints, kept from deletion until the caller commits: a job must not fail for that."""
    subscribed = ~EndpointRecord.per_upload & or_(
        EndpointRecord.events == [], EndpointRecord.events.any_() == event.type.value
    )
    named: ColumnElement[bool] = EndpointRecord.id == endpoint_id
    query = (
        select(EndpointRecord.id)
        .where(
            EndpointRecord.tenant_id == tenant_id,
            EndpointRecord.disabled_at.is_(None),
            subscribed if endpoint_id is None else or_(subscribed, named),
        )
        .order_by(EndpointRecord.id)
        .with_for_update(read=True, key_share=True)
    )
    return list(await session.scalars(query))


def _delivery(tenant_id: str, event_id: str, endpoint_id: str) -> DeliveryRecord:
    return DeliveryRecord(
        id=f"dlv_{secrets.token_hex(12)}", tenant_id=tenant_id, event_id=event_id, endpoint_id=endpoint_id
    )
