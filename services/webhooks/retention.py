"""Forgetting the log of deliveries after a time, a few rows at once."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Attempts grow in the order of their ids, so the oldest are found without an index over their time.
_ATTEMPTS = text("""
DELETE FROM webhook_attempts
 WHERE id IN (SELECT id FROM webhook_attempts ORDER BY id LIMIT :limit)
   AND created_at < clock_timestamp() - :keep
RETURNING 1
""")

# An event goes with all of its deliveries, and only once none of them is on the schedule or has a log.
_EVENTS = text("""
DELETE FROM events
 WHERE id IN (
    SELECT v.id FROM events v
     WHERE v.created_at < clock_timestamp() - CAST(:keep AS interval)
       AND NOT EXISTS (
            SELECT 1 FROM webhook_deliveries d
             WHERE d.event_id = v.id
               AND ((d.delivered_at IS NULL AND d.next_at IS NOT NULL)
                    OR EXISTS (SELECT 1 FROM webhook_attempts a WHERE a.delivery_id = d.id)))
     LIMIT :limit
       FOR UPDATE SKIP LOCKED)
RETURNING 1
""")


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows are gone; either at its limit means that there is more."""

    attempts: int = 0
    events: int = 0


async def sweep(session: AsyncSession, *, keep: timedelta, limit: int = 1_000) -> Swept:
    """Remove attempts older than `keep`, then events that old with their deliveries, `limit` of each.

    What is still to be sent stays however old it is, and so does what was tried again not long ago.
    """
    values = {"keep": keep, "limit": limit}
    attempts = (await session.execute(_ATTEMPTS, values)).all()
    events = (await session.execute(_EVENTS, values)).all()
    return Swept(len(attempts), len(events))
