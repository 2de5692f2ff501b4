"""Real servers for every test that asks: nothing needs to be installed or running beforehand."""

import os
from collections.abc import AsyncIterator, Iterator

import hypothesis
import pytest
from sqlalchemy import URL, delete, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from models.tables import Base
from models.tables.tenants import DEFAULT_TENANT, TenantRecord
from tests.support import postgres, redis

hypothesis.settings.register_profile(
    "kerf", deadline=None, max_examples=40
)  # a busy machine makes no test red
hypothesis.settings.register_profile(
    "thorough", deadline=None, max_examples=1000
)  # --hypothesis-profile thorough
hypothesis.settings.load_profile("kerf")
os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a test that reaches for a model hub shall fail, not wait


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A server where databases may be created; not a database to work in."""
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def template_database(postgres_server: URL) -> Iterator[str]:
    """The name of a database migrated to head once; the others are copies of it."""
    from services.infra.migrate import upgrade

    with postgres.database(postgres_server) as url:
        upgrade(url)
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: URL, template_database: str) -> Iterator[str]:
    """The migrated database that the tests of this process share; `sessions` leaves it clean."""
    with postgres.database(postgres_server, template=template_database) as url:
        yield url


@pytest.fixture
def database_url(postgres_server: URL, template_database: str) -> Iterator[str]:
    """A migrated database of the test's own, for tests that start other processes."""
    with postgres.database(postgres_server, template=template_database) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres_server: URL) -> Iterator[str]:
    """A database of the test's own without a single table."""
    with postgres.database(postgres_server) as url:
        yield url


@pytest.fixture
async def sessions(postgres_url: str) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions on the shared database; every row but the default tenant is gone afterwards."""
    from services.infra.database import make_engine, make_sessions

    engine = make_engine(postgres_url)
    try:
        yield make_sessions(engine)
    finally:
        await empty_tables(engine)
        await engine.dispose()


async def empty_tables(engine: AsyncEngine) -> None:
    """Removes every row but the default tenant's; of the few rows of a test faster than TRUNCATE."""
    async with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if table is not TenantRecord.__table__:
                await connection.execute(delete(table))
        await connection.execute(delete(TenantRecord).where(TenantRecord.id != DEFAULT_TENANT))


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """An empty Redis database for the tests of this process; emptied again at the end."""
    with redis.server() as url:
        yield url
