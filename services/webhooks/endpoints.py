"""Webhook endpoints of a tenant: registering, listing, switching off and on. The caller commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Conflict, InvalidInput, NotFound
from models.events import EventType
from models.tables.jobs import JobRecord
from models.tables.webhooks import DeliveryRecord, EndpointRecord
from services.infra.plain import new_id
from services.webhooks import targets
from services.webhooks.policy import WebhookPolicy
from services.webhooks.signing import new_secret

Position = tuple[datetime, str]  # (created_at, id) of the last row of the page before


async def register(
    session: AsyncSession,
    *,
    tenant_id: str,
    url: str,
    events: Sequence[str] = (),
    policy: WebhookPolicy,
    per_upload: bool = False,
) -> EndpointRecord:
    """Store an endpoint with a new secret, sealed; `events` empty means all.

    The same URL twice is a Conflict, but with `per_upload` it is the same endpoint again, switched on
    if it was off. Raises TargetRefused or, for an event that does not exist, InvalidInput.
    """
    wanted = event_types(events)
    target = await targets.check(url, allow_private=policy.allow_private, own=policy.own)
    made = new_id("ep")
    record = await _insert(
        session,
        {
            "id": made,
            "tenant_id": tenant_id,
            "url": target.url,
            "secret": policy.cipher.seal(new_secret(), owner=made),
            "events": wanted,
            "per_upload": per_upload,
        },
    )
    if record is not None:
        return record
    if not per_upload:
        raise Conflict("This URL is registered already.")
    record = await _same_upload_url(session, tenant_id, target.url)
    record.disabled_at = record.failing_since = None
    await session.flush()
    return record


async def get(session: AsyncSession, tenant_id: str, endpoint_id: str) -> EndpointRecord:
    """One endpoint of the tenant; NotFound."""
    query = select(EndpointRecord).where(
        EndpointRecord.tenant_id == tenant_id, EndpointRecord.id == endpoint_id
    )
    record = await session.scalar(query)
    if record is None:
        raise NotFound("There is no such webhook endpoint.")
    return record


async def list_all(
    session: AsyncSession, *, tenant_id: str, after: Position | None = None, limit: int = 100
) -> list[EndpointRecord]:
    """Registered endpoints, newest first; those of single uploads are not listed."""
    query = (
        select(EndpointRecord)
        .where(EndpointRecord.tenant_id == tenant_id, ~EndpointRecord.per_upload)
        .order_by(EndpointRecord.created_at.desc(), EndpointRecord.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(EndpointRecord.created_at, EndpointRecord.id) < after)
    return list(await session.scalars(query))


async def delete(session: AsyncSession, tenant_id: str, endpoint_id: str) -> None:
    """Remove the endpoint with its deliveries and their log.

    Jobs that name it are locked first, as whoever ends a job does: neither then waits for the other.
    """
    record = await get(session, tenant_id, endpoint_id)
    named = select(JobRecord.id).where(JobRecord.endpoint_id == endpoint_id).order_by(JobRecord.id)
    await session.execute(named.with_for_update(key_share=True))
    await session.delete(record)
    await session.flush()


async def subscribe(
    session: AsyncSession, tenant_id: str, endpoint_id: str, events: Sequence[str]
) -> EndpointRecord:
    """Send only events of these types from now on, all of them if there are none; InvalidInput."""
    wanted = event_types(events)
    record = await locked(session, tenant_id, endpoint_id)
    record.events = wanted
    await session.flush()
    return record


async def disable(session: AsyncSession, tenant_id: str, endpoint_id: str) -> EndpointRecord:
    """Send nothing more to the endpoint. What was still to be sent stays in the log, undelivered."""
    record = await locked(session, tenant_id, endpoint_id)
    if record.disabled_at is None:
        record.disabled_at = await session.scalar(select(func.clock_timestamp()))
        await park(session, endpoint_id)
    return record


async def enable(session: AsyncSession, tenant_id: str, endpoint_id: str) -> EndpointRecord:
    """Send to the endpoint again, beginning with the next event: nothing old is sent by itself.

    Of one that is on already nothing changes, least of all for how long it has been failing.
    """
    record = await locked(session, tenant_id, endpoint_id)
    if record.disabled_at is None:
        return record
    record.disabled_at = record.failing_since = None
    await session.flush()
    return record


async def locked(session: AsyncSession, tenant_id: str, endpoint_id: str) -> EndpointRecord:
    """The endpoint as it stands now, locked until the commit; NotFound."""
    record = await get(session, tenant_id, endpoint_id)
    await session.refresh(record, with_for_update={"key_share": True})
    return record


async def park(session: AsyncSession, endpoint_id: str) -> None:
    """Take every open delivery of the endpoint off the schedule. Lock the endpoint's row first."""
    await session.execute(
        update(DeliveryRecord)
        .where(DeliveryRecord.endpoint_id == endpoint_id, DeliveryRecord.delivered_at.is_(None))
        .values(next_at=None)
    )


def event_types(names: Sequence[str]) -> list[str]:
    """The names in order, each once; InvalidInput for an event that does not exist."""
    known = {str(event) for event in EventType}
    for index, name in enumerate(names):
        if name not in known:
            raise InvalidInput(f"There is no event of this type: {name}.", pointer=f"/events/{index}")
    return sorted(set(names))


async def _insert(session: AsyncSession, values: Mapping[str, Any]) -> EndpointRecord | None:
    statement = (
        insert(EndpointRecord)
        .values(values)
        .on_conflict_do_nothing(index_elements=["tenant_id", "url", "per_upload"])
        .returning(EndpointRecord)
    )
    return await session.scalar(statement)


async def _same_upload_url(session: AsyncSession, tenant_id: str, url: str) -> EndpointRecord:
    query = (
        select(EndpointRecord)
        .where(EndpointRecord.tenant_id == tenant_id, EndpointRecord.url == url, EndpointRecord.per_upload)
        .with_for_update(key_share=True)
    )
    record = await session.scalar(query)
    if record is None:
        raise Conflict("This webhook URL was deleted while it was being registered.")
    return record
