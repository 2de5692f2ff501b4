"""Jobs: following, listing, cancelling."""

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import JobId, SessionDep, SessionsDep, TenantDep
from api.errors import WithMembers
from api.openapi import problems
from api.pagination import Place, slice_of
from api.processing import RETRY_SECONDS
from api.schemas.jobs import JobOut, JobPage, JobProblem, JobQuery, JobsQuery
from api.state import Sessions
from models.errors import Conflict
from services.jobs import cancelling, queries

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], responses=problems(401, 500, 503))
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
AGAIN = {
    "description": "The job.",
    "headers": {
        "Retry-After": {
            "description": "Seconds after which to look again; absent when the job is final.",
            "schema": {"type": "integer", "minimum": 0},
        }
    },
}


@router.get(
    "/{job_id}",
    operation_id="get_job",
    summary="Follow a job",
    responses={200: AGAIN, **problems(404, 422)},
)
async def get_job(
    job_id: JobId,
    query: Annotated[JobQuery, Query()],
    request: Request,
    response: Response,
    sessions: SessionsDep,
    tenant: TenantDep,
) -> JobOut:
    """At once, or with `wait` as soon as the job is final and at the latest after that many seconds."""
    deadline = time.monotonic() + query.wait
    pause = FIRST_PAUSE
    job = await _read(sessions, tenant, job_id)
    while not job.state.is_final and time.monotonic() < deadline and not await request.is_disconnected():
        await asyncio.sleep(min(pause, max(0.0, deadline - time.monotonic())))
        pause = min(pause * 1.5, LONGEST_PAUSE)
        job = await _read(sessions, tenant, job_id)
    if not job.state.is_final:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return job


@router.get("", operation_id="list_jobs", summary="List jobs", responses=problems(422))
async def list_jobs(query: Annotated[JobsQuery, Query()], session: SessionDep, tenant: TenantDep) -> JobPage:
    """Newest first."""
    rows = await queries.list_all(
        session,
        tenant_id=tenant,
        after=query.place(),
        limit=query.limit + 1,
        state=query.state,
        document_id=query.document,
    )
    page = slice_of(rows, query.limit, Place.of)
    return JobPage(data=[JobOut.of(row) for row in page.items], next_cursor=page.cursor)


@router.delete(
    "/{job_id}",
    operation_id="cancel_job",
    summary="Cancel a job",
    status_code=202,
    responses={**problems(404), **problems(409, model=JobProblem)},
)
async def cancel_job(job_id: JobId, session: SessionDep, tenant: TenantDep) -> JobOut:
    """A queued job is `cancelled` at once; a running one is `cancelling` until its worker has stopped."""
    try:
        row = await cancelling.request_cancel(session, tenant_id=tenant, job_id=job_id)
    except Conflict as conflict:
        final = await queries.get(session, tenant_id=tenant, job_id=job_id)
        raise WithMembers(conflict, {"job": JobOut.of(final).model_dump(mode="json")}) from None
    return JobOut.of(row)


async def _read(sessions: Sessions, tenant: str, job_id: str) -> JobOut:
    """One short transaction a look: a caller who waits holds no connection."""
    async with sessions.begin() as session:
        return JobOut.of(await queries.get(session, tenant_id=tenant, job_id=job_id))
