"""What is Celery's: its pools, recycling, a broker that comes late or lives in memory."""

import asyncio
import signal
import time
from pathlib import Path

import pytest

from models.tables.jobs import JobState
from services.infra.database import make_engine, make_sessions
from tests import rows
from tests.integration.workers.installation import (
    PATIENCE,
    Installation,
    parsers_are_gone,
    parsers_of,
)
from tests.integration.workers.test_documents import SMALL, large
from tests.support.redis import free_port, started
from workers.app import HINTS_PER_DOCUMENT

pytestmark = pytest.mark.timeout(300)

IN_MEMORY = """
import sys, threading, time
from services.infra.broker import PROCESS_DOCUMENT
from services.infra.config import Settings
from workers.app import make_celery

app = make_celery(Settings())
worker = app.Worker(pool="threads", concurrency=1, without_gossip=True, without_mingle=True)
threading.Thread(target=worker.start, daemon=True).start()
app.send_task(PROCESS_DOCUMENT, args=[sys.argv[1]])
deadline = time.monotonic() + 90
while not worker.state.total_count.get(PROCESS_DOCUMENT) or worker.state.active_requests:
    assert time.monotonic() < deadline
    time.sleep(0.05)
worker.stop()
"""


async def test_a_worker_of_threads_hands_its_job_back_when_told_to_stop(installation: Installation) -> None:
    worker = installation.start("worker", "--pool", "threads")
    job = await installation.upload("large.txt", large())
    installation.hint(job.id, times=1)
    await installation.job_in(job.id, JobState.RUNNING)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE) == 0
    row = await rows.job_of(installation.sessions, job.id)
    assert (row.state, row.attempt) == (JobState.QUEUED, 0)
    assert parsers_are_gone(installation.folder)


async def test_a_recycled_worker_process_leaves_no_parser_behind(installation: Installation) -> None:
    installation.start("worker", child_max_tasks="1")
    for number in range(2):
        job = await installation.upload(f"agreement-{number}.txt", SMALL + str(number).encode())
        installation.hint(job.id, times=HINTS_PER_DOCUMENT)
        await installation.job_in(job.id, JobState.SUCCEEDED)
        await installation.until_no_hint_waits()
    deadline = time.monotonic() + PATIENCE
    while len(parsers_of(installation.folder)) > 1:
        assert time.monotonic() < deadline, installation.logs()
        await asyncio.sleep(0.1)


async def test_a_hint_through_memory_is_worked_on(installation: Installation) -> None:
    job = await installation.upload("agreement.txt", SMALL)
    done = installation.run(IN_MEMORY, job.id)
    assert done.returncode == 0, done.stderr
    assert (await rows.job_of(installation.sessions, job.id)).state == JobState.SUCCEEDED


async def test_a_broker_that_comes_late_is_waited_for(database_url: str, tmp_path: Path) -> None:
    engine = make_engine(database_url)
    port = free_port()
    made = Installation(make_sessions(engine), database_url, f"redis://127.0.0.1:{port}/0", tmp_path)
    try:
        made.start("worker")
        made.start("beat")
        job = await made.upload("agreement.txt", SMALL)
        await made.until_logged("loop_failed")
        with started(port):
            await made.job_in(job.id, JobState.SUCCEEDED)
    finally:
        made.close()
        await engine.dispose()
