"""The worker of `kerf up` reads the ranges of one document in all its threads."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from threading import current_thread

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.tables.jobs import JobState
from models.tables.tenants import DEFAULT_TENANT
from services.documents.sources import Source
from services.documents.submission import submit
from services.infra.config import Settings
from services.infra.storage import LocalStorage
from services.jobs.queue import dispatch
from tests import rows
from tests.make import OPTIONS
from tests.support.reports import report
from workers import embedded
from workers.attempt import attempt
from workers.embedded import EmbeddedWorker
from workers.process import Process

PATIENCE = 60


async def test_ranges_are_shared_by_the_threads(
    sessions: async_sessionmaker[AsyncSession],
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers: dict[str, str] = {}

    def noted(process: Process, hint: str) -> None:
        readers[hint] = current_thread().name
        attempt(process, hint)

    monkeypatch.setattr(embedded, "attempt", noted)
    settings = Settings(
        database_url=SecretStr(postgres_url), data_dir=tmp_path, worker_concurrency=2, range_pages=20
    )
    stored = await LocalStorage(settings.objects_dir).put(report(120))
    async with sessions.begin() as session:
        source = Source("report.pdf", stored.sha256, stored.size)
        job = await submit(session, tenant_id=DEFAULT_TENANT, source=source, options=OPTIONS)
    worker = EmbeddedWorker(settings)
    try:
        deadline = time.monotonic() + PATIENCE
        while (row := await rows.job_of(sessions, job.id)).state != JobState.SUCCEEDED:
            assert time.monotonic() < deadline, row
            async with sessions.begin() as session:
                await dispatch(session, window=20, resend_after=timedelta(seconds=60), send=worker.send)
            await asyncio.sleep(0.1)
    finally:
        await asyncio.to_thread(worker.stop)
    assert (row.attempt, row.pages_done) == (1, 120)
    assert len({thread for hint, thread in readers.items() if ":" in hint}) == 2
