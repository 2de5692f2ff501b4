"""Who is there: every worker, and whoever runs the loops, says so again and again. The caller commits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import case, delete, func, select, text
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
    slots: int = 0

    @classmethod
    def new(cls, role: Role, slots: int = 0) -> "Instance":
        """Another instance; a worker that works on `slots` documents at a time."""
        return cls(new_id("ins"), role, slots)


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a sign of life tells: bytes held, and for how many seconds each loop has not ended a round."""

    memory: int = 0
    loops: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes held by the instances of a role, by all together and by the largest."""

    together: int
    largest: int


def pause(lease: timedelta) -> float:
    """Seconds between two signs of life."""
    return min(lease.total_seconds() / BEATS_PER_LEASE, LONGEST_PAUSE)


async def appear(
    session: AsyncSession, instance: Instance, *, lease: timedelta, vitals: Vitals = Vitals()
) -> None:
    """A sign of life. After a silence of a lease the instance counts as one that has just come."""
    told = {"memory": vitals.memory, "loops": dict(vitals.loops), "seen_at": CLOCK}
    values = {"id": instance.id, "role": instance.role, "slots": instance.slots, "since": CLOCK, **told}
    was_silent = InstanceRecord.seen_at < CLOCK - lease
    again = {"since": case((was_silent, CLOCK), else_=InstanceRecord.since), **told}
    sign = insert(InstanceRecord).values(values).on_conflict_do_update(index_elements=["id"], set_=again)
    await session.execute(sign)


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


async def memory(session: AsyncSession) -> Mapping[Role, Memory]:
    """What the instances of the last minute hold, of roles that have told."""
    query = (
        select(InstanceRecord.role, func.sum(InstanceRecord.memory), func.max(InstanceRecord.memory))
        .where(InstanceRecord.seen_at >= CLOCK - COUNTED, InstanceRecord.memory > 0)
        .group_by(InstanceRecord.role)
    )
    return {Role(role): Memory(int(sum_), most) for role, sum_, most in await session.execute(query)}


_LOOPS = text("""
SELECT key, min(CAST(value AS double precision) + extract(epoch FROM clock_timestamp() - seen_at))
  FROM instances, jsonb_each_text(loops)
 WHERE seen_at >= clock_timestamp() - :counted
 GROUP BY key ORDER BY key
""")


async def loops(session: AsyncSession) -> Mapping[str, float]:
    """Seconds since somebody ended a round of each loop, of the instances of the last minute."""
    found = await session.execute(_LOOPS, {"counted": COUNTED})
    return {name: float(seconds) for name, seconds in found}


async def slots(session: AsyncSession) -> int:
    """How many documents the workers that were heard of within the last minute work on at a time."""
    query = select(func.sum(InstanceRecord.slots)).where(InstanceRecord.seen_at >= CLOCK - COUNTED)
    return await session.scalar(query) or 0
