"""Members are made by the transaction that ends their archive's job: all of them once, or none."""

import asyncio
from hashlib import sha256

import pytest
from sqlalchemy import select

from models.chunk import PROFILE
from models.parsed import parser_profile
from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord, JobState
from models.urgency import PATIENT
from services.documents.submission import rechunk
from services.jobs import finishing
from services.jobs.cancelling import request_cancel
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.finishing import ChunkSet
from services.jobs.members import Kept
from tests.make import Sessions, create_claim, take, take_over
from tests.rows import count_of, document_of, events_of, expire, job_of
from tests.support.dying import attempt, killer, run

PATHS = ("a.py", "b/a.py", "c.md")


def kept(*paths: str, data: str = "") -> list[Kept]:
    return [Kept(path, sha256(f"{path}{data}".encode()).hexdigest(), len(path)) for path in paths]


def archive_set(members: list[Kept]) -> ChunkSet:
    """What an attempt at an archive hands in."""
    manifest = {"profile": PROFILE, "parser": parser_profile(), "chunks": 0, "members": len(members)}
    return ChunkSet((), manifest, "application/zip", 0, members=members)


async def complete(sessions: Sessions, claim: Claim, members: list[Kept]) -> Ending:
    async with sessions.begin() as session:
        return await finishing.complete(session, claim, archive_set(members))


async def members_of(sessions: Sessions, archive: str) -> list[tuple[str, str, int, str]]:
    """Path, tenant, ordinal and state of the jobs of the members."""
    async with sessions() as session:
        query = (
            select(DocumentRecord.name, JobRecord.tenant_id, JobRecord.ordinal, JobRecord.state)
            .outerjoin(JobRecord, JobRecord.document_id == DocumentRecord.id)
            .where(DocumentRecord.archive_id == archive)
            .order_by(DocumentRecord.name, JobRecord.ordinal)
        )
        rows = await session.execute(query)
        return [(path, tenant, ordinal, state) for path, tenant, ordinal, state in rows]


QUEUED = [(path, "default", 1, "queued") for path in PATHS]


async def test_members_are_queued_with_what_the_archive_was_uploaded_with(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    assert await complete(sessions, claim, kept(*PATHS)) is Ending.SUCCEEDED
    assert await members_of(sessions, claim.document_id) == QUEUED
    archive, job = await document_of(sessions, claim.document_id), await job_of(sessions, claim.job_id)
    assert (archive.members, job.members, job.state) == (3, 3, JobState.SUCCEEDED)
    async with sessions() as session:
        jobs = (await session.scalars(select(JobRecord).where(JobRecord.id != job.id))).all()
    assert {(one.priority, one.endpoint_id, one.options["max_tokens"]) for one in jobs} == {
        (PATIENT, None, job.options["max_tokens"])
    }


async def test_an_end_that_is_repeated_or_late_makes_no_member_again(sessions: Sessions) -> None:
    silent = await create_claim(sessions)
    second = await take_over(sessions, silent.job_id)
    assert await complete(sessions, silent, kept("late.py")) is Ending.LOST
    ends = await asyncio.gather(*(complete(sessions, second, kept(*PATHS)) for _ in range(4)))
    assert set(ends) == {Ending.SUCCEEDED}
    assert await complete(sessions, silent, kept("late.py")) is Ending.LOST
    assert await members_of(sessions, second.document_id) == QUEUED
    assert len(await events_of(sessions, second.document_id)) == 1


async def test_a_cancelled_archive_has_no_members(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    async with sessions.begin() as session:
        await request_cancel(session, tenant_id="default", job_id=claim.job_id)
    assert await complete(sessions, claim, kept(*PATHS)) is Ending.CANCELLING
    assert await members_of(sessions, claim.document_id) == []


async def test_only_what_differs_gets_another_job(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    await complete(sessions, claim, kept(*PATHS))
    async with sessions.begin() as session:
        job = await rechunk(
            session, tenant_id="default", document_id=claim.document_id, options=claim.options
        )
    second = await take(sessions, job.id)
    await complete(sessions, second, [*kept("a.py"), *kept("b/a.py", data="new"), *kept("d.md")])
    assert await members_of(sessions, claim.document_id) == [
        ("a.py", "default", 1, "queued"),
        ("b/a.py", "default", 1, "queued"),
        ("b/a.py", "default", 2, "queued"),
        ("d.md", "default", 1, "queued"),
    ]


@pytest.mark.parametrize("stride", [9, pytest.param(1, marks=pytest.mark.chaos)])
def test_a_death_at_any_step_of_the_end_leaves_all_members_or_none(database_url: str, stride: int) -> None:
    deaths = 0
    for step in range(1, 1000, stride):
        claim = run(database_url, create_claim)
        finished = attempt(
            database_url, lambda sessions, claim=claim: complete(sessions, claim, kept(*PATHS)), killer(step)
        )
        found = run(database_url, lambda sessions, claim=claim: settled(sessions, claim))
        assert found == (QUEUED, 1), step
        if finished:
            break
        deaths += 1
    assert deaths >= 30 // stride


async def settled(sessions: Sessions, claim: Claim) -> tuple[list[tuple[str, str, int, str]], int]:
    """Members and events when somebody else has taken over what the dead one has left."""
    job = await job_of(sessions, claim.job_id)
    if job.state == JobState.RUNNING:
        assert await members_of(sessions, claim.document_id) == []
        await expire(sessions, claim.job_id)
        second = await take_over(sessions, claim.job_id)
        assert await complete(sessions, second, kept(*PATHS)) is Ending.SUCCEEDED
    assert await count_of(sessions, JobRecord) % 4 == 0
    return await members_of(sessions, claim.document_id), len(await events_of(sessions, claim.document_id))
