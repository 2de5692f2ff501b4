"""What one running API holds; made by the lifespan, read through `request.state`."""

import math
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypedDict

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from api.doorkeeper import Doorkeeper
from api.metrics import Metrics
from models.limits import Limits
from models.quotas import Quota
from services.fetches.policy import FetchPolicy
from services.infra.partials import Partials
from services.infra.peppers import Peppers
from services.infra.storage import Storage
from services.infra.tenancy import Tenancy
from services.webhooks.policy import WebhookPolicy

Sessions = async_sessionmaker[AsyncSession]


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that routes need, as plain values."""

    limits: Limits
    api_key_required: bool
    peppers: Peppers = field(repr=False)
    webhooks: WebhookPolicy
    fetching: FetchPolicy = field(default_factory=FetchPolicy)
    quota: Quota = field(default_factory=Quota)
    max_wait_seconds: float = math.inf
    settles_at: float = 0.0
    upload_lasts: timedelta = timedelta(hours=24)

    @property
    def is_settled(self) -> bool:
        """Whether no process of an older version or secret is left that would not know a new digest.

        `settles_at` is the moment of the monotonic clock from which that is taken for granted.
        """
        return time.monotonic() >= self.settles_at


class State(TypedDict):
    """Everything a request may use besides its own session."""

    sessions: Sessions
    tenancy: Tenancy
    storage: Storage
    partials: Partials
    policy: Policy
    metrics: Metrics
    doorkeeper: Doorkeeper
