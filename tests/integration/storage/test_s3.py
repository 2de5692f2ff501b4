"""A bucket: damage and outages are typed, nothing is written twice to one key, sweeps meet no upload."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import obstore
import pytest
from pydantic import ValidationError

from models.errors import StorageError
from models.tables.tenants import DEFAULT_TENANT
from services.documents.deletion import delete
from services.infra import s3
from services.infra.config import Settings
from services.infra.s3 import S3Quarantine, S3Storage, copies, folder_of
from services.infra.s3_partials import S3Partials
from services.infra.stores import make_quarantine, make_storage
from tests.integration.tenants.estate import done, furnish, left_of
from tests.make import Sessions
from workers.blobs import BlobSweep, Found
from workers.erasing import Eraser

TICK = 1.1
"""The bucket's clock counts seconds."""


@pytest.fixture
def storage(bucket: str, tmp_path: Path) -> S3Storage:
    return S3Storage(s3.bucket(bucket), tmp_path / "cache")


@pytest.fixture
def quarantine(bucket: str) -> S3Quarantine:
    return S3Quarantine(s3.bucket(bucket))


@pytest.fixture
def elsewhere(bucket: str, tmp_path: Path) -> S3Storage:
    return S3Storage(s3.bucket(bucket), tmp_path / "another machine")


async def test_damaged_bytes_are_not_handed_out(
    storage: S3Storage, elsewhere: S3Storage, bucket: str, tmp_path: Path
) -> None:
    stored = await storage.put(b"as they were")
    (only,) = copies(s3.bucket(bucket), folder_of(stored.sha256))
    obstore.put(s3.bucket(bucket), only.key, b"something else")
    with pytest.raises(StorageError, match="damaged"):
        await elsewhere.fetch(stored.sha256)
    assert [path for path in (tmp_path / "another machine").rglob("*") if path.is_file()] == []
    assert (await storage.fetch(stored.sha256)).read_bytes() == b"as they were"  # from its own copy


async def test_bytes_stored_again_leave_one_copy(storage: S3Storage, bucket: str) -> None:
    stored = await storage.put(b"data")
    (first,) = copies(s3.bucket(bucket), folder_of(stored.sha256))
    await asyncio.sleep(TICK)
    await storage.put(b"data")
    (second,) = copies(s3.bucket(bucket), folder_of(stored.sha256))
    assert first.key != second.key


async def test_a_store_that_is_away_is_a_typed_error_that_may_be_tried_again(
    storage: S3Storage, elsewhere: S3Storage, monkeypatch: pytest.MonkeyPatch, bucket: str
) -> None:
    stored = await storage.put(b"before")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(s3, "RETRIES", 1)
    gone = S3Storage(s3.bucket(bucket), elsewhere._cache)
    for work in (gone.put(b"data"), gone.fetch(stored.sha256), gone.delete(stored.sha256)):
        with pytest.raises(StorageError) as caught:
            await work
        assert caught.value.retryable
        assert "127.0.0.1" not in caught.value.detail
    assert (await elsewhere.fetch(stored.sha256)).read_bytes() == b"before"


@pytest.mark.usefixtures("bucket")
async def test_an_unknown_bucket_is_a_storage_error(tmp_path: Path) -> None:
    nowhere = make_storage("s3://no-such-bucket", tmp_path / "objects")
    with pytest.raises(StorageError):
        await nowhere.put(b"data")


async def test_copies_here_go_when_nobody_has_asked_for_an_hour(storage: S3Storage) -> None:
    old, asked = await storage.put(b"old"), await storage.put(b"asked for")
    places = [await storage.fetch(each.sha256) for each in (old, asked)]
    for path in places:
        os.utime(path, (0, 0))
    storage._tidied = -s3.TIDY_SECONDS
    await storage.fetch((await storage.put(b"another")).sha256)
    assert [path.exists() for path in places] == [False, False]
    assert (await storage.fetch(old.sha256)).read_bytes() == b"old"


async def test_orphans_and_deleted_documents_go_and_live_bytes_stay(
    sessions: Sessions, storage: S3Storage, elsewhere: S3Storage, quarantine: S3Quarantine
) -> None:
    """L7 in a bucket."""
    orphans = [await storage.put(b"orphan %d" % n) for n in range(4)]
    live = await done(sessions, storage, DEFAULT_TENANT, b"live")
    gone = await done(sessions, storage, DEFAULT_TENANT, b"deleted")
    async with sessions.begin() as session:
        await delete(session, tenant_id=DEFAULT_TENANT, document_id=gone)
    report = await BlobSweep(sessions, quarantine, grace=0, removes=False).whole()
    await asyncio.sleep(TICK)
    assert (report.stored.blobs, report.removed) == (8, Found())
    sweep = BlobSweep(sessions, quarantine, grace=TICK, removes=True)
    assert (await sweep.whole()).set_aside.blobs == 6
    assert (await elsewhere.fetch(orphans[0].sha256)).is_file(), "it is aside and can be read"
    patient = BlobSweep(sessions, quarantine, grace=3600, removes=True)
    assert (await patient.whole()).removed == Found(), "not so soon"
    await asyncio.sleep(2 * TICK)
    assert (await sweep.whole()).removed.blobs == 6
    assert quarantine.waiting() == []
    kept = [blob.sha256 for shard in quarantine.shards() for blob in quarantine.kept(shard)]
    assert len(kept) == 2
    assert live


@pytest.mark.parametrize("call", ["list", "put", "delete"])
@pytest.mark.parametrize("nth", [1, 2, 3])
async def test_bytes_stored_anew_at_any_step_of_a_sweep_survive(
    storage: S3Storage,
    elsewhere: S3Storage,
    quarantine: S3Quarantine,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    nth: int,
) -> None:
    stored = await storage.put(b"data")
    await asyncio.sleep(TICK)
    loop, does = asyncio.get_running_loop(), getattr(obstore, call)
    calls = 0

    def intruded(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == nth:
            monkeypatch.setattr(obstore, call, does)
            asyncio.run_coroutine_threadsafe(storage.put(b"data"), loop).result(60)
        return does(*arguments, **named)

    (blob,) = quarantine.kept(stored.sha256[:2])
    monkeypatch.setattr(obstore, call, intruded)
    await asyncio.to_thread(quarantine.set_aside, blob)
    await asyncio.to_thread(quarantine.remove, stored.sha256)
    monkeypatch.setattr(obstore, call, does)
    if calls >= nth:
        assert (await elsewhere.fetch(stored.sha256)).read_bytes() == b"data"
    else:
        assert not quarantine.is_kept(stored.sha256)


async def test_a_tenant_is_erased_from_a_bucket(
    sessions: Sessions,
    storage: S3Storage,
    quarantine: S3Quarantine,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workers.erasing.IN_FLIGHT_SECONDS", 0)
    await furnish(sessions, storage, "gone", documents=2)
    await furnish(sessions, storage, "other", documents=1)
    await asyncio.sleep(TICK)
    found = await Eraser(sessions, quarantine, S3Partials(s3.bucket(bucket)), patience=0).erase("gone")
    assert (found.documents, found.blobs) == (3, 5)
    assert found.is_over
    assert await left_of(sessions, "gone") == {}
    kept = [blob for shard in quarantine.shards() for blob in quarantine.kept(shard)]
    assert len(kept) == 3


@pytest.mark.parametrize("url", ["s3://", "s3://A", "http://bucket/x", "s3://bucket/a b", "s3://bucket?x=1"])
def test_only_a_bucket_and_a_prefix_are_a_store(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(storage_url=url)


def test_settings_name_the_bucket(bucket: str, tmp_path: Path) -> None:
    settings = Settings(storage_url=bucket, data_dir=tmp_path)
    assert isinstance(make_storage(settings.storage_url, settings.objects_dir), S3Storage)
    assert isinstance(make_quarantine(settings.storage_url, settings.objects_dir), S3Quarantine)
    assert timedelta(minutes=15) < s3.CACHED
