"""Tenants manage their own keys: shown once, never more than the key that asks, ended at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

import api.app
from api.app import create_app
from models.scopes import Scope
from models.tables.tenants import DEFAULT_TENANT
from services import keys
from services.infra.config import Settings
from tests.integration.api.conftest import PEPPERS, NewKey, Sessions
from tests.integration.api.serving import client_of
from tests.make import create_tenant

IDEMPOTENCY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9325"'}


@pytest.fixture
async def admin(anonymous: httpx2.AsyncClient, new_key: NewKey) -> httpx2.AsyncClient:
    """Who may manage the keys of the default tenant."""
    anonymous.headers.update(await new_key(DEFAULT_TENANT, Scope.ADMIN))
    return anonymous


async def made(client: httpx2.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/v1/keys", json={"name": "indexer", **body})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def shown(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def test_a_key_that_was_made_opens_the_door_until_it_is_ended(admin: httpx2.AsyncClient) -> None:
    key = await made(admin, scope="read")
    assert key["key"].startswith(key["prefix"])
    assert (await admin.get("/v1/documents", headers=shown(key["key"]))).status_code == 200
    looked = (await admin.get(f"/v1/keys/{key['id']}")).json()
    assert looked["last_used_at"] is not None
    assert {**looked, "last_used_at": None, "key": key["key"]} == key
    assert (await admin.delete(f"/v1/keys/{key['id']}")).status_code == 204
    assert (await admin.get("/v1/documents", headers=shown(key["key"]))).status_code == 401
    for again in (admin.delete(f"/v1/keys/{key['id']}"), admin.get(f"/v1/keys/{key['id']}")):
        assert (await again).status_code == 404


async def test_a_repetition_makes_no_second_key_and_shows_the_first_no_more(
    admin: httpx2.AsyncClient, sessions: Sessions
) -> None:
    first = await admin.post("/v1/keys", json={"name": "indexer"}, headers=IDEMPOTENCY)
    again = await admin.post("/v1/keys", json={"name": "indexer"}, headers=IDEMPOTENCY)
    other = await admin.post("/v1/keys", json={"name": "other"}, headers=IDEMPOTENCY)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert again.json() == {**first.json(), "key": None}
    key = first.json()["key"]
    async with sessions.begin() as session:
        kept = (await session.scalars(text("SELECT t::text FROM idempotency_keys t"))).all()
    assert len(kept) == 1
    assert not any(key in row or key.removeprefix("kerf_") in row for row in kept)


async def test_keys_are_listed_newest_first_in_pages(admin: httpx2.AsyncClient) -> None:
    ids = [(await made(admin, name=f"n{number}"))["id"] for number in range(3)]
    await admin.delete(f"/v1/keys/{ids[1]}")
    first = (await admin.get("/v1/keys?limit=2")).json()
    rest = (await admin.get(f"/v1/keys?limit=2&cursor={first['next_cursor']}")).json()
    assert [key["id"] for key in first["data"]] == [ids[2], ids[0]]
    assert [key["name"] for key in rest["data"]] == ["test"]
    assert rest["next_cursor"] is None
    assert "key" not in first["data"][0]


async def test_a_key_cannot_end_itself(admin: httpx2.AsyncClient) -> None:
    own = (await admin.get("/v1/tenant")).json()["key"]["id"]
    answer = await admin.delete(f"/v1/keys/{own}")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    other = await made(admin, scope="admin")
    assert (await admin.delete(f"/v1/keys/{own}", headers=shown(other["key"]))).status_code == 204


async def test_a_key_lives_no_longer_than_the_one_that_makes_it(admin: httpx2.AsyncClient) -> None:
    end = datetime.now(UTC) + timedelta(days=1)
    short = await made(admin, scope="admin", expires_at=end.isoformat())
    as_short = shown(short["key"])
    heir = await admin.post("/v1/keys", json={"name": "heir"}, headers=as_short)
    assert datetime.fromisoformat(heir.json()["expires_at"]) == end
    later = {"name": "heir", "expires_at": (end + timedelta(seconds=1)).isoformat()}
    answer = await admin.post("/v1/keys", json=later, headers=as_short)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/expires_at")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "a\x00b"}, "/name"),
        ({"name": "n" * 256}, "/name"),
        ({"scope": "root"}, "/scope"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "/expires_at"),
        ({"expires_at": 4102444800}, "/expires_at"),
        ({"tenant": "other"}, "/tenant"),
    ],
)
async def test_what_is_no_key_is_pointed_at(
    admin: httpx2.AsyncClient, body: dict[str, Any], pointer: str
) -> None:
    answer = await admin.post("/v1/keys", json={"name": "indexer", **body})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_everybody_learns_who_they_are(
    anonymous: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    answer = (await anonymous.get("/v1/tenant", headers=await new_key("other", Scope.READ))).json()
    assert (answer["id"], answer["scope"], answer["key"]["name"]) == ("other", "read", "test")


async def test_where_no_key_is_needed_nobody_has_one_and_may_everything(
    settings: Settings, sessions: Sessions
) -> None:
    relaxed = settings.model_copy(update={"api_key_required": False})
    async with client_of(create_app(relaxed, sessions=sessions)) as client:
        assert (await client.get("/v1/tenant")).json() == {
            "id": DEFAULT_TENANT,
            "name": DEFAULT_TENANT,
            "scope": "admin",
            "key": None,
        }
        key = await made(client, scope="read")
        answer = await client.post("/v1/keys", json={"name": "more"}, headers=shown(key["key"]))
    assert answer.status_code == 403, "who shows a key has what it has"


async def test_a_plain_digest_is_replaced_once_no_older_process_can_be_left(
    settings: Settings, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sessions.begin() as session:
        _, key = await keys.create(session, DEFAULT_TENANT, "of before")
    plain, keyed = PEPPERS.digests(key)[::-1]
    for settling, digest in ((3600.0, plain), (0.0, keyed)):
        monkeypatch.setattr(api.app, "SETTLING_SECONDS", settling)
        async with client_of(create_app(settings, sessions=sessions)) as client:
            assert (await client.get("/v1/tenant", headers=shown(key))).status_code == 200
        async with sessions.begin() as session:
            assert await session.scalar(text("SELECT digest FROM api_keys")) == digest


async def test_a_note_that_cannot_be_written_costs_nobody_the_answer(
    admin: httpx2.AsyncClient, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await session.execute(
            text("ALTER TABLE api_keys ADD CONSTRAINT never CHECK (last_used_at IS NULL) NOT VALID")
        )
    try:
        assert (await admin.get("/v1/documents")).status_code == 200
    finally:
        async with sessions.begin() as session:
            await session.execute(text("ALTER TABLE api_keys DROP CONSTRAINT never"))
