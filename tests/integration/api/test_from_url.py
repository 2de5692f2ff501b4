"""Documents whose URL is given instead of their bytes."""

from typing import Any

import httpx2
import pytest

from api.app import create_app
from models.tables.documents import DocumentRecord
from models.tables.fetches import FetchRecord
from models.tables.jobs import JobRecord
from models.tables.webhooks import EndpointRecord
from services import quotas
from services.infra.config import Settings
from services.infra.storage import LocalStorage
from tests.integration.api.conftest import NewKey, Sessions
from tests.integration.api.serving import client_of
from tests.integration.api.test_job_events import parsed
from tests.integration.api.test_uploads import OPTIONS, faults
from tests.integration.fetches.scene import fetch_all
from tests.integration.fetches.source import answer, saying, source
from tests.make import create_tenant
from tests.rows import count_of
from tests.unit.webhooks.hostile import WHOLE_URLS

URL = "https://docs.example.com/files/report.txt?signature=sig-0123456789"
SECRET = "sig-0123456789"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"fetch_allow_private": True})


async def ask(client: httpx2.AsyncClient, url: str = URL, **members: Any) -> httpx2.Response:
    return await client.post("/v1/documents", json={"url": url, **members})


async def test_a_url_is_answered_with_a_job_that_fetches(client: httpx2.AsyncClient) -> None:
    response = await ask(client, options=OPTIONS, external_id="report", priority="bulk")

    job = response.json()
    assert response.status_code == 202
    assert response.headers["location"] == f"/v1/jobs/{job['id']}"
    assert (job["state"], job["stage"]) == ("fetching", "fetching")
    assert job["url"] == "https://docs.example.com/files/report.txt"
    assert job["options"]["strategy"] == "sentence"
    document = (await client.get(f"/v1/documents/{job['document']}")).json()
    assert (document["name"], document["sha256"], document["size"]) == ("report.txt", None, None)
    assert (document["external_id"], document["version"], document["result"]) == ("report", None, None)
    for path in (f"/v1/jobs/{job['id']}", "/v1/jobs?state=fetching", "/v1/documents", "/metrics"):
        answer = await client.get(path)
        assert (answer.status_code, SECRET in answer.text) == (200, False), path
    assert 'kerf_jobs{state="fetching"} 1.0' in (await client.get("/metrics")).text
    assert (await client.get(f"/v1/documents/{job['document']}/chunks")).json()["data"] == []
    assert (await client.get(f"/v1/documents/{job['document']}/parsed")).status_code == 404
    cut = await client.post(f"/v1/documents/{job['document']}/chunks", json={})
    assert (cut.status_code, cut.json()["code"]) == (409, "conflict")


async def test_waiting_and_following_see_the_bytes_come(
    client: httpx2.AsyncClient, sessions: Sessions, storage: LocalStorage
) -> None:
    with source(saying(answer(status=404))) as server:
        job = (await ask(client, server.url())).json()
        first = (await client.get(f"/v1/jobs/{job['id']}?wait=0.1")).json()
        assert first == job
        await fetch_all(sessions, storage)
    ended = (await client.get(f"/v1/jobs/{job['id']}?wait=60")).json()
    assert ended["failure"] == {
        "code": "fetch_denied",
        "message": "The source answered with status 404.",
        "retryable": False,
        "stage": "fetching",
        "page": None,
        "pages": None,
    }
    followed = await client.get(f"/v1/jobs/{job['id']}/events")
    assert [(event.kind, event.job) for event in parsed(followed.content)] == [("final", ended)]
    again = await client.post(f"/v1/jobs/{job['id']}/redrive")
    assert (again.status_code, again.json()["state"]) == (202, "fetching")
    cancelled = await client.delete(f"/v1/jobs/{job['id']}")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert await count_of(sessions, FetchRecord) == 0


async def test_a_repeated_request_is_the_first_one(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    key = {"Idempotency-Key": '"once"'}
    sent = [
        await client.post("/v1/documents", json={"url": url}, headers=key) for url in (URL, URL, URL + "x")
    ]
    assert [response.status_code for response in sent] == [202, 202, 422]
    assert sent[0].json() == sent[1].json()
    assert sent[1].headers["idempotency-replayed"] == "true"
    assert sent[2].json()["code"] == "idempotency_key_reused"
    assert (await ask(client)).json()["id"] != sent[0].json()["id"], "what is behind a URL may have changed"
    assert await count_of(sessions, JobRecord) == 2


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/url"),
        ({"url": None}, "/url"),
        ({"url": 7}, "/url"),
        ({"url": "ftp://example.com/"}, "/url"),
        ({"url": "https://example.com/#part"}, "/url"),
        ({"url": "https://user:secret@example.com/"}, "/url"),
        ({"url": "https://169.254.169.254/latest"}, "/url"),
        ({"url": URL, "file": "x"}, ""),
        ({"url": URL, "options": "auto"}, "/options"),
        ({"url": URL, "options": {"max_tokens": 1}}, "/options/max_tokens"),
        ({"url": URL, "parsing": {"ocr": "maybe"}}, "/parsing/ocr"),
        ({"url": URL, "parsing": []}, "/parsing"),
        ({"url": URL, "webhook_url": "https://127.1/"}, "/webhook_url"),
        ({"url": URL, "external_id": ""}, "/external_id"),
        ({"url": URL, "external_id": "a\0"}, "/external_id"),
        ({"url": URL, "priority": ""}, "/priority"),
        ({"url": URL, "priority": None}, "/priority"),
        (["url"], "/body"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_the_place_and_leaves_nothing(
    client: httpx2.AsyncClient, sessions: Sessions, body: Any, pointer: str
) -> None:
    response = await client.post("/v1/documents", json=body)
    assert (response.status_code, faults(response)) == (422, [pointer])
    for table in (JobRecord, DocumentRecord, FetchRecord, EndpointRecord):
        assert await count_of(sessions, table) == 0


async def test_no_hostile_url_is_taken(
    settings: Settings, sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    strict = create_app(settings.model_copy(update={"fetch_allow_private": False}), sessions=sessions)
    async with client_of(strict) as caller:
        caller.headers.update(client.headers)
        for url in WHOLE_URLS:
            response = await ask(caller, url)
            assert response.status_code == 422, url
            assert response.json()["code"] in {"target_refused", "invalid_request"}
    assert await count_of(sessions, JobRecord) == 0


async def test_a_body_that_is_too_large_or_no_json_is_refused(client: httpx2.AsyncClient) -> None:
    json_type = {"content-type": "application/json"}
    large = b"{" + b" " * (1 << 17) + b"}"
    for data, status in ((large, 413), (b"{", 422), (b"\xff", 422), (b"[" * 9999, 422)):
        response = await client.post("/v1/documents", content=data, headers=json_type)
        assert response.status_code == status


async def test_where_fetching_is_off_it_says_so(
    settings: Settings, sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    off = create_app(settings.model_copy(update={"fetch_urls": False}), sessions=sessions)
    async with client_of(off) as other:
        other.headers.update(client.headers)
        response = await ask(other)
    assert (response.status_code, response.json()["code"]) == (422, "fetching_is_off")
    assert await count_of(sessions, JobRecord) == 0


async def test_jobs_that_fetch_count_as_waiting_and_no_other_tenant_sees_them(
    client: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
        await quotas.change(session, "other", {"max_queued": 1})
    theirs = await new_key("other")
    job = (await client.post("/v1/documents", json={"url": URL}, headers=theirs)).json()
    refused = await client.post("/v1/documents", json={"url": URL}, headers=theirs)
    assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")
    assert (await client.get("/v1/capacity", headers=theirs)).json()["queued"] == 1
    for path in (f"/v1/jobs/{job['id']}", f"/v1/documents/{job['document']}"):
        assert (await client.get(path)).status_code == 404
    assert (await client.get("/v1/jobs")).json()["data"] == []
