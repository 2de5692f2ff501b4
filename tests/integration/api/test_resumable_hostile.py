"""Uploads that were thought up to do harm: each refused with a type, and nothing of them is left."""

import base64
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api import resumable
from api.app import create_app
from api.tus import Checksum
from models.tables.uploads import UploadRecord
from services import quotas
from services.infra.config import Settings
from services.infra.storage import LocalStorage
from tests.integration.api.conftest import NewKey, Sessions
from tests.integration.api.serving import client_of
from tests.integration.api.test_problems import check
from tests.integration.api.test_uploads import faults, files, upload
from tests.integration.api.tus_client import BYTES, TEXT, TUS, begin, begun, look, metadata, offset_of, send
from tests.make import create_tenant
from tests.rows import count_of

NO_NUMBERS = ["", "-1", "+1", "1e3", "0x10", "1.0", "1_0", " ", "٣", "1, 1", "9" * 19, "9" * 5000, "NaN"]
NO_METADATA = [
    *("filename dGV4dA", "filename dGV4dA===", "filename d§4=", "a b c", "filename YQ==,filename Yg==", ","),
    *("filename YQ==,", " filename YQ==", "filename  YQ==", "a\tYQ==", "options e30=;x", "x" * 200_000),
]
NO_CHECKSUMS = ["md4 aGk=", "sha1", "sha1 ", "sha1 §", "sha1 a", "sha1 aGk= x", "SHA1 aGk="]


def latin(**headers: str) -> dict[str, Any]:
    """Headers with bytes that a well-kept client would not send."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"headers": httpx2.Headers({**TUS, **named}, encoding="latin-1")}


def two(name: str, *values: str, **more: str) -> httpx2.Headers:
    """A header that is there more than once."""
    return httpx2.Headers([*TUS.items(), *more.items(), *((name, value) for value in values)])


async def test_numbers_that_are_none(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    for number in NO_NUMBERS:
        headers = httpx2.Headers([*TUS.items(), ("Upload-Length", number)], encoding="utf-8")
        check(await client.post("/v1/uploads", headers=headers), 400, "malformed_header")
    assert await count_of(sessions, UploadRecord) == 0
    where = await begun(client, 1000)
    for number in NO_NUMBERS:
        headers = httpx2.Headers({**TUS, **BYTES, "Upload-Offset": number}, encoding="utf-8")
        check(await client.patch(where, content=b"x", headers=headers), 400, "malformed_header")
    check(await client.patch(where, content=b"x", headers={**TUS, **BYTES}), 400, "malformed_header")
    assert await offset_of(client, where) == 0


async def test_headers_that_are_there_twice(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    where = await begun(client, 1000)
    for headers in (
        two("Upload-Length", "5", "5"),
        two("Upload-Metadata", metadata(filename="a"), metadata(options="{}"), **{"Upload-Length": "5"}),
    ):
        check(await client.post("/v1/uploads", headers=headers), 400, "malformed_header")
    for headers in (
        two("Upload-Offset", "0", "0", **BYTES),
        two("Upload-Checksum", "sha1 YQ==", "sha1 YQ==", **BYTES, **{"Upload-Offset": "0"}),
    ):
        check(await client.patch(where, content=b"x", headers=headers), 400, "malformed_header")
    assert await offset_of(client, where) == 0
    assert await count_of(sessions, UploadRecord) == 1


async def test_metadata_and_checksums_that_cannot_be_read(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    where = await begun(client, 4)
    for given in NO_METADATA:
        answer = await client.post("/v1/uploads", **latin(Upload_Length="5", Upload_Metadata=given))
        check(answer, 400, "malformed_header")
        assert faults(answer) == ["/Upload-Metadata"]
    for given in NO_CHECKSUMS:
        check(await send(client, where, 0, b"text", {"Upload-Checksum": given}), 400, "malformed_header")
    assert await offset_of(client, where) == 0
    assert await count_of(sessions, UploadRecord) == 1


async def test_what_other_extensions_allow_is_refused_and_not_misread(client: httpx2.AsyncClient) -> None:
    for headers in ({"Upload-Defer-Length": "1"}, {"Upload-Length": "9", "Upload-Concat": "partial"}):
        answer = await client.post("/v1/uploads", headers={**TUS, **headers})
        check(answer, 400, "malformed_header")


async def test_metadata_is_held_to_what_the_parts_of_a_form_are_held_to(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    refused: list[tuple[dict[str, Any], str]] = [
        ({"filename": "a\0b"}, "/filename"),
        ({"filename": b"\xff"}, "/filename"),
        ({"filename": "x" * 256}, "/file"),
        ({"external_id": ""}, "/external_id"),
        ({"external_id": "x" * 256}, "/external_id"),
        ({"priority": "now"}, "/priority"),
        ({"options": "[]"}, "/options"),
        ({"options": '{"max_tokens": NaN}'}, "/options"),
        ({"options": "{" * 5_000}, "/options"),
        ({"options": '{"strategy": "sentence", "x": 1}'}, "/options/x"),
        ({"parsing": '{"ocr": "perhaps"}'}, "/parsing/ocr"),
        ({"webhook_url": "file:///etc/passwd"}, "/webhook_url"),
        ({"option": "{}"}, "/option"),
    ]
    for told, where in refused:
        answer = await begin(client, 5, **told)
        assert (answer.status_code, faults(answer)) == (422, [where]), told
    assert await count_of(sessions, UploadRecord) == 0


async def test_names_are_data_and_headers_give_back_what_came(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    before = {path for path in settings.data_dir.rglob("*") if path.is_dir()}
    for name in ("../../../etc/passwd", "a\r\nX-Evil: 1", "\u202etxt.exe", "\\\\server\\share"):
        answer = await begin(client, 5, filename=name)
        assert answer.status_code == 201, name
        found = await look(client, answer.headers["location"])
        assert found.headers["upload-metadata"] == metadata(filename=name)
        assert "x-evil" not in found.headers
    assert {path for path in settings.data_dir.rglob("*") if path.is_dir()} == before


async def test_ids_are_no_paths(client: httpx2.AsyncClient, settings: Settings) -> None:
    kept = settings.objects_dir / "partial" / "keep"
    kept.mkdir(parents=True)
    for name in ("..", "%2e%2e", "upl_..%2f..", "upl_a%00", "keep", "upl_" + "x" * 100, "doc_1"):
        answer = await client.delete(f"/v1/uploads/{name}", headers=TUS)
        assert answer.status_code in {404, 405}, name
    assert kept.is_dir()


async def test_another_tenant_can_do_nothing_with_an_upload(
    client: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    where = await begun(client, len(TEXT))
    await send(client, where, 0, TEXT[:9])
    mine = dict(client.headers)
    client.headers.update(await new_key("other"))
    for unknown in (where, "/v1/uploads/upl_unknown"):
        check(await send(client, unknown, 9, TEXT[9:]), 404, "not_found")
        check(await client.delete(unknown, headers=TUS), 404, "not_found")
        assert (await look(client, unknown)).status_code == 404
    client.headers.update({"authorization": mine["authorization"]})
    assert await offset_of(client, where) == 9


async def test_ten_thousand_uploads_that_nobody_fills_are_bounded(
    settings: Settings, sessions: Sessions, storage: LocalStorage, new_key: NewKey
) -> None:
    """The default bound is a thousand; what counts is that it holds, also for those who come at once."""
    few = settings.model_copy(update={"tenant_max_uploads": 10})
    async with client_of(create_app(few, sessions=sessions, storage=storage)) as client:
        client.headers.update(await new_key("default"))
        answers = [await begin(client, 5) for _ in range(30)]
        assert [answer.status_code for answer in answers] == [201] * 10 + [429] * 20
        check(answers[-1], 429, "quota_exceeded")
        assert answers[-1].json()["quota"] == "max_uploads"
        assert await count_of(sessions, UploadRecord) == 10
        await send(client, answers[0].headers["location"], 0, b"whole")
        assert (await begin(client, 5)).status_code == 201, "a complete one makes room"
        assert (await upload(client)).status_code == 202, "forms are not concerned"
    assert files(few.objects_dir / "partial") == set()


@pytest.fixture
async def bounded(client: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey) -> httpx2.AsyncClient:
    """A caller of a tenant that may keep a hundred bytes."""
    async with sessions.begin() as session:
        await create_tenant(session, "bounded")
        await quotas.change(session, "bounded", {"max_bytes": 100})
    client.headers.update(await new_key("bounded"))
    return client


async def test_declared_bytes_count_from_the_beginning_and_once(bounded: httpx2.AsyncClient) -> None:
    client = bounded
    where = await begun(client, 70)
    check(await begin(client, 31), 429, "quota_exceeded")
    check(await upload(client, bytes(31)), 429, "quota_exceeded")
    other = await begun(client, 30)
    assert (await send(client, where, 0, b"a" * 70)).status_code == 204
    assert (await send(client, other, 0, b"b" * 30)).status_code == 204
    check(await begin(client, 1), 429, "quota_exceeded")


async def test_a_quota_lowered_meanwhile_refuses_the_end_which_may_be_sent_again(
    bounded: httpx2.AsyncClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.doorkeeper.FRESH_SECONDS", 0)
    where = await begun(bounded, len(TEXT))
    await send(bounded, where, 0, TEXT[:40])
    async with sessions.begin() as session:
        await quotas.change(session, "bounded", {"max_bytes": 50})
    check(await send(bounded, where, 40, TEXT[40:]), 429, "quota_exceeded")
    assert await offset_of(bounded, where) == 40
    async with sessions.begin() as session:
        await quotas.change(session, "bounded", {"max_bytes": None})
    assert (await send(bounded, where, 40, TEXT[40:])).status_code == 204


async def test_parts_of_a_byte_each_come_to_an_end(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable, "MOST_PIECES", 5)
    where = await begun(client, 100)
    answers = [await send(client, where, at, b"x") for at in range(8)]
    assert [answer.status_code for answer in answers] == [204] * 6 + [422, 409]


def test_base64_of_a_digest_of_another_size_is_only_another_digest() -> None:
    assert not Checksum("sha1", base64.b64decode("aGk=")).is_met


async def test_a_full_disk_keeps_what_was_there(
    client: httpx2.AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = await begun(client, len(TEXT))
    await send(client, where, 0, TEXT[:40])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("services.infra.partials.os.fsync", full)
    check(await send(client, where, 40, TEXT[40:50]), 507, "storage_full")
    monkeypatch.undo()
    assert await offset_of(client, where) == 40
    assert len(files(Path(settings.objects_dir) / "partial")) == 1
    assert (await send(client, where, 40, TEXT[40:])).status_code == 204
