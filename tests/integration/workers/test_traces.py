"""Traces of workers that fork, and what becomes of work while nobody takes its traces."""

import asyncio
import signal
import socket
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from models.tables.jobs import JobRecord, JobState
from services.jobs.failures import MOST_CRASHED
from tests.integration.workers.installation import PATIENCE, Installation
from tests.integration.workers.test_documents import SMALL
from tests.support.collector import Collector, collector

ASKED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Where the traces go of what is started after this: not before the end of a process."""
    with collector() as made:
        for name, value in {**made.variables, "OTEL_BSP_SCHEDULE_DELAY": "3600000"}.items():
            monkeypatch.setenv(name, value)
        yield made


async def works(installation: Installation, name: str) -> None:
    """A document is cut at its first attempt."""
    job = await installation.upload(name, SMALL + name.encode())
    installation.hint(job.id, times=1)
    assert (await installation.job_in(job.id, JobState.SUCCEEDED)).attempt == 1


async def fails(installation: Installation, name: str) -> None:
    """The bytes of a document, asked for in the trace ASKED, are gone: each attempt fails."""
    job = await installation.upload(name, name.encode())
    async with installation.sessions.begin() as session:
        await session.execute(update(JobRecord).where(JobRecord.id == job.id).values(traceparent=ASKED))
    assert job.sha256 is not None
    await installation._storage.delete(job.sha256)
    installation.hint(job.id, times=MOST_CRASHED)
    assert (await installation.job_in(job.id, JobState.FAILED)).attempt == MOST_CRASHED


async def test_a_process_of_the_pool_sends_at_its_end_every_attempt_it_made(
    seen: Collector, installation: Installation
) -> None:
    worker = installation.start("worker")
    await works(installation, "a.txt")
    await fails(installation, "b.txt")
    assert seen.bodies == []
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE) == 0
    good, *bad = seen.named("attempt")
    assert (good.service, good.parent) == ("kerf-worker", "")
    steps = {span.name for span in seen.spans if span.parent == good.id}
    assert steps == {"claim", "parsing", "chunking", "finish"}
    assert [span.attributes["kerf.attempt"] for span in bad] == [1, 2, 3]
    assert {(span.trace, span.parent) for span in bad} == {tuple(ASKED.split("-")[1:3])}
    assert {span.attributes["error.type"] for span in bad} == {"storage_error"}
    assert [span.attributes["kerf.ending"] for span in bad] == ["retrying", "retrying", "failed"]


async def test_a_collector_that_never_answers_holds_up_neither_work_nor_the_end(
    seen: Collector, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen.is_silent = True
    monkeypatch.setitem(installation._environment, "OTEL_BSP_SCHEDULE_DELAY", "100")
    monkeypatch.setitem(installation._environment, "OTEL_EXPORTER_OTLP_TIMEOUT", "3600")
    worker = installation.start("worker", "--pool", "threads")
    await works(installation, "a.txt")
    await asyncio.to_thread(seen.until, lambda: len(seen.bodies) > 0)
    await works(installation, "b.txt")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE) == 0
    assert not seen.stopping.is_set(), "it has not answered yet"


@pytest.mark.chaos
async def test_a_collector_that_is_not_there_costs_no_job(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setitem(
        installation._environment, "OTEL_EXPORTER_OTLP_ENDPOINT", f"http://u:walrus@127.0.0.1:{port}"
    )
    monkeypatch.setitem(installation._environment, "OTEL_BSP_SCHEDULE_DELAY", "10")
    worker = installation.start("worker", "--pool", "threads")
    await works(installation, "a.txt")
    await works(installation, "b.txt")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE) == 0
    assert "walrus" not in installation.logs()
