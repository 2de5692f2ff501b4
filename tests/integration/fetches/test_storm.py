"""Two fetchers, one of which is killed again and again: every job gets its bytes, and gets them once."""

import asyncio
import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.tables.jobs import JobRecord, JobState
from services.infra.database import make_engine, make_sessions
from services.infra.storage import LocalStorage
from tests.integration.fetches import fetching
from tests.integration.fetches.scene import Sessions, asked_for
from tests.integration.fetches.source import Asked, Line, answer, source
from tests.rows import job_of

JOBS = 200
PATIENCE = 600.0


def body_of(path: str) -> bytes:
    return f"This is {path}.\n".encode() * 2_000


def script(asked: Asked, line: Line) -> None:
    """Half of the body, a moment, the other half; now and then an error or a cut."""
    chance = random.random()
    if chance < 0.1:
        line.say(answer(status=503, retry_after="1"))
        return
    whole = answer(body_of(asked.path))
    line.say(whole[:20_000])
    line.stopping.wait(chance)
    line.reset() if chance < 0.2 else line.say(whole[20_000:])


def start(database_url: str, folder: Path) -> "subprocess.Popen[bytes]":
    settings = {
        "KERF_DATABASE_URL": database_url,
        "KERF_DATA_DIR": str(folder),
        "KERF_FETCH_ALLOW_PRIVATE": "true",
        "KERF_LEASE_SECONDS": "3",
        "KERF_FETCH_INTERVAL_SECONDS": "0.1",
    }
    command = [sys.executable, str(Path(fetching.__file__))]
    with (folder / "fetching.log").open("ab") as log:
        return subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log)


async def waiting(sessions: Sessions) -> int:
    async with sessions() as session:
        query = select(func.count()).where(JobRecord.state == JobState.FETCHING)
        return await session.scalar(query) or 0


@pytest.mark.chaos
async def test_no_kill_loses_or_doubles_a_document(database_url: str, tmp_path: Path) -> None:
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    with source(script) as server:
        paths = [f"/{number}.txt" for number in range(JOBS)]
        jobs = [await asked_for(sessions, server.url(path)) for path in paths]
        steady, killed = start(database_url, tmp_path), start(database_url, tmp_path)
        kills = 0
        async with asyncio.timeout(PATIENCE):
            while left := await waiting(sessions):
                await asyncio.sleep(3)
                killed.kill()
                killed.wait()
                killed, kills = start(database_url, tmp_path), kills + 1
                print(f"{kills} kills, {left} waiting, {len(server.asked)} requests")
        for process in (steady, killed):
            process.kill()
            process.wait()
    storage = LocalStorage(tmp_path / "objects")
    for path, job in zip(paths, jobs, strict=True):
        row = await job_of(sessions, job.id)
        data = body_of(path)
        assert (row.state, row.sha256) == (JobState.QUEUED, hashlib.sha256(data).hexdigest()), path
        assert (await storage.fetch(row.stored[0])).read_bytes() == data
    await engine.dispose()
