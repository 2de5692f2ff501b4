"""One installation for one test: a database, a broker, a data folder, and the processes on them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from redis import Redis
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.tables.documents import ChunkRecord, VersionRecord
from models.tables.jobs import JobRecord, JobState
from models.tables.tenants import DEFAULT_TENANT
from services.documents.sources import Source
from services.documents.submission import submit
from services.infra.broker import DOCUMENTS_QUEUE, Broker
from services.infra.storage import LocalStorage, Storage
from tests import rows
from tests.support.processes import are_gone, naming

LEASE_SECONDS = 3.0
PATIENCE = 100.0
"""A hard stop, not what anything may take."""
PARSER = "services.runner.child"
OPTIONS = {"strategy": "recursive", "tokenizer": "characters", "max_tokens": 400}
IS_FAST = {
    "KERF_LEASE_SECONDS": str(LEASE_SECONDS),
    "KERF_DISPATCH_INTERVAL_SECONDS": "0.1",
    "KERF_RECONCILE_INTERVAL_SECONDS": "0.3",
    "KERF_WEBHOOK_INTERVAL_SECONDS": "0.3",
    "KERF_WORKER_CONCURRENCY": "1",
    "KERF_SHUTDOWN_SECONDS": "5",
    "KERF_LOG_FORMAT": "json",
}


class Installation:
    """What a test does to it and sees of it. Every process is a group of its own, killed as one."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], database_url: str, redis_url: str, folder: Path
    ) -> None:
        self.sessions = sessions
        self.folder = folder
        self._storage: Storage = LocalStorage(folder / "data" / "objects")
        self._environment = {
            **os.environ,
            **IS_FAST,
            "KERF_DATABASE_URL": database_url,
            "KERF_REDIS_URL": redis_url,
            "KERF_DATA_DIR": str(folder / "data"),
        }
        self._redis = Redis.from_url(redis_url)
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str, **settings: str) -> "subprocess.Popen[bytes]":
        """`kerf COMMAND` as a process; settings as `lease_seconds="1"`. Its log lies in the folder."""
        given = {f"KERF_{name.upper()}": value for name, value in settings.items()}
        log = self.folder / f"{command[0]}-{len(self._running)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", *command],
                env={**self._environment, **given},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Python code with the installation's settings but without its broker, to its end."""
        environment = {name: value for name, value in self._environment.items() if name != "KERF_REDIS_URL"}
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    async def upload(self, name: str, data: bytes, **options: object) -> JobRecord:
        """A document accepted as the API accepts it: bytes first, then the rows."""
        stored = await self._storage.put(data)
        async with self.sessions.begin() as session:
            source = Source(name, stored.sha256, stored.size)
            return await submit(
                session, tenant_id=DEFAULT_TENANT, source=source, options={**OPTIONS, **options}
            )

    async def job_when(self, job_id: str, is_so: Callable[[JobRecord], bool]) -> JobRecord:
        """The job's row as soon as the condition holds; raises with every log when it takes too long."""
        deadline = time.monotonic() + PATIENCE
        while not is_so(job := await rows.job_of(self.sessions, job_id)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{job}\n{self.logs()}")
            await asyncio.sleep(0.05)
        return job

    async def job_in(self, job_id: str, state: JobState) -> JobRecord:
        """The job's row as soon as it is in the state."""
        return await self.job_when(job_id, lambda job: job.state == state)

    async def chunk_sets(self) -> tuple[int, int]:
        """How many versions and how many chunks there are, of all documents."""
        versions = await rows.count_of(self.sessions, VersionRecord)
        return versions, await rows.count_of(self.sessions, ChunkRecord)

    def forget_hints(self) -> None:
        """Empties the queue of what tests before have left."""
        self._redis.delete(DOCUMENTS_QUEUE)

    def hint(self, job_id: str, times: int) -> None:
        """Puts the same hint into the queue several times, as a confused broker may."""
        broker = Broker(self._environment["KERF_REDIS_URL"])
        for _ in range(times):
            broker._send(job_id)
        broker.close()

    async def until_no_hint_waits(self) -> None:
        """Returns when the queue is empty."""
        deadline = time.monotonic() + PATIENCE
        while self._redis.llen(DOCUMENTS_QUEUE):
            assert time.monotonic() < deadline, self.logs()
            await asyncio.sleep(0.05)

    async def until_logged(self, name: str) -> None:
        """Returns when a process has logged that event."""
        deadline = time.monotonic() + PATIENCE
        while not self.events(name):
            assert time.monotonic() < deadline, self.logs()
            await asyncio.sleep(0.1)

    async def until_said(self, words: str, *, times: int = 1) -> None:
        """Returns when these words stand so often in the logs."""
        deadline = time.monotonic() + PATIENCE
        while self.logs().count(words) < times:
            assert time.monotonic() < deadline, self.logs()
            await asyncio.sleep(0.1)

    def events(self, name: str) -> list[dict[str, object]]:
        """The log lines of that event, of every process so far."""
        lines = [line for line in self.logs().splitlines() if line.startswith("{")]
        return [entry for entry in map(json.loads, lines) if entry["event"] == name]

    def logs(self) -> str:
        """What all processes have said."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        """Kills whatever still runs."""
        for process in self._running:
            kill(process)
        self._redis.close()


def kill(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL to the process and its group: nothing of it gets a last word.

    Not to one that was waited for before: its number may be another's by now.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def parsers_of(folder: Path) -> list[int]:
    """The parser processes that work for the installation in this folder."""
    return naming(PARSER, str(folder))


def parsers_are_gone(folder: Path) -> bool:
    """Whether none of them is left before the hard stop."""
    return are_gone(PARSER, str(folder), within=PATIENCE)
