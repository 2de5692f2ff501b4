"""What one tenant may have of an installation that others use too. None is no limit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Quota:
    """A tenant's share of the workers, and where its requests are refused with 429.

    `weight` is its part of the workers beside the other tenants with work; `max_running` counts jobs and page
    ranges that are worked on or handed to workers, `max_queued` jobs that wait, `max_bytes` the bytes of its
    documents with their versions, `requests_per_minute` requests of one key, `pages_per_day` and
    `pages_per_month` (UTC) what was read of documents whose jobs have ended, `max_uploads` resumable uploads
    that are not complete.
    """

    weight: float = 1.0
    max_running: int | None = None
    max_queued: int | None = None
    max_bytes: int | None = None
    requests_per_minute: int | None = None
    pages_per_day: int | None = None
    pages_per_month: int | None = None
    max_uploads: int | None = None

    def own(self, of_tenant: Mapping[str, float]) -> "Quota":
        """This quota with what is set for a tenant by name instead, higher or lower."""
        known = {field.name for field in fields(self)}
        changes: dict[str, Any] = {name: value for name, value in of_tenant.items() if name in known}
        return replace(self, **changes)


NAMES = tuple(asdict(Quota()))
LEAST_WEIGHT, MOST_WEIGHT = 0.01, 100.0
