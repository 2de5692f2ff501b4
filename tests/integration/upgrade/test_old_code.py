"""The release before this one and this one on one database and its newest schema, handing work to and fro."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from models.tables.tenants import DEFAULT_TENANT
from tests.integration.upgrade.party import party
from tests.integration.upgrade.previous import PREVIOUS, remote, sources
from tests.integration.webhooks.receiver import receiver

Parties = tuple[Any, Any]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of the release before."""
    return sources(PREVIOUS, tmp_path_factory.mktemp("previous"))


@pytest.fixture
async def parties(tree: Path, database_url: str, tmp_path: Path) -> AsyncIterator[Parties]:
    """Old and new, on the schema of the new one."""
    async with remote(tree, database_url, tmp_path) as old, party(database_url, tmp_path) as new:
        yield old, new


async def test_each_release_goes_on_where_the_other_stopped(parties: Parties) -> None:
    old, new = parties
    with receiver() as hooked:
        await handed_over(old, new, hooked.url)
        await handed_over(new, old, hooked.url)
        await kept_apart(old, new)
        await kept_apart(new, old)
        assert len({request.message_id for request in hooked.requests}) == 4


async def handed_over(one: Any, other: Any, hook: str) -> None:
    """The life of a document, its steps done by one release and the other in turn."""
    for kerf in (one, other):
        assert (await kerf.call("", "GET", "/readyz"))[0] == 200
    key = await one.key(DEFAULT_TENANT)
    name = f"{type(one).__name__}.txt"
    status, job = await other.upload(key, name, f"Either party may terminate. {name}", hook)
    assert status == 202, job
    assert job["id"] in await one.hints()

    assert await other.begin(job["id"], 0)  # and dies at once
    await one.housekeeping()
    assert await other.work(job["id"]) == "succeeded"
    assert await one.deliver() == 1
    chunks = f"/v1/documents/{job['document']}/chunks"
    seen = [await kerf.call(key, "GET", chunks) for kerf in (one, other)]
    assert seen[0] == seen[1]
    assert (seen[0][0], len(seen[0][1]["data"])) == (200, 5)
    for kerf in (one, other):
        assert (await kerf.call(key, "GET", f"/v1/jobs/{job['id']}"))[1]["state"] == "succeeded"

    status, again = await one.upload(key, name, f"Either party may terminate. {name}", hook)
    assert (status, again["id"]) == (202, job["id"]), "an equal upload is known, whoever took the first"
    status, cut = await other.call(key, "POST", chunks, json={"strategy": "sentence", "webhook_url": hook})
    assert status == 202, cut
    assert cut["id"] in await other.hints()
    assert await one.work(cut["id"]) == "succeeded"
    assert await other.deliver() == 1
    listed = await one.call(key, "GET", f"/v1/documents/{job['document']}/versions")
    assert [version["number"] for version in listed[1]["data"]] == [2, 1]

    await other.housekeeping()
    assert (await one.call(key, "DELETE", f"/v1/documents/{job['document']}"))[0] == 204
    assert (await other.call(key, "GET", chunks))[0] == 404


async def kept_apart(one: Any, other: Any) -> None:
    """Neither release shows a tenant what the other one stored for another tenant."""
    keys = [await one.key(DEFAULT_TENANT), await other.new_tenant(type(one).__name__.lower())]
    uploads = [await one.upload(key, "mine.txt", key) for key in keys]
    assert [status for status, _ in uploads] == [202, 202], uploads
    for kerf in (one, other):
        for key in keys:
            seen = [(await kerf.call(key, "GET", f"/v1/jobs/{job['id']}"))[0] for _, job in uploads]
            assert sorted(seen) == [200, 404]
