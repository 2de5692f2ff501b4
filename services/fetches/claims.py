"""Taking fetches that are due: each is leased by moving `next_at` forward, and fenced by a random token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.fetches import FetchRecord

CLOCK = func.clock_timestamp()

# Who has least under way gets the next place, so that no tenant waits for another one's slow sources; of one
# tenant no host gets more than its share, so that a slow host holds nothing but that.
# `picked` stands alone so that no plan compares all due rows with each other.
_CLAIM = text("""
WITH busy AS (
    SELECT tenant_id, host, count(*) AS flights
      FROM fetches WHERE token IS NOT NULL AND next_at > now()
     GROUP BY tenant_id, host
), ranked AS (
    SELECT f.job_id, f.tenant_id, f.next_at,
           row_number() OVER (PARTITION BY f.tenant_id, f.host ORDER BY f.next_at, f.job_id)
                            + coalesce(busy.flights, 0) AS place
      FROM fetches f
      JOIN jobs j ON j.id = f.job_id AND j.state = 'fetching'
      LEFT JOIN busy ON busy.tenant_id = f.tenant_id AND busy.host = f.host
     WHERE f.next_at <= now()
), fair AS (
    SELECT r.job_id, r.next_at,
           row_number() OVER (PARTITION BY r.tenant_id ORDER BY r.next_at, r.job_id)
                            + coalesce(held.flights, 0) AS turn
      FROM ranked r
      LEFT JOIN (SELECT tenant_id, sum(flights) AS flights FROM busy GROUP BY tenant_id) AS held
             ON held.tenant_id = r.tenant_id
     WHERE r.place <= :of_host
), picked AS MATERIALIZED (
    SELECT job_id, turn FROM fair WHERE turn <= :of_tenant ORDER BY turn, next_at, job_id LIMIT :limit
), due AS (
    SELECT f.job_id
      FROM fetches f JOIN picked ON picked.job_id = f.job_id
     WHERE f.next_at <= now()
       FOR UPDATE OF f SKIP LOCKED
)
UPDATE fetches f
   SET attempts = f.attempts + 1, lost = f.lost + CASE WHEN f.token IS NULL THEN 0 ELSE 1 END,
       token = gen_random_uuid(), next_at = clock_timestamp() + :lease
  FROM due
 WHERE f.job_id = due.job_id
RETURNING f.job_id, f.tenant_id, f.url, f.token, f.attempts AS attempt, f.lost,
          (SELECT j.traceparent FROM jobs j WHERE j.id = f.job_id) AS traceparent
""")


@dataclass(frozen=True, slots=True)
class Share:
    """How many fetches a tenant has under way at a time, and how many of them from one host."""

    of_tenant: int = 8
    of_host: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One claimed attempt. `url` may be a secret: it goes to its host and nowhere else."""

    job_id: str
    tenant_id: str
    url: str
    token: UUID
    attempt: int
    lost: int
    traceparent: str | None = None

    def __repr__(self) -> str:
        return f"Fetch({self.job_id}, attempt {self.attempt})"


async def claim(session: AsyncSession, *, limit: int, share: Share, lease: timedelta) -> list[Fetch]:
    """Take up to `limit` due fetches, in a short transaction that the caller commits.

    Each comes back after `lease` unless it is renewed or settled before.
    """
    values = {"limit": limit, "of_tenant": share.of_tenant, "of_host": share.of_host, "lease": lease}
    return [Fetch(**row._asdict()) for row in await session.execute(_CLAIM, values)]


async def renew(session: AsyncSession, held: Collection[UUID], *, lease: timedelta) -> set[UUID]:
    """Keep these fetches for another `lease`; those that are still held."""
    kept = update(FetchRecord).where(FetchRecord.token.in_(held)).values(next_at=CLOCK + lease)
    return {token for token in await session.scalars(kept.returning(FetchRecord.token)) if token}


async def hand_back(session: AsyncSession, held: Collection[UUID]) -> None:
    """Let others go on at once, as a process that stops does: these attempts are not counted."""
    free = {"token": None, "next_at": CLOCK, "attempts": FetchRecord.attempts - 1}
    await session.execute(update(FetchRecord).where(FetchRecord.token.in_(held)).values(free))
