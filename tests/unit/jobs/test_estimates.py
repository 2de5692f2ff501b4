"""What a job says of the time it still needs, and where it says that it died."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.errors import CorruptDocument, EncryptedDocument, KerfError, MemoryLimit, WorkerLost
from models.tables.jobs import JobRecord
from services.jobs.estimates import AFTER_READING, seconds_left
from services.jobs.failures import Failure, Place

START = datetime(2026, 1, 5, 10, tzinfo=UTC)


def job(*, read: float, since: float = 0, **columns: Any) -> JobRecord:
    """A job whose last page was read so many seconds after the first look, and so long ago."""
    return JobRecord(
        id="job_1",
        tenant_id="default",
        document_id="doc_1",
        ordinal=1,
        name="a.pdf",
        sha256="",
        size=1,
        options={},
        reading_at=START,
        pages_at=START + timedelta(seconds=read),
        progress_at=START + timedelta(seconds=read + since),
        **columns,
    )


def test_pages_to_come_take_as_long_as_those_before() -> None:
    left = seconds_left(job(read=10, pages_done=20, pages_total=100))
    assert left == 40 + AFTER_READING * 50


def test_pages_that_were_read_before_this_attempt_say_nothing_of_its_pace() -> None:
    left = seconds_left(job(read=10, pages_before=60, pages_done=80, pages_total=100))
    assert left == 10 + AFTER_READING * 50


def test_what_follows_reading_takes_its_share_of_it_and_never_less_than_nothing() -> None:
    whole = AFTER_READING * 80
    assert seconds_left(job(read=80, since=0, pages_done=100, pages_total=100)) == whole
    assert seconds_left(job(read=80, since=30, pages_done=100, pages_total=100)) == whole - 30
    assert seconds_left(job(read=80, since=5000, pages_done=100, pages_total=100)) == 0


@pytest.mark.parametrize(
    "unknown",
    [
        job(read=0, pages_done=0, pages_total=10),
        job(read=9, pages_done=5, pages_before=5, pages_total=10),
        job(read=9, pages_done=5, pages_total=None),
    ],
)
def test_nothing_is_said_before_anything_was_measured(unknown: JobRecord) -> None:
    assert seconds_left(unknown) is None


def test_a_job_that_nobody_has_taken_says_nothing() -> None:
    waiting = job(read=1, pages_done=1, pages_total=10)
    waiting.reading_at = waiting.pages_at = waiting.progress_at = None
    assert seconds_left(waiting) is None


@pytest.mark.parametrize("error", [MemoryLimit(), WorkerLost(), CorruptDocument()])
def test_a_failure_names_the_page_after_those_that_were_read(error: KerfError) -> None:
    failure = Failure.of(error, Place("parsing", 12, 80))
    assert (failure.stage, failure.page) == ("parsing", 13)


@pytest.mark.parametrize(
    ("error", "place", "stage"),
    [
        (EncryptedDocument(), None, "parsing"),
        (EncryptedDocument(), Place("parsing", 0, None), "parsing"),
        (MemoryLimit(), Place("chunking", 80, 80), "chunking"),
        (MemoryLimit(), Place("parsing", 80, 80), "parsing"),
        (MemoryLimit(), Place(None, 0, None), "parsing"),
        (KerfError(), Place("parsing", 3, 9), None),
    ],
)
def test_a_failure_that_was_not_on_a_page_names_none(
    error: KerfError, place: Place | None, stage: str | None
) -> None:
    failure = Failure.of(error, place)
    assert (failure.stage, failure.page) == (stage, None)
