"""Who may do what: a matrix of every route in the OpenAPI document and every kind of caller."""

from typing import Any

import httpx2
import pytest

from api.app import create_app
from models.tables.tenants import DEFAULT_TENANT
from services import keys
from services.infra.config import Settings
from services.webhooks import endpoints
from tests import make
from tests.integration.api import scene
from tests.integration.api.conftest import NewKey, Sessions
from tests.integration.api.serving import client_of
from tests.integration.api.test_uploads import files, upload
from tests.integration.webhooks.scene import POLICY, deliveries

OPEN = {"/livez", "/readyz", "/metrics", "/version"}
BODIES: dict[str, Any] = {
    "change_webhook": {"json": {"disabled": True}},
    "create_webhook": {"json": {"url": "http://127.0.0.1:9999/"}},
    "rechunk_document": {"json": {}},
    "replay_deliveries": {"json": {"since": "2026-11-20T08:00:00Z"}},
    "upload_document": {"files": {"file": ("a.txt", b"text")}},
}
ROUTES = [
    (operation["operationId"], method.upper(), path)
    for path, methods in create_app(Settings(api_key_required=True)).openapi()["paths"].items()
    for method, operation in methods.items()
]
GUARDED = [route for route in ROUTES if route[2] not in OPEN]
OWNED = [route for route in GUARDED if "{" in route[2]]


@pytest.mark.parametrize(("operation", "method", "path"), GUARDED)
async def test_nobody_gets_past_the_door_without_a_good_key(
    anonymous: httpx2.AsyncClient, sessions: Sessions, operation: str, method: str, path: str
) -> None:
    async with sessions.begin() as session:
        record, revoked = await keys.create(session, DEFAULT_TENANT, "old")
        await keys.revoke(session, record.id)
    callers: list[dict[str, str]] = [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer kerf_unknown"},
        {"Authorization": f"Basic {revoked}"},
        {"Authorization": f"Bearer {revoked}"},
        {"X-API-Key": revoked},
        {"X-API-Key": "ÿþ"},
    ]
    for headers in callers:
        sent = httpx2.Headers(headers, encoding="latin-1")
        plain = path.replace("{", "").replace("}", "")
        response = await anonymous.request(method, plain, headers=sent, **BODIES.get(operation, {}))
        assert (response.status_code, response.json()["code"]) == (401, "unauthenticated"), headers
        assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", sorted(OPEN))
async def test_probes_need_no_key(anonymous: httpx2.AsyncClient, path: str) -> None:
    assert (await anonymous.get(path)).status_code == 200


@pytest.mark.parametrize(("operation", "method", "path"), OWNED)
async def test_what_belongs_to_another_tenant_answers_exactly_like_what_does_not_exist(
    client: httpx2.AsyncClient, sessions: Sessions, operation: str, method: str, path: str
) -> None:
    async with sessions.begin() as session:
        await make.create_tenant(session, "other")
    async with sessions.begin() as session:
        hook = await endpoints.register(
            session, tenant_id="other", url="http://127.0.0.1:9999/", policy=POLICY
        )
    job = await scene.finished(sessions, tenant_id="other")
    (delivery,) = await deliveries(sessions)
    theirs = {
        "document_id": job.document_id,
        "job_id": job.id,
        "chunk_id": make.wire_chunk("", 0)["id"],
        "webhook_id": hook.id,
        "delivery_id": delivery.id,
    }
    unknown = {name: value[:-1] + ("0" if value[-1] != "0" else "1") for name, value in theirs.items()}
    answers = [
        await client.request(method, path.format(**chosen), **BODIES.get(operation, {}))
        for chosen in (theirs, unknown)
    ]
    bodies = [{**answer.json(), "instance": None} for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert bodies[0] == bodies[1]


async def test_lists_show_nothing_of_another_tenant(
    client: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey
) -> None:
    async with sessions.begin() as session:
        await make.create_tenant(session, "other")
    theirs = await scene.finished(sessions, tenant_id="other")
    for path in ("/v1/documents", "/v1/jobs", "/v1/webhooks"):
        assert (await client.get(path)).json()["data"] == []
    seen = await client.get("/v1/documents", headers=await new_key("other"))
    assert [document["id"] for document in seen.json()["data"]] == [theirs.document_id]


async def test_the_key_is_taken_from_either_header(anonymous: httpx2.AsyncClient, new_key: NewKey) -> None:
    bearer = await new_key(DEFAULT_TENANT)
    key = bearer["Authorization"].removeprefix("Bearer ")
    for headers in (bearer, {"X-API-Key": key}, {"Authorization": f"bearer {key}"}):
        assert (await anonymous.get("/v1/documents", headers=headers)).status_code == 200


async def test_without_required_keys_everybody_is_the_default_tenant(
    settings: Settings, sessions: Sessions
) -> None:
    relaxed = settings.model_copy(update={"api_key_required": False})
    async with client_of(create_app(relaxed, sessions=sessions)) as client:
        assert (await upload(client)).status_code == 202
        assert len((await client.get("/v1/documents")).json()["data"]) == 1
        wrong = await client.get("/v1/documents", headers={"X-API-Key": "kerf_wrong"})
    assert wrong.status_code == 401


async def test_no_byte_of_an_upload_is_stored_for_a_stranger(
    anonymous: httpx2.AsyncClient, settings: Settings
) -> None:
    assert (await upload(anonymous)).status_code == 401
    assert not files(settings.data_dir)
