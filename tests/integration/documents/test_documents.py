"""Documents are listed newest first and deleted with everything made of them."""

import asyncio

import pytest

from models.errors import NotFound
from models.tables.documents import ChunkRecord, DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord, JobState
from services.documents import queries
from services.documents.deletion import delete
from services.jobs import claims, finishing
from services.jobs import queries as job_queries
from services.jobs.cancelling import request_cancel
from services.jobs.claims import Held
from services.jobs.ending import Ending
from tests.make import LEASE, Sessions, chunk_set, create_claim, create_document, create_job, create_tenant
from tests.rows import count_of, document_of


async def remove(sessions: Sessions, document_id: str, tenant_id: str = "default") -> list[str]:
    async with sessions.begin() as session:
        return await delete(session, tenant_id=tenant_id, document_id=document_id)


async def test_documents_are_listed_newest_first_and_each_once(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
        await create_document(session, tenant_id="other")
        made = [(await create_document(session, name=f"{n}.txt")).id for n in range(7)]
    seen: list[str] = []
    after = None
    async with sessions() as session:
        while page := await queries.list_all(session, tenant_id="default", after=after, limit=3):
            seen += [row.id for row in page]
            after = (page[-1].created_at, page[-1].id)
    assert seen == made[::-1]


async def test_jobs_are_listed_newest_first_by_state_and_by_document(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        document = await create_document(session)
        mine = [(await create_job(session, document=document)).id for _ in range(3)]
        other = await create_job(session)
        await request_cancel(session, tenant_id="default", job_id=mine[0])
    async with sessions() as session:
        every = await job_queries.list_all(session, tenant_id="default")
        assert [job.id for job in every] == [other.id, *mine[::-1]]
        after = (every[1].created_at, every[1].id)
        rest = await job_queries.list_all(session, tenant_id="default", after=after, limit=1)
        assert [job.id for job in rest] == [mine[1]]
        of_one = await job_queries.list_all(
            session, tenant_id="default", only=job_queries.Only(document_id=document.id)
        )
        assert [job.id for job in of_one] == mine[::-1]
        cancelled = await job_queries.list_all(
            session, tenant_id="default", only=job_queries.Only(JobState.CANCELLED)
        )
        assert [job.id for job in cancelled] == [mine[0]]
        assert await job_queries.list_all(session, tenant_id="nobody") == []


async def test_a_job_is_read_as_it_is_now_even_in_a_long_session(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    async with sessions() as session:
        job = await job_queries.get(session, tenant_id="default", job_id=claim.job_id)
        await session.commit()
        async with sessions.begin() as worker:
            await finishing.complete(worker, claim, chunk_set(claim))
        job = await job_queries.get(session, tenant_id="default", job_id=claim.job_id)
        assert job.state == JobState.SUCCEEDED
        for job_id in ("job_unknown", "job_\0"):
            with pytest.raises(NotFound):
                await job_queries.get(session, tenant_id="default", job_id=job_id)
        with pytest.raises(NotFound):
            await job_queries.get(session, tenant_id="other", job_id=claim.job_id)


async def test_a_version_tells_how_it_was_made(sessions: Sessions) -> None:
    claim = await create_claim(sessions, options={"strategy": "sentence"})
    async with sessions() as session:
        assert await queries.get_version(session, tenant_id="default", document_id=claim.document_id) is None
    async with sessions.begin() as session:
        await finishing.complete(session, claim, chunk_set(claim, manifest={"coverage": 1.0, "tokens": 12}))
    async with sessions() as session:
        version = await queries.get_version(session, tenant_id="default", document_id=claim.document_id)
    assert version is not None
    assert (version.number, version.options) == (1, {"strategy": "sentence"})
    assert version.manifest == {"coverage": 1.0, "tokens": 12}


async def test_a_deleted_document_leaves_nothing_but_its_events(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    async with sessions.begin() as session:
        await finishing.complete(session, claim, chunk_set(claim))
    document = await document_of(sessions, claim.document_id)
    assert set(await remove(sessions, document.id)) == {document.sha256, document.artifact}
    for table in (DocumentRecord, VersionRecord, ChunkRecord, JobRecord):
        assert await count_of(sessions, table) == 0
    with pytest.raises(NotFound):
        await remove(sessions, document.id)


async def test_bytes_that_somebody_else_uploaded_too_are_not_given_up(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
        mine = await create_document(session, data=b"same")
        theirs = await create_document(session, data=b"same", tenant_id="other")
    claim = await create_claim(sessions, document=mine)
    async with sessions.begin() as session:
        await finishing.complete(session, claim, chunk_set(claim, artifact="a" * 64))
    assert await remove(sessions, mine.id) == ["a" * 64]
    assert await remove(sessions, theirs.id, "other") == [theirs.sha256]


async def test_the_documents_of_others_are_neither_read_nor_deleted(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
        theirs = await create_document(session, tenant_id="other")
    for document_id in (theirs.id, "doc_unknown", "doc_\0"):
        with pytest.raises(NotFound):
            await remove(sessions, document_id)
        async with sessions() as session:
            with pytest.raises(NotFound):
                await queries.get(session, tenant_id="default", document_id=document_id)
    assert await count_of(sessions, DocumentRecord) == 1


async def test_a_worker_whose_document_was_deleted_ends_quietly(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    await remove(sessions, claim.document_id)
    async with sessions.begin() as session:
        assert await claims.beat(session, claim, lease=LEASE) is Held.LOST
        assert await finishing.complete(session, claim, chunk_set(claim)) is Ending.LOST
        assert await finishing.release(session, claim) is Ending.LOST
        assert await finishing.confirm_cancel(session, claim) is Ending.LOST
    assert await count_of(sessions, ChunkRecord) == 0


async def test_deleting_and_finishing_at_the_same_time_leaves_nothing(sessions: Sessions) -> None:
    async def finish(claim: claims.Claim) -> Ending:
        async with sessions.begin() as session:
            return await finishing.complete(session, claim, chunk_set(claim))

    for turn in range(10):
        claim = await create_claim(sessions)
        calls = [finish(claim), remove(sessions, claim.document_id)]
        await asyncio.gather(*calls[:: 1 if turn % 2 else -1])
    for table in (DocumentRecord, VersionRecord, ChunkRecord, JobRecord):
        assert await count_of(sessions, table) == 0
