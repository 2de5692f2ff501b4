"""Who is let in: requests of a key by its rate, uploads by the tenant's quota and the installation's load."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Scope

from api.dependencies import IdentifiedDep, get_sessions, get_tenant, get_terms
from api.doorkeeper import Doorkeeper
from api.state import Policy
from models.quotas import Quota
from models.refusals import RateLimited
from services import rates
from services.infra.tenancy import TenantSessions
from services.jobs import capacity
from services.rates import Standing

STANDING = "kerf.rate"


async def quota_of(request: Request) -> Quota:
    """The caller's quota."""
    policy: Policy = request.state.policy
    return policy.quota.own((await get_terms(request)).quotas)


QuotaDep = Annotated[Quota, Depends(quota_of)]


async def count_request(request: Request, caller: IdentifiedDep) -> None:
    """Counts the request against its key; RateLimited. Nothing is counted where there is no limit."""
    quota = await quota_of(request)
    if quota.requests_per_minute is None:
        return
    async with (await get_sessions(request)).begin() as session:
        bucket = caller.key_id or caller.tenant_id
        standing = await rates.take(session, bucket, per_minute=quota.requests_per_minute)
    request.scope[STANDING] = standing
    if not standing.taken:
        detail = f"This key may send {quota.requests_per_minute:,} requests a minute."
        members = {"quota": "requests_per_minute", "limit": quota.requests_per_minute}
        raise RateLimited(detail, retry_after=standing.retry_after, members=members)


@dataclass(frozen=True, slots=True)
class Door:
    """Where work is let in or refused, an upload or work on what is stored already."""

    sessions: TenantSessions
    doorkeeper: Doorkeeper
    longest: float
    tenant: str
    quota: Quota

    async def let_in(self, size: int | None = 0) -> None:
        """Before a byte is read: OverCapacity, QuotaExceeded. `size`: how many bytes at least are to be kept.

        None for work on bytes that are stored already.
        """
        (await self.doorkeeper.load()).admit(self.longest)
        async with self.sessions() as session:
            await capacity.keep_quota(session, self.tenant, self.quota, more_bytes=size)

    async def keep_quota(self, session: AsyncSession, size: int | None = None, *, jobs: int = 1) -> None:
        """In the transaction that makes the jobs, with the number of bytes it stores: QuotaExceeded."""
        await capacity.keep_quota(session, self.tenant, self.quota, more_bytes=size, jobs=jobs, alone=True)


async def door_of(request: Request) -> Door:
    """That of this request."""
    policy: Policy = request.state.policy
    return Door(
        sessions=await get_sessions(request),
        doorkeeper=request.state.doorkeeper,
        longest=policy.max_wait_seconds,
        tenant=await get_tenant(request),
        quota=await quota_of(request),
    )


DoorDep = Annotated[Door, Depends(door_of)]


def rate_headers(scope: Scope) -> dict[str, str]:
    """How the key stands, for the answer; nothing for requests that are not counted."""
    standing: Standing | None = scope.get(STANDING)
    return {} if standing is None else standing.headers()


COUNTED = Depends(count_request)
"""What every route behind the door has first: it finds out who calls."""
