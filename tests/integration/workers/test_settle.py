"""Ending an attempt when nobody knows whether the commit happened, on a real database."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.tables.jobs import JobState
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.finishing import complete
from tests import make, rows
from workers.settle import settle

Sessions = async_sessionmaker[AsyncSession]
BROKEN = OperationalError("COMMIT", None, ConnectionError("the server closed the connection"))


def never() -> bool:
    """Patience without end."""
    return False


async def test_a_commit_that_happened_unheard_is_not_done_again(sessions: Sessions) -> None:
    claim = await make.create_claim(sessions)
    calls = 0

    async def verb(_: AsyncSession) -> Ending:
        nonlocal calls
        calls += 1
        async with sessions.begin() as session:
            await complete(session, claim, make.chunk_set(claim))
        raise BROKEN

    assert await settle(sessions, claim, verb, give_up=never) is Ending.SUCCEEDED
    assert calls == 1
    assert (await rows.job_of(sessions, claim.job_id)).version == 1


async def test_a_commit_that_did_not_happen_is_done_once_more(sessions: Sessions) -> None:
    claim = await make.create_claim(sessions)
    calls = 0

    async def verb(session: AsyncSession) -> Ending:
        nonlocal calls
        calls += 1
        ending = await complete(session, claim, make.chunk_set(claim))
        if calls == 1:
            raise BROKEN
        return ending

    assert await settle(sessions, claim, verb, give_up=never) is Ending.SUCCEEDED
    assert calls == 2
    assert (await rows.job_of(sessions, claim.job_id)).version == 1


async def test_a_database_that_stays_away_leaves_the_job_to_the_reconciler(sessions: Sessions) -> None:
    claim = await make.create_claim(sessions)

    async def verb(_: AsyncSession) -> Ending:
        raise BROKEN

    assert await settle(sessions, claim, verb, give_up=lambda: True) is Ending.LOST
    job = await rows.job_of(sessions, claim.job_id)
    assert (job.state, job.token) == (JobState.RUNNING, claim.token)


async def test_a_bug_in_the_ending_is_not_taken_for_an_outage(sessions: Sessions) -> None:
    claim = await make.create_claim(sessions)
    calls: list[Claim] = []

    async def verb(_: AsyncSession) -> Ending:
        calls.append(claim)
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        await settle(sessions, claim, verb, give_up=never)
    assert len(calls) == 1
