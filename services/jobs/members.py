"""Members of an archive: documents with jobs of their own, made in the transaction that ends its job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import costs
from models.chunk import PROFILE
from models.parsed import parser_profile
from models.tables.documents import DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord, JobState
from models.urgency import PATIENT
from services.infra.plain import new_id

AT_ONCE = 1000
"""Rows in one statement."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A member whose bytes are stored."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Known:
    """A member that there was before: its document, and whether its newest job does what is wanted now."""

    document_id: str
    submissions: int
    is_same: bool


async def enqueue(session: AsyncSession, archive: JobRecord, members: Sequence[Kept]) -> dict[str, int]:
    """A document and a queued job for each member, and counts of what changed against the archive before.

    The document of a path stays; it gets a job only if its bytes or the options are others, or its last
    job came to nothing. Documents of paths that are gone go, with all that was made of them.
    """
    known = await known_members(session, archive, {member.path: member.sha256 for member in members})
    paths = {member.path for member in members}
    gone = [known[path].document_id for path in known.keys() - paths]
    if gone:
        await session.execute(delete(DocumentRecord).where(DocumentRecord.id.in_(gone)))
    new = [member for member in members if member.path not in known]
    again = [member for member in members if member.path in known and not known[member.path].is_same]
    documents = [new_document(archive, member) for member in new]
    jobs = [new_job(archive, member, row["id"], 1) for member, row in zip(new, documents, strict=True)]
    for member in again:
        before = known[member.path]
        jobs.append(new_job(archive, member, before.document_id, before.submissions + 1))
    if again:
        asked = [known[member.path].document_id for member in again]
        counted = {"submissions": DocumentRecord.submissions + 1}
        await session.execute(update(DocumentRecord).where(DocumentRecord.id.in_(asked)).values(counted))
    for table, rows in ((DocumentRecord, documents), (JobRecord, jobs)):
        for start in range(0, len(rows), AT_ONCE):
            await session.execute(insert(table), rows[start : start + AT_ONCE])
    changed = len(again)
    return {
        "removed": len(gone) + changed,
        "added": len(new) + changed,
        "moved": 0,
        "unchanged": len(members) - len(new) - changed,
    }


async def known_members(
    session: AsyncSession, archive: JobRecord, addresses: Mapping[str, str]
) -> dict[str, Known]:
    """The documents of the archive, locked, by path."""
    query = (
        select(DocumentRecord, JobRecord, VersionRecord.manifest)
        .outerjoin(
            JobRecord,
            (JobRecord.document_id == DocumentRecord.id) & (JobRecord.ordinal == DocumentRecord.submissions),
        )
        .outerjoin(VersionRecord, VersionRecord.job_id == JobRecord.id)
        .where(DocumentRecord.archive_id == archive.document_id)
        .order_by(DocumentRecord.id)
        .with_for_update(of=DocumentRecord, key_share=True)
    )
    rows = await session.execute(query)
    return {
        document.name: Known(
            document.id,
            document.submissions,
            job is not None
            and job.sha256 == addresses.get(document.name)
            and is_same_work(archive, job, manifest),
        )
        for document, job, manifest in rows
    }


def is_same_work(archive: JobRecord, job: JobRecord, manifest: Mapping[str, Any] | None) -> bool:
    """Whether a member's job cuts, or has cut, as the archive's job asks for, with this Kerf."""
    if (job.options, job.parsing, job.endpoint_id) != (archive.options, archive.parsing, archive.endpoint_id):
        return False
    if job.state == JobState.SUCCEEDED:
        made_by = manifest and (manifest.get("profile"), manifest.get("parser"))
        return made_by == (PROFILE, parser_profile())
    return job.state in {JobState.QUEUED, JobState.RUNNING}


def new_document(archive: JobRecord, member: Kept) -> dict[str, Any]:
    """A row of a document that is a member, with its first job counted."""
    return {
        "id": new_id("doc"),
        "tenant_id": archive.tenant_id,
        "archive_id": archive.document_id,
        "submissions": 1,
        **source_of(archive, member),
    }


def new_job(archive: JobRecord, member: Kept, document_id: str, ordinal: int) -> dict[str, Any]:
    """A row of a queued job: the archive's options and address, the member's bytes."""
    return {
        "id": new_id("job"),
        "tenant_id": archive.tenant_id,
        "document_id": document_id,
        "ordinal": ordinal,
        "options": archive.options,
        "endpoint_id": archive.endpoint_id,
        "traceparent": archive.traceparent,
        "priority": PATIENT,
        "cost": costs.of_upload(member.path, member.size),
        **source_of(archive, member),
    }


def source_of(archive: JobRecord, member: Kept) -> dict[str, Any]:
    """The columns of every table that has a source."""
    return {
        "name": member.path,
        "sha256": member.sha256,
        "size": member.size,
        "parsing": archive.parsing,
    }
