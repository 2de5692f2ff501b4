"""Erasing a tenant: nothing of it is left, nothing of others is touched, whoever dies meanwhile."""

import asyncio
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from models.errors import NotFound
from models.tables.documents import DocumentRecord
from models.tables.jobs import JobState
from models.tables.tenants import DEFAULT_TENANT
from services import quotas, tenants
from services.infra.partials import LocalPartials
from services.infra.quarantine import Quarantine
from services.infra.storage import LocalStorage
from services.jobs.ending import Ending
from services.jobs.finishing import complete, confirm_cancel
from tests.integration.storage.aged import age, files_in, is_at_its_address
from tests.integration.tenants.estate import done, furnish, left_of, uploaded
from tests.make import Sessions, chunk_set, create_tenant, take
from tests.rows import count_of, job_of
from workers.erasing import Eraser


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path)


def eraser(sessions: Sessions, root: Path, *, patience: float = 0) -> Eraser:
    return Eraser(sessions, Quarantine(root), LocalPartials(root), patience=patience)


async def test_nothing_is_left_of_a_tenant_and_nothing_is_missing_of_another(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    await furnish(sessions, storage, "other")
    kept, before = set(files_in(tmp_path)), await left_of(sessions, "other")
    await furnish(sessions, storage, "gone")
    await done(sessions, storage, "gone", b"other 1")  # the other one has these bytes, too
    age(tmp_path)
    found = await eraser(sessions, tmp_path).erase("gone")
    assert (found.documents, found.blobs, found.waiting, found.is_over) == (5, 7, 0, True)
    assert await left_of(sessions, "gone") == {}
    assert set(files_in(tmp_path)) == kept
    assert all(is_at_its_address(tmp_path, name) for name in kept)
    assert await left_of(sessions, "other") == before
    with pytest.raises(NotFound):
        await eraser(sessions, tmp_path).erase("gone")


async def test_a_tenant_with_everything_is_what_the_test_above_looks_at(
    sessions: Sessions, storage: LocalStorage
) -> None:
    await furnish(sessions, storage, "other")
    assert (await left_of(sessions, "other")).keys() >= {
        *("tenants", "api_keys", "webhook_endpoints", "documents", "document_versions", "chunks", "jobs"),
        *("events", "webhook_deliveries"),
    }


async def test_the_default_tenant_stays_and_is_empty(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    await done(sessions, storage, DEFAULT_TENANT, b"something")
    async with sessions.begin() as session:
        await quotas.change(session, DEFAULT_TENANT, {"weight": 3})
        await tenants.lower(session, DEFAULT_TENANT, {"max_pages": 5})
    age(tmp_path)
    assert (await eraser(sessions, tmp_path).erase(DEFAULT_TENANT)).is_over
    assert await left_of(sessions, DEFAULT_TENANT) == {"tenants": 1}
    async with sessions.begin() as session:
        assert await tenants.terms(session, DEFAULT_TENANT) == tenants.Terms({}, {})
    assert files_in(tmp_path) == {}
    await done(sessions, storage, DEFAULT_TENANT, b"something")


async def test_bytes_that_somebody_may_just_be_storing_wait_and_go_later(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "gone")
    await done(sessions, storage, "gone", b"shared")
    age(tmp_path)
    stored = await storage.put(b"shared")  # another tenant's upload, its row is not written yet
    found = await eraser(sessions, tmp_path).erase("gone")
    assert (found.blobs, found.waiting, found.is_over) == (1, 1, False)
    assert await left_of(sessions, "gone") == {"tenants": 1, "erasures": 1}
    assert is_at_its_address(tmp_path, stored.sha256)
    await uploaded(sessions, storage, DEFAULT_TENANT, b"shared")
    age(tmp_path)
    await eraser(sessions, tmp_path).go_on()  # as `beat` does it
    assert await left_of(sessions, "gone") == {}
    assert is_at_its_address(tmp_path, stored.sha256)


async def test_work_is_stopped_first_and_waited_for(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    await furnish(sessions, storage, "gone", documents=0)
    held = await take(sessions, await uploaded(sessions, storage, "gone", b"being read"))
    age(tmp_path)
    erasure = asyncio.create_task(eraser(sessions, tmp_path, patience=60).erase("gone"))
    while (await job_of(sessions, held.job_id)).state != JobState.CANCELLING:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.01)
    late = await storage.put(b"what the worker had just read")
    assert await count_of(sessions, DocumentRecord) == 2
    async with sessions.begin() as session:
        await complete(session, held, chunk_set(held, artifact=late.sha256))
    async with sessions.begin() as session:
        await confirm_cancel(session, held)
    assert (await erasure).is_over
    assert await left_of(sessions, "gone") == {}


async def test_a_worker_that_does_not_hear_is_not_waited_for_for_ever(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    await furnish(sessions, storage, "gone", documents=0)
    held = await take(sessions, await uploaded(sessions, storage, "gone", b"being read"))
    age(tmp_path)
    assert (await eraser(sessions, tmp_path).erase("gone")).is_over
    async with sessions.begin() as session:
        assert await complete(session, held, chunk_set(held)) is Ending.LOST


async def test_several_erasures_at_once_do_each_other_no_harm(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    await furnish(sessions, storage, "gone", documents=8)
    await furnish(sessions, storage, "other", documents=2)
    kept = len(files_in(tmp_path)) - 17
    age(tmp_path)
    results = await asyncio.gather(
        *(eraser(sessions, tmp_path).erase("gone") for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(each, NotFound) or not isinstance(each, Exception) for each in results), results
    await eraser(sessions, tmp_path).go_on()
    assert await left_of(sessions, "gone") == {}
    assert len(files_in(tmp_path)) == kept


def deaths_of(database_url: str, root: Path, stride: int) -> tuple[int, int]:
    """Steps of an erasure, and the deaths survived."""
    command = [sys.executable, "-m", "tests.integration.tenants.dying_eraser", database_url]
    done = subprocess.run(
        [*command, str(root), str(stride)], capture_output=True, text=True, check=False, timeout=3000
    )
    assert done.returncode == 0, done.stderr[-5_000:]
    steps, deaths = done.stdout.splitlines()[-1].split()
    return int(steps), int(deaths)


def test_who_is_killed_at_any_step_is_gone_on_for(database_url: str, tmp_path: Path) -> None:
    steps, deaths = deaths_of(database_url, tmp_path, 17)
    assert steps > 100
    assert deaths >= 6


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_who_is_killed_at_every_step_is_gone_on_for(database_url: str, tmp_path: Path) -> None:
    steps, deaths = deaths_of(database_url, tmp_path, 1)
    print(f"L7: erasure of {steps} steps, {deaths} deaths")  # noqa: T201
    assert deaths > 100


@pytest.mark.soak
async def test_a_thousand_documents_are_gone_within_a_minute(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "gone")
    for number in range(1_000):
        await done(sessions, storage, "gone", b"document %d" % number, chunks=50)
    age(tmp_path)
    began = time.monotonic()
    found = await eraser(sessions, tmp_path).erase("gone")
    seconds = time.monotonic() - began
    print(f"L7: {found.documents} documents, {found.blobs} files erased in {seconds:.1f} s")  # noqa: T201
    assert found.is_over
    assert (found.documents, found.blobs) == (1_000, 2_000)
    assert timedelta(seconds=seconds) <= timedelta(minutes=1)
