"""Jobs: following, listing, cancelling."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.admission import DoorDep
from api.dependencies import READS, WRITES, JobId, SessionDep, SessionsDep, TenantDep
from api.errors import WithMembers
from api.idempotency import OnceDep
from api.job_events import FINAL, HEADERS, MEDIA_TYPE, PROGRESS, Snapshot, last_seen, stream
from api.openapi import ACCEPTED, problems
from api.pagination import Place, slice_of
from api.processing import RETRY_SECONDS, accepted
from api.schemas.jobs import JobEventsQuery, JobOut, JobPage, JobProblem, JobsQuery
from api.waiting import PatienceDep
from models.errors import Conflict
from services.idempotency import Answer, RequestInFlight
from services.infra.tenancy import TenantSessions
from services.jobs import cancelling, queries
from services.jobs.redriving import redrive

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], dependencies=[READS], responses=problems(401, 500, 503))
AGAIN = {
    "description": "The job.",
    "headers": {
        "Retry-After": {
            "description": "Seconds after which to look again; absent when the job is final.",
            "schema": {"type": "integer", "minimum": 0},
        }
    },
}
EVENT = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "enum": [PROGRESS, FINAL]},
        "id": {"type": "string", "pattern": "^[0-9]+$"},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/JobOut"},
        },
        "retry": {"type": "integer", "minimum": 0},
    },
}
EVENTS = {
    "description": "A stream of events, with comments while nothing happens.",
    "content": {MEDIA_TYPE: {"itemSchema": EVENT}},
}


@router.get(
    "/{job_id}",
    operation_id="get_job",
    summary="Follow a job",
    responses={200: AGAIN, **problems(404, 422)},
)
async def get_job(
    job_id: JobId, patience: PatienceDep, response: Response, sessions: SessionsDep, tenant: TenantDep
) -> JobOut:
    """At once, or with `wait` as soon as the job is final and at the latest after that many seconds."""
    job = await patience.until(lambda: _read(sessions, tenant, job_id), lambda job: job.state.is_final)
    if not job.state.is_final:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return job


@router.get(
    "/{job_id}/events",
    operation_id="follow_job",
    summary="Follow a job as server-sent events",
    response_class=Response,
    responses={200: EVENTS, 204: {"description": "The final event was seen already."}, **problems(404, 422)},
)
async def follow_job(
    job_id: JobId,
    query: Annotated[JobEventsQuery, Query()],
    sessions: SessionsDep,
    tenant: TenantDep,
    last_event_id: Annotated[
        str | None, Header(description="The `id` of the last event that was seen; go on after it.")
    ] = None,
) -> Response:
    """An event for each change, `progress` or at the end `final`; its data is what `GET /v1/jobs/{id}` shows.

    Ids grow. A stream that ended before the job did is taken up again with `Last-Event-ID`.
    """

    async def look() -> Snapshot:
        async with sessions.begin() as session:
            row = await queries.get(session, tenant_id=tenant, job_id=job_id)
            return Snapshot(JobOut.of(row), row.revision)

    first, seen = await look(), last_seen(last_event_id)
    if first.job.state.is_final and seen >= first.revision:
        return Response(status_code=204)
    events = stream(look, first, seen=seen, seconds=query.seconds)
    return StreamingResponse(events, media_type=MEDIA_TYPE, headers=HEADERS)


@router.post(
    "/{job_id}/redrive",
    operation_id="redrive_job",
    summary="Give a failed job another chance",
    status_code=202,
    response_model=JobOut,
    responses={202: ACCEPTED, **problems(400, 404, 409, 422)},
    dependencies=[WRITES],
)
async def redrive_job(
    job_id: JobId, tenant: TenantDep, sessions: SessionsDep, once: OnceDep, door: DoorDep
) -> Response:
    """It is queued again as if it had never been tried. 409 for a job in any other state."""
    if not once.is_repeated:
        await door.let_in(None)

    async def work(session: AsyncSession) -> Answer:
        await door.keep_quota(session)
        return accepted(await redrive(session, tenant_id=tenant, job_id=job_id))

    try:
        return await once.answer(None, work)
    except RequestInFlight:
        raise
    except Conflict as conflict:
        shown = await _read(sessions, tenant, job_id)
        raise WithMembers(conflict, {"job": shown.model_dump(mode="json")}) from None


@router.get("", operation_id="list_jobs", summary="List jobs", responses=problems(422))
async def list_jobs(query: Annotated[JobsQuery, Query()], session: SessionDep, tenant: TenantDep) -> JobPage:
    """Newest first."""
    rows = await queries.list_all(
        session,
        tenant_id=tenant,
        after=query.place(),
        limit=query.limit + 1,
        only=queries.Only(query.state, query.document, query.archive),
    )
    page = slice_of(rows, query.limit, Place.of)
    return JobPage(data=[JobOut.of(row) for row in page.items], next_cursor=page.cursor)


@router.delete(
    "/{job_id}",
    operation_id="cancel_job",
    summary="Cancel a job",
    status_code=202,
    responses={**problems(404), **problems(409, model=JobProblem)},
    dependencies=[WRITES],
)
async def cancel_job(job_id: JobId, session: SessionDep, tenant: TenantDep) -> JobOut:
    """A queued job is `cancelled` at once; a running one is `cancelling` until its worker has stopped."""
    try:
        row = await cancelling.request_cancel(session, tenant_id=tenant, job_id=job_id)
    except Conflict as conflict:
        final = await queries.get(session, tenant_id=tenant, job_id=job_id)
        raise WithMembers(conflict, {"job": JobOut.of(final).model_dump(mode="json")}) from None
    return JobOut.of(row)


async def _read(sessions: TenantSessions, tenant: str, job_id: str) -> JobOut:
    """One short transaction a look: a caller who waits holds no connection."""
    async with sessions.begin() as session:
        return JobOut.of(await queries.get(session, tenant_id=tenant, job_id=job_id))
