"""Bytes from a URL are a document as those of an upload are: by its name, else by what they are."""

import asyncio
import hashlib

import pytest
from sqlalchemy import text

from models.chunk import PROFILE
from models.errors import Conflict
from models.parsed import parser_profile
from models.tables.documents import DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord, JobState
from services.documents.sources import Source, wait_for_all
from services.documents.submission import named, rechunk, submit
from services.infra.storage import LocalStorage
from services.jobs.finishing import complete
from tests.integration.fetches.scene import Sessions, asked_for, fetch_all
from tests.integration.fetches.source import answer, saying, source
from tests.make import OPTIONS, chunk_set, take
from tests.rows import count_of, document_of, events_of, job_of

BLOCKED = text("""
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
""")
TEXT, OTHER = b"Either party may terminate.\n", b"Neither party may terminate.\n"
MADE_NOW = {"chunks": 3, "profile": PROFILE, "parser": parser_profile()}


async def uploaded(sessions: Sessions, data: bytes = TEXT, external_id: str | None = None) -> JobRecord:
    """The job that an upload is answered with."""
    given = Source("report.txt", hashlib.sha256(data).hexdigest(), len(data))
    async with sessions.begin() as session:
        return await submit(
            session, tenant_id="default", source=given, options=OPTIONS, external_id=external_id
        )


async def finish(sessions: Sessions, job: JobRecord) -> None:
    """A worker cuts what the job is about."""
    claim = await take(sessions, job.id)
    async with sessions.begin() as session:
        await complete(session, claim, chunk_set(claim, manifest=MADE_NOW))


async def fetched(
    sessions: Sessions, storage: LocalStorage, data: bytes = TEXT, external_id: str | None = None
) -> JobRecord:
    """A job that was to fetch these bytes, after that."""
    with source(saying(answer(data))) as server:
        job = await asked_for(sessions, server.url(), external_id=external_id)
        await fetch_all(sessions, storage)
    return await job_of(sessions, job.id)


async def somebody_waits(sessions: Sessions) -> None:
    """Until some transaction waits for a lock."""
    waiting = 0
    while not waiting:
        async with sessions() as session:
            waiting = await session.scalar(BLOCKED) or 0
        await asyncio.sleep(0.02)


async def test_bytes_that_were_cut_already_are_that_document_and_nothing_is_made(
    sessions: Sessions, storage: LocalStorage
) -> None:
    first = await uploaded(sessions)
    await finish(sessions, first)
    job = await fetched(sessions, storage)
    assert (job.state, job.document_id, job.version) == (JobState.SUCCEEDED, first.document_id, 1)
    assert await count_of(sessions, DocumentRecord) == await count_of(sessions, VersionRecord) == 1
    events = await events_of(sessions, first.document_id)
    assert [event.type for event in events] == ["document.succeeded"] * 2
    assert f'"job":"{job.id}"' in events[1].body
    assert '"diff":{"from":1,"removed":0,"added":0,"moved":0,"unchanged":3}' in events[1].body
    again = await uploaded(sessions)
    assert (again.id, again.document_id) == (job.id, first.document_id), "the newest that did just this"


async def test_bytes_that_are_being_cut_are_that_document_and_cut_after_it(
    sessions: Sessions, storage: LocalStorage
) -> None:
    first = await uploaded(sessions)
    job = await fetched(sessions, storage)
    assert (job.state, job.document_id, job.ordinal) == (JobState.QUEUED, first.document_id, 2)
    assert await count_of(sessions, DocumentRecord) == 1
    await finish(sessions, first)
    await finish(sessions, job)
    assert (await document_of(sessions, first.document_id)).current_version == 2


async def test_two_fetches_of_equal_bytes_are_one_document(sessions: Sessions, storage: LocalStorage) -> None:
    jobs = [await fetched(sessions, storage) for _ in range(2)]
    assert len({job.document_id for job in jobs}) == await count_of(sessions, DocumentRecord) == 1
    assert (await fetched(sessions, storage, OTHER)).document_id != jobs[0].document_id


async def test_under_a_name_what_changed_is_the_next_version_and_what_did_not_is_none(
    sessions: Sessions, storage: LocalStorage
) -> None:
    job: JobRecord | None = None
    for data, state, ordinal in (
        (TEXT, JobState.QUEUED, 1),
        (TEXT, JobState.SUCCEEDED, 2),
        (OTHER, JobState.QUEUED, 3),
        (OTHER, JobState.SUCCEEDED, 4),
        (TEXT, JobState.QUEUED, 5),
    ):
        job = await fetched(sessions, storage, data, external_id="report")
        assert (job.state, job.ordinal) == (state, ordinal)
        if state is JobState.QUEUED:
            await finish(sessions, job)
    assert job is not None
    document = await document_of(sessions, job.document_id)
    assert (document.current_version, document.sha256) == (5, hashlib.sha256(TEXT).hexdigest())
    assert await count_of(sessions, VersionRecord) == 3
    assert await count_of(sessions, DocumentRecord) == 1


async def test_an_upload_after_the_asking_is_newer_than_what_is_fetched_for_it(
    sessions: Sessions, storage: LocalStorage
) -> None:
    first = await uploaded(sessions, external_id="report")
    await finish(sessions, first)
    with source(saying(answer(OTHER))) as server:
        asked = await asked_for(sessions, server.url(), external_id="report")
        same = await uploaded(sessions, external_id="report")
        assert same.id != first.id, "the version asked for in between would replace the first"
        await fetch_all(sessions, storage)
    await finish(sessions, same)
    await finish(sessions, await job_of(sessions, asked.id))
    assert (await document_of(sessions, first.document_id)).current_version == same.ordinal == 3


async def test_a_document_without_bytes_cannot_be_cut_and_one_that_has_some_can(sessions: Sessions) -> None:
    job = await asked_for(sessions, "http://127.0.0.1:9999/")
    async with sessions() as session:
        with pytest.raises(Conflict):
            await rechunk(session, document_id=job.document_id, tenant_id="default", options=OPTIONS)
    known = await uploaded(sessions, external_id="report")
    await asked_for(sessions, "http://127.0.0.1:9999/", external_id="report")
    async with sessions.begin() as session:
        cut = await rechunk(session, document_id=known.document_id, tenant_id="default", options=OPTIONS)
    assert (cut.sha256, cut.ordinal) == (known.sha256, 3)


async def test_a_batch_that_has_the_named_document_does_not_meet_a_fetch_for_it_head_on(
    sessions: Sessions, storage: LocalStorage
) -> None:
    with source(saying(answer(TEXT))) as server:
        job = await asked_for(sessions, server.url(), external_id="report")
        async with sessions.begin() as session:  # as a batch does: names first, then equal bytes
            given = Source("report.txt", hashlib.sha256(OTHER).hexdigest(), len(OTHER))
            await named(session, "default", "report", given)
            arriving = asyncio.create_task(fetch_all(sessions, storage))
            await somebody_waits(sessions)
            await wait_for_all(session, "default")
        await arriving
    assert (await job_of(sessions, job.id)).state == JobState.QUEUED
