"""Every error is a problem; none says more than it should."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import LogCapture

from api.app import create_app
from models.error_forms import by_code
from models.errors import KerfError, LawViolation
from models.tables.tenants import DEFAULT_TENANT
from services.documents import queries
from services.infra.config import Settings
from tests.integration.api.conftest import NewKey, Sessions
from tests.integration.api.serving import client_of
from tests.integration.api.test_uploads import upload

CODES = {"malformed_request", "method_not_allowed", "unsupported_media_type", "invalid_request"} | set(
    by_code()
)
SECRET = "postgresql://kerf:hunter2@db/kerf"


def check(response: httpx2.Response, status: int, code: str) -> None:
    """The answer is a complete problem of RFC 9457 and tied to its log line."""
    body = response.json()
    assert response.status_code == body["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:kerf:problem:{code}"
    assert body["code"] == code
    assert code in CODES
    assert body["instance"] == f"urn:kerf:request:{response.headers['x-request-id']}"
    assert body["title"]
    assert body["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/v1/documents/", 404, "not_found"),
        ("GET", "/v1/documents/doc_unknown", 404, "not_found"),
        ("GET", f"/v1/documents/doc_{'x' * 500}", 404, "not_found"),
        ("GET", "/v1/documents/doc_%00", 404, "not_found"),
        ("GET", "/v1/documents/doc_%ff", 404, "not_found"),
        ("GET", "/v1/documents/doc_%ED%A0%80", 404, "not_found"),
        ("GET", "/v1/jobs/%F0%9F%98%80", 404, "not_found"),
        ("GET", "/docs", 404, "not_found"),
        ("PUT", "/v1/documents", 405, "method_not_allowed"),
        ("OPTIONS", "/livez", 405, "method_not_allowed"),
        ("GET", "/v1/documents?limit=x", 422, "invalid_request"),
        ("GET", "/v1/documents?cursor=%00", 422, "invalid_request"),
        ("GET", "/v1/documents?cursor=%ED%A0%80", 422, "invalid_cursor"),
        ("POST", "/v1/webhooks", 415, "unsupported_media_type"),
    ],
)
async def test_every_error_is_a_complete_problem(
    client: httpx2.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    check(await client.request(method, path), status, code)


async def test_a_wrong_method_is_told_the_right_ones(client: httpx2.AsyncClient) -> None:
    assert (await client.put("/v1/documents")).headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ('{"url": "https://a.example/\\u0000"}', ["/url"]),
        ('{"url": "https://a.example/\\ud800"}', ["/url"]),
        ('{"url": "https://a.example/", "\\ud800": 1}', [""]),
        ('{"url": 5, "events": ["document.exploded"], "x/y~z": 1}', ["/url", "/events/0", "/x~1y~0z"]),
        ("{}", ["/url"]),
        ('{"url": "' + "x" * 3000 + '"}', ["/url"]),
    ],
)
async def test_each_fault_is_pointed_at(client: httpx2.AsyncClient, body: str, pointers: list[str]) -> None:
    headers = {"content-type": "application/json"}
    response = await client.post("/v1/webhooks", content=body, headers=headers)
    check(response, 422, "invalid_request")
    assert [fault["pointer"] for fault in json.loads(response.text)["errors"]] == pointers


@pytest.fixture
def log() -> Iterator[LogCapture]:
    """The events that are logged, whoever has configured logging before."""
    capture = LogCapture()
    kept = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, capture])
    yield capture
    structlog.configure(**kept)


@pytest.mark.parametrize("error", [RuntimeError(SECRET), LawViolation(SECRET), KerfError(SECRET)])
async def test_a_bug_is_answered_without_a_word_of_what_it_was(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, log: LogCapture, error: Exception
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(queries, "list_all", broken)
    response = await client.get("/v1/documents")
    check(response, 500, "internal")
    assert "hunter2" not in response.text
    (entry,) = [entry for entry in log.entries if entry["event"] == "unhandled"]
    assert entry["error"] == type(error).__name__
    assert entry["request_id"] == response.headers["x-request-id"]
    assert any("broken" in frame for frame in entry["where"])


async def test_a_database_that_is_gone_is_a_503_and_the_probes_say_so(
    settings: Settings, new_key: NewKey
) -> None:
    gone = settings.model_copy(
        update={
            "database_url": Settings(database_url="postgresql://kerf:hunter2@127.0.0.1:1/kerf").database_url
        }
    )
    async with client_of(create_app(gone)) as client:
        for response in (
            await client.get("/v1/documents", headers=await new_key(DEFAULT_TENANT)),
            await upload(client, webhook_url="http://127.0.0.1:9999/"),
        ):
            assert response.status_code in {401, 503}
        unavailable = await client.get("/v1/jobs", headers={"X-API-Key": "kerf_x"})
        ready = await client.get("/readyz")
        metrics = await client.get("/metrics")
        alive = await client.get("/livez")
    check(unavailable, 503, "unavailable")
    check(ready, 503, "unavailable")
    assert int(unavailable.headers["retry-after"]) > 0
    assert ready.json()["checks"] == {"database": "unreachable", "schema": "unknown", "storage": "ok"}
    assert "kerf_database_up 0.0" in metrics.text
    assert alive.status_code == 200
    assert "hunter2" not in unavailable.text + ready.text + metrics.text


async def test_a_store_that_takes_nothing_is_a_503(
    settings: Settings, sessions: Sessions, new_key: NewKey, tmp_path: Path
) -> None:
    (tmp_path / "occupied").write_text("a file where the store's folder should be")
    broken = settings.model_copy(update={"data_dir": tmp_path / "occupied"})
    async with client_of(create_app(broken, sessions=sessions)) as client:
        client.headers.update(await new_key(DEFAULT_TENANT))
        response = await upload(client)
        ready = await client.get("/readyz")
    check(response, 503, "storage_error")
    assert ready.json()["checks"]["storage"] == "unwritable"
    assert str(tmp_path) not in response.text


async def test_a_given_request_id_is_kept_when_it_is_harmless(client: httpx2.AsyncClient) -> None:
    kept = await client.get("/livez", headers={"X-Request-Id": "trace-1:2.3"})
    replaced = await client.get("/livez", headers={"X-Request-Id": 'x" evil="\x1b[31m'})
    assert kept.headers["x-request-id"] == "trace-1:2.3"
    assert replaced.headers["x-request-id"].isalnum()


async def test_a_request_leaves_one_line_without_bodies_or_secrets(
    client: httpx2.AsyncClient, log: LogCapture
) -> None:
    key = client.headers["authorization"].removeprefix("Bearer ")
    response = await client.get(f"/v1/documents?cursor={key}")
    (entry,) = log.entries
    assert entry["event"] == "request"
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/v1/documents", response.status_code)
    assert key not in str(entry)


async def test_a_hostile_path_stays_one_harmless_value(client: httpx2.AsyncClient, log: LogCapture) -> None:
    await client.get("/a%0D%0Ab%1B[31m%22%00" + "x" * 5000)
    (entry,) = log.entries
    assert entry["path"].startswith("/a%0D%0Ab%1B")
    assert entry["path"].isprintable()
    assert len(entry["path"]) <= 500


async def test_nothing_of_a_failed_request_is_committed(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = AsyncSession.flush

    async def flush_then_fail(self: AsyncSession) -> None:
        await flush(self)
        raise RuntimeError(SECRET)

    monkeypatch.setattr(AsyncSession, "flush", flush_then_fail)
    assert (await upload(client)).status_code == 500
    monkeypatch.undo()
    assert (await client.get("/v1/documents")).json()["data"] == []
