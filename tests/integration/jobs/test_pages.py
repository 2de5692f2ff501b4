"""Pages that were read for a tenant: each once, whatever became of the job, however many end at a time."""

import asyncio

import pytest
from sqlalchemy import text

from models.errors import Stage
from models.quotas import Quota
from models.refusals import QuotaExceeded
from services.jobs import cancelling, claims, finishing, pages
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.failures import Failure
from services.jobs.pages import Pages
from services.runner.values import Progress
from tests.make import LEASE, Sessions, chunk_set, create_claim

BROKEN = Failure("corrupt", "It is damaged.", False, "parsing")


async def counted(sessions: Sessions) -> int:
    """Pages of the default tenant today, which are those of the month."""
    async with sessions() as session:
        found = await pages.read(session, "default")
    assert found.today == found.this_month
    return found.today


async def finish(sessions: Sessions, claim: Claim, page_count: int, artifact: str | None) -> None:
    async with sessions.begin() as session:
        result = chunk_set(claim, page_count=page_count, artifact=artifact)
        assert await finishing.complete(session, claim, result) is Ending.SUCCEEDED


async def read_up_to(sessions: Sessions, page: int, stage: Stage = Stage.PARSING) -> Claim:
    """An attempt that has read so many pages of ten."""
    claim = await create_claim(sessions)
    async with sessions.begin() as session:
        await claims.beat(session, claim, lease=LEASE, progress=Progress(stage, page, 10))
    return claim


async def test_pages_are_counted_once_and_not_when_they_are_only_cut_again(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    for _ in range(2):  # the second time after a commit whose outcome was not known
        await finish(sessions, claim, 7, "ab" * 32)
    assert await counted(sessions) == 7
    again = await create_claim(sessions)
    assert again.artifact is not None
    await finish(sessions, again, 7, again.artifact)
    assert await counted(sessions) == 7


async def test_what_was_read_counts_when_nothing_comes_of_it(sessions: Sessions) -> None:
    failed, cancelled, cut = (
        await read_up_to(sessions, 3),
        await read_up_to(sessions, 4),
        await read_up_to(sessions, 9, Stage.CHUNKING),
    )
    async with sessions.begin() as session:
        await finishing.fail(session, failed, BROKEN)
    async with sessions.begin() as session:
        await finishing.fail(session, cut, BROKEN)
    async with sessions.begin() as session:
        await cancelling.request_cancel(session, tenant_id="default", job_id=cancelled.job_id)
    assert await counted(sessions) == 3
    async with sessions.begin() as session:
        assert await finishing.confirm_cancel(session, cancelled) is Ending.CANCELLED
    assert await counted(sessions) == 7


async def test_jobs_that_end_at_the_same_moment_are_all_counted(sessions: Sessions) -> None:
    claimed = [await create_claim(sessions) for _ in range(8)]
    await asyncio.gather(*(finish(sessions, claim, n, f"{n:064}") for n, claim in enumerate(claimed)))
    assert await counted(sessions) == sum(range(8))


async def test_a_day_ends_at_midnight_in_utc(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await pages.count(session, "default", 5)
        found = await pages.read(session, "default")
        utc = await session.scalar(text("SELECT extract(epoch FROM now()) % 86400"))
        assert found.day_ends == pytest.approx(86400 - float(utc or 0), abs=5)
        assert found.day_ends <= found.month_ends <= 31 * 86400
        await session.execute(text("UPDATE page_counts SET day = day - 1"))
        assert (await pages.read(session, "default")).today == 0


@pytest.mark.parametrize(
    ("quota", "name", "wait"),
    [
        (Quota(pages_per_day=10), "pages_per_day", 60),
        (Quota(pages_per_month=30), "pages_per_month", 600),
        (Quota(pages_per_day=10, pages_per_month=30), "pages_per_month", 600),
        (Quota(pages_per_day=10, pages_per_month=31), "pages_per_day", 60),
        (Quota(pages_per_day=11, pages_per_month=31), None, None),
    ],
)
def test_the_quota_that_lasts_longer_is_named(quota: Quota, name: str | None, wait: int | None) -> None:
    read = Pages(today=10, this_month=30, day_ends=59.2, month_ends=599.5)
    if name is None:
        read.keep(quota)
        return
    with pytest.raises(QuotaExceeded) as refused:
        read.keep(quota)
    assert (refused.value.members["quota"], refused.value.retry_after) == (name, wait)
