"""Small steps that the webhook tests share: publish, look at the rows, let time pass."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.events import Event, EventType
from models.tables.tenants import DEFAULT_TENANT
from models.tables.webhooks import DeliveryAttemptRecord, DeliveryRecord, EndpointRecord
from services.infra.secrets import Cipher
from services.webhooks import endpoints, outbox, rotation
from services.webhooks.policy import WebhookPolicy

Sessions = async_sessionmaker[AsyncSession]
TENANT = DEFAULT_TENANT
KEY = "a key for tests and for nothing else"
CIPHER = Cipher([KEY])
POLICY = WebhookPolicy(CIPHER, allow_private=True)
STRICT = WebhookPolicy(CIPHER)


def event(
    document: str = "doc_1", sequence: int = 1, kind: EventType = EventType.DOCUMENT_SUCCEEDED
) -> Event:
    """An event as jobs make them."""
    data = {"job": "job_1", "version": 1, "chunks": 3, "url": f"/v1/documents/{document}/chunks"}
    return Event(kind, document, sequence, datetime.now(UTC), data)


async def endpoint(
    sessions: Sessions, url: str, *, events: Sequence[str] = (), per_upload: bool = False
) -> EndpointRecord:
    """A registered endpoint, private addresses allowed."""
    async with sessions.begin() as session:
        return await endpoints.register(
            session, tenant_id=TENANT, url=url, events=events, policy=POLICY, per_upload=per_upload
        )


async def secret_of(sessions: Sessions, endpoint: EndpointRecord) -> str:
    """The endpoint's secret as its owner reads it."""
    async with sessions() as session:
        return await rotation.secret(session, CIPHER, endpoint.tenant_id, endpoint.id)


async def publish(sessions: Sessions, *events: Event, endpoint_id: str | None = None) -> None:
    """Publish in one transaction, as finishing a job does."""
    async with sessions.begin() as session:
        for one in events:
            await outbox.publish(session, tenant_id=TENANT, event=one, endpoint_id=endpoint_id)


async def deliveries(sessions: Sessions) -> list[DeliveryRecord]:
    """All deliveries, oldest first."""
    async with sessions() as session:
        return list(await session.scalars(select(DeliveryRecord).order_by(DeliveryRecord.created_at)))


async def attempts(sessions: Sessions) -> list[DeliveryAttemptRecord]:
    """The whole log, oldest first."""
    async with sessions() as session:
        return list(await session.scalars(select(DeliveryAttemptRecord).order_by(DeliveryAttemptRecord.id)))


async def look(sessions: Sessions, endpoint_id: str) -> EndpointRecord:
    """The endpoint as it stands now."""
    async with sessions() as session:
        return await session.get_one(EndpointRecord, endpoint_id)


async def wait_out(sessions: Sessions) -> None:
    """Let the time pass until everything that is still on the schedule is due."""
    async with sessions.begin() as session:
        await session.execute(
            update(DeliveryRecord)
            .where(DeliveryRecord.next_at.is_not(None))
            .values(next_at=DeliveryRecord.created_at)
        )


async def pass_time(sessions: Sessions, hours: float) -> None:
    """Let the endpoints' record of failure grow older."""
    async with sessions.begin() as session:
        await session.execute(
            update(EndpointRecord).values(failing_since=EndpointRecord.failing_since - timedelta(hours=hours))
        )
