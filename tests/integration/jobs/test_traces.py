"""Whose trace work goes on with: the job's row says it, whoever takes it up."""

from sqlalchemy import select

from models.tables.jobs import JobRecord, JobState
from services.jobs import members
from services.jobs.cancelling import request_cancel
from services.jobs.redriving import redrive
from tests import rows
from tests.make import Sessions, create_claim, create_job
from tests.part_rows import planned, take_range

ASKED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_every_attempt_at_a_job_or_a_range_of_it_has_the_trace_of_the_upload(
    sessions: Sessions,
) -> None:
    assert (await create_claim(sessions, traceparent=ASKED)).traceparent == ASKED
    [first, *_] = await planned(sessions, traceparent=ASKED)
    assert (await take_range(sessions, first)).traceparent == ASKED
    assert (await create_claim(sessions)).traceparent is None


async def test_members_of_an_archive_have_the_trace_of_its_upload(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        archive = await create_job(session, traceparent=ASKED)
        await members.enqueue(session, archive, [members.Kept("a.txt", "a" * 64, 1)])
    async with sessions() as session:
        found = (await session.scalars(select(JobRecord.traceparent))).all()
    assert found == [ASKED, ASKED]


async def test_an_end_that_no_traced_process_gives_is_told_in_the_trace_of_the_upload(
    sessions: Sessions,
) -> None:
    async with sessions.begin() as session:
        job = await create_job(session, traceparent=ASKED)
    async with sessions.begin() as session:
        await request_cancel(session, tenant_id="default", job_id=job.id)
    [told] = await rows.events_of(sessions, job.document_id)
    assert told.traceparent == ASKED


async def test_a_job_that_is_driven_again_without_traces_keeps_the_one_it_had(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        job = await create_job(session, traceparent=ASKED, state=JobState.FAILED)
    async with sessions.begin() as session:
        assert (await redrive(session, tenant_id="default", job_id=job.id)).traceparent == ASKED
