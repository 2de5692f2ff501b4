"""Prometheus metrics: of this process what it answers, of the installation what the database knows."""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from api.installation import Installation, Standing
from services.infra.database import Connections

MEDIA_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


def known_method(method: str) -> str:
    """The method, if it is one of HTTP's: callers may send any word."""
    return method if method in METHODS else "OTHER"


@dataclass(frozen=True, slots=True)
class Metrics:
    """Requests as they end. Each app has a registry of its own, so two in one process do not mix.

    `folder` is where documents are kept, or taken in for a bucket.
    """

    folder: Path
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    problems: Counter = field(init=False)
    database_up: Gauge = field(init=False)
    storage: Gauge = field(init=False)
    connections: Gauge = field(init=False)

    def __post_init__(self) -> None:
        route = ("method", "route")
        made = {
            "requests": Counter(
                "kerf_http_requests", "Requests answered.", (*route, "status"), registry=self.registry
            ),
            "seconds": Histogram(
                "kerf_http_request_duration_seconds",
                "From the request's first byte to the answer's last.",
                route,
                registry=self.registry,
                buckets=SECONDS,
            ),
            "problems": Counter(
                "kerf_http_problems", "Answers that are problems.", ("status", "code"), registry=self.registry
            ),
            "database_up": Gauge(
                "kerf_database_up", "Whether the database answered this scrape.", registry=self.registry
            ),
            "storage": Gauge(
                "kerf_storage_bytes", "Of the disk with the data folder.", ("state",), registry=self.registry
            ),
            "connections": Gauge(
                "kerf_database_connections",
                "Of this process: in use, idle, and how many more it may open.",
                ("state",),
                registry=self.registry,
            ),
        }
        for name, metric in made.items():
            object.__setattr__(self, name, metric)
        ProcessCollector(registry=self.registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one answer; `method` is a known one, `route` a template, so that no word becomes a label."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def refused(self, status: int, code: str) -> None:
        """Counts one answer that is a problem, by the code that callers decide by."""
        self.problems.labels(str(status), code).inc()

    def exposition(self, standing: Standing | None, pool: Connections | None = None) -> bytes:
        """The text Prometheus reads; `standing` is None while the database does not answer."""
        self.database_up.set(0 if standing is None else 1)
        self._look(pool)
        parts: Iterable[bytes] = [generate_latest(self.registry)]
        if standing is not None:
            scrape = CollectorRegistry()
            scrape.register(Installation(standing))
            parts = [*parts, generate_latest(scrape)]
        return b"".join(parts)

    def _look(self, pool: Connections | None) -> None:
        """What there is at this moment."""
        with suppress(OSError):
            disk = os.statvfs(self.folder)
            self.storage.labels("free").set(disk.f_bavail * disk.f_frsize)
            self.storage.labels("all").set(disk.f_blocks * disk.f_frsize)
        if pool is not None:
            self.connections.labels("in_use").set(pool.in_use)
            self.connections.labels("idle").set(pool.idle)
            self.connections.labels("left").set(pool.most - pool.in_use - pool.idle)
