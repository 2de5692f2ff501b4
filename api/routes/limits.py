"""What one document may take."""

from dataclasses import asdict

from fastapi import APIRouter

from api.dependencies import READS, TenantPolicyDep
from api.openapi import problems
from api.schemas.service import LimitsOut

router = APIRouter(
    prefix="/v1/limits", tags=["service"], dependencies=[READS], responses=problems(401, 500, 503)
)


@router.get(
    "",
    operation_id="get_limits",
    summary="What one document may take",
)
async def get_limits(policy: TenantPolicyDep) -> LimitsOut:
    """What is beyond a limit ends in a typed error that names it; nothing is cut off silently.

    These are the caller's limits: some may be lower than those of other tenants, none is higher.
    """
    return LimitsOut(**asdict(policy.limits), max_stored_bytes=policy.limits.max_stored_bytes)
