"""API keys on a real database."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.errors import NotFound, Unauthenticated
from models.tables.tenants import DEFAULT_TENANT
from services import keys
from tests import make

Sessions = async_sessionmaker[AsyncSession]


async def test_a_key_speaks_for_its_tenant(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await make.create_tenant(session, "other")
        _, ours = await keys.create(session, DEFAULT_TENANT, "laptop")
        _, theirs = await keys.create(session, "other", "laptop")
    async with sessions.begin() as session:
        assert await keys.verify(session, ours) == DEFAULT_TENANT
        assert await keys.verify(session, theirs) == "other"


async def test_a_key_is_long_random_and_nowhere_in_the_database(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        _, first = await keys.create(session, DEFAULT_TENANT, "one")
        _, second = await keys.create(session, DEFAULT_TENANT, "two")
    assert re.fullmatch(r"kerf_[A-Za-z0-9_-]{32}", first)
    assert first != second
    async with sessions.begin() as session:
        kept = (await session.scalars(text("SELECT api_keys::text FROM api_keys"))).all()
    assert not any(first in row or first.removeprefix("kerf_") in row for row in kept)
    assert any(first[:11] in row for row in kept)


@pytest.mark.parametrize("key", ["", "kerf_", "kerf_" + "A" * 32, "Bearer x", "kerf_\x00", "kerf_\ud800"])
async def test_an_unknown_key_is_refused(sessions: Sessions, key: str) -> None:
    async with sessions.begin() as session:
        await keys.create(session, DEFAULT_TENANT, "laptop")
        with pytest.raises(Unauthenticated):
            await keys.verify(session, key)


async def test_a_revoked_key_is_refused_and_its_end_does_not_move(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        record, key = await keys.create(session, DEFAULT_TENANT, "laptop")
    async with sessions.begin() as session:
        ended = (await keys.revoke(session, record.id)).revoked_at
    async with sessions.begin() as session:
        with pytest.raises(Unauthenticated):
            await keys.verify(session, key)
        assert (await keys.revoke(session, record.id)).revoked_at == ended
        (listed,) = await keys.list_all(session, DEFAULT_TENANT)
        assert listed.revoked_at == ended


async def test_a_key_that_does_not_exist_cannot_be_revoked(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        with pytest.raises(NotFound):
            await keys.revoke(session, "key_nobody")
