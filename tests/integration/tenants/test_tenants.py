"""Tenants and their lowered limits on a real database."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.errors import Conflict, InvalidInput, NotFound
from models.tables.tenants import DEFAULT_TENANT
from services import tenants

Sessions = async_sessionmaker[AsyncSession]


async def test_a_tenant_is_made_once(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await tenants.create(session, "small", "Small & Sons")
    async with sessions.begin() as session:
        with pytest.raises(Conflict):
            await tenants.create(session, "small", "Another")
        found = {tenant.id: tenant.name for tenant in await tenants.list_all(session)}
    assert found.keys() == {DEFAULT_TENANT, "small"}
    assert found["small"] == "Small & Sons"


@pytest.mark.parametrize("tenant_id", ["", "-", "a b", "a/b", "../a", "ä", "a" * 61])
async def test_an_id_that_is_no_plain_word_is_refused(sessions: Sessions, tenant_id: str) -> None:
    async with sessions.begin() as session:
        with pytest.raises(InvalidInput):
            await tenants.create(session, tenant_id, "name")


async def test_limits_are_lowered_one_by_one_and_taken_back(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await tenants.create(session, "small", "Small")
        await tenants.lower(session, "small", {"max_pages": 10, "deadline_seconds": 2.5})
    async with sessions.begin() as session:
        await tenants.lower(session, "small", {"max_pages": None, "max_bytes": 1000})
    async with sessions.begin() as session:
        assert (await tenants.terms(session, "small")).lowered == {"deadline_seconds": 2.5, "max_bytes": 1000}
        assert (await tenants.terms(session, DEFAULT_TENANT)).lowered == {}
        await tenants.lower(session, "small", {"deadline_seconds": None, "max_bytes": None})
    async with sessions.begin() as session:
        assert (await tenants.terms(session, "small")).lowered == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_wishes", 3), ("max_pages", 0), ("max_pages", -1), ("memory_mb", 16), ("max_bytes", float("nan"))],
)
async def test_what_is_no_limit_is_refused_and_changes_nothing(
    sessions: Sessions, name: str, value: float
) -> None:
    async with sessions.begin() as session:
        await tenants.create(session, "small", "Small")
        with pytest.raises(InvalidInput):
            await tenants.lower(session, "small", {"max_pages": 7, name: value})
        assert (await tenants.terms(session, "small")).lowered == {}
        with pytest.raises(NotFound):
            await tenants.lower(session, "nobody", {"max_pages": 1})
