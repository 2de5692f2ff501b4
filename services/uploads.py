"""Resumable uploads: who has begun one, how far it is, and what came of it. The caller commits.

Bytes count from the commit that says so, and only those of the request that went on with the upload last:
whoever comes back after a broken connection need not wait until its end was noticed. Of several requests that
send the same part one is counted, whichever process has them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import NotFound
from models.refusals import QuotaExceeded
from models.resuming import UploadExpired, WrongOffset
from models.tables.uploads import PieceRecord, UploadRecord
from services.infra.plain import new_id

CLOCK = func.clock_timestamp()
FRESH = {"synchronize_session": False, "populate_existing": True}


@dataclass(frozen=True, slots=True)
class Piece:
    """So many bytes that the store keeps under a name of the upload."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an upload is to be: its bytes, what it was called, what is to be done with it."""

    length: int
    described: str
    request: Mapping[str, Any]


async def begin(
    session: AsyncSession, tenant_id: str, wanted: Wanted, *, lasts: timedelta, most: int | None
) -> UploadRecord:
    """A new upload; QuotaExceeded beyond `most` that are not complete. One at a time until the commit."""
    if most is not None:
        key = func.hashtextextended(f"uploads {tenant_id}", 0)
        await session.execute(select(func.pg_advisory_xact_lock(key)))
        open_ones = UploadRecord.tenant_id == tenant_id, UploadRecord.received < UploadRecord.length
        used = await session.scalar(select(func.count()).select_from(UploadRecord).where(*open_ones)) or 0
        if used >= most:
            members = {"quota": "max_uploads", "limit": most, "used": used}
            detail = f"Your quota max_uploads is {most:,}; {used:,} uploads are not complete."
            raise QuotaExceeded(detail, members=members)
    made = insert(UploadRecord).values(
        id=new_id("upl"),
        tenant_id=tenant_id,
        length=wanted.length,
        received=0,
        described=wanted.described,
        request=dict(wanted.request),
        expires_at=CLOCK + lasts,
    )
    return (await session.scalars(made.returning(UploadRecord))).one()


async def find(session: AsyncSession, tenant_id: str, upload_id: str) -> UploadRecord:
    """The upload as it stands; NotFound, UploadExpired."""
    query = select(UploadRecord, UploadRecord.expires_at <= CLOCK).where(*_named(tenant_id, upload_id))
    found = (await session.execute(query, execution_options={"populate_existing": True})).one_or_none()
    if found is None:
        raise NotFound
    row, is_expired = found
    if is_expired:
        raise UploadExpired
    return row


async def go_on(session: AsyncSession, tenant_id: str, upload_id: str, offset: int) -> UploadRecord:
    """The upload, which stands there, for whoever goes on with it now: nothing of others counts any more.

    WrongOffset, NotFound, UploadExpired. A complete one is as it is.
    """
    taken = (
        update(UploadRecord)
        .where(*_named(tenant_id, upload_id), UploadRecord.received == offset, *_may_grow())
        .values(writer=uuid4())
        .returning(UploadRecord)
    )
    row: UploadRecord | None = await session.scalar(taken, execution_options=FRESH)
    if row is not None:
        return row
    found = await find(session, tenant_id, upload_id)
    if found.job_id is None or found.received != offset:
        raise WrongOffset(found.received, found.job_id)
    return found


async def add(
    session: AsyncSession, upload: UploadRecord, pieces: Sequence[Piece], *, lasts: timedelta
) -> UploadRecord:
    """Count pieces that follow on what the upload was seen to have, but not its last byte: that ends it.

    WrongOffset also if another request goes on with it by now; NotFound, UploadExpired.
    """
    at = upload.received
    ours = UploadRecord.writer.is_not_distinct_from(upload.writer)
    row = await advance(session, upload, at + sum(piece.size for piece in pieces), ours, lasts=lasts)
    for piece in pieces:
        owned = {"upload_id": row.id, "tenant_id": row.tenant_id}
        session.add(PieceRecord(**owned, start=at, size=piece.size, name=piece.name))
        at += piece.size
    await session.flush()
    return row


async def advance(
    session: AsyncSession, upload: UploadRecord, to: int, *only: ColumnElement[bool], lasts: timedelta
) -> UploadRecord:
    """The upload has so many bytes now, if it stands where it was seen; its time begins anew. As `add`."""
    here = UploadRecord.received == upload.received
    moved = (
        update(UploadRecord)
        .where(*_named(upload.tenant_id, upload.id), here, *_may_grow(), *only)
        .values(received=to, expires_at=CLOCK + lasts)
        .returning(UploadRecord)
    )
    row: UploadRecord | None = await session.scalar(moved, execution_options=FRESH)
    if row is None:
        now = await find(session, upload.tenant_id, upload.id)
        raise WrongOffset(now.received, now.job_id)
    return row


async def names(session: AsyncSession, upload: UploadRecord) -> Sequence[str]:
    """The pieces of what the upload was seen to have, in order."""
    query = select(PieceRecord.name).where(
        PieceRecord.tenant_id == upload.tenant_id,
        PieceRecord.upload_id == upload.id,
        PieceRecord.start < upload.received,
    )
    return (await session.scalars(query.order_by(PieceRecord.start))).all()


async def end(session: AsyncSession, upload: UploadRecord, job_id: str) -> None:
    """The upload has become a job; what it was made of counts no more."""
    upload.job_id = job_id
    gone = delete(PieceRecord).where(
        PieceRecord.tenant_id == upload.tenant_id, PieceRecord.upload_id == upload.id
    )
    await session.execute(gone)


async def remove(session: AsyncSession, tenant_id: str, upload_id: str) -> None:
    """The upload is known no more; a job that came of it stays."""
    await session.execute(delete(UploadRecord).where(*_named(tenant_id, upload_id)))


async def of_tenant(session: AsyncSession, tenant_id: str) -> Sequence[str]:
    """Ids of all uploads of a tenant."""
    return (await session.scalars(select(UploadRecord.id).where(UploadRecord.tenant_id == tenant_id))).all()


async def expired(session: AsyncSession, *, limit: int) -> Sequence[str]:
    """Some ids of uploads that were not continued in time, and of complete ones after as long."""
    query = select(UploadRecord.id).where(UploadRecord.expires_at <= CLOCK).limit(limit)
    return (await session.scalars(query)).all()


async def forget(session: AsyncSession, ids: Collection[str]) -> None:
    """Remove these uploads."""
    gone = delete(UploadRecord).where(UploadRecord.id.in_(ids))
    await session.execute(gone, execution_options={"synchronize_session": False})


async def known(session: AsyncSession, ids: Collection[str]) -> Mapping[str, bool]:
    """Those of the ids that are uploads, and whether their bytes are still needed."""
    query = select(UploadRecord.id, UploadRecord.job_id.is_(None)).where(UploadRecord.id.in_(ids))
    return {row[0]: row[1] for row in await session.execute(query)}


def _may_grow() -> tuple[ColumnElement[bool], ...]:
    return UploadRecord.job_id.is_(None), UploadRecord.expires_at > CLOCK


def _named(tenant_id: str, upload_id: str) -> tuple[ColumnElement[bool], ...]:
    return UploadRecord.tenant_id == tenant_id, UploadRecord.id == upload_id
