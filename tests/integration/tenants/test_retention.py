"""Documents are kept as long as their tenant wants, counted from the last job on them."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from models.errors import InvalidInput, NotFound
from models.tables.documents import DocumentRecord
from models.tables.tenants import DEFAULT_TENANT
from services.documents.retention import retain, span_of, sweep_batches, sweep_outdated
from services.infra.storage import LocalStorage
from services.jobs.settling import settle
from tests.integration.tenants.estate import done, left_of, uploaded
from tests.make import Sessions, create_batch, create_document, create_job, create_tenant
from tests.rows import count_of
from workers.sweeping import sweep

MONTH = timedelta(days=30)


async def grow_older(sessions: Sessions, days: float) -> None:
    async with sessions.begin() as session:
        for table in ("documents", "jobs"):
            statement = f"UPDATE {table} SET created_at = created_at - make_interval(secs => :seconds)"
            await session.execute(text(statement), {"seconds": days * 86_400})


async def keep(sessions: Sessions, tenant_id: str, span: timedelta | None) -> None:
    async with sessions.begin() as session:
        await retain(session, tenant_id, span)


async def swept(sessions: Sessions) -> int:
    async with sessions.begin() as session:
        return await sweep_outdated(session)


async def test_documents_go_after_their_time_and_only_those_of_the_tenant(
    sessions: Sessions, tmp_path: Path
) -> None:
    storage = LocalStorage(tmp_path)
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    await keep(sessions, DEFAULT_TENANT, MONTH)
    for tenant_id in (DEFAULT_TENANT, "other"):
        await done(sessions, storage, tenant_id, b"old")
    await grow_older(sessions, 20)
    young = await done(sessions, storage, DEFAULT_TENANT, b"young")
    assert await swept(sessions) == 0
    await grow_older(sessions, 11)
    assert not await sweep(sessions, keep_versions=10) or await swept(sessions) == 0
    assert (await left_of(sessions, DEFAULT_TENANT))["documents"] == 1
    assert (await left_of(sessions, DEFAULT_TENANT))["chunks"] == 3
    assert (await left_of(sessions, "other"))["documents"] == 1
    async with sessions() as session:
        assert await session.get(DocumentRecord, young) is not None
    await keep(sessions, DEFAULT_TENANT, None)
    await grow_older(sessions, 365)
    assert await swept(sessions) == 0


async def test_a_new_job_gives_a_document_its_time_anew_and_an_open_one_keeps_it(
    sessions: Sessions, tmp_path: Path
) -> None:
    storage = LocalStorage(tmp_path)
    await keep(sessions, DEFAULT_TENANT, MONTH)
    await done(sessions, storage, DEFAULT_TENANT, b"cut again")
    await uploaded(sessions, storage, DEFAULT_TENANT, b"still waits")
    await grow_older(sessions, 40)
    async with sessions.begin() as session:
        query = text("SELECT document_id FROM jobs WHERE state = 'succeeded'")
        document = await session.get_one(DocumentRecord, await session.scalar(query))
        await create_job(session, document=document, state="cancelled")
    assert await swept(sessions) == 0
    await grow_older(sessions, 31)
    assert await swept(sessions) == 1
    assert await count_of(sessions, DocumentRecord) == 1  # the one that waits


async def test_an_archive_goes_with_its_members_when_all_are_old(sessions: Sessions) -> None:
    await keep(sessions, DEFAULT_TENANT, MONTH)
    async with sessions.begin() as session:
        archive = await create_document(session, name="a.zip")
        member = await create_document(session, name="b.txt", archive_id=archive.id)
    await grow_older(sessions, 40)
    async with sessions.begin() as session:
        await create_job(
            session, document=await session.get_one(DocumentRecord, member.id), state="cancelled"
        )
    assert await swept(sessions) == 0
    await grow_older(sessions, 40)
    assert await swept(sessions) == 1
    assert await count_of(sessions, DocumentRecord) == 0


async def test_a_batch_is_forgotten_so_long_after_it_was_completed(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
        for tenant_id in (DEFAULT_TENANT, "other"):
            await create_batch(session, await create_job(session, tenant_id=tenant_id, state="cancelled"))
        await create_batch(session, await create_job(session))
    await keep(sessions, DEFAULT_TENANT, MONTH)
    async with sessions.begin() as session:
        assert await settle(session) == 2
        assert await sweep_batches(session) == 0
        await session.execute(text("UPDATE batches SET completed_at = completed_at - interval '31 days'"))
        assert await sweep_batches(session) == 1
    assert (await left_of(sessions, DEFAULT_TENANT))["batch_items"] == 1, "the one that is not completed"
    assert (await left_of(sessions, "other"))["batch_items"] == 1


@pytest.mark.parametrize(
    ("written", "span"), [("30d", MONTH), ("12h", timedelta(hours=12)), ("99999d", timedelta(days=99_999))]
)
def test_a_time_is_written_in_days_or_hours(written: str, span: timedelta) -> None:
    assert span_of(written) == span


@pytest.mark.parametrize("written", ["", "0d", "30", "d", "-1d", "1.5d", "100000d", "30D", "30d\n", "٣d"])
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput):
        span_of(written)


async def test_an_unknown_tenant_keeps_nothing(sessions: Sessions) -> None:
    with pytest.raises(NotFound):
        await keep(sessions, "nobody", MONTH)
