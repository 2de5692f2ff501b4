"""Celery's main process ends, or goes deaf: the supervisor starts another, and nothing is left behind."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from models.tables.jobs import JobState
from tests.integration.workers.installation import PATIENCE, Installation, parsers_are_gone
from tests.integration.workers.test_documents import SMALL, large

pytestmark = pytest.mark.timeout(300)


def children_of(pid: int) -> list[int]:
    """The process's children."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def celery_of(worker: "subprocess.Popen[bytes]", *, other_than: int = 0) -> int:
    """Celery's main process, as soon as it has forked its pool."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for pid in children_of(worker.pid):
            if pid != other_than and children_of(pid):
                return pid
        time.sleep(0.05)
    raise TimeoutError("Celery did not start")


def are_dead(pids: list[int]) -> bool:
    """Whether none of the processes is left after a moment."""
    deadline = time.monotonic() + PATIENCE
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


async def test_a_celery_that_dies_is_started_again_and_its_pool_is_gone(installation: Installation) -> None:
    worker = installation.start("worker", worker_concurrency="2")
    installation.start("beat")
    first = celery_of(worker)
    pool = children_of(first)
    os.kill(first, signal.SIGKILL)
    assert are_dead(pool)
    job = await installation.upload("agreement.txt", SMALL)
    await installation.job_in(job.id, JobState.SUCCEEDED)
    assert celery_of(worker) != first
    assert installation.events("worker_ended")[0]["status"] == -signal.SIGKILL
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE) == 0
    assert parsers_are_gone(installation.folder)


async def test_a_document_whose_process_dies_under_a_worker_that_lives_on_is_suspected(
    installation: Installation,
) -> None:
    worker = installation.start("worker")
    installation.start("beat")
    job = await installation.upload("large.txt", large())
    await installation.job_in(job.id, JobState.RUNNING)
    [process] = children_of(celery_of(worker))
    os.kill(process, signal.SIGKILL)
    done = await installation.job_in(job.id, JobState.SUCCEEDED)
    assert (done.attempt, done.lost, done.orphaned, done.crashed) == (2, 1, 0, 0)


async def test_a_celery_that_hears_nothing_is_replaced(installation: Installation) -> None:
    worker = installation.start("worker", resend_seconds="1")
    installation.start("beat", resend_seconds="1")
    await installation.until_said("ready")
    first = celery_of(worker)
    os.kill(first, signal.SIGSTOP)
    job = await installation.upload("agreement.txt", SMALL)
    await installation.job_in(job.id, JobState.SUCCEEDED)
    assert celery_of(worker) != first
    assert installation.events("worker_deaf")
