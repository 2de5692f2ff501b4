"""Why an attempt ended badly, and whether the job gets another."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from models.errors import KerfError, WorkerLost
from models.tables.jobs import JobRecord

MOST_LOST = 5
"""Leases that may run out (the worker died or froze): the fifth fails the job."""

MOST_CRASHED = 3
"""Attempts that may die (crash, memory, deadline, storage): the third fails the job."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt ended, as the API and the webhook show it. `code` is one of models.errors."""

    code: str
    message: str
    retryable: bool
    stage: str | None

    @classmethod
    def of(cls, error: KerfError) -> Self:
        """The failure that an error of ours stands for."""
        return cls(error.code, error.detail, error.retryable, error.stage)

    def as_json(self) -> dict[str, Any]:
        """The failure for a JSON column."""
        return asdict(self)


def count(job: JobRecord, failure: Failure) -> bool:
    """Count a failed attempt by its cause; whether the job has another one left."""
    if not failure.retryable:
        return False
    if failure.code == WorkerLost.code:
        job.lost += 1
        return job.lost < MOST_LOST
    job.crashed += 1
    return job.crashed < MOST_CRASHED
