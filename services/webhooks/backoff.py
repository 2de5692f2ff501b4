"""When to try again: the schedule of Standard Webhooks, with jitter, and Retry-After within bounds."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MINUTE = 60.0
_HOUR = 60 * _MINUTE
SCHEDULE = (
    *(0.0, 5.0, 5 * _MINUTE, 30 * _MINUTE),
    *(2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR),
)
JITTER = 0.2
THROTTLING = frozenset({429, 502, 503, 504})
_LONGEST_NUMBER = 10


def wait_after(attempt: int, *, retry_after: float | None = None) -> float | None:
    """Seconds from the failure of attempt 1, 2, … to the next; None when it was the last.

    `retry_after` is followed between the schedule's own wait and twice that; without it ±20 % of chance.
    """
    if attempt >= len(SCHEDULE):
        return None
    base = SCHEDULE[attempt]
    if retry_after is not None:
        return min(max(retry_after, base), 2 * base)
    return base * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, guards nothing


def seconds_of(retry_after: str | None, *, now: datetime | None = None) -> float | None:
    """What a Retry-After header asks for (RFC 9110 §10.2.3); None when it cannot be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:_LONGEST_NUMBER])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - (now or datetime.now(UTC))).total_seconds()
