"""What a worker keeps of page ranges: used, held against its address, and gone when nobody needs it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.errors import CorruptDocument, WorkerCrashed
from models.tables.jobs import JobRecord, JobState
from models.tables.tenants import DEFAULT_TENANT
from services.documents.sources import Source
from services.documents.submission import submit
from services.infra.config import Settings
from services.infra.storage import address
from services.jobs import finishing, ranges
from services.jobs.ending import Ending
from services.jobs.failures import Failure
from services.jobs.queue import dispatch
from services.jobs.redriving import redrive
from services.runner.process import Child, OnTick
from services.runner.values import Request, Result
from tests import rows
from tests.make import LEASE, OPTIONS
from tests.part_rows import ranges_of
from tests.support.reports import report
from workers.attempt import attempt
from workers.process import Process
from workers.stopping import Stopping

Sessions = async_sessionmaker[AsyncSession]
PAGES, SIZE = 45, 20


@pytest.fixture
def process(postgres_url: str, tmp_path: Path) -> Iterator[Process]:
    settings = Settings(
        database_url=SecretStr(postgres_url), data_dir=tmp_path, worker_concurrency=1, range_pages=SIZE
    )
    made = Process(settings, Stopping())
    yield made
    made.close()


class Scene:
    """One worker of one thread and a relay, step by step."""

    def __init__(self, process: Process, sessions: Sessions) -> None:
        self.process = process
        self.sessions = sessions
        self.thread = ThreadPoolExecutor(1)

    async def upload(self, **options: object) -> JobRecord:
        stored = await self.process.storage.put(report(PAGES))
        async with self.sessions.begin() as session:
            source = Source("report.pdf", stored.sha256, stored.size)
            wanted = {**OPTIONS, **options}
            return await submit(session, tenant_id=DEFAULT_TENANT, source=source, options=wanted)

    async def step(self) -> list[str]:
        """All hints there are, each worked on."""
        hints: list[str] = []
        async with self.sessions.begin() as session:
            await dispatch(session, window=20, resend_after=timedelta(seconds=60), send=hints.append)
        for hint in hints:
            await asyncio.get_running_loop().run_in_executor(self.thread, attempt, self.process, hint)
        return hints

    def kept(self) -> set[str]:
        """The addresses of everything in the store."""
        root = self.process.settings.objects_dir
        return {path.name for path in root.rglob("*") if path.is_file()}

    def path(self, sha256: str | None) -> Path:
        return address(self.process.settings.objects_dir, sha256 or "")


@pytest.fixture
async def scene(process: Process, sessions: Sessions) -> AsyncIterator[Scene]:
    made = Scene(process, sessions)
    yield made
    made.thread.shutdown()


def names(job: JobRecord, *firsts: int) -> list[str]:
    return [f"{job.id}:{first:06}-{min(first + SIZE - 1, PAGES):06}" for first in firsts]


async def test_ranges_are_kept_until_the_document_is_bound_and_no_longer(scene: Scene) -> None:
    job = await scene.upload()
    uploaded = scene.kept()
    assert await scene.step() == [job.id]
    assert await scene.step() == names(job, 1, 21, 41)
    assert len(scene.kept() - uploaded) == 3
    assert await scene.step() == [job.id]
    done = await rows.job_of(scene.sessions, job.id)
    assert (done.state, done.attempt, done.pages_done) == (JobState.SUCCEEDED, 1, PAGES)
    document = await rows.document_of(scene.sessions, job.document_id)
    assert scene.kept() - uploaded == {document.artifact}
    again = await scene.upload(max_tokens=300)
    assert await scene.step() == [again.id]
    assert (await rows.job_of(scene.sessions, again.id)).state == JobState.SUCCEEDED


async def test_a_range_whose_bytes_are_lost_or_damaged_is_read_once_more(scene: Scene) -> None:
    job = await scene.upload()
    await scene.step()
    await scene.step()
    first, second, _ = await ranges_of(scene.sessions, job.id)
    scene.path(first.artifact).unlink()
    scene.path(second.artifact).write_bytes(b"KRAW")
    assert await scene.step() == [job.id]
    assert (await rows.job_of(scene.sessions, job.id)).pages_done == PAGES - 2 * SIZE
    assert await scene.step() == names(job, 1, 21)
    assert await scene.step() == [job.id]
    assert (await rows.job_of(scene.sessions, job.id)).state == JobState.SUCCEEDED


async def test_a_failed_job_that_is_driven_again_reads_only_what_is_missing(scene: Scene) -> None:
    job = await scene.upload()
    await scene.step()
    await scene.step()
    async with scene.sessions.begin() as session:
        await session.execute(text("UPDATE job_ranges SET state = 'queued' WHERE first_page = 21"))
        await session.execute(text("UPDATE jobs SET state = 'running', in_ranges = true"))
        claim = await ranges.take(session, names(job, 21)[0], lease=LEASE)
        assert claim is not None
        assert await finishing.fail(session, claim, Failure.of(CorruptDocument())) is Ending.FAILED
    async with scene.sessions.begin() as session:
        await redrive(session, tenant_id=DEFAULT_TENANT, job_id=job.id)
    assert [await scene.step() for _ in range(3)] == [[job.id], names(job, 21), [job.id]]
    done = await rows.job_of(scene.sessions, job.id)
    assert (done.state, done.crashed, done.pages_done) == (JobState.SUCCEEDED, 0, PAGES)


async def test_what_was_bound_is_kept_before_it_is_cut(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    job = await scene.upload()
    await scene.step()
    await scene.step()
    requests: list[Request] = []
    run = Child.run

    def dying(child: Child, request: Request, on_tick: OnTick) -> Result:
        requests.append(request)
        result = run(child, request, on_tick)
        if len(requests) == 1:
            raise WorkerCrashed
        return result

    monkeypatch.setattr(Child, "run", dying)
    assert await scene.step() == [job.id]
    bound = (await rows.job_of(scene.sessions, job.id)).artifact
    assert await scene.step() == [job.id]
    first, second = requests
    assert first.parts is not None
    assert second.artifact_in == scene.path(bound)
    done = await rows.job_of(scene.sessions, job.id)
    assert (done.state, done.crashed, done.attempt) == (JobState.SUCCEEDED, 1, 2)
    assert (await rows.document_of(scene.sessions, job.document_id)).artifact == bound


async def test_ranges_of_another_reader_are_not_bound_with_ours(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await scene.upload()
    await scene.step()
    with monkeypatch.context() as older:
        older.setattr(scene.process, "profile", lambda _: "an older reader")
        await scene.step()
    assert await scene.step() == [job.id]
    assert await scene.step() == names(job, 1, 21, 41)
    assert await scene.step() == [job.id]
    assert (await rows.job_of(scene.sessions, job.id)).state == JobState.SUCCEEDED


async def test_a_worker_that_stops_hands_its_range_back_uncounted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await scene.upload()
    await scene.step()
    run = scene.process.child.run

    def stopping(request: Request, on_tick: OnTick) -> Result:
        scene.process.stopping.begin()
        return run(request, on_tick)

    with monkeypatch.context() as told:
        told.setattr(Child, "run", lambda _, request, on_tick: stopping(request, on_tick))
        await scene.step()
    for part in await ranges_of(scene.sessions, job.id):
        assert (part.state, part.attempt, part.lost, part.artifact) == ("queued", 0, 0, None)
