"""What is set for one tenant, and what holds for the others."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import InvalidInput, NotFound
from models.quotas import Quota
from models.tables.tenants import DEFAULT_TENANT
from services import quotas, tenants
from tests.make import Sessions, create_tenant

USUAL = Quota(max_running=4, requests_per_minute=600)


async def quota(session: AsyncSession, tenant_id: str) -> Quota:
    """The tenant's, where USUAL is that of the others."""
    return USUAL.own((await tenants.terms(session, tenant_id)).quotas)


async def test_what_is_set_for_a_tenant_holds_instead_of_what_is_usual(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "own")
        await quotas.change(session, "own", {"weight": 3, "max_running": 9})
    async with sessions.begin() as session:
        assert await quota(session, "own") == Quota(3.0, 9, None, None, 600)
        assert await quota(session, DEFAULT_TENANT) == USUAL
        assert await quotas.change(session, "own", {"weight": None}) == {"max_running": 9}
        assert await quotas.change(session, "own", {"max_running": None}) == {}
    async with sessions.begin() as session:
        assert await quota(session, "own") == USUAL


@pytest.mark.parametrize(
    ("name", "value"),
    [("wishes", 3), ("weight", 0), ("weight", 1e9), ("max_running", 0), ("max_queued", float("nan"))],
)
async def test_what_is_no_quota_is_refused_and_changes_nothing(
    sessions: Sessions, name: str, value: float
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "own")
        with pytest.raises(InvalidInput):
            await quotas.change(session, "own", {"max_bytes": 7, name: value})
        assert (await tenants.terms(session, "own")).quotas == {}
        with pytest.raises(NotFound):
            await quotas.change(session, "nobody", {"weight": 1})
