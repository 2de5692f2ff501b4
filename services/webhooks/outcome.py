"""Writing down what an attempt met, and what follows for the delivery and its endpoint."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.webhooks import DeliveryAttemptRecord, DeliveryRecord, EndpointRecord
from services.infra.counters import Meter, add, counted, timed
from services.webhooks import endpoints
from services.webhooks.backoff import THROTTLING, seconds_of, wait_after
from services.webhooks.claims import Message
from services.webhooks.post import Answer

GONE = 410
DISABLED_AFTER = timedelta(hours=120)
FORGIVEN_AFTER = timedelta(hours=240)


async def settle(session: AsyncSession, message: Message, answer: Answer) -> None:
    """Record `answer` in a short transaction that the caller commits.

    Success is 2xx only. A failure is tried again on the schedule; 410, or 120 hours without a single
    success, disables the endpoint. The failure of an attempt whose lease another sender took over
    changes no schedule; a success counts whenever it comes.
    """
    found = await _endpoint(session, message.endpoint_id)
    if found is None:
        return  # deleted meanwhile, with its deliveries and their log
    endpoint, now = found
    delivery, entry = await _delivery(session, message)
    entry.status, entry.error, entry.duration_ms = answer.status, answer.error, answer.duration_ms
    entry.response = answer.stored()
    samples = [counted(Meter.WEBHOOK_ATTEMPTS, outcome_of(answer)), timed(Meter.WEBHOOK_LAG, message.late)]
    if answer.is_success:
        endpoint.failing_since = None
        if delivery.delivered_at is None:
            samples.append(timed(Meter.WEBHOOK_DELIVERY, (now - delivery.created_at).total_seconds()))
        delivery.delivered_at = delivery.delivered_at or now
        delivery.next_at = None
    await add(session, samples)
    if answer.is_success:
        return
    if await _is_current(session, message, delivery):
        wait = None if endpoint.disabled_at else _wait(message.attempt, answer)
        delivery.next_at = None if wait is None else now + timedelta(seconds=wait)
    await _count_failure(session, endpoint, now=now, gone=answer.status == GONE)


async def _endpoint(session: AsyncSession, endpoint_id: str) -> tuple[EndpointRecord, datetime] | None:
    """The endpoint, locked first so that two outcomes cannot wait for each other, and the time."""
    query = (
        select(EndpointRecord, func.clock_timestamp())
        .where(EndpointRecord.id == endpoint_id)
        .with_for_update(of=EndpointRecord, key_share=True)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def _delivery(session: AsyncSession, message: Message) -> tuple[DeliveryRecord, DeliveryAttemptRecord]:
    query = (
        select(DeliveryRecord, DeliveryAttemptRecord)
        .join(DeliveryAttemptRecord, DeliveryAttemptRecord.delivery_id == DeliveryRecord.id)
        .where(DeliveryAttemptRecord.id == message.log_id)
        .with_for_update(key_share=True)
    )
    delivery, entry = (await session.execute(query)).one()
    return delivery, entry


async def _is_current(session: AsyncSession, message: Message, delivery: DeliveryRecord) -> bool:
    """Whether this attempt decides about the next: none came after it, no replay, no success."""
    if delivery.delivered_at is not None or delivery.attempts != message.attempt:
        return False
    query = select(func.max(DeliveryAttemptRecord.id)).where(
        DeliveryAttemptRecord.delivery_id == message.delivery_id
    )
    return await session.scalar(query) == message.log_id


def outcome_of(answer: Answer) -> str:
    """`delivered`, the class of a status that was not wanted (`http_4xx`), or why no whole answer came."""
    if answer.is_success:
        return "delivered"
    return answer.error or f"http_{(answer.status or 0) // 100}xx"


def _wait(attempt: int, answer: Answer) -> float | None:
    if answer.status in THROTTLING:
        return wait_after(attempt, retry_after=seconds_of(answer.headers.get("retry-after")))
    return wait_after(attempt)


async def _count_failure(
    session: AsyncSession, endpoint: EndpointRecord, *, now: datetime, gone: bool
) -> None:
    failing_for = now - (endpoint.failing_since or now)
    if endpoint.failing_since is None or failing_for >= FORGIVEN_AFTER:
        # So long a silence means that nothing was sent meanwhile: one failure after it proves little.
        endpoint.failing_since, failing_for = now, timedelta()
    if endpoint.disabled_at is None and (gone or failing_for >= DISABLED_AFTER):
        endpoint.disabled_at = now
        await endpoints.park(session, endpoint.id)
