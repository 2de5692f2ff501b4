"""J1: everything is killed all the time, and every document has exactly one result, told exactly once."""

import time
from dataclasses import dataclass
from itertools import cycle

import pytest

from tests.chaos.documents import Sample, samples
from tests.chaos.nemesis import Strike, storm
from tests.chaos.observing import judged, seen, settled
from tests.chaos.world import World

SEED = 20261120


@dataclass(frozen=True)
class Size:
    """So many documents sent over so many seconds, under strikes at least that long, then the hard stop.

    One of the groups of workers is killed every five seconds, in turns.
    """

    groups: int
    documents: int
    seconds: float
    hard_stop: float


CI = Size(1, 60, 12, 600)
FULL = Size(2, 1000, 600, 3000)


@pytest.mark.timeout(900)
def test_documents_survive_a_storm(world: World) -> None:
    print(endure(world, CI))


@pytest.mark.chaos
@pytest.mark.timeout(4200)
def test_a_thousand_documents_survive_ten_minutes_of_storm(world: World) -> None:
    print(endure(world, FULL))


def endure(world: World, size: Size) -> str:
    """The report of a clean storm of this size."""
    sent = samples(size.documents, seed=SEED)
    began = time.monotonic()
    world.redis.start()
    world.start_api()
    world.start_receiver(SEED)
    workers = [f"worker-{number}" for number in range(size.groups)]
    for name in workers:
        world.start(name, "worker")
    for name in ("relay", "sender"):  # each has both loops; that is what several may run for
        world.start(name, "beat")
    with storm(*strikes(world, workers), seed=SEED) as nemesis:
        acknowledged = send(world, sent, size.seconds)
    drained = settled(world, seconds=size.hard_stop)
    report = judged(world, sent, acknowledged)
    retried = sum(one.attempts > 1 for one in seen(world))
    told = (
        f"{len(sent)} documents, seed {SEED}, {nemesis.report()}: {report}; {retried} more than one attempt,"
        f" {time.monotonic() - began:.0f} s"
    )
    assert drained, told + world.logs()
    assert report.is_clean, told + world.logs()
    assert len(report.words) == len(acknowledged) == size.documents
    return told


def strikes(world: World, workers: list[str]) -> list[Strike]:
    """SIGKILL to groups; Redis keeps nothing."""
    turns = cycle(workers)
    return [
        Strike("worker", 5, lambda: world.replace(next(turns))),
        Strike("relay", 7, lambda: world.replace("relay")),
        Strike("sender", 6, lambda: world.replace("sender")),
        Strike("redis", 11, world.redis.restart),
    ]


def send(world: World, sent: list[Sample], seconds: float) -> dict[str, str]:
    """Document ids by name, after all were acknowledged, spread evenly over the seconds."""
    began = time.monotonic()
    acknowledged = {}
    for number, sample in enumerate(sent):
        time.sleep(max(0.0, began + seconds * number / len(sent) - time.monotonic()))
        acknowledged[sample.name] = world.upload(sample)
    return acknowledged
