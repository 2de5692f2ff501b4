"""More work than there is room for (goals L1, L9): refused with a reason and a time; the rest is done."""

import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import overload

import httpx2
import pytest

from tests.chaos.documents import Sample, files
from tests.chaos.nemesis import wait_until
from tests.chaos.observing import open_jobs, rows
from tests.chaos.world import World

SEED = 20261121
CALLERS = 8
HARD_STOP = 1800.0
REASONS = {429: {"quota_exceeded", "rate_limited"}, 503: {"over_capacity"}}
MINE = "SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'running') FROM jobs"


@dataclass
class Flood:
    """What callers got who do not listen to `Retry-After`."""

    taken: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def send(self, world: World, sample: Sample) -> None:
        """One upload, and one answer of those that there may be."""
        began = time.perf_counter()
        answer = world.post(sample.name, sample.data)
        if answer.status_code == 202:
            self.seconds.append(time.perf_counter() - began)
            self.taken.append(answer.json()["id"])
            return
        code = answer.json()["code"]
        assert code in REASONS.get(answer.status_code, set()), answer.text
        assert int(answer.headers["retry-after"]) >= 1
        self.refused[code] += 1

    def report(self) -> str:
        """In one line."""
        p99 = statistics.quantiles(self.seconds, n=100)[-1]
        return f"L1: {len(self.taken)} taken (p99 {p99:.2f} s), refused {dict(self.refused)}"


@contextmanager
def crowded(folder: Path, database_url: str, **settings: str) -> Iterator[World]:
    """An installation with a worker of two slots that takes on little."""
    world = World(folder, database_url, **settings)
    try:
        world.redis.start()
        world.start_api()
        world.start("beat", "beat")
        world.start("worker", "worker")
        yield world
    finally:
        world.close()


def documents(count: int) -> list[Sample]:
    """So many, every one different; what becomes of each is tested elsewhere."""
    return [Sample(name, data, ()) for name, data in files(count, SEED, 0.0)]


class Endless(Sequence[Sample]):
    """The samples over and over, each time as another document."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._samples = samples

    def __len__(self) -> int:
        return sys.maxsize

    @overload
    def __getitem__(self, at: int) -> Sample: ...
    @overload
    def __getitem__(self, at: slice) -> list[Sample]: ...
    def __getitem__(self, at: int | slice) -> Sample | list[Sample]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        sample = self._samples[at % len(self._samples)]
        return Sample(f"{at} {sample.name}", sample.data + f"\n% {at}\n".encode(), ())


def flood(world: World, sent: Sequence[Sample], *, seconds: float, refusals: int = 10**9) -> Flood:
    """The samples from several callers at once, until so many are refused."""
    found, until = Flood(), time.monotonic() + seconds

    def call(caller: int) -> None:
        for number in range(10**9):
            if time.monotonic() > until or number >= len(sent) or found.refused.total() >= refusals:
                return
            if number % CALLERS == caller:
                found.send(world, sent[number])

    with ThreadPoolExecutor(CALLERS) as pool:
        for done in [pool.submit(call, caller) for caller in range(CALLERS)]:
            done.result()
    return found


def check(world: World, found: Flood) -> None:
    """All that was taken has an end, and a good one; the API has told of nothing else than refusals."""
    assert wait_until(lambda: open_jobs(world) == 0, seconds=HARD_STOP), world.logs()
    ended = dict(rows(world, "SELECT id, state FROM jobs"))
    assert {ended.get(job) for job in found.taken} == {"succeeded"}
    assert set(ended) == set(found.taken)


def test_a_tenants_flood_is_refused_as_its_own(folder: Path, database_url: str) -> None:
    with crowded(folder, database_url, tenant_max_queued="5") as world:
        found = flood(world, documents(60), seconds=120)
        assert found.refused["quota_exceeded"] > 0
        check(world, found)
        shown = world.client.get("/v1/capacity").json()
        assert (shown["queued"], shown["running"], shown["accepting"]) == (0, 0, True)


def test_a_flood_beyond_what_the_workers_can_do_is_refused_as_ours(folder: Path, database_url: str) -> None:
    """Costs of a few documents are more than may wait, which is noticed within a second or so; the workers
    come when the flood is over.
    """
    world = World(folder, database_url, max_wait_seconds="0.5")
    try:
        world.redis.start()
        world.start_api()
        world.start("beat", "beat")
        found = flood(world, documents(2000), seconds=120, refusals=20)
        assert found.refused["over_capacity"] > 0
        world.start("worker", "worker")
        check(world, found)
        assert wait_until(lambda: world.client.get("/v1/capacity").json()["accepting"], seconds=60)
    finally:
        world.close()


@pytest.mark.soak
@pytest.mark.timeout(4200)
def test_ten_minutes_of_overload(folder: Path, database_url: str) -> None:
    """Meanwhile somebody asks what there is room for, and the database says whether it was true."""
    settings = {"max_wait_seconds": "20", "tenant_max_queued": "300"}
    with crowded(folder, database_url, **settings) as world:
        stop, off = threading.Event(), []

        def watch() -> None:
            with httpx2.Client(base_url=world.client.base_url, timeout=30) as client:
                while not stop.wait(1):
                    before = rows(world, MINE)[0]
                    shown = client.get("/v1/capacity").json()
                    after = rows(world, MINE)[0]
                    low, high = min(before[0], after[0]), max(before[0], after[0])
                    off.append(max(0, low - shown["queued"], shown["queued"] - high))

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            found = flood(world, Endless(documents(500)), seconds=600)
        finally:
            stop.set()
            watching.join()
        print(found.report())
        print(f"L9: asked {len(off)} times, its own queue was off by {max(off)} at most")
        check(world, found)
