"""A process that dies at the n-th step of the finish transaction, forked again and again from a warm one.

`python -m tests.chaos.cuts DATABASE_URL SEEDS` prints one line: the number of steps, and of deaths survived.
"""

import random
import sys

from sqlalchemy import text

from services.jobs import finishing
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.reconciling import reconcile
from tests.make import Sessions, chunk_set, create_claim, take
from tests.rows import events_of, expire, job_of
from tests.support.dying import attempt, killer, run

COUNTS = text("SELECT count(DISTINCT version), count(*) FROM chunks WHERE document_id = :document")


async def complete(sessions: Sessions, claim: Claim, chunks: int) -> Ending:
    """The finish as a worker does it."""
    async with sessions.begin() as session:
        return await finishing.complete(session, claim, chunk_set(claim, chunks))


def survive(url: str, chunks: int, step: int) -> bool:
    """Whether the step was beyond the last; raises when the death left anything but all or nothing."""
    claim = run(url, create_claim)
    finished = attempt(url, lambda sessions: complete(sessions, claim, chunks), killer(step))

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
