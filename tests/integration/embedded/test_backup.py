"""`kerf backup` while uploads come in, `kerf restore` elsewhere: what was acknowledged is all there."""

import asyncio
import os
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from api.app import create_app
from cli.backup import backup, restore
from models.errors import InvalidInput
from models.scopes import Scope
from models.tables.tenants import DEFAULT_TENANT
from services import keys
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.infra.embedded import EmbeddedPostgres
from services.infra.migrate import upgrade
from services.infra.peppers import Peppers
from services.infra.secrets import load_keys
from services.jobs import finishing
from tests.integration.api.serving import client_of
from tests.integration.embedded.standing import standing
from tests.integration.embedded.test_up import run
from tests.make import Sessions, chunk_set, take

BEFORE = 12


class Place:
    """One `kerf up`'s data folder with its API in this process."""

    def __init__(self, data: Path, client: Any, sessions: Sessions) -> None:
        self.data = data
        self.client = client
        self.sessions = sessions

    async def upload(self, text: str, key: str) -> dict[str, Any]:
        """An acknowledged document, as the API answers it."""
        answer = await self.client.post(
            "/v1/documents", headers={"X-API-Key": key}, files={"file": ("a.txt", text)}
        )
        assert answer.status_code == 202, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def cut(self, job: str) -> None:
        """The job is done by a worker."""
        claim = await take(self.sessions, job)
        async with self.sessions.begin() as session:
            await finishing.complete(session, claim, chunk_set(claim, artifact=None))

    async def seen(self, document: str, key: str) -> list[Any]:
        """What a reader gets of a document."""
        path = f"/v1/documents/{document}"
        answers = [await self.client.get(p, headers={"X-API-Key": key}) for p in (path, f"{path}/chunks")]
        assert [answer.status_code for answer in answers] == [200, 200]
        return [answer.json() for answer in answers]


@asynccontextmanager
async def place(data: Path) -> AsyncIterator[Place]:
    """The store runs as long as the block."""
    store = EmbeddedPostgres(data / "postgres")
    url = store.start()
    engine = make_engine(url)
    try:
        upgrade(url)
        sessions = make_sessions(engine)
        settings = Settings.model_validate({"database_url": url, "data_dir": data})
        async with client_of(create_app(settings, sessions=sessions)) as client:
            yield Place(data, client, sessions)
    finally:
        await engine.dispose()
        store.stop()


async def new_key(here: Place) -> str:
    async with here.sessions.begin() as session:
        peppers = Peppers(load_keys(None, here.data))
        made = await keys.create(session, DEFAULT_TENANT, "backup", peppers=peppers, scope=Scope.ADMIN)
    return made[1]


@dataclass
class Known:
    """What callers know before the backup: a key, documents with what they answer, jobs that wait."""

    key: str
    seen: dict[str, list[Any]]
    waiting: list[dict[str, Any]]


async def backed_up(data: Path, file: Path) -> Known:
    """Uploads, and a backup of all that has come in, while more comes in."""
    async with place(data) as here:
        key = await new_key(here)
        jobs = [await here.upload(f"Text number {number}.", key) for number in range(BEFORE)]
        for job in jobs[2:]:
            await here.cut(job["id"])
        known = Known(
            key, {one["document"]: await here.seen(one["document"], key) for one in jobs[2:]}, jobs[:2]
        )
        backing = asyncio.create_task(asyncio.to_thread(backup, file, data))
        later = 0
        while not backing.done():
            later += 1
            await here.upload(f"Text that came meanwhile, {later}.", key)
        await backing
        assert later
    return known


async def read_again(data: Path, known: Known) -> None:
    """Everything answers as it did, and what waited goes on."""
    async with place(data) as there:
        for document, seen in known.seen.items():
            assert await there.seen(document, known.key) == seen
        for job in known.waiting:
            await there.cut(job["id"])
            assert (await there.seen(job["document"], known.key))[1]["data"]


def test_what_was_acknowledged_before_a_backup_is_there_after_it_was_brought_back(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, other, file = folder / "data", folder / "other", folder / "kerf.tar"
    known = asyncio.run(backed_up(data, file))
    assert file.stat().st_mode & 0o077 == 0
    restore(file, other)
    assert "; 0 are not whole" in capsys.readouterr().out
    asyncio.run(read_again(other, known))
    assert {path.name for path in folder.iterdir()} == {"data", "other", "kerf.tar"}


def test_what_is_no_backup_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    none = folder / "none.tar"
    with tarfile.open(none, "w"):
        pass
    for wrong in (none, Path(os.devnull), folder / "nothing"):
        with pytest.raises(InvalidInput, match="no backup"):
            restore(wrong, folder / "other")
    with pytest.raises(typer.Exit):
        restore(none, folder)
    with pytest.raises(typer.Exit):
        backup(folder / "b.tar", folder / "empty")
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["none.tar"]


@pytest.mark.soak
def test_a_whole_kerf_up_is_backed_up_under_load_and_lives_on_elsewhere(folder: Path) -> None:
    data, other, file = folder / "data", folder / "other", folder / "kerf.tar"
    with standing(data) as kerf:
        done = [kerf.job_after(kerf.upload(f"{n}.txt", b"Paragraph %d.\n\n" % n * 50)) for n in range(100)]
        known = {job["document"]: kerf.chunks_of(job["document"]) for job in done}
        waiting = [kerf.upload(f"late-{n}.txt", b"Late %d.\n\n" % n * 5000).json() for n in range(20)]
        assert run("backup", str(file), "--data", str(data)).returncode == 0
    restored = run("restore", str(file), "--data", str(other))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    with standing(other) as kerf:
        assert {document: kerf.chunks_of(document) for document in known} == known
        for job in waiting:
            ended = kerf.client.get(f"/v1/jobs/{job['id']}", params={"wait": 60}).json()
            assert ended["state"] == "succeeded", ended
