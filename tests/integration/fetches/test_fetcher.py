"""Fetching on the real database: jobs get their bytes once, or end typed."""

import asyncio
import hashlib
from datetime import timedelta

import pytest

from models.limits import DEFAULT_LIMITS
from models.quotas import Quota
from models.tables.fetches import FetchRecord
from models.tables.jobs import JobRecord, JobState
from models.urgency import FIRST, LATER, PATIENT, Urgency
from services.documents import deletion
from services.fetches.fetcher import Usual
from services.fetches.settling import WAITS
from services.infra import counters
from services.infra.partials import LocalPartials
from services.infra.quarantine import Quarantine
from services.infra.storage import LocalStorage
from services.jobs import cancelling
from services.jobs.queue import dispatch
from services.jobs.redriving import redrive
from tests.integration.fetches.scene import (
    Sessions,
    asked_for,
    fetch_all,
    fetch_of,
    let_time_pass,
    seconds_to_wait,
)
from tests.integration.fetches.source import CHUNKED, Asked, Line, answer, chunked, saying, source
from tests.make import create_tenant
from tests.rows import count_of, document_of, events_of, job_of
from workers.erasing import Eraser

TEXT = b"Either party may terminate this agreement.\n"


SHA256 = hashlib.sha256(TEXT).hexdigest()


SECRET = "sig-0123456789"


async def hinted(sessions: Sessions) -> list[str]:
    """Jobs that a relay hands to workers."""
    sent: list[str] = []
    async with sessions.begin() as session:
        await dispatch(session, window=100, resend_after=timedelta(seconds=60), send=sent.append)
    return sent


async def test_a_job_waits_for_its_bytes_and_is_queued_with_them(
    sessions: Sessions, storage: LocalStorage
) -> None:
    with source(saying(answer(TEXT))) as server:
        url = server.url(f"/files/report.txt?signature={SECRET}")
        job = await asked_for(sessions, url)
        waiting, document = await job_of(sessions, job.id), await document_of(sessions, job.document_id)
        assert (waiting.state, waiting.stage, waiting.sha256) == (JobState.FETCHING, "fetching", None)
        assert waiting.url == server.url("/files/report.txt")
        assert (document.name, document.sha256, document.size) == ("report.txt", None, None)
        assert await hinted(sessions) == []
        await fetch_all(sessions, storage)
    row, document = await job_of(sessions, job.id), await document_of(sessions, job.document_id)
    assert (row.state, row.stage, row.sha256, row.size) == (JobState.QUEUED, None, SHA256, len(TEXT))
    assert (document.sha256, document.size, row.priority) == (SHA256, len(TEXT), FIRST)
    assert row.cost > 0
    assert await fetch_of(sessions, job.id) is None
    assert (await storage.fetch(SHA256)).read_bytes() == TEXT
    assert await hinted(sessions) == [job.id]
    async with sessions() as session:
        counted = {sample.name: sample for sample in await counters.read(session)}
    assert counted["kerf_fetch_attempts"].label == "fetched"
    assert counted["kerf_fetched_bytes"].total == len(TEXT)


@pytest.mark.parametrize(
    ("urgency", "priority"), [(Urgency.BULK, PATIENT), (Urgency.INTERACTIVE, FIRST), (Urgency.AUTO, LATER)]
)
async def test_how_urgent_a_job_is_shows_when_its_size_is_known(
    sessions: Sessions, storage: LocalStorage, urgency: Urgency, priority: int
) -> None:
    with source(saying(answer(bytes(2 << 20)))) as server:
        job = await asked_for(sessions, server.url(), urgency=urgency)
        await fetch_all(sessions, storage)
    assert (await job_of(sessions, job.id)).priority == priority


async def test_a_busy_source_is_asked_again_when_it_says(sessions: Sessions, storage: LocalStorage) -> None:
    busy = answer(status=503, retry_after="100")
    with source(saying(busy, answer(TEXT))) as server:
        job = await asked_for(sessions, server.url())
        await fetch_all(sessions, storage)
        assert (await job_of(sessions, job.id)).state == JobState.FETCHING
        assert 60 < await seconds_to_wait(sessions, job.id) <= 100
        await fetch_all(sessions, storage)
        assert len(server.asked) == 1, "not before that"
        await let_time_pass(sessions)
        await fetch_all(sessions, storage)
    assert (await job_of(sessions, job.id)).state == JobState.QUEUED


async def test_a_source_that_stays_away_is_given_up_and_may_be_asked_again(
    sessions: Sessions, storage: LocalStorage
) -> None:
    answers = [answer(status=500)] * (len(WAITS) + 1)
    with source(saying(*answers, answer(TEXT))) as server:
        job = await asked_for(sessions, server.url(f"/a.txt?t={SECRET}"))
        for _ in answers:
            assert (await job_of(sessions, job.id)).state == JobState.FETCHING
            await let_time_pass(sessions)
            await fetch_all(sessions, storage)
        failed = await job_of(sessions, job.id)
        assert failed.state == JobState.FAILED
        assert failed.failure is not None
        assert (failed.failure["code"], failed.failure["stage"]) == ("fetch_failed", "fetching")
        assert failed.failure["retryable"] is True
        (event,) = await events_of(sessions, job.document_id)
        assert event.type == "document.failed"
        assert SECRET not in event.body + str(failed.failure)
        await let_time_pass(sessions)
        await fetch_all(sessions, storage)
        assert len(server.asked) == len(answers)

        async with sessions.begin() as session:
            await redrive(session, tenant_id="default", job_id=job.id)
        assert (await job_of(sessions, job.id)).state == JobState.FETCHING
        await fetch_all(sessions, storage)
    assert (await job_of(sessions, job.id)).state == JobState.QUEUED


async def test_what_will_not_get_better_ends_at_once(sessions: Sessions, storage: LocalStorage) -> None:
    with source(saying(answer(status=404))) as server:
        denied = await asked_for(sessions, server.url())
        await fetch_all(sessions, storage)
    with source(saying(answer(status=302, location="http://169.254.169.254/"))) as server:
        refused = await asked_for(sessions, server.url())
        await fetch_all(sessions, storage)
    for job, code in ((denied, "fetch_denied"), (refused, "fetch_refused")):
        row = await job_of(sessions, job.id)
        assert row.failure is not None
        assert (row.state, row.failure["code"], row.failure["retryable"]) == ("failed", code, False)
        assert (await document_of(sessions, job.document_id)).sha256 is None


@pytest.mark.parametrize("how", ["cancelled", "deleted", "erased"])
async def test_a_job_that_is_not_wanted_any_more_ends_at_once_and_stays_so(
    sessions: Sessions, storage: LocalStorage, how: str
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    go_on = asyncio.Event()
    loop = asyncio.get_running_loop()

    def script(_asked: Asked, line: Line) -> None:
        line.say(CHUNKED + chunked(TEXT))
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
        line.say(chunked(b""))

    with source(script) as server:
        job = await asked_for(sessions, server.url(), tenant_id="other")
        at_work = asyncio.create_task(fetch_all(sessions, storage))
        await asyncio.to_thread(server.wait_for, 1)
        if how == "cancelled":
            async with sessions.begin() as session:
                row = await cancelling.request_cancel(session, tenant_id="other", job_id=job.id)
            assert row.state == JobState.CANCELLED
        elif how == "deleted":
            async with sessions.begin() as session:
                await deletion.delete(session, tenant_id="other", document_id=job.document_id)
        else:
            root = storage._root
            await Eraser(sessions, Quarantine(root), LocalPartials(root), patience=0).erase("other")
        go_on.set()
        await at_work
    assert await count_of(sessions, FetchRecord) == 0
    if how == "cancelled":
        assert (await job_of(sessions, job.id)).state == JobState.CANCELLED
        assert [event.type for event in await events_of(sessions, job.document_id)] == ["document.cancelled"]
    else:
        assert await count_of(sessions, JobRecord) == 0


async def test_quotas_and_limits_of_the_tenant_hold(sessions: Sessions, storage: LocalStorage) -> None:
    quota = Usual(DEFAULT_LIMITS, Quota(max_bytes=len(TEXT) - 1, max_queued=1))
    limits = Usual(DEFAULT_LIMITS.lowered({"max_bytes": len(TEXT) - 1}), Quota())
    with source(saying(answer(TEXT))) as server:
        for usual, code in ((quota, "quota_exceeded"), (limits, "too_large")):
            job = await asked_for(sessions, server.url())
            await fetch_all(sessions, storage, usual)
            row = await job_of(sessions, job.id)
            assert row.failure is not None
            assert (row.state, row.failure["code"]) == (JobState.FAILED, code)
            assert row.failure["stage"] == "fetching"
        await asked_for(sessions, server.url())
        await fetch_all(sessions, storage, Usual(DEFAULT_LIMITS, Quota(max_bytes=len(TEXT), max_queued=1)))
    assert len(await hinted(sessions)) == 1
