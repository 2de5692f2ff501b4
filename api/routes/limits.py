"""What one document may take."""

from dataclasses import asdict

from fastapi import APIRouter, Depends

from api.dependencies import PolicyDep, tenant_of
from api.openapi import problems
from api.schemas.service import LimitsOut

router = APIRouter(prefix="/v1/limits", tags=["service"], responses=problems(401, 500, 503))


@router.get(
    "",
    operation_id="get_limits",
    summary="What one document may take",
    dependencies=[Depends(tenant_of)],
)
async def get_limits(policy: PolicyDep) -> LimitsOut:
    """What is beyond a limit ends in a typed error that names it; nothing is cut off silently."""
    return LimitsOut(**asdict(policy.limits))
