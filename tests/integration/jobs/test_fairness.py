"""Who is served when there is more work than workers: by weight, never nobody, urgent before patient."""

import pytest

from services.jobs import presence
from services.jobs.presence import Instance, Role
from services.jobs.turns import AHEAD_SECONDS, PERIOD
from tests.integration.jobs.floor import Floor, many, tenant
from tests.make import LEASE, Sessions
from tests.rows import job_of


def jain(shares: list[float]) -> float:
    """Jain's index of fairness: 1 where all have the same, 1/n where one has all."""
    return sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares))


async def test_a_short_queue_does_not_wait_for_a_long_one_that_was_first(sessions: Sessions) -> None:
    """A queues 200, then B 20: at the worst two of A's for each of B's are before B's last."""
    await tenant(sessions, "b")
    await many(sessions, 200)
    floor = Floor(sessions)
    await floor.run(4)
    await many(sessions, 20, tenant_id="b")
    await floor.run(61)
    last = max(index for index, owner in enumerate(floor.ended) if owner == "b")
    assert floor.ended.count("b") == 20
    assert last < 4 + 3 * 20


async def test_five_tenants_of_equal_weight_are_served_equally(sessions: Sessions) -> None:
    for name in "abcde":
        await tenant(sessions, name)
        await many(sessions, 60 if name != "a" else 400, tenant_id=name)
    ended = await Floor(sessions).run(75)
    assert jain([ended[name] for name in "abcde"]) >= 0.95


async def test_weights_of_one_and_three_give_a_quarter_and_three_quarters(sessions: Sessions) -> None:
    await tenant(sessions, "light", {"weight": 1})
    await tenant(sessions, "heavy", {"weight": 3})
    for name in ("light", "heavy"):
        await many(sessions, 200, tenant_id=name)
    ended = await Floor(sessions).run(100)
    assert ended["heavy"] / ended["light"] == pytest.approx(3, rel=0.15)


async def test_whoever_is_alone_has_all_the_slots(sessions: Sessions) -> None:
    await tenant(sessions, "light", {"weight": 0.01})
    await tenant(sessions, "heavy", {"weight": 100})
    await many(sessions, 30, tenant_id="light")
    floor = Floor(sessions, slots=8)
    assert await floor.run(30) == {"light": 30}


async def test_a_tenant_has_no_more_in_hand_than_its_quota(sessions: Sessions) -> None:
    await tenant(sessions, "bound", {"max_running": 3})
    await tenant(sessions, "free")
    for name in ("bound", "free"):
        await many(sessions, 30, tenant_id=name)
    floor = Floor(sessions, window=12)
    assert await floor.relay() == 12
    assert [(await job_of(sessions, hint)).tenant_id for hint in floor.hints].count("bound") == 3
    usual = Floor(sessions, window=40, max_running=10)
    assert await usual.relay() == 1  # of the free one, which has nine in hand; the bound one has its three


async def test_an_urgent_job_is_among_the_next_of_five_thousand_patient_ones(sessions: Sessions) -> None:
    await many(sessions, 5000, priority=2)
    floor = Floor(sessions)
    await floor.run(10)
    urgent = await many(sessions, 1)
    await floor.run(25)
    assert floor.began.index(urgent) <= 10 + 20 + 4  # what was handed out, and what is worked on


async def test_an_urgent_job_waits_for_no_more_than_a_moments_work_of_each_slot(sessions: Sessions) -> None:
    """Where workers say how many slots they have, long jobs do not fill the window."""
    async with sessions.begin() as session:
        await presence.appear(session, Instance.new(Role.WORKER, 2), lease=LEASE)
    await many(sessions, 500, priority=2, cost=60.0)
    floor = Floor(sessions)
    await floor.run(5)
    assert len(floor.hints) == 0
    urgent = await many(sessions, 1, cost=0.1)
    await floor.run(4)
    assert floor.began.index(urgent) <= 5 + 3


async def test_short_jobs_fill_the_slots_for_a_moment(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await presence.appear(session, Instance.new(Role.WORKER, 2), lease=LEASE)
    await many(sessions, 50, cost=0.5)
    assert await Floor(sessions).relay() == 2 * AHEAD_SECONDS / 0.5


async def test_the_patient_have_a_tenth_of_the_places_however_many_urgent_ones_wait(
    sessions: Sessions,
) -> None:
    await many(sessions, 400)
    patient = await many(sessions, 40, priority=2)
    floor = Floor(sessions)
    await floor.run(100)
    mark = f"_{patient[-8:]}_"
    served = [index for index, job in enumerate(floor.began) if mark in job or job == patient]
    assert len(served) >= 3  # of ten at the mean; two of them were in the first round


async def test_in_one_round_of_twenty_exactly_two_places_are_the_patients(sessions: Sessions) -> None:
    await many(sessions, 400)
    patient = await many(sessions, 100, priority=1)
    for phase in range(PERIOD):
        floor = Floor(sessions, window=20 * (phase + 1), phase=phase)
        assert await floor.relay() == 20
        assert sum(f"_{patient[-8:]}_" in hint or hint == patient for hint in floor.hints) == 2
