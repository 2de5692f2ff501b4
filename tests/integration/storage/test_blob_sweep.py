"""Stored bytes go when nothing refers to them and they have had their grace; what is needed never goes."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from models.errors import StorageError
from models.tables import Base
from models.tables.tenants import DEFAULT_TENANT
from services.documents.deletion import delete
from services.documents.sources import Source
from services.documents.submission import submit
from services.documents.unused import ADDRESSES, referenced
from services.infra import counters
from services.infra.config import Settings
from services.infra.quarantine import Quarantine
from services.infra.storage import LocalStorage
from services.jobs.finishing import complete
from tests.integration.storage.aged import age, files_in, is_aside, is_at_its_address
from tests.make import OPTIONS, Sessions, chunk_set, create_claim
from workers.blobs import BlobSweep, Found, Rounds, Swept

HOUR = 3600.0


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path)


def sweep_of(sessions: Sessions, root: Path, *, removes: bool = True) -> BlobSweep:
    return BlobSweep(sessions, Quarantine(root), grace=HOUR, removes=removes)


async def upload(
    sessions: Sessions, storage: LocalStorage, data: bytes, external_id: str | None = None
) -> tuple[str, str]:
    """As the API does it: bytes first, then the rows. The document's id and the address."""
    stored = await storage.put(data)
    async with sessions.begin() as session:
        source = Source("a.txt", stored.sha256, stored.size)
        job = await submit(
            session, tenant_id=DEFAULT_TENANT, source=source, options=OPTIONS, external_id=external_id
        )
    return job.document_id, stored.sha256


async def remove(sessions: Sessions, document_id: str) -> None:
    async with sessions.begin() as session:
        await delete(session, tenant_id=DEFAULT_TENANT, document_id=document_id)


async def swept_for_good(sessions: Sessions, root: Path) -> Swept:
    """Two rounds, each with everything aged before."""
    age(root)
    first = await sweep_of(sessions, root).whole()
    age(root)
    return first + await sweep_of(sessions, root).whole()


async def test_orphans_and_deleted_documents_go_and_live_bytes_stay(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    """L7: uploads that crashed between bytes and rows, documents that were deleted, documents that live."""
    orphans = [await storage.put(b"orphan %d" % n) for n in range(100)]
    live = [await upload(sessions, storage, b"live %d" % n) for n in range(20)]
    for n in range(50):
        document, _ = await upload(sessions, storage, b"deleted %d" % n)
        await remove(sessions, document)
    again, _ = await upload(sessions, storage, b"live 3", "another")  # two documents of the same bytes
    await remove(sessions, again)
    swept = await swept_for_good(sessions, tmp_path)
    assert swept.removed.blobs == len(orphans) + 50
    assert swept.removed.bytes == sum(o.size for o in orphans) + sum(len(f"deleted {n}") for n in range(50))
    assert set(files_in(tmp_path)) == {address for _, address in live}
    async with sessions() as session:
        seen = {sample.name: sample.total for sample in await counters.read(session)}
    assert seen["kerf_blobs_swept"] == swept.removed.blobs
    assert seen["kerf_blob_bytes_swept"] == swept.removed.bytes


async def test_everything_that_names_an_address_keeps_its_bytes(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    claim = await create_claim(sessions)
    kept = await storage.put(b"the parsed form")
    async with sessions.begin() as session:
        await complete(session, claim, chunk_set(claim, artifact=kept.sha256))
    lost = await storage.put(b"of an attempt that failed")
    await swept_for_good(sessions, tmp_path)
    assert set(files_in(tmp_path)) == {kept.sha256}
    assert lost.sha256 != kept.sha256


def test_every_column_that_holds_an_address_is_asked() -> None:
    named = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name in {"sha256", "artifact"}
    }
    assert {(inspect(c.class_).local_table.name, c.key) for c in ADDRESSES} == named


async def test_a_report_counts_and_changes_nothing(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    orphan = await storage.put(b"orphan")
    await upload(sessions, storage, b"live")
    age(tmp_path)
    before = {name: (path, path.stat().st_mtime) for name, path in files_in(tmp_path).items()}
    for _ in range(2):
        found = await sweep_of(sessions, tmp_path, removes=False).whole()
        assert found == Swept(stored=Found(2, 10), unused=Found(1, orphan.size))
    assert {name: (path, path.stat().st_mtime) for name, path in files_in(tmp_path).items()} == before


async def test_nothing_goes_within_its_grace(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    orphan = await storage.put(b"orphan")
    assert (await sweep_of(sessions, tmp_path).whole()).unused == Found()
    age(tmp_path)
    assert (await sweep_of(sessions, tmp_path).whole()).set_aside == Found(1, 6)
    assert (await sweep_of(sessions, tmp_path).whole()).removed == Found()  # aside, but not for long
    assert is_aside(tmp_path, orphan.sha256)
    age(tmp_path)
    assert (await sweep_of(sessions, tmp_path).whole()).removed == Found(1, 6)
    with pytest.raises(StorageError):
        await storage.fetch(orphan.sha256)


async def test_who_reads_what_is_aside_takes_it_back(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    orphan = await storage.put(b"orphan")
    age(tmp_path)
    await sweep_of(sessions, tmp_path).whole()
    assert is_aside(tmp_path, orphan.sha256)
    assert (await storage.fetch(orphan.sha256)).read_bytes() == b"orphan"
    assert not is_aside(tmp_path, orphan.sha256)
    assert (await sweep_of(sessions, tmp_path).whole()).unused == Found()  # and has its grace anew


async def test_what_is_named_again_while_it_lies_aside_comes_back(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    """As by an attempt that took the parsed form of a document that was deleted meanwhile."""
    kept = await storage.put(b"the parsed form")
    age(tmp_path)
    await sweep_of(sessions, tmp_path).whole()
    claim = await create_claim(sessions)
    async with sessions.begin() as session:
        await complete(session, claim, chunk_set(claim, artifact=kept.sha256))
    age(tmp_path)
    assert (await sweep_of(sessions, tmp_path).whole()).removed == Found()
    assert is_at_its_address(tmp_path, kept.sha256)
    assert (await storage.fetch(kept.sha256)).read_bytes() == b"the parsed form"


class Intruder:
    """Stores and commits the same bytes, on a connection of its own, just before the sweep's n-th step.

    Steps are everything that the sweep asks of the file system or the database.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
        self.came = False
        self._at = at
        self._steps = 0
        self._is_busy = True
        self._upload: Callable[[], Awaitable[object]]
        self._loop = asyncio.get_running_loop()
        for name in ("stat", "rename", "replace", "unlink", "iterdir"):
            monkeypatch.setattr(Path, name, self._before(getattr(Path, name)))
        monkeypatch.setattr(os, "utime", self._before(os.utime))

        async def asked(*arguments: Any) -> Any:
            await self._step()
            return await referenced(*arguments)

        monkeypatch.setattr("workers.blobs.referenced", asked)

    def arm(self, sessions: Sessions, storage: LocalStorage, data: bytes) -> None:
        self._upload = lambda: upload(sessions, storage, data)
        self._is_busy = False

    def disarm(self) -> None:
        self._is_busy = True

    def _before(self, does: Any) -> Any:
        def done(*arguments: Any, **named: Any) -> Any:
            if not self._is_busy and asyncio._get_running_loop() is None:  # in a thread of the sweep
                asyncio.run_coroutine_threadsafe(self._step(), self._loop).result(30)
            return does(*arguments, **named)

        return done

    async def _step(self) -> None:
        if self._is_busy:
            return
        self._steps += 1
        if self._steps == self._at:
            self._is_busy = self.came = True
            await self._upload()


@pytest.mark.parametrize("begins", ["at its address", "aside"])
async def test_bytes_that_are_uploaded_again_at_any_step_of_the_sweep_survive(
    sessions: Sessions, tmp_path: Path, begins: str
) -> None:
    for step in count(1):
        root, data = tmp_path / str(step), b"bytes %d" % step
        storage = LocalStorage(root)
        stored = await storage.put(data)
        age(root)
        if begins == "aside":
            await sweep_of(sessions, root).whole()
            assert is_aside(root, stored.sha256)
            age(root)
        with pytest.MonkeyPatch.context() as patch:
            intruder = Intruder(patch, at=step)
            intruder.arm(sessions, storage, data)
            await sweep_of(sessions, root).whole()
            intruder.disarm()
        if not intruder.came:
            break
        await swept_for_good(sessions, root)
        assert (await storage.fetch(stored.sha256)).read_bytes() == data, f"step {step}"
        assert is_at_its_address(root, stored.sha256)
        assert step < 50
    assert step > 5


async def test_several_sweepers_at_once_do_each_other_no_harm(
    sessions: Sessions, storage: LocalStorage, tmp_path: Path
) -> None:
    for n in range(60):
        await storage.put(b"orphan %d" % n)
    live = {(await upload(sessions, storage, b"live %d" % n))[1] for n in range(20)}
    removed = 0
    for _ in range(2):
        age(tmp_path)
        found = await asyncio.gather(*(sweep_of(sessions, tmp_path).whole() for _ in range(4)))
        removed += sum(each.removed.blobs for each in found)
    assert removed == 60
    assert set(files_in(tmp_path)) == live


@pytest.mark.parametrize("mode", ["report", "remove"])
async def test_the_loop_looks_through_a_folder_a_turn_and_tells_when_it_has_seen_all(
    sessions: Sessions, tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str
) -> None:
    settings = Settings(data_dir=tmp_path, sweep_blobs=mode)
    root = settings.objects_dir
    storage = LocalStorage(root)
    for n in range(5):
        await storage.put(b"orphan %d" % n)
    _, live = await upload(sessions, storage, b"live")
    (root / "incoming" / "of an upload that was cut off").touch()
    age(root)
    rounds = Rounds(settings, sessions)
    shards = len(Quarantine(root).shards())
    for _ in range(shards - 1):
        await rounds.turn()
    assert "blobs_unused" not in capsys.readouterr().out
    await rounds.turn()
    (line,) = capsys.readouterr().out.splitlines()
    assert all(part in line for part in ("blobs_unused", "blobs=5", "bytes=40", f"mode={mode}"))
    age(root)
    for _ in range(shards):
        await rounds.turn()
    assert len(files_in(root)) == (7 if mode == "report" else 1)
    assert (await storage.fetch(live)).read_bytes() == b"live"
