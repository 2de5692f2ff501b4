"""When a failed delivery is tried again."""

from datetime import UTC, datetime

import pytest

from services.webhooks.backoff import SCHEDULE, seconds_of, wait_after

MINUTE, HOUR = 60, 3_600
EXPECTED = [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]


@pytest.mark.parametrize(("attempt", "base"), list(enumerate(EXPECTED, start=1)))
def test_each_wait_is_the_specification_s_within_a_fifth(attempt: int, base: float) -> None:
    waits = [wait_after(attempt) or 0 for _ in range(500)]
    assert min(waits) >= 0.8 * base
    assert max(waits) <= 1.2 * base
    assert max(waits) - min(waits) > 0.2 * base, "there is no jitter to speak of"


def test_the_first_attempt_is_at_once_and_the_tenth_is_the_last() -> None:
    assert SCHEDULE[0] == 0
    assert len(SCHEDULE) == 10
    assert wait_after(10) is None
    assert wait_after(11) is None
    assert wait_after(10, retry_after=5) is None


@pytest.mark.parametrize(
    ("asked", "given"), [(0, 300), (-50, 300), (300, 300), (450, 450), (600, 600), (86_400, 600)]
)
def test_a_receiver_may_ask_for_up_to_twice_the_wait(asked: float, given: float) -> None:
    assert wait_after(2, retry_after=asked) == given


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Wed, 21 Oct 2026 07:30:00 GMT", 120.0),
        ("Wed, 21 Oct 2026 07:30:00 -0000", 120.0),
        ("Wed, 21 Oct 2026 07:26:00 GMT", -120.0),
        ("9" * 400, 9_999_999_999.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("\u0664", None),
        ("Wed, 99 Oct 2026 07:30:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header, now=datetime(2026, 10, 21, 7, 28, tzinfo=UTC)) == seconds
