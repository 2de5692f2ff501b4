"""Versions over HTTP: uploads under a name, what changed, what is kept."""

import json
from typing import Any

import httpx2
import pytest

from models.tables.documents import DocumentRecord
from services.documents.sweeping import sweep_versions
from tests import make
from tests.integration.api import scene
from tests.integration.api.conftest import Sessions
from tests.rows import document_of


async def upload(client: httpx2.AsyncClient, data: bytes, **fields: Any) -> httpx2.Response:
    return await client.post("/v1/documents", data=fields, files={"file": ("a.txt", data)})


async def versions(sessions: Sessions, *ids: str) -> DocumentRecord:
    """A document with one version for each string: the ids of its chunks are the letters."""
    document = None
    for letters in ids:
        fields = {place: {"id": f"chk_{letter}"} for place, letter in enumerate(letters)}
        job = await scene.finished(sessions, document=document, chunks=len(letters), fields=fields)
        document = await document_of(sessions, job.document_id)
    assert document is not None
    return document


async def test_a_name_of_the_callers_own_finds_the_document_again(client: httpx2.AsyncClient) -> None:
    name = "contracts/4711 – Überlassung"
    first = (await upload(client, b"one", external_id=name)).json()
    second = (await upload(client, b"two", external_id=name)).json()
    await upload(client, b"three")
    [found] = (await client.get("/v1/documents", params={"external_id": name})).json()["data"]
    assert first["document"] == second["document"] == found["id"]
    assert found["external_id"] == name


@pytest.mark.parametrize("external_id", ["", "x" * 256, "a\0b"])
async def test_a_name_that_cannot_be_one_is_refused_before_the_file_is_stored(
    client: httpx2.AsyncClient, external_id: str
) -> None:
    response = await upload(client, b"one", external_id=external_id)
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json()["errors"]] == ["/external_id"]


async def test_equal_uploads_get_the_job_that_there_is(client: httpx2.AsyncClient) -> None:
    first = await upload(client, b"one")
    again = await upload(client, b"one", options=json.dumps({"strategy": "auto"}))
    other = await upload(client, b"one", options=json.dumps({"max_tokens": 64}))
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert other.json()["document"] != first.json()["document"]


async def test_a_difference_is_read_in_pages_of_one_pair_of_versions(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    document = await versions(sessions, "abcd", "dabxy")
    path = f"/v1/documents/{document.id}/diff"
    first = (await client.get(path, params={"limit": 2})).json()
    await versions_more(sessions, document, "q")
    rest = (await client.get(path, params={"limit": 9, "cursor": first["next_cursor"]})).json()

    assert first["counts"] == rest["counts"]
    assert first["counts"] == {"from": 1, "removed": 1, "added": 2, "moved": 1, "unchanged": 2}
    assert (first["to"], rest["to"], rest["next_cursor"]) == (2, 2, None)
    assert [tuple(entry.values()) for entry in first["data"] + rest["data"]] == [
        ("removed", "chk_c", 2, None),
        ("added", "chk_x", None, 3),
        ("added", "chk_y", None, 4),
        ("moved", "chk_d", 3, 0),
    ]


async def versions_more(sessions: Sessions, document: DocumentRecord, letter: str) -> None:
    await scene.finished(sessions, document=document, chunks=1, fields={0: {"id": f"chk_{letter}"}})


async def test_unchanged_chunks_are_listed_when_asked_for(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    document = await versions(sessions, "ab", "xab")
    query = {"from": 1, "to": 2, "unchanged": True}
    shown = (await client.get(f"/v1/documents/{document.id}/diff", params=query)).json()["data"]
    assert [(entry["id"], entry["before"], entry["after"]) for entry in shown] == [
        ("chk_x", None, 0),
        ("chk_a", 0, 1),
        ("chk_b", 1, 2),
    ]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"from": 1, "to": 9}, 404),
        ({"from": 9}, 404),
        ({"from": -1}, 422),
        ({"to": 0}, 422),
        ({"cursor": "x"}, 422),
        ({"before": 1}, 422),
    ],
)
async def test_a_difference_needs_versions_that_exist(
    client: httpx2.AsyncClient, sessions: Sessions, query: dict[str, Any], status: int
) -> None:
    document = await versions(sessions, "a", "b")
    assert (await client.get(f"/v1/documents/{document.id}/diff", params=query)).status_code == status


async def test_a_cursor_belongs_to_its_versions(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    document = await versions(sessions, "ab", "cd", "ef")
    path = f"/v1/documents/{document.id}/diff"
    cursor = (await client.get(path, params={"from": 1, "to": 2, "limit": 1})).json()["next_cursor"]
    assert (await client.get(path, params={"to": 2, "cursor": cursor})).status_code == 200
    assert (await client.get(path, params={"from": 2, "cursor": cursor})).status_code == 422


async def test_the_versions_that_are_kept_are_listed_with_what_changed(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    document = await versions(sessions, "a", "ab", "b")
    async with sessions.begin() as session:
        assert await sweep_versions(session, keep=2) == 1
    shown = (await client.get(f"/v1/documents/{document.id}/versions")).json()["data"]
    assert [(version["number"], version["diff"]["from"]) for version in shown] == [(3, 2), (2, 1)]
    assert (await client.get(f"/v1/documents/{document.id}")).json()["result"] == shown[0]
    gone = await client.get(f"/v1/documents/{document.id}/chunks", params={"version": 1})
    assert (gone.status_code, gone.json()["detail"]) == (404, "This version is not kept.")
    assert (await client.get("/v1/documents/doc_unknown/versions")).status_code == 404


async def test_the_parsed_form_is_that_of_the_version(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    held = await make.create_claim(sessions)
    path = f"/v1/documents/{held.document_id}/parsed"
    assert (await client.get(path)).status_code == 404
    assert (await client.get(path, params={"version": 1})).status_code == 404
