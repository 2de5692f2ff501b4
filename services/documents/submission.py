"""Taking work in: a document, a new version of one, or an old one with new options. The caller commits."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import costs
from models.errors import Conflict, InvalidInput, InvalidOptions, NotFound
from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord, JobState
from models.urgency import SMALL, Urgency, priority_of
from services.documents.sources import Source, is_parsed, newest_source, same_work, wait_for_equal
from services.infra import tracing
from services.infra.plain import is_plain, new_id

LONGEST_NAME = 255
MEETINGS = 10


async def submit(  # noqa: PLR0913 - all of them by name
    session: AsyncSession,
    *,
    tenant_id: str,
    source: Source,
    options: Mapping[str, Any],
    endpoint_id: str | None = None,
    external_id: str | None = None,
    urgency: Urgency = Urgency.AUTO,
) -> JobRecord:
    """The job that cuts these bytes with these options: the one there is already, else a new one.

    One that waits already waits no longer than a new one of this `urgency` would.
    With an `external_id` it is a job of the tenant's document of that name, which is made if need be;
    without one, of a document that has no such name. InvalidInput for a name that cannot be given back.
    """
    refuse_name(source.name)
    refuse_external_id(external_id)
    refuse_options(options)
    document = None
    if external_id is None:
        await wait_for_equal(session, tenant_id, source.sha256)
    else:
        document = await named(session, tenant_id, external_id, source)
    wanted: dict[str, Any] = {"options": options, "endpoint_id": endpoint_id}
    known = await same_work(session, tenant_id, source, wanted, document_id=document.id if document else None)
    if known is not None:
        await hurry(session, known, urgency)
        return known
    if document is not None:
        return await enqueue(session, document, source, **wanted, urgency=urgency)
    document = DocumentRecord(id=new_id("doc"), tenant_id=tenant_id, submissions=1, **source.columns())
    session.add(document)
    await session.flush()
    return await enqueue(session, document, source, **wanted, urgency=urgency, ordinal=1)


async def named(session: AsyncSession, tenant_id: str, external_id: str, source: Source) -> DocumentRecord:
    """The tenant's document of that name, locked; made of this source when there is none.

    As long as nothing has been read of it, it shows what was uploaded last.
    """
    document = await found_or_made(session, tenant_id, external_id, source.columns())
    show_unread(document, source)
    await session.flush()
    return document


def show_unread(document: DocumentRecord, source: Source) -> None:
    """As long as nothing has been read of a document it shows what was uploaded last."""
    if document.current_version is None:
        for column, value in source.columns().items():
            setattr(document, column, value)


async def found_or_made(
    session: AsyncSession, tenant_id: str, external_id: str, columns: Mapping[str, Any]
) -> DocumentRecord:
    """The tenant's document of that name, locked; made with these columns when there is none.

    One that is deleted while it is waited for is made anew; Conflict only for who has met with MEETINGS
    deletions.
    """
    made = insert(DocumentRecord).values(
        id=new_id("doc"), tenant_id=tenant_id, external_id=external_id, **columns
    )
    query = select(DocumentRecord).where(
        DocumentRecord.tenant_id == tenant_id, DocumentRecord.external_id == external_id
    )
    for _ in range(MEETINGS):
        await session.execute(made.on_conflict_do_nothing(index_elements=["tenant_id", "external_id"]))
        document = await session.scalar(query.with_for_update(key_share=True))
        if document is not None:
            return document
    raise Conflict("The document of this external_id was deleted meanwhile; try again.")


async def rechunk(
    session: AsyncSession,
    *,
    tenant_id: str,
    document_id: str,
    options: Mapping[str, Any],
    endpoint_id: str | None = None,
) -> JobRecord:
    """A job that cuts a document again, as it was uploaded last; parsed only if it never was. NotFound."""
    refuse_options(options)
    known = (
        select(DocumentRecord)
        .where(DocumentRecord.tenant_id == tenant_id, DocumentRecord.id == document_id)
        .with_for_update(key_share=True)
    )
    document = await session.scalar(known) if is_plain(document_id) else None
    if document is None:
        raise NotFound("There is no such document.")
    source = await newest_source(session, document)
    return await enqueue(session, document, source, options=options, endpoint_id=endpoint_id)


async def enqueue(  # noqa: PLR0913 - all of them by name
    session: AsyncSession,
    document: DocumentRecord,
    source: Source,
    *,
    options: Mapping[str, Any],
    endpoint_id: str | None,
    urgency: Urgency = Urgency.AUTO,
    ordinal: int | None = None,
) -> JobRecord:
    """A queued job for the document, numbered as its latest if no `ordinal` is given."""
    is_large = urgency is Urgency.AUTO and source.size > SMALL
    known = is_large and await is_parsed(session, document.tenant_id, source)
    row = queued(
        source,
        tenant_id=document.tenant_id,
        document_id=document.id,
        ordinal=ordinal or await next_ordinal(session, document.id),
        options=dict(options),
        endpoint_id=endpoint_id,
        priority=priority_of(urgency, source.size, is_parsed=known),
    )
    job = JobRecord(**row)
    session.add(job)
    await session.flush()
    return job


def queued(source: Source, **columns: Any) -> dict[str, Any]:
    """The row of a new job that cuts the source, with these columns."""
    return {
        "id": new_id("job"),
        **source.columns(),
        "cost": costs.of_upload(source.name, source.size),
        "traceparent": tracing.traceparent(),
        **columns,
    }


async def hurry(session: AsyncSession, job: JobRecord, urgency: Urgency) -> None:
    """A job that waits is as urgent as the most urgent of those who have asked for it."""
    priority = priority_of(urgency, job.size or 0, is_parsed=False)
    raised = (
        update(JobRecord)
        .where(JobRecord.id == job.id, JobRecord.state == JobState.QUEUED, JobRecord.priority > priority)
        .values(priority=priority)
        .execution_options(synchronize_session=False)
    )
    if job.state == JobState.QUEUED and job.priority > priority:
        await session.execute(raised)


async def next_ordinal(session: AsyncSession, document_id: str) -> int:
    """The place of the document's next job; who asks later, even elsewhere, gets a larger one."""
    counted = (
        update(DocumentRecord)
        .where(DocumentRecord.id == document_id)
        .values(submissions=DocumentRecord.submissions + 1)
        .returning(DocumentRecord.submissions)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(counted)).scalar_one()


def refuse_name(name: str) -> None:
    """InvalidInput for a file name that could not be given back exactly."""
    if not is_plain(name):
        raise InvalidInput("A file name must not contain NUL or lone surrogates.", pointer="/file")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(f"A file name has at most {LONGEST_NAME} characters.", pointer="/file")


def refuse_external_id(external_id: str | None) -> None:
    """InvalidInput for a name of a document that is empty, too long or cannot be kept."""
    if external_id is None:
        return
    if not (is_plain(external_id) and 0 < len(external_id) <= LONGEST_NAME):
        detail = f"An external_id has 1 to {LONGEST_NAME} characters, no NUL and no lone surrogates."
        raise InvalidInput(detail, pointer="/external_id")


def refuse_options(options: Mapping[str, Any]) -> None:
    """InvalidOptions for text that no row can hold."""
    for key, value in options.items():
        if isinstance(value, str) and not is_plain(value):
            raise InvalidOptions("NUL and lone surrogates are not allowed.", pointer=f"/{key}")
