"""L5: lines that break and APIs that die while a file is sent; little is sent twice, nothing is lost."""

import hashlib
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from models.tables.jobs import JobRecord
from services.infra.partials import LocalPartials
from services.infra.storage import LocalStorage
from tests.integration.api.conftest import Sessions
from tests.integration.api.resuming import POINTS, Caller, part, running
from tests.integration.api.tus_client import BYTES, TUS
from tests.rows import count_of
from workers.uploads import sweep

MIB = 1 << 20


@pytest.fixture
def given(postgres_url: str, tmp_path: Path) -> dict[str, Any]:
    """Settings of the service."""
    return {"database_url": postgres_url, "data_dir": str(tmp_path), "max_upload_mb": 1100}


def sent(offset: int) -> dict[str, str]:
    """The headers of a PATCH."""
    return {**TUS, **BYTES, "Upload-Offset": str(offset)}


def digest_of(size: int) -> str:
    """The SHA-256 of the file."""
    found = hashlib.sha256()
    for at in range(0, size, MIB):
        found.update(part(at, min(at + MIB, size)))
    return found.hexdigest()


async def broken(given: dict[str, Any], size: int, cuts: int, **how: int) -> Caller:
    """The caller, when its file has become a document."""
    with running(given, **how) as service:
        caller = Caller(service, size, seed=cuts)
        job = httpx2.get(service.url + caller.upload(cuts)).json()
        document = httpx2.get(f"{service.url}/v1/documents/{job['document']}").json()
    assert (document["size"], document["sha256"]) == (size, digest_of(size))
    objects = Path(given["data_dir"]) / "objects"
    assert (await LocalStorage(objects).fetch(document["sha256"])).stat().st_size == size
    assert await LocalPartials(objects).uploads() == []
    return caller


async def test_four_breaks_cost_less_than_a_twentieth(given: dict[str, Any], sessions: Sessions) -> None:
    caller = await broken(given, 32 * MIB, 4, piece=MIB // 8)
    assert caller.breaks == {"kill": 2, "close": 1, "reset": 1}
    assert caller.size <= caller.sent <= 1.05 * caller.size
    assert await count_of(sessions, JobRecord) == 1


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_a_gibibyte_over_twenty_breaks(given: dict[str, Any], sessions: Sessions) -> None:
    began = time.monotonic()
    caller = await broken(given, 1024 * MIB, 20)
    again = (caller.sent - caller.size) / caller.size
    print(f"L5: {caller.breaks}, {again:.2%} sent again, {time.monotonic() - began:.0f} s")
    assert caller.breaks == {"kill": 10, "close": 5, "reset": 5}
    assert again <= 0.05
    assert await count_of(sessions, JobRecord) == 1


async def test_killed_at_any_step_the_offset_is_true_and_there_is_one_job(
    given: dict[str, Any], sessions: Sessions, tmp_path: Path
) -> None:
    """A process dies at each point in turn; what HEAD says afterwards can be gone on from."""
    partials = LocalPartials(tmp_path / "objects")
    files = [part(1000 * number, 1000 * number + 250) for number in range(len(POINTS))]
    with running(given, piece=100) as service:
        caller = Caller(service, 250, seed=0)
        begun = [caller.ask("POST", "/v1/uploads", {"Upload-Length": "250"})["location"] for _ in POINTS]
        service.kill()
        for point, where, data in zip(POINTS, begun, files, strict=True):
            service.start(point)
            with pytest.raises(httpx2.TransportError):
                httpx2.patch(service.url + where, content=data, headers=sent(0), timeout=60)
            service.process.join(60)
            assert service.process.exitcode == -9, point
        service.start()
        for number, (where, data) in enumerate(zip(begun, files, strict=True)):
            at = int(caller.ask("HEAD", where)["upload-offset"])
            told = httpx2.patch(service.url + where, content=data[at:], headers=sent(at), timeout=60)
            assert told.status_code == 204, number
            job = httpx2.get(service.url + told.links["monitor"]["url"]).json()
            shown = httpx2.get(f"{service.url}/v1/documents/{job['document']}").json()
            assert shown["sha256"] == hashlib.sha256(data).hexdigest(), number
    assert await count_of(sessions, JobRecord) == len(POINTS)
    assert await sweep(sessions, partials) == 1  # of the one that died when the job was made
    assert await partials.uploads() == []


def test_what_came_before_a_line_broke_is_kept(given: dict[str, Any]) -> None:
    """Less than a piece, so nothing was counted while it came; the server itself may hold 128 KiB."""
    with running(given) as service:
        caller = Caller(service, 4 * MIB, seed=0)
        where = caller.ask("POST", "/v1/uploads", {"Upload-Length": str(4 * MIB)})["location"]
        caller.send(where, 0, MIB, "close")
        deadline = time.monotonic() + 60
        while (kept := int(caller.ask("HEAD", where)["upload-offset"])) == 0:
            assert time.monotonic() < deadline
    assert MIB - MIB // 8 <= kept <= MIB


def test_a_body_that_stops_is_told_408_and_what_came_is_kept_unless_it_has_a_checksum(
    given: dict[str, Any],
) -> None:
    with running(given, idle=1) as service:
        caller = Caller(service, 100, seed=0)
        for more, kept in (({}, 5), ({"Upload-Checksum": "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk="}, 0)):
            where = caller.ask("POST", "/v1/uploads", {"Upload-Length": "100"})["location"]
            told = {**sent(0), **more, "Content-Length": "100"}
            with closing(caller.line()) as line:
                line.sendall(caller.head("PATCH", where, told) + b"12345")
                assert line.recv(12) == b"HTTP/1.1 408"
            assert caller.ask("HEAD", where)["upload-offset"] == str(kept)
