"""Reading batches; how they and their items stand follows from the jobs, at the moment of asking."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models.batches import BatchState, ItemState
from models.errors import NotFound
from models.tables.batches import BatchItemRecord, BatchRecord
from models.tables.documents import DocumentRecord
from models.tables.jobs import FINAL_STATES, JobRecord
from services.infra.plain import is_plain

Position = tuple[datetime, str]  # (created_at, id) of the last row of the page before

OPEN = tuple(state for state in ItemState if not state.is_final)


@dataclass(frozen=True, slots=True)
class Standing:
    """A batch, and how many of its items are in which state."""

    batch: BatchRecord
    counts: Mapping[ItemState, int]

    @property
    def state(self) -> BatchState:
        """Whether anything is left to do."""
        is_open = any(self.counts[state] for state in OPEN)
        return BatchState.RUNNING if is_open else BatchState.COMPLETED


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """One item with its job and its document's external id; no job if it was deleted."""

    item: BatchItemRecord
    job: JobRecord | None
    external_id: str | None

    @property
    def state(self) -> ItemState:
        """That of the job."""
        return ItemState.DELETED if self.job is None else ItemState(self.job.state)


async def get(session: AsyncSession, *, tenant_id: str, batch_id: str) -> Standing:
    """One batch of the tenant; NotFound."""
    query = select(BatchRecord).where(BatchRecord.tenant_id == tenant_id, BatchRecord.id == batch_id)
    batch = await session.scalar(query) if is_plain(batch_id) else None
    if batch is None:
        raise NotFound("There is no such batch.")
    return (await standings(session, [batch]))[0]


async def list_all(
    session: AsyncSession, *, tenant_id: str, after: Position | None = None, limit: int = 100
) -> Sequence[Standing]:
    """Batches of the tenant, newest first, from the one after `after`."""
    query = (
        select(BatchRecord)
        .where(BatchRecord.tenant_id == tenant_id)
        .order_by(BatchRecord.created_at.desc(), BatchRecord.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(BatchRecord.created_at, BatchRecord.id) < tuple_(*after))
    return await standings(session, (await session.scalars(query)).all())


async def standings(session: AsyncSession, batches: Sequence[BatchRecord]) -> Sequence[Standing]:
    """The batches with their counts."""
    state = _state()
    query = (
        select(BatchItemRecord.batch_id, state, func.count())
        .outerjoin(JobRecord, JobRecord.id == BatchItemRecord.job_id)
        .where(BatchItemRecord.batch_id.in_([batch.id for batch in batches]))
        .group_by(BatchItemRecord.batch_id, state)
    )
    counts = {batch.id: Counter(dict.fromkeys(ItemState, 0)) for batch in batches}
    for batch_id, found, number in await session.execute(query):
        counts[batch_id][ItemState(found)] = number
    return [Standing(batch, counts[batch.id]) for batch in batches]


async def items_of(
    session: AsyncSession,
    *,
    tenant_id: str,
    batch_id: str,
    after: int = -1,
    limit: int = 100,
    state: ItemState | None = None,
) -> Sequence[ItemStanding]:
    """Items in the order of the call, from the one after the index `after`; NotFound."""
    await get(session, tenant_id=tenant_id, batch_id=batch_id)
    query = (
        select(BatchItemRecord, JobRecord, DocumentRecord.external_id)
        .outerjoin(JobRecord, JobRecord.id == BatchItemRecord.job_id)
        .outerjoin(DocumentRecord, DocumentRecord.id == JobRecord.document_id)
        .where(BatchItemRecord.batch_id == batch_id, BatchItemRecord.index > after)
        .order_by(BatchItemRecord.index)
        .limit(limit)
    )
    if state is not None:
        query = query.where(_state() == state.value)
    return [ItemStanding(*row) for row in await session.execute(query)]


async def open_jobs(session: AsyncSession, *, tenant_id: str, batch_id: str) -> Sequence[str]:
    """Ids of the jobs of a batch that are not final, those last that come last; NotFound."""
    await get(session, tenant_id=tenant_id, batch_id=batch_id)
    query = (
        select(JobRecord.id)
        .join(BatchItemRecord, BatchItemRecord.job_id == JobRecord.id)
        .where(BatchItemRecord.batch_id == batch_id, JobRecord.state.not_in(FINAL_STATES))
        .order_by(BatchItemRecord.index.desc())
    )
    return list(dict.fromkeys(await session.scalars(query)))


def _state() -> ColumnElement[str]:
    """Of an item, where its job is joined if it is there."""
    return func.coalesce(JobRecord.state, literal_column(f"'{ItemState.DELETED}'"))
