"""Taking documents in: what is kept, what is refused, what need not be parsed twice."""

import asyncio
from hashlib import sha256
from typing import Any

import pytest

from models.errors import InvalidInput, InvalidOptions, NotFound
from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord, JobState
from models.urgency import FIRST, LATER, PATIENT, SMALL, Urgency
from services.documents.deletion import delete
from services.documents.sources import Source
from services.documents.submission import rechunk, submit
from services.infra.storage import Stored
from services.jobs import finishing
from tests.make import OPTIONS, Sessions, chunk_set, create_document, create_tenant, take
from tests.rows import count_of, document_of, job_of

BYTES = Stored(sha256(b"agreement").hexdigest(), 9)
OTHER_OPTIONS = {**OPTIONS, "max_tokens": 64}


async def send(
    sessions: Sessions, name: str = "agreement.pdf", stored: Stored = BYTES, **wanted: Any
) -> JobRecord:
    source = Source(name, stored.sha256, stored.size)
    async with sessions.begin() as session:
        given = {"tenant_id": "default", "options": OPTIONS, **wanted}
        return await submit(session, source=source, **given)


async def send_and_finish(sessions: Sessions, name: str = "agreement.pdf", **wanted: Any) -> JobRecord:
    job = await send(sessions, name, **wanted)
    claim = await take(sessions, job.id)
    async with sessions.begin() as session:
        await finishing.complete(
            session, claim, chunk_set(claim, media_type="application/pdf", page_count=12)
        )
    return job


async def test_a_submitted_document_waits_with_its_first_job(sessions: Sessions) -> None:
    job = await send(sessions)
    assert job.id.startswith("job_")
    assert job.document_id.startswith("doc_")
    row, document = await job_of(sessions, job.id), await document_of(sessions, job.document_id)
    assert (row.state, row.options, row.attempt, row.ordinal) == (JobState.QUEUED, OPTIONS, 0, 1)
    assert (document.name, document.sha256, document.size) == ("agreement.pdf", BYTES.sha256, 9)
    assert (row.name, row.sha256, row.size) == ("agreement.pdf", BYTES.sha256, 9)
    assert (document.current_version, document.artifact, document.media_type) == (None, None, None)
    assert document.created_at <= row.created_at == job.created_at


async def test_the_same_bytes_are_not_parsed_again(sessions: Sessions) -> None:
    first = await send_and_finish(sessions)
    again = await send(sessions, "Copy of AGREEMENT.PDF", options=OTHER_OPTIONS)
    assert again.document_id != first.document_id
    parsed = (await document_of(sessions, first.document_id)).artifact
    assert (await take(sessions, again.id)).artifact == parsed is not None


async def test_another_extension_may_mean_another_type_and_is_parsed_again(sessions: Sessions) -> None:
    await send_and_finish(sessions, "notes.txt")
    for name, options in (("notes.py", OPTIONS), ("notes", OPTIONS), ("txt", OTHER_OPTIONS)):
        job = await send(sessions, name, options=options)
        assert (await take(sessions, job.id)).artifact is None


async def test_what_another_tenant_parsed_is_not_taken_over(sessions: Sessions) -> None:
    await send_and_finish(sessions)
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    job = await send(sessions, tenant_id="other")
    assert (await take(sessions, job.id)).artifact is None


async def test_the_same_bytes_before_they_are_parsed_are_parsed_twice_rather_than_waited_for(
    sessions: Sessions,
) -> None:
    await send(sessions)
    job = await send(sessions, options=OTHER_OPTIONS)
    assert (await take(sessions, job.id)).artifact is None


@pytest.mark.parametrize("name", ["a\0b.pdf", "a\ud800.pdf", "x" * 256])
async def test_a_name_that_could_not_be_given_back_is_refused(sessions: Sessions, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await send(sessions, name)
    assert caught.value.pointer == "/file"
    assert await count_of(sessions, DocumentRecord) == 0


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../etc/passwd",
        "x" * 255,
        "\u202efdp.exe",
        "a\r\nb",
        "%s'; DROP TABLE jobs; --",
        "👩‍👩‍👧.pdf",
        "~",
        ".",
    ],
)
async def test_any_other_name_comes_back_exactly(sessions: Sessions, name: str) -> None:
    job = await send(sessions, name)
    assert (await document_of(sessions, job.document_id)).name == name


async def test_options_that_cannot_be_stored_are_refused(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        document = await create_document(session)
        with pytest.raises(InvalidOptions) as caught:
            await rechunk(
                session, tenant_id="default", document_id=document.id, options={"tokenizer": "hf:\0"}
            )
    assert caught.value.pointer == "/tokenizer"


async def test_somebody_may_be_waiting_for_a_small_or_parsed_document(sessions: Sessions) -> None:
    small = await send(sessions, stored=Stored("1" * 64, SMALL))
    large = await send(sessions, stored=Stored("2" * 64, SMALL + 1))
    claim = await take(sessions, large.id)
    async with sessions.begin() as session:
        await finishing.complete(session, claim, chunk_set(claim))
        again = await rechunk(
            session, tenant_id="default", document_id=large.document_id, options=OTHER_OPTIONS
        )
    assert (small.priority, large.priority, again.priority) == (FIRST, LATER, FIRST)


async def test_a_document_is_cut_again_from_what_was_parsed(sessions: Sessions) -> None:
    first = await send_and_finish(sessions)
    async with sessions.begin() as session:
        job = await rechunk(
            session, tenant_id="default", document_id=first.document_id, options={"max_tokens": 64}
        )
    claim = await take(sessions, job.id)
    assert (claim.document_id, claim.options) == (first.document_id, {"max_tokens": 64})
    assert claim.artifact == (await document_of(sessions, first.document_id)).artifact


async def test_only_a_document_of_the_tenant_is_cut_again(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
        theirs = await create_document(session, tenant_id="other")
    for document_id in (theirs.id, "doc_unknown", "doc_\0"):
        async with sessions.begin() as session:
            with pytest.raises(NotFound):
                await rechunk(session, tenant_id="default", document_id=document_id, options=OPTIONS)
    assert await count_of(sessions, JobRecord) == 0


async def test_cutting_again_while_the_document_is_deleted_ends_as_one_or_the_other(
    sessions: Sessions,
) -> None:
    async def again(document_id: str) -> None:
        async with sessions.begin() as session:
            await rechunk(session, tenant_id="default", document_id=document_id, options=OPTIONS)

    async def gone(document_id: str) -> None:
        async with sessions.begin() as session:
            await delete(session, tenant_id="default", document_id=document_id)

    for _ in range(10):
        async with sessions.begin() as session:
            document = await create_document(session)
        results = await asyncio.gather(again(document.id), gone(document.id), return_exceptions=True)
        assert results[1] is None
        assert results[0] is None or isinstance(results[0], NotFound)
    assert await count_of(sessions, JobRecord) == 0


async def test_what_was_said_to_be_patient_hurries_when_somebody_waits_for_it(sessions: Sessions) -> None:
    patient = await send(sessions, urgency=Urgency.BULK)
    assert (await job_of(sessions, patient.id)).priority == PATIENT
    assert (await send(sessions, urgency=Urgency.BULK)).id == patient.id
    assert (await job_of(sessions, patient.id)).priority == PATIENT
    assert (await send(sessions, urgency=Urgency.INTERACTIVE)).id == patient.id
    assert (await job_of(sessions, patient.id)).priority == FIRST
    assert (await send(sessions, urgency=Urgency.BULK)).id == patient.id
    assert (await job_of(sessions, patient.id)).priority == FIRST


async def test_a_job_is_made_with_what_it_is_likely_to_cost(sessions: Sessions) -> None:
    small, large = await send(sessions), await send(sessions, stored=Stored("0" * 64, 50 << 20))
    assert 0 < (await job_of(sessions, small.id)).cost < (await job_of(sessions, large.id)).cost / 100
