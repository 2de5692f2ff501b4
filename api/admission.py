"""Who is let in: requests of a key by its rate, uploads by the tenant's quota and the installation's load."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Scope

from api.dependencies import CallerDep, PolicyDep, SessionsDep, SystemSessionsDep, TenantDep
from api.state import Policy, Sessions
from models.quotas import Quota
from models.refusals import RateLimited
from services import quotas, rates
from services.infra.tenancy import TenantSessions
from services.jobs import capacity
from services.jobs.capacity import Load
from services.rates import Standing

FRESH_SECONDS = 1.0
"""What is known of quotas and load may be so old."""

MOST_KNOWN = 10_000
STANDING = "kerf.rate"


@dataclass(slots=True)
class Doorkeeper:
    """What an API process knows of quotas and load; asks the database again when that is old."""

    _quotas: dict[str, tuple[float, Quota]] = field(default_factory=dict)
    _load: tuple[float, Load] | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def quota(self, sessions: TenantSessions, policy: Policy, tenant: str) -> Quota:
        """The tenant's quota, of the last second."""
        known = self._quotas.get(tenant)
        if known is not None and time.monotonic() - known[0] < FRESH_SECONDS:
            return known[1]
        async with sessions() as session:
            found = await quotas.of_tenant(session, tenant, policy.quota)
        if len(self._quotas) >= MOST_KNOWN:
            self._quotas.clear()
        self._quotas[tenant] = (time.monotonic(), found)
        return found

    async def load(self, sessions: Sessions) -> Load:
        """The installation's load, of the last second; of many who ask at once one asks the database."""
        async with self._asking:
            if self._load is None or time.monotonic() - self._load[0] >= FRESH_SECONDS:
                began = time.monotonic()
                async with sessions() as session:
                    self._load = (began, await capacity.load(session))
            return self._load[1]


def get_doorkeeper(request: Request) -> Doorkeeper:
    """That of this process."""
    found: Doorkeeper = request.state.doorkeeper
    return found


DoorkeeperDep = Annotated[Doorkeeper, Depends(get_doorkeeper)]


async def quota_of(
    sessions: SessionsDep, policy: PolicyDep, tenant: TenantDep, doorkeeper: DoorkeeperDep
) -> Quota:
    """The caller's quota."""
    return await doorkeeper.quota(sessions, policy, tenant)


QuotaDep = Annotated[Quota, Depends(quota_of)]


async def count_request(request: Request, sessions: SessionsDep, caller: CallerDep, quota: QuotaDep) -> None:
    """Counts the request against its key; RateLimited. Nothing is counted where there is no limit."""
    if quota.requests_per_minute is None:
        return
    async with sessions.begin() as session:
        bucket = caller.key_id or caller.tenant_id
        standing = await rates.take(session, bucket, per_minute=quota.requests_per_minute)
    request.scope[STANDING] = standing
    if not standing.taken:
        detail = f"This key may send {quota.requests_per_minute:,} requests a minute."
        members = {"quota": "requests_per_minute", "limit": quota.requests_per_minute}
        raise RateLimited(detail, retry_after=standing.retry_after, members=members)


@dataclass(frozen=True, slots=True)
class Door:
    """Where one upload is let in or refused."""

    sessions: TenantSessions
    system: Sessions
    doorkeeper: Doorkeeper
    longest: float
    tenant: str
    quota: Quota

    async def let_in(self) -> None:
        """Before a byte is read: OverCapacity, QuotaExceeded."""
        (await self.doorkeeper.load(self.system)).admit(self.longest)
        async with self.sessions() as session:
            await capacity.keep_quota(session, self.tenant, self.quota)

    async def keep_quota(self, session: AsyncSession, size: int) -> None:
        """In the transaction that makes the job, when its bytes are counted: QuotaExceeded."""
        await capacity.keep_quota(session, self.tenant, self.quota, more_bytes=size, alone=True)


def door_of(
    sessions: SessionsDep,
    system: SystemSessionsDep,
    policy: PolicyDep,
    tenant: TenantDep,
    doorkeeper: DoorkeeperDep,
    quota: QuotaDep,
) -> Door:
    """That of this request."""
    return Door(sessions, system, doorkeeper, policy.max_wait_seconds, tenant, quota)


DoorDep = Annotated[Door, Depends(door_of)]


def rate_headers(scope: Scope) -> dict[str, str]:
    """How the key stands, for the answer; nothing for requests that are not counted."""
    standing: Standing | None = scope.get(STANDING)
    return {} if standing is None else standing.headers()


COUNTED = Depends(count_request)
