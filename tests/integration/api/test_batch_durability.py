"""An API killed at any point of taking a batch in has made all of it or nothing; the same call mends it."""

import time
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from tests.integration.api.batching import Files, form, texts
from tests.integration.api.conftest import Sessions
from tests.integration.api.dying import BATCH_POINTS, running

PATIENCE_SECONDS = 120
FEW = ("after some of its rows", "before the commit of a batch", "after the commit of a batch")
ROWS = "SELECT (SELECT count(*) FROM batches), (SELECT count(*) FROM batch_items), count(*) FROM jobs"


def post(url: str, files: Files) -> httpx2.Response:
    """The call, again as long as the dead one seems to be at work on it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        headers = {"Idempotency-Key": '"one"'}
        answer = httpx2.post(f"{url}/v1/batches", headers=headers, timeout=PATIENCE_SECONDS, **form(files))
        if answer.status_code != 409 or time.monotonic() > deadline:
            return answer
        time.sleep(0.1)


async def rows(sessions: Sessions) -> tuple[int, ...]:
    async with sessions() as session:
        return tuple((await session.execute(text(ROWS))).one())


async def killed(sessions: Sessions, url: str, folder: Path, point: str, count: int) -> None:
    files = texts(count)
    settings = {"database_url": url, "data_dir": str(folder), "api_key_required": False}
    with running(settings, point) as dying:
        with pytest.raises(httpx2.TransportError):
            post(dying.url, files)
        dying.process.join(PATIENCE_SECONDS)
        assert dying.process.exitcode == -9
    is_made = point == "after the commit of a batch"
    assert await rows(sessions) == ((1, count, count) if is_made else (0, 0, 0))
    with running(settings) as healthy:
        first, again = post(healthy.url, files), post(healthy.url, files)
        assert (first.status_code, first.json()["documents"]) == (202, count), first.text
        assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    assert await rows(sessions) == (1, count, count)


@pytest.mark.parametrize("point", FEW)
async def test_killed_at_a_point_a_batch_is_there_whole_or_not_at_all(
    sessions: Sessions, postgres_url: str, tmp_path: Path, point: str
) -> None:
    await killed(sessions, postgres_url, tmp_path, point, 5)


@pytest.mark.soak
@pytest.mark.parametrize("point", BATCH_POINTS)
async def test_killed_at_a_point_a_thousand_documents_are_there_or_none(
    sessions: Sessions, postgres_url: str, tmp_path: Path, point: str
) -> None:
    await killed(sessions, postgres_url, tmp_path, point, 1000)
