"""Steps that the API tests share: a tenant's document with chunks, as a finished job leaves it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord
from models.tables.tenants import DEFAULT_TENANT
from services.jobs.claims import Claim, claim
from services.jobs.failures import Failure
from services.jobs.finishing import ChunkSet, complete, fail
from tests import make
from tests.integration.api.conftest import Sessions

MANIFEST = {"chunks": 10, "coverage": 1.0, "drops": []}


async def queued(sessions: Sessions, tenant_id: str = DEFAULT_TENANT, **columns: Any) -> JobRecord:
    """A queued job on a document of its own."""
    async with sessions.begin() as session:
        return await make.create_job(session, tenant_id=tenant_id, **columns)


async def claimed(sessions: Sessions, job: JobRecord) -> Claim:
    """The job in the hands of a worker."""
    async with sessions.begin() as session:
        held = await claim(session, job.id, lease=timedelta(seconds=30))
    assert held is not None
    return held


async def finished(
    sessions: Sessions,
    *,
    tenant_id: str = DEFAULT_TENANT,
    chunks: int = 10,
    document: DocumentRecord | None = None,
    fields: Mapping[int, Mapping[str, Any]] | None = None,
) -> JobRecord:
    """A job that has succeeded; `fields` change what chunks of some indices have."""
    async with sessions.begin() as session:
        job = await make.create_job(session, tenant_id=tenant_id, document=document)
    held = await claimed(sessions, job)
    made: Sequence[Mapping[str, Any]] = [
        {**chunk, **(fields or {}).get(chunk["index"], {})}
        for chunk in make.wire_chunks(job.document_id, chunks)
    ]
    async with sessions.begin() as session:
        await complete(session, held, ChunkSet(made, MANIFEST, "text/plain", 3))
    return job


async def failed(sessions: Sessions) -> JobRecord:
    """A job that has failed for good."""
    job = await queued(sessions)
    held = await claimed(sessions, job)
    async with sessions.begin() as session:
        await fail(session, held, Failure("encrypted", "The document is encrypted.", False, "parsing"))
    return job
