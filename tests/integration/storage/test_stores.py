"""What every store promises, held against each: whole or not at all, under the hash of the bytes."""

import asyncio
import os
import tracemalloc
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

from models.errors import StorageError, TooLarge
from services.infra.storage import Storage, Stored
from services.infra.stores import make_storage

MIB = 1 << 20


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    url = request.getfixturevalue("bucket") if request.param == "bucket" else None
    return make_storage(url, tmp_path / "objects")


@pytest.fixture
def elsewhere(storage: Storage, request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """The same store seen from another machine."""
    if request.node.callspec.params["storage"] == "folder":
        return storage
    return make_storage(request.getfixturevalue("bucket"), tmp_path / "another machine" / "objects")


async def stream(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def test_what_is_stored_is_read_elsewhere(storage: Storage, elsewhere: Storage) -> None:
    stored = await storage.put_stream(stream(b"one ", b"two"), limit=7)
    assert stored == Stored(sha256(b"one two").hexdigest(), 7)
    assert (await elsewhere.fetch(stored.sha256)).read_bytes() == b"one two"


@pytest.mark.parametrize("size", [0, 1, 8 * MIB, 20 * MIB + 1])
async def test_any_number_of_bytes(storage: Storage, elsewhere: Storage, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    source = tmp_path / "source"
    source.write_bytes(b"before" + data + b"after")
    stored = await storage.put_file(source, range(6, 6 + size))
    assert stored == Stored(sha256(data).hexdigest(), size)
    assert stored == await storage.put(data)
    assert (await elsewhere.fetch(stored.sha256)).read_bytes() == data


async def test_what_breaks_off_or_is_too_large_is_not_there(storage: Storage, elsewhere: Storage) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"the beginning"
        raise ConnectionResetError

    with pytest.raises(TooLarge):
        await storage.put_stream(stream(b"1234", b"5678"), limit=7)
    with pytest.raises(StorageError):
        await storage.put_stream(broken(), limit=MIB)
    for data in (b"1234", b"12345678", b"the beginning"):
        with pytest.raises(StorageError):
            await elsewhere.fetch(sha256(data).hexdigest())


async def test_the_same_bytes_at_the_same_time(storage: Storage, elsewhere: Storage) -> None:
    data = os.urandom(MIB)
    stored = set(await asyncio.gather(*(storage.put(data) for _ in range(6))))
    assert len(stored) == 1
    found = await asyncio.gather(*(elsewhere.fetch(sha256(data).hexdigest()) for _ in range(6)))
    assert {path.read_bytes() for path in found} == {data}


async def test_what_was_deleted_is_not_found(storage: Storage, elsewhere: Storage) -> None:
    stored = await storage.put(b"data")
    await storage.put(b"data")
    await storage.delete(stored.sha256)
    await storage.delete(stored.sha256)
    for store in (storage, elsewhere):
        with pytest.raises(StorageError):
            await store.fetch(stored.sha256)
    await storage.put(b"data")
    assert (await elsewhere.fetch(stored.sha256)).read_bytes() == b"data"


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "/" * 64])
async def test_nothing_but_a_hash_is_an_address(storage: Storage, address: str) -> None:
    with pytest.raises(StorageError):
        await storage.fetch(address)
    with pytest.raises(StorageError):
        await storage.delete(address)


async def test_memory_stays_flat_while_a_large_stream_arrives(storage: Storage, elsewhere: Storage) -> None:
    async def large() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield bytes(MIB)

    tracemalloc.start()
    try:
        stored = await storage.put_stream(large(), limit=64 * MIB)
        path = await elsewhere.fetch(stored.sha256)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert stored.size == path.stat().st_size == 64 * MIB
    assert peak < 24 * MIB
