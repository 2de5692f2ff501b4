"""The metrics that every process of an installation adds to, as the database has them at a scrape."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from models.errors import (
    DeadlineExceeded,
    KerfError,
    MemoryLimit,
    StorageError,
    WorkerCrashed,
    WorkerLost,
)
from models.tables.jobs import FINAL_STATES
from services.fetches.settling import FETCHED
from services.infra.counters import EDGES, Meter, Sample
from services.jobs.presence import Memory, Role
from services.jobs.queue import Depth
from services.webhooks.log import Backlog, Endpoints

COUNTERS: Mapping[Meter, tuple[str, str | None]] = {
    Meter.JOBS_FINISHED: ("Jobs that ended, by state.", "state"),
    Meter.JOBS_FAILED: ("Jobs that failed for good, by the failure's code.", "code"),
    Meter.PAGES: ("Pages of the documents that jobs have read.", None),
    Meter.BLOBS_SWEPT: ("Stored files that nothing referred to any more, removed.", None),
    Meter.BYTES_SWEPT: ("Their bytes.", None),
    Meter.FETCH_ATTEMPTS: ("Attempts to fetch a document from its URL, by what came of them.", "outcome"),
    Meter.FETCHED_BYTES: ("Bytes of the documents that were fetched.", None),
    Meter.WEBHOOK_ATTEMPTS: ("Attempts to deliver an event, by what came of them.", "outcome"),
}
HISTOGRAMS: Mapping[Meter, tuple[str, str | None]] = {
    Meter.JOB_WAIT: ("From the upload until a worker took the job.", None),
    Meter.JOB_DURATION: ("From the upload until the job ended.", None),
    Meter.STAGE_DURATION: ("Stages of the attempts that succeeded.", "stage"),
    Meter.FETCH_DURATION: ("One attempt to fetch a document.", None),
    Meter.WEBHOOK_LAG: ("From when an attempt was due until it began.", None),
    Meter.WEBHOOK_DELIVERY: ("From an event until a receiver accepted it.", None),
}
"""Help and label of everything in the table of counters."""

OURS = (KerfError, WorkerLost, WorkerCrashed, MemoryLimit, DeadlineExceeded, StorageError)
FROM_ZERO: Mapping[Meter, Sequence[str]] = {
    Meter.JOBS_FINISHED: sorted(FINAL_STATES),
    Meter.JOBS_FAILED: [kind.code for kind in OURS],
    Meter.FETCH_ATTEMPTS: [FETCHED],
}
"""What is shown before it has happened: Prometheus sees no growth in a series that begins with 1."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one look into the database has found."""

    jobs: Sequence[Depth]
    ranges: Sequence[Depth]
    present: Mapping[Role, int]
    memory: Mapping[Role, Memory]
    loops: Mapping[str, float]
    backlog: Backlog
    endpoints: Endpoints
    counted: Sequence[Sample]


class Installation(Collector):
    """One scrape of what the database knows."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        """Queue, who works on it, webhooks on the schedule, then everything that was ever counted."""
        yield from _queue(self._standing.jobs)
        yield _ranges(self._standing.ranges)
        yield _instances(self._standing.present)
        yield from _vitals(self._standing.memory, self._standing.loops)
        yield _endpoints(self._standing.endpoints)
        yield from _schedule(self._standing.backlog)
        known = {name: list(rows) for name, rows in groupby(self._standing.counted, lambda row: row.name)}
        for meter, (text, label) in COUNTERS.items():
            counter = CounterMetricFamily(meter.value, text, labels=_labels(label))
            none = dict.fromkeys(FROM_ZERO.get(meter, ()) if label else ("",), 0.0)
            totals = none | {row.label: row.total for row in known.get(meter.value, [])}
            for value, total in totals.items():
                counter.add_metric([value] if label else [], total)
            yield counter
        for meter, (text, label) in HISTOGRAMS.items():
            yield _histogram(meter, text, label, known.get(meter.value, []))


def _queue(depths: Sequence[Depth]) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("kerf_jobs", "Jobs that are not finished, by state.", labels=["state"])
    oldest = GaugeMetricFamily(
        "kerf_jobs_oldest_age_seconds", "Age of the oldest unfinished job, by state.", labels=["state"]
    )
    for depth in depths:
        jobs.add_metric([depth.state], depth.rows)
        oldest.add_metric([depth.state], depth.oldest_seconds)
    yield from (jobs, oldest)


def _ranges(depths: Sequence[Depth]) -> Metric:
    ranges = GaugeMetricFamily(
        "kerf_ranges", "Page ranges of long documents that are not read, by state.", labels=["state"]
    )
    for depth in depths:
        ranges.add_metric([depth.state], depth.rows)
    return ranges


def _instances(present: Mapping[Role, int]) -> Metric:
    instances = GaugeMetricFamily(
        "kerf_instances", "Who was heard of within the last minute, by role.", labels=["role"]
    )
    for role, count in present.items():
        instances.add_metric([role.value], count)
    return instances


def _vitals(memory: Mapping[Role, Memory], loops: Mapping[str, float]) -> Iterator[Metric]:
    held = GaugeMetricFamily(
        "kerf_memory_bytes",
        "Held by all instances of a role, with the processes below them.",
        labels=["role"],
    )
    largest = GaugeMetricFamily("kerf_memory_largest_bytes", "Held by the largest of them.", labels=["role"])
    for role, found in memory.items():
        held.add_metric([role.value], found.together)
        largest.add_metric([role.value], found.largest)
    age = GaugeMetricFamily(
        "kerf_loop_age_seconds", "Since a loop has ended a round without an error.", labels=["loop"]
    )
    for loop, seconds in loops.items():
        age.add_metric([loop], seconds)
    yield from (held, largest, age)


def _endpoints(counts: Endpoints) -> Metric:
    found = GaugeMetricFamily(
        "kerf_webhook_endpoints", "Addresses that take events, fail, or are switched off.", labels=["state"]
    )
    for state, count in counts._asdict().items():
        found.add_metric([state], count)
    return found


def _schedule(backlog: Backlog) -> Iterator[Metric]:
    deliveries = GaugeMetricFamily(
        "kerf_webhook_deliveries",
        "Deliveries that are due, or wait for their next attempt.",
        labels=["state"],
    )
    deliveries.add_metric(["due"], backlog.due)
    deliveries.add_metric(["waiting"], backlog.waiting)
    yield deliveries
    yield GaugeMetricFamily(
        "kerf_webhook_oldest_due_seconds",
        "For how long the first delivery has been due.",
        value=backlog.oldest_seconds,
    )


def _histogram(meter: Meter, text: str, label: str | None, rows: Sequence[Sample]) -> Metric:
    family = HistogramMetricFamily(meter.value, text, labels=_labels(label))
    series = {name: list(found) for name, found in groupby(rows, lambda row: row.label)}
    for name, found in series.items() if label else [("", list(rows))]:
        counts = {row.bucket: row.count for row in found}
        buckets, seen = [], 0
        for edge in EDGES:
            seen += counts.get(edge, 0)
            buckets.append(("+Inf" if edge == math.inf else str(float(edge)), float(seen)))
        family.add_metric([name] if label else [], buckets, sum(row.total for row in found))
    return family


def _labels(label: str | None) -> list[str]:
    return [label] if label else []
