"""Taking due deliveries: each is leased by moving `next_at` forward before anything is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.webhooks import DeliveryAttemptRecord

UNFINISHED = "unfinished"

# An endpoint that fails for a minute gets one attempt at a time: dead ones cannot take every place.
# `place` numbers the due deliveries of each endpoint, so that none takes more than its share of the senders.
# `picked` stands alone so that no plan, however poor the statistics, compares all due rows with each other.
_CLAIM = text("""
WITH ranked AS (
    SELECT d.id, d.next_at,
           CASE WHEN e.failing_since < now() - interval '1 minute' THEN 1 ELSE :share END AS share,
           row_number() OVER (PARTITION BY d.endpoint_id ORDER BY d.next_at, d.id)
                            + coalesce(busy.flights, 0) AS place
      FROM webhook_deliveries d
      JOIN webhook_endpoints e ON e.id = d.endpoint_id AND e.disabled_at IS NULL
      LEFT JOIN unnest(CAST(:busy AS text[]), CAST(:flights AS int[])) AS busy (endpoint_id, flights)
             ON busy.endpoint_id = d.endpoint_id
     WHERE d.delivered_at IS NULL AND d.next_at <= now()
), picked AS MATERIALIZED (
    SELECT id FROM ranked WHERE place <= share ORDER BY next_at, id LIMIT :limit
), due AS (
    SELECT d.id, d.next_at
      FROM webhook_deliveries d JOIN picked ON picked.id = d.id
     WHERE d.delivered_at IS NULL AND d.next_at <= now()
       FOR UPDATE OF d SKIP LOCKED
)
UPDATE webhook_deliveries d
   SET attempts = d.attempts + 1, next_at = clock_timestamp() + :lease
  FROM due, webhook_endpoints e, events v
 WHERE d.id = due.id AND e.id = d.endpoint_id AND v.id = d.event_id
RETURNING d.tenant_id, d.id AS delivery_id, d.attempts AS attempt, e.id AS endpoint_id, e.url, e.secret,
          e.old_secrets, v.id AS message_id, v.type, v.document_id, v.traceparent, v.body,
          clock_timestamp() AS at,
          CAST(extract(epoch FROM clock_timestamp() - due.next_at) AS double precision) AS late
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One claimed attempt: what to send where, and its row in the log.

    The secrets are as they are stored. `at` is the database's time of the claim, `late` the seconds since
    the attempt was due.
    """

    tenant_id: str
    delivery_id: str
    attempt: int
    endpoint_id: str
    url: str
    secret: str
    old_secrets: list[dict[str, str]]
    message_id: str
    type: str
    document_id: str
    traceparent: str | None
    body: str
    at: datetime
    late: float
    log_id: int


async def claim(
    session: AsyncSession, *, limit: int, share: int, flights: Mapping[str, int], lease: timedelta
) -> list[Message]:
    """Take up to `limit` due deliveries, in a short transaction that the caller commits.

    No endpoint gets more than `share`, less its `flights` already under way. Each attempt is in the log
    at once, as unfinished, and its delivery comes back after `lease` if nobody settles it.
    """
    values = {"limit": limit, "share": share, "lease": lease}
    busy = {"busy": list(flights.keys()), "flights": list(flights.values())}
    claimed = [row._asdict() for row in await session.execute(_CLAIM, values | busy)]
    entries = [_unfinished(row["tenant_id"], row["delivery_id"]) for row in claimed]
    session.add_all(entries)
    await session.flush()
    return [Message(**row, log_id=entry.id) for row, entry in zip(claimed, entries, strict=True)]


def _unfinished(tenant_id: str, delivery_id: str) -> DeliveryAttemptRecord:
    return DeliveryAttemptRecord(
        tenant_id=tenant_id,
        delivery_id=delivery_id,
        status=None,
        error=UNFINISHED,
        duration_ms=0,
        response={},
    )
