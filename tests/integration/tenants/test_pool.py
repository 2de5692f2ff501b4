"""Two tenants, four connections, transactions that end in every way: nothing stays on a connection (A3)."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from api.app import create_app
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.infra.tenancy import Tenancy, TenantSessions
from tests.integration.api.serving import client_of
from tests.integration.tenants.furnished import ONE, OTHER, furnish

Sessions = async_sessionmaker[AsyncSession]
POOL, AT_ONCE = 4, 12
STANDING = text("SELECT current_user = session_user, coalesce(current_setting('kerf.tenant', true), '')")


@pytest.fixture
async def engine(postgres_url: str, sessions: Sessions) -> AsyncIterator[AsyncEngine]:  # noqa: ARG001 - it cleans
    """Four connections and no more."""
    made = make_engine(postgres_url, pool_size=POOL, max_overflow=0)
    yield made
    await made.dispose()


async def once(bound: TenantSessions, tenant: str, way: float) -> Counter[str]:
    """One transaction that ends in a commit, an error, or because its caller has gone; whose rows it saw."""
    found: Counter[str] = Counter()
    with suppress(DBAPIError, asyncio.CancelledError):
        async with bound.begin() as session:
            for table in ("documents", "chunks", "api_keys"):
                whose = (await session.scalars(text(f"SELECT tenant_id FROM {table}"))).all()
                found.update("own" if row == tenant else "foreign" for row in whose)
            if way < 0.1:
                await session.execute(text("SELECT 1 / 0"))
            if way < 0.2:
                raise asyncio.CancelledError
            if way < 0.3:
                await session.rollback()
    return found


async def mixed(engine: AsyncEngine, transactions: int) -> Counter[str]:
    """So many of them, of both tenants in turn; what they saw together."""
    sessions = make_sessions(engine)
    for tenant in (ONE, OTHER):
        await furnish(sessions, tenant)
    tenancy, dice = Tenancy(sessions), random.Random(20261121)
    found: Counter[str] = Counter()
    waiting = [(dice.choice((ONE, OTHER)), dice.random()) for _ in range(transactions)]

    async def keep_on() -> None:
        while waiting:
            tenant, way = waiting.pop()
            if way > 0.97:
                async with sessions.begin() as session:  # the system's own, between them
                    assert (await session.execute(STANDING)).one() == (True, "")
            found.update(await once(await tenancy.of(tenant), tenant, way))

    async with asyncio.TaskGroup() as callers:
        for _ in range(AT_ONCE):
            callers.create_task(keep_on())
    return found


async def left_over(engine: AsyncEngine) -> list[tuple[bool, str]]:
    """Connections of the pool that are not the login's own or name a tenant."""
    async with AsyncExitStack() as held:
        taken = [await held.enter_async_context(engine.connect()) for _ in range(POOL)]
        standing = [tuple((await connection.execute(STANDING)).one()) for connection in taken]
    return [one for one in standing if one != (True, "")]


async def test_two_tenants_over_four_connections_see_no_foreign_row(engine: AsyncEngine) -> None:
    found = await mixed(engine, 400)
    assert found["foreign"] == 0
    assert found["own"] >= 400 * 4 * 0.6
    assert await left_over(engine) == []


@pytest.mark.soak
async def test_ten_thousand_transactions_see_no_foreign_row(engine: AsyncEngine) -> None:
    found = await mixed(engine, 10_000)
    assert found["foreign"] == 0
    assert await left_over(engine) == []


async def test_a_session_that_sets_the_tenant_for_good_would_be_seen(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execute(text("SELECT set_config('kerf.tenant', 'one', false)"))
        await connection.commit()
    assert await left_over(engine) == [(True, ONE)]


async def requests(postgres_url: str, sessions: Sessions, number: int) -> Counter[str]:
    """So many requests of two tenants to one API with four connections; whose documents were answered."""
    keys = {tenant: await furnish(sessions, tenant) for tenant in (ONE, OTHER)}
    async with sessions() as session:
        rows = await session.execute(text("SELECT id, tenant_id FROM documents"))
        owners: dict[str, str] = {row.id: row.tenant_id for row in rows}
    found: Counter[str] = Counter()
    engine = make_engine(postgres_url, pool_size=POOL, max_overflow=0)
    settings = Settings.model_validate({"database_url": postgres_url, "secret_key": "k" * 40})
    waiting = [random.Random(number + n).choice((ONE, OTHER)) for n in range(number)]

    async def keep_on(client: httpx2.AsyncClient) -> None:
        while waiting:
            tenant = waiting.pop()
            headers = {"X-API-Key": keys[tenant]}
            for document, owner in owners.items():
                answer = await client.get(f"/v1/documents/{document}", headers=headers)
                assert answer.status_code == (200 if owner == tenant else 404)
            listed = await client.get("/v1/documents", headers=headers)
            shown = [owners[row["id"]] for row in listed.json()["data"]]
            found.update("own" if owner == tenant else "foreign" for owner in shown)

    app = create_app(settings, sessions=make_sessions(engine))
    async with client_of(app) as client, asyncio.TaskGroup() as callers:
        for _ in range(AT_ONCE):
            callers.create_task(keep_on(client))
    assert await left_over(engine) == []
    await engine.dispose()
    return found


async def test_requests_of_two_tenants_are_answered_with_their_own(
    postgres_url: str, sessions: Sessions
) -> None:
    assert await requests(postgres_url, sessions, 30) == {"own": 30}


@pytest.mark.soak
async def test_ten_thousand_requests_of_two_tenants_are_answered_with_their_own(
    postgres_url: str, sessions: Sessions
) -> None:
    found = await requests(postgres_url, sessions, 3_334)
    assert found == {"own": 3_334}
