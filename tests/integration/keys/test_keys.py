"""API keys on a real database."""

import asyncio
import hmac
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.errors import InvalidInput, NotFound, Unauthenticated
from models.scopes import Scope
from models.tables.tenants import DEFAULT_TENANT, ApiKeyRecord
from services import keys
from services.infra.peppers import Peppers
from tests import make

Sessions = async_sessionmaker[AsyncSession]
OLD, NEW = "an old key of forty characters or more..", "a new key of forty characters or more..."
PEPPERS = Peppers([NEW])
HOUR = timedelta(hours=1)


async def made(sessions: Sessions, **given: Any) -> tuple[ApiKeyRecord, str]:
    async with sessions.begin() as session:
        return await keys.create(session, given.pop("tenant", DEFAULT_TENANT), "laptop", **given)


async def verified(
    sessions: Sessions, key: str, peppers: Peppers | None = PEPPERS, *, rehash: bool = False
) -> tuple[keys.Caller, keys.Use | None]:
    async with sessions.begin() as session:
        return await keys.verify(session, key, peppers, rehash=rehash)


async def row(sessions: Sessions, key_id: str) -> ApiKeyRecord:
    async with sessions.begin() as session:
        return await keys.get(session, DEFAULT_TENANT, key_id)


async def test_a_key_speaks_for_its_tenant_and_its_scope(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await make.create_tenant(session, "other")
    end = datetime.now(UTC) + HOUR
    ours, our_key = await made(sessions, peppers=PEPPERS)
    theirs, their_key = await made(
        sessions, peppers=PEPPERS, tenant="other", scope=Scope.READ, expires_at=end
    )
    caller, _ = await verified(sessions, our_key)
    assert caller == keys.Caller(DEFAULT_TENANT, Scope.WRITE, ours.id)
    caller, _ = await verified(sessions, their_key)
    assert caller == keys.Caller("other", Scope.READ, theirs.id, end)


def test_each_scope_may_all_that_the_one_before_it_may() -> None:
    for less, more in pairwise(Scope):
        assert more.covers(less)
        assert less.covers(less)
        assert not less.covers(more)


@pytest.mark.parametrize("peppers", [PEPPERS, None])
async def test_a_key_is_long_random_and_nowhere_in_the_database(
    sessions: Sessions, peppers: Peppers | None
) -> None:
    _, first = await made(sessions, peppers=peppers)
    _, second = await made(sessions, peppers=peppers)
    assert re.fullmatch(r"kerf_[A-Za-z0-9_-]{32}", first)  # 192 bits
    assert first != second
    async with sessions.begin() as session:
        kept = (await session.scalars(text("SELECT api_keys::text FROM api_keys"))).all()
    assert not any(first in row or first.removeprefix("kerf_") in row for row in kept)
    assert any(first[:11] in row for row in kept)


@pytest.mark.parametrize("key", ["", "kerf_", "kerf_" + "A" * 32, "Bearer x", "kerf_\x00", "kerf_\ud800"])
async def test_an_unknown_key_is_refused(sessions: Sessions, key: str) -> None:
    await made(sessions, peppers=PEPPERS)
    with pytest.raises(Unauthenticated):
        await verified(sessions, key)


async def test_a_digest_is_no_key(sessions: Sessions) -> None:
    record, _ = await made(sessions, peppers=PEPPERS)
    for digest in (record.digest, record.digest.rpartition(".")[2]):
        with pytest.raises(Unauthenticated):
            await verified(sessions, digest)


async def test_what_the_database_finds_is_compared_again_in_constant_time(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, key = await made(sessions, peppers=PEPPERS)
    compared: list[tuple[str, str]] = []

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare)
    with pytest.raises(Unauthenticated):
        await verified(sessions, key)
    assert (record.digest, record.digest) in compared


async def test_a_revoked_key_is_refused_and_its_end_does_not_move(sessions: Sessions) -> None:
    record, key = await made(sessions)
    async with sessions.begin() as session:
        ended = (await keys.revoke(session, record.id)).revoked_at
    with pytest.raises(Unauthenticated):
        await verified(sessions, key)
    async with sessions.begin() as session:
        assert (await keys.revoke(session, record.id)).revoked_at == ended
        (listed,) = await keys.list_all(session, DEFAULT_TENANT)
        assert listed.revoked_at == ended
        assert list(await keys.list_page(session, DEFAULT_TENANT)) == []


async def test_a_key_ends_when_it_expires(sessions: Sessions) -> None:
    record, key = await made(sessions, expires_at=datetime.now(UTC) + HOUR)
    await verified(sessions, key)
    async with sessions.begin() as session:
        await session.execute(text("UPDATE api_keys SET expires_at = clock_timestamp()"))
    with pytest.raises(Unauthenticated):
        await verified(sessions, key)
    assert (await row(sessions, record.id)).revoked_at is None


@pytest.mark.parametrize("offset", [-HOUR, timedelta(0), timedelta(days=36_501)])
async def test_an_expiry_that_is_past_or_absurd_is_refused(sessions: Sessions, offset: timedelta) -> None:
    with pytest.raises(InvalidInput):
        await made(sessions, expires_at=datetime.now(UTC) + offset)


@pytest.mark.parametrize("name", ["\x00", "\ud800", "n" * 256])
async def test_a_name_that_cannot_be_kept_is_refused(sessions: Sessions, name: str) -> None:
    with pytest.raises(InvalidInput):
        async with sessions.begin() as session:
            await keys.create(session, DEFAULT_TENANT, name)


async def test_a_key_that_does_not_exist_cannot_be_revoked(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        with pytest.raises(NotFound):
            await keys.revoke(session, "key_nobody")


async def test_a_tenant_ends_its_own_keys_only(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await make.create_tenant(session, "other")
    record, key = await made(sessions)
    async with sessions.begin() as session:
        for verb in (keys.end, keys.get):
            with pytest.raises(NotFound):
                await verb(session, "other", record.id)
    await verified(sessions, key, None)
    async with sessions.begin() as session:
        await keys.end(session, DEFAULT_TENANT, record.id)
    for verb in (keys.end, keys.get):
        async with sessions.begin() as session:
            with pytest.raises(NotFound):
                await verb(session, DEFAULT_TENANT, record.id)


async def test_a_use_is_noted_once_a_minute(sessions: Sessions) -> None:
    record, key = await made(sessions, peppers=PEPPERS)
    _, use = await verified(sessions, key)
    assert use == keys.Use(record.id, record.digest)
    async with sessions.begin() as session:
        await keys.note(session, use)
    noted = (await row(sessions, record.id)).last_used_at
    assert noted is not None
    assert (await verified(sessions, key))[1] is None
    async with sessions.begin() as session:
        await session.execute(text("UPDATE api_keys SET last_used_at = last_used_at - interval '61 s'"))
    assert (await verified(sessions, key))[1] == use


async def test_a_note_waits_for_nobody(sessions: Sessions) -> None:
    record, _ = await made(sessions, peppers=PEPPERS)
    async with sessions.begin() as holding:
        await holding.execute(text("SELECT 1 FROM api_keys FOR UPDATE"))
        async with asyncio.timeout(20), sessions.begin() as session:  # locks wait for 30 s
            await keys.note(session, keys.Use(record.id, record.digest))
    assert (await row(sessions, record.id)).last_used_at is None


@pytest.mark.parametrize("before", [None, Peppers([OLD])])
async def test_a_digest_of_before_is_known_and_replaced_when_it_may_be(
    sessions: Sessions, before: Peppers | None
) -> None:
    record, key = await made(sessions, peppers=before)
    both = Peppers([NEW, OLD])
    _, use = await verified(sessions, key, both)
    assert use == keys.Use(record.id, record.digest), "not yet: an older process would not know the new one"
    _, use = await verified(sessions, key, both, rehash=True)
    assert use is not None
    async with sessions.begin() as session:
        await keys.note(session, use)
    assert (await row(sessions, record.id)).digest == PEPPERS.digests(key)[0]
    await verified(sessions, key, PEPPERS)
    with pytest.raises(Unauthenticated):
        await verified(sessions, key, None)


async def test_keys_of_another_secret_are_refused_and_counted(sessions: Sessions) -> None:
    _, key = await made(sessions, peppers=Peppers([OLD]))
    await made(sessions, peppers=None)
    ended, _ = await made(sessions, peppers=Peppers([OLD]))
    with pytest.raises(Unauthenticated):
        await verified(sessions, key)
    async with sessions.begin() as session:
        await keys.revoke(session, ended.id)
        found = [await keys.strangers(session, one) for one in (PEPPERS, Peppers([NEW, OLD]), None)]
    assert found == [1, 0, 1]
