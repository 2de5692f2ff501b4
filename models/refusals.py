"""Refusals for now: the request is in order, and there is no room for it at the moment.

A quota is the caller's (429), the capacity is the installation's (503). `members` tell a machine what and how
much; `retry_after` is in seconds, None where waiting alone changes nothing.

Refusal
├── RateLimited                      rate_limited
├── QuotaExceeded                    quota_exceeded
└── OverCapacity                     over_capacity
"""

import math
from collections.abc import Mapping
from typing import Any

from models.errors import KerfError, Stage


class Refusal(KerfError):
    """There is no room for this just now."""

    retryable = True
    stage = Stage.ADMISSION

    def __init__(
        self,
        detail: str | None = None,
        *,
        retry_after: float | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.retry_after = None if retry_after is None else max(1, math.ceil(retry_after))
        self.members = dict(members or {})


class RateLimited(Refusal):
    """These are more requests than this key may send."""

    code = "rate_limited"


class QuotaExceeded(Refusal):
    """This tenant has used up what it may have."""

    code = "quota_exceeded"


class OverCapacity(Refusal):
    """More work waits than is taken on."""

    code = "over_capacity"
