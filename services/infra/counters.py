"""What the metrics count, kept in the database: it outlives processes and is the same for all of them.

A transaction appends its samples to a table of their own, so that two never wait for one row of a counter,
and a sample exists exactly if what it counts was committed. `fold` adds them up now and then.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.metrics import SampleRecord

_EDGES = (*(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600), 1_800, 3_600, 21_600)
EDGES = (*_EDGES, 86_400, math.inf)
"""Upper edges in seconds, from what a page takes to a day of retries."""

FOLDED = 10_000
"""Samples that one round adds up at most."""

FOLD_LOCK = 0x6B657267
"""Advisory lock: one folds at a time, so that two never update the same totals in different orders."""


class Meter(StrEnum):
    """Names as Prometheus shows them, without the ending `_total` of counters."""

    JOBS_FINISHED = "kerf_jobs_finished"
    JOBS_FAILED = "kerf_jobs_failed"
    PAGES = "kerf_pages"
    JOB_WAIT = "kerf_job_wait_seconds"
    JOB_DURATION = "kerf_job_duration_seconds"
    STAGE_DURATION = "kerf_stage_duration_seconds"
    BLOBS_SWEPT = "kerf_blobs_swept"
    BYTES_SWEPT = "kerf_blob_bytes_swept"
    FETCH_ATTEMPTS = "kerf_fetch_attempts"
    FETCH_DURATION = "kerf_fetch_duration_seconds"
    FETCHED_BYTES = "kerf_fetched_bytes"
    WEBHOOK_ATTEMPTS = "kerf_webhook_attempts"
    WEBHOOK_LAG = "kerf_webhook_lag_seconds"
    WEBHOOK_DELIVERY = "kerf_webhook_delivery_seconds"


@dataclass(frozen=True, slots=True)
class Sample:
    """`count` observations of one meter that sum to `total`, under one bucket's edge; 0 without buckets."""

    name: str
    label: str = ""
    bucket: float = 0.0
    count: int = 1
    total: float = 1.0


def counted(meter: Meter, label: str = "", *, by: float = 1.0) -> Sample:
    """A counter goes up."""
    return Sample(meter.value, label, total=by)


def timed(meter: Meter, seconds: float, label: str = "") -> Sample:
    """A duration was seen; a negative one, as clocks that differ give it, counts as none."""
    seen = max(seconds, 0.0)
    return Sample(meter.value, label, EDGES[bisect_left(EDGES, seen)], total=seen)


async def add(session: AsyncSession, samples: Iterable[Sample]) -> None:
    """Count the samples if the transaction commits."""
    rows = [asdict(sample) for sample in samples]
    if rows:
        await session.execute(insert(SampleRecord), rows)


_FOLD = text("""
WITH taken AS (
    DELETE FROM metric_samples
     WHERE id IN (SELECT id FROM metric_samples ORDER BY id LIMIT :limit)
    RETURNING name, label, bucket, count, total
), added AS (
    INSERT INTO metric_totals AS t (name, label, bucket, count, total)
    SELECT name, label, bucket, sum(count), sum(total) FROM taken GROUP BY name, label, bucket
    ON CONFLICT (name, label, bucket)
    DO UPDATE SET count = t.count + excluded.count, total = t.total + excluded.total
)
SELECT count(*) FROM taken
""")

_READ = text("""
SELECT name, label, bucket, CAST(sum(count) AS bigint) AS count, sum(total) AS total
  FROM (SELECT name, label, bucket, count, total FROM metric_totals
        UNION ALL
        SELECT name, label, bucket, count, total FROM metric_samples) AS everything
 GROUP BY name, label, bucket
 ORDER BY name, label, bucket
""")


async def fold(session: AsyncSession, *, limit: int = FOLDED) -> int:
    """Add samples to the totals; how many. Zero also while somebody else does it."""
    alone = text("SELECT pg_try_advisory_xact_lock(:key)")
    if not await session.scalar(alone, {"key": FOLD_LOCK}):
        return 0
    return await session.scalar(_FOLD, {"limit": limit}) or 0


async def read(session: AsyncSession) -> list[Sample]:
    """Everything counted so far, by name, label and bucket: one snapshot, never less than before."""
    return [Sample(*row) for row in await session.execute(_READ)]
