"""Chunks over the wire: exactly what was stored, in pages, in lines, of one version at a time."""

import json
from typing import Any

import httpx2
import pytest

from api.negotiation import prefers_lines
from api.schemas.chunks import ChunkOut
from models.chunk import Chunk, wire_form
from models.span import Span
from models.tables.documents import DocumentRecord
from tests import make
from tests.integration.api import scene
from tests.integration.api.conftest import Sessions

NDJSON = {"accept": "application/x-ndjson"}


async def pages(client: httpx2.AsyncClient, path: str, **query: Any) -> list[list[dict[str, Any]]]:
    """Every page of a list."""
    found, cursor = [], None
    while True:
        response = await client.get(path, params={**query, **({"cursor": cursor} if cursor else {})})
        assert response.status_code == 200, response.text
        found.append(response.json()["data"])
        cursor = response.json()["next_cursor"]
        if cursor is None:
            return found


def test_the_models_fields_are_those_of_the_wire_form_in_their_order() -> None:
    chunk = Chunk(id="chk_1", index=0, spans=(Span(0, 1),), tokens=1, strategy="recursive", reason="end")
    wire = wire_form(chunk, "doc_1", "a")
    assert list(ChunkOut.model_fields) == list(wire)
    assert ChunkOut.model_validate(wire).model_dump(mode="json") == wire


async def test_what_is_read_is_what_was_stored(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    job = await scene.finished(sessions, chunks=3)
    stored = make.wire_chunks(job.document_id, 3)

    response = await client.get(f"/v1/documents/{job.document_id}/chunks")
    lines = await client.get(f"/v1/documents/{job.document_id}/chunks", headers=NDJSON)
    one = await client.get(f"/v1/chunks/{stored[1]['id']}")

    assert response.json() == {"data": stored, "next_cursor": None}
    assert [json.loads(line) for line in lines.text.splitlines()] == stored
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert one.json() == stored[1]


async def test_vectors_are_delivered_where_the_query_wants_them(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.finished(sessions, chunks=1, fields={0: {"vector": [0.6, -0.8]}})
    path = f"/v1/documents/{job.document_id}/chunks"
    for query, vector in ({}, None), ({"vectors": "true"}, [0.6, -0.8]):
        page = await client.get(path, params=query)
        (line,) = (await client.get(path, params=query, headers=NDJSON)).text.splitlines()
        one = await client.get(f"/v1/chunks/{json.loads(line)['id']}", params=query)
        assert page.json()["data"] == [json.loads(line)] == [one.json()]
        assert one.json()["vector"] == vector


@pytest.mark.parametrize("limit", [1, 3, 5, 10, 11])
async def test_pages_join_to_the_whole_whatever_their_size(
    client: httpx2.AsyncClient, sessions: Sessions, limit: int
) -> None:
    job = await scene.finished(sessions, chunks=10)
    found = await pages(client, f"/v1/documents/{job.document_id}/chunks", limit=limit)
    assert [chunk["index"] for page in found for chunk in page] == list(range(10))
    assert all(len(page) == limit for page in found[:-1])


async def test_lines_carry_more_chunks_than_any_page(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    job = await scene.finished(sessions, chunks=1234)
    response = await client.get(f"/v1/documents/{job.document_id}/chunks", headers=NDJSON)
    assert [json.loads(line)["index"] for line in response.text.splitlines()] == list(range(1234))


async def test_a_cursor_stays_with_its_version_when_a_new_one_appears(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    first = await scene.finished(sessions, chunks=4)
    path = f"/v1/documents/{first.document_id}/chunks"
    cursor = (await client.get(path, params={"limit": 2})).json()["next_cursor"]
    async with sessions() as session:
        document = await session.get_one(DocumentRecord, first.document_id)
    await scene.finished(sessions, document=document, chunks=3)

    rest = (await client.get(path, params={"cursor": cursor})).json()["data"]
    current = (await client.get(path)).json()["data"]
    earlier = (await client.get(path, params={"version": 1})).json()["data"]
    assert [chunk["index"] for chunk in rest] == [2, 3]
    assert (len(current), len(earlier)) == (3, 4)


async def test_chunks_are_found_by_page_and_by_heading(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.finished(sessions, chunks=10, fields={7: {"headings": ["Part III", "100% Fee_s"]}})
    path = f"/v1/documents/{job.document_id}/chunks"

    on_page = await pages(client, path, page=2, limit=2)
    by_heading = await pages(client, path, heading="part iii")
    literal = await pages(client, path, heading="100% fee_")
    both = await pages(client, path, heading="Fee", page=1)

    assert [[chunk["index"] for chunk in page] for page in on_page] == [[4, 5], [6, 7]]
    assert [chunk["index"] for chunk in by_heading[0]] == [7]
    assert [chunk["index"] for chunk in literal[0]] == [7]
    assert both == [[]]


async def test_chunks_are_found_by_the_number_or_the_citation_of_their_section(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    fields = {
        3: {"metadata": {"numbers": ["II", "4.2"], "sections": ["Art. II § 4.2"], "citation": "Art. II"}},
        4: {"metadata": {"numbers": ["II", "4.2", "a"], "sections": [], "citation": "Art. II § 4.2 (a)"}},
    }
    job = await scene.finished(sessions, chunks=6, fields=fields)
    path = f"/v1/documents/{job.document_id}/chunks"

    async def found(section: str) -> list[int]:
        return [chunk["index"] for chunk in (await pages(client, path, section=section))[0]]

    assert await found("4.2") == [3, 4]
    assert await found("Art. II § 4.2 (a)") == [4]
    assert await found("Art. II § 4.2") == [3]
    assert await found("4") == []


async def test_a_document_without_chunks_yet_has_an_empty_list(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.queued(sessions)
    path = f"/v1/documents/{job.document_id}/chunks"
    assert (await client.get(path)).json() == {"data": [], "next_cursor": None}
    assert (await client.get(path, headers=NDJSON)).text == ""


async def test_a_version_that_never_was_is_not_found(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    job = await scene.finished(sessions)
    path = f"/v1/documents/{job.document_id}/chunks"
    for headers in ({}, NDJSON):
        response = await client.get(path, params={"version": 2}, headers=headers)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "nonsense"},
        {"cursor": "WzEsMF0="},
        {"cursor": "WzEsIDBd"},
        {"cursor": "WzEsLTFd"},
        {"cursor": "W1tdLFtdXQ"},
        {"cursor": "ä"},
        {"cursor": "x" * 600},
        {"limit": 0},
        {"limit": 1001},
        {"limit": "ten"},
        {"page": 0},
        {"page": 2**31},
        {"version": 2**63},
        {"heading": "a\0b"},
        {"heading": "x" * 1001},
        {"headings": "misspelt"},
        {"section": "a\0b"},
    ],
)
async def test_a_query_that_makes_no_sense_is_pointed_at(
    client: httpx2.AsyncClient, sessions: Sessions, query: dict[str, str]
) -> None:
    job = await scene.finished(sessions)
    response = await client.get(f"/v1/documents/{job.document_id}/chunks", params=query)
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json()["errors"]] == [f"/{next(iter(query))}"]


async def test_one_chunk_is_that_of_the_newest_document_unless_one_is_named(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    older = await scene.finished(sessions)
    newer = await scene.finished(sessions)
    path = f"/v1/chunks/{make.wire_chunk('', 0)['id']}"

    assert (await client.get(path)).json()["document"] == newer.document_id
    named = await client.get(path, params={"document": older.document_id})
    assert named.json()["document"] == older.document_id
    elsewhere = await client.get(path, params={"document": "doc_0"})
    assert elsewhere.status_code == 404


async def test_cutting_again_makes_a_job_with_the_new_options(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    done = await scene.finished(sessions)
    options = {"strategy": "sentence", "tokenizer": "characters", "webhook_url": "http://127.0.0.1:9999/x"}
    response = await client.post(f"/v1/documents/{done.document_id}/chunks", json=options)

    job = response.json()
    assert response.status_code == 202
    assert response.headers["location"] == f"/v1/jobs/{job['id']}"
    assert job["document"] == done.document_id
    assert job["options"]["strategy"] == "sentence"
    assert "webhook_url" not in job["options"]


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        ('{"max_tokens": 1}', 422, ["/max_tokens"]),
        ('{"tokenizer": "\\u0000"}', 422, ["/tokenizer"]),
        ('{"a/b~c": "\\ud800"}', 422, ["/a~1b~0c"]),
        ("[]", 422, [""]),
        ("null", 422, [""]),
        ("{", 400, None),
        ("[" * 60_000, 400, None),
        ('{"max_tokens": ' + "9" * 5000 + "}", 400, None),
    ],
)
async def test_options_that_cannot_be_used_are_refused(
    client: httpx2.AsyncClient, sessions: Sessions, body: str, status: int, pointers: list[str] | None
) -> None:
    done = await scene.finished(sessions)
    headers = {"content-type": "application/json"}
    response = await client.post(f"/v1/documents/{done.document_id}/chunks", content=body, headers=headers)
    assert response.status_code == status
    found = response.json().get("errors")
    assert (found and [fault["pointer"] for fault in found]) == pointers


@pytest.mark.parametrize(
    ("accept", "lines"),
    [
        ("*/*", False),
        ("application/json", False),
        ("application/x-ndjson", True),
        ("application/x-ndjson, */*", True),
        ("application/json, application/x-ndjson", False),
        ("application/json;q=0.5, application/x-ndjson;q=0.9", True),
        ("application/json, application/x-ndjson;q=0.9", False),
        ("Application/X-NDJSON ; charset=utf-8", True),
        ("application/x-ndjson;q=0", False),
        ("application/x-ndjson;q=nonsense", False),
        (",;q=,,", False),
    ],
)
def test_lines_are_sent_to_those_who_would_rather_have_them(accept: str, lines: bool) -> None:  # noqa: FBT001  # an expected value
    assert prefers_lines(accept) is lines
