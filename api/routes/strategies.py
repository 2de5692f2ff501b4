"""The strategies of this version and their options."""

from dataclasses import asdict

from fastapi import APIRouter

from api.dependencies import READS
from api.openapi import problems
from api.schemas.service import StrategiesOut, StrategyOut
from services.segmentation.registry import describe

router = APIRouter(
    prefix="/v1/strategies", tags=["strategies"], dependencies=[READS], responses=problems(401, 500, 503)
)


@router.get(
    "",
    operation_id="list_strategies",
    summary="List the strategies and their options",
)
async def list_strategies() -> StrategiesOut:
    """Every strategy with a JSON Schema of its options."""
    return StrategiesOut(data=[StrategyOut.model_validate(asdict(strategy)) for strategy in describe()])
