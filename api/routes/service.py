"""Probes, metrics and version: no API key, nothing of any tenant."""

import asyncio
from collections.abc import Awaitable
from importlib.metadata import version
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from api.dependencies import StorageDep, SystemSessionsDep
from api.errors import HEADERS
from api.installation import Standing
from api.metrics import MEDIA_TYPE
from api.openapi import problems
from api.problems import problem
from api.schemas.service import LiveOut, ReadyOut, VersionInfo
from api.state import Sessions
from models.chunk import PROFILE
from models.errors import KerfError, Unavailable
from models.tables.ranges import RangeRecord
from services.infra import counters, migrate
from services.infra.database import connections
from services.infra.storage import Storage
from services.jobs import presence, queue
from services.webhooks import log

router = APIRouter(tags=["service"], responses=problems(500))
PROBE_SECONDS = 5.0
OK = "ok"
PROBE = b"Kerf writes this to see that the store takes bytes.\n"
Answer = TypeVar("Answer")


@router.get("/livez", operation_id="get_liveness", summary="Whether the process answers")
async def get_liveness() -> LiveOut:
    """Asks nothing of anything else: a dead database is no reason to restart the API."""
    return LiveOut()


@router.get(
    "/readyz",
    operation_id="get_readiness",
    summary="Whether work can be taken",
    response_model=ReadyOut,
    responses=problems(503),
)
async def get_readiness(
    request: Request, sessions: SystemSessionsDep, storage: StorageDep
) -> ReadyOut | Response:
    """The database answers, its schema is one this version works on, and the store takes bytes."""
    if getattr(request.app.state, "is_leaving", False):
        return problem(503, Unavailable.code, "This process stops.", headers=HEADERS[503])
    (database, schema), store = await asyncio.gather(_database(sessions), _store(storage))
    checks = {"database": database, "schema": schema, "storage": store}
    if set(checks.values()) == {OK}:
        return ReadyOut(checks=checks)
    return problem(503, Unavailable.code, "Not ready.", members={"checks": checks}, headers=HEADERS[503])


@router.get(
    "/metrics",
    operation_id="get_metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def get_metrics(request: Request, sessions: SystemSessionsDep) -> Response:
    """Requests of this process; jobs, stages and webhooks of the whole installation."""
    standing: Standing | None
    try:
        standing = await _within(_standing(sessions))
    except (SQLAlchemyError, TimeoutError):
        standing = None
    return Response(request.state.metrics.exposition(standing, connections(sessions)), media_type=MEDIA_TYPE)


@router.get("/version", operation_id="get_version", summary="Which Kerf this is")
async def get_version() -> VersionInfo:
    """The version of the service and of its segmentation."""
    return VersionInfo(version=version("kerf"), profile=PROFILE)


async def _database(sessions: Sessions) -> tuple[str, str]:
    """Verdicts on the connection and on the schema."""
    needed = await asyncio.to_thread(migrate.expected)
    try:
        found = await _within(_revision(sessions))
    except (SQLAlchemyError, TimeoutError):
        return "unreachable", "unknown"
    return OK, OK if migrate.fits(found) else f"at {found or 'nothing'}, needs {needed}"


async def _revision(sessions: Sessions) -> str | None:
    async with sessions() as session:
        return await migrate.current(session)


async def _store(storage: Storage) -> str:
    try:
        await _within(storage.put(PROBE))
    except (KerfError, TimeoutError):
        return "unwritable"
    return OK


async def _standing(sessions: Sessions) -> Standing:
    async with sessions() as session:
        return Standing(
            jobs=await queue.depths(session),
            ranges=await queue.depths(session, RangeRecord),
            present=await presence.present(session),
            memory=await presence.memory(session),
            loops=await presence.loops(session),
            backlog=await log.backlog(session),
            endpoints=await log.endpoint_counts(session),
            counted=await counters.read(session),
        )


async def _within(work: Awaitable[Answer]) -> Answer:
    """Probes answer in time even where the network swallows packets; TimeoutError."""
    async with asyncio.timeout(PROBE_SECONDS):
        return await work
