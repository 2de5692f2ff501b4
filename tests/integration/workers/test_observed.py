"""What `kerf serve`, `kerf worker` and `kerf beat` tell of themselves while they work."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import make_url

from models.tables.tenants import DEFAULT_TENANT
from services import keys
from tests.integration import observed
from tests.integration.monitoring import check_monitoring
from tests.integration.observed import (
    CALLER,
    READY,
    Watched,
    check_lines,
    check_metrics,
    check_traces,
    leaks,
    log_lines,
)
from tests.integration.webhooks.receiver import receiver
from tests.integration.workers.installation import PATIENCE, Installation
from tests.support.collector import Collector, collector

PASSWORD = "planted-password-of-the-database"


def with_password(url: str) -> tuple[str, str]:
    """The same database with a password in its address: its own, or one that a trusting server ignores."""
    given = make_url(url)
    password = str(given.password or PASSWORD)
    return given.set(password=password).render_as_string(hide_password=False), password


def logs_in(folder: Path) -> list[Path]:
    """One for each process."""
    return sorted(folder.glob("*.log"))


async def address(installation: Installation) -> str:
    """Where the API says it is ready."""
    for _ in range(int(PATIENCE / 0.1)):
        for line in installation.logs().splitlines():
            if line.startswith(READY):
                return line.removeprefix(READY)
        await asyncio.sleep(0.1)
    raise TimeoutError(installation.logs())


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Where the traces go of what is started after this."""
    with collector() as made:
        for name, value in Watched.traced(made).items():
            monkeypatch.setenv(name, value)
        yield made


async def test_a_whole_run_on_servers_is_one_trace_leaves_no_secret_and_moves_the_metrics(
    seen: Collector, installation: Installation, database_url: str, tmp_path: Path
) -> None:
    url, password = with_password(database_url)
    settings = {
        "database_url": url,
        "webhooks_allow_private": "true",
        "secret_key": observed.SECRET_KEY,
        "log_level": "debug",
    }
    for command in (("serve", "--port", "0"), ("worker", "--pool", "threads"), ("beat",)):
        installation.start(*command, **settings)
    async with installation.sessions.begin() as session:
        _, key = await keys.create(session, DEFAULT_TENANT, "watched")
    base = await address(installation)
    headers = {"Authorization": f"Bearer {key}", "traceparent": CALLER}
    with (
        receiver(observed.failing_once()) as hook,
        httpx2.Client(base_url=base, headers=headers, timeout=40) as client,
    ):
        watched = Watched(client, [key, password])
        before = watched.metrics()
        await asyncio.to_thread(watched.run, hook)
        check_metrics(before, watched.metrics())
        check_monitoring(client.get("/metrics").text)
        await asyncio.to_thread(check_traces, seen, hook, ("kerf-api", "kerf-worker", "kerf-beat"))
    lines = [line for log in logs_in(tmp_path) for line in log_lines(log)]
    assert leaks(tmp_path, watched.planted, seen) == []
    check_lines(lines)
    assert {line["event"] for line in lines} >= {
        "request",
        "attempt_started",
        "webhook_attempt",
        "beat_started",
    }
    assert all(line["job"] for line in lines if line["event"].startswith("attempt_"))
