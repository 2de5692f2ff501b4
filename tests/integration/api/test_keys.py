"""Who may do what: a matrix of every route in the OpenAPI document and every kind of caller."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from api.app import create_app
from models.scopes import Scope
from models.tables.documents import DocumentRecord
from models.tables.idempotency import IdempotencyRecord
from models.tables.jobs import JobRecord
from models.tables.tenants import DEFAULT_TENANT
from models.tables.uploads import UploadRecord
from models.tables.webhooks import EndpointRecord
from services import keys, uploads
from services.infra.config import Settings
from services.webhooks import endpoints
from tests import make
from tests.integration.api import scene
from tests.integration.api.conftest import NewKey, Sessions
from tests.integration.api.serving import client_of
from tests.integration.api.test_uploads import files, upload
from tests.integration.webhooks.scene import POLICY, deliveries
from tests.rows import count_of

OPEN = {"/livez", "/readyz", "/metrics", "/version"}
BODIES: dict[str, Any] = {
    "create_key": {"json": {"name": "indexer"}},
    "change_webhook": {"json": {"disabled": True}},
    "create_webhook": {"json": {"url": "http://127.0.0.1:9999/"}},
    "rechunk_document": {"json": {}},
    "replay_deliveries": {"json": {"since": "2026-11-20T08:00:00Z"}},
    "upload_batch": {"files": {"file": ("a.txt", b"text")}},
    "upload_document": {"files": {"file": ("a.txt", b"text")}},
}
TUS = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Upload-Length": "9"}
HEADERS = {
    "append_to_upload": {**TUS, "Content-Type": "application/offset+octet-stream"},
    "begin_upload": TUS,
    "get_upload": TUS,
    "terminate_upload": TUS,
}
DOCUMENT = create_app(Settings(api_key_required=True)).openapi()
OPERATIONS = {
    (operation["operationId"], method.upper(), path): operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
GUARDED = [route for route in OPERATIONS if route[2] not in OPEN]
OWNED = [route for route in GUARDED if "{" in route[2]]
NOT_STORED = {"get_parsed_document", "get_outline"}
"""The scene has no parsed form of its documents."""

SAME = {"X-Request-Id": "one-and-the-same"}


def asked(operation: str, headers: dict[str, str]) -> dict[str, Any]:
    """A request as its operation wants it."""
    sent = httpx2.Headers({**HEADERS.get(operation, {}), **headers}, encoding="latin-1")
    return {"headers": sent, **BODIES.get(operation, {})}


def needed(route: tuple[str, str, str]) -> Scope:
    """What the document says that a route asks for."""
    schemes = OPERATIONS[route]["security"]
    assert {name for choice in schemes for name in choice} == {"ApiKeyBearer", "ApiKeyHeader"}
    (scope,) = {scope for choice in schemes for scopes in choice.values() for scope in scopes}
    return Scope(scope)


def plain(path: str) -> str:
    """The path with ids that are of the right form and name nothing."""
    prefixes = {"document": "doc", "batch": "bat", "chunk": "chk", "webhook": "ep", "delivery": "dlv"}
    prefixes["upload"] = "upl"
    for name in (*prefixes, "job", "key"):
        prefix = prefixes.get(name, name)
        path = path.replace(f"{{{name}_id}}", f"{prefix}_unknown")
    return path


def test_every_route_is_open_on_purpose_or_says_what_it_asks_for() -> None:
    assert {route[2] for route in OPERATIONS if "security" not in OPERATIONS[route]} == OPEN
    for route in GUARDED:
        operation, method, path = route
        assert ("403" in OPERATIONS[route]["responses"]) is (needed(route) is not Scope.READ), operation
        if method not in {"GET", "HEAD", "OPTIONS"}:
            assert needed(route).covers(Scope.WRITE), operation
        if path.startswith("/v1/keys"):
            assert needed(route) is Scope.ADMIN, operation
    assert needed(("get_webhook_secret", "GET", "/v1/webhooks/{webhook_id}/secret")) is Scope.WRITE
    assert DOCUMENT["components"]["schemas"]["Scope"]["enum"] == [*Scope]


@pytest.mark.parametrize(("operation", "method", "path"), GUARDED)
async def test_nobody_gets_past_the_door_without_a_good_key(
    anonymous: httpx2.AsyncClient, sessions: Sessions, operation: str, method: str, path: str
) -> None:
    async with sessions.begin() as session:
        record, revoked = await keys.create(session, DEFAULT_TENANT, "old", scope=Scope.ADMIN)
        await keys.revoke(session, record.id)
        soon = datetime.now(UTC) + timedelta(hours=1)
        late, expired = await keys.create(session, DEFAULT_TENANT, "late", scope=Scope.ADMIN, expires_at=soon)
        past = text("UPDATE api_keys SET expires_at = clock_timestamp() WHERE id = :id")
        await session.execute(past, {"id": late.id})
    answers: set[bytes] = set()
    callers: list[dict[str, str]] = [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer kerf_unknown"},
        {"Authorization": f"Basic {revoked}"},
        {"Authorization": f"Bearer {revoked}"},
        {"X-API-Key": revoked},
        {"Authorization": f"Bearer {expired}"},
        {"Authorization": f"Bearer {record.digest}"},
        {"X-API-Key": "ÿþ"},
    ]
    for headers in callers:
        response = await anonymous.request(method, plain(path), **asked(operation, {**headers, **SAME}))
        assert response.status_code == 401, headers
        assert method == "HEAD" or response.json()["code"] == "unauthenticated"
        assert response.headers["www-authenticate"].startswith("Bearer")
        answers.add(response.content)
    assert len(answers) == 1, "nothing tells an expired key from one that never was"


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route[0])
async def test_a_key_may_what_its_scope_says_and_no_more(
    anonymous: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey, route: tuple[str, str, str]
) -> None:
    operation, method, path = route
    for held in Scope:
        headers = await new_key(DEFAULT_TENANT, held)
        answer = await anonymous.request(method, plain(path), **asked(operation, headers))
        if held.covers(needed(route)):
            assert answer.status_code not in {401, 403}
            assert answer.status_code < 500
            continue
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert answer.json()["scope"] == needed(route)
        assert "insufficient_scope" in answer.headers["www-authenticate"]
        for table in (DocumentRecord, JobRecord, EndpointRecord, IdempotencyRecord, UploadRecord):
            assert await count_of(sessions, table) == 0


@pytest.mark.parametrize("path", sorted(OPEN))
async def test_probes_need_no_key(anonymous: httpx2.AsyncClient, path: str) -> None:
    assert (await anonymous.get(path)).status_code == 200


@pytest.mark.parametrize(("operation", "method", "path"), OWNED)
async def test_what_belongs_to_another_tenant_answers_exactly_like_what_does_not_exist(
    anonymous: httpx2.AsyncClient,
    sessions: Sessions,
    new_key: NewKey,
    operation: str,
    method: str,
    path: str,
) -> None:
    async with sessions.begin() as session:
        await make.create_tenant(session, "other")
    async with sessions.begin() as session:
        hook = await endpoints.register(
            session, tenant_id="other", url="http://127.0.0.1:9999/", policy=POLICY
        )
        key, _ = await keys.create(session, "other", "theirs")
        wanted = uploads.Wanted(9, "", {})
        begun = await uploads.begin(session, "other", wanted, lasts=timedelta(hours=1), most=None)
    job = await scene.finished(sessions, tenant_id="other")
    async with sessions.begin() as session:
        batch = await make.create_batch(session, job)
    (delivery,) = await deliveries(sessions)
    theirs = {
        "document_id": job.document_id,
        "job_id": job.id,
        "batch_id": batch.id,
        "chunk_id": make.wire_chunk("", 0)["id"],
        "webhook_id": hook.id,
        "delivery_id": delivery.id,
        "key_id": key.id,
        "upload_id": begun.id,
    }
    unknown = {name: value[:-1] + ("0" if value[-1] != "0" else "1") for name, value in theirs.items()}
    headers = {**await new_key(DEFAULT_TENANT, Scope.ADMIN), **SAME}
    first, second = [
        await anonymous.request(method, path.format(**chosen), **asked(operation, headers))
        for chosen in (theirs, unknown)
    ]
    assert (first.status_code, second.status_code) == (404, 404)
    assert first.content == second.content
    assert first.headers == second.headers
    owner = await new_key("other", Scope.ADMIN)
    own = await anonymous.request(method, path.format(**theirs), **asked(operation, owner))
    assert own.status_code != 404 or operation in NOT_STORED, "the owner does find it"


async def test_lists_show_nothing_of_another_tenant(
    client: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey
) -> None:
    async with sessions.begin() as session:
        await make.create_tenant(session, "other")
        await keys.create(session, "other", "theirs")
    theirs = await scene.finished(sessions, tenant_id="other")
    async with sessions.begin() as session:
        await make.create_batch(session, theirs)
    ours = await new_key(DEFAULT_TENANT, Scope.ADMIN)
    for path in ("/v1/documents", "/v1/jobs", "/v1/batches", "/v1/webhooks"):
        assert (await client.get(path)).json()["data"] == []
    shown = (await client.get("/v1/keys", headers=ours)).json()["data"]
    assert [key["name"] for key in shown] == ["test", "test"]
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
