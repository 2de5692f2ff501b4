"""What was read in a document: its text with all that points into it, and its outline."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from api.conditions import TAGGED, ConditionsDep
from api.dependencies import READS, DocumentId, PolicyDep, SessionsDep, StorageDep, TenantDep
from api.openapi import problems
from api.schemas.documents import VersionQuery
from api.schemas.outline import OutlineOut
from api.schemas.parsed import ParsedOut
from api.tags import tag_of
from services.documents import outlines, parsed

router = APIRouter(
    prefix="/v1/documents/{document_id}",
    tags=["documents"],
    dependencies=[READS],
    responses=problems(401, 404, 422, 500, 503),
)


async def _address(
    document_id: DocumentId, query: Annotated[VersionQuery, Query()], sessions: SessionsDep, tenant: TenantDep
) -> str:
    """Where the parsed form is kept."""
    async with sessions.begin() as session:
        return await parsed.address(session, tenant_id=tenant, document_id=document_id, version=query.version)


AddressDep = Annotated[str, Depends(_address)]


@router.get(
    "/parsed",
    operation_id="get_parsed_document",
    summary="Look at the text that chunks point into",
    response_model=ParsedOut,
    responses={**TAGGED, **problems(412)},
)
async def get_parsed_document(
    document_id: DocumentId,
    address: AddressDep,
    storage: StorageDep,
    policy: PolicyDep,
    conditions: ConditionsDep,
) -> JSONResponse:
    """Canonical text, pages, blocks and declared drops: all it takes to check a chunk by hand."""
    headers = conditions.met(tag_of("parsed", document_id, address))
    most = policy.limits.max_stored_bytes
    return JSONResponse(await parsed.read(storage, address, document_id, most=most), headers=headers)


@router.get(
    "/outline",
    operation_id="get_outline",
    summary="Read a document's outline",
    response_model=OutlineOut,
    responses={**TAGGED, **problems(412)},
)
async def get_outline(
    document_id: DocumentId,
    address: AddressDep,
    storage: StorageDep,
    policy: PolicyDep,
    conditions: ConditionsDep,
) -> JSONResponse:
    """Its parts as a tree; of legal texts terms, parties, dates, governing law, amounts and citations too."""
    headers = conditions.met(tag_of("outline", document_id, address))
    most = policy.limits.max_stored_bytes
    return JSONResponse(await outlines.read(storage, address, document_id, most=most), headers=headers)
