"""J4, J5, J6: Redis forgets everything, or is away; Postgres falls and recovers from its log."""

import signal
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import httpx2
import pytest
from redis import Redis

from services.infra.broker import DOCUMENTS_QUEUE
from services.infra.embedded import EmbeddedPostgres
from services.infra.migrate import upgrade
from tests.chaos.documents import Sample, samples
from tests.chaos.nemesis import wait_until
from tests.chaos.observing import judged, open_jobs, rows, settled, value
from tests.chaos.world import World

HARD_STOP = 300.0
SEED = 11
COPIES = """
    INSERT INTO jobs
    SELECT (jsonb_populate_record(one, jsonb_build_object('id', 'job_' || n, 'ordinal', ordinal + n))).*
    FROM jobs AS one, generate_series(1, %s) AS n"""

LEAVE = """
    WITH kept AS (SELECT id FROM jobs ORDER BY ordinal LIMIT %s),
         gone AS (DELETE FROM jobs WHERE id NOT IN (SELECT id FROM kept) RETURNING id)
    SELECT count(*) FROM gone"""


def hints(world: World) -> int:
    """Hints that wait in Redis."""
    with closing(Redis(port=world.redis.port)) as client:
        return int(client.llen(DOCUMENTS_QUEUE))


@pytest.mark.timeout(900)
@pytest.mark.soak
def test_hints_that_redis_forgets_are_sent_again(folder: Path, database_url: str) -> None:
    forget(folder, database_url, 500, worked_on=100)


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_ten_thousand_hints_that_redis_forgets_are_sent_again(folder: Path, database_url: str) -> None:
    forget(folder, database_url, 10_000, worked_on=2_000, resend="20")


def forget(folder: Path, database_url: str, count: int, *, worked_on: int, resend: str = "3") -> None:
    """FLUSHALL while so many jobs are queued and hinted at; all are hinted at again, and some worked on."""
    world = World(
        folder, database_url, dispatch_window=str(count + 1), worker_concurrency="4", resend_seconds=resend
    )
    try:
        world.redis.start()
        world.start_api()
        [sample] = samples(1, seed=SEED)
        world.upload(sample)
        rows_made = count - 1
        with_copies(world, rows_made)
        world.start("beat", "beat")
        assert wait_until(lambda: hints(world) >= count, seconds=HARD_STOP), world.logs()
        world.redis.flush()
        began = time.monotonic()
        assert wait_until(lambda: hints(world) >= count, seconds=HARD_STOP), world.logs()
        print(f"J4: {count} hints were all sent again {time.monotonic() - began:.1f} s after FLUSHALL")
        world.redis.flush()
        value(world, LEAVE, worked_on)
        world.start("worker", "worker")
        assert wait_until(lambda: open_jobs(world) == 0, seconds=HARD_STOP + worked_on), world.logs()
        assert rows(world, "SELECT state, count(*), sum(lost) FROM jobs GROUP BY state") == [
            ("succeeded", worked_on, 0)
        ]
        assert rows(
            world, "SELECT DISTINCT n FROM (SELECT count(*) AS n FROM chunks GROUP BY version) AS sets"
        ) == [(len(sample.expected),)]
    finally:
        world.close()


def with_copies(world: World, count: int) -> None:
    """So many more jobs of the one document there is."""
    value(world, f"WITH made AS ({COPIES} RETURNING id) SELECT count(*) FROM made", count)


@pytest.mark.timeout(900)
@pytest.mark.soak
def test_uploads_are_taken_while_redis_is_away(world: World) -> None:
    away(world, samples(20, seed=SEED), seconds=4)


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_uploads_are_taken_while_redis_is_away_for_ten_minutes(world: World) -> None:
    away(world, samples(600, seed=SEED), seconds=600)


def away(world: World, sent: list[Sample], *, seconds: float) -> None:
    """Redis dies under a running worker; every upload meanwhile is a 202, and the backlog drains later."""
    world.redis.start()
    world.start_api()
    world.start_receiver(SEED)
    world.start("beat", "beat")
    world.start("worker", "worker")
    half = len(sent) // 2
    acknowledged = {sample.name: world.upload(sample) for sample in sent[:half]}
    world.redis.kill()
    began = time.monotonic()
    for sample in sent[half:]:
        acknowledged[sample.name] = world.upload(sample)
        time.sleep(seconds / len(sent))
    assert world.refusals == []
    time.sleep(max(0.0, seconds - (time.monotonic() - began)))
    backlog, began = open_jobs(world), time.monotonic()
    world.redis.start()
    assert settled(world, seconds=HARD_STOP + len(sent)), world.logs()
    drained = time.monotonic() - began
    report = judged(world, sent, acknowledged)
    print(f"J5: Redis away {seconds:g} s, {backlog} waited, drained in {drained:.1f} s: {report}")
    assert report.is_clean, str(report)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_what_was_acknowledged_survives_falls_of_postgres(folder: Path) -> None:
    fall(folder, samples(16, seed=SEED), falls=2, pause=3)


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_what_was_acknowledged_survives_three_minutes_of_falls(folder: Path) -> None:
    fall(folder, samples(400, seed=SEED), falls=9, pause=20)


def fall(folder: Path, sent: list[Sample], *, falls: int, pause: float) -> None:
    """Postgres is stopped as by a crash every `pause` seconds while documents come in and are worked on."""
    store = EmbeddedPostgres(folder / "postgres")
    url = store.start()
    upgrade(url)
    world = World(folder, url)
    try:
        world.redis.start()
        world.start_api()
        world.start_receiver(SEED)
        world.start("beat", "beat")
        world.start("worker", "worker")
        acknowledged: dict[str, str] = {}
        uploading = threading.Thread(target=upload_all, args=(world, sent, acknowledged, falls * pause))
        uploading.start()
        downs = [crash(world, store, pause) for _ in range(falls)]
        uploading.join(timeout=HARD_STOP)
        assert settled(world, seconds=HARD_STOP + len(sent)), world.logs()
        report = judged(world, sent, acknowledged)
        print(
            f"J6: {falls} falls, {len(world.refusals)} uploads refused meanwhile, ready again within"
            f" {max(downs):.1f} s: {report}"
        )
        assert set(acknowledged) == {sample.name for sample in sent}
        assert report.is_clean, f"{report}\n{world.logs()}"
        assert all(refusal.headers["retry-after"] for refusal in world.refusals)
    finally:
        world.close()
        store.stop()


def upload_all(world: World, sent: list[Sample], acknowledged: dict[str, str], seconds: float) -> None:
    """Everything, spread over the seconds, each until it is a 202."""
    began = time.monotonic()
    for number, sample in enumerate(sent):
        time.sleep(max(0.0, began + seconds * number / len(sent) - time.monotonic()))
        acknowledged[sample.name] = world.upload(sample, patience=HARD_STOP)


def crash(world: World, store: EmbeddedPostgres, pause: float) -> float:
    """An immediate stop, a 503 that says when to come again, a start; seconds from it to being ready."""
    time.sleep(pause)
    assert store._process is not None
    store._process.send_signal(signal.SIGQUIT)
    store._process.wait(timeout=20)
    with suppress(httpx2.TimeoutException):
        refused = world.client.get("/v1/documents", timeout=10)
        assert (refused.status_code, bool(refused.headers.get("retry-after"))) == (503, True), refused.text
    store.start()
    return world.until_ready(HARD_STOP)
