"""A process that dies at the n-th step of the finish transaction, forked again and again from a warm one.

`python -m tests.chaos.cuts DATABASE_URL SEEDS` prints one line: the number of steps, and of deaths survived.
"""

import asyncio
import os
import random
import signal
import sys
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.infra.database import make_engine, make_sessions
from services.jobs import finishing
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.reconciling import reconcile
from tests.make import Sessions, chunk_set, create_claim, take
from tests.rows import events_of, expire, job_of

COUNTS = text("SELECT count(DISTINCT version), count(*) FROM chunks WHERE document_id = :document")


async def complete(sessions: Sessions, claim: Claim, chunks: int) -> Ending:
    """The finish as a worker does it."""
    async with sessions.begin() as session:
        return await finishing.complete(session, claim, chunk_set(claim, chunks))


def die_at(engine: AsyncEngine, step: int) -> None:
    """SIGKILL to this process before or after the n-th statement, or at its commit."""
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine.sync_engine, name, count)


def attempt(url: str, claim: Claim, chunks: int, step: int) -> bool:
    """Whether a forked process got through the finish before the step at which it was to die."""
    pid = os.fork()
    if pid == 0:
        engine = make_engine(url)
        die_at(engine, step)
        asyncio.run(complete(make_sessions(engine), claim, chunks))
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status in {0, -signal.SIGKILL}, status
    return status == 0


def run(url: str, work: Any) -> Any:
    """What work(sessions) gives, with no connection left open for a fork to inherit."""

    async def once() -> Any:
        engine = make_engine(url)
        try:
            return await work(make_sessions(engine))
        finally:
            await engine.dispose()

    return asyncio.run(once())


def survive(url: str, chunks: int, step: int) -> bool:
    """Whether the step was beyond the last; raises when the death left anything but all or nothing."""
    claim = run(url, create_claim)
    finished = attempt(url, claim, chunks, step)

    async def check(sessions: Sessions) -> None:
        known = await told(sessions, claim)
        assert known in {("running", 0, 0, 0), ("succeeded", 1, chunks, 1)}, (step, known)
        assert finished <= (known[0] == "succeeded"), (step, known)
        if known[0] == "running":
            await expire(sessions, claim.job_id)
            async with sessions.begin() as session:
                assert (await reconcile(session)).requeued == 1
            second = await take(sessions, claim.job_id)
            assert await complete(sessions, claim, chunks) is Ending.LOST
            assert await complete(sessions, second, chunks) is Ending.SUCCEEDED
        assert await told(sessions, claim) == ("succeeded", 1, chunks, 1), step

    run(url, check)
    return finished


async def told(sessions: Sessions, claim: Claim) -> tuple[str, int, int, int]:
    """State, versions, chunks, events."""
    job = await job_of(sessions, claim.job_id)
    async with sessions() as session:
        versions, chunks = (await session.execute(COUNTS, {"document": claim.document_id})).one()
    return job.state, versions, chunks, len(await events_of(sessions, claim.document_id))


if __name__ == "__main__":
    given_url, seeds = sys.argv[1], int(sys.argv[2])
    last = deaths = 0
    for seed in range(seeds):
        many, last = random.Random(seed).randint(1, 40), 1
        while not survive(given_url, many, last):
            last += 1
            deaths += 1
    sys.stdout.write(f"{last - 1} {deaths}\n")
