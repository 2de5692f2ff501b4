"""API keys: shown once, kept as a prefix to recognise them by and a SHA-256 to check them by."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import NotFound, Unauthenticated
from models.tables.tenants import ApiKeyRecord, TenantRecord

MARK = "kerf_"
RANDOM_BYTES = 24
PREFIX_LENGTH = len(MARK) + 6


async def create(session: AsyncSession, tenant_id: str, name: str) -> tuple[ApiKeyRecord, str]:
    """A new key of 192 random bits and its row; the key itself is nowhere but in the answer. NotFound."""
    if await session.get(TenantRecord, tenant_id) is None:
        raise NotFound(f"There is no tenant {tenant_id}.")
    key = MARK + secrets.token_urlsafe(RANDOM_BYTES)
    record = ApiKeyRecord(
        id=f"key_{secrets.token_hex(12)}",
        tenant_id=tenant_id,
        name=name,
        prefix=key[:PREFIX_LENGTH],
        digest=_digest(key),
    )
    session.add(record)
    await session.flush()
    return record, key


async def verify(session: AsyncSession, key: str) -> str:
    """The tenant a key speaks for. Raises Unauthenticated for an unknown or revoked one."""
    digest = _digest(key)
    found = await session.scalar(
        select(ApiKeyRecord).where(ApiKeyRecord.digest == digest, ApiKeyRecord.revoked_at.is_(None))
    )
    if found is None or not hmac.compare_digest(found.digest, digest):
        raise Unauthenticated
    return found.tenant_id


async def revoke(session: AsyncSession, key_id: str) -> ApiKeyRecord:
    """End a key for good; doing so again changes nothing. Raises NotFound."""
    record = await session.get(ApiKeyRecord, key_id, with_for_update=True)
    if record is None:
        raise NotFound(f"There is no API key {key_id}.")
    if record.revoked_at is None:
        record.revoked_at = datetime.now(UTC)
    return record


async def list_all(session: AsyncSession, tenant_id: str) -> Sequence[ApiKeyRecord]:
    """Every key of a tenant, revoked ones too, oldest first."""
    rows = await session.scalars(
        select(ApiKeyRecord)
        .where(ApiKeyRecord.tenant_id == tenant_id)
        .order_by(ApiKeyRecord.created_at, ApiKeyRecord.id)
    )
    return rows.all()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
