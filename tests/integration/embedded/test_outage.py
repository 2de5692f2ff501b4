"""The database goes away under a worker and its relay, and comes back."""

import asyncio
from pathlib import Path

import pytest

from models.tables.jobs import JobState
from services.infra.database import make_engine, make_sessions
from services.infra.embedded import EmbeddedPostgres
from services.infra.migrate import upgrade
from tests.integration.workers.installation import Installation
from tests.integration.workers.test_documents import SMALL, large


@pytest.mark.timeout(300)
async def test_a_restart_of_the_database_costs_no_attempt(folder: Path, redis_url: str) -> None:
    store = EmbeddedPostgres(folder / "postgres")
    url = store.start()
    upgrade(url)
    engine = make_engine(url)
    installation = Installation(make_sessions(engine), url, redis_url, folder)
    installation.forget_hints()
    try:
        installation.start("worker", lease_seconds="300")
        installation.start("beat", lease_seconds="300")
        job = await installation.upload("large.txt", large())
        await installation.job_in(job.id, JobState.RUNNING)
        store.stop()
        await installation.until_logged("loop_failed")
        await asyncio.sleep(2)
        assert store.start() == url
        done = await installation.job_in(job.id, JobState.SUCCEEDED)
        assert (done.attempt, done.lost, done.crashed, done.version) == (1, 0, 0, 1)
        later = await installation.upload("agreement.txt", SMALL)
        await installation.job_in(later.id, JobState.SUCCEEDED)
    finally:
        installation.close()
        await engine.dispose()
        store.stop()
