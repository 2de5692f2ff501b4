"""The local store: bytes under their hash, whole or not at all."""

import asyncio
import os
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from models.errors import StorageError, TooLarge
from services.infra.storage import LocalStorage, Stored, drop_older

MIB = 1 << 20


async def stream(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def files_in(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


async def test_a_stream_is_kept_under_the_hash_of_its_bytes(tmp_path: Path) -> None:
    stored = await LocalStorage(tmp_path).put_stream(stream(b"one ", b"two"), limit=7)
    assert stored == Stored(sha256(b"one two").hexdigest(), 7)
    path = await LocalStorage(tmp_path).fetch(stored.sha256)
    assert path.read_bytes() == b"one two"
    assert path == tmp_path / stored.sha256[:2] / stored.sha256[2:4] / stored.sha256


async def test_a_stream_beyond_the_limit_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        await LocalStorage(tmp_path).put_stream(stream(b"1234", b"5678"), limit=7)
    assert files_in(tmp_path) == []


async def test_a_stream_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"the beginning"
        raise ConnectionResetError

    with pytest.raises(StorageError):
        await LocalStorage(tmp_path).put_stream(broken(), limit=MIB)
    assert files_in(tmp_path) == []


async def test_an_upload_cancelled_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    started = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield bytes(MIB)
        yield bytes(MIB)
        started.set()
        await asyncio.sleep(60)

    upload = asyncio.create_task(LocalStorage(tmp_path).put_stream(slow(), limit=4 * MIB))
    await started.wait()
    assert len(files_in(tmp_path)) == 1
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert files_in(tmp_path) == []


async def test_the_same_bytes_at_the_same_time_are_kept_once(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    data = os.urandom(MIB)
    puts = [storage.put_stream(stream(data[: MIB // 2], data[MIB // 2 :]), limit=MIB) for _ in range(16)]
    stored = set(await asyncio.gather(*puts, *(storage.put(data) for _ in range(4))))
    assert len(stored) == 1
    assert [path.read_bytes() == data for path in files_in(tmp_path)] == [True]


async def test_the_ways_of_putting_give_the_same_address(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "store")
    source = tmp_path / "source"
    source.write_bytes(b"x" * (3 * MIB + 1))
    by_file = await storage.put_file(source)
    assert by_file == await storage.put(source.read_bytes())
    assert by_file == await storage.put_stream(stream(source.read_bytes()), limit=4 * MIB)


async def test_an_empty_stream_is_kept_too(tmp_path: Path) -> None:
    stored = await LocalStorage(tmp_path).put_stream(stream(), limit=0)
    assert (await LocalStorage(tmp_path).fetch(stored.sha256)).read_bytes() == b""


async def test_what_was_deleted_is_not_found(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    stored = await storage.put(b"data")
    await storage.delete(stored.sha256)
    await storage.delete(stored.sha256)
    with pytest.raises(StorageError):
        await storage.fetch(stored.sha256)


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "/" * 64])
async def test_nothing_but_a_hash_is_an_address(tmp_path: Path, address: str) -> None:
    with pytest.raises(StorageError):
        await LocalStorage(tmp_path).fetch(address)
    with pytest.raises(StorageError):
        await LocalStorage(tmp_path).delete(address)


async def test_a_store_that_cannot_be_written_is_a_storage_error_without_its_path(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    with pytest.raises(StorageError) as caught:
        await LocalStorage(in_the_way / "store").put(b"data")
    assert str(tmp_path) not in caught.value.detail
    assert caught.value.retryable


async def test_memory_stays_flat_while_a_large_stream_arrives(tmp_path: Path) -> None:
    async def large() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield bytes(MIB)

    tracemalloc.start()
    try:
        stored = await LocalStorage(tmp_path).put_stream(large(), limit=64 * MIB)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert stored.size == 64 * MIB
    assert peak < 8 * MIB


async def test_the_loop_turns_while_bytes_are_forced_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_thread: list[bool] = []
    loop = asyncio.get_running_loop()
    force = os.fsync

    def watched(descriptor: int) -> None:
        try:
            in_thread.append(asyncio.get_running_loop() is not loop)
        except RuntimeError:
            in_thread.append(True)
        force(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    await LocalStorage(tmp_path / "new").put_stream(stream(b"data"), limit=4)
    assert len(in_thread) >= 4, "the file, its folder and the folders made on the way"
    assert all(in_thread)


async def test_only_stale_remains_of_uploads_are_swept(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    kept = await storage.put(b"kept")
    stale, fresh = tmp_path / "incoming" / "stale", tmp_path / "incoming" / "fresh"
    stale.write_bytes(b"")
    fresh.write_bytes(b"")
    os.utime(stale, (0, 0))
    assert await storage.sweep(timedelta(hours=1)) == 1
    assert not stale.exists()
    assert fresh.exists()
    assert (await storage.fetch(kept.sha256)).read_bytes() == b"kept"


def test_what_is_gone_before_it_is_looked_at_does_not_stop_the_tidying(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for path, changed in ((old, 100), (new, 300)):
        path.touch()
        os.utime(path, (changed, changed))
    assert drop_older([tmp_path / "gone", old, new], before=200) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
