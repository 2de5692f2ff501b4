"""A store without room: 507, nothing half kept, and it goes on by itself when there is room again."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.integration.api.serving import Server, served

MEGABYTE = 1 << 20
IN_A_NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """The kernel lets this process write no file beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_file_that_the_kernel_cuts_is_a_507_and_leaves_nothing(
    client: httpx2.AsyncClient, tmp_path: Path
) -> None:
    with small_files(MEGABYTE // 4):
        refused = await client.post("/v1/documents", files={"file": ("a.bin", b"x" * (MEGABYTE // 2))})
    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert int(refused.headers["retry-after"]) > 0
    assert [path for path in (tmp_path / "objects").rglob("*") if path.is_file()] == []
    assert (await client.get("/v1/documents")).json()["data"] == []
    taken = await client.post("/v1/documents", files={"file": ("a.bin", b"x" * (MEGABYTE // 2))})
    assert taken.status_code == 202


@pytest.fixture
def cramped(database_url: str, tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """The API on a disk of 4 MiB that only it can see, and where that disk is for others."""
    if subprocess.run([*IN_A_NAMESPACE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this kernel gives users no namespaces of their own")
    data = tmp_path / "data"
    data.mkdir()
    mounting = f'mount -t tmpfs -o size=4m tmpfs {data} && exec {sys.executable} "$@"'
    with served(
        database_url,
        tmp_path,
        api_key_required="false",
        max_upload_mb="100",
        before=[*IN_A_NAMESPACE, "sh", "-c", mounting, "python"],
    ) as server:
        yield server, Path(f"/proc/{server.process}/root{data}")


def test_a_disk_that_is_full_is_a_507_and_free_room_is_used_at_once(cramped: tuple[Server, Path]) -> None:
    server, disk = cramped

    def upload(megabytes: int) -> httpx2.Response:
        files = {"file": ("a.bin", bytes([megabytes]) * (megabytes * MEGABYTE))}
        return httpx2.post(f"{server.url}/v1/documents", files=files, timeout=60)

    assert upload(1).status_code == 202
    for _ in range(3):
        refused = upload(8)
        assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    filling = disk / "filling"
    with pytest.raises(OSError, match="No space"):
        filling.write_bytes(bytes(4 * MEGABYTE))
    refused = upload(1)
    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    filling.unlink()
    assert upload(2).status_code == 202
    assert list((disk / "objects" / "incoming").iterdir()) == []
