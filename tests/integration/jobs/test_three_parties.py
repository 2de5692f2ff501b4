"""A document is deleted, its job finishes, and the same content is uploaded anew, all at the same moment.

Each party pauses at random before each of its statements. PostgreSQL itself counts deadlocks.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select, text

from models.errors import Conflict, KerfError, NotFound
from models.tables.documents import ChunkRecord, DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord, JobState
from models.tables.tenants import DEFAULT_TENANT
from services.documents.deletion import delete
from services.documents.sources import Source
from services.documents.submission import rechunk, submit
from services.jobs import claims, finishing
from services.jobs.cancelling import request_cancel
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.reconciling import reconcile
from services.runner.values import Progress
from tests.make import LEASE, OPTIONS, Sessions, chunk_set, take
from tests.support.dawdling import dawdling

CHUNKS = 3
LONGEST_PAUSE = 0.004
PARTIES = 9
HALF = """
SELECT 'job without document' FROM jobs j LEFT JOIN documents d ON d.id = j.document_id WHERE d.id IS NULL
UNION ALL SELECT 'document without job' FROM documents d
 WHERE NOT EXISTS (SELECT FROM jobs j WHERE j.document_id = d.id)
UNION ALL SELECT 'current version is missing' FROM documents d
    LEFT JOIN document_versions v ON v.document_id = d.id AND v.number = d.current_version
 WHERE d.current_version IS NOT NULL AND v.number IS NULL
UNION ALL SELECT 'version without all of its chunks' FROM document_versions v
 WHERE (SELECT count(*) FROM chunks c WHERE c.document_id = v.document_id AND c.version = v.number)
       <> (v.manifest ->> 'chunks')::int
UNION ALL SELECT 'succeeded without version' FROM jobs j
    LEFT JOIN document_versions v ON v.job_id = j.id WHERE j.state = 'succeeded' AND v.job_id IS NULL
UNION ALL SELECT 'version of a job that did not succeed' FROM document_versions v
    LEFT JOIN jobs j ON j.id = v.job_id WHERE j.state IS DISTINCT FROM 'succeeded'
UNION ALL SELECT 'ended without event' FROM jobs j
 WHERE j.state IN ('succeeded', 'cancelled') AND NOT EXISTS (
       SELECT FROM events e WHERE e.document_id = j.document_id AND e.body LIKE '%' || j.id || '%')
UNION ALL SELECT 'doubled number' FROM jobs GROUP BY document_id, ordinal HAVING count(*) > 1
"""


@pytest.fixture
async def pausing(postgres_url: str, sessions: Sessions) -> AsyncIterator[Sessions]:
    """Sessions for all parties at once, each on a connection of its own, that dawdle."""
    assert sessions is not None  # empties the tables afterwards
    async with dawdling(postgres_url, parties=PARTIES, longest=LONGEST_PAUSE, seed=7) as made:
        yield made


class Round:
    """One document whose job is claimed, and everybody who wants something of it."""

    def __init__(self, sessions: Sessions, number: int, claim: Claim, external_id: str | None) -> None:
        self.claim = claim
        self.deleted = False
        self.finished = Ending.LOST
        self.taken: list[tuple[str, str]] = []
        """Jobs and documents of uploads that were answered with 202."""
        self._sessions = sessions
        self._number = number
        self._external_id = external_id

    async def deletion(self) -> None:
        async with self._sessions.begin() as session:
            await delete(session, tenant_id=DEFAULT_TENANT, document_id=self.claim.document_id)
        self.deleted = True

    async def finish(self) -> None:
        async with self._sessions.begin() as session:
            self.finished = await finishing.complete(session, self.claim, chunk_set(self.claim, CHUNKS))

    async def upload(self) -> None:
        async with self._sessions.begin() as session:
            job = await submitted(session, self._number, self._external_id)
        self.taken.append((job.id, job.document_id))

    async def again(self) -> None:
        async with self._sessions.begin() as session:
            await rechunk(
                session,
                tenant_id=DEFAULT_TENANT,
                document_id=self.claim.document_id,
                options={**OPTIONS, "max_tokens": 100},
            )

    async def cancel(self) -> None:
        async with self._sessions.begin() as session:
            await request_cancel(session, tenant_id=DEFAULT_TENANT, job_id=self.claim.job_id)

    async def beat(self) -> None:
        async with self._sessions.begin() as session:
            await claims.beat(session, self.claim, lease=LEASE, progress=Progress("parsing", 1, 2))

    async def sweep(self) -> None:
        async with self._sessions.begin() as session:
            await reconcile(session, lease=LEASE)


async def submitted(session: Any, number: int, external_id: str | None) -> JobRecord:
    data = b"content %d" % number
    source = Source("a.txt", sha256(data).hexdigest(), len(data))
    return await submit(
        session, tenant_id=DEFAULT_TENANT, source=source, options=OPTIONS, external_id=external_id
    )


async def meeting(sessions: Sessions, number: int, *others: str) -> Round:
    """All parties at once; whoever is refused is refused by type, and no upload is."""
    external_id = f"name {number}" if number % 2 else None
    async with sessions.begin() as session:
        job = await submitted(session, number, external_id)
    found = Round(sessions, number, await take(sessions, job.id), external_id)
    parties = [found.deletion, found.finish, found.upload, found.upload]
    parties += [getattr(found, name) for name in others]
    random.Random(number).shuffle(parties)
    for outcome in await asyncio.gather(*map(typed, parties)):
        assert outcome is None or isinstance(outcome, NotFound | Conflict), repr(outcome)
    return found


async def typed(party: Callable[[], Awaitable[None]]) -> KerfError | None:
    try:
        await party()
    except KerfError as error:
        return error
    return None


async def check(sessions: Sessions, found: Round) -> None:
    """What was deleted is gone whole, what was answered with 202 is there unless it was deleted."""
    document = found.claim.document_id
    async with sessions() as session:
        assert (await session.scalars(text(HALF))).all() == []
        jobs = {row.id: row for row in await session.scalars(select(JobRecord))}
        documents = {row.id: row for row in await session.scalars(select(DocumentRecord))}
        of_it = [
            (await session.scalars(select(column).where(column == document))).all()
            for column in (ChunkRecord.document_id, VersionRecord.document_id, JobRecord.document_id)
        ]
    assert found.deleted
    assert (document in documents, of_it) == (False, [[], [], []])
    assert len(found.taken) == 2
    for job, of in found.taken:
        assert job in jobs or of == document
        assert job not in jobs or jobs[job].state == JobState.QUEUED


async def deadlocks(sessions: Sessions) -> int:
    query = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    async with sessions() as session:
        await session.execute(text("SELECT pg_stat_force_next_flush()"))
        return int((await session.execute(query)).scalar_one())


async def meet(sessions: Sessions, rounds: int) -> None:
    before, finished, anew = await deadlocks(sessions), 0, 0
    extras = ("again", "cancel", "beat", "sweep")
    for number in range(rounds):
        others = extras[: number % (len(extras) + 1)]
        found = await meeting(sessions, number, *others)
        await check(sessions, found)
        finished += found.finished is Ending.SUCCEEDED
        anew += any(document != found.claim.document_id for _, document in found.taken)
    after = await deadlocks(sessions)
    print(  # noqa: T201 - the figures of the storm
        f"{rounds} meetings: {finished} finished first, {anew} uploaded anew, {after - before} deadlocks"
    )
    assert after == before
    assert 0 < finished < rounds, "each came first now and then"
    assert 0 < anew < rounds


async def test_deletion_end_and_upload_at_once_leave_no_half_state_and_no_deadlock(pausing: Sessions) -> None:
    await meet(pausing, 40)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
async def test_deletion_end_and_upload_at_once_many_times(pausing: Sessions) -> None:
    await meet(pausing, 1_500)


async def test_a_deadlock_would_be_seen(pausing: Sessions) -> None:
    """Two who lock two rows crosswise."""
    before = await deadlocks(pausing)
    names = []
    for number in range(2):
        async with pausing.begin() as session:
            names.append((await submitted(session, number, None)).id)
    met = asyncio.Barrier(2)

    async def lock(first: str, second: str) -> None:
        statement = text("SELECT FROM jobs WHERE id = :id FOR UPDATE")
        async with pausing.begin() as session:
            await session.execute(statement, {"id": first})
            await met.wait()
            await session.execute(statement, {"id": second})

    outcomes = await asyncio.gather(lock(*names), lock(*names[::-1]), return_exceptions=True)
    assert [outcome is None for outcome in outcomes].count(False) == 1
    assert await deadlocks(pausing) == before + 1
