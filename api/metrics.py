"""Prometheus metrics of one app; each app has its own registry, so two in one process do not mix."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

MEDIA_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


@dataclass(frozen=True, slots=True)
class StateDepth:
    """How many jobs are in a state that is not final, and for how long the oldest of them exists."""

    jobs: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Metrics:
    """Requests as they end; the queue as the database has it at the time of a scrape."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    database_up: Gauge = field(init=False)
    jobs: Gauge = field(init=False)
    oldest: Gauge = field(init=False)

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
            "database_up": Gauge(
                "kerf_database_up", "Whether the database answered this scrape.", registry=self.registry
            ),
            "jobs": Gauge(
                "kerf_jobs", "Jobs that are not finished, by state.", ("state",), registry=self.registry
            ),
            "oldest": Gauge(
                "kerf_jobs_oldest_age_seconds",
                "Age of the oldest unfinished job, by state.",
                ("state",),
                registry=self.registry,
            ),
        }
        for name, metric in made.items():
            object.__setattr__(self, name, metric)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one answer; `route` is the route's template, so that ids do not become labels."""
        known = method if method in METHODS else "OTHER"
        self.requests.labels(known, route, str(status)).inc()
        self.seconds.labels(known, route).observe(seconds)

    def exposition(self, depths: Mapping[str, StateDepth] | None) -> bytes:
        """The text Prometheus reads; `depths` is None while the database does not answer."""
        self.database_up.set(0 if depths is None else 1)
        self.jobs.clear()
        self.oldest.clear()
        for state, depth in (depths or {}).items():
            self.jobs.labels(state).set(depth.jobs)
            self.oldest.labels(state).set(depth.oldest_seconds)
        return generate_latest(self.registry)
