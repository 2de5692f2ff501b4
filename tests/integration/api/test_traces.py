"""Requests as spans: whose trace they go on with, what they tell, what they leave out."""

import asyncio
from collections.abc import Iterator

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.tables.jobs import JobState
from services.infra import tracing
from tests import rows
from tests.make import create_job
from tests.support.collector import Collector, Seen, collector

Sessions = async_sessionmaker[AsyncSession]

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = f"00-{TRACE}-b7ad6b7169203331-01"
SERVER = 2


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Traces of this process, on until the test ends."""
    with collector() as made:
        for name, value in made.variables.items():
            monkeypatch.setenv(name, value)
        tracing.start("kerf-test")
        try:
            yield made
        finally:
            tracing.stop()


async def sent(seen: Collector, name: str) -> Seen:
    """The one span of that name, once all that is done has been sent."""
    await asyncio.to_thread(tracing.stop)
    [span] = seen.named(name)
    return span


async def upload(client: httpx2.AsyncClient, **headers: str) -> str:
    """The id of the job of an upload."""
    answer = await client.post("/v1/documents", files={"file": ("a.txt", b"Some text.")}, headers=headers)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def test_an_upload_goes_on_with_the_callers_trace_and_its_job_remembers_it(
    seen: Collector, client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await rows.job_of(sessions, await upload(client, traceparent=CALLER, baggage="secret=walrus"))
    span = await sent(seen, "POST /v1/documents")
    assert (span.trace, span.parent, span.kind) == (TRACE, CALLER.split("-")[2], SERVER)
    assert job.traceparent == f"00-{TRACE}-{span.id}-01"
    assert span.attributes["kerf.job"] == job.id
    assert span.attributes["kerf.document"] == job.document_id
    assert span.attributes["kerf.tenant"] == "default"
    assert (span.attributes["http.route"], span.attributes["http.response.status_code"]) == (
        "/v1/documents",
        202,
    )
    assert b"walrus" not in b"".join(seen.bodies)


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["00"],
        [CALLER.upper()],
        [CALLER + "-01"],
        [CALLER.replace(TRACE, "0" * 32)],
        [CALLER.replace("00-", "ff-")],
        ["00-" + "9" * 4000 + "-b7ad6b7169203331-01"],
        [CALLER, CALLER],
    ],
)
async def test_what_is_no_traceparent_is_no_parent(
    seen: Collector, anonymous: httpx2.AsyncClient, given: list[str]
) -> None:
    answer = await anonymous.get("/version", headers=[("traceparent", value) for value in given])
    assert answer.status_code == 200
    span = await sent(seen, "GET /version")
    assert span.parent == ""
    assert span.trace != TRACE


async def test_a_caller_who_does_not_sample_is_not_sampled(
    seen: Collector, client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await rows.job_of(sessions, await upload(client, traceparent=CALLER[:-1] + "0"))
    await asyncio.to_thread(tracing.stop)
    assert seen.spans == []
    assert job.traceparent is not None
    assert job.traceparent.startswith(f"00-{TRACE}-")
    assert job.traceparent.endswith("-00")


async def test_an_equal_upload_is_linked_to_the_trace_of_the_first(
    seen: Collector, client: httpx2.AsyncClient
) -> None:
    assert await upload(client, traceparent=CALLER) == await upload(client)
    await asyncio.to_thread(tracing.stop)
    first, again = seen.named("POST /v1/documents")
    assert (again.links, first.links) == ((first.id,), ())
    assert again.trace != first.trace


async def test_a_job_driven_again_goes_on_in_the_trace_of_who_asked(
    seen: Collector, client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        job = await create_job(session, state=JobState.FAILED, traceparent=CALLER)
    assert (await client.post(f"/v1/jobs/{job.id}/redrive")).status_code == 202
    span = await sent(seen, "POST /v1/jobs/{job_id}/redrive")
    assert span.trace != TRACE
    assert span.links == (CALLER.split("-")[2],)
    kept = (await rows.job_of(sessions, job.id)).traceparent or ""
    assert kept.split("-")[1:3] == [span.trace, span.id]


async def test_a_refused_request_tells_its_code_and_nothing_of_its_path(
    seen: Collector, client: httpx2.AsyncClient
) -> None:
    assert (await client.get("/v1/documents/doc_walrus?token=walrus")).status_code == 404
    assert (await client.get("/walrus/walrus")).status_code == 404
    span = await sent(seen, "GET /v1/documents/{document_id}")
    assert span.attributes["error.type"] == "not_found"
    assert not span.is_failed
    assert b"walrus" not in b"".join(seen.bodies)


async def test_probes_are_no_spans(seen: Collector, anonymous: httpx2.AsyncClient) -> None:
    for path in ("/livez", "/readyz", "/metrics"):
        await anonymous.get(path, headers={"traceparent": CALLER})
    await asyncio.to_thread(tracing.stop)
    assert seen.spans == []


async def test_without_an_endpoint_there_is_no_trace(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    tracing.start("kerf-test")
    assert not tracing.is_on()
    job = await rows.job_of(sessions, await upload(client, traceparent=CALLER))
    assert job.traceparent is None
