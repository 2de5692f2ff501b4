"""L8: whatever comes, the worker and its parsers stay below what was configured."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.nemesis import wait_until
from tests.chaos.observing import open_jobs, rows
from tests.chaos.test_load import crowded
from tests.chaos.test_memory import tree_mb
from tests.chaos.world import World
from tests.hostile import seeds
from tests.hostile.bombs import catalogue
from tests.support.drawn import picture, scan
from tests.support.packed import zipped

SEED = 20261122
SLOTS, PARSER_MB = 2, 1024
ITSELF_MB = 512
"""Of the worker without what it reads: Celery's processes and the warmed parsers at rest (J11: 430)."""

LOOK_SECONDS = 0.1
HARD_STOP = 3600.0
TEXTS = (("html", seeds.html), ("md", seeds.markdown), ("py", seeds.code), ("txt", seeds.text))


def mixed(count: int) -> Iterator[tuple[str, bytes]]:
    """So many documents, every one different: a third PDFs, each tenth a scan, an archive, a bomb."""
    chance, bombs = random.Random(SEED), list(catalogue(1.0))
    for number in range(count):
        kind = number % 10
        if kind in (0, 1, 2):
            yield f"{number}.pdf", seeds.drawn(chance)
        elif kind == 3:
            lines = [seeds.sentence(chance)[:40] for _ in range(chance.randrange(4, 16))]
            yield f"{number}.pdf", scan(picture(lines), pages=chance.randrange(1, 4))
        elif kind == 4:
            yield f"{number}.zip", zipped({f"{n}.{end}": make(chance) for n, (end, make) in enumerate(TEXTS)})
        elif kind == 5:
            name, bomb = bombs[number // 10 % len(bombs)]
            yield f"{name} {number}.pdf", bomb() + f"\n% {number}\n".encode()
        elif kind == 6:
            yield f"{number}.docx", seeds.word(chance)
        else:
            end, make = TEXTS[number % len(TEXTS)]
            yield f"{number}.{end}", make(chance)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("count", [2000])
def test_two_thousand_mixed_documents_stay_below_the_ceiling(
    folder: Path, database_url: str, count: int
) -> None:
    settings = {"lease_seconds": "30", "max_wait_seconds": "1000000", "parse_memory_mb": str(PARSER_MB)}
    settings |= {"parse_deadline_seconds": "20"}
    with crowded(folder, database_url, **settings) as world:
        stop, seen = threading.Event(), [0.0]

        def watch() -> None:
            while not stop.wait(LOOK_SECONDS):
                seen[0] = max(seen[0], tree_mb(world.pid_of("worker")))

        watching, began = threading.Thread(target=watch), time.monotonic()
        watching.start()
        try:
            for name, data in mixed(count):
                answer = world.client.post("/v1/documents", files={"file": (name, data)})
                assert answer.status_code == 202, answer.text
            assert wait_until(lambda: open_jobs(world) == 0, seconds=HARD_STOP), world.logs()
        finally:
            stop.set()
            watching.join()
        report(world, count, seen[0], time.monotonic() - began)


def report(world: World, count: int, peak: float, seconds: float) -> None:
    """Prints the figures; fails where the ceiling was passed, or an end has no type."""
    ceiling = SLOTS * PARSER_MB + ITSELF_MB
    ends = Counter(
        failure or state for state, failure in rows(world, "SELECT state, failure->>'code' FROM jobs")
    )
    print(f"L8: {count} documents in {seconds:.0f} s: peak {peak:.0f} of {ceiling} MiB; {dict(ends)}")
    assert peak <= ceiling
    assert ends["succeeded"] >= count * 0.7
    assert "internal" not in ends
