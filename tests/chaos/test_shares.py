"""L2, L3 with real workers: who waits how long beside others, by weight and by urgency.

`make test` has the same in documents instead of seconds (integration/jobs/test_fairness.py).
"""

import random
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.crowd import idle_share, members, p95, send, served, texts, while_all_wait
from tests.chaos.documents import sentences, text
from tests.chaos.nemesis import wait_until
from tests.chaos.observing import open_jobs, value
from tests.chaos.test_load import crowded
from tests.chaos.world import World

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]
HARD_STOP = 3600.0
SLOTS = 2
LASTING = 4500
"""Sentences of a text that takes a second or so."""

LEASE = {"lease_seconds": "30", "max_wait_seconds": "1000000"}


def drained(world: World) -> None:
    assert wait_until(lambda: open_jobs(world) == 0, seconds=HARD_STOP), world.logs()


def begun(world: World, at_least: int) -> None:
    """Returns when so many jobs have been done, so that the worker is warm and at work."""
    query = "SELECT count(*) FROM jobs WHERE state = 'succeeded'"
    assert wait_until(lambda: value(world, query) >= at_least, seconds=HARD_STOP), world.logs()


def lasting(count: int, seed: int, mark: str) -> list[tuple[str, bytes]]:
    """Texts that take about a second each: longer than it takes to hand one out."""
    chance = random.Random(seed)
    return [
        (f"{mark}-{n}.txt", text([f"Document {seed}-{n}.", *sentences(chance, LASTING)]))
        for n in range(count)
    ]


@pytest.mark.parametrize(("many", "few"), [(2000, 20)])
def test_a_few_documents_beside_very_many_wait_little_longer_than_alone(
    folder: Path, database_url: str, many: int, few: int
) -> None:
    with crowded(folder, database_url, **LEASE) as world:
        keys = members(world, {"a": 1, "b": 1, "alone": 1})
        send(world, keys["a"], texts(20, 1, "warm"))
        drained(world)
        send(world, keys["alone"], lasting(few, 2, "alone"))
        drained(world)
        send(world, keys["a"], lasting(many, 3, "many"))
        send(world, keys["b"], lasting(few, 4, "few"))
        drained(world)
        jobs = served(world)
    alone = p95([job.waited for job in jobs if job.name.startswith("alone")])
    beside = p95([job.waited for job in jobs if job.name.startswith("few")])
    print(
        f"L2: {few} beside {many}: p95 of the wait {beside:.2f} s, alone {alone:.2f} s: x{beside / alone:.2f}"
    )
    assert beside <= 3 * alone


@pytest.mark.parametrize("each", [100])
def test_five_tenants_of_equal_weight_get_the_same(folder: Path, database_url: str, each: int) -> None:
    names = ["a", "b", "c", "d", "e"]
    with crowded(folder, database_url, **LEASE) as world:
        keys = members(world, dict.fromkeys(names, 1.0))
        send(world, keys["a"], texts(20, 9, "warm"))
        drained(world)
        callers = [
            threading.Thread(target=send, args=(world, keys[name], lasting(each, n, name)))
            for n, name in enumerate(names)
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        drained(world)
        jobs = [job for job in served(world) if not job.name.startswith("warm")]
    shares = Counter(job.tenant for job in while_all_wait(jobs, names))
    jain = sum(shares.values()) ** 2 / (len(names) * sum(share**2 for share in shares.values()))
    idle = idle_share(jobs, SLOTS)
    print(f"L2: five equal tenants {dict(shares)}, Jain {jain:.3f}; slots free while work waited {idle:.1%}")
    assert jain >= 0.95
    assert idle <= 0.25


@pytest.mark.parametrize("each", [200])
def test_weights_of_one_and_three_are_held(folder: Path, database_url: str, each: int) -> None:
    with crowded(folder, database_url, **LEASE) as world:
        keys = members(world, {"light": 1, "heavy": 3})
        world.kill("worker")
        for n, name in enumerate(keys):
            send(world, keys[name], lasting(each, n, name))
        world.start("worker", "worker")
        drained(world)
        jobs = served(world)
    shares = Counter(job.tenant for job in while_all_wait(jobs, list(keys)))
    print(f"L2: weights 1 and 3: {dict(shares)}, {shares['heavy'] / shares['light']:.2f} times as much")
    assert shares["heavy"] / shares["light"] == pytest.approx(3, rel=0.15)


@pytest.mark.parametrize(("bulk", "urgent"), [(5000, 300)])
def test_who_waits_is_served_first_and_bulk_goes_on(
    folder: Path, database_url: str, bulk: int, urgent: int
) -> None:
    """First documents one at a time, as people send them; then so many that they alone fill the slots."""
    with crowded(folder, database_url, **LEASE) as world:
        keys = members(world, {"a": 1})
        send(world, keys["a"], texts(bulk, 1, "bulk"), "bulk")
        begun(world, 10)
        for document in texts(40, 2, "person"):
            send(world, keys["a"], [document], "interactive")
            threading.Event().wait(0.5)
        send(world, keys["a"], texts(urgent, 3, "crowd"), "interactive")
        query = "SELECT count(*) FROM jobs WHERE name LIKE 'crowd-%%' AND state <> 'succeeded'"
        assert wait_until(lambda: value(world, query) == 0, seconds=HARD_STOP), world.logs()
        left = open_jobs(world)
        jobs = served(world)
    ready = p95([job.took for job in jobs if job.name.startswith("person")])
    crowd = [job for job in jobs if job.name.startswith("crowd")]
    since, until = max(job.asked for job in crowd), max(job.begun for job in crowd)
    patient = sum(job.name.startswith("bulk") for job in jobs if since < job.begun < until)
    share = patient / (patient + sum(since < job.begun < until for job in crowd))
    print(
        f"L3: {left} of {bulk} still queued; ready p95 {ready:.2f} s; bulk had {share:.1%} beside urgent work"
    )
    assert left > 0, "so few were not enough to wait behind"
    assert ready <= 5
    assert share >= 0.08  # a tenth at the mean
