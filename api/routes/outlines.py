"""The outline of a document."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.dependencies import DocumentId, PolicyDep, SessionsDep, StorageDep, TenantDep
from api.openapi import problems
from api.schemas.documents import VersionQuery
from api.schemas.outline import OutlineOut
from services.documents import outlines, parsed

router = APIRouter(
    prefix="/v1/documents/{document_id}", tags=["documents"], responses=problems(401, 404, 422, 500, 503)
)


@router.get(
    "/outline",
    operation_id="get_outline",
    summary="Read a document's outline",
    response_model=OutlineOut,
)
async def get_outline(
    document_id: DocumentId,
    query: Annotated[VersionQuery, Query()],
    sessions: SessionsDep,
    storage: StorageDep,
    tenant: TenantDep,
    policy: PolicyDep,
) -> JSONResponse:
    """Its parts as a tree; of legal texts terms, parties, dates, governing law, amounts and citations too."""
    async with sessions.begin() as session:
        address = await parsed.address(
            session, tenant_id=tenant, document_id=document_id, version=query.version
        )
    most = policy.limits.max_stored_bytes
    return JSONResponse(await outlines.read(storage, address, document_id, most=most))
