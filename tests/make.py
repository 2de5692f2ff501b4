"""Rows for tests: plain functions, every argument with a default.

Those that take a session flush and do not commit; those that take `sessions` commit.
"""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.parsed import parser_profile
from models.tables.batches import BatchItemRecord, BatchRecord
from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord
from models.tables.tenants import DEFAULT_TENANT, TenantRecord
from services.documents.submission import next_ordinal
from services.infra.plain import new_id
from services.jobs import claims
from services.jobs.claims import Claim
from services.jobs.finishing import ChunkSet
from services.jobs.reconciling import reconcile
from tests.rows import expire

Sessions = async_sessionmaker[AsyncSession]

LEASE = timedelta(seconds=30)
OPTIONS = {"strategy": "recursive", "tokenizer": "characters", "max_tokens": 200}


async def create_tenant(session: AsyncSession, tenant_id: str = "other") -> TenantRecord:
    """Another tenant than the default one."""
    tenant = TenantRecord(id=tenant_id, name=tenant_id)
    session.add(tenant)
    await session.flush()
    return tenant


async def create_document(
    session: AsyncSession,
    *,
    tenant_id: str = DEFAULT_TENANT,
    name: str = "agreement.txt",
    data: bytes = b"Either party may terminate.",
    **columns: Any,
) -> DocumentRecord:
    """A document that was just uploaded."""
    document = DocumentRecord(
        id=new_id("doc"),
        tenant_id=tenant_id,
        name=name,
        sha256=sha256(data).hexdigest(),
        size=len(data),
        **columns,
    )
    session.add(document)
    await session.flush()
    return document


async def create_job(
    session: AsyncSession,
    *,
    document: DocumentRecord | None = None,
    tenant_id: str = DEFAULT_TENANT,
    options: Mapping[str, Any] = OPTIONS,
    **columns: Any,
) -> JobRecord:
    """A queued job, of a document of its own when none is given."""
    if document is None:
        document = await create_document(session, tenant_id=tenant_id)
    job = JobRecord(
        id=new_id("job"),
        tenant_id=document.tenant_id,
        document_id=document.id,
        ordinal=await next_ordinal(session, document.id),
        name=document.name,
        sha256=document.sha256,
        size=document.size,
        options=dict(options),
        **columns,
    )
    session.add(job)
    await session.flush()
    return job


async def create_batch(session: AsyncSession, *jobs: JobRecord) -> BatchRecord:
    """A batch that these jobs came in."""
    batch = BatchRecord(id=new_id("bat"), tenant_id=jobs[0].tenant_id)
    session.add(batch)
    await session.flush()
    for index, job in enumerate(jobs):
        ids = {"tenant_id": job.tenant_id, "document_id": job.document_id, "job_id": job.id}
        session.add(BatchItemRecord(batch_id=batch.id, index=index, name=job.name, **ids))
    await session.flush()
    return batch


def wire_chunk(document: str, index: int, text: str = "", **fields: Any) -> dict[str, Any]:
    """A chunk as models.chunk.wire_form makes it."""
    words = text or f"Passage number {index}."
    return {
        "id": f"chk_{sha256(f'{words}{index}'.encode()).hexdigest()[:32]}",
        "document": document,
        "index": index,
        "kind": "text",
        "text": words,
        "context": "",
        "spans": [[index * 100, index * 100 + len(words)]],
        "tokens": len(words),
        "headings": ["Part II", "7 Termination"],
        "pages": [index // 4 + 1],
        "boxes": [{"page": index // 4 + 1, "box": [72.0, 640.1, 540.0, 705.9]}],
        "strategy": "recursive",
        "reason": "target size",
        "parent": None,
        "previous": None,
        "next": None,
        "metadata": {},
        "vector": None,
        **fields,
    }


def wire_chunks(document: str, count: int = 3) -> list[dict[str, Any]]:
    """Chunks in order, four to a page."""
    return [wire_chunk(document, index) for index in range(count)]


async def create_claim(sessions: Sessions, *, lease: timedelta = LEASE, **columns: Any) -> Claim:
    """A committed job, claimed by a worker."""
    async with sessions.begin() as session:
        job = await create_job(session, **columns)
    return await take(sessions, job.id, lease=lease)


async def take(sessions: Sessions, job_id: str, *, lease: timedelta = LEASE) -> Claim:
    """The claim of a job that is known to be free."""
    async with sessions.begin() as session:
        claim = await claims.claim(session, job_id, lease=lease)
    assert claim is not None
    return claim


async def take_over(sessions: Sessions, job_id: str) -> Claim:
    """The claim of another worker, after the attempt before fell silent and its job was taken back."""
    await expire(sessions, job_id)
    async with sessions.begin() as session:
        await reconcile(session)
    return await take(sessions, job_id)


def chunk_set(claim: Claim, count: int = 3, **fields: Any) -> ChunkSet:
    """What an attempt hands in when all went well."""
    found: dict[str, Any] = {
        "chunks": wire_chunks(claim.document_id, count),
        "manifest": {"chunks": count, "coverage": 1.0, "parser": parser_profile()},
        "media_type": "text/plain",
        "page_count": 1,
        "artifact": sha256(b"parsed").hexdigest(),
    }
    return ChunkSet(**(found | fields))
