"""J13: the life of jobs as a state machine: the laws of the queue hold whatever happens in whatever order."""

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg.rows import namedtuple_row
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Conflict, DeadlineExceeded, EncryptedDocument, KerfError, NotFound, WorkerCrashed
from models.tables import Base
from models.tables.jobs import JobState
from models.tables.tenants import DEFAULT_TENANT, TenantRecord
from services.documents.deletion import delete
from services.documents.sources import Source
from services.documents.submission import rechunk, submit
from services.infra.database import make_engine, make_sessions
from services.jobs import cancelling, claims, finishing
from services.jobs.claims import Claim, Held
from services.jobs.ending import Ending
from services.jobs.failures import MOST_CRASHED, MOST_LOST, Failure
from services.jobs.reconciling import reconcile
from tests.chaos.laws import EXPIRE, ORPHANS, STATE
from tests.make import LEASE, OPTIONS, Sessions, chunk_set, create_document, create_job
from tests.support.postgres import connect

T = TypeVar("T")

MOST_DOCUMENTS = 2
"""Few, so that histories meet."""

ERRORS: tuple[type[KerfError], ...] = (WorkerCrashed, DeadlineExceeded, EncryptedDocument)


@dataclass
class World:
    """A database, and a loop in which every step of every history runs."""

    url: str
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.engine = make_engine(self.url)
        self.sessions = make_sessions(self.engine)
        self.eye = connect(make_url(self.url))
        self.eye.row_factory = namedtuple_row

    def ask(self, statement: str, *values: object) -> list[Any]:
        """Rows, over a connection that takes no part."""
        found = self.eye.execute(statement.encode(), values or None)
        return found.fetchall() if found.description else []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def close(self) -> None:
        self.eye.close()
        self.run(self.engine.dispose())
        self.runner.close()


class Life(RuleBasedStateMachine):
    """Every claim stays in `held` after it was lost or used: late writes are what must do no harm."""

    world: World
    documents = Bundle("documents")
    jobs = Bundle("jobs")
    held = Bundle("held")

    @initialize()
    def begin(self) -> None:
        self.final: dict[str, tuple[Any, ...]] = {}
        self.sizes: dict[str, int] = {}
        self.submitted = 0
        for table in reversed(Base.metadata.sorted_tables):
            if table is not TenantRecord.__table__:
                self.world.ask(f"DELETE FROM {table.name}")

    def within(self, verb: Any, *given: Any, **named: Any) -> Any:
        """The verb in a transaction of its own."""

        async def run() -> Any:
            async with self.world.sessions.begin() as session:
                return await verb(session, *given, **named)

        return self.world.run(run())

    @precondition(lambda self: self.submitted < MOST_DOCUMENTS)
    @rule(target=jobs)
    def submit(self) -> str:
        self.submitted += 1

        async def made(session: AsyncSession) -> str:
            return (await create_job(session, document=await create_document(session))).id

        return str(self.within(made))

    @rule(target=jobs, job=jobs)
    def cut_again(self, job: str) -> str:
        document = self.document_of(job)
        if document is None:
            return job
        named = {"tenant_id": DEFAULT_TENANT, "document_id": document, "options": OPTIONS}
        return str(self.within(rechunk, **named).id)

    @rule(target=jobs, content=st.integers(0, 2))
    def ingest_again(self, content: int) -> str:
        """The next version of the one document with a name of its caller's, or what is known of it."""
        data = f"The parties agree on version {content}.".encode()
        source = Source("law.txt", sha256(data).hexdigest(), len(data))
        named = {"tenant_id": DEFAULT_TENANT, "source": source, "options": OPTIONS, "external_id": "law"}
        return str(self.within(submit, **named).id)

    @rule(target=held, job=jobs)
    def claim(self, job: str) -> Any:
        claim: Claim | None = self.within(claims.claim, job, lease=LEASE)
        return multiple() if claim is None else claim

    @rule(target=held, job=jobs)
    def take_over(self, job: str) -> Any:
        """A job whose worker fell silent is taken back first, and may end by it."""
        self.world.ask(EXPIRE, job)
        self.within(reconcile)
        return self.claim(job)

    @rule(claim=held)
    def beat(self, claim: Claim) -> None:
        held = self.within(claims.beat, claim, lease=LEASE)
        assert (held is Held.LOST) == (self.token_of(claim) is None)

    @rule(job=jobs)
    def expire(self, job: str) -> None:
        self.world.ask(EXPIRE, job)

    @rule()
    def take_back(self) -> None:
        self.within(reconcile)

    @rule(claim=held, size=st.integers(0, 5))
    def finish(self, claim: Claim, size: int) -> None:
        owner = self.token_of(claim)
        ending = self.within(finishing.complete, claim, chunk_set(claim, size))
        if owner == JobState.RUNNING:
            assert ending is Ending.SUCCEEDED
            self.sizes[claim.job_id] = size
        elif owner == JobState.CANCELLING:
            assert ending is Ending.CANCELLING
        else:
            assert ending is (Ending.SUCCEEDED if self.was_done_by(claim) else Ending.LOST)

    @rule(claim=held, error=st.sampled_from(ERRORS))
    def fail(self, claim: Claim, error: type[KerfError]) -> None:
        self.settle(claim, finishing.fail, {Ending.FAILED, Ending.RETRYING}, failure=Failure.of(error()))

    @rule(claim=held)
    def hand_back(self, claim: Claim) -> None:
        self.settle(claim, finishing.release, {Ending.RELEASED})

    def settle(self, claim: Claim, verb: Any, good: set[Ending], **named: Any) -> None:
        """The owner's word counts while it runs; nobody else's does."""
        expected = {JobState.RUNNING.value: good, JobState.CANCELLING.value: {Ending.CANCELLING}}
        owner = self.token_of(claim)
        assert self.within(verb, claim, **named) in expected.get(owner or "", {Ending.LOST})

    @rule(claim=held)
    def confirm(self, claim: Claim) -> None:
        owner = self.token_of(claim)
        ending = self.within(finishing.confirm_cancel, claim)
        assert ending is (Ending.CANCELLED if owner == JobState.CANCELLING else Ending.LOST)

    @rule(job=jobs)
    def cancel(self, job: str) -> None:
        before = self.state_of(job)
        try:
            self.within(cancelling.request_cancel, tenant_id=DEFAULT_TENANT, job_id=job)
        except NotFound:
            assert before is None
        except Conflict:
            assert before is not None
            assert JobState(before).is_final

    @rule(job=jobs)
    def remove(self, job: str) -> None:
        document = self.document_of(job)
        if document is not None:
            self.within(delete, tenant_id=DEFAULT_TENANT, document_id=document)
            self.final = {one: facts for one, facts in self.final.items() if facts[0] != document}

    @invariant()
    def the_laws_hold(self) -> None:
        assert self.world.ask(ORPHANS) == [(0,)]
        found = self.world.ask(STATE)
        for row in found:
            self.law(row)
        sequences = {row.document_id: (row.sequence, row.sequences or []) for row in found}
        for last, numbers in sequences.values():
            assert numbers == list(range(1, last + 1))

    def law(self, row: Any) -> None:
        """What holds of one job in every state."""
        state = JobState(row.state)
        assert (row.token is not None) == (state in {JobState.RUNNING, JobState.CANCELLING})
        assert row.leased >= (row.token is not None)
        assert not (row.leased and state.is_final)
        assert row.lost <= MOST_LOST
        assert row.crashed <= MOST_CRASHED
        assert row.versions == (state is JobState.SUCCEEDED)
        assert row.told == state.is_final
        assert (row.version is not None) == (state is JobState.SUCCEEDED)
        if state is JobState.SUCCEEDED:
            assert row.chunks == self.sizes[row.id]
            assert row.current_version >= row.version
        if state.is_final:
            facts = (row.document_id, row.state, row.version, row.attempt)
            assert self.final.setdefault(row.id, facts) == facts

    def state_of(self, job: str) -> str | None:
        return self.one("SELECT state FROM jobs WHERE id = %s", job)

    def document_of(self, job: str) -> str | None:
        return self.one("SELECT document_id FROM jobs WHERE id = %s", job)

    def token_of(self, claim: Claim) -> str | None:
        """The state of the job, while this claim holds it."""
        return self.one("SELECT state FROM jobs WHERE id = %s AND token = %s", claim.job_id, claim.token)

    def was_done_by(self, claim: Claim) -> bool:
        """Whether this attempt is the one that finished its job."""
        statement = "SELECT state FROM jobs WHERE id = %s AND state = 'succeeded' AND attempt = %s"
        return self.one(statement, claim.job_id, claim.attempt) is not None

    def one(self, statement: str, *values: object) -> str | None:
        found = self.world.ask(statement, *values)
        return str(found[0][0]) if found else None


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """A database of its own for all histories of a test."""
    made = World(database_url)
    try:
        yield made
    finally:
        made.close()


def live(world: World, *, examples: int, steps: int) -> None:
    """So many histories; a failing one is printed as a program."""
    machine = type("Life", (Life,), {"world": world})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_no_history_of_a_job_breaks_a_law(world: World) -> None:
    live(world, examples=30, steps=20)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_no_history_of_five_thousand_breaks_a_law(world: World) -> None:
    live(world, examples=5_000, steps=30)
