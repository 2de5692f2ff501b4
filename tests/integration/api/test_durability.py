"""202 means durable: an API killed at any point of an upload has made nothing or all (goal J3)."""

import hashlib
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord
from services.infra.storage import LocalStorage
from tests.integration.api.conftest import Sessions
from tests.integration.api.dying import POINTS, running

PATIENCE_SECONDS = 60
SENT = "after the response is sent"
COMMITTED = {"after the commit", SENT}


def post(url: str, point: str, data: bytes) -> httpx2.Response:
    """The upload, with a key of its own."""
    return httpx2.post(
        f"{url}/v1/documents",
        files={"file": ("a.txt", data)},
        headers={"Idempotency-Key": f'"{point}"'},
        timeout=PATIENCE_SECONDS,
    )


def post_until_taken(url: str, point: str, data: bytes) -> httpx2.Response:
    """The same again, as long as the dead one seems to be at work on it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (response := post(url, point, data)).status_code == 409 and time.monotonic() < deadline:
        time.sleep(0.1)
    return response


async def rows_of(sessions: Sessions, sha256: str) -> tuple[list[str], int]:
    """The documents of these bytes and how many jobs they have."""
    async with sessions() as session:
        ids = await session.scalars(select(DocumentRecord.id).where(DocumentRecord.sha256 == sha256))
        jobs = select(func.count()).select_from(JobRecord).where(JobRecord.sha256 == sha256)
        return list(ids), await session.scalar(jobs) or 0


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_any_point_nothing_is_promised_that_is_not_kept(
    sessions: Sessions, postgres_url: str, tmp_path: Path, point: str
) -> None:
    settings: dict[str, Any] = {
        "database_url": postgres_url,
        "data_dir": str(tmp_path),
        "api_key_required": False,
    }
    data = f"Taken in {point}.".encode()
    sha256 = hashlib.sha256(data).hexdigest()
    with running(settings, point) as dying:
        try:
            promised = post(dying.url, point, data)
        except httpx2.TransportError:
            promised = None
        dying.process.join(PATIENCE_SECONDS)
        assert dying.process.exitcode == -9
    documents, jobs = await rows_of(sessions, sha256)
    assert (len(documents), jobs) == ((1, 1) if point in COMMITTED else (0, 0))
    assert (promised is not None) == (point == SENT)
    if documents:
        assert (await LocalStorage(tmp_path / "objects").fetch(sha256)).read_bytes() == data
    if promised is not None:
        assert (promised.status_code, documents) == (202, [promised.json()["document"]])

    with running(settings) as healthy:
        again = post_until_taken(healthy.url, point, data)
        third = post(healthy.url, point, data)
    assert again.status_code == 202
    assert documents in ([], [again.json()["document"]])
    assert (third.content, third.headers["idempotency-replayed"]) == (again.content, "true")
    assert await rows_of(sessions, sha256) == ([again.json()["document"]], 1)
    assert (await LocalStorage(tmp_path / "objects").fetch(sha256)).read_bytes() == data


def test_there_are_points_before_and_after_every_step() -> None:
    assert len(POINTS) >= 8
