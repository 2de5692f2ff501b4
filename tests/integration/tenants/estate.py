"""A tenant that has something of everything, and how to see whether anything is left of it."""

from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from models.tables import Base
from models.tables.jobs import JobRecord
from models.tables.tenants import ApiKeyRecord, TenantRecord
from services.documents.sources import Source
from services.documents.submission import submit
from services.infra.plain import new_id
from services.infra.storage import Storage
from services.jobs.finishing import complete
from services.webhooks import endpoints
from tests.integration.webhooks.scene import POLICY
from tests.make import OPTIONS, Sessions, chunk_set, create_batch, create_tenant, take


async def uploaded(sessions: Sessions, storage: Storage, tenant_id: str, data: bytes) -> str:
    """A queued job for bytes that are stored; its id."""
    stored = await storage.put(data)
    async with sessions.begin() as session:
        source = Source(f"{sha256(data).hexdigest()[:8]}.txt", stored.sha256, stored.size)
        job = await submit(session, tenant_id=tenant_id, source=source, options=OPTIONS)
    return job.id


async def done(
    sessions: Sessions, storage: Storage, tenant_id: str, data: bytes, *, chunks: int = 3, **how: Any
) -> str:
    """The same, and finished, with what was parsed; the document's id."""
    claim = await take(sessions, await uploaded(sessions, storage, tenant_id, data))
    artifact = (await storage.put(b"parsed " + data)).sha256
    async with sessions.begin() as session:
        await complete(session, claim, chunk_set(claim, chunks, artifact=artifact, **how))
    return claim.document_id


async def furnish(sessions: Sessions, storage: Storage, tenant_id: str, documents: int = 3) -> None:
    """A tenant with a key, a webhook, finished documents and a queued job. All stored bytes are its own."""
    async with sessions.begin() as session:
        await create_tenant(session, tenant_id)
    async with sessions.begin() as session:
        session.add(
            ApiKeyRecord(id=new_id("key"), tenant_id=tenant_id, name="a", prefix="b", digest=tenant_id)
        )
        url = "http://127.0.0.1:9999/hook"
        await endpoints.register(session, tenant_id=tenant_id, url=url, policy=POLICY)
    for number in range(documents):
        await done(sessions, storage, tenant_id, f"{tenant_id} {number}".encode())
    waits = await uploaded(sessions, storage, tenant_id, f"{tenant_id} waits".encode())
    async with sessions.begin() as session:
        await create_batch(session, await session.get_one(JobRecord, waits))


async def left_of(sessions: Sessions, tenant_id: str) -> dict[str, int]:
    """How many rows of the tenant every table has, where there are any."""
    found: dict[str, int] = {}
    async with sessions() as session:
        for table in Base.metadata.sorted_tables:
            column = table.c.id if table is TenantRecord.__table__ else table.c.get("tenant_id")
            if column is not None:
                query = select(func.count()).select_from(table).where(column == tenant_id)
                found[table.name] = await session.scalar(query) or 0
    return {name: count for name, count in found.items() if count}
