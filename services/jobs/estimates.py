"""How much longer a job will take, from what was measured in this very job."""

from models.tables.jobs import JobRecord

AFTER_READING = 1.0
"""What follows the reading of pages (paragraphs, cuts, laws, storing), as a share of the reading.

Measured on PDFs of 1 to 752 pages: 0.8 to 1.2.
"""


def seconds_left(job: JobRecord) -> float | None:
    """Seconds from the attempt's last beat on; None while nothing can be said.

    Pages to come take as long as those that this attempt has read. A document that was read earlier, or
    faster than the worker reports, has no pages to measure by.
    """
    if job.reading_at is None or job.pages_at is None or job.progress_at is None:
        return None
    measured = job.pages_done - job.pages_before
    if not job.pages_total or measured <= 0:
        return None
    page = (job.pages_at - job.reading_at).total_seconds() / measured
    to_come = page * (job.pages_total - job.pages_done + AFTER_READING * job.pages_total)
    return round(max(0.0, to_come - (job.progress_at - job.pages_at).total_seconds()), 1)
