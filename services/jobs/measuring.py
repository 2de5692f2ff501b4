"""What the metrics count of jobs: taken down in the very transaction that ends one."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from models.errors import Stage
from models.tables.jobs import JobRecord, JobState
from services.infra.counters import Meter, Sample, counted, timed


def of_ending(job: JobRecord, now: datetime) -> Iterator[Sample]:
    """A job that has its final state: how it ended, why, how long it waited and took in all."""
    yield counted(Meter.JOBS_FINISHED, job.state)
    if job.state == JobState.FAILED and job.failure is not None:
        yield counted(Meter.JOBS_FAILED, str(job.failure["code"]))
    if job.started_at is not None:
        yield timed(Meter.JOB_WAIT, (job.started_at - job.created_at).total_seconds())
        yield timed(Meter.JOB_DURATION, (now - job.created_at).total_seconds())


def of_result(pages: int, seconds: Mapping[str, float], *, storing: float) -> Iterator[Sample]:
    """What an attempt that succeeded has read, and how long each of its stages took."""
    yield counted(Meter.PAGES, by=pages)
    for stage, took in seconds.items():
        yield timed(Meter.STAGE_DURATION, took, stage)
    yield timed(Meter.STAGE_DURATION, storing, Stage.STORING.value)
