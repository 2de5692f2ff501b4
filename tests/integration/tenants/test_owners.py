"""Installations whose login is no superuser: the tables' owner, forced below its own policies."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DBAPIError

from api.app import create_app
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.infra.migrate import downgrade, upgrade
from services.infra.tenancy import NO_ROLE, Tenancy, find_walls
from tests.integration.api import scene
from tests.integration.api.serving import client_of
from tests.integration.tenants.furnished import ONE, OTHER, OWNED, Sessions, everywhere, furnish, seen
from tests.rows import written
from tests.support.logins import owner


@pytest.fixture(params=[True, False], ids=["with the role", "without the role"])
def login(request: pytest.FixtureRequest, postgres_server: URL) -> Iterator[str]:
    """A migrated database of an owner that may, or may not, make the application role."""
    with owner(postgres_server, may_make_roles=request.param) as url:
        upgrade(url)
        yield url


@pytest.fixture
async def sessions(login: str) -> AsyncIterator[Sessions]:
    """The owner's."""
    engine = make_engine(login)
    yield make_sessions(engine)
    await engine.dispose()


async def test_tenants_are_kept_apart_and_the_system_sees_all(
    sessions: Sessions, request: pytest.FixtureRequest
) -> None:
    keys = {tenant: await furnish(sessions, tenant) for tenant in (ONE, OTHER)}
    async with sessions.begin() as session:
        walls = await find_walls(session)
        assert walls is not None
        assert not walls.is_above
        assert walls.stand
        assert (walls.taken == NO_ROLE) is ("without" in request.node.name)
        assert {table: whose - {"default"} for table, whose in (await seen(session)).items()} == everywhere(
            ONE, OTHER
        ), "what older code does, and workers: they set nothing and see all"
    tenancy = Tenancy(sessions)
    for tenant in (ONE, OTHER):
        async with (await tenancy.of(tenant)).begin() as session:
            assert await seen(session) == everywhere(tenant)
    with pytest.raises(DBAPIError, match="row-level security"):
        async with (await tenancy.of(ONE)).begin() as session:
            await session.execute(text("UPDATE documents SET tenant_id = 'another'"))
    assert keys[ONE] != keys[OTHER]


async def test_a_worker_stores_chunks_and_the_api_shows_each_its_own(
    sessions: Sessions, tmp_path: Path
) -> None:
    keys = {tenant: await furnish(sessions, tenant) for tenant in (ONE, OTHER)}
    job = await scene.finished(sessions, tenant_id=ONE, chunks=20)
    assert (await written(sessions))[1] == 2 + 2 + 20
    settings = Settings.model_validate({"data_dir": tmp_path, "secret_key": "k" * 40})
    async with client_of(create_app(settings, sessions=sessions)) as client:
        for tenant, status in ((ONE, 200), (OTHER, 404)):
            headers = {"X-API-Key": keys[tenant]}
            answer = await client.get(f"/v1/documents/{job.document_id}/chunks", headers=headers)
            assert answer.status_code == status
        sent = await client.post(
            "/v1/documents", headers={"X-API-Key": keys[ONE]}, files={"file": ("a.txt", b"text")}
        )
        assert sent.status_code == 202
        gone = await client.delete(f"/v1/documents/{job.document_id}", headers={"X-API-Key": keys[ONE]})
        assert gone.status_code == 204


def pg_dump(login: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """The dump of the login's database, as the login may make it."""
    program = shutil.which("pg_dump")
    if program is None:
        pytest.skip("pg_dump is not installed here")
    plain = make_url(login).set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([program, *options, plain], capture_output=True, text=True, check=False)


async def test_the_owner_s_dump_has_every_row(sessions: Sessions, login: str) -> None:
    for tenant in (ONE, OTHER):
        await furnish(sessions, tenant)
    refused = await asyncio.to_thread(pg_dump, login)
    if "server version mismatch" in refused.stderr:
        pytest.skip("pg_dump is older than the server")
    assert "row-level security" in refused.stderr
    dumped = await asyncio.to_thread(pg_dump, login, "--enable-row-security", "--data-only")
    assert all(dumped.stdout.count(f"COPY public.{table} ") == 1 for table in OWNED)
    told = [field for line in dumped.stdout.splitlines() for field in line.split("\t")]
    assert told.count(ONE) == told.count(OTHER) >= len(OWNED)


def test_the_way_back_and_up_again_works_without_a_superuser(login: str) -> None:
    downgrade(login, "0013")
    upgrade(login)
    downgrade(login, "base")
