"""Taking a tenant out of the database, in steps that may be repeated after any death. The caller commits.

The addresses of stored bytes are written down by the transaction that deletes the rows which name them, so
who goes on later knows them still. What is left of a tenant is an unfinished erasure, never an orphan.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, literal, or_, select, union, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import NotFound
from models.tables.base import Base
from models.tables.documents import DocumentRecord, VersionRecord
from models.tables.fetches import FetchRecord
from models.tables.jobs import JobRecord, JobState
from models.tables.ranges import RangeRecord
from models.tables.tenants import DEFAULT_TENANT, ApiKeyRecord, ErasureRecord, TenantRecord

HELD = (JobState.RUNNING, JobState.CANCELLING)
QUIET = {"synchronize_session": False}


async def begin(session: AsyncSession, tenant_id: str) -> None:
    """From the commit on the tenant has no key any more, and whoever finds it so goes on. NotFound."""
    marked = (
        update(TenantRecord)
        .where(TenantRecord.id == tenant_id)
        .values(erasing_at=func.coalesce(TenantRecord.erasing_at, func.clock_timestamp()))
        .returning(TenantRecord.id)
    )
    if await session.scalar(marked, execution_options=QUIET) is None:
        raise NotFound(f"There is no tenant {tenant_id}.")
    await session.execute(delete(ApiKeyRecord).where(ApiKeyRecord.tenant_id == tenant_id))


async def begun(session: AsyncSession) -> Sequence[str]:
    """Tenants whose erasure has begun."""
    return (await session.scalars(select(TenantRecord.id).where(TenantRecord.erasing_at.is_not(None)))).all()


async def cancel(session: AsyncSession, tenant_id: str) -> None:
    """Nobody begins work on a document of the tenant; who is at work is told to stop."""
    ours = JobRecord.tenant_id == tenant_id
    waiting = or_(JobRecord.state.in_((JobState.FETCHING, JobState.QUEUED)), JobRecord.in_ranges)
    over = {"state": JobState.CANCELLED, "in_ranges": False, "finished_at": func.clock_timestamp()}
    await session.execute(update(JobRecord).where(ours, waiting).values(over), execution_options=QUIET)
    running = JobRecord.state == JobState.RUNNING
    stopping = update(JobRecord).where(ours, running).values(state=JobState.CANCELLING)
    await session.execute(stopping, execution_options=QUIET)


async def stop_parts(session: AsyncSession, tenant_id: str) -> datetime | None:
    """Forget page ranges and fetches; until when who holds one may not have noticed; None if nobody."""
    ends: list[datetime | None] = []
    for table, until in ((RangeRecord, RangeRecord.lease_until), (FetchRecord, FetchRecord.next_at)):
        gone = delete(table).where(table.tenant_id == tenant_id, table.token.is_not(None))
        ends += (await session.scalars(gone.returning(until), execution_options=QUIET)).all()
    return max((end for end in ends if end is not None), default=None)


async def is_worked_on(session: AsyncSession, tenant_id: str, until: datetime | None) -> bool:
    """Whether some worker may still be storing bytes for the tenant."""
    clock = func.clock_timestamp()
    held = exists().where(
        JobRecord.tenant_id == tenant_id, JobRecord.state.in_(HELD), JobRecord.lease_until > clock
    )
    if until is not None:
        return bool(await session.scalar(select(or_(held, literal(until) > clock))))
    return bool(await session.scalar(select(held)))


async def forget_documents(session: AsyncSession, tenant_id: str, *, limit: int) -> int:
    """Delete up to `limit` documents with all that hangs on them; their addresses are written down."""
    chosen = (
        select(DocumentRecord.id)
        .where(DocumentRecord.tenant_id == tenant_id)
        .order_by(DocumentRecord.archive_id.is_not(None), DocumentRecord.id)
        .limit(limit)
        .with_for_update()
    )
    ids = (await session.scalars(chosen)).all()
    if ids:
        await _write_down(session, tenant_id, ids)
        gone = delete(DocumentRecord).where(DocumentRecord.id.in_(ids))
        await session.execute(gone, execution_options=QUIET)
    return len(ids)


async def forget_rest(session: AsyncSession, tenant_id: str) -> None:
    """Delete the tenant's rows of every other table."""
    kept = {ErasureRecord.__tablename__, DocumentRecord.__tablename__}
    for table in reversed(Base.metadata.sorted_tables):
        if "tenant_id" in table.columns and table.name not in kept:
            await session.execute(table.delete().where(table.c.tenant_id == tenant_id))


async def written_down(session: AsyncSession, tenant_id: str, *, after: str, limit: int) -> Sequence[str]:
    """The next addresses whose bytes are to go."""
    query = select(ErasureRecord.address).where(
        ErasureRecord.tenant_id == tenant_id, ErasureRecord.address > after
    )
    return (await session.scalars(query.order_by(ErasureRecord.address).limit(limit))).all()


async def strike_out(session: AsyncSession, tenant_id: str, addresses: Sequence[str]) -> None:
    """These bytes are gone, or another tenant's by now."""
    gone = delete(ErasureRecord).where(
        ErasureRecord.tenant_id == tenant_id, ErasureRecord.address.in_(addresses)
    )
    await session.execute(gone, execution_options=QUIET)


async def finish(session: AsyncSession, tenant_id: str) -> bool:
    """Whether the erasure is over: the tenant goes, if nothing of it is left. `default` stays, empty."""
    ours = (TenantRecord.id == tenant_id, TenantRecord.erasing_at.is_not(None))
    empty = (
        ~exists().where(DocumentRecord.tenant_id == tenant_id),
        ~exists().where(ErasureRecord.tenant_id == tenant_id),
    )
    if tenant_id == DEFAULT_TENANT:
        usual = {"erasing_at": None, "retention": None, "lowered": None, "quotas": None}
        reset = update(TenantRecord).where(*ours, *empty).values(usual)
        done = reset.returning(TenantRecord.id)
        return await session.scalar(done, execution_options=QUIET) is not None
    gone = delete(TenantRecord).where(*ours, *empty).returning(TenantRecord.id)
    return await session.scalar(gone, execution_options=QUIET) is not None


async def _write_down(session: AsyncSession, tenant_id: str, ids: Sequence[str]) -> None:
    """Every address that a row of these documents, or of members of them, names."""
    of_them = or_(DocumentRecord.id.in_(ids), DocumentRecord.archive_id.in_(ids))
    documents = select(DocumentRecord.id).where(of_them)
    jobs = select(JobRecord.id).where(JobRecord.document_id.in_(documents))
    named = union(
        *(select(column).where(of_them) for column in (DocumentRecord.sha256, DocumentRecord.artifact)),
        *(
            select(column).where(table.document_id.in_(documents))
            for table in (JobRecord, VersionRecord)
            for column in (table.sha256, table.artifact)
        ),
        *(
            select(column).where(RangeRecord.job_id.in_(jobs))
            for column in (RangeRecord.sha256, RangeRecord.artifact)
        ),
    ).subquery()
    (address,) = named.c
    rows = select(literal(tenant_id), address).where(address.is_not(None))
    await session.execute(
        insert(ErasureRecord).from_select(["tenant_id", "address"], rows).on_conflict_do_nothing()
    )
