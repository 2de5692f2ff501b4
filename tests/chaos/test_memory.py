"""J11: thousands of documents in one go; the worker's processes and the API's do not grow."""

import time
from pathlib import Path
from statistics import linear_regression

import pytest

from tests.chaos.documents import samples
from tests.chaos.nemesis import wait_until
from tests.chaos.observing import judged, open_jobs, settled
from tests.chaos.world import World

HARD_STOP = 600.0
SEED = 17
WARM_UP, PAGE = 300, 100
SLOW_SHARE = 0.01


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_three_thousand_documents_leave_memory_where_it_was(folder: Path, database_url: str) -> None:
    # Parsers and pool processes live as long as the soak: what recycling would hide is what is measured.
    world = World(folder, database_url, child_max_tasks="100000", child_max_rss_mb="4000")
    try:
        soak(world, 3_000)
    finally:
        world.close()


def soak(world: World, count: int) -> None:
    """MiB of the worker's tree and of the API after every hundred documents, and the slope."""
    sent = samples(count, seed=SEED, slow_share=SLOW_SHARE)
    world.redis.start()
    world.start_api()
    world.start_receiver(SEED)
    world.start("beat", "beat")
    world.start("worker", "worker")
    acknowledged: dict[str, str] = {}
    points: list[tuple[int, float, float]] = []
    began = time.monotonic()
    for start in range(0, count, PAGE):
        acknowledged |= {sample.name: world.upload(sample) for sample in sent[start : start + PAGE]}
        assert wait_until(lambda: open_jobs(world) == 0, seconds=HARD_STOP), world.logs()
        points.append((start + PAGE, tree_mb(world.pid_of("worker")), tree_mb(world.pid_of("serve"))))
    assert settled(world, seconds=HARD_STOP), world.logs()
    steady = [point for point in points if point[0] >= WARM_UP]
    documents, workers, apis = zip(*steady, strict=True)
    slope = linear_regression(documents, workers).slope * PAGE
    print(
        f"J11: {count} documents in {time.monotonic() - began:.0f} s; worker {workers[0]:.0f} to"
        f" {workers[-1]:.0f} MiB, {slope:+.2f} MiB per hundred; API {apis[0]:.0f} to {apis[-1]:.0f} MiB"
    )
    assert judged(world, sent, acknowledged).is_clean
    assert slope <= 1.0
    assert max(apis) <= 1.1 * apis[0]


def tree_mb(pid: int) -> float:
    """Memory of a process and all below it; what they share is shared among them. Those that end count 0."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        below = [child for task in tasks for child in task.read_text(encoding="ascii").split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return own / 1024 + sum(tree_mb(int(child)) for child in below)
