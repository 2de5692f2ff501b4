"""Documents: uploading, reading, deleting."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.admission import Door, DoorDep
from api.conditions import TAGGED, ConditionsDep, tagged
from api.dependencies import (
    READS,
    WRITES,
    DocumentId,
    SessionDep,
    StorageDep,
    TenantDep,
    TenantPolicyDep,
    is_json,
)
from api.from_url import read_url
from api.idempotency import Once, OnceDep
from api.openapi import ACCEPTED, BODY_OF_UPLOAD, link, problems
from api.pagination import Place, slice_of
from api.processing import accepted, endpoint_of
from api.schemas.documents import (
    DocumentDetail,
    DocumentOut,
    DocumentPage,
    DocumentsQuery,
    VersionOut,
)
from api.schemas.jobs import JobOut
from api.state import Policy
from api.tags import tag_of_answer
from api.uploads import receive
from services.documents import deletion, queries
from services.documents.submission import submit
from services.fetches.submission import submit as submit_url
from services.idempotency import Answer

router = APIRouter(
    prefix="/v1/documents",
    tags=["documents"],
    dependencies=[READS],
    responses=problems(401, 500, 503),
)


LISTED = {
    "description": "A page of documents.",
    "links": {
        "first": link("get_document", "document_id", "/data/0/id", "Look at the first of them."),
        "chunks": link("list_chunks", "document_id", "/data/0/id", "Read its chunks."),
    },
}


@router.post(
    "",
    operation_id=BODY_OF_UPLOAD,
    summary="Upload a document",
    status_code=202,
    response_model=JobOut,
    responses={202: ACCEPTED, **problems(400, 408, 409, 413, 415, 422, 507)},
    dependencies=[WRITES],
)
async def upload_document(
    request: Request,
    tenant: TenantDep,
    storage: StorageDep,
    policy: TenantPolicyDep,
    once: OnceDep,
    door: DoorDep,
) -> Response:
    """The file, or its URL: then the job is `fetching` at first. Reading and cutting it is the job's work.

    What the document turns out to be (of an unsupported type, encrypted, damaged …) is the outcome of the
    job. The upload itself is refused for its size, its form, its options or its webhook address.

    Equal uploads are one document: for the same bytes, file name extension, options and webhook address the
    answer is the job that there is already, finished or not, under whatever name it was uploaded first.
    An `external_id` names a document: another file uploaded under it becomes its next version.
    The files of an archive (ZIP; tar, also packed with gzip, bzip2 or xz) become documents with jobs of their
    own, its members, when the archive's job succeeds; what it has left out is told with its version.
    """
    if not once.is_repeated:
        await door.let_in()
    if is_json(request):
        return await _submit_url(request, tenant, policy, once, door)
    upload = await receive(request, storage, policy)

    async def work(session: AsyncSession) -> Answer:
        endpoint = await endpoint_of(session, tenant, upload.processing, policy)
        await door.keep_quota(session, upload.source.size)
        job = await submit(
            session,
            tenant_id=tenant,
            source=upload.source,
            options=upload.processing.options,
            endpoint_id=endpoint,
            external_id=upload.external_id,
            urgency=upload.urgency,
        )
        return accepted(job)

    return await once.answer(upload.as_json(), work)


@router.get(
    "",
    operation_id="list_documents",
    summary="List documents",
    responses={**tagged(LISTED), **problems(412, 422)},
)
async def list_documents(
    query: Annotated[DocumentsQuery, Query()],
    session: SessionDep,
    tenant: TenantDep,
    conditions: ConditionsDep,
    response: Response,
) -> DocumentPage:
    """Newest first."""
    rows = await queries.list_all(
        session,
        tenant_id=tenant,
        after=query.place(),
        limit=query.limit + 1,
        external_id=query.external_id,
        archive_id=query.archive,
    )
    page = slice_of(rows, query.limit, Place.of)
    shown = DocumentPage(data=[DocumentOut.of(row) for row in page.items], next_cursor=page.cursor)
    response.headers.update(conditions.met(tag_of_answer(shown)))
    return shown


@router.get(
    "/{document_id}",
    operation_id="get_document",
    summary="Look at one document",
    responses={**TAGGED, **problems(404, 412)},
)
async def get_document(
    document_id: DocumentId,
    session: SessionDep,
    tenant: TenantDep,
    conditions: ConditionsDep,
    response: Response,
) -> DocumentDetail:
    """The document, and what was measured of its current version."""
    shown = await _shown(session, tenant, document_id)
    response.headers.update(conditions.met(tag_of_answer(shown)))
    return shown


@router.delete(
    "/{document_id}",
    operation_id="delete_document",
    summary="Delete a document",
    status_code=204,
    responses=problems(404, 412),
    dependencies=[WRITES],
)
async def delete_document(
    document_id: DocumentId, session: SessionDep, tenant: TenantDep, conditions: ConditionsDep
) -> None:
    """With its jobs, versions, chunks; an archive with its members. A job at work ends without a result.

    With `If-Match` only if it is as that answer of `GET` has shown it.
    """
    if conditions.are_there:
        await queries.lock(session, tenant_id=tenant, document_id=document_id)
        conditions.met(tag_of_answer(await _shown(session, tenant, document_id)))
    await deletion.delete(session, tenant_id=tenant, document_id=document_id)


async def _submit_url(request: Request, tenant: str, policy: Policy, once: Once, door: Door) -> Response:
    """The bytes are counted when they are there, the job at once."""
    given = await read_url(request, policy)

    async def work(session: AsyncSession) -> Answer:
        wanted = await given.wanted(session, tenant, policy)
        await door.keep_quota(session, 0)
        return accepted(await submit_url(session, tenant, wanted))

    return await once.answer(given.as_json(), work)


async def _shown(session: AsyncSession, tenant: str, document_id: str) -> DocumentDetail:
    row, version = await queries.get_with_version(session, tenant_id=tenant, document_id=document_id)
    result = None if version is None else VersionOut.of(version)
    return DocumentDetail(**DocumentOut.of(row).model_dump(), result=result)
