"""ETags: who has an answer already gets none, who would change what has changed meanwhile is stopped."""

import asyncio
from typing import Any

import httpx2
import pytest

from models.tables.documents import DocumentRecord
from services.infra.storage import LocalStorage
from tests.integration.api import scene
from tests.integration.api.conftest import NewKey, Sessions, Worker
from tests.integration.api.test_uploads import upload
from tests.make import create_tenant, wire_chunk

NDJSON = {"accept": "application/x-ndjson"}


async def tag(client: httpx2.AsyncClient, path: str, **query: Any) -> str:
    """The answer's tag, which brings a 304 when it is sent back, whatever stands beside it."""
    first = await client.get(path, params=query)
    assert first.status_code == 200, first.text
    found = first.headers["etag"]
    for field in (found, f'"other", W/{found}', "*"):
        again = await client.get(path, params=query, headers={"If-None-Match": field})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == found
        assert again.headers["cache-control"] == first.headers["cache-control"] == "private, no-cache"
        assert "content-type" not in again.headers
    other = await client.get(path, params=query, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)
    return found


async def test_what_a_document_shows_has_a_tag_until_it_shows_something_else(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.finished(sessions, chunks=4)
    path = f"/v1/documents/{job.document_id}"
    paths = {"/v1/documents", path, f"{path}/versions", f"{path}/diff", f"{path}/chunks"}
    before = {each: await tag(client, each) for each in paths}
    assert len(set(before.values())) == len(paths)
    assert {each: await tag(client, each) for each in paths} == before

    async with sessions() as session:
        document = await session.get_one(DocumentRecord, job.document_id)
    await scene.finished(sessions, document=document, chunks=3)
    for each in paths:
        stale = await client.get(each, headers={"If-None-Match": before[each]})
        assert (stale.status_code, stale.headers["etag"] == before[each]) == (200, False)


async def test_every_selection_of_chunks_has_a_tag_of_its_own(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.finished(sessions, chunks=8, fields={0: {"vector": [0.6, -0.8]}})
    path = f"/v1/documents/{job.document_id}/chunks"
    cursor = (await client.get(path, params={"limit": 2})).json()["next_cursor"]
    queries: list[dict[str, Any]] = [
        {},
        {"limit": 2},
        {"cursor": cursor},
        {"page": 1},
        {"page": 2},
        {"heading": "Part"},
        {"section": "Part"},
        {"vectors": True},
    ]
    tags = [await tag(client, path, **query) for query in queries]
    assert len(set(tags)) == len(tags)
    assert await tag(client, path, version=1) == tags[0]  # the same answer


async def test_lines_and_pages_are_different_answers(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    job = await scene.finished(sessions, chunks=300)
    path = f"/v1/documents/{job.document_id}/chunks"
    page, lines = await client.get(path), await client.get(path, headers=NDJSON)
    assert page.headers["vary"] == lines.headers["vary"] == "Accept"
    assert page.headers["etag"] != lines.headers["etag"]
    same = {"If-None-Match": lines.headers["etag"]}
    assert (await client.get(path, headers=same)).status_code == 200
    again = await client.get(path, headers={**same, **NDJSON})
    assert (again.status_code, again.content, again.headers["vary"]) == (304, b"", "Accept")


async def test_a_cursor_has_the_tag_of_its_version_when_there_is_another_one(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.finished(sessions, chunks=8)
    path = f"/v1/documents/{job.document_id}/chunks"
    cursor = (await client.get(path, params={"limit": 2})).json()["next_cursor"]
    before = await tag(client, path, cursor=cursor)
    async with sessions() as session:
        document = await session.get_one(DocumentRecord, job.document_id)
    await scene.finished(sessions, document=document, chunks=8)
    assert await tag(client, path, cursor=cursor) == before


async def test_one_chunk_has_a_tag_and_another_document_of_it_another_one(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.finished(sessions, chunks=2, fields={0: {"vector": [0.6, -0.8]}})
    path = f"/v1/chunks/{wire_chunk('', 0)['id']}"
    before = await tag(client, path)
    assert await tag(client, path, vectors=True) != before
    await scene.finished(sessions, chunks=2)
    assert await tag(client, path) != before
    assert await tag(client, path, document=job.document_id) == before


async def test_no_document_yet_no_chunks_yet_and_then_some(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    before = await tag(client, "/v1/documents")
    job = await scene.queued(sessions)
    assert await tag(client, "/v1/documents") != before
    path = f"/v1/documents/{job.document_id}/chunks"
    empty = await tag(client, path)
    assert await tag(client, path) == empty


async def test_what_was_read_in_a_document_is_neither_fetched_nor_sent_again(
    client: httpx2.AsyncClient, worker: Worker, storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = (await upload(client, b"1 Scope\n\nThis agreement is made.\n\n2 Term\n\nOne year.")).json()
    await worker.does(job["id"])
    path = f"/v1/documents/{job['document']}"
    tags = [await tag(client, f"{path}/{name}") for name in ("parsed", "outline")]
    assert tags[0] != tags[1]

    async def refuse(*_: object) -> None:
        raise AssertionError("somebody reads")

    monkeypatch.setattr(type(storage), "fetch", refuse)
    for name, known in zip(("parsed", "outline"), tags, strict=True):
        again = await client.get(f"{path}/{name}", headers={"If-None-Match": known})
        assert again.status_code == 304


async def test_a_tag_opens_nothing_that_is_not_there_for_this_caller(
    client: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey
) -> None:
    job = await scene.finished(sessions)
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    stranger = await new_key("other")
    for path in (f"/v1/documents/{job.document_id}", f"/v1/documents/{job.document_id}/chunks"):
        known = await tag(client, path)
        for field in (known, "*"):
            headers = {"If-None-Match": field, **stranger}
            assert (await client.get(path, headers=headers)).status_code == 404
        assert (await client.get(path, headers={"If-Match": "*", **stranger})).status_code == 404
        nameless = {"If-None-Match": known, "Authorization": "Bearer kerf_nonsense"}
        assert (await client.get(path, headers=nameless)).status_code == 401


async def test_a_document_is_deleted_only_as_it_was_seen(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.finished(sessions)
    path = f"/v1/documents/{job.document_id}"
    seen = await tag(client, path)
    async with sessions() as session:
        document = await session.get_one(DocumentRecord, job.document_id)
    await scene.finished(sessions, document=document)

    for headers in ({"If-Match": seen}, {"If-Match": f"W/{await tag(client, path)}"}, {"If-None-Match": "*"}):
        refused = await client.delete(path, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    gone = await client.delete(path, headers={"If-Match": f'"other", {await tag(client, path)}'})
    assert gone.status_code == 204
    assert (await client.delete(path, headers={"If-Match": "*"})).status_code == 404


async def test_of_two_who_delete_what_they_saw_one_succeeds(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.finished(sessions)
    path = f"/v1/documents/{job.document_id}"
    headers = {"If-Match": await tag(client, path)}
    answers = await asyncio.gather(*(client.delete(path, headers=headers) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404, 404]


@pytest.mark.parametrize(
    "field", [b"", b'"', b"\xff\xfe", b'"\xe4"', b"W/", b"*,*", b'"a"' * 2_000, b",".ljust(8_000, b",")]
)
async def test_hostile_fields_are_no_trouble(
    client: httpx2.AsyncClient, sessions: Sessions, field: bytes
) -> None:
    job = await scene.finished(sessions)
    path = f"/v1/documents/{job.document_id}"
    for each in (path, f"{path}/chunks"):
        read = await client.get(each, headers=[(b"If-None-Match", field)])
        assert read.status_code == 200
        refused = await client.get(each, headers=[(b"If-Match", field)])
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    refused = await client.delete(path, headers=[(b"If-Match", field)])
    assert refused.status_code == 412


async def test_a_field_that_comes_twice_is_one_list(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    job = await scene.finished(sessions)
    path = f"/v1/documents/{job.document_id}"
    known = await tag(client, path)
    headers = [("If-None-Match", '"other"'), ("If-None-Match", known)]
    assert (await client.get(path, headers=headers)).status_code == 304
