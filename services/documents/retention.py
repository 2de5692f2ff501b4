"""Documents go when they have been kept as long as their tenant wants. The caller commits."""

import re
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models.errors import InvalidInput, NotFound
from models.tables.batches import BatchRecord
from models.tables.documents import DocumentRecord
from models.tables.jobs import FINAL_STATES, JobRecord
from models.tables.tenants import TenantRecord
from services.documents import deletion

SPAN = re.compile(r"([1-9][0-9]{0,4})([hd])")
QUIET = {"synchronize_session": False}
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}


def span_of(text: str) -> timedelta:
    """`30d`, `12h`; InvalidInput for anything else."""
    found = SPAN.fullmatch(text)
    if found is None:
        raise InvalidInput(f"{text} is no time to keep documents: write it as 30d or 12h.")
    return int(found[1]) * UNITS[found[2]]


async def retain(session: AsyncSession, tenant_id: str, span: timedelta | None) -> None:
    """Keep the tenant's documents so long after their last job; None keeps them. NotFound."""
    tenant = await session.get(TenantRecord, tenant_id, with_for_update=True)
    if tenant is None:
        raise NotFound(f"There is no tenant {tenant_id}.")
    tenant.retention = span
    await session.flush()


async def sweep_outdated(session: AsyncSession, *, limit: int = 20) -> int:
    """Delete up to `limit` documents as their owners would; how many that were.

    A document's time begins anew with every job on it, and an archive's with every job on a member. As
    long as one is not final nothing is deleted. Members go with their archive.
    """
    candidates = outdated().limit(limit).with_for_update(of=DocumentRecord, skip_locked=True)
    locked = [document_id for document_id, _ in await session.execute(candidates)]
    # What was submitted until the locks were there is seen only by another statement.
    found = (await session.execute(outdated().where(DocumentRecord.id.in_(locked)))).all() if locked else []
    for document_id, tenant_id in found:
        await deletion.delete(session, tenant_id=tenant_id, document_id=document_id)
    return len(found)


async def sweep_batches(session: AsyncSession, *, limit: int = 20) -> int:
    """Forget up to `limit` batches that were completed so long ago; how many."""
    over = (
        select(BatchRecord.id)
        .join(TenantRecord, TenantRecord.id == BatchRecord.tenant_id)
        .where(BatchRecord.completed_at < func.clock_timestamp() - TenantRecord.retention)
        .limit(limit)
        .with_for_update(of=BatchRecord, skip_locked=True)
    )
    gone = delete(BatchRecord).where(BatchRecord.id.in_((await session.scalars(over)).all()))
    forgotten = await session.scalars(gone.returning(BatchRecord.id), execution_options=QUIET)
    return len(forgotten.all())


def outdated() -> Select[str, str]:
    """Ids of documents that were kept long enough, and of their tenants."""
    since = func.clock_timestamp() - TenantRecord.retention
    return (
        select(DocumentRecord.id, DocumentRecord.tenant_id)
        .join(TenantRecord, TenantRecord.id == DocumentRecord.tenant_id)
        .where(
            TenantRecord.retention.is_not(None),
            DocumentRecord.archive_id.is_(None),
            DocumentRecord.created_at < since,
            ~exists().where(_is_of_it(), or_(JobRecord.created_at >= since, _is_open())),
        )
    )


def _is_of_it() -> ColumnElement[bool]:
    """The job is about the document, or about a member of it."""
    member = aliased(DocumentRecord)
    members = select(member.id).where(member.archive_id == DocumentRecord.id).correlate(DocumentRecord)
    return or_(JobRecord.document_id == DocumentRecord.id, JobRecord.document_id.in_(members))


def _is_open() -> ColumnElement[bool]:
    return JobRecord.state.not_in(FINAL_STATES)
