"""Taking work in: a new document, or an old one with new options. The caller commits."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import InvalidInput, InvalidOptions, NotFound
from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord
from services.infra.plain import is_plain, new_id
from services.infra.storage import Stored

LONGEST_NAME = 255
SMALL = 1 << 20
FIRST, LATER = 0, 1
"""Priorities: somebody may be waiting for a small document, nobody watches a large one."""


async def submit(
    session: AsyncSession,
    *,
    tenant_id: str,
    name: str,
    stored: Stored,
    options: Mapping[str, Any],
    endpoint_id: str | None = None,
) -> JobRecord:
    """A new document with its first job. What the same bytes were parsed into before is taken over.

    `name` is kept as it is and never used as a path; InvalidInput when it cannot be kept.
    """
    refuse_name(name)
    document = DocumentRecord(
        id=new_id("doc"), tenant_id=tenant_id, name=name, sha256=stored.sha256, size=stored.size
    )
    twin = await parsed_twin(session, tenant_id=tenant_id, name=name, sha256=stored.sha256)
    if twin is not None:
        document.artifact, document.media_type = twin.artifact, twin.media_type
        document.page_count = twin.page_count
    session.add(document)
    await session.flush()
    return await enqueue(session, document, options=options, endpoint_id=endpoint_id)


async def rechunk(
    session: AsyncSession,
    *,
    tenant_id: str,
    document_id: str,
    options: Mapping[str, Any],
    endpoint_id: str | None = None,
) -> JobRecord:
    """A job that cuts a document again; it is parsed again only if it never was. NotFound."""
    known = (
        select(DocumentRecord)
        .where(DocumentRecord.tenant_id == tenant_id, DocumentRecord.id == document_id)
        .with_for_update(read=True, key_share=True)
    )
    document = await session.scalar(known) if is_plain(document_id) else None
    if document is None:
        raise NotFound("There is no such document.")
    return await enqueue(session, document, options=options, endpoint_id=endpoint_id)


async def enqueue(
    session: AsyncSession,
    document: DocumentRecord,
    *,
    options: Mapping[str, Any],
    endpoint_id: str | None,
) -> JobRecord:
    """A queued job for the document."""
    for key, value in options.items():
        if isinstance(value, str) and not is_plain(value):
            raise InvalidOptions("NUL and lone surrogates are not allowed.", pointer=f"/{key}")
    quick = document.artifact is not None or document.size <= SMALL
    job = JobRecord(
        id=new_id("job"),
        tenant_id=document.tenant_id,
        document_id=document.id,
        options=dict(options),
        endpoint_id=endpoint_id,
        priority=FIRST if quick else LATER,
    )
    session.add(job)
    await session.flush()
    return job


def refuse_name(name: str) -> None:
    """InvalidInput for a file name that could not be given back exactly."""
    if not is_plain(name):
        raise InvalidInput("A file name must not contain NUL or lone surrogates.", pointer="/file")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(f"A file name has at most {LONGEST_NAME} characters.", pointer="/file")


async def parsed_twin(
    session: AsyncSession, *, tenant_id: str, name: str, sha256: str
) -> DocumentRecord | None:
    """The tenant's newest parsed document of the same bytes and the same file name extension.

    The extension counts because text alone does not tell a source file from a letter.
    """
    extension = func.lower(func.substring(DocumentRecord.name, r"\.[^./]+$"))
    query = (
        select(DocumentRecord)
        .where(
            DocumentRecord.tenant_id == tenant_id,
            DocumentRecord.sha256 == sha256,
            DocumentRecord.artifact.is_not(None),
            func.coalesce(extension, "") == PurePosixPath(name).suffix.lower(),
        )
        .order_by(DocumentRecord.created_at.desc())
        .limit(1)
    )
    twin: DocumentRecord | None = await session.scalar(query)
    return twin
