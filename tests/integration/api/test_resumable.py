"""tus 1.0.0, header by header and status by status, against the real API, store and database."""

import email.utils
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import httpx2
import pytest

from api import resumable
from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord
from models.tables.uploads import PieceRecord, UploadRecord
from services.infra.config import Settings
from services.infra.partials import LocalPartials
from services.infra.storage import LocalStorage
from tests.integration.api.conftest import Sessions
from tests.integration.api.test_problems import check
from tests.integration.api.test_uploads import OPTIONS, faults, files, upload
from tests.integration.api.tus_client import (
    BYTES,
    TEXT,
    TUS,
    begin,
    begun,
    checksum,
    job_of,
    look,
    offset_of,
    send,
)
from tests.rows import count_of

HALF = len(TEXT) // 2


async def test_what_can_be_done_is_told_whatever_version_asks(client: httpx2.AsyncClient) -> None:
    for headers in ({}, {"Tus-Resumable": "0.2.2"}):
        answer = await client.options("/v1/uploads", headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["tus-resumable"] == answer.headers["tus-version"] == "1.0.0"
        assert set(answer.headers["tus-extension"].split(",")) == {
            *("creation", "creation-with-upload", "expiration", "checksum", "termination")
        }
        assert answer.headers["tus-max-size"] == str(1 << 20)
        assert {"sha1", "sha256"} <= set(answer.headers["tus-checksum-algorithm"].split(","))


async def test_another_version_is_told_which_one_is_spoken_and_nothing_is_done(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    where = await begun(client, 9)
    for version, method in product((None, "0.2.2", "1.0.0, 1.0.0"), ("POST", "HEAD", "PATCH", "DELETE")):
        headers = {**BYTES, "Upload-Offset": "0", "Upload-Length": "9"}
        headers |= {"Tus-Resumable": version} if version else {}
        answer = await client.request(method, where if method != "POST" else "/v1/uploads", headers=headers)
        assert answer.status_code == 412
        assert answer.headers["tus-version"] == "1.0.0"
        assert method == "HEAD" or answer.json()["code"] == "unsupported_version"
    assert await offset_of(client, where) == 0
    assert await count_of(sessions, UploadRecord) == 1


async def test_every_answer_says_the_version(
    client: httpx2.AsyncClient, anonymous: httpx2.AsyncClient
) -> None:
    for method, path in (
        ("GET", "/v1/uploads"),
        ("PATCH", "/v1/uploads/upl_none"),
        ("PUT", "/v1/uploads/x"),
    ):
        assert (await client.request(method, path, headers=TUS)).headers["tus-resumable"] == "1.0.0"
    assert "tus-resumable" not in (await client.get("/v1/documents")).headers
    del anonymous.headers["authorization"]
    stranger = await anonymous.post("/v1/uploads", headers=TUS)
    assert (stranger.status_code, stranger.headers["tus-resumable"]) == (401, "1.0.0")


async def test_an_upload_in_parts_becomes_what_a_form_makes_of_the_same_bytes(
    client: httpx2.AsyncClient, storage: LocalStorage, sessions: Sessions, settings: Settings
) -> None:
    told: dict[str, Any] = {
        "options": json.dumps(OPTIONS),
        "parsing": '{"layout": "fast"}',
        "external_id": "contracts/§ 7",
        "priority": "bulk",
        "webhook_url": "http://127.0.0.1:9999/hook",
    }
    answer = await begin(client, len(TEXT), filename="Vertrag §7.txt", filetype="text/plain", **told)
    where = answer.headers["location"]
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["upload-offset"] == "0"
    first = await send(client, where, 0, TEXT[:HALF])
    assert (first.status_code, first.headers["upload-offset"]) == (204, str(HALF))
    assert "link" not in first.headers
    await send(client, where, HALF, TEXT[HALF:-1])
    last = await send(client, where, len(TEXT) - 1, TEXT[-1:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(TEXT)))
    job = (await client.get(job_of(last))).json()
    assert (job["state"], job["options"]["max_tokens"], job["parsing"]["layout"]) == ("queued", 64, "fast")
    document = (await client.get(f"/v1/documents/{job['document']}")).json()
    assert (document["name"], document["external_id"]) == ("Vertrag §7.txt", "contracts/§ 7")
    assert (await storage.fetch(document["sha256"])).read_bytes() == TEXT
    by_form = await upload(client, TEXT, name="Vertrag §7.txt", **told)
    assert by_form.json()["id"] == job["id"], "equal uploads are one document, however they came"
    assert await count_of(sessions, PieceRecord) == 0
    assert await LocalPartials(settings.objects_dir).uploads() == []


async def test_head_says_how_far_it_is_and_what_it_was_called(client: httpx2.AsyncClient) -> None:
    answer = await begin(client, len(TEXT), filename="ä.txt", relativePath="a/b")
    found = await look(client, answer.headers["location"])
    assert (found.status_code, found.content) == (200, b"")
    assert found.headers["cache-control"] == "no-store"
    assert found.headers["upload-length"] == str(len(TEXT))
    assert found.headers["upload-metadata"] == answer.request.headers["upload-metadata"]
    until = email.utils.parsedate_to_datetime(found.headers["upload-expires"])
    assert found.headers["upload-expires"].endswith(" GMT")
    assert timedelta(hours=23) < until - datetime.now(UTC) <= timedelta(hours=24)
    assert "upload-metadata" not in (await look(client, await begun(client, 5))).headers


async def test_the_beginning_may_come_with_the_creation_and_be_all(client: httpx2.AsyncClient) -> None:
    part = await begin(client, len(TEXT), TEXT[:HALF], headers=checksum(TEXT[:HALF], "sha256"))
    assert (part.status_code, part.headers["upload-offset"]) == (201, str(HALF))
    whole = await begin(client, len(TEXT), TEXT, filename="a.txt")
    assert (whole.status_code, whole.headers["upload-offset"]) == (201, str(len(TEXT)))
    rest = await send(client, part.headers["location"], HALF, TEXT[HALF:])
    assert rest.status_code == 204
    assert (await client.get(job_of(whole))).status_code == 200
    assert job_of(await look(client, whole.headers["location"])) == job_of(whole)


async def test_an_empty_file_is_a_job_at_once_as_by_form(client: httpx2.AsyncClient) -> None:
    answer = await begin(client, 0, filename="agreement.txt")
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "0")
    assert (await upload(client, b"")).json()["id"] == job_of(answer).rpartition("/")[2]


async def test_a_wrong_offset_is_told_the_right_one_and_changes_nothing(client: httpx2.AsyncClient) -> None:
    where = await begun(client, len(TEXT))
    await send(client, where, 0, TEXT[:HALF])
    for wrong in (0, HALF - 1, HALF + 1, len(TEXT), 10**17):
        answer = await send(client, where, wrong, TEXT[HALF:])
        check(answer, 409, "wrong_offset")
        assert answer.json()["offset"] == HALF
    assert await offset_of(client, where) == HALF


async def test_whoever_lost_the_last_answer_finds_the_job_and_makes_no_second(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    where = await begun(client, len(TEXT))
    job = job_of(await send(client, where, 0, TEXT))
    again = await send(client, where, 0, TEXT)
    check(again, 409, "wrong_offset")
    assert (again.json()["offset"], f"/v1/jobs/{again.json()['job']}") == (len(TEXT), job)
    assert job_of(await look(client, where)) == job
    empty = await send(client, where, len(TEXT), b"")
    assert (empty.status_code, job_of(empty)) == (204, job)
    check(await send(client, where, len(TEXT), b"more"), 413, "too_large")
    assert await count_of(sessions, JobRecord) == 1


async def test_more_than_the_length_is_refused_declared_or_not(client: httpx2.AsyncClient) -> None:
    where = await begun(client, 100)

    async def undeclared() -> AsyncIterator[bytes]:
        yield bytes(60)
        yield bytes(60)

    for body in (bytes(101), undeclared()):
        check(await send(client, where, 0, body), 413, "too_large")
        assert await offset_of(client, where) == 0
    check(await begin(client, (1 << 20) + 1), 413, "too_large")
    check(await begin(client, 10, bytes(11)), 413, "too_large")


async def test_only_bytes_of_an_upload_are_taken_as_such(client: httpx2.AsyncClient) -> None:
    where = await begun(client, len(TEXT))
    for kind in ("text/plain", "application/octet-stream", ""):
        answer = await send(client, where, 0, TEXT, {"Content-Type": kind})
        check(answer, 415, "unsupported_media_type")
    check(
        await begin(client, 4, TEXT[:4], headers={"Content-Type": "text/plain"}),
        415,
        "unsupported_media_type",
    )
    assert await offset_of(client, where) == 0


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
async def test_a_body_that_is_not_what_it_should_be_leaves_nothing(
    client: httpx2.AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch, algorithm: str
) -> None:
    monkeypatch.setattr(resumable, "PIECE", 10)  # so that pieces are written before the end is known
    where = await begun(client, len(TEXT))
    await send(client, where, 0, TEXT[:30], checksum(TEXT[:30], algorithm))
    kept = files(settings.objects_dir)
    assert await offset_of(client, where) == 30
    answer = await send(client, where, 30, TEXT[30:], checksum(TEXT, algorithm))
    assert answer.json()["title"] == "Checksum Mismatch"
    check(answer, 460, "checksum_mismatch")
    assert files(settings.objects_dir) == kept
    assert await offset_of(client, where) == 30
    last = await send(client, where, 30, TEXT[30:], checksum(TEXT[30:], algorithm))
    assert (await client.get(job_of(last))).json()["state"] == "queued"


async def test_what_is_given_up_is_gone(client: httpx2.AsyncClient, settings: Settings) -> None:
    where = await begun(client, len(TEXT))
    await send(client, where, 0, TEXT[:HALF])
    gone = await client.delete(where, headers=TUS)
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await look(client, where)).status_code == 404
    check(await send(client, where, HALF, TEXT[HALF:]), 404, "not_found")
    check(await client.delete(where, headers=TUS), 404, "not_found")
    assert files(settings.objects_dir) == set()


async def test_a_job_stays_when_its_upload_is_given_up(client: httpx2.AsyncClient) -> None:
    answer = await begin(client, len(TEXT), TEXT)
    assert (await client.delete(answer.headers["location"], headers=TUS)).status_code == 204
    assert (await client.get(job_of(answer))).status_code == 200


async def test_a_method_may_be_named_in_a_header(client: httpx2.AsyncClient) -> None:
    where = await begun(client, len(TEXT))

    async def posted(method: str, data: bytes = b"", **headers: str) -> httpx2.Response:
        sent = {**TUS, **BYTES, "X-HTTP-Method-Override": method, **headers}
        return await client.post(where, content=data, headers=sent)

    assert (await posted("PATCH", TEXT[:HALF], **{"Upload-Offset": "0"})).status_code == 204
    assert (await posted("HEAD")).headers["upload-offset"] == str(HALF)
    assert (await posted("DELETE")).status_code == 204
    check(await posted("TRACE"), 405, "method_not_allowed")
    assert (await look(client, where)).status_code == 404


async def test_no_row_is_left_by_what_was_refused(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    refused = await begin(client, len(TEXT), TEXT, headers=checksum(b"something else"))
    check(refused, 460, "checksum_mismatch")
    bad = await begin(client, 9, options='{"strategy": "no such"}')
    assert (bad.status_code, faults(bad)) == (422, ["/options/strategy"])
    for table in (UploadRecord, PieceRecord, DocumentRecord):
        assert await count_of(sessions, table) == 0
