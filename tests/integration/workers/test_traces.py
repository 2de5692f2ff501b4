"""Traces of workers that fork, and what becomes of work while nobody takes its traces."""

import asyncio
import signal
import socket
from collections.abc import Iterator

import pytest

from models.tables.jobs import JobState
from tests.integration.workers.installation import PATIENCE, Installation
from tests.integration.workers.test_documents import SMALL
from tests.support.collector import Collector, collector

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


async def test_a_process_of_the_pool_sends_at_its_end_what_it_has(
    seen: Collector, installation: Installation
) -> None:
    worker = installation.start("worker")
    await works(installation, "a.txt")
    assert seen.bodies == []
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE) == 0
    [attempt] = seen.named("attempt")
    assert (attempt.service, attempt.parent) == ("kerf-worker", "")
    steps = {span.name for span in seen.spans if span.parent == attempt.id}
    assert steps == {"claim", "parsing", "chunking", "finish"}


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
