"""Clients that keep a connection and say little (goal A6): cut off with 408, and others notice nothing."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from pathlib import Path

import httpx2
import pytest

from cli.timely import LINGER_BYTES
from tests.integration.api.serving import wait_until_it_answers
from tests.support.redis import free_port

MEBIBYTE = 1 << 20
HEAD = b"POST /v1/documents HTTP/1.1\r\nHost: kerf\r\n"
FORM = HEAD + b"Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: 90000\r\n\r\n--edge\r\n"
UNFINISHED = {"nothing": b"", "half a head": HEAD, "a body that stops": FORM}
CUT = b"HTTP/1.1 408 lost with the connection"
DRIPPING = {"a head that drips": HEAD + b"X-Slow: ", "a body that drips": FORM}


@contextmanager
def hasty(database_url: str, folder: Path, seconds: float, **settings: str) -> Iterator[int]:
    """The port of a real server that waits no longer than so many seconds."""
    port = free_port()
    environment = {
        **os.environ,
        "KERF_DATABASE_URL": database_url,
        "KERF_DATA_DIR": str(folder / "data"),
        "KERF_API_KEY_REQUIRED": "false",
        **{f"KERF_{name.upper()}": value for name, value in settings.items()},
    }
    log = folder / "api.log"
    command = [sys.executable, "-m", "tests.integration.api.hasty", str(seconds), str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}", process, log)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=120)


async def heard(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the end; who still sends may find the connection reset, and the answer with it."""
    found = b""
    with suppress(ConnectionResetError):
        while data := await reader.read(4096):
            found += data
        return found
    return found or CUT


async def cut(port: int, beginning: bytes, *, drip: bool) -> bytes:
    """What the server says when it has had enough; one byte every fifth of a second while it has not."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(beginning)
    reading = asyncio.create_task(heard(reader))
    try:
        while not reading.done():
            await asyncio.wait({reading}, timeout=0.2)
            if drip and not reading.done():
                writer.write(b"x")
        return await reading
    finally:
        writer.close()


async def slow(port: int, count: int) -> list[tuple[str, bytes]]:
    """So many slow clients of every kind, one after another, at the same time."""
    kinds = [(name, data, False) for name, data in UNFINISHED.items()]
    kinds += [(name, data, True) for name, data in DRIPPING.items()]
    wanted = [kinds[number % len(kinds)] for number in range(count)]
    answers = await asyncio.gather(*(cut(port, data, drip=drip) for _, data, drip in wanted))
    return [(name, answer) for (name, _, _), answer in zip(wanted, answers, strict=True)]


async def p95(port: int, seconds: float) -> float:
    """Of a healthy caller's requests, one after the other, in milliseconds."""
    took: list[float] = []
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.perf_counter()
            assert (await client.get("/v1/limits")).status_code == 200
            took.append(1000 * (time.perf_counter() - began))
    return statistics.quantiles([*took, *took], n=20)[-1]


def largest(folder: Path) -> int:
    """Bytes of the largest file below."""
    return max((path.stat().st_size for path in folder.rglob("*") if path.is_file()), default=0)


async def test_whoever_does_not_come_to_the_point_is_told_408_and_cut(
    database_url: str, tmp_path: Path
) -> None:
    with hasty(database_url, tmp_path, 2) as port:
        ended, _ = await asyncio.gather(slow(port, 20), p95(port, 1))
    assert len(ended) == 20
    assert [name for name, answer in ended if not answer.startswith(b"HTTP/1.1 408 ")] == []


@pytest.mark.parametrize("mebibytes", [200, pytest.param(10 << 10, marks=pytest.mark.soak)])
async def test_a_body_without_end_is_answered_413_and_cut_soon_after(
    database_url: str, tmp_path: Path, mebibytes: int
) -> None:
    """The limit here is 1 MiB; what is thrown away after the answer is bounded, too."""
    with hasty(database_url, tmp_path, 30, max_upload_mb="1") as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answer, sent = asyncio.create_task(heard(reader)), 0
        writer.write(HEAD + b"Content-Type: multipart/form-data; boundary=edge\r\n")
        writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
        form = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        with suppress(ConnectionError):
            for piece in chain([form], repeat(bytes(MEBIBYTE), mebibytes)):
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                await writer.drain()
                sent += len(piece)
        writer.close()
        told = await answer
        print(f"A5: {sent >> 20} MiB of {mebibytes} were sent with a limit of 1 MiB")
    assert told.startswith(b"HTTP/1.1 413 ")
    assert sent < LINGER_BYTES + 32 * MEBIBYTE  # with what the buffers of both sides hold
    assert largest(tmp_path / "data" / "objects") < 1000  # the file with which /readyz tries the store


@pytest.mark.soak
async def test_two_hundred_slow_clients_as_delivered(database_url: str, tmp_path: Path) -> None:
    with hasty(database_url, tmp_path, 30) as port:
        alone = await p95(port, 20)
        ended, beside = await asyncio.gather(slow(port, 200), p95(port, 25))
    print(f"A6: p95 {alone:.1f} ms alone, {beside:.1f} ms beside 200 slow clients")
    assert [name for name, answer in ended if not answer.startswith(b"HTTP/1.1 408 ")] == []
