"""A request with an Idempotency-Key has its effect once, however often it is sent."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, text

from api import idempotency as guard
from models.tables.documents import DocumentRecord
from models.tables.idempotency import IdempotencyRecord
from models.tables.jobs import JobRecord
from services import idempotency
from services.idempotency import RequestInFlight
from tests.integration.api import scene
from tests.integration.api.conftest import NewKey, Sessions
from tests.make import create_tenant
from tests.rows import count_of

KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'
FILES = {"file": ("a.txt", b"Either party may terminate.")}


async def upload(client: httpx2.AsyncClient, key: str = KEY, **request: Any) -> httpx2.Response:
    headers = {"Idempotency-Key": key, **request.pop("headers", {})}
    return await client.post("/v1/documents", headers=headers, **{"files": FILES, **request})


async def test_a_repeated_upload_gets_the_first_answer_again(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    first = await upload(client)
    await client.delete(first.headers["location"])  # the job is another one by now, the answer is not
    again = await upload(client)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["retry-after"] == first.headers["retry-after"]
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (
        None,
        "true",
    )
    assert await count_of(sessions, JobRecord) == 1


async def test_a_key_makes_two_documents_of_equal_bytes_only_with_names(client: httpx2.AsyncClient) -> None:
    made = {(await upload(client, key)).json()["document"] for key in ('"1"', '"2"')}
    named = {(await upload(client, f'"{n}"', data={"external_id": n})).json()["document"] for n in "ab"}
    assert (len(made), len(named)) == (1, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"files": {"file": ("a.txt", b"Other bytes.")}},
        {"files": {"file": ("b.txt", FILES["file"][1])}},
        {"data": {"options": '{"max_tokens": 64}'}},
        {"data": {"external_id": "mine"}},
        {"data": {"webhook_url": "http://127.0.0.1:9999/hook"}},
    ],
)
async def test_a_key_that_comes_with_another_request_is_refused(
    client: httpx2.AsyncClient, change: dict[str, Any], sessions: Sessions
) -> None:
    assert (await upload(client)).status_code == 202
    other = await upload(client, **change)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await count_of(sessions, JobRecord) == 1


async def test_a_key_belongs_to_one_path(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    first, second = await scene.finished(sessions), await scene.finished(sessions)
    answers = [
        await client.post(
            f"/v1/documents/{job.document_id}/chunks", json={}, headers={"Idempotency-Key": KEY}
        )
        for job in (first, first, second)
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 422]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    "key",
    ["bare", '"open', 'open"', '""', '"a""b"', '"a\\b"', '"é"', f'"{"x" * 256}"', "'single'", '"a";b=1'],
)
async def test_a_key_that_is_no_quoted_string_is_malformed(client: httpx2.AsyncClient, key: str) -> None:
    headers = httpx2.Headers({"Idempotency-Key": key}, encoding="latin-1")
    response = await client.post("/v1/documents", files=FILES, headers=headers)
    assert (response.status_code, response.json()["code"]) == (400, "malformed_idempotency_key")


@pytest.mark.parametrize("key", ['"a"', '" "', '"\\"\\\\"', f'"{"x" * 255}"', ' "padded" '])
async def test_any_quoted_string_is_a_key(client: httpx2.AsyncClient, key: str) -> None:
    first, again = await upload(client, key), await upload(client, key)
    assert first.status_code == 202
    assert again.headers["idempotency-replayed"] == "true"


async def test_keys_of_two_tenants_do_not_meet(
    client: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    mine = await upload(client)
    theirs = await upload(client, headers=await new_key("other"))
    assert (mine.status_code, theirs.status_code) == (202, 202)
    assert mine.json()["document"] != theirs.json()["document"]


async def test_a_repetition_while_the_first_is_still_arriving_is_a_conflict(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    begun, arrived = asyncio.Event(), asyncio.Event()
    body = client.build_request("POST", "/v1/documents", files=FILES)
    content = body.read()

    async def slowly() -> AsyncIterator[bytes]:
        begun.set()
        yield content[:50]
        await arrived.wait()
        yield content[50:]

    headers = {"content-type": body.headers["content-type"], "Idempotency-Key": KEY}
    first = asyncio.create_task(client.post("/v1/documents", content=slowly(), headers=headers))
    await begun.wait()
    second = await upload(client)
    assert (second.status_code, second.json()["code"]) == (409, "request_in_flight")
    arrived.set()
    answered = await first
    assert (await upload(client)).content == answered.content
    assert await count_of(sessions, DocumentRecord) == 1


async def test_of_many_at_once_one_does_the_work_and_no_other_answer_exists(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    answers = await asyncio.gather(*(upload(client, data={"external_id": "n"}) for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.content for answer in answers if answer.status_code == 202}) == 1
    assert await count_of(sessions, JobRecord) == 1


async def test_a_refused_request_leaves_its_key_free(client: httpx2.AsyncClient) -> None:
    assert (await upload(client, data={"options": "{"})).status_code == 422
    assert (await upload(client)).status_code == 202


async def test_the_hold_of_a_process_that_died_runs_out(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await idempotency.hold(session, tenant_id="default", key=KEY.strip('"'), lease=timedelta(hours=1))
    assert (await upload(client)).status_code == 409
    async with sessions.begin() as session:
        await session.execute(text("UPDATE idempotency_keys SET pending_until = clock_timestamp()"))
    assert (await upload(client)).status_code == 202


async def test_a_request_whose_hold_was_taken_over_writes_nothing(sessions: Sessions) -> None:
    answer = idempotency.Answer(202, {}, "{}")

    async def held(lease: float) -> idempotency.Hold:
        async with sessions.begin() as session:
            found = await idempotency.hold(
                session, tenant_id="default", key="k", lease=timedelta(seconds=lease)
            )
        assert isinstance(found, idempotency.Hold)
        return found

    slow, quick = await held(-1), await held(30)
    for late in (idempotency.let_go, idempotency.keep):
        async with sessions.begin() as session:
            if late is idempotency.let_go:
                await idempotency.let_go(session, slow)
            else:
                with pytest.raises(RequestInFlight):
                    await idempotency.keep(session, slow, "f", answer)
    async with sessions.begin() as session:
        await idempotency.keep(session, quick, "f", answer)
    async with sessions.begin() as session:
        found = await idempotency.hold(session, tenant_id="default", key="k", lease=timedelta(seconds=30))
    assert found == idempotency.Kept("f", answer)


async def test_a_long_upload_keeps_its_hold(
    client: httpx2.AsyncClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "LEASE", timedelta(seconds=0.3))
    body = client.build_request("POST", "/v1/documents", files=FILES)
    content = body.read()
    ends: list[datetime | None] = []

    async def slowly() -> AsyncIterator[bytes]:
        yield content[:50]
        async with asyncio.timeout(30):
            while len(set(ends)) < 3:
                await asyncio.sleep(0.05)
                async with sessions() as session:
                    ends.append(await session.scalar(select(IdempotencyRecord.pending_until)))
        yield content[50:]

    headers = {"content-type": body.headers["content-type"], "Idempotency-Key": KEY}
    assert (await client.post("/v1/documents", content=slowly(), headers=headers)).status_code == 202
    assert None not in ends
    assert ends == sorted(end for end in ends if end)


async def test_an_answer_is_forgotten_after_a_day(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    first = await upload(client, data={"external_id": "a"})
    for age, kept in ((timedelta(hours=23), True), (timedelta(hours=2), False)):
        statement = "UPDATE idempotency_keys SET created_at = created_at - :age"
        async with sessions.begin() as session:
            await session.execute(text(statement), {"age": age})
            assert await idempotency.forget(session) == (0 if kept else 1)
        again = await upload(client, data={"external_id": "a"})
        assert (again.headers.get("idempotency-replayed") == "true") is kept
        assert again.json()["id"] == first.json()["id"]  # equal bytes of the same document, besides


async def test_a_failed_job_is_driven_again_in_one_call_and_once(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.failed(sessions)
    path = f"/v1/jobs/{job.id}/redrive"
    first = await client.post(path, headers={"Idempotency-Key": KEY})
    again = await client.post(path, headers={"Idempotency-Key": KEY})
    other = await client.post(path)
    assert (first.status_code, first.json()["state"], first.json()["failure"]) == (202, "queued", None)
    assert (again.status_code, again.content) == (202, first.content)
    assert (other.status_code, other.json()["code"], other.json()["job"]["state"]) == (
        409,
        "conflict",
        "queued",
    )
    assert (await client.post("/v1/jobs/job_unknown/redrive")).status_code == 404


async def test_an_address_is_registered_once_and_no_conflict_with_itself(client: httpx2.AsyncClient) -> None:
    body = {"url": "http://127.0.0.1:9999/hook"}
    answers = [
        await client.post("/v1/webhooks", json=body, headers={"Idempotency-Key": key})
        for key in (KEY, KEY, '"another"')
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["location"] == answers[1].headers["location"]
