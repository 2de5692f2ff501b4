"""Versions of a document and what changed between them."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.conditions import TAGGED, ConditionsDep, tagged
from api.dependencies import READS, DocumentId, SessionDep, SessionsDep, TenantDep
from api.openapi import link, problems
from api.pagination import DiffPlace
from api.schemas.documents import DiffCounts, DiffPage, DiffQuery, EntryOut, VersionOut, VersionsOut
from api.tags import tag_of_answer
from models.diff import Change
from services.documents import diffs, queries

router = APIRouter(
    prefix="/v1/documents/{document_id}",
    tags=["documents"],
    dependencies=[READS],
    responses=problems(401, 404, 422, 500, 503),
)
COMPARED = {
    "description": "A page of the difference.",
    "links": {"first": link("get_chunk", "chunk_id", "/data/0/id", "The first of the chunks.")},
}


@router.get(
    "/versions",
    operation_id="list_versions",
    summary="List a document's versions",
    responses={**TAGGED, **problems(412)},
)
async def list_versions(
    document_id: DocumentId,
    session: SessionDep,
    tenant: TenantDep,
    conditions: ConditionsDep,
    response: Response,
) -> VersionsOut:
    """Those that are kept, newest first: the current one and the ten latest."""
    rows = await queries.list_versions(session, tenant_id=tenant, document_id=document_id)
    shown = VersionsOut(data=[VersionOut.of(row) for row in rows])
    response.headers.update(conditions.met(tag_of_answer(shown)))
    return shown


@router.get(
    "/diff",
    operation_id="get_diff",
    summary="Compare two versions of a document",
    response_model=DiffPage,
    responses={**tagged(COMPARED), **problems(412)},
)
async def get_diff(
    document_id: DocumentId,
    query: Annotated[DiffQuery, Query()],
    sessions: SessionsDep,
    tenant: TenantDep,
    conditions: ConditionsDep,
    response: Response,
) -> DiffPage:
    """Chunk by chunk, by id: take out what is `removed` or `moved`, put in what is `added` or `moved`.

    In ascending order of `after` that makes the newer version of the older one, exactly.
    """
    place = query.start()
    async with sessions.begin() as session:
        pair = (
            diffs.Pair(place.before, place.after)
            if place
            else await diffs.choose(session, tenant, document_id, before=query.before, after=query.after)
        )
        entries = await diffs.changes(session, tenant, document_id, pair)
    totals = {change: sum(entry.change is change for entry in entries) for change in Change}
    listed = entries if query.unchanged else [item for item in entries if item.change is not Change.UNCHANGED]
    start = place.shown if place else 0
    end = start + query.limit
    more = end < len(listed)
    shown = DiffPage(
        data=[EntryOut.of(entry) for entry in listed[start:end]],
        next_cursor=DiffPlace(pair.before, pair.after, end).encode() if more else None,
        after=pair.after,
        counts=DiffCounts(before=pair.before, **{change.value: totals[change] for change in Change}),
    )
    response.headers.update(conditions.met(tag_of_answer(shown)))
    return shown
