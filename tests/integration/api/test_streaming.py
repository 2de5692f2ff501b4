"""A large upload through a real server: the bytes pass through, they do not pile up."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.integration.api.serving import Server, served

MEBIBYTE = 1 << 20
HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n\r\n'
TAIL = b"\r\n--edge--\r\n"
FORM = {"content-type": "multipart/form-data; boundary=edge"}
MOST_GROWTH = 24 * MEBIBYTE


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """The API in a process of its own, open to all, taking up to 100 MiB."""
    with served(database_url, tmp_path, api_key_required="false", max_upload_mb="100") as running:
        yield running


def send(server: Server, mebibytes: int, *, timeout: float = 60) -> httpx2.Response:
    """An upload of undeclared length."""

    def body() -> Iterator[bytes]:
        yield HEAD
        for number in range(mebibytes):
            yield bytes([number % 251]) * MEBIBYTE
        yield TAIL

    return httpx2.post(f"{server.url}/v1/documents", content=body(), headers=FORM, timeout=timeout)


def test_memory_stays_flat_while_64_mebibytes_arrive(server: Server, tmp_path: Path) -> None:
    assert send(server, 1).status_code == 202
    before = server.peak_bytes
    response = send(server, 64)
    growth = server.peak_bytes - before

    assert response.status_code == 202
    assert growth < MOST_GROWTH
    sizes = sorted(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert sizes[-1] == 64 * MEBIBYTE


def test_an_upload_far_over_the_limit_is_told_so_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    response = send(server, 300)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert all(path.stat().st_size < MEBIBYTE for path in tmp_path.rglob("*") if path.is_file())
    assert httpx2.get(f"{server.url}/readyz").status_code == 200


@pytest.mark.soak
def test_two_gibibytes_pass_through(database_url: str, tmp_path: Path) -> None:
    """L4: memory flat, the hash that of the bytes. The rate is printed: this machine decides it."""
    limits = {"api_key_required": "false", "max_upload_mb": "2100"}
    with served(database_url, tmp_path, **limits) as running:
        assert send(running, 1).status_code == 202
        before, began = running.peak_bytes, time.monotonic()
        response = send(running, 2048, timeout=600)
        seconds, growth = time.monotonic() - began, running.peak_bytes - before
        shown = httpx2.get(f"{running.url}/v1/documents/{response.json()['document']}").json()
    digest = hashlib.sha256()
    for number in range(2048):
        digest.update(bytes([number % 251]) * MEBIBYTE)
    rate = 2048 * MEBIBYTE / seconds / 1e6
    print(f"L4: {rate:.0f} MB/s, memory +{growth / MEBIBYTE:.1f} MiB")
    assert (response.status_code, shown["sha256"]) == (202, digest.hexdigest())
    assert growth <= 64 * MEBIBYTE
