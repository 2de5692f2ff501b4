"""A parser that does not get warm is nobody's fault: nothing is claimed for it, and no attempt is counted."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.limits import Limits
from models.tables.jobs import JobRecord, JobState
from models.tables.tenants import DEFAULT_TENANT
from services.documents.sources import Source
from services.documents.submission import submit
from services.infra.config import Settings
from services.jobs.queue import dispatch
from services.runner import process as runner
from services.runner.process import Child, NotWarm
from services.runner.values import Request
from tests import rows
from tests.hostile.late_child import LATE
from tests.support.drawn import picture, scan
from workers.attempt import attempt
from workers.process import Process
from workers.stopping import Stopping

Sessions = async_sessionmaker[AsyncSession]
Gate = Callable[[bool], None]

TEXT = b"Either party may terminate this agreement.\n"
OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 64}


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """Lets parsers warm up, or not."""

    def turn(is_open: bool) -> None:  # noqa: FBT001
        if is_open:
            (tmp_path / "go").touch()
        else:
            (tmp_path / "go").unlink()

    return turn


@pytest.fixture
def process(postgres_url: str, tmp_path: Path) -> Iterator[Process]:
    settings = Settings(database_url=postgres_url, data_dir=tmp_path)
    made = Process(settings, Stopping())
    made._own.child = Child(Limits(), models=tmp_path, program=LATE)
    made._children.append(made._own.child)
    yield made
    made.close()


async def submitted(process: Process, sessions: Sessions, name: str, data: bytes) -> JobRecord:
    stored = await process.storage.put(data)
    async with sessions.begin() as session:
        source = Source(name, stored.sha256, stored.size)
        return await submit(session, tenant_id=DEFAULT_TENANT, source=source, options=OPTIONS)


async def hinted(process: Process, sessions: Sessions) -> list[str]:
    """What the relay sends now."""
    sent: list[str] = []
    async with sessions.begin() as session:
        await dispatch(session, window=9, resend_after=process.settings.resend_after, send=sent.append)
    return sent


async def test_nothing_is_claimed_before_a_parser_is_warm(
    process: Process, sessions: Sessions, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await submitted(process, sessions, "a.txt", TEXT)
    assert await hinted(process, sessions) == [job.id]
    monkeypatch.setattr(runner, "WARM_SECONDS", 0.5)
    for _ in range(4):  # more often than a document may crash
        attempt(process, job.id)
    waiting = await rows.job_of(sessions, job.id)
    assert (waiting.state, waiting.attempt, waiting.crashed, waiting.lost) == (JobState.QUEUED, 0, 0, 0)
    assert waiting.started_at is None

    monkeypatch.setattr(runner, "WARM_SECONDS", 600)
    gate(True)
    async with sessions.begin() as session:  # the hints went unanswered for so long
        await session.execute(update(JobRecord).values(dispatched_at=waiting.created_at))
    monkeypatch.setattr(process.settings, "resend_after", waiting.created_at - waiting.created_at)
    assert await hinted(process, sessions) == [job.id]
    attempt(process, job.id)
    done = await rows.job_of(sessions, job.id)
    assert (done.state, done.attempt, done.crashed, done.lost) == (JobState.SUCCEEDED, 1, 0, 0)


async def test_a_parser_that_still_warms_up_is_not_begun_anew(process: Process, gate: Gate) -> None:
    asked = 0

    def twice() -> bool:
        nonlocal asked
        asked += 1
        return asked % 3 != 0

    assert not process.child.warm(twice)
    first = process.child._warmed[False].pid
    assert not process.child.warm(twice)
    gate(True)
    assert process.child.warm(lambda: True)
    assert process.child._warmed[False].pid == first


async def test_an_attempt_whose_second_parser_does_not_get_warm_is_not_counted_and_its_job_rests(
    process: Process, sessions: Sessions, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate(True)
    assert process.child.warm(lambda: True)
    gate(False)  # for the one that reads pictures
    monkeypatch.setattr(runner, "START_SECONDS", 0.5)
    job = await submitted(process, sessions, "scan.pdf", scan(picture(("One line.",))))
    for _ in range(4):
        attempt(process, job.id)
        waiting = await rows.job_of(sessions, job.id)
        assert (waiting.state, waiting.attempt, waiting.crashed, waiting.lost) == (JobState.QUEUED, 0, 0, 0)
        assert waiting.lease_until is not None
        assert waiting.lease_until > waiting.created_at
        assert await hinted(process, sessions) == []

    gate(True)
    monkeypatch.setattr(runner, "START_SECONDS", 60)
    attempt(process, job.id)
    done = await rows.job_of(sessions, job.id)
    assert (done.state, done.attempt, done.crashed, done.lost) == (JobState.SUCCEEDED, 1, 0, 0)
    assert done.no_text is False


def test_a_system_that_has_no_process_to_give_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("services.runner.warmed.subprocess.Popen", refuse)
    child = Child(Limits(), models=tmp_path)
    assert not child.warm(lambda: True)
    source = tmp_path / "a.txt"
    source.write_bytes(TEXT)
    with pytest.raises(NotWarm):
        child.run(Request(source, "a.txt", "doc_1", OPTIONS), lambda _: True)
