"""Requests that may be repeated: the first does the work, the others get its answer.

A key is held by one request at a time. The row that holds it runs out by itself unless it is renewed, so a
process that dies blocks nobody for long; the answer is written in the transaction that does the work, so
whoever takes the key over finds either both or neither.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Conflict, InvalidInput
from models.tables.idempotency import IdempotencyRecord

KEPT = timedelta(hours=24)
"""How long an answer is kept, counted from the request that it answers."""

CLOCK = func.clock_timestamp()
TRIES = 3


class MalformedKey(InvalidInput):
    """An Idempotency-Key is a quoted string of 1 to 255 visible ASCII characters or spaces, such as "k-1"."""

    code = "malformed_idempotency_key"


class KeyReused(InvalidInput):
    """This Idempotency-Key was sent with another request; a new request needs a new key."""

    code = "idempotency_key_reused"


class RequestInFlight(Conflict):
    """The first request with this Idempotency-Key is still being answered; try again in a few seconds."""

    code = "request_in_flight"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered with: enough to give it again.

    `repeated` is the body of repetitions, where the first one must not be kept.
    """

    status: int
    headers: dict[str, str]
    body: str
    repeated: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Hold:
    """A key in the hands of one request."""

    tenant_id: str
    key: str
    token: UUID


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given before, and to which request."""

    fingerprint: str
    answer: Answer

    def of(self, fingerprint: str) -> Answer:
        """The answer, if this request is the same; KeyReused."""
        if fingerprint != self.fingerprint:
            raise KeyReused
        return self.answer


async def hold(session: AsyncSession, *, tenant_id: str, key: str, lease: timedelta) -> Hold | Kept:
    """Take the key for `lease`, or find the answer that it stands for. RequestInFlight while it is held."""
    for _ in range(TRIES):
        taken = Hold(tenant_id, key, uuid4())
        if await session.scalar(taking(taken, lease)) is not None:
            return taken
        row = await session.scalar(select(IdempotencyRecord).where(*named(taken)))
        if row is not None and row.status is not None:
            answer = Answer(row.status, row.headers or {}, row.body or "")
            return Kept(row.fingerprint or "", answer)
        if row is not None:
            break
    raise RequestInFlight


def taking(taken: Hold, lease: timedelta) -> Any:
    """Writes the key's row, or takes over one that ran out or is too old to be repeated; else nothing."""
    fresh = insert(IdempotencyRecord).values(
        tenant_id=taken.tenant_id, key=taken.key, token=taken.token, pending_until=CLOCK + lease
    )
    empty = dict.fromkeys(("fingerprint", "status", "headers", "body"))
    ran_out = and_(IdempotencyRecord.status.is_(None), IdempotencyRecord.pending_until < CLOCK)
    return fresh.on_conflict_do_update(
        index_elements=["tenant_id", "key"],
        set_={
            "token": fresh.excluded.token,
            "pending_until": fresh.excluded.pending_until,
            "created_at": CLOCK,
            **empty,
        },
        where=or_(ran_out, is_expired()),
    ).returning(IdempotencyRecord.token)


async def renew(session: AsyncSession, held: Hold, lease: timedelta) -> None:
    """Hold the key for longer; nothing happens when it is held no more."""
    await session.execute(update(IdempotencyRecord).where(*held_by(held)).values(pending_until=CLOCK + lease))


async def keep(session: AsyncSession, held: Hold, fingerprint: str, answer: Answer) -> None:
    """Write the answer, in the transaction of the work itself. RequestInFlight if the key was lost."""
    kept = (
        update(IdempotencyRecord)
        .where(*held_by(held))
        .values(
            fingerprint=fingerprint,
            status=answer.status,
            headers=answer.headers,
            body=answer.body if answer.repeated is None else answer.repeated,
        )
        .returning(IdempotencyRecord.key)
    )
    if await session.scalar(kept) is None:
        raise RequestInFlight


async def let_go(session: AsyncSession, held: Hold) -> None:
    """Free the key of a request that was refused: nothing was done, so it may be sent again, mended."""
    await session.execute(delete(IdempotencyRecord).where(*held_by(held)))


async def forget(session: AsyncSession) -> int:
    """Remove what has expired; how many keys that were."""
    gone = delete(IdempotencyRecord).where(is_expired()).returning(IdempotencyRecord.key)
    return len((await session.scalars(gone)).all())


def is_expired() -> ColumnElement[bool]:
    """Whether a key is forgotten."""
    return IdempotencyRecord.created_at < CLOCK - KEPT


def named(held: Hold) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The key's row."""
    return IdempotencyRecord.tenant_id == held.tenant_id, IdempotencyRecord.key == held.key


def held_by(held: Hold) -> tuple[ColumnElement[bool], ...]:
    """The key's row while this request holds it and has not been answered."""
    return *named(held), IdempotencyRecord.token == held.token, IdempotencyRecord.status.is_(None)
