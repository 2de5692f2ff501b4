"""What a parser writes is measured before it is kept: no reader shall unpack more than it can hold."""

import os
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models import artifact
from models.errors import ExpansionLimit, WorkerCrashed
from models.limits import LEAST_MEMORY_MB, MEGABYTE, Limits
from models.packing import check_inflated, deflated, inflated
from models.tables.documents import VersionRecord
from models.tables.jobs import JobState
from models.tables.tenants import DEFAULT_TENANT
from services.documents.sources import Source
from services.documents.submission import submit
from services.extraction.extract import extract
from services.infra.config import Settings
from services.runner.process import Child
from services.runner.values import Request
from services.runner.written import check_written, largest_file
from tests import rows
from tests.hostile.conftest import MakeChild
from tests.hostile.faulty_child import BLOAT, FAULTY, MARK
from workers.attempt import attempt
from workers.process import Process
from workers.stopping import Stopping

OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 64}
LEAST = Limits(memory_mb=LEAST_MEMORY_MB)
MOST = LEAST.max_stored_bytes


def bloated(size: int) -> bytes:
    return MARK + BLOAT + str(size).encode()


@pytest.mark.parametrize("over", [-1, 0, 1, 100, 300, MEGABYTE])
@pytest.mark.parametrize("piece", [1_000, MEGABYTE])
def test_the_size_is_measured_to_the_byte(over: int, piece: int) -> None:
    most = 3 * MEGABYTE
    data = zlib.compress(bytes(most + over))
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)]
    if over <= 0:
        check_inflated(pieces, most=most)
        assert len(inflated(data, most=most)) == most + over
        return
    with pytest.raises(ExpansionLimit):
        check_inflated(pieces, most=most)
    with pytest.raises(ExpansionLimit):
        inflated(data, most=most)
    with pytest.raises(ExpansionLimit):
        deflated(bytes(most + over), 1, most=most)


def test_measuring_and_refusing_hold_no_more_than_the_limit() -> None:
    data = zlib.compress(bytes(300 * MEGABYTE))
    tracemalloc.start()
    try:
        with pytest.raises(ExpansionLimit):
            check_inflated([data], most=20 * MEGABYTE)
        measuring = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        with pytest.raises(ExpansionLimit):
            artifact.load(b"KERF\1" + data, most=20 * MEGABYTE)
        loading = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert measuring < 5 * MEGABYTE
    assert loading < 65 * MEGABYTE  # the buffer of zlib doubles as it grows


def test_a_document_over_the_limit_is_not_written() -> None:
    document = extract(b"One two three. " * 1_000, "a.txt")
    size = len(zlib.decompress(artifact.dump(document)[artifact.HEADER_BYTES :]))
    assert artifact.load(artifact.dump(document, most=size), most=size) == document
    with pytest.raises(ExpansionLimit):
        artifact.dump(document, most=size - 1)
    with pytest.raises(ExpansionLimit):
        artifact.load(artifact.dump(document), most=size - 1)


@pytest.mark.parametrize("over", [0, 1])
def test_what_a_parser_wrote_is_held_against_the_limit(
    make_child: MakeChild, tmp_path: Path, over: int
) -> None:
    child = make_child(FAULTY, memory_mb=LEAST.memory_mb)
    source = tmp_path / "a.txt"
    source.write_bytes(bloated(MOST + over))
    request = Request(source, "a.txt", "doc_1", OPTIONS, artifact_out=tmp_path / "made")
    if over:
        with pytest.raises(ExpansionLimit):
            child.run(request, lambda _: True)
    else:
        assert child.run(request, lambda _: True).chunks


def test_a_file_that_is_large_before_it_is_unpacked_is_refused(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.write_bytes(b"")
    os.truncate(made, largest_file(LEAST) + 1)
    with pytest.raises(ExpansionLimit):
        check_written(made, LEAST)


WHOLE = zlib.compress(b"x" * 3 * MEGABYTE)
DAMAGED = {
    "nothing": b"",
    "no stream": b"no zlib stream at all",
    "cut off": WHOLE[:-1],
    "cut off early": WHOLE[:10],
    "wrong sum": WHOLE[:-1] + bytes([WHOLE[-1] ^ 1]),
    "followed by a byte": WHOLE + b"x",
    "followed by much": WHOLE + bytes(2 * MEGABYTE),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_what_cannot_be_unpacked_is_a_crash_of_its_parser(kind: str, tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.write_bytes(b"KERF\1" + WHOLE)
    check_written(made, LEAST)
    made.write_bytes(b"KERF\1" + DAMAGED[kind])
    with pytest.raises(WorkerCrashed):
        check_written(made, LEAST)


@pytest.fixture
def process(postgres_server: URL, postgres_url: str, tmp_path: Path) -> Iterator[Process]:
    assert make_url(postgres_url).host == postgres_server.host
    settings = Settings(database_url=postgres_url, data_dir=tmp_path, parse_memory_mb=LEAST.memory_mb)
    made = Process(settings, Stopping())
    made._own.child = Child(settings.limits, models=tmp_path, program=FAULTY)
    made._children.append(made._own.child)
    yield made
    made.close()


async def test_a_job_whose_parser_writes_too_much_fails_typed_and_nothing_of_it_is_kept(
    process: Process, sessions: async_sessionmaker[AsyncSession], tmp_path: Path
) -> None:
    stored = await process.storage.put(bloated(MOST + 1))
    async with sessions.begin() as session:
        source = Source("a.txt", stored.sha256, stored.size)
        job = await submit(session, tenant_id=DEFAULT_TENANT, source=source, options=OPTIONS)
    attempt(process, job.id)
    ended = await rows.job_of(sessions, job.id)
    assert (ended.state, ended.attempt, ended.crashed) == (JobState.FAILED, 1, 0)
    assert ended.failure is not None
    assert (ended.failure["code"], ended.failure["retryable"]) == ("expansion_limit", False)
    assert await rows.count_of(sessions, VersionRecord) == 0
    kept = [path.name for path in (tmp_path / "objects").rglob("*") if path.is_file()]
    assert kept == [stored.sha256]
