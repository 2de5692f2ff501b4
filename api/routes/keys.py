"""API keys of the caller's tenant, and who the caller is."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import ADMINISTERS, JSON_BODY, READS, CallerDep, KeyId, PolicyDep, SessionDep, TenantDep
from api.idempotency import OnceDep
from api.openapi import LOCATION, REPLAYED, link, problems
from api.pagination import Place, slice_of
from api.schemas.keys import KeyIn, KeyMade, KeyOut, KeyPage, TenantOut
from api.schemas.paging import PageQuery
from models.errors import Conflict, InvalidInput
from services import keys, tenants
from services.idempotency import Answer
from services.keys import Caller

router = APIRouter(prefix="/v1", tags=["keys"], dependencies=[READS], responses=problems(401, 500, 503))
CREATED = {
    "description": "The key. It is not shown again.",
    "headers": {"Location": LOCATION, "Idempotency-Replayed": REPLAYED},
    "links": {
        "self": link("get_key", "key_id", "/id", "Look at it, without the key itself."),
        "delete": link("delete_key", "key_id", "/id", "End it."),
    },
}


@router.post(
    "/keys",
    operation_id="create_key",
    summary="Make an API key",
    status_code=201,
    response_model=KeyMade,
    responses={201: CREATED, **problems(400, 408, 409, 413, 415, 422)},
    dependencies=[ADMINISTERS, JSON_BODY],
)
async def create_key(body: KeyIn, caller: CallerDep, policy: PolicyDep, once: OnceDep) -> Response:
    """It may no more than the key that asks for it, and no longer. Shown once: only a digest is kept."""
    expires_at = no_longer_than(caller, body.expires_at)

    async def work(session: AsyncSession) -> Answer:
        row, key = await keys.create(
            session,
            caller.tenant_id,
            body.name,
            peppers=policy.peppers,
            scope=body.scope,
            expires_at=expires_at,
        )
        shown = KeyMade(**KeyOut.of(row).model_dump(), key=key)
        kept = shown.model_copy(update={"key": None})
        return Answer(
            HTTPStatus.CREATED.value,
            {"Location": f"/v1/keys/{row.id}"},
            shown.model_dump_json(),
            repeated=kept.model_dump_json(),
        )

    return await once.answer(body.model_dump(mode="json"), work)


@router.get(
    "/keys",
    operation_id="list_keys",
    summary="List the API keys",
    responses=problems(422),
    dependencies=[ADMINISTERS],
)
async def list_keys(query: Annotated[PageQuery, Query()], session: SessionDep, tenant: TenantDep) -> KeyPage:
    """Newest first, expired ones too; those that were ended are not listed."""
    rows = await keys.list_page(session, tenant, after=query.place(), limit=query.limit + 1)
    page = slice_of(rows, query.limit, Place.of)
    return KeyPage(data=[KeyOut.of(row) for row in page.items], next_cursor=page.cursor)


@router.get(
    "/keys/{key_id}",
    operation_id="get_key",
    summary="Look at one API key",
    responses=problems(404),
    dependencies=[ADMINISTERS],
)
async def get_key(key_id: KeyId, session: SessionDep, tenant: TenantDep) -> KeyOut:
    """What is known of it; the key itself is not."""
    return KeyOut.of(await keys.get(session, tenant, key_id))


@router.delete(
    "/keys/{key_id}",
    operation_id="delete_key",
    summary="End an API key",
    status_code=204,
    responses=problems(404, 409),
    dependencies=[ADMINISTERS],
)
async def delete_key(key_id: KeyId, session: SessionDep, caller: CallerDep) -> None:
    """Requests with it are refused from now on. A key cannot end itself, so nobody shuts the last door."""
    if key_id == caller.key_id:
        raise Conflict("A key cannot end itself; use another one, or `kerf keys revoke`.")
    await keys.end(session, caller.tenant_id, key_id)


@router.get("/tenant", operation_id="get_tenant", summary="Who you are here")
async def get_tenant(session: SessionDep, caller: CallerDep) -> TenantOut:
    """The caller's tenant and key; `/v1/limits` has what its documents may take."""
    tenant = await tenants.get(session, caller.tenant_id)
    key = await keys.get(session, caller.tenant_id, caller.key_id) if caller.key_id else None
    return TenantOut(id=tenant.id, name=tenant.name, scope=caller.scope, key=key and KeyOut.of(key))


def no_longer_than(caller: Caller, wanted: datetime | None) -> datetime | None:
    """When a key ends that this caller makes; InvalidInput for later than the caller's own does."""
    if caller.expires_at is None:
        return wanted
    if wanted is not None and wanted > caller.expires_at:
        raise InvalidInput("A key lives no longer than the one that makes it.", pointer="/expires_at")
    return wanted or caller.expires_at
