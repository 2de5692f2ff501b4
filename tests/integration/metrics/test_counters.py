"""Counters in the database: each sample counts once, whoever adds, folds and reads meanwhile."""

import asyncio
import math

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.tables.metrics import SampleRecord, TotalRecord
from services.infra.counters import EDGES, FOLD_LOCK, Meter, Sample, add, counted, fold, read, timed

Sessions = async_sessionmaker[AsyncSession]


async def put(sessions: Sessions, *samples: Sample) -> None:
    async with sessions.begin() as session:
        await add(session, samples)


async def folded(sessions: Sessions, *, limit: int = 10_000) -> int:
    async with sessions.begin() as session:
        return await fold(session, limit=limit)


async def found(sessions: Sessions) -> list[Sample]:
    async with sessions() as session:
        return await read(session)


async def test_samples_add_up_before_and_after_they_are_folded(sessions: Sessions) -> None:
    samples = [
        counted(Meter.PAGES, by=3),
        counted(Meter.PAGES, by=4),
        timed(Meter.STAGE_DURATION, 0.3, "parsing"),
    ]
    await put(sessions, *samples)
    expected = [
        Sample("kerf_pages", "", 0.0, 2, 7.0),
        Sample("kerf_stage_duration_seconds", "parsing", 0.5, 1, 0.3),
    ]
    assert await found(sessions) == expected
    assert await folded(sessions, limit=2) == 2
    assert await found(sessions) == expected
    assert await folded(sessions) == 1
    assert await found(sessions) == expected
    await put(sessions, counted(Meter.PAGES, by=1))
    await folded(sessions)
    assert (await found(sessions))[0] == Sample("kerf_pages", "", 0.0, 3, 8.0)
    async with sessions() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(t)) for t in (SampleRecord, TotalRecord)
        ]
    assert counts == [0, 2]


async def test_what_is_rolled_back_was_never_counted(sessions: Sessions) -> None:
    async with sessions() as session:
        await add(session, [counted(Meter.PAGES)])
        await session.rollback()
    assert await found(sessions) == []


@pytest.mark.parametrize(
    ("seconds", "edge"),
    [(-1, 0.01), (0, 0.01), (0.01, 0.01), (0.011, 0.025), (86_400, 86_400), (1e9, math.inf)],
)
def test_a_duration_counts_under_the_first_edge_it_does_not_pass(seconds: float, edge: float) -> None:
    assert timed(Meter.JOB_WAIT, seconds).bucket == edge
    assert list(EDGES) == sorted(EDGES)


async def test_one_folds_while_others_go_on(sessions: Sessions) -> None:
    await put(sessions, counted(Meter.PAGES))
    async with sessions.begin() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FOLD_LOCK})
        assert await folded(sessions) == 0
    assert await folded(sessions) == 1


async def test_readers_never_see_less_than_before_while_many_add_and_fold(sessions: Sessions) -> None:
    seen: list[float] = []
    done = asyncio.Event()

    async def adding() -> None:
        for _ in range(40):
            await put(sessions, counted(Meter.PAGES), timed(Meter.JOB_WAIT, 0.2))

    async def folding() -> None:
        while not done.is_set():
            await folded(sessions, limit=7)
            await asyncio.sleep(0)

    async def reading() -> None:
        while not done.is_set():
            seen.append(sum(sample.total for sample in await found(sessions) if sample.name == Meter.PAGES))

    others = [asyncio.create_task(work()) for work in (folding, folding, reading)]
    await asyncio.gather(*[adding() for _ in range(4)])
    done.set()
    await asyncio.gather(*others)
    assert seen == sorted(seen)
    assert {sample.name: sample.count for sample in await found(sessions)} == {
        "kerf_pages": 160,
        "kerf_job_wait_seconds": 160,
    }
