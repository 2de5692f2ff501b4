"""Batches whose last job has ended are told of, once (decision 24). Any number may settle at once."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.events import Event, EventType
from models.tables.batches import BatchItemRecord, BatchRecord
from models.tables.jobs import FINAL_STATES, JobRecord
from services.jobs.batches import Standing, standings
from services.webhooks.outbox import publish


async def settle(session: AsyncSession, *, limit: int = 20) -> int:
    """Publish `batch.completed` for up to `limit` batches that have nothing left to do; how many."""
    last_open = (  # jobs are begun in the order of the items, so the last one tells most
        select(BatchItemRecord.index)
        .join(JobRecord, JobRecord.id == BatchItemRecord.job_id)
        .where(BatchItemRecord.batch_id == BatchRecord.id, JobRecord.state.not_in(FINAL_STATES))
        .order_by(BatchItemRecord.index.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(BatchRecord)
        .where(BatchRecord.completed_at.is_(None), last_open.is_(None))
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    found = await standings(session, (await session.scalars(query)).all())
    for standing in found:
        await complete(session, standing)
    return len(found)


async def complete(session: AsyncSession, standing: Standing) -> None:
    """The one event of the batch."""
    batch = standing.batch
    now = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    batch.completed_at = now
    data = {
        "counts": {state.value: number for state, number in standing.counts.items() if state.is_final},
        "url": f"/v1/batches/{batch.id}/items",
    }
    event = Event(EventType.BATCH_COMPLETED, batch.id, 1, now, data)
    await publish(
        session,
        tenant_id=batch.tenant_id,
        event=event,
        endpoint_id=batch.endpoint_id,
        traceparent=batch.traceparent,
    )
