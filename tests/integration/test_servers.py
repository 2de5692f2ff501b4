"""The ground the integration tests stand on."""

from contextlib import closing

import psycopg
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import URL, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.tables.tenants import DEFAULT_TENANT, ApiKeyRecord, TenantRecord
from services.infra.database import make_engine
from tests.conftest import empty_tables
from tests.support import postgres, redis


def tables(url: str) -> int:
    with postgres.connect(make_url(url)) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return int(row[0]) if row else -1


def test_an_empty_database_has_no_table_and_is_dropped_at_the_end(postgres_server: URL) -> None:
    with postgres.database(postgres_server) as url:
        assert tables(url) == 0
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        tables(url)


def test_a_copy_of_a_template_holds_what_the_template_held(postgres_server: URL) -> None:
    with postgres.database(postgres_server) as url:
        with postgres.connect(make_url(url)) as connection:
            connection.execute("CREATE TABLE kept (id int)")
        with postgres.database(postgres_server, template=str(make_url(url).database)) as copy:
            assert tables(copy) == 1


def test_a_postgres_starts_from_the_wheel_where_none_answers() -> None:
    with postgres.embedded() as server, postgres.database(server) as url:
        assert tables(url) == 0


def test_a_redis_starts_where_none_answers_and_ends_with_the_block() -> None:
    with redis.started() as url, closing(Redis.from_url(url)) as client:
        assert client.set("a", "1")
        assert client.get("a") == b"1"
    with closing(Redis.from_url(url)) as client, pytest.raises(RedisConnectionError):
        client.ping()


def test_two_runs_on_one_redis_never_share_a_database_number() -> None:
    with redis.started() as url:
        base = url.rpartition("/")[0]
        assert [redis.claim_number(base) for _ in range(16)] == [*range(1, 16), None]


async def test_rows_of_one_test_are_gone_in_the_next_and_the_default_tenant_stays(
    postgres_url: str, sessions: async_sessionmaker[AsyncSession]
) -> None:
    async with sessions.begin() as session:
        session.add(TenantRecord(id="other", name="Other"))
        await session.flush()
        session.add(ApiKeyRecord(id="key_1", tenant_id="other", name="n", prefix="p", digest="d"))
    engine = make_engine(postgres_url)
    await empty_tables(engine)
    await engine.dispose()
    async with sessions() as session:
        assert list(await session.scalars(select(TenantRecord.id))) == [DEFAULT_TENANT]
        assert list(await session.scalars(select(ApiKeyRecord.id))) == []
