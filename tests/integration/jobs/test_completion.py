"""A result is stored whole, once, and only by the attempt that holds the job."""

import asyncio
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.documents import DocumentRecord
from models.tables.jobs import JobState
from services.documents.chunks import ChunkQuery, list_chunks
from services.infra.database import make_engine, make_sessions
from services.jobs import finishing
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.finishing import ChunkSet
from tests.make import Sessions, chunk_set, create_claim, create_job, take_over, wire_chunk, wire_chunks
from tests.rows import document_of, events_of, job_of, written


async def complete(sessions: Sessions, claim: Claim, result: ChunkSet | None = None) -> Ending:
    async with sessions.begin() as session:
        return await finishing.complete(session, claim, result or chunk_set(claim))


async def chunks_of(sessions: Sessions, document_id: str, version: int | None = None) -> list[dict[str, Any]]:
    async with sessions() as session:
        return await list_chunks(session, "default", document_id, ChunkQuery(version), limit=1000)


async def outcome(sessions: Sessions, claim: Claim) -> Ending | None:
    async with sessions() as session:
        return await finishing.outcome(session, claim)


async def test_a_result_appears_whole_with_its_version_and_event(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    result = chunk_set(claim, 3, media_type="text/markdown", page_count=7)
    assert await complete(sessions, claim, result) is Ending.SUCCEEDED
    job = await job_of(sessions, claim.job_id)
    assert (job.state, job.version, job.token, job.lease_until) == (JobState.SUCCEEDED, 1, None, None)
    assert job.finished_at is not None
    document = await document_of(sessions, claim.document_id)
    assert (document.current_version, document.sequence) == (1, 1)
    assert (document.media_type, document.page_count) == ("text/markdown", 7)
    assert document.artifact == result.artifact
    assert await chunks_of(sessions, claim.document_id) == result.chunks
    [told] = await events_of(sessions, claim.document_id)
    assert (told.type, told.sequence) == ("document.succeeded", 1)
    assert f'"url":"/v1/documents/{claim.document_id}/chunks"' in told.body
    assert f'"job":"{claim.job_id}","version":1,"chunks":3' in told.body


async def test_a_document_without_chunks_succeeds_too(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    assert await complete(sessions, claim, chunk_set(claim, 0)) is Ending.SUCCEEDED
    assert (await document_of(sessions, claim.document_id)).current_version == 1
    assert await chunks_of(sessions, claim.document_id) == []


async def test_completing_again_after_an_unknown_commit_writes_nothing_twice(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    assert await complete(sessions, claim) is Ending.SUCCEEDED
    assert await complete(sessions, claim) is Ending.SUCCEEDED
    assert await written(sessions) == (1, 3, 1)


async def test_a_second_claim_after_an_expired_lease_makes_the_first_write_nothing(
    sessions: Sessions,
) -> None:
    first = await create_claim(sessions)
    second = await take_over(sessions, first.job_id)
    assert await complete(sessions, first) is Ending.LOST
    assert await written(sessions) == (0, 0, 0)
    assert (await document_of(sessions, first.document_id)).artifact is None
    assert await complete(sessions, second, chunk_set(second, 5)) is Ending.SUCCEEDED
    assert await complete(sessions, first) is Ending.LOST
    assert await written(sessions) == (1, 5, 1)


async def test_two_attempts_that_finish_at_the_same_time_leave_one_result(sessions: Sessions) -> None:
    for _ in range(5):
        first = await create_claim(sessions)
        second = await take_over(sessions, first.job_id)
        endings = await asyncio.gather(
            complete(sessions, first), complete(sessions, second), complete(sessions, second)
        )
        assert list(endings) == [Ending.LOST, Ending.SUCCEEDED, Ending.SUCCEEDED]
        assert len(await chunks_of(sessions, first.document_id)) == 3
        assert len(await events_of(sessions, first.document_id)) == 1


async def test_a_result_of_a_deleted_document_ends_quietly(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    async with sessions.begin() as session:
        await session.delete(await session.get_one(DocumentRecord, claim.document_id))
    assert await complete(sessions, claim) is Ending.LOST
    assert await outcome(sessions, claim) is Ending.LOST
    assert await written(sessions) == (0, 0, 0)


async def test_versions_are_numbered_as_submitted_and_the_last_submitted_is_current(
    sessions: Sessions,
) -> None:
    """Whichever finishes first: an older job that is late makes its version and replaces nothing."""
    for simultaneous in (True, False):
        first = await create_claim(sessions)
        document = await document_of(sessions, first.document_id)
        second = await create_claim(sessions, document=document)
        late = (
            complete(sessions, second, chunk_set(second, 4)),
            complete(sessions, first, chunk_set(first, 2)),
        )
        if simultaneous:
            await asyncio.gather(*late)
        else:
            assert [await ending for ending in late] == [Ending.SUCCEEDED] * 2
        assert [(await job_of(sessions, claim.job_id)).version for claim in (first, second)] == [1, 2]
        assert [told.sequence for told in await events_of(sessions, first.document_id)] == [1, 2]
        assert (await document_of(sessions, first.document_id)).current_version == 2
        assert len(await chunks_of(sessions, first.document_id)) == 4
        assert len(await chunks_of(sessions, first.document_id, version=1)) == 2


async def test_a_result_without_an_artifact_keeps_the_one_there_is(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    await complete(sessions, claim)
    known = await document_of(sessions, claim.document_id)
    again = await create_claim(sessions, document=known)
    await complete(sessions, again, chunk_set(again, artifact=None))
    assert (await document_of(sessions, claim.document_id)).artifact == known.artifact is not None


async def test_readers_see_the_old_version_until_the_new_one_is_whole(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    await complete(sessions, claim, chunk_set(claim, 2))
    again = await create_claim(sessions, document=await document_of(sessions, claim.document_id))
    async with sessions.begin() as session:
        await finishing.complete(session, again, chunk_set(again, 5))
        assert len(await chunks_of(sessions, claim.document_id)) == 2
    assert len(await chunks_of(sessions, claim.document_id)) == 5


async def test_a_chunk_that_cannot_be_stored_leaves_the_job_to_its_attempt(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    bad = chunk_set(
        claim, chunks=[*wire_chunks(claim.document_id, 2), wire_chunk(claim.document_id, 2, "\0")]
    )
    with pytest.raises(DBAPIError, match="invalid byte sequence"):
        await complete(sessions, claim, bad)
    assert await written(sessions) == (0, 0, 0)
    assert await outcome(sessions, claim) is None
    assert await complete(sessions, claim) is Ending.SUCCEEDED


async def test_the_outcome_tells_what_became_of_an_attempt(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    assert await outcome(sessions, claim) is None
    await complete(sessions, claim)
    assert await outcome(sessions, claim) is Ending.SUCCEEDED
    first = await create_claim(sessions)
    second = await take_over(sessions, first.job_id)
    assert await outcome(sessions, first) is Ending.LOST
    await complete(sessions, second)
    assert await outcome(sessions, first) is Ending.LOST
    assert await outcome(sessions, second) is Ending.SUCCEEDED


async def test_a_connection_cut_at_any_statement_leaves_all_or_nothing(
    sessions: Sessions, postgres_url: str
) -> None:
    """The server ends the session after the n-th statement of the finish, for every n there is."""
    cut = 0
    finished = False
    while not finished:
        cut += 1
        claim = await create_claim(sessions)
        finished = await complete_with_a_cut(postgres_url, claim, after=cut)
        known = await outcome(sessions, claim)
        chunks = await chunks_of(sessions, claim.document_id)
        events = await events_of(sessions, claim.document_id)
        assert (known, len(chunks), len(events)) in {(None, 0, 0), (Ending.SUCCEEDED, 3, 1)}
        assert await complete(sessions, claim) is Ending.SUCCEEDED
        assert len(await chunks_of(sessions, claim.document_id)) == 3
        assert len(await events_of(sessions, claim.document_id)) == 1
    assert cut > 6


async def complete_with_a_cut(url: str, claim: Claim, *, after: int) -> bool:
    """Whether the attempt got through before the statement, or commit, at which its connection was cut."""
    engine = make_engine(url)
    steps = 0

    def cut(connection: Any, *_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == after:
            connection.connection.driver_connection.pgconn.finish()

    event.listen(engine.sync_engine, "before_cursor_execute", cut)
    event.listen(engine.sync_engine, "commit", cut)
    try:
        await complete(make_sessions(engine), claim)
    except OperationalError:
        return False
    finally:
        await engine.dispose()
    return True


class Fatal(list[dict[str, Any]]):
    """Chunks at the first of which the server ends the session that copies them."""

    def __init__(self, chunks: list[dict[str, Any]], url: str) -> None:
        super().__init__(chunks)
        self.url = url
        self.read = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The chunks; they are compared with the version before, then copied."""
        self.read += 1
        if self.read == 1:
            return super().__iter__()
        with psycopg.connect(
            make_url(self.url).set(drivername="postgresql").render_as_string(False)
        ) as other:
            query = """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'COPY arriving_chunks%'"""
            assert other.execute(query).fetchone() == (True,)
        return super().__iter__()


async def test_a_session_that_the_server_ends_while_it_copies_is_an_error_like_any_other(
    sessions: Sessions, postgres_url: str
) -> None:
    claim = await create_claim(sessions)
    chunks = Fatal(wire_chunks(claim.document_id), postgres_url)
    with pytest.raises(OperationalError):
        await complete(sessions, claim, chunk_set(claim, chunks=chunks))
    assert await written(sessions) == (0, 0, 0)
    assert await complete(sessions, claim) is Ending.SUCCEEDED


async def test_ten_thousand_chunks_are_stored_at_once(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    result = chunk_set(claim, chunks=[wire_chunk(claim.document_id, i, "w " * 500) for i in range(10_000)])
    assert await complete(sessions, claim, result) is Ending.SUCCEEDED
    assert (await written(sessions))[1] == 10_000


async def test_an_attempt_cannot_complete_a_job_it_never_had(sessions: Sessions, other: Claim) -> None:
    async with sessions.begin() as session:
        job = await create_job(session)
    stranger = Claim(
        job.id, other.tenant_id, job.document_id, "", "", None, {}, {}, attempt=1, token=other.token
    )
    assert await complete(sessions, stranger) is Ending.LOST
    assert await written(sessions) == (0, 0, 0)


@pytest.fixture
async def other(sessions: Sessions) -> Claim:
    """A claim of some other job."""
    return await create_claim(sessions)


async def test_nothing_is_visible_before_the_commit(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    async with sessions() as session:
        assert await finishing.complete(session, claim, chunk_set(claim)) is Ending.SUCCEEDED
        await rolled_back(session)
    assert await written(sessions) == (0, 0, 0)
    assert (await job_of(sessions, claim.job_id)).state == JobState.RUNNING


async def rolled_back(session: AsyncSession) -> None:
    """As if the worker had died before the commit."""
    await session.rollback()
