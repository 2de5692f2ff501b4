"""A job whose bytes are in a bucket, by a worker on another machine; one worker is killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.tables.jobs import JobState
from services.infra.stores import make_storage
from tests import rows
from tests.integration.workers.installation import Installation, kill, parsers_are_gone
from tests.integration.workers.test_documents import large
from tests.support import s3

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with s3.server() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running.make_bucket("kerf")


async def test_a_killed_worker_is_followed_by_one_that_has_nothing_of_its_files(
    bucket: str, installation: Installation, tmp_path: Path
) -> None:
    installation._storage = make_storage(bucket, tmp_path / "api" / "objects")
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    killed = installation.start("worker", storage_url=bucket, data_dir=first)
    installation.start("beat", storage_url=bucket)
    job = await installation.upload("large.txt", large())
    await installation.job_in(job.id, JobState.RUNNING)
    kill(killed)
    assert parsers_are_gone(tmp_path / "first")
    installation.start("worker", storage_url=bucket, data_dir=second)
    finished = await installation.job_in(job.id, JobState.SUCCEEDED)
    assert finished.attempt == 2
    document = await rows.document_of(installation.sessions, finished.document_id)
    reader = make_storage(bucket, tmp_path / "reader" / "objects")
    assert (await reader.fetch(document.stored[0])).read_bytes() == large()
    assert document.artifact is not None
    assert (await reader.fetch(document.artifact)).stat().st_size > 0
