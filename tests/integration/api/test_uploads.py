"""Uploading over the real form parser into the real store."""

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord
from models.tables.webhooks import EndpointRecord
from services.infra.storage import LocalStorage
from tests.integration.api.conftest import Sessions

TEXT = b"Either party may terminate this Agreement upon thirty days' written notice."
OPTIONS = {"strategy": "sentence", "tokenizer": "characters", "max_tokens": 64}


async def upload(client: httpx2.AsyncClient, data: bytes = TEXT, **fields: Any) -> httpx2.Response:
    """A form with the file last, as the documentation recommends."""
    name = fields.pop("name", "agreement.txt")
    return await client.post("/v1/documents", data=fields, files={"file": (name, data)})


def faults(response: httpx2.Response) -> list[str]:
    """The pointers of a problem's errors."""
    return [fault["pointer"] for fault in response.json()["errors"]]


def files(folder: Path) -> set[Path]:
    """Everything that is kept there."""
    return {path for path in folder.rglob("*") if path.is_file()}


async def test_an_upload_answers_with_the_job_and_where_to_follow_it(client: httpx2.AsyncClient) -> None:
    response = await upload(client, options=json.dumps(OPTIONS))

    job = response.json()
    assert response.status_code == 202
    assert response.headers["location"] == f"/v1/jobs/{job['id']}"
    assert int(response.headers["retry-after"]) >= 0
    assert job["state"] == "queued"
    assert job["options"]["strategy"] == "sentence"
    assert job["options"]["max_tokens"] == 64
    assert job["options"]["overlap_tokens"] == 0
    assert (await client.get(response.headers["location"])).json() == job


async def test_the_bytes_are_in_the_store_under_their_hash(
    client: httpx2.AsyncClient, storage: LocalStorage
) -> None:
    data = bytes(range(256)) * 3000 + b"\r\n--not-the-boundary\r\n"
    job = (await upload(client, data)).json()

    document = (await client.get(f"/v1/documents/{job['document']}")).json()
    assert document["sha256"] == hashlib.sha256(data).hexdigest()
    assert document["size"] == len(data)
    assert (await storage.fetch(document["sha256"])).read_bytes() == data


async def test_a_body_that_arrives_byte_by_byte_is_read_the_same(client: httpx2.AsyncClient) -> None:
    request = client.build_request("POST", "/v1/documents", files={"file": ("ä.txt", TEXT)})
    body = request.read()

    async def drops() -> AsyncIterator[bytes]:
        for byte in body:
            yield bytes([byte])

    headers = {"content-type": request.headers["content-type"]}
    job = (await client.post("/v1/documents", content=drops(), headers=headers)).json()
    document = (await client.get(f"/v1/documents/{job['document']}")).json()
    assert (document["name"], document["size"]) == ("ä.txt", len(TEXT))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\contract.pdf", "contract.pdf"),
        ("Überlassung § 5.pdf", "Überlassung § 5.pdf"),
        ("line\nbreak.txt", "line%0Abreak.txt"),
    ],
)
async def test_a_file_name_loses_its_folders_and_nothing_else(
    client: httpx2.AsyncClient, given: str, kept: str
) -> None:
    job = (await upload(client, name=given)).json()
    assert (await client.get(f"/v1/documents/{job['document']}")).json()["name"] == kept


async def test_what_the_document_is_decides_the_job_and_not_the_upload(client: httpx2.AsyncClient) -> None:
    for data in (b"", b"\x7fELF\x02\x01\x01", b"%PDF-1.7 broken"):
        assert (await upload(client, data)).status_code == 202


async def test_the_options_default_when_none_are_given(client: httpx2.AsyncClient) -> None:
    assert (await upload(client)).json()["options"]["strategy"] == "auto"


@pytest.mark.parametrize(
    ("options", "pointer", "code"),
    [
        ("{", "/options", "invalid_request"),
        ("[]", "/options", "invalid_request"),
        ('{"max_tokens": NaN}', "/options", "invalid_request"),
        ("[" * 60_000, "/options", "invalid_request"),
        ('{"max_tokens": ' + "9" * 5000 + "}", "/options", "invalid_request"),
        ('{"max_tokens": 3}', "/options/max_tokens", "invalid_options"),
        ('{"max_token": 300}', "/options/max_token", "invalid_options"),
        ('{"strategy": "magic"}', "/options/strategy", "invalid_options"),
        ('{"tokenizer": "a\\u0000b"}', "/options/tokenizer", "invalid_request"),
        ('{"tokenizer": "\\ud800"}', "/options/tokenizer", "invalid_request"),
        ('{"\\udfff": 1}', "/options", "invalid_request"),
    ],
)
async def test_a_mistake_in_the_options_is_pointed_at(
    client: httpx2.AsyncClient, options: str, pointer: str, code: str
) -> None:
    response = await upload(client, options=options)
    assert response.status_code == 422
    assert faults(response) == [pointer]
    assert response.json()["code"] == code


async def test_a_mistake_before_the_file_costs_no_byte_of_storage(
    client: httpx2.AsyncClient, tmp_path: Path
) -> None:
    assert (await upload(client, options='{"max_tokens": 3}')).status_code == 422
    assert not files(tmp_path)


async def test_nothing_is_recorded_of_a_refused_upload(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    await upload(client, options="{")
    await upload(client, b"x" * (1 << 20) + b"y")
    async with sessions() as session:
        assert (await session.scalars(select(DocumentRecord))).all() == []
        assert (await session.scalars(select(JobRecord))).all() == []


async def test_an_upload_over_the_limit_is_refused_and_leaves_nothing_behind(
    client: httpx2.AsyncClient, tmp_path: Path
) -> None:
    at_the_limit = await upload(client, b"x" * (1 << 20))
    kept = files(tmp_path)
    over = await upload(client, b"y" * ((1 << 20) + 1))

    assert at_the_limit.status_code == 202
    assert (over.status_code, over.json()["code"]) == (413, "too_large")
    assert files(tmp_path) == kept


async def test_a_webhook_address_comes_in_a_field_or_inside_the_options(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    address = "http://127.0.0.1:9999/hook"
    beside = await upload(client, webhook_url=address)
    inside = await upload(client, options=json.dumps({**OPTIONS, "webhook_url": address}))

    assert (beside.status_code, inside.status_code) == (202, 202)
    async with sessions() as session:
        endpoint = (await session.scalars(select(EndpointRecord))).one()
        jobs = (await session.scalars(select(JobRecord))).all()
    assert (endpoint.url, endpoint.per_upload) == (address, True)
    assert {job.endpoint_id for job in jobs} == {endpoint.id}
    assert all("webhook_url" not in job.options for job in jobs)


@pytest.mark.parametrize(
    "address", ["ftp://example.com/", "hook", "", "https://user@example.com/", "x" * 5000]
)
async def test_an_address_that_cannot_be_one_is_refused(client: httpx2.AsyncClient, address: str) -> None:
    response = await upload(client, webhook_url=address)
    assert (response.status_code, response.json()["code"]) == (422, "target_refused")
    assert faults(response) == ["/webhook_url"]


async def test_an_address_given_twice_or_not_as_text_is_refused(client: httpx2.AsyncClient) -> None:
    twice = await upload(
        client, webhook_url="https://a.example/", options='{"webhook_url": "https://b.example/"}'
    )
    number = await upload(client, options='{"webhook_url": 7}')
    assert [twice.status_code, number.status_code] == [422, 422]
    assert faults(twice) == faults(number) == ["/webhook_url"]


async def test_an_upload_says_how_urgent_it_is(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    for priority, stored in (("interactive", 0), ("bulk", 2), ("auto", 0)):
        job = (await upload(client, f"{priority} {TEXT!r}".encode(), priority=priority)).json()
        async with sessions() as session:
            assert (await session.get_one(JobRecord, job["id"])).priority == stored
    refused = await upload(client, priority="now")
    assert (refused.status_code, faults(refused)) == (422, ["/priority"])
