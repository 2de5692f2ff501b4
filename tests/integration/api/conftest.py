"""The real API on the real database; callers with real keys."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from api.app import create_app
from models.scopes import Scope
from models.tables.tenants import DEFAULT_TENANT
from services import keys
from services.infra.config import Settings
from services.infra.peppers import Peppers
from services.infra.storage import LocalStorage
from tests.integration.api.doors import Standing
from tests.integration.api.serving import client_of
from tests.integration.webhooks.scene import KEY
from workers.attempt import attempt
from workers.process import Process
from workers.stopping import Stopping

PEPPERS = Peppers([KEY])
Sessions = async_sessionmaker[AsyncSession]


class NewKey(Protocol):
    """Makes a key of a tenant; the headers that show it."""

    async def __call__(self, tenant_id: str, scope: Scope = Scope.WRITE) -> dict[str, str]: ...


@pytest.fixture
def settings(postgres_url: str, tmp_path: Path) -> Settings:
    """As delivered, but with a small upload limit and webhooks to private addresses."""
    return Settings.model_validate(
        {
            "database_url": postgres_url,
            "data_dir": tmp_path,
            "max_upload_mb": 1,
            "webhooks_allow_private": True,
            "secret_key": KEY,
        }
    )


@pytest.fixture
def storage(settings: Settings) -> LocalStorage:
    """The folder behind the API."""
    return LocalStorage(settings.objects_dir)


@pytest.fixture
async def anonymous(
    settings: Settings, sessions: Sessions, storage: LocalStorage
) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller without a key."""
    async with client_of(create_app(settings, sessions=sessions, storage=storage)) as client:
        yield client


@pytest.fixture
def new_key(sessions: Sessions) -> NewKey:
    """Makes a key of a tenant; the headers that show it."""

    async def made(tenant_id: str, scope: Scope = Scope.WRITE) -> dict[str, str]:
        async with sessions.begin() as session:
            _, key = await keys.create(session, tenant_id, "test", peppers=PEPPERS, scope=scope)
        return {"Authorization": f"Bearer {key}"}

    return made


@pytest.fixture
async def client(anonymous: httpx2.AsyncClient, new_key: NewKey) -> httpx2.AsyncClient:
    """A caller of the default tenant."""
    anonymous.headers.update(await new_key(DEFAULT_TENANT))
    return anonymous


class Worker:
    """Does what jobs ask for, one after the other."""

    def __init__(self, process: Process, thread: ThreadPoolExecutor) -> None:
        self._process = process
        self._thread = thread

    async def does(self, job: str) -> None:
        """One attempt at the job."""
        await asyncio.get_running_loop().run_in_executor(self._thread, attempt, self._process, job)


@pytest.fixture
async def worker(settings: Settings) -> AsyncIterator[Worker]:
    """Behind the API of the test, with a parser of its own."""
    with ThreadPoolExecutor(1) as thread:  # a parser belongs to its thread
        process = Process(settings, Stopping())
        yield Worker(process, thread)
        process.close()


@pytest.fixture
def standing(settings: Settings, sessions: Sessions, storage: LocalStorage, new_key: NewKey) -> Standing:
    """An API with other settings, and a caller with a key of its own."""

    @asynccontextmanager
    async def made(tenant: str = DEFAULT_TENANT, **other: Any) -> AsyncIterator[httpx2.AsyncClient]:
        app = create_app(settings.model_copy(update=other), sessions=sessions, storage=storage)
        async with client_of(app) as client:
            client.headers.update(await new_key(tenant))
            yield client

    return made
