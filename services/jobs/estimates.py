"""How much longer a job will take, from what was measured in this very job."""

from models.errors import Stage
from models.tables.jobs import JobRecord

AFTER_READING = 0.25
"""Cutting and storing a document as a share of reading it."""


def seconds_left(job: JobRecord) -> float | None:
    """Seconds from the last report on; None while nothing can be said.

    While pages are read, those to come take as long as those before; what follows takes its share.
    A document that was read earlier has no pages to measure by.
    """
    if job.stage_at is None or job.progress_at is None:
        return None
    elapsed = (job.progress_at - job.stage_at).total_seconds()
    if job.stage == Stage.PARSING:
        if not job.pages_total or not job.pages_done or elapsed <= 0:
            return None
        whole = elapsed / job.pages_done * job.pages_total
        return _rounded(whole - elapsed + AFTER_READING * whole)
    reading = job.stage_seconds.get(Stage.PARSING)
    if reading is None:
        return None
    since = elapsed + sum(seconds for stage, seconds in job.stage_seconds.items() if stage != Stage.PARSING)
    return _rounded(AFTER_READING * float(reading) - float(since))


def _rounded(seconds: float) -> float:
    return round(max(0.0, seconds), 1)
