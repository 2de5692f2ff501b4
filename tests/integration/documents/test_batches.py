"""Many documents in one transaction: what uploads one by one would have made, and no waiting crosswise."""

import asyncio
import random
from collections.abc import Awaitable, Sequence
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select, text

from models.errors import Conflict, InvalidInput, NotFound
from models.tables.batches import BatchItemRecord, BatchRecord
from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord
from models.tables.tenants import DEFAULT_TENANT
from models.urgency import FIRST, PATIENT, Urgency
from services.documents.batches import Item, submit_all
from services.documents.deletion import delete
from services.documents.sources import Source
from services.documents.submission import submit
from tests.integration.jobs.test_three_parties import deadlocks
from tests.make import OPTIONS, Sessions, create_tenant
from tests.rows import count_of, job_of
from tests.support.dawdling import dawdling

OTHER_OPTIONS = {**OPTIONS, "max_tokens": 100}


def item(words: str, name: str = "a.txt", **more: Any) -> Item:
    """A file of these words."""
    data = words.encode()
    source = Source(name, sha256(data).hexdigest(), len(data), more.pop("parsing", {}))
    return Item(source, more.pop("options", OPTIONS), **more)


async def taken(
    sessions: Sessions, items: Sequence[Item], tenant_id: str = DEFAULT_TENANT
) -> Sequence[JobRecord]:
    """The jobs of a new batch, in the order of its items."""
    async with sessions.begin() as session:
        batch = await submit_all(session, tenant_id=tenant_id, items=items)
        query = (
            select(JobRecord)
            .join(BatchItemRecord, BatchItemRecord.job_id == JobRecord.id)
            .where(BatchItemRecord.batch_id == batch.id)
        )
        return (await session.scalars(query.order_by(BatchItemRecord.index))).all()


async def alone(sessions: Sessions, one: Item, tenant_id: str = DEFAULT_TENANT) -> JobRecord:
    """The job of an upload of its own."""
    async with sessions.begin() as session:
        return await submit(
            session,
            tenant_id=tenant_id,
            source=one.source,
            options=one.options,
            external_id=one.external_id,
            urgency=one.urgency,
        )


def some(chance: random.Random, count: int) -> list[Item]:
    """Items that are often equal, or new versions of each other."""
    names = iter(chance.sample([f"id {n}" for n in range(2 * count)], count))
    return [
        item(
            f"Text {chance.randrange(2)}.",
            chance.choice(["a.txt", "b.TXT", "d", "e.x/y"]),
            options=chance.choice([OPTIONS, OTHER_OPTIONS]),
            parsing=chance.choice([{}, {}, {}, {"ocr": "never"}]),
            external_id=chance.choice([None, next(names)]),
        )
        for _ in range(count)
    ]


async def pattern(sessions: Sessions, jobs: Sequence[str]) -> list[tuple[Any, ...]]:
    """What was made, told without ids: which are the same, and what is in the rows."""
    documents: dict[str, int] = {}
    numbers: dict[str, int] = {}
    found = []
    async with sessions() as session:
        for job_id in jobs:
            job = await session.get_one(JobRecord, job_id)
            document = await session.get_one(DocumentRecord, job.document_id)
            found.append(
                (
                    numbers.setdefault(job.id, len(numbers)),
                    documents.setdefault(document.id, len(documents)),
                    (job.ordinal, job.name, job.sha256, job.size, job.options, job.parsing, job.cost),
                    (document.name, document.sha256, document.external_id, document.submissions),
                )
            )
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_each_item_has_the_job_that_an_upload_of_its_own_would_have(
    sessions: Sessions, seed: int
) -> None:
    chance = random.Random(seed)
    calls = [some(chance, 15) for _ in range(3)]
    async with sessions.begin() as session:
        await create_tenant(session, "alone")
    together = [job.id for items in calls for job in await taken(sessions, items)]
    one_by_one = [(await alone(sessions, one, "alone")).id for items in calls for one in items]
    assert await pattern(sessions, together) == await pattern(sessions, one_by_one)
    assert len(set(together)) < len(together), "some were equal"


async def test_the_same_call_again_makes_nothing_but_the_batch(sessions: Sessions) -> None:
    items = [item(f"Text {n}.", external_id=f"id {n}" if n % 2 else None) for n in range(20)]
    first, again = await taken(sessions, items), await taken(sessions, items[::-1])
    assert [job.id for job in again] == [job.id for job in first][::-1]
    assert await count_of(sessions, JobRecord) == await count_of(sessions, DocumentRecord) == 20
    assert await count_of(sessions, BatchRecord) == 2


async def test_jobs_are_patient_in_the_order_of_the_call_unless_somebody_waits(sessions: Sessions) -> None:
    urgencies = [Urgency.AUTO, Urgency.BULK, Urgency.INTERACTIVE]
    jobs = await taken(sessions, [item(f"Text {n}.", urgency=u) for n, u in enumerate(urgencies)])
    assert [job.priority for job in jobs] == [PATIENT, PATIENT, FIRST]
    created = [job.created_at for job in jobs]
    assert created == sorted(set(created))
    twice = [item("Twice."), item("Twice.", urgency=Urgency.INTERACTIVE)]
    assert {job.priority for job in await taken(sessions, twice)} == {FIRST}


async def test_a_waiting_job_hurries_and_nobody_is_waited_for_to_say_so(sessions: Sessions) -> None:
    held, free = await taken(sessions, [item("Held."), item("Free.")])
    urgent = [item(words, urgency=Urgency.INTERACTIVE) for words in ("Held.", "Free.")]
    async with sessions.begin() as session:
        await session.get_one(JobRecord, held.id, with_for_update=True)
        await taken(sessions, urgent)
    assert (await job_of(sessions, free.id)).priority == FIRST
    assert (await job_of(sessions, held.id)).priority == PATIENT
    await taken(sessions, urgent)
    assert (await job_of(sessions, held.id)).priority == FIRST


@pytest.mark.parametrize(
    "bad", [item("x", "a\0.txt"), item("x", external_id=""), item("x", options={"a": "\0"})]
)
async def test_one_item_that_cannot_be_kept_refuses_all(sessions: Sessions, bad: Item) -> None:
    with pytest.raises(InvalidInput):
        await taken(sessions, [item("good"), bad])
    assert await count_of(sessions, DocumentRecord) == await count_of(sessions, BatchRecord) == 0


async def test_calls_with_the_same_files_in_any_order_never_wait_crosswise(
    postgres_url: str, sessions: Sessions
) -> None:
    """Batches, uploads and deletions of the same documents at the same moment, over and over."""
    assert sessions is not None  # empties the tables afterwards
    async with dawdling(postgres_url, parties=10, longest=0.01, seed=11) as slow:
        await meet(slow, 6)


async def meet(sessions: Sessions, rounds: int) -> None:
    """No party is refused but by type, nothing is doubled, and PostgreSQL counts no deadlock."""
    before, chance = await deadlocks(sessions), random.Random(3)
    items = [item(f"Text {n}.", external_id=f"id {n}" if n % 2 else None) for n in range(12)]
    for number in range(rounds):
        parties: list[Awaitable[Any]] = [
            taken(sessions, chance.sample(items, chance.randrange(4, len(items) + 1))) for _ in range(3)
        ]
        parties += [alone(sessions, one) for one in chance.sample(items, 3)]
        parties += [gone(sessions, number) for _ in range(3)]
        chance.shuffle(parties)
        for outcome in await asyncio.gather(*parties, return_exceptions=True):
            assert not isinstance(outcome, BaseException) or isinstance(outcome, NotFound | Conflict), outcome
        assert await doubled(sessions) == []
    assert await deadlocks(sessions) == before


async def test_calls_with_new_names_in_opposite_order_never_wait_crosswise(sessions: Sessions) -> None:
    before = await deadlocks(sessions)
    for number in range(5):
        items = [item(f"{number} {n}", external_id=f"{number} {n}") for n in range(100)]
        one, other = await asyncio.gather(taken(sessions, items), taken(sessions, items[::-1]))
        assert {job.id for job in one} == {job.id for job in other}
    assert await deadlocks(sessions) == before


async def gone(sessions: Sessions, number: int) -> None:
    """Some document is deleted."""
    async with sessions.begin() as session:
        ids = (await session.scalars(select(DocumentRecord.id).order_by(DocumentRecord.sha256))).all()
        if ids:
            await delete(session, tenant_id=DEFAULT_TENANT, document_id=ids[number % len(ids)])


async def doubled(sessions: Sessions) -> Sequence[str]:
    """Bytes that are two documents though nobody named them, and jobs that share a number."""
    query = """
        SELECT sha256 FROM documents WHERE external_id IS NULL GROUP BY sha256 HAVING count(*) > 1
        UNION ALL SELECT document_id FROM jobs GROUP BY document_id HAVING count(*) <> max(ordinal)
    """
    async with sessions() as session:
        return (await session.scalars(text(query))).all()


async def test_a_name_that_vanishes_all_the_time_ends_in_a_conflict(sessions: Sessions) -> None:
    """As if each time somebody deleted the document between its making and its locking."""
    async with sessions.begin() as session:
        await session.execute(
            text(
                "CREATE RULE vanish AS ON INSERT TO documents"
                " WHERE NEW.external_id = 'gone' DO INSTEAD NOTHING"
            )
        )
    try:
        with pytest.raises(Conflict):
            await taken(sessions, [item("a", external_id="gone"), item("b", external_id="kept")])
    finally:
        async with sessions.begin() as session:
            await session.execute(text("DROP RULE vanish ON documents"))
    assert await count_of(sessions, DocumentRecord) == 0


async def test_locks_are_let_go_of_before_a_vanished_name_is_made_again(sessions: Sessions) -> None:
    """Else two calls could hold what the other one waits for."""
    items = [item(f"Text {n}.", external_id=f"id {n}") for n in range(2)]
    first, second = await taken(sessions, items)
    met = asyncio.Event()

    async def deleting() -> None:
        async with sessions.begin() as session:
            await delete(session, tenant_id=DEFAULT_TENANT, document_id=second.document_id)
            met.set()
            await asyncio.sleep(0.2)

    async def again() -> Sequence[JobRecord]:
        await met.wait()
        return await taken(sessions, items)

    _, jobs = await asyncio.gather(deleting(), again())
    assert jobs[0].id == first.id
    assert jobs[1].document_id != second.document_id
