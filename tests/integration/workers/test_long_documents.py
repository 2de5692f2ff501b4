"""Long PDFs on real workers: ranges shared by several, kills that cost one range each, the same result."""

import asyncio
import hashlib
import json
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from models.artifact import dump
from models.limits import DEFAULT_LIMITS
from models.tables.documents import VersionRecord
from models.tables.jobs import JobRecord, JobState
from models.tables.ranges import RangeRecord
from services.extraction.values import ignore
from services.inference.toolkit import Toolkit
from services.jobs.cancelling import request_cancel
from services.pipeline import chunk, parse
from services.runner.work import manifest
from services.segmentation.registry import parse_options
from tests import rows
from tests.integration.workers.installation import OPTIONS, PATIENCE, Installation, kill
from tests.support.reports import report

pytestmark = pytest.mark.timeout(300)

PAGES = 600
UNHURRIED = {"lease_seconds": "60", "resend_seconds": "600"}
"""Nobody loses what it works on, and every hint is sent once, however loaded the machine is."""

LEASE = "4"
"""Seconds; short, for what was killed is waited for."""

MOST_READ = 1.5
"""Times the pages there are."""


def whole(data: bytes) -> tuple[str, dict[str, object]]:
    """The address of the parse and the manifest of the chunks, when the document is read in one piece."""
    document = parse(data, "report.pdf", DEFAULT_LIMITS, ignore)
    options = parse_options(OPTIONS)
    segmented = chunk(document, options, Toolkit(Path()).tools(options))
    return hashlib.sha256(dump(document)).hexdigest(), manifest(segmented, options)


async def made(installation: Installation, job: JobRecord) -> tuple[str | None, dict[str, object]]:
    """The same of the version that the job made."""
    async with installation.sessions() as session:
        query = select(VersionRecord).where(VersionRecord.job_id == job.id)
        version = (await session.scalars(query)).one()
    return version.artifact, version.manifest


def pages_in(logs: str, event: str) -> list[int]:
    """The pages that log lines of that event name: those of page ranges."""
    entries = [json.loads(line) for line in logs.splitlines() if line.startswith("{")]
    names = [str(entry.get("range", "")).partition(":")[2] for entry in entries if entry["event"] == event]
    bounds = [name.split("-") for name in names if name]
    return [page for first, last in bounds for page in range(int(first), int(last) + 1)]


def log_of(installation: Installation, number: int) -> str:
    """What the process that was started as that one has said."""
    [path] = installation.folder.glob(f"*-{number}.log")
    return path.read_text()


async def test_two_workers_share_one_long_document(installation: Installation) -> None:
    data = report(PAGES)
    for _ in range(2):
        installation.start("worker", **UNHURRIED)
    await installation.until_said("ready.", times=2)
    job = await installation.upload("report.pdf", data)
    installation.start("beat", **UNHURRIED)
    done = await installation.job_in(job.id, JobState.SUCCEEDED)
    assert (done.attempt, done.lost, done.crashed, done.pages_done) == (1, 0, 0, PAGES)
    assert await made(installation, done) == whole(data)
    read = [pages_in(log_of(installation, number), "attempt_ended") for number in range(2)]
    assert all(read)
    assert sorted(read[0] + read[1]) == list(range(1, PAGES + 1))
    assert await rows.count_of(installation.sessions, RangeRecord) == 0


@pytest.mark.soak
async def test_a_killed_worker_costs_a_range(installation: Installation) -> None:
    data = report(PAGES, lines=40)
    job = await installation.upload("report.pdf", data)
    installation.start("beat", lease_seconds=LEASE)
    kills = 0
    while kills < 1 and not await is_over(installation, job.id):
        kills += await killed_while_reading(installation, job.id)
        if kills == 1:
            installation.start("worker", range_pages="50", lease_seconds=LEASE)
    installation.start("worker", range_pages="50", lease_seconds=LEASE)
    done = await installation.job_in(job.id, JobState.SUCCEEDED)
    assert kills >= 1
    assert (done.attempt, done.lost, done.crashed) == (1, 0, 0)
    assert PAGES < len(pages_in(installation.logs(), "attempt_started")) <= MOST_READ * PAGES
    assert await made(installation, done) == whole(data)


async def is_over(installation: Installation, job_id: str) -> bool:
    """Whether all pages have been read: there were ranges and the job no longer waits for any."""
    job = await rows.job_of(installation.sessions, job_id)
    planned = await rows.count_of(installation.sessions, RangeRecord) > 0
    return JobState(job.state).is_final or (planned and not job.in_ranges)


async def killed_while_reading(installation: Installation, job_id: str) -> bool:
    """A worker is started and killed as soon as it reads a range; if it came too late for that, it lives."""
    number = len(installation._running)
    worker = installation.start("worker", range_pages="50", lease_seconds=LEASE)
    deadline = time.monotonic() + PATIENCE
    while not pages_in(log_of(installation, number), "attempt_started"):
        if await is_over(installation, job_id):
            return False
        assert time.monotonic() < deadline, installation.logs()
        await asyncio.sleep(0.05)
    kill(worker)
    return True


async def test_a_cancel_stops_the_reader_of_a_range_and_nothing_is_stored(installation: Installation) -> None:
    installation.start("worker", range_pages="500")
    installation.start("beat")
    job = await installation.upload("report.pdf", report(PAGES, lines=40))
    await installation.job_when(job.id, lambda _: bool(pages_in(installation.logs(), "attempt_started")))
    async with installation.sessions.begin() as session:
        cancelled = await request_cancel(session, tenant_id=job.tenant_id, job_id=job.id)
    assert cancelled.state == JobState.CANCELLED
    deadline = time.monotonic() + PATIENCE
    while len(installation.events("attempt_ended")) < len(installation.events("attempt_started")):
        assert time.monotonic() < deadline, installation.logs()
        await asyncio.sleep(0.1)
    assert [entry["ending"] for entry in installation.events("attempt_ended")] == ["planned", "lost"]
    assert await installation.chunk_sets() == (0, 0)
    assert (await rows.job_of(installation.sessions, job.id)).state == JobState.CANCELLED


@pytest.mark.chaos
@pytest.mark.timeout(1800)
async def test_two_thousand_pages_under_a_kill_every_few_seconds(installation: Installation) -> None:
    """J10 in its full size: three readers die while they read, then somebody every 6 s, later every 20 s."""
    pages, lease = 2000, "30"
    data = report(pages, lines=45)
    installation.start("beat", lease_seconds=lease)
    job = await installation.upload("report.pdf", data)
    kills = sum([await killed_while_reading(installation, job.id) for _ in range(3)])
    workers = [installation.start("worker", lease_seconds=lease) for _ in range(2)]
    deadline = time.monotonic() + 1500
    while (await rows.job_of(installation.sessions, job.id)).state != JobState.SUCCEEDED:
        assert time.monotonic() < deadline, installation.logs()
        await asyncio.sleep(6 if kills < 6 else 20)
        kill(workers.pop(0))
        workers.append(installation.start("worker", lease_seconds=lease))
        kills += 1
    done = await rows.job_of(installation.sessions, job.id)
    read = len(pages_in(installation.logs(), "attempt_started"))
    print(f"J10: {pages} pages, {kills} kills, {read / pages:.2f} times read")  # noqa: T201 - a figure
    assert pages < read <= MOST_READ * pages
    assert await made(installation, done) == whole(data)
