"""J2, J8, J9: workers that are killed, frozen, sent everything five times, or told to stop."""

import random
import signal
import time
from functools import partial
from pathlib import Path
from statistics import median

import pytest

from services.infra.broker import Broker
from tests.chaos.documents import Sample, sample_of, samples, slow
from tests.chaos.nemesis import wait_until
from tests.chaos.observing import judged, rows, settled, value
from tests.chaos.world import LEASE_SECONDS, World

HARD_STOP = 300.0
SEED = 7


def begin(world: World, *workers: str) -> None:
    """API, receiver, relay, and so many workers."""
    world.redis.start()
    world.start_api()
    world.start_receiver(SEED)
    world.start("beat", "beat")
    for name in workers:
        world.start(name, "worker")


def running(world: World) -> dict[str, int]:
    """Jobs at work with the number of their attempt."""
    return dict(rows(world, "SELECT id, attempt FROM jobs WHERE state = 'running'"))


def recovery_of(world: World, killed: str, other: str, *, ready: bool) -> list[float]:
    """Seconds from the kill of one worker to the next claim of each job it had, by another one."""
    for number in range(2):
        answer = world.post(f"slow-{killed}-{number}.txt", slow(time.monotonic_ns(), 44_000))
        assert answer.status_code == 202, answer.text
    assert wait_until(lambda: len(running(world)) == 2, seconds=HARD_STOP), world.logs()
    world.start(other, "worker")
    if ready:
        assert wait_until(lambda: world.has_logged(other, "ready"), seconds=HARD_STOP), world.logs()
    had = running(world)
    world.kill(killed)
    began = time.monotonic()
    found: dict[str, float] = {}

    def all_taken() -> bool:
        for job, attempt in running(world).items():
            if attempt > had.get(job, attempt):
                found.setdefault(job, time.monotonic() - began)
        return len(found) == len(had)

    assert wait_until(all_taken, seconds=HARD_STOP, pause=0.05), world.logs()
    return list(found.values())


@pytest.mark.timeout(900)
def test_what_a_killed_worker_had_is_taken_up_by_another(world: World) -> None:
    begin(world, "worker-0")
    seconds = recovery_of(world, "worker-0", "worker-1", ready=False)
    print(f"J2: taken up {max(seconds):.1f} s after the kill, lease {LEASE_SECONDS:g} s")


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_recovery_takes_two_leases_at_most(world: World) -> None:
    begin(world, "worker-0")
    seconds: list[float] = []
    for turn in range(20):
        seconds += recovery_of(world, f"worker-{turn}", f"worker-{turn + 1}", ready=True)
        assert settled(world, seconds=HARD_STOP), world.logs()
    print(f"J2: {len(seconds)} jobs, p50 {median(seconds):.1f} s, longest {max(seconds):.1f} s")
    assert max(seconds) <= 2 * LEASE_SECONDS


@pytest.mark.timeout(900)
@pytest.mark.soak
def test_a_worker_frozen_for_three_leases_writes_nothing_when_it_wakes(
    folder: Path, database_url: str
) -> None:
    world = World(folder, database_url, lease_seconds="1.5")
    try:
        freeze(world)
    finally:
        world.close()


def freeze(world: World) -> None:
    """SIGSTOP to a worker's group for three leases, while another one does its work; then SIGCONT."""
    begin(world, "frozen")
    job = world.post("slow.txt", slow(SEED)).json()["id"]
    assert wait_until(lambda: job in running(world), seconds=HARD_STOP), world.logs()
    world.signal_group("frozen", signal.SIGSTOP)
    time.sleep(4.5)
    world.start("other", "worker")
    assert settled(world, seconds=HARD_STOP), world.logs()
    before = rows(world, "SELECT xmin::text, * FROM jobs"), value(world, "SELECT count(*) FROM chunks")
    world.signal_group("frozen", signal.SIGCONT)
    assert wait_until(lambda: world.has_logged("frozen", "attempt_ended"), seconds=HARD_STOP), world.logs()
    assert world.has_logged("frozen", '"ending": "lost"')
    assert (
        rows(world, "SELECT xmin::text, * FROM jobs"),
        value(world, "SELECT count(*) FROM chunks"),
    ) == before
    assert rows(world, "SELECT state, attempt > 1, version FROM jobs") == [("succeeded", True, 1)]
    assert value(world, "SELECT count(*) FROM document_versions") == 1


@pytest.mark.timeout(900)
def test_a_worker_sent_everything_several_times_at_once_does_it_once(patient_world: World) -> None:
    duplicate(patient_world, samples(8, seed=SEED), "one")


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_five_thousand_duplicated_messages_do_no_harm(patient_world: World) -> None:
    duplicate(patient_world, samples(1700, seed=SEED, slow_share=0), "one", "two")


def duplicate(world: World, sent: list[Sample], *workers: str) -> None:
    """Every hint one to five times in a row, to workers that run several at a time."""
    chance, messages = random.Random(SEED), 0
    begin(world, *workers)
    broker = Broker(world.redis.url)
    acknowledged = {}
    for sample in sent:
        acknowledged[sample.name] = document = world.upload(sample)
        job = value(world, "SELECT id FROM jobs WHERE document_id = %s", document)
        for _ in range(chance.randint(1, 5)):
            broker._send(job)
            messages += 1
    broker.close()
    assert settled(world, seconds=HARD_STOP + len(sent)), world.logs()
    report = judged(world, sent, acknowledged)
    assert report.is_clean, f"{report}\n{world.logs()}"
    assert rows(world, "SELECT DISTINCT attempt, lost, crashed FROM jobs") == [(1, 0, 0)]
    deadlocks = value(world, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    print(f"J8: {messages} messages for {len(sent)} documents: {report}, {deadlocks} deadlocks")
    assert deadlocks == 0


@pytest.mark.timeout(900)
@pytest.mark.soak
def test_deploys_under_load_count_no_attempt(patient_world: World) -> None:
    deploy(patient_world, samples(8, seed=SEED), times=1)


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_thirty_deploys_under_load_count_no_attempt(patient_world: World) -> None:
    deploy(patient_world, samples(400, seed=SEED), times=30)


def is_at_work(world: World, name: str) -> bool:
    """Whether a worker has the document of that name."""
    statement = "SELECT j.state FROM jobs j JOIN documents d ON d.id = document_id WHERE d.name = %s"
    return bool(value(world, statement, name) == "running")


def deploy(world: World, sent: list[Sample], *, times: int) -> None:
    """SIGTERM while documents are at work, and the next worker, again and again."""
    begin(world, "worker-0")
    acknowledged = {sample.name: world.upload(sample) for sample in sent}
    long = [sample_of(f"long-{turn}.txt", slow(turn)) for turn in range(times)]
    longest = 0.0
    for turn, sample in enumerate(long):
        acknowledged[sample.name] = world.upload(sample)
        assert wait_until(partial(is_at_work, world, sample.name), seconds=HARD_STOP, pause=0.05), (
            world.logs()
        )
        began = time.monotonic()
        assert world.stop(f"worker-{turn}", seconds=HARD_STOP) == 0, world.logs()
        longest = max(longest, time.monotonic() - began)
        assert running(world) == {}
        world.start(f"worker-{turn + 1}", "worker")
    assert settled(world, seconds=HARD_STOP + len(sent)), world.logs()
    assert rows(world, "SELECT DISTINCT state, attempt, lost, crashed FROM jobs") == [("succeeded", 1, 0, 0)]
    report = judged(world, [*sent, *long], acknowledged)
    print(f"J9: {times} deploys, longest exit {longest:.1f} s: {report}")
    assert report.is_clean, str(report)
