"""What there is room for."""

from dataclasses import asdict

from fastapi import APIRouter

from api.admission import QuotaDep
from api.dependencies import READS, DoorkeeperDep, PolicyDep, SessionsDep, TenantDep
from api.openapi import problems
from api.schemas.capacity import CapacityOut, QuotaOut
from models.refusals import Refusal
from services.jobs import capacity, pages

router = APIRouter(
    prefix="/v1/capacity", tags=["service"], dependencies=[READS], responses=problems(401, 500, 503)
)


@router.get("", operation_id="get_capacity", summary="What there is room for")
async def get_capacity(
    sessions: SessionsDep,
    policy: PolicyDep,
    tenant: TenantDep,
    doorkeeper: DoorkeeperDep,
    quota: QuotaDep,
) -> CapacityOut:
    """How much of the caller's waits, how busy the workers are, and whether an upload would be taken now.

    Your own jobs as they are now, the rest as it was up to a second ago. Nothing of other tenants is shown
    but how busy all together keep the workers.
    """
    load = await doorkeeper.load()
    refusal: Refusal | None = None
    async with sessions() as session:
        mine, read = await capacity.use(session, tenant), await pages.read(session, tenant)
        try:
            load.admit(policy.max_wait_seconds)
            await capacity.keep_quota(session, tenant, quota, more_bytes=0)
        except Refusal as refused:
            refusal = refused
    return CapacityOut(
        queued=mine.queued,
        running=mine.running,
        pages_today=read.today,
        pages_this_month=read.this_month,
        workers=load.workers,
        slots=load.slots,
        slots_busy=min(load.running, load.slots),
        estimated_wait_seconds=round(load.wait, 1),
        accepting=refusal is None,
        reason=refusal.code if refusal else None,
        retry_after=refusal.retry_after if refusal else None,
        quota=QuotaOut(**asdict(quota)),
    )
