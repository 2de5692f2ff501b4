"""What was read of the same bytes is not read again, what nobody needs is forgotten, ranges wait in turn."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from models.errors import CorruptDocument
from services.jobs import finishing, parts, queue
from services.jobs.cancelling import request_cancel
from services.jobs.ending import Ending
from services.jobs.failures import Failure
from services.jobs.sweeping import sweep
from tests.make import Sessions, chunk_set, create_claim, create_document, create_job, create_tenant, take
from tests.part_rows import PROFILE, job_with, plan, planned, ranges_of, read, take_range
from tests.rows import job_of

RESEND = timedelta(seconds=60)


async def relay(sessions: Sessions, window: int = 20) -> list[str]:
    sent: list[str] = []
    async with sessions.begin() as session:
        await queue.dispatch(session, window=window, resend_after=RESEND, send=sent.append)
    return sent


async def swept(sessions: Sessions) -> list[str]:
    async with sessions.begin() as session:
        return await sweep(session)


async def failed_with_one_range_read(sessions: Sessions) -> str:
    first, second, _ = await planned(sessions)
    await read(sessions, first)
    claim = await take_range(sessions, second)
    async with sessions.begin() as session:
        await finishing.fail(session, claim, Failure.of(CorruptDocument()))
    return first


async def kept_by_another_job(sessions: Sessions, *, tenant_id: str = "default", **fields: object) -> int:
    """How many ranges of another job on the same bytes are done as soon as they are planned."""
    async with sessions.begin() as session:
        document = await create_document(session, tenant_id=tenant_id)
    claim = await create_claim(sessions, document=document)
    await plan(sessions, claim, **fields)
    return sum(part.state == "done" for part in await ranges_of(sessions, claim.job_id))


async def test_another_job_on_the_same_bytes_takes_over_what_was_read(sessions: Sessions) -> None:
    first = await failed_with_one_range_read(sessions)
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    assert await kept_by_another_job(sessions) == 1
    assert await kept_by_another_job(sessions, tenant_id="other") == 0
    assert await kept_by_another_job(sessions, profile="reader-2") == 0
    assert await kept_by_another_job(sessions, size=125) == 0
    assert await kept_by_another_job(sessions, unsound=frozenset({f"of {first}"})) == 0


async def test_a_job_that_is_tried_again_goes_on_where_it_stopped(sessions: Sessions) -> None:
    first = await failed_with_one_range_read(sessions)
    job = await job_with(sessions, first)
    async with sessions.begin() as session:
        await session.execute(text("UPDATE jobs SET state = 'queued'"))
    claim = await take(sessions, job.id)
    assert (await job_of(sessions, job.id)).pages_done == 100
    assert await plan(sessions, claim) is Ending.PLANNED
    assert [part.state for part in await ranges_of(sessions, job.id)] == ["done", "queued", "queued"]
    assert (await job_of(sessions, job.id)).pages_done == 100


async def test_a_job_whose_ranges_were_all_read_before_waits_for_nothing(sessions: Sessions) -> None:
    for name in await planned(sessions):
        await read(sessions, name)
    assert await kept_by_another_job(sessions) == 3
    assert len(await relay(sessions)) == 2


async def test_a_range_whose_bytes_are_gone_is_read_again(sessions: Sessions) -> None:
    names = await planned(sessions)
    for name in names:
        await read(sessions, name)
    claim = await take(sessions, (await job_with(sessions, names[0])).id)
    assert await plan(sessions, claim, unsound=frozenset({f"of {names[1]}"})) is Ending.PLANNED
    assert [part.state for part in await ranges_of(sessions, claim.job_id)] == ["done", "queued", "done"]
    await read(sessions, names[1])
    assert (await take(sessions, claim.job_id)).attempt == 1


async def test_ranges_of_another_size_take_the_place_of_the_old_ones(sessions: Sessions) -> None:
    names = await planned(sessions)
    for name in names:
        await read(sessions, name)
    claim = await take(sessions, (await job_with(sessions, names[0])).id)
    await plan(sessions, claim, size=125)
    assert [(part.last_page, part.state) for part in await ranges_of(sessions, claim.job_id)] == [
        (125, "queued"),
        (250, "queued"),
    ]


async def test_ranges_are_forgotten_with_their_job_and_shared_bytes_are_kept(sessions: Sessions) -> None:
    done, cancelled = await planned(sessions), await planned(sessions)
    for name in done:
        await read(sessions, name)
    await read(sessions, cancelled[2])
    assert await swept(sessions) == []
    claim = await take(sessions, (await job_with(sessions, done[0])).id)
    async with sessions.begin() as session:
        await finishing.complete(session, claim, chunk_set(claim))
        sharing = await create_document(session)
    other = await create_claim(sessions, document=sharing)
    await plan(sessions, other, pages=100)
    async with sessions.begin() as session:
        await request_cancel(session, tenant_id="default", job_id=(await job_with(sessions, cancelled[0])).id)
    assert await swept(sessions) == sorted([f"of {done[1]}", f"of {done[2]}", f"of {cancelled[2]}"])
    assert await swept(sessions) == []


async def test_what_was_read_for_a_failed_job_is_kept_for_a_week(sessions: Sessions) -> None:
    first = await failed_with_one_range_read(sessions)
    assert await swept(sessions) == []
    async with sessions.begin() as session:
        await session.execute(text("UPDATE jobs SET finished_at = finished_at - interval '8 days'"))
    assert await swept(sessions) == [f"of {first}"]


async def test_cutting_starts_with_all_its_attempts_once(sessions: Sessions) -> None:
    claim = await create_claim(sessions, lost=3)
    stranger = await create_claim(sessions, lost=3)
    for artifact, lost in (("first", 0), ("second", 2)):
        async with sessions.begin() as session:
            await parts.keep_bound(session, claim, artifact=artifact)
            await parts.keep_bound(session, replace(stranger, token=claim.token), artifact=artifact)
        job = await job_of(sessions, claim.job_id)
        assert (job.artifact, job.lost) == (artifact, lost)
        async with sessions.begin() as session:
            await session.execute(text("UPDATE jobs SET lost = 2 WHERE artifact IS NOT NULL"))
    other = await job_of(sessions, stranger.job_id)
    assert (other.artifact, other.lost) == (None, 3)


async def test_hints_name_ranges_in_the_order_of_their_pages_within_the_window(sessions: Sessions) -> None:
    names = await planned(sessions)
    assert await relay(sessions, window=2) == names[:2]
    assert await relay(sessions, window=2) == []
    await take_range(sessions, names[0])
    assert await relay(sessions, window=2) == names[2:]


async def test_a_long_document_keeps_its_place_and_lets_other_tenants_in_between(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    names = await planned(sessions)
    async with sessions.begin() as session:
        later = (await create_job(session)).id
        others = [(await create_job(session, tenant_id="other")).id for _ in range(2)]
    assert await relay(sessions) == [names[0], others[0], names[1], others[1], names[2], later]


async def test_a_tenant_whose_ranges_are_being_read_lets_others_go_first(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    names = await planned(sessions)
    for name in names[:2]:
        await take_range(sessions, name)
    async with sessions.begin() as session:
        others = [(await create_job(session, tenant_id="other")).id for _ in range(2)]
    assert await relay(sessions, window=3) == [*others, names[2]]


async def test_the_profile_stands_beside_what_was_read(sessions: Sessions) -> None:
    [name, *_] = await planned(sessions)
    claim = await read(sessions, name)
    [part, *_] = await ranges_of(sessions, claim.job_id)
    assert (part.profile, part.sha256) == (
        PROFILE,
        hashlib.sha256(b"Either party may terminate.").hexdigest(),
    )
