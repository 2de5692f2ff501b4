"""Following, waiting for, listing and cancelling jobs."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from api.routes import jobs
from api.schemas.jobs import JobOut
from services.jobs.claims import beat
from tests.integration.api import scene
from tests.integration.api.conftest import Sessions

LEASE = timedelta(seconds=30)


async def test_a_running_job_shows_its_stage_and_its_pages(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.queued(sessions)
    held = await scene.claimed(sessions, job)
    progress = SimpleNamespace(stage="parsing", pages_done=12, pages_total=80)
    async with sessions.begin() as session:
        await beat(session, held, lease=LEASE, progress=progress)

    response = await client.get(f"/v1/jobs/{job.id}")
    shown = response.json()
    assert int(response.headers["retry-after"]) >= 0
    assert [shown[key] for key in ("state", "stage", "pages_done", "pages_total", "attempt")] == [
        "running",
        "parsing",
        12,
        80,
        1,
    ]


async def test_a_succeeded_job_names_the_version_it_made(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.finished(sessions)
    response = await client.get(f"/v1/jobs/{job.id}")
    assert (response.json()["state"], response.json()["version"]) == ("succeeded", 1)
    assert response.json()["finished_at"] is not None
    assert "retry-after" not in response.headers


async def test_a_failed_job_says_why_and_whether_to_try_again(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.failed(sessions)
    assert (await client.get(f"/v1/jobs/{job.id}")).json()["failure"] == {
        "code": "encrypted",
        "message": "The document is encrypted.",
        "retryable": False,
        "stage": "parsing",
        "page": None,
        "pages": None,
    }


def counted_looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The states that callers who wait have seen so far."""
    looks: list[str] = []
    read = jobs._read

    async def counted(*arguments: Any) -> JobOut:
        found = await read(*arguments)
        looks.append(found.state)
        return found

    monkeypatch.setattr(jobs, "_read", counted)
    return looks


async def until(is_so: Callable[[], bool]) -> None:
    """Others go on meanwhile; what never comes runs into the time limit of all tests."""
    while not is_so():  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.01)


async def test_waiting_ends_with_the_job_and_not_with_the_clock(
    client: httpx2.AsyncClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await scene.queued(sessions)
    looks = counted_looks(monkeypatch)
    waiting = asyncio.create_task(client.get(f"/v1/jobs/{job.id}", params={"wait": 60}))
    await until(lambda: looks[-1:] == ["queued"])
    await client.delete(f"/v1/jobs/{job.id}")

    assert (await waiting).json()["state"] == "cancelled"
    assert looks.count("cancelled") == 1, "the first look that sees the end is the last"


async def test_waiting_gives_up_in_time(
    client: httpx2.AsyncClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await scene.queued(sessions)
    looks = counted_looks(monkeypatch)
    started = time.monotonic()
    response = await client.get(f"/v1/jobs/{job.id}", params={"wait": 0.3})
    assert response.json()["state"] == "queued"
    assert time.monotonic() - started >= 0.3
    assert len(looks) >= 2


async def test_any_number_of_callers_wait_without_holding_a_connection(
    client: httpx2.AsyncClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A held connection would have the others refused: the pool gives up on them before the wait is over."""
    job = await scene.queued(sessions)
    looks = counted_looks(monkeypatch)
    waiting = [asyncio.create_task(client.get(f"/v1/jobs/{job.id}", params={"wait": 60})) for _ in range(40)]
    await until(lambda: len(looks) >= 80)
    assert (await client.get("/v1/documents")).status_code == 200
    await client.delete(f"/v1/jobs/{job.id}")
    assert {response.json()["state"] for response in await asyncio.gather(*waiting)} == {"cancelled"}


@pytest.mark.parametrize("wait", ["-1", "61", "nan", "inf", "soon"])
async def test_a_wait_beyond_the_limits_is_refused(
    client: httpx2.AsyncClient, sessions: Sessions, wait: str
) -> None:
    job = await scene.queued(sessions)
    assert (await client.get(f"/v1/jobs/{job.id}", params={"wait": wait})).status_code == 422


async def test_a_queued_job_is_cancelled_at_once(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    job = await scene.queued(sessions)
    response = await client.delete(f"/v1/jobs/{job.id}")
    assert (response.status_code, response.json()["state"]) == (202, "cancelled")


async def test_a_running_job_is_cancelling_until_its_worker_stops(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.queued(sessions)
    await scene.claimed(sessions, job)
    for _ in range(2):
        response = await client.delete(f"/v1/jobs/{job.id}")
        assert (response.status_code, response.json()["state"]) == (202, "cancelling")


async def test_a_final_job_answers_a_cancel_with_a_conflict_and_itself(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    for job in (await scene.finished(sessions), await scene.failed(sessions)):
        response = await client.delete(f"/v1/jobs/{job.id}")
        shown = (await client.get(f"/v1/jobs/{job.id}")).json()
        assert (response.status_code, response.json()["code"]) == (409, "conflict")
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["job"] == shown


async def test_jobs_are_listed_newest_first_by_state_and_by_document(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    done = await scene.finished(sessions)
    waiting = [await scene.queued(sessions) for _ in range(3)]

    everything = (await client.get("/v1/jobs")).json()
    assert [job["id"] for job in everything["data"]] == [job.id for job in [*waiting[::-1], done]]
    assert everything["next_cursor"] is None

    succeeded = (await client.get("/v1/jobs", params={"state": "succeeded"})).json()["data"]
    of_document = (await client.get("/v1/jobs", params={"document": waiting[0].document_id})).json()["data"]
    assert [job["id"] for job in succeeded] == [done.id]
    assert [job["id"] for job in of_document] == [waiting[0].id]


async def test_pages_of_jobs_have_no_gap_and_no_repetition(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    made = [(await scene.queued(sessions)).id for _ in range(5)]
    first = (await client.get("/v1/jobs", params={"limit": 2})).json()
    await scene.queued(sessions)  # a newcomer shifts nothing
    second = (await client.get("/v1/jobs", params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert [job["id"] for job in first["data"] + second["data"]] == made[::-1]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("query", [{"state": "done"}, {"document": "x"}, {"cursor": "x"}, {"order": "asc"}])
async def test_a_list_cannot_be_asked_for_what_it_does_not_know(
    client: httpx2.AsyncClient, query: dict[str, str]
) -> None:
    response = await client.get("/v1/jobs", params=query)
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json()["errors"]] == [f"/{next(iter(query))}"]
