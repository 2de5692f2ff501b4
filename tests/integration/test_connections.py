"""Connections that rest in the pool: those that have gone meanwhile are replaced before anybody notices."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.infra import database
from services.infra.database import make_engine, make_sessions

KILLED = text("SELECT pg_terminate_backend(:pid)")
PID = text("SELECT pg_backend_pid()")


@pytest.fixture
async def engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    """Two connections at most."""
    made = make_engine(postgres_url, pool_size=2, max_overflow=0)
    yield made
    await made.dispose()


async def test_a_connection_that_was_lost_while_it_rested_is_replaced(
    engine: AsyncEngine, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "TRUSTED_SECONDS", 0.0)
    sessions, other = make_sessions(engine), make_engine(postgres_url)
    async with sessions.begin() as session:
        lost = await session.scalar(PID)
    async with other.begin() as connection:
        await connection.execute(KILLED, {"pid": lost})
    async with sessions.begin() as session:
        assert await session.scalar(PID) != lost
    await other.dispose()


async def test_one_that_was_used_just_now_is_not_asked(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(type(engine.dialect), "do_ping", lambda _, connection: asked.append(connection))
    sessions = make_sessions(engine)
    for seconds in (60.0, 60.0, 0.0):
        monkeypatch.setattr(database, "TRUSTED_SECONDS", seconds)
        async with sessions.begin() as session:
            await session.scalar(PID)
    assert len(asked) == 1
