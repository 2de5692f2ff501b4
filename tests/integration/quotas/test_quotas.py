"""What is set for one tenant, and what holds for the others."""

import pytest

from models.errors import InvalidInput, NotFound
from models.quotas import Quota
from models.tables.tenants import DEFAULT_TENANT
from services import quotas
from tests.make import Sessions, create_tenant

USUAL = Quota(max_running=4, requests_per_minute=600)


async def test_what_is_set_for_a_tenant_holds_instead_of_what_is_usual(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "own")
        await quotas.change(session, "own", {"weight": 3, "max_running": 9})
    async with sessions.begin() as session:
        assert await quotas.of_tenant(session, "own", USUAL) == Quota(3.0, 9, None, None, 600)
        assert await quotas.of_tenant(session, DEFAULT_TENANT, USUAL) == USUAL
        assert await quotas.change(session, "own", {"weight": None}) == {"max_running": 9}
        assert await quotas.change(session, "own", {"max_running": None}) == {}
    async with sessions.begin() as session:
        assert await quotas.of_tenant(session, "own", USUAL) == USUAL


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
        assert await quotas.own(session, "own") == {}
        with pytest.raises(NotFound):
            await quotas.change(session, "nobody", {"weight": 1})
