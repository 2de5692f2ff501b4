"""Tenants that upload at the same time, and what the database says of how they were served."""

import asyncio
import statistics
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import httpx2

from services import keys, quotas
from services.infra.database import make_engine, make_sessions
from tests.chaos.documents import OPTIONS, files
from tests.chaos.observing import rows
from tests.chaos.world import World
from tests.make import create_tenant

HANDS = 6
Named = tuple[str, bytes]


@dataclass(frozen=True)
class Served:
    """One job: from when to when it waited and was worked on."""

    tenant: str
    name: str
    asked: datetime
    begun: datetime
    ended: datetime

    @property
    def waited(self) -> float:
        """Seconds until it was begun."""
        return (self.begun - self.asked).total_seconds()

    @property
    def took(self) -> float:
        """Seconds until it was ready."""
        return (self.ended - self.asked).total_seconds()


def members(world: World, weights: Mapping[str, float]) -> dict[str, str]:
    """Makes tenants of these weights; their keys."""

    async def made() -> dict[str, str]:
        engine = make_engine(world.database_url)
        async with make_sessions(engine).begin() as session:
            for name, weight in weights.items():
                await create_tenant(session, name)
                await quotas.change(session, name, {"weight": weight})
            found = {name: (await keys.create(session, name, name))[1] for name in weights}
        await engine.dispose()
        return found

    return asyncio.run(made())


def send(world: World, key: str, documents: Sequence[Named], priority: str = "auto") -> None:
    """Uploads them all, some at a time; each is taken."""
    options = {"options": str(OPTIONS).replace("'", '"'), "priority": priority}
    with httpx2.Client(base_url=world.client.base_url, headers={"X-API-Key": key}, timeout=120) as client:

        def one(document: Named) -> None:
            answer = client.post("/v1/documents", files={"file": document}, data=options)
            assert answer.status_code == 202, answer.text

        with ThreadPoolExecutor(HANDS) as pool:
            list(pool.map(one, documents))


def texts(count: int, seed: int, mark: str) -> list[Named]:
    """Short texts, every one different, with the mark in their names."""
    return [(f"{mark}-{name}.txt", data) for name, data in files(count, seed, 0.0) if name.endswith(".txt")]


def served(world: World) -> list[Served]:
    """Jobs that are done, in the order in which they were."""
    query = """SELECT tenant_id, name, created_at, started_at, finished_at FROM jobs
                WHERE state = 'succeeded' ORDER BY finished_at"""
    return [Served(*row) for row in rows(world, query)]


def p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def while_all_wait(jobs: Sequence[Served], tenants: Sequence[str]) -> Iterator[Served]:
    """Of these jobs those begun while every one of the tenants had another one that waited."""
    last_begun = {name: max(job.begun for job in jobs if job.tenant == name) for name in tenants}
    until = min(last_begun.values())
    return (job for job in jobs if job.begun < until)


def idle_share(jobs: Sequence[Served], slots: int) -> float:
    """Which part of the slots' time was free while jobs waited; handing one over takes some of it."""
    changes = sorted(
        [(job.begun, 0, 1) for job in jobs]
        + [(job.ended, 0, -1) for job in jobs]
        + [(job.asked, 1, 0) for job in jobs]
        + [(job.begun, -1, 0) for job in jobs]
    )
    waiting = busy = 0
    all_seconds = idle_seconds = 0.0
    for (at, waits, works), (then, _, _) in pairwise(changes):
        waiting, busy = waiting + waits, busy + works
        seconds = (then - at).total_seconds()
        all_seconds += seconds if waiting else 0.0
        idle_seconds += seconds * max(0, slots - busy) / slots if waiting else 0.0
    return idle_seconds / all_seconds if all_seconds else 0.0
