"""API keys: shown once, kept as a prefix to recognise them by and a keyed hash to check them by.

Nothing is cached: a key that was revoked or has expired is refused from the next request on.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import InvalidInput, NotFound, Unauthenticated
from models.scopes import Scope
from models.tables.tenants import ApiKeyRecord, TenantRecord
from services.infra.peppers import KEYED, Peppers, plain_digest
from services.infra.plain import is_plain, new_id

MARK = "kerf_"
RANDOM_BYTES = 24
PREFIX_LENGTH = len(MARK) + 6
LONGEST_NAME = 255
LONGEST_LIFE = timedelta(days=36_500)
NOTED_EVERY = timedelta(minutes=1)
"""How exact `last_used_at` is."""

CLOCK = func.clock_timestamp()

Position = tuple[datetime, str]  # (created_at, id) of the last row of the page before


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `key_id` is None where no key is needed and none was sent."""

    tenant_id: str
    scope: Scope
    key_id: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What is to be written about a use of a key: that it happened, and the digest to keep."""

    key_id: str
    digest: str


async def create(
    session: AsyncSession,
    tenant_id: str,
    name: str,
    *,
    peppers: Peppers | None = None,
    scope: Scope = Scope.WRITE,
    expires_at: datetime | None = None,
) -> tuple[ApiKeyRecord, str]:
    """A new key of 192 random bits and its row; the key itself is nowhere but in the answer.

    Without `peppers` its digest is a plain one until it is used. NotFound, InvalidInput.
    """
    if await session.scalar(select(TenantRecord.id).where(TenantRecord.id == tenant_id)) is None:
        raise NotFound(f"There is no tenant {tenant_id}.")
    if not (is_plain(name) and len(name) <= LONGEST_NAME):
        raise InvalidInput(f"A key's name has at most {LONGEST_NAME} characters and no NUL.", pointer="/name")
    refuse_expiry(expires_at)
    key = MARK + secrets.token_urlsafe(RANDOM_BYTES)
    record = ApiKeyRecord(
        id=new_id("key"),
        tenant_id=tenant_id,
        name=name,
        prefix=key[:PREFIX_LENGTH],
        digest=peppers.digests(key)[0] if peppers else plain_digest(key),
        scope=scope,
        expires_at=expires_at,
    )
    session.add(record)
    await session.flush()
    return record, key


def refuse_expiry(expires_at: datetime | None) -> None:
    """InvalidInput for a moment that is past, or further away than any key lives."""
    now = datetime.now(UTC)
    if expires_at is not None and not now < expires_at <= now + LONGEST_LIFE:
        raise InvalidInput("A key expires later than now and within 100 years.", pointer="/expires_at")


async def verify(
    session: AsyncSession, key: str, peppers: Peppers | None = None, *, rehash: bool = False
) -> tuple[Caller, Use | None]:
    """Whom a key speaks for, and what `note` is to write about it, if anything.

    With `rehash` a digest that the first pepper did not make is to be replaced by one that it makes.
    Unauthenticated for a key that is unknown, revoked or expired; they all look the same.
    """
    digests = peppers.digests(key) if peppers else (plain_digest(key),)
    is_due = or_(ApiKeyRecord.last_used_at.is_(None), ApiKeyRecord.last_used_at < CLOCK - NOTED_EVERY)
    query = select(
        ApiKeyRecord.id,
        ApiKeyRecord.tenant_id,
        ApiKeyRecord.scope,
        ApiKeyRecord.expires_at,
        ApiKeyRecord.digest,
        is_due.label("is_due"),
    ).where(ApiKeyRecord.digest.in_(digests), *is_live())
    found = (await session.execute(query)).one_or_none()
    if found is None or not any(hmac.compare_digest(found.digest, digest) for digest in digests):
        raise Unauthenticated
    caller = Caller(found.tenant_id, Scope(found.scope), found.id, found.expires_at)
    kept = digests[0] if rehash else found.digest
    return caller, Use(found.id, kept) if found.is_due or found.digest != kept else None


async def note(session: AsyncSession, use: Use) -> None:
    """Write down that a key was used, unless somebody else holds its row just now."""
    free = select(ApiKeyRecord.id).where(ApiKeyRecord.id == use.key_id).with_for_update(skip_locked=True)
    noted = update(ApiKeyRecord).where(ApiKeyRecord.id.in_(free))
    await session.execute(noted.values(last_used_at=CLOCK, digest=use.digest))


async def revoke(session: AsyncSession, key_id: str) -> ApiKeyRecord:
    """End a key of any tenant for good; doing so again changes nothing. Raises NotFound."""
    record = await session.get(ApiKeyRecord, key_id, with_for_update=True)
    if record is None:
        raise NotFound(f"There is no API key {key_id}.")
    if record.revoked_at is None:
        record.revoked_at = datetime.now(UTC)
    return record


async def end(session: AsyncSession, tenant_id: str, key_id: str) -> None:
    """End a key of the tenant for good; NotFound also for one that has ended."""
    ended = (
        update(ApiKeyRecord)
        .where(*owned(tenant_id, key_id))
        .values(revoked_at=CLOCK)
        .returning(ApiKeyRecord.id)
    )
    if await session.scalar(ended) is None:
        raise NotFound("There is no such API key.")


async def get(session: AsyncSession, tenant_id: str, key_id: str) -> ApiKeyRecord:
    """One key of the tenant that was not revoked; NotFound."""
    record = await session.scalar(select(ApiKeyRecord).where(*owned(tenant_id, key_id)))
    if record is None:
        raise NotFound("There is no such API key.")
    return record


async def list_page(
    session: AsyncSession, tenant_id: str, *, after: Position | None = None, limit: int = 100
) -> Sequence[ApiKeyRecord]:
    """Keys of the tenant that were not revoked, newest first, from the one after `after`."""
    query = (
        select(ApiKeyRecord)
        .where(ApiKeyRecord.tenant_id == tenant_id, ApiKeyRecord.revoked_at.is_(None))
        .order_by(ApiKeyRecord.created_at.desc(), ApiKeyRecord.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(ApiKeyRecord.created_at, ApiKeyRecord.id) < tuple_(*after))
    return (await session.scalars(query)).all()


async def list_all(session: AsyncSession, tenant_id: str) -> Sequence[ApiKeyRecord]:
    """Every key of a tenant, revoked ones too, oldest first."""
    rows = await session.scalars(
        select(ApiKeyRecord)
        .where(ApiKeyRecord.tenant_id == tenant_id)
        .order_by(ApiKeyRecord.created_at, ApiKeyRecord.id)
    )
    return rows.all()


async def strangers(session: AsyncSession, peppers: Peppers | None) -> int:
    """How many live keys these peppers cannot check, because they were made with another secret."""
    known = peppers.marks if peppers else ()
    unknown = [~ApiKeyRecord.digest.startswith(mark, autoescape=True) for mark in known]
    query = select(func.count()).where(ApiKeyRecord.digest.startswith(KEYED), *unknown, *is_live())
    return await session.scalar(query) or 0


def is_live() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Neither revoked nor expired, by the database's clock."""
    not_expired = or_(ApiKeyRecord.expires_at.is_(None), ApiKeyRecord.expires_at > CLOCK)
    return ApiKeyRecord.revoked_at.is_(None), not_expired


def owned(tenant_id: str, key_id: str) -> tuple[ColumnElement[bool], ...]:
    """The tenant's key of that id, unless it was revoked."""
    return ApiKeyRecord.tenant_id == tenant_id, ApiKeyRecord.id == key_id, ApiKeyRecord.revoked_at.is_(None)
