"""Signing secrets: reading them, and replacing them without a single signature that fails."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import DateTime, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Conflict
from models.tables.webhooks import EndpointRecord
from services.infra.secrets import Cipher, SecretUnreadable, is_sealed
from services.webhooks import endpoints
from services.webhooks.signing import new_secret

OVERLAP = timedelta(hours=24)
MOST_OLD = 10

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rotated:
    """A new secret; until `old_until` those before it sign too. None: they are void at once."""

    secret: str
    old_until: datetime | None


async def secret(session: AsyncSession, cipher: Cipher, tenant_id: str, endpoint_id: str) -> str:
    """The signing secret: the only call that is meant to show it. NotFound, SecretUnreadable."""
    record = await endpoints.get(session, tenant_id, endpoint_id)
    return opened(cipher, record.secret, owner=record.id)


async def rotate(
    session: AsyncSession, cipher: Cipher, tenant_id: str, endpoint_id: str, *, keep_old: bool = True
) -> Rotated:
    """Give the endpoint a new secret. The old one signs too for 24 h, unless it must not be kept.

    Attempts under way were signed before; they end within the deadline of an attempt. NotFound; Conflict
    after ten rotations within 24 h.
    """
    record = await endpoints.locked(session, tenant_id, endpoint_id)
    now = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    fresh, until = new_secret(), now + OVERLAP
    kept = _valid(record.old_secrets, now)
    if len(kept) >= MOST_OLD:
        raise Conflict("The secret was replaced ten times within a day; wait, or give up the old ones.")
    record.old_secrets = [{"secret": record.secret, "until": until.isoformat()}, *kept] if keep_old else []
    record.secret = cipher.seal(fresh, owner=record.id)
    await session.flush()
    return Rotated(fresh, until if keep_old else None)


def opened(cipher: Cipher, stored: str, *, owner: str) -> str:
    """A secret as it is stored in the row of `owner`; before 0003 they were stored as they are."""
    return cipher.open(stored, owner=owner) if is_sealed(stored) else stored


def signing(
    cipher: Cipher, stored: str, old: Sequence[dict[str, str]], *, owner: str, now: datetime
) -> list[str]:
    """Every secret that signs at `now`, the current one first; SecretUnreadable."""
    valid = [stored, *(entry["secret"] for entry in _valid(old, now))]
    return [opened(cipher, one, owner=owner) for one in valid]


async def tidy(session: AsyncSession, cipher: Cipher, *, limit: int = 100) -> int:
    """Forget secrets whose time is over, and seal anew what an older version or key stored; the rows changed.

    Rows that somebody else is changing are left for the next time, and what cannot be read stays.
    """
    now = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    old = EndpointRecord.old_secrets
    is_over = cast(old[-1]["until"].astext, DateTime(timezone=True)) <= now
    is_outdated = ~EndpointRecord.secret.startswith(cipher.mark, autoescape=True)
    query = select(EndpointRecord).where(or_(is_over, is_outdated)).limit(limit)
    changed = 0
    for record in await session.scalars(query.with_for_update(skip_locked=True, key_share=True)):
        kept = _valid(record.old_secrets, now)
        try:
            record.secret, *rest = [
                cipher.seal(opened(cipher, one, owner=record.id), owner=record.id)
                for one in (record.secret, *(entry["secret"] for entry in kept))
            ]
        except SecretUnreadable:
            logger.error("the secrets of webhook endpoint %s cannot be read with this key", record.id)  # noqa: TRY400 - the line says it all
            continue
        record.old_secrets = [{**entry, "secret": secret} for entry, secret in zip(kept, rest, strict=True)]
        changed += 1
    await session.flush()
    return changed


async def unreadable(session: AsyncSession, cipher: Cipher | None) -> int:
    """How many endpoints have a secret that this cipher does not open; without one none can be."""
    rows = await session.execute(select(EndpointRecord.id, EndpointRecord.secret))
    return sum(not _can_open(cipher, secret, owner) for owner, secret in rows)


def _can_open(cipher: Cipher | None, stored: str, owner: str) -> bool:
    try:
        return not is_sealed(stored) or (cipher is not None and bool(cipher.open(stored, owner=owner)))
    except SecretUnreadable:
        return False


def _valid(old: Sequence[dict[str, str]], now: datetime) -> list[dict[str, str]]:
    return [entry for entry in old if datetime.fromisoformat(entry["until"]) > now]
