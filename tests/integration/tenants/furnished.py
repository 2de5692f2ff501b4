"""Two tenants with rows in every table that has any of theirs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.tables import Base
from models.tables.fetches import FetchRecord
from models.tables.ranges import RangeRecord
from models.tables.tenants import ErasureRecord
from models.tables.webhooks import DeliveryAttemptRecord, DeliveryRecord
from services import idempotency, keys, uploads
from services.jobs import pages
from services.webhooks import endpoints
from tests.integration.api import scene
from tests.integration.webhooks.scene import POLICY
from tests.make import create_batch, create_tenant

Sessions = async_sessionmaker[AsyncSession]
ONE, OTHER = "one", "another"
LEASE = timedelta(seconds=30)
OWNED = {
    table.name: "id" if table.name == "tenants" else "tenant_id"
    for table in Base.metadata.sorted_tables
    if table.name == "tenants" or "tenant_id" in table.columns
}
"""The tables as the code knows them, and whose each row is."""


async def furnish(sessions: Sessions, tenant_id: str) -> str:
    """Leaves rows of the tenant everywhere; its API key."""
    async with sessions.begin() as session:
        await create_tenant(session, tenant_id)
        _, key = await keys.create(session, tenant_id, "test")
        await endpoints.register(session, tenant_id=tenant_id, url="http://127.0.0.1:9999/", policy=POLICY)
        await idempotency.hold(session, tenant_id=tenant_id, key="k", lease=LEASE)
    job = await scene.finished(sessions, tenant_id=tenant_id, chunks=2)
    async with sessions.begin() as session:
        await create_batch(session, job)
        found = await session.scalars(select(DeliveryRecord).where(DeliveryRecord.tenant_id == tenant_id))
        for delivery in found:
            owned = {"tenant_id": tenant_id, "delivery_id": delivery.id}
            attempt = DeliveryAttemptRecord(**owned, status=200, error=None, duration_ms=1, response={})
            session.add(attempt)
        await pages.count(session, tenant_id, 3)
        wanted = uploads.Wanted(9, "", {})
        row = await uploads.begin(session, tenant_id, wanted, lasts=LEASE, most=None)
        await uploads.add(session, row, [uploads.Piece("a", 5)], lasts=LEASE)
        session.add(ErasureRecord(tenant_id=tenant_id, address=f"{tenant_id}aa"))
        made: dict[str, Any] = {
            "first_page": 1,
            "last_page": 2,
            "sha256": "aa",
            "created_at": datetime.now(UTC),
        }
        session.add(RangeRecord(id=f"{job.id}:1", tenant_id=tenant_id, job_id=job.id, **made))
        where: dict[str, Any] = {"url": "https://example.com/a", "host": "example.com:443"}
        session.add(FetchRecord(job_id=job.id, tenant_id=tenant_id, urgency="auto", **where))
    return key


def everywhere(*tenants: str) -> dict[str, set[str]]:
    """What `seen` is to whoever sees rows of these tenants in every table."""
    return {table: set(tenants) for table in OWNED}


async def seen(session: AsyncSession) -> dict[str, set[str]]:
    """Whose rows the transaction sees, table by table, asked without any condition."""
    return {
        table: set((await session.scalars(text(f"SELECT DISTINCT {column} FROM {table}"))).all())
        for table, column in OWNED.items()
    }
