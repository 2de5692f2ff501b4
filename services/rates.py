"""Requests of one key a minute: a bucket of tokens in the database, so all API processes count together."""

import math
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, text
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.rates import BucketRecord

WINDOW_SECONDS = 60
FORGOTTEN = timedelta(minutes=10)
"""Buckets that nobody asked for so long are full."""

_TAKE = text("""
INSERT INTO rate_buckets AS b (id, tokens, at, taken) VALUES (:id, :most - 1, clock_timestamp(), true)
ON CONFLICT (id) DO UPDATE SET (tokens, taken, at) = (
    SELECT full_to - CASE WHEN full_to >= 1 THEN 1 ELSE 0 END, full_to >= 1, greatest(b.at, excluded.at)
      FROM (SELECT least(:most, b.tokens + :per_second
                   * greatest(0, extract(epoch FROM excluded.at - b.at))::float8) AS full_to) AS filled)
RETURNING tokens, taken, set_config('synchronous_commit', 'off', true)
""")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a key stands: of `most` requests a minute `left` may come at once; was this one among them?"""

    most: int
    left: float
    taken: bool

    @property
    def retry_after(self) -> float:
        """Seconds until there is a token; 0 if there is one."""
        return max(0.0, 1 - self.left) * WINDOW_SECONDS / self.most

    @property
    def full_after(self) -> float:
        """Seconds until the bucket is full if nothing is sent."""
        return (self.most - self.left) * WINDOW_SECONDS / self.most

    def headers(self) -> dict[str, str]:
        """RateLimit fields as draft-ietf-httpapi-ratelimit-headers-10 has them."""
        return {
            "RateLimit-Policy": f'"requests";q={self.most};w={WINDOW_SECONDS}',
            "RateLimit": f'"requests";r={math.floor(self.left)};t={math.ceil(self.full_after)}',
        }


async def take(session: AsyncSession, bucket: str, *, per_minute: int) -> Standing:
    """Take one token if there is one. The caller commits; nobody waits for the disk."""
    given = {"id": bucket, "most": float(per_minute), "per_second": per_minute / WINDOW_SECONDS}
    tokens, taken, _ = (await session.execute(_TAKE, given)).one()
    return Standing(per_minute, tokens, taken)


async def forget(session: AsyncSession) -> int:
    """Remove buckets that are full again; how many."""
    old = delete(BucketRecord).where(BucketRecord.at < func.clock_timestamp() - FORGOTTEN)
    return len((await session.scalars(old.returning(BucketRecord.id))).all())
