"""A real Celery worker on real Redis and Postgres, from the upload to the chunks."""

import signal

import pytest

from models.tables.jobs import JobState
from services.jobs.cancelling import request_cancel
from tests import rows
from tests.integration.workers.installation import PATIENCE, Installation, kill, parsers_are_gone

pytestmark = pytest.mark.timeout(300)

SMALL = b"Either party may terminate this agreement.\n\nNotice must be given in writing.\n"


def large() -> bytes:
    """Some four megabytes of sentences: a few seconds of work."""
    words = [f"word{number}" for number in range(997)]
    sentences = (
        " ".join(words[(7 * i + j) % 997] for j in range(12)).capitalize() + "." for i in range(44_000)
    )
    return "\n\n".join(sentences).encode()


async def test_an_upload_becomes_chunks(installation: Installation) -> None:
    installation.start("worker")
    installation.start("beat")
    job = await installation.upload("agreement.txt", SMALL)
    done = await installation.job_in(job.id, JobState.SUCCEEDED)
    assert (done.attempt, done.lost, done.crashed, done.version) == (1, 0, 0, 1)
    document = await rows.document_of(installation.sessions, job.document_id)
    assert (document.media_type, document.current_version) == ("text/plain", 1)
    assert document.artifact is not None
    assert [event.type for event in await rows.events_of(installation.sessions, document.id)] == [
        "document.succeeded"
    ]


async def test_many_hints_for_one_job_have_one_effect(installation: Installation) -> None:
    job = await installation.upload("agreement.txt", SMALL)
    installation.hint(job.id, times=5)
    installation.start("worker", worker_concurrency="2")
    await installation.job_in(job.id, JobState.SUCCEEDED)
    installation.hint(job.id, times=5)
    await installation.until_no_hint_waits()
    assert (await rows.job_of(installation.sessions, job.id)).attempt == 1
    assert await installation.chunk_sets() == (1, 1)


async def test_a_document_that_cannot_be_read_fails_with_its_code(installation: Installation) -> None:
    job = await installation.upload("report.pdf", b"%PDF-1.7\nnothing of a document in here\n")
    installation.hint(job.id, times=1)
    installation.start("worker")
    failed = await installation.job_in(job.id, JobState.FAILED)
    assert failed.failure is not None
    assert failed.failure["code"] in {"corrupt", "no_pages"}
    assert failed.attempt == 1


async def test_a_cancel_ends_the_work_and_nothing_is_stored(installation: Installation) -> None:
    installation.start("worker")
    job = await installation.upload("large.txt", large())
    installation.hint(job.id, times=1)
    await installation.job_in(job.id, JobState.RUNNING)
    async with installation.sessions.begin() as session:
        await request_cancel(session, tenant_id=job.tenant_id, job_id=job.id)
    await installation.job_in(job.id, JobState.CANCELLED)
    assert parsers_are_gone(installation.folder)
    assert await installation.chunk_sets() == (0, 0)


async def test_another_worker_takes_over_from_a_killed_one(installation: Installation) -> None:
    killed = installation.start("worker")
    installation.start("beat")
    job = await installation.upload("large.txt", large())
    await installation.job_in(job.id, JobState.RUNNING)
    kill(killed)
    assert parsers_are_gone(installation.folder)
    installation.start("worker")
    done = await installation.job_in(job.id, JobState.SUCCEEDED)
    assert (done.attempt, done.lost, done.orphaned, done.crashed) == (2, 0, 1, 0)
    assert (await installation.chunk_sets())[0] == 1


async def test_a_worker_told_to_stop_hands_its_job_back_uncounted(installation: Installation) -> None:
    worker = installation.start("worker")
    job = await installation.upload("large.txt", large())
    installation.hint(job.id, times=1)
    await installation.job_in(job.id, JobState.RUNNING)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE) == 0
    row = await rows.job_of(installation.sessions, job.id)
    assert (row.state, row.attempt, row.lost, row.crashed) == (JobState.QUEUED, 0, 0, 0)
    assert row.token is None
    assert parsers_are_gone(installation.folder)
    assert installation.events("attempt_ended")[0]["ending"] == "released"
