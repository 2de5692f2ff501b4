"""Batches that are too many, too large, out of order, never end or break off; and callers who may no more."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.requests import ClientDisconnect

from api import app as composition
from api.routes import batches
from models.tables.batches import BatchRecord
from models.tables.documents import DocumentRecord
from models.tables.tenants import DEFAULT_TENANT
from services import quotas, tenants
from services.infra.config import Settings
from services.infra.storage import INCOMING, LocalStorage
from tests.integration.api.batching import form, send, texts
from tests.integration.api.conftest import NewKey, Sessions
from tests.integration.api.serving import client_of
from tests.integration.api.test_full_disk import small_files
from tests.make import create_tenant
from tests.rows import count_of

BOUNDARY = "frontier"
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
HEAD = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="%s.txt"\r\n\r\n'
PIECE = 1 << 16

Standing = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]


@pytest.fixture
def standing(settings: Settings, sessions: Sessions, storage: LocalStorage, new_key: NewKey) -> Standing:
    """An API with other settings, and a caller with a key of its own."""

    @asynccontextmanager
    async def made(tenant: str = DEFAULT_TENANT, **other: Any) -> AsyncIterator[httpx2.AsyncClient]:
        app = composition.create_app(settings.model_copy(update=other), sessions=sessions, storage=storage)
        async with client_of(app) as client:
            client.headers.update(await new_key(tenant))
            yield client

    return made


async def is_nothing_made(sessions: Sessions) -> bool:
    return await count_of(sessions, BatchRecord) == await count_of(sessions, DocumentRecord) == 0


async def allow(sessions: Sessions, **limits: int) -> None:
    """A tenant that may have less."""
    async with sessions.begin() as session:
        await create_tenant(session, "small")
        await tenants.lower(session, "small", limits)


def arriving(settings: Settings) -> list[Path]:
    """Files that are still on their way in."""
    return list((settings.objects_dir / INCOMING).glob("*"))


def pointer_of(answer: httpx2.Response) -> str:
    (fault,) = answer.json()["errors"]
    return str(fault["pointer"])


async def test_one_file_too_many_is_pointed_at(standing: Standing, sessions: Sessions) -> None:
    await allow(sessions, max_batch_files=7)
    async with standing("small") as client:
        refused = await send(client, texts(8))
        assert (refused.status_code, refused.json()["code"]) == (422, "too_many_files")
        assert pointer_of(refused) == "/file/7"
        assert (await client.get("/v1/limits")).json()["max_batch_files"] == 7
        assert await is_nothing_made(sessions)
        assert (await send(client, texts(7))).status_code == 202


async def test_a_tenant_may_have_fewer(standing: Standing, sessions: Sessions) -> None:
    await allow(sessions, max_batch_files=2, max_batch_bytes=100)
    async with standing("small") as client:
        assert pointer_of(await send(client, texts(3))) == "/file/2"
        refused = await send(client, [("a.txt", b"a" * 60), ("b.txt", b"b" * 41)])
        assert (refused.status_code, refused.json()["code"], pointer_of(refused)) == (
            413,
            "too_large",
            "/file/1",
        )
        assert "together" in refused.json()["detail"]


async def test_a_file_too_large_is_pointed_at(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    refused = await send(client, [*texts(3), ("large.txt", b"x" * ((1 << 20) + 1)), *texts(1)])
    assert (refused.status_code, refused.json()["code"], pointer_of(refused)) == (413, "too_large", "/file/3")
    assert await is_nothing_made(sessions)


@pytest.mark.parametrize("name", ["", " ", "folder/", "a\\", None])
async def test_a_file_without_a_name_is_pointed_at(
    client: httpx2.AsyncClient, settings: Settings, name: str | None
) -> None:
    files = [("file", (name, b"text")) if name is not None else ("file", (None, b"text"))] * 1000
    refused = await client.post("/v1/batches", files=files)
    assert (refused.status_code, pointer_of(refused)) == (422, "/file/0")
    assert not settings.objects_dir.exists()


@pytest.mark.parametrize("name", ["a\0.txt", "x" * 300])
async def test_a_name_that_cannot_be_kept_is_pointed_at(client: httpx2.AsyncClient, name: str) -> None:
    body = b"".join(f"{HEAD % n}text\r\n".encode() for n in ("good", name)) + f"--{BOUNDARY}--\r\n".encode()
    refused = await client.post("/v1/batches", content=body, headers=FORM)
    assert (refused.status_code, pointer_of(refused)) == (422, "/file/1")


@pytest.mark.parametrize("part", ["items", "options", "parsing", "priority", "webhook_url"])
async def test_what_comes_after_a_file_is_refused(
    client: httpx2.AsyncClient, sessions: Sessions, part: str
) -> None:
    parts: list[tuple[str, Any]] = [("file", texts(1)[0]), (part, (None, "{}")), ("file", texts(2)[1])]
    refused = await client.post("/v1/batches", files=parts)
    assert (refused.status_code, pointer_of(refused)) == (422, f"/{part}")
    assert await is_nothing_made(sessions)


async def test_small_parts_have_limits_and_come_once_and_files_must_come(client: httpx2.AsyncClient) -> None:
    many = [{"options": {"strategy": "recursive", "max_tokens": 64 + n}} for n in range(1000)]
    answer = await client.post("/v1/batches", files=[("items", (None, json.dumps(many)))])
    assert (answer.status_code, pointer_of(answer)) == (422, "/file"), "a thousand entries fit"
    large = await client.post("/v1/batches", files=[("items", (None, "[" + " " * (2 << 20)))])
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    twice = await client.post("/v1/batches", files=[("items", (None, "[]"))] * 2)
    assert (twice.status_code, pointer_of(twice)) == (422, "")
    deep = await client.post("/v1/batches", files=[("items", (None, "[" * 100_000))])
    assert deep.status_code == 422


async def test_a_part_that_never_ends_is_cut_at_the_limit(
    standing: Standing, sessions: Sessions, settings: Settings
) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield (HEAD % "a").encode()
        while True:
            read += PIECE
            yield b"x" * PIECE

    async with standing(max_batch_mb=2, max_upload_mb=100) as client:
        refused = await client.post("/v1/batches", content=endless(), headers=FORM)
    assert (refused.status_code, pointer_of(refused)) == (413, "/file/0")
    assert read <= (2 << 20) + 2 * PIECE
    assert await is_nothing_made(sessions)
    assert arriving(settings) == []


async def test_parts_that_never_end_to_come_are_cut_at_the_limit(
    standing: Standing, sessions: Sessions
) -> None:
    """Empty files have no bytes of their own; their heads count against the body."""
    parts = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal parts
        while True:
            parts += 1
            yield f"{HEAD % parts}\r\n".encode()

    await allow(sessions, max_batch_files=50)
    async with standing("small") as client:
        refused = await client.post("/v1/batches", content=endless(), headers=FORM)
    assert (refused.status_code, refused.json()["code"]) == (422, "too_many_files")
    assert parts <= 52


async def test_a_body_that_stops_or_whose_caller_leaves_makes_nothing(
    standing: Standing, sessions: Sessions, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition, "IDLE_SECONDS", 0.05)
    body = b"".join(f"{HEAD % n}Text {n}.\r\n".encode() for n in range(5))

    async def stalled() -> AsyncIterator[bytes]:
        yield body
        await asyncio.sleep(5)

    async def left() -> AsyncIterator[bytes]:
        yield body
        raise ClientDisconnect

    headers = {**FORM, "Idempotency-Key": '"k"'}
    async with standing() as client:
        answer = await client.post("/v1/batches", content=stalled(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (408, "request_timeout")
        with suppress(AssertionError):  # of the client: nobody answers who is not there
            await client.post("/v1/batches", content=left(), headers=headers)
        assert await is_nothing_made(sessions)
        assert arriving(settings) == []
        whole = body + f"--{BOUNDARY}--\r\n".encode()
        assert (await client.post("/v1/batches", content=whole, headers=headers)).status_code == 202


async def test_a_body_beyond_the_limit_or_the_quota_is_refused_unread(
    standing: Standing, sessions: Sessions
) -> None:
    read = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += PIECE
            yield b"x" * PIECE

    async with sessions.begin() as session:
        await create_tenant(session, "small")
        await quotas.change(session, "small", {"max_bytes": 1000})
    for tenant, declared, status, code in (
        ("small", batches.FORM_OVERHEAD + 1001, 429, "quota_exceeded"),
        (DEFAULT_TENANT, batches.FORM_OVERHEAD + (1 << 30) + 1, 413, "too_large"),
    ):
        headers = {**FORM, "content-length": str(declared)}
        async with standing(tenant) as client:
            refused = await client.post("/v1/batches", content=counted(), headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert read == 0


async def test_a_quota_counts_all_documents_and_bytes_of_a_call(
    standing: Standing, sessions: Sessions
) -> None:
    async with standing(tenant_max_queued=10) as client:
        refused = await send(client, texts(11))
        assert (refused.status_code, refused.json()["quota"]) == (429, "max_queued")
        assert "retry-after" not in refused.headers, "waiting makes no room for eleven"
        assert await is_nothing_made(sessions)
        answers = await asyncio.gather(*(send(client, texts(18)[n : n + 6]) for n in (0, 6, 12)))
        assert sorted(answer.status_code for answer in answers) == [202, 429, 429]
        assert ["retry-after" in answer.headers for answer in answers] == [True] * 3
    async with sessions.begin() as session:
        await create_tenant(session, "small")
        await quotas.change(session, "small", {"max_bytes": 100})
    async with standing("small") as client:
        refused = await send(client, [("a.txt", b"a" * 60), ("b.txt", b"b" * 41)])
        assert (refused.status_code, refused.json()["quota"]) == (429, "max_bytes")
        assert (await send(client, [("a.txt", b"a" * 60), ("b.txt", b"b" * 40)])).status_code == 202


async def test_a_store_without_room_keeps_nothing_of_a_call(
    client: httpx2.AsyncClient, sessions: Sessions, settings: Settings
) -> None:
    """Also where it is noticed when the last file has come, or while many are still to come."""
    large = ("large.bin", b"x" * (1 << 19))
    for files in ([*texts(3), large], [large, *texts(30)]):
        with small_files(1 << 18):
            refused = await send(client, files, headers={"Idempotency-Key": '"k"'})
        assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
        assert await is_nothing_made(sessions)
        assert arriving(settings) == []
    assert (await send(client, files, headers={"Idempotency-Key": '"k"'})).json()["documents"] == 31


async def test_the_body_of_a_form_by_hand_is_that_of_the_client(client: httpx2.AsyncClient) -> None:
    """So that the bodies above are refused for what they say."""
    body = b"".join(f"{HEAD % n}Text {n}.\r\n".encode() for n in range(3)) + f"--{BOUNDARY}--\r\n".encode()
    assert (await client.post("/v1/batches", content=body, headers=FORM)).json()["documents"] == 3
    assert (await client.post("/v1/batches", **form(texts(1)))).json()["documents"] == 1


@pytest.mark.soak
async def test_a_thousand_files_and_one(standing: Standing, sessions: Sessions) -> None:
    async with standing() as client:
        assert pointer_of(await send(client, texts(1001))) == "/file/1000"
        assert await is_nothing_made(sessions)
        assert (await send(client, texts(1000))).json()["documents"] == 1000
