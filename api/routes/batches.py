"""Batches: many documents in one call."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.contextvars import bind_contextvars

from api.admission import DoorDep
from api.batches import receive
from api.conditions import ConditionsDep, tagged
from api.dependencies import (
    READS,
    WRITES,
    BatchId,
    SessionDep,
    SessionsDep,
    StorageDep,
    TenantDep,
    TenantPolicyDep,
)
from api.idempotency import OnceDep
from api.openapi import BODY_OF_BATCH, LOCATION, REPLAYED, RETRY_AFTER, link, problems
from api.pagination import ItemPlace, Place, slice_of
from api.processing import RETRY_SECONDS, endpoint_of
from api.routes.jobs import AGAIN
from api.schemas.batches import BatchesQuery, BatchOut, BatchPage, ItemOut, ItemPage, ItemsQuery
from api.tags import tag_of_answer
from api.waiting import PatienceDep
from models.batches import BatchState
from models.errors import Conflict, NotFound
from services.documents.batches import submit_all
from services.idempotency import Answer
from services.infra.tenancy import TenantSessions
from services.jobs import batches
from services.jobs.cancelling import request_cancel

router = APIRouter(
    prefix="/v1/batches", tags=["batches"], dependencies=[READS], responses=problems(401, 500, 503)
)
FORM_OVERHEAD = 8 << 20
"""What a form of a thousand files takes around them."""

TAKEN = {
    "description": "The batch.",
    "headers": {"Location": LOCATION, "Retry-After": RETRY_AFTER, "Idempotency-Replayed": REPLAYED},
    "links": {
        "follow": link("get_batch", "batch_id", "/id", "Follow the batch."),
        "items": link("list_batch_items", "batch_id", "/id", "Its documents and their jobs."),
        "cancel": link("cancel_batch", "batch_id", "/id", "Cancel its jobs."),
    },
}


@router.post(
    "",
    operation_id=BODY_OF_BATCH,
    summary="Upload many documents",
    status_code=202,
    response_model=BatchOut,
    responses={202: TAKEN, **problems(400, 408, 409, 413, 415, 422, 507)},
    dependencies=[WRITES],
)
async def upload_batch(
    request: Request,
    tenant: TenantDep,
    storage: StorageDep,
    policy: TenantPolicyDep,
    once: OnceDep,
    door: DoorDep,
) -> Response:
    """All files are taken in or none: what is wrong with one refuses the call, with a pointer to it.

    Each file is what an upload of its own would be: equal files find the job that there is already, an
    `external_id` makes a version, an archive becomes documents. Jobs of a batch are not urgent unless it or
    the item says so. What becomes of each document is told by its item, and by its webhook events; when none
    has anything left to do there is one event `batch.completed`.
    """
    if not once.is_repeated:
        declared = request.headers.get("content-length", "")
        await door.let_in(max(0, int(declared) - FORM_OVERHEAD) if declared.isdecimal() else 0)
    batch = await receive(request, storage, policy)

    async def work(session: AsyncSession) -> Answer:
        endpoint = await endpoint_of(session, tenant, batch.processing, policy)
        await door.keep_quota(session, batch.size, jobs=len(batch.items))
        made = await submit_all(session, tenant_id=tenant, items=batch.items, endpoint_id=endpoint)
        shown = BatchOut.of(await batches.get(session, tenant_id=tenant, batch_id=made.id))
        return _accepted(shown)

    return await once.answer(batch.as_json(), work)


@router.get(
    "",
    operation_id="list_batches",
    summary="List batches",
    responses={**tagged({"description": "A page of batches."}), **problems(412, 422)},
)
async def list_batches(
    query: Annotated[BatchesQuery, Query()],
    session: SessionDep,
    tenant: TenantDep,
    conditions: ConditionsDep,
    response: Response,
) -> BatchPage:
    """Newest first."""
    rows = await batches.list_all(session, tenant_id=tenant, after=query.place(), limit=query.limit + 1)
    page = slice_of(rows, query.limit, lambda row: Place.of(row.batch))
    shown = BatchPage(data=[BatchOut.of(row) for row in page.items], next_cursor=page.cursor)
    response.headers.update(conditions.met(tag_of_answer(shown)))
    return shown


@router.get(
    "/{batch_id}",
    operation_id="get_batch",
    summary="Follow a batch",
    responses={**tagged(AGAIN), **problems(404, 412, 422)},
)
async def get_batch(
    batch_id: BatchId,
    patience: PatienceDep,
    response: Response,
    sessions: SessionsDep,
    tenant: TenantDep,
    conditions: ConditionsDep,
) -> BatchOut:
    """At once, or with `wait` as soon as it is completed and at the latest after that many seconds."""
    batch = await patience.until(lambda: _read(sessions, tenant, batch_id), lambda batch: not _is_open(batch))
    response.headers.update(conditions.met(tag_of_answer(batch)))
    if _is_open(batch):
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return batch


@router.get(
    "/{batch_id}/items",
    operation_id="list_batch_items",
    summary="List the documents of a batch",
    responses=problems(404, 422),
)
async def list_batch_items(
    batch_id: BatchId, query: Annotated[ItemsQuery, Query()], session: SessionDep, tenant: TenantDep
) -> ItemPage:
    """In the order of the call, with how each stands now."""
    rows = await batches.items_of(
        session,
        tenant_id=tenant,
        batch_id=batch_id,
        after=query.after(),
        limit=query.limit + 1,
        state=query.state,
    )
    page = slice_of(rows, query.limit, lambda row: ItemPlace(row.item.index))
    return ItemPage(data=[ItemOut.of(row) for row in page.items], next_cursor=page.cursor)


@router.post(
    "/{batch_id}/cancel",
    operation_id="cancel_batch",
    summary="Cancel a batch",
    status_code=202,
    responses=problems(404),
    dependencies=[WRITES],
)
async def cancel_batch(batch_id: BatchId, sessions: SessionsDep, tenant: TenantDep) -> BatchOut:
    """Every job of it that is not final, one by one, also one that was there before: see `cancel_job`.

    What has ended meanwhile stays as it is. Nothing is undone where the call breaks off: send it again.
    """
    async with sessions.begin() as session:
        jobs = await batches.open_jobs(session, tenant_id=tenant, batch_id=batch_id)
    for job_id in jobs:
        try:
            async with sessions.begin() as session:
                await request_cancel(session, tenant_id=tenant, job_id=job_id)
        except (NotFound, Conflict):
            continue
    return await _read(sessions, tenant, batch_id)


async def _read(sessions: TenantSessions, tenant: str, batch_id: str) -> BatchOut:
    async with sessions.begin() as session:
        return BatchOut.of(await batches.get(session, tenant_id=tenant, batch_id=batch_id))


def _is_open(batch: BatchOut) -> bool:
    return batch.state is not BatchState.COMPLETED


def _accepted(batch: BatchOut) -> Answer:
    bind_contextvars(batch=batch.id)
    headers = {
        "Location": f"/v1/batches/{batch.id}",
        "Retry-After": str(RETRY_SECONDS if _is_open(batch) else 0),
    }
    return Answer(HTTPStatus.ACCEPTED.value, headers, batch.model_dump_json())
