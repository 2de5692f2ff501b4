"""Chunks: reading those of a document, one by its id, and cutting a document again."""

import json
from collections.abc import AsyncIterator
from dataclasses import astuple, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.admission import DoorDep
from api.conditions import TAGGED, Conditions, ConditionsDep, tagged
from api.dependencies import (
    JSON_BODY,
    READS,
    WRITES,
    ChunkId,
    DocumentId,
    PolicyDep,
    SessionDep,
    SessionsDep,
    TenantDep,
)
from api.idempotency import OnceDep
from api.negotiation import JSON, NDJSON, prefers_lines
from api.openapi import ACCEPTED, BODY_OF_RECHUNK, link, problems
from api.pagination import ChunkPlace, slice_of
from api.processing import accepted, endpoint_of, read_processing
from api.schemas.chunks import ChunkOut, ChunkPage, ChunksQuery, OneChunkQuery
from api.schemas.jobs import JobOut
from api.tags import tag_of, tag_of_answer
from services.documents.chunks import ChunkQuery, get_chunk, list_chunks, resolve_version
from services.documents.submission import rechunk
from services.idempotency import Answer
from services.infra.tenancy import TenantSessions

router = APIRouter(tags=["chunks"], dependencies=[READS], responses=problems(401, 404, 422, 500, 503))
BATCH = 200

LINES = {
    "description": "A page of chunks; with `Accept: application/x-ndjson` all of them, one a line.",
    "links": {"first": link("get_chunk", "chunk_id", "/data/0/id", "The first chunk alone.")},
    "content": {
        NDJSON: {
            "schema": {"type": "string", "description": "Each line is a ChunkOut."},
            "itemSchema": {"$ref": "#/components/schemas/ChunkOut"},
        }
    },
}


@dataclass(frozen=True, slots=True)
class Answering:
    """How a list of chunks is answered: in which form, on which conditions."""

    in_lines: bool
    conditions: Conditions
    response: Response

    def headers(self, document_id: str, chosen: ChunkQuery, after: int, *, limit: int) -> dict[str, str]:
        """Those of the answer, with a tag made of all that decides it. NotModified, PreconditionFailed."""
        form = (NDJSON,) if self.in_lines else (JSON, limit)
        return self.conditions.met(tag_of(document_id, *astuple(chosen), after, *form), vary="Accept")


def answering(
    conditions: ConditionsDep,
    response: Response,
    accept: Annotated[str, Header(include_in_schema=False)] = "*/*",
) -> Answering:
    """What the request's header fields say of the answer."""
    return Answering(prefers_lines(accept), conditions, response)


AnswerDep = Annotated[Answering, Depends(answering)]


@router.get(
    "/v1/documents/{document_id}/chunks",
    operation_id="list_chunks",
    summary="Read a document's chunks",
    response_model=ChunkPage,
    responses={**tagged(LINES), **problems(412)},
)
async def read_chunks(
    document_id: DocumentId,
    query: Annotated[ChunksQuery, Query()],
    tenant: TenantDep,
    sessions: SessionsDep,
    answer: AnswerDep,
) -> ChunkPage | Response:
    """In order, always those of one version: a cursor goes on with the version its first page came from.

    Empty while no job of the document has succeeded. A version never changes: who sends the tag of an answer
    costs no look at its chunks.
    """
    version, after = query.start()
    async with sessions.begin() as session:
        version = await resolve_version(session, tenant, document_id, version)
    chosen = query.chosen(version)
    headers = answer.headers(document_id, chosen, after, limit=query.limit)
    if answer.in_lines:
        batches = _batches(sessions, (tenant, document_id), chosen, after)
        return StreamingResponse(_lines(batches), media_type=NDJSON, headers=headers)
    answer.response.headers.update(headers)
    if version is None:
        return ChunkPage(data=[], next_cursor=None)
    async with sessions.begin() as session:
        rows = await list_chunks(session, tenant, document_id, chosen, after=after, limit=query.limit + 1)
    page = slice_of(rows, query.limit, lambda row: ChunkPlace(version, row["index"]))
    return ChunkPage.model_validate({"data": page.items, "next_cursor": page.cursor})


@router.post(
    "/v1/documents/{document_id}/chunks",
    operation_id=BODY_OF_RECHUNK,
    summary="Cut a document again with other options",
    status_code=202,
    response_model=JobOut,
    responses={202: ACCEPTED, **problems(400, 408, 409, 413, 415)},
    dependencies=[WRITES, JSON_BODY],
)
async def rechunk_document(
    document_id: DocumentId,
    options: Annotated[dict[str, Any], Body()],
    tenant: TenantDep,
    policy: PolicyDep,
    once: OnceDep,
    door: DoorDep,
) -> Response:
    """A new version of the document as it was uploaded last; what has been parsed is not parsed again.

    Earlier versions stay readable by their number until there are ten newer ones.
    """
    processing = read_processing(options, policy)
    if not once.is_repeated:
        await door.let_in(None)

    async def work(session: AsyncSession) -> Answer:
        endpoint = await endpoint_of(session, tenant, processing, policy)
        await door.keep_quota(session)
        job = await rechunk(
            session,
            tenant_id=tenant,
            document_id=document_id,
            options=processing.options,
            endpoint_id=endpoint,
        )
        return accepted(job)

    return await once.answer(processing.as_json(), work)


@router.get(
    "/v1/chunks/{chunk_id}",
    operation_id="get_chunk",
    summary="Read one chunk",
    responses={**TAGGED, **problems(412)},
)
async def read_chunk(
    chunk_id: ChunkId,
    query: Annotated[OneChunkQuery, Query()],
    session: SessionDep,
    tenant: TenantDep,
    conditions: ConditionsDep,
    response: Response,
) -> ChunkOut:
    """Ids come from content: where several documents have this passage, the newest one's is shown."""
    found = await get_chunk(session, tenant, chunk_id, query.document, vectors=query.vectors)
    shown = ChunkOut.model_validate(found)
    response.headers.update(conditions.met(tag_of_answer(shown)))
    return shown


async def _batches(
    sessions: TenantSessions, owned: tuple[str, str], chosen: ChunkQuery, after: int
) -> AsyncIterator[list[dict[str, Any]]]:
    """All chunks of one version, in short transactions: a slow reader holds no connection."""
    while chosen.version is not None:
        async with sessions.begin() as session:
            rows = await list_chunks(session, *owned, chosen, after=after, limit=BATCH)
        yield rows
        if len(rows) < BATCH:
            return
        after = rows[-1]["index"]


async def _lines(batches: AsyncIterator[list[dict[str, Any]]]) -> AsyncIterator[bytes]:
    async for rows in batches:
        lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
        yield "".join(f"{line}\n" for line in lines).encode()
