"""Who is there: every worker, and whoever runs the loops, says so again and again. The caller commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.instances import InstanceRecord
from services.infra.plain import new_id
from services.jobs.leases import CLOCK

BEATS_PER_LEASE = 6
LONGEST_PAUSE = 5.0
COUNTED = timedelta(minutes=1)
"""Who was heard of within this time counts as being there."""


class Role(StrEnum):
    """What an instance does."""

    WORKER = "worker"
    BEAT = "beat"


@dataclass(frozen=True, slots=True)
class Instance:
    """One start of a worker or of the loops, by a random name: a restart is another one."""

    id: str
    role: Role

    @classmethod
    def new(cls, role: Role) -> "Instance":
        """Another instance."""
        return cls(new_id("ins"), role)


def pause(lease: timedelta) -> float:
    """Seconds between two signs of life."""
    return min(lease.total_seconds() / BEATS_PER_LEASE, LONGEST_PAUSE)


async def appear(session: AsyncSession, instance: Instance, *, lease: timedelta) -> None:
    """A sign of life. After a silence of a lease the instance counts as one that has just come."""
    values = {"id": instance.id, "role": instance.role, "since": CLOCK, "seen_at": CLOCK}
    was_silent = InstanceRecord.seen_at < CLOCK - lease
    again = {"since": case((was_silent, CLOCK), else_=InstanceRecord.since), "seen_at": CLOCK}
    said = insert(InstanceRecord).values(values).on_conflict_do_update(index_elements=["id"], set_=again)
    await session.execute(said)


async def leave(session: AsyncSession, instance: Instance) -> None:
    """The instance ends as it should."""
    await session.execute(delete(InstanceRecord).where(InstanceRecord.id == instance.id))


async def bury(session: AsyncSession, *, lease: timedelta) -> int:
    """Forget instances that were silent for a lease; how many."""
    silent = (
        select(InstanceRecord.id)
        .where(InstanceRecord.seen_at < CLOCK - lease)
        .with_for_update(skip_locked=True)
    )
    ids = (await session.scalars(silent)).all()
    await session.execute(delete(InstanceRecord).where(InstanceRecord.id.in_(ids)))
    return len(ids)


async def present(session: AsyncSession) -> Mapping[Role, int]:
    """How many of each role were heard of within the last minute."""
    query = (
        select(InstanceRecord.role, func.count())
        .where(InstanceRecord.seen_at >= CLOCK - COUNTED)
        .group_by(InstanceRecord.role)
    )
    found: dict[str, int] = dict((await session.execute(query)).all())
    return {role: found.get(role, 0) for role in Role}
