"""Equal uploads are one document; other bytes under the same name are its next version."""

import asyncio
import json
from hashlib import sha256
from typing import Any

import pytest

from models.chunk import PROFILE
from models.errors import InvalidInput, NotFound
from models.parsed import parser_profile
from models.tables.documents import ChunkRecord, DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord, JobState
from services.documents import diffs, queries
from services.documents.chunks import ChunkQuery, list_chunks
from services.documents.sources import Source
from services.documents.submission import rechunk, submit
from services.documents.sweeping import sweep_versions
from services.jobs import finishing
from services.jobs.cancelling import request_cancel
from services.jobs.ending import Ending
from services.jobs.failures import Failure
from tests.make import (
    OPTIONS,
    Sessions,
    chunk_set,
    create_tenant,
    take,
    wire_chunk,
)
from tests.rows import count_of, document_of, events_of

OTHER_OPTIONS = {**OPTIONS, "max_tokens": 64}
DENIED = Failure("encrypted", "It is encrypted.", False, "parsing")


def source(content: str = "first", name: str = "a.txt") -> Source:
    return Source(name, sha256(content.encode()).hexdigest(), len(content))


async def send(sessions: Sessions, content: str = "first", name: str = "a.txt", **wanted: Any) -> JobRecord:
    given = {"tenant_id": "default", "options": OPTIONS, **wanted}
    async with sessions.begin() as session:
        return await submit(session, source=source(content, name), **given)


async def finish(sessions: Sessions, job: JobRecord, *texts: str) -> Ending:
    """The job's chunks are these texts; their ids say nothing but the text."""
    claim = await take(sessions, job.id)
    chunks = [wire_chunk(job.document_id, index, text, id=f"chk_{text}") for index, text in enumerate(texts)]
    result = chunk_set(
        claim,
        chunks=chunks,
        manifest={"profile": PROFILE, "parser": parser_profile()},
        artifact=job.stored[0][::-1],
    )
    async with sessions.begin() as session:
        return await finishing.complete(session, claim, result)


async def fail(sessions: Sessions, job: JobRecord) -> None:
    claim = await take(sessions, job.id)
    async with sessions.begin() as session:
        assert await finishing.fail(session, claim, DENIED) is Ending.FAILED


async def texts_of(sessions: Sessions, document_id: str, version: int | None = None) -> list[str]:
    async with sessions() as session:
        found = await list_chunks(session, "default", document_id, ChunkQuery(version), limit=1000)
    return [chunk["text"] for chunk in found]


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED])
async def test_the_same_bytes_and_options_are_the_same_document_at_once(
    sessions: Sessions, state: JobState
) -> None:
    first = await send(sessions)
    if state == JobState.RUNNING:
        await take(sessions, first.id)
    elif state == JobState.SUCCEEDED:
        await finish(sessions, first, "x")
    again = await send(sessions, name="another name.TXT")
    assert (again.id, again.document_id, again.state) == (first.id, first.document_id, state)
    assert (await document_of(sessions, first.document_id)).name == "a.txt"
    assert (await count_of(sessions, DocumentRecord), await count_of(sessions, JobRecord)) == (1, 1)


async def test_whatever_differs_makes_another_document(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    jobs = [
        await send(sessions),
        await send(sessions, "second"),
        await send(sessions, name="a.py"),
        await send(sessions, options=OTHER_OPTIONS),
        await send(sessions, tenant_id="other"),
        await send(sessions, external_id="mine"),
    ]
    assert len({job.document_id for job in jobs}) == len(jobs)


async def test_what_failed_or_was_cut_by_an_older_kerf_is_done_anew(sessions: Sessions) -> None:
    failed = await send(sessions)
    await fail(sessions, failed)
    old = await send(sessions)
    claim = await take(sessions, old.id)
    async with sessions.begin() as session:
        await finishing.complete(session, claim, chunk_set(claim, manifest={"profile": "kerf-0"}))
    new = await send(sessions)
    assert len({failed.document_id, old.document_id, new.document_id}) == 3


async def test_a_document_cut_otherwise_since_is_not_what_was_asked_for(sessions: Sessions) -> None:
    first = await send(sessions)
    await finish(sessions, first, "x")
    async with sessions.begin() as session:
        again = await rechunk(
            session, tenant_id="default", document_id=first.document_id, options=OTHER_OPTIONS
        )
    assert (await send(sessions)).document_id != first.document_id
    assert (await send(sessions, options=OTHER_OPTIONS)).id == again.id


async def test_of_equal_uploads_at_the_same_moment_one_makes_the_document(sessions: Sessions) -> None:
    jobs = await asyncio.gather(*(send(sessions) for _ in range(4)))
    named = await asyncio.gather(*(send(sessions, external_id="n") for _ in range(4)))
    assert len({job.id for job in jobs}) == len({job.id for job in named}) == 1
    assert await count_of(sessions, DocumentRecord) == 2


async def test_other_bytes_under_the_same_name_are_the_next_version(sessions: Sessions) -> None:
    first = await send(sessions, external_id="n")
    await finish(sessions, first, "a", "b", "c")
    second = await send(sessions, "second", "b.pdf", external_id="n")
    before = await document_of(sessions, first.document_id)
    assert (before.name, before.sha256, before.current_version) == ("a.txt", source().sha256, 1)
    assert (await take_and_put_back(sessions, second)).artifact is None

    await finish(sessions, second, "c", "a", "d")
    after = await document_of(sessions, first.document_id)
    assert second.document_id == first.document_id
    assert (after.name, after.sha256, after.size) == ("b.pdf", source("second").sha256, 6)
    assert (after.current_version, after.artifact) == (2, second.stored[0][::-1])
    assert await texts_of(sessions, after.id) == ["c", "a", "d"]
    assert await texts_of(sessions, after.id, 1) == ["a", "b", "c"]


async def take_and_put_back(sessions: Sessions, job: JobRecord) -> Any:
    """What a worker would be given."""
    claim = await take(sessions, job.id)
    async with sessions.begin() as session:
        await finishing.release(session, claim)
    return claim


async def test_a_new_version_tells_what_changed_in_its_row_and_in_its_event(sessions: Sessions) -> None:
    first = await send(sessions, external_id="n")
    await finish(sessions, first, "a", "b", "c")
    second = await send(sessions, "second", external_id="n")
    await finish(sessions, second, "c", "a", "d")
    counts = {"from": 1, "removed": 1, "added": 1, "moved": 1, "unchanged": 1}
    async with sessions() as session:
        version = await session.get_one(VersionRecord, (first.document_id, 2))
    one, two = [json.loads(event.body)["data"] for event in await events_of(sessions, first.document_id)]
    assert version.diff == two["diff"] == counts
    assert one["diff"] == {"from": 0, "removed": 0, "added": 3, "moved": 0, "unchanged": 0}
    assert (two["version"], two["current"], two["external_id"]) == (2, True, "n")


async def test_the_same_upload_under_the_same_name_makes_no_version(sessions: Sessions) -> None:
    first = await send(sessions, external_id="n")
    await finish(sessions, first, "a")
    assert (await send(sessions, external_id="n")).id == first.id
    other = await send(sessions, external_id="n", options=OTHER_OPTIONS)
    assert (other.document_id, other.ordinal) == (first.document_id, 2)
    assert (await send(sessions, external_id="n")).ordinal == 3


async def test_the_version_that_was_submitted_last_stays_current(sessions: Sessions) -> None:
    first = await send(sessions, external_id="n")
    second = await send(sessions, "second", external_id="n")
    await finish(sessions, second, "new")
    await finish(sessions, first, "old")
    document = await document_of(sessions, first.document_id)
    assert (document.current_version, document.sha256) == (2, source("second").sha256)
    assert await texts_of(sessions, document.id) == ["new"]
    assert await texts_of(sessions, document.id, 1) == ["old"]
    [_, late] = [json.loads(event.body)["data"] for event in await events_of(sessions, document.id)]
    assert (late["version"], late["current"], late["diff"]) == (1, False, None)


async def test_cutting_again_takes_the_newest_upload_that_can_be_read(sessions: Sessions) -> None:
    first = await send(sessions, external_id="n")
    await finish(sessions, first, "a")
    second = await send(sessions, "second", external_id="n")

    async def again() -> JobRecord:
        async with sessions.begin() as session:
            return await rechunk(
                session, tenant_id="default", document_id=first.document_id, options=OTHER_OPTIONS
            )

    third = await again()
    assert third.sha256 == second.sha256
    async with sessions.begin() as session:
        await request_cancel(session, tenant_id="default", job_id=third.id)
    await fail(sessions, second)
    assert (await again()).sha256 == first.sha256


async def test_a_document_nothing_was_read_of_shows_its_newest_upload(sessions: Sessions) -> None:
    first = await send(sessions, external_id="n")
    await fail(sessions, first)
    second = await send(sessions, "second", "better.pdf", external_id="n")
    document = await document_of(sessions, first.document_id)
    assert second.document_id == document.id
    assert (document.name, document.sha256) == ("better.pdf", source("second").sha256)


@pytest.mark.parametrize("external_id", ["", "a\0b", "\ud800", "x" * 256])
async def test_a_name_that_cannot_be_kept_is_refused(sessions: Sessions, external_id: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await send(sessions, external_id=external_id)
    assert caught.value.pointer == "/external_id"


async def test_old_versions_are_swept_but_never_the_current_one(sessions: Sessions) -> None:
    first = await send(sessions, external_id="n")
    await finish(sessions, first, "v1")
    for number in range(2, 7):
        job = await send(sessions, f"v{number}", external_id="n")
        await finish(sessions, job, f"v{number}")
    async with sessions.begin() as session:
        kept = await session.get_one(DocumentRecord, first.document_id)
        kept.current_version = 2  # as if only older ones were left to be current
    async with sessions.begin() as session:
        assert await sweep_versions(session, keep=3) == 2
    async with sessions.begin() as session:
        assert await sweep_versions(session, keep=3) == 0
    async with sessions() as session:
        versions = await queries.list_versions(session, tenant_id="default", document_id=first.document_id)
        with pytest.raises(NotFound, match="not kept"):
            await list_chunks(session, "default", first.document_id, ChunkQuery(1), limit=1)
        with pytest.raises(NotFound, match="no such version"):
            await list_chunks(session, "default", first.document_id, ChunkQuery(9), limit=1)
    assert [version.number for version in versions] == [6, 5, 4, 2]
    assert await count_of(sessions, ChunkRecord) == 4


async def test_versions_are_compared_in_any_direction_and_with_nothing(sessions: Sessions) -> None:
    first = await send(sessions, external_id="n")
    await finish(sessions, first, "a", "b")
    second = await send(sessions, "second", external_id="n")
    await finish(sessions, second, "b", "c")

    async def changes(before: int | None, after: int | None) -> list[tuple[str, str]]:
        async with sessions() as session:
            pair = await diffs.choose(session, "default", first.document_id, before=before, after=after)
            found = await diffs.changes(session, "default", first.document_id, pair)
        return [(entry.change.value, entry.id) for entry in found]

    forward = [("removed", "chk_a"), ("added", "chk_c"), ("unchanged", "chk_b")]
    assert await changes(None, None) == await changes(1, 2) == forward
    assert await changes(2, 1) == [("removed", "chk_c"), ("added", "chk_a"), ("unchanged", "chk_b")]
    assert await changes(0, 1) == await changes(None, 1) == [("added", "chk_a"), ("added", "chk_b")]
    for before, after in ((1, 3), (7, 2), (-1, 2), (1, 2**40)):
        with pytest.raises(NotFound):
            await changes(before, after)
