"""Resumable uploads in time: several callers and replicas at once, expiry, what a sweep takes."""

import asyncio
import email.utils
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from api import resumable
from api.app import create_app
from models.tables.jobs import JobRecord
from services import uploads
from services.infra.config import Settings
from services.infra.partials import LocalPartials
from services.infra.storage import LocalStorage
from tests.integration.api.conftest import Sessions
from tests.integration.api.serving import client_of
from tests.integration.api.test_problems import check
from tests.integration.api.test_uploads import files
from tests.integration.api.tus_client import (
    TEXT,
    begun,
    job_of,
    look,
    offset_of,
    send,
)
from tests.rows import count_of
from workers.uploads import sweep

HALF = len(TEXT) // 2


async def test_of_several_at_once_one_is_kept(
    client: httpx2.AsyncClient, sessions: Sessions, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable, "PIECE", 16)
    where = await begun(client, len(TEXT))
    answers = await asyncio.gather(*(send(client, where, 0, TEXT) for _ in range(5)))
    assert sorted({answer.status_code for answer in answers}) in ([204], [204, 409])
    assert sum(answer.status_code == 204 for answer in answers) == 1
    job = (await client.get(job_of(await look(client, where)))).json()
    document = (await client.get(f"/v1/documents/{job['document']}")).json()
    assert document["size"] == len(TEXT)
    assert await count_of(sessions, JobRecord) == 1
    assert len(files(settings.objects_dir)) == 1


async def test_two_replicas_serve_one_upload_in_turn(
    client: httpx2.AsyncClient, settings: Settings, sessions: Sessions, storage: LocalStorage
) -> None:
    where = await begun(client, len(TEXT))
    async with client_of(create_app(settings, sessions=sessions, storage=storage)) as other:
        other.headers.update(client.headers)
        for at in range(0, len(TEXT), 10):
            replica = (client, other)[at // 10 % 2]
            assert await offset_of(replica, where) == at
            assert (await send(replica, where, at, TEXT[at : at + 10])).status_code == 204
        job = (await other.get(job_of(await look(client, where)))).json()
    document = (await client.get(f"/v1/documents/{job['document']}")).json()
    assert (await storage.fetch(document["sha256"])).read_bytes() == TEXT


async def test_what_nobody_goes_on_with_expires_and_one_sweep_takes_it(
    client: httpx2.AsyncClient, sessions: Sessions, settings: Settings
) -> None:
    partials = LocalPartials(settings.objects_dir)
    old, done, live = await begun(client, len(TEXT)), await begun(client, len(TEXT)), await begun(client, 99)
    for where in (old, live):
        await send(client, where, 0, TEXT[:HALF])
    job = job_of(await send(client, done, 0, TEXT))
    assert await sweep(sessions, partials) == 0
    aged = text("UPDATE uploads SET expires_at = clock_timestamp() WHERE id <> :id")
    async with sessions.begin() as session:
        await session.execute(aged, {"id": live.rpartition("/")[2]})
    assert (await look(client, old)).status_code == 410
    check(await send(client, old, HALF, TEXT[HALF:]), 410, "upload_expired")
    await partials.add("upl_of_nobody", "piece", b"of a request that was late")
    assert await sweep(sessions, partials) == 1
    assert [(await look(client, where)).status_code for where in (old, done, live)] == [404, 404, 200]
    assert set(await partials.uploads()) == {live.rpartition("/")[2], "upl_of_nobody"}
    assert await sweep(sessions, partials, strangers=True) == 1
    assert await partials.uploads() == [live.rpartition("/")[2]]
    assert (await client.get(job)).status_code == 200
    rest = await send(client, live, HALF, bytes(99 - HALF))
    assert (await client.get(job_of(rest))).status_code == 200


async def test_sending_more_begins_the_time_anew(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    where = await begun(client, len(TEXT))
    async with sessions.begin() as session:
        await session.execute(text("UPDATE uploads SET expires_at = clock_timestamp() + interval '1 minute'"))
    answer = await send(client, where, 0, TEXT[:HALF])
    until = email.utils.parsedate_to_datetime(answer.headers["upload-expires"])
    assert until - datetime.now(UTC) > timedelta(hours=23)


def test_the_setting_says_how_long(tmp_path: Path) -> None:
    assert Settings(upload_hours=0.5, data_dir=tmp_path).upload_lasts == timedelta(minutes=30)


async def test_a_commit_without_an_answer_loses_no_bytes(
    client: httpx2.AsyncClient, storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = await begun(client, len(TEXT))
    counted = uploads.add

    async def unanswered(session: AsyncSession, *given: Any, **named: Any) -> None:
        await counted(session, *given, **named)
        await session.commit()
        raise OperationalError("COMMIT", {}, ConnectionError())

    monkeypatch.setattr(uploads, "add", unanswered)
    check(await send(client, where, 0, TEXT[:HALF]), 503, "unavailable")
    monkeypatch.undo()
    assert await offset_of(client, where) == HALF
    job = (await client.get(job_of(await send(client, where, HALF, TEXT[HALF:])))).json()
    document = (await client.get(f"/v1/documents/{job['document']}")).json()
    assert (await storage.fetch(document["sha256"])).read_bytes() == TEXT
