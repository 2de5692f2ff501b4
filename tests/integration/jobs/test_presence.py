"""Signs of life: who is there, who has just come, and what becomes of the hints of those who are gone."""

from datetime import datetime, timedelta

from sqlalchemy import text

from models.tables.instances import InstanceRecord
from services.jobs import presence, queue
from services.jobs.presence import Instance, Role, Vitals
from services.jobs.reconciling import reconcile
from tests.make import LEASE, Sessions, create_job
from tests.part_rows import planned
from tests.rows import age_hints, job_of

RESEND = timedelta(seconds=60)


async def appear(sessions: Sessions, instance: Instance) -> tuple[datetime, datetime]:
    """A sign of life; since when and until when the instance was heard of."""
    async with sessions.begin() as session:
        await presence.appear(session, instance, lease=LEASE)
    async with sessions.begin() as session:
        row = await session.get_one(InstanceRecord, instance.id)
        return row.since, row.seen_at


async def age(sessions: Sessions, instance: Instance, seconds: float) -> None:
    """Its last sign of life was so many seconds earlier."""
    statement = "UPDATE instances SET seen_at = seen_at - make_interval(secs => :by) WHERE id = :id"
    async with sessions.begin() as session:
        await session.execute(text(statement), {"by": seconds, "id": instance.id})


async def present(sessions: Sessions) -> tuple[int, int]:
    """How many workers, and how many that run the loops."""
    async with sessions.begin() as session:
        found = await presence.present(session)
    return found[Role.WORKER], found[Role.BEAT]


async def reconciled(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await reconcile(session, lease=LEASE)


async def relayed(sessions: Sessions) -> list[str]:
    """The hints that a relay sends now."""
    sent: list[str] = []
    async with sessions.begin() as session:
        await queue.dispatch(session, window=9, resend_after=RESEND, send=sent.append)
    return sorted(sent)


async def test_an_instance_is_there_from_its_first_sign_of_life_to_its_last(sessions: Sessions) -> None:
    worker = Instance.new(Role.WORKER)
    first, second = await appear(sessions, worker), await appear(sessions, worker)
    assert first[0] == second[0] < second[1]
    await age(sessions, worker, LEASE.total_seconds() - 5)
    assert (await appear(sessions, worker))[0] == first[0]


async def test_after_a_silence_of_a_lease_an_instance_has_just_come(sessions: Sessions) -> None:
    worker = Instance.new(Role.WORKER)
    first = await appear(sessions, worker)
    await age(sessions, worker, LEASE.total_seconds() + 1)
    assert (await appear(sessions, worker))[0] > first[1]


async def test_instances_are_counted_by_role_until_they_leave_or_fall_silent(sessions: Sessions) -> None:
    leaving, dying, beat = (Instance.new(role) for role in (Role.WORKER, Role.WORKER, Role.BEAT))
    for instance in (leaving, dying, beat):
        await appear(sessions, instance)
    assert await present(sessions) == (2, 1)
    async with sessions.begin() as session:
        await presence.leave(session, leaving)
    assert await present(sessions) == (1, 1)
    await age(sessions, dying, 61)
    assert await present(sessions) == (0, 1)
    await reconciled(sessions)
    async with sessions.begin() as session:
        assert await session.get(InstanceRecord, dying.id) is None
        assert await session.get(InstanceRecord, beat.id) is not None


async def test_hints_that_may_have_died_with_a_worker_are_sent_again_at_once(sessions: Sessions) -> None:
    ranges = await planned(sessions)
    async with sessions.begin() as session:
        job = await create_job(session)
    worker = Instance.new(Role.WORKER)
    await appear(sessions, worker)
    assert await relayed(sessions) == sorted([job.id, *ranges])
    await age_hints(sessions, 40)
    await reconciled(sessions)
    assert await relayed(sessions) == []
    await age(sessions, worker, 31)
    await reconciled(sessions)
    assert await relayed(sessions) == sorted([job.id, *ranges])


async def test_hints_sent_after_the_death_of_a_worker_are_not_sent_again(sessions: Sessions) -> None:
    worker = Instance.new(Role.WORKER)
    await appear(sessions, worker)
    await age(sessions, worker, 31)
    async with sessions.begin() as session:
        job = await create_job(session)
    assert await relayed(sessions) == [job.id]
    await reconciled(sessions)
    assert (await job_of(sessions, job.id)).dispatched_at is not None


async def test_what_instances_tell_is_added_up_and_the_latest_round_of_a_loop_counts(
    sessions: Sessions,
) -> None:
    told = (
        (Role.WORKER, Vitals(300)),
        (Role.WORKER, Vitals(500)),
        (Role.BEAT, Vitals(70, {"relay": 90.0, "reconciler": 2.0})),
        (Role.BEAT, Vitals(0, {"relay": 5.0})),
    )
    there = [Instance.new(role) for role, _ in told]
    async with sessions.begin() as session:
        for instance, (_, vitals) in zip(there, told, strict=True):
            await presence.appear(session, instance, lease=LEASE, vitals=vitals)
    await age(sessions, there[3], 10)
    async with sessions() as session:
        assert await presence.memory(session) == {
            Role.WORKER: presence.Memory(800, 500),
            Role.BEAT: presence.Memory(70, 70),
        }
        loops = await presence.loops(session)
    assert 15 <= loops["relay"] < 90
    assert loops["reconciler"] >= 2
    await age(sessions, there[2], 3600)
    async with sessions() as session:
        assert set(await presence.loops(session)) == {"relay"}
