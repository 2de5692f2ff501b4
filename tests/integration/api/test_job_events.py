"""Following a job as server-sent events: the same numbers as polling, in order, taken up where they ended."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from api import job_events
from api.job_events import last_seen
from models.tables.jobs import JobRecord
from services.jobs import queries
from services.jobs.claims import Claim, beat
from services.jobs.finishing import complete
from tests import make
from tests.integration.api import scene
from tests.integration.api.conftest import Sessions
from tests.rows import job_of


@dataclass(frozen=True)
class Event:
    """One event as a browser would see it."""

    kind: str
    id: int
    job: dict[str, Any]


def parsed(body: bytes) -> Iterator[Event]:
    """The events of a stream; comments and the retry line are none."""
    for block in body.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            yield Event(fields["event"], int(fields["id"]), json.loads(fields["data"]))


async def follow(client: httpx2.AsyncClient, job: JobRecord, seconds: float = 600, **headers: str) -> Any:
    return await client.get(f"/v1/jobs/{job.id}/events", params={"seconds": seconds}, headers=headers)


async def report(sessions: Sessions, held: Claim, stage: str, done: int, total: int = 80) -> None:
    progress = SimpleNamespace(stage=stage, pages_done=done, pages_total=total)
    async with sessions.begin() as session:
        await beat(session, held, lease=timedelta(seconds=30), progress=progress)


async def test_every_change_is_an_event_with_growing_ids_and_the_last_one_is_final(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.queued(sessions)
    following = asyncio.create_task(follow(client, job))
    await asyncio.sleep(0.3)
    held = await scene.claimed(sessions, job)
    await asyncio.sleep(0.3)
    await report(sessions, held, "parsing", 12)
    async with sessions.begin() as session:
        await complete(session, held, make.chunk_set(held))
    response = await following
    events = list(parsed(response.content))

    assert response.headers["content-type"].startswith("text/event-stream")
    assert [event.kind for event in events] == ["progress"] * (len(events) - 1) + ["final"]
    ids = [event.id for event in events]
    assert ids == sorted(set(ids))
    polled = (await client.get(f"/v1/jobs/{job.id}")).json()
    assert events[-1].job == polled
    assert polled["state"] == "succeeded"


async def test_polling_and_events_say_the_same_of_the_time_left(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.queued(sessions)
    held = await scene.claimed(sessions, job)
    await report(sessions, held, "parsing", 10)
    await report(sessions, held, "parsing", 20)
    async with sessions.begin() as session:
        await session.execute(text("UPDATE jobs SET reading_at = pages_at - interval '5 seconds'"))
    polled = (await client.get(f"/v1/jobs/{job.id}")).json()
    [event] = parsed((await follow(client, job, 0)).content)
    assert event.job == polled
    assert polled["eta_seconds"] == 0.5 * (60 + 80)
    assert (polled["pages_done"], polled["pages_total"]) == (20, 80)


async def test_a_stream_is_taken_up_after_the_last_event_that_was_seen(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.queued(sessions)
    [first] = parsed((await follow(client, job, 0)).content)
    assert list(parsed((await follow(client, job, 0, **{"Last-Event-ID": str(first.id)})).content)) == []
    held = await scene.claimed(sessions, job)
    [second] = parsed((await follow(client, job, 0, **{"Last-Event-ID": str(first.id)})).content)
    assert second.id > first.id
    assert second.job["state"] == "running"
    async with sessions.begin() as session:
        await complete(session, held, make.chunk_set(held))
    [last] = parsed((await follow(client, job, 30, **{"Last-Event-ID": str(second.id)})).content)
    assert last.kind == "final"
    ended = await follow(client, job, 30, **{"Last-Event-ID": str(last.id)})
    assert (ended.status_code, ended.content) == (204, b"")  # which is how a browser learns to stop


async def test_every_write_to_a_job_gives_it_another_revision(sessions: Sessions) -> None:
    job = await scene.queued(sessions)
    seen = [(await job_of(sessions, job.id)).revision]
    held = await scene.claimed(sessions, job)
    seen.append((await job_of(sessions, job.id)).revision)
    await report(sessions, held, "parsing", 1)
    seen.append((await job_of(sessions, job.id)).revision)
    async with sessions.begin() as session:
        await complete(session, held, make.chunk_set(held))
    seen.append((await job_of(sessions, job.id)).revision)
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(
    ("header", "revision"),
    [(None, -1), ("", -1), ("7", 7), ("-3", -1), ("x", -1), ("٣", -1), ("9" * 19, -1), (" 7", -1)],
)
def test_an_id_that_is_none_of_ours_means_from_the_beginning(header: str | None, revision: int) -> None:
    assert last_seen(header) == revision


async def test_a_job_that_is_not_there_has_no_events(client: httpx2.AsyncClient) -> None:
    response = await client.get("/v1/jobs/job_unknown/events")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("seconds", ["-1", "3601", "inf", "nan"])
async def test_a_stream_beyond_the_limits_is_refused(
    client: httpx2.AsyncClient, sessions: Sessions, seconds: str
) -> None:
    job = await scene.queued(sessions)
    response = await client.get(f"/v1/jobs/{job.id}/events", params={"seconds": seconds})
    assert response.status_code == 422


async def test_any_number_of_callers_follow_without_holding_a_connection(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.queued(sessions)
    following = [asyncio.create_task(follow(client, job)) for _ in range(40)]
    await asyncio.sleep(0.5)
    assert (await client.get("/v1/documents")).status_code == 200
    await client.delete(f"/v1/jobs/{job.id}")
    ended = [list(parsed(response.content))[-1] for response in await asyncio.gather(*following)]
    assert {(event.kind, event.job["state"]) for event in ended} == {("final", "cancelled")}


async def test_a_quiet_stream_sends_comments_and_a_deleted_job_ends_it(
    client: httpx2.AsyncClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_events, "QUIET_SECONDS", 0)
    looks, get = 0, queries.get

    async def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal looks
        looks += 1
        return await get(*arguments, **named)

    monkeypatch.setattr(queries, "get", counted)
    job = await scene.queued(sessions)
    following = asyncio.create_task(follow(client, job))
    while looks < 3:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.01)
    await client.delete(f"/v1/documents/{job.document_id}")
    body = (await following).content
    assert body.startswith(b"retry: 1000\n\n")
    assert b"\n\n: ping\n\n" in body
    assert [event.kind for event in parsed(body)] == ["progress"]
