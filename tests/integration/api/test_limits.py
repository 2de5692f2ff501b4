"""Limits: shown as they hold for the caller, kept while an upload arrives."""

from dataclasses import asdict
from pathlib import Path

import httpx2

from models.tables.tenants import DEFAULT_TENANT
from services import tenants
from services.infra.config import Settings
from tests import make
from tests.integration.api.conftest import NewKey, Sessions


async def test_every_limit_is_shown_as_the_caller_has_it(
    client: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey, settings: Settings
) -> None:
    async with sessions.begin() as session:
        await make.create_tenant(session, "small")
        await tenants.lower(session, "small", {"max_pages": 3, "max_bytes": 10 << 30, "memory_mb": 600})
    ours = (await client.get("/v1/limits")).json()
    theirs = (await client.get("/v1/limits", headers=await new_key("small"))).json()
    assert ours == {**asdict(settings.limits), "max_stored_bytes": settings.limits.max_stored_bytes}
    assert theirs == {**ours, "max_pages": 3, "memory_mb": 600, "max_stored_bytes": 150 << 20}


async def test_an_upload_above_the_tenants_own_limit_is_refused_and_leaves_nothing(
    client: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey, settings: Settings
) -> None:
    async with sessions.begin() as session:
        await make.create_tenant(session, "small")
        await tenants.lower(session, "small", {"max_bytes": 1000})
    files = {"file": ("a.txt", b"x" * 1001)}
    refused = await client.post("/v1/documents", files=files, headers=await new_key("small"))
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert kept(settings.objects_dir) == []
    taken = await client.post("/v1/documents", files=files, headers=await new_key(DEFAULT_TENANT))
    assert taken.status_code == 202


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
