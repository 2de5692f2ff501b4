"""J7: documents that crash, eat, hang or kill their parser end typed; the others hardly notice."""

from pathlib import Path

import pytest

from tests.chaos.checker import Wanted
from tests.chaos.documents import Sample, samples
from tests.chaos.nemesis import wait_until
from tests.chaos.observing import judged, rows, settled, value
from tests.chaos.world import World
from tests.hostile.faulty_child import MARK

HARD_STOP = 300.0
SEED = 13
POISON = {"segv": "worker_crashed", "abort": "worker_crashed", "oom": "memory_limit", "hang": "deadline"}
LAST = """
    SELECT extract(epoch FROM max(finished_at) - %s) FROM jobs
     WHERE state = 'succeeded' AND created_at > %s"""
LIMITS = {"parse_deadline_seconds": "6", "parse_memory_mb": "512", "lease_seconds": "30"}


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_poison_ends_typed_after_three_attempts_and_others_flow(folder: Path, database_url: str) -> None:
    world = World(folder, database_url, **LIMITS)
    try:
        good = samples(8, seed=SEED, slow_share=0)
        begin(world)
        main = celery_of(world)
        seconds = run(world, good, doses=1)
        print(f"J7: {len(good)} good documents beside {len(POISON)} bad ones in {seconds:.1f} s")
        assert celery_of(world) == main
        assert not world.has_logged("worker", "worker_ended")
    finally:
        world.close()


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_poison_costs_the_others_little(folder: Path, database_url: str) -> None:
    world = World(folder, database_url, **LIMITS, worker_concurrency="4")
    try:
        begin(world)
        main = celery_of(world)
        alone = run(world, samples(600, seed=SEED, slow_share=0), doses=0)
        beside = run(world, samples(600, seed=SEED + 1, slow_share=0), doses=2)
        print(
            f"J7: 600 documents alone in {alone:.1f} s, beside {2 * len(POISON)} bad ones in {beside:.1f} s:"
            f" {alone / beside:.0%} of the throughput"
        )
        assert celery_of(world) == main
        assert not world.has_logged("worker", "worker_ended")
    finally:
        world.close()


def begin(world: World) -> None:
    """Everything up, with parsers that follow orders."""
    world.redis.start()
    world.start_api()
    world.start_receiver(SEED)
    world.start("beat", "beat")
    world.start("worker", "--faulty", "worker")


def celery_of(world: World) -> int:
    """Celery's main process: the first below the supervisor, once it has said that it is ready."""
    assert wait_until(lambda: world.has_logged("worker", "ready"), seconds=HARD_STOP), world.logs()
    pid = world.pid_of("worker")
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def run(world: World, good: list[Sample], *, doses: int) -> float:
    """Seconds until the last good document was done; the bad ones among them ended as they must."""
    began = value(world, "SELECT clock_timestamp()")
    bad = {f"{order}-{dose}.bin": order for dose in range(doses) for order in POISON}
    acknowledged: dict[str, str] = {}
    for number, sample in enumerate(good):
        acknowledged[sample.name] = world.upload(sample)
        if number % 5 == 0 and bad.keys() - acknowledged.keys():
            name = min(bad.keys() - acknowledged.keys())
            order = f"{bad[name]}\n{'' if name.endswith('-0.bin') else name}"
            acknowledged[name] = world.upload(Sample(name, MARK + order.encode(), ()))
    assert settled(world, seconds=HARD_STOP + len(good)), world.logs()
    seconds = float(value(world, LAST, began, began))
    poison = {name: Wanted(codes=frozenset({POISON[order]})) for name, order in bad.items()}
    report = judged(world, good, acknowledged, poison)
    print(report)
    assert all(report.words[document] == {"ok"} for document in acknowledged.values()), (
        f"{report}{world.logs()}"
    )
    failed = rows(world, "SELECT DISTINCT attempt, lost, crashed FROM jobs WHERE state = 'failed'")
    assert failed == ([(3, 0, 3)] if doses else [])
    return seconds
